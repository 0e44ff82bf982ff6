//! `latchkey mail`: previews the mails that users receive, and sends a test mail.

mod preview;
mod test_mail;

use clap::{Arg, ArgMatches, Command, builder::PossibleValuesParser};
use latchkey::{
    config::check_mail,
    mail::{MailKind, MailTemplates},
};

use super::{Outcome, values};

const EXAMPLES: &str = "\
Examples:
  latchkey mail preview mails
  latchkey mail test ada@example.com --mail reset_password --language de";

pub(super) fn command() -> Command {
    let folder = Arg::new("folder").required(true).value_name("FOLDER");
    let address = Arg::new("address").required(true).value_name("ADDRESS").help("The recipient");
    let mail = Arg::new("mail").long("mail").value_name("MAIL").default_value(MailKind::VerifyEmail.name());
    let mail = mail.value_parser(PossibleValuesParser::new(MailKind::ALL.map(MailKind::name))).help("The mail to send");
    let language = Arg::new("language").long("language").value_name("TAG").default_value("en");
    Command::new("mail")
        .about("Preview the mails that users receive, or send a test mail")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .subcommand(
            Command::new("preview")
                .about("Write every mail in every language to a folder, and a page that shows them")
                .arg(folder.help("The folder; it is created if it does not exist")),
        )
        .subcommand(Command::new("test").about("Send a mail with made-up content and print each step").args([
            address,
            mail,
            language.help("The language of the mail"),
        ]))
}

pub(super) async fn run(given: &ArgMatches) -> Outcome {
    let (verb, given) = given.subcommand().expect("clap requires a subcommand");
    let settings = check_mail(&values(given))?;
    let templates =
        MailTemplates::new(settings.public_url.clone(), settings.from.clone(), settings.templates.as_deref())?;
    match verb {
        "preview" => preview::run(&templates, given),
        _ => test_mail::run(&settings, &templates, given).await,
    }
}

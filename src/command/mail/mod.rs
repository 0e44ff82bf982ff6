//! `latchkey mail`: previews the mails that users receive, and sends a test mail.

mod preview;
mod test_mail;

use clap::{Arg, ArgMatches, Command, builder::PossibleValuesParser};
use latchkey::{
    config::check_mail,
    mail::{MailKind, MailTemplates},
};

use super::{Outcome, subcommand, values};

pub(super) fn command() -> Command {
    let folder = Arg::new("folder").required(true).value_name("FOLDER");
    let preview = subcommand(
        "preview",
        "Write every mail in every language to a folder, and a page that shows them",
        "latchkey mail preview mails",
    );
    let address = Arg::new("address").required(true).value_name("ADDRESS").help("The recipient");
    let mail = Arg::new("mail").long("mail").value_name("MAIL").default_value(MailKind::VerifyEmail.name());
    let mail = mail.value_parser(PossibleValuesParser::new(MailKind::ALL.map(MailKind::name))).help("The mail to send");
    let language = Arg::new("language").long("language").value_name("TAG").default_value("en");
    let test = subcommand(
        "test",
        "Send a mail with made-up content and print each step",
        "latchkey mail test ada@example.com --mail reset_password --language de",
    );
    let about = "Preview the mails that users receive, or send a test mail";
    subcommand("mail", about, "latchkey mail test ada@example.com")
        .subcommand_required(true)
        .subcommand(preview.arg(folder.help("The folder; it is created if it does not exist")))
        .subcommand(test.args([address, mail, language.help("The language of the mail")]))
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

//! `latchkey mail`: looks at the mails before anybody gets one, and tries the way that they go.

mod preview;
mod sending;

use clap::{Arg, ArgMatches, Command, builder::PossibleValuesParser};
use latchkey::{
    config::check_mail,
    mail::{MailKind, MailTemplates},
};

use super::{Outcome, values};

pub(super) fn command() -> Command {
    let folder = Arg::new("folder").required(true).value_name("FOLDER").help("Where to; it is made if it is not there");
    let address = Arg::new("address").required(true).value_name("ADDRESS").help("Who gets it");
    let mail = Arg::new("mail").long("mail").value_name("MAIL").default_value(MailKind::VerifyEmail.name());
    let mail = mail.value_parser(PossibleValuesParser::new(MailKind::ALL.map(MailKind::name))).help("Which mail");
    let language =
        Arg::new("language").long("language").value_name("TAG").default_value("en").help("In which language");
    Command::new("mail")
        .about("Look at the mails that people get, and try whether they arrive")
        .subcommand_required(true)
        .subcommand(
            Command::new("preview").about("Write every mail in every language, and a page that shows them").arg(folder),
        )
        .subcommand(
            Command::new("test")
                .about("Send a mail in which nothing is true, and tell how it went")
                .args([address, mail, language]),
        )
}

pub(super) async fn run(given: &ArgMatches) -> Outcome {
    let (verb, given) = given.subcommand().expect("clap asks for one");
    let settings = check_mail(&values(given))?;
    let templates =
        MailTemplates::new(settings.public_url.clone(), settings.from.clone(), settings.templates.as_deref())?;
    match verb {
        "preview" => preview::run(&templates, given),
        _ => sending::run(&settings, &templates, given).await,
    }
}

//! `latchkey mail test`: sends a mail with made-up content and prints each step.

use clap::ArgMatches;
use latchkey::{
    clock::Clock,
    mail::{Content, MailKind, MailSettings, MailTemplates, MailTransport},
};
use secrecy::SecretString;
use uuid::Uuid;

use crate::command::{Outcome, print};

pub(super) async fn run(settings: &MailSettings, templates: &MailTemplates, given: &ArgMatches) -> Outcome {
    let text = |name| given.get_one::<String>(name).expect("clap requires it, or it has a default");
    let (to, language) = (text("address"), text("language"));
    let mail = MailKind::from_name(text("mail")).ok_or("there is no mail with this name")?;
    if !templates.languages().any(|tag| tag == language) {
        let tags: Vec<&str> = templates.languages().collect();
        return Err(format!("there are no texts in {language}; there are {}", tags.join(", ")).into());
    }
    let transport =
        MailTransport::new(settings)?.ok_or("no mail can be sent: set SMTP_URL, or MAIL_FOLDER to write mails to")?;

    let token = SecretString::from("this-is-only-a-test");
    let sample = Content::sample(mail, language, &token);
    let message = templates.compose(&Content { to, id: Uuid::new_v4(), date: Clock::system().now(), ..sample })?;
    print(&format!("subject: {}\n", message.subject()))?;

    print(&format!("connecting to {transport}\n"))?;
    let mut connection = transport.connect().await?;
    print(&format!("ready: {connection}\n"))?;
    connection.set_recipient(to).await?;
    print(&format!("sender {} and recipient {to} accepted\n", settings.from))?;
    let name = message.file_name().to_owned();
    connection.send(message).await?;
    print(&match settings.delivery.folder() {
        Some(folder) => format!("written to {}\n", folder.join(name).display()),
        None => "sent\n".to_owned(),
    })
}

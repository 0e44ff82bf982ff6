//! `latchkey mail test`: sends a mail in which nothing is true, and tells each step.

use clap::ArgMatches;
use latchkey::{
    clock::Clock,
    mail::{Content, Courier, Mail, MailSettings, Stationery},
};
use secrecy::SecretString;
use uuid::Uuid;

use super::super::{Outcome, say};

pub(super) async fn run(settings: &MailSettings, stationery: &Stationery, given: &ArgMatches) -> Outcome {
    let text = |name| given.get_one::<String>(name).expect("is required, or has a default");
    let (to, language) = (text("address"), text("language"));
    let mail = Mail::named(text("mail")).ok_or("there is no such mail")?;
    if !stationery.languages().any(|tag| tag == language) {
        let tags: Vec<&str> = stationery.languages().collect();
        return Err(format!("there are no texts in {language}; there are {}", tags.join(", ")).into());
    }
    let courier = Courier::new(settings)?.ok_or("no mail can be sent: set SMTP_URL, or MAIL_FOLDER to keep it in")?;

    let token = SecretString::from("this-is-only-a-test");
    let made_up = Content::made_up(mail, language, &token);
    let letter = stationery.write(&Content { to, id: Uuid::new_v4(), date: Clock::system().now(), ..made_up })?;
    say(&format!("written: {}\n", letter.subject()))?;

    say(&format!("calling {courier}\n"))?;
    let mut carrier = courier.call().await?;
    say(&format!("ready: {carrier}\n"))?;
    carrier.address(to).await?;
    say(&format!("mail from {} to {to} is welcome\n", settings.from))?;
    let name = letter.file_name().to_owned();
    carrier.hand_over(letter).await?;
    say(&match settings.way.folder() {
        Some(folder) => format!("kept in {}\n", folder.join(name).display()),
        None => "handed over\n".to_owned(),
    })
}

//! `latchkey mail`: previews of mails, and a test of the mail server.

mod delivery;
mod message;
mod preview;
mod templates;

use std::{
    path::Path,
    process::{Command, Output},
};

use crate::support::{mail::MailServer, program::latchkey};

/// A command `latchkey mail …` with a mail server at this URL.
fn mail(folder: &Path, smtp_url: &str, arguments: &[&str]) -> Command {
    let mut command = latchkey(folder, &["mail"]);
    command.args(arguments).env("SMTP_URL", smtp_url);
    command.env("MAIL_FROM", "Bücher & Söhne <accounts@bücher.example>").env("PUBLIC_URL", "https://app.example.com/x");
    command
}

/// The standard output of a command if it succeeds, or its standard error.
fn run(command: &mut Command) -> Result<String, String> {
    let Output { status, stdout, stderr } = command.output().expect("it runs");
    let (out, err) = (String::from_utf8(stdout).expect("text"), String::from_utf8(stderr).expect("text"));
    assert!(!format!("{out}{err}").contains("hunter2"), "{out}{err}");
    if status.success() { Ok(out) } else { Err(err) }
}

/// Sends a test mail to this server.
fn test_mail(server: &MailServer, smtp_url: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    run(mail(folder.path(), smtp_url, &["test", "ada@example.com"]).env("SMTP_CA_FILE", &server.ca))
}

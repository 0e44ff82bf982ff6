//! `latchkey mail preview`: every mail as a file.

use std::fs;

use super::run;
use crate::support::program::latchkey;

const LANGUAGES: [&str; 2] = ["de", "en"];

const MAILS: [&str; 9] = [
    "verify_email",
    "confirm_registration",
    "already_registered",
    "reset_password",
    "password_changed",
    "username_changed",
    "confirm_email_change",
    "email_changed",
    "email_changed_undo",
];

#[test]
fn every_mail_can_be_previewed() {
    let folder = tempfile::tempdir().unwrap();
    // The command requires no settings that it does not use, such as SECRET_KEY.
    let mut command = latchkey(folder.path(), &["mail", "preview", "shown"]);
    run(command.env("DATABASE_URL", "postgres://localhost/x")).unwrap();
    let read =
        |name: &str| fs::read_to_string(folder.path().join("shown").join(name)).unwrap_or_else(|_| panic!("{name}"));
    let index = read("index.html");
    for language in LANGUAGES {
        for mail in MAILS {
            let name = format!("{language}-{mail}");
            assert!(index.contains(&format!("src=\"{name}.html\"")), "{name}");
            let (html, text) = (read(&format!("{name}.html")), read(&format!("{name}.txt")));
            assert!(html.contains(&format!("<html lang=\"{language}\">")), "{name}");
            assert!(text.contains("Latchkey") && !text.contains('{') && !text.contains("\n\n\n"), "{text}");
            assert_eq!(text.contains("#token="), html.contains("#token="), "{name}");
        }
    }
    assert_eq!(fs::read_dir(folder.path().join("shown")).unwrap().count(), 2 * MAILS.len() * LANGUAGES.len() + 1);
    assert!(!folder.path().join("latchkey.db").exists(), "the command must not create a database");
}

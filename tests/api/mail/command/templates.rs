//! `MAIL_TEMPLATES`: replacing the texts and the layout of mails.

use std::fs;

use super::{mail, run};
use crate::support::{SECRET_KEY, mail::MailServer, program::latchkey};

#[test]
fn every_template_can_be_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    fs::create_dir(&own).unwrap();
    let german = fs::read_to_string("src/mail/compose/templates/de.json").unwrap();
    fs::write(own.join("nl.json"), german.replace("Wählen Sie ein neues Passwort", "Kies een nieuw wachtwoord"))
        .unwrap();
    let subject = r#"{"mails":{"reset_password":{"subject":"Lost\r\nBcc: eve@example.com\n\n{{ service }}?"}}}"#;
    fs::write(own.join("en.json"), subject).unwrap();
    fs::write(own.join("mail.txt"), "{{ public_url }}/mine?token={{ token }}\n").unwrap();
    fs::write(own.join("README.md"), "notes").unwrap();

    let server = MailServer::start(&[]);
    for language in ["nl", "en"] {
        let arguments = ["test", "ada@example.com", "--mail", "reset_password", "--language", language];
        run(mail(folder.path(), &server.url(), &arguments).env("MAIL_TEMPLATES", &own)).unwrap();
    }
    let mails = server.mails();
    assert_eq!(mails[0].subject, "Kies een nieuw wachtwoord");
    assert_eq!(mails[0].text.trim(), "https://app.example.com/x/mine?token=this-is-only-a-test");
    assert!(mails[0].html.contains("<html lang=\"nl\">"));
    assert_eq!(mails[1].subject, "Lost Bcc: eve@example.com Bücher & Söhne?", "a subject is one line");
    assert!(!mails[1].raw.contains("\nBcc:"), "{}", mails[1].raw);
    assert!(mails[1].html.contains("You asked for a new password"), "other templates are unchanged");
}

#[test]
fn an_invalid_template_is_reported_with_its_file_and_line() {
    for (file, content, error) in [
        ("en.json", "{\n  \"greeting\": Hello\n}", "en.json: expected value at line 2 column 15"),
        ("en.json", "{\n  \"salutation\": \"Hi\"\n}", "en.json: unknown field `salutation`"),
        ("en.json", r#"{"mails":{"resetPassword":{}}}"#, "en.json: unknown variant `resetPassword`"),
        (
            "de.json",
            r#"{"mails":{"reset_password":{"rest":["a","b {{ valid_fro }}"]}}}"#,
            "(in de.json, mails.reset_password.rest, paragraph 2:1)",
        ),
        ("de.json", r#"{"hours":"{{ count"}"#, "(in de.json, hours:1)"),
        (
            "de.json",
            r#"{"mails":{"password_changed":{"why":"{{ valid_for }}"}}}"#,
            "(in de.json, mails.password_changed.why:1)",
        ),
        ("fr.json", r#"{"greeting":"Bonjour,"}"#, "fr.json: link_hint is missing"),
        ("mail.html", "<p>\n{{ subjekt }}</p>", "`subjekt` is undefined (in mail.html:2)"),
        ("mail.txt", "{% if link %}", "(in mail.txt:1)"),
        ("mails.html", "<p>", "mails.html: must be mail.txt, mail.html or LANGUAGE.json"),
        ("français.json", "{}", "français.json: must be mail.txt"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(file), content).unwrap();
        let mut command = latchkey(folder.path(), &["mail", "preview", "shown"]);
        let output = run(command.env("MAIL_TEMPLATES", ".").env("SECRET_KEY", SECRET_KEY)).unwrap_err();
        assert!(output.contains(error), "{file}: {output}");
    }
    let folder = tempfile::tempdir().unwrap();
    let output =
        run(latchkey(folder.path(), &["mail", "preview", "shown"]).env("MAIL_TEMPLATES", "nowhere")).unwrap_err();
    assert_eq!(output, "latchkey: nowhere: entity not found\n");
}

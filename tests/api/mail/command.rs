//! `latchkey mail`: the mails as they look, and whether they arrive at real mail servers.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

use crate::support::{
    SECRET_KEY,
    mail::{MailServer, ReceivedMail},
    program::latchkey,
};

const LANGUAGES: [&str; 2] = ["de", "en"];

const MAILS: [&str; 7] = [
    "verify_email",
    "confirm_registration",
    "already_registered",
    "reset_password",
    "password_changed",
    "confirm_email_change",
    "email_changed",
];

/// `latchkey mail …` with a mail server at this URL.
fn mail(folder: &Path, smtp_url: &str, arguments: &[&str]) -> Command {
    let mut command = latchkey(folder, &["mail"]);
    command.args(arguments).env("SMTP_URL", smtp_url);
    command.env("MAIL_FROM", "Bücher & Söhne <accounts@bücher.example>").env("PUBLIC_URL", "https://app.example.com/x");
    command
}

/// What a command said, well or not.
fn said(command: &mut Command) -> Result<String, String> {
    let Output { status, stdout, stderr } = command.output().expect("it runs");
    let (out, err) = (String::from_utf8(stdout).expect("text"), String::from_utf8(stderr).expect("text"));
    assert!(!format!("{out}{err}").contains("hunter2"), "{out}{err}");
    if status.success() { Ok(out) } else { Err(err) }
}

fn test_mail(server: &MailServer, smtp_url: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    said(mail(folder.path(), smtp_url, &["test", "ada@example.com"]).env("SMTP_CA_FILE", &server.ca))
}

#[test]
fn a_mail_arrives_at_every_kind_of_server() {
    for (options, url, state) in [
        (&["--tls", "none"][..], "smtp://127.0.0.1:PORT", "not encrypted"),
        (&["--tls", "none"], "smtp://localhost:PORT?tls=none", "not encrypted"),
        (&["--tls", "starttls"], "smtp://127.0.0.1:PORT", "encrypted"),
        (&["--tls", "starttls"], "smtp://127.0.0.1:PORT?tls=none", "not encrypted"),
        (&["--tls", "smtps"], "smtps://localhost:PORT", "encrypted"),
        (
            &["--tls", "smtps", "--auth", "a@b:hunter2:%"],
            "smtps://a%40b:hunter2%3A%25@localhost:PORT",
            "encrypted, logged in",
        ),
        (&["--auth", "ada:hunter2"], "smtp://ada:hunter2@localhost:PORT", "not encrypted, logged in"),
        (
            &["--tls", "smtps", "--no-plain", "--auth", "ada:hunter2"],
            "smtps://ada:hunter2@localhost:PORT",
            "encrypted, logged in",
        ),
        (&["--tls", "starttls", "--auth", "ada:hunter2"], "smtp://ada:hunter2@localhost:PORT", "encrypted, logged in"),
    ] {
        let server = MailServer::start(options);
        let told = test_mail(&server, &url.replace("PORT", &server.port.to_string())).unwrap();
        assert!(told.contains(&format!("ready: {state}\n")) && told.ends_with("handed over\n"), "{told}");
        let mails = server.mails();
        assert_eq!(mails.len(), 1, "{url}");
        assert_eq!((&*mails[0].from, &*mails[0].to), ("accounts@xn--bcher-kva.example", "ada@example.com"));
        assert!(server.commands().contains("QUIT"), "{}", server.commands());
    }
}

#[test]
fn a_mail_has_the_right_headers_links_and_text() {
    let server = MailServer::start(&[]);
    test_mail(&server, &server.url()).unwrap();
    let mails = server.mails();
    let mail = &mails[0];

    assert_eq!(mail.subject, "Confirm your e-mail address");
    assert_eq!(mail.header("To"), "ada@example.com");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert_eq!(mail.header("MIME-Version"), "1.0");
    assert!(mail.header("Date").ends_with(" +0000"), "{}", mail.raw);
    assert!(mail.header("From").ends_with("<accounts@xn--bcher-kva.example>"), "{}", mail.raw);
    let id = mail.header("Message-ID").strip_prefix('<').and_then(|id| id.strip_suffix("@xn--bcher-kva.example>"));
    assert!(id.is_some_and(|id| id.len() == 36), "{}", mail.raw);
    assert!(mail.raw.is_ascii() && mail.raw.lines().all(|line| line.len() < 999), "every server can carry it");

    assert_eq!(mail.link(), "https://app.example.com/x/verify-email#token=this-is-only-a-test");
    assert_eq!(mail.html.matches(&format!("href=\"{}\"", mail.link())).count(), 2, "a button, and the link as text");
    assert!(mail.html.contains("Bücher &amp; Söhne") && mail.text.contains("Bücher & Söhne"), "{}", mail.html);
    assert!(mail.text.contains("24 hours") && mail.html.contains("Hello,"), "{}", mail.text);
    for loaded in ["<img", "src=", "url(", "@import", "<link", "<script"] {
        assert!(!mail.html.contains(loaded), "nothing is fetched when it is opened: {loaded}");
    }
}

#[test]
fn a_delivery_error_is_reported_without_the_password() {
    let plain = MailServer::start(&[]);
    let open = MailServer::start(&["--auth", "ada:hunter2"]);
    let starttls = MailServer::start(&["--tls", "starttls", "--auth", "ada:right"]);
    let smtps = MailServer::start(&["--tls", "smtps"]);
    let (plain_at, open_at, starttls_at, smtps_at) = (plain.port, open.port, starttls.port, smtps.port);
    let away = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (url, error) in [
        (format!("smtp://ada:hunter2@127.0.0.1:{starttls_at}"), "not sent: logging in: the server answers 535 5.7.8"),
        (format!("smtp://127.0.0.1:{starttls_at}"), "not sent: naming the sender: the server answers 530 5.7.0"),
        (format!("smtp://ada:hunter2@127.0.0.1:{plain_at}"), "not sent: logging in: the server offers neither"),
        // Another name of this machine, but none that says so.
        (format!("smtp://ada:hunter2@0.0.0.0:{open_at}"), "not sent: starting TLS: the server does not offer it"),
        (format!("smtp://ada:hunter2@0.0.0.0:{starttls_at}"), "not sent: starting TLS: invalid peer certificate"),
        (format!("smtps://127.0.0.1:{plain_at}"), "not sent: connecting: "),
        (format!("smtp://127.0.0.1:{smtps_at}"), "not sent: connecting: "),
        (format!("smtp://127.0.0.1:{away}"), "not sent: connecting: Connection refused"),
    ] {
        // Each has a CA of its own.
        let believed = if url.ends_with(&format!(":{starttls_at}")) { &starttls } else { &plain };
        let told = test_mail(believed, &url).unwrap_err();
        assert!(told.starts_with(&format!("latchkey: {error}")), "{url}: {told}");
    }
    let heard = open.commands();
    assert!(heard.contains("EHLO") && !heard.contains("AUTH P"), "no password went in the open: {heard}");
    assert!([plain, open, starttls, smtps].iter().all(|server| server.mails().is_empty()));
}

#[test]
fn only_a_server_with_a_trusted_certificate_gets_mail() {
    for (options, scheme, step) in
        [(["--tls", "starttls"], "smtp", "starting TLS"), (["--tls", "smtps"], "smtps", "connecting")]
    {
        let (server, folder) = (MailServer::start(&options), tempfile::tempdir().unwrap());
        let url = format!("{scheme}://localhost:{}", server.port);
        let told = said(&mut mail(folder.path(), &url, &["test", "ada@example.com"])).unwrap_err();
        assert_eq!(told, format!("latchkey: not sent: {step}: invalid peer certificate: UnknownIssuer\n"));

        let nothing = folder.path().join("nothing.pem");
        fs::write(&nothing, "nothing").unwrap();
        for (file, why) in [
            (nothing.to_str().unwrap(), "holds no certificate in PEM"),
            ("nowhere.pem", "nowhere.pem: entity not found"),
        ] {
            let told = said(mail(folder.path(), &url, &["test", "ada@example.com"]).env("SMTP_CA_FILE", file));
            assert!(told.as_ref().is_err_and(|told| told.contains(why)), "{told:?}");
        }
        assert!(server.mails().is_empty());
    }
}

#[test]
fn the_reply_of_a_mail_server_is_reported_without_an_address() {
    let server = MailServer::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    for (to, error) in [
        ("nobody@example.com", "refused: naming the recipient: the server answers 550 5.1.1"),
        ("later@example.com", "not sent: naming the recipient: the server answers 450 4.2.1"),
        ("spam@example.com", "refused: handing over the text: the server answers 554 5.7.1"),
        ("greylisted@example.com", "not sent: handing over the text: the server answers 451 4.7.1"),
        ("lost@example.com", "perhaps sent: handing over the text: the server hung up, or does not speak SMTP"),
        ("ada", "the recipient is no address that mail can be sent to"),
        ("ada@example.com\r\nRCPT TO:<eve@example.com>", "the recipient is no address that mail can be sent to"),
    ] {
        let told = said(&mut mail(folder.path(), &server.url(), &["test", to])).unwrap_err();
        assert_eq!(told, format!("latchkey: {error}\n"), "{to}");
    }
    let mails = server.mails();
    assert_eq!(mails.iter().map(|mail| &*mail.to).collect::<Vec<_>>(), ["lost@example.com"], "which nobody told us");
}

#[test]
fn addresses_in_any_script_are_delivered_if_the_server_supports_them() {
    let folder = tempfile::tempdir().unwrap();
    let (able, unable) = (MailServer::start(&[]), MailServer::start(&["--no-utf8"]));
    let send = |server: &MailServer, to| said(&mut mail(folder.path(), &server.url(), &["test", to]));
    send(&able, "आदा@उदाहरण.भारत").unwrap();
    assert!(able.commands().contains("SMTPUTF8"), "{}", able.commands());
    assert_eq!(able.mails().len(), 1);

    let told = send(&unable, "आदा@उदाहरण.भारत").unwrap_err();
    assert!(told.starts_with("latchkey: refused: naming the recipient: the server does not take such"), "{told}");
    send(&unable, "ada@bücher.example").unwrap();
    assert_eq!(unable.mails()[0].to, "ada@xn--bcher-kva.example", "a domain has a form for every server");
}

#[test]
fn without_a_mail_server_a_mail_is_stored_in_a_private_file() {
    let folder = tempfile::tempdir().unwrap();
    let told = said(&mut latchkey(
        folder.path(),
        &["mail", "test", "ada@example.com", "--mail", "reset_password", "--language", "de"],
    ));
    let told = told.unwrap();
    let kept = told.lines().last().and_then(|line| line.strip_prefix("kept in ")).expect("where");
    let file = folder.path().join(kept);
    assert!(
        kept.starts_with("latchkey-mail/20") && file.extension().is_some_and(|extension| extension == "eml"),
        "{told}"
    );
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    let mail = ReceivedMail::read(&fs::read(&file).unwrap());
    assert_eq!(mail.subject, "Wählen Sie ein neues Passwort");
    assert_eq!(mail.link(), "http://localhost:3000/reset-password#token=this-is-only-a-test");

    let told = said(&mut latchkey(folder.path(), &["mail", "test", "ada@example.com", "--language", "tlh"]));
    assert_eq!(told.unwrap_err(), "latchkey: there are no texts in tlh; there are de, en\n");
    for (way, error) in
        [("none", "no mail can be sent: set SMTP_URL"), ("/proc/mails", "not sent: keeping it in the folder")]
    {
        let told = said(latchkey(folder.path(), &["mail", "test", "ada@example.com"]).env("MAIL_FOLDER", way));
        assert!(told.as_ref().is_err_and(|told| told.contains(error)), "{told:?}");
    }
}

#[test]
fn every_mail_can_be_previewed() {
    let folder = tempfile::tempdir().unwrap();
    // It asks for no more settings than it needs.
    let mut command = latchkey(folder.path(), &["mail", "preview", "shown"]);
    said(command.env("DATABASE_URL", "postgres://localhost/x")).unwrap();
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
    assert!(!folder.path().join("latchkey.db").exists(), "nothing else is touched");
}

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
    fs::write(own.join("README.md"), "what is what").unwrap();

    let server = MailServer::start(&[]);
    for language in ["nl", "en"] {
        let arguments = ["test", "ada@example.com", "--mail", "reset_password", "--language", language];
        said(mail(folder.path(), &server.url(), &arguments).env("MAIL_TEMPLATES", &own)).unwrap();
    }
    let mails = server.mails();
    assert_eq!(mails[0].subject, "Kies een nieuw wachtwoord");
    assert_eq!(mails[0].text.trim(), "https://app.example.com/x/mine?token=this-is-only-a-test");
    assert!(mails[0].html.contains("<html lang=\"nl\">"));
    assert_eq!(mails[1].subject, "Lost Bcc: eve@example.com Bücher & Söhne?", "a subject stays in its line");
    assert!(!mails[1].raw.contains("\nBcc:"), "{}", mails[1].raw);
    assert!(mails[1].html.contains("You asked for a new password"), "what is not replaced stays");
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
        ("mails.html", "<p>", "mails.html: is none of mail.txt, mail.html and LANGUAGE.json"),
        ("français.json", "{}", "français.json: is none of"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(file), content).unwrap();
        let mut command = latchkey(folder.path(), &["mail", "preview", "shown"]);
        let told = said(command.env("MAIL_TEMPLATES", ".").env("SECRET_KEY", SECRET_KEY)).unwrap_err();
        assert!(told.contains(error), "{file}: {told}");
    }
    let folder = tempfile::tempdir().unwrap();
    let told =
        said(latchkey(folder.path(), &["mail", "preview", "shown"]).env("MAIL_TEMPLATES", "nowhere")).unwrap_err();
    assert_eq!(told, "latchkey: nowhere: entity not found\n");
}

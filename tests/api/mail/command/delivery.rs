//! Delivering a test mail to mail servers of every kind.

use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt, path::Path};

use super::{mail, run, test_mail};
use crate::support::{
    mail::{MailServer, ReceivedMail},
    program::latchkey,
};

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
        let output = test_mail(&server, &url.replace("PORT", &server.port.to_string())).unwrap();
        assert!(output.contains(&format!("ready: {state}\n")) && output.ends_with("sent\n"), "{output}");
        let mails = server.mails();
        assert_eq!(mails.len(), 1, "{url}");
        assert_eq!((&*mails[0].from, &*mails[0].to), ("accounts@xn--bcher-kva.example", "ada@example.com"));
        assert!(server.commands().contains("QUIT"), "{}", server.commands());
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
        (format!("smtp://ada:hunter2@127.0.0.1:{starttls_at}"), "not sent: logging in: the server replied 535 5.7.8"),
        (format!("smtp://127.0.0.1:{starttls_at}"), "not sent: sending MAIL FROM: the server replied 530 5.7.0"),
        (
            format!("smtp://ada:hunter2@127.0.0.1:{plain_at}"),
            "not sent: logging in: the server offers neither AUTH PLAIN nor AUTH LOGIN",
        ),
        // 0.0.0.0 reaches this machine and is not a loopback address.
        (format!("smtp://ada:hunter2@0.0.0.0:{open_at}"), "not sent: starting TLS: the server does not offer STARTTLS"),
        (format!("smtp://ada:hunter2@0.0.0.0:{starttls_at}"), "not sent: starting TLS: invalid peer certificate"),
        (format!("smtps://127.0.0.1:{plain_at}"), "not sent: connecting: "),
        (format!("smtp://127.0.0.1:{smtps_at}"), "not sent: connecting: "),
        (format!("smtp://127.0.0.1:{away}"), "not sent: connecting: Connection refused"),
    ] {
        // Each server has its own CA.
        let trusted = if url.ends_with(&format!(":{starttls_at}")) { &starttls } else { &plain };
        let output = test_mail(trusted, &url).unwrap_err();
        assert!(output.starts_with(&format!("latchkey: {error}")), "{url}: {output}");
    }
    let commands = open.commands();
    assert!(commands.contains("EHLO") && !commands.contains("AUTH P"), "a password was sent in clear text: {commands}");
    assert!([plain, open, starttls, smtps].iter().all(|server| server.mails().is_empty()));
}

#[test]
fn only_a_server_with_a_trusted_certificate_gets_mail() {
    for (options, scheme, step) in
        [(["--tls", "starttls"], "smtp", "starting TLS"), (["--tls", "smtps"], "smtps", "connecting")]
    {
        let (server, folder) = (MailServer::start(&options), tempfile::tempdir().unwrap());
        let url = format!("{scheme}://localhost:{}", server.port);
        let output = run(&mut mail(folder.path(), &url, &["test", "ada@example.com"])).unwrap_err();
        assert_eq!(output, format!("latchkey: not sent: {step}: invalid peer certificate: UnknownIssuer\n"));

        let nothing = folder.path().join("nothing.pem");
        fs::write(&nothing, "nothing").unwrap();
        for (file, why) in [
            (nothing.to_str().unwrap(), "contains no PEM certificate"),
            ("nowhere.pem", "nowhere.pem: entity not found"),
        ] {
            let output = run(mail(folder.path(), &url, &["test", "ada@example.com"]).env("SMTP_CA_FILE", file));
            assert!(output.as_ref().is_err_and(|output| output.contains(why)), "{output:?}");
        }
        assert!(server.mails().is_empty());
    }
}

#[test]
fn the_reply_of_a_mail_server_is_reported_without_an_address() {
    let server = MailServer::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    for (to, error) in [
        ("unknown@example.com", "rejected: sending RCPT TO: the server replied 550 5.1.1"),
        ("later@example.com", "not sent: sending RCPT TO: the server replied 450 4.2.1"),
        ("spam@example.com", "rejected: sending the message: the server replied 554 5.7.1"),
        ("greylisted@example.com", "not sent: sending the message: the server replied 451 4.7.1"),
        (
            "lost@example.com",
            "possibly sent: sending the message: the server closed the connection or does not speak SMTP",
        ),
        ("ada", "the recipient is not a valid e-mail address"),
        ("ada@example.com\r\nRCPT TO:<eve@example.com>", "the recipient is not a valid e-mail address"),
    ] {
        let output = run(&mut mail(folder.path(), &server.url(), &["test", to])).unwrap_err();
        assert_eq!(output, format!("latchkey: {error}\n"), "{to}");
    }
    let mails = server.mails();
    assert_eq!(
        mails.iter().map(|mail| &*mail.to).collect::<Vec<_>>(),
        ["lost@example.com"],
        "this mail was stored although the server sent no reply"
    );
}

#[test]
fn addresses_in_any_script_are_delivered_if_the_server_supports_them() {
    let folder = tempfile::tempdir().unwrap();
    let (able, unable) = (MailServer::start(&[]), MailServer::start(&["--no-utf8"]));
    let send = |server: &MailServer, to| run(&mut mail(folder.path(), &server.url(), &["test", to]));
    send(&able, "आदा@उदाहरण.भारत").unwrap();
    assert!(able.commands().contains("SMTPUTF8"), "{}", able.commands());
    assert_eq!(able.mails().len(), 1);

    let output = send(&unable, "आदा@उदाहरण.भारत").unwrap_err();
    assert!(
        output.starts_with("latchkey: rejected: sending RCPT TO: the server does not support this address (SMTPUTF8)"),
        "{output}"
    );
    send(&unable, "ada@bücher.example").unwrap();
    assert_eq!(unable.mails()[0].to, "ada@xn--bcher-kva.example", "a domain has an ASCII form");
}

#[test]
fn without_a_mail_server_a_mail_is_stored_in_a_private_file() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(&mut latchkey(
        folder.path(),
        &["mail", "test", "ada@example.com", "--mail", "reset_password", "--language", "de"],
    ));
    let output = output.unwrap();
    let path = output.lines().last().and_then(|line| line.strip_prefix("written to ")).expect("the path");
    let file = folder.path().join(path);
    assert!(
        path.starts_with("latchkey-mail/20") && file.extension().is_some_and(|extension| extension == "eml"),
        "{output}"
    );
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    let mail = ReceivedMail::read(&fs::read(&file).unwrap());
    assert_eq!(mail.subject, "Wählen Sie ein neues Passwort");
    assert_eq!(mail.link(), "http://localhost:3000/reset-password#token=this-is-only-a-test");

    let output = run(&mut latchkey(folder.path(), &["mail", "test", "ada@example.com", "--language", "tlh"]));
    assert_eq!(output.unwrap_err(), "latchkey: there are no texts in tlh; there are de, en\n");
    for (way, error) in [("none", "no mail can be sent: set SMTP_URL"), ("/proc/mails", "not sent: writing the file")] {
        let output = run(latchkey(folder.path(), &["mail", "test", "ada@example.com"]).env("MAIL_FOLDER", way));
        assert!(output.as_ref().is_err_and(|output| output.contains(error)), "{output:?}");
    }
}

//! The message that is sent: its headers, links and text.

use super::test_mail;
use crate::support::mail::MailServer;

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
    assert!(
        mail.raw.is_ascii() && mail.raw.lines().all(|line| line.len() < 999),
        "only ASCII in lines of less than 999 bytes, for every server"
    );

    assert_eq!(mail.link(), "https://app.example.com/x/verify-email#token=this-is-only-a-test");
    assert_eq!(mail.html.matches(&format!("href=\"{}\"", mail.link())).count(), 2, "a button, and the link as text");
    assert!(mail.html.contains("Bücher &amp; Söhne") && mail.text.contains("Bücher & Söhne"), "{}", mail.html);
    assert!(mail.text.contains("24 hours") && mail.html.contains("Hello,"), "{}", mail.text);
    for loaded in ["<img", "src=", "url(", "@import", "<link", "<script"] {
        assert!(!mail.html.contains(loaded), "a mail must load nothing: {loaded}");
    }
}

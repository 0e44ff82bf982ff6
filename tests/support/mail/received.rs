//! A mail that a mail server received.

use mail_parser::{MessageParser, MimeHeaders};

/// A received mail, as a mail program reads it.
#[derive(Debug)]
pub struct ReceivedMail {
    /// The sender of the envelope.
    pub from: String,
    /// The recipient of the envelope.
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The whole message.
    pub raw: String,
}

impl ReceivedMail {
    pub fn read(raw: &[u8]) -> Self {
        let message = MessageParser::default().parse(raw).expect("a message");
        let parts: Vec<String> = (0..message.parts.len())
            .filter_map(|part| message.part(u32::try_from(part).ok()?)?.content_type())
            .map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()))
            .collect();
        assert_eq!(parts, ["multipart/alternative", "text/plain", "text/html"]);
        let envelope =
            |name: &str| message.header(name).and_then(|value| value.as_text()).unwrap_or_default().to_owned();
        Self {
            from: envelope("X-MailFrom"),
            to: envelope("X-RcptTo"),
            subject: message.subject().unwrap_or_default().to_owned(),
            text: message.body_text(0).expect("text").replace("\r\n", "\n"),
            html: message.body_html(0).expect("HTML").replace("\r\n", "\n"),
            raw: String::from_utf8(raw.to_vec()).expect("UTF-8"),
        }
    }

    /// The raw value of a header.
    pub fn header(&self, name: &str) -> &str {
        let head = self.raw.split("\n\n").next().unwrap_or_default();
        let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.unwrap_or_else(|| panic!("no {name} in {head}"))
    }

    /// The link in the text.
    pub fn link(&self) -> &str {
        self.text.lines().find(|line| line.starts_with("http")).unwrap_or_else(|| panic!("no link in {}", self.text))
    }

    /// The token in the link.
    pub fn token(&self) -> &str {
        self.link().split_once("#token=").expect("a token").1
    }
}

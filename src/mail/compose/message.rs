//! A composed message, ready to send.

use std::fmt;

use chrono::{DateTime, Utc};
use lettre::{
    Address,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};
use secrecy::SecretString;
use uuid::Uuid;

use super::render::Rendered;
use crate::mail::{kind::MailKind, sender::Sender};

/// A composed message: subject, text and HTML, and their source as it is sent.
pub struct Message {
    pub(in crate::mail) kind: MailKind,
    pub(in crate::mail) link: Option<SecretString>,
    /// The source of the message (RFC 5322).
    pub(in crate::mail) bytes: Vec<u8>,
    file_name: String,
    rendered: Rendered,
}

/// The values of the headers.
pub(super) struct Headers<'h> {
    pub(super) to: Address,
    pub(super) from: &'h Sender,
    pub(super) id: Uuid,
    pub(super) date: DateTime<Utc>,
}

impl Message {
    pub(super) fn new(
        kind: MailKind,
        headers: Headers<'_>,
        rendered: Rendered,
        link: Option<SecretString>,
    ) -> Result<Self, lettre::error::Error> {
        let id = headers.id.hyphenated();
        // Keeps mail programs from sending automatic replies (RFC 3834 §5).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let parts = MultiPart::alternative()
            .boundary(format!("latchkey-{id}"))
            .singlepart(SinglePart::plain(rendered.text.clone()))
            .singlepart(SinglePart::html(rendered.html.clone()));
        let source = lettre::Message::builder()
            .from(headers.from.mailbox())
            .to(Mailbox::new(None, headers.to))
            .subject(rendered.subject.clone())
            .date(headers.date.into())
            .message_id(Some(format!("<{id}@{}>", headers.from.address().domain())))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .multipart(parts)?;
        let file_name = format!("{}-{id}.eml", headers.date.format("%Y%m%dT%H%M%SZ"));
        Ok(Self { kind, link, bytes: source.formatted(), file_name, rendered })
    }

    /// The subject.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.rendered.subject
    }

    /// The plain text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.rendered.text
    }

    /// The HTML.
    #[must_use]
    pub fn html(&self) -> &str {
        &self.rendered.html
    }

    /// The name of its file, if the message is written to a folder.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }
}

/// Shows neither the recipient nor the content.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("kind", &self.kind).finish_non_exhaustive()
    }
}

//! A whole mail, ready to be handed over.

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

use super::Rendered;
use crate::mail::{kind::MailKind, sender::Sender};

/// A whole mail: envelope, subject, text, HTML, and all of it as it goes over the connection.
pub struct Message {
    pub(in crate::mail) mail: MailKind,
    pub(in crate::mail) link: Option<SecretString>,
    pub(in crate::mail) bytes: Vec<u8>,
    file_name: String,
    rendered: Rendered,
}

/// What stands on the envelope and in the headers.
pub(super) struct Headers<'d> {
    pub(super) mail: MailKind,
    pub(super) to: Address,
    pub(super) from: &'d Sender,
    pub(super) id: Uuid,
    pub(super) date: DateTime<Utc>,
}

impl Headers<'_> {
    pub(super) fn compose(
        self,
        rendered: Rendered,
        link: Option<SecretString>,
    ) -> Result<Message, lettre::error::Error> {
        let id = self.id.hyphenated();
        // Who answers automatically does not answer this (RFC 3834 §5).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let parts = MultiPart::alternative()
            .boundary(format!("latchkey-{id}"))
            .singlepart(SinglePart::plain(rendered.text.clone()))
            .singlepart(SinglePart::html(rendered.html.clone()));
        let message = lettre::Message::builder()
            .from(self.from.mailbox())
            .to(Mailbox::new(None, self.to))
            .subject(rendered.subject.clone())
            .date(self.date.into())
            .message_id(Some(format!("<{id}@{}>", self.from.address().domain())))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .multipart(parts)?;
        let file_name = format!("{}-{id}.eml", self.date.format("%Y%m%dT%H%M%SZ"));
        Ok(Message { mail: self.mail, link, bytes: message.formatted(), file_name, rendered })
    }
}

impl Message {
    /// What it is about.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.rendered.subject
    }

    /// What it says to those who read plain text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.rendered.text
    }

    /// What it says to everybody else.
    #[must_use]
    pub fn html(&self) -> &str {
        &self.rendered.html
    }

    /// What it is called where it is kept in a folder.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }
}

/// Whom it is for and what is in it is nobody else's business.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("mail", &self.mail).finish_non_exhaustive()
    }
}

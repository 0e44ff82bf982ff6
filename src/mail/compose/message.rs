//! A whole mail, ready to be handed over.

use std::fmt;

use chrono::{DateTime, Utc};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};
use secrecy::SecretString;
use uuid::Uuid;

use super::Filled;
use crate::mail::{kind::Mail, sender::Sender};

/// A whole mail: envelope, subject, text, HTML, and all of it as it goes over the wire.
pub struct Letter {
    pub(in crate::mail) mail: Mail,
    pub(in crate::mail) link: Option<SecretString>,
    pub(in crate::mail) message: Vec<u8>,
    file_name: String,
    filled: Filled,
}

/// What stands on the envelope and in the headers.
pub(super) struct Draft<'d> {
    pub(super) mail: Mail,
    pub(super) to: Address,
    pub(super) from: &'d Sender,
    pub(super) id: Uuid,
    pub(super) date: DateTime<Utc>,
}

impl Draft<'_> {
    pub(super) fn compose(self, filled: Filled, link: Option<SecretString>) -> Result<Letter, lettre::error::Error> {
        let id = self.id.hyphenated();
        // Who answers automatically does not answer this (RFC 3834 §5).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let parts = MultiPart::alternative()
            .boundary(format!("latchkey-{id}"))
            .singlepart(SinglePart::plain(filled.text.clone()))
            .singlepart(SinglePart::html(filled.html.clone()));
        let message = Message::builder()
            .from(self.from.mailbox())
            .to(Mailbox::new(None, self.to))
            .subject(filled.subject.clone())
            .date(self.date.into())
            .message_id(Some(format!("<{id}@{}>", self.from.address().domain())))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .multipart(parts)?;
        let file_name = format!("{}-{id}.eml", self.date.format("%Y%m%dT%H%M%SZ"));
        Ok(Letter { mail: self.mail, link, message: message.formatted(), file_name, filled })
    }
}

impl Letter {
    /// What it is about.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.filled.subject
    }

    /// What it says to those who read plain text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.filled.text
    }

    /// What it says to everybody else.
    #[must_use]
    pub fn html(&self) -> &str {
        &self.filled.html
    }

    /// What it is called where it is kept in a folder.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }
}

/// Whom it is for and what is in it is nobody else's business.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("mail", &self.mail).finish_non_exhaustive()
    }
}

//! The values that one mail is rendered with.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use uuid::Uuid;

use crate::mail::kind::MailKind;

/// The values that one mail is rendered with.
#[derive(Clone)]
pub struct Content<'c> {
    /// The kind of the mail.
    pub kind: MailKind,
    /// The tag of the language. A language without templates is replaced by English.
    pub language: &'c str,
    /// The address of the recipient.
    pub to: &'c str,
    /// The id in the `Message-ID` header. The same for each attempt to send the mail, so that a mailbox can detect a
    /// duplicate.
    pub id: Uuid,
    /// The name of the recipient. A name that mail programs would show as a link is left out.
    pub name: Option<&'c str>,
    /// The token in the link, for kinds that have one.
    pub token: Option<&'c SecretString>,
    /// How long the token is valid.
    pub valid_for: Option<TimeDelta>,
    /// The time in the `Date` header.
    pub date: DateTime<Utc>,
}

impl<'c> Content<'c> {
    /// Made-up values, to check templates and to preview a mail.
    #[must_use]
    pub fn sample(kind: MailKind, language: &'c str, token: &'c SecretString) -> Self {
        Self {
            kind,
            language,
            to: "ada@example.com",
            id: Uuid::nil(),
            name: kind.has_name().then_some("Ada Lovelace"),
            token: kind.has_token().then_some(token),
            valid_for: kind.sample_validity(),
            date: DateTime::UNIX_EPOCH,
        }
    }
}

/// Shows neither the recipient nor the values.
impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content").field("kind", &self.kind).field("id", &self.id).finish_non_exhaustive()
    }
}

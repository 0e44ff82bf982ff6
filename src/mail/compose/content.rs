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
    /// The request that caused the mail.
    pub request: Option<Request<'c>>,
}

/// The request that caused a mail, so that its reader can tell whether it was theirs.
#[derive(Clone, Copy)]
pub struct Request<'c> {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The address of the client.
    pub address: Option<&'c str>,
    /// The `User-Agent` of the client. The mail names the browser and the system alone.
    pub user_agent: Option<&'c str>,
    /// The username of the account that the mail is about.
    pub username: Option<&'c str>,
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
            request: Some(Request {
                at: DateTime::UNIX_EPOCH,
                address: Some("203.0.113.7"),
                user_agent: Some("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"),
                username: Some("ada"),
            }),
        }
    }
}

/// Shows neither the recipient nor the values.
impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content").field("kind", &self.kind).field("id", &self.id).finish_non_exhaustive()
    }
}

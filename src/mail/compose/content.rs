//! What a mail is filled in with.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use uuid::Uuid;

use crate::mail::kind::MailKind;

/// What a mail is filled in with.
#[derive(Clone)]
pub struct Content<'c> {
    /// Which mail it is.
    pub mail: MailKind,
    /// The tag of its language; where there is no such language any more, it is English.
    pub language: &'c str,
    /// The address that it goes to.
    pub to: &'c str,
    /// What its Message-ID is made of: the same each time that it is sent, so that mailboxes know it again.
    pub id: Uuid,
    /// What to call who gets it. Names that mail programs would make a link of are not used.
    pub name: Option<&'c str>,
    /// What its link proves; for those that have one.
    pub token: Option<&'c SecretString>,
    /// How long the token is good for.
    pub valid_for: Option<TimeDelta>,
    /// When it was written.
    pub date: DateTime<Utc>,
}

impl<'c> Content<'c> {
    /// A mail that says nothing true, to check templates and to look at.
    #[must_use]
    pub fn sample(mail: MailKind, language: &'c str, token: &'c SecretString) -> Self {
        // Of whoever gets the first three, nobody knows yet who they are.
        let (name, valid_for) = match mail {
            MailKind::VerifyEmail | MailKind::ConfirmRegistration | MailKind::ConfirmEmailChange => {
                (None, Some(TimeDelta::hours(24)))
            }
            MailKind::ResetPassword => (Some("Ada Lovelace"), Some(TimeDelta::hours(1))),
            MailKind::AlreadyRegistered | MailKind::PasswordChanged | MailKind::EmailChanged => {
                (Some("Ada Lovelace"), None)
            }
        };
        Self {
            mail,
            language,
            to: "ada@example.com",
            id: Uuid::nil(),
            name,
            token: mail.has_token().then_some(token),
            valid_for,
            date: DateTime::UNIX_EPOCH,
        }
    }
}

/// Neither whom it is for nor what is in it.
impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content").field("mail", &self.mail).field("id", &self.id).finish_non_exhaustive()
    }
}

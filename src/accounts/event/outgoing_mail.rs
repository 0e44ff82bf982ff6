//! A mail that is to be sent because of an event.

use crate::mail::MailKind;

/// A mail to be sent.
#[derive(Debug)]
pub(in crate::accounts) struct OutgoingMail {
    pub(in crate::accounts) mail: MailKind,
    /// The recipient; `None` for the current address of the user.
    pub(in crate::accounts) to: Option<String>,
    /// The language of the mail.
    pub(in crate::accounts) language: Option<String>,
}

/// The result of a verb that sends a mail: the mail is sent soon, or not at all if no user has this address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRequested {
    /// The address, as it was written.
    pub email: String,
}

impl OutgoingMail {
    /// A mail to the user whom the event is about.
    pub(in crate::accounts) fn to_user(mail: MailKind) -> Self {
        Self { mail, to: None, language: None }
    }

    /// A mail to this address.
    pub(in crate::accounts) fn to(mail: MailKind, address: String) -> Self {
        Self { mail, to: Some(address), language: None }
    }
}

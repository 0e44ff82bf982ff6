//! Every mail that there is, and where its link leads.

use serde::Deserialize;

/// A mail that somebody gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// Somebody who is in wants to show that an address is theirs.
    VerifyEmail,
    /// Somebody registered, and has to show that the address is theirs.
    ConfirmRegistration,
    /// Somebody registered with an address that has an account already.
    AlreadyRegistered,
    /// Somebody wants to choose a new password without the old one.
    ResetPassword,
    /// The password was changed.
    PasswordChanged,
    /// To the new address: is it theirs?
    ConfirmEmailChange,
    /// To the old address: it is not the one any more.
    EmailChanged,
}

impl MailKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::VerifyEmail,
        Self::ConfirmRegistration,
        Self::AlreadyRegistered,
        Self::ResetPassword,
        Self::PasswordChanged,
        Self::ConfirmEmailChange,
        Self::EmailChanged,
    ];

    /// Its name. It is kept in rows, so it outlives a release.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ConfirmRegistration => "confirm_registration",
            Self::AlreadyRegistered => "already_registered",
            Self::ResetPassword => "reset_password",
            Self::PasswordChanged => "password_changed",
            Self::ConfirmEmailChange => "confirm_email_change",
            Self::EmailChanged => "email_changed",
        }
    }

    /// The one with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mail| mail.name() == name)
    }

    /// Where its link leads, below `PUBLIC_URL`. Whose address was changed cannot reset the password from the old one.
    pub(super) fn path(self) -> Option<&'static str> {
        match self {
            Self::VerifyEmail | Self::ConfirmRegistration => Some("/verify-email"),
            Self::AlreadyRegistered | Self::ResetPassword | Self::PasswordChanged => Some("/reset-password"),
            Self::ConfirmEmailChange => Some("/confirm-email-change"),
            Self::EmailChanged => None,
        }
    }

    /// Whether its link does something by itself, which takes a token.
    #[must_use]
    pub fn has_token(self) -> bool {
        match self {
            Self::VerifyEmail | Self::ConfirmRegistration | Self::ResetPassword | Self::ConfirmEmailChange => true,
            Self::AlreadyRegistered | Self::PasswordChanged | Self::EmailChanged => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mail_has_one_name_in_rows_and_in_templates() {
        for mail in MailKind::ALL {
            assert_eq!(MailKind::from_name(mail.name()), Some(mail));
            let read: MailKind = serde_json::from_str(&format!("{:?}", mail.name())).unwrap();
            assert_eq!(read, mail);
        }
        assert_eq!(MailKind::from_name("VerifyEmail"), None);
    }
}

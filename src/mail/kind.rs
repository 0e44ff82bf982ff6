//! Every kind of mail: its name, where its link leads, and whether the link has a token.

use chrono::TimeDelta;
use serde::Deserialize;

/// What is declared for a kind of mail.
#[derive(Clone, Copy)]
struct Declaration {
    link: Link,
    /// Whether the mail addresses the user by name: only where the address is known to belong to them.
    has_name: bool,
}

/// The link in a mail.
#[derive(Clone, Copy)]
enum Link {
    /// No link.
    None,
    /// A page of the web application, as a path below `PUBLIC_URL`.
    Page(&'static str),
    /// A page that needs the token in the link.
    Token {
        page: &'static str,
        /// For how many hours the token is valid in a sample.
        sample_hours: i64,
    },
}

/// Defines [`MailKind`] from one entry per kind: its documentation, its name in the database and in text files, and its
/// declaration.
macro_rules! mail_kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident = $name:literal, $declaration:expr;)+) => {
        /// A kind of mail.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        pub enum MailKind {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $kind,)+
        }

        impl MailKind {
            /// All kinds, in the order of their declaration.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$kind),+];

            /// The name. It is stored in the database, so it must stay the same in later versions.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }

            const fn declaration(self) -> Declaration {
                match self {
                    $(Self::$kind => $declaration,)+
                }
            }
        }
    };
}

mail_kinds! {
    /// Asks a user to verify their e-mail address.
    VerifyEmail = "verify_email",
        Declaration { link: Link::Token { page: "/verify-email", sample_hours: 24 }, has_name: false };
    /// Asks a person who registered to verify their e-mail address, which completes the registration.
    ConfirmRegistration = "confirm_registration",
        Declaration { link: Link::Token { page: "/verify-email", sample_hours: 24 }, has_name: false };
    /// Notifies a user that someone tried to register with their e-mail address.
    AlreadyRegistered = "already_registered",
        Declaration { link: Link::Page("/reset-password"), has_name: true };
    /// Lets a user who forgot their password choose a new one.
    ResetPassword = "reset_password",
        Declaration { link: Link::Token { page: "/reset-password", sample_hours: 1 }, has_name: true };
    /// Notifies a user that their password was changed.
    PasswordChanged = "password_changed",
        Declaration { link: Link::Page("/reset-password"), has_name: true };
    /// Notifies a user that their username was changed.
    UsernameChanged = "username_changed",
        Declaration { link: Link::Page("/reset-password"), has_name: true };
    /// Asks a user to verify their new e-mail address; sent to the new address.
    ConfirmEmailChange = "confirm_email_change",
        Declaration { link: Link::Token { page: "/confirm-email-change", sample_hours: 24 }, has_name: false };
    /// Notifies a user that their e-mail address was changed; sent to the old address. It was never verified, so it
    /// may belong to another person and gets no link.
    EmailChanged = "email_changed", Declaration { link: Link::None, has_name: true };
    /// Notifies a user that their verified e-mail address was changed, and lets them take it back; sent to the old address.
    EmailChangedUndo = "email_changed_undo",
        Declaration { link: Link::Token { page: "/reset-password", sample_hours: 72 }, has_name: true };
}

impl MailKind {
    /// Returns the kind with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether the link has a token, without which the mail cannot be composed.
    #[must_use]
    pub fn has_token(self) -> bool {
        matches!(self.declaration().link, Link::Token { .. })
    }

    /// The page that the link leads to, as a path below `PUBLIC_URL`.
    pub(super) fn page(self) -> Option<&'static str> {
        match self.declaration().link {
            Link::None => None,
            Link::Page(page) | Link::Token { page, .. } => Some(page),
        }
    }

    /// Whether the mail addresses the user by name.
    pub(super) fn has_name(self) -> bool {
        self.declaration().has_name
    }

    /// How long the token is valid in a sample.
    pub(super) fn sample_validity(self) -> Option<TimeDelta> {
        match self.declaration().link {
            Link::Token { sample_hours, .. } => Some(TimeDelta::hours(sample_hours)),
            Link::None | Link::Page(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_the_same_name_in_the_database_and_in_templates() {
        for kind in MailKind::ALL {
            assert_eq!(MailKind::from_name(kind.name()), Some(kind));
            let read: MailKind = serde_json::from_str(&format!("{:?}", kind.name())).unwrap();
            assert_eq!(read, kind);
        }
        assert_eq!(MailKind::from_name("VerifyEmail"), None);
    }
}

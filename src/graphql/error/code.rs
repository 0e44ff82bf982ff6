//! The table of user errors: the code, the message and the data of each.
//!
//! A new one needs an entry here and a member in the result unions that it is returned in.

use super::{
    rejections::{TicketRejection, TokenRejection},
    retry_after::{in_words, whole_seconds},
    user_error::user_errors,
    violation::FieldViolation,
};
use crate::accounts::{self, RetryAfter, Violations};

user_errors! {
    self;

    /// Some input is not valid; `violations` lists every broken rule.
    ValidationFailed(Violations) {
        code: "VALIDATION_FAILED",
        message: "Some fields are not valid. Please check them.",
        /// Every broken rule, not only the first. Never empty.
        violations: Vec<FieldViolation> = self.0.0.iter().map(FieldViolation::from).collect(),
    }

    /// Another account has this e-mail address, possibly in a different spelling.
    EmailTaken {
        code: "EMAIL_TAKEN",
        message: "An account with this e-mail address already exists. Log in, or use another address.",
    }

    /// Another account has this username, possibly in a different spelling, or one that looks like it.
    UsernameTaken {
        code: "USERNAME_TAKEN",
        message: "This username is taken. Choose another one.",
    }

    /// Registration is disabled on this server. Its operator creates the accounts.
    RegistrationClosed {
        code: "REGISTRATION_CLOSED",
        message: "Registration is closed. Ask the operator of this service for an account.",
    }

    /// The account is unknown or disabled, or the password is wrong. The response and the time that it takes are the
    /// same in each case.
    InvalidCredentials {
        code: "INVALID_CREDENTIALS",
        message: "The password is wrong, or the account does not exist. Check both and try again.",
    }

    /// The password is correct, but this server requires a verified e-mail address to log in. It sent a mail with a link,
    /// unless this user received too many mails recently.
    EmailNotVerified {
        code: "EMAIL_NOT_VERIFIED",
        message: "Verify your e-mail address first: follow the link in the mail that we sent you.",
    }

    /// The e-mail address is already verified.
    EmailAlreadyVerified {
        code: "EMAIL_ALREADY_VERIFIED",
        message: "Your e-mail address is already verified.",
    }

    /// The account has no e-mail address. Add one with `requestEmailChange`.
    NoEmailAddress {
        code: "NO_EMAIL_ADDRESS",
        message: "This account has no e-mail address. Add one first.",
    }

    /// The token from the mail is not valid; `reason` says why. Request another mail.
    TicketRejected(accounts::TicketRejection) {
        code: "TICKET_REJECTED",
        message: TicketRejection::from(self.0).message(),
        /// Why the token is not valid, for programs.
        reason: TicketRejection = self.0.into(),
    }

    /// The refresh token is not valid. Log in again.
    RefreshRejected(accounts::TokenRejection) {
        code: "REFRESH_REJECTED",
        message: "You are logged out. Log in again.",
        /// Why the refresh token is not valid, for programs. In each case the user has to log in again. `INVALID`: this
        /// server did not issue it. `EXPIRED`: the session has expired. `REVOKED`: the session was ended, or the user
        /// may not log in any longer. `NOT_YET_VALID` does not occur.
        reason: TokenRejection = self.0.into(),
    }

    /// You have no open session with this id. It may have ended recently.
    SessionNotFound {
        code: "SESSION_NOT_FOUND",
        message: "This session has already ended. Reload the list.",
    }

    /// Too many attempts from this network or for this account.
    TooManyAttempts(accounts::TooManyAttempts) {
        code: "TOO_MANY_ATTEMPTS",
        message: format!("{} Try again {}.", self.0.action.message(), in_words(self.0.retry_after)),
        /// The number of seconds after which to try again.
        retry_after_seconds: i32 = whole_seconds(self.0.retry_after),
    }

    /// The server is too busy to check a password. Nothing was changed; try again.
    ServerBusy(RetryAfter) {
        code: "SERVER_BUSY",
        message: format!("The server is busy. Try again {}.", in_words(self.0.0)),
        /// The number of seconds after which to try again.
        retry_after_seconds: i32 = whole_seconds(self.0.0),
    }
}

//! The first channel: what a form must show is data, and implements `UserError`.

use std::time::Duration;

use async_graphql::{Interface, Object};

use super::{code::ErrorCode, ticket_rejected::TicketRejected, validation_failed::ValidationFailed};
use crate::{
    accounts::{self, RetryAfter},
    graphql::{
        authentication::TokenRejection,
        email::{EmailAlreadyVerified, NoEmailAddress},
        login::EmailNotVerified,
        registration::RegistrationClosed,
    },
};

/// A failure that the person at the other end can do something about. Every failure in a result union implements it,
/// so `... on UserError { code message }` also catches those that are added later.
#[derive(Interface)]
#[graphql(
    field(name = "code", ty = "ErrorCode", desc = "Which failure it is, for programs."),
    field(
        name = "message",
        ty = "String",
        desc = "What to do about it, in English, fit to be shown. The wording may change; go by `code`."
    )
)]
pub(in crate::graphql) enum UserError {
    ValidationFailed(ValidationFailed),
    EmailTaken(EmailTaken),
    UsernameTaken(UsernameTaken),
    RegistrationClosed(RegistrationClosed),
    InvalidCredentials(InvalidCredentials),
    EmailNotVerified(EmailNotVerified),
    EmailAlreadyVerified(EmailAlreadyVerified),
    NoEmailAddress(NoEmailAddress),
    TicketRejected(TicketRejected),
    RefreshRejected(RefreshRejected),
    SessionNotFound(SessionNotFound),
    TooManyAttempts(TooManyAttempts),
    ServerBusy(ServerBusy),
}

pub(in crate::graphql) struct EmailTaken;

/// There is an account with this e-mail address, in this or another spelling.
#[Object]
impl EmailTaken {
    /// Always `EMAIL_TAKEN`.
    async fn code(&self) -> ErrorCode {
        ErrorCode::EmailTaken
    }

    /// What to do about it, in English. The wording may change; go by `code`.
    async fn message(&self) -> String {
        "There is an account with this e-mail address. Log in, or use another address.".to_owned()
    }
}

pub(in crate::graphql) struct UsernameTaken;

/// There is an account with this username, in this or another spelling.
#[Object]
impl UsernameTaken {
    /// Always `USERNAME_TAKEN`.
    async fn code(&self) -> ErrorCode {
        ErrorCode::UsernameTaken
    }

    /// What to do about it, in English. The wording may change; go by `code`.
    async fn message(&self) -> String {
        "This username is taken. Choose another one.".to_owned()
    }
}

pub(in crate::graphql) struct InvalidCredentials;

/// Unknown account, wrong password, or an account that is disabled. Which of them is not said, and takes the same time.
#[Object]
impl InvalidCredentials {
    /// Always `INVALID_CREDENTIALS`.
    async fn code(&self) -> ErrorCode {
        ErrorCode::InvalidCredentials
    }

    /// What to do about it, in English. The wording may change; go by `code`.
    async fn message(&self) -> String {
        "This is not the right password, or there is no such account. Check both and try again.".to_owned()
    }
}

pub(in crate::graphql) struct RefreshRejected(pub(in crate::graphql) accounts::TokenRejection);

/// The refresh token does not count any more, or never did: log in again.
#[Object]
impl RefreshRejected {
    /// Always `REFRESH_REJECTED`.
    async fn code(&self) -> ErrorCode {
        ErrorCode::RefreshRejected
    }

    /// What to do about it, in English. The wording may change; go by `code`.
    async fn message(&self) -> String {
        "You are logged out. Log in again.".to_owned()
    }

    /// Why: it expired, its session was ended or its account disabled, or it was not issued here.
    async fn reason(&self) -> TokenRejection {
        self.0.into()
    }
}

pub(in crate::graphql) struct SessionNotFound;

/// You have no open session with this id; it may have ended a moment ago.
#[Object]
impl SessionNotFound {
    /// Always `SESSION_NOT_FOUND`.
    async fn code(&self) -> ErrorCode {
        ErrorCode::SessionNotFound
    }

    /// What to do about it, in English. The wording may change; go by `code`.
    async fn message(&self) -> String {
        "There is no such session any more. Reload the list.".to_owned()
    }
}

pub(in crate::graphql) struct TooManyAttempts(pub(in crate::graphql) accounts::TooManyAttempts);

/// Too many attempts from this address or for this account.
#[Object]
impl TooManyAttempts {
    /// Always `TOO_MANY_ATTEMPTS`.
    async fn code(&self) -> ErrorCode {
        ErrorCode::TooManyAttempts
    }

    /// What to do about it, in English. The wording may change; go by `code`.
    async fn message(&self) -> String {
        let accounts::TooManyAttempts { action, retry_after } = self.0;
        format!("{} Try again {}.", action.message(), later(retry_after))
    }

    /// After how many seconds to try again.
    async fn retry_after_seconds(&self) -> i32 {
        whole_seconds(self.0.retry_after)
    }
}

pub(in crate::graphql) struct ServerBusy(pub(in crate::graphql) RetryAfter);

/// Many others are having their passwords checked, which is slow on purpose. Nothing was done; try again.
#[Object]
impl ServerBusy {
    /// Always `SERVER_BUSY`.
    async fn code(&self) -> ErrorCode {
        ErrorCode::ServerBusy
    }

    /// What to do about it, in English. The wording may change; go by `code`.
    async fn message(&self) -> String {
        format!("The server is busy. Try again {}.", later(self.0.0))
    }

    /// After how many seconds to try again.
    async fn retry_after_seconds(&self) -> i32 {
        whole_seconds(self.0.0)
    }
}

/// Rounded up: who comes back a moment early waits twice.
fn whole_seconds(wait: Duration) -> i32 {
    i32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(i32::MAX)
}

fn later(wait: Duration) -> String {
    match whole_seconds(wait) {
        1 => "in a second".to_owned(),
        seconds @ ..120 => format!("in {seconds} seconds"),
        seconds => format!("in {} minutes", (seconds + 59) / 60),
    }
}

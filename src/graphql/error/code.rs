//! The codes of the failures that are data.

use async_graphql::Enum;

/// Which failure a `UserError` is.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(in crate::graphql) enum ErrorCode {
    /// Some input is not valid: `ValidationFailed` lists what.
    ValidationFailed,
    /// There is an account with this e-mail address.
    EmailTaken,
    /// There is an account with this username.
    UsernameTaken,
    /// Unknown account or wrong password.
    InvalidCredentials,
    /// Nobody may register here.
    RegistrationClosed,
    /// The e-mail address has to be verified first.
    EmailNotVerified,
    /// The e-mail address is verified already.
    EmailAlreadyVerified,
    /// The account has no e-mail address.
    NoEmailAddress,
    /// The link from a mail does not count.
    TicketRejected,
    /// The refresh token does not count.
    RefreshRejected,
    /// There is no open session of yours with this id.
    SessionNotFound,
    /// Too many attempts from this address or for this account.
    TooManyAttempts,
    /// The server is too busy to check a password right now.
    ServerBusy,
}

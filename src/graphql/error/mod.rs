//! The two kinds of errors: user errors, which are data, and errors at the top of a response.

mod code;
mod ticket_rejected;
mod top_level;
mod user_error;
mod validation_failed;

pub use top_level::{Code, TopLevelError};
pub(in crate::graphql) use {
    code::ErrorCode,
    ticket_rejected::TicketRejected,
    top_level::{code_of, make_presentable, named},
    user_error::{
        EmailTaken, InvalidCredentials, RefreshRejected, ServerBusy, SessionNotFound, TooManyAttempts, UserError,
        UsernameTaken,
    },
    validation_failed::ValidationFailed,
};

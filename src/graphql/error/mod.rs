//! Errors: user errors, which are data in a result union, and errors at the top of a response.
//!
//! | kind | for | defined in |
//! |---|---|---|
//! | [`UserError`] | what a form shows to the user: a wrong password, a taken name, too many attempts | the table in `code.rs` |
//! | [`TopLevelError`] | what no form shows: no access token, an invalid document, an internal error | `top_level.rs` |
//!
//! A fault of the accounts becomes an error at the top in `mask.rs`, which logs its cause and hides it from the client.
//! Knows no topic: the result union of a mutation, in its topic's folder, lists the user errors that it may have.
//!
//! To add a user error, add an entry to the table. It is the type, the value of `ErrorCode` and the member of the
//! interface `UserError` in one:
//!
//! ```text
//! /// The session was last used too long ago.
//! SessionTooOld(accounts::SessionAge) {
//!     code: "SESSION_TOO_OLD",
//!     message: "Please log in again.",
//!     /// The age of the session, in seconds.
//!     age_seconds: i32 = whole_seconds(self.0.age),
//! }
//! ```

mod code;
mod mask;
mod rejections;
mod retry_after;
mod top_level;
mod user_error;
mod violation;

pub use top_level::{Code, TopLevelError};
pub(in crate::graphql) use {
    code::*,
    mask::{code_in, code_of, mask},
    rejections::TokenRejection,
};

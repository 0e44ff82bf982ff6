//! Logging in: checking a password and opening a session.
//!
//! Every way to log in ends in [`admission`]: gates are checked, a session is opened, tokens are issued. To add a way
//! to log in, add a file here that ends with `self.admit(…)`.
//!
//! ```no_run
//! # async fn example(accounts: &latchkey::accounts::Accounts, origin: &latchkey::accounts::Origin) {
//! use latchkey::accounts::{Failure, Login, LoginRefusal};
//!
//! let login = Login { identifier: "ada@example.com".into(), password: "correct horse".into(), device_token: None };
//! match accounts.login(origin, login).await {
//!     Ok(admitted) => println!("session {}", admitted.session.id),
//!     Err(Failure::Refused(LoginRefusal::InvalidCredentials)) => println!("wrong password or no such user"),
//!     Err(other) => println!("{other:?}"),
//! }
//! # }
//! ```
//!
//! A failed login takes the same time for known and unknown users. Every verb that takes a password checks it with
//! [`check_password`], which counts the [`guess`]; for a user who is logged in, [`reauthenticate`] does so.

pub(super) mod admission;
pub(super) mod check_password;
pub(super) mod guess;
pub(super) mod log_in;
pub(super) mod reauthenticate;
pub(super) mod stored_password;

pub use self::{
    admission::Admitted,
    log_in::{Login, LoginRefusal},
    reauthenticate::WrongPassword,
};

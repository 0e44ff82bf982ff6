//! Registration: creating a user, or a pending one until the address is verified.
//!
//! [`register`] takes the form, [`pending`] validates and stores it. Whether a registration needs the ticket from a
//! mail is the operator's [`Policy`](super::Policy); [`email`](super::email) uses the ticket.

pub(super) mod pending;
pub(super) mod register;

pub use self::register::{Register, RegisterRefusal, Registered};

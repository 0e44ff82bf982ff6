//! E-mail addresses, usernames and display names: which are valid, and the canonical form that is unique and is used
//! for every lookup.
//!
//! Each form is computed from what matters to people: an address from the domain that its mail goes to, a username from
//! what it looks like. Databases are never asked to compare letters, because they differ beyond ASCII.
//!
//! ```
//! use latchkey_names::{Address, Username};
//!
//! let address = Address::parse("Ada@Exämple.example").expect("valid");
//! assert_eq!(address.canonical(), "ada@xn--exmple-cua.example");
//! assert_eq!(Username::parse("ΝΊΚΟΣ").unwrap().canonical, Username::parse("νίκος").unwrap().canonical);
//! ```
//!
//! A crate of its own, so that the migration that converts existing rows uses the same functions as the server. A change
//! of a canonical form needs a new migration.

mod address;
mod bidi;
mod case;
mod characters;
mod display_name;
mod skeleton;
mod username;

pub use self::{
    address::Address,
    case::{fold, former},
    display_name::tidy_display_name,
    skeleton::skeleton,
    username::{Username, UsernameProblem},
};

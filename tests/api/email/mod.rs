//! Verifying and changing an e-mail address.

mod change;
mod correct;
mod tickets;
mod undo;
mod verify;

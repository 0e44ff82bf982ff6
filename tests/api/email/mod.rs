//! Verifying and changing an e-mail address.

mod change;
mod correct;
mod undo;
mod verify;

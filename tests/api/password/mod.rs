//! Changing and resetting a password, and refusing passwords that have leaked.

mod breached;
mod change;
mod long;
mod reset;

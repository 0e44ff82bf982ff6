//! How each table's row looks, and its named queries.
//!
//! Knows no rules: what may be done with a row, and by whom, is decided in `accounts`. A new table is a file here with
//! the table's name in the singular, its `Model`, and the queries that others call by name.

pub mod password;
pub mod session;
pub mod user;

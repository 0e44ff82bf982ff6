//! The declarations of all settings, a file for each topic.
//!
//! To add a setting, add a field to the struct of its topic, and print the documentation again:
//!
//! ```sh
//! cargo run -- settings --markdown > docs/configuration.md
//! cargo run -- settings --env > .env.example
//! ```
//!
//! To add a topic, add a file here and a field to [`Config`](crate::config::Config).

pub(super) mod access_tokens;
pub(super) mod database;
pub(super) mod graphql;
pub(super) mod mail;
pub(super) mod monitoring;
pub(super) mod passwords;
pub(super) mod rate_limits;
pub(super) mod registration;
pub(super) mod server;
pub(super) mod sessions;

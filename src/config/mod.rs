//! Settings: what an operator can choose, where the values come from, and what is wrong with them.
//!
//! [`Values`] collects the texts from flags, the environment and files; nothing else in the crate reads the environment.
//! [`Config::check`] turns them into a [`Config`], or into all [`Problems`] at once. The module knows the types that the
//! settings become, and nothing of what is done with them.
//!
//! Each setting is declared once, in `settings/`, which says how to add one. `--help`, `docs/configuration.md` and
//! `.env.example` are printed from the declarations.
//!
//! ```
//! use latchkey::config::{Config, Values};
//!
//! let values = Values::from([("BCRYPT_COST", "13"), ("BIND", "127.0.0.1:9000")]);
//! let config = Config::check(&values)?;
//! assert_eq!(config.passwords.bcrypt_cost, 13);
//! assert_eq!(config.database.url.to_string(), "SQLite in latchkey.db");
//!
//! let problems = Config::check(&[("BCRYPT_COST", "9")].into()).unwrap_err();
//! assert_eq!(problems.0[0].message, "must be a whole number from 10 to 15");
//! # Ok::<(), latchkey::config::Problems>(())
//! ```

mod capacity;
mod check;
mod document;
mod kind;
mod network;
mod origin;
mod problem;
mod reader;
mod secret_file;
mod settings;
mod settings_macro;
#[cfg(test)]
mod tests;
mod values;

use crate::mail::MailSettings;

pub use self::{
    check::{check_bind, check_database, check_keys, check_mail, in_effect, settings},
    document::{env_file, markdown},
    problem::{Problem, Problems},
    reader::InEffect,
    secret_file::{SecretFileError, new_secret, read_or_generate},
    settings::{
        access_tokens::{AccessTokenConfig, SecretKey},
        database::DatabaseConfig,
        graphql::GraphqlConfig,
        monitoring::{LogFormat, LogLevel, MetricsBind, MonitoringConfig},
        passwords::PasswordConfig,
        rate_limits::AttemptConfig,
        registration::RegistrationConfig,
        server::ServerConfig,
        sessions::SessionConfig,
    },
    settings_macro::{DefaultValue, Group, Setting},
    values::{Given, Values},
};

/// The settings of a server, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The database that holds the accounts.
    pub database: DatabaseConfig,
    /// Where the server listens, and which clients it accepts.
    pub server: ServerConfig,
    /// The GraphQL API.
    pub graphql: GraphqlConfig,
    /// How access tokens are signed.
    pub access_tokens: AccessTokenConfig,
    /// How long users stay logged in.
    pub sessions: SessionConfig,
    /// Who can register.
    pub registration: RegistrationConfig,
    /// Which passwords are accepted, and how they are hashed.
    pub passwords: PasswordConfig,
    /// How often clients can try.
    pub attempts: AttemptConfig,
    /// How mail is sent, and what it looks like.
    pub mail: MailSettings,
    /// Logs, metrics, traces and events.
    pub monitoring: MonitoringConfig,
}

//! Every setting, its variable, its default and its check; all problems at once.
//!
//! To add a setting: a line in `settings.rs`, a field in [`Config`], a check in `check.rs`, a line in the README's
//! table and in `.env.example`; tests hold the last two to the first.

mod capacity;
mod check;
mod mail;
mod matching;
mod reader;
mod secret_file;
mod settings;
mod shown;
mod source;

use std::{fmt, net::SocketAddr, num::NonZeroUsize, path::PathBuf, time::Duration};

use chrono::TimeDelta;
use ipnet::IpNet;

pub use check::{check_bind, check_database, check_keys, check_mail};
pub use secret_file::{Unreadable, new_secret, read_or_generate};
pub use settings::{SETTINGS, Setting};
pub use source::{Given, Values};

use crate::{
    accounts::Registration,
    breaches::BreachSource,
    database::DatabaseUrl,
    mail::MailSettings,
    secrets::{Algorithm, KeyFolder, LEEWAY, SigningSecret},
    throttle::Limits,
    trace::Collector,
};

impl Config {
    /// The folder with the signing keys.
    #[must_use]
    pub fn key_folder(&self) -> KeyFolder {
        KeyFolder::new(self.keys.clone(), self.access_token_lifetime + LEEWAY)
    }
}

/// What the operator chose, checked.
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the accounts are kept.
    pub database: DatabaseUrl,
    /// The way past what pools connections to it, if anything does.
    pub database_direct: Option<DatabaseUrl>,
    /// How many connections to it at most.
    pub max_connections: u32,
    /// Whether to bring it up to date at start.
    pub migrate_on_start: bool,
    /// What signs the access tokens.
    pub secret_key: SecretKey,
    /// The `iss` of the access tokens.
    pub token_issuer: String,
    /// The `aud` of the access tokens.
    pub token_audience: String,
    /// How access tokens are signed.
    pub algorithm: Algorithm,
    /// The folder with the signing keys.
    pub keys: PathBuf,
    /// How long an access token is good for.
    pub access_token_lifetime: TimeDelta,
    /// How long a refresh token is good for, and with it a session that rests.
    pub refresh_token_lifetime: TimeDelta,
    /// How long a session lasts at the most.
    pub session_lifetime: TimeDelta,
    /// How long a refresh token that was used gets the same pair again.
    pub refresh_grace: TimeDelta,
    /// How long events are kept.
    pub event_lifetime: TimeDelta,
    /// Who may register.
    pub registration: Registration,
    /// Whether those who have an e-mail address have to show that it is theirs before they may enter.
    pub email_must_be_verified: bool,
    /// How much work a password hash is.
    pub bcrypt_cost: u32,
    /// How many passwords are hashed at the same time.
    pub hash_threads: NonZeroUsize,
    /// How many passwords each thread hashes at once; as many as pay off, if `None`.
    pub hash_lanes: Option<usize>,
    /// How often people may try.
    pub attempts: Limits,
    /// How many characters a new password needs.
    pub password_min_length: usize,
    /// Where it is looked up whether a new password leaked elsewhere, if anywhere.
    pub breached_passwords: Option<BreachSource>,
    /// What mails look like, and which way they go.
    pub mail: MailSettings,
    /// Where to listen.
    pub bind: SocketAddr,
    /// How many clients may be connected at once.
    pub max_clients: usize,
    /// Whose pages may call.
    pub cors_origins: Vec<String>,
    /// Which proxies are believed when they say where a request came from.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether clients may ask for the schema.
    pub introspection: bool,
    /// Whether the gateway of a supergraph is answered.
    pub federation: bool,
    /// The manifest of the only documents that run.
    pub trusted_documents: Option<PathBuf>,
    /// Whether `/` is GraphiQL.
    pub graphiql: bool,
    /// Whether browsers are told to come by HTTPS only.
    pub https_only: bool,
    /// How long to go on taking requests when the server is told to stop.
    pub drain: Duration,
    /// Where metrics are shown.
    pub metrics: MetricsBind,
    /// Where traces go, if anywhere.
    pub traces: Option<Collector>,
    /// What is logged.
    pub log: LogLevel,
    /// How it is logged.
    pub log_format: LogFormat,
}

/// What signs the access tokens, or where it is to be found.
#[derive(Clone, Debug)]
pub enum SecretKey {
    /// The operator gave one.
    Given(SigningSecret),
    /// One is kept in this file; made when it is not there.
    File(PathBuf),
    /// One is made for as long as the process lives, as its database is.
    Ephemeral,
}

/// Where metrics are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsBind {
    /// Nowhere.
    Off,
    /// There.
    At(SocketAddr),
    /// There, unless somebody else is: nobody chose it.
    IfFree(SocketAddr),
}

/// What is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// What broke.
    Error,
    /// And what may break.
    Warn,
    /// And what happens.
    Info,
    /// And how.
    Debug,
    /// And every step of it.
    Trace,
}

/// How it is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For machines, an object a line.
    Json,
}

/// A setting that cannot be used, and what to do. Never holds the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The variable.
    pub name: String,
    /// What is wrong with it, as the rest of a sentence that begins with its name.
    pub message: String,
}

/// Every setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problem {
    fn new(name: &str, message: &str) -> Self {
        Self { name: name.to_owned(), message: message.to_owned() }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("These settings cannot be used:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {} {}", problem.name, problem.message))
    }
}

impl std::error::Error for Problems {}

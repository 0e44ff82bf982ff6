//! From texts to a configuration, or to everything that is wrong with them.

use std::{net::SocketAddr, sync::LazyLock};

use super::{
    Config,
    problem::Problems,
    reader::{InEffect, Reader},
    settings::{
        access_tokens::AccessTokenConfig,
        database::DatabaseConfig,
        graphql::GraphqlConfig,
        mail::MailConfig,
        monitoring::{MetricsBind, MonitoringConfig},
        passwords::PasswordConfig,
        rate_limits::AttemptConfig,
        registration::RegistrationConfig,
        server::ServerConfig,
        sessions::SessionConfig,
    },
    settings_macro::Setting,
    values::Values,
};
use crate::{
    database::DatabaseUrl,
    mail::MailSettings,
    secrets::{Algorithm, KeyFolder},
};

impl Config {
    /// Checks every setting.
    ///
    /// # Errors
    ///
    /// All [`Problems`].
    pub fn check(values: &Values) -> Result<Self, Problems> {
        let mut reader = Reader::new(values);
        let config = Self::read(&mut reader);
        reader.finish(config)
    }

    /// Reads the topics in the order in which they are documented.
    fn read(reader: &mut Reader<'_>) -> Self {
        let database = DatabaseConfig::read(reader);
        let server = ServerConfig::read(reader, &database);
        let graphql = GraphqlConfig::read(reader, &server);
        let access_tokens = AccessTokenConfig::read(reader, &database);
        let sessions = SessionConfig::read(reader);
        let registration = RegistrationConfig::read(reader);
        let passwords = PasswordConfig::read(reader);
        let attempts = AttemptConfig::read(reader);
        let mail = MailConfig::read(reader, &database).settings(&database, &server);
        let monitoring = MonitoringConfig::read(reader);
        registration.check_mail(reader, &mail);
        Self { database, server, graphql, access_tokens, sessions, registration, passwords, attempts, mail, monitoring }
    }
}

/// The declarations of all settings.
#[must_use]
pub fn settings() -> &'static [Setting] {
    // Reads no values, which yields every declaration with its default.
    static SETTINGS: LazyLock<Vec<Setting>> = LazyLock::new(|| {
        let values = Values::default();
        let mut reader = Reader::new(&values);
        Config::read(&mut reader);
        reader.declarations()
    });
    &SETTINGS
}

/// Every setting with its value, for people. Secrets are masked.
///
/// # Errors
///
/// All [`Problems`].
pub fn in_effect(values: &Values) -> Result<Vec<InEffect>, Problems> {
    let mut reader = Reader::new(values);
    Config::read(&mut reader);
    reader.in_effect()
}

/// The address of the database itself and the maximum number of connections: the settings of a migration.
///
/// # Errors
///
/// All [`Problems`] with these settings.
pub fn check_database(values: &Values) -> Result<(DatabaseUrl, u32), Problems> {
    let mut reader = Reader::new(values);
    reader.report_only(&["DATABASE_URL", "DATABASE_DIRECT_URL", "DATABASE_MAX_CONNECTIONS"]);
    let database = DatabaseConfig::read(&mut reader);
    reader.finish((database.direct_url.unwrap_or(database.url), database.max_connections))
}

/// The address of the server and, if the operator chose one, the address of the metrics: the settings of a health check.
///
/// # Errors
///
/// All [`Problems`] with these settings.
pub fn check_bind(values: &Values) -> Result<(SocketAddr, Option<SocketAddr>), Problems> {
    let mut reader = Reader::new(values);
    reader.report_only(&["BIND", "METRICS_BIND"]);
    let database = DatabaseConfig::read(&mut reader);
    let server = ServerConfig::read(&mut reader, &database);
    let metrics = match MonitoringConfig::read(&mut reader).metrics {
        MetricsBind::At(address) => Some(address),
        // Another server may use this port.
        MetricsBind::IfFree(_) | MetricsBind::Off => None,
    };
    reader.finish((server.bind, metrics))
}

/// The algorithm of access tokens and the folder of their keys: the settings of the commands for keys.
///
/// # Errors
///
/// All [`Problems`] with these settings.
pub fn check_keys(values: &Values) -> Result<(Algorithm, KeyFolder), Problems> {
    let mut reader = Reader::new(values);
    reader.report_only(&["ALGORITHM", "SIGNING_KEYS", "ACCESS_TOKEN_EXPIRE_MINUTES"]);
    let database = DatabaseConfig::read(&mut reader);
    let tokens = AccessTokenConfig::read(&mut reader, &database);
    reader.finish((tokens.algorithm, tokens.key_folder()))
}

/// How mail is sent and what it looks like: the settings of the commands for mail.
///
/// # Errors
///
/// All [`Problems`] with these settings.
pub fn check_mail(values: &Values) -> Result<MailSettings, Problems> {
    let mut reader = Reader::new(values);
    reader.report_only(&["DATABASE_URL"]);
    let database = DatabaseConfig::read(&mut reader);
    reader.report_only(&[]);
    let server = ServerConfig::read(&mut reader, &database);
    reader.report_all();
    let mail = MailConfig::read(&mut reader, &database).settings(&database, &server);
    reader.finish(mail)
}

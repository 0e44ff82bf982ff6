//! The services that the server and the commands share: the accounts, and everything that they need.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    StartError,
    keys::{report_new_secret, signing_keys, signing_secret},
};
use crate::{
    accounts::{Accounts, Dependencies, Mailer, Operator, PasswordPolicy, Policy},
    breaches::Breaches,
    clock::Clock,
    config::Config,
    database::{self, Connections},
    mail::{MailSettings, MailTemplates, MailTransport},
    metrics::Metrics,
    secrets::{AccessTokens, DeviceTokens, KeyFolder, KeyedHash, PasswordHasher, RefreshTokens},
    throttle::Throttle,
};

/// The accounts, with an open database.
#[derive(Debug)]
pub struct Services {
    /// The accounts.
    pub accounts: Arc<Accounts>,
    /// The right to act as an admin, for commands.
    pub operator: Operator,
    pub(super) metrics: Arc<Metrics>,
    pub(super) database: Connections,
    /// The folder that the signing keys are reloaded from, if they are in a folder.
    pub(super) key_folder: Option<KeyFolder>,
}

impl Services {
    /// Opens and migrates the database, loads the keys, and starts the threads that hash passwords.
    ///
    /// # Errors
    ///
    /// [`StartError`].
    pub async fn open(config: &Config, clock: Clock) -> Result<Self, StartError> {
        let database = open_database(config).await?;

        let (secret, new_file) = signing_secret(&config.access_tokens.secret_key)?;
        let secret = secret.replacing(config.access_tokens.previous_secret_key.clone());
        let (keys, key_folder) = signing_keys(config, &secret, &clock)?;
        let access_tokens = AccessTokens::new(keys, config.access_tokens.profile());
        let refresh_tokens = RefreshTokens::new(&secret);
        let device_tokens = DeviceTokens::new(&secret);
        let throttle = Throttle::new(KeyedHash::new(&secret), config.attempts.limits());
        let hasher = PasswordHasher::start(
            config.passwords.bcrypt_cost,
            config.passwords.hash_threads,
            config.passwords.hash_lanes,
        )
        .map_err(StartError::Threads)?;
        let policy = Policy {
            registration: config.registration.mode,
            email_must_be_verified: config.registration.require_verified_email,
            reserved_usernames: config.registration.reserved_usernames.iter().map(String::as_str).collect(),
            password: PasswordPolicy {
                min_length: config.passwords.min_length,
                service_names: config.mail.service_names(),
            },
            refresh_token_lifetime: config.sessions.refresh_token_lifetime,
            session_lifetime: config.sessions.lifetime,
            refresh_grace: config.sessions.refresh_grace,
            event_lifetime: config.monitoring.event_lifetime,
            unverified_lifetime: config.registration.unverified_lifetime,
        };
        let mailer = mailer(&config.mail)?;
        let metrics = Arc::<Metrics>::default();
        let breaches = Breaches::new(config.passwords.breaches.clone(), clock.clone());
        let dependencies = Dependencies {
            hasher,
            access_tokens,
            refresh_tokens,
            device_tokens,
            throttle,
            breaches,
            mailer,
            metrics: Arc::clone(&metrics),
            clock,
        };
        let (accounts, operator) = Accounts::new(&database, dependencies, policy);
        if let Some(file) = new_file {
            let has_users = accounts.have_users().await;
            let failed = |error| StartError::Database(config.database.url.to_string(), error);
            report_new_secret(file, has_users.map_err(failed)?);
        }
        Ok(Self { accounts: Arc::new(accounts), operator, metrics, database, key_folder })
    }

    /// Closes the database.
    pub async fn close(self) {
        if let Err(error) = self.database.close().await {
            tracing::warn!(target: "latchkey::server", %error, "database not closed");
        }
    }
}

/// Opens the database and, unless the settings forbid it, migrates it.
async fn open_database(config: &Config) -> Result<Connections, StartError> {
    let failed = |error| StartError::Database(config.database.url.to_string(), error);
    let (pooled, direct) = (&config.database.url, config.database.direct_url.as_ref());
    let database = Connections::open(pooled, direct, config.database.max_connections).await.map_err(failed)?;
    if config.database.migrate_on_start {
        let steps = database::migrate_up(&database.direct).await.map_err(failed)?;
        if steps > 0 {
            tracing::info!(target: "latchkey::server", steps, "database migrated");
        }
    }
    tokio::spawn(warn_about_missing_limits(database.common.clone()));
    Ok(database)
}

/// Runs in the background: the database may not be reachable yet, and nothing depends on the check.
async fn warn_about_missing_limits(db: DatabaseConnection) {
    if matches!(database::has_required_settings(&db).await, Ok(false)) {
        tracing::warn!(target: "latchkey::server",
            "PostgreSQL has no time limits for statements, locks and transactions, or an isolation level other than read \
             committed; with PgBouncer, set them for the role (see deploy/README.md)"
        );
    }
}

/// What sends mails, if the settings choose a way.
fn mailer(settings: &MailSettings) -> Result<Option<Mailer>, StartError> {
    let Some(transport) = MailTransport::new(settings)? else { return Ok(None) };
    let (public_url, from) = (settings.public_url.clone(), settings.from.clone());
    let templates = MailTemplates::new(public_url, from, settings.templates.as_deref())?;
    Ok(Some(Mailer { templates, transport }))
}

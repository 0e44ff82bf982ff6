//! The accounts of a configuration, put together: what a server and the shell have in common.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::StartError;
use crate::{
    accounts::{Accounts, Dependencies, Mailer, PasswordPolicy, Policy},
    breaches::Breaches,
    clock::Clock,
    config::{self, Config, SecretKey},
    database::{self, Connections, Place},
    mail::{Courier, MailSettings, Stationery},
    metrics::Metrics,
    secrets::{AccessTokens, KeyFolder, KeyedHash, Keyring, PasswordHasher, RefreshTokens, SigningKey, SigningSecret},
    throttle::Throttle,
};

/// Accounts that are open, and what they stand on.
#[derive(Debug)]
pub struct Services {
    /// The accounts.
    pub accounts: Arc<Accounts>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) database: Connections,
    /// Where the signing keys are looked for again and again, if there are any.
    pub(super) key_folder: Option<KeyFolder>,
}

impl Services {
    /// Opens the database, brings it up to date, and finds the keys.
    ///
    /// # Errors
    ///
    /// [`StartError`].
    pub async fn open(config: &Config, clock: Clock) -> Result<Self, StartError> {
        let database = open_database(config).await?;

        let secret = signing_secret(&config.secret_key)?;
        let (keys, key_folder) = signing_keys(config, &secret, &clock)?;
        let (issuer, audience) = (config.token_issuer.clone(), config.token_audience.clone());
        let access_tokens = AccessTokens::new(keys, issuer, audience, config.access_token_lifetime);
        let refresh_tokens = RefreshTokens::new(&secret);
        let throttle = Throttle::new(KeyedHash::new(&secret), config.attempts);
        let hasher = PasswordHasher::start(config.bcrypt_cost, config.hash_threads, config.hash_lanes)
            .map_err(StartError::Threads)?;
        let policy = Policy {
            registration: config.registration,
            email_must_be_verified: config.email_must_be_verified,
            password: PasswordPolicy { min_length: config.password_min_length },
            refresh_token_lifetime: config.refresh_token_lifetime,
            session_lifetime: config.session_lifetime,
            refresh_grace: config.refresh_grace,
            event_lifetime: config.event_lifetime,
        };
        let mailer = mailer(&config.mail)?;
        let metrics = Arc::<Metrics>::default();
        let breaches = Breaches::new(config.breached_passwords.clone(), clock.clone());
        let counting = Arc::clone(&metrics);
        let dependencies = Dependencies {
            hasher,
            access_tokens,
            refresh_tokens,
            throttle,
            breaches,
            mailer,
            metrics: counting,
            clock,
        };
        let accounts = Arc::new(Accounts::new(&database, dependencies, policy));
        Ok(Self { accounts, metrics, database, key_folder })
    }

    /// Closes the database.
    pub async fn close(self) {
        if let Err(error) = self.database.close().await {
            tracing::warn!(target: "latchkey::server", %error, "the database was not closed");
        }
    }
}

/// Opens the database of this configuration and, unless told not to, brings it up to date.
async fn open_database(config: &Config) -> Result<Connections, StartError> {
    let failed = |error| StartError::Database(config.database.to_string(), error);
    let (pooled, direct) = (&config.database, config.database_direct.as_ref());
    let database = Connections::open(pooled, direct, config.max_connections).await.map_err(failed)?;
    if config.migrate_on_start {
        let steps = database::migrate_up(&database.direct).await.map_err(failed)?;
        if steps > 0 {
            tracing::info!(target: "latchkey::server", steps, "brought the database up to date");
        }
    }
    tokio::spawn(warn_of_no_limits(database.common.clone()));
    Ok(database)
}

/// In its own time: the database need not be there yet, and nothing depends on it.
async fn warn_of_no_limits(db: DatabaseConnection) {
    if matches!(database::has_limits(&db).await, Ok(false)) {
        tracing::warn!(target: "latchkey::server", "PostgreSQL does not limit how long a statement, a lock or a transaction may take, or isolates transactions \
             other than by read committed: behind PgBouncer, set it for the role (deploy/README.md)"
        );
    }
}

/// What it takes to send mail, if the operator chose a way.
fn mailer(settings: &MailSettings) -> Result<Option<Mailer>, StartError> {
    let Some(courier) = Courier::new(settings)? else { return Ok(None) };
    let (links_to, from) = (settings.links_to.clone(), settings.from.clone());
    let stationery = Stationery::new(links_to, from, settings.templates.as_deref())?;
    Ok(Some(Mailer { stationery, courier }))
}

/// The keys that sign, and the folder that they are in, if it is one.
fn signing_keys(
    config: &Config,
    secret: &SigningSecret,
    clock: &Clock,
) -> Result<(Keyring, Option<KeyFolder>), StartError> {
    if config.algorithm.is_symmetric() {
        return Ok((Keyring::single(SigningKey::hs256(secret)?), None));
    }
    let (folder, now) = (config.key_folder(), clock.now());
    let (mut keys, bad) = folder.read()?;
    if let Some(bad) = bad.into_iter().next() {
        return Err(bad.into());
    }
    if !keys.can_sign(now) {
        // Where there is a file, there is one instance. Several would each make a key that the others do not know.
        if matches!(config.database.place(), Place::Server { .. }) {
            return Err(StartError::NoKey(config.keys.display().to_string()));
        }
        let kid = folder.generate(config.algorithm, now)?;
        tracing::info!(target: "latchkey::keys", "made the signing key {kid} in {}", config.keys.display());
        (keys, _) = folder.read()?;
    }
    if keys.algorithm(now) != Some(config.algorithm) {
        tracing::warn!(target: "latchkey::server", "the key that signs is not for {}; `latchkey keys rotate` lets one relieve it",
            config.algorithm
        );
    }
    Ok((keys, Some(folder)))
}

fn signing_secret(key: &SecretKey) -> Result<SigningSecret, StartError> {
    match key {
        SecretKey::Given(secret) => Ok(secret.clone()),
        SecretKey::File(path) => {
            let (secret, made) = config::read_or_generate(path)
                .map_err(|unreadable| StartError::SecretFile(path.display().to_string(), unreadable))?;
            if made {
                tracing::info!(target: "latchkey::keys", "made a signing secret in {}; tokens of an earlier one do not count", path.display());
            }
            Ok(secret)
        }
        SecretKey::Ephemeral => config::new_secret().map_err(StartError::Randomness),
    }
}

//! Puts the rooms together: the only place that knows them all.

use std::{fs, io, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use sea_orm::DbErr;

use crate::{
    accounts::{Accounts, PasswordPolicy, Rules},
    clock::Clock,
    config::{self, Config, SecretKey, Unreadable},
    database::{self, Connections, Place},
    graphql::{Api, TrustedDocuments, Untrustworthy},
    http::{House, Server, Wire},
    secrets::{
        AccessTokens, BadKeys, BlindIndex, KeyFolder, Keyring, NotSigned, PasswordHasher, RefreshTokens, SigningKey,
        SigningSecret, WeakSecret,
    },
    throttle::Throttle,
};

/// How often the folder with the signing keys is looked into.
const LOOK_FOR_KEYS: Duration = Duration::from_secs(2);

/// How often what is over is removed.
const SWEEP: Duration = Duration::from_mins(10);

/// A Latchkey that is ready to run.
#[derive(Debug)]
pub struct App {
    server: Server,
    accounts: Arc<Accounts>,
    database: Connections,
    /// Where the signing keys are looked for again and again, if there are any.
    key_folder: Option<KeyFolder>,
}

/// Why there is none. Says what to do, and no secret.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// The database cannot be opened or brought up to date.
    #[error("the database ({0}) cannot be opened or brought up to date: {1}")]
    Database(String, DbErr),
    /// The signing secret cannot be used.
    #[error("the signing secret in {0} {1}")]
    SecretFile(String, Unreadable),
    /// No signing secret can be made.
    #[error("no signing secret can be made: {0}")]
    Randomness(WeakSecret),
    /// The signing key cannot be made.
    #[error(transparent)]
    SigningKey(#[from] NotSigned),
    /// The signing keys cannot be used.
    #[error("the signing keys: {0}")]
    Keys(#[from] BadKeys),
    /// No key signs.
    #[error("no key in {0} signs; `latchkey keys generate` makes one that does")]
    NoKey(String),
    /// The manifest of trusted documents cannot be read.
    #[error("the manifest {0} cannot be read: {1}")]
    Manifest(String, io::Error),
    /// The manifest of trusted documents cannot be used.
    #[error("the manifest {0} {1}")]
    Documents(String, Untrustworthy),
    /// The system gives no threads.
    #[error("no threads to hash passwords on: {0}")]
    Threads(io::Error),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
}

impl App {
    /// Opens the database, brings it up to date, and takes the port.
    ///
    /// # Errors
    ///
    /// [`NotStarted`].
    pub async fn start(config: Config, clock: Clock) -> Result<Self, NotStarted> {
        let database = open_database(&config).await?;

        let secret = signing_secret(&config.secret_key)?;
        let (keys, key_folder) = signing_keys(&config, &secret, &clock)?;
        let (issuer, audience) = (config.token_issuer, config.token_audience);
        let access_tokens = AccessTokens::new(keys, issuer, audience, config.access_token_lifetime);
        let refresh_tokens = RefreshTokens::new(&secret);
        let throttle = Throttle::new(BlindIndex::new(&secret), config.attempts);
        let hasher = PasswordHasher::start(config.bcrypt_cost, config.hash_threads, config.hash_lanes)
            .map_err(NotStarted::Threads)?;
        let rules = Rules {
            password: PasswordPolicy { min_length: config.password_min_length },
            refresh_token_lifetime: config.refresh_token_lifetime,
            session_lifetime: config.session_lifetime,
            refresh_grace: config.refresh_grace,
        };
        let accounts = Accounts::new(&database, hasher, access_tokens, refresh_tokens, throttle, clock, rules);
        let accounts = Arc::new(accounts);

        let trusted = config.trusted_documents.as_deref().map(trusted_documents).transpose()?;
        let api = Api::new(Arc::clone(&accounts), config.introspection, trusted);
        let wire = Wire {
            cors_origins: config.cors_origins,
            trusted_proxies: config.trusted_proxies,
            https_only: config.https_only,
            graphiql: config.graphiql,
            max_clients: config.max_clients,
        };
        let server = Server::bind(config.bind, House::new(api, Arc::clone(&accounts), wire), config.drain)
            .await
            .map_err(|error| NotStarted::Listen(config.bind, error))?;
        Ok(Self { server, accounts, database, key_folder })
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.server.address()
    }

    /// The accounts, for those who embed Latchkey and need no wire.
    #[must_use]
    pub fn accounts(&self) -> Arc<Accounts> {
        Arc::clone(&self.accounts)
    }

    /// Answers until `stop`, finishes what is under way, and closes the database.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let sweeping = tokio::spawn(sweep_now_and_then(Arc::clone(&self.accounts)));
        let looking = self.key_folder.map(|folder| tokio::spawn(look_for_keys(folder, self.accounts)));
        self.server.run(stop).await;
        sweeping.abort();
        if let Some(looking) = looking {
            looking.abort();
        }
        if let Err(error) = self.database.close().await {
            tracing::warn!(%error, "the database was not closed");
        }
    }
}

/// Removes what is over, as long as the server runs.
async fn sweep_now_and_then(accounts: Arc<Accounts>) {
    let mut times = tokio::time::interval(SWEEP);
    loop {
        times.tick().await;
        match accounts.sweep().await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "removed what is over"),
            Err(fault) => tracing::warn!(%fault, "nothing was removed"),
        }
    }
}

/// Goes on with the keys as they are now: a rotation needs no restart. What is wrong is told when it changes.
async fn look_for_keys(folder: KeyFolder, accounts: Arc<Accounts>) {
    let mut times = tokio::time::interval(LOOK_FOR_KEYS);
    let mut told = Vec::new();
    loop {
        times.tick().await;
        let folder = folder.clone();
        let found = tokio::task::spawn_blocking(move || folder.read()).await;
        let bad: Vec<String> = match found {
            Ok(Ok((keys, bad))) => {
                accounts.use_keys(keys);
                let none = (!accounts.can_sign()).then(|| "no key signs".to_owned());
                bad.iter().map(ToString::to_string).chain(none).collect()
            }
            // The folder may be back in a moment; until then the keys are what they were.
            Ok(Err(error)) => vec![error.to_string()],
            Err(error) => vec![error.to_string()],
        };
        if bad != told {
            for trouble in &bad {
                tracing::warn!(trouble, "the signing keys");
            }
            told = bad;
        }
    }
}

/// Opens the database of this configuration and, unless told not to, brings it up to date.
async fn open_database(config: &Config) -> Result<Connections, NotStarted> {
    let failed = |error| NotStarted::Database(config.database.to_string(), error);
    let database = Connections::open(&config.database, config.max_connections).await.map_err(failed)?;
    if config.migrate_on_start {
        let steps = database::migrate_up(&database.common).await.map_err(failed)?;
        if steps > 0 {
            tracing::info!(steps, "brought the database up to date");
        }
    }
    Ok(database)
}

fn trusted_documents(path: &Path) -> Result<TrustedDocuments, NotStarted> {
    let name = || path.display().to_string();
    let manifest = fs::read_to_string(path).map_err(|error| NotStarted::Manifest(name(), error))?;
    TrustedDocuments::parse(&manifest).map_err(|reason| NotStarted::Documents(name(), reason))
}

/// The keys that sign, and the folder that they are in, if it is one.
fn signing_keys(
    config: &Config,
    secret: &SigningSecret,
    clock: &Clock,
) -> Result<(Keyring, Option<KeyFolder>), NotStarted> {
    if config.algorithm.is_symmetric() {
        return Ok((Keyring::of(SigningKey::hs256(secret)?), None));
    }
    let (folder, now) = (config.key_folder(), clock.now());
    let (mut keys, bad) = folder.read()?;
    if let Some(bad) = bad.into_iter().next() {
        return Err(bad.into());
    }
    if !keys.signs(now) {
        // Where there is a file, there is one instance. Several would each make a key that the others do not know.
        if matches!(config.database.place(), Place::Server { .. }) {
            return Err(NotStarted::NoKey(config.keys.display().to_string()));
        }
        let kid = folder.generate(config.algorithm, now)?;
        tracing::info!("made the signing key {kid} in {}", config.keys.display());
        (keys, _) = folder.read()?;
    }
    if keys.algorithm(now) != Some(config.algorithm) {
        tracing::warn!(
            "the key that signs is not for {}; `latchkey keys rotate` lets one relieve it",
            config.algorithm
        );
    }
    Ok((keys, Some(folder)))
}

fn signing_secret(key: &SecretKey) -> Result<SigningSecret, NotStarted> {
    match key {
        SecretKey::Given(secret) => Ok(secret.clone()),
        SecretKey::File(path) => {
            let (secret, made) = config::read_or_generate(path)
                .map_err(|unreadable| NotStarted::SecretFile(path.display().to_string(), unreadable))?;
            if made {
                tracing::info!("made a signing secret in {}; tokens of an earlier one do not count", path.display());
            }
            Ok(secret)
        }
        SecretKey::Ephemeral => config::new_secret().map_err(NotStarted::Randomness),
    }
}

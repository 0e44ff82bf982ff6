//! Puts the rooms together: the only place that knows them all.

mod services;

use std::{fs, io, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use sea_orm::DbErr;
use tokio::{sync::oneshot, time::timeout};

use crate::{
    accounts::{Accounts, HashLoad},
    clock::Clock,
    config::{Config, MetricsBind, Unreadable},
    database::Load,
    graphql::{Api, DocumentPolicy, Untrustworthy},
    http::{AppState, HttpConfig, MetricsServer, Server},
    log,
    mail::{BadCertificates, BadTemplate},
    metrics::{self, Snapshot},
    secrets::{KeyFolder, KeyFolderError, SigningError, WeakSecretError},
};

pub use services::Services;

/// How often the folder with the signing keys is looked into.
const LOOK_FOR_KEYS: Duration = Duration::from_secs(2);

/// How long mails that were handed over may take when the server stops. One that takes longer is sent once more.
const LAST_MAIL: Duration = Duration::from_secs(32);

/// How often what is over is removed.
const SWEEP: Duration = Duration::from_mins(10);

/// A Latchkey that is ready to run.
#[derive(Debug)]
pub struct App {
    server: Server,
    metrics: Option<MetricsServer>,
    services: Services,
    state: Arc<AppState>,
}

/// Why there is none. Says what to do, and no secret.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be opened or brought up to date.
    #[error("the database ({0}) cannot be opened or brought up to date: {1}")]
    Database(String, DbErr),
    /// The signing secret cannot be used.
    #[error("the signing secret in {0} {1}")]
    SecretFile(String, Unreadable),
    /// No signing secret can be made.
    #[error("no signing secret can be made: {0}")]
    Randomness(WeakSecretError),
    /// The signing key cannot be made.
    #[error(transparent)]
    SigningKey(#[from] SigningError),
    /// The signing keys cannot be used.
    #[error("the signing keys: {0}")]
    Keys(#[from] KeyFolderError),
    /// No key signs.
    #[error("no key in {0} signs; `latchkey keys generate` makes one that does")]
    NoKey(String),
    /// The manifest of trusted documents cannot be read.
    #[error("the manifest {0} cannot be read: {1}")]
    Manifest(String, io::Error),
    /// The manifest of trusted documents cannot be used.
    #[error("the manifest {0} {1}")]
    Documents(String, Untrustworthy),
    /// A template of mails cannot be used.
    #[error("MAIL_TEMPLATES: {0}")]
    Template(#[from] BadTemplate),
    /// The certificates that mail servers are checked with cannot be used.
    #[error("SMTP_CA_FILE: {0}")]
    Certificates(#[from] BadCertificates),
    /// The system gives no threads.
    #[error("no threads to hash passwords on: {0}")]
    Threads(io::Error),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
}

impl App {
    /// Opens the accounts, and takes the port.
    ///
    /// # Errors
    ///
    /// [`StartError`].
    pub async fn start(config: Config, clock: Clock) -> Result<Self, StartError> {
        let services = Services::open(&config, clock).await?;

        let (accounts, metrics) = (Arc::clone(&services.accounts), Arc::clone(&services.metrics));
        let manifest = config.trusted_documents.as_deref();
        let policy = DocumentPolicy {
            introspection: config.introspection,
            federation: config.federation,
            trusted_documents: manifest.map(read_manifest).transpose()?,
        };
        let unusable = |reason| StartError::Documents(name_of(manifest), reason);
        let api = Api::new(Arc::clone(&accounts), Arc::clone(&metrics), &policy).map_err(unusable)?;
        let http = HttpConfig {
            cors_origins: config.cors_origins,
            trusted_proxies: config.trusted_proxies,
            https_only: config.https_only,
            graphiql: config.graphiql,
            max_clients: config.max_clients,
        };
        let state = Arc::new(AppState::new(api, accounts, metrics, http));
        let server = Server::bind(config.bind, Arc::clone(&state), config.drain)
            .await
            .map_err(|error| StartError::Listen(config.bind, error))?;
        let metrics = metrics_server(config.metrics).await?;
        Ok(Self { server, metrics, services, state })
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.server.address()
    }

    /// Where it shows metrics, if it does.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn metrics_address(&self) -> io::Result<Option<SocketAddr>> {
        self.metrics.as_ref().map(MetricsServer::address).transpose()
    }

    /// The accounts, for those who embed Latchkey and need no wire.
    #[must_use]
    pub fn accounts(&self) -> Arc<Accounts> {
        Arc::clone(&self.services.accounts)
    }

    /// Answers until `stop`, finishes what is under way, and closes the database.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let (stop_sending, no_more) = oneshot::channel();
        let mut sending = tokio::spawn(send_mail(self.accounts(), no_more));
        let sweeping = tokio::spawn(sweep_now_and_then(self.accounts()));
        let looking =
            self.services.key_folder.clone().map(|folder| tokio::spawn(look_for_keys(folder, self.accounts())));
        let snapshot = snapshot(&self.services, Arc::clone(&self.state));
        let metrics = Arc::clone(&self.services.metrics);
        let showing =
            self.metrics.map(|server| tokio::spawn(server.run(self.state, move || metrics.encode(&snapshot()))));

        self.server.run(stop).await;
        drop(stop_sending);
        if timeout(LAST_MAIL, &mut sending).await.is_err() {
            sending.abort();
        }
        for task in [Some(sweeping), looking, showing].into_iter().flatten() {
            task.abort();
        }
        self.services.close().await;
    }
}

async fn metrics_server(bind: MetricsBind) -> Result<Option<MetricsServer>, StartError> {
    let (MetricsBind::At(address) | MetricsBind::IfFree(address)) = bind else { return Ok(None) };
    match MetricsServer::bind(address).await {
        Ok(server) => Ok(Some(server)),
        Err(error) if bind == MetricsBind::IfFree(address) => {
            tracing::warn!(target: "latchkey::server", %error, "no metrics: cannot listen on {address}; METRICS_BIND names another address, or none");
            Ok(None)
        }
        Err(error) => Err(StartError::Listen(address, error)),
    }
}

/// What metrics are to show that nobody counts.
fn snapshot(services: &Services, state: Arc<AppState>) -> impl Fn() -> Snapshot + Send + Sync + 'static {
    let (accounts, database) = (Arc::clone(&services.accounts), services.database.clone());
    move || {
        let HashLoad { rounds, waiting, time_per_password } = accounts.hash_load();
        Snapshot {
            hash_rounds: rounds,
            hash_line: waiting,
            hash_time: time_per_password,
            pools: database.load().map(|(name, Load { idle, used, most })| (name, metrics::Pool { idle, used, most })),
            sockets: state.open_sockets(),
            panics: log::panics(),
        }
    }
}

/// Sends mail, until it is told that there is to be no more.
async fn send_mail(accounts: Arc<Accounts>, no_more: oneshot::Receiver<()>) {
    let stop = async {
        let _ = no_more.await;
    };
    accounts.send_mail(stop).await;
}

/// Removes what is over, as long as the server runs.
async fn sweep_now_and_then(accounts: Arc<Accounts>) {
    let mut times = tokio::time::interval(SWEEP);
    loop {
        times.tick().await;
        match accounts.clean_up().await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(target: "latchkey::server", rows, "removed what is over"),
            Err(fault) => tracing::warn!(target: "latchkey::server", %fault, "nothing was removed"),
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
                tracing::warn!(target: "latchkey::keys", trouble, "the signing keys");
            }
            told = bad;
        }
    }
}

fn read_manifest(path: &Path) -> Result<String, StartError> {
    fs::read_to_string(path).map_err(|error| StartError::Manifest(name_of(Some(path)), error))
}

fn name_of(path: Option<&Path>) -> String {
    path.map(|path| path.display().to_string()).unwrap_or_default()
}

//! The server as a whole: creates the services from the settings, and runs them until it is stopped.
//!
//! The only module that knows all others. It has no logic of its own except the order of starting and stopping:
//! [`Services`] open the database and load the keys, [`App`] adds GraphQL, HTTP and the background tasks.
//!
//! To add a service, create it in `services.rs` and hand it to the module that uses it. To add a background task, add a
//! function to `tasks.rs` and start it in `Tasks::start`. A new reason not to start is a variant of [`StartError`].
//!
//! ```no_run
//! use latchkey::{
//!     app::App,
//!     clock::Clock,
//!     config::{Config, Values, settings},
//! };
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::check(&Values::collect(settings(), |_setting| None))?;
//! let app = App::start(config, Clock::system()).await?;
//! println!("http://{}", app.address()?);
//! app.run(std::future::pending()).await;
//! # Ok(())
//! # }
//! ```

mod error;
mod keys;
mod metrics;
mod services;
mod tasks;

use std::{fs, io, net::SocketAddr, path::Path, sync::Arc};

use self::tasks::Tasks;
use crate::{
    accounts::Accounts,
    clock::Clock,
    config::Config,
    graphql::{Api, DocumentPolicy},
    http::{AppState, HttpConfig, MetricsServer, Server},
};

pub use self::{error::StartError, services::Services};

/// A server that listens, and answers requests once it [runs](App::run).
#[derive(Debug)]
pub struct App {
    server: Server,
    metrics: Option<MetricsServer>,
    services: Services,
    state: Arc<AppState>,
}

impl App {
    /// Creates the services and starts to listen.
    ///
    /// # Errors
    ///
    /// [`StartError`].
    pub async fn start(config: Config, clock: Clock) -> Result<Self, StartError> {
        let services = Box::pin(Services::open(&config, clock)).await?;

        let (accounts, metrics) = (Arc::clone(&services.accounts), Arc::clone(&services.metrics));
        let manifest = config.graphql.trusted_documents.as_deref();
        let policy = DocumentPolicy {
            introspection: config.graphql.introspection,
            federation: config.graphql.federation,
            trusted_documents: manifest.map(read_manifest).transpose()?,
        };
        let invalid = |reason| StartError::Documents(name_of(manifest), reason);
        let api = Api::new(Arc::clone(&accounts), Arc::clone(&metrics), &policy).map_err(invalid)?;
        let http = HttpConfig {
            cors_origins: config.server.cors_origins,
            trusted_proxies: config.server.trusted_proxies,
            https_only: config.server.https_only,
            graphiql: config.graphql.graphiql,
            max_clients: config.server.max_clients,
        };
        let state = Arc::new(AppState::new(api, accounts, metrics, http));
        let server = Server::bind(config.server.bind, Arc::clone(&state), config.server.drain)
            .await
            .map_err(|error| StartError::Listen(config.server.bind, error))?;
        let metrics = metrics::bind(config.monitoring.metrics).await?;
        Ok(Self { server, metrics, services, state })
    }

    /// The address that the server listens on.
    ///
    /// # Errors
    ///
    /// If the operating system does not return it.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.server.address()
    }

    /// The address of the metrics, or `None` if they are turned off.
    ///
    /// # Errors
    ///
    /// If the operating system does not return it.
    pub fn metrics_address(&self) -> io::Result<Option<SocketAddr>> {
        self.metrics.as_ref().map(MetricsServer::address).transpose()
    }

    /// The accounts, for a program that embeds Latchkey and calls them directly.
    #[must_use]
    pub fn accounts(&self) -> Arc<Accounts> {
        Arc::clone(&self.services.accounts)
    }

    /// Answers requests until `stop` completes, then finishes the requests in progress and closes the database.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let mut tasks = Tasks::start(&self.services);
        if let Some(server) = self.metrics {
            let snapshot = metrics::snapshot(&self.services, Arc::clone(&self.state));
            let metrics = Arc::clone(&self.services.metrics);
            tasks.add(server.run(self.state, move || metrics.encode(&snapshot())));
        }

        self.server.run(stop).await;
        tasks.stop().await;
        self.services.close().await;
    }
}

fn read_manifest(path: &Path) -> Result<String, StartError> {
    fs::read_to_string(path).map_err(|error| StartError::Manifest(name_of(Some(path)), error))
}

fn name_of(path: Option<&Path>) -> String {
    path.map(|path| path.display().to_string()).unwrap_or_default()
}

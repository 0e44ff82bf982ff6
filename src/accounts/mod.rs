//! User accounts: who may do what.
//!
//! [`Accounts`] is the service. Each verb is a method in a file of its own, in a folder for its topic. It takes *who*
//! first and *what* second, and returns a named result, a refusal of its own or a fault ([`Failure`]).
//!
//! ```no_run
//! # async fn example(accounts: &latchkey::accounts::Accounts, token: &str) -> Result<(), latchkey::accounts::Fault> {
//! use latchkey::accounts::{Caller, Page};
//!
//! // Who: the caller behind a token. Only a known caller becomes an `Actor`, which most verbs take first.
//! let Caller::Known(actor) = accounts.authenticate(Some(token)).await? else { return Ok(()) };
//! // What: the first page of the actor's sessions.
//! let page = accounts.sessions(&actor, Page { first: 10, after: None }).await?;
//! println!("{} open sessions", page.sessions.len());
//! # Ok(())
//! # }
//! ```
//!
//! Knows no HTTP and no GraphQL. To add a verb, add a file to the folder of its topic and name its types in the
//! `mod.rs` of that folder. To add a way to log in, end it in `login::admission`.
//!
//! # The arrows between the folders
//!
//! `tests/architecture/` holds them. Every folder may import [`Accounts`] and the files beside this one, and only the
//! folders named here. No two files of different folders import each other.
//!
//! | folder | may import |
//! |---|---|
//! | `authentication` |  |
//! | `event` | `authentication` |
//! | `session` | `authentication`, `event` |
//! | `validation` |  |
//! | `identifier` | `validation` |
//! | `login` | `authentication`, `event`, `identifier`, `session`, `validation` |
//! | `email` | `authentication`, `event`, `identifier`, `login`, `validation` |
//! | `outbox` | `authentication`, `event`, `identifier` |
//! | `password` | `authentication`, `event`, `identifier`, `login`, `session`, `validation` |
//! | `profile` | `authentication`, `event`, `identifier`, `login`, `validation` |
//! | `registration` | `authentication`, `event`, `identifier`, `login`, `outbox`, `password`, `profile`, `validation` |
//! | `admin` | `authentication`, `event`, `identifier`, `login`, `profile`, `registration`, `session`, `validation` |

mod admin;
mod attempts;
mod authentication;
mod cleanup;
mod email;
mod error;
mod event;
mod id;
mod identifier;
mod login;
mod outbox;
mod password;
mod policy;
mod profile;
mod registration;
mod session;
mod signing;
mod ticket;
mod user;
mod validation;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use sea_orm::DatabaseConnection;
use uuid::Uuid;

use crate::{
    breaches::Breaches,
    clock::Clock,
    database::{self, BatchLoader, Connections},
    entity,
    log_limiter::{KeyedLimiter, LogLimiter},
    metrics::Metrics,
    secrets::{AccessTokens, DeviceTokens, PasswordHasher, RefreshTokens},
    throttle::Throttle,
};

pub use crate::{
    secrets::HashLoad,
    throttle::{LimitedAction, TooManyAttempts},
};

pub use self::{
    admin::*,
    authentication::*,
    email::*,
    error::{Failure, Fault, RetryAfter},
    event::outgoing_mail::MailRequested,
    id::{SessionId, UserId},
    identifier::ReservedUsernames,
    login::*,
    outbox::Mailer,
    password::*,
    policy::{PasswordPolicy, Policy, Registration},
    profile::*,
    registration::*,
    session::*,
    ticket::TicketRejection,
    user::{Role, Session, User},
    validation::*,
};
use self::{authentication::last_use::LastUses, outbox::worker::ShutdownGate, session::watch::EndedSessions};

/// The user accounts of one application.
///
/// `Accounts` is the façade of this module: its methods are the verbs.
///
/// ```no_run
/// use latchkey::accounts::{Accounts, Origin, Register};
///
/// async fn sign_up(accounts: &Accounts) {
///     let register = Register {
///         email: Some("ada@example.com".into()),
///         username: None,
///         password: "correct horse battery staple".into(),
///         display_name: Some("Ada".into()),
///     };
///     match accounts.register(&Origin::default(), register).await {
///         Ok(registered) => println!("{registered:?}"),
///         Err(failure) => println!("{failure:?}"),
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Accounts {
    db: DatabaseConnection,
    /// For listening, which needs a connection of its own.
    direct: DatabaseConnection,
    sessions_and_users: BatchLoader<Uuid, (entity::session::Model, entity::user::Model)>,
    uses: LastUses,
    ended_sessions: EndedSessions,
    hasher: Arc<PasswordHasher>,
    /// The highest cost of hashes that an import accepts, once it was measured.
    highest_quick_cost: OnceLock<u32>,
    access_tokens: AccessTokens,
    refresh_tokens: RefreshTokens,
    device_tokens: DeviceTokens,
    throttle: Throttle,
    /// Limits the events about attempts beyond a rate limit.
    limit_log: LogLimiter,
    /// Limits the events about denied access, for each user.
    denials: KeyedLimiter<UserId>,
    /// Limits the events about changed profiles, for each user and profile.
    updates: KeyedLimiter<(UserId, UserId)>,
    /// Limits the events about refresh tokens that are sent again.
    retries: KeyedLimiter<session::refresh::Retry>,
    breaches: Breaches,
    mailer: Option<Mailer>,
    shutdown_gate: ShutdownGate,
    metrics: Arc<Metrics>,
    clock: Clock,
    policy: Policy,
}

/// The parts that the accounts work with.
#[derive(Debug)]
pub struct Dependencies {
    /// Hashes passwords.
    pub hasher: PasswordHasher,
    /// Issues and verifies access tokens.
    pub access_tokens: AccessTokens,
    /// Issues and verifies refresh tokens.
    pub refresh_tokens: RefreshTokens,
    /// Issues and verifies device tokens.
    pub device_tokens: DeviceTokens,
    /// Limits attempts.
    pub throttle: Throttle,
    /// Looks up leaked passwords.
    pub breaches: Breaches,
    /// Sends mail; `None` if no transport is configured.
    pub mailer: Option<Mailer>,
    /// Counts events.
    pub metrics: Arc<Metrics>,
    /// The clock.
    pub clock: Clock,
}

impl Accounts {
    /// Creates the accounts of a database, and the right of their operator. Must be called within a Tokio runtime, which
    /// runs the queries of the accounts.
    #[must_use]
    pub fn new(connections: &Connections, dependencies: Dependencies, policy: Policy) -> (Self, Operator) {
        let Dependencies {
            hasher,
            access_tokens,
            refresh_tokens,
            device_tokens,
            throttle,
            breaches,
            mailer,
            metrics,
            clock,
        } = dependencies;
        let Connections { common, readers, direct } = connections;
        let (db, readers, direct) = (common.clone(), readers.clone(), direct.clone());
        let sessions_and_users = BatchLoader::start(move |ids| {
            let db = readers.clone();
            async move { entity::session::all_with_users(&db, ids).await }
        });
        let (uses, ended_sessions, hasher) = (LastUses::default(), EndedSessions::default(), Arc::new(hasher));
        let accounts = Self {
            db,
            direct,
            sessions_and_users,
            uses,
            ended_sessions,
            hasher,
            highest_quick_cost: OnceLock::new(),
            access_tokens,
            refresh_tokens,
            device_tokens,
            throttle,
            limit_log: LogLimiter::per_second(1),
            denials: KeyedLimiter::new(Duration::from_secs(1)),
            updates: KeyedLimiter::new(Duration::from_mins(1)),
            retries: KeyedLimiter::new(Duration::from_secs(1)),
            breaches,
            mailer,
            shutdown_gate: ShutdownGate::default(),
            metrics,
            clock,
            policy,
        };
        (accounts, Operator::new())
    }

    /// Whether requests can be served: a key signs, and the database answers and has every table that this version
    /// needs.
    pub async fn are_ready(&self) -> bool {
        self.can_sign() && database::is_ready(&self.db).await
    }

    /// Whether there is any user.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn have_users(&self) -> Result<bool, sea_orm::DbErr> {
        entity::user::any(&self.db).await
    }

    /// The load of the threads that hash passwords.
    #[must_use]
    pub fn hash_load(&self) -> HashLoad {
        self.hasher.load()
    }
}

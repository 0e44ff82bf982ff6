//! Who may do what: the rules of user accounts.
//!
//! Knows no HTTP and no GraphQL. [`Accounts`] is the service; each verb stands in a file of its own, takes *who* first
//! and *what* second, and answers with a refusal of its own or a fault. To add a verb, add a file; to add a way to
//! prove who one is, end it in `entrance.rs`, as login and registration do.

mod admin;
mod authentication;
mod caller;
mod cleanup;
mod email;
mod error;
mod event;
mod id;
mod identifier;
mod login;
mod origin;
mod outbox;
mod password;
mod policy;
mod profile;
mod rate_limit;
mod registration;
mod session;
mod ticket;
mod user;
mod validation;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use sea_orm::DatabaseConnection;
use uuid::Uuid;

use crate::{
    breaches::Breaches,
    clock::Clock,
    database::{self, Connections, GroupReader},
    entity,
    log_limiter::{KeyedLimiter, LogLimiter},
    metrics::Metrics,
    secrets::{AccessTokens, Keyring, PasswordHasher, RefreshTokens},
    throttle::Throttle,
};

pub use crate::{
    secrets::HashLoad,
    throttle::{LimitedAction, TooManyAttempts},
};

pub use self::{
    admin::*,
    authentication::*,
    caller::{Actor, Admin, Caller, TokenRejection},
    email::*,
    error::{Failure, Fault, RetryAfter},
    event::outgoing_mail::MailRequested,
    id::{SessionId, UserId},
    login::*,
    origin::Origin,
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
#[derive(Debug)]
pub struct Accounts {
    db: DatabaseConnection,
    /// For listening, which needs a connection of its own.
    direct: DatabaseConnection,
    sessions_and_users: GroupReader<Uuid, (entity::session::Model, entity::user::Model)>,
    uses: LastUses,
    ended_sessions: EndedSessions,
    hasher: Arc<PasswordHasher>,
    access_tokens: AccessTokens,
    refresh_tokens: RefreshTokens,
    throttle: Throttle,
    /// Limits the events about attempts beyond a rate limit.
    limit_log: LogLimiter,
    /// Up to where the cleanup has looked at sessions that ended.
    ended_until: Mutex<Option<entity::session::EndedPlace>>,
    /// Limits the events about denied access, for each user.
    denials: KeyedLimiter<UserId>,
    /// Limits the events about changed profiles, for each user and profile.
    updates: KeyedLimiter<(UserId, UserId)>,
    breaches: Breaches,
    mailer: Option<Mailer>,
    shutdown_gate: ShutdownGate,
    metrics: Arc<Metrics>,
    clock: Clock,
    policy: Policy,
}

/// What the accounts work with.
#[derive(Debug)]
pub struct Dependencies {
    /// Hashes passwords.
    pub hasher: PasswordHasher,
    /// Signs and checks access tokens.
    pub access_tokens: AccessTokens,
    /// Makes and checks refresh tokens.
    pub refresh_tokens: RefreshTokens,
    /// Counts attempts.
    pub throttle: Throttle,
    /// Knows which passwords leaked elsewhere.
    pub breaches: Breaches,
    /// Sends mail, if there is a way to.
    pub mailer: Option<Mailer>,
    /// Counts what happens.
    pub metrics: Arc<Metrics>,
    /// Knows the time.
    pub clock: Clock,
}

impl Accounts {
    /// The accounts in this database. Called within a Tokio runtime, where their questions are asked from.
    #[must_use]
    pub fn new(connections: &Connections, dependencies: Dependencies, policy: Policy) -> Self {
        let Dependencies { hasher, access_tokens, refresh_tokens, throttle, breaches, mailer, metrics, clock } =
            dependencies;
        let Connections { common, readers, direct } = connections;
        let (db, readers, direct) = (common.clone(), readers.clone(), direct.clone());
        let sessions_and_users = GroupReader::start(move |ids| {
            let db = readers.clone();
            async move { entity::session::all_with_users(&db, ids).await }
        });
        let (uses, ended_sessions, hasher) = (LastUses::default(), EndedSessions::default(), Arc::new(hasher));
        Self {
            db,
            direct,
            sessions_and_users,
            uses,
            ended_sessions,
            hasher,
            access_tokens,
            refresh_tokens,
            throttle,
            limit_log: LogLimiter::per_second(1),
            ended_until: Mutex::default(),
            denials: KeyedLimiter::new(Duration::from_secs(1)),
            updates: KeyedLimiter::new(Duration::from_mins(1)),
            breaches,
            mailer,
            shutdown_gate: ShutdownGate::default(),
            metrics,
            clock,
            policy,
        }
    }

    /// Whether the accounts can be asked: a key signs, and the database answers and has every table that this version
    /// needs.
    pub async fn are_ready(&self) -> bool {
        self.can_sign() && database::is_ready(&self.db).await
    }

    /// Whether a key signs at this moment.
    #[must_use]
    pub fn can_sign(&self) -> bool {
        self.access_tokens.can_sign(self.clock.now())
    }

    /// The `iss` of the access tokens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.access_tokens.issuer()
    }

    /// The keys that verifiers of access tokens need, as a JSON Web Key Set (RFC 7517 §5).
    #[must_use]
    pub fn published_keys(&self) -> String {
        self.access_tokens.published_keys(self.clock.now())
    }

    /// Goes on with other signing keys.
    pub fn use_keys(&self, keys: Keyring) {
        self.access_tokens.use_keys(keys);
    }

    /// How much the threads that hash passwords have done, and have to do.
    #[must_use]
    pub fn hash_load(&self) -> HashLoad {
        self.hasher.load()
    }
}

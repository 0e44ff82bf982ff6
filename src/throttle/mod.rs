//! Rate limits: counts attempts in the database before the work is done, for all instances together.
//!
//! Which actions are limited, and how often each is allowed, is in [`rate_limits`]. An attempt is counted in several buckets,
//! such as one for the account and one for the network, and is allowed if all of them allow it. An attempt that should not
//! count, such as a login with the correct password, is taken back.
//!
//! Knows no users and no passwords. An account is any text that identifies one; it is stored only as a keyed hash.
//!
//! ```no_run
//! # use latchkey::throttle::{AttemptError, LimitedAction, Requester, Throttle};
//! # async fn example(throttle: &Throttle, db: &sea_orm::DatabaseConnection, now: chrono::DateTime<chrono::Utc>) {
//! let network = Some("203.0.113.7/32".parse().unwrap());
//! let requester = Requester { account: Some("ada@example.com"), network, familiar: false };
//! let attempt = throttle.attempt(LimitedAction::Login, requester);
//! match attempt.count(db, now).await {
//!     Ok(()) => println!("check the password"),
//!     Err(AttemptError::TooMany(refused)) => println!("try again in {:?}", refused.retry_after),
//!     Err(AttemptError::Database(error)) => println!("{error}"),
//! }
//! # }
//! ```

mod attempt;
mod counter;
pub mod rate_limits;

use ipnet::IpNet;

use self::{attempt::Counted, rate_limits::Bucket};
pub use self::{
    attempt::{Attempt, AttemptError, TooManyAttempts},
    rate_limits::{LimitedAction, Limits},
};
use crate::secrets::KeyedHash;

/// Creates attempts, which are counted in the database.
#[derive(Debug)]
pub struct Throttle {
    keyed_hash: KeyedHash,
    limits: Limits,
}

/// Where an attempt comes from and which account it concerns.
#[derive(Clone, Copy, Debug)]
pub struct Requester<'r> {
    /// Identifies the account, if the attempt concerns one: the same text for each spelling of its name.
    pub account: Option<&'r str>,
    /// The network of the client, if it is known.
    pub network: Option<IpNet>,
    /// Whether the user of this account has logged in from this network before. Such attempts are counted separately, so
    /// that attackers elsewhere cannot lock the user out.
    pub familiar: bool,
}

impl Throttle {
    /// A throttle that stores the hashes of accounts and networks, not their names.
    #[must_use]
    pub fn new(keyed_hash: KeyedHash, limits: Limits) -> Self {
        Self { keyed_hash, limits }
    }

    /// An attempt that is about to be made.
    ///
    /// An attempt at an account counts for the account even from a familiar network. Otherwise an attacker could see from
    /// the account's limit which networks are familiar. But from there, only the limits for familiar networks decide.
    #[must_use]
    pub fn attempt(&self, action: LimitedAction, Requester { account, network, familiar }: Requester<'_>) -> Attempt {
        let network = network.map(|network| network.to_string());
        let (network, any) = (network.as_deref(), "");
        let of_account = account.map(|account| [account, any]);
        let of_network = network.map(|network| [any, network]);
        let of_both = account.zip(network).map(|(account, network)| [account, network]);

        // An unknown network is not familiar.
        let buckets = if familiar && network.is_some() {
            [
                (Bucket::Account, of_account, false),
                (Bucket::FamiliarAccount, of_both, true),
                (Bucket::FamiliarNetwork, of_network, true),
            ]
        } else {
            [
                (Bucket::Account, of_account, true),
                (Bucket::Network, of_network, true),
                (Bucket::Everyone, Some([any, any]), true),
            ]
        };
        let counted = |(bucket, counted_for, decides): (Bucket, Option<[&str; 2]>, bool)| {
            let (rate_limit, [account, network]) = action.rate_limit(bucket, self.limits).zip(counted_for)?;
            let key = self.keyed_hash.of(&[action.name(), bucket.name(), account, network]);
            Some(Counted { key: key.to_vec(), rate_limit, decides })
        };
        Attempt::new(action, buckets.into_iter().filter_map(counted).collect())
    }
}

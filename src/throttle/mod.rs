//! Rate limits: counts attempts in the database before the work is done, for all instances together.
//!
//! Which actions are limited, and how often each is allowed, is in [`rate_limits`]. An attempt is counted in several buckets,
//! such as one for the account and one for each prefix of the network, and is allowed if all of them allow it. An attempt
//! that should not count, such as a login with the correct password, is taken back.
//!
//! Knows no users and no passwords. An account is any text that identifies one; it is stored only as a keyed hash.
//!
//! ```no_run
//! # use latchkey::throttle::{AttemptError, KnownBy, LimitedAction, Requester, Throttle};
//! # async fn example(throttle: &Throttle, db: &sea_orm::DatabaseConnection, now: chrono::DateTime<chrono::Utc>) {
//! let address = Some("203.0.113.7".parse().unwrap());
//! let requester = Requester { account: Some("ada@example.com"), address, known_by: KnownBy::Nothing };
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

use std::net::IpAddr;

use chrono::TimeDelta;
use ipnet::IpNet;
use sea_orm::{DatabaseTransaction, DbErr};

pub use self::{
    attempt::{Attempt, AttemptError, TooManyAttempts},
    rate_limits::{LimitedAction, Limits},
};
use self::{
    attempt::{Counted, Role},
    rate_limits::{Bucket, PERIOD, PREFIXES},
};
use crate::{entity, secrets::KeyedHash};

/// How long a counter is kept after its attempts are forgotten: it also shows that a network made an attempt.
pub const KEEP_FORGOTTEN: TimeDelta = PERIOD;

/// Creates attempts, which are counted in the database.
#[derive(Debug)]
pub struct Throttle {
    keyed_hash: KeyedHash,
    limits: Limits,
}

/// Where an attempt comes from and which account it concerns.
#[derive(Clone, Copy, Debug)]
pub struct Requester<'r> {
    /// Identifies the account, if the attempt concerns one: the same text for each of its names.
    pub account: Option<&'r str>,
    /// The address of the client, if it is known.
    pub address: Option<IpAddr>,
    /// What the client has shown that the user of the account was given before.
    pub known_by: KnownBy<'r>,
}

/// What a client has shown that only the user was given. Such clients have counters of their own, which others cannot
/// use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownBy<'r> {
    /// Nothing, like every client at first.
    Nothing,
    /// A device token of the account, with this id.
    Device(&'r str),
    /// An open session of the account.
    Session,
}

impl Throttle {
    /// A throttle that stores the hashes of accounts and networks, not their names.
    #[must_use]
    pub fn new(keyed_hash: KeyedHash, limits: Limits) -> Self {
        Self { keyed_hash, limits }
    }

    /// An attempt that is about to be made.
    #[must_use]
    pub fn attempt(&self, action: LimitedAction, requester: Requester<'_>) -> Attempt {
        let Requester { account, address, known_by } = requester;
        let of_account = |bucket, detail| Some(self.counted(action, bucket, [account?, detail], Role::Decides));
        let buckets: Vec<_> = match known_by {
            KnownBy::Session => vec![of_account(Bucket::Sessions, "")],
            KnownBy::Device(id) => vec![of_account(Bucket::Device, id), of_account(Bucket::Devices, "")],
            KnownBy::Nothing => {
                let networks = address.into_iter().flat_map(prefixes).enumerate().map(|(n, (network, factor))| {
                    let role = if n == 0 { Role::ShowsFirst } else { Role::Decides };
                    Some(self.counted(action, Bucket::Network(factor), ["", &network.to_string()], role))
                });
                // A request for mail is not yet a mail.
                let everyone = if action == LimitedAction::Mail { Role::UncountedCeiling } else { Role::Ceiling };
                let everyone = Some(self.counted(action, Bucket::Everyone, ["", ""], everyone));
                [of_account(Bucket::Account, "")].into_iter().chain(networks).chain([everyone]).collect()
            }
        };
        Attempt::new(action, buckets.into_iter().flatten().flatten().collect())
    }

    /// An attempt that counts for an account alone, whatever the network.
    #[must_use]
    pub fn account_attempt(&self, action: LimitedAction, account: &str) -> Attempt {
        let account = self.counted(action, Bucket::Account, [account, ""], Role::Decides);
        Attempt::new(action, account.into_iter().collect())
    }

    /// The sending of a mail, which counts for the limit of all mails.
    #[must_use]
    pub fn mail_sent(&self) -> Attempt {
        let everyone = self.counted(LimitedAction::Mail, Bucket::Everyone, ["", ""], Role::Ceiling);
        Attempt::new(LimitedAction::Mail, everyone.into_iter().collect())
    }

    /// Forgets all guesses at the password of an account, in a transaction.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn forget_guesses(&self, db: &DatabaseTransaction, account: &str) -> Result<(), DbErr> {
        let keys = [Bucket::Account, Bucket::Sessions, Bucket::Devices];
        let keys = keys.map(|bucket| self.key(LimitedAction::Login, bucket, [account, ""]));
        entity::attempt::remove(db, keys.to_vec()).await
    }

    fn counted(&self, action: LimitedAction, bucket: Bucket, of: [&str; 2], role: Role) -> Option<Counted> {
        let rate_limit = action.rate_limit(bucket, self.limits)?;
        Some(Counted { key: self.key(action, bucket, of), rate_limit, role })
    }

    fn key(&self, action: LimitedAction, bucket: Bucket, [first, second]: [&str; 2]) -> Vec<u8> {
        let action = match bucket {
            Bucket::Network(_) | Bucket::Everyone => action.name(),
            Bucket::Account | Bucket::Sessions | Bucket::Device | Bucket::Devices => action.name_for_account(),
        };
        self.keyed_hash.of(&[action, bucket.name(), first, second]).to_vec()
    }
}

/// The networks that an address is counted in, the smallest one first, each with the factor of its limit.
fn prefixes(address: IpAddr) -> impl Iterator<Item = (IpNet, u32)> {
    let [v4, v6] = PREFIXES;
    let address = address.to_canonical();
    let lengths = if address.is_ipv4() { v4 } else { v6 };
    lengths.iter().map(move |(length, factor)| (IpNet::new_assert(address, *length).trunc(), *factor))
}

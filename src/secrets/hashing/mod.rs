//! Hashes and checks passwords with bcrypt, on threads of its own.
//!
//! bcrypt is slow on purpose. [`PasswordHasher`] keeps it off the threads that answer requests and shares its own threads
//! fairly between the networks that callers come from. A caller first gets a [`HashPermit`], for which it may have to
//! wait, and then spends it on one password.
//!
//! Knows no users. A check that fails takes the work of the most expensive stored hash, whether there is a hash to compare
//! with or not, so that the response time does not reveal whether a user exists.
//!
//! Hashes of another bcrypt implementation are accepted in `imported`. How a stored hash is read and written is in
//! `password_hash`. How hashes share a thread is in `batch` and in the crate in `lanes/`.
//!
//! ```
//! use std::{num::NonZeroUsize, sync::Arc};
//!
//! use latchkey::secrets::{PasswordCheck, PasswordHasher};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let hasher = Arc::new(PasswordHasher::start(4, NonZeroUsize::MIN, Some(1))?);
//! let stored = hasher.permit(None).await?.hash("correct horse".into()).await?;
//!
//! let check = hasher.permit(None).await?.verify("correct horse".into(), Some(stored), 4).await?;
//! assert_eq!(check, PasswordCheck::Correct { outdated: false });
//!
//! // There is no such user: the same work is done, and the password is wrong.
//! let check = hasher.permit(None).await?.verify("correct horse".into(), None, 4).await?;
//! assert_eq!(check, PasswordCheck::Wrong);
//! # Ok(())
//! # }
//! ```

mod batch;
mod calibration;
mod error;
mod fair_queue;
mod fallback;
mod imported_hash;
mod job;
mod password_hash;
mod pool;
mod priority;
mod worker;

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};

pub use self::{
    error::HashError,
    imported_hash::ImportedHashError,
    password_hash::{MAX_PASSWORD_BYTES, PasswordHash},
    pool::HashLoad,
};
use self::{
    fair_queue::Slot,
    job::{Computation, HashJob, RawHash},
    password_hash::{HashedForm, MAX_STORED_COST},
    pool::HashPool,
};
use crate::secrets::randomness::random_bytes;

/// The salt of the hash that is computed when there is no stored hash. Its result is never compared with anything.
const DECOY_SALT: [u8; 16] = *b"latchkey's decoy";

/// Hashes and checks passwords on threads of its own.
#[derive(Debug)]
pub struct PasswordHasher {
    pool: HashPool,
    cost: u32,
}

/// The longest that one hash may take, so that a login with it is answered in time.
const LONGEST: Duration = Duration::from_secs(1);

/// The right to have one password hashed or checked.
#[derive(Debug)]
pub struct HashPermit {
    hasher: Arc<PasswordHasher>,
    /// `None` for the second of two permits.
    slot: Option<Slot>,
}

/// The result of comparing a password with a stored hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordCheck {
    /// The password is wrong, or there is no hash to compare it with.
    Wrong,
    /// The password is correct.
    Correct {
        /// Whether the password should be hashed again, because the stored hash has another cost than new hashes or was
        /// made by another system.
        outdated: bool,
    },
}

impl PasswordHasher {
    /// Starts the threads. `cost` is bcrypt's: each step doubles the work. `lanes` is the number of hashes that each thread
    /// advances at once: `None` measures which number is fastest on this machine, and `Some(0)` uses the bcrypt crate, which
    /// computes one hash after the other.
    ///
    /// # Errors
    ///
    /// When the operating system cannot start a thread.
    pub fn start(cost: u32, threads: NonZeroUsize, lanes: Option<usize>) -> std::io::Result<Self> {
        Ok(Self { pool: HashPool::start(threads, lanes, cost)?, cost })
    }

    /// Waits for the permission to hash one password. Callers from the same network are served one after the other and do
    /// not delay callers from other networks.
    ///
    /// # Errors
    ///
    /// [`HashError::Busy`] when the wait takes too long.
    pub async fn permit(self: &Arc<Self>, network: Option<IpNet>) -> Result<HashPermit, HashError> {
        let slot = self.pool.slot(1, network).await?;
        Ok(HashPermit { hasher: Arc::clone(self), slot: Some(slot) })
    }

    /// Waits for the permission to hash two passwords, one after the other. The second needs no further wait.
    ///
    /// # Errors
    ///
    /// [`HashError::Busy`] when the wait takes too long.
    pub async fn two_permits(self: &Arc<Self>, network: Option<IpNet>) -> Result<(HashPermit, HashPermit), HashError> {
        let slot = self.pool.slot(2, network).await?;
        Ok((
            HashPermit { hasher: Arc::clone(self), slot: Some(slot) },
            HashPermit { hasher: Arc::clone(self), slot: None },
        ))
    }

    /// The highest cost of a hash that is computed within a second on this machine, measured now.
    #[must_use]
    pub fn highest_quick_cost(&self) -> u32 {
        let own = self.pool.duration_of(self.cost).max(Duration::from_nanos(1));
        let doubled = (LONGEST.as_nanos() / own.as_nanos()).checked_ilog2().unwrap_or(0);
        (self.cost + doubled).min(MAX_STORED_COST.max(self.cost))
    }

    /// How much work the threads have done, and how much is waiting.
    #[must_use]
    pub fn load(&self) -> HashLoad {
        self.pool.load()
    }
}

impl HashPermit {
    /// Hashes a new password. bcrypt reads [`MAX_PASSWORD_BYTES`]; a longer password is replaced by its digest, so that all of
    /// it counts.
    ///
    /// # Errors
    ///
    /// [`HashError::Failed`].
    pub async fn hash(self, password: SecretString) -> Result<PasswordHash, HashError> {
        let form = HashedForm::of(password.expose_secret());
        self.hash_as(form, password).await
    }

    /// Hashes what bcrypt reads of a password, for a user whose password another system has cut off.
    ///
    /// # Errors
    ///
    /// [`HashError::Failed`].
    pub async fn hash_cut_off(self, password: SecretString) -> Result<PasswordHash, HashError> {
        self.hash_as(HashedForm::CutOff, password).await
    }

    async fn hash_as(self, form: HashedForm, password: SecretString) -> Result<PasswordHash, HashError> {
        let salt = random_bytes().map_err(|error| HashError::Failed(error.into()))?;
        let computation = Computation { salt, cost: self.hasher.cost };
        let hash = self.run(form.text(password), computation).await?;
        Ok(PasswordHash::new(computation, &hash, form))
    }

    /// Checks a password against the stored hash. A wrong password takes the work of a hash of `highest_cost`, or of the
    /// cost of new hashes if that is higher. Without a stored hash, and with a password or a hash that cannot match, the
    /// same work is done and the result is [`PasswordCheck::Wrong`], so that the response time reveals neither whether a
    /// user exists nor how their password is hashed.
    ///
    /// # Errors
    ///
    /// [`HashError::Failed`].
    pub async fn verify(
        self,
        password: SecretString,
        stored: Option<PasswordHash>,
        highest_cost: u32,
    ) -> Result<PasswordCheck, HashError> {
        let cost = self.hasher.cost;
        let work = cost.max(highest_cost.min(MAX_STORED_COST));
        let decoy = |cost| Computation { salt: DECOY_SALT, cost };
        // A password of 72 bytes or more may differ from the original in the part that was cut off.
        let is_complete = password.expose_secret().len() < MAX_PASSWORD_BYTES;
        let Some(stored) = stored.and_then(|stored| stored.comparable_with(password.expose_secret())) else {
            self.run(password, decoy(work)).await?;
            return Ok(PasswordCheck::Wrong);
        };

        // A hash of lower cost would answer sooner and so reveal that it exists. Decoys make up the difference:
        // 2^a + (2^a + … + 2^(b-1)) = 2^b.
        let missing = (stored.computation.cost..work).map(decoy);
        let outdated = stored.computation.cost != cost || (stored.truncates && is_complete);
        let job = HashJob {
            password: stored.form.text(password),
            computations: [stored.computation].into_iter().chain(missing).collect(),
            expected: Some(stored.hash),
        };
        let hash = self.hasher.pool.run(job.clone(), self.slot).await?;
        Ok(if job.is_answered_by(&hash) { PasswordCheck::Correct { outdated } } else { PasswordCheck::Wrong })
    }

    async fn run(self, password: SecretString, computation: Computation) -> Result<RawHash, HashError> {
        let job = HashJob { password, computations: [computation].into(), expected: None };
        self.hasher.pool.run(job, self.slot).await
    }
}

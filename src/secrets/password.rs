//! bcrypt, kept off the async threads, at the same price for every answer.

use std::{
    fmt,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use secrecy::{ExposeSecret, SecretString};

use super::hash_pool::{HashPool, NotHashed};

/// bcrypt reads no further than this many bytes.
pub const MAX_PASSWORD_BYTES: usize = 72;

/// The highest cost accepted of a stored hash: a hash is an amount of work that whoever wrote it makes us do.
const MAX_STORED_COST: u32 = 16;

/// The cost of the hash that is timed at start: a few milliseconds.
const SAMPLE_COST: u32 = 7;

/// The salt of the decoy; nothing is ever compared with what comes of it.
const DECOY_SALT: [u8; 16] = *b"latchkey's decoy";

/// A password hash as it is stored, kept out of `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    /// The hash in its own words: `$2b$12$…`.
    pub text: String,
    /// Whether its maker cut passwords off after 72 bytes, so that a longer one must be cut here, too.
    pub truncates: bool,
}

/// What came of comparing a password with a stored hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not this password, or nothing to compare it with.
    Wrong,
    /// This password.
    Right {
        /// The hash is cheaper or dearer than today's cost asks: hash the password again.
        outdated: bool,
    },
}

/// Makes and checks password hashes on threads of its own.
#[derive(Debug)]
pub struct PasswordHasher {
    pool: HashPool,
    cost: u32,
    rounds: Arc<AtomicU64>,
}

impl PasswordHasher {
    /// Starts the threads. `cost` is bcrypt's: each step doubles the work.
    ///
    /// # Errors
    ///
    /// When the system gives no threads.
    pub fn start(cost: u32, threads: NonZeroUsize) -> std::io::Result<Self> {
        let pool = HashPool::start(threads, time_of_one(cost))?;
        Ok(Self { pool, cost, rounds: Arc::default() })
    }

    /// Hashes a new password of at most [`MAX_PASSWORD_BYTES`]; what is longer is cut off, and the hash says so.
    ///
    /// # Errors
    ///
    /// [`NotHashed`] when too many wait already, or the system gives no randomness.
    pub async fn hash(&self, password: SecretString) -> Result<PasswordHash, NotHashed> {
        let (cost, rounds) = (self.cost, Arc::clone(&self.rounds));
        let truncates = password.expose_secret().len() > MAX_PASSWORD_BYTES;
        let text = self.pool.run(move || {
            let text = bcrypt::hash(password.expose_secret(), cost);
            count(cost, &rounds);
            text
        });
        let text = text.await?.map_err(|error| NotHashed::Failed(error.into()))?;
        Ok(PasswordHash { text, truncates })
    }

    /// Whether `password` is the one behind `stored`. With nothing stored, and with a password or a hash that cannot
    /// match, the same work is done and the answer is [`Verdict::Wrong`], so that the time tells nobody who exists.
    ///
    /// # Errors
    ///
    /// [`NotHashed`] when too many wait already.
    pub async fn verify(&self, password: SecretString, stored: Option<PasswordHash>) -> Result<Verdict, NotHashed> {
        let (cost, rounds) = (self.cost, Arc::clone(&self.rounds));
        self.pool.run(move || verify(password.expose_secret(), stored.as_ref(), cost, &rounds)).await
    }

    /// How many bcrypt rounds were computed so far: two to the power of its cost for each hash.
    #[must_use]
    pub fn rounds(&self) -> u64 {
        self.rounds.load(Ordering::Relaxed)
    }
}

fn verify(password: &str, stored: Option<&PasswordHash>, cost: u32, rounds: &AtomicU64) -> Verdict {
    let Some((stored, stored_cost)) = stored.and_then(|hash| comparable(password, hash)) else {
        burn(password, cost, rounds);
        return Verdict::Wrong;
    };

    let right = bcrypt::verify(password, &stored.text).is_ok_and(|right| {
        count(stored_cost, rounds);
        right
    });
    // A cheaper hash would answer sooner and so tell that it exists: 2^a + (2^a + … + 2^(b-1)) = 2^b.
    for cheaper in stored_cost..cost {
        burn(password, cheaper, rounds);
    }
    if right { Verdict::Right { outdated: stored_cost != cost } } else { Verdict::Wrong }
}

/// The hash and its cost, where comparing it with this password makes sense.
fn comparable<'a>(password: &str, hash: &'a PasswordHash) -> Option<(&'a PasswordHash, u32)> {
    let ours = ["$2a$", "$2b$", "$2y$"].iter().any(|version| hash.text.starts_with(version));
    let cost = hash.text.parse::<bcrypt::HashParts>().ok()?.get_cost();
    let fits = password.len() <= MAX_PASSWORD_BYTES || hash.truncates;
    (ours && cost <= MAX_STORED_COST && fits && !password.contains('\0')).then_some((hash, cost))
}

/// The work of one hash, for nothing.
fn burn(password: &str, cost: u32, rounds: &AtomicU64) {
    if std::hint::black_box(bcrypt::hash_with_salt(password, cost, DECOY_SALT)).is_ok() {
        count(cost, rounds);
    }
}

/// Notes a hash that was computed.
fn count(cost: u32, rounds: &AtomicU64) {
    rounds.fetch_add(1 << cost, Ordering::Relaxed);
}

/// How long one hash takes here: a cheap one is timed, and each step of the cost doubles it.
fn time_of_one(cost: u32) -> Duration {
    #[expect(clippy::disallowed_methods, reason = "how long something took is not what time it is")]
    let begun = Instant::now();
    burn("how long does it take?", SAMPLE_COST, &AtomicU64::new(0));
    begun.elapsed() * 2u32.pow(cost.saturating_sub(SAMPLE_COST))
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

//! bcrypt, kept off the async threads, at the same price for every answer.

mod calibration;
mod fair_queue;
mod fallback;
mod imported;
mod job;
mod pool;
mod worker;

use std::{fmt, num::NonZeroUsize};

use aws_lc_rs::{constant_time::verify_slices_are_equal, rand};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};

pub use self::{
    imported::ImportedHashError,
    pool::{HashError, HashLoad},
};
use self::{
    job::{Hash, Job, Run},
    pool::HashPool,
};
use crate::secrets::refresh_token::RandomnessError;

/// bcrypt reads no further than this many bytes.
pub const MAX_PASSWORD_BYTES: usize = 72;

/// The highest cost accepted of a stored hash: a hash is an amount of work that whoever wrote it makes us do.
const MAX_STORED_COST: u32 = 16;

/// The versions of bcrypt that are the same: `$2x$` marks hashes of a broken one.
const VERSIONS: [&str; 3] = ["$2a$", "$2b$", "$2y$"];

/// How many bytes of a hash are kept: bcrypt has always dropped the last one.
const KEPT: usize = 23;

/// bcrypt's own base64. The last character of a salt or a hash holds bits that mean nothing.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::BCRYPT,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// The salt of the decoy; nothing is ever compared with what comes of it.
const DECOY_SALT: [u8; 16] = *b"latchkey's decoy";

/// A password hash as it is stored, kept out of `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    /// The hash in its own words: `$2b$12$…`.
    pub text: String,
    /// Whether its maker cut passwords off after 72 bytes, so that a longer one must be cut here, too: hashes of other
    /// systems, made of what was typed as it was typed.
    pub truncates: bool,
}

/// What came of comparing a password with a stored hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordCheck {
    /// Not this password, or nothing to compare it with.
    Wrong,
    /// This password.
    Correct {
        /// The hash is cheaper or dearer than today's cost asks, or made by another system: hash the password again.
        outdated: bool,
    },
}

/// A stored hash in its parts.
struct Parts {
    run: Run,
    hash: Vec<u8>,
    truncates: bool,
}

/// Makes and checks password hashes on threads of its own.
#[derive(Debug)]
pub struct PasswordHasher {
    pool: HashPool,
    cost: u32,
}

/// Somebody's turn to have one password hashed.
#[derive(Debug)]
pub struct HashPermit<'h> {
    turn: pool::HashPermit<'h>,
    cost: u32,
}

impl PasswordHasher {
    /// Starts the threads. `cost` is bcrypt's: each step doubles the work. Each thread advances so many hashes at once, or
    /// as many as pay off here; with none, the bcrypt crate does one after the other.
    ///
    /// # Errors
    ///
    /// When the system gives no threads.
    pub fn start(cost: u32, threads: NonZeroUsize, lanes: Option<usize>) -> std::io::Result<Self> {
        Ok(Self { pool: HashPool::start(threads, lanes, cost)?, cost })
    }

    /// Waits for a turn. Those who come from the same network have theirs one after the other, and are in nobody else's
    /// way.
    ///
    /// # Errors
    ///
    /// [`HashError::Busy`] when too many wait already.
    pub async fn permit(&self, from: Option<IpNet>) -> Result<HashPermit<'_>, HashError> {
        Ok(HashPermit { turn: self.pool.permit(from).await?, cost: self.cost })
    }

    /// The same for two passwords, one after the other.
    ///
    /// # Errors
    ///
    /// [`HashError::Busy`] when too many wait already.
    pub async fn two_permits(&self, from: Option<IpNet>) -> Result<(HashPermit<'_>, HashPermit<'_>), HashError> {
        let (first, second) = self.pool.two_permits(from).await?;
        Ok((HashPermit { turn: first, cost: self.cost }, HashPermit { turn: second, cost: self.cost }))
    }

    /// How much the threads have done, and have to do.
    #[must_use]
    pub fn load(&self) -> HashLoad {
        self.pool.load()
    }
}

impl HashPermit<'_> {
    /// Hashes a new password of at most [`MAX_PASSWORD_BYTES`]; what is longer is cut off, and the hash says so.
    ///
    /// # Errors
    ///
    /// [`HashError::Failed`].
    pub async fn hash(self, password: SecretString) -> Result<PasswordHash, HashError> {
        let mut salt = [0; 16];
        rand::fill(&mut salt).map_err(|_| HashError::Failed(RandomnessError.into()))?;
        let run = Run { salt, cost: self.cost };
        let truncates = password.expose_secret().len() > MAX_PASSWORD_BYTES;
        let hash = self.turn.run(Job { password, runs: [run].into() }).await?;
        Ok(PasswordHash { text: write(run, &hash), truncates })
    }

    /// Whether `password` is the one behind `stored`. With nothing stored, and with a password or a hash that cannot
    /// match, the same work is done and the answer is [`PasswordCheck::Wrong`], so that the time tells nobody who exists.
    ///
    /// # Errors
    ///
    /// [`HashError::Failed`].
    pub async fn verify(
        self,
        password: SecretString,
        stored: Option<PasswordHash>,
    ) -> Result<PasswordCheck, HashError> {
        let decoy = |cost| Run { salt: DECOY_SALT, cost };
        // One byte more, and nobody knows what was cut off.
        let is_whole = password.expose_secret().len() < MAX_PASSWORD_BYTES;
        let Some(stored) = stored.and_then(|stored| comparable(password.expose_secret(), &stored)) else {
            self.turn.run(Job { password, runs: [decoy(self.cost)].into() }).await?;
            return Ok(PasswordCheck::Wrong);
        };

        // A cheaper hash would answer sooner and so tell that it exists: 2^a + (2^a + … + 2^(b-1)) = 2^b.
        let missing = (stored.run.cost..self.cost).map(decoy);
        let outdated = stored.run.cost != self.cost || (stored.truncates && is_whole);
        let runs = [stored.run].into_iter().chain(missing).collect();
        let hash = self.turn.run(Job { password, runs }).await?;
        match verify_slices_are_equal(&hash[..KEPT], &stored.hash) {
            Ok(()) => Ok(PasswordCheck::Correct { outdated }),
            Err(_) => Ok(PasswordCheck::Wrong),
        }
    }
}

/// The parts of a hash, where comparing it with this password makes sense.
fn comparable(password: &str, stored: &PasswordHash) -> Option<Parts> {
    let ours = VERSIONS.iter().any(|version| stored.text.starts_with(version));
    let parts: bcrypt::HashParts = stored.text.parse().ok()?;
    let run = Run { salt: parts.get_salt_raw(), cost: parts.get_cost() };
    let hash = BASE64.decode(stored.text.get(stored.text.len() - 31..)?).ok()?;
    let fits = password.len() <= MAX_PASSWORD_BYTES || stored.truncates;
    (ours && run.cost <= MAX_STORED_COST && fits && !password.contains('\0')).then_some(Parts {
        run,
        hash,
        truncates: stored.truncates,
    })
}

/// A hash in its own words.
fn write(Run { salt, cost }: Run, hash: &Hash) -> String {
    format!("$2b${cost:02}${}{}", BASE64.encode(salt), BASE64.encode(&hash[..KEPT]))
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

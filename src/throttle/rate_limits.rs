//! The rate limits: which actions are limited, and how often each is allowed. Every rate limit is changed here.
//!
//! | action | what counts | one account | one network | altogether |
//! |---|---|---|---|---|
//! | [`Login`] | failures | 5, then waits that double from 1 s to 15 min | `ATTEMPTS_PER_ADDRESS` | `ATTEMPTS_OVERALL` |
//! | [`Register`] | valid forms | | `ATTEMPTS_PER_ADDRESS` | `ATTEMPTS_OVERALL` |
//! | [`RefreshToken`] | tokens that were never issued | | `ATTEMPTS_PER_ADDRESS` | |
//! | [`ChangePassword`] | failures | as for `Login` | | |
//! | [`Mail`] | all | 5, then one in 12 min | `ATTEMPTS_PER_ADDRESS` | `ATTEMPTS_OVERALL` |
//! | [`Change`] | all | 60, then one a second | | |
//!
//! The two settings are attempts in five minutes. A login with a familiar account and network, from which its user has
//! logged in before, is limited separately: the account's limit applies to that network alone, the network may have ten
//! times as many failures, and the overall limit does not apply.
//!
//! To limit another action, add it to [`LimitedAction`] and to the table in its method `rate_limit`. To limit it in another
//! way, add a `RateLimit`.
//!
//! [`Login`]: LimitedAction::Login
//! [`Register`]: LimitedAction::Register
//! [`RefreshToken`]: LimitedAction::RefreshToken
//! [`ChangePassword`]: LimitedAction::ChangePassword
//! [`Mail`]: LimitedAction::Mail
//! [`Change`]: LimitedAction::Change

use std::fmt;

use chrono::TimeDelta;

/// An action that is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitedAction {
    /// Logging in. The attempt is taken back if the login succeeds. Until then it counts, so that at most a burst of logins
    /// can be in progress for one account.
    Login,
    /// Registering. Each valid form counts.
    Register,
    /// Using a refresh token that was never issued.
    RefreshToken,
    /// Confirming the current password, to change it or for another sensitive change. Only failures count.
    ChangePassword,
    /// Requesting a mail: to one address, whichever client asks, and by one user, to whichever address.
    Mail,
    /// Changing one's own account. All changes of a user count together.
    Change,
}

/// What the attempts are counted for. Each has its own rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bucket {
    /// One account, from all networks.
    Account,
    /// One account, from one network that is familiar to its user.
    FamiliarAccount,
    /// One network: an IPv4 address, or the 64 bits that an IPv6 customer gets.
    Network,
    /// One network, for accounts whose users have logged in from it before.
    FamiliarNetwork,
    /// All accounts and networks.
    Everyone,
}

/// The limits that the operator sets: attempts in five minutes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From one network.
    pub per_network: u32,
    /// From all networks together.
    pub overall: u32,
}

/// How often an action is allowed.
#[derive(Clone, Copy, Debug)]
pub(super) struct RateLimit {
    /// How many attempts are allowed at once.
    pub(super) burst: u32,
    /// After how long one of them is forgotten, so that another is allowed.
    pub(super) forgotten_after: TimeDelta,
    /// The first wait after the burst. Each further wait is twice as long, up to `forgotten_after`. With `None`, each wait
    /// lasts until an attempt is forgotten.
    pub(super) first_wait: Option<TimeDelta>,
}

/// Five guesses, then one after a second, two, four and so on, up to one in 15 minutes: 15 in the first 20 minutes and
/// about 110 on the first day. NIST SP 800-63B-4 §3.2.2 would disable the account after 100 failures in a row, which would
/// let an attacker disable any account.
const GUESSES: RateLimit =
    RateLimit { burst: 5, forgotten_after: TimeDelta::minutes(15), first_wait: Some(TimeDelta::seconds(1)) };

/// Five mails at once, then one in 12 minutes: enough for a user who first looks into the wrong mailbox, and too few to
/// flood one.
const MAILS: RateLimit = RateLimit { burst: 5, forgotten_after: TimeDelta::minutes(12), first_wait: None };

/// Sixty changes at once, then one a second: more than a person makes, and few for a program.
const CHANGES: RateLimit = RateLimit { burst: 60, forgotten_after: TimeDelta::seconds(1), first_wait: None };

/// Multiplies the limit of a network for users who have logged in from it before: high enough that an attacker in the same
/// network cannot lock them out, low enough to prevent password spraying.
const FAMILIAR_FACTOR: u32 = 10;

/// The period of the limits that the operator sets.
const PERIOD: TimeDelta = TimeDelta::minutes(5);

impl LimitedAction {
    /// How often this action is allowed. `None` where it is not limited.
    #[rustfmt::skip]
    pub(super) fn rate_limit(self, bucket: Bucket, limits: Limits) -> Option<RateLimit> {
        let (guesses, mails, changes) = (Some(GUESSES), Some(MAILS), Some(CHANGES));
        let network = Some(in_five_minutes(limits.per_network));
        let familiar = Some(in_five_minutes(limits.per_network.saturating_mul(FAMILIAR_FACTOR)));
        let overall = Some(in_five_minutes(limits.overall));

        let [account, familiar_account, network, familiar_network, everyone] = match self {
            //                      account  familiar account  network  familiar network  everyone
            Self::Login          => [guesses, guesses,          network, familiar,         overall],
            Self::Register       => [None,    None,             network, None,             overall],
            Self::RefreshToken   => [None,    None,             network, None,             None],
            Self::ChangePassword => [guesses, guesses,          None,    None,             None],
            Self::Mail           => [mails,   None,             network, None,             overall],
            Self::Change         => [changes, None,             None,    None,             None],
        };
        match bucket {
            Bucket::Account => account,
            Bucket::FamiliarAccount => familiar_account,
            Bucket::Network => network,
            Bucket::FamiliarNetwork => familiar_network,
            Bucket::Everyone => everyone,
        }
    }

    /// The name in metrics and logs. The stored keys contain it, so that it must not change.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Register => "register",
            Self::RefreshToken => "refresh token",
            Self::ChangePassword => "change password",
            Self::Mail => "mail",
            Self::Change => "change",
        }
    }

    /// The message to a user who has to wait.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::Login => "Too many failed logins.",
            Self::Register => "Too many registrations.",
            Self::RefreshToken => "Too many invalid refresh tokens.",
            Self::ChangePassword => "Too many wrong passwords.",
            Self::Mail => "Too many mails.",
            Self::Change => "Too many changes.",
        }
    }
}

fn in_five_minutes(attempts: u32) -> RateLimit {
    let forgotten_after = PERIOD / i32::try_from(attempts).unwrap_or(i32::MAX).max(1);
    RateLimit { burst: attempts, forgotten_after, first_wait: None }
}

impl Bucket {
    /// The name in stored keys, which must not change.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::FamiliarAccount => "account from there",
            Self::Network => "network",
            Self::FamiliarNetwork => "familiar network",
            Self::Everyone => "everybody",
        }
    }
}

impl fmt::Display for LimitedAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

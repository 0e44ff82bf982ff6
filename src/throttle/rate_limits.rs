//! The rate limits: which actions are limited, and how often each is allowed. Every rate limit is changed here.
//!
//! | action | what counts | one account | one network | altogether |
//! |---|---|---|---|---|
//! | [`Login`] | wrong passwords | 5, then waits that double from 1 s to 15 min | yes | `ATTEMPTS_OVERALL` |
//! | [`Register`] | valid forms | | yes | `ATTEMPTS_OVERALL` |
//! | [`RefreshToken`] | tokens that were never issued | | yes | |
//! | [`ChangePassword`] | wrong passwords | as for `Login`, all sessions together | | |
//! | [`Mail`] | requests; altogether only the mails that were sent | 5, then one in 12 min | yes | `ATTEMPTS_OVERALL` |
//! | [`Change`] | all | 60, then one a second | | |
//!
//! The limits of a network are attempts in five minutes. A network is counted at several prefixes: the
//! address with `ATTEMPTS_PER_ADDRESS`, and the wider ones, which a single customer may own, with a multiple of it. None
//! of them is allowed more than a quarter of `ATTEMPTS_OVERALL`, so that no network uses up what all others share. The
//! limit of all networks together never refuses the first attempt of a network that made none in the last five minutes.
//!
//! Wrong passwords of one account count together, whatever the action. Clients that the user is known by have counters of
//! their own, so that others cannot lock them out: each device token, and the sessions of the user together. Networks and
//! all others are not counted for them.
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
    /// Checking a password of a client without a session. The attempt is taken back if the password is right. Until then it
    /// counts, so that at most a burst of logins can be in progress for one account.
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
    /// One account, for all clients that the user is not known by.
    Account,
    /// One account, for all of its sessions together.
    Sessions,
    /// One device token of an account.
    Device,
    /// All device tokens of an account together, so that a collection of them does not give endless guesses.
    Devices,
    /// One prefix of a network address, with the factor of its limit.
    Network(u32),
    /// All accounts and networks.
    Everyone,
}

/// The prefixes that an address is counted at, for IPv4 and for IPv6, the longest one first: the length, and how many
/// times the limit of an address its limit is. The /64 of IPv6 is one site, /56 and /48 are what providers assign to one
/// customer (RFC 6177), and an IPv4 /24 is the smallest block that is routed.
pub(super) const PREFIXES: [&[(u8, u32)]; 2] = [&[(32, 1), (24, 8)], &[(64, 1), (56, 2), (48, 4)]];

/// No network is allowed more than one part in this many of the attempts of all networks.
const SHARE: u32 = 4;

/// The limits that the operator sets: attempts in five minutes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From one address.
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

/// What ten device tokens of one user could guess. A thief who has one or a few of them cannot lock out the others.
const GUESSES_OF_DEVICES: RateLimit =
    RateLimit { burst: 50, forgotten_after: TimeDelta::seconds(90), first_wait: None };

/// Five mails at once, then one in 12 minutes: enough for a user who first looks into the wrong mailbox, and too few to
/// flood one.
const MAILS: RateLimit = RateLimit { burst: 5, forgotten_after: TimeDelta::minutes(12), first_wait: None };

/// Sixty changes at once, then one a second: more than a person makes, and few for a program.
const CHANGES: RateLimit = RateLimit { burst: 60, forgotten_after: TimeDelta::seconds(1), first_wait: None };

/// The period of the limits that the operator sets. A network that made no attempt for this long is not refused because
/// of the others.
pub(super) const PERIOD: TimeDelta = TimeDelta::minutes(5);

impl LimitedAction {
    /// How often this action is allowed. `None` where it is not limited.
    #[rustfmt::skip]
    pub(super) fn rate_limit(self, bucket: Bucket, limits: Limits) -> Option<RateLimit> {
        let Limits { per_network, overall } = limits;
        let (guesses, mails, changes) = (Some(GUESSES), Some(MAILS), Some(CHANGES));
        let ceiling = Some(in_five_minutes(overall));

        let [account, known, network, everyone] = match self {
            //                      account  known    network  everyone
            Self::Login          => [guesses, guesses, ceiling, ceiling],
            Self::Register       => [None,    None,    ceiling, ceiling],
            Self::RefreshToken   => [None,    None,    ceiling, None],
            Self::ChangePassword => [guesses, guesses, None,    None],
            Self::Mail           => [mails,   None,    ceiling, ceiling],
            Self::Change         => [changes, None,    None,    None],
        };
        match bucket {
            Bucket::Account => account,
            Bucket::Sessions | Bucket::Device => known,
            Bucket::Devices => known.map(|_| GUESSES_OF_DEVICES),
            Bucket::Network(factor) => network.map(|_| {
                in_five_minutes(per_network.saturating_mul(factor).min(overall / SHARE).max(1))
            }),
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

    /// The name in the stored keys of an account's counters, which must not change. All actions that check a password
    /// have the same, so that they share one budget of guesses.
    pub(super) fn name_for_account(self) -> &'static str {
        match self {
            Self::Login | Self::ChangePassword => "guess",
            Self::Register | Self::RefreshToken | Self::Mail | Self::Change => self.name(),
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
            Self::Sessions => "sessions",
            Self::Device => "device",
            Self::Devices => "devices",
            Self::Network(_) => "network",
            Self::Everyone => "everybody",
        }
    }
}

impl fmt::Display for LimitedAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(factor: u32, limits: Limits) -> u32 {
        LimitedAction::Login.rate_limit(Bucket::Network(factor), limits).expect("a limit").burst
    }

    #[test]
    fn the_limit_grows_with_the_prefix_and_leaves_most_of_the_ceiling_to_others() {
        for (per_network, overall) in [(100, 3000), (1, 8), (10, 60), (1_000_000, 1_000_000), (1_000_000, 1), (1, 1)] {
            let limits = Limits { per_network, overall };
            for prefixes in PREFIXES {
                let all: Vec<u32> = prefixes.iter().map(|(_, factor)| allowed(*factor, limits)).collect();
                assert!(all.is_sorted() && all[0] >= 1, "{all:?}");
                assert!(all.iter().all(|limit| *limit <= (overall / 4).max(1)), "{all:?} of {overall}");
            }
        }
        assert_eq!(
            [1, 2, 4, 8].map(|factor| allowed(factor, Limits { per_network: 100, overall: 3000 })),
            [100, 200, 400, 750]
        );
    }
}

//! What may not be done too often, and how often it may.

use std::fmt;

use chrono::TimeDelta;

/// What is tried. To limit another verb, add it here and say how often in its table, `allowance`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitedAction {
    /// Logging in. What succeeds is taken back; until it is known, it counts, so no more than a burst may be under way at
    /// one account at once.
    Login,
    /// Registering: every form that is filled in right counts.
    Register,
    /// Using a refresh token that was never issued.
    RefreshToken,
    /// Proving to know the current password. Only failures count.
    ChangePassword,
    /// Having mail sent: to one address, whoever asks, and by one user, wherever to.
    Mail,
    /// Changing something of one's own account: all that a user changes counts together.
    Change,
}

/// What the attempts are counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// One account, whoever tries.
    Account,
    /// One account, from a network where its user has been before.
    AccountFromThere,
    /// One network, where whoever tries has been before.
    FamiliarNetwork,
    /// One network: an IPv4 address, or the 64 bits that an IPv6 customer gets.
    Network,
    /// Everybody together.
    Everybody,
}

/// What an operator may choose: attempts in five minutes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From one network.
    pub per_network: u32,
    /// From everywhere.
    pub overall: u32,
}

/// The time that an operator's limits are for.
const FIVE_MINUTES: TimeDelta = TimeDelta::minutes(5);

/// How often something may be tried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    /// How many times at once.
    pub(super) burst: u32,
    /// After how long one of them is forgotten.
    pub(super) forgotten_after: TimeDelta,
    /// How long the first wait after the burst is, where each next one is twice as long and none is longer than it takes
    /// to forget; where there is none, whoever is over the limit waits for that.
    pub(super) first_wait: Option<TimeDelta>,
}

/// Five guesses, then one after a second, two, four and so on, up to one in a quarter of an hour: 15 in the first 20
/// minutes and about 110 on the first day. NIST SP 800-63B-4 §3.2.2 would disable the account after 100 in a row, which
/// anybody could then do to anybody.
const GUESSES: Allowance =
    Allowance { burst: 5, forgotten_after: TimeDelta::minutes(15), first_wait: Some(TimeDelta::seconds(1)) };

/// Five mails at once, and then one in twelve minutes: enough for somebody who looks into the wrong mailbox first, and no flood.
const MAILS: Allowance = Allowance { burst: 5, forgotten_after: TimeDelta::minutes(12), first_wait: None };

/// Sixty changes at once, and then one a second: more than any person makes, and few for a program.
const CHANGES: Allowance = Allowance { burst: 60, forgotten_after: TimeDelta::seconds(1), first_wait: None };

/// How many times more those may fail who have been there before: too many for a stranger among them to keep them out, and
/// too few to try all of a town's passwords.
const FAMILIAR: u32 = 10;

impl fmt::Display for LimitedAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl LimitedAction {
    /// What it is called in keys, which outlive a release, and to whoever watches.
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

    /// What there was too much of, for the person who is kept waiting.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::Login => "Too many failed logins.",
            Self::Register => "Too many registrations.",
            Self::RefreshToken => "Too many invented refresh tokens.",
            Self::ChangePassword => "Too many wrong passwords.",
            Self::Mail => "Too many mails.",
            Self::Change => "Too many changes.",
        }
    }

    /// How often it may be tried; as often as anyone likes, where there is none.
    pub(super) fn allowance(self, scope: Scope, limits: Limits) -> Option<Allowance> {
        let of_each = |burst: u32| Allowance {
            burst,
            forgotten_after: FIVE_MINUTES / i32::try_from(burst).unwrap_or(i32::MAX).max(1),
            first_wait: None,
        };
        match (self, scope) {
            (Self::Login | Self::ChangePassword, Scope::Account | Scope::AccountFromThere) => Some(GUESSES),
            (Self::Mail, Scope::Account) => Some(MAILS),
            (Self::Change, Scope::Account) => Some(CHANGES),
            (Self::Login | Self::Register | Self::RefreshToken | Self::Mail, Scope::Network) => {
                Some(of_each(limits.per_network))
            }
            (Self::Login, Scope::FamiliarNetwork) => Some(of_each(limits.per_network.saturating_mul(FAMILIAR))),
            (Self::Login | Self::Register | Self::Mail, Scope::Everybody) => Some(of_each(limits.overall)),
            (Self::Register | Self::RefreshToken, Scope::Account | Scope::AccountFromThere)
            | (Self::ChangePassword | Self::Change, Scope::Network)
            | (Self::Mail | Self::Change, Scope::AccountFromThere)
            | (
                Self::Register | Self::RefreshToken | Self::ChangePassword | Self::Mail | Self::Change,
                Scope::FamiliarNetwork,
            )
            | (Self::RefreshToken | Self::ChangePassword | Self::Change, Scope::Everybody) => None,
        }
    }
}

impl Scope {
    /// What it is called in keys, which outlive a release.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::AccountFromThere => "account from there",
            Self::Network => "network",
            Self::FamiliarNetwork => "familiar network",
            Self::Everybody => "everybody",
        }
    }
}

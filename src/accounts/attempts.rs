//! Rate limits: counting attempts and refusing those beyond the limit.
//!
//! The limits themselves are in [`throttle`](crate::throttle). To limit a verb, choose one of the methods here, or
//! count an attempt of its own with `count`.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    accounts::{
        Accounts,
        authentication::{caller::Actor, origin::Origin},
        error::Failure,
        event::Event,
        id::UserId,
        identifier::email::Email,
    },
    entity::ticket::Purpose,
    throttle::{Attempt, AttemptError, KnownBy, LimitedAction, Requester, TooManyAttempts},
};

impl Accounts {
    /// Counts a mail for its user and for its address. Separately for each purpose, so that a client cannot block one
    /// kind of mail by requesting another.
    pub(super) async fn limit_mail<R: From<TooManyAttempts>>(
        &self,
        origin: &Origin,
        user: Option<UserId>,
        purpose: Purpose,
        email: &Email,
    ) -> Result<(), Failure<R>> {
        let of_user = user.map(|id| format!("{id} {}", purpose.name()));
        if let Some(user) = &of_user {
            self.count(&self.throttle.account_attempt(LimitedAction::Mail, user)).await?;
        }
        let to = format!("{} {}", email.canonical, purpose.name());
        let who = Requester { account: Some(&to), address: origin.address, known_by: KnownBy::Nothing };
        self.count(&self.throttle.attempt(LimitedAction::Mail, who)).await
    }

    /// Counts a change that a user makes to their account.
    pub(super) async fn limit_change<R: From<TooManyAttempts>>(&self, user: UserId) -> Result<(), Failure<R>> {
        self.count(&self.change(&user.to_string())).await
    }

    /// Counts a change that ends other sessions. Separately for each session, so that a thief of one session cannot
    /// keep the owner from ending it.
    pub(super) async fn limit_session_ending<R: From<TooManyAttempts>>(&self, actor: &Actor) -> Result<(), Failure<R>> {
        self.count(&self.change_attempt_of(actor.user().id, actor.session().id.0)).await
    }

    /// A change that counts for one session of a user.
    pub(super) fn change_attempt_of(&self, user: UserId, session: Uuid) -> Attempt {
        self.change(&format!("{user} {session}"))
    }

    fn change(&self, account: &str) -> Attempt {
        self.throttle.account_attempt(LimitedAction::Change, account)
    }

    /// An attempt that counts for the network of a client alone.
    pub(super) fn network_attempt(&self, action: LimitedAction, origin: &Origin) -> Attempt {
        let who = Requester { account: None, address: origin.address, known_by: KnownBy::Nothing };
        self.throttle.attempt(action, who)
    }

    /// Counts an attempt, if it is allowed.
    pub(super) async fn count<R: From<TooManyAttempts>>(&self, attempt: &Attempt) -> Result<(), Failure<R>> {
        let now = self.clock.now();
        self.report(attempt.count(&self.db, now).await, now)
    }

    /// Whether an attempt is allowed, without counting it.
    pub(super) async fn check<R: From<TooManyAttempts>>(&self, attempt: &Attempt) -> Result<(), Failure<R>> {
        let now = self.clock.now();
        self.report(attempt.check(&self.db, now).await, now)
    }

    /// Logs and counts a refused attempt.
    pub(super) fn report<R>(&self, counted: Result<(), AttemptError>, now: DateTime<Utc>) -> Result<(), Failure<R>>
    where
        R: From<TooManyAttempts>,
    {
        if let Err(AttemptError::TooMany(TooManyAttempts { action, .. })) = &counted {
            self.metrics.record_refused_attempt(action.name());
            if let Some(suppressed) = self.limit_log.admit(now) {
                self.log_event(Event::TooManyAttempts { action: *action, suppressed });
            }
        }
        Ok(counted?)
    }
}

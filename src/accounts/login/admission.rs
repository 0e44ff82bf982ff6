//! The one way in: prove, admit, issue. Ways to prove who one is are added elsewhere; all of them end here.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QuerySelect};

use crate::{
    accounts::{
        Accounts,
        error::{Failure, Fault},
        event::Event,
        id::{self, UserId},
        origin::Origin,
        session::tokens::Tokens,
        user::{Session, User},
    },
    entity,
};

/// How many open sessions a user may have.
const MOST_OPEN: u64 = 100;

/// A condition between proof and admission. Asked at the entrance, and again on each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::accounts) enum Gate {
    /// Somebody disabled this user.
    Disabled,
    /// Whether their e-mail address is theirs is not known, and has to be.
    Unverified,
}

/// A user who is in: with a session, and the token that shows it.
#[derive(Debug)]
pub struct Admitted {
    /// Who.
    pub user: User,
    /// The new session.
    pub session: Session,
    /// What to send along from now on.
    pub tokens: Tokens,
    /// How many other sessions were ended for this one, because there were too many.
    pub(in crate::accounts) ended: u64,
}

fn sessions_ended(user: &User, sessions: u64) -> Event {
    Event::OtherSessionsEnded { user: user.id.0, sessions }
}

/// Whoever is at the entrance holds their password; once it is free, their session can be seen and ended.
pub(in crate::accounts) async fn wait_for_logins(db: &DatabaseTransaction, id: UserId) -> Result<(), Fault> {
    entity::password::Entity::find_by_id(id.0).lock_exclusive().one(db).await?;
    Ok(())
}

impl Accounts {
    /// The first gate that is closed to this user.
    pub(in crate::accounts) fn closed_gate(&self, user: &User) -> Option<Gate> {
        if user.disabled_at.is_some() {
            Some(Gate::Disabled)
        } else if self.policy.email_must_be_verified && user.email.is_some() && !user.email_verified {
            Some(Gate::Unverified)
        } else {
            None
        }
    }

    /// Opens a session for a user who proved who they are, if every gate lets them pass, and issues its tokens.
    pub(in crate::accounts) async fn admit(
        &self,
        db: &impl ConnectionTrait,
        user: User,
        origin: &Origin,
        now: DateTime<Utc>,
    ) -> Result<Admitted, Failure<Gate>> {
        if let Some(gate) = self.closed_gate(&user) {
            return Err(Failure::Refused(gate));
        }
        let session_id = id::new(now);
        let refresh_token = self.refresh_tokens.first(session_id)?;
        let session = entity::session::Model {
            id: session_id,
            user_id: user.id.0,
            created_at: now,
            last_used_at: now,
            expires_at: self.expiry(now, now),
            ended_at: None,
            user_agent: origin.user_agent().map(str::to_owned),
            ip_address: origin.address.map(|address| address.to_string()),
            refresh_token_hash: Some(refresh_token.hash().to_vec()),
            refreshed_at: None,
        };
        let session = session.into_active_model().insert(db).await?;
        let ended = entity::session::end_least_used(db, user.id.0, session.id, MOST_OPEN, now).await?;
        if ended > 0 {
            self.insert_event(db, sessions_ended(&user, ended), None).await?;
        }

        let tokens = self.issue(&user, &session, &refresh_token, now)?;
        Ok(Admitted { user, session: session.into(), tokens, ended })
    }

    /// Tells that sessions were ended for another one, once that is committed.
    pub(in crate::accounts) fn admitted(&self, entered: &Admitted) {
        if entered.ended > 0 {
            self.log_event(sessions_ended(&entered.user, entered.ended));
            self.ended_sessions.wake(entered.user.id.0);
        }
    }
}

//! The one way in: prove, admit, issue. Ways to prove who one is are added elsewhere; all of them end here.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;

use crate::{
    accounts::{
        Accounts,
        authentication::gate::{Admission, Gate},
        error::Failure,
        event::Event,
        id,
        origin::Origin,
        session::tokens::Tokens,
        user::{Session, User},
    },
    entity,
};

/// How many open sessions a user may have.
const MOST_OPEN: u64 = 100;

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

impl Accounts {
    /// Opens a session for a user who proved who they are, if every gate lets them pass, and issues its tokens.
    pub(in crate::accounts) async fn admit(
        &self,
        db: &impl ConnectionTrait,
        user: User,
        origin: &Origin,
        now: DateTime<Utc>,
    ) -> Result<Admitted, Failure<Gate>> {
        if let Some(gate) = self.closed_gate(Admission { user: &user, session: None }, now) {
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
        let session = entity::session::insert(db, session).await?;
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

//! Admission: the one way in. Every login method proves who the user is, and then calls [`Accounts::admit`], which
//! checks the gates, opens a session and issues its tokens.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use secrecy::SecretString;

use crate::{
    accounts::{
        Accounts,
        authentication::{
            gate::{Admission, Gate},
            origin::Origin,
        },
        error::Failure,
        event::Event,
        id,
        session::tokens::Tokens,
        user::{Session, User},
    },
    entity,
};

/// How many open sessions a user may have.
const MAX_OPEN_SESSIONS: usize = 100;

/// A user who logged in.
#[derive(Debug)]
pub struct Admitted {
    /// The user.
    pub user: User,
    /// The new session.
    pub session: Session,
    /// The tokens of the session.
    pub tokens: Tokens,
    /// The device token, which gives the next login of this device a counter of its own.
    pub device_token: SecretString,
    /// How many other sessions were ended because the user had too many.
    pub(in crate::accounts) ended: u64,
}

fn sessions_ended(user: &User, sessions: u64) -> Event {
    Event::OtherSessionsEnded { user: user.id.0, sessions }
}

impl Accounts {
    /// Opens a session and issues its tokens if every gate is open. The caller has locked the user.
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
            // The database sets it, whichever release inserts the session.
            generation: 0,
            rotations: None,
            unused_access_token: None,
            last_ip_address: None,
        };
        let session = entity::session::insert(db, session).await?;
        let ended = entity::session::end_least_used(db, user.id.0, session.id, MAX_OPEN_SESSIONS, now).await?;
        if ended > 0 {
            self.insert_event(db, sessions_ended(&user, ended), None, Some(origin)).await?;
        }

        let tokens = self.issue(&user, &session, &refresh_token, now)?;
        let device_token = self.device_tokens.issue(user.id.0, user.device_generation, now)?;
        Ok(Admitted { user, session: session.into(), tokens, device_token, ended })
    }

    /// Logs the sessions that were ended for this one. Called after the commit.
    pub(in crate::accounts) fn admitted(&self, admitted: &Admitted) {
        if admitted.ended > 0 {
            self.log_event(sessions_ended(&admitted.user, admitted.ended));
            self.after_ending(admitted.user.id.0, admitted.ended);
        }
    }
}

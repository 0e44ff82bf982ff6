//! Authenticating a request: from an access token to the caller, with the signature, lifetime, session and user of this
//! moment.

use chrono::DateTime;

use super::{
    caller::{Actor, Caller, TokenRejection},
    gate::Admission,
};
use crate::{
    accounts::{
        Accounts,
        error::{Failure, Fault},
        user::{Session, User},
    },
    secrets::{AccessTokenError, Claims},
};

/// A valid token and what it belongs to.
pub(in crate::accounts) struct ValidToken {
    pub(in crate::accounts) claims: Claims,
    pub(in crate::accounts) user: User,
    pub(in crate::accounts) session: Session,
}

impl Accounts {
    /// The caller who sent a request with this bearer token.
    ///
    /// # Errors
    ///
    /// A [`Fault`] if the database cannot be read. An invalid token is not a fault but [`Caller::Unrecognised`].
    pub async fn authenticate(&self, bearer: Option<&str>) -> Result<Caller, Fault> {
        let Some(token) = bearer else { return Ok(Caller::Anonymous) };
        match self.validate(token).await {
            Ok(ValidToken { claims, user, session }) => {
                let until = DateTime::from_timestamp(claims.exp, 0).unwrap_or_default();
                Ok(Caller::Known(Box::new(Actor::new(user, session, until))))
            }
            Err(Failure::Refused(rejection)) => Ok(Caller::Unrecognised(rejection)),
            Err(Failure::Fault(fault)) => Err(fault),
        }
    }

    /// Checks everything that a valid token depends on.
    pub(in crate::accounts) async fn validate(&self, token: &str) -> Result<ValidToken, Failure<TokenRejection>> {
        let now = self.clock.now();
        let claims = self.access_tokens.verify(token, now)?;

        let found = self.sessions_and_users.load(claims.sid).await?;
        let Some((session, user)) = found else { return Err(Failure::Refused(TokenRejection::Revoked)) };

        let is_theirs = session.user_id == claims.sub;
        let (user, session) = (User::from(user), Session::from(session));
        if !is_theirs || self.closed_gate(Admission { user: &user, session: Some(&session) }, now).is_some() {
            return Err(Failure::Refused(TokenRejection::Revoked));
        }
        self.record_first_use(&session, claims.jti).await;
        self.record_use(&session, now);
        Ok(ValidToken { claims, user, session })
    }
}

impl From<AccessTokenError> for Failure<TokenRejection> {
    fn from(reason: AccessTokenError) -> Self {
        Self::Refused(match reason {
            AccessTokenError::Invalid => TokenRejection::Invalid,
            AccessTokenError::Expired => TokenRejection::Expired,
            AccessTokenError::NotYetValid => TokenRejection::NotYetValid,
        })
    }
}

//! Recording that a client uses the newest pair of tokens of its session.
//!
//! Until then, the refresh token before it returns the same pair again, because its response may have been lost. From
//! then on, another client has that token. So the request waits for this write, which happens once in each rotation.

use uuid::Uuid;

use crate::{
    accounts::{Accounts, user::Session},
    entity,
};

impl Accounts {
    /// Records the first use of this access token, or of the refresh token that was issued with it, if it belongs to the
    /// newest pair. A failure is logged, and the next request tries again.
    pub(in crate::accounts) async fn record_first_use(&self, session: &Session, access_token: Uuid) {
        if session.unused_access_token != Some(access_token) {
            return;
        }
        if let Err(error) = entity::session::record_first_use(&self.db, session.id.0, access_token).await {
            tracing::warn!(target: "latchkey::sessions", %error, "the first use of a token was not recorded");
        }
    }
}

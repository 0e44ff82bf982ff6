//! Whether a login comes from a network that the user has logged in from before.

use sea_orm::DbErr;
use uuid::Uuid;

use crate::{
    accounts::{
        Accounts,
        authentication::origin::{self, Origin},
    },
    database, entity,
};

/// How many of the newest sessions count.
const NEWEST_SESSIONS: u64 = 50;

impl Accounts {
    /// Whether a user has logged in from there. Makes the same query for an unknown user, so that the time reveals
    /// nothing.
    pub(in crate::accounts) async fn is_familiar(&self, user: Option<Uuid>, origin: &Origin) -> Result<bool, DbErr> {
        let id = user.unwrap_or_default();
        let addresses = database::retry_read(|| entity::session::addresses(&self.db, id, NEWEST_SESSIONS)).await?;
        let there = origin.network();
        Ok(addresses.iter().filter_map(|address| address.parse().ok()).any(|been| Some(origin::network(been)) == there))
    }
}

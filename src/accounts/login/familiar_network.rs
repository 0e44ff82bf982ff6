//! Whether a user has been where a request comes from.

use sea_orm::DbErr;
use uuid::Uuid;

use crate::{
    accounts::{
        Accounts,
        origin::{self, Origin},
    },
    database, entity,
};

/// How many of a user's newest sessions say where the user has been.
const REMEMBERED: u64 = 50;

impl Accounts {
    /// Whether a user has been there. For nobody the same question is asked, so that the time it takes
    /// tells nothing.
    pub(in crate::accounts) async fn is_familiar(&self, user: Option<Uuid>, origin: &Origin) -> Result<bool, DbErr> {
        let id = user.unwrap_or_default();
        let addresses = database::asked_again(|| entity::session::addresses(&self.db, id, REMEMBERED)).await?;
        let there = origin.network();
        Ok(addresses.iter().filter_map(|address| address.parse().ok()).any(|been| Some(origin::network(been)) == there))
    }
}

//! The users that one request refers to, asked for all at once.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Result, dataloader::Loader};

use crate::accounts::{self, Accounts, Fault, UserId};

/// Gathers the ids that one request refers to, and asks for all of them at once.
pub(in crate::graphql) struct Users(pub(in crate::graphql) Arc<Accounts>);

impl Loader<UserId> for Users {
    type Value = accounts::User;
    type Error = Arc<Fault>;

    async fn load(&self, ids: &[UserId]) -> Result<HashMap<UserId, accounts::User>, Arc<Fault>> {
        let users = self.0.users(ids).await.map_err(Arc::new)?;
        Ok(users.into_iter().map(|user| (user.id, user)).collect())
    }
}

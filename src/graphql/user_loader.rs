//! Loads the users that one request refers to in one batch.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Result, dataloader::Loader};

use crate::accounts::{self, Accounts, Fault, UserId};

/// A loader of users by id, for one request.
pub(in crate::graphql) struct UserLoader(pub(in crate::graphql) Arc<Accounts>);

impl Loader<UserId> for UserLoader {
    type Value = accounts::User;
    type Error = Arc<Fault>;

    async fn load(&self, ids: &[UserId]) -> Result<HashMap<UserId, accounts::User>, Arc<Fault>> {
        let users = self.0.users(ids).await.map_err(Arc::new)?;
        Ok(users.into_iter().map(|user| (user.id, user)).collect())
    }
}

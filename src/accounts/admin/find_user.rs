//! Finding a user by id, e-mail address or username.

use crate::{
    accounts::{
        Accounts,
        authentication::caller::Admin,
        error::Fault,
        id::UserId,
        identifier::Identifier,
        session::list::{Page, SessionPage},
        user::User,
    },
    database, entity,
};

impl Accounts {
    /// The user with this id, e-mail address or username.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn find_user(&self, admin: &Admin, text: &str) -> Result<Option<User>, Fault> {
        if let Some(id) = UserId::parse(text) {
            return self.profile_of(admin, id).await;
        }
        let identifier = Identifier::parse(text);
        let query = || entity::user::find_by(&self.db, identifier.column(), identifier.forms());
        Ok(database::retry_read(query).await?.map(User::from))
    }

    /// The open sessions of a user, newest first.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn sessions_of(&self, _: &Admin, user: UserId, page: Page) -> Result<SessionPage, Fault> {
        self.sessions_of_user(user, page).await
    }
}

//! A profile, for its owner and for admins.

use sea_orm::EntityTrait;

use super::{Accounts, Actor, Failure, User, UserId};
use crate::{database, entity};

/// Why a profile was not shown.
#[derive(Debug)]
pub enum ProfileRefusal {
    /// It is another user's.
    Forbidden,
}

impl Accounts {
    /// The actor's own profile, or for an admin the one with this id; nothing where there is no such user.
    ///
    /// # Errors
    ///
    /// [`ProfileRefusal`].
    pub async fn profile(&self, actor: &Actor, user_id: Option<&str>) -> Result<Option<User>, Failure<ProfileRefusal>> {
        let Some(id) = whose(actor, user_id).map_err(Failure::Refused)? else { return Ok(None) };
        if actor.is(id) {
            return Ok(Some(actor.user().clone()));
        }
        let found = database::asked_again(|| entity::user::Entity::find_by_id(id.0).one(&self.db)).await?;
        Ok(found.map(User::from))
    }
}

/// Whose profile is meant: one's own where nobody is named, another's for admins only. What can be no id is nobody's.
pub(super) fn whose(actor: &Actor, user_id: Option<&str>) -> Result<Option<UserId>, ProfileRefusal> {
    match user_id.map(str::parse::<UserId>) {
        None => Ok(Some(actor.user().id)),
        Some(Ok(id)) if actor.is(id) => Ok(Some(id)),
        Some(id) if actor.is_admin() => Ok(id.ok()),
        Some(_) => Err(ProfileRefusal::Forbidden),
    }
}

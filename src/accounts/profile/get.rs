//! Reading a profile, as its owner or as an admin.

use crate::{
    accounts::{
        Accounts,
        authentication::caller::{Actor, Admin},
        error::{Failure, Fault},
        event::Event,
        id::UserId,
        user::User,
    },
    database, entity,
};

/// Why a profile was not returned.
#[derive(Debug)]
pub enum ProfileRefusal {
    /// The profile belongs to another user.
    Forbidden,
}

impl Accounts {
    /// The actor's own profile, or for an admin the profile of this user; `None` if no user has this id.
    ///
    /// # Errors
    ///
    /// [`ProfileRefusal`].
    pub async fn profile(
        &self,
        actor: &Actor,
        user_id: Option<UserId>,
    ) -> Result<Option<User>, Failure<ProfileRefusal>> {
        match self.target(actor, user_id).map_err(Failure::Refused)? {
            Target::Own => Ok(Some(actor.user().clone())),
            Target::Other(id, admin) => Ok(self.profile_of(&admin, id).await?),
        }
    }

    /// The profile of any user.
    pub(in crate::accounts) async fn profile_of(&self, _: &Admin, id: UserId) -> Result<Option<User>, Fault> {
        let found = database::retry_read(|| entity::user::find(&self.db, id.0)).await?;
        Ok(found.map(User::from))
    }

    /// Records that a user requested another user's profile: at most once a second for each user.
    fn deny(&self, user: UserId) {
        let event = |suppressed| Event::AccessDenied { user: user.0, suppressed };
        match self.denials.admit(user, self.clock.now()) {
            Some(suppressed) => self.log_event(event(suppressed)),
            None => self.metrics.record_event(event(0).describe().name),
        }
    }

    /// The profile that a verb is about: the actor's own if no user is named, another user's for admins only.
    pub(in crate::accounts) fn target(&self, actor: &Actor, user_id: Option<UserId>) -> Result<Target, ProfileRefusal> {
        let Some(id) = user_id.filter(|id| !actor.is(*id)) else { return Ok(Target::Own) };
        let Some(admin) = actor.admin() else {
            self.deny(actor.user().id);
            return Err(ProfileRefusal::Forbidden);
        };
        Ok(Target::Other(id, admin))
    }
}

/// The profile that a verb is about.
pub(in crate::accounts) enum Target {
    /// The actor's own profile.
    Own,
    /// Another user's profile, and the proof that the actor may access it.
    Other(UserId, Admin),
}

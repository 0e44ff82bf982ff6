//! A profile, for its owner and for admins.

use crate::{
    accounts::{
        Accounts,
        caller::{Actor, Admin},
        error::{Failure, Fault},
        event::Event,
        id::UserId,
        user::User,
    },
    database, entity,
};

/// Why a profile was not shown.
#[derive(Debug)]
pub enum ProfileRefusal {
    /// It is another user's.
    Forbidden,
}

impl Accounts {
    /// The actor's own profile, or for an admin the one of this user; nothing where there is no such user.
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

    /// Anybody's profile.
    pub(in crate::accounts) async fn profile_of(&self, _: &Admin, id: UserId) -> Result<Option<User>, Fault> {
        let found = database::asked_again(|| entity::user::find(&self.db, id.0)).await?;
        Ok(found.map(User::from))
    }

    /// Records that a user asked for another's profile: once a second, however often they ask.
    fn deny(&self, user: UserId) {
        let event = |suppressed| Event::AccessDenied { user: user.0, suppressed };
        match self.denials.admit(user, self.clock.now()) {
            Some(suppressed) => self.log_event(event(suppressed)),
            None => self.metrics.record_event(event(0).describe().name),
        }
    }

    /// One's own where nobody is named, another's for admins only.
    pub(in crate::accounts) fn target(&self, actor: &Actor, user_id: Option<UserId>) -> Result<Target, ProfileRefusal> {
        let Some(id) = user_id.filter(|id| !actor.is(*id)) else { return Ok(Target::Own) };
        let Some(admin) = actor.admin() else {
            self.deny(actor.user().id);
            return Err(ProfileRefusal::Forbidden);
        };
        Ok(Target::Other(id, admin))
    }
}

/// Target profile is meant.
pub(in crate::accounts) enum Target {
    /// The actor's own.
    Own,
    /// Another user's, and the proof that the actor may.
    Other(UserId, Admin),
}

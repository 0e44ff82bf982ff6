//! Reading anything by its id.

use crate::accounts::{
    Accounts,
    authentication::caller::Actor,
    error::Fault,
    id::{self, SessionId, UserId},
    user::{Session, User},
};

/// What an id can belong to.
#[derive(Debug)]
pub enum Node {
    /// A user.
    User(User),
    /// A session.
    Session(Session),
}

impl Accounts {
    /// What has this id: the actor, one of their open sessions, or for an admin any user. `None` for anything else,
    /// whether it exists or not.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn node(&self, actor: &Actor, id: &str) -> Result<Option<Node>, Fault> {
        let Some(id) = id::parse(id) else { return Ok(None) };
        if actor.user().id.0 == id {
            return Ok(Some(Node::User(actor.user().clone())));
        }
        if let Some(session) = self.session(actor, SessionId(id)).await? {
            return Ok(Some(Node::Session(session)));
        }
        match actor.admin() {
            Some(admin) => Ok(self.profile_of(&admin, UserId(id)).await?.map(Node::User)),
            None => Ok(None),
        }
    }
}

//! What only an admin may do. Every verb takes an [`Admin`] first, which proves that the caller has the role or is an
//! operator at the command line.
//!
//! To add a verb, add a file here with `pub async fn verb(&self, admin: &Admin, …)`.

mod change_role;
mod collisions;
mod create_user;
mod disable_user;
mod dry_run;
mod end_sessions;
mod find_user;
mod import_users;
mod imported;
mod set_email;
mod set_password;
mod verify_user;

use sea_orm::ConnectionTrait;

use crate::{
    accounts::{
        authentication::caller::Admin,
        error::{Failure, Fault},
        event::{AdminAction, Event},
        id::UserId,
    },
    entity,
};

pub use collisions::{Collides, Collision};
pub use disable_user::UserDisabled;
pub use dry_run::DryRun;
pub use end_sessions::AllSessionsEnded;
pub use import_users::{ImportOutcome, ImportRefusal, ImportUser, SlowHashes};
pub use set_email::SetEmailRefusal;
pub use set_password::{PasswordSet, SetPasswordRefusal};

/// The refusal of verbs that take the id of a user: no user has this id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchUser;

impl Admin {
    /// The event of something that this admin did to a user.
    fn event(&self, action: AdminAction, user: UserId) -> Event {
        Event::Administered { by: self.id().map(|id| id.0), action, user: user.0 }
    }
}

/// The row of a user.
async fn row<R: From<NoSuchUser>>(db: &impl ConnectionTrait, id: UserId) -> Result<entity::user::Model, Failure<R>> {
    let found = entity::user::find(db, id.0).await.map_err(Fault::from)?;
    found.ok_or_else(|| Failure::Refused(NoSuchUser.into()))
}

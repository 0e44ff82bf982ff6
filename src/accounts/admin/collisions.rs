//! Finding users whose identifiers have a form that new users do not get.

use uuid::Uuid;

use crate::{
    accounts::{
        Accounts,
        authentication::caller::Admin,
        error::Fault,
        id::UserId,
        identifier::{email::Email, username::Username},
        user::User,
    },
    database,
    entity::{
        self,
        user::{Column, Model},
    },
};

/// How many users are read at once.
const PAGE: u64 = 1000;

/// A user whose identifier could not be converted to its canonical form. The user logs in with their own spelling only.
#[derive(Debug)]
pub struct Collision {
    /// The user.
    pub user: User,
    /// Which of the user's identifiers it is.
    pub of: Collides,
    /// Another user with the same address or name, or with one that looks like it. `None` if new users cannot have such
    /// an identifier, or if the other user is there no longer.
    pub with: Option<UserId>,
}

/// What collides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collides {
    /// Mail to the address goes to the mailbox of another user.
    Email,
    /// The username is that of another user, in a different spelling.
    Username,
    /// The username looks like that of another user.
    Appearance,
}

impl Accounts {
    /// Every identifier that has no canonical form in the database, in the order in which the users registered. Reads
    /// all users.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn collisions(&self, _: &Admin) -> Result<Vec<Collision>, Fault> {
        let (mut collisions, mut last) = (Vec::new(), Uuid::nil());
        loop {
            let users = database::retry_read(|| entity::user::after(&self.db, last, PAGE)).await?;
            let Some(user) = users.last() else { return Ok(collisions) };
            last = user.id;
            for user in users {
                for (of, column, form) in unconverted(&user) {
                    let query = || entity::user::find_by(&self.db, column, [&form, &form]);
                    let other = database::retry_read(query).await?.filter(|other| other.id != user.id);
                    let with = other.map(|other| UserId(other.id));
                    collisions.push(Collision { user: user.clone().into(), of, with });
                }
            }
        }
    }
}

/// The identifiers of a user that differ from what they would be now: the column, and that form.
fn unconverted(user: &Model) -> Vec<(Collides, Column, String)> {
    let mut found = Vec::new();
    if let (Some(email), Some(stored)) = (&user.email, &user.email_canonical) {
        let canonical = Email::parse(email).map_or_else(|_| String::new(), |email| email.canonical);
        found.extend((canonical != *stored).then_some((Collides::Email, Column::EmailCanonical, canonical)));
    }
    if let (Some(name), Some(stored)) = (&user.username, &user.username_canonical) {
        let canonical = Username::parse(name).map_or_else(|_| String::new(), |name| name.canonical().to_owned());
        if canonical != *stored {
            found.push((Collides::Username, Column::UsernameCanonical, canonical));
        } else if user.username_skeleton.is_none() {
            found.push((Collides::Appearance, Column::UsernameSkeleton, latchkey_names::skeleton(name)));
        }
    }
    found
}

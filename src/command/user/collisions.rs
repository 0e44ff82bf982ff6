//! `latchkey user collisions`: the users whose identifiers collide with those of others.

use latchkey::accounts::{Accounts, Admin, Collides, Collision};

use super::{error::fault, format};
use crate::command::{Outcome, print};

pub(super) async fn run(accounts: &Accounts, admin: &Admin) -> Outcome {
    let collisions = accounts.collisions(admin).await.map_err(fault)?;
    if collisions.is_empty() {
        return print("no identifiers collide\n");
    }
    print(&collisions.iter().map(line).collect::<String>())
}

fn line(collision: &Collision) -> String {
    let Collision { user, of, with } = collision;
    let (kind, identifier) = match of {
        Collides::Email => ("e-mail", &user.email),
        Collides::Username => ("username", &user.username),
        Collides::Appearance => ("appearance", &user.username),
    };
    let identifier = identifier.as_deref().unwrap_or_default();
    let with = with.map_or_else(|| "with no other user".to_owned(), |id| format!("same as {id}"));
    format!("{kind:<10}  {identifier}  {}  {with}\n", format::name(user))
}

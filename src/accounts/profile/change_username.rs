//! Changing the username: takes the password, because users log in with it, and reserves the old one.

use derive_more::From;
use sea_orm::{DbErr, SqlErr};
use secrecy::SecretString;

use crate::{
    accounts::{
        Accounts,
        authentication::{caller::Actor, origin::Origin},
        error::{Failure, RetryAfter},
        event::Event,
        identifier::{reservation, username::Username},
        login::reauthenticate::WrongPassword,
        user::User,
        validation::form::{Field, Form, Violations},
    },
    database, entity,
    mail::MailKind,
    throttle::TooManyAttempts,
};

/// The input of `change_username`.
#[derive(Debug)]
pub struct ChangeUsername {
    /// The new username.
    pub new_username: String,
    /// The current password, so that another person at an unlocked device cannot change the username.
    pub current_password: SecretString,
}

/// Why the username was not changed.
#[derive(Debug, From)]
pub enum ChangeUsernameRefusal {
    /// The text is not a valid username.
    ValidationFailed(Violations),
    /// The password is wrong.
    InvalidCredentials(WrongPassword),
    /// Another user has this username, or had it until recently.
    UsernameTaken,
    /// Too many wrong passwords, or too many changes.
    TooManyAttempts(TooManyAttempts),
    /// Too many passwords are waiting to be verified.
    ServerBusy(RetryAfter),
}

impl Accounts {
    /// Changes the actor's username and notifies the user by mail. The old username stays reserved for the user, who may
    /// take it back.
    ///
    /// # Errors
    ///
    /// [`ChangeUsernameRefusal`]; nothing is changed then.
    pub async fn change_username(
        &self,
        actor: &Actor,
        origin: &Origin,
        change: ChangeUsername,
    ) -> Result<User, Failure<ChangeUsernameRefusal>> {
        let user = actor.user();
        self.limit_change(user.id).await?;
        let mut form = Form::default();
        let (reserved, current) = (&self.policy.reserved_usernames, user.username.as_deref());
        let username = Username::parse_chosen(&change.new_username, reserved, current);
        let username = form.required(Field::NewUsername, username);
        let username = form.accept(username)?;

        let permit = self.hasher.permit(origin.network()).await?;
        let failed = Event::WrongPassword { user: user.id.0, operation: "change_username" };
        let row = self.reauthenticate(permit, actor, origin, &change.current_password, failed).await?;
        database::retry_transaction(|| self.replace_username(origin, &row, username.clone())).await
    }

    async fn replace_username(
        &self,
        origin: &Origin,
        row: &entity::password::Model,
        username: Username,
    ) -> Result<User, Failure<ChangeUsernameRefusal>> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        let Some(user) = entity::password::lock_unchanged(&transaction, row).await? else {
            // Another request changed the password first.
            return Err(Failure::Refused(ChangeUsernameRefusal::InvalidCredentials(WrongPassword)));
        };
        if user.username.as_deref() == Some(username.written()) {
            return Ok(user.into());
        }
        if username.is_taken_formerly(&transaction, user.id).await? {
            return Err(Failure::Refused(ChangeUsernameRefusal::UsernameTaken));
        }
        let (old, new) = (user.username_canonical.clone(), username.canonical().to_owned());
        let mut changed = entity::user::Model { updated_at: now, ..user.clone() };
        Username::put(Some(username), &mut changed);
        let user = entity::user::update(&transaction, &user, changed).await.map_err(refuse_taken)?;
        if reservation::reserved(&transaction, [&*new], user.id, now).await?.is_some() {
            return Err(Failure::Refused(ChangeUsernameRefusal::UsernameTaken));
        }
        reservation::replace_username(&transaction, user.id, old, &new, now).await?;
        let (event, mail) = (Event::UsernameChanged(user.id), MailKind::UsernameChanged);
        self.commit_and_notify(transaction, event, mail, user.email.clone(), Some(origin)).await?;
        Ok(user.into())
    }
}

fn refuse_taken(error: DbErr) -> Failure<ChangeUsernameRefusal> {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Failure::Refused(ChangeUsernameRefusal::UsernameTaken),
        _ => error.into(),
    }
}

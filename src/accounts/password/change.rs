//! Changing the password: takes the current one, and ends the user's other sessions.

use derive_more::From;
use secrecy::{ExposeSecret, SecretString};

use super::policy;
use crate::{
    accounts::{
        Accounts,
        authentication::{caller::Actor, origin::Origin},
        error::{Failure, RetryAfter},
        event::Event,
        login::{reauthenticate::WrongPassword, stored_password},
        session::tokens::Tokens,
        user::User,
        validation::form::{Field, Form, Rule, Violations},
    },
    database, entity,
    mail::MailKind,
    secrets::PasswordHash,
    throttle::TooManyAttempts,
};

/// The input of `change_password`.
#[derive(Debug)]
pub struct ChangePassword {
    /// The current password, so that another person at an unlocked device cannot change it.
    pub current_password: SecretString,
    /// The new password.
    pub new_password: SecretString,
}

/// The result of a change.
#[derive(Debug)]
pub struct PasswordChanged {
    /// The user whose password was changed.
    pub user: User,
    /// How many other sessions were ended; at most 2,000 are counted.
    pub ended_sessions: u64,
    /// New tokens for the current session; `None` if it has ended meanwhile.
    pub tokens: Option<Tokens>,
}

/// Why the password was not changed.
#[derive(Debug, From)]
pub enum ChangePasswordRefusal {
    /// The new password breaks a rule.
    ValidationFailed(Violations),
    /// The current password is wrong.
    InvalidCredentials(WrongPassword),
    /// Too many wrong passwords.
    TooManyAttempts(TooManyAttempts),
    /// Too many passwords are waiting to be hashed.
    ServerBusy(RetryAfter),
}

/// A password that does not change would leave a user in danger who believes to be safe after a leak.
fn unchanged() -> Violations {
    Violations::one(Field::NewPassword, Rule::Unchanged, "Choose another password than the current one.")
}

impl Accounts {
    /// Changes the actor's password, ends their other sessions and replaces the tokens of the current one, all or
    /// nothing. Notifies the user by mail.
    ///
    /// # Errors
    ///
    /// [`ChangePasswordRefusal`]; nothing is changed then.
    pub async fn change_password(
        &self,
        actor: &Actor,
        origin: &Origin,
        change: ChangePassword,
    ) -> Result<PasswordChanged, Failure<ChangePasswordRefusal>> {
        self.limit_session_ending(actor).await?;
        let user = actor.user();
        let new = self.parse_new(user, &change.new_password)?;
        // Whether it is the right one is checked below: this reveals nothing about the password of the user.
        if new.expose_secret() == stored_password::normal(&change.current_password).expose_secret() {
            return Err(unchanged().into());
        }
        self.refuse_breached(Field::NewPassword, &new).await?;

        // First, as in `login`. The second permit is for the new password, without another wait.
        let (permit, next_permit) = self.hasher.two_permits(origin.network()).await?;
        let failed = Event::PasswordChangeFailed(user.id.0);
        let row = self.reauthenticate(permit, actor, origin, &change.current_password, failed).await?;
        let hash = next_permit.hash(new).await?;
        database::retry_transaction(|| self.replace_password(actor, origin, &row, hash.clone())).await
    }

    async fn replace_password(
        &self,
        actor: &Actor,
        origin: &Origin,
        row: &entity::password::Model,
        hash: PasswordHash,
    ) -> Result<PasswordChanged, Failure<ChangePasswordRefusal>> {
        let user = actor.user();
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        let Some(changed) = entity::password::lock_unchanged(&transaction, row).await? else {
            // Another request changed the password first.
            return Err(Failure::Refused(ChangePasswordRefusal::InvalidCredentials(WrongPassword)));
        };
        entity::password::write(&transaction, stored_password::chosen(user.id.0, hash, now)).await?;
        entity::ticket::remove_of_old_password(&transaction, user.id.0).await?;
        let ended = entity::session::end_all(&transaction, user.id.0, &[actor.session().id.0], now).await?;
        let user = User::from(changed.clone());
        let tokens = self.replace_refresh_token(&transaction, &user, actor.session().id.0, origin, now).await?;
        let (event, mail) = (Event::PasswordChanged(user.id.0), MailKind::PasswordChanged);
        self.commit_and_notify(transaction, event, mail, changed.email.clone(), Some(origin)).await?;
        self.after_ending(user.id.0, ended);
        Ok(PasswordChanged { user, ended_sessions: ended, tokens })
    }

    pub(in crate::accounts) fn parse_new(
        &self,
        user: &User,
        password: &SecretString,
    ) -> Result<SecretString, Violations> {
        let names = [&user.email, &user.username, &user.display_name];
        let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
        let mut form = Form::default();
        let new = form.required(Field::NewPassword, policy::parse_new(password, &self.policy.password, &names));
        form.accept(new)
    }
}

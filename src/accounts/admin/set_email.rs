//! Setting the e-mail address of a user.

use derive_more::From;
use sea_orm::{DbErr, SqlErr};

use super::NoSuchUser;
use crate::{
    accounts::{
        Accounts,
        authentication::caller::Admin,
        error::Failure,
        event::{AdminAction, outgoing_mail::OutgoingMail},
        id::UserId,
        identifier::{email::Email, reservation::reserved},
        user::User,
        validation::form::{Field, Form, Violations},
    },
    database, entity,
    mail::MailKind,
};

/// Why the address was not set.
#[derive(Debug, From)]
pub enum SetEmailRefusal {
    /// No user has this id.
    NoSuchUser(NoSuchUser),
    /// The text is not a valid address.
    ValidationFailed(Violations),
    /// Another user has this address.
    EmailTaken,
}

impl Accounts {
    /// Replaces the e-mail address of a user. The new one is not verified; if mail can be sent, it gets a link to verify
    /// it.
    ///
    /// # Errors
    ///
    /// [`SetEmailRefusal`]; nothing is changed then.
    pub async fn set_email(&self, admin: &Admin, id: UserId, email: &str) -> Result<User, Failure<SetEmailRefusal>> {
        let mut form = Form::default();
        let email = form.required(Field::NewEmail, Email::parse(email));
        let email = form.accept(email)?;
        database::retry_transaction(|| self.put_email(admin, id, email.clone())).await
    }

    async fn put_email(&self, admin: &Admin, id: UserId, email: Email) -> Result<User, Failure<SetEmailRefusal>> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        let user = entity::user::lock(&transaction, id.0).await?.ok_or(Failure::Refused(NoSuchUser.into()))?;
        if user.email_canonical.as_ref() == Some(&email.canonical) && user.email.as_ref() == Some(&email.written) {
            return Ok(user.into());
        }
        if email.is_taken_formerly(&transaction, user.id).await? {
            return Err(Failure::Refused(SetEmailRefusal::EmailTaken));
        }
        let changed = entity::user::Model {
            email: Some(email.written),
            email_canonical: Some(email.canonical),
            email_verified_at: None,
            updated_at: now,
            ..user.clone()
        };
        let user = entity::user::update(&transaction, &user, changed).await.map_err(refuse_taken)?;
        if reserved(&transaction, user.email_canonical.as_deref(), user.id, now).await?.is_some() {
            return Err(Failure::Refused(SetEmailRefusal::EmailTaken));
        }
        let mail = OutgoingMail::to_user(MailKind::VerifyEmail);
        self.commit_and_mail(transaction, admin.event(AdminAction::SetEmail, id), mail, None).await?;
        Ok(user.into())
    }
}

fn refuse_taken(error: DbErr) -> Failure<SetEmailRefusal> {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Failure::Refused(SetEmailRefusal::EmailTaken),
        _ => error.into(),
    }
}

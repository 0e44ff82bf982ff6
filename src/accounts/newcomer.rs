//! Somebody who is about to become a user: what they filled in, found to be right, and written down.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, IntoActiveModel, SqlErr};
use secrecy::SecretString;

use super::{
    Failure, Register, RegisterRefusal, Role, User, Violations,
    display_name::DisplayName,
    email::Email,
    form::{Field, Form, Rule},
    id,
    password::{self, PasswordPolicy},
    username::Username,
};
use crate::{entity, secrets::PasswordHash};

/// A form that is filled in right.
#[derive(Debug)]
pub(super) struct Newcomer {
    email: Option<Email>,
    username: Option<Username>,
    pub(super) password: SecretString,
    display_name: Option<DisplayName>,
}

impl Newcomer {
    pub(super) fn parse(register: Register, policy: PasswordPolicy) -> Result<Self, Violations> {
        let mut form = Form::default();
        if register.email.is_none() && register.username.is_none() {
            form.reject(Field::Email, Rule::Required, "Give an e-mail address, a username or both.");
        }
        let email = form.optional(Field::Email, register.email, |text| Email::parse(&text));
        let username = form.optional(Field::Username, register.username, |text| Username::parse(&text));
        let display_name = form.optional(Field::DisplayName, register.display_name, |text| DisplayName::parse(&text));

        let names = [email.as_ref().map(|email| &*email.canonical), username.as_ref().map(|name| &*name.canonical)];
        let names: Vec<&str> = names.into_iter().flatten().collect();
        let password = form.required(Field::Password, password::parse_new(&register.password, policy, &names));

        form.accept(password.map(|password| Self { email, username, password, display_name }))
    }

    pub(super) async fn insert(
        self,
        db: &impl ConnectionTrait,
        hash: PasswordHash,
        now: DateTime<Utc>,
    ) -> Result<User, Failure<RegisterRefusal>> {
        let (email, email_canonical) = self.email.map(|email| (email.written, email.canonical)).unzip();
        let (username, username_canonical) = self.username.map(|name| (name.written, name.canonical)).unzip();
        let user = entity::user::Model {
            id: id::new(now),
            email,
            email_canonical,
            username,
            username_canonical,
            display_name: self.display_name.map(|name| name.0),
            role: Role::User,
            created_at: now,
            updated_at: now,
            disabled_at: None,
        };
        let user = user.into_active_model().insert(db).await.map_err(name_what_is_taken)?;
        password::chosen(user.id, hash, now).into_active_model().insert(db).await?;
        Ok(user.into())
    }
}

/// The database decides who was first; its index says what was taken.
fn name_what_is_taken(error: DbErr) -> Failure<RegisterRefusal> {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(index)) if index.contains("email_canonical") => {
            Failure::Refused(RegisterRefusal::EmailTaken)
        }
        Some(SqlErr::UniqueConstraintViolation(index)) if index.contains("username_canonical") => {
            Failure::Refused(RegisterRefusal::UsernameTaken)
        }
        _ => error.into(),
    }
}

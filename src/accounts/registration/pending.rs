//! A validated registration, and storing it as a user or as a pending registration.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr, SqlErr};
use secrecy::SecretString;
use uuid::Uuid;

use super::register::{Register, RegisterRefusal};
use crate::{
    accounts::{
        error::{Failure, Fault},
        id,
        identifier::{email::Email, reservation::reserved, username::Username},
        login::stored_password,
        outbox::recipient::VERIFICATION_LIFETIME,
        password::policy,
        policy::PasswordPolicy,
        profile::display_name::DisplayName,
        user::User,
        validation::{
            form::{Broken, Field, Form, Rule, Violations},
            text,
        },
    },
    entity::{self, password::HashText},
    secrets::PasswordHash,
};

/// A registration without broken rules.
#[derive(Clone, Debug)]
pub(in crate::accounts) struct RegistrationForm {
    email: Option<Email>,
    username: Option<Username>,
    pub(in crate::accounts) password: SecretString,
    display_name: Option<DisplayName>,
}

impl RegistrationForm {
    /// Parses a registration, with a rule for the username that depends on who chooses it.
    pub(in crate::accounts) fn parse(
        register: &Register,
        policy: &PasswordPolicy,
        parse_username: impl FnOnce(&str) -> Result<Username, Vec<Broken>>,
    ) -> Result<Self, Violations> {
        let mut form = Form::default();
        let (email, username) = (text::given(register.email.as_deref()), text::given(register.username.as_deref()));
        if email.is_none() && username.is_none() {
            form.reject(Field::Email, Rule::Required, "Give an e-mail address, a username or both.");
        }
        let email = form.optional(Field::Email, email, Email::parse);
        let username = form.optional(Field::Username, username, parse_username);
        let display_name = form.optional(Field::DisplayName, register.display_name.as_deref(), DisplayName::parse);

        let names = [
            email.as_ref().map(|email| &*email.canonical),
            username.as_ref().map(Username::canonical),
            display_name.as_ref().map(|name| &*name.0),
        ];
        let names: Vec<&str> = names.into_iter().flatten().collect();
        let password = form.required(Field::Password, policy::parse_new(&register.password, policy, &names));

        form.accept(password.map(|password| Self { email, username, password, display_name }))
    }

    /// The e-mail address, which is required if the registration has to be confirmed.
    pub(in crate::accounts) fn must_have_email(&self) -> Result<&Email, Violations> {
        let none = || Violations::one(Field::Email, Rule::Required, "Give an e-mail address.");
        self.email.as_ref().ok_or_else(none)
    }

    /// Whether the username is taken, which is public.
    pub(in crate::accounts) async fn username_is_taken(
        &self,
        db: &impl ConnectionTrait,
        now: DateTime<Utc>,
    ) -> Result<bool, DbErr> {
        let Some(username) = &self.username else { return Ok(false) };
        let taken = username.is_taken(db).await?;
        Ok(taken || reserved(db, [username.canonical()], Uuid::nil(), now).await?.is_some())
    }

    /// Stores a pending registration, and returns the id that the user is going to have.
    pub(in crate::accounts) async fn store_pending(
        self,
        db: &impl ConnectionTrait,
        hash: PasswordHash,
        now: DateTime<Utc>,
    ) -> Result<Uuid, Failure<RegisterRefusal>> {
        let email = self.email.ok_or_else(|| Fault::internal("a pending registration without an address"))?;
        let username = self.username.as_ref();
        let registration = entity::pending_registration::Model {
            id: id::new(now),
            email: email.written,
            email_canonical: email.canonical,
            username: username.map(|name| name.written().to_owned()),
            username_canonical: username.map(|name| name.canonical().to_owned()),
            display_name: self.display_name.map(|name| name.0),
            password_hash: HashText(hash.text),
            // The mail may wait before the ticket is created.
            expires_at: now + VERIFICATION_LIFETIME * 2,
        };
        let id = registration.id;
        entity::pending_registration::insert(db, registration).await?;
        Ok(id)
    }

    pub(in crate::accounts) async fn insert(
        self,
        db: &impl ConnectionTrait,
        hash: PasswordHash,
        now: DateTime<Utc>,
    ) -> Result<User, Failure<RegisterRefusal>> {
        let mut user = entity::user::Model::new(id::new(now), now);
        if let Some(email) = &self.email
            && email.is_taken_formerly(db, user.id).await?
        {
            return Err(Failure::Refused(RegisterRefusal::EmailTaken));
        }
        if let Some(username) = &self.username
            && username.is_taken_formerly(db, user.id).await?
        {
            return Err(Failure::Refused(RegisterRefusal::UsernameTaken));
        }
        (user.email, user.email_canonical) = self.email.map(|email| (email.written, email.canonical)).unzip();
        user.display_name = self.display_name.map(|name| name.0);
        Username::put(self.username, &mut user);
        let user = entity::user::insert(db, user).await.map_err(refuse_taken)?;
        let names = [&user.email_canonical, &user.username_canonical].into_iter().flatten().map(String::as_str);
        if let Some(name) = reserved(db, names, user.id, now).await? {
            let is_email = user.email_canonical == Some(name);
            let refusal = if is_email { RegisterRefusal::EmailTaken } else { RegisterRefusal::UsernameTaken };
            return Err(Failure::Refused(refusal));
        }
        entity::password::insert(db, stored_password::chosen(user.id, hash, now)).await?;
        Ok(user.into())
    }
}

/// Translates a violated unique index: the database decides which of two registrations was first.
fn refuse_taken(error: DbErr) -> Failure<RegisterRefusal> {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(index)) if index.contains("email_canonical") => {
            Failure::Refused(RegisterRefusal::EmailTaken)
        }
        Some(SqlErr::UniqueConstraintViolation(index)) if index.contains("username") => {
            Failure::Refused(RegisterRefusal::UsernameTaken)
        }
        _ => error.into(),
    }
}

//! A new user, with an e-mail address, a username or both, who is logged in at once.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, IntoActiveModel, SqlErr};
use secrecy::SecretString;

use super::{
    Accounts, Entered, Failure, Fault, Origin, RetryAfter, Role, User, Violations,
    display_name::DisplayName,
    email::Email,
    entrance::Gate,
    event::Event,
    form::{Field, Form, Rule},
    id,
    password::{self, PasswordPolicy},
    username::Username,
};
use crate::{
    database, entity,
    secrets::PasswordHash,
    throttle::{Limited, TooManyAttempts, Who},
};

/// What a newcomer fills in.
#[derive(Debug)]
pub struct Register {
    /// To be reached at, and to log in with.
    pub email: Option<String>,
    /// To log in with.
    pub username: Option<String>,
    /// To prove it with.
    pub password: SecretString,
    /// What others may call them.
    pub display_name: Option<String>,
}

/// Why nobody was registered.
#[derive(Debug)]
pub enum RegisterRefusal {
    /// The form is not filled in right.
    ValidationFailed(Violations),
    /// Somebody registered with this address.
    EmailTaken,
    /// Somebody registered with this username.
    UsernameTaken,
    /// Too many registrations from there, or altogether.
    TooManyAttempts(TooManyAttempts),
    /// Too many wait for their password to be hashed.
    ServerBusy(RetryAfter),
}

impl Accounts {
    /// Registers a user and lets them in.
    ///
    /// # Errors
    ///
    /// [`RegisterRefusal`]; nothing is written then.
    pub async fn register(&self, origin: &Origin, register: Register) -> Result<Entered, Failure<RegisterRefusal>> {
        let newcomer = Newcomer::parse(register, self.rules.password)?;

        let turn = self.hasher.turn(origin.network()).await?;
        let who = Who { account: None, network: origin.network(), familiar: false };
        let attempt = self.throttle.attempt(Limited::Register, who);
        self.count(&attempt).await?;
        let hash = turn.hash(newcomer.password.clone()).await?;

        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        let user = newcomer.insert(&transaction, hash, now).await?;
        let entered = self.admit(&transaction, user, origin, now).await;
        let entered = entered.map_err(not_admitted)?;
        transaction.commit().await?;
        self.record(Event::Registered(entered.user.id.0));
        Ok(entered)
    }
}

/// A form that is filled in right.
struct Newcomer {
    email: Option<Email>,
    username: Option<Username>,
    password: SecretString,
    display_name: Option<DisplayName>,
}

impl Newcomer {
    fn parse(register: Register, policy: PasswordPolicy) -> Result<Self, Violations> {
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

    async fn insert(
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

/// No gate is closed to a newcomer.
fn not_admitted(failure: Failure<Gate>) -> Failure<RegisterRefusal> {
    match failure {
        Failure::Refused(gate) => Failure::Fault(Fault::internal(format!("{gate:?} is closed to a newcomer"))),
        Failure::Fault(fault) => Failure::Fault(fault),
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

impl From<Violations> for RegisterRefusal {
    fn from(violations: Violations) -> Self {
        Self::ValidationFailed(violations)
    }
}

impl From<RetryAfter> for RegisterRefusal {
    fn from(retry_after: RetryAfter) -> Self {
        Self::ServerBusy(retry_after)
    }
}

impl From<TooManyAttempts> for RegisterRefusal {
    fn from(too_many: TooManyAttempts) -> Self {
        Self::TooManyAttempts(too_many)
    }
}

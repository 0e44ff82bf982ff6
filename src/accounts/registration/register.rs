//! Registering with an e-mail address, a username or both. Depending on the policy, the user is logged in at once or
//! has to verify the address first.

use derive_more::From;
use secrecy::SecretString;

use super::pending::RegistrationForm;
use crate::{
    accounts::{
        Accounts,
        authentication::{
            gate::{Admission, Gate},
            origin::Origin,
        },
        error::{Failure, Fault, RetryAfter},
        event::{Event, outgoing_mail::OutgoingMail},
        identifier::username::Username,
        login::admission::Admitted,
        policy::Registration,
        user::User,
        validation::form::{Field, Violations},
    },
    database, entity,
    entity::ticket::Purpose,
    mail::MailKind,
    secrets::PasswordHash,
    throttle::{LimitedAction, TooManyAttempts},
};

/// The input of `register`.
#[derive(Debug)]
pub struct Register {
    /// The e-mail address.
    pub email: Option<String>,
    /// The username.
    pub username: Option<String>,
    /// The password.
    pub password: SecretString,
    /// The display name.
    pub display_name: Option<String>,
}

/// The result of a registration.
#[derive(Debug)]
pub enum Registered {
    /// The user was created and is logged in.
    Admitted(Box<Admitted>),
    /// The user has to follow the link in a mail to this address.
    Pending {
        /// The address, as it was written.
        email: String,
    },
}

/// Why the registration was refused.
#[derive(Debug, From)]
pub enum RegisterRefusal {
    /// Registration is closed.
    Closed,
    /// A field breaks a rule.
    ValidationFailed(Violations),
    /// Another user has this e-mail address.
    EmailTaken,
    /// Another user has this username.
    UsernameTaken,
    /// Too many registrations from this network, or in total.
    TooManyAttempts(TooManyAttempts),
    /// Too many passwords are waiting to be hashed.
    ServerBusy(RetryAfter),
}

impl Accounts {
    /// Registers a user as the policy demands.
    ///
    /// # Errors
    ///
    /// [`RegisterRefusal`]; nothing is written then.
    pub async fn register(&self, origin: &Origin, register: Register) -> Result<Registered, Failure<RegisterRefusal>> {
        let mode = self.policy.registration;
        if mode == Registration::Closed {
            return Err(Failure::Refused(RegisterRefusal::Closed));
        }
        let registration = RegistrationForm::parse(&register, &self.policy.password, |name| {
            Username::parse_chosen(name, &self.policy.reserved_usernames, None)
        })?;
        let to_confirm = match mode {
            Registration::Confirm => Some(registration.must_have_email()?.clone()),
            Registration::Open | Registration::Closed => None,
        };

        // First, because every registration costs a lookup of leaked passwords and a hash.
        self.count(&self.network_attempt(LimitedAction::Register, origin)).await?;
        if let Some(email) = &to_confirm {
            self.require_mailer()?;
            self.limit_mail(origin, None, Purpose::Register, email).await?;
        }
        self.refuse_breached(Field::Password, &registration.password).await?;
        let permit = self.hasher.permit(origin.network()).await?;
        let hash = permit.hash(registration.password.clone()).await?;

        let Some(email) = to_confirm else {
            return database::retry_transaction(|| self.create_registered(origin, registration.clone(), hash.clone()))
                .await;
        };
        let store = || self.store_pending(origin, registration.clone(), hash.clone(), email.written.clone());
        database::retry_transaction(store).await
    }

    /// Creates the user, and logs them in if every gate is open.
    async fn create_registered(
        &self,
        origin: &Origin,
        registration: RegistrationForm,
        hash: PasswordHash,
    ) -> Result<Registered, Failure<RegisterRefusal>> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        let user = registration.insert(&transaction, hash, now).await?;
        let event = Event::Registered(user.id.0);
        let registered = match (self.closed_gate(Admission { user: &user, session: None }, now), &user.email) {
            (Some(Gate::EmailNotVerified), Some(email)) => {
                let until = now + self.policy.unverified_lifetime;
                entity::user::expire(&transaction, user.id.0, until).await?;
                Registered::Pending { email: email.clone() }
            }
            _ => Registered::Admitted(Box::new(self.open_session(&transaction, user.clone(), origin).await?)),
        };
        if user.email.is_some() {
            let mail = OutgoingMail::to_user(MailKind::VerifyEmail);
            self.commit_and_mail(transaction, event, mail, Some(origin)).await?;
        } else {
            self.commit(transaction, event).await?;
        }
        Ok(registered)
    }

    /// Stores a pending registration. The worker of the outbox looks up later whether the address is taken, so that the
    /// answer and its time are the same for every address.
    async fn store_pending(
        &self,
        origin: &Origin,
        registration: RegistrationForm,
        hash: PasswordHash,
        email: String,
    ) -> Result<Registered, Failure<RegisterRefusal>> {
        let transaction = database::begin(&self.db).await?;
        if registration.username_is_taken(&transaction, self.clock.now()).await? {
            return Err(Failure::Refused(RegisterRefusal::UsernameTaken));
        }
        let id = registration.store_pending(&transaction, hash, self.clock.now()).await?;
        let event = Event::TicketRequested { user: Some(id), purpose: Purpose::Register };
        let mail = OutgoingMail::to_user(MailKind::ConfirmRegistration);
        self.commit_and_mail(transaction, event, mail, Some(origin)).await?;
        Ok(Registered::Pending { email })
    }

    async fn open_session(
        &self,
        transaction: &sea_orm::DatabaseTransaction,
        user: User,
        origin: &Origin,
    ) -> Result<Admitted, Failure<RegisterRefusal>> {
        let admitted = self.admit(transaction, user, origin, self.clock.now()).await;
        admitted.map_err(|failure| match failure {
            Failure::Refused(gate) => {
                Failure::Fault(Fault::internal(format!("the gate {gate:?} is closed to a new user")))
            }
            Failure::Fault(fault) => Failure::Fault(fault),
        })
    }
}

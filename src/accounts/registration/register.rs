//! A new user, with an e-mail address, a username or both, who is logged in at once or asked to read their mail first.

use derive_more::From;
use secrecy::SecretString;

use super::pending::RegistrationForm;
use crate::{
    accounts::{
        Accounts,
        authentication::gate::{Admission, Gate},
        error::{Failure, Fault, RetryAfter},
        event::{Event, outgoing_mail::OutgoingMail},
        login::admission::Admitted,
        origin::Origin,
        policy::Registration,
        user::User,
        validation::form::{Field, Violations},
    },
    database,
    entity::ticket::Purpose,
    mail::Mail,
    secrets::PasswordHash,
    throttle::{LimitedAction, Requester, TooManyAttempts},
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

/// What came of a registration.
#[derive(Debug)]
pub enum Registered {
    /// They are a user, and in.
    Admitted(Box<Admitted>),
    /// What is left to do stands in a mail to this address.
    Pending {
        /// As they wrote it.
        email: String,
    },
}

/// Why nobody was registered.
#[derive(Debug, From)]
pub enum RegisterRefusal {
    /// Nobody may register here.
    Closed,
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
    /// Registers somebody, in the way that the operator chose.
    ///
    /// # Errors
    ///
    /// [`RegisterRefusal`]; nothing is written then.
    pub async fn register(&self, origin: &Origin, register: Register) -> Result<Registered, Failure<RegisterRefusal>> {
        let registration = self.policy.registration;
        if registration == Registration::Closed {
            return Err(Failure::Refused(RegisterRefusal::Closed));
        }
        let newcomer = RegistrationForm::parse(register, self.policy.password)?;
        let to_confirm = match registration {
            Registration::Confirm => Some(newcomer.must_have_email()?.clone()),
            Registration::Open | Registration::Closed => None,
        };

        // First of all: every form costs a question to whoever knows of leaked passwords, and a hash.
        let who = Requester { account: None, network: origin.network(), familiar: false };
        let attempt = self.throttle.attempt(LimitedAction::Register, who);
        self.count(&attempt).await?;
        if let Some(email) = &to_confirm {
            self.require_mailer()?;
            self.limit_mail(origin, None, Purpose::Register, email).await?;
        }
        self.refuse_breached(Field::Password, &newcomer.password).await?;
        let permit = self.hasher.permit(origin.network()).await?;
        let hash = permit.hash(newcomer.password.clone()).await?;

        let Some(email) = to_confirm else {
            return database::retry_transaction(|| self.create_registered(origin, newcomer.clone(), hash.clone()))
                .await;
        };
        let store = || self.store_pending(origin, newcomer.clone(), hash.clone(), email.written.clone());
        database::retry_transaction(store).await
    }

    /// Makes a user of a newcomer, and lets them in if every gate does.
    async fn create_registered(
        &self,
        origin: &Origin,
        newcomer: RegistrationForm,
        hash: PasswordHash,
    ) -> Result<Registered, Failure<RegisterRefusal>> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        let user = newcomer.insert(&transaction, hash, now).await?;
        let event = Event::Registered(user.id.0);
        let registered = match (self.closed_gate(Admission { user: &user, session: None }, now), &user.email) {
            (Some(Gate::EmailNotVerified), Some(email)) => Registered::Pending { email: email.clone() },
            _ => Registered::Admitted(Box::new(self.open_session(&transaction, user.clone(), origin).await?)),
        };
        if user.email.is_some() {
            let mail = OutgoingMail::to_user(Mail::VerifyEmail);
            self.commit_and_mail(transaction, event, mail, Some(origin)).await?;
        } else {
            self.commit(transaction, event).await?;
        }
        Ok(registered)
    }

    /// Keeps a newcomer in mind until they read their mail. Whether the address is somebody's already is looked for later,
    /// by whoever sends the mail: here, the work is the same for every address, and so are the answer and its time.
    async fn store_pending(
        &self,
        origin: &Origin,
        newcomer: RegistrationForm,
        hash: PasswordHash,
        email: String,
    ) -> Result<Registered, Failure<RegisterRefusal>> {
        let transaction = database::begin(&self.db).await?;
        if newcomer.username_is_taken(&transaction).await? {
            return Err(Failure::Refused(RegisterRefusal::UsernameTaken));
        }
        let id = newcomer.store_pending(&transaction, hash, self.clock.now()).await?;
        let event = Event::TicketRequested { user: Some(id), purpose: Purpose::Register };
        let mail = OutgoingMail::to_user(Mail::ConfirmRegistration);
        self.commit_and_mail(transaction, event, mail, Some(origin)).await?;
        Ok(Registered::Pending { email })
    }

    async fn open_session(
        &self,
        transaction: &sea_orm::DatabaseTransaction,
        user: User,
        origin: &Origin,
    ) -> Result<Admitted, Failure<RegisterRefusal>> {
        let entered = self.admit(transaction, user, origin, self.clock.now()).await;
        entered.map_err(|failure| match failure {
            Failure::Refused(gate) => Failure::Fault(Fault::internal(format!("{gate:?} is closed to a newcomer"))),
            Failure::Fault(fault) => Failure::Fault(fault),
        })
    }
}

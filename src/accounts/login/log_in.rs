//! Logging in with an e-mail address or a username, and a password.

use derive_more::From;
use secrecy::SecretString;
use uuid::Uuid;

use super::admission::Admitted;
use crate::{
    accounts::{
        Accounts,
        authentication::{gate::Gate, origin::Origin},
        error::{Failure, Fault, RetryAfter},
        event::Event,
        identifier::{Identifier, email::Email},
        user::User,
    },
    database, entity,
    throttle::TooManyAttempts,
};

/// The input of `login`.
#[derive(Debug)]
pub struct Login {
    /// An e-mail address or a username.
    pub identifier: String,
    /// The password.
    pub password: SecretString,
    /// The device token that an earlier login returned, if the client has one.
    pub device_token: Option<SecretString>,
}

/// Why a login was refused.
#[derive(Debug, From)]
pub enum LoginRefusal {
    /// No such user, a wrong password, or a disabled user. Neither the answer nor its time reveals which.
    InvalidCredentials,
    /// The password is right, but the user has to verify their e-mail address first. The mail for it is on its way.
    EmailNotVerified,
    /// Too many failed logins from this network or with this identifier.
    TooManyAttempts(TooManyAttempts),
    /// Too many passwords are waiting to be verified.
    ServerBusy(RetryAfter),
}

/// Why a user with the right password is not admitted.
enum NotAdmitted {
    /// The password was changed meanwhile, or a gate is closed.
    Refused,
    /// The user has to verify their e-mail address first.
    Unverified(Box<User>),
}

impl Accounts {
    /// Logs a user in with their password.
    ///
    /// # Errors
    ///
    /// [`LoginRefusal`].
    pub async fn login(&self, origin: &Origin, login: Login) -> Result<Admitted, Failure<LoginRefusal>> {
        // First, so that requests that wait for a permit do not query the database.
        let permit = self.hasher.permit(origin.network()).await?;
        let identifier = Identifier::parse(&login.identifier);
        let guess = self.guess_at(origin, &identifier, login.device_token.as_ref()).await?;
        let user = guess.user();
        let Some(row) = self.check_password(permit, origin, guess, &login.password).await? else {
            return self.refused(user);
        };
        match database::retry_transaction(|| self.open_session_for(origin, &row)).await? {
            Ok(admitted) => Ok(admitted),
            Err(NotAdmitted::Refused) => self.refused(user),
            Err(NotAdmitted::Unverified(user)) => self.unverified(&user, origin).await,
        }
    }

    /// Opens a session for a user whose password is right, if it is still the one that was compared.
    async fn open_session_for(
        &self,
        origin: &Origin,
        row: &entity::password::Model,
    ) -> Result<Result<Admitted, NotAdmitted>, Fault> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        // A password change that commits between the comparison and the session makes this login fail.
        let user = entity::password::lock_unchanged(&transaction, row).await?;
        let Some(user) = user else { return Ok(Err(NotAdmitted::Refused)) };
        if user.unverified_until.is_some() && user.email_verified_at.is_none() && !self.policy.email_must_be_verified {
            entity::user::expire(&transaction, user.id, None).await?;
        }
        let user = User::from(user);
        let admitted = match self.admit(&transaction, user.clone(), origin, now).await {
            Ok(admitted) => admitted,
            Err(Failure::Refused(Gate::EmailNotVerified)) => {
                return Ok(Err(NotAdmitted::Unverified(Box::new(user))));
            }
            Err(Failure::Refused(Gate::Disabled | Gate::SessionEnded | Gate::SessionExpired)) => {
                return Ok(Err(NotAdmitted::Refused));
            }
            Err(Failure::Fault(fault)) => return Err(fault),
        };
        self.commit(transaction, Event::LoggedIn(row.user_id)).await?;
        self.admitted(&admitted);
        Ok(Ok(admitted))
    }

    /// The client knows the password, so it may learn what is missing. The mail counts against the usual limit.
    async fn unverified<T>(&self, user: &User, origin: &Origin) -> Result<T, Failure<LoginRefusal>> {
        self.log_event(Event::LoginFailed(Some(user.id.0)));
        if let Some(email) = user.email.as_deref().and_then(|email| Email::parse(email).ok()) {
            match self.send_verification::<LoginRefusal>(user, &email, origin).await {
                Ok(()) | Err(Failure::Refused(_)) => {}
                Err(Failure::Fault(fault)) => return Err(fault.into()),
            }
        }
        Err(Failure::Refused(LoginRefusal::EmailNotVerified))
    }

    fn refused<T>(&self, user: Option<Uuid>) -> Result<T, Failure<LoginRefusal>> {
        self.log_event(Event::LoginFailed(user));
        Err(Failure::Refused(LoginRefusal::InvalidCredentials))
    }
}

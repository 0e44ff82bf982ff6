//! A new user, with an e-mail address, a username or both, who is logged in at once.

use secrecy::SecretString;

use super::{
    Accounts, Entered, Failure, Fault, Origin, RetryAfter, Violations, entrance::Gate, event::Event, form::Field,
    newcomer::Newcomer,
};
use crate::{
    database,
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
        self.refuse_breached(Field::Password, &newcomer.password).await?;

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

/// No gate is closed to a newcomer.
fn not_admitted(failure: Failure<Gate>) -> Failure<RegisterRefusal> {
    match failure {
        Failure::Refused(gate) => Failure::Fault(Fault::internal(format!("{gate:?} is closed to a newcomer"))),
        Failure::Fault(fault) => Failure::Fault(fault),
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

//! Another password, chosen by whoever reads the mail of the account; everybody else is out.

use derive_more::From;
use secrecy::SecretString;

use crate::{
    accounts::{
        Accounts,
        error::{Failure, RetryAfter},
        event::Event,
        identifier::email::Email,
        login::stored_password,
        origin::Origin,
        ticket::{TicketRejection, sent_to},
        user::User,
        validation::form::{Field, Violations},
    },
    database,
    entity::{
        self,
        ticket::{Model, Purpose},
    },
    mail::Mail,
    secrets::PasswordHash,
};

/// What a reset needs.
#[derive(Debug)]
pub struct ResetPassword {
    /// The ticket: the proof that it is whoever reads the mail of the account.
    pub token: SecretString,
    /// The password from now on.
    pub new_password: SecretString,
}

/// Why the password stays.
#[derive(Debug, From)]
pub enum ResetPasswordRefusal {
    /// The new password will not do; the ticket is as good as before.
    ValidationFailed(Violations),
    /// The ticket does not count.
    Rejected(TicketRejection),
    /// Too many wait for their password to be hashed.
    ServerBusy(RetryAfter),
}

/// The result of a reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordReset {
    /// How many sessions were ended.
    pub ended_sessions: u64,
}

impl Accounts {
    /// Changes the password of whoever a ticket was sent to and ends all of their sessions, both or neither, and says how
    /// many were ended. Nobody is logged in by it; the user is told by mail.
    ///
    /// # Errors
    ///
    /// [`ResetPasswordRefusal`]; nothing is changed then.
    pub async fn reset_password(
        &self,
        origin: &Origin,
        reset: ResetPassword,
    ) -> Result<PasswordReset, Failure<ResetPasswordRefusal>> {
        // Before the slow part: who invents tickets gets nothing hashed.
        let ticket = self.find_ticket(&reset.token, &[Purpose::ResetPassword]).await?;
        let email = sent_to(&ticket)?;
        let user = database::asked_again(|| entity::user::find(&self.db, ticket.user_id)).await?;
        let user = User::from(user.ok_or(TicketRejection::Outdated)?);
        let new = self.parse_new(&user, &reset.new_password)?;
        self.refuse_breached(Field::NewPassword, &new).await?;
        let hash = self.hasher.permit(origin.network()).await?.hash(new).await?;
        database::retry_transaction(|| self.replace_forgotten(origin, &ticket, &email, hash.clone())).await
    }

    async fn replace_forgotten(
        &self,
        origin: &Origin,
        ticket: &Model,
        email: &Email,
        hash: PasswordHash,
    ) -> Result<PasswordReset, Failure<ResetPasswordRefusal>> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        entity::user::lock(&transaction, ticket.user_id).await?;
        self.use_ticket(&transaction, ticket).await?;
        entity::ticket::remove_of_old_password(&transaction, ticket.user_id).await?;
        // Whoever got the ticket reads the mail of this address.
        let user = entity::user::verify_email(&transaction, ticket.user_id, &email.canonical, now).await?;
        let user = user.filter(|user| user.disabled_at.is_none()).ok_or(TicketRejection::Outdated)?;
        entity::password::put(&transaction, stored_password::chosen(user.id, hash, now)).await?;
        let ended = entity::session::end_all(&transaction, user.id, now).await?;
        let (event, mail) = (Event::PasswordReset(user.id), Mail::PasswordChanged);
        self.commit_and_notify(transaction, event, mail, user.email, Some(origin)).await?;
        self.ended_sessions.wake(user.id);
        Ok(PasswordReset { ended_sessions: ended })
    }
}

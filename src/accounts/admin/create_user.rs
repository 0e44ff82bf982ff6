//! Creating a user as an admin.

use crate::{
    accounts::{
        Accounts,
        authentication::caller::Admin,
        error::Failure,
        event::AdminAction,
        identifier::username::Username,
        registration::{
            pending::RegistrationForm,
            register::{Register, RegisterRefusal},
        },
        user::User,
        validation::form::Field,
    },
    database,
    secrets::PasswordHash,
};

impl Accounts {
    /// Creates a user without a session, and without counting an attempt.
    ///
    /// # Errors
    ///
    /// [`RegisterRefusal`]; nothing is written then.
    pub async fn create_user(&self, admin: &Admin, register: Register) -> Result<User, Failure<RegisterRefusal>> {
        let registration = RegistrationForm::parse(&register, &self.policy.password, Username::parse)?;
        self.refuse_breached(Field::Password, &registration.password).await?;
        let permit = self.hasher.permit(None).await?;
        let hash = permit.hash(registration.password.clone()).await?;
        database::retry_transaction(|| self.insert_new(admin, registration.clone(), hash.clone())).await
    }

    async fn insert_new(
        &self,
        admin: &Admin,
        registration: RegistrationForm,
        hash: PasswordHash,
    ) -> Result<User, Failure<RegisterRefusal>> {
        let transaction = database::begin(&self.db).await?;
        let user = registration.insert(&transaction, hash, self.clock.now()).await?;
        self.commit(transaction, admin.event(AdminAction::Create, user.id)).await?;
        Ok(user)
    }
}

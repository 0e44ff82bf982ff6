//! A new user whom somebody else fills the form in for.

use crate::{
    accounts::{
        Accounts,
        caller::Admin,
        error::Failure,
        event::AdminAction,
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
    /// Registers a user without letting them in, and without counting it as an attempt.
    ///
    /// # Errors
    ///
    /// [`RegisterRefusal`]; nothing is written then.
    pub async fn create_user(&self, admin: &Admin, register: Register) -> Result<User, Failure<RegisterRefusal>> {
        let newcomer = RegistrationForm::parse(register, self.policy.password)?;
        self.refuse_breached(Field::Password, &newcomer.password).await?;
        let permit = self.hasher.permit(None).await?;
        let hash = permit.hash(newcomer.password.clone()).await?;
        database::retry_transaction(|| self.insert_new(admin, newcomer.clone(), hash.clone())).await
    }

    async fn insert_new(
        &self,
        admin: &Admin,
        newcomer: RegistrationForm,
        hash: PasswordHash,
    ) -> Result<User, Failure<RegisterRefusal>> {
        let transaction = database::begin(&self.db).await?;
        let user = newcomer.insert(&transaction, hash, self.clock.now()).await?;
        self.commit(transaction, admin.did(AdminAction::Create, user.id)).await?;
        Ok(user)
    }
}

//! Updating a profile, as its owner or as an admin.

use derive_more::From;
use sea_orm::{DatabaseTransaction, DbErr};

use super::{
    display_name::DisplayName,
    get::{ProfileRefusal, Target},
};
use crate::{
    accounts::{
        Accounts,
        authentication::caller::Actor,
        error::Failure,
        event::Event,
        id::UserId,
        user::User,
        validation::form::{Broken, Field, Form, Rule, Violations},
    },
    database, entity,
    throttle::TooManyAttempts,
};

const NO_SUCH_USER: &str = "There is no user with this id.";

/// The input of `update_profile`.
#[derive(Debug)]
pub struct UpdateProfile {
    /// The user; `None` for the actor.
    pub user_id: Option<UserId>,
    /// The display name.
    pub display_name: Change<String>,
}

/// A change of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<T> {
    /// The field keeps its value.
    Keep,
    /// The field is cleared.
    Clear,
    /// The field gets this value.
    Set(T),
}

/// Why the profile was not updated.
#[derive(Debug, From)]
pub enum UpdateProfileRefusal {
    /// A field breaks a rule.
    ValidationFailed(Violations),
    /// The profile belongs to another user.
    Forbidden,
    /// Too many changes.
    TooManyAttempts(TooManyAttempts),
}

impl Accounts {
    /// Changes the fields that are given and keeps the others.
    ///
    /// # Errors
    ///
    /// [`UpdateProfileRefusal`]; nothing is changed then.
    pub async fn update_profile(
        &self,
        actor: &Actor,
        update: UpdateProfile,
    ) -> Result<User, Failure<UpdateProfileRefusal>> {
        self.limit_change(actor.user().id).await?;
        let target = self.target(actor, update.user_id);
        let id = match target.map_err(|ProfileRefusal::Forbidden| Failure::Refused(UpdateProfileRefusal::Forbidden))? {
            Target::Own => actor.user().id,
            Target::Other(id, _admin) => id,
        };
        let mut form = Form::default();
        let display_name = update.display_name.parse(&mut form, Field::DisplayName, DisplayName::parse);
        form.accept(Some(()))?;
        database::retry_transaction(|| self.change_profile(actor, id, display_name.clone())).await
    }

    async fn change_profile(
        &self,
        actor: &Actor,
        id: UserId,
        display_name: Change<DisplayName>,
    ) -> Result<User, Failure<UpdateProfileRefusal>> {
        let transaction = database::begin(&self.db).await?;
        let row = entity::user::lock(&transaction, id.0).await?;
        let Some(row) = row else { return Err(Violations::one(Field::UserId, Rule::NotFound, NO_SUCH_USER).into()) };

        let mut changed = row.clone();
        display_name.apply(|name| changed.display_name = name.map(|name| name.0));
        if changed == row {
            return Ok(row.into());
        }
        changed.updated_at = self.clock.now();
        let row = entity::user::update(&transaction, &row, changed).await?;
        self.commit_update(transaction, actor.user().id, id).await?;
        Ok(row.into())
    }

    /// Of several changes of one profile within a minute, only the first is an event.
    async fn commit_update(&self, transaction: DatabaseTransaction, by: UserId, of: UserId) -> Result<(), DbErr> {
        let (event, now) = (Event::ProfileUpdated { by: by.0, of: of.0 }, self.clock.now());
        if self.updates.would_suppress(&(by, of), now) {
            transaction.commit().await?;
            self.metrics.record_event(event.describe().name);
        } else {
            self.commit(transaction, event).await?;
        }
        self.updates.admit((by, of), now);
        Ok(())
    }
}

impl<T> Change<T> {
    /// Calls `change` with the new value, if there is one; `None` clears the field.
    fn apply(self, change: impl FnOnce(Option<T>)) {
        match self {
            Self::Keep => {}
            Self::Clear => change(None),
            Self::Set(value) => change(Some(value)),
        }
    }
}

impl Change<String> {
    /// Parses the new value. An empty one counts as not given. One that breaks a rule changes nothing; the form refuses
    /// it.
    fn parse<T>(self, form: &mut Form, field: Field, parse: impl FnOnce(&str) -> Result<T, Vec<Broken>>) -> Change<T> {
        match self {
            Self::Keep => Change::Keep,
            Self::Clear => Change::Clear,
            Self::Set(text) => form.optional(field, Some(&text), parse).map_or(Change::Keep, Change::Set),
        }
    }
}

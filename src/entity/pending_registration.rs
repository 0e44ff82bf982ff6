//! The `newcomers` table: who registered, and has not shown yet that the address is theirs.

use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*};

use super::password::HashText;

/// A row of `newcomers`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "newcomers")]
pub struct Model {
    /// The id that they are going to have as a user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// As they wrote it.
    pub email: String,
    /// What is going to be unique.
    pub email_canonical: String,
    /// As they wrote it.
    pub username: Option<String>,
    /// What is going to be unique.
    pub username_canonical: Option<String>,
    /// What others may call them.
    pub display_name: Option<String>,
    /// The hash of the password that they chose.
    pub password_hash: HashText,
    /// How long they are remembered.
    pub expires_at: DateTimeUtc,
}

/// Nobody knows them yet.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The pending registration with this id.
pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// Removes a pending registration.
pub async fn remove(db: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    Entity::delete_by_id(id).exec(db).await.map(drop)
}

/// Inserts a pending registration.
pub async fn insert(db: &impl ConnectionTrait, newcomer: Model) -> Result<(), DbErr> {
    Entity::insert(newcomer.into_active_model()).exec_without_returning(db).await.map(drop)
}

/// Removes up to so many who were forgotten before this moment, and says how many that were.
pub async fn remove_expired(db: &impl ConnectionTrait, before: DateTimeUtc, most: u64) -> Result<u64, DbErr> {
    let expired = Entity::find().filter(Column::ExpiresAt.lt(before)).order_by_asc(Column::ExpiresAt);
    super::remove(db, Column::Id, expired.limit(most)).await
}

//! The `newcomers` table: pending registrations, whose address is not verified yet.

use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*, sea_query::Expr};

use super::password::HashText;

/// A row of `newcomers`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "newcomers")]
pub struct Model {
    /// The id that the user is going to have.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The address, as the user wrote it.
    pub email: String,
    /// The canonical form of the address.
    pub email_canonical: String,
    /// The username, as the user wrote it.
    pub username: Option<String>,
    /// The canonical form of the username.
    pub username_canonical: Option<String>,
    /// The display name.
    pub display_name: Option<String>,
    /// The hash of the password.
    pub password_hash: HashText,
    /// When the registration expires.
    pub expires_at: DateTimeUtc,
}

/// Pending registrations belong to nothing.
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
pub async fn insert(db: &impl ConnectionTrait, registration: Model) -> Result<(), DbErr> {
    Entity::insert(registration.into_active_model()).exec_without_returning(db).await.map(drop)
}

/// Removes at most `most` registrations that expired before this moment, and returns how many.
pub async fn remove_expired(db: &impl ConnectionTrait, before: DateTimeUtc, most: u64) -> Result<u64, DbErr> {
    let expired = Entity::find().filter(Column::ExpiresAt.lt(before)).order_by_asc(Column::ExpiresAt);
    super::remove(db, Column::Id, expired.limit(most)).await
}

/// The newest pending registration with this canonical address.
pub async fn newest_at_address(db: &impl ConnectionTrait, email_canonical: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::EmailCanonical.eq(email_canonical)).order_by_desc(Column::Id).one(db).await
}

/// The newest pending registration with this canonical username.
pub async fn newest_named(db: &impl ConnectionTrait, username_canonical: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::UsernameCanonical.eq(username_canonical)).order_by_desc(Column::Id).one(db).await
}

/// Replaces the address of a pending registration; false if there is none with this id.
pub async fn correct(db: &impl ConnectionTrait, id: Uuid, email: &str, email_canonical: &str) -> Result<bool, DbErr> {
    let corrected = Entity::update_many()
        .col_expr(Column::Email, Expr::value(email))
        .col_expr(Column::EmailCanonical, Expr::value(email_canonical))
        .filter(Column::Id.eq(id));
    Ok(corrected.exec(db).await?.rows_affected > 0)
}

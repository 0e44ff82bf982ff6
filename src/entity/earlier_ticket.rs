//! The `earlier_tickets` table: tickets that are still valid although a newer one for the same purpose was sent.

use sea_orm::{
    IntoActiveModel, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, OnConflict},
};

use super::ticket::{self, Purpose};

/// A row of `earlier_tickets`. The columns are those of `tickets`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "earlier_tickets")]
pub struct Model {
    /// The hash of the secret.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: Vec<u8>,
    /// The user, or the id that a pending registration is going to have.
    pub user_id: Uuid,
    /// The purpose.
    pub purpose: Purpose,
    /// The event that caused the mail.
    pub event_id: Uuid,
    /// The address that it was sent to.
    pub sent_to: String,
    /// When the ticket expires.
    pub expires_at: DateTimeUtc,
    /// When the ticket, or another one for the same purpose, was used.
    pub used_at: Option<DateTimeUtc>,
}

/// Tickets belong to users and to pending registrations.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<ticket::Model> for Model {
    fn from(ticket: ticket::Model) -> Self {
        let ticket::Model { user_id, purpose, hash, event_id, sent_to, expires_at, used_at } = ticket;
        Self { hash, user_id, purpose, event_id, sent_to, expires_at, used_at }
    }
}

impl From<Model> for ticket::Model {
    fn from(ticket: Model) -> Self {
        let Model { hash, user_id, purpose, event_id, sent_to, expires_at, used_at } = ticket;
        Self { user_id, purpose, hash, event_id, sent_to, expires_at, used_at }
    }
}

/// The ticket with this hash.
pub(super) async fn find(db: &impl ConnectionTrait, hash: &[u8]) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(hash.to_vec()).one(db).await
}

/// The tickets of this user and purpose.
pub(super) async fn all(db: &impl ConnectionTrait, user: Uuid, purpose: Purpose) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::UserId.eq(user)).filter(Column::Purpose.eq(purpose)).all(db).await
}

/// Inserts a ticket.
pub(super) async fn insert(db: &impl ConnectionTrait, ticket: Model) -> Result<(), DbErr> {
    let there = OnConflict::column(Column::Hash).do_nothing().to_owned();
    Entity::insert(ticket.into_active_model()).on_conflict(there).exec_without_returning(db).await.map(drop)
}

/// Removes the tickets with these hashes.
pub(super) async fn remove(db: &impl ConnectionTrait, hashes: Vec<Vec<u8>>) -> Result<(), DbErr> {
    if hashes.is_empty() {
        return Ok(());
    }
    Entity::delete_many().filter(Column::Hash.is_in(hashes)).exec(db).await.map(drop)
}

/// Removes the unused tickets of a user for these purposes.
pub(super) async fn remove_unused(
    db: &impl ConnectionTrait,
    user: Uuid,
    purposes: impl IntoIterator<Item = Purpose>,
) -> Result<(), DbErr> {
    let unused = Entity::delete_many().filter(Column::UserId.eq(user)).filter(Column::Purpose.is_in(purposes));
    unused.filter(Column::UsedAt.is_null()).exec(db).await.map(drop)
}

/// Marks the ticket with this hash as used, if it is valid; false if it is not.
pub(super) async fn consume(db: &impl ConnectionTrait, hash: &[u8], now: DateTimeUtc) -> Result<bool, DbErr> {
    let used = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::Hash.eq(hash))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now));
    Ok(used.exec(db).await?.rows_affected > 0)
}

/// Marks every unused ticket of this user and purpose as used.
pub(super) async fn consume_all(
    db: &impl ConnectionTrait,
    user_id: Uuid,
    purpose: Purpose,
    now: DateTimeUtc,
) -> Result<(), DbErr> {
    let all = Entity::update_many().col_expr(Column::UsedAt, Expr::value(now)).filter(Column::UserId.eq(user_id));
    all.filter(Column::Purpose.eq(purpose)).filter(Column::UsedAt.is_null()).exec(db).await.map(drop)
}

/// Removes at most `most` tickets that expired before this moment, and returns how many.
pub async fn remove_expired(db: &impl ConnectionTrait, before: DateTimeUtc, most: u64) -> Result<u64, DbErr> {
    let expired = Entity::find().filter(Column::ExpiresAt.lt(before));
    super::remove(db, Column::Hash, expired.order_by_asc(Column::ExpiresAt).limit(most)).await
}

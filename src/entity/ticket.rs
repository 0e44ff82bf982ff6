//! The `tickets` table: single-use secrets that were sent by mail, one per user and purpose.

use sea_orm::{
    IntoActiveModel, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, OnConflict},
};

/// A row of `tickets`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tickets")]
pub struct Model {
    /// The user, or the id that a pending registration is going to have.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// The purpose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub purpose: Purpose,
    /// The hash of the secret.
    pub hash: Vec<u8>,
    /// The event that caused the mail. Of two tickets, the one of the later event is valid, however long its mail took.
    pub event_id: Uuid,
    /// The address that it was sent to.
    pub sent_to: String,
    /// When the ticket expires.
    pub expires_at: DateTimeUtc,
    /// When the ticket was used; null until then.
    pub used_at: Option<DateTimeUtc>,
}

/// The purpose of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Purpose {
    /// To verify the address of a user.
    #[sea_orm(string_value = "verify_email")]
    VerifyEmail,
    /// To verify an address and complete a registration.
    #[sea_orm(string_value = "register")]
    Register,
    /// To choose a new password.
    #[sea_orm(string_value = "reset_password")]
    ResetPassword,
    /// To take back an address that was replaced. Kept with its reservation, not in this table.
    #[sea_orm(string_value = "revert_email_change")]
    RevertEmailChange,
    /// To verify a new address, and change to it.
    #[sea_orm(string_value = "change_email")]
    ChangeEmail,
}

impl Purpose {
    /// The name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::Register => "register",
            Self::ResetPassword => "reset_password",
            Self::ChangeEmail => "change_email",
            Self::RevertEmailChange => "revert_email_change",
        }
    }
}

/// Tickets belong to users and to pending registrations.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Inserts or replaces a ticket; false if the existing one is of a later event.
pub async fn put(db: &impl ConnectionTrait, ticket: Model) -> Result<bool, DbErr> {
    let no_later = Expr::col((Entity, Column::EventId)).lte(ticket.event_id);
    let anew = OnConflict::columns([Column::UserId, Column::Purpose])
        .update_columns([Column::Hash, Column::EventId, Column::SentTo, Column::ExpiresAt, Column::UsedAt])
        .action_and_where(no_later)
        .to_owned();
    let written = Entity::insert(ticket.into_active_model()).on_conflict(anew).exec_without_returning(db).await?;
    Ok(written > 0)
}

/// The ticket with this hash.
pub async fn find(db: &impl ConnectionTrait, hash: &[u8]) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Hash.eq(hash)).one(db).await
}

/// Uses a ticket in one statement; false if another request was first, or the ticket was removed.
pub async fn consume(db: &impl ConnectionTrait, hash: &[u8], now: DateTimeUtc) -> Result<bool, DbErr> {
    let used = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::Hash.eq(hash))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now));
    Ok(used.exec(db).await?.rows_affected > 0)
}

/// Removes the tickets that someone who knew the old password may have requested, and those that were to replace it.
pub async fn remove_of_old_password(db: &impl ConnectionTrait, user_id: Uuid) -> Result<(), DbErr> {
    let of_old = Column::Purpose.is_in([Purpose::ChangeEmail, Purpose::ResetPassword]);
    let unused = Entity::delete_many().filter(Column::UserId.eq(user_id)).filter(of_old);
    unused.filter(Column::UsedAt.is_null()).exec(db).await.map(drop)
}

/// Removes at most `most` tickets that expired before this moment, and returns how many.
pub async fn remove_expired(db: &impl ConnectionTrait, before: DateTimeUtc, most: u64) -> Result<u64, DbErr> {
    let expired = Entity::find().filter(Column::ExpiresAt.lt(before));
    super::remove(db, Column::Hash, expired.order_by_asc(Column::ExpiresAt).limit(most)).await
}

//! The `tickets` table: single-use secrets that were sent to someone, one a user and purpose.

use sea_orm::{
    IntoActiveModel, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, OnConflict},
};

/// A row of `tickets`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tickets")]
pub struct Model {
    /// Whose it is; of somebody who registers, the id that they are going to have.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// What it is good for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub purpose: Purpose,
    /// What is kept of the secret.
    pub hash: Vec<u8>,
    /// Because of what it was sent: of two, the one of the later event counts, however long the other was on its way.
    pub event_id: Uuid,
    /// The address that it was sent to.
    pub sent_to: String,
    /// How long it is good.
    pub expires_at: DateTimeUtc,
    /// When it was used; null until then.
    pub used_at: Option<DateTimeUtc>,
}

/// What a ticket is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Purpose {
    /// To show that the address of a user is theirs.
    #[sea_orm(string_value = "verify_email")]
    VerifyEmail,
    /// The same, by somebody who becomes a user by it.
    #[sea_orm(string_value = "register")]
    Register,
    /// To choose a new password without the old one.
    #[sea_orm(string_value = "reset_password")]
    ResetPassword,
    /// To show that a new address is theirs, and to have it.
    #[sea_orm(string_value = "change_email")]
    ChangeEmail,
}

impl Purpose {
    /// What it is called in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::Register => "register",
            Self::ResetPassword => "reset_password",
            Self::ChangeEmail => "change_email",
        }
    }
}

/// Tickets belong to users and to those who are about to be.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Writes a ticket in the place of the one before; false when that is of a later event.
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

/// Uses a ticket, in one statement; false when somebody else was first, or it is none any more.
pub async fn consume(db: &impl ConnectionTrait, hash: &[u8], now: DateTimeUtc) -> Result<bool, DbErr> {
    let used = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::Hash.eq(hash))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now));
    Ok(used.exec(db).await?.rows_affected > 0)
}

/// Takes away what somebody who knew a user's old password may have asked for, and what was to replace it.
pub async fn remove_of_old_password(db: &impl ConnectionTrait, user_id: Uuid) -> Result<(), DbErr> {
    let of_old = Column::Purpose.is_in([Purpose::ChangeEmail, Purpose::ResetPassword]);
    let unused = Entity::delete_many().filter(Column::UserId.eq(user_id)).filter(of_old);
    unused.filter(Column::UsedAt.is_null()).exec(db).await.map(drop)
}

/// Removes up to so many tickets that were over before this moment, and says how many that were.
pub async fn remove_expired(db: &impl ConnectionTrait, before: DateTimeUtc, most: u64) -> Result<u64, DbErr> {
    let expired = Entity::find().filter(Column::ExpiresAt.lt(before));
    super::remove(db, Column::Hash, expired.order_by_asc(Column::ExpiresAt).limit(most)).await
}

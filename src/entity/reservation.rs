//! The `reservations` table: names that a user gave up, and that no other user may take yet.

use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict};

/// A row of `reservations`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reservations")]
pub struct Model {
    /// The canonical form of a username or an e-mail address. No username contains `@`, so one column holds both.
    #[sea_orm(primary_key, auto_increment = false)]
    pub canonical: String,
    /// The user who had the name, and may take it back.
    pub user_id: Uuid,
    /// Until when the name is reserved.
    pub expires_at: DateTimeUtc,
    /// An e-mail address as the user wrote it; null for a username.
    pub written: Option<String>,
    /// The hash of the ticket that takes the address back; null until it is sent.
    pub ticket_hash: Option<Vec<u8>>,
}

/// Reservations belong to users.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Reserves a name. The user had it until now, so an older reservation no longer matters.
pub async fn put(db: &impl ConnectionTrait, reservation: Model) -> Result<(), DbErr> {
    let anew = OnConflict::column(Column::Canonical)
        .update_columns([Column::UserId, Column::ExpiresAt, Column::Written, Column::TicketHash])
        .to_owned();
    Entity::insert(reservation.into_active_model()).on_conflict(anew).exec_without_returning(db).await.map(drop)
}

/// The reservations of these names that have not expired.
pub async fn of_names(
    db: &impl ConnectionTrait,
    names: impl IntoIterator<Item = &str>,
    now: DateTimeUtc,
) -> Result<Vec<Model>, DbErr> {
    let names: Vec<&str> = names.into_iter().collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    Entity::find().filter(Column::Canonical.is_in(names)).filter(Column::ExpiresAt.gt(now)).all(db).await
}

/// Removes the reservation of a name that its former user took back.
pub async fn remove(db: &impl ConnectionTrait, canonical: &str) -> Result<(), DbErr> {
    Entity::delete_by_id(canonical.to_owned()).exec(db).await.map(drop)
}

/// Removes at most `most` reservations that expired before this moment, and returns how many.
pub async fn remove_expired(db: &impl ConnectionTrait, before: DateTimeUtc, most: u64) -> Result<u64, DbErr> {
    let expired = Entity::find().filter(Column::ExpiresAt.lt(before)).order_by_asc(Column::ExpiresAt).limit(most);
    super::remove(db, Column::Canonical, expired).await
}

/// Sets the ticket that takes an address back; false if the address is not reserved for this user.
pub async fn set_ticket(db: &impl ConnectionTrait, user_id: Uuid, written: &str, hash: Vec<u8>) -> Result<bool, DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::TicketHash, Expr::value(hash))
        .filter(Column::UserId.eq(user_id))
        .filter(Column::Written.eq(written));
    Ok(update.exec(db).await?.rows_affected > 0)
}

/// The reservation with this ticket.
pub async fn with_ticket(db: &impl ConnectionTrait, hash: &[u8]) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::TicketHash.eq(hash)).one(db).await
}

/// Removes the reservation with this ticket; false if another request was first.
pub async fn consume(db: &impl ConnectionTrait, hash: &[u8], now: DateTimeUtc) -> Result<bool, DbErr> {
    let used = Entity::delete_many().filter(Column::TicketHash.eq(hash)).filter(Column::ExpiresAt.gt(now));
    Ok(used.exec(db).await?.rows_affected > 0)
}

/// Removes the reservations of all addresses of a user, with their tickets.
pub async fn remove_addresses(db: &impl ConnectionTrait, user_id: Uuid) -> Result<(), DbErr> {
    let addresses = Entity::delete_many().filter(Column::UserId.eq(user_id)).filter(Column::Written.is_not_null());
    addresses.exec(db).await.map(drop)
}

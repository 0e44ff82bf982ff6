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
}

/// Reservations belong to users.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Reserves a name. The user had it until now, so an older reservation no longer matters.
pub async fn put(db: &impl ConnectionTrait, reservation: Model) -> Result<(), DbErr> {
    let anew = OnConflict::column(Column::Canonical).update_columns([Column::UserId, Column::ExpiresAt]).to_owned();
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

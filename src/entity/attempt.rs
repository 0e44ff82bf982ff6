//! The `attempts` table: the counters of the rate limits, one per row.

use std::collections::HashMap;

use sea_orm::{IntoActiveModel, QuerySelect, entity::prelude::*, sea_query::OnConflict};

/// A row of `attempts`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attempts")]
pub struct Model {
    /// A keyed hash of the limited action and of who or what it is counted for; reveals neither.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: Vec<u8>,
    /// When the last attempt was made.
    pub last_at: DateTimeUtc,
    /// When all attempts are forgotten.
    pub forgotten_at: DateTimeUtc,
}

/// Counters belong to nothing.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The counters with these keys; missing ones are left out.
pub async fn all(db: &impl ConnectionTrait, keys: Vec<Vec<u8>>) -> Result<HashMap<Vec<u8>, Model>, DbErr> {
    let found = Entity::find().filter(Column::Key.is_in(keys)).all(db).await?;
    Ok(by_key(found))
}

/// Locks the counters with these keys until the transaction ends, and creates missing ones. They are locked in the
/// order of their keys, so that no two transactions wait for each other. The times of a new counter are long ago.
pub async fn lock(db: &impl ConnectionTrait, mut keys: Vec<Vec<u8>>) -> Result<HashMap<Vec<u8>, Model>, DbErr> {
    keys.sort_unstable();
    let never = DateTimeUtc::UNIX_EPOCH;
    let new = keys.into_iter().map(|key| Model { key, last_at: never, forgotten_at: never }.into_active_model());
    // An update that changes nothing locks the row and returns it, in the same statement that creates missing ones.
    let locked = OnConflict::column(Column::Key).update_column(Column::Key).to_owned();
    let locked = Entity::insert_many(new).on_conflict(locked).exec_with_returning(db).await?;
    Ok(by_key(locked))
}

/// Writes counters that are locked.
pub async fn write(db: &impl ConnectionTrait, rows: Vec<Model>) -> Result<(), DbErr> {
    let anew = OnConflict::column(Column::Key).update_columns([Column::LastAt, Column::ForgottenAt]).to_owned();
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    Entity::insert_many(rows).on_conflict(anew).exec_without_returning(db).await.map(drop)
}

/// Removes the counters with these keys.
pub async fn remove(db: &impl ConnectionTrait, keys: Vec<Vec<u8>>) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::Key.is_in(keys)).exec(db).await.map(drop)
}

/// Removes at most `most` counters that were forgotten before this moment, and returns how many.
pub async fn remove_forgotten(db: &impl ConnectionTrait, before: DateTimeUtc, most: u64) -> Result<u64, DbErr> {
    let forgotten = Entity::find().filter(Column::ForgottenAt.lt(before)).limit(most);
    super::remove(db, Column::Key, forgotten).await
}

fn by_key(rows: Vec<Model>) -> HashMap<Vec<u8>, Model> {
    rows.into_iter().map(|row| (row.key.clone(), row)).collect()
}

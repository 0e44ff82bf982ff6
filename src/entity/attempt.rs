//! The `attempts` table: how often something was tried, one counter a row.

use std::collections::HashMap;

use sea_orm::{IntoActiveModel, QuerySelect, entity::prelude::*, sea_query::OnConflict};

/// A row of `attempts`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attempts")]
pub struct Model {
    /// Stands for what was tried, and by whom or at what; says nothing to whoever reads it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: Vec<u8>,
    /// When it was tried the last time.
    pub last_at: DateTimeUtc,
    /// When all attempts are forgotten.
    pub forgotten_at: DateTimeUtc,
}

/// Nothing belongs to a counter.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The counters with these keys; what is not there is left out.
pub async fn all(db: &impl ConnectionTrait, keys: Vec<Vec<u8>>) -> Result<HashMap<Vec<u8>, Model>, DbErr> {
    let found = Entity::find().filter(Column::Key.is_in(keys)).all(db).await?;
    Ok(by_key(found))
}

/// The same, with new ones for those that are not there; nobody else can hold them until the transaction ends. They are
/// taken in the order of their keys, so that no two transactions wait for each other.
pub async fn hold(
    db: &impl ConnectionTrait,
    mut keys: Vec<Vec<u8>>,
    now: DateTimeUtc,
) -> Result<HashMap<Vec<u8>, Model>, DbErr> {
    keys.sort_unstable();
    let new = keys.into_iter().map(|key| Model { key, last_at: now, forgotten_at: now }.into_active_model());
    // An update that changes nothing locks the row and gives it back, in the same statement that makes the new ones.
    let held = OnConflict::column(Column::Key).update_column(Column::Key).to_owned();
    let held = Entity::insert_many(new).on_conflict(held).exec_with_returning(db).await?;
    Ok(by_key(held))
}

/// Writes counters that are held.
pub async fn write(db: &impl ConnectionTrait, rows: Vec<Model>) -> Result<(), DbErr> {
    let anew = OnConflict::column(Column::Key).update_columns([Column::LastAt, Column::ForgottenAt]).to_owned();
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    Entity::insert_many(rows).on_conflict(anew).exec_without_returning(db).await.map(drop)
}

/// Removes up to so many counters that were forgotten before this moment, and says how many that were.
pub async fn remove_forgotten(db: &impl ConnectionTrait, before: DateTimeUtc, most: u64) -> Result<u64, DbErr> {
    let forgotten = Entity::find().filter(Column::ForgottenAt.lt(before)).limit(most);
    super::remove(db, Column::Key, forgotten).await
}

fn by_key(rows: Vec<Model>) -> HashMap<Vec<u8>, Model> {
    rows.into_iter().map(|row| (row.key.clone(), row)).collect()
}

//! How each table's row looks, and its named queries.
//!
//! Knows no rules: what may be done with a row, and by whom, is decided in `accounts`. A new table is a file here with
//! the table's name in the singular, its `Model`, and the queries that others call by name.

pub mod attempt;
pub mod password;
pub mod session;
pub mod user;

use sea_orm::{
    QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{LockBehavior, LockType},
};

/// Removes the rows that a question finds, and says how many that were. What somebody else is at, another instance that
/// removes the same rows for one, is left alone.
async fn remove<E: EntityTrait>(db: &impl ConnectionTrait, key: E::Column, over: Select<E>) -> Result<u64, DbErr> {
    let over = over.select_only().column(key).lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    let removed = E::delete_many().filter(key.in_subquery(over.into_query())).exec(db).await?;
    Ok(removed.rows_affected)
}

//! How each table's row looks, and its named queries.
//!
//! Knows no rules: what may be done with a row, and by whom, is decided in `accounts`. A new table is a file here with
//! the table's name in the singular, its `Model`, and the queries that others call by name.

pub mod attempt;
pub mod event;
pub mod password;
pub mod pending_registration;
pub mod session;
pub mod ticket;
pub mod user;

use sea_orm::{
    QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{LockBehavior, LockType, SelectStatement},
};

/// Removes the rows that a question finds, and says how many that were. What somebody else is at, another instance that
/// removes the same rows for one, is left alone.
async fn remove<E: EntityTrait>(db: &impl ConnectionTrait, key: E::Column, over: Select<E>) -> Result<u64, DbErr> {
    let removed = E::delete_many().filter(key.in_subquery(unlocked(key, over))).exec(db).await?;
    Ok(removed.rows_affected)
}

/// The keys of the rows that a question finds, but for those that somebody else is at; nobody else gets them until the
/// transaction ends.
fn unlocked<E: EntityTrait>(key: E::Column, rows: Select<E>) -> SelectStatement {
    rows.select_only().column(key).lock_with_behavior(LockType::Update, LockBehavior::SkipLocked).into_query()
}

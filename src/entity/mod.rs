//! The rows of each table, and the named queries.
//!
//! Knows no rules: what may be done with a row, and by which caller, is decided in `accounts`. To add a table, add a
//! file with the table's name in the singular, its `Model`, and the queries that others call by name. Every query of
//! the server is here.

pub mod attempt;
pub mod earlier_ticket;
pub mod event;
pub mod password;
pub mod pending_registration;
pub mod reservation;
pub mod session;
pub mod session_removal;
pub mod ticket;
pub mod user;

use sea_orm::{
    QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{LockBehavior, LockType, SelectStatement},
};

/// Removes the rows that a query finds, and returns how many. Skips rows that another transaction has locked, for
/// example an instance that removes the same rows.
async fn remove<E: EntityTrait>(db: &impl ConnectionTrait, key: E::Column, over: Select<E>) -> Result<u64, DbErr> {
    let removed = E::delete_many().filter(key.in_subquery(unlocked(key, over))).exec(db).await?;
    Ok(removed.rows_affected)
}

/// The keys of the rows that a query finds, without those that another transaction has locked; locks them until the
/// transaction ends.
fn unlocked<E: EntityTrait>(key: E::Column, rows: Select<E>) -> SelectStatement {
    rows.select_only().column(key).lock_with_behavior(LockType::Update, LockBehavior::SkipLocked).into_query()
}

//! Ending sessions, one or all of a user.

use sea_orm::{QuerySelect, UpdateMany, entity::prelude::*, sea_query::Expr};

use super::{Column, Entity, Model, is_current, newest_first, open};
use crate::entity::{session_removal, user};

/// How many sessions are ended each in its own row, and counted. If more end together, the others are removed later,
/// because the work of ending them must not grow with their number.
pub const MAX_ENDED_ROWS: usize = 2_000;

/// The limit of a query that also shows whether there are more.
const ONE_MORE: u64 = MAX_ENDED_ROWS as u64 + 1;

/// Ends a session of this user, if it is open.
pub async fn end(db: &impl ConnectionTrait, id: Uuid, user_id: Uuid, now: DateTimeUtc) -> Result<Option<Model>, DbErr> {
    let current = ending(now).filter(Column::Id.eq(id)).filter(Column::UserId.eq(user_id)).filter(is_current(user_id));
    Ok(current.exec_with_returning(db).await?.into_iter().next())
}

/// Ends every open session of a user except those to keep, and returns how many, at most [`MAX_ENDED_ROWS`]. The caller
/// has locked the user, so that no login is in progress.
///
/// If there are more than [`MAX_ENDED_ROWS`], one write ends them all, whatever their number: the user's next generation
/// begins. A session to keep becomes part of it, unless it has ended. The newest sessions are ended in their rows, too,
/// for subscribers.
pub async fn end_all(db: &impl ConnectionTrait, user_id: Uuid, keep: &[Uuid], now: DateTimeUtc) -> Result<u64, DbErr> {
    let others = newest_first(open(user_id, now)).filter(Column::Id.is_not_in(keep.iter().copied()));
    let others = others.select_only().column(Column::Id).limit(ONE_MORE).into_tuple().all(db).await?;
    if others.len() > MAX_ENDED_ROWS
        && let Some(generation) = user::begin_session_generation(db, user_id).await?
    {
        let kept = Entity::update_many().col_expr(Column::Generation, Expr::value(generation));
        let kept = kept.filter(Column::Id.is_in(keep.iter().copied())).filter(Column::EndedAt.is_null());
        kept.filter(Column::Generation.eq(generation - 1)).exec(db).await?;
        session_removal::put(db, session_removal::Model { user_id, generation }).await?;
    }
    if others.is_empty() {
        return Ok(0);
    }
    end_rows(db, others.into_iter().take(MAX_ENDED_ROWS), now).await
}

/// Ends the open sessions of a user that were used longest ago, so that at most `most` remain, and returns how many
/// were ended. The newest one remains. Of more than [`MAX_ENDED_ROWS`] sessions, only the newest are compared. The
/// caller has locked the user.
pub async fn end_least_used(
    db: &impl ConnectionTrait,
    user_id: Uuid,
    newest: Uuid,
    most: usize,
    now: DateTimeUtc,
) -> Result<u64, DbErr> {
    let others = newest_first(open(user_id, now)).filter(Column::Id.ne(newest)).select_only();
    let others = others.column(Column::LastUsedAt).column(Column::Id).limit(ONE_MORE);
    let mut others: Vec<(DateTimeUtc, Uuid)> = others.into_tuple().all(db).await?;
    if others.len() < most {
        return Ok(0);
    }
    let are_many = others.len() > MAX_ENDED_ROWS;
    others.sort_unstable_by(|one, other| other.cmp(one));
    let mut ids = others.into_iter().map(|(_, id)| id);
    let keep: Vec<Uuid> = ids.by_ref().take(most - 1).chain([newest]).collect();
    if are_many {
        return end_all(db, user_id, &keep, now).await;
    }
    end_rows(db, ids, now).await
}

async fn end_rows(db: &impl ConnectionTrait, ids: impl Iterator<Item = Uuid>, now: DateTimeUtc) -> Result<u64, DbErr> {
    Ok(ending(now).filter(Column::Id.is_in(ids)).exec(db).await?.rows_affected)
}

/// The statement that ends every open session.
fn ending(now: DateTimeUtc) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
}

//! Ending sessions, and finding those that were ended.

use sea_orm::{
    QueryOrder, QuerySelect, QueryTrait, UpdateMany,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait},
};

use super::{Column, Entity, Model, padded};

/// How many ended sessions are read together.
const PAGE: usize = 500;

/// The sessions of a user that were ended since this moment, in the order in which they ended. Read in pages, because
/// one transaction may end any number of them at the same moment.
pub async fn ended_since(db: &impl ConnectionTrait, user_id: Uuid, since: DateTimeUtc) -> Result<Vec<Model>, DbErr> {
    let ended = Entity::find()
        .filter(Column::UserId.eq(user_id))
        .filter(Column::EndedAt.gte(since))
        .order_by_asc(Column::EndedAt)
        .order_by_asc(Column::Id)
        .limit(PAGE as u64);
    let mut all = ended.clone().all(db).await?;
    let mut read = all.len();
    while read == PAGE
        && let Some(last) = all.last()
    {
        let later = Column::EndedAt.gt(last.ended_at).or(Column::EndedAt.eq(last.ended_at).and(Column::Id.gt(last.id)));
        let page = ended.clone().filter(later).all(db).await?;
        read = page.len();
        all.extend(page);
    }
    Ok(all)
}

/// The sessions of these users that were ended since this moment: the ids of the users, and of the sessions.
pub async fn ended_of_users(
    db: &impl ConnectionTrait,
    users: Vec<Uuid>,
    since: DateTimeUtc,
) -> Result<Vec<(Uuid, Uuid)>, DbErr> {
    let ended = Entity::find().select_only().column(Column::UserId).column(Column::Id);
    let ended = ended.filter(Column::UserId.is_in(padded(users))).filter(Column::EndedAt.gte(since));
    ended.into_tuple().all(db).await
}

/// Ends the open sessions of a user that were used longest ago, so that at most `most` remain, and returns how many
/// were ended. The newest one remains.
pub async fn end_least_used(
    db: &impl ConnectionTrait,
    user_id: Uuid,
    newest: Uuid,
    most: u64,
    now: DateTimeUtc,
) -> Result<u64, DbErr> {
    let open = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::UserId.eq(user_id))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .filter(Column::Id.ne(newest))
        .order_by_desc(Column::LastUsedAt)
        .order_by_desc(Column::Id);
    // SQLite has no offset without a limit.
    let beyond = open.offset(most.saturating_sub(1)).limit(u64::from(u32::MAX)).into_query();
    let ended = ending(user_id, now).filter(Column::Id.in_subquery(beyond)).exec(db).await?;
    Ok(ended.rows_affected)
}

/// Ends a session of this user, if it is open.
pub async fn end(db: &impl ConnectionTrait, id: Uuid, user_id: Uuid, now: DateTimeUtc) -> Result<Option<Model>, DbErr> {
    let ended = ending(user_id, now).filter(Column::Id.eq(id)).exec_with_returning(db).await?;
    Ok(ended.into_iter().next())
}

/// Ends every open session of a user except one, and returns how many.
pub async fn end_others(
    db: &impl ConnectionTrait,
    user_id: Uuid,
    except: Uuid,
    now: DateTimeUtc,
) -> Result<u64, DbErr> {
    let ended = ending(user_id, now).filter(Column::Id.ne(except)).exec(db).await?;
    Ok(ended.rows_affected)
}

/// Ends every open session of a user, and returns how many.
pub async fn end_all(db: &impl ConnectionTrait, user_id: Uuid, now: DateTimeUtc) -> Result<u64, DbErr> {
    Ok(ending(user_id, now).exec(db).await?.rows_affected)
}

/// The statement that ends every open session of a user.
fn ending(user_id: Uuid, now: DateTimeUtc) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::UserId.eq(user_id))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
}

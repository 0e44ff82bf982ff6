//! Removing sessions that expired or were ended.

use sea_orm::{
    QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait},
};

use super::{Column, Entity};

/// Removes at most `most` sessions that expired before this moment, and returns how many.
pub async fn remove_expired(db: &impl ConnectionTrait, before: DateTimeUtc, most: u64) -> Result<u64, DbErr> {
    let over = Entity::find().filter(Column::ExpiresAt.lt(before)).order_by_asc(Column::ExpiresAt).limit(most);
    crate::entity::remove(db, Column::Id, over).await
}

/// A position in the order in which sessions ended: when, and the id.
pub type EndedPosition = (DateTimeUtc, Uuid);

/// Reads at most `most` sessions that were ended before a moment, after a position. Removes those that have 50 newer
/// ones of the same user, because the newest ones show which networks are familiar. Returns how many were removed, and
/// the position of the last one if there may be more.
pub async fn remove_ended(
    db: &impl ConnectionTrait,
    after: Option<EndedPosition>,
    before: DateTimeUtc,
    most: u64,
) -> Result<(u64, Option<EndedPosition>), DbErr> {
    const HAS_NEWER: &str = "EXISTS (SELECT 1 FROM sessions newer WHERE newer.user_id = sessions.user_id \
        AND newer.id > sessions.id ORDER BY newer.id LIMIT 1 OFFSET 49)";
    let mut ended = Entity::find().select_only().column(Column::EndedAt).column(Column::Id);
    ended = ended.filter(Column::EndedAt.lt(before)).order_by_asc(Column::EndedAt).order_by_asc(Column::Id).limit(most);
    if let Some((ended_at, id)) = after {
        let same_moment = Column::EndedAt.eq(ended_at).and(Column::Id.gt(id));
        ended = ended.filter(Column::EndedAt.gt(ended_at).or(same_moment));
    }
    let found: Vec<EndedPosition> = ended.into_tuple().all(db).await?;
    let ids = found.iter().map(|(_, id)| *id);
    let old = Entity::delete_many().filter(Column::Id.is_in(ids)).filter(Expr::cust(HAS_NEWER));
    let removed = if found.is_empty() { 0 } else { old.exec(db).await?.rows_affected };
    Ok((removed, found.last().copied()))
}

/// Reads at most `most` sessions of a user after this id, and removes those that belong to an earlier generation than
/// this one. Returns how many were removed, and the last id if there may be more.
pub async fn remove_earlier_generations(
    db: &impl ConnectionTrait,
    user_id: Uuid,
    generation: i64,
    after: Option<Uuid>,
    most: u64,
) -> Result<(u64, Option<Uuid>), DbErr> {
    let mut sessions = Entity::find().select_only().column(Column::Id).column(Column::Generation);
    // Without further conditions, so that each page costs the same, however many sessions were removed before.
    sessions = sessions.filter(Column::UserId.eq(user_id)).order_by_asc(Column::Id).limit(most);
    if let Some(after) = after {
        sessions = sessions.filter(Column::Id.gt(after));
    }
    let found: Vec<(Uuid, i64)> = sessions.into_tuple().all(db).await?;
    let earlier: Vec<Uuid> = found.iter().filter(|(_, of)| *of < generation).map(|(id, _)| *id).collect();
    let removed = if earlier.is_empty() {
        0
    } else {
        let unmarked = Entity::delete_many().filter(Column::Id.is_in(earlier)).filter(Column::EndedAt.is_null());
        unmarked.filter(Column::Generation.lt(generation)).exec(db).await?.rows_affected
    };
    let may_be_more = found.len() as u64 == most;
    Ok((removed, found.last().filter(|_| may_be_more).map(|(id, _)| *id)))
}

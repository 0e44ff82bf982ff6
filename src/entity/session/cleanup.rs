//! Removing sessions that expired or were ended.

use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};

use super::{Column, Entity};

/// Removes at most `most` sessions that expired before this moment, and returns how many.
pub async fn remove_expired(db: &impl ConnectionTrait, before: DateTimeUtc, most: u64) -> Result<u64, DbErr> {
    let over = Entity::find().filter(Column::ExpiresAt.lt(before)).order_by_asc(Column::ExpiresAt).limit(most);
    crate::entity::remove(db, Column::Id, over).await
}

/// Removes at most `most` sessions that were ended before this moment, and returns how many.
pub async fn remove_ended(db: &impl ConnectionTrait, before: DateTimeUtc, most: u64) -> Result<u64, DbErr> {
    let ended = Entity::find().filter(Column::EndedAt.lt(before)).order_by_asc(Column::EndedAt).limit(most);
    crate::entity::remove(db, Column::Id, ended).await
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

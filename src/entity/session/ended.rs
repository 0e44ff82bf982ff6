//! Finding sessions that were ended.

use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*, sea_query::ExprTrait};

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

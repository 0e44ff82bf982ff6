//! The `sessions` table: one signed-in device a row.

use std::collections::HashMap;

use sea_orm::{
    DbBackend, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait, UpdateMany,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, extension::postgres::PgFunc},
};

/// A row of `sessions`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// UUIDv7; the `sid` of the session's access tokens.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who signed in.
    pub user_id: Uuid,
    /// When.
    pub created_at: DateTimeUtc,
    /// When the session was last used, to the minute.
    pub last_used_at: DateTimeUtc,
    /// When it ends by itself.
    pub expires_at: DateTimeUtc,
    /// When it was ended before its time.
    pub ended_at: Option<DateTimeUtc>,
    /// What the device called itself.
    pub user_agent: Option<String>,
    /// Where it signed in from.
    pub ip_address: Option<String>,
    /// The hash of the one refresh token that counts; null for a session of a version that had none.
    pub refresh_token_hash: Option<Vec<u8>>,
    /// When the last one was used.
    pub refreshed_at: Option<DateTimeUtc>,
}

/// Where a session belongs.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Its user.
    #[sea_orm(belongs_to = "super::user::Entity", from = "Column::UserId", to = "super::user::Column::Id")]
    User,
}

impl Related<super::user::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::User.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// Inserts a session.
pub async fn insert(db: &impl ConnectionTrait, session: Model) -> Result<Model, DbErr> {
    session.into_active_model().insert(db).await
}

impl Model {
    /// Whether a refresh token was used in so short a time before now.
    pub fn was_refreshed_within(&self, time: chrono::TimeDelta, now: DateTimeUtc) -> bool {
        self.refreshed_at.is_some_and(|at| (now - at).abs() < time)
    }

    /// Whether the refresh token with this hash is the one that counts.
    pub fn accepts(&self, hash: &[u8]) -> bool {
        self.refresh_token_hash.as_deref() == Some(hash)
    }
}

/// One refresh token takes the place of another.
#[derive(Debug)]
pub struct Turn {
    /// The hash of the one that counts until now.
    pub from: [u8; 32],
    /// The hash of the one that counts from now on.
    pub to: [u8; 32],
    /// Now.
    pub now: DateTimeUtc,
    /// When the session ends by itself from now on.
    pub expires_at: DateTimeUtc,
}

/// Puts one refresh token in the place of another, in one statement, and gives the session as it is then; nothing when
/// somebody else was first, or the session is over.
pub async fn take_turn(db: &impl ConnectionTrait, id: Uuid, turn: &Turn) -> Result<Option<Model>, DbErr> {
    let taken = Entity::update_many()
        .col_expr(Column::RefreshTokenHash, Expr::value(turn.to.to_vec()))
        .col_expr(Column::RefreshedAt, Expr::value(turn.now))
        .col_expr(Column::LastUsedAt, Expr::value(turn.now))
        .col_expr(Column::ExpiresAt, Expr::value(turn.expires_at))
        .filter(Column::Id.eq(id))
        .filter(Column::RefreshTokenHash.eq(turn.from.to_vec()))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(turn.now))
        .exec_with_returning(db)
        .await?;
    Ok(taken.into_iter().next())
}

/// The session and its user, in one question.
pub async fn with_user(
    db: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<(Model, Option<super::user::Model>)>, DbErr> {
    Entity::find_by_id(id).find_also_related(super::user::Entity).one(db).await
}

/// The sessions with these ids and their users, in one question; what is not there is left out.
pub async fn all_with_users(
    db: &impl ConnectionTrait,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, (Model, super::user::Model)>, DbErr> {
    let wanted = match db.get_database_backend() {
        DbBackend::Postgres => Expr::col((Entity, Column::Id)).eq(PgFunc::any(Expr::value(ids))),
        _ => Column::Id.is_in(padded(ids)),
    };
    let found = Entity::find().find_also_related(super::user::Entity).filter(wanted).all(db).await?;
    Ok(found.into_iter().filter_map(|(session, user)| Some((session.id, (session, user?)))).collect())
}

/// The same ids, some of them more than once: a few lengths make a few statements, which the connection keeps prepared.
fn padded(mut ids: Vec<Uuid>) -> Vec<Uuid> {
    let last = ids.last().copied().unwrap_or_default();
    ids.resize(ids.len().next_power_of_two(), last);
    ids
}

/// A user's open sessions, newest first: ids sort by age.
pub async fn open_of_user(
    db: &impl ConnectionTrait,
    user_id: Uuid,
    before: Option<Uuid>,
    most: u64,
    now: DateTimeUtc,
) -> Result<Vec<Model>, DbErr> {
    let mut open = Entity::find()
        .filter(Column::UserId.eq(user_id))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now));
    if let Some(before) = before {
        open = open.filter(Column::Id.lt(before));
    }
    open.order_by_desc(Column::Id).limit(most).all(db).await
}

/// How many ended sessions are read together.
const PAGE: usize = 500;

/// All sessions of a user that were ended since, in the order in which they were, read page by page: one transaction may
/// end any number of them at the same moment.
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

/// The sessions of these users that were ended since: the ids of the users, and of the sessions.
pub async fn ended_of_users(
    db: &impl ConnectionTrait,
    users: Vec<Uuid>,
    since: DateTimeUtc,
) -> Result<Vec<(Uuid, Uuid)>, DbErr> {
    let ended = Entity::find().select_only().column(Column::UserId).column(Column::Id);
    let ended = ended.filter(Column::UserId.is_in(padded(users))).filter(Column::EndedAt.gte(since));
    ended.into_tuple().all(db).await
}

/// Notes that a session was used, unless somebody noted it since.
pub async fn touch(db: &impl ConnectionTrait, id: Uuid, since: DateTimeUtc, now: DateTimeUtc) -> Result<(), DbErr> {
    let touched = Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::LastUsedAt.lte(since));
    touched.exec(db).await.map(drop)
}

/// The addresses that a user's newest sessions were opened from.
pub async fn addresses(db: &impl ConnectionTrait, user_id: Uuid, most: u64) -> Result<Vec<String>, DbErr> {
    let newest = Entity::find().select_only().column(Column::IpAddress).filter(Column::UserId.eq(user_id));
    let newest = newest.filter(Column::IpAddress.is_not_null()).order_by_desc(Column::Id).limit(most);
    newest.into_tuple().all(db).await
}

/// Removes up to so many sessions that are over since this moment, and says how many that were.
pub async fn remove_expired(db: &impl ConnectionTrait, before: DateTimeUtc, most: u64) -> Result<u64, DbErr> {
    let over = Entity::find().filter(Column::ExpiresAt.lt(before)).order_by_asc(Column::ExpiresAt).limit(most);
    super::remove(db, Column::Id, over).await
}

/// When a session ended, and its id: a place in the order in which sessions ended.
pub type EndedPlace = (DateTimeUtc, Uuid);

/// Looks at up to this many sessions that were ended before a moment, after a place in their order. Removes those that have
/// 50 newer ones of the same user, because the newest ones say where a user has been. Returns how many were removed, and
/// the place of the last one if there may be more.
pub async fn remove_ended(
    db: &impl ConnectionTrait,
    after: Option<EndedPlace>,
    before: DateTimeUtc,
    most: u64,
) -> Result<(u64, Option<EndedPlace>), DbErr> {
    const HAS_NEWER: &str = "EXISTS (SELECT 1 FROM sessions newer WHERE newer.user_id = sessions.user_id \
        AND newer.id > sessions.id ORDER BY newer.id LIMIT 1 OFFSET 49)";
    let mut ended = Entity::find().select_only().column(Column::EndedAt).column(Column::Id);
    ended = ended.filter(Column::EndedAt.lt(before)).order_by_asc(Column::EndedAt).order_by_asc(Column::Id).limit(most);
    if let Some((ended_at, id)) = after {
        let same_moment = Column::EndedAt.eq(ended_at).and(Column::Id.gt(id));
        ended = ended.filter(Column::EndedAt.gt(ended_at).or(same_moment));
    }
    let found: Vec<EndedPlace> = ended.into_tuple().all(db).await?;
    let ids = found.iter().map(|(_, id)| *id);
    let old = Entity::delete_many().filter(Column::Id.is_in(ids)).filter(Expr::cust(HAS_NEWER));
    let removed = if found.is_empty() { 0 } else { old.exec(db).await?.rows_affected };
    Ok((removed, found.last().copied()))
}

/// Ends the open sessions of a user that were used longest ago, so that no more than this many are left, and says how many
/// were ended. The newest one stays.
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

/// Ends every open session of a user except one, and says how many that were.
pub async fn end_others(
    db: &impl ConnectionTrait,
    user_id: Uuid,
    except: Uuid,
    now: DateTimeUtc,
) -> Result<u64, DbErr> {
    let ended = ending(user_id, now).filter(Column::Id.ne(except)).exec(db).await?;
    Ok(ended.rows_affected)
}

/// Ends every open session of a user, and says how many that were.
pub async fn end_all(db: &impl ConnectionTrait, user_id: Uuid, now: DateTimeUtc) -> Result<u64, DbErr> {
    Ok(ending(user_id, now).exec(db).await?.rows_affected)
}

/// The end of every open session of a user.
fn ending(user_id: Uuid, now: DateTimeUtc) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::UserId.eq(user_id))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
}

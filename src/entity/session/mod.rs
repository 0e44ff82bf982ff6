//! The `sessions` table: one device that is logged in per row.

mod cleanup;
mod end;
mod ended;
mod rotate;

use std::collections::HashMap;

use sea_orm::{
    DbBackend, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, extension::postgres::PgFunc},
};

pub use self::{
    cleanup::{remove_earlier_generations, remove_ended, remove_expired},
    end::{MAX_ENDED_ROWS, end, end_all, end_least_used},
    ended::{ended_of_users, ended_since},
    rotate::{Rotation, RotationKind, lock, record_address, record_first_use, rotate},
};

/// A row of `sessions`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// UUIDv7; the `sid` of the session's access tokens.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The user.
    pub user_id: Uuid,
    /// When the user logged in.
    pub created_at: DateTimeUtc,
    /// When the session was last used, to the minute.
    pub last_used_at: DateTimeUtc,
    /// When the session expires.
    pub expires_at: DateTimeUtc,
    /// When the session was ended.
    pub ended_at: Option<DateTimeUtc>,
    /// The name of the device.
    pub user_agent: Option<String>,
    /// The address that the user logged in from.
    pub ip_address: Option<String>,
    /// The hash of the valid refresh token; null for a session of a version without refresh tokens.
    pub refresh_token_hash: Option<Vec<u8>>,
    /// When the last refresh token was used.
    pub refreshed_at: Option<DateTimeUtc>,
    /// The user's generation of sessions that this one belongs to. Sessions of an earlier generation than the user's have
    /// ended. The database sets it when the session is inserted.
    pub generation: i64,
    /// The last rotations of the refresh token, see [`Model::rotations`]; null for a session that was never refreshed.
    pub rotations: Option<Vec<u8>>,
    /// The id of the access token of the newest pair, until a client uses it; null from then on, and before the first
    /// refresh.
    pub unused_access_token: Option<Uuid>,
    /// The address of the last refresh; null before the first one.
    pub last_ip_address: Option<String>,
}

/// What a session belongs to.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Its user.
    #[sea_orm(
        belongs_to = "crate::entity::user::Entity",
        from = "Column::UserId",
        to = "crate::entity::user::Column::Id"
    )]
    User,
}

impl Related<crate::entity::user::Entity> for Entity {
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
    /// Whether the session was refreshed within this time before now.
    pub fn was_refreshed_within(&self, time: chrono::TimeDelta, now: DateTimeUtc) -> bool {
        self.refreshed_at.is_some_and(|at| (now - at).abs() < time)
    }

    /// Whether the refresh token with this hash is the valid one.
    pub fn accepts(&self, hash: &[u8]) -> bool {
        self.refresh_token_hash.as_deref() == Some(hash)
    }

    /// The session, ended if it is of an earlier generation than its user's.
    fn of_generation(mut self, user: &crate::entity::user::Model) -> Self {
        if self.generation < user.session_generation {
            // When it ended is not stored; it was after the last use.
            self.ended_at.get_or_insert(self.last_used_at);
        }
        self
    }
}

/// A session and its user, in one query.
pub async fn with_user(
    db: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<(Model, Option<crate::entity::user::Model>)>, DbErr> {
    let found = Entity::find_by_id(id).find_also_related(crate::entity::user::Entity).one(db).await?;
    Ok(found.map(|(session, user)| match user {
        Some(user) => (session.of_generation(&user), Some(user)),
        None => (session, None),
    }))
}

/// The sessions with these ids and their users, in one query; missing ones are left out.
pub async fn all_with_users(
    db: &impl ConnectionTrait,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, (Model, crate::entity::user::Model)>, DbErr> {
    let wanted = match db.get_database_backend() {
        DbBackend::Postgres => Expr::col((Entity, Column::Id)).eq(PgFunc::any(Expr::value(ids))),
        _ => Column::Id.is_in(padded(ids)),
    };
    let found = Entity::find().find_also_related(crate::entity::user::Entity).filter(wanted).all(db).await?;
    let with_user = |(session, user): (Model, Option<_>)| {
        let user = user?;
        Some((session.id, (session.of_generation(&user), user)))
    };
    Ok(found.into_iter().filter_map(with_user).collect())
}

/// The same ids, some of them repeated: a few lengths make a few statements, which the connection keeps prepared.
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
    let mut open = open(user_id, now);
    if let Some(before) = before {
        open = open.filter(Column::Id.lt(before));
    }
    newest_first(open).limit(most).all(db).await
}

/// The open sessions of a user.
fn open(user_id: Uuid, now: DateTimeUtc) -> Select<Entity> {
    Entity::find()
        .filter(Column::UserId.eq(user_id))
        .filter(is_current(user_id))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
}

/// The condition that a session of this user is not of an earlier generation than the user's.
fn is_current(user_id: Uuid) -> Expr {
    use crate::entity::user;
    let generation = user::Entity::find_by_id(user_id).select_only().column(user::Column::SessionGeneration);
    let generation = Expr::SubQuery(None, Box::new(generation.into_query().into()));
    Expr::col((Entity, Column::Generation)).gte(generation)
}

/// Orders sessions by age. Only the index of generations has this order, so that the sessions of earlier generations are
/// not read.
fn newest_first(sessions: Select<Entity>) -> Select<Entity> {
    sessions.order_by_desc(Column::Generation).order_by_desc(Column::Id)
}

/// Records that a session was used, unless another instance has recorded it since.
pub async fn record_use(
    db: &impl ConnectionTrait,
    id: Uuid,
    since: DateTimeUtc,
    now: DateTimeUtc,
) -> Result<(), DbErr> {
    let touched = Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::LastUsedAt.lte(since));
    touched.exec(db).await.map(drop)
}

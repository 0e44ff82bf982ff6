//! The `passwords` table: one bcrypt hash per user.

use std::fmt;

use sea_orm::{DbBackend, IntoActiveModel, QuerySelect, Statement, entity::prelude::*, sea_query::OnConflict};

/// A row of `passwords`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passwords")]
pub struct Model {
    /// The user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// The hash in bcrypt's text form, `$2b$12$…`.
    pub hash: HashText,
    /// Whether the system that made the hash truncated passwords after 72 bytes, and hashed them as they were typed.
    pub truncates: bool,
    /// When the user chose the password.
    pub changed_at: DateTimeUtc,
}

/// A stored hash, which `Debug` does not show.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct HashText(pub String);

impl fmt::Debug for HashText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashText(…)")
    }
}

/// What a password belongs to.
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

/// The password of a user.
pub async fn find(db: &impl ConnectionTrait, user_id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(user_id).one(db).await
}

/// The highest cost of all stored hashes, as far as it can be computed; 0 if there is none. Reads one entry of an index.
pub async fn highest_cost(db: &impl ConnectionTrait) -> Result<u32, DbErr> {
    // The expression is that of the index `passwords_cost_idx`.
    let cost = match db.get_database_backend() {
        DbBackend::Postgres => "substr(hash, 5, 2) COLLATE \"C\"",
        _ => "substr(hash, 5, 2)",
    };
    let highest =
        format!("SELECT {cost} AS cost FROM passwords WHERE {cost} BETWEEN '04' AND '16' ORDER BY {cost} DESC LIMIT 1");
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), highest)).await?;
    let cost: Option<String> = row.map(|row| row.try_get("", "cost")).transpose()?;
    Ok(cost.and_then(|cost| cost.parse().ok()).unwrap_or(0))
}

/// Locks a user and their password until the transaction ends, in this order. Every login takes both locks: once they
/// are granted, every session that was opened before is visible, and no other one is opened. Releases before this one
/// lock the password alone, so both are needed while two releases run side by side.
pub async fn lock_with_user(
    db: &impl ConnectionTrait,
    user_id: Uuid,
) -> Result<Option<(super::user::Model, Option<Model>)>, DbErr> {
    let user = super::user::lock(db, user_id).await?;
    let password = Entity::find_by_id(user_id).lock_exclusive().one(db).await?;
    Ok(user.map(|user| (user, password)))
}

/// Locks a password and its user, and returns the user; `None` if the user has chosen another password since the row was
/// read. A new hash of the same password counts as the same.
pub async fn lock_unchanged(db: &impl ConnectionTrait, row: &Model) -> Result<Option<super::user::Model>, DbErr> {
    let locked = lock_with_user(db, row.user_id).await?;
    let unchanged = |current: &Model| current.changed_at == row.changed_at;
    Ok(locked.and_then(|(user, current)| current.as_ref().is_some_and(unchanged).then_some(user)))
}

/// Inserts the password of a user who has none.
pub async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model()).exec_without_returning(db).await.map(drop)
}

/// Inserts the passwords of users who have none.
pub async fn insert_all(db: &impl ConnectionTrait, rows: Vec<Model>) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    Entity::insert_many::<ActiveModel, _>(rows).exec_without_returning(db).await.map(drop)
}

/// Replaces the hash of a password.
pub async fn write(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    row.into_active_model().reset_all().update(db).await.map(drop)
}

/// Inserts or replaces the password of a user.
pub async fn put(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    let replace = OnConflict::column(Column::UserId)
        .update_columns([Column::Hash, Column::Truncates, Column::ChangedAt])
        .to_owned();
    Entity::insert(row.into_active_model()).on_conflict(replace).exec(db).await.map(drop)
}

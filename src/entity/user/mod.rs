//! The `users` table: a person's record, without any secret.

mod by_identifier;

use sea_orm::{
    IntoActiveModel, Iterable, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, Func, OnConflict},
};

pub use self::by_identifier::{Identified, among, at_address, find_by, has_username, identify, is_taken};

/// A row of `users`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// UUIDv7, so ids sort by age.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The e-mail address, as the user wrote it.
    pub email: Option<String>,
    /// The canonical form, which is unique.
    pub email_canonical: Option<String>,
    /// The username, as the user wrote it.
    pub username: Option<String>,
    /// The canonical form, which is unique.
    pub username_canonical: Option<String>,
    /// The skeleton of the username, which is unique: no two usernames look alike. Null for a user whose name looks like
    /// one that was there before.
    pub username_skeleton: Option<String>,
    /// The display name.
    pub display_name: Option<String>,
    /// The role, which decides what the user may do beyond their own account.
    pub role: Role,
    /// When the user registered.
    pub created_at: DateTimeUtc,
    /// When the record last changed.
    pub updated_at: DateTimeUtc,
    /// When the user was disabled; null for every other user.
    pub disabled_at: Option<DateTimeUtc>,
    /// When the user verified the e-mail address; null if it is not verified.
    pub email_verified_at: Option<DateTimeUtc>,
    /// When the user is removed who registered, but has neither verified the e-mail address nor logged in.
    pub unverified_until: Option<DateTimeUtc>,
    /// The generation of the user's open sessions. All others have ended.
    pub session_generation: i64,
    /// How often all device tokens of the user were made invalid. Only those of the current generation are valid.
    pub device_generation: i32,
}

/// What a user may do beyond their own account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Role {
    /// Nothing.
    #[sea_orm(string_value = "user")]
    User,
    /// See and change every profile.
    #[sea_orm(string_value = "admin")]
    Admin,
}

/// What belongs to a user.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The user's password.
    #[sea_orm(has_one = "super::password::Entity")]
    Password,
}

impl Related<super::password::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Password.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// A user who registers now, without any identifier. The only constructor, so that a new column is added here
    /// alone.
    #[must_use]
    pub fn new(id: Uuid, now: DateTimeUtc) -> Self {
        Self {
            id,
            email: None,
            email_canonical: None,
            username: None,
            username_canonical: None,
            username_skeleton: None,
            display_name: None,
            role: Role::User,
            created_at: now,
            updated_at: now,
            disabled_at: None,
            email_verified_at: None,
            unverified_until: None,
            session_generation: 0,
            device_generation: 0,
        }
    }
}

/// The user with this id.
pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The users with these ids, in no order.
pub async fn find_all(db: &impl ConnectionTrait, ids: impl IntoIterator<Item = Uuid>) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::Id.is_in(ids)).all(db).await
}

/// At most `most` users after this id, in the order of their ids.
pub async fn after(db: &impl ConnectionTrait, id: Uuid, most: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::Id.gt(id)).order_by_asc(Column::Id).limit(most).all(db).await
}

/// Reads a user and locks the row until the transaction ends.
pub async fn lock(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).lock_exclusive().one(db).await
}

/// Inserts a user.
pub async fn insert(db: &impl ConnectionTrait, user: Model) -> Result<Model, DbErr> {
    user.into_active_model().insert(db).await
}

/// Writes the columns in which a user differs from what was read before.
pub async fn update(db: &impl ConnectionTrait, before: &Model, after: Model) -> Result<Model, DbErr> {
    let mut row = before.clone().into_active_model();
    for column in Column::iter().filter(|column| after.get(*column) != before.get(*column)) {
        row.set(column, after.get(column));
    }
    if row.is_changed() { row.update(db).await } else { Ok(after) }
}

/// Inserts the users who conflict with no other one, and with none before them in the list. Returns what was inserted.
pub async fn insert_unless_taken(db: &impl ConnectionTrait, rows: Vec<Model>) -> Result<Vec<Model>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    let nothing = OnConflict::new().do_nothing().to_owned();
    Entity::insert_many::<ActiveModel, _>(rows).on_conflict(nothing).exec_with_returning(db).await
}

/// The user with this id, with their password.
pub async fn with_password(
    db: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<(Model, Option<super::password::Model>)>, DbErr> {
    Entity::find_by_id(id).find_also_related(super::password::Entity).one(db).await
}

/// Makes all device tokens of a user invalid, and returns the generation of the next ones.
pub async fn forget_devices(db: &impl ConnectionTrait, id: Uuid) -> Result<i32, DbErr> {
    let next = Entity::update_many()
        .col_expr(Column::DeviceGeneration, Expr::col(Column::DeviceGeneration).add(1))
        .filter(Column::Id.eq(id));
    Ok(next.exec_with_returning(db).await?.into_iter().next().map_or(0, |user| user.device_generation))
}

/// Marks an address as verified if the user still has it, in one of its forms, and returns the user.
pub async fn verify_email(
    db: &impl ConnectionTrait,
    id: Uuid,
    forms: [&str; 2],
    now: DateTimeUtc,
) -> Result<Option<Model>, DbErr> {
    let first = Func::coalesce([Expr::col(Column::EmailVerifiedAt), Expr::value(now)]);
    let was_verified = Expr::col(Column::EmailVerifiedAt).is_not_null();
    let updated = Expr::case(was_verified, Expr::col(Column::UpdatedAt)).finally(Expr::value(now)).into();
    let verified = Entity::update_many()
        .col_expr(Column::EmailVerifiedAt, first.into())
        .col_expr(Column::UpdatedAt, updated)
        .col_expr(Column::UnverifiedUntil, Expr::value(None::<DateTimeUtc>))
        .filter(Column::Id.eq(id))
        .filter(Column::EmailCanonical.is_in(forms));
    Ok(verified.exec_with_returning(db).await?.into_iter().next())
}

/// Whether there is any user.
pub async fn any(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Entity::find().exists(db).await
}

/// Begins the next generation of a user's sessions, which ends all others, and returns it.
pub async fn begin_session_generation(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<i64>, DbErr> {
    let next = Entity::update_many()
        .col_expr(Column::SessionGeneration, Expr::col(Column::SessionGeneration).add(1))
        .filter(Column::Id.eq(id));
    Ok(next.exec_with_returning(db).await?.first().map(|user| user.session_generation))
}

/// Sets when a user is removed who has to verify their address first; `None` for a user who stays.
pub async fn expire(
    db: &impl ConnectionTrait,
    id: Uuid,
    unverified_until: impl Into<Option<DateTimeUtc>>,
) -> Result<(), DbErr> {
    let update = Entity::update_many().col_expr(Column::UnverifiedUntil, Expr::value(unverified_until.into()));
    update.filter(Column::Id.eq(id)).exec(db).await.map(drop)
}

/// Removes at most `most` users who had to verify their address before this moment, and returns how many.
pub async fn remove_unverified(db: &impl ConnectionTrait, before: DateTimeUtc, most: u64) -> Result<u64, DbErr> {
    let over = Entity::find().filter(Column::UnverifiedUntil.lt(before)).order_by_asc(Column::UnverifiedUntil);
    super::remove(db, Column::Id, over.limit(most)).await
}

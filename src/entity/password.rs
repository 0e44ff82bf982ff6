//! The `passwords` table: one bcrypt hash a user.

use std::fmt;

use sea_orm::{QuerySelect, entity::prelude::*, sea_query::Expr};

/// A row of `passwords`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passwords")]
pub struct Model {
    /// Whose password it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// The hash in its own words, `$2b$12$…`.
    pub hash: HashText,
    /// Whether its maker cut passwords off after 72 bytes.
    pub truncates: bool,
    /// When the user last chose it.
    pub changed_at: DateTimeUtc,
}

/// A stored hash, kept out of `Debug`.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct HashText(pub String);

impl fmt::Debug for HashText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashText(…)")
    }
}

/// Where a password belongs.
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

/// Keeps anybody from changing a password until the transaction ends; false when it is not this one any more.
pub async fn hold(db: &impl ConnectionTrait, row: Model) -> Result<bool, DbErr> {
    let held = Entity::find_by_id(row.user_id).filter(Column::Hash.eq(row.hash)).lock_shared().one(db).await?;
    Ok(held.is_some())
}

/// Puts `new` in the place of the user's `old` hash; false when it is not there any more.
pub async fn replace(db: &impl ConnectionTrait, old: &HashText, new: Model) -> Result<bool, DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::Hash, Expr::value(new.hash))
        .col_expr(Column::Truncates, Expr::value(new.truncates))
        .col_expr(Column::ChangedAt, Expr::value(new.changed_at))
        .filter(Column::UserId.eq(new.user_id))
        .filter(Column::Hash.eq(old.clone()));
    Ok(update.exec(db).await?.rows_affected == 1)
}

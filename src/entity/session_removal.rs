//! The `session_removals` table: the users of whom many sessions ended at once, which are removed in the background.

use sea_orm::{
    IntoActiveModel, QuerySelect,
    entity::prelude::*,
    sea_query::{ExprTrait, OnConflict},
};

/// A row of `session_removals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_removals")]
pub struct Model {
    /// The user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// Sessions of the generations before this one have ended.
    pub generation: i64,
}

/// Removals belong to a user, but are found without one.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Inserts a removal. It replaces one of earlier generations.
pub async fn put(db: &impl ConnectionTrait, removal: Model) -> Result<(), DbErr> {
    let replace = OnConflict::column(Column::UserId).update_column(Column::Generation).to_owned();
    Entity::insert(removal.into_active_model()).on_conflict(replace).exec_without_returning(db).await.map(drop)
}

/// The removal of this user.
pub async fn find(db: &impl ConnectionTrait, user_id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(user_id).one(db).await
}

/// At most `most` removals.
pub async fn some(db: &impl ConnectionTrait, most: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find().limit(most).all(db).await
}

/// Removes a removal that is complete, unless it was replaced meanwhile.
pub async fn complete(db: &impl ConnectionTrait, removal: Model) -> Result<(), DbErr> {
    let same = Column::UserId.eq(removal.user_id).and(Column::Generation.eq(removal.generation));
    Entity::delete_many().filter(same).exec(db).await.map(drop)
}

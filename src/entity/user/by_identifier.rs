//! Finding users by a value that is unique: an e-mail address, a username or an id.

use sea_orm::{
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, Order, Query},
};

use super::{Column, Entity, Model};

/// A user as found by an identifier, before anything else of them is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identified {
    /// The user.
    pub id: Uuid,
    /// The generation of their device tokens.
    pub device_generation: i32,
}

/// The user with one of these values in a column that is unique; the first value wins. Two, because a row that could
/// not be converted keeps the form that earlier releases stored.
pub async fn find_by(db: &impl ConnectionTrait, column: Column, forms: [&str; 2]) -> Result<Option<Model>, DbErr> {
    let found = Entity::find().filter(column.is_in(forms)).all(db).await?;
    Ok(found.into_iter().min_by_key(|user| user.get(column) != Value::from(forms[0])))
}

/// Whether another user has this value in a column.
pub async fn is_taken(db: &impl ConnectionTrait, column: Column, value: &str, except: Uuid) -> Result<bool, DbErr> {
    Entity::find().filter(column.eq(value)).filter(Column::Id.ne(except)).exists(db).await
}

/// The users with one of these values, with their passwords. Null values match no user.
pub async fn among<V>(
    db: &impl ConnectionTrait,
    column: Column,
    values: impl IntoIterator<Item = V>,
) -> Result<Vec<(Model, Option<crate::entity::password::Model>)>, DbErr>
where
    V: Into<Value>,
{
    let values: Vec<V> = values.into_iter().collect();
    if values.is_empty() {
        return Ok(Vec::new());
    }
    Entity::find().find_also_related(crate::entity::password::Entity).filter(column.is_in(values)).all(db).await
}

/// The user with one of these values in a column that is unique; the first value wins. The query returns one row in
/// either case, so that its time does not reveal whether there is such a user.
pub async fn identify(
    db: &impl ConnectionTrait,
    column: Column,
    forms: [&str; 2],
) -> Result<Option<Identified>, DbErr> {
    let one = Query::select().expr(Expr::val(1)).to_owned();
    let query = Query::select()
        .columns([(Entity, Column::Id), (Entity, Column::DeviceGeneration)])
        .from_subquery(one, "one")
        .left_join(Entity, Expr::col((Entity, column)).is_in(forms))
        .order_by_expr(Expr::col((Entity, column)).eq(forms[0]), Order::Desc)
        .limit(1)
        .to_owned();
    let Some(row) = db.query_one(&query).await? else { return Ok(None) };
    let (id, generation): (Option<Uuid>, Option<i32>) = row.try_get_many_by_index()?;
    Ok(id.zip(generation).map(|(id, device_generation)| Identified { id, device_generation }))
}

/// The user with this e-mail address, in one of its forms; the first one wins.
pub async fn at_address(db: &impl ConnectionTrait, forms: [&str; 2]) -> Result<Option<Model>, DbErr> {
    find_by(db, Column::EmailCanonical, forms).await
}

/// Whether a user has this username, in one of its forms, or one that looks like it.
pub async fn has_username(db: &impl ConnectionTrait, forms: [&str; 2], skeleton: &str) -> Result<bool, DbErr> {
    let taken = Column::UsernameCanonical.is_in(forms).or(Column::UsernameSkeleton.eq(skeleton));
    Entity::find().filter(taken).exists(db).await
}

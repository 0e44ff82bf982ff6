//! Rotating the refresh token of a session.

use sea_orm::{entity::prelude::*, sea_query::Expr};

use super::{Column, Entity, Model};

/// The rotation of a refresh token.
#[derive(Debug)]
pub struct Rotation {
    /// The hash of the token that is used.
    pub from: [u8; 32],
    /// The hash of its successor.
    pub to: [u8; 32],
    /// The time of the rotation.
    pub now: DateTimeUtc,
    /// When the session expires from now on.
    pub expires_at: DateTimeUtc,
}

/// Rotates the refresh token of a session in one statement, and returns the session; `None` if another request was
/// first, or the session has ended or expired.
pub async fn rotate(db: &impl ConnectionTrait, id: Uuid, rotation: &Rotation) -> Result<Option<Model>, DbErr> {
    let taken = Entity::update_many()
        .col_expr(Column::RefreshTokenHash, Expr::value(rotation.to.to_vec()))
        .col_expr(Column::RefreshedAt, Expr::value(rotation.now))
        .col_expr(Column::LastUsedAt, Expr::value(rotation.now))
        .col_expr(Column::ExpiresAt, Expr::value(rotation.expires_at))
        .filter(Column::Id.eq(id))
        .filter(Column::RefreshTokenHash.eq(rotation.from.to_vec()))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(rotation.now))
        .exec_with_returning(db)
        .await?;
    Ok(taken.into_iter().next())
}

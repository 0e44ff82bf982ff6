//! Rotating the refresh token of a session.

use sea_orm::{QuerySelect, entity::prelude::*, sea_query::Expr};

use super::{Column, Entity, Model};

/// How many rotations are stored at most.
const MAX_STORED: usize = 32;

/// The length of a stored rotation, in bytes: its kind, and its time in microseconds.
const STORED: usize = 9;

/// How a refresh token was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotationKind {
    /// By its successor, for the client that sent it.
    Refreshed,
    /// By a token that is derived from its hash, for a client that did not send it.
    Replaced,
}

/// The rotation of a refresh token.
#[derive(Debug)]
pub struct Rotation {
    /// The hash of the token that is used.
    pub from: Vec<u8>,
    /// The hash of its successor.
    pub to: [u8; 32],
    /// The id of the access token that is issued with the successor.
    pub access_token: Uuid,
    /// How the token is replaced.
    pub kind: RotationKind,
    /// The rotations before this one that are still of interest, newest first.
    pub earlier: Vec<(RotationKind, DateTimeUtc)>,
    /// The time of the rotation.
    pub now: DateTimeUtc,
    /// When the session expires from now on.
    pub expires_at: DateTimeUtc,
    /// The address of the client.
    pub ip_address: Option<String>,
}

/// Rotates the refresh token of a session in one statement, and returns the session; `None` if another request was
/// first, or the session has ended or expired.
pub async fn rotate(db: &impl ConnectionTrait, id: Uuid, rotation: &Rotation) -> Result<Option<Model>, DbErr> {
    let all = [(rotation.kind, rotation.now)].into_iter().chain(rotation.earlier.iter().copied());
    let rotations: Vec<u8> = all.take(MAX_STORED).flat_map(|(kind, at)| encode(kind, at)).collect();
    let taken = Entity::update_many()
        .col_expr(Column::RefreshTokenHash, Expr::value(rotation.to.to_vec()))
        .col_expr(Column::RefreshedAt, Expr::value(rotation.now))
        .col_expr(Column::LastUsedAt, Expr::value(rotation.now))
        .col_expr(Column::ExpiresAt, Expr::value(rotation.expires_at))
        .col_expr(Column::Rotations, Expr::value(rotations))
        .col_expr(Column::UnusedAccessToken, Expr::value(rotation.access_token))
        .col_expr(Column::LastIpAddress, Expr::value(rotation.ip_address.clone()))
        .filter(Column::Id.eq(id))
        .filter(Column::RefreshTokenHash.eq(rotation.from.clone()))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(rotation.now))
        .exec_with_returning(db)
        .await?;
    Ok(taken.into_iter().next())
}

/// Records that the newest access token of a session was used.
pub async fn record_first_use(db: &impl ConnectionTrait, id: Uuid, access_token: Uuid) -> Result<(), DbErr> {
    let used = Entity::update_many()
        .col_expr(Column::UnusedAccessToken, Expr::value(None::<Uuid>))
        .filter(Column::Id.eq(id))
        .filter(Column::UnusedAccessToken.eq(access_token));
    used.exec(db).await.map(drop)
}

/// Records the address of a client that received the newest tokens of a session again.
pub async fn record_address(db: &impl ConnectionTrait, id: Uuid, ip_address: Option<String>) -> Result<(), DbErr> {
    let update = Entity::update_many().col_expr(Column::LastIpAddress, Expr::value(ip_address));
    update.filter(Column::Id.eq(id)).exec(db).await.map(drop)
}

/// Reads a session and locks its row until the transaction ends.
pub async fn lock(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).lock_exclusive().one(db).await
}

impl Model {
    /// The last rotations of the refresh token, newest first: how each was made, and when.
    pub fn rotations(&self) -> Vec<(RotationKind, DateTimeUtc)> {
        let Some(newest) = self.refreshed_at else { return Vec::new() };
        let stored = self.rotations.as_deref().unwrap_or_default();
        let stored: Vec<_> = stored.chunks_exact(STORED).filter_map(decode).collect();
        // A release that stores no rotations may have refreshed the session since.
        if stored.first().is_some_and(|(_, at)| *at == newest) {
            stored
        } else {
            vec![(RotationKind::Refreshed, newest)]
        }
    }
}

fn encode(kind: RotationKind, at: DateTimeUtc) -> [u8; STORED] {
    let mut bytes = [0; STORED];
    bytes[0] = u8::from(kind == RotationKind::Replaced);
    bytes[1..].copy_from_slice(&at.timestamp_micros().to_be_bytes());
    bytes
}

fn decode(bytes: &[u8]) -> Option<(RotationKind, DateTimeUtc)> {
    let (kind, at) = bytes.split_first()?;
    let kind = if *kind == 0 { RotationKind::Refreshed } else { RotationKind::Replaced };
    Some((kind, DateTimeUtc::from_timestamp_micros(i64::from_be_bytes(at.try_into().ok()?))?))
}

//! Reservations: a name that a user gave up stays theirs for a time, so that no other user is taken for them, and a change
//! that another person made can be undone.
//!
//! Every verb that gives a user a name calls [`reserved`] after its write, in the same transaction: a
//! request that waited for the row of the name then also sees its reservation.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::email::Email;
use crate::entity::reservation::{self, Model};

/// How long a username stays reserved.
const USERNAME_RESERVED: TimeDelta = TimeDelta::days(180);

/// The first of these names that is reserved for another user than this one.
pub(in crate::accounts) async fn reserved(
    db: &impl ConnectionTrait,
    names: impl IntoIterator<Item = &str>,
    user: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<String>, DbErr> {
    let reserved = reservation::of_names(db, names, now).await?;
    Ok(reserved.into_iter().find(|reservation| reservation.user_id != user).map(|reservation| reservation.canonical))
}

/// How long an e-mail address stays reserved, and its owner can take it back.
pub(in crate::accounts) const EMAIL_RESERVED: TimeDelta = TimeDelta::hours(72);

/// Replaces a username of a user by another one: reserves the old one, and ends the reservation of the new one.
pub(in crate::accounts) async fn replace_username(
    db: &impl ConnectionTrait,
    user_id: Uuid,
    old: Option<String>,
    new: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    reservation::remove(db, new).await?;
    let Some(canonical) = old.filter(|old| old != new) else { return Ok(()) };
    let expires_at = now + USERNAME_RESERVED;
    reservation::put(db, Model { canonical, user_id, expires_at, written: None, ticket_hash: None }).await
}

/// Replaces the verified e-mail address of a user by another one: reserves the old one, so that no other user takes it
/// before its owner takes it back, and ends the reservation of the new one.
pub(in crate::accounts) async fn replace_email(
    db: &impl ConnectionTrait,
    user_id: Uuid,
    old: Option<Email>,
    new: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    reservation::remove(db, new).await?;
    let Some(old) = old.filter(|old| old.canonical != new) else { return Ok(()) };
    let (canonical, written, expires_at) = (old.canonical, Some(old.written), now + EMAIL_RESERVED);
    reservation::put(db, Model { canonical, user_id, expires_at, written, ticket_hash: None }).await
}

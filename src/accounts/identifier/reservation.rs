//! Reservations: a name that a user gave up stays theirs for a time, so that no other user is taken for them.
//!
//! Every verb that gives a user a name calls [`reserved`] after its write, in the same transaction: a
//! request that waited for the row of the name then also sees its reservation.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use crate::entity::reservation;

/// How long a username stays reserved.
pub(in crate::accounts) const USERNAME_RESERVED: TimeDelta = TimeDelta::days(180);

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

/// Replaces one name of a user by another: reserves the old one, and ends the reservation of the new one.
pub(in crate::accounts) async fn replace(
    db: &impl ConnectionTrait,
    user_id: Uuid,
    old: Option<String>,
    new: &str,
    until: DateTime<Utc>,
) -> Result<(), DbErr> {
    reservation::remove(db, new).await?;
    match old.filter(|old| old != new) {
        Some(canonical) => reservation::put(db, reservation::Model { canonical, user_id, expires_at: until }).await,
        None => Ok(()),
    }
}

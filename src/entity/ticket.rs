//! The `tickets` table: single-use secrets that were sent by mail, the newest one of each user and purpose. The ones before
//! it that are still valid are in `earlier_tickets`.

use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict};

use super::earlier_ticket;

/// A row of `tickets`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tickets")]
pub struct Model {
    /// The user, or the id that a pending registration is going to have.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// The purpose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub purpose: Purpose,
    /// The hash of the secret.
    pub hash: Vec<u8>,
    /// The event that caused the mail. Of several tickets, the one of the latest event is the newest, however long its mail
    /// took.
    pub event_id: Uuid,
    /// The address that it was sent to.
    pub sent_to: String,
    /// When the ticket expires.
    pub expires_at: DateTimeUtc,
    /// When the ticket was used; null until then.
    pub used_at: Option<DateTimeUtc>,
}

/// The purpose of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Purpose {
    /// To verify the address of a user.
    #[sea_orm(string_value = "verify_email")]
    VerifyEmail,
    /// To verify an address and complete a registration.
    #[sea_orm(string_value = "register")]
    Register,
    /// To choose a new password.
    #[sea_orm(string_value = "reset_password")]
    ResetPassword,
    /// To take back an address that was replaced. Kept with its reservation, not in this table.
    #[sea_orm(string_value = "revert_email_change")]
    RevertEmailChange,
    /// To verify a new address, and change to it.
    #[sea_orm(string_value = "change_email")]
    ChangeEmail,
}

impl Purpose {
    /// The name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::Register => "register",
            Self::ResetPassword => "reset_password",
            Self::ChangeEmail => "change_email",
            Self::RevertEmailChange => "revert_email_change",
        }
    }
}

/// Tickets belong to users and to pending registrations.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How many tickets of one user and purpose are valid at the same time: a client that requests another one must not make
/// the link useless that the owner is about to follow.
const VALID_AT_ONCE: usize = 3;

/// Inserts a ticket. The last three of a user and purpose, in the order of their events, remain valid; false if three later
/// ones exist, so that the new one is not needed. An event after `latest` was recorded by a wrong clock, and counts as the
/// earliest.
pub async fn put(db: &impl ConnectionTrait, new: Model, now: DateTimeUtc, latest: Uuid) -> Result<bool, DbErr> {
    let nothing = OnConflict::columns([Column::UserId, Column::Purpose]).do_nothing().to_owned();
    let inserted = Entity::insert(new.clone().into_active_model()).on_conflict(nothing);
    if inserted.exec_without_returning(db).await? > 0 {
        return Ok(true);
    }
    // The row exists, so this locks the tickets of the user and purpose until the transaction ends.
    let Some(current) = Entity::find_by_id((new.user_id, new.purpose)).lock_exclusive().one(db).await? else {
        return Ok(false);
    };
    let earlier = earlier_ticket::all(db, new.user_id, new.purpose).await?;
    let is_needed = |ticket: &Model| {
        // A mail that is sent twice has one ticket, the second.
        ticket.used_at.is_none() && ticket.expires_at > now && ticket.event_id != new.event_id
    };
    let others = earlier.iter().cloned().map(Model::from).chain([current.clone()]);
    let mut all: Vec<Model> = others.filter(is_needed).chain([new.clone()]).collect();
    all.sort_by_key(|ticket| (ticket.event_id <= latest, ticket.event_id));
    let all = all.split_off(all.len().saturating_sub(VALID_AT_ONCE));

    let Some((newest, rest)) = all.split_last() else { return Ok(false) };
    let is_unused = |ticket: &&earlier_ticket::Model| ticket.used_at.is_none();
    let outdated = earlier.iter().filter(is_unused).filter(|ticket| rest.iter().all(|kept| kept.hash != ticket.hash));
    earlier_ticket::remove(db, outdated.map(|ticket| ticket.hash.clone()).collect()).await?;
    if newest.hash != current.hash {
        newest.clone().into_active_model().reset_all().update(db).await?;
    }
    for ticket in rest {
        earlier_ticket::insert(db, ticket.clone().into()).await?;
    }
    Ok(all.iter().any(|ticket| ticket.hash == new.hash))
}

/// The ticket with this hash.
pub async fn find(db: &impl ConnectionTrait, hash: &[u8]) -> Result<Option<Model>, DbErr> {
    match Entity::find().filter(Column::Hash.eq(hash)).one(db).await? {
        Some(ticket) => Ok(Some(ticket)),
        None => Ok(earlier_ticket::find(db, hash).await?.map(Model::from)),
    }
}

/// Uses a ticket, and with it every other one of the same user and purpose, in a transaction; false if another request was
/// first, or the ticket was removed.
pub async fn consume(db: &impl ConnectionTrait, ticket: &Model, now: DateTimeUtc) -> Result<bool, DbErr> {
    // Whichever of the tickets is used, this locks all of them.
    let Some(current) = Entity::find_by_id((ticket.user_id, ticket.purpose)).lock_exclusive().one(db).await? else {
        return Ok(false);
    };
    let is_valid = if current.hash == ticket.hash {
        current.used_at.is_none() && current.expires_at > now
    } else {
        earlier_ticket::consume(db, &ticket.hash, now).await?
    };
    if !is_valid {
        return Ok(false);
    }
    if current.used_at.is_none() {
        let used = Model { used_at: Some(now), ..current };
        used.into_active_model().reset_all().update(db).await?;
    }
    earlier_ticket::consume_all(db, ticket.user_id, ticket.purpose, now).await?;
    Ok(true)
}

/// Removes the tickets that someone who knew the old password may have requested, and those that were to replace it.
pub async fn remove_of_old_password(db: &impl ConnectionTrait, user_id: Uuid) -> Result<(), DbErr> {
    let purposes = [Purpose::ChangeEmail, Purpose::ResetPassword];
    let unused = Entity::delete_many().filter(Column::UserId.eq(user_id)).filter(Column::Purpose.is_in(purposes));
    unused.filter(Column::UsedAt.is_null()).exec(db).await?;
    earlier_ticket::remove_unused(db, user_id, purposes).await
}

/// Removes at most `most` tickets that expired before this moment, and returns how many.
pub async fn remove_expired(db: &impl ConnectionTrait, before: DateTimeUtc, most: u64) -> Result<u64, DbErr> {
    let expired = Entity::find().filter(Column::ExpiresAt.lt(before));
    super::remove(db, Column::Hash, expired.order_by_asc(Column::ExpiresAt).limit(most)).await
}

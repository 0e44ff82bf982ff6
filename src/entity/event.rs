//! The `events` table: what happened, and the mail that is pending because of it.

use sea_orm::{
    IntoActiveModel, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait},
};

/// A row of `events`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "events")]
pub struct Model {
    /// UUIDv7, so ids sort by age.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// When it happened.
    pub at: DateTimeUtc,
    /// The event with its details, as in the log.
    pub line: String,
    /// The user or the pending registration that it is about, if it is known.
    pub user_id: Option<Uuid>,
    /// The mail that it causes, if any.
    pub mail: Option<String>,
    /// The recipient; null for the current address of the user, and once the mail is no longer pending.
    pub mail_to: Option<String>,
    /// The language of the mail.
    pub language: Option<String>,
    /// When to send the mail or to try again; null once it is no longer pending.
    pub due_at: Option<DateTimeUtc>,
    /// How many tries failed.
    pub tries: i32,
    /// How many of those because the recipient or the text was refused permanently.
    pub refusals: i32,
    /// How many times the mail was handed over to a mail server that did not answer.
    pub handed_over: i32,
    /// The outcome of the mail.
    pub outcome: Option<Outcome>,
    /// The address of the client whose request caused the event.
    pub ip_address: Option<String>,
    /// The name of its device.
    pub user_agent: Option<String>,
}

/// The outcome of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Outcome {
    /// A mail server accepted it.
    #[sea_orm(string_value = "sent")]
    Sent,
    /// It has no recipient, or is no longer needed.
    #[sea_orm(string_value = "needless")]
    NotNeeded,
    /// It was given up after many tries.
    #[sea_orm(string_value = "given_up")]
    GivenUp,
}

/// Events outlive what they are about.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Inserts an event.
pub async fn insert(db: &impl ConnectionTrait, event: Model) -> Result<(), DbErr> {
    Entity::insert(event.into_active_model()).exec_without_returning(db).await.map(drop)
}

/// Claims at most `most` pending mails until this moment: no other instance claims them before.
pub async fn claim(
    db: &impl ConnectionTrait,
    now: DateTimeUtc,
    until: DateTimeUtc,
    most: u64,
) -> Result<Vec<Model>, DbErr> {
    let due = || Entity::find().filter(Column::DueAt.lte(now)).order_by_asc(Column::DueAt).limit(most);
    // This query takes no lock, and mostly finds nothing.
    if due().one(db).await?.is_none() {
        return Ok(Vec::new());
    }
    let claimed = Entity::update_many()
        .col_expr(Column::DueAt, Expr::value(until))
        .filter(Column::Id.in_subquery(super::unlocked(Column::Id, due())));
    claimed.exec_with_returning(db).await
}

/// Records that a claimed mail is about to be handed over; false if it is no longer claimed.
pub async fn hand_over(db: &impl ConnectionTrait, id: Uuid, claimed_until: DateTimeUtc) -> Result<bool, DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::HandedOver, Expr::col(Column::HandedOver).add(1))
        .filter(Column::Id.eq(id))
        .filter(Column::DueAt.eq(claimed_until));
    Ok(update.exec(db).await?.rows_affected > 0)
}

/// The result of a try.
#[derive(Clone, Copy, Debug)]
pub enum Tried {
    /// The mail is no longer pending.
    Finished(Outcome),
    /// The mail is tried again. If it was handed over, it is unknown whether it was delivered.
    Retry {
        /// When.
        due_at: DateTimeUtc,
        /// Whether it was certainly not delivered this time, although it was recorded as handed over.
        certainly_not_sent: bool,
        /// Whether its recipient or its text was refused permanently.
        refused: bool,
    },
}

/// Records the result of a try, unless the mail was claimed by another instance since. A mail that is no longer pending
/// loses its address, and an event that is about no user is removed with it, because a client can cause many of those.
pub async fn tried(
    db: &impl ConnectionTrait,
    event: &Model,
    claimed_until: DateTimeUtc,
    result: Tried,
) -> Result<(), DbErr> {
    let ours = Column::Id.eq(event.id).and(Column::DueAt.eq(claimed_until));
    if matches!(result, Tried::Finished(Outcome::NotNeeded)) && event.user_id.is_none() {
        return Entity::delete_many().filter(ours).exec(db).await.map(drop);
    }
    let update = Entity::update_many().filter(ours);
    let update = match result {
        Tried::Finished(outcome) => update
            .col_expr(Column::DueAt, Expr::value(None::<DateTimeUtc>))
            .col_expr(Column::MailTo, Expr::value(None::<String>))
            .col_expr(Column::Outcome, Expr::value(outcome)),
        Tried::Retry { due_at, certainly_not_sent, refused } => update
            .col_expr(Column::DueAt, Expr::value(due_at))
            .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
            .col_expr(Column::Refusals, Expr::col(Column::Refusals).add(i32::from(refused)))
            .col_expr(Column::HandedOver, Expr::col(Column::HandedOver).sub(i32::from(certainly_not_sent))),
    };
    update.exec(db).await.map(drop)
}

/// Removes at most `most` events that are older than this id and have no pending mail, and returns how many.
pub async fn remove_older(db: &impl ConnectionTrait, id: Uuid, most: u64) -> Result<u64, DbErr> {
    let older = Entity::find().filter(Column::Id.lt(id)).filter(Column::DueAt.is_null()).order_by_asc(Column::Id);
    super::remove(db, Column::Id, older.limit(most)).await
}

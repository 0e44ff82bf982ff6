//! The `events` table: what happened, and the mail that is due because of it.

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
    /// What happened and to whom, as the log has it.
    pub line: String,
    /// Whom it is about, or who is about to become a user by it; not always known.
    pub user_id: Option<Uuid>,
    /// Which mail it causes, if any.
    pub mail: Option<String>,
    /// Where to; null where the user's own address is meant, and once nothing is due any more.
    pub mail_to: Option<String>,
    /// In which language.
    pub language: Option<String>,
    /// When to send it, or to try again; null once that is over.
    pub due_at: Option<DateTimeUtc>,
    /// How many times it was not sent.
    pub tries: i32,
    /// How many of those because its recipient or its text was refused for good.
    pub refusals: i32,
    /// How many times it was handed over to a mail server that did not say what became of it.
    pub handed_over: i32,
    /// What became of the mail.
    pub outcome: Option<Outcome>,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Outcome {
    /// A mail server took it.
    #[sea_orm(string_value = "sent")]
    Sent,
    /// There is nobody to send it to, or nothing to say any more.
    #[sea_orm(string_value = "needless")]
    Needless,
    /// It was tried for long enough.
    #[sea_orm(string_value = "given_up")]
    GivenUp,
}

/// Events outlive what they are about.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Writes an event down.
pub async fn insert(db: &impl ConnectionTrait, event: Model) -> Result<(), DbErr> {
    Entity::insert(event.into_active_model()).exec_without_returning(db).await.map(drop)
}

/// Takes up to so many mails that are due, for as long as `until`: nobody else takes them before.
pub async fn claim(
    db: &impl ConnectionTrait,
    now: DateTimeUtc,
    until: DateTimeUtc,
    most: u64,
) -> Result<Vec<Model>, DbErr> {
    let due = || Entity::find().filter(Column::DueAt.lte(now)).order_by_asc(Column::DueAt).limit(most);
    // A look takes no lock, and mostly finds nothing.
    if due().one(db).await?.is_none() {
        return Ok(Vec::new());
    }
    let claimed = Entity::update_many()
        .col_expr(Column::DueAt, Expr::value(until))
        .filter(Column::Id.in_subquery(super::unlocked(Column::Id, due())));
    claimed.exec_with_returning(db).await
}

/// Notes that a claimed mail is about to be handed over; false when it is not claimed any more.
pub async fn hand_over(db: &impl ConnectionTrait, id: Uuid, claimed_until: DateTimeUtc) -> Result<bool, DbErr> {
    let noted = Entity::update_many()
        .col_expr(Column::HandedOver, Expr::col(Column::HandedOver).add(1))
        .filter(Column::Id.eq(id))
        .filter(Column::DueAt.eq(claimed_until));
    Ok(noted.exec(db).await?.rows_affected > 0)
}

/// What came of a try.
#[derive(Clone, Copy, Debug)]
pub enum Tried {
    /// It is over.
    Over(Outcome),
    /// It is tried again then. Whether somebody may have got it nobody knows, where it was handed over.
    Again {
        /// When.
        due_at: DateTimeUtc,
        /// Whether it was certainly not delivered this time, though it was about to be.
        took_back: bool,
        /// Whether its recipient or its text was refused for good.
        refused: bool,
    },
}

/// Notes what came of a try, unless the mail was claimed anew since. Where it was to go is forgotten with the end of it, and
/// with it an event that turned out to be about nobody: anybody can make many of those.
pub async fn tried(
    db: &impl ConnectionTrait,
    event: &Model,
    claimed_until: DateTimeUtc,
    came_of_it: Tried,
) -> Result<(), DbErr> {
    let ours = Column::Id.eq(event.id).and(Column::DueAt.eq(claimed_until));
    if matches!(came_of_it, Tried::Over(Outcome::Needless)) && event.user_id.is_none() {
        return Entity::delete_many().filter(ours).exec(db).await.map(drop);
    }
    let noted = Entity::update_many().filter(ours);
    let noted = match came_of_it {
        Tried::Over(outcome) => noted
            .col_expr(Column::DueAt, Expr::value(None::<DateTimeUtc>))
            .col_expr(Column::MailTo, Expr::value(None::<String>))
            .col_expr(Column::Outcome, Expr::value(outcome)),
        Tried::Again { due_at, took_back, refused } => noted
            .col_expr(Column::DueAt, Expr::value(due_at))
            .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
            .col_expr(Column::Refusals, Expr::col(Column::Refusals).add(i32::from(refused)))
            .col_expr(Column::HandedOver, Expr::col(Column::HandedOver).sub(i32::from(took_back))),
    };
    noted.exec(db).await.map(drop)
}

/// Removes up to so many events that are older than this id and cause nothing any more, and says how many that were.
pub async fn remove_older(db: &impl ConnectionTrait, id: Uuid, most: u64) -> Result<u64, DbErr> {
    let older = Entity::find().filter(Column::Id.lt(id)).filter(Column::DueAt.is_null()).order_by_asc(Column::Id);
    super::remove(db, Column::Id, older.limit(most)).await
}

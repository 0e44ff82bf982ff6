//! Canonical forms of identifiers by what mail and readers take for the same, and skeletons of usernames.

use std::collections::{HashMap, HashSet};

use latchkey_names::{Address, Username, former, skeleton};
use sea_orm::{ConnectionTrait, prelude::Uuid};
use sea_orm_migration::prelude::*;

/// Adds `users.username_skeleton`, and converts the canonical forms of `users` and `newcomers`. Where two users would get
/// the same form, the one who has it or who registered first gets it; the other one keeps the former form, or has no
/// skeleton. The previous release runs on, but finds converted users by their former spelling only if nothing changed.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// How many rows are converted at once.
const BATCH: u64 = 500;

/// The form of a text; `None` if it has none and stays as it is.
type Form = fn(&str) -> Option<String>;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = ColumnDef::new(Names::UsernameSkeleton).text().to_owned();
        manager.alter_table(Table::alter().table(Names::Users).add_column(column).to_owned()).await?;
        let index = Index::create().name("users_username_skeleton_key").table(Names::Users).to_owned();
        manager.create_index(index.clone().col(Names::UsernameSkeleton).unique().to_owned()).await?;
        let db = manager.get_connection();
        let email: Form = |text| Address::parse(text).map(|address| address.canonical());
        let username: Form = |text| Username::parse(text).ok().map(|name| name.canonical);
        convert(db, Names::Newcomers, email, username, None).await?;
        convert(db, Names::Users, email, username, Some(|text| Some(skeleton(text)))).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let before: Form = |text| Some(former(text));
        for table in [Names::Newcomers, Names::Users] {
            convert(manager.get_connection(), table, before, before, None).await?;
        }
        let index = Index::drop().name("users_username_skeleton_key").table(Names::Users).to_owned();
        manager.drop_index(index).await?;
        let column = Table::alter().table(Names::Users).drop_column(Names::UsernameSkeleton).to_owned();
        manager.alter_table(column).await
    }
}

/// Writes the forms of every row of a table, in the order of the ids, which is the order of registration.
async fn convert(
    db: &impl ConnectionTrait,
    table: Names,
    email: Form,
    username: Form,
    skeleton: Option<Form>,
) -> Result<(), DbErr> {
    let mut last = Uuid::nil();
    loop {
        let columns = [Names::Id, Names::Email, Names::EmailCanonical, Names::Username, Names::UsernameCanonical];
        let mut page = Query::select();
        page.columns(columns).from(table).and_where(Expr::col(Names::Id).gt(last)).order_by(Names::Id, Order::Asc);
        let rows = db.query_all(page.limit(BATCH)).await?;
        let mut forms: [Vec<(Uuid, String)>; 3] = Default::default();
        for row in &rows {
            last = row.try_get("", "id")?;
            let text = |column: &str| row.try_get::<Option<String>>("", column);
            let (written, stored) = (text("email")?, text("email_canonical")?);
            let changed = written.as_deref().and_then(email).filter(|form| Some(form) != stored.as_ref());
            forms[0].extend(changed.map(|form| (last, form)));
            let (written, stored) = (text("username")?, text("username_canonical")?);
            let changed = written.as_deref().and_then(username).filter(|form| Some(form) != stored.as_ref());
            forms[1].extend(changed.map(|form| (last, form)));
            forms[2].extend(written.as_deref().zip(skeleton).and_then(|(text, form)| Some((last, form(text)?))));
        }
        let columns = [Names::EmailCanonical, Names::UsernameCanonical, Names::UsernameSkeleton];
        for (column, forms) in columns.into_iter().zip(forms) {
            write(db, table, column, forms).await?;
        }
        if rows.len() < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            return Ok(());
        }
    }
}

/// Writes the new values of a column, of which no user gets one that another user has.
async fn write(
    db: &impl ConnectionTrait,
    table: Names,
    column: Names,
    mut values: Vec<(Uuid, String)>,
) -> Result<(), DbErr> {
    if matches!(table, Names::Users) && !values.is_empty() {
        let mut taken = Query::select();
        taken.column(column).from(table);
        taken.and_where(Expr::col(column).is_in(values.iter().map(|(_, value)| value.clone())));
        let taken = db.query_all(&taken).await?;
        let mut taken: HashSet<String> = taken.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
        values.retain(|(_, value)| taken.insert(value.clone()));
    }
    if values.is_empty() {
        return Ok(());
    }
    let mut update = Query::update();
    update.table(table).and_where(Expr::col(Names::Id).is_in(values.iter().map(|(id, _)| *id)));
    let cases = values.into_iter().collect::<HashMap<_, _>>().into_iter();
    let value = cases.fold(CaseStatement::new(), |cases, (id, value)| cases.case(Expr::col(Names::Id).eq(id), value));
    db.execute(update.value(column, value)).await.map(drop)
}

#[derive(Clone, Copy, DeriveIden)]
enum Names {
    Users,
    Newcomers,
    Id,
    Email,
    EmailCanonical,
    Username,
    UsernameCanonical,
    UsernameSkeleton,
}

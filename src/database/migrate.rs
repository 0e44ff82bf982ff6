//! Bringing the database up to date, by one instance at a time.

use latchkey_migration::{IntoSchemaManagerConnection, Migrator, MigratorTrait, SchemaManager, seaql_migrations};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, EntityTrait};

use super::{begin, retry::explained};

/// What PostgreSQL's advisory lock is taken on: the first bytes of our name.
const LOCK: i64 = i64::from_be_bytes(*b"latchkey");

/// A migration step and whether this database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// The step's name, which begins with its date.
    pub name: String,
    /// Whether it was taken.
    pub applied: bool,
}

/// Takes every step that is missing, and says how many that were. Instances that start together wait for each other.
///
/// # Errors
///
/// When the database does not answer or a step fails; then none was taken.
pub async fn migrate_up(db: &DatabaseConnection) -> Result<usize, DbErr> {
    match pending(db).await {
        Ok(steps) if steps.is_empty() => return Ok(0),
        Ok(_) => {}
        Err(error) => return Err(explained(db, error).await),
    }

    let transaction = begin_alone(db).await?;
    let missing = pending(&transaction).await?.len();
    if missing > 0 {
        Migrator::up(&transaction, None).await?;
    }
    transaction.commit().await?;
    Ok(missing)
}

/// Takes back the last steps, and says how many that were.
///
/// # Errors
///
/// When the database does not answer or a step fails; then none was taken back.
pub async fn migrate_down(db: &DatabaseConnection, steps: u32) -> Result<usize, DbErr> {
    let transaction = begin_alone(db).await?;
    let before = applied(&transaction).await?.len();
    Migrator::down(&transaction, Some(steps)).await?;
    let after = applied(&transaction).await?.len();
    transaction.commit().await?;
    Ok(before - after)
}

/// Every step that this version knows, oldest first.
///
/// # Errors
///
/// When the database does not answer.
pub async fn status(db: &DatabaseConnection) -> Result<Vec<Migration>, DbErr> {
    let applied = applied(db).await?;
    let steps = Migrator::migrations();
    Ok(steps
        .iter()
        .map(|step| Migration { name: step.name().to_owned(), applied: applied.iter().any(|name| name == step.name()) })
        .collect())
}

/// The names of the missing steps. Steps of a newer version, which this one does not know, are none of its business:
/// they only add, so it runs beside them.
pub(super) async fn pending<'c>(db: impl IntoSchemaManagerConnection<'c>) -> Result<Vec<String>, DbErr> {
    let applied = applied(db).await?;
    let steps = Migrator::migrations();
    Ok(steps.iter().map(|step| step.name().to_owned()).filter(|name| !applied.contains(name)).collect())
}

/// The names of the steps that this database has, whoever took them. Creates nothing.
async fn applied<'c>(db: impl IntoSchemaManagerConnection<'c>) -> Result<Vec<String>, DbErr> {
    let manager = SchemaManager::new(db);
    if !manager.has_table("seaql_migrations").await? {
        return Ok(Vec::new());
    }
    let applied = seaql_migrations::Entity::find().all(manager.get_connection()).await?;
    Ok(applied.into_iter().map(|step| step.version).collect())
}

/// A transaction in which no other instance migrates.
async fn begin_alone(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let transaction = begin(db).await?;
    // SQLite's own write lock is enough.
    if db.get_database_backend() == DbBackend::Postgres {
        // A large table takes its time, and so does the instance that came first.
        transaction.execute_unprepared("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0").await?;
        transaction.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
    }
    Ok(transaction)
}

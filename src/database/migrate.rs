//! Applies and reverts migrations, one instance at a time.

use latchkey_migration::{IntoSchemaManagerConnection, Migrator, MigratorTrait, SchemaManager, seaql_migrations};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, EntityTrait};

use super::{begin, failure::with_reason};

/// The key of PostgreSQL's advisory lock: the name of this program.
const LOCK: i64 = i64::from_be_bytes(*b"latchkey");

/// A migration, and whether it is applied to this database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// The name, which begins with a date.
    pub name: String,
    /// Whether it is applied.
    pub applied: bool,
}

/// Applies all pending migrations in one transaction, and returns their number. Instances that start at the same time
/// wait for each other.
///
/// # Errors
///
/// When the database cannot be reached or a migration fails; then none is applied.
pub async fn migrate_up(db: &DatabaseConnection) -> Result<usize, DbErr> {
    match pending(db).await {
        Ok(pending) if pending.is_empty() => return Ok(0),
        Ok(_) => {}
        Err(error) => return Err(with_reason(db, error).await),
    }

    let transaction = begin_exclusive(db).await?;
    let missing = pending(&transaction).await?.len();
    if missing > 0 {
        Migrator::up(&transaction, None).await?;
    }
    transaction.commit().await?;
    Ok(missing)
}

/// Reverts the last migrations in one transaction, and returns their number.
///
/// # Errors
///
/// When the database cannot be reached or a migration fails; then none is reverted.
pub async fn migrate_down(db: &DatabaseConnection, count: u32) -> Result<usize, DbErr> {
    let transaction = begin_exclusive(db).await?;
    let before = applied(&transaction).await?.len();
    Migrator::down(&transaction, Some(count)).await?;
    let after = applied(&transaction).await?.len();
    transaction.commit().await?;
    Ok(before - after)
}

/// All migrations of this version, oldest first.
///
/// # Errors
///
/// When the database cannot be queried.
pub async fn status(db: &DatabaseConnection) -> Result<Vec<Migration>, DbErr> {
    let applied = applied(db).await?;
    let migrations = Migrator::migrations();
    Ok(migrations
        .iter()
        .map(|migration| {
            let name = migration.name().to_owned();
            Migration { applied: applied.contains(&name), name }
        })
        .collect())
}

/// Whether the database can be queried and has all migrations of this version.
pub async fn is_ready(db: &DatabaseConnection) -> bool {
    matches!(pending(db).await.as_deref(), Ok([]))
}

/// The names of the pending migrations. Ignores migrations of a newer version, which only add to the schema, so that
/// both versions can run at the same time.
async fn pending<'c>(db: impl IntoSchemaManagerConnection<'c>) -> Result<Vec<String>, DbErr> {
    let applied = applied(db).await?;
    let migrations = Migrator::migrations();
    Ok(migrations.iter().map(|migration| migration.name().to_owned()).filter(|name| !applied.contains(name)).collect())
}

/// The names of the applied migrations, of any version. Creates no table.
async fn applied<'c>(db: impl IntoSchemaManagerConnection<'c>) -> Result<Vec<String>, DbErr> {
    let manager = SchemaManager::new(db);
    if !manager.has_table("seaql_migrations").await? {
        return Ok(Vec::new());
    }
    let applied = seaql_migrations::Entity::find().all(manager.get_connection()).await?;
    Ok(applied.into_iter().map(|migration| migration.version).collect())
}

/// Begins a transaction that excludes migrations by other instances.
async fn begin_exclusive(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let transaction = begin(db).await?;
    // The write lock of SQLite is enough.
    if db.get_database_backend() == DbBackend::Postgres {
        // The migration of a large table takes long, and so does waiting for another instance.
        transaction.execute_unprepared("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0").await?;
        transaction.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
    }
    Ok(transaction)
}

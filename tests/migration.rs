//! Every migration can be applied, reverted and applied again, on both databases, and creates what the entities expect.

#[path = "support/database.rs"]
mod database;

use database::{Kind, TestDatabase};
use latchkey::database::{DatabaseUrl, migrate_down, migrate_up, open, status};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

#[tokio::test]
async fn up_down_up_on_sqlite() {
    up_down_up(Kind::Sqlite).await;
}

#[tokio::test]
async fn up_down_up_on_postgresql() {
    up_down_up(Kind::Postgresql).await;
}

async fn up_down_up(kind: Kind) {
    let database = TestDatabase::create(kind).await;
    let url: DatabaseUrl = database.url.parse().unwrap();
    let db = open(&url, 3).await.unwrap();
    let steps = status(&db).await.unwrap();
    assert!(steps.len() >= 3 && steps.iter().all(|step| !step.applied));

    // Reverts one more migration in each round and applies them again, which must restore the schema.
    assert_eq!(migrate_up(&db).await.unwrap(), steps.len());
    let all = schema(&db).await;
    assert!(all.iter().any(|table| table.contains("users")), "{all:?}");
    for down in 1..=steps.len() {
        let count = u32::try_from(down).unwrap();
        migrate_down(&db, count).await.unwrap();
        let left = status(&db).await.unwrap().iter().filter(|step| step.applied).count();
        assert_eq!(left, steps.len() - down);
        assert_eq!(migrate_up(&db).await.unwrap(), down);
        assert_eq!(schema(&db).await, all, "after {down} steps down and up again");
    }
    assert_eq!(migrate_up(&db).await.unwrap(), 0);

    migrate_down(&db, u32::try_from(steps.len()).unwrap()).await.unwrap();
    let left = schema(&db).await;
    assert!(left.iter().all(|line| line.contains("seaql_migrations")), "{left:?}");
    db.close().await.unwrap();
    database.drop().await;
}

#[tokio::test]
async fn an_older_version_accepts_a_newer_database() {
    for kind in [Kind::Sqlite, Kind::Postgresql] {
        let database = TestDatabase::create(kind).await;
        let db = open(&database.url.parse().unwrap(), 3).await.unwrap();
        migrate_up(&db).await.unwrap();
        let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99991231_000001_of_the_future', 0)";
        db.execute_unprepared(newer).await.unwrap();
        assert_eq!(migrate_up(&db).await.unwrap(), 0);
        assert!(latchkey::database::is_ready(&db).await);
        db.close().await.unwrap();
        database.drop().await;
    }
}

/// Every table, column and index, as the database itself describes them.
async fn schema(db: &DatabaseConnection) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT name || ': ' || COALESCE(sql, '') AS line FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY 1"
        }
        _ => {
            "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS line
             FROM information_schema.columns WHERE table_schema = 'public'
             UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
             UNION SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
             WHERE connamespace = 'public'::regnamespace ORDER BY 1"
        }
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "line").unwrap()).collect()
}

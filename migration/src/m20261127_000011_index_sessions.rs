//! Partial indexes that separate ended sessions from open ones.

use sea_orm_migration::prelude::*;

/// Adds indexes to `sessions`: a user may have many ended sessions, which a list of the open ones must not read.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// The name of each index, and what it covers.
const INDEXES: [(&str, &str); 3] = [
    // The open sessions of a user, newest first: ids are UUIDv7, so they sort by age.
    ("sessions_open_idx", "(user_id, id) WHERE ended_at IS NULL"),
    // The ended sessions of a user since a moment, in the order in which they ended.
    ("sessions_ended_idx", "(user_id, ended_at, id) WHERE ended_at IS NOT NULL"),
    // The ended sessions that the cleanup removes; there is an index of expired ones already.
    ("sessions_ended_at_idx", "(ended_at) WHERE ended_at IS NOT NULL"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, of) in INDEXES {
            let sql = format!("CREATE INDEX {name} ON sessions {of}");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            manager.get_connection().execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        Ok(())
    }
}

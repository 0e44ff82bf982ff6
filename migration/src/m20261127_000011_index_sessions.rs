//! Indexes that keep the sessions that ended out of the way of the ones that are open.

use sea_orm_migration::prelude::*;

/// Adds indexes of `sessions`: a user may have many ended ones, which a list of the open ones must not walk through.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Each index, and what it is on.
const INDEXES: [(&str, &str); 3] = [
    // A user's open sessions, newest first: ids are UUIDv7, so they sort by age.
    ("sessions_open_idx", "(user_id, id) WHERE ended_at IS NULL"),
    // A user's sessions that ended since a moment, in the order in which they did.
    ("sessions_ended_idx", "(user_id, ended_at, id) WHERE ended_at IS NOT NULL"),
    // What the cleanup removes; those that expired have an index already.
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

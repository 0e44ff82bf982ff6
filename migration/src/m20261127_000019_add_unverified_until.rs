//! When a registration that was never verified gives its names back.

use sea_orm_migration::prelude::*;

/// Adds `unverified_until` to `users`, with an index for the cleanup, and indexes for the names of pending
/// registrations.
#[derive(DeriveMigrationName)]
pub struct Migration;

const INDEXES: [(&str, &str); 3] = [
    ("users_unverified_until_idx", "users (unverified_until) WHERE unverified_until IS NOT NULL"),
    ("newcomers_email_idx", "newcomers (email_canonical, id)"),
    ("newcomers_username_idx", "newcomers (username_canonical, id) WHERE username_canonical IS NOT NULL"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let until = ColumnDef::new(Users::UnverifiedUntil).timestamp_with_time_zone().to_owned();
        manager.alter_table(Table::alter().table(Users::Table).add_column(until).to_owned()).await?;
        for (name, of) in INDEXES {
            manager.get_connection().execute_unprepared(&format!("CREATE INDEX {name} ON {of}")).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            manager.get_connection().execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        manager.alter_table(Table::alter().table(Users::Table).drop_column(Users::UnverifiedUntil).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Users {
    Table,
    UnverifiedUntil,
}

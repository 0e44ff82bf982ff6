//! Device tokens of users, and the index by which the most expensive password hash is found.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds `device_generation` to `users`, and an index on the cost in `passwords.hash`, which has the form `$2b$12$…`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let generation = ColumnDef::new(Users::DeviceGeneration).integer().not_null().default(0).to_owned();
        manager.alter_table(Table::alter().table(Users::Table).add_column(generation).to_owned()).await?;
        let cost = match manager.get_database_backend() {
            DbBackend::Postgres => "(substr(hash, 5, 2) COLLATE \"C\")",
            _ => "substr(hash, 5, 2)",
        };
        let index = format!("CREATE INDEX passwords_cost_idx ON passwords ({cost})");
        manager.get_connection().execute_unprepared(&index).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP INDEX passwords_cost_idx").await?;
        manager.alter_table(Table::alter().table(Users::Table).drop_column(Users::DeviceGeneration).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Users {
    Table,
    DeviceGeneration,
}

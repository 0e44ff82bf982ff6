//! The table `attempts`: the counters of the rate limits.

use sea_orm_migration::prelude::*;

/// Creates `attempts` without an index besides its key, so that PostgreSQL updates the few rows that change often in
/// place. There are too few rows for the cleanup to need one.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Attempts::Table)
                    .col(ColumnDef::new(Attempts::Key).binary().not_null().primary_key())
                    .col(ColumnDef::new(Attempts::LastAt).timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new(Attempts::ForgottenAt).timestamp_with_time_zone().not_null())
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Attempts::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Attempts {
    Table,
    Key,
    LastAt,
    ForgottenAt,
}

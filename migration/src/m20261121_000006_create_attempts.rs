//! The table `attempts`: how often something was tried.

use sea_orm_migration::prelude::*;

/// Creates `attempts`, with no index but its key: PostgreSQL then updates the few rows that change all the time in place,
/// and there are never so many that the sweep would need one.
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

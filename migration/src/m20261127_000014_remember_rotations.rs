//! Refreshing: which tokens of a session were rotated a moment ago, and whether the newest pair was used.

use sea_orm_migration::prelude::*;

/// Adds the columns for retries of a refresh to `sessions`. None has a value in existing rows.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for mut column in [
            ColumnDef::new(Sessions::Rotations).binary().to_owned(),
            ColumnDef::new(Sessions::UnusedAccessToken).uuid().to_owned(),
            ColumnDef::new(Sessions::LastIpAddress).text().to_owned(),
        ] {
            let add = Table::alter().table(Sessions::Table).add_column(&mut column).to_owned();
            manager.alter_table(add).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [Sessions::LastIpAddress, Sessions::UnusedAccessToken, Sessions::Rotations] {
            manager.alter_table(Table::alter().table(Sessions::Table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

#[derive(DeriveIden)]
enum Sessions {
    Table,
    Rotations,
    UnusedAccessToken,
    LastIpAddress,
}

//! Refresh tokens: a session stores the hash of the valid one.

use sea_orm_migration::prelude::*;

/// Adds the columns for refresh tokens to `sessions`, and an index to find expired ones.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for mut column in [
            ColumnDef::new(Sessions::RefreshTokenHash).binary().to_owned(),
            ColumnDef::new(Sessions::RefreshedAt).timestamp_with_time_zone().to_owned(),
        ] {
            let add = Table::alter().table(Sessions::Table).add_column(&mut column).to_owned();
            manager.alter_table(add).await?;
        }
        manager
            .create_index(
                Index::create()
                    .name("sessions_expires_at_idx")
                    .table(Sessions::Table)
                    .col(Sessions::ExpiresAt)
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("sessions_expires_at_idx").table(Sessions::Table).to_owned()).await?;
        for column in [Sessions::RefreshedAt, Sessions::RefreshTokenHash] {
            manager.alter_table(Table::alter().table(Sessions::Table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

#[derive(DeriveIden)]
enum Sessions {
    Table,
    RefreshTokenHash,
    RefreshedAt,
    ExpiresAt,
}

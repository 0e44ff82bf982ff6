//! The table `tickets`: single-use secrets that are sent by mail.

use sea_orm_migration::prelude::*;

/// Creates `tickets`: one per user and purpose, so a new one replaces the previous one. The user may be a pending
/// registration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Tickets::Table)
                    .col(ColumnDef::new(Tickets::UserId).uuid().not_null())
                    .col(ColumnDef::new(Tickets::Purpose).text().not_null())
                    .col(ColumnDef::new(Tickets::Hash).binary().not_null())
                    .col(ColumnDef::new(Tickets::EventId).uuid().not_null())
                    .col(ColumnDef::new(Tickets::SentTo).text().not_null())
                    .col(ColumnDef::new(Tickets::ExpiresAt).timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new(Tickets::UsedAt).timestamp_with_time_zone())
                    .primary_key(Index::create().col(Tickets::UserId).col(Tickets::Purpose))
                    .to_owned(),
            )
            .await?;
        for (name, column, unique) in
            [("tickets_hash_key", Tickets::Hash, true), ("tickets_expires_at_idx", Tickets::ExpiresAt, false)]
        {
            let mut index = Index::create().name(name).table(Tickets::Table).col(column).to_owned();
            if unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Tickets::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Tickets {
    Table,
    UserId,
    Purpose,
    Hash,
    EventId,
    SentTo,
    ExpiresAt,
    UsedAt,
}

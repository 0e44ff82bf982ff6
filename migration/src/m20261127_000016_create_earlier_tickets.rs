//! The table `earlier_tickets`: tickets that are still valid although a newer one for the same purpose was sent.

use sea_orm_migration::prelude::*;

/// Creates `earlier_tickets`. The newest ticket of a user and purpose stays in `tickets`, where the previous release finds
/// and replaces it.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(EarlierTickets::Table)
                    .col(ColumnDef::new(EarlierTickets::Hash).binary().not_null().primary_key())
                    .col(ColumnDef::new(EarlierTickets::UserId).uuid().not_null())
                    .col(ColumnDef::new(EarlierTickets::Purpose).text().not_null())
                    .col(ColumnDef::new(EarlierTickets::EventId).uuid().not_null())
                    .col(ColumnDef::new(EarlierTickets::SentTo).text().not_null())
                    .col(ColumnDef::new(EarlierTickets::ExpiresAt).timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new(EarlierTickets::UsedAt).timestamp_with_time_zone())
                    .to_owned(),
            )
            .await?;
        let indexes: [(_, &[_]); 2] = [
            ("earlier_tickets_user_id_idx", &[EarlierTickets::UserId, EarlierTickets::Purpose]),
            ("earlier_tickets_expires_at_idx", &[EarlierTickets::ExpiresAt]),
        ];
        for (name, columns) in indexes {
            let mut index = Index::create().name(name).table(EarlierTickets::Table).to_owned();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(EarlierTickets::Table).to_owned()).await
    }
}

#[derive(Clone, Copy, DeriveIden)]
enum EarlierTickets {
    Table,
    Hash,
    UserId,
    Purpose,
    EventId,
    SentTo,
    ExpiresAt,
    UsedAt,
}

//! The table `reservations`: names that a user gave up, and that no other user may take yet.

use sea_orm_migration::prelude::*;

/// Creates `reservations`, by the canonical form of a username or an e-mail address.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Reservations::Table)
                    .col(ColumnDef::new(Reservations::Canonical).text().not_null().primary_key())
                    .col(ColumnDef::new(Reservations::UserId).uuid().not_null())
                    .col(ColumnDef::new(Reservations::ExpiresAt).timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new(Reservations::Written).text())
                    .col(ColumnDef::new(Reservations::TicketHash).binary().unique_key())
                    .foreign_key(
                        ForeignKey::create()
                            .from(Reservations::Table, Reservations::UserId)
                            .to(Users::Table, Users::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, column) in [
            ("reservations_user_id_idx", Reservations::UserId),
            ("reservations_expires_at_idx", Reservations::ExpiresAt),
        ] {
            manager.create_index(Index::create().name(name).table(Reservations::Table).col(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Reservations::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Reservations {
    Table,
    Canonical,
    UserId,
    ExpiresAt,
    Written,
    TicketHash,
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
}

//! The table `newcomers`: pending registrations, whose address is not verified yet.

use sea_orm_migration::prelude::*;

/// Creates `newcomers`. Identifiers are not unique among them: the first one who follows the link gets the name.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Newcomers::Table)
                    .col(ColumnDef::new(Newcomers::Id).uuid().not_null().primary_key())
                    .col(ColumnDef::new(Newcomers::Email).text().not_null())
                    .col(ColumnDef::new(Newcomers::EmailCanonical).text().not_null())
                    .col(ColumnDef::new(Newcomers::Username).text())
                    .col(ColumnDef::new(Newcomers::UsernameCanonical).text())
                    .col(ColumnDef::new(Newcomers::DisplayName).text())
                    .col(ColumnDef::new(Newcomers::PasswordHash).text().not_null())
                    .col(ColumnDef::new(Newcomers::ExpiresAt).timestamp_with_time_zone().not_null())
                    .to_owned(),
            )
            .await?;
        let index = Index::create().name("newcomers_expires_at_idx").table(Newcomers::Table).to_owned();
        manager.create_index(index.clone().col(Newcomers::ExpiresAt).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Newcomers::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Newcomers {
    Table,
    Id,
    Email,
    EmailCanonical,
    Username,
    UsernameCanonical,
    DisplayName,
    PasswordHash,
    ExpiresAt,
}

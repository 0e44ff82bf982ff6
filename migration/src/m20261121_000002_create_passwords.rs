//! Passwords: one way to prove who the user is, in a table of its own, so that the row of a user contains no secret.

use sea_orm_migration::prelude::*;

/// Creates `passwords`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Passwords::Table)
                    .col(ColumnDef::new(Passwords::UserId).uuid().not_null().primary_key())
                    .col(ColumnDef::new(Passwords::Hash).text().not_null())
                    // Whether the system that made an imported hash truncated passwords after 72 bytes.
                    .col(ColumnDef::new(Passwords::Truncates).boolean().not_null().default(false))
                    .col(ColumnDef::new(Passwords::ChangedAt).timestamp_with_time_zone().not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .name("passwords_user_id_fkey")
                            .from(Passwords::Table, Passwords::UserId)
                            .to(Users::Table, Users::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Passwords::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Passwords {
    Table,
    UserId,
    Hash,
    Truncates,
    ChangedAt,
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
}

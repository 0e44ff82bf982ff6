//! When a user verified their e-mail address.

use sea_orm_migration::prelude::*;

/// Adds `users.email_verified_at`; for existing users it is unknown.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let verified_at = ColumnDef::new(Users::EmailVerifiedAt).timestamp_with_time_zone().to_owned();
        manager.alter_table(Table::alter().table(Users::Table).add_column(verified_at).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table(Users::Table).drop_column(Users::EmailVerifiedAt).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Users {
    Table,
    EmailVerifiedAt,
}

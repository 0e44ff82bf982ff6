//! Users: a person's record, without any secret.

use sea_orm_migration::prelude::*;

/// Creates `users`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Users::Table)
                    .col(ColumnDef::new(Users::Id).uuid().not_null().primary_key())
                    .col(ColumnDef::new(Users::Email).text())
                    .col(ColumnDef::new(Users::EmailCanonical).text())
                    .col(ColumnDef::new(Users::Username).text())
                    .col(ColumnDef::new(Users::UsernameCanonical).text())
                    .col(ColumnDef::new(Users::DisplayName).text())
                    .col(ColumnDef::new(Users::Role).text().not_null().default("user"))
                    .col(ColumnDef::new(Users::CreatedAt).timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new(Users::UpdatedAt).timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new(Users::DisabledAt).timestamp_with_time_zone())
                    // Every user has a name to log in with, whatever the code does.
                    .check(
                        Expr::col(Users::EmailCanonical)
                            .is_not_null()
                            .or(Expr::col(Users::UsernameCanonical).is_not_null()),
                    )
                    .to_owned(),
            )
            .await?;

        for (name, column) in [
            ("users_email_canonical_key", Users::EmailCanonical),
            ("users_username_canonical_key", Users::UsernameCanonical),
        ] {
            manager
                .create_index(Index::create().name(name).table(Users::Table).col(column).unique().to_owned())
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Users::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
    Email,
    EmailCanonical,
    Username,
    UsernameCanonical,
    DisplayName,
    Role,
    CreatedAt,
    UpdatedAt,
    DisabledAt,
}

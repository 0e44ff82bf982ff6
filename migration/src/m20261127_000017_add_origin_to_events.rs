//! The address and the device of the request that caused an event.

use sea_orm_migration::prelude::*;

/// Adds `ip_address` and `user_agent` to `events`, which the mail of an event shows.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [Events::IpAddress, Events::UserAgent] {
            let add = Table::alter().table(Events::Table).add_column(ColumnDef::new(column).text()).to_owned();
            manager.alter_table(add).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [Events::IpAddress, Events::UserAgent] {
            manager.alter_table(Table::alter().table(Events::Table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

#[derive(DeriveIden)]
enum Events {
    Table,
    IpAddress,
    UserAgent,
}

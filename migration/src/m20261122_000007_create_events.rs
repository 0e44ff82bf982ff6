//! The table `events`: what happened, and the mail that is pending because of it.

use sea_orm_migration::prelude::*;

/// Creates `events`. Its ids sort by age, so the cleanup finds old events by them.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Events::Table)
                    .col(ColumnDef::new(Events::Id).uuid().not_null().primary_key())
                    .col(ColumnDef::new(Events::At).timestamp_with_time_zone().not_null())
                    .col(ColumnDef::new(Events::Line).text().not_null())
                    .col(ColumnDef::new(Events::UserId).uuid())
                    .col(ColumnDef::new(Events::Mail).text())
                    .col(ColumnDef::new(Events::MailTo).text())
                    .col(ColumnDef::new(Events::Language).text())
                    .col(ColumnDef::new(Events::DueAt).timestamp_with_time_zone())
                    .col(ColumnDef::new(Events::Tries).integer().not_null().default(0))
                    .col(ColumnDef::new(Events::Refusals).integer().not_null().default(0))
                    .col(ColumnDef::new(Events::HandedOver).integer().not_null().default(0))
                    .col(ColumnDef::new(Events::Outcome).text())
                    .to_owned(),
            )
            .await?;
        let of_user = Index::create().name("events_user_id_idx").table(Events::Table).col(Events::UserId).to_owned();
        manager.create_index(of_user).await?;
        // A partial index: few events have a pending mail.
        let due = "CREATE INDEX events_due_at_idx ON events (due_at) WHERE due_at IS NOT NULL";
        manager.get_connection().execute_unprepared(due).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Events::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Events {
    Table,
    Id,
    At,
    Line,
    UserId,
    Mail,
    MailTo,
    Language,
    DueAt,
    Tries,
    Refusals,
    HandedOver,
    Outcome,
}

//! Notifications of ended sessions: PostgreSQL notifies every instance, whichever one ended the session.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds the trigger that notifies. SQLite has a single instance, which needs none.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let connection = manager.get_connection();
        // The payload is the user of the session. PostgreSQL delivers it at commit, once per user.
        connection
            .execute_unprepared(
                "CREATE FUNCTION latchkey_tell_session_ended() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM pg_notify('latchkey_session_ended', NEW.user_id::text);
                    RETURN NULL;
                END $$",
            )
            .await?;
        connection
            .execute_unprepared(
                "CREATE TRIGGER sessions_ended AFTER UPDATE OF ended_at ON sessions
                FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL)
                EXECUTE FUNCTION latchkey_tell_session_ended()",
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let connection = manager.get_connection();
        connection.execute_unprepared("DROP TRIGGER sessions_ended ON sessions").await?;
        connection.execute_unprepared("DROP FUNCTION latchkey_tell_session_ended()").await?;
        Ok(())
    }
}

//! Generations of sessions: all sessions of a user end in one write, whatever their number.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds the generation of a user's open sessions to `users` and `sessions`. A session of an earlier generation than its
/// user's has ended. Both columns have a default, which stays in the row on PostgreSQL without rewriting the table.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// The open sessions of a user, newest first. Ids are UUIDv7, so they sort by age. Earlier generations come last, so a
/// list does not read them.
const INDEX: &str = "CREATE INDEX sessions_generation_idx ON sessions (user_id, generation, id) WHERE ended_at IS NULL";

/// The index that it replaces.
const OLD_INDEX: &str = "CREATE INDEX sessions_open_idx ON sessions (user_id, id) WHERE ended_at IS NULL";

/// Gives a new session the generation of its user, whichever release inserts it.
const SQLITE: [&str; 1] = ["CREATE TRIGGER sessions_set_generation AFTER INSERT ON sessions
    WHEN (SELECT session_generation FROM users WHERE id = NEW.user_id) > NEW.generation
    BEGIN
        UPDATE sessions SET generation = (SELECT session_generation FROM users WHERE id = NEW.user_id)
        WHERE id = NEW.id;
    END"];
const POSTGRESQL: [&str; 2] = [
    "CREATE FUNCTION latchkey_set_session_generation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.generation = COALESCE((SELECT session_generation FROM users WHERE id = NEW.user_id), 0);
        RETURN NEW;
    END $$",
    "CREATE TRIGGER sessions_set_generation BEFORE INSERT ON sessions
    FOR EACH ROW WHEN (NEW.generation = 0)
    EXECUTE FUNCTION latchkey_set_session_generation()",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [("users", "session_generation"), ("sessions", "generation")] {
            let mut column = ColumnDef::new(Alias::new(column)).big_integer().not_null().default(0).to_owned();
            let add = Table::alter().table(Alias::new(table)).add_column(&mut column).to_owned();
            manager.alter_table(add).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table(SessionRemovals::Table)
                    .col(ColumnDef::new(SessionRemovals::UserId).uuid().not_null().primary_key())
                    .col(ColumnDef::new(SessionRemovals::Generation).big_integer().not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .name("session_removals_user_id_fkey")
                            .from(SessionRemovals::Table, SessionRemovals::UserId)
                            .to(Users::Table, Users::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        let triggers = if is_postgresql(manager) { &POSTGRESQL[..] } else { &SQLITE };
        for sql in triggers.iter().chain(&[INDEX, "DROP INDEX sessions_open_idx"]) {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Otherwise the sessions of earlier generations would be open again.
        let end = "DELETE FROM sessions WHERE ended_at IS NULL AND generation < (
            SELECT session_generation FROM users WHERE users.id = sessions.user_id)";
        let triggers = if is_postgresql(manager) {
            &["DROP TRIGGER sessions_set_generation ON sessions", "DROP FUNCTION latchkey_set_session_generation()"][..]
        } else {
            &["DROP TRIGGER sessions_set_generation"]
        };
        for sql in [end].iter().chain(triggers).chain(&[OLD_INDEX, "DROP INDEX sessions_generation_idx"]) {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        manager.drop_table(Table::drop().table(SessionRemovals::Table).to_owned()).await?;
        for (table, column) in [("sessions", "generation"), ("users", "session_generation")] {
            let drop = Table::alter().table(Alias::new(table)).drop_column(Alias::new(column)).to_owned();
            manager.alter_table(drop).await?;
        }
        Ok(())
    }
}

fn is_postgresql(manager: &SchemaManager) -> bool {
    manager.get_database_backend() == DbBackend::Postgres
}

/// The users whose sessions of earlier generations are still to be removed.
#[derive(DeriveIden)]
enum SessionRemovals {
    Table,
    UserId,
    Generation,
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
}

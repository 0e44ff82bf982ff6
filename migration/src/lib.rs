//! The steps of Latchkey's database, one reversible step per file.
//!
//! To add a step: a new file named after the day and what it does, one line in [`Migrator`], and an `up` that only
//! adds, so that the previous release still runs on the new schema. Steps import nothing of the server, except the
//! canonical forms of identifiers: what they write must be what the server looks for.

use sea_orm_migration::prelude::*;

mod m20261121_000001_create_users;
mod m20261121_000002_create_passwords;
mod m20261121_000003_create_sessions;
mod m20261121_000004_add_refresh_tokens;
mod m20261121_000005_notify_of_ended_sessions;
mod m20261121_000006_create_attempts;
mod m20261122_000007_create_events;
mod m20261122_000008_create_tickets;
mod m20261122_000009_add_email_verified_at;
mod m20261122_000010_create_newcomers;
mod m20261127_000011_index_sessions;
mod m20261127_000012_canonicalize_names;
mod m20261127_000013_add_session_generations;
mod m20261127_000014_remember_rotations;
mod m20261127_000015_add_device_tokens;
mod m20261127_000016_create_earlier_tickets;
mod m20261127_000017_add_origin_to_events;
mod m20261127_000018_create_reservations;
mod m20261127_000019_add_unverified_until;

/// Every step, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_create_users::Migration),
            Box::new(m20261121_000002_create_passwords::Migration),
            Box::new(m20261121_000003_create_sessions::Migration),
            Box::new(m20261121_000004_add_refresh_tokens::Migration),
            Box::new(m20261121_000005_notify_of_ended_sessions::Migration),
            Box::new(m20261121_000006_create_attempts::Migration),
            Box::new(m20261122_000007_create_events::Migration),
            Box::new(m20261122_000008_create_tickets::Migration),
            Box::new(m20261122_000009_add_email_verified_at::Migration),
            Box::new(m20261122_000010_create_newcomers::Migration),
            Box::new(m20261127_000011_index_sessions::Migration),
            Box::new(m20261127_000012_canonicalize_names::Migration),
            Box::new(m20261127_000013_add_session_generations::Migration),
            Box::new(m20261127_000014_remember_rotations::Migration),
            Box::new(m20261127_000015_add_device_tokens::Migration),
            Box::new(m20261127_000016_create_earlier_tickets::Migration),
            Box::new(m20261127_000017_add_origin_to_events::Migration),
            Box::new(m20261127_000018_create_reservations::Migration),
            Box::new(m20261127_000019_add_unverified_until::Migration),
        ]
    }
}

pub use sea_orm_migration::{IntoSchemaManagerConnection, MigratorTrait, SchemaManager, seaql_migrations};

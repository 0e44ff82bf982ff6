//! The database: faults, connection pools and settings of PostgreSQL.

mod connection_pooler;
mod faults;
mod postgres_settings;

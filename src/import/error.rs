//! Why a source cannot be read.

use std::io;

use sea_orm::sqlx;
use thiserror::Error;

use super::column::ColumnError;

/// Why a source cannot be read, or not to its end.
#[derive(Debug, Error)]
pub enum SourceError {
    /// The format cannot be detected.
    #[error("the format of SOURCE is unknown: use --format with jsonl, csv, sqlite or postgresql")]
    Format,
    /// The address in an argument has a password, which every user of this machine could see.
    #[error(
        "the address must not contain a password: set PGPASSWORD, use ~/.pgpass, or put the address into a file and use --source-file"
    )]
    PasswordInArgument,
    /// The address is not valid.
    #[error("SOURCE is not a valid address of a database")]
    Address,
    /// The source lacks a column, or the names of columns conflict.
    #[error("{0}")]
    Columns(#[from] ColumnError),
    /// The database has no such table.
    #[error("there is no table {0}; choose another one with --table")]
    Table(String),
    /// The file cannot be read.
    #[error("SOURCE cannot be read: {0}")]
    File(#[from] io::Error),
    /// The CSV cannot be read.
    #[error("SOURCE cannot be read: {0}")]
    Csv(#[from] csv::Error),
    /// The database cannot be read.
    #[error("SOURCE cannot be read: {}", message(.0))]
    Database(#[from] sqlx::Error),
    /// The import has ended before its source.
    #[error("the import was cancelled")]
    Cancelled,
}

/// The message of the database server, without the context that the driver adds.
fn message(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        error => error.to_string(),
    }
}

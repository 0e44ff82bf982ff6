//! Where users come from: opened, and read a few batches ahead.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use sea_orm::sqlx;
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use tokio::{runtime::Handle, sync::mpsc};

use super::{
    batches::{BatchSender, SourceRow},
    column::{ColumnError, Columns},
    csv_file,
    input_file::InputFile,
    json_lines, table,
};

/// How a source is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON Lines.
    JsonLines,
    /// CSV.
    Csv,
    /// A file of SQLite.
    Sqlite,
    /// A database of PostgreSQL.
    Postgresql,
}

/// Where a source is.
#[derive(Clone, Debug)]
pub struct SourceLocation {
    /// A path, `-` or an address; it may hold a password.
    pub address: SecretString,
    /// What it is, where it is not plain to see.
    pub format: Option<Format>,
    /// Which of a database's tables.
    pub table: String,
}

/// Users to be read.
#[derive(Debug)]
pub struct Source {
    batches: mpsc::Receiver<Result<Vec<SourceRow>, SourceError>>,
    read: Arc<AtomicU64>,
    /// How many bytes there are, or rows of a database, if that is known.
    pub total: Option<u64>,
    /// Whether bytes are counted.
    pub in_bytes: bool,
}

/// Why a source cannot be read, or no further.
#[derive(Debug, Error)]
pub enum SourceError {
    /// It is not plain to see what it is.
    #[error("say with --format whether this is jsonl, csv, sqlite or postgresql")]
    Format,
    /// The argument would show the password to everybody on this machine.
    #[error(
        "leave the password out of the address: it is read from PGPASSWORD, from ~/.pgpass, or with the address from a file, by --source-file"
    )]
    PasswordInArgument,
    /// It is not an address.
    #[error("this is no address of a database")]
    Address,
    /// The columns are others.
    #[error("{0}")]
    Columns(#[from] ColumnError),
    /// The table is not there.
    #[error("there is no table {0}; name another one with --table")]
    Table(String),
    /// The file cannot be read.
    #[error("SOURCE cannot be read: {0}")]
    File(#[from] io::Error),
    /// What its reader says.
    #[error("SOURCE cannot be read: {0}")]
    Csv(#[from] csv::Error),
    /// What the database says.
    #[error("SOURCE cannot be read: {}", message(.0))]
    Database(#[from] sqlx::Error),
    /// Nobody reads any more.
    #[error("nobody reads any more")]
    Cancelled,
}

impl SourceLocation {
    /// Whether the address holds a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        let address = self.address.expose_secret();
        let Some((_, rest)) = address.split_once("://") else { return false };
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        user.is_some_and(|user| user.contains(':')) || rest.contains("password=")
    }
}

impl Source {
    /// Opens a source, finds its columns, and begins to read.
    ///
    /// # Errors
    ///
    /// [`SourceError`].
    pub async fn open(place: SourceLocation, columns: Columns) -> Result<Self, SourceError> {
        let format = place.format.or_else(|| guess(place.address.expose_secret())).ok_or(SourceError::Format)?;
        let read = Arc::new(AtomicU64::new(0));
        let (mut given, batches) = BatchSender::new();
        let total = match format {
            Format::Sqlite => table::sqlite(place, &columns, given, &read).await?,
            Format::Postgresql => table::postgresql(place, &columns, given, &read).await?,
            Format::JsonLines | Format::Csv => {
                let (file, length) = InputFile::open(Path::new(place.address.expose_secret()), Arc::clone(&read))?;
                let runtime = Handle::current();
                // Not one of the runtime's threads, for whose end it would wait: standard input may never end.
                std::thread::spawn(move || {
                    runtime.block_on(async {
                        let outcome = match format {
                            Format::Csv => csv_file::read(file, &columns, &mut given).await,
                            _ => json_lines::read(file, &columns, &mut given).await,
                        };
                        given.finish(outcome).await;
                    });
                });
                length
            }
        };
        let in_bytes = matches!(format, Format::JsonLines | Format::Csv);
        Ok(Self { batches, read, total, in_bytes })
    }

    pub(super) async fn next(&mut self) -> Option<Result<Vec<SourceRow>, SourceError>> {
        self.batches.recv().await
    }

    /// How many bytes, or rows of a database, were read.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

/// A server's own words.
fn message(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(said) => said.message().to_owned(),
        error => error.to_string(),
    }
}

/// What this is, as far as its name and its first bytes tell. Only files are looked into: what comes through a pipe is gone
/// then.
fn guess(address: &str) -> Option<Format> {
    const SQLITE: &[u8; 16] = b"SQLite format 3\0";

    if address.starts_with("postgres:") || address.starts_with("postgresql:") {
        return Some(Format::Postgresql);
    }
    if address.starts_with("sqlite:") {
        return Some(Format::Sqlite);
    }
    let path = Path::new(address);
    match path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).as_deref() {
        Some("jsonl" | "ndjson") => return Some(Format::JsonLines),
        Some("csv") => return Some(Format::Csv),
        _ => {}
    }
    let mut first = [0; 16];
    let is_sqlite = fs::metadata(path).is_ok_and(|about| about.is_file())
        && File::open(path).and_then(|mut file| file.read_exact(&mut first)).is_ok()
        && first == *SQLITE;
    is_sqlite.then_some(Format::Sqlite)
}

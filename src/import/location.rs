//! The location of a source, and the detection of its format.

use std::{
    fs::{self, File},
    io::Read,
    path::Path,
};

use secrecy::{ExposeSecret, SecretString};

/// The first bytes of every SQLite database.
const SQLITE_HEADER: &[u8; 16] = b"SQLite format 3\0";

/// The format of a source.
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

/// The location of a source.
#[derive(Clone, Debug)]
pub struct SourceLocation {
    /// A path, `-` for standard input, or the address of a database, which may contain a password.
    pub address: SecretString,
    /// The format, if it cannot be detected.
    pub format: Option<Format>,
    /// The table of a database.
    pub table: String,
}

impl SourceLocation {
    /// Whether the address contains a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        let address = self.address.expose_secret();
        let Some((_, rest)) = address.split_once("://") else { return false };
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        user.is_some_and(|user| user.contains(':')) || rest.contains("password=")
    }

    /// The format: the given one, or the one that the address or the first bytes of the file indicate. Reads only
    /// regular files, because bytes that are read from a pipe are lost.
    pub(super) fn detect_format(&self) -> Option<Format> {
        if self.format.is_some() {
            return self.format;
        }
        let address = self.address.expose_secret();
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
        let mut header = [0; 16];
        let is_sqlite = fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
            && File::open(path).and_then(|mut file| file.read_exact(&mut header)).is_ok()
            && header == *SQLITE_HEADER;
        is_sqlite.then_some(Format::Sqlite)
    }
}

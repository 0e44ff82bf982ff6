//! Which database, and where.

use std::{fmt, path::PathBuf, str::FromStr};

use secrecy::{ExposeSecret, SecretString};

/// The address of a database. A PostgreSQL address holds a password, so neither is shown by `Debug`.
#[derive(Clone, Debug)]
pub enum DatabaseUrl {
    /// A file, or memory.
    Sqlite(SecretString),
    /// A server.
    Postgres(SecretString),
}

/// Neither `sqlite:` nor `postgres:`.
#[derive(Clone, Copy, Debug)]
pub struct UnknownDatabase;

/// Takes `sqlite://file`, `sqlite::memory:`, `postgres://…` and `postgresql://…`.
impl FromStr for DatabaseUrl {
    type Err = UnknownDatabase;

    fn from_str(url: &str) -> Result<Self, UnknownDatabase> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            // `sqlite:///./app.db` is how SQLAlchemy writes a relative path.
            let relative = path.strip_prefix("///./").map(|path| format!("sqlite://{path}"));
            Ok(Self::Sqlite(relative.unwrap_or_else(|| url.to_owned()).into()))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres(url.into()))
        } else {
            Err(UnknownDatabase)
        }
    }
}

impl DatabaseUrl {
    /// SQLite's file; nothing for memory and for PostgreSQL.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        let Self::Sqlite(url) = self else { return None };
        if self.in_memory() {
            return None;
        }
        let path = url.expose_secret().strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        Some(path.split('?').next().unwrap_or(path).into())
    }

    /// Whether nothing of it outlives the process.
    #[must_use]
    pub fn in_memory(&self) -> bool {
        matches!(self, Self::Sqlite(url) if url.expose_secret().contains(":memory:") || url.expose_secret().contains("mode=memory"))
    }

    pub(super) fn expose(&self) -> &str {
        let (Self::Sqlite(url) | Self::Postgres(url)) = self;
        url.expose_secret()
    }
}

/// The address without user and password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.expose().split_once("://"), self.expose().rsplit_once('@')) {
            (Some((scheme, _)), Some((_, place))) => write!(f, "{scheme}://…@{place}"),
            (Some(_) | None, None) | (None, Some(_)) => f.write_str(self.expose()),
        }
    }
}

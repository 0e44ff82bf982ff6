//! The validated address of a database.

use std::{fmt, path::PathBuf, str::FromStr};

use sea_orm::sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};
use secrecy::{ExposeSecret, SecretString};

/// The address of a database. It may contain a password, so `Debug` hides it and `Display` shows only the location.
#[derive(Clone, Debug)]
pub struct DatabaseUrl {
    url: SecretString,
    location: Location,
}

/// The location of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A file of SQLite.
    File(PathBuf),
    /// A database of SQLite in memory, which ends with the process.
    Memory,
    /// A server of PostgreSQL.
    Server {
        /// The name or address, and the port.
        host: String,
        /// The name of the database.
        database: String,
    },
}

/// The text is not the address of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be sqlite://FILE, or postgres://USER:PASSWORD@HOST:PORT/DATABASE")]
pub struct InvalidDatabaseUrl;

/// Parses `sqlite://file`, `sqlite::memory:`, `postgres://…` and `postgresql://…`.
impl FromStr for DatabaseUrl {
    type Err = InvalidDatabaseUrl;

    fn from_str(url: &str) -> Result<Self, InvalidDatabaseUrl> {
        // SQLAlchemy writes a relative path as `sqlite:///./app.db`.
        let url = url.replacen("sqlite:///./", "sqlite://", 1);
        let location = if url.starts_with("sqlite:") {
            sqlite(&url)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            postgres(&url)
        } else {
            None
        };
        Ok(Self { location: location.ok_or(InvalidDatabaseUrl)?, url: url.into() })
    }
}

/// Takes the file name from the driver, which decodes percent-encoding.
fn sqlite(url: &str) -> Option<Location> {
    let options = SqliteConnectOptions::from_str(url).ok()?;
    let in_memory = url.contains(":memory:") || url.contains("mode=memory");
    Some(if in_memory { Location::Memory } else { Location::File(options.get_filename().to_owned()) })
}

fn postgres(url: &str) -> Option<Location> {
    let options = PgConnectOptions::from_str(url).ok()?;
    let host = format!("{}:{}", options.get_host(), options.get_port());
    Some(Location::Server { host, database: options.get_database().unwrap_or_default().to_owned() })
}

impl DatabaseUrl {
    /// The location of the database.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }

    pub(super) fn expose(&self) -> &str {
        self.url.expose_secret()
    }
}

/// Shows the location, without user and password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            Location::File(path) => write!(f, "SQLite in {}", path.display()),
            Location::Memory => f.write_str("SQLite in memory"),
            Location::Server { host, database } => write!(f, "PostgreSQL at {host}, database {database}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for url in [
            "postgres://ada:hunter2@db.example:5433/accounts",
            "postgres://db.example:5433/accounts?user=ada&password=hunter2",
            "postgresql://ada:p%40hunter2@db.example:5433/accounts?sslmode=disable",
        ] {
            let url: DatabaseUrl = url.parse().unwrap();
            assert_eq!(url.to_string(), "PostgreSQL at db.example:5433, database accounts");
            assert!(!format!("{url:?}").contains("hunter2"));
        }
        assert!("postgres://ada:hunter2/accounts".parse::<DatabaseUrl>().is_err());
    }

    #[test]
    fn sqlite_is_in_a_file_or_in_memory() {
        for (url, file) in [
            ("sqlite://latchkey.db", "latchkey.db"),
            ("sqlite:latchkey.db?mode=rwc", "latchkey.db"),
            ("sqlite:///var/lib/my%20accounts.db", "/var/lib/my accounts.db"),
            ("sqlite:///./test.db", "test.db"),
        ] {
            assert_eq!(url.parse::<DatabaseUrl>().unwrap().location(), &Location::File(file.into()), "{url}");
        }
        for url in ["sqlite::memory:", "sqlite://:memory:", "sqlite://x?mode=memory"] {
            assert_eq!(url.parse::<DatabaseUrl>().unwrap().location(), &Location::Memory, "{url}");
        }
        assert!("mysql://localhost/x".parse::<DatabaseUrl>().is_err());
    }
}

//! Which database, and where.

use std::{fmt, path::PathBuf, str::FromStr};

use sea_orm::sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};
use secrecy::{ExposeSecret, SecretString};

/// The address of a database, known to make sense. It may hold a password, so `Debug` shows nothing and `Display` no
/// more than the location.
#[derive(Clone, Debug)]
pub struct DatabaseUrl {
    url: SecretString,
    location: Location,
}

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// SQLite, in a file.
    File(PathBuf),
    /// SQLite, for as long as the process lives.
    Memory,
    /// PostgreSQL.
    Server {
        /// Its name or address, and its port.
        host: String,
        /// Which of its databases.
        database: String,
    },
}

/// Not an address of SQLite or PostgreSQL.
#[derive(Clone, Copy, Debug)]
pub struct InvalidDatabaseUrl;

/// Takes `sqlite://file`, `sqlite::memory:`, `postgres://…` and `postgresql://…`.
impl FromStr for DatabaseUrl {
    type Err = InvalidDatabaseUrl;

    fn from_str(url: &str) -> Result<Self, InvalidDatabaseUrl> {
        // `sqlite:///./app.db` is how SQLAlchemy writes a relative path.
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

/// The file is named as SQLite's driver names it, percent signs decoded.
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
    /// Where the database is.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }

    pub(super) fn expose(&self) -> &str {
        self.url.expose_secret()
    }
}

/// The location, and nothing of user and password.
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
    fn nothing_shows_a_password() {
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
    fn sqlite_is_a_file_or_memory() {
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

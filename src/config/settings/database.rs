//! The settings of the database.

use crate::{
    config::{
        kind::{Kind, number, parsed, switch},
        settings_macro::{DefaultValue, settings},
    },
    database::{DatabaseUrl, Location},
};

settings! {
    /// The database that holds the accounts.
    #[group("Database")]
    pub struct DatabaseConfig {
        /// The database. A SQLite file is created if it does not exist.
        #[setting(
            "DATABASE_URL",
            default = "sqlite://latchkey.db",
            parsed("`sqlite://FILE` or `postgres://USER:PASSWORD@HOST/NAME`"),
            secret
        )]
        pub url: DatabaseUrl,

        /// The address of PostgreSQL itself if `DATABASE_URL` leads to PgBouncer. Migrations and the messages between
        /// instances need a connection of their own.
        #[setting(
            "DATABASE_DIRECT_URL",
            default = DefaultValue::Described("the same"),
            DirectUrl { is_postgresql: !is_sqlite(&url) },
            secret
        )]
        pub direct_url: Option<DatabaseUrl>,

        /// The maximum number of connections to the database.
        #[setting("DATABASE_MAX_CONNECTIONS", default = "10", number(1..=1000))]
        pub max_connections: u32,

        /// Whether `serve` migrates the database before it listens. If not, run `latchkey migrate up` first.
        #[setting("MIGRATE_ON_START", default = "true", switch())]
        pub migrate_on_start: bool,
    }
}

impl DatabaseConfig {
    /// Whether the database is SQLite, so that there is one instance of the server.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        is_sqlite(&self.url)
    }
}

fn is_sqlite(url: &DatabaseUrl) -> bool {
    match url.location() {
        Location::File(_) | Location::Memory => true,
        Location::Server { .. } => false,
    }
}

/// The address of PostgreSQL behind a pooler.
struct DirectUrl {
    /// Whether `DATABASE_URL` leads to PostgreSQL.
    is_postgresql: bool,
}

impl Kind for DirectUrl {
    type Value = Option<DatabaseUrl>;

    fn expected(&self) -> String {
        "`postgres://USER:PASSWORD@HOST/NAME`".to_owned()
    }

    fn parse(&self, text: &str) -> Result<Option<DatabaseUrl>, String> {
        let url = text.parse().ok().filter(|url| self.is_postgresql && !is_sqlite(url));
        url.map(Some).ok_or_else(|| format!("must be {}, and so must DATABASE_URL", self.expected()))
    }

    fn show(&self, url: &Option<DatabaseUrl>) -> String {
        url.as_ref().map_or_else(|| "the same".to_owned(), ToString::to_string)
    }

    fn default(&self, _description: &str) -> Option<DatabaseUrl> {
        None
    }
}

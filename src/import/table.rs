//! Reads a table of an SQLite or PostgreSQL database, on one connection.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use futures_util::TryStreamExt;
use sea_orm::sqlx::{
    self, AssertSqlSafe, ColumnIndex, ConnectOptions, Connection, Database, Decode, Executor, IntoArguments, Row, Type,
    postgres::PgConnectOptions, sqlite::SqliteConnectOptions,
};
use secrecy::ExposeSecret;

use super::{
    batches::{BatchSender, SourceRow},
    column::{COLUMNS, Column, Columns, Positions, Texts},
    error::SourceError,
    location::SourceLocation,
    value,
};

/// The differences between the databases.
struct Dialect {
    /// A query for the names of the columns of a table. Returns no rows if the table does not exist.
    columns: &'static str,
    /// An expression that converts a column to text.
    as_text: fn(&str) -> String,
}

/// A blob of 16 bytes is a UUID, and any other blob is text.
const SQLITE: Dialect = Dialect {
    columns: "SELECT name FROM pragma_table_info($1)",
    as_text: |column| {
        format!(
            "CASE WHEN typeof({column}) = 'blob' AND length({column}) = 16 THEN hex({column}) ELSE CAST({column} AS TEXT) END"
        )
    },
};

const POSTGRESQL: Dialect = Dialect {
    columns: "SELECT attname::text FROM pg_attribute
        WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
    as_text: |column| format!("{column}::text"),
};

/// Starts to read a file of SQLite, and returns the number of rows. Opens the file read-only.
pub(super) async fn sqlite(
    location: SourceLocation,
    columns: &Columns,
    batches: BatchSender,
    position: &Arc<AtomicU64>,
) -> Result<Option<u64>, SourceError> {
    // SQLAlchemy writes a relative path as `sqlite:///./app.db`; `DATABASE_URL` supports the same.
    let address = location.address.expose_secret().replacen("sqlite:///./", "sqlite://", 1);
    let options = if address.starts_with("sqlite:") {
        address.parse().map_err(|_| SourceError::Address)?
    } else {
        SqliteConnectOptions::new().filename(&address)
    };
    let connection = options.read_only(true).create_if_missing(false).disable_statement_logging().connect().await?;
    let table = quoted(&location.table);
    start(connection, &SQLITE, location.table, table, columns, batches, position).await
}

/// Starts to read a table of PostgreSQL, and returns the number of rows. If the address has no password, the driver
/// reads it from `PGPASSWORD` or `~/.pgpass`.
pub(super) async fn postgresql(
    location: SourceLocation,
    columns: &Columns,
    batches: BatchSender,
    position: &Arc<AtomicU64>,
) -> Result<Option<u64>, SourceError> {
    let options: PgConnectOptions = location.address.expose_secret().parse().map_err(|_| SourceError::Address)?;
    let options = options.application_name("latchkey import").options([("default_transaction_read_only", "on")]);
    let connection = options.disable_statement_logging().connect().await?;
    let table = location.table.split('.').map(quoted).collect::<Vec<_>>().join(".");
    start(connection, &POSTGRESQL, table.clone(), table, columns, batches, position).await
}

/// Finds the columns, counts the rows, and reads them in a task.
async fn start<C, DB>(
    mut connection: C,
    dialect: &Dialect,
    name: String,
    table: String,
    columns: &Columns,
    mut batches: BatchSender,
    position: &Arc<AtomicU64>,
) -> Result<Option<u64>, SourceError>
where
    C: Connection<Database = DB> + Send + 'static,
    DB: Database<Connection = C>,
    for<'c> &'c mut C: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + Type<DB>,
    for<'r> String: Decode<'r, DB>,
    for<'r> i64: Decode<'r, DB> + Type<DB>,
    for<'r> Option<String>: Decode<'r, DB> + Type<DB>,
    usize: ColumnIndex<DB::Row>,
{
    let existing: Vec<String> =
        sqlx::query_scalar(dialect.columns).bind(name.clone()).fetch_all(&mut connection).await?;
    if existing.is_empty() {
        return Err(SourceError::Table(name));
    }
    let positions = columns.find(&existing)?;
    let count = format!("SELECT COUNT(*) FROM {table}");
    let count: i64 = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut connection).await?;

    let query = query(dialect, &table, &existing, &positions);
    let position = Arc::clone(position);
    tokio::spawn(async move {
        let outcome = async {
            let mut rows = sqlx::query(AssertSqlSafe(query)).fetch(&mut connection);
            while let Some(row) = rows.try_next().await? {
                let texts = texts(|index| row.try_get(index))?;
                position.fetch_add(1, Ordering::Relaxed);
                batches.send(SourceRow { position: key(&texts), user: value::user(texts) }).await?;
            }
            Ok(())
        };
        let outcome = outcome.await;
        batches.finish(outcome).await;
    });
    Ok(u64::try_from(count).ok())
}

/// A query for all columns as text, with NULL for columns that the table lacks. Ordered by id, so that of two
/// conflicting users the older one comes first.
fn query(dialect: &Dialect, table: &str, existing: &[String], positions: &Positions) -> String {
    let column = |index: usize| quoted(&existing[index]);
    let texts =
        positions.map(|index| index.map_or_else(|| "NULL".to_owned(), |index| (dialect.as_text)(&column(index))));
    let order = positions[Column::Id as usize].map(|index| format!(" ORDER BY {}", column(index)));
    format!("SELECT {} FROM {table}{}", texts.join(", "), order.unwrap_or_default())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn texts<E>(get: impl Fn(usize) -> Result<Option<String>, E>) -> Result<Texts, E> {
    let mut texts = Texts::default();
    for (index, text) in texts.iter_mut().enumerate().take(COLUMNS) {
        *text = get(index)?;
    }
    Ok(texts)
}

/// The key that identifies a row in the report: its id, username or e-mail address.
fn key(texts: &Texts) -> String {
    let mut keys = [Column::Id, Column::Username, Column::Email].into_iter();
    let key = keys.find_map(|column| Some(format!("{column} {:?}", texts[column as usize].as_ref()?)));
    key.unwrap_or_else(|| "a row without id, username and email".to_owned())
}

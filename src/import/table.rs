//! A table of another system's database, read from beginning to end on one connection.

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
    source::{SourceError, SourceLocation},
    value,
};

/// How a database of one kind is asked.
struct Dialect {
    /// The names of a table's columns; none when there is no such table.
    columns: &'static str,
    /// A column as text.
    as_text: fn(&str) -> String,
}

/// Bytes in the place of a text are taken for one, but those of an id for a UUID.
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

/// Begins to read a file of SQLite, and says how many rows there are. Nothing is written to it.
pub(super) async fn sqlite(
    place: SourceLocation,
    columns: &Columns,
    batches: BatchSender,
    read: &Arc<AtomicU64>,
) -> Result<Option<u64>, SourceError> {
    // As `DATABASE_URL` is read: `sqlite:///./app.db` is how SQLAlchemy writes a relative path.
    let address = place.address.expose_secret().replacen("sqlite:///./", "sqlite://", 1);
    let options = if address.starts_with("sqlite:") {
        address.parse().map_err(|_| SourceError::Address)?
    } else {
        SqliteConnectOptions::new().filename(&address)
    };
    let connection = options.read_only(true).create_if_missing(false).disable_statement_logging().connect().await?;
    let table = quoted(&place.table);
    begin(connection, &SQLITE, place.table, table, columns, batches, read).await
}

/// The same, for a database of PostgreSQL. Where the address has no password, the driver looks for it in `PGPASSWORD` and
/// `~/.pgpass`.
pub(super) async fn postgresql(
    place: SourceLocation,
    columns: &Columns,
    batches: BatchSender,
    read: &Arc<AtomicU64>,
) -> Result<Option<u64>, SourceError> {
    let options: PgConnectOptions = place.address.expose_secret().parse().map_err(|_| SourceError::Address)?;
    let options = options.application_name("latchkey import").options([("default_transaction_read_only", "on")]);
    let connection = options.disable_statement_logging().connect().await?;
    let table = place.table.split('.').map(quoted).collect::<Vec<_>>().join(".");
    begin(connection, &POSTGRESQL, table.clone(), table, columns, batches, read).await
}

/// Finds the columns, counts the rows, and reads on in a task.
async fn begin<C, DB>(
    mut connection: C,
    dialect: &Dialect,
    name: String,
    table: String,
    columns: &Columns,
    mut batches: BatchSender,
    read: &Arc<AtomicU64>,
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
    let there: Vec<String> = sqlx::query_scalar(dialect.columns).bind(name.clone()).fetch_all(&mut connection).await?;
    if there.is_empty() {
        return Err(SourceError::Table(name));
    }
    let places = columns.find(&there)?;
    let count = format!("SELECT COUNT(*) FROM {table}");
    let count: i64 = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut connection).await?;

    let query = query(dialect, &table, &there, &places);
    let read = Arc::clone(read);
    tokio::spawn(async move {
        let outcome = async {
            let mut rows = sqlx::query(AssertSqlSafe(query)).fetch(&mut connection);
            while let Some(row) = rows.try_next().await? {
                let texts = texts(|at| row.try_get(at))?;
                read.fetch_add(1, Ordering::Relaxed);
                batches.send(SourceRow { position: key(&texts), user: value::user(texts) }).await?;
            }
            Ok(())
        };
        let outcome = outcome.await;
        batches.finish(outcome).await;
    });
    Ok(u64::try_from(count).ok())
}

/// Every column that is read as text, null for the others; by id where there is one, so that of two that are in each
/// other's way the older one comes first.
fn query(dialect: &Dialect, table: &str, there: &[String], places: &Positions) -> String {
    let column = |at: usize| quoted(&there[at]);
    let texts = places.map(|place| place.map_or_else(|| "NULL".to_owned(), |at| (dialect.as_text)(&column(at))));
    let order = places[Column::Id as usize].map(|at| format!(" ORDER BY {}", column(at)));
    format!("SELECT {} FROM {table}{}", texts.join(", "), order.unwrap_or_default())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn texts<E>(get: impl Fn(usize) -> Result<Option<String>, E>) -> Result<Texts, E> {
    let mut texts = Texts::default();
    for (at, text) in texts.iter_mut().enumerate().take(COLUMNS) {
        *text = get(at)?;
    }
    Ok(texts)
}

/// How a row is named: by its id, else by its username or its address, in quotes.
fn key(texts: &Texts) -> String {
    let mut by = [Column::Id, Column::Username, Column::Email].into_iter();
    let named = by.find_map(|column| Some(format!("{column} {:?}", texts[column as usize].as_ref()?)));
    named.unwrap_or_else(|| "a row without id and names".to_owned())
}

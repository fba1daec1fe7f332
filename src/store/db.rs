//! The two engines behind one small door: SQLite (embedded, the default) and PostgreSQL. A statement is
//! one text with `$1` parameters for both; values and rows cross as plain Rust types. Whatever must
//! differ between the engines is written here and nowhere else.

use std::borrow::Cow;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions, PgRow};
use sqlx::query::Query;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Postgres, Row as _, Sqlite, Transaction};

use super::error::StoreError;

/// Most parameters in one statement; SQLite's limit is 32,766, PostgreSQL's 65,535.
const MAX_PARAMETERS: usize = 30_000;
/// Rows in one multi-row INSERT. More gains nothing: the text and its plan grow with it.
const INSERT_ROWS: usize = 256;
/// Connections for reading; the two-core laptop and the small server alike.
const READ_CONNECTIONS: u32 = 8;
/// How long a statement waits for another process's write lock before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// Page cache per connection, KiB (SQLite takes a negative number as KiB).
const SQLITE_CACHE_KIB: &str = "-16384";
/// The advisory lock under which `change_log` numbers are handed out on PostgreSQL.
const CHANGE_LOG_LOCK: &str = "SELECT pg_advisory_xact_lock(7264001)";

/// A database of either engine. Cheap to clone: clones share the connections.
#[derive(Clone, Debug)]
pub struct Db {
    engine: Engine,
}

#[derive(Clone, Debug)]
enum Engine {
    /// One connection writes, several read: SQLite allows one writer at a time, and a queue before the
    /// connection is kinder than a busy error behind it.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// Which engine a database is; only for what people are told and for tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the engines' names")]
pub enum EngineName {
    Sqlite,
    Postgres,
}

/// A parameter of a statement. `None` is SQL NULL with a known type.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// BIGINT / INTEGER; booleans travel as 0 and 1.
    Int(Option<i64>),
    /// DOUBLE PRECISION / REAL.
    Real(Option<f64>),
    /// TEXT.
    Text(Option<Cow<'a, str>>),
    /// BYTEA / BLOB; ids travel as their sixteen bytes.
    Bytes(Option<Cow<'a, [u8]>>),
}

/// One row of an answer, read by position.
pub enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(PgRow),
}

/// A write transaction. Dropped without `commit` it is rolled back.
pub struct Tx {
    inner: TxInner,
}

enum TxInner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Opens `sqlite:PATH` (made when missing), `sqlite::memory:` or `postgres://…`.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Open { url: without_password(url), source };
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            // Statements are not logged: a failed one is reported once, by whoever asked.
            let options = PgConnectOptions::from_str(url).map_err(failed)?.disable_statement_logging();
            let pool = PgPoolOptions::new()
                .max_connections(READ_CONNECTIONS)
                .acquire_timeout(BUSY_TIMEOUT)
                .connect_with(options)
                .await
                .map_err(failed)?;
            return Ok(Self { engine: Engine::Postgres(pool) });
        }
        let options = SqliteConnectOptions::from_str(url)
            .map_err(failed)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: a commit that was answered survives a power cut. NORMAL would not promise that.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("cache_size", SQLITE_CACHE_KIB)
            .pragma("temp_store", "MEMORY")
            .disable_statement_logging();
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await
            .map_err(failed)?;
        // A second connection to an in-memory database would see another, empty database.
        let readers = if url.contains(":memory:") {
            writer.clone()
        } else {
            let options = options.pragma("query_only", "ON");
            SqlitePoolOptions::new()
                .max_connections(READ_CONNECTIONS)
                .connect_with(options)
                .await
                .map_err(failed)?
        };
        Ok(Self { engine: Engine::Sqlite { writer, readers } })
    }

    /// Which engine this is.
    pub fn engine(&self) -> EngineName {
        match &self.engine {
            Engine::Sqlite { .. } => EngineName::Sqlite,
            Engine::Postgres(_) => EngineName::Postgres,
        }
    }

    /// Begins a write transaction; on SQLite it takes the write lock at once, so that a reader that
    /// turns writer can never fail half-way.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let inner = match &self.engine {
            Engine::Sqlite { writer, .. } => {
                TxInner::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await.map_err(StoreError::begin)?)
            }
            Engine::Postgres(pool) => TxInner::Postgres(pool.begin().await.map_err(StoreError::begin)?),
        };
        Ok(Tx { inner })
    }

    /// All rows of a query.
    pub async fn rows(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        self.rows_of(Cow::Borrowed(sql), values).await
    }

    /// The only row of a query, if there is one.
    pub async fn row(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// All rows for a set of ids: `sql` holds `{ids}` where the list of parameters belongs, and no other
    /// parameters. Split into several queries when there are many; rows come in no order.
    pub async fn rows_for_ids<'a>(
        &self,
        sql: &'static str,
        ids: impl IntoIterator<Item = &'a [u8; 16]>,
    ) -> Result<Vec<Row>, StoreError> {
        let ids: Vec<Value<'_>> = ids.into_iter().map(|id| Value::from(id.as_slice())).collect();
        let mut rows = Vec::new();
        for part in ids.chunks(INSERT_ROWS) {
            let text = sql.replace("{ids}", &parameters(self.engine(), 1, part.len()));
            rows.extend(self.rows_of(Cow::Owned(text), part).await?);
        }
        Ok(rows)
    }

    async fn rows_of(&self, sql: Cow<'static, str>, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        let text = AssertSqlSafe(sql.clone().into_owned());
        match &self.engine {
            Engine::Sqlite { readers, .. } => bind_sqlite(sqlx::query(text), values)
                .fetch_all(readers)
                .await
                .map(|rows| rows.into_iter().map(Row::Sqlite).collect()),
            Engine::Postgres(pool) => bind_postgres(sqlx::query(text), values)
                .fetch_all(pool)
                .await
                .map(|rows| rows.into_iter().map(Row::Postgres).collect()),
        }
        .map_err(|source| StoreError::statement(sql, source))
    }

    /// Prepares a statement without running it: an error says what this engine refuses about it.
    pub async fn prepare(&self, sql: &'static str) -> Result<(), StoreError> {
        use sqlx::SqlSafeStr as _;
        // A statement for a set of ids is prepared for a set of two.
        let text = AssertSqlSafe(sql.replace("{ids}", "$1, $2"));
        match &self.engine {
            Engine::Sqlite { readers, .. } => readers.prepare(text.into_sql_str()).await.map(drop),
            Engine::Postgres(pool) => pool.prepare(text.into_sql_str()).await.map(drop),
        }
        .map_err(|source| StoreError::statement(sql.into(), source))
    }

    /// Closes the connections; on SQLite the write-ahead log is folded into the file.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Engine::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Runs a statement and gives the number of rows it touched.
    pub async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        match &mut self.inner {
            TxInner::Sqlite(tx) => bind_sqlite(sqlx::query(sql), values)
                .execute(&mut **tx)
                .await
                .map(|done| done.rows_affected()),
            TxInner::Postgres(tx) => bind_postgres(sqlx::query(sql), values)
                .execute(&mut **tx)
                .await
                .map(|done| done.rows_affected()),
        }
        .map_err(|source| StoreError::statement(sql.into(), source))
    }

    /// All rows of a query, seeing this transaction's own writes.
    pub async fn rows(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        self.rows_of(sql.to_owned(), values).await
    }

    /// The only row of a query, if there is one.
    pub async fn row(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    fn engine(&self) -> EngineName {
        match self.inner {
            TxInner::Sqlite(_) => EngineName::Sqlite,
            TxInner::Postgres(_) => EngineName::Postgres,
        }
    }

    /// As [`Db::rows_for_ids`], seeing this transaction's own writes.
    pub async fn rows_for_ids<'a>(
        &mut self,
        sql: &'static str,
        ids: impl IntoIterator<Item = &'a [u8; 16]>,
    ) -> Result<Vec<Row>, StoreError> {
        let ids: Vec<Value<'_>> = ids.into_iter().map(|id| Value::from(id.as_slice())).collect();
        let mut rows = Vec::new();
        for part in ids.chunks(INSERT_ROWS) {
            let text = sql.replace("{ids}", &parameters(self.engine(), 1, part.len()));
            rows.extend(self.rows_of(text, part).await?);
        }
        Ok(rows)
    }

    /// Inserts many rows with few statements: `head` is `INSERT INTO t (a, b)`, `tail` what follows the
    /// values (`ON CONFLICT …`, `RETURNING …` or nothing), `values` all rows one after the other,
    /// `width` values each. Gives the rows of a `RETURNING`.
    pub async fn insert_many(
        &mut self,
        head: &'static str,
        tail: &'static str,
        width: usize,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        debug_assert_eq!(values.len() % width, 0, "whole rows");
        let rows_at_once = INSERT_ROWS.min(MAX_PARAMETERS / width);
        let mut answer = Vec::new();
        for part in values.chunks(rows_at_once * width) {
            let lists: Vec<String> = (0..part.len() / width)
                .map(|row| format!("({})", parameters(self.engine(), row * width + 1, width)))
                .collect();
            answer.extend(self.rows_of(format!("{head} VALUES {} {tail}", lists.join(", ")), part).await?);
        }
        Ok(answer)
    }

    /// Takes the lock under which `change_log` numbers are handed out, so that their order is the order
    /// of commit. SQLite's write transaction is that lock already.
    pub async fn lock_change_log(&mut self) -> Result<(), StoreError> {
        if let TxInner::Postgres(tx) = &mut self.inner {
            sqlx::query(CHANGE_LOG_LOCK)
                .execute(&mut **tx)
                .await
                .map_err(|source| StoreError::statement(CHANGE_LOG_LOCK.into(), source))?;
        }
        Ok(())
    }

    /// Runs several statements separated by semicolons, without parameters: migrations.
    pub async fn execute_script(&mut self, script: &'static str) -> Result<(), StoreError> {
        match &mut self.inner {
            TxInner::Sqlite(tx) => sqlx::raw_sql(script).execute(&mut **tx).await.map(drop),
            TxInner::Postgres(tx) => sqlx::raw_sql(script).execute(&mut **tx).await.map(drop),
        }
        .map_err(|source| StoreError::statement(script.into(), source))
    }

    /// Makes everything written durable. When this returns, a power cut loses nothing of it.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            TxInner::Sqlite(tx) => tx.commit().await,
            TxInner::Postgres(tx) => tx.commit().await,
        }
        .map_err(StoreError::commit)
    }

    async fn rows_of(&mut self, sql: String, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        let text = AssertSqlSafe(sql.clone());
        match &mut self.inner {
            TxInner::Sqlite(tx) => bind_sqlite(sqlx::query(text), values)
                .fetch_all(&mut **tx)
                .await
                .map(|rows| rows.into_iter().map(Row::Sqlite).collect()),
            TxInner::Postgres(tx) => bind_postgres(sqlx::query(text), values)
                .fetch_all(&mut **tx)
                .await
                .map(|rows| rows.into_iter().map(Row::Postgres).collect()),
        }
        .map_err(|source| StoreError::statement(sql.into(), source))
    }
}

macro_rules! row_getters {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)+) => {
        impl Row {
            $($(#[$doc])*
            pub fn $name(&self, column: usize) -> Result<$type, StoreError> {
                match self {
                    Self::Sqlite(row) => row.try_get(column),
                    Self::Postgres(row) => row.try_get(column),
                }
                .map_err(|source| StoreError::Column { column, source })
            })+
        }
    };
}

row_getters! {
    /// An integer that is never NULL.
    int: i64;
    /// An integer or NULL.
    opt_int: Option<i64>;
    /// A real number that is never NULL.
    real: f64;
    /// A real number or NULL.
    opt_real: Option<f64>;
    /// A text that is never NULL.
    text: String;
    /// A text or NULL.
    opt_text: Option<String>;
    /// Bytes that are never NULL.
    bytes: Vec<u8>;
    /// Bytes or NULL.
    opt_bytes: Option<Vec<u8>>;
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<i32> for Value<'_> {
    fn from(value: i32) -> Self {
        Self::Int(Some(i64::from(value)))
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Int(Some(i64::from(value)))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Value<'_> {
    fn from(value: f64) -> Self {
        Self::Real(Some(value))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Some(Cow::Borrowed(value)))
    }
}

impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Self::Text(Some(Cow::Owned(value)))
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(value: Option<&'a str>) -> Self {
        Self::Text(value.map(Cow::Borrowed))
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(Some(Cow::Borrowed(value)))
    }
}

impl<'a> From<&'a [u8; 16]> for Value<'a> {
    fn from(value: &'a [u8; 16]) -> Self {
        Self::Bytes(Some(Cow::Borrowed(value)))
    }
}

/// `$first, $first+1, …`, `count` of them; on SQLite as many `?`. SQLite keeps the names of a statement's
/// parameters in one list and searches it from the front for each, so thousands of `$n` cost a square.
fn parameters(engine: EngineName, first: usize, count: usize) -> String {
    let mut list = String::with_capacity(count * 7);
    for number in first..first + count {
        if number > first {
            list.push_str(", ");
        }
        match engine {
            EngineName::Sqlite => list.push('?'),
            EngineName::Postgres => {
                list.push('$');
                list.push_str(&number.to_string());
            }
        }
    }
    list
}

fn bind_sqlite<'q>(
    mut query: Query<'q, Sqlite, SqliteArguments>,
    values: &[Value<'_>],
) -> Query<'q, Sqlite, SqliteArguments> {
    for value in values {
        query = match value {
            Value::Int(number) => query.bind(*number),
            Value::Real(number) => query.bind(*number),
            Value::Text(text) => query.bind(text.as_deref()),
            Value::Bytes(bytes) => query.bind(bytes.as_deref()),
        };
    }
    query
}

fn bind_postgres<'q>(
    mut query: Query<'q, Postgres, PgArguments>,
    values: &[Value<'_>],
) -> Query<'q, Postgres, PgArguments> {
    for value in values {
        query = match value {
            Value::Int(number) => query.bind(*number),
            Value::Real(number) => query.bind(*number),
            Value::Text(text) => query.bind(text.as_deref()),
            Value::Bytes(bytes) => query.bind(bytes.as_deref()),
        };
    }
    query
}

/// The address without its password, fit for a log, an error or a screen.
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    match rest.rsplit_once('@') {
        Some((account, host)) => {
            let user = account.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:…@{host}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_never_reach_an_error() {
        assert_eq!(without_password("postgres://ana:se@creta@db/raiz"), "postgres://ana:…@db/raiz");
        assert_eq!(without_password("postgres://db/raiz"), "postgres://db/raiz");
        assert_eq!(without_password("sqlite:datos/raiz.db"), "sqlite:datos/raiz.db");
    }

    #[test]
    fn parameters_are_numbered_from_the_first() {
        assert_eq!(parameters(EngineName::Postgres, 1, 3), "$1, $2, $3");
        assert_eq!(parameters(EngineName::Postgres, 4, 1), "$4");
        assert_eq!(parameters(EngineName::Sqlite, 4, 2), "?, ?");
    }
}

//! What can go wrong in the store.

use std::borrow::Cow;

/// Longest part of a statement shown in an error, in characters.
const SHOWN_CHARS: usize = 120;

/// A failure of the store, naming what was tried. Values of parameters are never part of it.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's message says what it is")]
pub enum StoreError {
    #[error("cannot open the database {url}")]
    Open { url: String, source: sqlx::Error },
    #[error("cannot begin a transaction")]
    Begin { source: sqlx::Error },
    #[error("cannot commit a transaction")]
    Commit { source: sqlx::Error },
    #[error("statement failed: {sql}")]
    Statement { sql: String, source: sqlx::Error },
    #[error("column {column} of an answer has another type than expected")]
    Column { column: usize, source: sqlx::Error },
    #[error("table `{table}`, column `{column}`: unknown value `{value}`")]
    BadData { table: &'static str, column: &'static str, value: String },
    #[error(
        "the database was written by a newer raiz (schema {found}, this one knows {known}); install the newer version"
    )]
    TooNew { found: i64, known: i64 },
    #[error(
        "migration {version} `{name}` is not the one this database was made with; restore the backup or use the raiz that made it"
    )]
    ForeignMigration { version: i64, name: String },
    #[error("the complaints were not written: {reason}")]
    NotWritten { reason: String },
    #[error("the store has stopped taking complaints")]
    Stopped,
    #[error("too many complaints are waiting to be written; try again in {retry_after_s} s")]
    Busy { retry_after_s: u64 },
}

impl StoreError {
    pub(super) fn begin(source: sqlx::Error) -> Self {
        Self::Begin { source }
    }

    pub(super) fn commit(source: sqlx::Error) -> Self {
        Self::Commit { source }
    }

    pub(super) fn statement(sql: Cow<'static, str>, source: sqlx::Error) -> Self {
        let mut shown: String = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((cut, _)) = shown.char_indices().nth(SHOWN_CHARS) {
            shown.truncate(cut);
            shown.push('…');
        }
        Self::Statement { sql: shown, source }
    }

    pub(super) fn bad_data(table: &'static str, column: &'static str, value: impl Into<String>) -> Self {
        Self::BadData { table, column, value: value.into() }
    }

    /// Whether a unique or foreign key refused the write: the rows are at fault, not the store.
    pub fn is_constraint(&self) -> bool {
        match self {
            Self::Statement { source, .. } | Self::Commit { source } => source
                .as_database_error()
                .is_some_and(|error| error.is_unique_violation() || error.is_foreign_key_violation()),
            _ => false,
        }
    }
}

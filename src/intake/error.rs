//! What keeps a whole file from being read. What is wrong with one row is `row::RowError`.

use std::io;

use crate::intake::columns::FieldName;

/// Why a file cannot be read at all. Every variant names the file or the limit, never its content.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The file cannot be opened or its first bytes cannot be read.
    #[error("cannot read `{name}`: {cause}")]
    Unreadable {
        /// The file as the caller named it.
        name: String,
        /// What the system or the decompressor said.
        cause: io::Error,
    },
    /// There is nothing in it.
    #[error("`{name}` is empty")]
    Empty {
        /// The file as the caller named it.
        name: String,
    },
    /// It is neither a table, nor JSON, nor a workbook.
    #[error("`{name}` is not a table, JSON or a workbook: it looks like {looks_like}")]
    NotReadableAsRows {
        /// The file as the caller named it.
        name: String,
        /// What its first bytes say, e.g. `a PNG image`.
        looks_like: &'static str,
    },
    /// A workbook over one of the limits.
    #[error("workbook `{name}` has more than {limit} {what}")]
    WorkbookTooLarge {
        /// The file as the caller named it.
        name: String,
        /// What there is too much of, with its unit: `rows`, `bytes`.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// A workbook that cannot be opened.
    #[error("workbook `{name}` cannot be opened: {reason}")]
    BrokenWorkbook {
        /// The file as the caller named it.
        name: String,
        /// What the reader said.
        reason: String,
    },
    /// The header is too wide to be one.
    #[error("`{name}` has {found} columns, at most {limit} are read")]
    TooManyColumns {
        /// The file as the caller named it.
        name: String,
        /// Columns in the header.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// The header row cannot be read.
    #[error("the header of `{name}` cannot be read: {reason}")]
    BrokenHeader {
        /// The file as the caller named it.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A correction names a column the file does not have.
    #[error("`{name}` has no column `{column}` to take as {field}; it has: {columns}")]
    UnknownColumn {
        /// The file as the caller named it.
        name: String,
        /// The field the correction is for.
        field: FieldName,
        /// The column it names.
        column: String,
        /// The columns there are.
        columns: String,
    },
    /// No column holds a text, a product or an issue, so that no row could be a complaint.
    #[error("no column of `{name}` looks like a text, a product or an issue; it has: {columns}")]
    NothingToSay {
        /// The file as the caller named it.
        name: String,
        /// The columns there are.
        columns: String,
    },
}

impl IntakeError {
    /// A stable code for message tables and scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { cause, .. } if cause.kind() == io::ErrorKind::UnexpectedEof => "truncated",
            Self::Unreadable { .. } => "unreadable",
            Self::Empty { .. } => "empty",
            Self::NotReadableAsRows { .. } => "not_readable_as_rows",
            Self::WorkbookTooLarge { .. } => "workbook_too_large",
            Self::BrokenWorkbook { .. } => "broken_workbook",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::BrokenHeader { .. } => "broken_header",
            Self::UnknownColumn { .. } => "unknown_column",
            Self::NothingToSay { .. } => "nothing_to_say",
        }
    }

    /// What to do about it, in English.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unreadable { cause, .. } => match cause.kind() {
                io::ErrorKind::NotFound => "check the path",
                io::ErrorKind::PermissionDenied => "give the user that runs raiz the right to read it",
                io::ErrorKind::UnexpectedEof => "the file was cut short: copy or download it again",
                _ => "copy or download the file again",
            },
            Self::Empty { .. } => "export it again with a header and rows",
            Self::NotReadableAsRows { .. } => {
                "export the complaints as CSV, NDJSON, a JSON array or an Excel workbook"
            }
            Self::WorkbookTooLarge { .. } => "export it as CSV, which has no such limit",
            Self::BrokenWorkbook { .. } => "open it in a spreadsheet program and export it as CSV",
            Self::TooManyColumns { .. } => "export only the columns that are needed",
            Self::BrokenHeader { .. } => "make the first row the names of the columns, as UTF-8 text",
            Self::UnknownColumn { .. } => "name one of the columns of the file",
            Self::NothingToSay { .. } => "say which column is which, e.g. --map text=COLUMN",
        }
    }
}

//! What comes out of a file: complaints, and rows that could not become one.

use std::fmt;
use std::io;

use crate::domain::complaint::{FieldError, NewComplaint};
use crate::intake::plan::Encoding;

/// Most bytes of a rejected row that are kept to show it again.
pub const MAX_RAW_BYTES: usize = 16 * 1024;

/// A row that is a complaint and keeps every rule of `NewComplaint::check`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Where the row stands, see `RowError::line`.
    pub line: u64,
    /// The complaint.
    pub complaint: NewComplaint,
}

/// A row that was refused, and why. Reading goes on after it, unless `ends_file`.
#[derive(Clone, Debug, PartialEq)]
pub struct RowError {
    /// Where the row stands: the line of a text file (from 1, the header included) at which the row
    /// starts, the row of a worksheet, or the number of the element in a JSON array (from 1).
    pub line: u64,
    /// The field, by the name the API uses; `row` when no single field is at fault; `file` when reading
    /// ends here.
    pub field: String,
    /// Stable code, e.g. `column_count`.
    pub code: String,
    /// What is wrong, in English, without the value itself.
    pub reason: String,
    /// What to do about it.
    pub remedy: String,
    /// The row as it was read, cut at `MAX_RAW_BYTES`; absent when it could not be.
    pub raw: Option<RawRow>,
}

/// A rejected row's own words. They may hold personal data, so `Debug` shows their length only.
#[derive(Clone, PartialEq, Eq)]
pub struct RawRow(String);

impl RowError {
    /// Whether the file cannot be read past this point, e.g. because it was cut short.
    pub fn ends_file(&self) -> bool {
        self.field == "file"
    }

    /// The end of reading: what comes after this point is lost.
    pub(super) fn end_of_file(line: u64, cause: &io::Error) -> Self {
        let error = if cause.kind() == io::ErrorKind::UnexpectedEof {
            FieldError::new("file", "truncated", "is cut short here", "copy or download the file again")
        } else {
            let reason = format!("cannot be read past here: {cause}");
            FieldError::new("file", "unreadable", reason, "copy or download the file again")
        };
        Self::new(line, error, None)
    }

    pub(super) fn new(line: u64, error: FieldError, raw: Option<RawRow>) -> Self {
        let FieldError { field, code, reason, remedy } = error;
        Self { line, field, code, reason, remedy, raw }
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, {}: {}; {}", self.line, self.field, self.reason, self.remedy)
    }
}

impl RawRow {
    /// The first `MAX_RAW_BYTES` of a row; bytes that are no text in this encoding are replaced.
    pub(super) fn cut(bytes: &[u8], encoding: Encoding) -> Self {
        let kept = &bytes[..bytes.len().min(MAX_RAW_BYTES)];
        let text = match encoding {
            Encoding::Windows1252 => encoding_rs::WINDOWS_1252.decode_without_bom_handling(kept).0,
            Encoding::Utf8 | Encoding::Utf16 | Encoding::Ascii => String::from_utf8_lossy(kept),
        };
        Self(text.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// The words. Never log them.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RawRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawRow({} bytes)", self.0.len())
    }
}

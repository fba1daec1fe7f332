//! How a file is going to be read, for people to look at before they agree.

use std::fmt;

use crate::domain::time::Day;
use crate::intake::columns::FieldName;
use crate::intake::dates::DateOrder;
use crate::intake::presets::Preset;

/// What was found out about a file from its first bytes, and what will be done with each column.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The file as the caller named it.
    pub name: String,
    /// How rows are written.
    pub format: Format,
    /// What had to be unpacked.
    pub compression: Compression,
    /// How letters are written.
    pub encoding: Encoding,
    /// The layout of a public source, given or recognised.
    pub preset: Option<Preset>,
    /// Every column, in the file's order; for JSON the members seen in the sample.
    pub columns: Vec<String>,
    /// The columns that fill fields, in the order of `FieldName::ALL`.
    pub mapping: Vec<Mapped>,
    /// The columns that go to `facts.extra`.
    pub extras: Vec<String>,
    /// Order of day and month in numeric dates; `None` without a date column.
    pub date_order: Option<DateChoice>,
    /// The source of rows that name none.
    pub source: String,
    /// What else the reader of the plan should know.
    pub notes: Vec<Note>,
}

impl Plan {
    /// The column that fills `field`.
    pub fn mapped(&self, field: FieldName) -> Option<&Mapped> {
        self.mapping.iter().find(|mapped| mapped.field == field)
    }
}

/// How rows are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// Delimited text.
    Csv {
        /// What separates cells: comma, semicolon, tab or bar.
        delimiter: char,
    },
    /// One JSON object per line.
    Ndjson,
    /// A JSON array of objects.
    JsonArray,
    /// JSON objects one after another, each over several lines.
    JsonObjects,
    /// A worksheet of an Excel or OpenDocument workbook.
    Workbook {
        /// The sheet that is read.
        sheet: String,
    },
}

/// What had to be unpacked, recognised by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the formats' names")]
pub enum Compression {
    None,
    Gzip,
    Zstd,
}

/// How letters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16 with a byte order mark.
    Utf16,
    /// Windows-1252 (a superset of Latin-1), because the sample is not UTF-8.
    Windows1252,
    /// Only ASCII in the sample: the first other letter decides between UTF-8 and Windows-1252.
    Ascii,
}

/// A column that fills a field, and how sure that is.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapped {
    /// The field.
    pub field: FieldName,
    /// The column's name.
    pub column: String,
    /// From 0 (a guess in the dark) to 1 (told so).
    pub confidence: f32,
    /// What the choice rests on.
    pub basis: Basis,
    /// The first value the column has in the sample, shortened. It may hold personal data.
    pub sample: Option<String>,
}

/// What a mapping rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The caller said so.
    Correction,
    /// The layout of a public source.
    Preset,
    /// The column's name.
    Header,
    /// What the column holds.
    Content,
}

/// The order of day and month, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateChoice {
    /// The order numeric dates are read in.
    pub order: DateOrder,
    /// What it rests on.
    pub reason: DateReason,
}

/// What the order of day and month rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateReason {
    /// The caller said so.
    Given,
    /// The sample has days over 12 in one place only.
    Days,
    /// The sample has days over 12 in both places; most are in this one.
    MostDays,
    /// No date of the sample needs the decision: years come first or months have names.
    NotNeeded,
    /// Ambiguous: the layout of the public source.
    Preset,
    /// Ambiguous: the language of the column names.
    HeaderLanguage,
}

/// Something the reader of a plan should know. `Display` says it in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// No column is a date: every row gets this day.
    NoDateColumn {
        /// The day.
        day: Day,
    },
    /// No column is an id: rows that are read twice are not recognised as the same.
    NoIdColumn,
    /// The same column name twice: the later one was renamed.
    DuplicateColumn {
        /// The name both had.
        name: String,
        /// The later one's name now.
        renamed: String,
    },
    /// A column without a name got one.
    UnnamedColumn {
        /// The name it got.
        renamed: String,
    },
    /// There were more columns than extras a complaint may carry.
    ExtrasDropped {
        /// The columns nobody reads.
        columns: Vec<String>,
    },
    /// Lines above the header were skipped.
    LinesAboveHeader {
        /// How many.
        count: u64,
    },
    /// The workbook has more sheets than the one that is read.
    OtherSheets {
        /// Their names.
        names: Vec<String>,
    },
    /// There is a header and nothing else.
    NoRows,
}

impl Note {
    /// A stable code for message tables.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoDateColumn { .. } => "no_date_column",
            Self::NoIdColumn => "no_id_column",
            Self::DuplicateColumn { .. } => "duplicate_column",
            Self::UnnamedColumn { .. } => "unnamed_column",
            Self::ExtrasDropped { .. } => "extras_dropped",
            Self::LinesAboveHeader { .. } => "lines_above_header",
            Self::OtherSheets { .. } => "other_sheets",
            Self::NoRows => "no_rows",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDateColumn { day } => write!(f, "no column is a date: every row is dated {day}"),
            Self::NoIdColumn => f.write_str("no column is an id: a row read twice is two complaints"),
            Self::DuplicateColumn { name, renamed } => {
                write!(f, "column `{name}` is there twice: the later one is called `{renamed}`")
            }
            Self::UnnamedColumn { renamed } => write!(f, "a column without a name is called `{renamed}`"),
            Self::ExtrasDropped { columns } => {
                write!(f, "too many columns; these are left out: {}", columns.join(", "))
            }
            Self::LinesAboveHeader { count } => write!(f, "{count} lines above the header are skipped"),
            Self::OtherSheets { names } => write!(f, "other sheets are not read: {}", names.join(", ")),
            Self::NoRows => f.write_str("there is a header and no rows"),
        }
    }
}

/// What became of the rows read so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows that became complaints.
    pub accepted: u64,
    /// Rows that were refused.
    pub rejected: u64,
    /// Extra values that were left out because they are longer than `MAX_FIELD_BYTES` or because the
    /// row has more than `MAX_EXTRA_FIELDS` of them.
    pub extras_dropped: u64,
}

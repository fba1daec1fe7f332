//! What the caller decides about reading a file.

use jiff::tz::TimeZone;

use crate::domain::time::{Day, Timestamp};
use crate::intake::columns::FieldName;
use crate::intake::dates::DateOrder;
use crate::intake::presets::Preset;

/// How to read a file. `Options::new` is enough for most; the rest corrects what would be guessed.
#[derive(Clone, Debug)]
pub struct Options {
    /// Source of every row. `None` takes the source column, then the preset's name, then the file's.
    pub source: Option<String>,
    /// Layout of a public source. `None` recognises one when its header is there.
    pub preset: Option<Preset>,
    /// Columns the caller names for fields; they win over preset and guess. An empty column name leaves
    /// the field without a column.
    pub corrections: Vec<(FieldName, String)>,
    /// Order of day and month in numeric dates. `None` decides it from the column.
    pub date_order: Option<DateOrder>,
    /// Day of reception where the file has no date column. `None` takes `now`.
    pub default_day: Option<Day>,
    /// The organisation's time zone: dates without one are read in it, and days are counted in it.
    pub zone: TimeZone,
    /// The time of reading.
    pub now: Timestamp,
}

impl Options {
    /// Guess everything.
    pub fn new(zone: TimeZone, now: Timestamp) -> Self {
        Self {
            source: None,
            preset: None,
            corrections: Vec::new(),
            date_order: None,
            default_day: None,
            zone,
            now,
        }
    }
}

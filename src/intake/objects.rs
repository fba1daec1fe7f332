//! Rows that are JSON objects.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::BufReader;

use crate::domain::complaint::{FieldError, NewComplaint};
use crate::intake::arrange::{self, Arrangement, MAX_COLUMNS, SAMPLE_ROWS, Sample};
use crate::intake::assemble::{Assembler, Cells, Slot};
use crate::intake::bytes::{Bytes, Sampled};
use crate::intake::columns::FieldName;
use crate::intake::delimited::MAX_ROW_BYTES;
use crate::intake::encoding;
use crate::intake::error::IntakeError;
use crate::intake::file::{Opened, Rows};
use crate::intake::json;
use crate::intake::json_rows::{JsonRows, Layout, NextValue};
use crate::intake::options::Options;
use crate::intake::plan::{Encoding, Format, Note};
use crate::intake::row::{RawRow, Row, RowError};

/// Buffer in front of the cutter of values.
const BUFFER_BYTES: usize = 1 << 16;

/// The rows of a JSON file.
pub(super) struct ObjectRows {
    reader: JsonRows<BufReader<Sampled<Bytes>>>,
    encoding: Encoding,
    slots: HashMap<String, Slot>,
    /// Fields that a member of the same name may still fill when it turns up after the sample.
    open_fields: Vec<FieldName>,
}

/// Plans the reading of a JSON file from the members its first objects have.
pub(super) fn open(
    stream: Sampled<Bytes>,
    layout: Layout,
    encoding: Encoding,
    name: &str,
    options: &Options,
) -> Result<Opened, IntakeError> {
    let (sample, values) = sample_members(stream.sample(), layout, encoding);
    // Without a single object there is nothing to arrange: each row will say what is wrong with it.
    let mut arrangement = if sample.rows.is_empty() {
        Arrangement::of_nothing(options)
    } else {
        arrange::arrange(name, &sample, options)?
    };
    if values == 0 && stream.is_whole() {
        arrangement.notes.push(Note::NoRows);
    }
    let slots = sample.columns.iter().cloned().zip(arrangement.slots.iter().copied()).collect();
    let is_closed = |field: &FieldName| {
        arrangement.mapping.iter().any(|mapped| mapped.field == *field)
            || options.corrections.iter().any(|(corrected, _)| corrected == field)
            || (*field == FieldName::Source && options.source.is_some())
            // The plan has told the day of every row already.
            || *field == FieldName::ReceivedAt
    };
    let open_fields = FieldName::ALL.into_iter().filter(|field| !is_closed(field)).collect();
    let format = match layout {
        Layout::Lines => Format::Ndjson,
        Layout::Array => Format::JsonArray,
        Layout::Sequence => Format::JsonObjects,
    };
    let reader = JsonRows::new(BufReader::with_capacity(BUFFER_BYTES, stream), layout);
    let rows = ObjectRows { reader, encoding, slots, open_fields };
    Ok(Opened { format, encoding, columns: sample.columns, arrangement, rows: Rows::Json(Box::new(rows)) })
}

/// The members of the objects in the sample, and how many values of any kind there were.
fn sample_members(bytes: &[u8], layout: Layout, mut encoding: Encoding) -> (Sample, usize) {
    let mut reader = JsonRows::new(bytes, layout);
    let mut sample = Sample::default();
    let mut places = HashMap::new();
    let mut values = 0;
    while values < SAMPLE_ROWS {
        match reader.next() {
            NextValue::End => break,
            NextValue::Value => {}
            NextValue::TooLong | NextValue::Unclosed | NextValue::Trailing => {
                values += 1;
                continue;
            }
        }
        values += 1;
        let Some(members) =
            encoding::text_of(&mut encoding, reader.raw()).and_then(|text| json::members_of(&text).ok())
        else {
            continue;
        };
        let mut row = Vec::new();
        for (name, value) in members {
            let next = sample.columns.len();
            if next >= MAX_COLUMNS && !places.contains_key(&name) {
                continue;
            }
            let place = *places.entry(name.clone()).or_insert(next);
            if place == next {
                sample.columns.push(name);
            }
            if row.len() <= place {
                row.resize(place + 1, String::new());
            }
            row[place] = value;
        }
        sample.rows.push(row);
    }
    (sample, values)
}

impl ObjectRows {
    /// The next row that is not empty.
    pub fn next(&mut self, assembler: &mut Assembler) -> Option<Result<Row, RowError>> {
        let next = self.reader.next();
        let line = self.reader.line();
        let result = match next {
            NextValue::End => {
                let cause = self.reader.take_failure()?;
                return Some(Err(RowError::end_of_file(line, &cause)));
            }
            NextValue::Value => self.complaint(assembler),
            NextValue::TooLong => Err(FieldError::new(
                "row",
                "row_too_long",
                format!("has more than {MAX_ROW_BYTES} bytes"),
                "shorten it or split the complaint",
            )),
            NextValue::Unclosed => Err(FieldError::new(
                "file",
                "truncated",
                "ends inside a JSON value",
                "copy or download the file again",
            )),
            NextValue::Trailing => Err(FieldError::new(
                "file",
                "after_array",
                "goes on after the end of the JSON array",
                "put all complaints into one array, or write one per line",
            )),
        };
        Some(match result {
            Ok(complaint) => Ok(Row { line, complaint }),
            Err(error) => {
                Err(RowError::new(line, error, Some(RawRow::cut(self.reader.raw(), self.encoding))))
            }
        })
    }

    fn complaint(&mut self, assembler: &mut Assembler) -> Result<NewComplaint, FieldError> {
        let Some(text) = encoding::text_of(&mut self.encoding, self.reader.raw()) else {
            return Err(FieldError::new(
                "row",
                "invalid_utf8",
                "is not valid UTF-8",
                "save the file as UTF-8",
            ));
        };
        let mut cells = Cells::default();
        for (name, value) in json::members_of(&text)? {
            let slot = self.slots.get(&name).copied().unwrap_or_else(|| {
                let field = FieldName::parse(&name).filter(|field| self.open_fields.contains(field));
                field.map_or(Slot::Extra, Slot::Field)
            });
            match slot {
                Slot::Field(field) => cells.put_field(field, Cow::Owned(value)),
                Slot::Extra => {
                    cells.put_extra(name.strip_prefix("extra.").unwrap_or(&name), Cow::Owned(value))
                }
                Slot::Unread => {}
            }
        }
        assembler.assemble(cells)
    }
}

impl std::fmt::Debug for ObjectRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ObjectRows").field("slots", &self.slots).finish_non_exhaustive()
    }
}

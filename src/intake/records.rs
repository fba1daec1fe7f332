//! Named columns of a file, cell by cell as written: for labelled texts, which are no complaints yet.
//!
//! Reads what `file::open` reads but workbooks, with the same reader, and gives meaning to nothing.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use jiff::civil::Time;
use jiff::tz::TimeZone;

use crate::intake::bytes::{self, Bytes, Sampled};
use crate::intake::columns::{self, FieldName};
use crate::intake::dates::{self, Moment};
use crate::intake::delimited::{BrokenRow, Delimited, MAX_ROW_BYTES, Next};
use crate::intake::encoding::{self, Transcoded};
use crate::intake::error::IntakeError;
use crate::intake::json;
use crate::intake::json_rows::{JsonRows, Layout, NextValue};
use crate::intake::plan::Encoding;
use crate::intake::sniff::{self, Kind};

/// The rows of a file, all in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Records {
    /// Names of the columns, or of all members the objects have.
    pub columns: Vec<String>,
    /// Cells by row; a row may be shorter than `columns`, what it lacks is empty.
    pub rows: Vec<Vec<String>>,
    /// Rows that could not be read, by line, with the reason.
    pub broken: Vec<(u64, String)>,
}

impl Records {
    /// Reads a whole file: CSV (comma, semicolon, tab, bar), JSON lines, a JSON array or objects; plain,
    /// gzip or zstd. What it is, its content tells.
    ///
    /// # Errors
    /// When the file as a whole cannot be read.
    pub fn read(path: &Path) -> Result<Self, IntakeError> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let unreadable = |cause| IntakeError::Unreadable { name: name.clone(), cause };
        let file = File::open(path).map_err(unreadable)?;
        let (unpacked, _, _) = bytes::unpack(Box::new(file)).map_err(unreadable)?;
        let mut stream = Sampled::take(unpacked);
        if sniff::is_workbook(stream.sample()) {
            return Err(IntakeError::NotReadableAsRows { name, looks_like: "a workbook; export it as CSV" });
        }
        let (mark_length, decoder) = encoding::byte_order_mark(stream.sample());
        let encoding = match (mark_length, &decoder) {
            (_, Some(_)) => Encoding::Utf16,
            (0, None) => encoding::recognise(stream.sample()),
            (_, None) => Encoding::Utf8,
        };
        stream.skip(mark_length);
        if let Some(decoder) = decoder {
            stream = Sampled::take(Box::new(Transcoded::new(stream, decoder)));
        }
        if stream.sample().is_empty() {
            return Err(match stream.take_failure() {
                Some(cause) => IntakeError::Unreadable { name, cause },
                None => IntakeError::Empty { name },
            });
        }
        if let Some(looks_like) = sniff::not_text(stream.sample()) {
            return Err(IntakeError::NotReadableAsRows { name, looks_like });
        }
        match sniff::kind_of(stream.sample(), &name) {
            Kind::Csv { delimiter, preamble } => {
                stream.skip(preamble);
                cells(Delimited::new(stream, delimiter), encoding, &name)
            }
            Kind::JsonLines => members(stream, Layout::Lines, encoding, &name),
            Kind::JsonArray => members(stream, Layout::Array, encoding, &name),
            Kind::JsonObjects => members(stream, Layout::Sequence, encoding, &name),
        }
    }

    /// The place of the column with exactly this name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// The place of the column whose name fits `field` best; none when no name fits.
    pub fn column_of(&self, field: FieldName) -> Option<usize> {
        let fit = |column: &String| field.confidence_of(&columns::normalise(column));
        let best = self.columns.iter().enumerate().max_by(|a, b| {
            // Of two that fit alike, the first column.
            fit(a.1).total_cmp(&fit(b.1)).then(b.0.cmp(&a.0))
        });
        best.filter(|(_, column)| fit(column) > 0.0).map(|(place, _)| place)
    }
}

/// Seconds since 1970 of an ISO date, with or without time and zone; without a zone, as if in UTC. `None`
/// for anything else: nothing is guessed.
pub fn iso_seconds(value: &str) -> Option<i64> {
    let utc = |local| Some(TimeZone::UTC.to_timestamp(local).ok()?.as_second());
    Some(match dates::parse_strict(value)? {
        Moment::Day(day) => utc(day.to_datetime(Time::midnight()))?,
        Moment::Local(local) => utc(local)?,
        Moment::Instant(instant) => instant.0.div_euclid(1_000_000),
    })
}

fn cells<R: Read>(
    mut reader: Delimited<R>,
    mut encoding: Encoding,
    name: &str,
) -> Result<Records, IntakeError> {
    let mut records = Records { columns: Vec::new(), rows: Vec::new(), broken: Vec::new() };
    loop {
        match reader.next() {
            Next::Record => {}
            Next::Broken(BrokenRow::TooLong) => {
                records.broken.push((reader.line(), format!("has more than {MAX_ROW_BYTES} bytes")));
                continue;
            }
            Next::Broken(BrokenRow::UnclosedQuote) => {
                records.broken.push((reader.line(), "opens a quote and does not close it".to_owned()));
                continue;
            }
            Next::End => break,
        }
        let cells: Option<Vec<String>> = (0..reader.width())
            .filter_map(|column| reader.cell(column))
            .map(|cell| {
                let text = encoding::text_of(&mut encoding, cell.bytes)?;
                Some(if cell.doubled { text.replace("\"\"", "\"") } else { text.into_owned() })
            })
            .collect();
        match cells {
            Some(cells) if records.columns.is_empty() => {
                records.columns = cells.into_iter().map(|cell| cell.trim().to_owned()).collect();
            }
            Some(cells) => records.rows.push(cells),
            None => records.broken.push((reader.line(), "is not valid UTF-8".to_owned())),
        }
    }
    match reader.take_failure() {
        Some(cause) => Err(IntakeError::Unreadable { name: name.to_owned(), cause }),
        None => Ok(records),
    }
}

fn members(
    stream: Sampled<Bytes>,
    layout: Layout,
    mut encoding: Encoding,
    name: &str,
) -> Result<Records, IntakeError> {
    let mut records = Records { columns: Vec::new(), rows: Vec::new(), broken: Vec::new() };
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut reader = JsonRows::new(BufReader::new(stream), layout);
    loop {
        let reason = match reader.next() {
            NextValue::End => break,
            NextValue::Value => {
                let text = encoding::text_of(&mut encoding, reader.raw());
                match text.map(|text| json::members_of(&text)) {
                    Some(Ok(members)) => {
                        let mut row = Vec::new();
                        for (member, value) in members {
                            let next = records.columns.len();
                            let place = *places.entry(member.clone()).or_insert(next);
                            if place == next {
                                records.columns.push(member);
                            }
                            if row.len() <= place {
                                row.resize(place + 1, String::new());
                            }
                            row[place] = value;
                        }
                        records.rows.push(row);
                        continue;
                    }
                    Some(Err(error)) => error.reason,
                    None => "is not valid UTF-8".to_owned(),
                }
            }
            NextValue::TooLong => format!("has more than {MAX_ROW_BYTES} bytes"),
            NextValue::Unclosed => "ends inside a JSON value".to_owned(),
            NextValue::Trailing => "goes on after the end of the JSON array".to_owned(),
        };
        records.broken.push((reader.line(), reason));
    }
    match reader.take_failure() {
        Some(cause) => Err(IntakeError::Unreadable { name: name.to_owned(), cause }),
        None => Ok(records),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(content: &[u8], name: &str) -> Records {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(name);
        fs::write(&path, content).unwrap();
        Records::read(&path).unwrap()
    }

    #[test]
    fn cells_come_as_written_whatever_the_format() {
        let csv = read("texto,motivo\n\"dijo \"\"no\"\",\n y colgó\",trato\nsí,\n".as_bytes(), "a.csv");
        let lines = read(
            "{\"texto\":\"dijo \\\"no\\\",\\n y colgó\",\"motivo\":\"trato\"}\n{\"texto\":\"sí\"}\n"
                .as_bytes(),
            "a.jsonl",
        );
        assert_eq!(csv.columns, ["texto", "motivo"]);
        for records in [&csv, &lines] {
            let cells = |name: &str| {
                let place = records.column(name).unwrap();
                records.rows.iter().map(|row| row.get(place).cloned().unwrap_or_default()).collect::<Vec<_>>()
            };
            assert_eq!(cells("texto"), ["dijo \"no\",\n y colgó", "sí"]);
            assert_eq!(cells("motivo"), ["trato", ""]);
        }
        assert_eq!(csv.column("motivo"), Some(1));
        assert_eq!(csv.column("razón"), None);
    }

    #[test]
    fn a_broken_line_costs_no_other() {
        let records = read(b"{\"a\":1}\n{oops\n{\"a\":2}\n", "a.jsonl");
        assert_eq!(records.rows, [["1"], ["2"]]);
        assert_eq!(records.broken.len(), 1);
        assert_eq!(records.broken[0].0, 2);
    }

    #[test]
    fn iso_dates_are_moments_and_nothing_else_is() {
        for (value, want) in [
            ("1970-01-02", Some(86_400)),
            ("1970-01-02T00:00:01Z", Some(86_401)),
            ("1970-01-02 00:00:01", Some(86_401)),
            ("02/01/1970", None),
            ("", None),
        ] {
            assert_eq!(iso_seconds(value), want, "{value}");
        }
    }

    #[test]
    fn usual_names_of_a_field_are_known() {
        let records = read(b"id,fecha,relato,motivo\n1,2026-01-02,a,b\n", "a.csv");
        assert_eq!(records.column_of(FieldName::Text), Some(2));
        assert_eq!(records.column_of(FieldName::ReceivedAt), Some(1));
        assert_eq!(records.column_of(FieldName::Channel), None);
    }
}

//! Rows of an Excel or OpenDocument workbook. These formats cannot be streamed safely, so they are
//! bounded: in bytes, packed and unpacked, and in rows. Larger ones are for CSV.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader, Xls, Xlsx};
use flate2::read::DeflateDecoder;

use crate::intake::error::IntakeError;

/// Largest workbook that is read, in bytes as it lies on disk.
pub(super) const MAX_WORKBOOK_BYTES: u64 = 64 << 20;
/// Largest content of a workbook, in bytes unpacked: a small file can hold very much of the same.
const MAX_UNPACKED_BYTES: u64 = 512 << 20;
/// Most rows that are read.
const MAX_WORKBOOK_ROWS: usize = 300_000;
/// Most letters that are read, in bytes of text: shared strings repeat for free.
const MAX_TEXT_BYTES: usize = 512 << 20;
/// Columns beyond this one are not read; a header this wide is refused.
const MAX_WIDTH: usize = super::arrange::MAX_COLUMNS + 1;
/// What a zip file begins each entry of its directory with, and the directory's end.
const ZIP_ENTRY: [u8; 4] = *b"PK\x01\x02";
const ZIP_END: [u8; 4] = *b"PK\x05\x06";

/// A worksheet in memory.
#[derive(Debug)]
pub(super) struct Sheet {
    /// Its name.
    pub name: String,
    /// The names of the others.
    pub others: Vec<String>,
    /// Its rows that hold anything, each with its number from 1.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// Reads the first sheet that holds anything of the workbook `file`, whose bytes these are.
pub(super) fn read(file: &str, bytes: Vec<u8>) -> Result<Sheet, IntakeError> {
    if bytes.len() as u64 > MAX_WORKBOOK_BYTES {
        return Err(too_large(file, "bytes", MAX_WORKBOOK_BYTES));
    }
    if bytes.starts_with(b"PK") && unpacked_size_exceeds(&bytes, MAX_UNPACKED_BYTES) {
        return Err(too_large(file, "bytes of content", MAX_UNPACKED_BYTES));
    }
    // The workbook reader is a large parser of hostile formats; a fault in it costs this file only.
    catch_unwind(AssertUnwindSafe(|| read_any(file, bytes)))
        .unwrap_or_else(|_| Err(broken(file, "its content is not what the format allows".to_owned())))
}

fn read_any(file: &str, bytes: Vec<u8>) -> Result<Sheet, IntakeError> {
    if !bytes.starts_with(b"PK") {
        let book = Xls::new(Cursor::new(bytes)).map_err(|error| broken(file, error.to_string()))?;
        return read_ranges(file, book);
    }
    let is_ods = bytes.get(30..).is_some_and(|rest| rest.starts_with(b"mimetype"));
    if is_ods {
        let book = Ods::new(Cursor::new(bytes)).map_err(|error| broken(file, error.to_string()))?;
        return read_ranges(file, book);
    }
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(file, error.to_string()))?;
    let mut names = book.sheet_names();
    for place in 0..names.len() {
        let mut rows = Collected::default();
        // Cell by cell, because a whole range would be allocated up to its farthest cell.
        let mut cells = match book.worksheet_cells_reader(&names[place]) {
            Ok(cells) => cells,
            Err(calamine::XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => return Err(broken(file, error.to_string())),
        };
        while let Some(cell) = cells.next_cell().map_err(|error| broken(file, error.to_string()))? {
            let (row, column) = cell.get_position();
            rows.put(file, row, column, text_of_ref(cell.get_value()))?;
        }
        if !rows.rows.is_empty() {
            let name = names.remove(place);
            return Ok(Sheet { name, others: names, rows: rows.rows });
        }
    }
    Err(IntakeError::Empty { name: file.to_owned() })
}

fn read_ranges<B>(file: &str, mut book: B) -> Result<Sheet, IntakeError>
where
    B: Reader<Cursor<Vec<u8>>>,
    B::Error: std::fmt::Display,
{
    let mut names = book.sheet_names();
    for place in 0..names.len() {
        let range = book.worksheet_range(&names[place]).map_err(|error| broken(file, error.to_string()))?;
        let (first_row, first_column) = range.start().unwrap_or_default();
        let mut rows = Collected::default();
        for (row, column, value) in range.used_cells() {
            let at =
                |first: u32, offset: usize| first.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
            rows.put(file, at(first_row, row), at(first_column, column), text_of(value))?;
        }
        if !rows.rows.is_empty() {
            let name = names.remove(place);
            return Ok(Sheet { name, others: names, rows: rows.rows });
        }
    }
    Err(IntakeError::Empty { name: file.to_owned() })
}

/// Rows as they are put together from single cells.
#[derive(Debug, Default)]
struct Collected {
    rows: Vec<(u64, Vec<String>)>,
    text_bytes: usize,
}

impl Collected {
    /// Cells come row by row; row and column count from 0.
    fn put(&mut self, file: &str, row: u32, column: u32, text: String) -> Result<(), IntakeError> {
        let column = column as usize;
        if text.trim().is_empty() || column >= MAX_WIDTH {
            return Ok(());
        }
        let number = u64::from(row) + 1;
        if self.rows.last().is_none_or(|last| last.0 != number) {
            if self.rows.len() >= MAX_WORKBOOK_ROWS {
                return Err(too_large(file, "rows", MAX_WORKBOOK_ROWS as u64));
            }
            self.rows.push((number, Vec::new()));
        }
        self.text_bytes = self.text_bytes.saturating_add(text.len());
        if self.text_bytes > MAX_TEXT_BYTES {
            return Err(too_large(file, "bytes of text", MAX_TEXT_BYTES as u64));
        }
        if let Some((_, cells)) = self.rows.last_mut() {
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            cells[column] = text;
        }
        Ok(())
    }
}

fn too_large(file: &str, what: &'static str, limit: u64) -> IntakeError {
    IntakeError::WorkbookTooLarge { name: file.to_owned(), what, limit }
}

fn broken(file: &str, reason: String) -> IntakeError {
    IntakeError::BrokenWorkbook { name: file.to_owned(), reason }
}

fn text_of(value: &Data) -> String {
    match value {
        Data::Empty | Data::Error(_) => String::new(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(truth) => truth.to_string(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::DateTime(moment) => text_of_moment(moment),
    }
}

fn text_of_ref(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::DateTime(moment) => text_of_moment(moment),
    }
}

/// A date cell as ISO text, without a time when it has none.
fn text_of_moment(moment: &ExcelDateTime) -> String {
    if !moment.is_datetime() {
        return moment.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        return format!("{year:04}-{month:02}-{day:02}");
    }
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

/// Whether the entries of a zip file unpack to more than `limit` bytes, whatever sizes it states: each
/// one is unpacked and forgotten. A file that is no sound zip does not exceed it; its reader will say so.
fn unpacked_size_exceeds(zip: &[u8], limit: u64) -> bool {
    let number = |at: usize, length: usize| {
        let bytes = zip.get(at..at.checked_add(length)?)?;
        Some(bytes.iter().rev().fold(0_usize, |number, byte| number << 8 | usize::from(*byte)))
    };
    let Some(end) = zip.windows(4).rposition(|window| window == ZIP_END) else { return false };
    let mut left = limit;
    let mut at = number(end + 16, 4).unwrap_or(usize::MAX);
    while zip.get(at..).is_some_and(|rest| rest.starts_with(&ZIP_ENTRY)) {
        let (Some(method), Some(packed), Some(offset)) =
            (number(at + 10, 2), number(at + 20, 4), number(at + 42, 4))
        else {
            return false;
        };
        let local_names = number(offset.saturating_add(26), 2).zip(number(offset.saturating_add(28), 2));
        let Some((name_length, extra_length)) = local_names else { return false };
        let from = offset + 30 + name_length + extra_length;
        let content = zip.get(from..).unwrap_or_default();
        let content = &content[..content.len().min(packed)];
        let size = match method {
            8 => inflated_size(content, left),
            _ => content.len() as u64,
        };
        if size > left {
            return true;
        }
        left -= size;
        let lengths = [number(at + 28, 2), number(at + 30, 2), number(at + 32, 2)];
        at += 46 + lengths.into_iter().flatten().sum::<usize>();
    }
    false
}

/// Bytes a deflated entry unpacks to, counted up to one more than `limit`, broken or not.
fn inflated_size(content: &[u8], limit: u64) -> u64 {
    let mut decoder = DeflateDecoder::new(content);
    let mut chunk = vec![0; 1 << 16];
    let mut size = 0;
    while size <= limit {
        match decoder.read(&mut chunk) {
            Ok(0) | Err(_) => break,
            Ok(count) => size += count as u64,
        }
    }
    size
}

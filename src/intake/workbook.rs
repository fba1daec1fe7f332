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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A zip file of deflated entries; the first is stored, as OpenDocument wants its `mimetype`.
    fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut directory = Vec::new();
        for (place, (name, content)) in entries.iter().enumerate() {
            let mut crc = flate2::Crc::new();
            crc.update(content);
            let method: u16 = if place == 0 { 0 } else { 8 };
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(content).expect("memory");
            let packed = if place == 0 { content.to_vec() } else { encoder.finish().expect("memory") };
            let number = |length: usize| u32::try_from(length).expect("small").to_le_bytes();
            let offset = number(file.len());
            // Version, flags, method, time, date, sums and sizes: the same in entry and directory.
            let mut common = vec![20, 0, 0, 0];
            common.extend(method.to_le_bytes());
            common.extend([0; 4]);
            common.extend(crc.sum().to_le_bytes());
            common.extend(number(packed.len()));
            common.extend(number(content.len()));
            common.extend(u16::try_from(name.len()).expect("short").to_le_bytes());
            common.extend([0, 0]);
            file.extend(b"PK\x03\x04");
            file.extend(&common);
            file.extend(name.as_bytes());
            file.extend(&packed);
            directory.extend(ZIP_ENTRY);
            directory.extend([20, 0]);
            directory.extend(&common);
            directory.extend([0; 10]);
            directory.extend(offset);
            directory.extend(name.as_bytes());
        }
        let (start, length) = (file.len(), directory.len());
        let count = u16::try_from(entries.len()).expect("few").to_le_bytes();
        file.extend(directory);
        file.extend(ZIP_END);
        file.extend([0; 4]);
        file.extend(count);
        file.extend(count);
        file.extend(u32::try_from(length).expect("small").to_le_bytes());
        file.extend(u32::try_from(start).expect("small").to_le_bytes());
        file.extend([0; 2]);
        file
    }

    const TYPES: &[u8] = br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
    const RELS: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    const BOOK: &[u8] = br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Vacia" sheetId="1" r:id="r1"/><sheet name="Reclamos" sheetId="2" r:id="r2"/></sheets></workbook>"#;
    const BOOK_RELS: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="r3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
    const STYLES: &[u8] = br#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;

    /// An Excel workbook whose second sheet has this content.
    fn xlsx(rows: &str) -> Vec<u8> {
        let sheet = |rows: &str| {
            format!(
                r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
            )
        };
        zip(&[
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", RELS),
            ("xl/workbook.xml", BOOK),
            ("xl/_rels/workbook.xml.rels", BOOK_RELS),
            ("xl/styles.xml", STYLES),
            ("xl/worksheets/sheet1.xml", sheet("").as_bytes()),
            ("xl/worksheets/sheet2.xml", sheet(rows).as_bytes()),
        ])
    }

    const ROWS: &str = r#"<row r="2"><c r="A2" t="inlineStr"><is><t>id</t></is></c><c r="C2" t="inlineStr"><is><t>texto</t></is></c></row><row r="4"><c r="A4"><v>7</v></c><c r="B4" s="1"><v>45000.5</v></c><c r="C4" t="inlineStr"><is><t>no hay luz</t></is></c><c r="D4" t="b"><v>1</v></c></row>"#;

    #[test]
    fn the_first_sheet_that_holds_anything_is_read() {
        let sheet = read("x.xlsx", xlsx(ROWS)).expect("a sound workbook");
        assert_eq!(
            (sheet.name.as_str(), sheet.others.as_slice()),
            ("Reclamos", ["Vacia".to_owned()].as_slice())
        );
        let cells = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let expected = vec![
            (2, cells(&["id", "", "texto"])),
            (4, cells(&["7", "2023-03-15T12:00:00", "no hay luz", "true"])),
        ];
        assert_eq!(sheet.rows, expected);
        assert_eq!(read("x.xlsx", xlsx("")).expect_err("nothing in it").code(), "empty");

        let content = r#"<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="Hoja1"><table:table-row><table:table-cell office:value-type="string"><text:p>texto</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell office:value-type="string"><text:p>no hay agua</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#;
        let manifest = br#"<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#;
        let ods = zip(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", manifest),
            ("content.xml", content.as_bytes()),
        ]);
        let sheet = read("x.ods", ods).expect("a sound workbook");
        assert_eq!(sheet.rows, [(1, cells(&["texto"])), (2, cells(&["no hay agua"]))]);
    }

    #[test]
    fn a_cell_far_away_costs_no_memory() {
        let far = r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c><c r="A1048576"><v>2</v></c></row>"#;
        let sheet = read("x.xlsx", xlsx(far)).expect("a sound workbook");
        assert_eq!(sheet.rows, [(1_048_576, vec!["2".to_owned()])]);
    }

    #[test]
    fn a_small_file_of_large_content_is_refused() {
        let large = vec![b' '; 3 << 20];
        let bomb = zip(&[("first", b""), ("second", &large), ("third", &large)]);
        assert!(bomb.len() < 20_000);
        assert!(unpacked_size_exceeds(&bomb, 5 << 20));
        assert!(!unpacked_size_exceeds(&bomb, 6 << 20));
        assert!(!unpacked_size_exceeds(b"PK\x05\x06", 1));
        let heavy = vec![b'P'; usize::try_from(MAX_WORKBOOK_BYTES).expect("fits") + 1];
        let error = read("x.xlsx", heavy).expect_err("too large");
        assert_eq!(error.to_string(), "workbook `x.xlsx` has more than 67108864 bytes");
        assert_eq!(error.remedy(), "export it as CSV, which has no such limit");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

        #[test]
        fn a_damaged_workbook_is_read_or_refused(at in 0_usize..3_000, value: u8, cut in 0_usize..3_000) {
            let mut bytes = xlsx(ROWS);
            let length = bytes.len();
            bytes[at % length] = value;
            let _ = read("x.xlsx", bytes.clone());
            bytes.truncate(cut % length);
            let _ = read("x.xlsx", bytes);
        }
    }
}

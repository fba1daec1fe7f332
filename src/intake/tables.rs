//! Rows of cells under a header: delimited text and worksheets.

use std::borrow::Cow;
use std::vec;

use crate::domain::complaint::FieldError;
use crate::intake::arrange::{self, Arrangement, MAX_COLUMNS, SAMPLE_ROWS, Sample};
use crate::intake::assemble::{Assembler, Cells, Slot};
use crate::intake::bytes::{Bytes, Sampled};
use crate::intake::delimited::{BrokenRow, Delimited, MAX_ROW_BYTES, Next, RawCell};
use crate::intake::encoding;
use crate::intake::error::IntakeError;
use crate::intake::file::{Opened, Rows};
use crate::intake::options::Options;
use crate::intake::plan::{Encoding, Format, Note};
use crate::intake::row::{RawRow, Row, RowError};
use crate::intake::workbook::Sheet;

/// Most names of other sheets a note lists.
const MAX_SHEETS_NAMED: usize = 20;

/// The header and what each column is for.
#[derive(Debug)]
struct Layout {
    columns: Vec<String>,
    slots: Vec<Slot>,
}

/// The rows of delimited text.
pub(super) struct DelimitedRows {
    reader: Delimited<Sampled<Bytes>>,
    encoding: Encoding,
    /// Lines in front of what `reader` reads.
    lines_before: u64,
    layout: Layout,
}

/// The rows of a worksheet.
#[derive(Debug)]
pub(super) struct SheetRows {
    rows: vec::IntoIter<(u64, Vec<String>)>,
    layout: Layout,
}

/// Reads the header of delimited text and plans the rest. `has_preamble` when a line was skipped.
pub(super) fn open_delimited(
    stream: Sampled<Bytes>,
    delimiter: u8,
    has_preamble: bool,
    encoding: Encoding,
    name: &str,
    options: &Options,
) -> Result<Opened, IntakeError> {
    let sampled = sample_rows(&stream, delimiter, encoding);
    let titles = arrange::header_place(&sampled);
    let has_no_rows = stream.is_whole() && sampled.len() <= titles + 1;
    let mut reader = Delimited::new(stream, delimiter);
    let lines_before = u64::from(has_preamble);
    let mut settled = encoding;
    let header = read_header(&mut reader, titles, &mut settled, name)?;
    let mut notes = Vec::new();
    if has_no_rows {
        notes.push(Note::NoRows);
    }
    if reader.line() > 1 {
        notes.push(Note::LinesAboveHeader { count: reader.line() - 1 });
    }
    let rows = sampled.get(titles + 1..).unwrap_or_default().to_vec();
    let (layout, arrangement) = lay_out(name, &header, rows, notes, options)?;
    let columns = layout.columns.clone();
    let rows = DelimitedRows { reader, encoding: settled, lines_before, layout };
    Ok(Opened {
        format: Format::Csv { delimiter: char::from(delimiter) },
        encoding,
        columns,
        arrangement,
        rows: Rows::Delimited(Box::new(rows)),
    })
}

/// Reads the header of a worksheet and plans the rest.
pub(super) fn open_sheet(sheet: Sheet, name: &str, options: &Options) -> Result<Opened, IntakeError> {
    let Sheet { name: sheet_name, mut others, rows } = sheet;
    let sampled: Vec<Vec<String>> = rows.iter().take(SAMPLE_ROWS).map(|(_, cells)| cells.clone()).collect();
    let titles = arrange::header_place(&sampled);
    let mut rows = rows.into_iter();
    let Some((number, header)) = rows.nth(titles) else {
        return Err(IntakeError::Empty { name: name.to_owned() });
    };
    let mut notes = Vec::new();
    if number > 1 {
        notes.push(Note::LinesAboveHeader { count: number - 1 });
    }
    if !others.is_empty() {
        others.truncate(MAX_SHEETS_NAMED);
        notes.push(Note::OtherSheets { names: others });
    }
    let sampled = sampled.get(titles + 1..).unwrap_or_default().to_vec();
    if sampled.is_empty() {
        notes.push(Note::NoRows);
    }
    let (layout, arrangement) = lay_out(name, &header, sampled, notes, options)?;
    Ok(Opened {
        format: Format::Workbook { sheet: sheet_name },
        encoding: Encoding::Utf8,
        columns: layout.columns.clone(),
        arrangement,
        rows: Rows::Sheet(SheetRows { rows, layout }),
    })
}

fn lay_out(
    name: &str,
    header: &[String],
    rows: Vec<Vec<String>>,
    mut notes: Vec<Note>,
    options: &Options,
) -> Result<(Layout, Arrangement), IntakeError> {
    if header.len() > MAX_COLUMNS {
        return Err(IntakeError::TooManyColumns {
            name: name.to_owned(),
            found: header.len(),
            limit: MAX_COLUMNS,
        });
    }
    let columns = arrange::name_columns(header, &rows, &mut notes);
    let sample = Sample { columns, rows };
    let mut arrangement = arrange::arrange(name, &sample, options)?;
    notes.append(&mut arrangement.notes);
    arrangement.notes = notes;
    Ok((Layout { columns: sample.columns, slots: arrangement.slots.clone() }, arrangement))
}

/// The rows of the sample, as text. A row that the sample's end cuts off is left out.
fn sample_rows(stream: &Sampled<Bytes>, delimiter: u8, mut encoding: Encoding) -> Vec<Vec<String>> {
    let mut reader = Delimited::new(stream.sample(), delimiter);
    let mut rows = Vec::new();
    while rows.len() <= SAMPLE_ROWS {
        match reader.next() {
            Next::Record => {
                let cells = (0..reader.width()).filter_map(|column| reader.cell(column));
                rows.push(
                    cells.map(|cell| text_of(cell, &mut encoding).unwrap_or_default().into_owned()).collect(),
                );
            }
            Next::Broken(_) => {}
            Next::End => {
                if !stream.is_whole() && rows.len() > 1 {
                    rows.pop();
                }
                break;
            }
        }
    }
    rows
}

fn read_header(
    reader: &mut Delimited<Sampled<Bytes>>,
    titles: usize,
    encoding: &mut Encoding,
    name: &str,
) -> Result<Vec<String>, IntakeError> {
    let mut passed = 0;
    loop {
        match reader.next() {
            Next::Record if passed < titles => passed += 1,
            Next::Record => break,
            Next::Broken(_) if titles > 0 => {}
            Next::Broken(BrokenRow::TooLong) => {
                let reason = format!("it has more than {MAX_ROW_BYTES} bytes");
                return Err(IntakeError::BrokenHeader { name: name.to_owned(), reason });
            }
            Next::Broken(BrokenRow::UnclosedQuote) => {
                let reason = "it opens a quote and does not close it".to_owned();
                return Err(IntakeError::BrokenHeader { name: name.to_owned(), reason });
            }
            Next::End => {
                return Err(match reader.take_failure() {
                    Some(cause) => IntakeError::Unreadable { name: name.to_owned(), cause },
                    None => IntakeError::Empty { name: name.to_owned() },
                });
            }
        }
    }
    if reader.width() > MAX_COLUMNS {
        let found = reader.width();
        return Err(IntakeError::TooManyColumns { name: name.to_owned(), found, limit: MAX_COLUMNS });
    }
    let cells = (0..reader.width()).filter_map(|column| reader.cell(column));
    let texts: Option<Vec<String>> = cells.map(|cell| text_of(cell, encoding).map(Cow::into_owned)).collect();
    texts.ok_or_else(|| IntakeError::BrokenHeader {
        name: name.to_owned(),
        reason: "it is not valid UTF-8".to_owned(),
    })
}

/// The text of a cell, with doubled quotes made single; `None` when it is not text.
fn text_of<'a>(cell: RawCell<'a>, encoding: &mut Encoding) -> Option<Cow<'a, str>> {
    let text = encoding::text_of(encoding, cell.bytes)?;
    Some(if cell.doubled { Cow::Owned(text.replace("\"\"", "\"")) } else { text })
}

impl DelimitedRows {
    /// The next row that is not empty.
    pub fn next(&mut self, assembler: &mut Assembler) -> Option<Result<Row, RowError>> {
        loop {
            let next = self.reader.next();
            let line = self.lines_before + self.reader.line();
            let error = match next {
                Next::End => {
                    let cause = self.reader.take_failure()?;
                    return Some(Err(RowError::end_of_file(line, &cause)));
                }
                Next::Broken(broken) => broken_row(broken),
                Next::Record => match self.cells() {
                    Ok(cells) if cells.is_blank() => continue,
                    Ok(cells) => match assembler.assemble(cells) {
                        Ok(complaint) => return Some(Ok(Row { line, complaint })),
                        Err(error) => error,
                    },
                    Err(error) => error,
                },
            };
            let raw = RawRow::cut(self.reader.raw(), self.encoding);
            return Some(Err(RowError::new(line, error, Some(raw))));
        }
    }

    fn cells(&mut self) -> Result<Cells<'_>, FieldError> {
        let Self { reader, encoding, layout, .. } = self;
        let width = reader.width();
        let expected = layout.slots.len();
        let is_blank = |column| reader.cell(column).is_none_or(|cell| cell.bytes.trim_ascii().is_empty());
        if width != expected
            && !(0..width).all(is_blank)
            && (width < expected || !(expected..width).all(is_blank))
        {
            let reason = format!("has {width} cells, the header has {expected}");
            let remedy = "check the row for missing or unquoted delimiters and line breaks";
            return Err(FieldError::new("row", "column_count", reason, remedy));
        }
        let mut cells = Cells::default();
        for (column, slot) in layout.slots.iter().enumerate() {
            let Some(cell) = reader.cell(column).filter(|cell| !cell.bytes.is_empty()) else { continue };
            if *slot == Slot::Unread {
                continue;
            }
            let Some(text) = text_of(cell, encoding) else {
                let field = match slot {
                    Slot::Field(field) => field.as_str().to_owned(),
                    Slot::Extra | Slot::Unread => format!("extra.{}", layout.columns[column]),
                };
                return Err(FieldError::new(
                    &field,
                    "invalid_utf8",
                    "is not valid UTF-8",
                    "save the file as UTF-8",
                ));
            };
            layout.put(&mut cells, column, *slot, text);
        }
        Ok(cells)
    }
}

impl std::fmt::Debug for DelimitedRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DelimitedRows").field("layout", &self.layout).finish_non_exhaustive()
    }
}

impl SheetRows {
    /// The next row that is not empty.
    pub fn next(&mut self, assembler: &mut Assembler) -> Option<Result<Row, RowError>> {
        loop {
            let (line, texts) = self.rows.next()?;
            let mut cells = Cells::default();
            for ((column, slot), text) in self.layout.slots.iter().enumerate().zip(&texts) {
                self.layout.put(&mut cells, column, *slot, Cow::Borrowed(text));
            }
            if cells.is_blank() {
                continue;
            }
            return Some(match assembler.assemble(cells) {
                Ok(complaint) => Ok(Row { line, complaint }),
                Err(error) => {
                    let raw = RawRow::cut(texts.join(" | ").as_bytes(), Encoding::Utf8);
                    Err(RowError::new(line, error, Some(raw)))
                }
            });
        }
    }
}

impl Layout {
    fn put<'a>(&self, cells: &mut Cells<'a>, column: usize, slot: Slot, text: Cow<'a, str>) {
        match slot {
            Slot::Field(field) => cells.put_field(field, text),
            Slot::Extra => cells.put_extra(&self.columns[column], text),
            Slot::Unread => {}
        }
    }
}

fn broken_row(broken: BrokenRow) -> FieldError {
    match broken {
        BrokenRow::TooLong => FieldError::new(
            "row",
            "row_too_long",
            format!("has more than {MAX_ROW_BYTES} bytes"),
            "shorten it or split the complaint",
        ),
        BrokenRow::UnclosedQuote => FieldError::new(
            "row",
            "unclosed_quote",
            "opens a quote and does not close it",
            "double the quotes inside quoted cells, or export the file again",
        ),
    }
}

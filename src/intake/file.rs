//! The door for files: finds out how one is written, plans, and gives its rows one by one.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::time::{Day, Timestamp};
use crate::intake::arrange::Arrangement;
use crate::intake::assemble::Assembler;
use crate::intake::bytes::{self, Bytes, Sampled};
use crate::intake::dates::DateOrder;
use crate::intake::encoding::{self, Transcoded};
use crate::intake::error::IntakeError;
use crate::intake::json_rows::Layout;
use crate::intake::objects::{self, ObjectRows};
use crate::intake::options::Options;
use crate::intake::plan::{Encoding, Format, Note, Plan, Tally};
use crate::intake::row::{Row, RowError};
use crate::intake::sniff::{self, Kind};
use crate::intake::tables::{self, DelimitedRows, SheetRows};
use crate::intake::workbook::{self, MAX_WORKBOOK_BYTES};

/// Reads a file row by row. It can be handed to another thread.
///
/// As an iterator it gives every row of the file once, in order: a complaint, or why there is none.
/// Empty rows are passed over. After a `RowError` with `ends_file` there is nothing more.
#[derive(Debug)]
pub struct FileReader {
    plan: Plan,
    rows: Rows,
    assembler: Assembler,
    taken: Arc<AtomicU64>,
    bytes_total: u64,
    tally: Tally,
    ended: bool,
}

/// Opens a file and plans how to read it.
///
/// # Errors
/// When the file as a whole cannot be read; `IntakeError` says what to do.
pub fn open(path: &Path, options: &Options) -> Result<FileReader, IntakeError> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let unreadable = |cause| IntakeError::Unreadable { name: name.clone(), cause };
    let file = File::open(path).map_err(unreadable)?;
    let bytes_total = file.metadata().map_err(unreadable)?.len();
    read(Box::new(file), &name, bytes_total, options)
}

/// The same for bytes from anywhere: a pipe, the body of a request. `name` is shown, gives the source
/// where nothing else does, and its ending counts where the content does not tell the format;
/// `bytes_total` is 0 when it is not known.
///
/// # Errors
/// As `open`.
pub fn read(
    input: Box<dyn Read + Send>,
    name: &str,
    bytes_total: u64,
    options: &Options,
) -> Result<FileReader, IntakeError> {
    let unreadable = |cause| IntakeError::Unreadable { name: name.to_owned(), cause };
    let (unpacked, compression, taken) = bytes::unpack(input).map_err(unreadable)?;
    let stream = not_empty(Sampled::take(unpacked), name)?;
    let Opened { format, encoding, columns, arrangement, rows } = if sniff::is_workbook(stream.sample()) {
        open_workbook(stream, name, options)?
    } else {
        open_text(stream, name, options)?
    };
    let Arrangement { mapping, extras, preset, date_order, mut notes, .. } = arrangement;
    let source = match (&options.source, preset) {
        (Some(source), _) => source.trim().to_owned(),
        (None, Some(preset)) => preset.as_str().to_owned(),
        (None, None) => stem(name).to_owned(),
    };
    let received_when_absent = date_order.is_none().then(|| received_by_default(options));
    if let Some((_, day)) = received_when_absent {
        notes.push(Note::NoDateColumn { day });
    }
    let order = date_order.map_or(DateOrder::DayFirst, |choice| choice.order);
    let assembler =
        Assembler::new(source.clone(), order, received_when_absent, options.zone.clone(), options.now);
    let plan = Plan {
        name: name.to_owned(),
        format,
        compression,
        encoding,
        preset,
        columns,
        mapping,
        extras,
        date_order,
        source,
        notes,
    };
    Ok(FileReader { plan, rows, assembler, taken, bytes_total, tally: Tally::default(), ended: false })
}

impl FileReader {
    /// How the file is going to be read.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Bytes taken from the file so far, packed as they are.
    pub fn bytes_read(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Bytes of the file, packed as they are; 0 when not known.
    pub fn bytes_total(&self) -> u64 {
        self.bytes_total
    }

    /// What became of the rows so far.
    pub fn tally(&self) -> Tally {
        Tally { extras_dropped: self.assembler.extras_dropped, ..self.tally }
    }
}

impl Iterator for FileReader {
    type Item = Result<Row, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let item = match &mut self.rows {
            Rows::Delimited(rows) => rows.next(&mut self.assembler),
            Rows::Json(rows) => rows.next(&mut self.assembler),
            Rows::Sheet(rows) => rows.next(&mut self.assembler),
        };
        match &item {
            None => self.ended = true,
            Some(Ok(_)) => self.tally.accepted += 1,
            Some(Err(error)) => {
                self.tally.rejected += 1;
                self.ended = error.ends_file();
            }
        }
        item
    }
}

/// What opening a file of one kind comes to.
pub(super) struct Opened {
    pub format: Format,
    pub encoding: Encoding,
    pub columns: Vec<String>,
    pub arrangement: Arrangement,
    pub rows: Rows,
}

/// Where the rows come from.
#[derive(Debug)]
pub(super) enum Rows {
    Delimited(Box<DelimitedRows>),
    Json(Box<ObjectRows>),
    Sheet(SheetRows),
}

fn not_empty<R: Read>(mut stream: Sampled<R>, name: &str) -> Result<Sampled<R>, IntakeError> {
    if !stream.sample().is_empty() {
        return Ok(stream);
    }
    Err(match stream.take_failure() {
        Some(cause) => IntakeError::Unreadable { name: name.to_owned(), cause },
        None => IntakeError::Empty { name: name.to_owned() },
    })
}

fn open_workbook(stream: Sampled<Bytes>, name: &str, options: &Options) -> Result<Opened, IntakeError> {
    let mut bytes = Vec::new();
    let mut bounded = stream.take(MAX_WORKBOOK_BYTES + 1);
    bounded
        .read_to_end(&mut bytes)
        .map_err(|cause| IntakeError::Unreadable { name: name.to_owned(), cause })?;
    tables::open_sheet(workbook::read(name, bytes)?, name, options)
}

fn open_text(mut stream: Sampled<Bytes>, name: &str, options: &Options) -> Result<Opened, IntakeError> {
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
    let stream = not_empty(stream, name)?;
    if let Some(looks_like) = sniff::not_text(stream.sample()) {
        return Err(IntakeError::NotReadableAsRows { name: name.to_owned(), looks_like });
    }
    match sniff::kind_of(stream.sample(), name) {
        Kind::Csv { delimiter, preamble } => {
            let mut stream = stream;
            stream.skip(preamble);
            tables::open_delimited(stream, delimiter, preamble > 0, encoding, name, options)
        }
        Kind::JsonLines => objects::open(stream, Layout::Lines, encoding, name, options),
        Kind::JsonArray => objects::open(stream, Layout::Array, encoding, name, options),
        Kind::JsonObjects => objects::open(stream, Layout::Sequence, encoding, name, options),
    }
}

fn received_by_default(options: &Options) -> (Timestamp, Day) {
    match options.default_day {
        Some(day) => (day.start_in(&options.zone), day),
        None => (options.now, options.now.day_in(&options.zone)),
    }
}

/// The file's name without its endings: `reclamos` for `reclamos.csv.gz`.
fn stem(name: &str) -> &str {
    let end = name.char_indices().skip(1).find(|(_, letter)| *letter == '.').map_or(name.len(), |(at, _)| at);
    match name[..end].trim() {
        "" => "file",
        stem => stem,
    }
}

#[cfg(test)]
mod tests;

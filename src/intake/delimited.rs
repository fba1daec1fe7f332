//! Rows of delimited text, read so that one broken row costs no other.
//!
//! RFC 4180 with the leniency of spreadsheets: cells may be quoted, quotes inside are doubled, a lone
//! quote inside a quoted cell is a letter. A quote that is never closed would swallow the rest of the
//! file; here the row is given up after `MAX_ROW_BYTES`, or earlier when the next rows' own quotes show
//! it, and reading goes on at the line after the one it started on.

use std::io::{self, Read};
use std::ops::Range;

/// Longest row that is read, in bytes: ten times the longest text of a complaint.
pub(super) const MAX_ROW_BYTES: usize = 2 << 20;
/// So often a row with a broken quote is given up by going back to its second line. After that, the
/// bytes gone back over are read line by line, so that no file is read more than a bounded number of
/// times over.
const MAX_REWINDS: u32 = 64;
const CHUNK_BYTES: usize = 1 << 16;

/// What `Delimited::next` came to.
#[derive(Debug)]
pub(super) enum Next {
    /// A row; `cell`, `width`, `raw` and `line` tell about it.
    Record,
    /// A row that was given up.
    Broken(BrokenRow),
    /// The end of the file, or the point it cannot be read past: see `take_failure`.
    End,
}

/// Why a row was given up. `raw` and `line` tell which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BrokenRow {
    /// It has more than `MAX_ROW_BYTES`.
    TooLong,
    /// A quote is opened and not closed, as far as one can tell.
    UnclosedQuote,
}

/// Reads delimited text row by row.
pub(super) struct Delimited<R> {
    input: R,
    delimiter: u8,
    buffer: Vec<u8>,
    /// First byte of the next row in `buffer`, and the end of what was read into it.
    start: usize,
    end: usize,
    ended: bool,
    failure: Option<io::Error>,
    /// Line on which the next row starts.
    next_line: u64,
    line: u64,
    row: Range<usize>,
    cells: Vec<Cell>,
    rewinds: u32,
    /// Bytes from `start` within which a line break ends a row even inside quotes.
    by_line: usize,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    start: usize,
    end: usize,
    /// Has doubled quotes.
    doubled: bool,
}

/// A cell as it stands in the file, without its outer quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawCell<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Whether quotes in it are doubled.
    pub doubled: bool,
}

/// How a scan of one row ended; offsets count from the row's start.
enum Scan {
    Row { end: usize, next: usize, inner_lines: u64 },
    Broken { scanned: usize },
    TooLong,
    Nothing,
}

impl<R: Read> Delimited<R> {
    /// Reads rows from `input`.
    pub fn new(input: R, delimiter: u8) -> Self {
        Self {
            input,
            delimiter,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            ended: false,
            failure: None,
            next_line: 1,
            line: 1,
            row: 0..0,
            cells: Vec::new(),
            rewinds: 0,
            by_line: 0,
        }
    }

    /// Goes to the next row. Empty lines are passed over.
    pub fn next(&mut self) -> Next {
        loop {
            self.line = self.next_line;
            let scan = self.scan();
            match scan {
                Scan::Nothing => return Next::End,
                Scan::Row { end, next, inner_lines } => {
                    self.row = self.start..self.start + end;
                    self.advance(next, inner_lines + 1);
                    if self.cells.len() > 1 || self.cells.first().is_some_and(|cell| cell.start < cell.end) {
                        return Next::Record;
                    }
                }
                Scan::Broken { scanned } => {
                    self.give_up_first_line(scanned);
                    return Next::Broken(BrokenRow::UnclosedQuote);
                }
                Scan::TooLong => {
                    self.give_up_first_line(self.end - self.start);
                    return Next::Broken(BrokenRow::TooLong);
                }
            }
        }
    }

    /// Cells of the current row.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    /// A cell of the current row; `None` past the last.
    pub fn cell(&self, index: usize) -> Option<RawCell<'_>> {
        let cell = self.cells.get(index)?;
        let row = &self.buffer[self.row.clone()];
        Some(RawCell { bytes: &row[cell.start..cell.end], doubled: cell.doubled })
    }

    /// The current row, or the first line of one that was given up, as it stands in the file.
    pub fn raw(&self) -> &[u8] {
        &self.buffer[self.row.clone()]
    }

    /// The line on which the current row starts, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The error that ended reading.
    pub fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    fn advance(&mut self, bytes: usize, lines: u64) {
        self.start += bytes;
        self.by_line = self.by_line.saturating_sub(bytes);
        self.next_line += lines;
    }

    /// Leaves the first line of a broken row behind, however long it is.
    fn give_up_first_line(&mut self, scanned: usize) {
        let seen = &self.buffer[self.start..self.end];
        if let Some(line_end) = seen.iter().position(|byte| *byte == b'\n') {
            self.row = self.start..self.start + line_end;
            if self.by_line == 0 {
                self.rewinds += 1;
                if self.rewinds > MAX_REWINDS {
                    self.by_line = scanned;
                }
            }
            self.advance(line_end + 1, 1);
            return;
        }
        // Only its beginning is kept, to be shown; the rest of the line is read and forgotten.
        self.row = 0..seen.len().min(super::row::MAX_RAW_BYTES);
        self.buffer.copy_within(self.start..self.start + self.row.end, 0);
        let kept = self.row.end;
        self.by_line = 0;
        loop {
            self.start = kept;
            self.end = kept;
            if !self.read_more() {
                return;
            }
            let fresh = &self.buffer[kept..self.end];
            if let Some(line_end) = fresh.iter().position(|byte| *byte == b'\n') {
                self.advance(line_end + 1, 1);
                return;
            }
        }
    }

    /// Reads a chunk behind `end`; false at the end of the file.
    fn read_more(&mut self) -> bool {
        if self.ended {
            return false;
        }
        if self.buffer.len() < self.end + CHUNK_BYTES {
            self.buffer.resize(self.end + CHUNK_BYTES, 0);
        }
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.ended = true,
                Ok(count) => {
                    self.end += count;
                    return true;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.failure = Some(error);
                    self.ended = true;
                }
            }
            return false;
        }
    }

    /// Makes sure that there is a byte `offset` bytes into the row; false at the end of the file.
    fn has(&mut self, offset: usize) -> bool {
        while self.start + offset >= self.end {
            if self.start > 0 && self.start + CHUNK_BYTES > self.buffer.len() / 2 {
                self.buffer.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            }
            if !self.read_more() {
                return false;
            }
        }
        true
    }

    /// Finds the end of the row at `start` and its cells.
    fn scan(&mut self) -> Scan {
        self.cells.clear();
        if !self.has(0) {
            return Scan::Nothing;
        }
        let mut at = 0;
        let mut inner_lines = 0;
        loop {
            let quoted = self.has(at) && self.buffer[self.start + at] == b'"';
            let cell_end = if quoted { self.scan_quoted(at, &mut inner_lines) } else { self.scan_plain(at) };
            let cell_end = match cell_end {
                Ok(cell_end) => cell_end,
                Err(scan) => return scan,
            };
            at = cell_end;
            if !self.has(at) {
                // A file that cannot be read to its end has lost the end of this row too.
                return if self.failure.is_some() {
                    Scan::Nothing
                } else {
                    Scan::Row { end: at, next: at, inner_lines }
                };
            }
            match self.buffer[self.start + at] {
                b'\n' => return Scan::Row { end: at, next: at + 1, inner_lines },
                b'\r' => {
                    let next =
                        if self.has(at + 1) && self.buffer[self.start + at + 1] == b'\n' { 2 } else { 1 };
                    return Scan::Row { end: at, next: at + next, inner_lines };
                }
                _ => at += 1,
            }
        }
    }

    /// Scans a cell without quotes from `at` to the delimiter or line break that ends it.
    fn scan_plain(&mut self, at: usize) -> Result<usize, Scan> {
        let mut end = at;
        loop {
            let seen = &self.buffer[self.start + end..self.end];
            let delimiter = self.delimiter;
            match seen.iter().position(|byte| *byte == delimiter || *byte == b'\n' || *byte == b'\r') {
                Some(length) => {
                    end += length;
                    break;
                }
                None => end += seen.len(),
            }
            if end > MAX_ROW_BYTES {
                return Err(Scan::TooLong);
            }
            if !self.has(end) {
                break;
            }
        }
        if end > MAX_ROW_BYTES {
            return Err(Scan::TooLong);
        }
        self.cells.push(Cell { start: at, end, doubled: false });
        Ok(end)
    }

    /// Scans a quoted cell from its opening quote at `at` to the byte after its closing one.
    fn scan_quoted(&mut self, at: usize, inner_lines: &mut u64) -> Result<usize, Scan> {
        let mut end = at + 1;
        let mut doubled = false;
        let mut lines = 0;
        loop {
            if !self.has(end) {
                return Err(self.unclosed(end));
            }
            let seen = &self.buffer[self.start + end..self.end];
            let Some(length) = seen.iter().position(|byte| matches!(byte, b'"' | b'\n')) else {
                end += seen.len();
                if end > MAX_ROW_BYTES {
                    return Err(self.too_long(end, lines));
                }
                continue;
            };
            end += length;
            if end > MAX_ROW_BYTES {
                return Err(self.too_long(end, lines));
            }
            if self.buffer[self.start + end] == b'\n' {
                if end < self.by_line {
                    return Err(Scan::Broken { scanned: end });
                }
                lines += 1;
                end += 1;
                continue;
            }
            let after = if self.has(end + 1) { Some(self.buffer[self.start + end + 1]) } else { None };
            match after {
                Some(b'"') => {
                    doubled = true;
                    end += 2;
                }
                None | Some(b'\n' | b'\r') => break,
                Some(byte) if byte == self.delimiter => break,
                Some(_) => {
                    let before = self.buffer[self.start + end - 1];
                    if lines > 0 && (before == self.delimiter || before == b'\n') {
                        // This is how a cell of a later row opens: the quote at `at` was never closed.
                        return Err(Scan::Broken { scanned: end });
                    }
                    end += 1;
                }
            }
        }
        *inner_lines += lines;
        self.cells.push(Cell { start: at + 1, end, doubled });
        Ok(end + 1)
    }

    fn unclosed(&self, end: usize) -> Scan {
        if self.failure.is_some() { Scan::Nothing } else { Scan::Broken { scanned: end } }
    }

    /// A quoted cell over several lines that grows too long is an unclosed quote, on one line it is long.
    fn too_long(&self, end: usize, lines: u64) -> Scan {
        if lines > 0 { Scan::Broken { scanned: end } } else { Scan::TooLong }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as text with cells joined by `·`; rows given up as `!line`.
    fn rows(text: &[u8], delimiter: u8) -> Vec<String> {
        let mut reader = Delimited::new(text, delimiter);
        let mut rows = Vec::new();
        loop {
            match reader.next() {
                Next::End => return rows,
                Next::Broken(broken) => rows.push(format!("!{} {broken:?}", reader.line())),
                Next::Record => {
                    let cells = (0..reader.width()).map(|index| {
                        let cell = reader.cell(index).expect("within the width");
                        String::from_utf8_lossy(cell.bytes).into_owned()
                    });
                    rows.push(format!("{} {}", reader.line(), cells.collect::<Vec<_>>().join("·")));
                }
            }
        }
    }

    #[test]
    fn cells_are_cut_at_delimiters_outside_quotes() {
        let cases: [(&str, &[&str]); 14] = [
            ("a,b\n1,2\n", &["1 a·b", "2 1·2"]),
            ("a,b\r\n1,2", &["1 a·b", "2 1·2"]),
            ("a,b\r1,2\r", &["1 a·b", "2 1·2"]),
            ("a,\n,b\n", &["1 a·", "2 ·b"]),
            ("\n\na\n\n", &["3 a"]),
            ("\"a,b\",c\n", &["1 a,b·c"]),
            ("\"a\nb\",c\nd,e\n", &["1 a\nb·c", "3 d·e"]),
            ("\"say \"\"no\"\"\",c\n", &["1 say \"\"no\"\"·c"]),
            ("\"\",\"\"\n", &["1 ·"]),
            ("\"He said \"no\" and left\",c\n", &["1 He said \"no\" and left·c"]),
            ("5\" pipe,b\n", &["1 5\" pipe·b"]),
            ("a", &["1 a"]),
            ("\"a\"", &["1 a"]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(rows(text.as_bytes(), b','), expected, "{text:?}");
        }
    }

    #[test]
    fn an_unclosed_quote_costs_one_row() {
        let cases: [(&str, &[&str]); 4] = [
            ("1,\"open,x\n2,b,x\n3,c,x\n", &["!1 UnclosedQuote", "2 2·b·x", "3 3·c·x"]),
            ("1,\"open,x\n2,\"fine\",x\n3,\"c\",x\n", &["!1 UnclosedQuote", "2 2·fine·x", "3 3·c·x"]),
            ("1,\"open\n\"2\",\"fine\"\n", &["!1 UnclosedQuote", "2 2·fine"]),
            ("\"", &["!1 UnclosedQuote"]),
        ];
        for (text, expected) in cases {
            assert_eq!(rows(text.as_bytes(), b','), expected, "{text:?}");
        }
        let line = format!("2,{}\n", "b".repeat(200));
        let count = 2 * MAX_ROW_BYTES / line.len();
        let read = rows(format!("1,\"open\n{}", line.repeat(count)).as_bytes(), b',');
        assert_eq!((read.len(), read[0].as_str()), (count + 1, "!1 UnclosedQuote"));
        assert!(read[1].starts_with("2 2·bbb"), "{}", read[1]);
    }

    #[test]
    fn a_row_too_long_is_given_up_and_the_next_one_read() {
        let field = "x".repeat(5 * MAX_ROW_BYTES);
        for text in [format!("a,b\n1,{field}\n2,c\n"), format!("a,b\n1,\"{field}\"\n2,c\n")] {
            assert_eq!(rows(text.as_bytes(), b','), ["1 a·b", "!2 TooLong", "3 2·c"]);
        }
        assert_eq!(rows(field.as_bytes(), b','), ["!1 TooLong"]);
    }

    #[test]
    fn a_file_of_nothing_but_broken_quotes_is_read_in_bounded_time() {
        // Each line leaves an open quote whether it is read inside or outside of one.
        let text = "x\",\"\n".repeat(MAX_ROW_BYTES / 2);
        let read = rows(text.as_bytes(), b',');
        assert!(!read.is_empty() && read.len() <= MAX_ROW_BYTES / 2);
    }
}

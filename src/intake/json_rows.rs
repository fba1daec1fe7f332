//! Cuts a JSON file into the values that are its rows, without parsing them, in constant memory.
//!
//! Lines are cut at line breaks; elements of an array and objects in sequence by counting brackets
//! outside strings. What a value holds, and whether it is valid, is the parser's business.

use std::io::{self, BufRead};

use crate::intake::delimited::MAX_ROW_BYTES;

/// How the values stand in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// One per line.
    Lines,
    /// In an array, with commas between them.
    Array,
    /// One after another, over any number of lines.
    Sequence,
}

/// What `JsonRows::next` came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NextValue {
    /// The bytes of one value: see `raw`.
    Value,
    /// A value of more than `MAX_ROW_BYTES`; `raw` has its beginning.
    TooLong,
    /// The file ends inside a value or before the array is closed; `raw` has what there is.
    Unclosed,
    /// Something stands behind the array.
    Trailing,
    /// The end of the file, or the point it cannot be read past: see `take_failure`.
    End,
}

/// Reads the values of a JSON file one by one.
pub(super) struct JsonRows<R> {
    input: R,
    layout: Layout,
    raw: Vec<u8>,
    failure: Option<io::Error>,
    stage: Stage,
    lines: u64,
    elements: u64,
    line: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    BeforeArray,
    Rows,
    AfterArray,
    Done,
}

/// Where in a value the cutter stands.
#[derive(Default)]
struct Nesting {
    depth: u64,
    in_string: bool,
    escaped: bool,
    begun: bool,
}

/// What one byte means for the value it may belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Belongs to it.
    Inside,
    /// Is its last one.
    Last,
    /// Stands behind it.
    Behind,
    /// Stands before it.
    Before,
}

impl Nesting {
    fn step(&mut self, byte: u8) -> Step {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                // A string cannot hold a line break: the closing quote is missing.
                b'"' | b'\n' => self.in_string = false,
                _ => {}
            }
            return if self.depth == 0 && !self.in_string { Step::Last } else { Step::Inside };
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' if self.depth > 0 => {
                self.depth -= 1;
                return if self.depth == 0 { Step::Last } else { Step::Inside };
            }
            b'}' | b']' | b',' if self.depth == 0 => {
                return if self.begun { Step::Behind } else { Step::Before };
            }
            b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => {
                return if self.begun { Step::Behind } else { Step::Before };
            }
            _ => {}
        }
        self.begun = true;
        Step::Inside
    }
}

impl<R: BufRead> JsonRows<R> {
    /// Reads values from `input`, which stands at the beginning of the file.
    pub fn new(input: R, layout: Layout) -> Self {
        let stage = if layout == Layout::Array { Stage::BeforeArray } else { Stage::Rows };
        Self { input, layout, raw: Vec::new(), failure: None, stage, lines: 0, elements: 0, line: 1 }
    }

    /// Goes to the next value. Empty lines are passed over.
    pub fn next(&mut self) -> NextValue {
        self.raw.clear();
        if self.stage == Stage::BeforeArray {
            self.skip_array_start();
        }
        let found = match (self.stage, self.layout) {
            (Stage::Done | Stage::BeforeArray, _) => NextValue::End,
            (Stage::AfterArray, _) => self.after_array(),
            (Stage::Rows, Layout::Lines) => self.next_line(),
            (Stage::Rows, Layout::Array | Layout::Sequence) => self.next_nested(),
        };
        if self.failure.is_some() {
            // The end of this value is lost with the end of the file.
            self.stage = Stage::Done;
            return NextValue::End;
        }
        found
    }

    /// The bytes of the current value.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The line the current value starts on, or its number in an array; from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The error that ended reading.
    pub fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// Passes over everything up to the opening bracket of the array.
    fn skip_array_start(&mut self) {
        loop {
            let available = available(&mut self.input, &mut self.failure);
            if available.is_empty() {
                self.stage = Stage::Done;
                return;
            }
            match available.iter().position(|byte| !byte.is_ascii_whitespace()) {
                Some(at) => {
                    let opens = available[at] == b'[';
                    self.input.consume(if opens { at + 1 } else { at });
                    self.stage = Stage::Rows;
                    return;
                }
                None => {
                    let length = available.len();
                    self.input.consume(length);
                }
            }
        }
    }

    fn after_array(&mut self) -> NextValue {
        self.stage = Stage::Done;
        loop {
            let available = available(&mut self.input, &mut self.failure);
            if available.is_empty() {
                return NextValue::End;
            }
            if !available.trim_ascii().is_empty() {
                return NextValue::Trailing;
            }
            let length = available.len();
            self.input.consume(length);
        }
    }

    fn next_line(&mut self) -> NextValue {
        loop {
            self.lines += 1;
            self.line = self.lines;
            self.raw.clear();
            let mut length = 0;
            let mut any = false;
            loop {
                let available = available(&mut self.input, &mut self.failure);
                if available.is_empty() {
                    break;
                }
                any = true;
                let line_end = available.iter().position(|byte| *byte == b'\n');
                let taken = line_end.map_or(available.len(), |at| at + 1);
                length += taken;
                if length <= MAX_ROW_BYTES {
                    self.raw.extend_from_slice(&available[..taken]);
                }
                self.input.consume(taken);
                if line_end.is_some() {
                    break;
                }
            }
            if length > MAX_ROW_BYTES {
                return NextValue::TooLong;
            }
            if !self.raw.trim_ascii().is_empty() {
                return NextValue::Value;
            }
            if !any {
                self.stage = Stage::Done;
                return NextValue::End;
            }
        }
    }

    fn next_nested(&mut self) -> NextValue {
        let mut nesting = Nesting::default();
        let mut length = 0;
        let mut array_ends = false;
        let mut whole = false;
        while !whole {
            let in_array = self.layout == Layout::Array;
            let start_line = self.lines + 1;
            let begun_before = nesting.begun;
            let mut starts_on = None;
            let mut lines = 0;
            let available = available(&mut self.input, &mut self.failure);
            if available.is_empty() {
                break;
            }
            let (mut from, mut used) = (0, 0);
            for byte in available {
                let step = nesting.step(*byte);
                if step == Step::Behind {
                    whole = true;
                    break;
                }
                used += 1;
                lines += u64::from(*byte == b'\n');
                match step {
                    Step::Before if in_array && *byte == b']' => {
                        array_ends = true;
                        break;
                    }
                    Step::Before => from = used,
                    Step::Last => {
                        whole = true;
                        break;
                    }
                    _ if !begun_before => {
                        starts_on.get_or_insert(start_line + lines);
                    }
                    _ => {}
                }
            }
            if !array_ends {
                length += used - from;
                if length <= MAX_ROW_BYTES {
                    self.raw.extend_from_slice(&available[from..used]);
                }
            }
            self.input.consume(used);
            if let Some(line) = starts_on {
                self.line = line;
            }
            self.lines += lines;
            if array_ends {
                self.stage = Stage::AfterArray;
                return self.after_array_reached();
            }
        }
        if length == 0 {
            self.stage = Stage::Done;
            return if self.layout == Layout::Array { self.unclosed_array() } else { NextValue::End };
        }
        self.elements += 1;
        if self.layout == Layout::Array {
            self.line = self.elements;
        }
        if length > MAX_ROW_BYTES {
            NextValue::TooLong
        } else if whole || nesting.depth == 0 && !nesting.in_string {
            NextValue::Value
        } else {
            self.stage = Stage::Done;
            NextValue::Unclosed
        }
    }

    fn after_array_reached(&mut self) -> NextValue {
        self.line = self.elements + 1;
        self.after_array()
    }

    fn unclosed_array(&mut self) -> NextValue {
        self.line = self.elements + 1;
        NextValue::Unclosed
    }
}

/// What there is to read at once; empty at the end of the file and when it cannot be read.
fn available<'a, R: BufRead>(input: &'a mut R, failure: &mut Option<io::Error>) -> &'a [u8] {
    // The first call fills, the second lends: one borrow for both would not end where it fails.
    loop {
        match input.fill_buf() {
            Ok(_) => return input.fill_buf().unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                *failure = Some(error);
                return &[];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, layout: Layout) -> Vec<String> {
        // A small buffer, so that values cross its end.
        let mut rows = JsonRows::new(io::BufReader::with_capacity(3, text.as_bytes()), layout);
        let mut values = Vec::new();
        loop {
            match rows.next() {
                NextValue::End => return values,
                NextValue::Value => {
                    let raw = String::from_utf8_lossy(rows.raw()).trim().to_owned();
                    values.push(format!("{} {raw}", rows.line()));
                }
                other => values.push(format!("{} {other:?}", rows.line())),
            }
        }
    }

    #[test]
    fn values_are_cut_out() {
        let cases: [(&str, Layout, &[&str]); 14] = [
            ("{\"a\":1}\n\n{\"a\":2}", Layout::Lines, &["1 {\"a\":1}", "3 {\"a\":2}"]),
            ("{\"a\":\n{\"a\":2}\n", Layout::Lines, &["1 {\"a\":", "2 {\"a\":2}"]),
            ("", Layout::Lines, &[]),
            (
                " [ {\"a\":\"]}\"} ,\n{\"b\":[1,{}]}]",
                Layout::Array,
                &["1 {\"a\":\"]}\"}", "2 {\"b\":[1,{}]}"],
            ),
            ("[1,\"x\\\"y\",null]", Layout::Array, &["1 1", "2 \"x\\\"y\"", "3 null"]),
            ("[]", Layout::Array, &[]),
            ("[", Layout::Array, &["1 Unclosed"]),
            ("[{\"a\":1}", Layout::Array, &["1 {\"a\":1}", "2 Unclosed"]),
            ("[{\"a\":1},{\"a\"", Layout::Array, &["1 {\"a\":1}", "2 Unclosed"]),
            ("[{\"a\":1}] x", Layout::Array, &["1 {\"a\":1}", "2 Trailing"]),
            ("[{\"a\":\"x\n},{\"a\":2}]", Layout::Array, &["1 {\"a\":\"x\n}", "2 {\"a\":2}"]),
            ("{\n\"a\":1\n}\n{\n\"a\":2\n}", Layout::Sequence, &["1 {\n\"a\":1\n}", "4 {\n\"a\":2\n}"]),
            ("}}{\"a\":1}", Layout::Sequence, &["1 {\"a\":1}"]),
            ("", Layout::Sequence, &[]),
        ];
        for (text, layout, expected) in cases {
            assert_eq!(values(text, layout), expected, "{text:?}");
        }
    }

    #[test]
    fn a_value_too_long_costs_no_other() {
        let long = "x".repeat(MAX_ROW_BYTES);
        let text = format!("{{\"a\":\"{long}\"}}\n{{\"a\":2}}\n");
        let mut lines = JsonRows::new(text.as_bytes(), Layout::Lines);
        assert_eq!((lines.next(), lines.next(), lines.line()), (NextValue::TooLong, NextValue::Value, 2));
        let text = format!("[{{\"a\":\"{long}\"}},{{\"a\":2}}]");
        let mut array = JsonRows::new(io::BufReader::new(text.as_bytes()), Layout::Array);
        assert_eq!((array.next(), array.next()), (NextValue::TooLong, NextValue::Value));
        assert_eq!(array.raw(), b"{\"a\":2}");
        assert_eq!(array.next(), NextValue::End);
    }
}

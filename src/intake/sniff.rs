//! How a file is written, told from the beginning of it.

use crate::intake::delimited::{Delimited, Next};

/// What a file is, before its header is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Cells between delimiters.
    Csv {
        /// The delimiter.
        delimiter: u8,
        /// Bytes of a leading `sep=;` line, which is not the header.
        preamble: usize,
    },
    /// One JSON value per line.
    JsonLines,
    /// A JSON array.
    JsonArray,
    /// JSON objects over several lines each.
    JsonObjects,
}

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Rows that are looked at to tell a delimiter.
const DELIMITER_ROWS: usize = 200;
/// Control characters per byte from which a file is not text.
const CONTROL_SHARE: f64 = 0.02;
/// Bytes that are looked at to tell text from anything else.
const TEXT_PROBE_BYTES: usize = 16 * 1024;

/// What a file is that holds neither text nor a workbook; `None` for text.
pub(super) fn not_text(sample: &[u8]) -> Option<&'static str> {
    const MAGICS: [(&[u8], &str); 14] = [
        (b"\x89PNG\r\n", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"GIF8", "a GIF image"),
        (b"%PDF", "a PDF document"),
        (b"\x7fELF", "a program"),
        (b"MZ\x90", "a program"),
        (b"Rar!", "a RAR archive"),
        (b"7z\xbc\xaf", "a 7z archive"),
        (b"BZh", "a bzip2 file"),
        (b"\xfd7zXZ", "an xz file"),
        (b"PAR1", "a Parquet file"),
        (b"SQLite format 3", "an SQLite database"),
        (b"{\\rtf", "a rich text document"),
        (b"OggS", "a sound file"),
    ];
    if let Some((_, name)) = MAGICS.iter().find(|(magic, _)| sample.starts_with(magic)) {
        return Some(name);
    }
    let start = sample.trim_ascii_start();
    let opens_with =
        |tag: &str| start.get(..tag.len()).is_some_and(|front| front.eq_ignore_ascii_case(tag.as_bytes()));
    if opens_with("<!doctype html") || opens_with("<html") {
        return Some("a web page");
    }
    if opens_with("<?xml") {
        return Some("an XML document");
    }
    let probe = &sample[..sample.len().min(TEXT_PROBE_BYTES)];
    let is_control =
        |byte: &&u8| **byte < b' ' && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1a | 0x1b);
    let controls = probe.iter().filter(is_control).count();
    if has_every_other_byte_nul(probe) {
        return Some("UTF-16 text without a byte order mark; save it as UTF-8");
    }
    // A few control characters are dirt in a text file; many are another kind of file.
    (controls > 4 && controls as f64 > probe.len() as f64 * CONTROL_SHARE).then_some("binary data")
}

fn has_every_other_byte_nul(probe: &[u8]) -> bool {
    let nuls_at = |parity: usize| probe.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nuls_at(0), nuls_at(1));
    let (most, least) = (even.max(odd), even.min(odd));
    most * 3 > probe.len() && least * 20 < most
}

/// Whether these are the first bytes of a workbook that `workbook` may be able to read.
pub(super) fn is_workbook(sample: &[u8]) -> bool {
    sample.starts_with(b"PK\x03\x04") || sample.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
}

/// Tells JSON from delimited text, and with what it is delimited. `name` decides only when the content
/// does not.
pub(super) fn kind_of(sample: &[u8], name: &str) -> Kind {
    let start = sample.trim_ascii_start();
    let after = |bytes: &[u8]| bytes.get(1..).unwrap_or_default().trim_ascii_start().first().copied();
    match (start.first(), after(start)) {
        (Some(b'['), Some(b'{' | b']')) => return Kind::JsonArray,
        (Some(b'{'), Some(b'"' | b'}')) => return kind_of_objects(start),
        _ => {}
    }
    let name = name.to_ascii_lowercase();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    if name.ends_with(".ndjson") || name.ends_with(".jsonl") {
        return Kind::JsonLines;
    }
    if name.ends_with(".json") {
        return if start.first() == Some(&b'[') { Kind::JsonArray } else { Kind::JsonLines };
    }
    if let Some((delimiter, preamble)) = stated_delimiter(sample) {
        return Kind::Csv { delimiter, preamble };
    }
    Kind::Csv { delimiter: likeliest_delimiter(sample), preamble: 0 }
}

/// One object per line unless the first line does not hold a whole one.
fn kind_of_objects(start: &[u8]) -> Kind {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    // A long first line may be cut by the end of the sample: then it is one line.
    if line.len() == start.trim_ascii_end().len() || line.ends_with(b"}") {
        Kind::JsonLines
    } else {
        Kind::JsonObjects
    }
}

/// Excel's own way of stating the delimiter: a first line `sep=;`.
fn stated_delimiter(sample: &[u8]) -> Option<(u8, usize)> {
    match sample {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter, b'\r', b'\n', ..] => Some((*delimiter, 7)),
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter, b'\n', ..] => Some((*delimiter, 6)),
        _ => None,
    }
    .filter(|(delimiter, _)| DELIMITERS.contains(delimiter))
}

/// The delimiter with which most rows have as many cells as the first one, and more than one.
fn likeliest_delimiter(sample: &[u8]) -> u8 {
    let mut best = (0.0, b',');
    for delimiter in DELIMITERS {
        let mut rows = Delimited::new(sample, delimiter);
        let (mut width, mut total, mut alike) = (0, 0_usize, 0_usize);
        while total < DELIMITER_ROWS {
            match rows.next() {
                Next::Record if total == 0 => (width, total, alike) = (rows.width(), 1, 1),
                Next::Record => {
                    total += 1;
                    alike += usize::from(rows.width() == width);
                }
                Next::Broken(_) => total += 1,
                Next::End => break,
            }
        }
        if width < 2 || total == 0 {
            continue;
        }
        // More columns break ties between delimiters that both cut evenly.
        let score = alike as f64 / total as f64 + width.min(100) as f64 / 1_000.0;
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(delimiter: u8) -> Kind {
        Kind::Csv { delimiter, preamble: 0 }
    }

    #[test]
    fn the_content_decides_before_the_name() {
        let cases: [(&[u8], &str, Kind); 15] = [
            (b"id,text\n1,a;b;c\n2,d\n", "a.csv", csv(b',')),
            (b"id;texto\n1;\"uno, dos, tres\"\n2;cuatro, cinco\n", "a.csv", csv(b';')),
            (b"id\ttext\n1\ta,b\n", "a.csv", csv(b'\t')),
            (b"id|text|date\n1|a, b|c\n", "a.txt", csv(b'|')),
            (b"reclamo\nno tengo luz\n", "a.csv", csv(b',')),
            (b"sep=;\r\nid;text\r\n", "a.csv", Kind::Csv { delimiter: b';', preamble: 7 }),
            (b"", "a.csv", csv(b',')),
            (b" [ {\"text\":\"a\"}]", "a.csv", Kind::JsonArray),
            (b"[]", "a.json", Kind::JsonArray),
            (b"{\"text\":\"a\"}\n{\"text\":\"b\"}\n", "a.json", Kind::JsonLines),
            (b"{\"text\":\"a\"}", "a.json", Kind::JsonLines),
            (b"{\n  \"text\": \"a\"\n}\n", "a.json", Kind::JsonObjects),
            (b"{\"text\":\"cut by the end of the sa", "a", Kind::JsonLines),
            (b"garbage", "a.ndjson.gz", Kind::JsonLines),
            (b"[1,2]", "a.json", Kind::JsonArray),
        ];
        for (sample, name, expected) in cases {
            assert_eq!(kind_of(sample, name), expected, "{:?}", String::from_utf8_lossy(sample));
        }
    }

    #[test]
    fn other_kinds_of_file_are_named() {
        assert_eq!(not_text(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Some("a PNG image"));
        assert_eq!(not_text(b"\n<!DOCTYPE HTML><html>"), Some("a web page"));
        assert_eq!(not_text(&[0, 1, 2, 3, 4, 5, 6, 7, 200]), Some("binary data"));
        assert_eq!(not_text("id,texto\n1,año\0\n".as_bytes()), None);
        assert_eq!(not_text(b""), None);
    }
}

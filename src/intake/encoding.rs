//! Which letters the bytes of a text file are: UTF-8, UTF-16 or Windows-1252.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::intake::plan::Encoding;

/// Valid letters beyond ASCII per broken one from which a sample counts as UTF-8 with broken rows
/// rather than as Windows-1252. In Windows-1252 text nearly no letter happens to be valid UTF-8.
const UTF8_LETTERS_PER_BROKEN: usize = 4;
const CHUNK_BYTES: usize = 1 << 14;

/// The byte order mark at the front of a sample: its length, and the decoder of what follows when that
/// is not UTF-8.
pub(super) fn byte_order_mark(sample: &[u8]) -> (usize, Option<Decoder>) {
    match sample {
        [0xef, 0xbb, 0xbf, ..] => (3, None),
        [0xff, 0xfe, ..] => (2, Some(UTF_16LE.new_decoder_without_bom_handling())),
        [0xfe, 0xff, ..] => (2, Some(UTF_16BE.new_decoder_without_bom_handling())),
        _ => (0, None),
    }
}

/// Decides on the encoding of a sample that has no byte order mark. The sample may end inside a letter.
pub(super) fn recognise(sample: &[u8]) -> Encoding {
    if sample.is_ascii() {
        return Encoding::Ascii;
    }
    let (mut letters, mut broken) = (0, 0);
    let mut rest = sample;
    loop {
        let (valid, bad_length) = match std::str::from_utf8(rest) {
            Ok(text) => (text, None),
            Err(error) => {
                let valid = std::str::from_utf8(&rest[..error.valid_up_to()]).expect("valid up to here");
                (valid, error.error_len())
            }
        };
        letters += valid.chars().filter(|letter| !letter.is_ascii()).count();
        match bad_length {
            None => break,
            Some(length) => {
                broken += 1;
                rest = &rest[valid.len() + length..];
            }
        }
    }
    if broken == 0 || letters >= broken * UTF8_LETTERS_PER_BROKEN {
        Encoding::Utf8
    } else {
        Encoding::Windows1252
    }
}

/// The text of some bytes in `encoding`. An `Ascii` file is settled by the first other letter it has.
/// `None` when the bytes are not text in this encoding.
pub(super) fn text_of<'a>(encoding: &mut Encoding, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
    match encoding {
        Encoding::Utf8 | Encoding::Utf16 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        Encoding::Windows1252 => Some(WINDOWS_1252.decode_without_bom_handling(bytes).0),
        Encoding::Ascii => {
            if !bytes.is_ascii() {
                let is_utf8 = std::str::from_utf8(bytes).is_ok();
                *encoding = if is_utf8 { Encoding::Utf8 } else { Encoding::Windows1252 };
                return text_of(encoding, bytes);
            }
            std::str::from_utf8(bytes).ok().map(Cow::Borrowed)
        }
    }
}

/// A UTF-16 stream read as UTF-8. Halves of letters that stand alone become U+FFFD.
pub(super) struct Transcoded<R> {
    inner: R,
    decoder: Decoder,
    incoming: Vec<u8>,
    taken: usize,
    outgoing: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Transcoded<R> {
    /// `inner` after its byte order mark.
    pub fn new(inner: R, decoder: Decoder) -> Self {
        Self { inner, decoder, incoming: Vec::new(), taken: 0, outgoing: Vec::new(), given: 0, ended: false }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.incoming.resize(CHUNK_BYTES, 0);
        let count = self.inner.read(&mut self.incoming)?;
        self.incoming.truncate(count);
        self.taken = 0;
        self.ended = count == 0;
        Ok(())
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.outgoing.len() {
            if self.taken == self.incoming.len() {
                if self.ended {
                    return Ok(0);
                }
                self.refill()?;
            }
            self.outgoing.resize(CHUNK_BYTES, 0);
            let source = &self.incoming[self.taken..];
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(source, &mut self.outgoing, self.ended);
            self.taken += read;
            self.outgoing.truncate(written);
            self.given = 0;
            if self.ended && result == CoderResult::InputEmpty && written == 0 {
                return Ok(0);
            }
        }
        let count = (&self.outgoing[self.given..]).read(buffer)?;
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_decides() {
        let cases: [(&[u8], Encoding); 6] = [
            (b"plain", Encoding::Ascii),
            ("devoluci\u{f3}n".as_bytes(), Encoding::Utf8),
            (b"devoluci\xf3n", Encoding::Windows1252),
            (b"cinco \x80 de comisi\xf3n", Encoding::Windows1252),
            ("señal caída, atención pésima, más \u{fffd}".as_bytes(), Encoding::Utf8),
            (&"aé".as_bytes()[..2], Encoding::Utf8),
        ];
        for (sample, expected) in cases {
            assert_eq!(recognise(sample), expected, "{sample:?}");
        }
        let one_broken = ["ñandú año también así sí".as_bytes(), b" \xff rota"].concat();
        assert_eq!(recognise(&one_broken), Encoding::Utf8);
    }

    #[test]
    fn an_ascii_file_is_settled_by_its_first_other_letter() {
        let mut encoding = Encoding::Ascii;
        assert_eq!(text_of(&mut encoding, b"a").as_deref(), Some("a"));
        assert_eq!(text_of(&mut encoding, b"comisi\xf3n").as_deref(), Some("comisión"));
        assert_eq!(encoding, Encoding::Windows1252);
        let mut encoding = Encoding::Ascii;
        assert_eq!(text_of(&mut encoding, "ñ".as_bytes()).as_deref(), Some("ñ"));
        assert_eq!(text_of(&mut encoding, b"\xf3"), None);
    }

    #[test]
    fn utf_16_is_read_to_its_last_letter() {
        let text = "id;texto\n1;señal caída 😡\n".repeat(3_000);
        for (mark, units) in [
            ([0xff, 0xfe], text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
            ([0xfe, 0xff], text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ] {
            let (length, decoder) = byte_order_mark(&mark);
            assert_eq!(length, 2);
            let mut read = String::new();
            Transcoded::new(&units[..], decoder.expect("a UTF-16 mark"))
                .read_to_string(&mut read)
                .expect("memory is readable");
            assert!(read == text);
        }
        let odd = Transcoded::new(&[0x41_u8, 0, 0x42][..], UTF_16LE.new_decoder_without_bom_handling());
        assert_eq!(io::read_to_string(odd).expect("memory is readable"), "A\u{fffd}");
    }
}

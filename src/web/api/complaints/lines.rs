//! Cuts a body that arrives in parts into lines of bounded length.

use axum::body::Bytes;

use crate::web::api::body::BodyParts;
use crate::web::problem::ApiError;

/// Longest line, in bytes, its break included. A complaint of the longest text fits, escapes and all.
pub(super) const MAX_LINE_BYTES: usize = 1024 * 1024;

/// One line.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub(super) number: u64,
    /// Its bytes without the break; `None` when there were more than [`MAX_LINE_BYTES`].
    pub(super) bytes: Option<Vec<u8>>,
}

/// The lines of a body.
#[derive(Debug)]
pub struct Lines {
    parts: BodyParts,
    part: Bytes,
    number: u64,
}

impl Lines {
    /// The lines of a body that has not been read yet.
    pub(super) fn new(parts: BodyParts) -> Self {
        Self { parts, part: Bytes::new(), number: 0 }
    }

    /// The number of the line that was read last.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// The next line that is not blank; `None` at the end of the body.
    ///
    /// # Errors
    /// When the body breaks off or stalls. A line that was cut by that is lost.
    pub(super) async fn next(&mut self) -> Result<Option<Line>, ApiError> {
        loop {
            let Some(line) = self.next_or_blank().await? else { return Ok(None) };
            let is_blank = line.bytes.as_ref().is_some_and(|bytes| bytes.trim_ascii().is_empty());
            if !is_blank {
                return Ok(Some(line));
            }
        }
    }

    async fn next_or_blank(&mut self) -> Result<Option<Line>, ApiError> {
        let mut bytes = Vec::new();
        let mut length = 0;
        loop {
            if self.part.is_empty() {
                match self.parts.next().await? {
                    Some(part) => self.part = part,
                    None if length == 0 => return Ok(None),
                    None => break,
                }
            }
            let end = self.part.iter().position(|byte| *byte == b'\n');
            let piece = self.part.split_to(end.map_or(self.part.len(), |at| at + 1));
            length += piece.len();
            if length <= MAX_LINE_BYTES {
                bytes.extend_from_slice(&piece);
            }
            if end.is_some() {
                break;
            }
        }
        self.number += 1;
        let bytes = (length <= MAX_LINE_BYTES).then_some(bytes);
        Ok(Some(Line { number: self.number, bytes }))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::Request;
    use futures_util::stream;

    use super::*;

    async fn lines(parts: Vec<Vec<u8>>) -> Vec<(u64, Option<usize>)> {
        let parts = parts.into_iter().map(|part| Ok::<_, std::io::Error>(Bytes::from(part)));
        let request = Request::new(Body::from_stream(stream::iter(parts)));
        let mut lines = Lines::new(BodyParts::new(request));
        let mut found = Vec::new();
        while let Some(line) = lines.next().await.expect("a whole body") {
            found.push((line.number, line.bytes.map(|bytes| bytes.trim_ascii().len())));
        }
        found
    }

    #[tokio::test]
    async fn lines_do_not_depend_on_how_the_body_was_cut() {
        let text = b"{\"a\":1}\r\n\n  \n{\"bb\":2}\nlast";
        let expected = [(1, Some(7)), (4, Some(8)), (5, Some(4))];
        for size in 1..text.len() {
            let parts = text.chunks(size).map(<[u8]>::to_vec).collect();
            assert_eq!(lines(parts).await, expected, "parts of {size} bytes");
        }
        assert_eq!(lines(Vec::new()).await, []);
    }

    #[tokio::test]
    async fn a_line_too_long_costs_no_other() {
        let mut text = vec![b'x'; MAX_LINE_BYTES * 3];
        text.extend_from_slice(b"\nshort\n");
        let parts = text.chunks(100_000).map(<[u8]>::to_vec).collect();
        assert_eq!(lines(parts).await, [(1, None), (2, Some(5))]);
    }
}

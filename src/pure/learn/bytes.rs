//! Reading and writing the numbers of a model file: little-endian, every list led by its length, and no
//! length believed before it is checked against what is left of the file.

/// What a damaged file looks like to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Corrupt(pub(super) &'static str);

/// Collects the bytes of a model.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn length(&mut self, length: usize) {
        self.u64(length as u64);
    }

    pub(super) fn u64(&mut self, value: u64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn f32(&mut self, value: f32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.length(text.len());
        self.raw(text.as_bytes());
    }

    pub(super) fn f32s(&mut self, values: &[f32]) {
        self.length(values.len());
        values.iter().for_each(|&value| self.f32(value));
    }

    pub(super) fn u64s(&mut self, values: &[u64]) {
        self.length(values.len());
        values.iter().for_each(|&value| self.u64(value));
    }

    pub(super) fn i8s(&mut self, values: &[i8]) {
        self.length(values.len());
        self.bytes.extend(values.iter().map(|value| value.to_le_bytes()[0]));
    }
}

/// Reads the bytes of a model from front to back.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Succeeds when nothing is left.
    pub(super) fn end(&self) -> Result<(), Corrupt> {
        if self.rest.is_empty() { Ok(()) } else { Err(Corrupt("bytes after the end")) }
    }

    /// The next number, which stays the next.
    pub(super) fn peek_u64(&self) -> Result<u64, Corrupt> {
        Self { rest: self.rest }.u64()
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Corrupt> {
        let (head, rest) = self.rest.split_at_checked(count).ok_or(Corrupt("cut short"))?;
        self.rest = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Corrupt> {
        let (head, rest) = self.rest.split_first_chunk().ok_or(Corrupt("cut short"))?;
        self.rest = rest;
        Ok(*head)
    }

    /// A length no greater than the bytes left, so that nothing absurd is allocated.
    pub(super) fn length(&mut self) -> Result<usize, Corrupt> {
        let length = self.count()?;
        if length > self.rest.len() { Err(Corrupt("cut short")) } else { Ok(length) }
    }

    /// A plain number that no allocation follows from.
    pub(super) fn count(&mut self) -> Result<usize, Corrupt> {
        usize::try_from(self.u64()?).map_err(|_| Corrupt("a number beyond memory"))
    }

    pub(super) fn u64(&mut self) -> Result<u64, Corrupt> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn f32(&mut self) -> Result<f32, Corrupt> {
        let value = self.array().map(f32::from_le_bytes)?;
        if value.is_finite() { Ok(value) } else { Err(Corrupt("a number that is not finite")) }
    }

    pub(super) fn text(&mut self) -> Result<String, Corrupt> {
        let length = self.length()?;
        String::from_utf8(self.take(length)?.to_vec()).map_err(|_| Corrupt("a name that is not UTF-8"))
    }

    pub(super) fn f32s(&mut self) -> Result<Vec<f32>, Corrupt> {
        (0..self.length()?).map(|_| self.f32()).collect()
    }

    pub(super) fn u64s(&mut self) -> Result<Vec<u64>, Corrupt> {
        (0..self.length()?).map(|_| self.u64()).collect()
    }

    pub(super) fn i8s(&mut self) -> Result<Vec<i8>, Corrupt> {
        let length = self.length()?;
        Ok(self.take(length)?.iter().map(|&byte| i8::from_le_bytes([byte])).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type All = (String, Vec<f32>, Vec<u64>, Vec<i8>);

    fn read_all(bytes: &[u8]) -> Result<All, Corrupt> {
        let mut from = Reader::new(bytes);
        let all = (from.text()?, from.f32s()?, from.u64s()?, from.i8s()?);
        from.end().map(|()| all)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_and_a_cut_is_noticed(
            text in ".{0,12}",
            floats in prop::collection::vec(-1e6_f32..1e6, 0..8),
            longs in prop::collection::vec(any::<u64>(), 0..8),
            bytes in prop::collection::vec(any::<i8>(), 0..8),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut to = Writer::default();
            to.text(&text);
            to.f32s(&floats);
            to.u64s(&longs);
            to.i8s(&bytes);
            let written = to.finish();
            prop_assert_eq!(read_all(&written), Ok((text, floats, longs, bytes)));
            prop_assert!(read_all(&written[..cut.index(written.len())]).is_err());
        }
    }
}

//! The bytes of a file, unpacked, with a sample of its beginning that can be looked at before reading.

use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use crate::intake::plan::Compression;

/// So much of a file is looked at to find out how it is written: about 800 long complaints.
pub(super) const SAMPLE_BYTES: usize = 1 << 20;
const READ_BUFFER_BYTES: usize = 1 << 17;
/// Largest window a zstd frame may ask for: 2^27 bytes, what the zstd command accepts unasked.
const ZSTD_WINDOW_LOG_MAX: u32 = 27;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// A stream whose first `SAMPLE_BYTES` are known already. Reading gives the whole of it; an error that
/// came up while the sample was taken comes up again at its place.
pub(super) struct Sampled<R> {
    sample: Vec<u8>,
    position: usize,
    failure: Option<io::Error>,
    rest: R,
}

/// Any source of bytes that can be handed to another thread.
pub(super) type Bytes = Box<dyn Read + Send>;

/// Counts the bytes that were taken from a file, packed as they are.
pub(super) struct Counted<R> {
    inner: R,
    taken: Arc<AtomicU64>,
}

impl<R: Read> Sampled<R> {
    /// Reads the sample.
    pub fn take(mut rest: R) -> Self {
        let mut sample = Vec::new();
        let failure = (&mut rest).take(SAMPLE_BYTES as u64).read_to_end(&mut sample).err();
        Self { sample, position: 0, failure, rest }
    }

    /// What is known of the beginning and has not been read yet.
    pub fn sample(&self) -> &[u8] {
        &self.sample[self.position..]
    }

    /// Whether the sample is the whole stream.
    pub fn is_whole(&self) -> bool {
        self.sample.len() < SAMPLE_BYTES && self.failure.is_none()
    }

    /// Leaves out the next `count` bytes of the sample, e.g. a byte order mark.
    pub fn skip(&mut self, count: usize) {
        self.position = (self.position + count).min(self.sample.len());
    }

    /// The error that came up while the sample was taken.
    pub fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }
}

impl<R: Read> Read for Sampled<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position < self.sample.len() {
            let count = (&self.sample[self.position..]).read(buffer)?;
            self.position += count;
            if self.position == self.sample.len() {
                self.sample = Vec::new();
                self.position = 0;
            }
            return Ok(count);
        }
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.rest.read(buffer),
        }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.taken.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Unpacks gzip (of any number of members) and zstd, told by their first bytes and not by a name.
/// Returns the unpacked stream and the count of packed bytes taken so far, which goes on counting.
pub(super) fn unpack(packed: Bytes) -> io::Result<(Bytes, Compression, Arc<AtomicU64>)> {
    let taken = Arc::new(AtomicU64::new(0));
    let counted = Counted { inner: packed, taken: Arc::clone(&taken) };
    let mut buffered = BufReader::with_capacity(READ_BUFFER_BYTES, counted);
    let mut magic = Vec::new();
    (&mut buffered).take(ZSTD_MAGIC.len() as u64).read_to_end(&mut magic)?;
    let is_gzip = magic.starts_with(&GZIP_MAGIC);
    let is_zstd = magic.starts_with(&ZSTD_MAGIC);
    let whole = io::Cursor::new(magic).chain(buffered);
    if is_gzip {
        let decoder = MultiGzDecoder::new(whole);
        return Ok((Box::new(decoder), Compression::Gzip, taken));
    }
    if is_zstd {
        let mut decoder = zstd::stream::read::Decoder::with_buffer(whole)?;
        decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
        return Ok((Box::new(decoder), Compression::Zstd, taken));
    }
    Ok((Box::new(whole), Compression::None, taken))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("writing to memory");
        encoder.finish().expect("writing to memory")
    }

    fn unpacked(packed: Vec<u8>) -> (Vec<u8>, Option<io::ErrorKind>, Compression) {
        let (stream, compression, _) = unpack(Box::new(io::Cursor::new(packed))).expect("memory is readable");
        let mut all = Vec::new();
        let failure = Sampled::take(stream).read_to_end(&mut all).err().map(|error| error.kind());
        (all, failure, compression)
    }

    #[test]
    fn packed_files_are_told_by_their_first_bytes() {
        let text = b"id,text\n1,hola\n".to_vec();
        let members = [gzip(b"id,text\n"), gzip(b"1,hola\n")].concat();
        let frames = [
            zstd::encode_all(&b"id,text\n"[..], 1).expect("memory"),
            zstd::encode_all(&b"1,hola\n"[..], 1).expect("memory"),
        ]
        .concat();
        for (packed, compression) in
            [(text.clone(), Compression::None), (members, Compression::Gzip), (frames, Compression::Zstd)]
        {
            assert_eq!(unpacked(packed), (text.clone(), None, compression));
        }
        assert_eq!(unpacked(Vec::new()).0, Vec::<u8>::new());
        assert_eq!(unpacked(vec![0x1f]).0, vec![0x1f]);
    }

    #[test]
    fn what_can_be_read_of_a_cut_file_is_read_and_then_the_error_comes() {
        let text: Vec<u8> =
            (0..400_000_u32).flat_map(|n| (n.wrapping_mul(2_654_435_761)).to_le_bytes()).collect();
        for packed in [gzip(&text), zstd::encode_all(&text[..], 1).expect("memory")] {
            let (read, failure, _) = unpacked(packed[..packed.len() - 1_000].to_vec());
            assert!(read.len() > SAMPLE_BYTES && text.starts_with(&read), "{}", read.len());
            assert_eq!(failure, Some(io::ErrorKind::UnexpectedEof));
        }
    }
}

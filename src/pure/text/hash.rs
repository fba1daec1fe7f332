//! The hash behind features and fingerprints. Its values lie in model files and in the database: it must
//! give the same bits on every machine and in every version, so it is ours and never changes.
//!
//! A step is FNV-1a's (xor, then multiply) with the 64-bit golden-ratio constant as the multiplier, which
//! lets the hash of `abc` continue that of `ab`; [`finish`] spreads the high bits over the low ones.

/// The hash of nothing: the offset basis of 64-bit FNV.
pub(super) const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// ⌊2⁶⁴ / φ⌋, odd.
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// An odd constant with well spread bits (Pelle Evensen's mixer).
const FINISHER: u64 = 0xd6e8_feb8_6659_fd93;

/// Continues `hash` with one unit: a character, a byte or another hash.
#[inline]
pub(super) fn step(hash: u64, unit: u64) -> u64 {
    (hash ^ unit).wrapping_mul(MULTIPLIER)
}

/// Spreads a hash so that any of its bits may serve as an index.
#[inline]
pub(super) fn finish(hash: u64) -> u64 {
    let spread = (hash ^ (hash >> 32)).wrapping_mul(FINISHER);
    spread ^ (spread >> 32)
}

/// The unfinished hash of a string, by bytes.
pub(super) fn of_bytes(bytes: &[u8]) -> u64 {
    bytes.iter().fold(SEED, |hash, byte| step(hash, u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::{finish, of_bytes};

    #[test]
    fn the_values_never_change() {
        assert_eq!(
            [finish(of_bytes(b"")), finish(of_bytes(b"reclam"))],
            [0xfdbdf6ac4fc52e7f, 0x3882dbd2ccdcf9d1]
        );
        assert_ne!(of_bytes(b"ab"), of_bytes(b"ba"));
    }
}

//! Recognises exact repeats of a text.

/// A hash equal for texts that differ only in case, spacing, punctuation, digits and placeholders.
pub fn normalised_hash(text: &str) -> u64 {
    text.chars()
        .filter(|c| c.is_alphabetic())
        .flat_map(char::to_lowercase)
        .fold(0xcbf2_9ce4_8422_2325, |h, c| (h ^ u64::from(c)).wrapping_mul(0x0100_0000_01b3))
}

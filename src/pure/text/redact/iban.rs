//! Lengths of IBANs by country (SWIFT's IBAN registry), the first thing a candidate must match.

/// Countries and the characters of their IBANs.
const LENGTHS: [(&[u8; 2], usize); 44] = [
    (b"AD", 24),
    (b"AT", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BR", 29),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"ES", 24),
    (b"FI", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GI", 23),
    (b"GR", 27),
    (b"GT", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IS", 26),
    (b"IT", 27),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"MC", 27),
    (b"MT", 31),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"PL", 28),
    (b"PT", 25),
    (b"RO", 24),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SV", 28),
    (b"TR", 26),
    (b"VA", 22),
];

/// The characters of an IBAN of the country with these two capitals.
pub(super) fn length(country: [u8; 2]) -> Option<usize> {
    LENGTHS.iter().find(|(code, _)| **code == country).map(|(_, length)| *length)
}

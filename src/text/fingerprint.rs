//! Recognises repeats of a text that differ in nothing that matters.

use crate::text::redact::PersonalData;
use crate::text::{fold, hash};

/// A hash equal for texts that differ only in case, accents, spacing, punctuation, digits, placeholders and
/// the `XXXX` masks of published complaints. Texts without any letter share one value.
pub fn normalised_hash(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut state = hash::SEED;
    let mut word = String::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'[' {
            state = with_word(state, &mut word);
            at += PersonalData::of_placeholder(&bytes[at..]).map_or(1, |(_, length)| length);
            continue;
        }
        let c = text[at..].chars().next().expect("at is inside the text, on a character");
        if c.is_alphabetic() || fold::is_accent(c) {
            fold::push_folded(c, &mut word);
        } else {
            state = with_word(state, &mut word);
        }
        at += c.len_utf8();
    }
    hash::finish(with_word(state, &mut word))
}

/// Continues the hash with a word and empties it; masks count for nothing.
fn with_word(state: u64, word: &mut String) -> u64 {
    let is_mask = word.len() >= 2 && word.bytes().all(|byte| byte == b'x');
    let next =
        if word.is_empty() || is_mask { state } else { hash::step(state, hash::of_bytes(word.as_bytes())) };
    word.clear();
    next
}

#[cfg(test)]
mod tests {
    use super::normalised_hash;

    #[test]
    fn repeats_meet_and_others_do_not() {
        let letter = "Me cobraron 25.000 pesos el 03/05, llamé al [PHONE_1] y nada.";
        for repeat in [
            "me cobraron  1.250,50 PESOS el 12/06 ; llame al y nada",
            "Me cobraron $ pesos el XX/XX/XXXX, llamé al XXXX y nada",
            "ME COBRARON PESOS EL LLAMÉ AL [PHONE_2] Y NADA!!!",
        ] {
            assert_eq!(normalised_hash(letter), normalised_hash(repeat), "{repeat}");
        }
        for other in ["Me cobraron pesos el llamé al y todo", "Mecobraron pesos el llamé al y nada", ""] {
            assert_ne!(normalised_hash(letter), normalised_hash(other), "{other}");
        }
        assert_eq!(normalised_hash(""), normalised_hash("12 !!"));
    }
}

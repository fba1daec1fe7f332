//! Recognises repeats of a text that differ in nothing that matters.

use crate::text::redact::PersonalData;
use crate::text::{fold, hash};

/// A hash equal for texts that differ only in case, accents, spacing, punctuation, digits, placeholders and
/// the `XXXX` masks of published complaints. Texts without any letter share one value.
pub fn normalised_hash(text: &str) -> u64 {
    let mut state = hash::SEED;
    each_word(text, |word| state = hash::step(state, word));
    hash::finish(state)
}

/// A hash of each word in its order, leaving out what [`normalised_hash`] does not look at.
pub fn word_hashes(text: &str) -> Vec<u64> {
    let mut words = Vec::new();
    each_word(text, |word| words.push(hash::finish(word)));
    words
}

/// Calls with the unfinished hash of every word that counts.
fn each_word(text: &str, mut call: impl FnMut(u64)) {
    let bytes = text.as_bytes();
    let mut word = String::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'[' {
            take_word(&mut word, &mut call);
            at += PersonalData::of_placeholder(&bytes[at..]).map_or(1, |(_, length)| length);
            continue;
        }
        let c = text[at..].chars().next().expect("at is inside the text, on a character");
        if c.is_alphabetic() || fold::is_accent(c) {
            fold::push_folded(c, &mut word);
        } else {
            take_word(&mut word, &mut call);
        }
        at += c.len_utf8();
    }
    take_word(&mut word, &mut call);
}

/// Calls with the hash of a word and empties it; masks count for nothing.
fn take_word(word: &mut String, call: &mut impl FnMut(u64)) {
    let is_mask = word.len() >= 2 && word.bytes().all(|byte| byte == b'x');
    if !word.is_empty() && !is_mask {
        call(hash::of_bytes(word.as_bytes()));
    }
    word.clear();
}

#[cfg(test)]
mod tests {
    use super::{normalised_hash, word_hashes};

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

    #[test]
    fn words_are_those_the_hash_sees() {
        assert_eq!(word_hashes("Llamé 3 veces al [PHONE_1], XXXX"), word_hashes("LLAME veces al"));
        assert_eq!(word_hashes("llamé tres veces").len(), 3);
        assert!(word_hashes("12 !! [PHONE_1]").is_empty());
    }
}

//! What is known of each word form, worked out once and remembered.
//!
//! Stemming costs a microsecond and complaints repeat their words, so the lexicon is what makes the
//! analyser fast. It is shared without a lock: a fixed table whose slots are written once. A full
//! neighbourhood only means that a further word is worked out anew each time, never that it changes:
//! results do not depend on what was seen before.

use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;

use crate::domain::language::Language;
use crate::text::{fold, hash, stem, stop_words};

/// Slots of the table, a power of two. Complaints of one company hold fewer distinct frequent words.
const SLOTS: usize = 1 << 16;

/// Slots looked at before a word is given up as not memorable.
const PROBES: usize = 4;

/// A word form with what follows from it.
#[derive(Debug)]
pub(super) struct Word {
    /// Key, folded form and term one after the other: one allocation a word.
    letters: Box<str>,
    folded_from: u16,
    term_from: u16,
    language: Language,
    pub(super) kind: WordKind,
    pub(super) is_stop: bool,
    /// The unfinished hash of the term.
    pub(super) term_hash: u64,
}

/// What a token consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WordKind {
    /// At least one letter.
    Letters,
    /// Digits only.
    Number,
    /// Stands for personal data that was taken out.
    Placeholder,
}

impl Word {
    /// Works out the word of a lower-case `key`; a key in brackets is a placeholder.
    fn new(key: &str, language: Language) -> Self {
        let kind = if key.starts_with('[') {
            WordKind::Placeholder
        } else if key.bytes().all(|byte| byte.is_ascii_digit()) {
            WordKind::Number
        } else {
            WordKind::Letters
        };
        let folded = fold::folded(key);
        let term = if kind != WordKind::Letters || key.bytes().any(|byte| byte.is_ascii_digit()) {
            folded.clone()
        } else if key.chars().any(fold::is_accent) {
            stem::term(&key.nfc().collect::<String>(), &folded, language)
        } else {
            stem::term(key, &folded, language)
        };
        let is_stop = kind == WordKind::Placeholder || stop_words::contains(language, &folded);
        let length = |text: &str| u16::try_from(text.len()).expect("a token is bounded by MAX_TOKEN_CHARS");
        Self {
            folded_from: length(key),
            term_from: length(key) + length(&folded),
            language,
            kind,
            is_stop,
            term_hash: hash::of_bytes(term.as_bytes()),
            letters: [key, &folded, &term].concat().into_boxed_str(),
        }
    }

    fn key(&self) -> &str {
        &self.letters[..usize::from(self.folded_from)]
    }

    /// The form without case and accents, unstemmed.
    pub(super) fn folded(&self) -> &str {
        &self.letters[usize::from(self.folded_from)..usize::from(self.term_from)]
    }

    /// The folded stem.
    pub(super) fn term(&self) -> &str {
        &self.letters[usize::from(self.term_from)..]
    }
}

/// The table.
#[derive(Debug)]
pub(super) struct Lexicon {
    slots: Box<[OnceLock<Word>]>,
}

impl Lexicon {
    pub(super) fn new() -> Self {
        Self { slots: (0..SLOTS).map(|_| OnceLock::new()).collect() }
    }

    /// The word of a lower-case `key`. `spare` holds it when the table has no room.
    pub(super) fn word<'a>(&'a self, key: &str, language: Language, spare: &'a mut Option<Word>) -> &'a Word {
        let first = slot_of(key, language);
        for probe in 0..PROBES {
            let slot = &self.slots[(first + probe) % SLOTS];
            let word = slot.get_or_init(|| Word::new(key, language));
            if word.language == language && word.key() == key {
                return word;
            }
        }
        spare.insert(Word::new(key, language))
    }
}

/// The first slot of a key: eight bytes a step.
#[inline]
fn slot_of(key: &str, language: Language) -> usize {
    let mut chunks = key.as_bytes().chunks_exact(8);
    let mut state = hash::step(hash::SEED, language as u64);
    for chunk in &mut chunks {
        let unit = u64::from_le_bytes(chunk.try_into().expect("chunks_exact gives eight bytes"));
        state = hash::step(state ^ (state >> 32), unit);
    }
    let rest = chunks.remainder().iter().fold(key.len() as u64, |unit, byte| unit << 8 | u64::from(*byte));
    (hash::finish(hash::step(state ^ (state >> 32), rest)) >> 48) as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::{Lexicon, PROBES, SLOTS};
    use crate::domain::language::Language;

    #[test]
    fn a_full_table_changes_no_word() {
        let lexicon = Lexicon::new();
        let mut spare = None;
        for number in 0..SLOTS * PROBES {
            lexicon.word(&format!("w{number}"), Language::Spanish, &mut spare);
        }
        let full = lexicon.word("devoluciones", Language::Spanish, &mut spare).term().to_owned();
        assert!(spare.is_some(), "the table should have been full");
        let mut none = None;
        assert_eq!(full, Lexicon::new().word("devoluciones", Language::Spanish, &mut none).term());
        assert!(none.is_none());
    }
}

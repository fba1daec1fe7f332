//! Turns a text into hashed features, in one place for every learner.
//!
//! Two views: *words* (terms, and pairs of terms that follow one another) and *characters* (2 to 5 of them,
//! or 2 to 4, within each folded word, with a space for its start and one for its end, as scikit-learn's `char_wb`).
//! Function words are left out of the word view where subjects are compared, unless a text has nothing else;
//! to tell labels apart they help ("how do I" is no failure) and stay in. Numbers of more than four digits
//! all look alike; placeholders of personal data leave no feature.

use crate::domain::language::Language;
use crate::text::analyzer::{Analyzer, MAX_TOKEN_CHARS};
use crate::text::hash;
use crate::text::lexicon::{Word, WordKind};

/// Set in the hash of a character feature, clear in that of a word feature.
pub const CHARACTER_VIEW: u64 = 1 << 63;

/// The shortest run of characters that is a feature.
const SHORTEST_GRAM: usize = 2;

/// Longer numbers (amounts, dates, orders) are one feature, "a number"; shorter ones are error codes,
/// laws, years and channels.
const MAX_TELLING_DIGITS: usize = 4;

/// Which views of a text become features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Features {
    /// Words and pairs of words.
    Words,
    /// Words, pairs of words, and 2 to 5 characters within words.
    WordsAndCharacters,
    /// To tell labels apart: function words and their pairs besides, and only 2 to 4 characters: runs of five
    /// cost a third of the time and told no label from another that the rest did not.
    ForLabels,
    /// All of the above, for readers of several kinds: each takes what it knows.
    Everything,
}

impl Features {
    /// The longest run of characters that is a feature.
    fn longest_gram(self) -> usize {
        match self {
            Self::Words => 0,
            Self::ForLabels => 4,
            Self::WordsAndCharacters | Self::Everything => 5,
        }
    }

    /// Whether function words are features of every text.
    fn has_function_words(self) -> bool {
        matches!(self, Self::ForLabels | Self::Everything)
    }
}

/// Extracts hashed features; keeps its buffers between texts. One per thread, all on one analyser.
#[derive(Debug)]
pub struct FeatureExtractor<'a> {
    analyzer: &'a Analyzer,
    features: Features,
    function_words: Vec<u64>,
}

impl<'a> FeatureExtractor<'a> {
    /// An extractor on a shared analyser.
    pub fn new(analyzer: &'a Analyzer, features: Features) -> Self {
        Self { analyzer, features, function_words: Vec::new() }
    }

    /// Replaces `out` by the hash of every feature occurrence of `text`, neither counted nor sorted. The
    /// top bit ([`CHARACTER_VIEW`]) tells the views apart. Hashes are the same on every machine and, as long
    /// as `ANALYZER_VERSION` stays, in every version.
    pub fn extract(&mut self, text: &str, language: Language, out: &mut Vec<u64>) {
        out.clear();
        self.function_words.clear();
        let Self { analyzer, features, function_words } = self;
        let mut previous = None;
        let mut neighbour = None;
        let mut has_content = false;
        analyzer.each_word(text, language, |word, _, _| {
            if word.kind == WordKind::Placeholder {
                return;
            }
            let is_long_number = word.kind == WordKind::Number && word.term().len() > MAX_TELLING_DIGITS;
            let term = if is_long_number { A_NUMBER } else { word.term_hash };
            if word.is_stop {
                push_word(term, &mut None, function_words);
            } else {
                push_word(term, &mut previous, out);
                has_content = true;
            }
            if features.has_function_words() {
                push_function_word(term, word.is_stop, &mut neighbour, out);
            }
            if !is_long_number {
                push_characters(word, features.longest_gram(), out);
            }
        });
        if !has_content && *features != Features::ForLabels {
            out.append(function_words);
        }
    }
}

/// Stands for the hash of the term of every long number; arbitrary, and never changed.
const A_NUMBER: u64 = 0x5bd1_e995_7f4a_7c15;

/// Starts the hash of a feature with a function word; arbitrary, and never changed.
const FUNCTION_WORD: u64 = 0x2545_f491_4f6c_dd1d;

/// Pushes the feature of a term, and that of its pair with the previous one.
#[inline]
fn push_word(term: u64, previous: &mut Option<u64>, out: &mut Vec<u64>) {
    out.push(hash::finish(term) & !CHARACTER_VIEW);
    if let Some(before) = previous.replace(term) {
        out.push(hash::finish(hash::step(before.rotate_left(32), term)) & !CHARACTER_VIEW);
    }
}

/// Pushes the feature of a function word, and that of a pair with one. They differ from those of other
/// words, and from those that stand for a text of nothing else.
#[inline]
fn push_function_word(term: u64, is_stop: bool, neighbour: &mut Option<(u64, bool)>, out: &mut Vec<u64>) {
    let salted = hash::step(FUNCTION_WORD, term);
    if is_stop {
        out.push(hash::finish(salted) & !CHARACTER_VIEW);
    }
    if let Some((before, was_stop)) = neighbour.replace((term, is_stop))
        && (is_stop || was_stop)
    {
        out.push(hash::finish(hash::step(before.rotate_left(32), salted)) & !CHARACTER_VIEW);
    }
}

/// Pushes the features of the characters of a word: from each start, the hash of a longer run continues
/// that of the shorter one.
#[inline]
fn push_characters(word: &Word, longest: usize, out: &mut Vec<u64>) {
    if longest == 0 {
        return;
    }
    let mut padded = [u32::from(b' '); 2 * MAX_TOKEN_CHARS + 2];
    let mut length = 1;
    for c in word.folded().chars().take(padded.len() - 2) {
        padded[length] = u32::from(c);
        length += 1;
    }
    let padded = &padded[..length + 1];
    for start in 0..padded.len() - 1 {
        let mut state = hash::SEED;
        for (at, c) in padded[start..].iter().take(longest).enumerate() {
            state = hash::step(state, u64::from(*c));
            if at + 1 >= SHORTEST_GRAM {
                out.push(hash::finish(state) | CHARACTER_VIEW);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{CHARACTER_VIEW, FeatureExtractor, Features};
    use crate::domain::language::Language::{English, Spanish};
    use crate::text::analyzer::Analyzer;

    fn extract(features: Features, text: &str) -> Vec<u64> {
        let analyzer = Analyzer::new();
        let mut out = vec![7];
        FeatureExtractor::new(&analyzer, features).extract(text, Spanish, &mut out);
        out
    }

    #[test]
    fn words_and_their_pairs() {
        for (text, count) in [
            ("tarjeta bloqueada", 3),
            ("la tarjeta de la abuela", 3),
            ("que es lo de la", 5),
            ("[PHONE_1] tarjeta", 1),
            ("", 0),
        ] {
            assert_eq!(extract(Features::Words, text).len(), count, "{text}");
        }
        assert_eq!(
            extract(Features::Words, "cobro de comisión"),
            extract(Features::Words, "COBROS comision")
        );
        assert_ne!(extract(Features::Words, "no llegó")[2], extract(Features::Words, "llegó no")[2]);
        assert_eq!(extract(Features::Words, "pagué 1250000"), extract(Features::Words, "pagué 99999"));
        assert_ne!(extract(Features::Words, "error 502"), extract(Features::Words, "error 404"));
    }

    #[test]
    fn function_words_tell_labels_apart() {
        let words = |features, text: &str| -> Vec<u64> {
            extract(features, text).into_iter().filter(|hash| hash & CHARACTER_VIEW == 0).collect()
        };
        assert_eq!(words(Features::WordsAndCharacters, "la tarjeta de la abuela").len(), 3);
        // Two words and their pair; three function words; four pairs with one.
        assert_eq!(words(Features::ForLabels, "la tarjeta de la abuela").len(), 10);
        assert_eq!(words(Features::ForLabels, "que es").len(), 3);
    }

    #[test]
    fn everything_holds_what_each_reader_knows_as_often() {
        for text in ["la tarjeta de la abuela no llega", "que es lo de la", "no llega 123456 no llega", ""] {
            let everything = extract(Features::Everything, text);
            let count = |hash: u64, all: &[u64]| all.iter().filter(|&&other| other == hash).count();
            for features in [Features::WordsAndCharacters, Features::ForLabels] {
                let own = extract(features, text);
                for &hash in &own {
                    assert_eq!(count(hash, &own), count(hash, &everything), "{text} {features:?}");
                }
            }
        }
    }

    #[test]
    fn characters_as_char_wb() {
        let characters = |text: &str| -> Vec<u64> {
            extract(Features::WordsAndCharacters, text)
                .into_iter()
                .filter(|hash| hash & CHARACTER_VIEW != 0)
                .collect()
        };
        // " sol ": four pairs, three triples, two of four, one of five.
        assert_eq!(characters("sol").len(), 4 + 3 + 2 + 1);
        // " y ": two pairs and the whole.
        assert_eq!(characters("y").len(), 3);
        assert_eq!(characters("línea"), characters("LINEA"));
        // A word's beginning is not another's middle.
        let (start, middle) = (characters("sol"), characters("asolo"));
        let shared: BTreeSet<_> = start.iter().filter(|hash| middle.contains(hash)).collect();
        assert_eq!(shared.len(), 3, "so, ol and sol");
    }

    #[test]
    fn the_values_never_change() {
        let analyzer = Analyzer::new();
        let mut out = Vec::new();
        FeatureExtractor::new(&analyzer, Features::WordsAndCharacters).extract(
            "lost card",
            English,
            &mut out,
        );
        assert_eq!(
            (out[0], out.iter().fold(0, |all: u64, hash| all.rotate_left(1) ^ hash)),
            (0x7b76ef86e3e7f16f, 0xcce2bc67a5d54937)
        );
    }
}

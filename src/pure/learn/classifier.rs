//! One classifier per axis: words and characters of a text into a label, a calibrated probability and,
//! when asked, the words that decided.
//!
//! It knows labels only as strings; what they mean is the taxonomy's business.

pub mod explain;
mod file;
pub mod recent;
#[cfg(test)]
mod tests;

use super::LearnError;
use super::calibrate::given_and_next;
use super::conformal::set_size;
use super::doubt::Doubt;
use super::labels::place_of;
use super::parallel::map_blocks;
use super::quantised::QuantisedRows;
use super::reading::ReadTexts;
use super::structured::Structured;
use super::training::{self, Card, LabelledText, Scorer, Trained, ValidParams};
use super::vectorizer::{Encoder, Text, Vectorizer};
use crate::domain::language::Language;
use crate::text::analyzer::Analyzer;

/// Texts handed to a predicting thread at a time.
const TEXTS_PER_BLOCK: usize = 32;

/// A label for one text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction<'a> {
    /// The label given: the most probable one, unless that says none of the others applies and they outweigh it.
    pub label: &'a str,
    /// Its calibrated probability, 0 to 1.
    pub probability: f32,
    /// The next label.
    pub runner_up: &'a str,
    /// The next label's probability.
    pub runner_up_probability: f32,
    /// Labels in the prediction set: this one and those that cannot be ruled out at the stated coverage.
    pub set_size: usize,
    /// Whether the honest answer is "not sure": the prediction set is not this label alone.
    pub unsure: bool,
}

/// A trained classifier.
#[derive(Debug)]
pub struct Classifier {
    analyzer: Analyzer,
    vectorizer: Vectorizer,
    /// Columns read beside the text; their weights follow those of the vocabulary.
    structured: Structured,
    weights: QuantisedRows,
    bias: Vec<f32>,
    labels: Vec<String>,
    /// Where the label stands that says none of the others applies.
    apart: Option<usize>,
    doubt: Doubt,
}

impl Classifier {
    /// Learns from labelled texts. Repeats of a text (case, spacing, punctuation and digits aside) count
    /// once, with the first one's label. The same texts, parameters and seed give the same model, bit
    /// for bit, on any number of threads.
    ///
    /// # Errors
    /// When fewer than two labels, or no feature, occur often enough.
    pub fn train(docs: &[LabelledText<'_>], params: &ValidParams) -> Result<(Self, Card), LearnError> {
        Self::train_beside(docs, &[], params)
    }

    /// As [`Self::train`], from texts with a value for each of the named columns. A value in fewer than five
    /// texts says nothing.
    ///
    /// # Errors
    /// As [`Self::train`].
    pub fn train_beside(
        docs: &[LabelledText<'_>],
        columns: &[String],
        params: &ValidParams,
    ) -> Result<(Self, Card), LearnError> {
        let analyzer = Analyzer::new();
        let Trained { vectorizer, structured, scorer: Scorer { weights, bias }, labels, card } =
            training::train(&analyzer, docs, columns, params)?;
        let doubt = Doubt {
            temperature: card.temperature,
            set_threshold: card.set_threshold,
            label_thresholds: Vec::new(),
        };
        let classifier = Self { analyzer, vectorizer, structured, weights, bias, labels, apart: None, doubt };
        Ok((classifier.with(&card), card))
    }

    /// The labels it can give, sorted.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The place of the label that says none of the others applies, where there is one.
    pub fn apart(&self) -> Option<usize> {
        self.apart
    }

    /// The place of a label among them.
    pub fn place(&self, label: &str) -> Option<usize> {
        place_of(&self.labels, label)
    }

    /// Labels one text.
    pub fn predict(&self, text: &str, language: Language) -> Prediction<'_> {
        self.predict_with(&mut self.vectorizer.encoder(&self.analyzer), &mut Vec::new(), (text, language))
    }

    /// Labels many texts, in their order.
    pub fn predict_many(&self, texts: &[(&str, Language)], threads: usize) -> Vec<Prediction<'_>> {
        let start = || (self.vectorizer.encoder(&self.analyzer), Vec::new());
        let parts = map_blocks(texts.len(), TEXTS_PER_BLOCK, threads, start, |(encoder, scores), range| {
            texts[range].iter().map(|&text| self.predict_with(encoder, scores, text)).collect::<Vec<_>>()
        });
        parts.concat()
    }

    /// The labels of a text with their probabilities, the one given first, then by probability; at most `count`.
    pub fn ranked(&self, text: &str, language: Language, count: usize) -> Vec<(&str, f32)> {
        let mut scores = Vec::new();
        self.score(self.vectorizer.encoder(&self.analyzer).encode((text, language)), &mut scores);
        self.doubt.weigh(&mut scores);
        let mut places = self.by_probability(&scores);
        places.truncate(count);
        places.into_iter().map(|place| (self.labels[place].as_str(), scores[place])).collect()
    }

    /// As [`Self::predict_many`], of texts read before.
    pub fn predict_read(&self, texts: &ReadTexts, threads: usize) -> Vec<Prediction<'_>> {
        let start = || (self.vectorizer.encoder(&self.analyzer), Vec::new());
        let parts = map_blocks(texts.len(), TEXTS_PER_BLOCK, threads, start, |(encoder, scores), range| {
            texts
                .range(range)
                .map(|found| self.decide(encoder.encode_read(found), scores))
                .collect::<Vec<_>>()
        });
        parts.concat()
    }

    /// The probability of every label, in the order of [`Self::labels`], for many texts in their order.
    pub fn probabilities(&self, texts: &[(&str, Language)], threads: usize) -> Vec<Vec<f32>> {
        let start = || self.vectorizer.encoder(&self.analyzer);
        let parts = map_blocks(texts.len(), TEXTS_PER_BLOCK, threads, start, |encoder, range| {
            let mut all = Vec::with_capacity(range.len());
            for &text in &texts[range] {
                let mut scores = Vec::with_capacity(self.labels.len());
                self.weigh(encoder.encode(text), &mut scores);
                all.push(scores);
            }
            all
        });
        parts.into_iter().flatten().collect()
    }

    /// As [`Self::probabilities`], before a temperature makes probabilities of them.
    pub fn scores(&self, texts: &[(&str, Language)], threads: usize) -> Vec<Vec<f32>> {
        let start = || self.vectorizer.encoder(&self.analyzer);
        let parts = map_blocks(texts.len(), TEXTS_PER_BLOCK, threads, start, |encoder, range| {
            let mut all = Vec::with_capacity(range.len());
            for &text in &texts[range] {
                let mut scores = Vec::with_capacity(self.labels.len());
                self.score(encoder.encode(text), &mut scores);
                all.push(scores);
            }
            all
        });
        parts.into_iter().flatten().collect()
    }

    /// As [`Self::scores`], of texts with the values of the columns read beside each, in the order of
    /// [`Self::structured`]; none for a model that reads the text alone.
    pub fn scores_beside<'v>(
        &self,
        texts: &[(&str, Language)],
        values: impl Iterator<Item = &'v [String]>,
        threads: usize,
    ) -> Vec<Vec<f32>> {
        let first = self.vectorizer.columns() as u32;
        let mut all = self.scores(texts, threads);
        for (scores, values) in all.iter_mut().zip(values) {
            let features = self.structured.features(values);
            features.for_each(|(place, value)| self.weights.add_row(first + place, value, scores));
        }
        all
    }

    /// The columns read beside the text.
    pub fn structured(&self) -> &Structured {
        &self.structured
    }

    /// The share, 0 to 1, of the texts' words and pairs of words the model has no weight for; `None` without
    /// any.
    pub fn unseen_share(&self, texts: &[(&str, Language)], threads: usize) -> Option<f64> {
        let start = || self.vectorizer.encoder(&self.analyzer);
        let parts = map_blocks(texts.len(), TEXTS_PER_BLOCK, threads, start, |encoder, range| {
            texts[range].iter().map(|&text| encoder.unseen(text)).collect::<Vec<_>>()
        });
        let (unseen, all) = parts.iter().flatten().fold((0, 0), |sum, text| (sum.0 + text.0, sum.1 + text.1));
        (all > 0).then(|| unseen as f64 / all as f64)
    }

    /// The prediction set that goes with the probabilities of a text: the places of the labels that cannot
    /// be ruled out at the stated coverage, the one given first. Never empty.
    pub fn prediction_set(&self, probabilities: &[f32]) -> Vec<usize> {
        let mut places = self.by_probability(probabilities);
        places.truncate(set_size(probabilities, self.doubt.set_threshold, places[0]));
        places
    }

    /// The prediction set that promises its coverage for each true label: a label is in it when it is as
    /// probable as most texts that truly have it, which takes more of a label the model is sure to know and
    /// less of one it often misses. The label given comes first. Never empty.
    pub fn set_by_label(&self, probabilities: &[f32]) -> Vec<usize> {
        let mut places = self.by_probability(probabilities);
        let given = places[0];
        let threshold = |place: usize| {
            self.doubt.label_thresholds.get(place).copied().unwrap_or(self.doubt.set_threshold)
        };
        places.retain(|&place| place == given || probabilities[place] >= threshold(place));
        places
    }

    /// The places of all labels, the one given first, then by probability.
    fn by_probability(&self, probabilities: &[f32]) -> Vec<usize> {
        let (given, _) = given_and_next(probabilities, self.apart);
        let mut places: Vec<usize> = (0..probabilities.len()).collect();
        places.sort_by(|&a, &b| {
            (b == given).cmp(&(a == given)).then(probabilities[b].total_cmp(&probabilities[a]))
        });
        places
    }

    fn predict_with(
        &self,
        encoder: &mut Encoder<'_>,
        scores: &mut Vec<f32>,
        text: Text<'_>,
    ) -> Prediction<'_> {
        self.decide(encoder.encode(text), scores)
    }

    fn decide(&self, row: &[(u32, f32)], scores: &mut Vec<f32>) -> Prediction<'_> {
        let is_blank = self.weigh(row, scores);
        let (given, next) = given_and_next(scores, self.apart);
        let set_size = set_size(scores, self.doubt.set_threshold, given);
        Prediction {
            label: &self.labels[given],
            probability: scores[given],
            runner_up: &self.labels[next],
            runner_up_probability: scores[next],
            set_size,
            unsure: is_blank || set_size > 1,
        }
    }

    /// Replaces `scores` by the probability of every label; says whether the text has no known feature.
    fn weigh(&self, row: &[(u32, f32)], scores: &mut Vec<f32>) -> bool {
        self.score(row, scores);
        self.doubt.weigh(scores);
        row.is_empty()
    }

    fn score(&self, row: &[(u32, f32)], scores: &mut Vec<f32>) {
        scores.clear();
        scores.extend_from_slice(&self.bias);
        row.iter().for_each(|&(column, value)| self.weights.add_row(column, value, scores));
    }
}

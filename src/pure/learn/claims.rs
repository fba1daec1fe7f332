//! What a letter complains of, matter by matter: the main one and others it speaks of, each with its place.
//!
//! A classifier of its own, learned from whole letters and from the passages marked in them, reads the letter and each
//! of its sentences. The likeliest other labels of single sentences are candidates; a logistic regression over what
//! sentence and letter say of them, learned from letters that classifier had not seen, says how likely each is a matter
//! of the letter. Below the probability at which half of what is shown would be wrong, nothing is shown.

pub mod file;
mod training;

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::classifier::Classifier;
use super::training::Card;
use crate::domain::language::Language;
use crate::stats::logistic::probability;
use crate::text::sentences::sentences;

pub use training::MarkedLetter;

/// Other labels of a letter that are looked at.
const CANDIDATES: usize = 3;
/// What is read of a candidate.
const TRAITS: usize = 12;
/// Probabilities are kept this far from 0 and 1, so that log-odds stay finite.
const EDGE: f32 = 1e-4;

/// Finds the matters of a letter.
#[derive(Debug)]
pub struct ClaimFinder {
    classifier: Classifier,
    reading: Card,
    rule: Rule,
}

/// When a candidate is a matter of the letter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// Weights of the traits.
    weights: [f64; TRAITS],
    /// How often each label was another matter of a letter; some are seldom the main one.
    others: BTreeMap<String, u32>,
    /// What is less probable is not shown.
    threshold: f64,
    /// What it was learned from and how good it is.
    card: ClaimCard,
}

/// What a finder was learned from, and how good it was on letters it had not seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimCard {
    /// Letters.
    pub letters: usize,
    /// Other matters marked in them.
    pub marked: usize,
    /// The share of what is shown that the letter complains of, 0 to 1.
    pub precision: f64,
    /// The share of what was marked that is shown, 0 to 1.
    pub recall: f64,
    /// Decides the order of learning.
    pub seed: u64,
}

/// A matter of a letter.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundClaim {
    /// Where it speaks of it most clearly: bytes of the text, whole sentences.
    pub place: Range<usize>,
    /// The label.
    pub label: String,
    /// How likely another matter is one, 0 to 1; `None` for the main one, which others decide.
    pub probability: Option<f64>,
}

/// A letter as the classifier reads it, whole and sentence by sentence.
struct ReadLetter<'a> {
    labels: &'a [String],
    sentences: Vec<Range<usize>>,
    whole: Vec<f32>,
    /// By sentence, then label.
    parts: Vec<Vec<f32>>,
    /// The label the whole letter has.
    main: usize,
    /// The label that says none of the others applies.
    apart: Option<usize>,
}

/// A label a sentence speaks for, other than that of the letter.
struct Candidate {
    label: usize,
    sentence: usize,
    traits: [f64; TRAITS],
}

impl ClaimFinder {
    /// What it was learned from and how good it is.
    pub fn card(&self) -> &ClaimCard {
        &self.rule.card
    }

    /// The matters of a letter whose label is `main`: that one first, then the others by probability. None where the
    /// letter complains of nothing, or of what the finder does not know; the main one alone in a letter of one sentence.
    pub fn find(&self, text: &str, language: Language, main: &str) -> Vec<FoundClaim> {
        let Some(letter) = ReadLetter::new(&self.classifier, text, language, main) else {
            return Vec::new();
        };
        let mut found = vec![FoundClaim {
            place: letter.place_of(letter.main, letter.clearest(letter.main)),
            label: main.to_owned(),
            probability: None,
        }];
        let mut others: Vec<(f64, Candidate)> = letter
            .candidates(&self.rule.others)
            .into_iter()
            .map(|candidate| (probability(&self.rule.weights, &candidate.traits), candidate))
            .filter(|(probability, _)| *probability >= self.rule.threshold)
            .collect();
        others.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        found.extend(others.into_iter().map(|(probability, candidate)| FoundClaim {
            place: letter.place_of(candidate.label, candidate.sentence),
            label: letter.labels[candidate.label].clone(),
            probability: Some(probability),
        }));
        found
    }
}

impl<'a> ReadLetter<'a> {
    /// `None` where there is nothing to find: no sentence, a letter that complains of nothing, or a label the
    /// classifier does not know.
    fn new(classifier: &'a Classifier, text: &str, language: Language, main: &str) -> Option<Self> {
        let main = classifier.place(main)?;
        let apart = classifier.apart();
        let sentences = sentences(text);
        if apart == Some(main) || sentences.is_empty() {
            return None;
        }
        let mut texts = vec![(text, language)];
        texts.extend(sentences.iter().map(|place| (&text[place.clone()], language)));
        let mut parts = classifier.probabilities(&texts, 1);
        let whole = parts.remove(0);
        Some(Self { labels: classifier.labels(), sentences, whole, parts, main, apart })
    }

    /// The sentence that speaks for a label most.
    fn clearest(&self, label: usize) -> usize {
        let by_sentence =
            |a: &usize, b: &usize| self.parts[*a][label].total_cmp(&self.parts[*b][label]).then(b.cmp(a));
        (0..self.parts.len()).max_by(by_sentence).unwrap_or(0)
    }

    /// The sentence and its neighbours, as long as they too speak for that label before all others.
    fn place_of(&self, label: usize, sentence: usize) -> Range<usize> {
        let speaks = |at: &usize| {
            let own = self.parts[*at][label];
            self.parts[*at].iter().all(|other| *other <= own)
        };
        let first = (0..sentence).rev().take_while(speaks).last().unwrap_or(sentence);
        let last = (sentence + 1..self.parts.len()).take_while(speaks).last().unwrap_or(sentence);
        self.sentences[first].start..self.sentences[last].end
    }

    /// The likeliest other labels of single sentences.
    fn candidates(&self, others: &BTreeMap<String, u32>) -> Vec<Candidate> {
        if self.sentences.len() < 2 {
            return Vec::new();
        }
        let labels = self.labels;
        let mut best: Vec<(f32, usize, usize)> = (0..labels.len())
            .filter(|&label| label != self.main && self.apart != Some(label))
            .map(|label| {
                let sentence = self.clearest(label);
                (self.parts[sentence][label], label, sentence)
            })
            .collect();
        best.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        best.truncate(CANDIDATES);
        let all: u32 = others.values().sum();
        best.into_iter()
            .map(|(_, label, sentence)| {
                let often = others.get(&labels[label]).copied().unwrap_or(0);
                let share = (f64::from(often) + 1.0) / (f64::from(all) + labels.len() as f64);
                Candidate { label, sentence, traits: self.traits(label, sentence, share) }
            })
            .collect()
    }

    /// What sentence and letter say of a label; `share` is how much of other matters it makes up.
    fn traits(&self, label: usize, sentence: usize, share: f64) -> [f64; TRAITS] {
        let own: Vec<f32> = self.parts.iter().map(|part| part[self.main]).collect();
        let bytes = |place: &Range<usize>| (place.len() as f64).ln();
        let count = self.sentences.len() as f64;
        [
            1.0,
            log_odds(self.parts[sentence][label]),
            log_odds(own[sentence]),
            bytes(&self.sentences[sentence]),
            count.ln(),
            log_odds(self.whole[label]),
            log_odds(self.whole[self.main]),
            log_odds(own.iter().copied().fold(0.0, f32::max)),
            own.iter().filter(|p| **p > 0.5).count() as f64 / count,
            share.ln(),
            sentence as f64 / count,
            (self.sentences.iter().map(Range::len).sum::<usize>() as f64).ln(),
        ]
    }
}

fn log_odds(p: f32) -> f64 {
    f64::from((p + EDGE) / (1.0 - p + EDGE)).ln()
}

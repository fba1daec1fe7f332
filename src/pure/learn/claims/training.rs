//! Learning to find the matters of a letter, from letters whose matters are marked.

use std::collections::{BTreeMap, HashMap};

use super::{ClaimCard, ClaimFinder, ReadLetter, Rule, TRAITS};
use crate::domain::language::Language;
use crate::learn::LearnError;
use crate::learn::classifier::Classifier;
use crate::learn::training::{Card, LabelledText, ValidParams};
use crate::stats::logistic::{fit_logistic, probability};

/// Letters are read by a classifier that has not seen them: each part by one learned from the others.
const PARTS: usize = 5;
/// Of what is shown, so much shall be right.
const PRECISION: f64 = 0.5;
/// Fewer letters than this on the right side say nothing of a share.
const FEWEST_SHOWN: usize = 20;
/// Keeps the weights finite; a thousandth of what a thousand letters say.
const RIDGE: f64 = 1.0;

/// A letter whose matters are known.
#[derive(Clone, Debug)]
pub struct MarkedLetter<'a> {
    /// The text.
    pub text: &'a str,
    /// Its language.
    pub language: Language,
    /// The main matter.
    pub main: &'a str,
    /// The others.
    pub others: Vec<&'a str>,
    /// Passages that speak of one matter, with its label.
    pub passages: Vec<(&'a str, &'a str)>,
    /// Letters of one origin are read by the same classifier, which has seen none of them.
    pub origin: &'a str,
}

/// A candidate of a letter.
struct Seen {
    traits: [f64; TRAITS],
    /// Whether the letter complains of it: it is another matter, or the main one of a letter labelled wrong.
    is_right: bool,
    /// Whether it is marked as another matter.
    is_marked: bool,
    /// The part of the letter.
    part: usize,
}

impl ClaimFinder {
    /// Learns from marked letters; `params` is how the classifier that will be used with it was trained.
    ///
    /// # Errors
    /// As [`Classifier::train`]; and when no share of the candidates can be shown with half of them right.
    pub fn train(letters: &[MarkedLetter<'_>], params: &ValidParams) -> Result<Self, LearnError> {
        let parts = parts(letters);
        let mut others: BTreeMap<String, u32> = BTreeMap::new();
        for label in letters.iter().flat_map(|letter| &letter.others) {
            *others.entry((*label).to_owned()).or_default() += 1;
        }
        let mut seen = Vec::new();
        for part in 0..PARTS {
            let (classifier, _) =
                read_by(letters.iter().zip(&parts).filter(|(_, own)| **own != part), params)?;
            for (letter, _) in letters.iter().zip(&parts).filter(|(_, own)| **own == part) {
                // The label of the letter is what a classifier would give it, wrong ones among them.
                let given = classifier.predict(letter.text, letter.language).label;
                let Some(read) = ReadLetter::new(&classifier, letter.text, letter.language, given) else {
                    continue;
                };
                for candidate in read.candidates(&others) {
                    let label = classifier.labels()[candidate.label].as_str();
                    let is_marked = letter.others.contains(&label);
                    let is_right = is_marked || label == letter.main;
                    seen.push(Seen { traits: candidate.traits, is_right, is_marked, part });
                }
            }
        }
        let marked = letters.iter().map(|letter| letter.others.len()).sum();
        let (threshold, precision, recall) = threshold(&seen, marked)?;
        let card = ClaimCard { letters: letters.len(), marked, precision, recall, seed: params.seed() };
        let rule = Rule { weights: weights(&seen, |_| true)?, others, threshold, card };
        let (classifier, reading) = read_by(letters.iter().zip(&parts), params)?;
        Ok(Self { classifier, reading, rule })
    }
}

/// A classifier learned from letters and from the passages marked in them.
fn read_by<'a>(
    letters: impl Iterator<Item = (&'a MarkedLetter<'a>, &'a usize)>,
    params: &ValidParams,
) -> Result<(Classifier, Card), LearnError> {
    let mut learn = Vec::new();
    for (letter, part) in letters {
        let whole = (letter.text, letter.main);
        learn.extend(std::iter::once(whole).chain(letter.passages.iter().copied()).map(|(text, label)| {
            LabelledText {
                text,
                language: letter.language,
                label,
                // In the place of a moment: what is held out for its doubt are letters of the last part, whole.
                moment: Some(*part as i64),
                values: &[],
            }
        }));
    }
    Classifier::train(&learn, params)
}

/// The part of each letter; letters of one origin are in one part.
fn parts(letters: &[MarkedLetter<'_>]) -> Vec<usize> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    letters
        .iter()
        .map(|letter| {
            let next = known.len();
            *known.entry(letter.origin).or_insert(next) % PARTS
        })
        .collect()
}

fn weights(seen: &[Seen], is_wanted: impl Fn(&Seen) -> bool) -> Result<[f64; TRAITS], LearnError> {
    let rows: Vec<_> =
        seen.iter().filter(|one| is_wanted(one)).map(|one| (one.traits, one.is_right)).collect();
    let failed = || LearnError::Numeric { step: "claims", reason: "a trait is not a number".to_owned() };
    fit_logistic(&rows, RIDGE).ok_or_else(failed)
}

/// The least probability from which on [`PRECISION`] of what is shown is right, that share, and the share of what is
/// marked that is shown then; every candidate judged by weights learned without its part.
fn threshold(seen: &[Seen], marked: usize) -> Result<(f64, f64, f64), LearnError> {
    let mut judged = Vec::with_capacity(seen.len());
    for part in 0..PARTS {
        let weights = weights(seen, |one| one.part != part)?;
        let own = seen.iter().filter(|one| one.part == part);
        judged.extend(own.map(|one| (probability(&weights, &one.traits), one)));
    }
    judged.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut found) = (0, 0);
    let mut last = None;
    for (shown, (probability, one)) in (1..).zip(&judged) {
        right += usize::from(one.is_right);
        found += usize::from(one.is_marked);
        let share = right as f64 / shown as f64;
        if shown >= FEWEST_SHOWN && share >= PRECISION {
            last = Some((*probability, share, found as f64 / marked.max(1) as f64));
        }
    }
    last.ok_or_else(|| LearnError::Numeric {
        step: "claims",
        reason: "no share of the second matters is found with half of them right; mark more letters"
            .to_owned(),
    })
}

//! Why a label: the words of a text that decided, and the texts most like it.

use std::ops::Range;

use super::Classifier;
use crate::domain::language::Language;
use crate::learn::sparse::SparseRows;

/// Different words of a text that are weighed when explaining; each costs one prediction.
const MAX_EXPLAINED_WORDS: usize = 200;

/// A word of a text that speaks for a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// As first written.
    pub word: String,
    /// The label's log-odds with the word, less those without it; above 0.
    pub weight: f32,
    /// The bytes of each of its occurrences, forms of one stem among them, in order.
    pub places: Vec<Range<usize>>,
}

/// Texts a classifier has read, to find the nearest among.
#[derive(Debug)]
pub struct Examples(SparseRows);

impl Classifier {
    /// The words of a text that speak for `label`, strongest first, at most `count`: those without which its
    /// log-odds are lower, each with the difference. Empty for a label the model does not know. Characters
    /// within a word and pairs with its neighbours count for the word. Function words are not weighed.
    pub fn explain(&self, text: &str, language: Language, label: &str, count: usize) -> Vec<Reason> {
        let Some(label) = self.place(label) else { return Vec::new() };
        let mut reasons = self.words(text, language);
        let mut encoder = self.vectorizer.encoder(&self.analyzer);
        let mut scores = Vec::new();
        let mut log_odds = |text: &str| {
            self.score(encoder.encode((text, language)), &mut scores);
            log_odds(&scores, self.doubt.temperature, label)
        };
        let whole = log_odds(text);
        for reason in &mut reasons {
            reason.weight = whole - log_odds(&without(text, &reason.places));
        }
        reasons.retain(|reason| reason.weight > 0.0);
        reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        reasons.truncate(count);
        reasons
    }

    /// Every different word of a text but function words, in the order they first occur, not yet weighed.
    fn words(&self, text: &str, language: Language) -> Vec<Reason> {
        let (mut words, mut terms): (Vec<Reason>, Vec<String>) = Default::default();
        self.analyzer.each_token(text, language, |token| {
            if token.is_stop {
                return;
            }
            let place = token.start..token.end;
            match terms.iter().position(|term| term == token.term) {
                Some(known) => words[known].places.push(place),
                None if words.len() < MAX_EXPLAINED_WORDS => {
                    terms.push(token.term.to_owned());
                    words.push(Reason {
                        word: text[place.clone()].to_owned(),
                        weight: 0.0,
                        places: vec![place],
                    });
                }
                None => {}
            }
        });
        words
    }

    /// Texts to look for likeness among, as this model reads them; for [`Self::nearest`].
    pub fn examples(&self, texts: &[(&str, Language)], threads: usize) -> Examples {
        Examples(self.vectorizer.transform(&self.analyzer, texts, threads))
    }

    /// The examples most like a text, most alike first, at most `count`: the place of each among them, and
    /// the cosine of the two, 0 to 1. Examples without a feature in common are left out.
    pub fn nearest(
        &self,
        Examples(rows): &Examples,
        text: &str,
        language: Language,
        count: usize,
    ) -> Vec<(usize, f32)> {
        let mut own = vec![0.0_f32; self.vectorizer.columns()];
        let mut square = 0.0;
        for &(column, value) in self.vectorizer.encoder(&self.analyzer).encode((text, language)) {
            own[column as usize] = value;
            square += value * value;
        }
        let likeness = |row: usize| {
            let (columns, values) = rows.row(row);
            let (mut product, mut other) = (0.0_f32, 0.0_f32);
            for (&column, value) in columns.iter().zip(values) {
                product += own[column as usize] * value;
                other += value * value;
            }
            if product > 0.0 { product / (square * other).sqrt() } else { 0.0 }
        };
        let mut all: Vec<(usize, f32)> = (0..rows.rows()).map(|row| (row, likeness(row))).collect();
        all.retain(|(_, cosine)| *cosine > 0.0);
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all.truncate(count);
        all
    }
}

/// ln p / (1 − p) of the label at `label`, under a temperature.
fn log_odds(scores: &[f32], temperature: f32, label: usize) -> f32 {
    let others = || scores.iter().enumerate().filter(|(place, _)| *place != label).map(|(_, score)| *score);
    let most = others().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = others().map(|score| ((score - most) / temperature).exp()).sum();
    (scores[label] - most) / temperature - sum.ln()
}

/// `text` with a space in place of each span; spans are in order and do not overlap.
fn without(text: &str, spans: &[Range<usize>]) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        rest.push_str(&text[at..span.start]);
        rest.push(' ');
        at = span.end;
    }
    rest.push_str(&text[at..]);
    rest
}

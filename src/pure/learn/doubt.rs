//! How sure a model may say it is: one temperature turns scores into probabilities, and thresholds into
//! prediction sets with a stated coverage, overall and by label. Fitted on texts the model has not learned
//! from; when what comes in has changed, on a recent window again.

use super::calibrate::{match_confidence, softmax};
use super::conformal::{Own, label_thresholds, set_threshold};

/// Fewer labelled texts than this are no window to fit on.
pub const FEWEST_TEXTS: usize = 100;

/// What turns scores into stated probabilities and prediction sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Doubt {
    /// Scores are divided by this before they become probabilities.
    pub temperature: f32,
    /// Less probable labels are not in the prediction set.
    pub set_threshold: f32,
    /// The same for the sets that promise their coverage for each true label, by label.
    pub label_thresholds: Vec<f32>,
}

/// A text whose true label is known, as a model scored it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored<'a> {
    /// A score for each label.
    pub scores: &'a [f32],
    /// The place of the true label.
    pub truth: usize,
    /// What the text counts: 1, or more where it stands for others.
    pub weight: f32,
}

impl Doubt {
    /// Fits on texts the model has not learned from; `None` when they are fewer than [`FEWEST_TEXTS`].
    pub fn fit(texts: &[Scored<'_>], coverage: f32) -> Option<Self> {
        let labels = texts.first()?.scores.len();
        if texts.len() < FEWEST_TEXTS {
            return None;
        }
        let scores = texts.iter().flat_map(|text| text.scores).copied().collect::<Vec<_>>();
        let truth: Vec<u32> = texts.iter().map(|text| text.truth as u32).collect();
        let weights: Vec<f32> = texts.iter().map(|text| text.weight).collect();
        let temperature = match_confidence(&scores, &truth, &weights, labels);
        let own: Vec<Own> = texts
            .iter()
            .map(|text| {
                let mut probabilities = text.scores.to_vec();
                softmax(&mut probabilities, temperature);
                Own { probability: probabilities[text.truth], weight: text.weight }
            })
            .collect();
        let label_thresholds = label_thresholds(&own, &truth, labels, coverage);
        Some(Self { temperature, set_threshold: set_threshold(own, coverage), label_thresholds })
    }

    /// Replaces scores by probabilities.
    pub fn weigh(&self, scores: &mut [f32]) {
        softmax(scores, self.temperature);
    }
}

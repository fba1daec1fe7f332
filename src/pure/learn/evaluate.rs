//! How good a classifier is on texts it has not seen: figures a reader can check against the counts.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::calibrate::expected_calibration_error;
use crate::stats::proportion::wilson_95;

/// Resamples behind a bootstrap interval.
const RESAMPLES: usize = 1_000;

/// One label's figures. A ratio with nothing below it is 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelMetrics {
    /// The label.
    pub label: String,
    /// Of the texts given this label, the share that has it.
    pub precision: f32,
    /// Of the texts that have this label, the share given it.
    pub recall: f32,
    /// Harmonic mean of both.
    pub f1: f32,
    /// Texts that have this label.
    pub support: u32,
}

/// Figures over all labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Texts judged.
    pub texts: u32,
    /// Share of texts given the right label.
    pub accuracy: f32,
    /// Mean F1 over the labels that occur among the judged texts, each counting the same.
    pub macro_f1: f32,
    /// Expected calibration error over 15 bins: the mean distance between stated and true certainty.
    pub ece: f32,
    /// The accuracy of always answering the most frequent label: what any model has to beat.
    pub majority: f32,
    /// One line per label, in the order of the labels.
    pub labels: Vec<LabelMetrics>,
}

/// One judged text: true label, given label, and the probability stated for the given one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// Index of the true label.
    pub truth: u32,
    /// Index of the label given.
    pub given: u32,
    /// Stated probability of `given`, 0 to 1.
    pub probability: f32,
}

impl Metrics {
    /// Counts `judged`; every index must be below `labels.len()`.
    pub fn of(labels: &[String], judged: &[Judged]) -> Self {
        let mut counts = Counts::new(labels.len());
        judged.iter().for_each(|one| counts.add(one));
        let Counts { right, given, support } = &counts;
        let lines: Vec<LabelMetrics> = labels
            .iter()
            .enumerate()
            .map(|(index, label)| LabelMetrics {
                label: label.clone(),
                precision: ratio(right[index], given[index]),
                recall: ratio(right[index], support[index]),
                f1: counts.f1(index),
                support: support[index],
            })
            .collect();
        let stated: Vec<_> = judged.iter().map(|one| (one.probability, one.truth == one.given)).collect();
        let texts = judged.len() as u32;
        Self {
            texts,
            accuracy: ratio(right.iter().sum(), texts),
            macro_f1: counts.macro_f1(),
            ece: expected_calibration_error(&stated),
            majority: ratio(support.iter().copied().max().unwrap_or(0), texts),
            labels: lines,
        }
    }
}

/// A 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The interval of the accuracy, by Wilson's score.
pub fn accuracy_interval(judged: &[Judged]) -> Interval {
    let right = judged.iter().filter(|one| one.truth == one.given).count() as u32;
    let (low, high) = wilson_95(right, judged.len() as u32);
    Interval { low, high }
}

/// The interval of the macro-F1 over `labels` labels, by the percentile bootstrap over texts (Efron and
/// Tibshirani, "An Introduction to the Bootstrap", 1993). A label that a resample misses does not count in
/// it. The same seed gives the same interval.
pub fn macro_f1_interval(labels: usize, judged: &[Judged], seed: u64) -> Interval {
    if judged.is_empty() {
        return Interval { low: 0.0, high: 1.0 };
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut counts = Counts::new(labels);
    let mut values: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            counts.clear();
            (0..judged.len()).for_each(|_| counts.add(&judged[random.gen_range(0..judged.len())]));
            f64::from(counts.macro_f1())
        })
        .collect();
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((RESAMPLES - 1) as f64 * share).round() as usize];
    Interval { low: at(0.025), high: at(0.975) }
}

/// How many texts each label was given, truly has, and both.
struct Counts {
    right: Vec<u32>,
    given: Vec<u32>,
    support: Vec<u32>,
}

impl Counts {
    fn new(labels: usize) -> Self {
        Self { right: vec![0; labels], given: vec![0; labels], support: vec![0; labels] }
    }

    fn clear(&mut self) {
        [&mut self.right, &mut self.given, &mut self.support].into_iter().for_each(|counts| counts.fill(0));
    }

    fn add(&mut self, one: &Judged) {
        self.support[one.truth as usize] += 1;
        self.given[one.given as usize] += 1;
        self.right[one.truth as usize] += u32::from(one.truth == one.given);
    }

    fn f1(&self, label: usize) -> f32 {
        ratio(2 * self.right[label], self.given[label] + self.support[label])
    }

    /// Mean over the labels that occur.
    fn macro_f1(&self) -> f32 {
        let present = (0..self.support.len()).filter(|&label| self.support[label] > 0);
        let (sum, count) =
            present.fold((0.0, 0_u32), |(sum, count), label| (sum + self.f1(label), count + 1));
        sum / count.max(1) as f32
    }
}

fn ratio(part: u32, whole: u32) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

#[cfg(test)]
mod tests {
    use linfa::prelude::ToConfusionMatrix;
    use ndarray::Array1;

    use super::*;

    fn judged(pairs: &[(u32, u32)]) -> Vec<Judged> {
        pairs.iter().map(|&(truth, given)| Judged { truth, given, probability: 1.0 }).collect()
    }

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|index| format!("label-{index}")).collect()
    }

    #[test]
    fn figures_of_a_small_table() {
        let metrics = Metrics::of(&names(3), &judged(&[(0, 0), (0, 0), (0, 1), (1, 1)]));
        assert_eq!((metrics.texts, metrics.accuracy, metrics.majority), (4, 0.75, 0.75));
        assert_eq!(metrics.labels[0].recall, 2.0 / 3.0);
        assert_eq!(metrics.labels[1].precision, 0.5);
        // Label 2 does not occur: it must not pull the mean down.
        assert_eq!(metrics.macro_f1, (0.8 + 2.0 / 3.0) / 2.0);
        assert_eq!(metrics.ece, 0.25);
    }

    #[test]
    fn nothing_judged_is_all_zero() {
        let metrics = Metrics::of(&names(2), &[]);
        assert_eq!((metrics.accuracy, metrics.macro_f1, metrics.majority), (0.0, 0.0, 0.0));
    }

    #[test]
    fn intervals_hold_the_figure_and_come_from_the_seed() {
        let pairs: Vec<(u32, u32)> =
            (0..200_u32).map(|i| (i % 4, if i % 3 == 0 { 0 } else { i % 4 })).collect();
        let judged = judged(&pairs);
        let metrics = Metrics::of(&names(4), &judged);
        let f1 = macro_f1_interval(4, &judged, 1);
        assert!(f1.low < f64::from(metrics.macro_f1) && f64::from(metrics.macro_f1) < f1.high, "{f1:?}");
        assert!(f1.high - f1.low < 0.2, "{f1:?}");
        assert_eq!(f1, macro_f1_interval(4, &judged, 1));
        assert_ne!(f1, macro_f1_interval(4, &judged, 2));
        let accuracy = accuracy_interval(&judged);
        assert!(accuracy.low < f64::from(metrics.accuracy) && f64::from(metrics.accuracy) < accuracy.high);
    }

    #[test]
    fn agrees_with_linfa() {
        let pairs: Vec<(u32, u32)> = (0..60_u32).map(|i| (i % 4, (i * i + i / 7) % 4)).collect();
        let ours = Metrics::of(&names(4), &judged(&pairs));
        let truth: Array1<usize> = pairs.iter().map(|pair| pair.0 as usize).collect();
        let given: Array1<usize> = pairs.iter().map(|pair| pair.1 as usize).collect();
        let theirs = given.confusion_matrix(&truth).unwrap();
        assert!((ours.accuracy - theirs.accuracy()).abs() < 1e-6);
        for (ours, theirs) in ours.labels.iter().zip(theirs.split_one_vs_all()) {
            assert!((ours.f1 - theirs.f1_score()).abs() < 1e-6, "{}", ours.label);
        }
    }
}

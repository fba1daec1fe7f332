//! How good a classifier is on texts it has not seen: figures a reader can check against the counts.

use serde::{Deserialize, Serialize};

use super::calibrate::expected_calibration_error;

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
        let (mut right, mut given, mut support) =
            (vec![0_u32; labels.len()], vec![0_u32; labels.len()], vec![0_u32; labels.len()]);
        for one in judged {
            support[one.truth as usize] += 1;
            given[one.given as usize] += 1;
            right[one.truth as usize] += u32::from(one.truth == one.given);
        }
        let lines: Vec<LabelMetrics> = labels
            .iter()
            .enumerate()
            .map(|(index, label)| LabelMetrics {
                label: label.clone(),
                precision: ratio(right[index], given[index]),
                recall: ratio(right[index], support[index]),
                f1: ratio(2 * right[index], given[index] + support[index]),
                support: support[index],
            })
            .collect();
        let present = lines.iter().filter(|line| line.support > 0).count();
        let f1_sum: f32 = lines.iter().filter(|line| line.support > 0).map(|line| line.f1).sum();
        let stated: Vec<_> = judged.iter().map(|one| (one.probability, one.truth == one.given)).collect();
        let texts = judged.len() as u32;
        Self {
            texts,
            accuracy: ratio(right.iter().sum(), texts),
            macro_f1: f1_sum / present.max(1) as f32,
            ece: expected_calibration_error(&stated),
            majority: ratio(support.iter().copied().max().unwrap_or(0), texts),
            labels: lines,
        }
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

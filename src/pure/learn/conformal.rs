//! Prediction sets with a stated coverage, by split conformal prediction (Vovk, Gammerman and Shafer,
//! "Algorithmic Learning in a Random World", 2005; the score is one minus the probability of the label,
//! as in Sadinle, Lei and Wasserman, "Least ambiguous set-valued classifiers with bounded error levels",
//! JASA 2019).
//!
//! The promise, at least `coverage` of the sets hold the true label, is kept for texts like those it was
//! calibrated on. When texts change, calibrate anew on a recent window.

/// With fewer texts than this, a label's own order statistics say little; it shares those of all labels as
/// rare.
const FEWEST_OF_LABEL: usize = 30;

/// What a held-out text says of the threshold: the probability it was given for its true label, and what the
/// text counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Own {
    pub(super) probability: f32,
    pub(super) weight: f32,
}

/// The lowest probability a label may have and stay in the set: where texts count the same, the
/// ⌊(n + 1)(1 − coverage)⌋-th smallest of the probabilities that `n` held-out texts were given for their true
/// labels. Where they count differently, the smallest are taken while their weights sum to no more than
/// that share of all weights and of one more text, taken to be as heavy as any (Tibshirani, Barber, Candès and
/// Ramdas, "Conformal prediction under covariate shift", NeurIPS 2019). With too few texts to promise
/// anything it is 0, so that every label is in every set.
pub(super) fn set_threshold(mut own: Vec<Own>, coverage: f32) -> f32 {
    own.sort_by(|a, b| a.probability.total_cmp(&b.probability));
    let weights = || own.iter().map(|own| f64::from(own.weight));
    let all = weights().sum::<f64>() + weights().fold(0.0, f64::max);
    let allowed = all * (1.0 - f64::from(coverage));
    let (mut below, mut threshold) = (0.0, 0.0);
    for own in &own {
        below += f64::from(own.weight);
        if below > allowed {
            break;
        }
        threshold = own.probability;
    }
    threshold
}

/// A threshold for each label, from the texts whose true label it is, so that the sets hold it as often as
/// promised when it is true (Vovk, "Conditional validity of inductive conformal predictors", ACML 2012). Labels with
/// few texts are one class together. `truth` has the label, below `labels`, of every text of `own`.
pub(super) fn label_thresholds(own: &[Own], truth: &[u32], labels: usize, coverage: f32) -> Vec<f32> {
    let mut by_label = vec![Vec::new(); labels];
    for (own, &label) in own.iter().zip(truth) {
        by_label[label as usize].push(*own);
    }
    let is_rare = |own: &[Own]| own.len() < FEWEST_OF_LABEL;
    let rare = by_label.iter().filter(|own| is_rare(own)).flatten().copied().collect();
    let shared = set_threshold(rare, coverage);
    by_label
        .into_iter()
        .map(|own| if is_rare(&own) { shared } else { set_threshold(own, coverage) })
        .collect()
}

/// How many labels the prediction set holds: those at or above the threshold, and always the one given.
pub(super) fn set_size(probabilities: &[f32], threshold: f32, given: usize) -> usize {
    let above = probabilities.iter().filter(|&&probability| probability >= threshold).count();
    above + usize::from(probabilities[given] < threshold)
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn alike(probabilities: &[f32]) -> Vec<Own> {
        probabilities.iter().map(|&probability| Own { probability, weight: 1.0 }).collect()
    }

    #[test]
    fn the_threshold_is_an_order_statistic() {
        let check = |own: &[f32], coverage: f32, want: f32| {
            assert_eq!(set_threshold(alike(own), coverage), want, "{own:?} {coverage}");
        };
        check(&[], 0.9, 0.0);
        check(&[0.5, 0.6], 0.9, 0.0);
        check(&[0.9, 0.1, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2], 0.9, 0.1);
        check(&[0.9, 0.1, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2], 0.5, 0.5);
    }

    #[test]
    fn a_set_is_never_empty_and_holds_the_label_given() {
        assert_eq!(set_size(&[0.4, 0.3, 0.3], 0.9, 0), 1);
        assert_eq!(set_size(&[0.4, 0.3, 0.3], 0.3, 0), 3);
        assert_eq!(set_size(&[0.4, 0.3, 0.3], 0.35, 0), 1);
        assert_eq!(
            set_size(&[0.4, 0.3, 0.3], 0.35, 1),
            2,
            "the label given and the one that cannot be ruled out"
        );
    }

    /// Whatever the scores are worth, fresh texts of the same kind are covered as promised.
    #[test]
    fn fresh_texts_are_covered_as_promised() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        for coverage in [0.8_f32, 0.9, 0.95] {
            let mut own = || random.gen_range(0.0_f32..1.0).powi(3);
            let calibrating: Vec<f32> = (0..4000).map(|_| own()).collect();
            let threshold = set_threshold(alike(&calibrating), coverage);
            let covered = (0..20_000).filter(|_| own() >= threshold).count() as f32 / 20_000.0;
            assert!((covered - coverage).abs() < 0.02, "{covered} for {coverage}");
        }
    }

    /// Half the texts are of a hard kind, but only one in ten of those that calibrate: weighed up, they count
    /// as what they stand for.
    #[test]
    fn a_skewed_sample_is_weighed_back() {
        let mut random = ChaCha8Rng::seed_from_u64(4);
        let mut own = |is_hard: bool| random.gen_range(0.0_f32..1.0).powi(if is_hard { 4 } else { 1 });
        let sample: Vec<Own> = (0..5000)
            .map(|text| {
                let is_hard = text % 10 == 0;
                Own { probability: own(is_hard), weight: if is_hard { 5.0 } else { 5.0 / 9.0 } }
            })
            .collect();
        let plain: Vec<Own> = sample.iter().map(|own| Own { weight: 1.0, ..*own }).collect();
        let mut covered = |threshold: f32| {
            (0..20_000).filter(|text| own(text % 2 == 0) >= threshold).count() as f32 / 20_000.0
        };
        let (weighed, plain) = (covered(set_threshold(sample, 0.9)), covered(set_threshold(plain, 0.9)));
        assert!((weighed - 0.9).abs() < 0.02 && plain < 0.85, "{weighed} weighed, {plain} not");
    }

    #[test]
    fn each_label_is_covered_as_promised_and_rare_ones_together() {
        let mut random = ChaCha8Rng::seed_from_u64(5);
        // Label 0 is easy, 1 is hard, 2 and 3 are rare.
        let label = |text: usize| [0, 1, 0, 1, 0, 1, 0, 1, 0, 1][text % 10] + 2 * u32::from(text % 200 > 197);
        let mut own = |label: u32| random.gen_range(0.0_f32..1.0).powi([1, 4, 2, 2][label as usize]);
        let truth: Vec<u32> = (0..4000).map(label).collect();
        let sample: Vec<f32> = truth.iter().map(|&label| own(label)).collect();
        let thresholds = label_thresholds(&alike(&sample), &truth, 4, 0.9);
        assert_eq!(thresholds[2], thresholds[3], "twenty texts each: one class");
        for label in 0..4_u32 {
            let covered = (0..5_000).filter(|_| own(label) >= thresholds[label as usize]).count();
            let share = covered as f32 / 5_000.0;
            assert!((share - 0.9).abs() < if label < 2 { 0.03 } else { 0.08 }, "{share} of label {label}");
        }
        assert_eq!(label_thresholds(&[], &[], 2, 0.9), [0.0, 0.0], "nothing can be promised");
    }
}

//! Prediction sets with a stated coverage, by split conformal prediction (Vovk, Gammerman and Shafer,
//! "Algorithmic Learning in a Random World", 2005; the score is one minus the probability of the label,
//! as in Sadinle, Lei and Wasserman, "Least ambiguous set-valued classifiers with bounded error levels",
//! JASA 2019).
//!
//! The promise, at least `coverage` of the sets hold the true label, is kept for texts like those it was
//! calibrated on. When texts change, calibrate anew on a recent window.

/// The lowest probability a label may have and stay in the set: the ⌊(n + 1)(1 − coverage)⌋-th smallest of
/// the probabilities that `n` held-out texts were given for their true labels. With too few texts to
/// promise anything it is 0, so that every label is in every set.
pub(super) fn set_threshold(mut own_probabilities: Vec<f32>, coverage: f32) -> f32 {
    own_probabilities.sort_by(f32::total_cmp);
    let rank = ((own_probabilities.len() + 1) as f64 * (1.0 - f64::from(coverage))).floor() as usize;
    match rank.checked_sub(1) {
        None => 0.0,
        Some(place) => own_probabilities.get(place).copied().unwrap_or(1.0),
    }
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

    #[test]
    fn the_threshold_is_an_order_statistic() {
        let check = |own: &[f32], coverage: f32, want: f32| {
            assert_eq!(set_threshold(own.to_vec(), coverage), want, "{own:?} {coverage}");
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
            let threshold = set_threshold((0..4000).map(|_| own()).collect(), coverage);
            let covered = (0..20_000).filter(|_| own() >= threshold).count() as f32 / 20_000.0;
            assert!((covered - coverage).abs() < 0.02, "{covered} for {coverage}");
        }
    }
}

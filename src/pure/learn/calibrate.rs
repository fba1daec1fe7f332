//! Scores into probabilities: one temperature for all labels (Guo, Pleiss, Sun and Weinberger, "On
//! calibration of modern neural networks", ICML 2017), chosen on texts the scores were not fitted on,
//! and the expected calibration error that says how far to trust them.

/// Inverse temperatures looked at; beyond either end probabilities are all equal or all 0 and 1.
const INVERSE_RANGE: (f32, f32) = (0.05, 60.0);
/// Golden-section steps; each narrows the range to 0.618 of it, forty to a billionth.
const SEARCH_STEPS: u32 = 40;
/// Bins of the expected calibration error, as customary.
const ECE_BINS: usize = 15;

/// Turns `scores` into probabilities that sum to one: exp(score / temperature), normalised.
pub(super) fn softmax(scores: &mut [f32], temperature: f32) {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = ((*score - most) / temperature).exp();
        sum += *score;
    }
    scores.iter_mut().for_each(|score| *score /= sum);
}

/// Indices of the two highest numbers, the earlier one where they tie. There are at least two.
fn best_two(scores: &[f32]) -> (usize, usize) {
    let (mut best, mut next) = if scores[1] > scores[0] { (1, 0) } else { (0, 1) };
    for (index, &score) in scores.iter().enumerate().skip(2) {
        if score > scores[best] {
            (best, next) = (index, best);
        } else if score > scores[next] {
            next = index;
        }
    }
    (best, next)
}

/// The label to give and the next one, by probability. The label at `apart`, which says that none of the
/// others applies, is decided first, as at the top of a tree: it is given when it is more probable than all
/// others together. Else what is more probable than any single other but less than all of them would win
/// by their number.
pub(super) fn given_and_next(probabilities: &[f32], apart: Option<usize>) -> (usize, usize) {
    let (best, next) = best_two(probabilities);
    let is_outweighed = apart == Some(best) && probabilities[best] < 0.5;
    if is_outweighed { (next, best) } else { (best, next) }
}

/// The temperature under which the true labels are most probable. `scores` holds `labels` numbers per
/// text, `truth` one label per text, `weights` what each text counts, or nothing when all count the same.
/// Without texts it is 1.
pub(super) fn fit_temperature(scores: &[f32], truth: &[u32], weights: &[f32], labels: usize) -> f32 {
    if truth.is_empty() {
        return 1.0;
    }
    // The loss is convex in the inverse temperature, hence has one valley in its logarithm too.
    let loss = |log_inverse: f32| log_loss(scores, truth, weights, labels, log_inverse.exp());
    let golden = (5.0_f32.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (INVERSE_RANGE.0.ln(), INVERSE_RANGE.1.ln());
    let (mut left, mut right) = (high - golden * (high - low), low + golden * (high - low));
    let (mut at_left, mut at_right) = (loss(left), loss(right));
    for _ in 0..SEARCH_STEPS {
        if at_left <= at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - golden * (high - low);
            at_left = loss(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + golden * (high - low);
            at_right = loss(right);
        }
    }
    (-(low + high) / 2.0).exp()
}

/// The temperature under which the label given is stated as often right as it is: the mean of the highest
/// probabilities is the share of texts whose true label has it. Where texts have drifted from those learned from, the
/// likeliest temperature may still claim too much for the label given, and that is what people are told. Arguments as
/// for [`fit_temperature`].
pub(super) fn match_confidence(scores: &[f32], truth: &[u32], weights: &[f32], labels: usize) -> f32 {
    let weight = |text: usize| weights.get(text).map_or(1.0, |&weight| f64::from(weight));
    let most = |scores: &[f32]| scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let texts = || scores.chunks_exact(labels).enumerate();
    let right: f64 = texts()
        .zip(truth)
        .filter(|((_, scores), own)| scores[**own as usize] >= most(scores))
        .map(|((text, _), _)| weight(text))
        .sum();
    let stated = |inverse: f32| -> f64 {
        let one = |scores: &[f32]| {
            let most = most(scores);
            1.0 / scores.iter().map(|score| ((score - most) * inverse).exp()).sum::<f32>()
        };
        texts().map(|(text, scores)| weight(text) * f64::from(one(scores))).sum()
    };
    // The more a temperature divides, the less is stated.
    let (mut low, mut high) = (INVERSE_RANGE.0.ln(), INVERSE_RANGE.1.ln());
    for _ in 0..SEARCH_STEPS {
        let middle = (low + high) / 2.0;
        if stated(middle.exp()) > right { high = middle } else { low = middle }
    }
    (-(low + high) / 2.0).exp()
}

/// Mean of −ln p(true label).
fn log_loss(scores: &[f32], truth: &[u32], weights: &[f32], labels: usize, inverse: f32) -> f64 {
    let mut total = 0.0;
    for (text, (scores, &own)) in scores.chunks_exact(labels).zip(truth).enumerate() {
        let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = scores.iter().map(|score| ((score - most) * inverse).exp()).sum();
        let weight = weights.get(text).map_or(1.0, |&weight| f64::from(weight));
        total += weight * f64::from(sum.ln() - (scores[own as usize] - most) * inverse);
    }
    total / truth.len() as f64
}

/// Expected calibration error: over 15 equal bins of confidence, the mean distance between confidence
/// and the share that was right, weighted by texts. `judged` holds (confidence, right) per text.
pub(super) fn expected_calibration_error(judged: &[(f32, bool)]) -> f32 {
    weighed_calibration_error(judged.iter().map(|&(confidence, right)| (confidence, right, 1.0)))
}

/// The same where texts count differently: (confidence, right, weight) per text.
pub(super) fn weighed_calibration_error(judged: impl Iterator<Item = (f32, bool, f32)>) -> f32 {
    let mut bins = [(0.0_f64, 0.0_f64); ECE_BINS];
    let mut all = 0.0;
    for (confidence, right, weight) in judged {
        let bin = ((confidence * ECE_BINS as f32).ceil() as usize).clamp(1, ECE_BINS) - 1;
        let weight = f64::from(weight);
        bins[bin].0 += weight * f64::from(confidence);
        bins[bin].1 += weight * f64::from(u8::from(right));
        all += weight;
    }
    let distance: f64 = bins.iter().map(|(confidence, right)| (confidence - right).abs()).sum();
    if all > 0.0 { (distance / all) as f32 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn softmax_is_stable_and_sums_to_one() {
        for (scores, temperature) in
            [([0.0, 0.0, 0.0], 1.0), ([900.0, -900.0, 0.0], 0.1), ([1.0, 2.0, 3.0], 5.0)]
        {
            let mut p = scores;
            softmax(&mut p, temperature);
            assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{scores:?} gave {p:?}");
        }
    }

    /// Labels are drawn from a softmax of known temperature; the fit must find it again and leave little error.
    #[test]
    fn the_temperature_that_made_the_labels_is_found() {
        for made in [0.2_f32, 1.0, 4.0] {
            let mut random = ChaCha8Rng::seed_from_u64(11);
            let (mut scores, mut truth) = (Vec::new(), Vec::new());
            for _ in 0..4000 {
                let row: [f32; 4] = std::array::from_fn(|_| random.gen_range(-2.0..2.0));
                let mut p = row;
                softmax(&mut p, made);
                let mut draw = random.gen_range(0.0..1.0_f32);
                let label = p.iter().position(|p| {
                    draw -= p;
                    draw < 0.0
                });
                scores.extend(row);
                truth.push(label.unwrap_or(3) as u32);
            }
            let found = fit_temperature(&scores, &truth, &[], 4);
            assert!((found / made - 1.0).abs() < 0.1, "{found} for {made}");
            // Texts that count nothing move nothing, whatever their labels.
            let mut weights = vec![1.0; truth.len()];
            scores.extend_from_within(..4_000);
            let wrong: Vec<u32> = truth[..1_000].iter().map(|label| (label + 1) % 4).collect();
            truth.extend(wrong);
            weights.resize(truth.len(), 0.0);
            let weighed = fit_temperature(&scores, &truth, &weights, 4);
            assert!((weighed / found - 1.0).abs() < 1e-3, "{weighed} for {found}");
            scores.truncate(weights.len() * 4 - 4_000);
            truth.truncate(weights.len() - 1_000);
            let judged: Vec<_> = scores
                .chunks_exact(4)
                .zip(&truth)
                .map(|(row, &own)| {
                    let mut p: [f32; 4] = row.try_into().unwrap();
                    softmax(&mut p, found);
                    let best = (0..4).max_by(|&a, &b| p[a].total_cmp(&p[b])).unwrap();
                    (p[best], best == own as usize)
                })
                .collect();
            assert!(expected_calibration_error(&judged) < 0.03, "temperature {made}");
        }
    }

    /// Scores made for other texts than these: half of those stated as nearly sure are wrong.
    #[test]
    fn what_is_stated_is_as_often_right() {
        let scores: Vec<f32> = (0..1_000).flat_map(|text| [3.0 + (text % 3) as f32, 0.0, 0.0]).collect();
        let truth: Vec<u32> = (0..1_000).map(|text| u32::from(text % 2 == 1)).collect();
        let stated = |temperature: f32| {
            let mut all = 0.0;
            for row in scores.chunks_exact(3) {
                let mut p = [row[0], row[1], row[2]];
                softmax(&mut p, temperature);
                all += p[0] / 1_000.0;
            }
            all
        };
        let found = match_confidence(&scores, &truth, &[], 3);
        assert!((stated(found) - 0.5).abs() < 0.01, "{} is stated", stated(found));
        let weights: Vec<f32> = truth.iter().map(|&label| if label == 0 { 9.0 } else { 1.0 }).collect();
        let weighed = match_confidence(&scores, &truth, &weights, 3);
        assert!((stated(weighed) - 0.9).abs() < 0.01, "{} is stated", stated(weighed));
    }

    #[test]
    fn the_label_apart_needs_more_than_all_others_together() {
        let check = |probabilities: &[f32], apart, want| {
            assert_eq!(given_and_next(probabilities, apart), want, "{probabilities:?} {apart:?}");
        };
        check(&[0.45, 0.35, 0.2], None, (0, 1));
        check(&[0.45, 0.35, 0.2], Some(0), (1, 0));
        check(&[0.55, 0.25, 0.2], Some(0), (0, 1));
        check(&[0.45, 0.35, 0.2], Some(2), (0, 1));
    }

    #[test]
    fn calibration_error_of_known_cases() {
        let check = |judged: &[(f32, bool)], want: f32| {
            assert!((expected_calibration_error(judged) - want).abs() < 1e-6, "{judged:?}");
        };
        check(&[], 0.0);
        check(&[(1.0, true), (1.0, true)], 0.0);
        check(&[(1.0, false)], 1.0);
        check(&[(0.5, true), (0.5, false)], 0.0);
        check(&[(0.9, true), (0.9, false), (0.1, false)], (0.8 + 0.1) / 3.0);
    }
}

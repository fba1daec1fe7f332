//! The best dual variables of one text, all labels at once: the distribution α over labels that maximises
//! entropy(α) + ⟨scores, α⟩ − ½ κ ‖α − before‖² (Yu, Huang and Lin, "Dual coordinate descent methods for
//! logistic regression and maximum entropy models", Machine Learning 85, 2011; the solution by Wright's omega).
//!
//! At the optimum ln αₗ + κ αₗ = scoreₗ + κ beforeₗ − λ, so that κ αₗ = ω(scoreₗ + κ beforeₗ + ln κ − λ) with
//! ω(x) + ln ω(x) = x, and λ makes them sum to one.

/// Newton steps for λ at most; from below they approach it without passing it, four or five do.
const MAX_STEPS: u32 = 12;
/// λ is found when the sum is this close to what it should be, as a share of it.
const CLOSE: f32 = 1e-4;
/// Below this argument ω(x) is eˣ (1 − eˣ) to seven digits.
const SMALL: f32 = -7.0;

/// Replaces `scores` by the distribution, which sums to what `before` sums to: one, or less where other labels
/// have the rest. Both have as many numbers; a score of −∞ keeps its label out.
pub(super) fn best_distribution(scores: &mut [f32], before: &[f32], kappa: f32) {
    let mass: f32 = before.iter().sum();
    let log_kappa = kappa.ln();
    let mut most = f32::NEG_INFINITY;
    for (score, &before) in scores.iter_mut().zip(before) {
        *score += kappa * before + log_kappa;
        most = most.max(*score);
    }
    let wanted = kappa * mass;
    if wanted <= f32::MIN_POSITIVE || most == f32::NEG_INFINITY {
        scores.fill(0.0);
        return;
    }
    // The largest alone reaches the sum here, hence all together pass it.
    let mut lambda = most - wanted - wanted.ln();
    for _ in 0..MAX_STEPS {
        let (mut sum, mut slope) = (0.0_f32, 0.0_f32);
        for &score in scores.iter() {
            let omega = wright_omega(score - lambda);
            sum += omega;
            slope += omega / (1.0 + omega);
        }
        let over = sum - wanted;
        lambda += over / slope;
        if over <= CLOSE * wanted {
            break;
        }
    }
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = wright_omega(*score - lambda);
        sum += *score;
    }
    let scale = mass / sum;
    scores.iter_mut().for_each(|score| *score *= scale);
}

/// The ω with ω + ln ω = x, by one or two steps of Fritsch, Shafer and Crowley (Communications of the ACM 16,
/// 1973).
#[inline]
fn wright_omega(x: f32) -> f32 {
    if x < SMALL {
        let small = x.exp();
        return small * (1.0 - small);
    }
    let mut omega =
        if x < 1.0 { (2.0 / 3.0 * (x - 1.0)).exp().min(x.exp()) } else { x - x.ln() + x.ln() / x };
    for _ in 0..2 {
        let residual = x - omega - omega.ln();
        let next = 1.0 + omega;
        let twice = 2.0 * next * (next + 2.0 / 3.0 * residual);
        omega *= 1.0 + residual / next * (twice - residual) / (twice - 2.0 * residual);
    }
    omega
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn omega_satisfies_its_equation() {
        for step in -300..600 {
            let x = step as f32 / 10.0;
            let omega = wright_omega(x);
            let back = omega + omega.ln();
            assert!((back - x).abs() < 2e-5 * (1.0 + x.abs()), "{back} for {x}");
        }
    }

    #[test]
    fn the_distribution_is_the_best() {
        let objective = |alpha: &[f32], scores: &[f32], before: &[f32], kappa: f32| -> f32 {
            let each = alpha.iter().zip(scores).zip(before);
            each.map(|((&a, &z), &b)| -a * a.max(1e-30).ln() + a * z - 0.5 * kappa * (a - b) * (a - b)).sum()
        };
        let cases = [
            ([1.0, 0.0, -2.0, 3.0], [0.0, 1.0, 0.0, 0.0], 37.0, 1.0),
            ([1.0, 0.0, -2.0, 3.0], [0.25, 0.25, 0.25, 0.25], 0.1, 1.0),
            ([9.0, -9.0, 5.0, 0.0], [0.1, 0.2, 0.1, 0.0], 400.0, 0.4),
            ([0.0, 0.0, 0.0, f32::NEG_INFINITY], [1.0, 0.0, 0.0, 0.0], 10.0, 1.0),
        ];
        for (scores, before, kappa, mass) in cases {
            let mut best = scores;
            best_distribution(&mut best, &before, kappa);
            assert!((best.iter().sum::<f32>() - mass).abs() < 1e-5, "{best:?}");
            let finite = scores.map(|score: f32| score.max(-1e9));
            let at_best = objective(&best, &finite, &before, kappa);
            for (from, to) in [(0, 1), (1, 0), (1, 2), (2, 0), (0, 2), (3, 0)] {
                let mut other = best;
                let moved = 0.01_f32.min(other[from]);
                other[from] -= moved;
                other[to] += moved;
                let there = objective(&other, &finite, &before, kappa);
                assert!(there <= at_best + 1e-4, "{there} > {at_best} at {other:?}, {best:?}");
            }
        }
    }
}

//! The negative binomial of counts whose variance is a constant times their mean (NB1), with tails that
//! keep their relative accuracy far out. It must not fit anything to data.
//!
//! Size and probability of the usual parametrisation are `mean / (dispersion − 1)` and `1 / dispersion`;
//! dispersion 1 is the Poisson. Sums of independent NB1 counts of one dispersion are NB1 again, which is
//! why windows of several weeks need no new distribution.
//!
//! The mass is C. Loader's saddle-point form ("Fast and accurate computation of binomial probabilities",
//! 2000): differences of large log-gammas never occur, so it stays exact as the dispersion falls to 1 and
//! the size grows without bound. Tails are sums of the mass outwards from the count, so nothing cancels.

use std::f64::consts::TAU;

use statrs::function::gamma::ln_gamma;

/// Below this excess over 1 a dispersion is taken as exactly 1; the mass differs by less than rounding.
const POISSON_EXCESS: f64 = 1e-13;

/// Terms summed at most for one tail. Counts of a million with a dispersion of a hundred need fewer; beyond
/// it the rest is closed as a geometric series.
const MAX_TAIL_TERMS: u32 = 200_000;

/// A count with a given mean and `variance = dispersion × mean`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NegativeBinomial {
    mean: f64,
    dispersion: f64,
}

/// The three parts into which a count divides its distribution; they add up to one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tails {
    /// P(Y < y).
    pub below: f64,
    /// P(Y = y).
    pub at: f64,
    /// P(Y > y).
    pub above: f64,
}

impl Tails {
    /// P(Y > y) + P(Y = y)/2: the upper mid-p value, which unlike P(Y ≥ y) averages one half under the null.
    pub fn upper_mid_p(self) -> f64 {
        self.above + 0.5 * self.at
    }

    /// P(Y < y) + P(Y = y)/2.
    pub fn lower_mid_p(self) -> f64 {
        self.below + 0.5 * self.at
    }
}

impl NegativeBinomial {
    /// `None` unless `mean` is finite and not negative and `dispersion` is finite and at least 1.
    pub fn new(mean: f64, dispersion: f64) -> Option<Self> {
        let valid = mean.is_finite() && mean >= 0.0 && dispersion.is_finite() && dispersion >= 1.0;
        valid.then_some(Self { mean, dispersion })
    }

    /// The mean.
    pub fn mean(self) -> f64 {
        self.mean
    }

    /// Variance over mean, at least 1.
    pub fn dispersion(self) -> f64 {
        self.dispersion
    }

    /// ln P(Y = count); minus infinity where that is impossible.
    pub fn ln_pmf(self, count: u64) -> f64 {
        let excess = self.dispersion - 1.0;
        if self.mean == 0.0 {
            return if count == 0 { 0.0 } else { f64::NEG_INFINITY };
        }
        if count == 0 {
            let per_case = if excess < POISSON_EXCESS { 1.0 } else { excess.ln_1p() / excess };
            return -self.mean * per_case;
        }
        let y = count as f64;
        let poisson_part = -stirling_error(y) - 0.5 * (TAU * y).ln();
        if excess < POISSON_EXCESS {
            return poisson_part - deviance_part(y, self.mean, y - self.mean);
        }
        let size = self.mean / excess;
        let trials = size + y;
        let gap = (y - self.mean) / self.dispersion;
        poisson_part + stirling_error(trials)
            - stirling_error(size)
            - deviance_part(y, trials * excess / self.dispersion, gap)
            - deviance_part(size, trials / self.dispersion, -gap)
            + 0.5 * (size / trials).ln()
    }

    /// P(Y = count).
    pub fn pmf(self, count: u64) -> f64 {
        self.ln_pmf(count).exp()
    }

    /// P(Y > count).
    pub fn survival(self, count: u64) -> f64 {
        self.tails(count).above
    }

    /// P(Y > count) + P(Y = count)/2.
    pub fn mid_p(self, count: u64) -> f64 {
        self.tails(count).upper_mid_p()
    }

    /// What lies below, at and above `count`. The part on the far side from the mean is summed directly and
    /// has full relative accuracy down to the smallest positive number; below that it is 0.
    pub fn tails(self, count: u64) -> Tails {
        let at = self.pmf(count);
        if count as f64 + 1.0 >= self.mean {
            let above = self.sum_above(count, at);
            Tails { below: (1.0 - at - above).max(0.0), at, above }
        } else {
            let below = self.sum_below(count, at);
            Tails { below, at, above: (1.0 - at - below).max(0.0) }
        }
    }

    /// The smallest count that is exceeded with probability `tail` or less. `tail` is held to
    /// `[1e-300, 1]`.
    pub fn upper_quantile(self, tail: f64) -> u64 {
        let tail = tail.clamp(1e-300, 1.0);
        smallest_count(self.mean, |count| self.survival(count) <= tail)
    }

    fn sum_above(self, count: u64, at: f64) -> f64 {
        let excess = self.dispersion - 1.0;
        let (mut term, mut sum, mut j) = (at, 0.0, count as f64);
        let mut ratio = 0.0;
        for _ in 0..MAX_TAIL_TERMS {
            ratio = (self.mean + j * excess) / (self.dispersion * (j + 1.0));
            term *= ratio;
            sum += term;
            j += 1.0;
            if term <= sum * 1e-17 {
                return sum;
            }
        }
        // Far out the ratio of neighbours hardly moves any more.
        if ratio < 1.0 { sum + term * ratio / (1.0 - ratio) } else { sum }
    }

    fn sum_below(self, count: u64, at: f64) -> f64 {
        let excess = self.dispersion - 1.0;
        let (mut term, mut sum, mut j) = (at, 0.0, count as f64);
        for _ in 0..MAX_TAIL_TERMS.min(u32::try_from(count).unwrap_or(u32::MAX)) {
            term *= self.dispersion * j / (self.mean + (j - 1.0) * excess);
            sum += term;
            j -= 1.0;
            if term <= sum * 1e-17 {
                break;
            }
        }
        sum
    }
}

/// The smallest count at which `holds` is true, for a condition that stays true once it is; the search
/// starts near `guess` and gives up doubling at 2⁵².
pub fn smallest_count(guess: f64, holds: impl Fn(u64) -> bool) -> u64 {
    const LIMIT: u64 = 1 << 52;
    // Invariant: every count below `low` fails, `high` holds.
    let mut low = 0;
    let mut high = (guess.max(0.0) as u64).min(LIMIT);
    let mut step = 1 + (guess.max(0.0).sqrt() as u64).min(LIMIT);
    while !holds(high) {
        if high >= LIMIT {
            return LIMIT;
        }
        low = high + 1;
        high = (high + step).min(LIMIT);
        step *= 2;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    high
}

/// ln Γ(x+1) less Stirling's (x+½) ln x − x + ½ ln 2π.
fn stirling_error(x: f64) -> f64 {
    if x > 15.0 {
        let square = x * x;
        let tail = 1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / (1188.0 * square)) / square;
        return (1.0 / 12.0 - (1.0 / 360.0 - tail / square) / square) / x;
    }
    ln_gamma(x + 1.0) - (x + 0.5) * x.ln() + x - 0.5 * TAU.ln()
}

/// x ln(x/m) + m − x, with `gap = x − m` given so that it need not be found by subtraction.
fn deviance_part(x: f64, m: f64, gap: f64) -> f64 {
    if gap.abs() >= 0.1 * (x + m) {
        return x * (x / m).ln() - gap;
    }
    let v = gap / (x + m);
    let mut sum = gap * v;
    let mut power = 2.0 * x * v;
    let square = v * v;
    let mut odd = 3.0;
    // |v| < 0.1: each turn wins two digits, so sixteen digits take fewer than ten turns.
    for _ in 0..20 {
        power *= square;
        let next = sum + power / odd;
        if next == sum {
            break;
        }
        sum = next;
        odd += 2.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};
    use statrs::function::beta::beta_reg;

    use super::*;

    fn close(found: f64, expected: f64, tolerance: f64) -> bool {
        (found - expected).abs() <= tolerance * expected.abs().max(f64::MIN_POSITIVE)
    }

    /// The mass as a plain product, every factor positive:
    /// P(0) = φ^(−m/(φ−1)), P(j+1)/P(j) = (m + j(φ−1)) / (φ(j+1)).
    fn masses_by_product(mean: f64, dispersion: f64, up_to: usize) -> Vec<f64> {
        let excess = dispersion - 1.0;
        let start = if excess == 0.0 { (-mean).exp() } else { dispersion.powf(-mean / excess) };
        let mut masses = vec![start];
        for j in 0..up_to {
            let j = j as f64;
            masses.push(masses[masses.len() - 1] * (mean + j * excess) / (dispersion * (j + 1.0)));
        }
        masses
    }

    #[test]
    fn agrees_with_sums_of_products() {
        for (mean, dispersion) in [
            (0.05, 1.0),
            (0.13, 2.0),
            (1.0, 1.0),
            (3.0, 1.5),
            (4.5, 5.0),
            (12.0, 3.0),
            (40.0, 1.1),
            (150.0, 1.2),
        ] {
            let masses = masses_by_product(mean, dispersion, 3000);
            let law = NegativeBinomial::new(mean, dispersion).unwrap();
            for count in [0_usize, 1, 2, 3, 5, 8, 13, 30, 80, 200, 400] {
                let tails = law.tails(count as u64);
                let above: f64 = masses[count + 1..].iter().rev().sum();
                let below: f64 = masses[..count].iter().sum();
                assert!(close(tails.at, masses[count], 2e-12), "pmf {mean} {dispersion} {count}");
                assert!((tails.below - below).abs() < 1e-12, "below {mean} {dispersion} {count}");
                let wanted = if count as f64 + 1.0 >= mean { 1e-11 * above } else { 1e-12 };
                assert!((tails.above - above).abs() <= wanted, "above {mean} {dispersion} {count}");
            }
        }
    }

    #[test]
    fn small_cases_by_hand() {
        // Size 1, probability 1/2: the geometric 2^−(y+1).
        let geometric = NegativeBinomial::new(1.0, 2.0).unwrap();
        for y in 0..60_u64 {
            let expected = 0.5_f64.powi(i32::try_from(y).unwrap() + 1);
            assert!(close(geometric.pmf(y), expected, 1e-12), "{y}");
            assert!(close(geometric.survival(y), expected, 1e-12), "{y}");
            assert!(close(geometric.mid_p(y), 1.5 * expected, 1e-12), "{y}");
        }
        assert_eq!(geometric.upper_quantile(0.01), 6);
        // Poisson 2: 1, 2, 2, 4/3 … times e^−2.
        let poisson = NegativeBinomial::new(2.0, 1.0).unwrap();
        let unit = (-2.0_f64).exp();
        assert!(close(poisson.pmf(3), unit * 4.0 / 3.0, 1e-14));
        assert!(close(poisson.survival(2), 1.0 - 5.0 * unit, 1e-14));
        assert_eq!(poisson.upper_quantile(1.0), 0);
        let never = NegativeBinomial::new(0.0, 3.0).unwrap();
        assert_eq!((never.pmf(0), never.pmf(1), never.mid_p(0), never.survival(5)), (1.0, 0.0, 0.5, 0.0));
        for (mean, dispersion) in [(-1.0, 2.0), (f64::NAN, 2.0), (1.0, 0.99), (1.0, f64::INFINITY)] {
            assert_eq!(NegativeBinomial::new(mean, dispersion), None);
        }
    }

    #[test]
    fn falls_smoothly_to_the_poisson() {
        for count in [0, 1, 10, 100, 140] {
            let poisson = NegativeBinomial::new(100.0, 1.0).unwrap().tails(count);
            for excess in [1e-15, 1e-13, 1e-12, 1e-10] {
                let near = NegativeBinomial::new(100.0, 1.0 + excess).unwrap().tails(count);
                let slack = 1e-12 + 100.0 * excess;
                assert!(close(near.at, poisson.at, slack), "{count} {excess}: {near:?} {poisson:?}");
                assert!(close(near.above, poisson.above, slack), "{count} {excess}");
            }
        }
    }

    #[test]
    fn far_tails_keep_their_digits() {
        // P(Y > y) of a geometric with mean m is (m/(m+1))^(y+1).
        let law = NegativeBinomial::new(3.0, 4.0).unwrap();
        for y in [100, 500, 1000, 2300] {
            let expected = (f64::from(y + 1) * 0.75_f64.ln()).exp();
            assert!(close(law.survival(u64::try_from(y).unwrap()), expected, 1e-10), "{y}");
        }
        assert_eq!(law.survival(1_000_000), 0.0);
        let large = NegativeBinomial::new(1e6, 100.0).unwrap();
        assert!((large.survival(1_000_000) - 0.5).abs() < 0.01);
    }

    proptest! {
        #[test]
        fn tails_agree_with_the_incomplete_beta(mean in 0.2..60.0_f64, dispersion in 1.05..8.0_f64, count in 0_u64..200) {
            let law = NegativeBinomial::new(mean, dispersion).unwrap();
            let expected = beta_reg(
                count as f64 + 1.0,
                mean / (dispersion - 1.0),
                (dispersion - 1.0) / dispersion,
            );
            prop_assert!((law.survival(count) - expected).abs() <= 1e-9 * expected + 1e-12);
        }

        #[test]
        fn quantile_is_the_smallest(mean in 0.0..500.0_f64, dispersion in 1.0..9.0_f64, exponent in 0.1..9.0_f64) {
            let law = NegativeBinomial::new(mean, dispersion).unwrap();
            let tail = 10_f64.powf(-exponent);
            let quantile = law.upper_quantile(tail);
            prop_assert!(law.survival(quantile) <= tail);
            prop_assert!(quantile == 0 || law.survival(quantile - 1) > tail);
        }
    }
}

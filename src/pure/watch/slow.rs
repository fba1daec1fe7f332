//! A rise that no single week gives away: a level that doubles and stays, a ramp over months. The last weeks
//! together against a baseline that ends before the first of them, so that the rise does not become its own
//! baseline. It must not repeat what one large week said: each week counts only as far as it could have come
//! by chance, and where few weeks are larger the others must show the rise too.

use crate::stats::negative_binomial::NegativeBinomial;

/// Weeks that are taken together.
pub(super) const SLOW_WINDOWS: [usize; 2] = [8, 16];

/// The longest of them: the baseline ends before it.
pub(super) const SLOW_WEEKS: usize = 16;

/// What the score of each pays for the others having been looked at.
pub(super) const SLOW_PENALTY: f64 = 0.7;

/// Deviations above its mean from which a week is loud: it was told by itself, and counts up to there only.
const LOUD_DEVIATIONS: f64 = 2.75;

/// What a few loud weeks brought, of which the others show less than this alone, is the echo of an outbreak that
/// was told.
const QUIET: f64 = 0.1;

/// Variance, relative to the square of the mean, by which a level that wanders moves in a week.
const WANDERING: f64 = 0.0006;

/// Name of the detector in evidence.
pub(super) const METHOD: &str = "slow_rise";

/// The laws of the sums over the last weeks, and how far each week may count.
#[derive(Clone, Debug)]
pub(super) struct Slow {
    /// One for each of [`SLOW_WINDOWS`].
    sums: [NegativeBinomial; SLOW_WINDOWS.len()],
    /// Mean of each week and the count from which it is loud, newest week first.
    weeks: Vec<(f64, f64)>,
}

/// One window as judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SlowJudged {
    pub(super) weeks: usize,
    pub(super) observed: u64,
    pub(super) expected: f64,
    pub(super) p_value: f64,
    pub(super) score: f64,
    law: NegativeBinomial,
}

impl Slow {
    /// From the laws of the sums and the law of each week, newest first; `None` unless all are laws.
    pub(super) fn new(
        sums: [Option<NegativeBinomial>; SLOW_WINDOWS.len()],
        weeks: impl Iterator<Item = NegativeBinomial>,
    ) -> Option<Self> {
        let mut wider = [NegativeBinomial::new(0.0, 1.0)?; SLOW_WINDOWS.len()];
        for ((wider, sum), weeks) in wider.iter_mut().zip(sums).zip(SLOW_WINDOWS) {
            let sum = sum?;
            let wandering = WANDERING * (SLOW_WEEKS + weeks) as f64;
            *wider = NegativeBinomial::new(sum.mean(), sum.dispersion() + wandering * sum.mean())?;
        }
        let week = |law: NegativeBinomial| {
            let loud = law.mean() + LOUD_DEVIATIONS * (law.dispersion() * law.mean()).sqrt();
            (law.mean(), loud.ceil())
        };
        Some(Self { sums: wider, weeks: weeks.map(week).collect() })
    }

    /// The window that stands out most among those that hold `min_cases`. Each week of `counts` counts up to
    /// what is loud; the sum is smaller than the law's, so the probability is too large rather than too small.
    pub(super) fn judge(&self, counts: &[u32], min_cases: u32) -> Option<SlowJudged> {
        let mut best: Option<SlowJudged> = None;
        for (&law, weeks) in self.sums.iter().zip(SLOW_WINDOWS) {
            let newest = counts.iter().rev().take(weeks);
            let observed = newest.clone().map(|&count| u64::from(count)).sum::<u64>();
            // Less than a case a week is no level that could have risen slowly: what is seldom is judged by weeks.
            if counts.len() < weeks || observed < u64::from(min_cases).max(weeks as u64) {
                continue;
            }
            let (mut capped, mut quiet, mut loud_weeks) = (0.0, 0.0, 0);
            for (&count, &(mean, loud)) in newest.zip(&self.weeks) {
                let count = f64::from(count);
                capped += count.min(loud);
                quiet += if count > loud { mean } else { count };
                loud_weeks += usize::from(count > loud);
            }
            let is_echo = || 2 * loud_weeks <= weeks && law.mid_p(quiet as u64) > QUIET;
            if capped <= law.mean() || is_echo() {
                continue;
            }
            let p_value = law.mid_p(capped as u64).max(f64::MIN_POSITIVE);
            let score = -p_value.log10() - SLOW_PENALTY;
            if best.is_none_or(|best| score > best.score) {
                best = Some(SlowJudged { weeks, observed, expected: law.mean(), p_value, score, law });
            }
        }
        best
    }
}

impl SlowJudged {
    /// The highest sum that does not pass `threshold`.
    pub(super) fn upper(&self, threshold: f64) -> f64 {
        self.law.upper_quantile(10_f64.powf(-threshold - SLOW_PENALTY)) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(counts: [u32; SLOW_WEEKS]) -> Option<SlowJudged> {
        let law = |mean| NegativeBinomial::new(mean, 1.0);
        let sums = SLOW_WINDOWS.map(|weeks| law(4.0 * weeks as f64));
        let slow = Slow::new(sums, (0..SLOW_WEEKS).filter_map(|_| law(4.0))).expect("valid");
        slow.judge(&counts, 3)
    }

    #[test]
    fn a_level_that_stays_up_stands_out_and_one_large_week_does_not() {
        let mut counts = [4; SLOW_WEEKS];
        assert_eq!(judge(counts), None, "as expected");
        counts[13] = 900;
        assert_eq!(judge(counts), None, "one large week");
        counts[10..14].fill(60);
        assert_eq!(judge(counts), None, "an outbreak of four weeks");
        counts[9] = 60;
        // Each counts as 4 + 2.75·2, rounded up: 10.
        let most = judge(counts).expect("more weeks than not");
        assert_eq!((most.weeks, most.observed, most.expected), (8, 312, 32.0));
        assert!(most.p_value > 1e-5, "{most:?}");
        counts[8..].fill(8);
        let step = judge(counts).expect("above the mean");
        assert!(step.weeks == 8 && step.p_value < 1e-4, "{step:?}");
        let risen = judge([7; SLOW_WEEKS]).expect("above the mean");
        assert!(risen.weeks == 16 && risen.score > step.score - 2.0, "{risen:?}");
        // Mean 32, variance 44: 3.2 deviations up, and a little for the skew.
        assert!((53.0..59.0).contains(&step.upper(2.4)), "{}", step.upper(2.4));
    }
}

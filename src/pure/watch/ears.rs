//! The Early Aberration Reporting System's C1, C2 and C3: a count against mean and spread of the few periods
//! before it. Cheap, needs no history, and cries wolf often: here for comparison and for the first days of a
//! series without peers.
//!
//! L. Hutwagner et al., "The bioterrorism preparedness and response Early Aberration Reporting System
//! (EARS)", J. Urban Health 80 (2003) i89–i96; upper bounds as R's surveillance 1.20 gives them.

use statrs::distribution::{ContinuousCDF, Normal};

/// Periods of C3 besides the current one.
const C3_LAGS: usize = 2;

/// Which of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The baseline ends with the period before.
    C1,
    /// Two periods lie between, so that an outbreak does not raise its own baseline.
    C2,
    /// What C2 was above 1, summed over the last three periods.
    C3,
}

/// How the detector works.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Which of the three.
    pub kind: Kind,
    /// Periods in the baseline.
    pub baseline: usize,
    /// One-sided probability of an alarm for a normal count.
    pub alpha: f64,
    /// The standard deviation is taken as at least this.
    pub min_deviation: f64,
}

impl Options {
    /// The usual settings: seven periods; alpha .001, for C3 .025.
    pub fn usual(kind: Kind) -> Self {
        let alpha = if kind == Kind::C3 { 0.025 } else { 0.001 };
        Self { kind, baseline: 7, alpha, min_deviation: 0.0 }
    }

    fn lag(&self) -> usize {
        if self.kind == Kind::C1 { 0 } else { C3_LAGS }
    }
}

/// Mean and standard deviation of the baseline of the period at `at`; `None` where it is not complete.
fn baseline(counts: &[u32], at: usize, options: &Options) -> Option<(f64, f64)> {
    let end = at.checked_sub(options.lag())?;
    let values = counts.get(end.checked_sub(options.baseline)?..end)?;
    let n = values.len() as f64;
    let mean = values.iter().map(|&count| f64::from(count)).sum::<f64>() / n;
    let squares: f64 = values.iter().map(|&count| (f64::from(count) - mean).powi(2)).sum();
    Some((mean, (squares / (n - 1.0)).sqrt().max(options.min_deviation)))
}

/// Standard deviations above the baseline.
fn standardised(counts: &[u32], at: usize, options: &Options) -> Option<f64> {
    let (mean, deviation) = baseline(counts, at, options)?;
    let excess = f64::from(*counts.get(at)?) - mean;
    // A flat baseline tells nothing of the spread; only what equals it is unremarkable for certain.
    if deviation == 0.0 && excess == 0.0 { Some(0.0) } else { Some(excess / deviation) }
}

/// The statistic of the period at `at`; `None` where there is too little before it.
pub fn statistic(counts: &[u32], at: usize, options: &Options) -> Option<f64> {
    if options.kind != Kind::C3 {
        return standardised(counts, at, options);
    }
    (0..=C3_LAGS).map(|lag| Some((standardised(counts, at.checked_sub(lag)?, options)? - 1.0).max(0.0))).sum()
}

/// The highest count that does not alarm, as the reference gives it: for C3 the current period's own C2
/// does not count there, so its bound follows the count. `None` where there is too little before it.
pub fn upper_bound(counts: &[u32], at: usize, options: &Options) -> Option<f64> {
    let quantile = Normal::new(0.0, 1.0).ok()?.inverse_cdf(1.0 - options.alpha);
    let (mean, deviation) = baseline(counts, at, options)?;
    if options.kind != Kind::C3 {
        return Some(mean + quantile * deviation);
    }
    let mut before = 0.0;
    for lag in 1..=C3_LAGS {
        before += (standardised(counts, at.checked_sub(lag)?, options)? - 1.0).max(0.0);
    }
    Some((f64::from(*counts.get(at)?) + deviation * (quantile - before)).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Baseline 1…7: mean 4, variance 28/6.
        let counts = [1, 2, 3, 4, 5, 6, 7, 10, 4, 20];
        let deviation = (28.0 / 6.0_f64).sqrt();
        let c1 = Options::usual(Kind::C1);
        assert!((statistic(&counts, 7, &c1).unwrap() - 6.0 / deviation).abs() < 1e-12);
        let c2 = Options::usual(Kind::C2);
        assert!((statistic(&counts, 9, &c2).unwrap() - 16.0 / deviation).abs() < 1e-12);
        assert!((upper_bound(&counts, 9, &c2).unwrap() - (4.0 + 3.090_232 * deviation)).abs() < 1e-5);
        assert_eq!(statistic(&counts, 8, &c2), None);
        assert_eq!(statistic(&counts, 10, &c1), None);
        let floor = Options { min_deviation: 0.5, ..c1 };
        assert_eq!(statistic(&[3, 3, 3, 3, 3, 3, 3, 4], 7, &floor), Some(2.0));
    }

    #[test]
    fn c3_remembers_two_periods() {
        let mut counts = vec![4, 6, 5, 4, 6, 5, 4, 6, 5, 4, 6, 5];
        counts[9] = 30;
        let c3 = Options::usual(Kind::C3);
        // The bound at 11 is lowered by the surge at 9, though the count itself is quiet.
        assert!(upper_bound(&counts, 11, &c3).unwrap() < 5.0);
        assert!(statistic(&counts, 11, &c3).unwrap() > 10.0);
    }
}

//! Detectors that add evidence up over many periods, for slow ramps that no single period shows: the
//! standardised CUSUM and the generalised likelihood ratio of a raised mean. They judge against a baseline
//! that ends before the first period judged; they must not follow the level, or a ramp would become it.
//!
//! CUSUM: E. S. Page, "Continuous inspection schemes", Biometrika 41 (1954) 100–115, for counts as
//! G. Rossi, L. Lampugnani, M. Marchi, Statistics in Medicine 18 (1999) 2111–2122. GLR: M. Höhle, M. Paul,
//! "Count data regression charts for the monitoring of surveillance time series", Computational Statistics
//! & Data Analysis 52 (2008) 4357–4368.

use std::f64::consts::TAU;

use crate::stats::quasi_poisson::QuasiPoisson;

/// Fewest periods of baseline.
const MIN_BASELINE: usize = 8;

/// Smallest mean a baseline gives, so that a series of zeros can be standardised.
const MIN_MEAN: f64 = 0.05;

/// What the periods judged were expected to count.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// Mean of each period judged.
    pub means: Vec<f64>,
    /// Variance over mean, at least 1.
    pub dispersion: f64,
}

impl Baseline {
    /// The mean of the periods before `first`, for all from `first` on. `None` where there are too few.
    pub fn constant(counts: &[u32], first: usize) -> Option<Self> {
        let past = counts.get(..first).filter(|past| past.len() >= MIN_BASELINE)?;
        let n = past.len() as f64;
        let mean = past.iter().map(|&count| f64::from(count)).sum::<f64>() / n;
        let squares: f64 = past.iter().map(|&count| (f64::from(count) - mean).powi(2)).sum();
        let mean = mean.max(MIN_MEAN);
        let dispersion = (squares / mean / (n - 1.0)).max(1.0);
        Some(Self { means: vec![mean; counts.len() - first], dispersion })
    }

    /// Log-linear trend and one yearly wave, fitted to the periods before `first`. `None` where there are
    /// too few or they cannot be fitted.
    pub fn seasonal(counts: &[u32], first: usize, season: usize) -> Option<Self> {
        let past = counts.get(..first).filter(|past| past.len() >= MIN_BASELINE)?;
        let row = |position: usize| {
            let period = (position + 1) as f64;
            let cycle = TAU * period / season as f64;
            vec![1.0, period, cycle.cos(), cycle.sin()]
        };
        let rows: Vec<Vec<f64>> = (0..first).map(row).collect();
        let values: Vec<f64> = past.iter().map(|&count| f64::from(count)).collect();
        let fit = QuasiPoisson::fit(&rows, &values, &vec![1.0; first])?;
        let mean = |position: usize| {
            let predictor: f64 = row(position).iter().zip(&fit.coefficients).map(|(x, beta)| x * beta).sum();
            predictor.exp()
        };
        let dispersion = fit.dispersion(&values, &fit.weights).max(1.0);
        Some(Self { means: (first..counts.len()).map(mean).collect(), dispersion })
    }
}

/// The upper CUSUM of `counts` standardised by `baseline`, from 0, with reference value `k`; it is not
/// set back.
pub fn cusum(counts: &[u32], baseline: &Baseline, k: f64) -> Vec<f64> {
    let mut sum = 0.0_f64;
    counts
        .iter()
        .zip(&baseline.means)
        .map(|(&count, mean)| {
            let standardised = (f64::from(count) - mean) / (baseline.dispersion * mean).sqrt();
            sum = (sum + standardised - k).max(0.0);
            sum
        })
        .collect()
}

/// How the likelihood ratio is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GlrOptions {
    /// A rise is sought in this many periods back at most.
    pub window: usize,
    /// Begin anew after the statistic has reached this; `None` never does.
    pub restart_at: Option<f64>,
}

/// The likelihood ratio for a mean raised by a common factor in the last periods, two at least, maximised
/// over the factor and over when it began, over the dispersion. With dispersion 1 it is the Poisson chart.
pub fn glr(counts: &[u32], baseline: &Baseline, options: &GlrOptions) -> Vec<f64> {
    let mut begin = 0;
    let mut statistics = Vec::with_capacity(counts.len());
    for at in 0..counts.len() {
        let (mut cases, mut expected) = (0.0, 0.0);
        let mut highest = 0.0_f64;
        for back in (begin.max(at.saturating_sub(options.window))..=at).rev() {
            cases += f64::from(counts[back]);
            expected += baseline.means[back];
            if back < at && cases > expected {
                highest = highest.max(cases * (cases / expected).ln() - (cases - expected));
            }
        }
        let statistic = highest / baseline.dispersion;
        statistics.push(statistic);
        if options.restart_at.is_some_and(|limit| statistic >= limit) {
            begin = at + 1;
        }
    }
    statistics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cusum_by_hand() {
        let baseline = Baseline { means: vec![4.0; 5], dispersion: 1.0 };
        // Standardised 1, 0, 3, −2, 3; less ½ each.
        assert_eq!(cusum(&[6, 4, 10, 0, 10], &baseline, 0.5), vec![0.5, 0.0, 2.5, 0.0, 2.5]);
        assert_eq!(Baseline::constant(&[4; 7], 7), None);
        assert_eq!(Baseline::constant(&[4; 9], 8).unwrap().means, vec![4.0]);
    }

    #[test]
    fn glr_by_hand_and_set_back() {
        let baseline = Baseline { means: vec![2.0; 4], dispersion: 1.0 };
        let never = GlrOptions { window: 26, restart_at: None };
        let found = glr(&[2, 8, 8, 2], &baseline, &never);
        let ratio = |cases: f64, expected: f64| cases * (cases / expected).ln() - (cases - expected);
        assert!((found[1] - ratio(10.0, 4.0)).abs() < 1e-12 && found[0] == 0.0);
        assert!((found[2] - ratio(16.0, 4.0)).abs() < 1e-12);
        let set_back = glr(&[2, 8, 8, 2], &baseline, &GlrOptions { restart_at: Some(2.0), ..never });
        assert_eq!(set_back[2], 0.0);
        assert!((set_back[3] - ratio(10.0, 4.0)).abs() < 1e-12);
    }

    #[test]
    fn a_ramp_adds_up() {
        let counts: Vec<u32> = (0..120).map(|week| 6 + week * 7 % 3 + u32::from(week > 100) * 3).collect();
        let baseline = Baseline::seasonal(&counts, 100, 52).expect("enough past");
        let found = glr(&counts[100..], &baseline, &GlrOptions { window: 26, restart_at: None });
        assert!(found[0] < 1.0 && found[19] > 5.0, "{found:?}");
    }
}

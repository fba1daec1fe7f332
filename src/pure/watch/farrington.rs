//! Farrington's detector and its flexible successor: a quasi-Poisson regression on the same season of past
//! years, outbreaks there weighted down, and the upper bound of a prediction. The public-health standard
//! against which others are measured; the watcher's own choice is `ensemble`.
//!
//! C. P. Farrington, N. J. Andrews, A. D. Beale, M. A. Catchpole, "A statistical algorithm for the early
//! detection of outbreaks of infectious disease", J. R. Statist. Soc. A 159 (1996) 547–563; A. Noufaily et
//! al., "An improved algorithm for outbreak detection in multiple surveillance systems", Statistics in
//! Medicine 32 (2013) 1206–1222. Where the papers leave a choice it is that of R's surveillance 1.20, whose
//! published numbers the conformance test compares.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use crate::stats::negative_binomial::NegativeBinomial;
use crate::stats::quasi_poisson::QuasiPoisson;

/// Years a trend needs.
const MIN_TREND_YEARS: usize = 3;

/// How the upper bound is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Normal on the scale on which counts are closest to it, with the uncertainty of the mean.
    Delta(Power),
    /// Quantile of the negative binomial with the estimated mean and dispersion.
    NegativeBinomial,
    /// The same at the upper bound of the mean.
    NegativeBinomialOfUpperMean,
}

/// The power to which counts are raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    /// ⅔, which removes the skewness of a Poisson count.
    TwoThirds,
    /// ½, which makes its variance constant.
    Half,
    /// Counts as they are.
    One,
}

/// How the detector works.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Periods in a year.
    pub season: usize,
    /// Years of the past used.
    pub years: usize,
    /// Periods on each side of the same date in past years.
    pub half_window: usize,
    /// Levels into which a year is divided; 1 uses the windows alone.
    pub levels: usize,
    /// Newest periods left out, besides the one judged.
    pub guard: usize,
    /// Whether past outbreaks are weighted down.
    pub reweight: bool,
    /// Residual above which a past period is weighted down.
    pub weights_threshold: f64,
    /// Whether a trend is tried.
    pub trend: bool,
    /// The trend is kept below this p-value.
    pub trend_p_value: f64,
    /// One-sided probability of an alarm under the null.
    pub alpha: f64,
    /// Least cases in the last periods for an alarm, and how many periods.
    pub least_cases: (u32, usize),
    /// How the upper bound is found.
    pub bound: Bound,
}

impl Options {
    /// The settings of Noufaily et al. for weekly counts at `alpha`.
    pub fn noufaily(alpha: f64) -> Self {
        Self {
            season: 52,
            years: 5,
            half_window: 3,
            levels: 10,
            guard: 26,
            reweight: true,
            weights_threshold: 2.58,
            trend: true,
            trend_p_value: 1.0,
            alpha,
            least_cases: (5, 4),
            bound: Bound::NegativeBinomial,
        }
    }
}

/// What the detector says of one period.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Complaints expected.
    pub expected: f64,
    /// Variance over mean, at least 1.
    pub dispersion: f64,
    /// Slope of the log mean per period, where a trend was kept.
    pub trend: Option<f64>,
    /// The highest count that does not alarm.
    pub upper: f64,
    /// Probability of so many or more.
    pub p_value: f64,
    /// Whether the last periods hold the least cases.
    pub enough_cases: bool,
    /// Whether it is a warning.
    pub alarm: bool,
}

/// Judges the period at `at` by those before it. `None` where the past is too short or nothing can be
/// fitted.
pub fn judge(counts: &[u32], at: usize, options: &Options) -> Option<Judgement> {
    let &observed = counts.get(at)?;
    let reference = reference(at, options);
    let past: Vec<f64> = reference.iter().map(|&(position, _)| f64::from(counts[position])).collect();
    if past.is_empty() {
        return None;
    }
    let model = Model::choose(&reference, &past, at, options)?;
    let (upper, p_value) = model.bound(u64::from(observed), options)?;
    let (least, periods) = options.least_cases;
    let recent: u64 =
        counts[(at + 1).saturating_sub(periods)..=at].iter().map(|&count| u64::from(count)).sum();
    let enough_cases = recent >= u64::from(least);
    Some(Judgement {
        expected: model.mean,
        dispersion: model.dispersion,
        trend: model.trend,
        upper,
        p_value,
        enough_cases,
        alarm: enough_cases && f64::from(observed) > upper,
    })
}

/// Positions used, oldest first, with the level of each: the last level is the window about the same date,
/// the others follow one another from one window to the next.
fn reference(at: usize, options: &Options) -> Vec<(usize, usize)> {
    let Options { season, years, half_window, levels, guard, .. } = *options;
    let mut found = Vec::new();
    for age in (1..=years * season + half_window).rev() {
        let Some(position) = at.checked_sub(age) else { continue };
        // Periods since the centre of the last window at or before the position.
        let since = (season - age % season) % season;
        let in_window = since <= half_window || since >= season - half_window;
        // Near the period judged there is only what lies before its own window.
        if age <= guard || (in_window && age < season - half_window) {
            continue;
        }
        if in_window {
            found.push((position, levels - 1));
        } else if levels > 1 {
            let between = season - 2 * half_window - 1;
            let (length, longer) = (between / (levels - 1), between % (levels - 1));
            let step = since - half_window - 1;
            let level = if step < longer * (length + 1) {
                step / (length + 1)
            } else {
                longer + (step - longer * (length + 1)) / length.max(1)
            };
            found.push((position, level));
        }
    }
    found
}

struct Model {
    mean: f64,
    dispersion: f64,
    /// Of the linear predictor.
    standard_error: f64,
    trend: Option<f64>,
}

impl Model {
    /// With the trend where it is wanted, significant and does not run away; else without.
    fn choose(reference: &[(usize, usize)], past: &[f64], at: usize, options: &Options) -> Option<Self> {
        let highest = past.iter().copied().fold(0.0, f64::max);
        if options.trend
            && options.years >= MIN_TREND_YEARS
            && let Some((model, p_value)) = Self::fit(reference, past, at, options, true)
            && p_value < options.trend_p_value
            && model.mean <= highest
        {
            return Some(model);
        }
        Self::fit(reference, past, at, options, false).map(|(model, _)| model)
    }

    /// The model and the p-value of its trend.
    fn fit(
        reference: &[(usize, usize)],
        past: &[f64],
        at: usize,
        options: &Options,
        with_trend: bool,
    ) -> Option<(Self, f64)> {
        // The window's level is the intercept, so a forecast is read off it.
        let levels = options.levels - 1;
        let row = |position: usize, level: usize| {
            let mut row = vec![1.0];
            row.extend((0..levels).map(|other| f64::from(u8::from(other == level))));
            row.extend(with_trend.then_some(position as f64 - at as f64));
            row
        };
        let rows: Vec<Vec<f64>> = reference.iter().map(|&(position, level)| row(position, level)).collect();
        let mut fit = QuasiPoisson::fit(&rows, past, &vec![1.0; past.len()])?;
        let mut dispersion = fit.dispersion(past, &fit.weights).max(1.0);
        let mut spread = fit.dispersion(past, &fit.weights);
        if options.reweight {
            let weights = outbreak_weights(&fit, past, dispersion, options.weights_threshold);
            fit = QuasiPoisson::fit(&rows, past, &weights)?;
            dispersion = fit.dispersion(past, &fit.weights).max(1.0);
            // The reference takes the outbreak weights for the working ones here.
            spread = fit.dispersion(past, &weights);
        }
        let now = row(at, levels);
        let predictor = fit.coefficients[0];
        let standard_error = (spread * fit.unscaled_variance(&now)).sqrt();
        let trend = with_trend.then(|| fit.coefficients[levels + 1]);
        let p_value = match trend {
            Some(slope) => {
                let mut unit = vec![0.0; levels + 1];
                unit.push(1.0);
                let error = (spread * fit.unscaled_variance(&unit)).sqrt();
                let law = StudentsT::new(0.0, 1.0, fit.degrees_of_freedom()).ok()?;
                2.0 * law.sf((slope / error).abs())
            }
            None => 1.0,
        };
        Some((Self { mean: predictor.exp(), dispersion, standard_error, trend }, p_value))
    }

    /// The upper bound and the p-value of `observed`.
    fn bound(&self, observed: u64, options: &Options) -> Option<(f64, f64)> {
        let normal = Normal::new(0.0, 1.0).ok()?;
        let quantile = normal.inverse_cdf(1.0 - options.alpha);
        let by_count = |mean: f64| {
            let law = NegativeBinomial::new(mean, self.dispersion)?;
            let tails = law.tails(observed);
            Some((law.upper_quantile(options.alpha) as f64, tails.at + tails.above))
        };
        match options.bound {
            Bound::NegativeBinomial => by_count(self.mean),
            Bound::NegativeBinomialOfUpperMean => {
                by_count((self.mean.ln() + quantile * self.standard_error).exp())
            }
            Bound::Delta(power) => {
                let mean = self.mean;
                let error = mean * self.standard_error;
                let spread = self.dispersion + error * error / mean;
                let (exponent, deviation) = match power {
                    Power::TwoThirds => (2.0 / 3.0, (4.0 / 9.0 * mean.cbrt() * spread).sqrt()),
                    Power::Half => (0.5, (spread / 4.0).sqrt()),
                    Power::One => (1.0, (mean * spread).sqrt()),
                };
                let centre = mean.powf(exponent);
                let upper = (centre + quantile * deviation).max(0.0).powf(1.0 / exponent);
                let p_value = normal.sf(((observed as f64).powf(exponent) - centre) / deviation);
                Some((upper, p_value))
            }
        }
    }
}

/// The weight of each past period: the inverse square of its Anscombe residual where that is large, all
/// scaled to add up to their number.
fn outbreak_weights(fit: &QuasiPoisson, past: &[f64], dispersion: f64, threshold: f64) -> Vec<f64> {
    let mut weights: Vec<f64> = past
        .iter()
        .zip(&fit.means)
        .zip(&fit.leverages)
        .map(|((count, mean), leverage)| {
            let raw = 1.5 * (count.powf(2.0 / 3.0) * mean.powf(-1.0 / 6.0) - mean.sqrt());
            let residual = raw / (dispersion * (1.0 - leverage)).sqrt();
            if residual > threshold { 1.0 / (residual * residual) } else { 1.0 }
        })
        .collect();
    let scale = past.len() as f64 / weights.iter().sum::<f64>();
    weights.iter_mut().for_each(|weight| *weight *= scale);
    weights
}

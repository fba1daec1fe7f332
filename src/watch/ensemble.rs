//! Series with a past of their own: three NB1 regressions with level, trend and season, of short, medium and
//! endless memory, mixed by how well each has forecast of late. The short memory follows a drifting level,
//! the endless one knows the season. It must not see the weeks it judges, nor other series.
//!
//! Each regression leaves a guard of weeks between what it is fitted to and what it forecasts, so that an
//! outbreak under way does not become its own baseline.

use crate::stats::glm::{Fit, Problem, fit_poisson};
use crate::stats::negative_binomial::NegativeBinomial;

use super::Series;
use super::forecast::{Component, Forecast, MAX_WINDOW_WEEKS};
use super::reweight::outbreak_weight;

/// Weeks of history without which no regression is tried: the fewest rows plus the shortest guard.
pub(super) const MIN_HISTORY_WEEKS: u32 = (MIN_ROWS + GUARD_WEEKS) as u32;

/// Weeks in a year as the seasonal columns have it. The true 52.18 would move the season of the oldest week
/// a seven-year memory holds by one week.
const SEASON_WEEKS: f64 = 52.0;

/// Level, trend, and sine and cosine of one and two cycles a year.
const COLUMNS: usize = 6;

/// Weeks a regression needs.
const MIN_ROWS: usize = 16;

/// Guard of the shorter memories.
const GUARD_WEEKS: usize = 4;

/// The weeks whose forecasts are compared to weigh the regressions, and how much each week back counts less.
const MEMORY_WEEKS: usize = 52;
const MEMORY_DECAY: f64 = 0.98;

/// A past week a regression thought less likely than this counts as this: no outbreak decides the weights.
const MIN_LIKELIHOOD: f64 = 0.002;

/// Past forecasts are compared in blocks of as many weeks as one fit can forecast within its guard.
const BLOCK_WEEKS: usize = GUARD_WEEKS;

/// Forecast means are held below this, so that a trend let loose stays a number.
const MAX_LOG_MEAN: f64 = 20.0;

/// Smallest mean a forecast works with.
const MIN_MEAN: f64 = 1e-9;

/// Name of the detector in evidence.
const METHOD: &str = "regression_ensemble";

struct Expert {
    half_life_weeks: Option<f64>,
    guard_weeks: usize,
    max_past_weeks: usize,
    trend_ridge: f64,
    reweight_passes: u32,
}

const EXPERTS: [Expert; 3] = [
    Expert {
        half_life_weeks: Some(26.0),
        guard_weeks: GUARD_WEEKS,
        max_past_weeks: 156,
        trend_ridge: 16.0,
        reweight_passes: 1,
    },
    Expert {
        half_life_weeks: Some(78.0),
        guard_weeks: GUARD_WEEKS,
        max_past_weeks: 364,
        trend_ridge: 16.0,
        reweight_passes: 1,
    },
    Expert {
        half_life_weeks: None,
        guard_weeks: 26,
        max_past_weeks: usize::MAX,
        trend_ridge: 4.0,
        reweight_passes: 2,
    },
];

/// The regressions of one series, and what one week's work saves the next.
#[derive(Debug)]
pub(super) struct Ensemble {
    rows: Vec<[f64; COLUMNS]>,
    counts: Vec<f64>,
    /// Last coefficients of each expert: where its next fit starts.
    latest: [Option<[f64; COLUMNS]>; EXPERTS.len()],
    /// Per block, what each expert thought of its weeks; filled when first needed.
    blocks: Vec<Option<Block>>,
    weights: Vec<f64>,
    means: Vec<f64>,
}

/// ln P(count) of each week of a block under each expert that could be fitted.
type Block = [Option<[f64; BLOCK_WEEKS]>; EXPERTS.len()];

struct Fitted {
    fit: Fit<COLUMNS>,
    dispersion: f64,
}

impl Ensemble {
    /// Prepares the columns of a series; nothing is fitted yet.
    pub(super) fn new(series: &Series) -> Self {
        let weeks = series.counts.len();
        // The trend is centred on the newest week; only its slope is penalised, so where does not matter.
        let row = |position: usize| {
            let cycle = (f64::from(series.week_at(position).0) / SEASON_WEEKS) * std::f64::consts::TAU;
            let trend = (position as f64 - weeks as f64) / SEASON_WEEKS;
            [1.0, trend, cycle.cos(), cycle.sin(), (2.0 * cycle).cos(), (2.0 * cycle).sin()]
        };
        Self {
            rows: (0..weeks).map(row).collect(),
            counts: series.counts.iter().map(|&count| f64::from(count)).collect(),
            latest: [None; EXPERTS.len()],
            blocks: vec![None; weeks.div_ceil(BLOCK_WEEKS)],
            weights: Vec::with_capacity(weeks),
            means: Vec::with_capacity(weeks),
        }
    }

    /// The forecast for the week at `position`; `None` when no expert has enough past or none converged.
    pub(super) fn forecast(&mut self, position: usize) -> Option<Forecast> {
        let log_shares = self.log_shares(position);
        let mut components = Vec::with_capacity(EXPERTS.len());
        for (index, log_share) in log_shares.iter().enumerate() {
            let Some(fitted) = self.fit(index, position) else { continue };
            let mut windows = [NegativeBinomial::new(0.0, 1.0)?; MAX_WINDOW_WEEKS];
            for (earlier, law) in windows.iter_mut().enumerate() {
                *law = fitted.predict(&self.rows[position - earlier..=position])?;
            }
            components.push(Component { share: log_share.exp(), windows });
        }
        let total: f64 = components.iter().map(|component| component.share).sum();
        if components.is_empty() {
            return None;
        }
        for component in &mut components {
            component.share /= total;
        }
        let history_weeks = position as u32;
        Some(Forecast { components, method: METHOD, history_weeks, windows: MAX_WINDOW_WEEKS })
    }

    /// Discounted log likelihood of each expert over the weeks before `position`, less the highest. A week
    /// that an expert could not yet forecast counts for it as the average of the others.
    fn log_shares(&mut self, position: usize) -> [f64; EXPERTS.len()] {
        let mut sums = [0.0; EXPERTS.len()];
        for week in position.saturating_sub(MEMORY_WEEKS)..position {
            let block = self.block(week / BLOCK_WEEKS);
            let scores = block.map(|weeks| weeks.map(|scores| scores[week % BLOCK_WEEKS]));
            let known = scores.iter().flatten().count();
            if known == 0 {
                continue;
            }
            let average = scores.iter().flatten().sum::<f64>() / known as f64;
            for (sum, score) in sums.iter_mut().zip(scores) {
                *sum = MEMORY_DECAY * *sum + score.unwrap_or(average);
            }
        }
        let highest = sums.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        sums.map(|sum| sum - highest)
    }

    fn block(&mut self, number: usize) -> Block {
        if let Some(block) = self.blocks[number] {
            return block;
        }
        let first = number * BLOCK_WEEKS;
        let mut block = [None; EXPERTS.len()];
        for (index, scores) in block.iter_mut().enumerate() {
            let Some(fitted) = self.fit(index, first) else { continue };
            let weeks = self.rows.iter().zip(&self.counts).skip(first).take(BLOCK_WEEKS);
            let mut found = [0.0; BLOCK_WEEKS];
            for (score, (row, count)) in found.iter_mut().zip(weeks) {
                let likelihood = fitted.predict(&[*row]).map_or(0.0, |law| law.pmf(*count as u64));
                *score = likelihood.max(MIN_LIKELIHOOD).ln();
            }
            *scores = Some(found);
        }
        self.blocks[number] = Some(block);
        block
    }

    /// Fits one expert for forecasting the week at `position`.
    fn fit(&mut self, index: usize, position: usize) -> Option<Fitted> {
        let expert = &EXPERTS[index];
        let end = (position + 1).checked_sub(expert.guard_weeks)?;
        let start = position.saturating_sub(expert.max_past_weeks);
        let length = end.checked_sub(start).filter(|&length| length >= MIN_ROWS)?;

        let decay = expert.half_life_weeks.map_or(1.0, |half_life| (-1.0 / half_life).exp2());
        let discounts = |age: usize| decay.powi(age as i32);
        self.weights.clear();
        self.weights.extend((0..length).rev().map(discounts));
        let total: f64 = self.weights.iter().sum();
        let squares: f64 = self.weights.iter().map(|weight| weight * weight).sum();
        let effective_weeks = total * total / squares;
        let correction = effective_weeks / (effective_weeks - COLUMNS as f64);

        let (rows, counts) = (&self.rows[start..end], &self.counts[start..end]);
        let ridge = [1e-6, expert.trend_ridge, 1.0, 1.0, 1.0, 1.0];
        let mut coefficients = self.latest[index].unwrap_or_else(|| {
            let cases: f64 = counts.iter().zip(&self.weights).map(|(count, weight)| count * weight).sum();
            [((cases + 0.5) / total).ln(), 0.0, 0.0, 0.0, 0.0, 0.0]
        });
        let mut pass = 0;
        loop {
            let problem = Problem { rows, counts, weights: &self.weights, log_exposure: None, ridge };
            let fit = fit_poisson(&problem, &coefficients, &mut self.means).ok()?;
            coefficients = fit.coefficients;
            let dispersion = (pearson(counts, &self.means, &self.weights) * correction).max(1.0);
            if pass == expert.reweight_passes {
                self.latest[index] = Some(coefficients);
                return Some(Fitted { fit, dispersion });
            }
            pass += 1;
            let seen = counts.iter().zip(&self.means);
            for (age, (weight, (count, mean))) in (0..length).rev().zip(self.weights.iter_mut().zip(seen)) {
                *weight = discounts(age) * outbreak_weight(*count, *mean, dispersion);
            }
        }
    }
}

impl Fitted {
    /// The law of the sum over the weeks of `rows`, with the uncertainty of the coefficients: for a sum with
    /// mean M and gradient g, the dispersion grows by a share gᵀ(XᵀWX + Λ)⁻¹g / M.
    fn predict(&self, rows: &[[f64; COLUMNS]]) -> Option<NegativeBinomial> {
        let mut mean = 0.0;
        let mut gradient = [0.0; COLUMNS];
        for row in rows {
            let eta: f64 = row.iter().zip(&self.fit.coefficients).map(|(x, beta)| x * beta).sum();
            let expected = eta.min(MAX_LOG_MEAN).exp();
            mean += expected;
            for (total, x) in gradient.iter_mut().zip(row) {
                *total += expected * x;
            }
        }
        let mean = mean.max(MIN_MEAN);
        let spread = self.fit.information.quadratic(&gradient) / mean;
        NegativeBinomial::new(mean, self.dispersion * (1.0 + spread))
    }
}

/// Weighted mean of the squared Pearson residuals.
fn pearson(counts: &[f64], means: &[f64], weights: &[f64]) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for ((count, mean), weight) in counts.iter().zip(means).zip(weights) {
        let mean = mean.max(MIN_MEAN);
        sum += weight * (count - mean) * (count - mean) / mean;
        total += weight;
    }
    sum / total
}

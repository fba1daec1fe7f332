//! Series with a past of their own: three NB1 regressions with level, trend and season, of short, medium and
//! endless memory, mixed by how well each has forecast of late. The short memory follows a drifting level,
//! the endless one knows the season. It must not see the weeks it judges, nor other series.
//!
//! Each regression leaves a guard of weeks between what it is fitted to and what it forecasts, so that an
//! outbreak under way does not become its own baseline.

use crate::stats::glm::{Fit, Problem, fit_poisson};
use crate::stats::negative_binomial::NegativeBinomial;

use super::Series;
use super::forecast::{Component, Forecast, MAX_WINDOW_WEEKS, WINDOW_PENALTY};
use super::outlook::Mixture;
use super::reweight::outbreak_weight;
use super::slow::{SLOW_WEEKS, SLOW_WINDOWS, Slow};

/// Weeks of history without which no regression is tried: the fewest rows plus the shortest guard.
pub(super) const MIN_HISTORY_WEEKS: u32 = (MIN_ROWS + GUARD_WEEKS) as u32;

/// Weeks in a year, in which the trend is counted. The seasonal columns have the year of the params: the true
/// 52.18 would move the season of the oldest week a seven-year memory holds by one week.
const YEAR_WEEKS: f64 = 52.0;

/// Level, trend, and sine and cosine of one and two cycles a year.
const COLUMNS: usize = 6;

/// Weeks a regression needs.
const MIN_ROWS: usize = 16;

/// Guard of the shorter memories.
const GUARD_WEEKS: usize = 4;

/// The weeks whose forecasts are compared to weigh the regressions, and how much each week back counts less.
const MEMORY_WEEKS: usize = 26;
const MEMORY_DECAY: f64 = 0.98;

/// A past week a regression thought less likely than this counts as this: no outbreak decides the weights.
const MIN_LIKELIHOOD: f64 = 0.002;

/// Fits of one expert for one week: the first and its reweightings.
const MAX_PASSES: usize = 3;

/// Forecast means are held below this, so that a trend let loose stays a number.
const MAX_LOG_MEAN: f64 = 20.0;

/// Smallest mean a forecast works with.
const MIN_MEAN: f64 = 1e-9;

/// Variance, relative to the mean, by which the level may have moved after each week ahead.
const DRIFT_VARIANCE: f64 = 0.001;

/// Name of the detector in evidence.
const METHOD: &str = "regression_ensemble";

struct Expert {
    half_life_weeks: Option<f64>,
    guard_weeks: usize,
    max_past_weeks: usize,
    trend_ridge: f64,
    reweight_passes: usize,
    /// Past forecasts are compared in blocks of so many weeks, one fit each.
    block_weeks: usize,
}

const EXPERTS: [Expert; 3] = [
    Expert {
        half_life_weeks: Some(26.0),
        guard_weeks: GUARD_WEEKS,
        max_past_weeks: 156,
        trend_ridge: 16.0,
        reweight_passes: 1,
        block_weeks: 4,
    },
    Expert {
        half_life_weeks: Some(78.0),
        guard_weeks: GUARD_WEEKS,
        max_past_weeks: 364,
        trend_ridge: 16.0,
        reweight_passes: 1,
        block_weeks: 4,
    },
    Expert {
        half_life_weeks: None,
        guard_weeks: 26,
        max_past_weeks: usize::MAX,
        trend_ridge: 4.0,
        reweight_passes: 2,
        block_weeks: 13,
    },
];

/// The baseline of a slow rise, which has no say in what a week is expected to be; a trend is believed less,
/// or the first weeks of a rise would be prolonged to its end.
const SLOW: usize = EXPERTS.len();
const SLOW_BASELINE: Expert = Expert {
    half_life_weeks: Some(104.0),
    guard_weeks: SLOW_WEEKS,
    max_past_weeks: 208,
    trend_ridge: 100.0,
    reweight_passes: 1,
    block_weeks: 13,
};

fn expert(index: usize) -> &'static Expert {
    EXPERTS.get(index).unwrap_or(&SLOW_BASELINE)
}

/// The regressions of one series, and what one week's work saves the next.
#[derive(Debug)]
pub(super) struct Ensemble {
    rows: Vec<[f64; COLUMNS]>,
    counts: Vec<f64>,
    /// Of the experts, then of the baseline of a slow rise.
    memories: [Memory; EXPERTS.len() + 1],
    weights: Vec<f64>,
    means: Vec<f64>,
}

/// What one expert keeps between weeks.
#[derive(Debug)]
struct Memory {
    /// The weight of each age, oldest first, so that a run of n weeks takes the last n.
    discounts: Vec<f64>,
    /// Coefficients last found by each pass: where the next fit starts.
    latest: [Option<[f64; COLUMNS]>; MAX_PASSES],
    /// ln P(count) of each week, block by block, filled when first needed; `None` where it had no fit.
    log_likelihoods: Vec<Option<f64>>,
    /// Which blocks are filled.
    filled: Vec<bool>,
}

struct Fitted {
    fit: Fit<COLUMNS>,
    dispersion: f64,
}

impl Ensemble {
    /// Prepares the columns of a series; nothing is fitted yet.
    pub(super) fn new(series: &Series, season_weeks: f64) -> Self {
        Self::with_future(series, 0, season_weeks)
    }

    /// The same with the columns of so many weeks after the last count.
    pub(super) fn with_future(series: &Series, ahead: usize, season_weeks: f64) -> Self {
        let weeks = series.counts.len();
        // The trend is centred on the newest week; only its slope is penalised, so where does not matter.
        let row = |position: usize| {
            let cycle = (f64::from(series.week_at(position).0) / season_weeks) * std::f64::consts::TAU;
            let trend = (position as f64 - weeks as f64) / YEAR_WEEKS;
            [1.0, trend, cycle.cos(), cycle.sin(), (2.0 * cycle).cos(), (2.0 * cycle).sin()]
        };
        Self {
            rows: (0..weeks + ahead).map(row).collect(),
            counts: series.counts.iter().map(|&count| f64::from(count)).collect(),
            memories: std::array::from_fn(|index| Memory::new(expert(index), weeks)),
            weights: Vec::with_capacity(weeks),
            means: Vec::with_capacity(weeks),
        }
    }

    /// The forecast for the week at `position`; `None` when no expert has enough past or none converged.
    pub(super) fn forecast(&mut self, position: usize) -> Option<Forecast> {
        let log_shares = self.log_shares(position);
        let mut components = Vec::with_capacity(EXPERTS.len());
        for (index, log_share) in log_shares.iter().enumerate() {
            let guard = EXPERTS[index].guard_weeks;
            let Some(fitted) = self.fit(index, position, guard) else { continue };
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
        Some(Forecast {
            components,
            method: METHOD,
            history_weeks,
            windows: MAX_WINDOW_WEEKS,
            penalty: WINDOW_PENALTY,
            slow: self.slow(position),
        })
    }

    /// The last weeks together, as the baseline of a slow rise expects them.
    fn slow(&mut self, position: usize) -> Option<Slow> {
        let fitted = self.fit(SLOW, position, SLOW_WEEKS)?;
        let rows = &self.rows[..=position];
        let sums = SLOW_WINDOWS.map(|weeks| fitted.predict(&rows[rows.len().checked_sub(weeks)?..]));
        let newest = rows.iter().rev().take(SLOW_WEEKS);
        Slow::new(sums, newest.filter_map(|row| fitted.predict(std::slice::from_ref(row))))
    }

    /// The laws of the weeks after the last count, each a mixture of the experts; empty when none has enough
    /// past. Nothing is kept back as a guard: what came in of late is the best guess of what comes next.
    pub(super) fn ahead(&mut self) -> Vec<Mixture> {
        let newest = self.counts.len();
        let weeks = self.rows.len() - newest;
        let mut mixtures: Vec<Mixture> = vec![Vec::new(); weeks];
        for (index, log_share) in self.log_shares(newest).iter().enumerate() {
            let Some(fitted) = self.fit(index, newest, 1) else { continue };
            for (ahead, mixture) in mixtures.iter_mut().enumerate() {
                let law = fitted.predict(&self.rows[newest + ahead..=newest + ahead]);
                let drift = DRIFT_VARIANCE * (ahead + 1) as f64;
                let wider = |law: NegativeBinomial| {
                    NegativeBinomial::new(law.mean(), law.dispersion() + law.mean() * drift)
                };
                mixture.extend(law.and_then(wider).map(|law| (log_share.exp(), law)));
            }
        }
        for mixture in &mut mixtures {
            let total: f64 = mixture.iter().map(|(share, _)| share).sum();
            mixture.iter_mut().for_each(|(share, _)| *share /= total);
        }
        mixtures.retain(|mixture| !mixture.is_empty());
        mixtures
    }

    /// Discounted log likelihood of each expert over the weeks before `position`, less the highest. A week
    /// that an expert could not yet forecast counts for it as the average of the others.
    fn log_shares(&mut self, position: usize) -> [f64; EXPERTS.len()] {
        let mut sums = [0.0; EXPERTS.len()];
        for week in position.saturating_sub(MEMORY_WEEKS)..position {
            let scores: [Option<f64>; EXPERTS.len()] =
                std::array::from_fn(|index| self.log_likelihood(index, week));
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

    /// ln P(count) of a past week under one expert; `None` where that had too little past.
    fn log_likelihood(&mut self, index: usize, week: usize) -> Option<f64> {
        let block_weeks = EXPERTS[index].block_weeks;
        let block = week / block_weeks;
        if !self.memories[index].filled[block] {
            self.memories[index].filled[block] = true;
            let first = block * block_weeks;
            let last = (first + block_weeks).min(self.counts.len());
            if let Some(fitted) = self.fit(index, first, EXPERTS[index].guard_weeks) {
                for at in first..last {
                    let law = fitted.predict(&self.rows[at..=at]);
                    let likelihood = law.map_or(0.0, |law| law.pmf(self.counts[at] as u64));
                    self.memories[index].log_likelihoods[at] = Some(likelihood.max(MIN_LIKELIHOOD).ln());
                }
            }
        }
        self.memories[index].log_likelihoods[week]
    }

    /// Fits one expert for forecasting the week at `position`, to the weeks that lie `guard_weeks` back and
    /// farther.
    fn fit(&mut self, index: usize, position: usize, guard_weeks: usize) -> Option<Fitted> {
        let expert = expert(index);
        let end = (position + 1).checked_sub(guard_weeks)?;
        let start = position.saturating_sub(expert.max_past_weeks);
        let length = end.checked_sub(start).filter(|&length| length >= MIN_ROWS)?;

        let memory = &mut self.memories[index];
        let discounts = &memory.discounts[memory.discounts.len() - length..];
        let total: f64 = discounts.iter().sum();
        let squares: f64 = discounts.iter().map(|discount| discount * discount).sum();
        let effective_weeks = total * total / squares;
        let correction = effective_weeks / (effective_weeks - COLUMNS as f64);

        let (rows, counts) = (&self.rows[start..end], &self.counts[start..end]);
        let ridge = [1e-6, expert.trend_ridge, 1.0, 1.0, 1.0, 1.0];
        let cases: f64 = counts.iter().zip(discounts).map(|(count, weight)| count * weight).sum();
        let mut coefficients = [((cases + 0.5) / total).ln(), 0.0, 0.0, 0.0, 0.0, 0.0];
        self.weights.clear();
        self.weights.extend_from_slice(discounts);
        let mut pass = 0;
        loop {
            let problem = Problem { rows, counts, weights: &self.weights, log_exposure: None, ridge };
            let begin = memory.latest[pass].unwrap_or(coefficients);
            let fit = fit_poisson(&problem, &begin, &mut self.means).ok()?;
            coefficients = fit.coefficients;
            memory.latest[pass] = Some(coefficients);
            let dispersion = (pearson(counts, &self.means, &self.weights) * correction).max(1.0);
            if pass == expert.reweight_passes {
                return Some(Fitted { fit, dispersion });
            }
            pass += 1;
            let mut changed = false;
            for (i, weight) in self.weights.iter_mut().enumerate() {
                let new = discounts[i] * outbreak_weight(counts[i], self.means[i], dispersion);
                changed |= new != *weight;
                *weight = new;
            }
            if !changed {
                return Some(Fitted { fit, dispersion });
            }
        }
    }
}

impl Memory {
    fn new(expert: &Expert, weeks: usize) -> Self {
        let length = weeks.min(expert.max_past_weeks);
        let decay = expert.half_life_weeks.map_or(1.0, |half_life| (-1.0 / half_life).exp2());
        let mut discounts: Vec<f64> =
            std::iter::successors(Some(1.0), |discount| Some(discount * decay)).take(length).collect();
        discounts.reverse();
        Self {
            discounts,
            latest: [None; MAX_PASSES],
            log_likelihoods: vec![None; weeks],
            filled: vec![false; weeks.div_ceil(expert.block_weeks)],
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::counts::{Dimension, Node};
    use crate::domain::time::Week;

    fn ensemble(counts: impl IntoIterator<Item = u32>) -> Ensemble {
        let node = Node::new(Dimension::All, "");
        Ensemble::new(&Series { node, first_week: Week(2000), counts: counts.into_iter().collect() }, 52.0)
    }

    #[test]
    fn a_flat_series_is_expected_to_stay_flat() {
        let forecast = ensemble([10; 120]).forecast(119).expect("enough past");
        assert_eq!(forecast.components.len(), 3);
        for component in &forecast.components {
            for (window, law) in component.windows.iter().enumerate() {
                assert!((law.mean() - 10.0 * (window + 1) as f64).abs() < 1e-3, "{law:?}");
                // Poisson plus what is not known of level, trend and season.
                assert!((1.01..2.5).contains(&law.dispersion()), "{law:?}");
            }
        }
        let total: f64 = forecast.components.iter().map(|component| component.share).sum();
        assert!((total - 1.0).abs() < 1e-12);
    }

    #[test]
    fn experts_wait_for_their_past() {
        let mut young = ensemble([4; 60]);
        let experts = |forecast: Option<Forecast>| forecast.map_or(0, |found| found.components.len());
        let found = [17, 18, 19, 40, 41].map(|position| experts(young.forecast(position)));
        assert_eq!(found, [0, 0, 2, 2, 3]);
    }

    #[test]
    fn the_season_is_learnt() {
        let yearly = |week: u32| {
            let cycle = f64::from(2000 + week) / 52.0 * std::f64::consts::TAU;
            (40.0 * (0.8 * cycle.cos()).exp()).round() as u32
        };
        let mut four_years = ensemble((0..208).map(yearly));
        for position in [170, 183, 196, 207] {
            let expected = four_years.forecast(position).expect("enough past").expected();
            let true_count = f64::from(yearly(position as u32));
            assert!((expected / true_count - 1.0).abs() < 0.12, "{position}: {expected} {true_count}");
        }
    }

    #[test]
    fn an_outbreak_in_the_past_hardly_moves_the_baseline() {
        let with_outbreak = (0..150).map(|week| if (130..134).contains(&week) { 60 } else { 9 + week % 3 });
        let expected = ensemble(with_outbreak).forecast(149).expect("enough past").expected();
        assert!((9.0..12.0).contains(&expected), "{expected}");
    }

    #[test]
    fn after_a_change_of_level_the_short_memory_leads() {
        let stepped = (0..200).map(|week| if week < 160 { 8 } else { 24 } + week % 3);
        let forecast = ensemble(stepped).forecast(199).expect("enough past");
        let shares: Vec<f64> = forecast.components.iter().map(|component| component.share).collect();
        assert!(shares[0] > 0.9, "{shares:?}");
        // Part of the new level still counts as an outbreak, so it is not believed in full.
        assert!((17.0..28.0).contains(&forecast.expected()), "{}", forecast.expected());
    }

    #[test]
    fn silence_is_a_past_too() {
        let forecast = ensemble([0; 100]).forecast(99).expect("zeros can be fitted");
        assert!(forecast.expected() < 0.01);
    }
}

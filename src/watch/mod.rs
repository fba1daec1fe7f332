//! Early warning: which weekly count series stand above what their own past, or that of their peers, leads
//! one to expect. Pure: the weeks and counts are arguments, and the same input gives the same answer.
//! It must not decide what a person sees or when: signals, budgets and notices belong to the pipeline.
//!
//! A series with half a year of history is judged by an ensemble of regressions on its own past
//! (`ensemble`); a younger one borrows strength from the series of its dimension (`cold_start`). Both end in
//! one kind of statement, a `forecast`, which judges windows of one to three weeks and draws the band.

mod cold_start;
mod ensemble;
mod forecast;
mod reweight;
mod volume;

use std::collections::HashMap;

use thiserror::Error;

use crate::domain::counts::{Dimension, Node};
use crate::domain::signal::Evidence;
use crate::domain::time::Week;

use cold_start::Peers;
use ensemble::Ensemble;
use forecast::Forecast;

/// The weekly counts of one node: contiguous complete weeks, a week without complaints is a zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What is counted. Series of one dimension are peers; there should be one series per node.
    pub node: Node,
    /// The week of the first count.
    pub first_week: Week,
    /// Complaints per week.
    pub counts: Vec<u32>,
}

/// How the watcher judges; `check` turns it into the form the detectors take.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// Score above which a week alarms. A score is −log10 of a probability less the price of looking at
    /// several windows: 2.1 gives about one false alarm per hundred series-weeks, 2.42 about one in two
    /// hundred, 1.76 about one in fifty.
    pub threshold: f64,
    /// Complaints a window must hold before it may alarm.
    pub min_cases: u32,
    /// Weeks of history a series needs before it may alarm.
    pub min_history_weeks: u32,
    /// Weeks of history from which a series is judged by its own past alone.
    pub own_past_weeks: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { threshold: 2.1, min_cases: 3, min_history_weeks: 4, own_past_weeks: 26 }
    }
}

/// Parameters that passed [`Params::check`].
#[derive(Clone, Debug, PartialEq)]
pub struct ValidParams(Params);

/// A parameter out of its range.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ParamsError {
    /// The threshold is not a usable score.
    #[error("threshold must lie between 0.3 and 300, not {0}")]
    Threshold(f64),
    /// The least number of cases is zero.
    #[error("min_cases must be at least 1")]
    MinCases,
    /// The regressions would have too little to stand on.
    #[error("own_past_weeks must be at least {least}, not {given}")]
    OwnPastWeeks {
        /// What was given.
        given: u32,
        /// The least that is accepted.
        least: u32,
    },
}

impl Params {
    /// Accepts the parameters or names the first that is out of range.
    ///
    /// # Errors
    /// A threshold outside 0.3 to 300, no minimum of cases, or an ensemble from too few weeks.
    pub fn check(self) -> Result<ValidParams, ParamsError> {
        if !(0.3..=300.0).contains(&self.threshold) {
            return Err(ParamsError::Threshold(self.threshold));
        }
        if self.min_cases == 0 {
            return Err(ParamsError::MinCases);
        }
        if self.own_past_weeks < ensemble::MIN_HISTORY_WEEKS {
            return Err(ParamsError::OwnPastWeeks {
                given: self.own_past_weeks,
                least: ensemble::MIN_HISTORY_WEEKS,
            });
        }
        Ok(ValidParams(self))
    }
}

impl ValidParams {
    /// The checked values.
    pub fn get(&self) -> &Params {
        &self.0
    }
}

/// What was found about one node in one week.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// The node.
    pub node: Node,
    /// The week judged; the window of the evidence ends with it.
    pub week: Week,
    /// The window that stands out most, whether or not it alarms.
    pub evidence: Evidence,
    /// Whether it is a warning.
    pub alarm: bool,
}

/// One week of the band drawn behind a chart, known before the week's own count was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandPoint {
    /// The week.
    pub week: Week,
    /// Complaints expected.
    pub expected: f64,
    /// The lowest count that would not be remarkable.
    pub lower: f64,
    /// The highest count that would not alarm on its own.
    pub upper: f64,
}

/// Judges week `week` of every series, using only the weeks before it, the week's own counts, and, for young
/// series, the counts of their peers up to that week. One assessment per series that has a count for `week`,
/// in the order given; the others are left out.
pub fn assess(series: &[Series], week: Week, params: &ValidParams) -> Vec<Assessment> {
    replay(series, week, week, params)
}

/// Judges every week from `first` to `last` as [`assess`] would have when it was the newest, at a fraction of
/// the cost: for filling a history, and for measuring. Ordered by series, then by week.
pub fn replay(series: &[Series], first: Week, last: Week, params: &ValidParams) -> Vec<Assessment> {
    let mut judges = Judges::new(series, params);
    let mut found = Vec::new();
    for (index, one) in series.iter().enumerate() {
        for week in first.0..=last.0 {
            let Some((at, forecast)) = judges.forecast(index, Week(week)) else { continue };
            let (evidence, alarm) = forecast.judge(&one.counts[..=at], params);
            found.push(Assessment { node: one.node.clone(), week: Week(week), evidence, alarm });
        }
    }
    found
}

/// The band of `series[index]` for the last `weeks` weeks it has, each as it would have been forecast the
/// week before; shorter where the series is. Empty when there is no such series.
pub fn expected_band(series: &[Series], index: usize, weeks: usize, params: &ValidParams) -> Vec<BandPoint> {
    let Some(one) = series.get(index) else { return Vec::new() };
    let mut judges = Judges::new(series, params);
    let skipped = one.counts.len().saturating_sub(weeks);
    (0..one.counts.len())
        .skip(skipped)
        .filter_map(|at| {
            let week = one.week_at(at);
            let (_, forecast) = judges.forecast(index, week)?;
            let (lower, upper) = forecast.band(params);
            Some(BandPoint { week, expected: forecast.expected(), lower, upper })
        })
        .collect()
}

impl Series {
    /// Position of `week` in the counts.
    fn position(&self, week: Week) -> Option<usize> {
        let offset = i64::from(week.0) - i64::from(self.first_week.0);
        usize::try_from(offset).ok().filter(|&at| at < self.counts.len())
    }

    fn week_at(&self, position: usize) -> Week {
        Week(self.first_week.0.saturating_add(i32::try_from(position).unwrap_or(i32::MAX)))
    }
}

/// Chooses the detector for each series and week, and keeps between weeks what saves work.
struct Judges<'a> {
    series: &'a [Series],
    own_past_weeks: usize,
    /// The regressions of the series last asked about.
    ensemble: Option<(usize, Ensemble)>,
    peers: HashMap<(Dimension, Week), Peers>,
}

impl<'a> Judges<'a> {
    fn new(series: &'a [Series], params: &ValidParams) -> Self {
        let own_past_weeks = params.get().own_past_weeks as usize;
        Self { series, own_past_weeks, ensemble: None, peers: HashMap::new() }
    }

    /// Position of `week` in the series and its forecast; `None` when the series has no count for the week.
    fn forecast(&mut self, index: usize, week: Week) -> Option<(usize, Forecast)> {
        let one = &self.series[index];
        let at = one.position(week)?;
        if at >= self.own_past_weeks
            && let Some(forecast) = self.by_own_past(index, at)
        {
            return Some((at, forecast));
        }
        let dimension = one.node.dimension;
        let peers =
            self.peers.entry((dimension, week)).or_insert_with(|| Peers::new(self.series, dimension, week));
        Some((at, peers.forecast(index)?))
    }

    /// `None` where no regression could be fitted.
    fn by_own_past(&mut self, index: usize, at: usize) -> Option<Forecast> {
        if self.ensemble.as_ref().is_none_or(|(of, _)| *of != index) {
            self.ensemble = Some((index, Ensemble::new(&self.series[index])));
        }
        let (_, ensemble) = self.ensemble.as_mut()?;
        ensemble.forecast(at)
    }
}

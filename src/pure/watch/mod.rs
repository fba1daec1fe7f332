//! Early warning: which weekly count series stand above what their own past, or that of their peers, leads
//! one to expect. Pure: the weeks and counts are arguments, and the same input gives the same answer.
//! It must not decide what a person sees or when: signals, budgets and notices belong to the pipeline.
//!
//! A series with half a year of history is judged by an ensemble of regressions on its own past
//! (`ensemble`); a younger one borrows strength from the series of its dimension (`cold_start`). Both end in
//! one kind of statement, a `forecast`, which judges windows of one to three weeks and draws the band; where
//! there is past enough it also judges the last months together (`slow`).

pub mod calibration;
mod cold_start;
pub mod cusum;
pub mod ears;
mod ensemble;
pub mod episodes;
pub mod farrington;
mod forecast;
pub mod known_events;
pub mod method;
pub mod outlook;
pub mod precursor;
pub mod renames;
mod reweight;
pub mod scan;
mod slow;
mod volume;

#[cfg(test)]
mod benchmark;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod simulation;

use std::collections::HashMap;

use thiserror::Error;

use crate::domain::counts::{Dimension, Node};
use crate::domain::signal::Evidence;
use crate::domain::time::Week;

use cold_start::Peers;
use ensemble::Ensemble;
use forecast::Forecast;

/// Threads that judge; and series below which another thread is not worth its start.
const THREADS: usize = 2;
const LEAST_PART: usize = 16;

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
    /// Weeks of history from which a series without peers is judged by its own past alone.
    pub own_past_weeks: u32,
    /// The same for a series with peers: with half a year behind it, a series in step with its peers is
    /// still judged far better with them than by itself (outbreaks found at one false alarm in a hundred
    /// weeks: 52 % against 32 %).
    pub own_past_weeks_with_peers: u32,
    /// Weeks after which the season comes back; other than 52 where what is counted are no weeks.
    pub season_weeks: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            threshold: 2.1,
            min_cases: 3,
            min_history_weeks: 4,
            own_past_weeks: 26,
            own_past_weeks_with_peers: 52,
            season_weeks: 52.0,
        }
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
    /// The season is none.
    #[error("season_weeks must be at least 2, not {0}")]
    Season(f64),
    /// The least number of cases is zero.
    #[error("min_cases must be at least 1")]
    MinCases,
    /// The regressions would have too little to stand on.
    #[error("own_past_weeks must be at least {least}, not {given}, and no more than with peers")]
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
        if !(self.season_weeks.is_finite() && self.season_weeks >= 2.0) {
            return Err(ParamsError::Season(self.season_weeks));
        }
        if self.min_cases == 0 {
            return Err(ParamsError::MinCases);
        }
        if self.own_past_weeks < ensemble::MIN_HISTORY_WEEKS
            || self.own_past_weeks_with_peers < self.own_past_weeks
        {
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

    /// The same with another threshold.
    ///
    /// # Errors
    /// A threshold out of its range.
    pub fn with_threshold(&self, threshold: f64) -> Result<Self, ParamsError> {
        Params { threshold, ..self.0.clone() }.check()
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
    in_parts(
        series,
        |judges, index, one| {
            let judge = |week| {
                let (at, forecast) = judges.forecast(index, Week(week))?;
                let (evidence, alarm) = forecast.judge(&one.counts[..=at], params);
                Some(Assessment { node: one.node.clone(), week: Week(week), evidence, alarm })
            };
            (first.0..=last.0).filter_map(judge).collect::<Vec<_>>()
        },
        params,
    )
    .into_iter()
    .flatten()
    .collect()
}

/// The alarms among what [`replay`] would give, at less cost: evidence is worked out for them alone.
pub fn alarms(series: &[Series], first: Week, last: Week, params: &ValidParams) -> Vec<Assessment> {
    in_parts(
        series,
        |judges, index, one| {
            let judge = |week| {
                let (at, forecast) = judges.forecast(index, Week(week))?;
                let counts = &one.counts[..=at];
                let score = forecast.alarming_score(counts, params)?;
                if score <= params.get().threshold {
                    return None;
                }
                let (evidence, alarm) = forecast.judge(counts, params);
                Some(Assessment { node: one.node.clone(), week: Week(week), evidence, alarm })
            };
            (first.0..=last.0).filter_map(judge).collect::<Vec<_>>()
        },
        params,
    )
    .into_iter()
    .flatten()
    .collect()
}

/// For each series the scores of its weeks from `first` to `last`, `None` where a week could not alarm at any
/// threshold: too few cases or too little history. A week alarms where its score passes the threshold.
pub fn scores(series: &[Series], first: Week, last: Week, params: &ValidParams) -> Vec<Vec<Option<f64>>> {
    in_parts(
        series,
        |judges, index, one| {
            let score = |week| {
                let (at, forecast) = judges.forecast(index, Week(week))?;
                Some(forecast.alarming_score(&one.counts[..=at], params))
            };
            (first.0..=last.0).filter_map(score).collect()
        },
        params,
    )
}

/// `work` on every series, in order, shared among [`THREADS`] threads; the result is the same with any number.
fn in_parts<T: Send>(
    series: &[Series],
    work: impl Fn(&mut Judges<'_>, usize, &Series) -> T + Sync,
    params: &ValidParams,
) -> Vec<T> {
    let part = series.len().div_ceil(THREADS).max(LEAST_PART);
    let judge_part = |from: usize| {
        let mut judges = Judges::new(series, params, Choice::ByAge);
        let to = (from + part).min(series.len());
        (from..to).map(|index| work(&mut judges, index, &series[index])).collect::<Vec<T>>()
    };
    if series.len() <= part {
        return judge_part(0);
    }
    std::thread::scope(|scope| {
        let judge_part = &judge_part;
        let threads: Vec<_> =
            (0..series.len()).step_by(part).map(|from| scope.spawn(move || judge_part(from))).collect();
        let joined = threads.into_iter().map(|thread| match thread.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.flatten().collect()
    })
}

/// The band of `series[index]` for the last `weeks` weeks it has, each as it would have been forecast the
/// week before; shorter where the series is. Empty when there is no such series.
pub fn expected_band(series: &[Series], index: usize, weeks: usize, params: &ValidParams) -> Vec<BandPoint> {
    let Some(one) = series.get(index) else { return Vec::new() };
    let mut judges = Judges::new(series, params, Choice::ByAge);
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

    /// The week of the last count; `None` without any.
    pub fn last_week(&self) -> Option<Week> {
        self.counts.len().checked_sub(1).map(|last| self.week_at(last))
    }

    /// The same without its first weeks.
    fn since(&self, position: usize) -> Self {
        Self {
            node: self.node.clone(),
            first_week: self.week_at(position),
            counts: self.counts[position..].to_vec(),
        }
    }

    fn week_at(&self, position: usize) -> Week {
        Week(self.first_week.0.saturating_add(i32::try_from(position).unwrap_or(i32::MAX)))
    }
}

/// Which detector a series is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    /// Its own past once that is long enough, its peers before.
    ByAge,
    /// Always its peers.
    Peers,
}

/// Chooses the detector for each series and week, and keeps between weeks what saves work.
struct Judges<'a> {
    series: &'a [Series],
    params: &'a Params,
    choice: Choice,
    /// The regressions of the series last asked about, and where it was taken to begin.
    ensemble: Option<((usize, usize), Ensemble)>,
    peers: HashMap<(Dimension, Week), Peers>,
}

impl<'a> Judges<'a> {
    fn new(series: &'a [Series], params: &'a ValidParams, choice: Choice) -> Self {
        Self { series, params: params.get(), choice, ensemble: None, peers: HashMap::new() }
    }

    /// Position of `week` in the series and its forecast; `None` when the series has no count for the week.
    fn forecast(&mut self, index: usize, week: Week) -> Option<(usize, Forecast)> {
        let one = &self.series[index];
        let at = one.position(week)?;
        let born = born(&one.counts[..at]);
        let grown = self.choice == Choice::ByAge && self.is_grown(one, at - born, week);
        if grown && let Some(forecast) = self.by_own_past(index, at, born) {
            return Some((at, forecast));
        }
        Some((at, self.peers(one, week).forecast(index)?))
    }

    /// The laws of the weeks after the last count of a series.
    fn ahead(&mut self, index: usize, weeks: usize) -> Vec<outlook::Mixture> {
        let one = &self.series[index];
        let Some(last) = one.last_week() else { return Vec::new() };
        let born = born(&one.counts);
        if self.is_grown(one, one.counts.len() - born, last) {
            let found = Ensemble::with_future(&one.since(born), weeks, self.params.season_weeks).ahead();
            if found.len() == weeks {
                return found;
            }
        }
        // A week that has not come in yet, for all peers: the learning reads what lies before it.
        let waiting: Vec<Series> = self
            .series
            .iter()
            .map(|other| {
                let mut other = other.clone();
                other.counts.push(0);
                other
            })
            .collect();
        let peers = Peers::new(&waiting, one.node.dimension, Week(last.0 + 1));
        peers.ahead(index).map_or_else(Vec::new, |law| vec![law; weeks])
    }

    fn is_grown(&mut self, one: &Series, at: usize, week: Week) -> bool {
        at >= self.params.own_past_weeks_with_peers as usize
            || (at >= self.params.own_past_weeks as usize && !self.peers(one, week).are_enough())
    }

    fn peers(&mut self, one: &Series, week: Week) -> &Peers {
        let dimension = one.node.dimension;
        self.peers.entry((dimension, week)).or_insert_with(|| Peers::new(self.series, dimension, week))
    }

    /// `None` where no regression could be fitted.
    fn by_own_past(&mut self, index: usize, at: usize, born: usize) -> Option<Forecast> {
        if self.ensemble.as_ref().is_none_or(|(of, _)| *of != (index, born)) {
            let life = self.series[index].since(born);
            self.ensemble = Some(((index, born), Ensemble::new(&life, self.params.season_weeks)));
        }
        let (_, ensemble) = self.ensemble.as_mut()?;
        ensemble.forecast(at - born)
    }
}

/// Weeks of silence at the beginning that may be from before there was anything to count, weeks of life after
/// which that is asked, and first weeks of life that show how much silence was to be expected.
const SILENT_WEEKS: usize = 8;
const LIFE_WEEKS: usize = 6;
const FIRST_LIFE_WEEKS: usize = 26;
/// Complaints that the silence would have held, had the series lived then: one that misses so many is from
/// before it began.
const MISSED_COMPLAINTS: f64 = 10.0;

/// How many weeks at the beginning of `counts` are from before the series began: a product not sold yet, a
/// label not used yet. They are no past to learn from; what begins is news at first and then has a level.
fn born(counts: &[u32]) -> usize {
    let silent = counts.iter().take_while(|&&count| count == 0).count();
    let life = &counts[silent..];
    if silent < SILENT_WEEKS || life.len() < LIFE_WEEKS {
        return 0;
    }
    let first = &life[..life.len().min(FIRST_LIFE_WEEKS)];
    let rate = first.iter().map(|&count| f64::from(count)).sum::<f64>() / first.len() as f64;
    if rate * silent as f64 >= MISSED_COMPLAINTS { silent } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster(key: &str, first_week: i32, counts: &[u32]) -> Series {
        let node = Node::new(Dimension::Cluster, key);
        Series { node, first_week: Week(first_week), counts: counts.to_vec() }
    }

    fn defaults() -> ValidParams {
        Params::default().check().expect("the defaults are valid")
    }

    #[test]
    fn params_are_checked() {
        let check = |change: fn(&mut Params)| {
            let mut params = Params::default();
            change(&mut params);
            params.check().err()
        };
        assert_eq!(check(|_| ()), None);
        assert_eq!(check(|p| p.threshold = 0.0), Some(ParamsError::Threshold(0.0)));
        assert!(matches!(check(|p| p.threshold = f64::NAN), Some(ParamsError::Threshold(_))));
        assert_eq!(check(|p| p.min_cases = 0), Some(ParamsError::MinCases));
        assert_eq!(check(|p| p.own_past_weeks = 5), Some(ParamsError::OwnPastWeeks { given: 5, least: 20 }));
        assert!(check(|p| p.own_past_weeks_with_peers = 25).is_some());
        assert_eq!(check(|p| p.season_weeks = 0.0), Some(ParamsError::Season(0.0)));
    }

    #[test]
    fn only_series_with_a_count_for_the_week_are_judged() {
        let series = [
            cluster("a", 100, &[3, 2, 4, 3, 2, 3]),
            cluster("ended", 100, &[3, 2, 4, 3]),
            cluster("new", 105, &[4]),
            cluster("later", 106, &[4]),
            cluster("empty", 100, &[]),
        ];
        let found = assess(&series, Week(105), &defaults());
        let keys: Vec<&str> = found.iter().map(|one| one.node.key.as_str()).collect();
        assert_eq!(keys, ["a", "new"]);
        assert_eq!(found[0].evidence.history_weeks, 5);
        assert_eq!((found[1].evidence.history_weeks, found[1].evidence.window_weeks), (0, 1));
        assert!(found.iter().all(|one| one.evidence.score.is_finite() && one.week == Week(105)));
        assert!(assess(&[], Week(105), &defaults()).is_empty());
    }

    #[test]
    fn too_little_history_or_too_few_cases_never_alarm() {
        let young = cluster("young", 100, &[1, 0, 1, 60]);
        let found = assess(&[young], Week(103), &defaults());
        assert!(found[0].evidence.score > 2.1 && !found[0].alarm);
        let older = cluster("older", 99, &[1, 1, 0, 1, 60]);
        let found = assess(&[older], Week(103), &defaults());
        assert!(found[0].alarm);
        let low = cluster("low", 60, &[[0; 24].as_slice(), &[2]].concat());
        let found = assess(&[low], Week(84), &defaults());
        assert!(!found[0].alarm, "two cases are too few");
    }

    #[test]
    fn weeks_before_a_series_began_are_no_past() {
        // A product that is sold from week 60 on, and a surge twenty months later.
        let mut counts: Vec<u32> =
            (0..150).map(|week| if week < 60 { 0 } else { 20 + week * 7 % 9 }).collect();
        counts[140] = 60;
        let found = replay(&[cluster("a", 0, &counts)], Week(60), Week(149), &defaults());
        let alarms: Vec<i32> = found.iter().filter(|one| one.alarm).map(|one| one.week.0).collect();
        assert!(alarms.contains(&60), "what begins is news: {alarms:?}");
        assert!(alarms.contains(&140), "{alarms:?}");
        assert!(alarms.iter().all(|week| *week < 72 || (140..143).contains(week)), "{alarms:?}");
        assert_eq!(found[80].evidence.history_weeks, 80);
        // Silence that a rare series may well have is its past.
        for (silent, count, from) in [(9, 1, 0), (9, 2, 9), (7, 9, 0)] {
            let counts = [vec![0; silent], vec![count; 20]].concat();
            assert_eq!(born(&counts), from, "{silent} {count}");
        }
        assert_eq!(born(&[0; 30]), 0);
    }

    #[test]
    fn later_counts_change_nothing() {
        let past: Vec<u32> = (0..120).map(|week| 5 + week * 7 % 5).collect();
        let mut future = past.clone();
        future.extend([400, 0, 90]);
        for week in [10, 40, 119] {
            let short = assess(&[cluster("a", 0, &past[..=week])], Week(week as i32), &defaults());
            let long = assess(&[cluster("a", 0, &future)], Week(week as i32), &defaults());
            let (short, long) = (&short[0].evidence, &long[0].evidence);
            assert!((short.score - long.score).abs() < 1e-4, "{week}: {short:?} {long:?}");
        }
    }

    #[test]
    fn replay_says_what_assess_says() {
        let counts: Vec<u32> = (0..140).map(|week| 4 + week * 11 % 7 + u32::from(week == 125) * 20).collect();
        let series = [cluster("a", 0, &counts)];
        let replayed = replay(&series, Week(0), Week(200), &defaults());
        assert_eq!(replayed.len(), counts.len());
        for one in replayed.iter().step_by(9).chain(&replayed[125..127]) {
            let alone = &assess(&series, one.week, &defaults())[0];
            assert_eq!(one.alarm, alone.alarm);
            assert!((one.evidence.score - alone.evidence.score).abs() < 1e-4, "{:?}", one.week);
        }
        assert!(replayed[125].alarm);
    }

    #[test]
    fn the_band_holds_what_does_not_alarm() {
        let counts: Vec<u32> = (0..90).map(|week| 20 + week * 13 % 9).collect();
        let series = [cluster("a", 500, &counts)];
        let band = expected_band(&series, 0, 52, &defaults());
        assert_eq!(band.len(), 52);
        assert_eq!((band[0].week, band[51].week), (Week(538), Week(589)));
        for point in &band {
            assert!(point.lower < point.expected && point.expected < point.upper, "{point:?}");
            assert!((15.0..35.0).contains(&point.expected), "{point:?}");
        }
        // A count just above the band alarms, one on its edge does not.
        for (extra, alarm) in [(0, false), (1, true)] {
            let mut changed = series.clone();
            changed[0].counts[89] = band[51].upper as u32 + extra;
            let found = assess(&changed, Week(589), &defaults());
            assert_eq!(found[0].alarm, alarm, "{:?}", found[0].evidence);
        }
        assert!(expected_band(&series, 1, 52, &defaults()).is_empty());
        assert_eq!(expected_band(&series, 0, 500, &defaults()).len(), 90);
    }
}

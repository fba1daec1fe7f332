//! How heavy the tail of the scores is in a house where nothing happens: the own history with the weeks of
//! each series dealt anew, judged as if it had come in. What stands out there stands out by chance. It must
//! not learn from what did happen: weeks that look like outbreaks, and those people confirmed, are left out.

use rand::SeedableRng;
use rand::seq::{SliceRandom, index};
use rand_chacha::ChaCha8Rng;

use crate::domain::alarm_budget::{THRESHOLDS, Tail};
use crate::domain::counts::Node;
use crate::domain::time::Week;

use super::episodes::Starts;
use super::{Series, ValidParams, scores};

/// Weeks of a deal that are judged: the last ones, a year at most and no more than half of them.
const JUDGED_WEEKS: usize = 52;
/// Weeks a history must have, and series-weeks the series together, before its tail is believed.
const MIN_WEEKS: usize = 16;
const MIN_SERIES_WEEKS: usize = 600;

/// Alarms on which a rate must rest; beyond, the tail is prolonged by the slope it has there.
const MIN_ALARMS: f64 = 60.0;
/// The slope beyond is taken from where there are up to so many times as many alarms.
const SLOPE_SPAN: f64 = 12.0;
/// Decades a tail falls per unit of score: a probability would give 1. What lies outside is no null tail.
const SLOPES: (f64, f64) = (0.4, 1.2);
/// A tail so many times heavier or lighter than the nominal one, where both are measured, is contaminated.
const MOST_TIMES_NOMINAL: f64 = 6.0;

/// Steps between the thresholds at which alarms are counted.
const STEP: f64 = 0.05;

/// How high above a usual week, in deviations of the square roots, a week is taken for an outbreak, and the
/// share of weeks that may be: where more are, they belong to the series.
const OUTBREAK_DEVIATIONS: f64 = 5.0;
const MAX_OUTBREAK_SHARE: f64 = 0.03;

/// How much is judged, and by which chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Series-weeks judged at most; 100,000 take about two seconds of two cores.
    pub series_weeks: usize,
    /// Decides the deals.
    pub seed: u64,
}

/// False alarms a calibration should rest on, and the series-weeks it is given at least and at most.
const WANTED_ALARMS: f64 = 150.0;
const SERIES_WEEKS: (f64, f64) = (6_000.0, 600_000.0);

impl Effort {
    /// What it takes to tell the threshold at which `series` together give `budget` false alarms a week.
    pub fn for_budget(series: usize, budget: f64, seed: u64) -> Self {
        let wanted = WANTED_ALARMS * series as f64 / budget;
        Self { series_weeks: wanted.clamp(SERIES_WEEKS.0, SERIES_WEEKS.1) as usize, seed }
    }
}

/// Weeks of a series in which something is known to have happened, first and last.
pub type Known = (Node, Week, Week);

/// The tail of `series`; the nominal one where there is too little of them or what was measured cannot be a
/// null tail.
pub fn tail(series: &[Series], known: &[Known], params: &ValidParams, effort: Effort) -> Tail {
    measured(series, known, params, effort).unwrap_or_else(Tail::nominal)
}

fn measured(series: &[Series], known: &[Known], params: &ValidParams, effort: Effort) -> Option<Tail> {
    let usual: Vec<Series> = series.iter().map(|one| without_outbreaks(one, known)).collect();
    let long_enough = |one: &&Series| one.counts.len() >= MIN_WEEKS;
    let usual: Vec<Series> = usual.iter().filter(long_enough).cloned().collect();
    let judged_weeks = |one: &Series| (one.counts.len() / 2).min(JUDGED_WEEKS);
    let distinct: usize = usual.iter().map(judged_weeks).sum();
    if distinct < MIN_SERIES_WEEKS {
        return None;
    }
    let mut random = ChaCha8Rng::seed_from_u64(effort.seed);
    let mut starts = Starts::new(THRESHOLDS.0, THRESHOLDS.1, STEP);
    let mut series_weeks = 0;
    while series_weeks < effort.series_weeks {
        // A part of the series where all would be too many: each deal takes others.
        let fitting = (effort.series_weeks - series_weeks) * usual.len() / distinct;
        let taken = index::sample(&mut random, usual.len(), fitting.clamp(1, usual.len()));
        let dealt: Vec<Series> = taken.iter().map(|at| deal(&usual[at], &mut random)).collect();
        let dealt_weeks = count_alarms(&dealt, judged_weeks, params, &mut starts);
        if dealt_weeks == 0 {
            return None;
        }
        series_weeks += dealt_weeks;
    }
    let points = smooth(&starts, series_weeks)?;
    Tail::measured(series_weeks as u64, points).filter(is_plausible)
}

/// Every series with its weeks in another order, as the seed has it.
pub fn deal_all(series: &[Series], seed: u64) -> Vec<Series> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    series.iter().map(|one| deal(one, &mut random)).collect()
}

/// The same weeks in another order.
fn deal(series: &Series, random: &mut ChaCha8Rng) -> Series {
    let mut dealt = series.clone();
    dealt.counts.shuffle(random);
    dealt
}

/// Counts the alarms that begin in the last weeks of each series; gives the series-weeks looked at.
fn count_alarms(
    dealt: &[Series],
    judged_weeks: impl Fn(&Series) -> usize,
    params: &ValidParams,
    starts: &mut Starts,
) -> usize {
    let last = dealt.iter().filter_map(Series::last_week).max().unwrap_or(Week(0));
    let most = dealt.iter().map(&judged_weeks).max().unwrap_or(0);
    let first = Week(last.0 + 1 - i32::try_from(most).unwrap_or(0));
    let found = scores(dealt, first, last, params);
    let mut seen = 0;
    for (one, weeks) in dealt.iter().zip(found) {
        let weeks = &weeks[weeks.len().saturating_sub(judged_weeks(one))..];
        starts.add(weeks);
        seen += weeks.len();
    }
    seen
}

/// The series without the weeks in which something is known to have happened or that look like it.
fn without_outbreaks(series: &Series, known: &[Known]) -> Series {
    let of_it: Vec<&Known> = known.iter().filter(|(node, ..)| *node == series.node).collect();
    let mut roots: Vec<f64> = series.counts.iter().map(|&count| 2.0 * f64::from(count).sqrt()).collect();
    roots.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| roots.get((roots.len() as f64 * share) as usize).copied().unwrap_or(0.0);
    // Of a normal law: the upper tenth begins 1.28 deviations up, the upper quarter 0.67.
    let deviation = ((at(0.9) - at(0.5)) / 1.2816).max((at(0.75) - at(0.5)) / 0.6745).max(1.0);
    let limit = at(0.5) + OUTBREAK_DEVIATIONS * deviation;
    let beyond = roots.iter().filter(|&&root| root > limit).count();
    let are_few = beyond as f64 <= MAX_OUTBREAK_SHARE * roots.len() as f64;
    let is_usual = |&(position, &count): &(usize, &u32)| {
        let week = series.week_at(position);
        let happened = of_it.iter().any(|(_, first, last)| (*first..=*last).contains(&week));
        !(happened || are_few && 2.0 * f64::from(count).sqrt() > limit)
    };
    let counts: Vec<u32> =
        series.counts.iter().enumerate().filter(is_usual).map(|(_, &count)| count).collect();
    let left_out = i32::try_from(series.counts.len() - counts.len()).unwrap_or(0);
    Series { node: series.node.clone(), first_week: Week(series.first_week.0 + left_out), counts }
}

/// Log rates by threshold: as counted while there is enough to count, then a straight line on.
fn smooth(starts: &Starts, series_weeks: usize) -> Option<Vec<(f64, f64)>> {
    let counted: Vec<(f64, f64)> =
        starts.counts().map(|(threshold, alarms)| (threshold, alarms as f64)).collect();
    let enough: Vec<(f64, f64)> =
        counted.iter().copied().take_while(|&(_, alarms)| alarms >= MIN_ALARMS).collect();
    let &(last, fewest) = enough.last()?;
    let near: Vec<(f64, f64)> = enough
        .iter()
        .filter(|(_, alarms)| *alarms <= SLOPE_SPAN * fewest)
        .map(|&(threshold, alarms)| (threshold, alarms.log10()))
        .collect();
    let slope = -slope(&near)?;
    if !(SLOPES.0..=SLOPES.1).contains(&slope) {
        return None;
    }
    let weeks = (series_weeks as f64).log10();
    let mut points: Vec<(f64, f64)> = Vec::new();
    for (threshold, alarms) in enough {
        let log_rate = alarms.log10() - weeks;
        // Two thresholds with the same count are one.
        if points.last().is_none_or(|&(_, before)| log_rate < before) {
            points.push((threshold, log_rate));
        }
    }
    let log_rate = fewest.log10() - weeks;
    if points.last().is_some_and(|&(threshold, _)| threshold < last) {
        points.pop();
        points.push((last, log_rate));
    }
    points.push((last + 1.0, log_rate - slope));
    Some(points)
}

/// Least squares.
fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let n = points.len() as f64;
    let (mean_x, mean_y) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / n, y + point.1 / n));
    let (mut xy, mut xx) = (0.0, 0.0);
    for (x, y) in points {
        xy += (x - mean_x) * (y - mean_y);
        xx += (x - mean_x) * (x - mean_x);
    }
    (points.len() >= 3 && xx > 0.0).then(|| xy / xx)
}

fn is_plausible(tail: &Tail) -> bool {
    let times = tail.rate(2.1) / Tail::nominal().rate(2.1);
    (1.0 / MOST_TIMES_NOMINAL..=MOST_TIMES_NOMINAL).contains(&times)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alarm_budget::TailSource;
    use crate::domain::counts::Dimension;
    use crate::watch::Params;
    use crate::watch::simulation::simulate;

    fn params() -> ValidParams {
        Params::default().check().expect("the defaults are valid")
    }

    const EFFORT: Effort = Effort { series_weeks: 5_000, seed: 7 };

    #[test]
    fn a_quiet_house_keeps_its_budget_on_weeks_the_calibration_never_saw() {
        let history = simulate(31, 60, 70, usize::MAX);
        let tail = tail(&history, &[], &params(), EFFORT);
        assert_eq!(tail.source(), TailSource::OwnHistory);
        let budget = 1.0;
        let threshold = tail.threshold(budget, history.len());
        assert!((1.6..3.0).contains(&threshold), "{threshold}");
        // Other counts of the same kind: 30 weeks hold 30 false alarms on average, 19 to 41 nineteen times
        // in twenty.
        let later = simulate(32, 60, 100, usize::MAX);
        let mut starts = Starts::new(threshold, threshold, STEP);
        count_alarms(&later, |_| 30, &params(), &mut starts);
        let (_, alarms) = starts.counts().next().expect("one threshold");
        assert!((15..=41).contains(&alarms), "{alarms}");
    }

    #[test]
    fn outbreaks_of_the_past_do_not_raise_the_threshold() {
        let quiet = simulate(31, 60, 70, usize::MAX);
        let mut troubled = quiet.clone();
        for one in &mut troubled {
            one.counts[40] += 200;
        }
        let of = |series: &[Series]| tail(series, &[], &params(), EFFORT).threshold(0.5, series.len());
        let (calm, after) = (of(&quiet), of(&troubled));
        assert!((calm - after).abs() < 0.25, "{calm} {after}");
    }

    #[test]
    fn weeks_people_confirmed_are_left_out() {
        let counts: Vec<u32> = (0..60).map(|week| if (30..33).contains(&week) { 14 } else { 8 }).collect();
        let node = Node::new(Dimension::Cluster, "a");
        let series = Series { node: node.clone(), first_week: Week(100), counts };
        let usual = without_outbreaks(&series, &[(node, Week(130), Week(132))]);
        assert_eq!((usual.counts, usual.first_week), (vec![8; 57], Week(103)));
        let other = Node::new(Dimension::Cluster, "b");
        assert_eq!(without_outbreaks(&series, &[(other, Week(130), Week(132))]), series);
    }

    #[test]
    fn too_little_or_contaminated_history_falls_back_to_the_nominal_tail() {
        let few = simulate(3, 4, 40, usize::MAX);
        assert_eq!(tail(&few, &[], &params(), EFFORT), Tail::nominal());
        assert_eq!(tail(&[], &[], &params(), EFFORT), Tail::nominal());
        // A third of the weeks are a hundred times the others: no law of counts has such a tail.
        let mut wild = simulate(4, 60, 60, usize::MAX);
        for one in &mut wild {
            one.counts.iter_mut().skip(1).step_by(12).for_each(|count| *count = *count * 300 + 500);
        }
        let found = tail(&wild, &[], &params(), EFFORT);
        let threshold = found.threshold(0.5, 60);
        assert!((THRESHOLDS.0..=THRESHOLDS.1).contains(&threshold), "{threshold}");
    }

    #[test]
    fn the_same_seed_gives_the_same_tail() {
        let history = simulate(5, 30, 60, usize::MAX);
        let effort = Effort { series_weeks: 2_000, seed: 1 };
        assert_eq!(tail(&history, &[], &params(), effort), tail(&history, &[], &params(), effort));
    }
}

//! The watcher's rule on weeks that are past: on which it would have warned, and what became of events that
//! are known. Nothing is kept.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::domain::counts::Node;
use crate::domain::id::SignalId;
use crate::domain::signal::{Evidence, Signal};
use crate::domain::time::Week;
use crate::watch::calibration::deal_all;
use crate::watch::episodes::SAME_EPISODE_WEEKS;
use crate::watch::known_events::{Known, Outcome};
use crate::watch::{self, Assessment, Series};

use super::watch_scan::Told;
use super::{Pipeline, PipelineError, compute};

/// Which weeks are judged again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The first; without it, a year before the last.
    pub from: Option<Week>,
    /// The last; without it, the last complete one.
    pub to: Option<Week>,
    /// Series-weeks judged at most: the first weeks are left out where there are more.
    pub most: Option<usize>,
}

/// Weeks judged when no first one is named.
const USUAL_WEEKS: i32 = 52;

/// What the rule would have warned of.
#[derive(Clone, Debug, PartialEq)]
pub struct Replayed {
    /// First and last week judged.
    pub weeks: (Week, Week),
    /// Whether weeks were left out because they would have been too many.
    pub shortened: bool,
    /// Series judged.
    pub series: usize,
    /// The threshold.
    pub threshold: f64,
    /// The warnings, newest first.
    pub fired: Vec<Fired>,
}

/// A warning that would have been raised.
#[derive(Clone, Debug, PartialEq)]
pub struct Fired {
    /// The series.
    pub node: Node,
    /// The week in which it would have been raised.
    pub week: Week,
    /// The last week it would have gone on.
    pub last: Week,
    /// The strongest evidence.
    pub evidence: Evidence,
    /// The signal there is about it.
    pub signal: Option<SignalId>,
}

/// Something known to have happened, or a trap.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownSeriesEvent {
    /// The series.
    pub node: Node,
    /// What and when.
    pub known: Known,
}

/// What became of it under the rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The event.
    pub event: KnownSeriesEvent,
    /// What became of it.
    pub outcome: Outcome,
}

impl Replayed {
    /// Weeks judged.
    pub fn week_count(&self) -> i32 {
        self.weeks.1.0 - self.weeks.0.0 + 1
    }

    /// Warnings a week.
    pub fn per_week(&self) -> f64 {
        self.fired.len() as f64 / f64::from(self.week_count().max(1))
    }

    /// What became of each event, and how many warnings are about none of them.
    pub fn judge(&self, events: Vec<KnownSeriesEvent>) -> (Vec<Judged>, usize) {
        // An excess is reported at the smallest series that explains it: what it raises counts as seen.
        let tells_of = |fired: &Fired, node: &Node| {
            fired.node == *node || fired.evidence.also.iter().any(|also| also.node == *node)
        };
        let about = |fired: &Fired, event: &KnownSeriesEvent| {
            tells_of(fired, &event.node) && (fired.week.0..=fired.last.0).any(|week| event.known.holds(week))
        };
        let others = self.fired.iter().filter(|fired| !events.iter().any(|event| about(fired, event)));
        let others = others.count();
        let judged = events.into_iter().map(|event| {
            let of_it = self.fired.iter().filter(|fired| tells_of(fired, &event.node));
            let weeks: Vec<i32> = of_it.flat_map(|fired| fired.week.0..=fired.last.0).collect();
            Judged { outcome: event.known.outcome(&weeks), event }
        });
        (judged.collect(), others)
    }
}

impl Pipeline {
    /// Judges past weeks by the rule in force, each as if it had been the newest. `None` while no week is
    /// complete or the period holds none.
    pub async fn replay(&self, period: Period) -> Result<Option<Replayed>, PipelineError> {
        let Some(complete) = self.complete_weeks().await? else { return Ok(None) };
        let last = period.to.map_or(complete.1, |to| Week(to.0.min(complete.1.0)));
        let wanted = period.from.unwrap_or(Week(last.0 - USUAL_WEEKS + 1));
        let mut first = Week(wanted.0.max(complete.0.0));
        if first > last {
            return Ok(None);
        }
        let series = Arc::new(self.watched_series(complete).await?);
        let affordable = period.most.and_then(|most| i32::try_from(most / series.len().max(1)).ok());
        let shortened = affordable.is_some_and(|weeks| last.0 - first.0 + 1 > weeks.max(1));
        if let Some(weeks) = affordable.filter(|_| shortened) {
            first = Week(last.0 + 1 - weeks.max(1));
        }
        let params = self.standing_params().await?;
        let (threshold, count) = (params.get().threshold, series.len());
        let judged = Arc::clone(&series);
        let found = compute(move || watch::alarms(&judged, first, last, &params)).await?;
        let told = self.reported(found, &series).await?;
        let fired = episodes(told, &self.store.signals().await?);
        Ok(Some(Replayed { weeks: (first, last), shortened, series: count, threshold, fired }))
    }

    /// Warnings a week on the last year with the weeks of each series dealt anew, at the threshold in force:
    /// all of them are false. `None` while no week is complete.
    pub async fn replay_dealt(&self, seed: u64) -> Result<Option<f64>, PipelineError> {
        let Some((first, last)) = self.complete_weeks().await? else { return Ok(None) };
        let series = self.watched_series((first, last)).await?;
        let params = self.standing_params().await?;
        let from = Week((last.0 - USUAL_WEEKS + 1).max(first.0 + (last.0 - first.0) / 2));
        let fired = compute(move || {
            let dealt: Vec<Series> = deal_all(&series, seed);
            let reported = watch::alarms(&dealt, from, last, &params);
            episodes(Told { reported, ..Told::default() }, &[]).len()
        })
        .await?;
        Ok(Some(fired as f64 / f64::from(last.0 - from.0 + 1)))
    }
}

/// Alarms of a series that follow each other are one warning, as the store keeps them, which weeks that
/// another series explains prolong. Newest first.
fn episodes(told: Told, signals: &[Signal]) -> Vec<Fired> {
    let mut explained: HashMap<Node, BTreeSet<Week>> = HashMap::new();
    for (node, week) in told.explained {
        explained.entry(node).or_default().insert(week);
    }
    let prolong = |one: &mut Fired| {
        for &week in explained.get(&one.node).into_iter().flatten() {
            if week > one.last && goes_on(one.last, week) {
                one.last = week;
            }
        }
    };
    let mut fired: Vec<Fired> = Vec::new();
    for Assessment { node, week, evidence, .. } in told.reported {
        match fired.last_mut() {
            Some(going_on)
                if going_on.node == node && (week <= going_on.last || goes_on(going_on.last, week)) =>
            {
                going_on.last = going_on.last.max(week);
                if evidence.score > going_on.evidence.score {
                    going_on.evidence = evidence;
                }
            }
            _ => fired.push(Fired { node, week, last: week, evidence, signal: None }),
        }
        fired.last_mut().into_iter().for_each(prolong);
    }
    for one in &mut fired {
        let is_it = |signal: &&Signal| {
            signal.node == one.node
                && signal.period_start.week() <= one.last
                && signal.period_end.week() >= one.week
        };
        one.signal = signals.iter().find(is_it).map(|signal| signal.id);
    }
    fired.sort_by(|a, b| b.week.cmp(&a.week).then(b.evidence.score.total_cmp(&a.evidence.score)));
    fired
}

fn goes_on(last: Week, week: Week) -> bool {
    usize::try_from(week.0 - last.0).is_ok_and(|gap| gap <= SAME_EPISODE_WEEKS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::counts::Dimension;

    fn alarm(key: &str, week: i32, score: f64) -> Assessment {
        let evidence = Evidence {
            observed: 9,
            expected: 2.0,
            upper: 5.0,
            p_value: 1e-3,
            score,
            window_weeks: 1,
            method: "test".to_owned(),
            history_weeks: 30,
            also: Vec::new(),
        };
        Assessment { node: Node::new(Dimension::Cluster, key), week: Week(week), evidence, alarm: true }
    }

    #[test]
    fn alarms_that_follow_each_other_are_one_warning() {
        let found = vec![alarm("a", 10, 3.0), alarm("a", 12, 5.0), alarm("a", 15, 4.0), alarm("b", 16, 2.5)];
        let fired = episodes(reported(found), &[]);
        let told: Vec<(&str, i32, i32, f64)> = fired
            .iter()
            .map(|one| (one.node.key.as_str(), one.week.0, one.last.0, one.evidence.score))
            .collect();
        assert_eq!(told, [("b", 16, 16, 2.5), ("a", 15, 15, 4.0), ("a", 10, 12, 5.0)]);
    }

    fn reported(reported: Vec<Assessment>) -> Told {
        Told { reported, explained: Vec::new() }
    }

    #[test]
    fn a_week_that_another_series_explains_prolongs_a_warning_and_begins_none() {
        let node = |key: &str| Node::new(Dimension::Cluster, key);
        let explained = [("a", 12), ("a", 14), ("a", 17), ("b", 15), ("c", 12)];
        let told = Told {
            reported: vec![alarm("a", 10, 3.0), alarm("a", 16, 5.0), alarm("b", 18, 2.5)],
            explained: explained.map(|(key, week)| (node(key), Week(week))).to_vec(),
        };
        let fired = episodes(told, &[]);
        let told: Vec<(&str, i32, i32)> =
            fired.iter().map(|one| (one.node.key.as_str(), one.week.0, one.last.0)).collect();
        assert_eq!(told, [("b", 18, 18), ("a", 10, 17)]);
    }

    #[test]
    fn events_are_judged_by_the_warnings_of_their_series() {
        let fired =
            episodes(reported(vec![alarm("a", 10, 3.0), alarm("a", 12, 5.0), alarm("b", 12, 4.0)]), &[]);
        let replayed =
            Replayed { weeks: (Week(1), Week(20)), shortened: false, series: 2, threshold: 2.4, fired };
        let event = |key: &str, is_trap, onset, peak| KnownSeriesEvent {
            node: Node::new(Dimension::Cluster, key),
            known: Known { name: key.to_owned(), is_trap, onset, peak },
        };
        let (judged, others) = replayed.judge(vec![
            event("a", false, 11, 13),
            event("c", false, 11, 13),
            event("c", true, 1, 9),
        ]);
        let outcomes: Vec<Outcome> = judged.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::InTime { delay: 0 }, Outcome::Missed, Outcome::Silent]);
        assert_eq!(others, 1, "the warning about b is about none of them");
        assert!((replayed.per_week() - 0.1).abs() < 1e-12);
    }
}

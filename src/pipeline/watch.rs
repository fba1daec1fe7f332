//! Last step: judge the weekly counts of every node and keep what stands out as signals.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::WatchConfig;
use crate::domain::counts::{Dimension, Node};
use crate::domain::signal::Evidence;
use crate::domain::time::{Day, Week};
use crate::store::checkpoints::Checkpoint;
use crate::store::counts::DailyCount;
use crate::store::signals::Alarm;
use crate::text::redact::redact;
use crate::watch::{self, Params, ParamsError, Series, ValidParams};

use super::{Pipeline, PipelineError, compute};

/// The dimensions whose nodes are watched.
pub(super) const WATCHED: [Dimension; 10] = Dimension::ALL;
/// Nodes with fewer complaints in all their history are not watched: there is nothing to learn from yet.
pub(super) const MIN_COMPLAINTS: i64 = 3;

/// How the watcher judges, from the settings.
#[derive(Debug)]
pub(super) struct Watching {
    /// With the threshold that holds where no budget is set, or none is learned yet.
    pub(super) params: ValidParams,
    /// False alarms a week that the house can bear.
    pub(super) budget: Option<f64>,
    first_weeks: i32,
}

impl Watching {
    pub(super) fn new(config: &WatchConfig) -> Result<Self, ParamsError> {
        let params =
            Params { threshold: config.threshold(), min_cases: config.min_cases, ..Params::default() }
                .check()?;
        Ok(Self {
            params,
            budget: config.budget(),
            first_weeks: i32::try_from(config.first_weeks).unwrap_or(i32::MAX),
        })
    }
}

/// What a watch did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// Weeks judged.
    pub weeks: usize,
    /// New signals.
    pub raised: usize,
}

/// One week of a chart: what came, and what was to be expected.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartWeek {
    /// The week.
    pub week: Week,
    /// Complaints counted.
    pub complaints: u32,
    /// Expected number and the range that would not surprise, where there was enough history.
    pub expected: Option<(f64, f64, f64)>,
}

impl Pipeline {
    /// Judges every complete week that was not judged before. The first time, the last weeks of the
    /// history are judged as if each had been the newest.
    pub async fn watch(&self) -> Result<Watched, PipelineError> {
        let Some(complete) = self.complete_weeks().await? else { return Ok(Watched::default()) };
        let last = complete.1;
        let first = match self.store.checkpoint(Checkpoint::WatchedWeek).await? {
            Some(watched) => Week(i32::try_from(watched).unwrap_or(i32::MAX - 1) + 1),
            None => Week((last.0 - self.watching.first_weeks + 1).max(complete.0.0)),
        };
        if first > last {
            return Ok(Watched::default());
        }
        let series = Arc::new(self.watched_series(complete).await?);
        let params = self.params_within_budget(&series, last).await?;
        let judged = Arc::clone(&series);
        let found = compute(move || watch::alarms(&judged, first, last, &params)).await?;
        let told = self.reported(found, &series).await?;
        let mut by_week: BTreeMap<Week, (Vec<Alarm>, Vec<Node>)> =
            (first.0..=last.0).map(|week| (Week(week), Default::default())).collect();
        for found in told.reported {
            by_week.entry(found.week).or_default().0.push(alarm(found.node, found.week, found.evidence));
        }
        for (node, week) in told.explained {
            by_week.entry(week).or_default().1.push(node);
        }
        let mut raised = 0;
        for (week, (alarms, explained)) in &by_week {
            raised += self.store.record_watch(alarms, explained, *week).await?;
        }
        if raised > 0 {
            tracing::info!(raised, weeks = by_week.len(), "signals raised");
        }
        Ok(Watched { weeks: by_week.len(), raised })
    }

    /// The series of every dimension that is watched.
    pub(super) async fn watched_series(&self, complete: (Week, Week)) -> Result<Vec<Series>, PipelineError> {
        let mut series = Vec::new();
        for dimension in WATCHED {
            series.extend(self.series(dimension, complete).await?);
        }
        Ok(series)
    }

    /// The last `weeks` complete weeks of a node with what was to be expected in each.
    pub async fn chart(&self, node: &Node, weeks: usize) -> Result<Vec<ChartWeek>, PipelineError> {
        let Some(complete) = self.complete_weeks().await? else { return Ok(Vec::new()) };
        let series = self.series(node.dimension, complete).await?;
        let Some(position) = series.iter().position(|series| series.node == *node) else {
            return Ok(Vec::new());
        };
        let params = self.standing_params().await?;
        compute(move || {
            let own = &series[position];
            let band = watch::expected_band(&series, position, weeks, &params);
            let expected: BTreeMap<Week, (f64, f64, f64)> = band
                .into_iter()
                .map(|point| (point.week, (point.expected, point.lower, point.upper)))
                .collect();
            own.counts
                .iter()
                .zip(own.first_week.0..)
                .skip(own.counts.len().saturating_sub(weeks))
                .map(|(&complaints, week)| ChartWeek {
                    week: Week(week),
                    complaints,
                    expected: expected.get(&Week(week)).copied(),
                })
                .collect()
        })
        .await
    }

    /// First and last week that are complete, or `None` when there is none yet.
    pub async fn complete_weeks(&self) -> Result<Option<(Week, Week)>, PipelineError> {
        let Some((first_day, last_day)) = self.store.span_of_days().await? else { return Ok(None) };
        let today = self.store.clock().now().day_in(&self.zone);
        Ok(complete_weeks(first_day, last_day, today))
    }

    /// Counts of all nodes of a dimension between two days, both inclusive; by node, then day. Keys that
    /// complaints say themselves have no personal data.
    pub async fn counts_of(
        &self,
        dimension: Dimension,
        from: Day,
        to: Day,
    ) -> Result<Vec<DailyCount>, PipelineError> {
        let counts = self.store.counts_of_dimension(dimension, from, to).await?;
        if !dimension.is_fact() {
            return Ok(counts);
        }
        let mut merged: BTreeMap<(String, Day), i64> = BTreeMap::new();
        for DailyCount { key, day, complaints } in counts {
            *merged.entry((shown_key(dimension, key), day)).or_default() += complaints;
        }
        let counts = merged.into_iter();
        Ok(counts.map(|((key, day), complaints)| DailyCount { key, day, complaints }).collect())
    }

    /// Weekly series of a dimension's nodes, all over the same weeks.
    pub(super) async fn series(
        &self,
        dimension: Dimension,
        (first, last): (Week, Week),
    ) -> Result<Vec<Series>, PipelineError> {
        let counts = self.counts_of(dimension, first.first_day(), last.last_day()).await?;
        let weeks = usize::try_from(last.0 - first.0 + 1).unwrap_or(0);
        let mut by_node: BTreeMap<String, (i64, Vec<u32>)> = BTreeMap::new();
        for count in counts {
            let (total, weekly) = by_node.entry(count.key).or_insert_with(|| (0, vec![0; weeks]));
            *total += count.complaints;
            if let Some(cell) =
                usize::try_from(count.day.week().0 - first.0).ok().and_then(|week| weekly.get_mut(week))
            {
                *cell = cell.saturating_add(u32::try_from(count.complaints).unwrap_or(u32::MAX));
            }
        }
        Ok(by_node
            .into_iter()
            .filter(|(_, (total, _))| *total >= MIN_COMPLAINTS)
            .map(|(key, (_, counts))| Series { node: Node::new(dimension, key), first_week: first, counts })
            .collect())
    }
}

/// The key of a series as people and the index may see it.
pub(super) fn shown_key(dimension: Dimension, key: String) -> String {
    if !dimension.is_fact() {
        return key;
    }
    // A label beside it is the house's own word.
    if let (Some(_), Some((label, fact))) = (dimension.pair(), key.split_once('/')) {
        return format!("{label}/{}", shown_fact(fact));
    }
    shown_fact(&key)
}

fn shown_fact(fact: &str) -> String {
    let redaction = redact(fact);
    if redaction.findings.is_empty() { fact.to_owned() } else { redaction.text }
}

/// The weeks that are over and wholly inside the data. While complaints keep coming in, the week before
/// today's is complete even if its last days brought none; data that ended long ago is complete up to
/// its own last whole week.
fn complete_weeks(first_day: Day, last_day: Day, today: Day) -> Option<(Week, Week)> {
    let first = if first_day == first_day.week().first_day() {
        first_day.week()
    } else {
        Week(first_day.week().0 + 1)
    };
    let still_coming = today.week().0 <= last_day.week().0 + 1;
    let last = if still_coming {
        Week(today.week().0 - 1)
    } else if last_day == last_day.week().last_day() {
        last_day.week()
    } else {
        Week(last_day.week().0 - 1)
    };
    (first <= last).then_some((first, last))
}

fn alarm(node: Node, week: Week, evidence: Evidence) -> Alarm {
    let weeks_back = i32::try_from(evidence.window_weeks).unwrap_or(1).max(1) - 1;
    Alarm { node, period_start: Week(week.0 - weeks_back).first_day(), period_end: week.last_day(), evidence }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incomplete_week_is_never_judged() {
        let day = |iso: &str| Day::from_iso(iso).expect("a valid date");
        // Monday 2026-11-02 to Sunday 2026-11-22; today is a Wednesday.
        let cases = [
            (("2026-11-02", "2026-11-24", "2026-11-25"), Some(("2026-11-02", "2026-11-22"))),
            (("2026-11-03", "2026-11-20", "2026-11-25"), Some(("2026-11-09", "2026-11-22"))),
            (("2023-01-02", "2023-06-15", "2026-11-25"), Some(("2023-01-02", "2023-06-11"))),
            (("2023-01-02", "2023-06-18", "2026-11-25"), Some(("2023-01-02", "2023-06-18"))),
            (("2026-11-23", "2026-11-25", "2026-11-25"), None),
        ];
        for ((first, last, today), expected) in cases {
            let found = complete_weeks(day(first), day(last), day(today))
                .map(|(first, last)| (first.first_day(), last.last_day()));
            assert_eq!(
                found,
                expected.map(|(first, last)| (day(first), day(last))),
                "{first} {last} {today}"
            );
        }
    }
}

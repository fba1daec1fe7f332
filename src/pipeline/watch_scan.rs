//! From alarms to warnings: a new name for an old label is none, and an excess is reported once, at the
//! smallest series that explains it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::domain::counts::Node;
use crate::domain::signal::Also;
use crate::domain::time::{Day, Week};
use crate::watch::renames::renamed_from;
use crate::watch::scan::{Candidate, explained_by};
use crate::watch::{Assessment, Series};

use super::watch::shown_key;
use super::{Pipeline, PipelineError, compute};

/// Weeks whose complaints are held at a time.
const WEEKS_AT_A_TIME: i32 = 8;

/// A complaint: its day and which of the alarming nodes count it.
type Place = (Day, Vec<usize>);

/// Alarms divided by what a person hears of them.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Those to be reported, in the order given, each with those it explains.
    pub(super) reported: Vec<Assessment>,
    /// Series and weeks that another one explains: they raise nothing, and what was told of the series
    /// before goes on.
    pub(super) explained: Vec<(Node, Week)>,
}

impl Pipeline {
    /// Divides the alarms into those that are to be reported and those that another explains.
    pub(super) async fn reported(
        &self,
        alarms: Vec<Assessment>,
        series: &Arc<Vec<Series>>,
    ) -> Result<Told, PipelineError> {
        let all = Arc::clone(series);
        let alarms = compute(move || without_new_names(alarms, &all)).await?;
        let mut by_week: BTreeMap<Week, Vec<Assessment>> = BTreeMap::new();
        let order: Vec<(Node, Week)> = alarms.iter().map(|one| (one.node.clone(), one.week)).collect();
        for one in alarms {
            by_week.entry(one.week).or_default().push(one);
        }
        let mut reported: HashMap<(Node, Week), Assessment> = HashMap::new();
        let mut held: Option<(Week, HashMap<Node, usize>, Vec<Place>)> = None;
        let weeks: Vec<Week> = by_week.keys().copied().collect();
        for week in weeks {
            let alarms = by_week.remove(&week).unwrap_or_default();
            if alarms.len() < 2 {
                reported.extend(alarms.into_iter().map(|one| ((one.node.clone(), one.week), one)));
                continue;
            }
            if held.as_ref().is_none_or(|(until, ..)| week > *until) {
                let until = Week(week.0 + WEEKS_AT_A_TIME - 1);
                let later = by_week.range(..=until).flat_map(|(_, alarms)| alarms);
                let mut numbers = HashMap::new();
                let mut first_day = week.first_day();
                for one in alarms.iter().chain(later) {
                    let next = numbers.len();
                    numbers.entry(one.node.clone()).or_insert(next);
                    first_day = first_day.min(window_start(one));
                }
                let places = self.places_of(&numbers, first_day, until).await?;
                held = Some((until, numbers, places));
            }
            let Some((_, numbers, places)) = &held else { continue };
            for one in explain(alarms, numbers, places) {
                reported.insert((one.node.clone(), one.week), one);
            }
        }
        let mut told = Told::default();
        for key in order {
            match reported.remove(&key) {
                Some(one) => told.reported.push(one),
                None => told.explained.push(key),
            }
        }
        Ok(told)
    }

    /// The complaints between a day and the end of a week, as far as a node of `numbers`
    /// counts them.
    async fn places_of(
        &self,
        numbers: &HashMap<Node, usize>,
        first: Day,
        last: Week,
    ) -> Result<Vec<Place>, PipelineError> {
        let places = self.store.places(first, last.last_day()).await?;
        Ok(places
            .into_iter()
            .map(|place| {
                let of = |mut node: Node| {
                    node.key = shown_key(node.dimension, node.key);
                    numbers.get(&node).copied()
                };
                (place.day, place.nodes.into_iter().filter_map(of).collect::<Vec<_>>())
            })
            .filter(|(_, nodes)| !nodes.is_empty())
            .collect())
    }
}

/// The first day of the window that fired.
fn window_start(one: &Assessment) -> Day {
    let weeks = i32::try_from(one.evidence.window_weeks).unwrap_or(1).max(1);
    Week(one.week.0 - weeks + 1).first_day()
}

/// The alarms of one week that nothing else explains, each with those it explains.
fn explain(alarms: Vec<Assessment>, numbers: &HashMap<Node, usize>, places: &[Place]) -> Vec<Assessment> {
    let members: Vec<Vec<u32>> = alarms
        .iter()
        .map(|one| {
            let days = window_start(one)..=one.week.last_day();
            let number = numbers.get(&one.node);
            let is_member = |(_, (day, nodes)): &(u32, &Place)| {
                days.contains(day) && number.is_some_and(|number| nodes.contains(number))
            };
            (0..).zip(places).filter(is_member).map(|(at, _)| at).collect()
        })
        .collect();
    let candidates: Vec<Candidate<'_>> = alarms
        .iter()
        .zip(&members)
        .map(|(one, members)| Candidate { node: &one.node, evidence: &one.evidence, members })
        .collect();
    let by = explained_by(&candidates);
    let mut also: Vec<Vec<Also>> = vec![Vec::new(); alarms.len()];
    for (one, by) in alarms.iter().zip(&by) {
        if let Some(by) = by {
            let (observed, expected) = (one.evidence.observed, one.evidence.expected);
            also[*by].push(Also { node: one.node.clone(), observed, expected });
        }
    }
    let reported = alarms.into_iter().zip(also).zip(by).filter(|(_, by)| by.is_none());
    reported
        .map(|((mut one, also), _)| {
            one.evidence.also = also;
            one
        })
        .collect()
}

fn without_new_names(alarms: Vec<Assessment>, series: &[Series]) -> Vec<Assessment> {
    let places: HashMap<&Node, usize> = series.iter().enumerate().map(|(at, one)| (&one.node, at)).collect();
    let is_news = |one: &Assessment| {
        let place = places.get(&one.node).filter(|_| one.node.dimension.is_fact());
        place.is_none_or(|&at| renamed_from(series, at, one.week, one.evidence.window_weeks).is_none())
    };
    let (news, names): (Vec<_>, Vec<_>) = alarms.into_iter().partition(is_news);
    if !names.is_empty() {
        tracing::info!(
            watch.new_names = names.len(),
            "series that begin where another of their kind ends were taken for new names and did not warn"
        );
    }
    news
}

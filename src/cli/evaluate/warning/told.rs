//! The warnings of all series, and which of them a person would hear of: as in the pipeline, an excess is told once,
//! at the smallest series that explains it, and a name that takes over from another is no news.

use std::collections::{BTreeMap, HashMap};

use super::{Record, Stream};
use crate::domain::time::Week;
use crate::watch::episodes::SAME_EPISODE_WEEKS;
use crate::watch::renames::renamed_from;
use crate::watch::scan::{Candidate, explained_by};
use crate::watch::{Assessment, ValidParams, alarms};

/// A warning: place of its series, first and last period, and whether nothing else explained all of it.
pub(super) struct Raised {
    pub(super) series: usize,
    pub(super) first: i32,
    pub(super) last: i32,
    pub(super) is_told: bool,
}

/// The warnings from `first` to `last`, by series and period, and how many alarms were taken for new names.
pub(super) fn raised(
    stream: &Stream,
    (first, last): (Week, Week),
    params: &ValidParams,
) -> (Vec<Raised>, usize) {
    let places: HashMap<_, usize> = stream.series.iter().map(|one| &one.node).zip(0..).collect();
    let mut by_period: BTreeMap<i32, Vec<(usize, Assessment)>> = BTreeMap::new();
    let mut new_names = 0;
    for alarm in alarms(&stream.series, first, last, params) {
        let Some(&at) = places.get(&alarm.node) else { continue };
        if renamed_from(&stream.series, at, alarm.week, alarm.evidence.window_weeks).is_some() {
            new_names += 1;
        } else {
            by_period.entry(alarm.week.0).or_default().push((at, alarm));
        }
    }
    let mut of_series: BTreeMap<usize, Vec<(i32, bool)>> = BTreeMap::new();
    for (period, alarms) in by_period {
        for ((at, _), is_told) in alarms.iter().zip(told(&alarms, &stream.records)) {
            of_series.entry(*at).or_default().push((period, is_told));
        }
    }
    let gap = i32::try_from(SAME_EPISODE_WEEKS).unwrap_or(i32::MAX);
    let mut raised: Vec<Raised> = Vec::new();
    for (series, alarms) in of_series {
        for (period, is_told) in alarms {
            match raised.last_mut() {
                Some(one) if one.series == series && period - one.last <= gap => {
                    one.last = period;
                    one.is_told |= is_told;
                }
                _ => raised.push(Raised { series, first: period, last: period, is_told }),
            }
        }
    }
    (raised, new_names)
}

/// Of the alarms of one period, which are explained by none of the others.
fn told(alarms: &[(usize, Assessment)], records: &[Record]) -> Vec<bool> {
    let members: Vec<Vec<u32>> = alarms
        .iter()
        .map(|(at, alarm)| {
            let window = i32::try_from(alarm.evidence.window_weeks).unwrap_or(1).max(1);
            let periods = alarm.week.0 - window + 1..=alarm.week.0;
            let mut next = 0_u32;
            let mut members = Vec::new();
            for record in records {
                let first = next;
                next = next.saturating_add(u32::try_from(record.count).unwrap_or(u32::MAX));
                if periods.contains(&record.period) && record.series.contains(at) {
                    members.extend(first..next);
                }
            }
            members
        })
        .collect();
    let candidates: Vec<Candidate<'_>> = alarms
        .iter()
        .zip(&members)
        .map(|((_, alarm), members)| Candidate { node: &alarm.node, evidence: &alarm.evidence, members })
        .collect();
    explained_by(&candidates).iter().map(Option::is_none).collect()
}

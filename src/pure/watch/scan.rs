//! One excess, one warning: of the series that alarm in a week, which ones stand out by themselves and which
//! only because they hold, or lie in, another that does. A recurring failure raises its product area, its
//! region and the house as a whole; a tide raises every region. Each is reported once, at the smallest series
//! that explains it. It must not know how series are counted: overlaps come as complaints by number.
//!
//! Two rules, by what would be left. A series inside a larger one is explained by the tide of the larger one
//! if it would not alarm with its expectation raised as much as the rest of the larger one is. A series is
//! explained by smaller ones if, without their excess, it would not alarm.

use std::collections::HashMap;

use crate::domain::counts::{Dimension, Node};
use crate::domain::signal::Evidence;

/// A series that alarms, and the complaints in its window.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// The series.
    pub node: &'a Node,
    /// What was seen.
    pub evidence: &'a Evidence,
    /// Numbers of its complaints, rising.
    pub members: &'a [u32],
}

/// Share of its complaints that must lie in another series for its tide to concern it.
const INSIDE: f64 = 0.8;

/// For each candidate the one that explains it, which is explained by none; `None` where it is to be reported
/// itself.
pub fn explained_by(candidates: &[Candidate<'_>]) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    // Small and particular first; the node itself decides what is otherwise equal.
    order.sort_by_key(|&at| {
        let Candidate { node, evidence, .. } = &candidates[at];
        (generality(node.dimension), evidence.observed, *node)
    });
    let mut by: Vec<Option<usize>> = vec![None; candidates.len()];
    for (place, &at) in order.iter().enumerate() {
        by[at] = order[place + 1..].iter().copied().find(|&larger| lifts(candidates, larger, at));
    }
    for (place, &at) in order.iter().enumerate() {
        if by[at].is_none() {
            let smaller: Vec<usize> =
                order[..place].iter().copied().filter(|&one| by[one].is_none()).collect();
            by[at] = covered(candidates, at, &smaller);
        }
    }
    (0..candidates.len())
        .map(|at| {
            // A tide leads to a larger series, a cover to a smaller one that is reported: no circle.
            let mut end = by[at]?;
            while let Some(next) = by[end] {
                end = next;
            }
            Some(end)
        })
        .collect()
}

/// The more particular way of dividing comes first.
fn generality(dimension: Dimension) -> u8 {
    match dimension {
        Dimension::Cluster => 0,
        Dimension::AreaFailure | Dimension::AreaRegion => 1,
        Dimension::FailureType => 2,
        Dimension::ProductArea => 3,
        Dimension::Company | Dimension::Region | Dimension::Channel => 4,
        Dimension::Kind => 5,
        Dimension::All => 6,
    }
}

/// Whether the tide of `larger`, as its other complaints show it, is all there is to `at`.
fn lifts(candidates: &[Candidate<'_>], larger: usize, at: usize) -> bool {
    let (inner, outer) = (&candidates[at], &candidates[larger]);
    if generality(inner.node.dimension) >= generality(outer.node.dimension) || inner.members.is_empty() {
        return false;
    }
    let common = common(inner.members, outer.members) as f64;
    let share = common / inner.members.len() as f64;
    if share < INSIDE {
        return false;
    }
    let others = outer.evidence.observed as f64 - common;
    let others_expected = outer.evidence.expected - inner.evidence.expected * share;
    if others_expected <= 0.0 {
        return false;
    }
    let tide = (others / others_expected).max(1.0);
    inner.evidence.observed as f64 <= inner.evidence.upper * tide
}

/// The one of the `smaller` series that explains most of `at`, if together they explain that it alarms.
fn covered(candidates: &[Candidate<'_>], at: usize, smaller: &[usize]) -> Option<usize> {
    let own = &candidates[at];
    // The share of the excess in each complaint, by the smaller series that claims most of it.
    let mut claims: HashMap<u32, (f64, usize)> = HashMap::new();
    for &one in smaller {
        let Candidate { evidence, members, .. } = &candidates[one];
        let excess = 1.0 - evidence.expected / (evidence.observed.max(1)) as f64;
        for member in *members {
            let claim = claims.entry(*member).or_insert((excess, one));
            if excess > claim.0 {
                *claim = (excess, one);
            }
        }
    }
    let mut by_one: HashMap<usize, f64> = HashMap::new();
    for (excess, one) in own.members.iter().filter_map(|member| claims.get(member)) {
        *by_one.entry(*one).or_default() += excess;
    }
    let explained: f64 = smaller.iter().filter_map(|one| by_one.get(one)).sum();
    let left = own.evidence.observed as f64 - explained;
    let most = smaller.iter().copied().filter(|one| by_one.contains_key(one));
    let most = most.max_by(|a, b| by_one[a].total_cmp(&by_one[b]).then(b.cmp(a)));
    most.filter(|_| left <= own.evidence.upper)
}

/// How many numbers two rising lists have in common.
fn common(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                count += 1;
                i += 1;
                j += 1;
            }
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Told {
        node: Node,
        evidence: Evidence,
        members: Vec<u32>,
    }

    fn told(dimension: Dimension, key: &str, expected: f64, upper: f64, members: &[u32]) -> Told {
        let evidence = Evidence {
            observed: members.len() as u64,
            expected,
            upper,
            p_value: 1e-4,
            score: 3.5,
            window_weeks: 1,
            method: "test".to_owned(),
            history_weeks: 60,
            also: Vec::new(),
        };
        Told { node: Node::new(dimension, key), evidence, members: members.to_vec() }
    }

    fn explained(told: &[Told]) -> Vec<Option<usize>> {
        let candidates: Vec<Candidate<'_>> = told
            .iter()
            .map(|one| Candidate { node: &one.node, evidence: &one.evidence, members: &one.members })
            .collect();
        explained_by(&candidates)
    }

    fn numbers(ranges: &[(u32, u32)]) -> Vec<u32> {
        ranges.iter().flat_map(|&(from, to)| from..to).collect()
    }

    #[test]
    fn a_failure_is_reported_once_and_not_on_every_level() {
        // 30 complaints of one failure, usually 2, among 100 where 72 are usual; ten of them in the south.
        let levels = [
            told(Dimension::All, "", 72.0, 92.0, &numbers(&[(0, 100)])),
            told(Dimension::ProductArea, "cards", 12.0, 21.0, &numbers(&[(0, 40)])),
            told(Dimension::Cluster, "c", 2.0, 6.0, &numbers(&[(0, 30)])),
            told(Dimension::Region, "south", 13.0, 20.0, &numbers(&[(0, 10), (60, 72)])),
        ];
        assert_eq!(explained(&levels), [Some(2), Some(2), None, Some(2)]);
    }

    #[test]
    fn a_tide_is_reported_where_all_of_it_is_seen() {
        // Every region doubles: the whole is the news.
        let levels = [
            told(Dimension::Region, "north", 20.0, 33.0, &numbers(&[(0, 40)])),
            told(Dimension::Region, "south", 20.0, 33.0, &numbers(&[(40, 80)])),
            told(Dimension::All, "", 60.0, 80.0, &numbers(&[(0, 120)])),
        ];
        assert_eq!(explained(&levels), [Some(2), Some(2), None]);
    }

    #[test]
    fn two_failures_at_once_are_two_warnings_and_explain_the_whole() {
        let levels = [
            told(Dimension::All, "", 50.0, 66.0, &numbers(&[(0, 100)])),
            told(Dimension::Cluster, "a", 2.0, 6.0, &numbers(&[(0, 25)])),
            told(Dimension::Cluster, "b", 2.0, 6.0, &numbers(&[(25, 52)])),
        ];
        assert_eq!(explained(&levels), [Some(2), None, None]);
    }

    #[test]
    fn what_lies_apart_is_apart() {
        let levels = [
            told(Dimension::Region, "north", 5.0, 11.0, &numbers(&[(0, 20)])),
            told(Dimension::Cluster, "a", 2.0, 6.0, &numbers(&[(30, 50)])),
        ];
        assert_eq!(explained(&levels), [None, None]);
        assert!(explained(&[]).is_empty());
    }

    #[test]
    fn a_series_with_the_same_complaints_is_reported_once_by_its_particular_name() {
        let same = numbers(&[(0, 20)]);
        let levels = [
            told(Dimension::FailureType, "f", 2.0, 6.0, &same),
            told(Dimension::AreaFailure, "a/f", 2.0, 6.0, &same),
            told(Dimension::Company, "x", 3.0, 8.0, &same),
        ];
        assert_eq!(explained(&levels), [Some(1), None, Some(1)]);
    }
}

//! What runs ahead of a series: of its own complaints those that only ask, and operational series that
//! somebody imports.

use std::collections::BTreeMap;

use crate::domain::counts::Node;
use crate::domain::time::Week;
use crate::store::counts::DailyCount;
use crate::watch::precursor::leads;
pub use crate::watch::precursor::{Lead, Verdict};

use super::{Pipeline, PipelineError, compute};

/// Kinds by how far a customer has gone: who is not answered when asking complains, and then claims.
const RUNGS: [&str; 3] = ["petition", "complaint", "claim"];

/// A series from elsewhere: tickets, errors, returns. A week it does not name between two it names had none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// What it is called.
    pub name: String,
    /// Its counts.
    pub counts: BTreeMap<Week, u32>,
}

/// Complaints of a node, by kind or of all kinds, or a series from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Of one kind.
    Kind(&'static str),
    /// Of all kinds.
    All,
    /// From elsewhere.
    Imported(String),
}

/// Whether one runs ahead of the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Precursor {
    /// What may warn.
    pub ahead: Part,
    /// What it may warn of.
    pub behind: Part,
    /// What can be said.
    pub verdict: Verdict,
}

impl Pipeline {
    /// Each pair of rungs of a node's complaints, the lower one first, and each imported series with all
    /// complaints of the node. Nothing where there is neither, or no complete week.
    pub async fn precursors(
        &self,
        node: &Node,
        imported: Vec<Imported>,
    ) -> Result<Vec<Precursor>, PipelineError> {
        let Some((first, last)) = self.complete_weeks().await? else { return Ok(Vec::new()) };
        let mut parts = Vec::new();
        let mut pairs = Vec::new();
        let (from, to) = (first.first_day(), last.last_day());
        if let Some(counts) = self.store.kinds_of_node(node, from, to).await? {
            let rungs =
                RUNGS.map(|rung| weekly(counts.iter().filter(|count| count.key == rung), first, last));
            for (low, high) in [(0, 1), (0, 2), (1, 2)] {
                parts.push((Part::Kind(RUNGS[low]), Part::Kind(RUNGS[high])));
                pairs.push((rungs[low].clone(), rungs[high].clone()));
            }
        }
        if !imported.is_empty() {
            let series = self.series(node.dimension, (first, last)).await?;
            let own = series.into_iter().find(|series| series.node == *node);
            let own = own.map_or_else(|| weekly([].iter(), first, last), |series| series.counts);
            for Imported { name, counts } in imported {
                pairs.push(in_common(&counts, &own, first));
                parts.push((Part::Imported(name), Part::All));
            }
        }
        let verdicts = compute(move || leads(&pairs)).await?;
        let told = parts.into_iter().zip(verdicts);
        Ok(told.map(|((ahead, behind), verdict)| Precursor { ahead, behind, verdict }).collect())
    }
}

/// Counts of each week from `first` to `last`.
fn weekly<'a>(counts: impl Iterator<Item = &'a DailyCount>, first: Week, last: Week) -> Vec<u32> {
    let mut weeks = vec![0_u32; usize::try_from(last.0 - first.0 + 1).unwrap_or(0)];
    for count in counts {
        let at = usize::try_from(count.day.week().0 - first.0).ok();
        if let Some(cell) = at.and_then(|at| weeks.get_mut(at)) {
            *cell = cell.saturating_add(u32::try_from(count.complaints).unwrap_or(u32::MAX));
        }
    }
    weeks
}

/// Both series over the weeks that both know; `own` begins with `first`.
fn in_common(imported: &BTreeMap<Week, u32>, own: &[u32], first: Week) -> (Vec<u32>, Vec<u32>) {
    let (Some(begin), Some(end)) = (imported.keys().next(), imported.keys().next_back()) else {
        return (Vec::new(), Vec::new());
    };
    let both = (first.0..).zip(own).filter(|(week, _)| (begin.0..=end.0).contains(week));
    both.map(|(week, &count)| (imported.get(&Week(week)).copied().unwrap_or(0), count)).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_weeks_that_both_know_are_compared_and_a_gap_is_a_zero() {
        let imported = BTreeMap::from([(Week(9), 7), (Week(10), 1), (Week(12), 3)]);
        assert_eq!(in_common(&imported, &[5, 6, 7, 8], Week(10)), (vec![1, 0, 3], vec![5, 6, 7]));
        assert_eq!(in_common(&BTreeMap::new(), &[5], Week(10)), (vec![], vec![]));
    }
}

//! `raiz evaluate stability`: how far the groups of the same texts stay the same when chance, the number
//! of threads or a tenth of the texts changes.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use serde::Serialize;

use super::super::Outcome;
use super::super::labelled::{self, Columns};
use super::cluster::{docs, group_of_each};
use super::rounded;
use crate::learn::agreement::adjusted_rand_index;
use crate::learn::discovery::{DiscoveryDoc, DiscoveryParams, discover};

/// Other seeds compared with the first.
const OTHER_SEEDS: u64 = 2;
/// Every text of which the number, divided by this, leaves nothing is new in the last comparison.
const ONE_IN: usize = 10;

#[derive(Args)]
pub(in crate::cli) struct Stability {
    /// Files with the texts
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    data: Vec<PathBuf>,
    /// Column with the text; recognised by its name when not given
    #[arg(long, value_name = "COLUMN")]
    text: Option<String>,
    /// Column that must not be empty; the text's own when not given
    #[arg(long, value_name = "COLUMN")]
    label: Option<String>,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    n: usize,
    clusters: usize,
    /// One thread or two: the same groups, members and names.
    same_on_two_threads: bool,
    /// Mean adjusted Rand index between the groups of different seeds.
    seeds_ari: f64,
    /// Adjusted Rand index between groups found without and with a tenth of the texts, over the others.
    growth_ari: f64,
    /// Share of the others whose group goes on as the one with most of its members.
    growth_kept_share: f64,
}

impl Stability {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let text = match (&self.text, &self.label) {
            (Some(text), _) => Some(text.clone()),
            (None, Some(_)) => None,
            (None, None) => bail!("--text names the column with the text"),
        };
        let label = self.label.clone().or_else(|| text.clone()).unwrap_or_default();
        let columns = Columns::of(label, text);
        let texts = labelled::without_repeats(labelled::read(&self.data, &columns)?, &mut HashSet::new());
        let all = docs(&texts);
        let on = |threads| DiscoveryParams { threads, ..DiscoveryParams::default() }.check();
        let two = on(2)?;
        let first = discover(&all, &two, self.seed)?;
        let alone = discover(&all, &on(1)?, self.seed)?;
        let groups = group_of_each(&first, all.len());
        let mut seeds_ari = 0.0;
        for other in 1..=OTHER_SEEDS {
            let found = discover(&all, &two, self.seed.wrapping_add(other))?;
            seeds_ari += adjusted_rand_index(&groups, &group_of_each(&found, all.len())) / OTHER_SEEDS as f64;
        }
        let earlier: Vec<usize> = (0..all.len()).filter(|text| text % ONE_IN != 0).collect();
        let fewer: Vec<DiscoveryDoc<'_>> = earlier.iter().map(|&text| all[text]).collect();
        let before = discover(&fewer, &two, self.seed)?;
        let before = group_of_each(&before, fewer.len());
        let after: Vec<usize> = earlier.iter().map(|&text| groups[text]).collect();
        let report = Report {
            n: all.len(),
            clusters: first.groups.len(),
            same_on_two_threads: first.groups == alone.groups && first.ungrouped == alone.ungrouped,
            seeds_ari: rounded(seeds_ari),
            growth_ari: rounded(adjusted_rand_index(&before, &after)),
            growth_kept_share: rounded(kept_share(&before, &after)),
        };
        if self.json {
            println!("{}", serde_json::to_string(&report)?);
        } else {
            let same = if report.same_on_two_threads { "the same" } else { "NOT the same" };
            println!("{} groups in {} texts; {same} on one thread and two", report.clusters, report.n);
            println!("agreement between seeds (adjusted Rand index): {:.3}", report.seeds_ari);
            println!(
                "with a tenth more texts: agreement {:.3}, {:.1} % stay in the group that goes on",
                report.growth_ari,
                100.0 * report.growth_kept_share
            );
        }
        Ok(Outcome::Done)
    }
}

/// Share of texts in the group that took over most of their earlier group.
fn kept_share(before: &[usize], after: &[usize]) -> f64 {
    let mut moves: BTreeMap<usize, BTreeMap<usize, usize>> = BTreeMap::new();
    for (&from, &to) in before.iter().zip(after) {
        *moves.entry(from).or_default().entry(to).or_default() += 1;
    }
    let kept: usize = moves.values().filter_map(|to| to.values().max()).sum();
    kept as f64 / before.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::kept_share;

    #[test]
    fn a_group_goes_on_where_most_of_it_is() {
        assert_eq!(kept_share(&[0, 0, 0, 0, 1, 1], &[5, 5, 5, 7, 7, 7]), 5.0 / 6.0);
        assert_eq!(kept_share(&[], &[]), 0.0);
    }
}

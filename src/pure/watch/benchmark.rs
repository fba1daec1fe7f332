//! The shared early-warning benchmark: outbreaks of known size in simulated series, scored at one false alarm
//! in a hundred series-weeks. The data lie outside the repository (`RAIZ_SHARED`); without them the tests say
//! so and pass.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use crate::domain::counts::{Dimension, Node};
use crate::domain::time::Week;

use super::{Assessment, Params, Series, replay};

/// False alarms per series-week at which methods are compared.
const FALSE_POSITIVE_RATE: f64 = 0.01;

/// Scenario and replicate of a series.
type Name = (u32, u32);

/// First and last week of an outbreak.
type Outbreak = (i32, i32);

/// The outbreak of every series; `None` where there is none.
type Truth = HashMap<Name, Option<Outbreak>>;

/// What `score.py --fpr 0.01` of the benchmark calls pod and f1, and the share of null weeks that alarm at
/// the default threshold.
#[derive(Debug, Default)]
struct Figures {
    found: f64,
    f1: f64,
    nominal: f64,
}

pub(super) fn folder(part: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("RAIZ_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let folder = shared.join("bench/early-warning").join(part);
    if folder.is_dir() {
        return Some(folder);
    }
    skipped(&folder);
    None
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn skipped(folder: &Path) {
    eprintln!("skipped: no benchmark data in {}", folder.display());
}

pub(super) fn rows(folder: &Path, name: &str) -> Vec<csv::StringRecord> {
    let zipped = folder.join(format!("{name}.csv.gz"));
    let plain = folder.join(format!("{name}.csv"));
    let open = |path: &Path| File::open(path).expect("the benchmark has this file");
    let reader: Box<dyn Read> = match zipped.is_file() {
        true => Box::new(GzDecoder::new(open(&zipped))),
        false => Box::new(io::BufReader::new(open(&plain))),
    };
    csv::Reader::from_reader(reader).records().map(|row| row.expect("well-formed")).collect()
}

fn number<T: std::str::FromStr>(row: &csv::StringRecord, column: usize) -> T {
    row[column].parse().ok().expect("a number")
}

fn read(folder: &Path, wanted: impl Fn(Name) -> bool) -> (Vec<(Name, Vec<u32>)>, Truth) {
    let series = rows(folder, "series")
        .iter()
        .map(|row| ((number(row, 0), number(row, 1)), row))
        .filter(|(name, _)| wanted(*name))
        .map(|(name, row)| (name, row[2].split(' ').map(|count| count.parse().expect("a count")).collect()))
        .collect();
    let truth = rows(folder, "truth")
        .iter()
        .map(|row| {
            let outbreak = (number::<u32>(row, 6) > 0).then(|| (number(row, 4), number(row, 5)));
            ((number(row, 0), number(row, 1)), outbreak)
        })
        .collect();
    (series, truth)
}

fn score(found: &[(Name, Vec<Assessment>)], truth: &Truth) -> Figures {
    let nulls = || found.iter().filter(|(name, _)| truth[name].is_none()).flat_map(|(_, weeks)| weeks);
    let mut scores: Vec<f64> = nulls().map(|week| week.evidence.score).collect();
    scores.sort_unstable_by(|a, b| b.total_cmp(a));
    let cut = scores[(scores.len() as f64 * FALSE_POSITIVE_RATE) as usize];
    let (mut outbreaks, mut detected) = (0.0, 0.0);
    let (mut hits, mut misses, mut false_alarms) = (0.0, 0.0, 0.0);
    for (name, weeks) in found {
        let Some((start, end)) = truth[name] else { continue };
        let mut seen = false;
        for week in weeks {
            let alarm = week.evidence.score > cut;
            match ((start..=end).contains(&week.week.0), alarm) {
                (true, true) => {
                    hits += 1.0;
                    seen = true;
                }
                (true, false) => misses += 1.0,
                (false, true) => false_alarms += 1.0,
                (false, false) => (),
            }
        }
        outbreaks += 1.0;
        detected += f64::from(u8::from(seen));
    }
    Figures {
        found: detected / outbreaks,
        f1: 2.0 * hits / (2.0 * hits + false_alarms + misses),
        nominal: nulls().filter(|week| week.alarm).count() as f64 / scores.len() as f64,
    }
}

/// Judges every fifth scenario, which is enough to notice a fault and takes seconds.
fn judge_alone(folder: &Path) -> Figures {
    let (series, truth) = read(folder, |(scenario, _)| scenario % 5 == 0);
    let params = Params::default().check().expect("the defaults are valid");
    let found: Vec<(Name, Vec<Assessment>)> = series
        .into_iter()
        .map(|(name, counts)| {
            let node = Node::new(Dimension::Cluster, "");
            let one = Series { node, first_week: Week(1), counts };
            (name, replay(&[one], Week(576), Week(624), &params))
        })
        .collect();
    score(&found, &truth)
}

#[test]
fn finds_outbreaks_in_stationary_series() {
    let Some(folder) = folder("dev") else { return };
    let found = judge_alone(&folder);
    assert!(found.found >= 0.5 && found.f1 >= 0.48 && found.nominal <= 0.011, "{found:?}");
}

#[test]
fn finds_outbreaks_under_drift() {
    let Some(folder) = folder("dev/drift") else { return };
    let found = judge_alone(&folder);
    assert!(found.found >= 0.32 && found.f1 >= 0.26 && found.nominal <= 0.015, "{found:?}");
}

#[test]
fn finds_outbreaks_in_young_series() {
    let Some(folder) = folder("dev/coldstart") else { return };
    let params = Params::default().check().expect("the defaults are valid");
    // (weeks of history, least share found, least F1)
    for (history, least_found, least_f1) in
        [(4, 0.41, 0.46), (8, 0.49, 0.51), (12, 0.44, 0.49), (26, 0.56, 0.58)]
    {
        let (all, truth) = read(&folder, |(scenario, _)| scenario == history);
        let mut found: Vec<(Name, Vec<Assessment>)> = Vec::new();
        // The replicate is portfolio × 1000 + cluster.
        for portfolio in all.chunk_by(|(a, _), (b, _)| a.1 / 1000 == b.1 / 1000) {
            let series: Vec<Series> = portfolio
                .iter()
                .map(|((_, replicate), counts)| Series {
                    node: Node::new(Dimension::Cluster, replicate.to_string()),
                    first_week: Week(101 - i32::try_from(history).expect("small")),
                    counts: counts.clone(),
                })
                .collect();
            let judged = replay(&series, Week(101), Week(112), &params);
            let weeks = judged.chunk_by(|a, b| a.node == b.node).map(<[Assessment]>::to_vec);
            found.extend(portfolio.iter().map(|(name, _)| *name).zip(weeks));
        }
        let result = score(&found, &truth);
        let good = result.found >= least_found && result.f1 >= least_f1 && result.nominal <= 0.015;
        assert!(good, "{history} weeks of history: {result:?}");
    }
}

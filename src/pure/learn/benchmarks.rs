//! Bounds on published collections under `RAIZ_SHARED` (`../shared` by default). They take minutes:
//! `cargo test --release --lib learn::benchmarks -- --ignored`.

use std::collections::HashSet;
use std::env;
use std::fs::File;
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;

use super::classifier::Classifier;
use super::discovery::{DiscoveryDoc, DiscoveryParams, Grouping, discover};
use super::evaluate::{Judged, Metrics};
use super::training::{LabelledText, Params};
use crate::domain::language::Language;
use crate::text::fingerprint::normalised_hash;

/// A text with its label and what decides on which side of a split it falls.
struct Row {
    text: String,
    label: String,
    order: String,
}

/// Different labelled texts of a collection; `None`, said aloud, when it is not there.
fn read(file: &str, label: &str, order: &str) -> Option<Vec<Row>> {
    let home = env::var_os("RAIZ_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let path = home.join("corpora").join(file);
    let Ok(open) = File::open(&path) else {
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: {} is not there", path.display());
        }
        return None;
    };
    let mut reader = csv::Reader::from_reader(MultiGzDecoder::new(open));
    let heads = reader.headers().unwrap().clone();
    let column = |name: &str| heads.iter().position(|head| head == name).unwrap();
    let (text, label, order) = (column("text"), column(label), column(order));
    let mut seen = HashSet::new();
    let rows = reader.records().map(Result::unwrap).filter_map(|row| {
        let is_new = !row[label].trim().is_empty() && seen.insert(normalised_hash(&row[text]));
        is_new.then(|| Row { text: row[text].into(), label: row[label].into(), order: row[order].into() })
    });
    Some(rows.collect())
}

/// Trains on the first part, judges the second; labels unknown to the model are not judged.
fn judge(train: &[&Row], test: &[&Row]) -> Metrics {
    let docs: Vec<_> = train
        .iter()
        .map(|row| LabelledText {
            text: &row.text,
            language: Language::English,
            label: &row.label,
            moment: None,
            values: &[],
        })
        .collect();
    let params = Params { threads: 2, ..Params::new("failure_type", 1) }.check().unwrap();
    let (classifier, _) = Classifier::train(&docs, &params).unwrap();
    let labels = classifier.labels();
    let place = |label: &str| labels.iter().position(|known| known == label);
    let judged: Vec<_> = test
        .iter()
        .filter_map(|row| {
            let truth = place(&row.label)? as u32;
            let given = classifier.predict(&row.text, Language::English);
            Some(Judged { truth, given: place(given.label)? as u32, probability: given.probability })
        })
        .collect();
    Metrics::of(labels, &judged)
}

#[test]
#[ignore = "minutes; run with --ignored"]
fn banking77_by_its_own_split() {
    let Some(rows) = read("banking77.csv.gz", "issue", "split") else { return };
    let (train, test): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.order.starts_with("train"));
    let metrics = judge(&train, &test);
    assert!(metrics.accuracy >= 0.90, "{}", metrics.accuracy);
    assert!(metrics.ece <= 0.05, "{}", metrics.ece);
}

/// scikit-learn's words and characters with LinearSVC reached macro-F1 .575 on this split (peers.py).
#[test]
#[ignore = "minutes; run with --ignored"]
fn cfpb_products_by_time() {
    let Some(mut rows) = read("cfpb_narratives.csv.gz", "product_norm", "received_at") else { return };
    rows.sort_by(|a, b| a.order.cmp(&b.order));
    let rows: Vec<&Row> = rows.iter().collect();
    let (train, test) = rows.split_at(rows.len() * 7 / 10);
    let metrics = judge(train, test);
    assert!(metrics.macro_f1 >= 0.57, "{}", metrics.macro_f1);
    assert!(metrics.accuracy >= metrics.majority + 0.1, "{} {}", metrics.accuracy, metrics.majority);
}

/// Communities that are not told how many labels there are against k-means that is.
#[test]
#[ignore = "minutes; run with --ignored"]
fn banking77_groups_beat_k_means() {
    let Some(rows) = read("banking77.csv.gz", "issue", "split") else { return };
    let docs: Vec<_> = rows
        .iter()
        .map(|row| DiscoveryDoc { text: &row.text, language: Language::English, copies: 1 })
        .collect();
    let mut labels: Vec<&str> = rows.iter().map(|row| row.label.as_str()).collect();
    labels.sort_unstable();
    labels.dedup();
    let truth: Vec<usize> =
        rows.iter().map(|row| labels.binary_search(&row.label.as_str()).unwrap()).collect();
    let agreement = |grouping| {
        let params =
            DiscoveryParams { grouping, max_texts: 20_000, threads: 2, ..DiscoveryParams::default() };
        let found = discover(&docs, &params.check().unwrap(), 1).unwrap();
        let mut given = vec![found.groups.len(); docs.len()];
        for (index, group) in found.groups.iter().enumerate() {
            group.members.iter().for_each(|&doc| given[doc] = index);
        }
        leiden_rs::nmi(&truth, &given)
    };
    let ours = agreement(Grouping::Communities { resolution: 2.0 });
    let plain = agreement(Grouping::KMeans { groups: labels.len() });
    assert!(ours >= 0.65 && ours > plain, "{ours} against {plain}");
}

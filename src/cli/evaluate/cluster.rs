//! `raiz evaluate cluster`: the groups a discovery finds, told neither labels nor their number, beside the
//! labels people gave.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::super::Outcome;
use super::super::labelled::{self, Columns, Example};
use super::super::process;
use super::rounded;
use crate::learn::agreement::{adjusted_rand_index, normalised_mutual_information};
use crate::learn::discovery::{Discovery, DiscoveryDoc, DiscoveryParams, discover_by};
use crate::learn::word_vectors::WordVectors;

/// Threads used; the result is the same with any number.
const THREADS: usize = 2;

#[derive(Args)]
pub(in crate::cli) struct Cluster {
    /// Files with the labelled texts
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    data: Vec<PathBuf>,
    /// Column with the label
    #[arg(long, value_name = "COLUMN")]
    label: String,
    /// Column with the text; recognised by its name when not given
    #[arg(long, value_name = "COLUMN")]
    text: Option<String>,
    /// Folder of word vectors as model2vec writes them, to compare the texts by instead of a space fitted on them
    #[arg(long, value_name = "DIR")]
    vectors: Option<PathBuf>,
    /// Decides the sample, the projection and the order of moves
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// The figures, under the names of the peers' script where it has them.
#[derive(Serialize)]
struct Report {
    nmi: f64,
    ari: f64,
    clusters: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_s: Option<f64>,
    n: usize,
    /// Share of texts in no group; for the other figures they are one group together.
    unassigned_share: f64,
    /// Labels among the texts; the method is not told.
    n_labels: usize,
    /// Texts left when copies of one letter count once.
    n_distinct: usize,
    resolution: Option<f64>,
    /// The word vectors the texts were compared by.
    #[serde(skip_serializing_if = "Option::is_none")]
    vectors: Option<String>,
    /// Mean adjusted Rand index between the division and that of four fifths of the texts.
    steadiness: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_memory_mib: Option<f64>,
}

impl Cluster {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let columns = Columns::of(self.label, self.text);
        let texts = labelled::without_repeats(labelled::read(&self.data, &columns)?, &mut HashSet::new());
        let mut labels: Vec<&str> = texts.iter().map(|example| example.label.as_str()).collect();
        labels.sort_unstable();
        labels.dedup();
        let truth: Vec<usize> = texts
            .iter()
            .map(|example| labels.partition_point(|label| *label < example.label.as_str()))
            .collect();
        let vectors = self.vectors.as_deref().map(WordVectors::load).transpose()?.map(Arc::new);
        let start = process::cpu_time();
        let params = DiscoveryParams { threads: THREADS, ..DiscoveryParams::default() }.check()?;
        let found = discover_by(vectors.as_ref(), &docs(&texts), &params, self.seed)?;
        let cpu_s = process::seconds_since(start).map(rounded);
        let given = group_of_each(&found, texts.len());
        let report = Report {
            nmi: rounded(normalised_mutual_information(&truth, &given)),
            ari: rounded(adjusted_rand_index(&truth, &given)),
            clusters: found.groups.len(),
            cpu_s,
            n: texts.len(),
            unassigned_share: rounded(found.ungrouped.len() as f64 / texts.len() as f64),
            n_labels: labels.len(),
            n_distinct: found.distinct,
            resolution: found.resolution,
            vectors: vectors.map(|vectors| vectors.name().to_owned()),
            steadiness: found.agreement.map(rounded),
            peak_memory_mib: process::peak_memory_mib().map(rounded),
        };
        if self.json {
            println!("{}", serde_json::to_string(&report)?);
        } else {
            println!(
                "{} groups in {} texts; {} labels were given by people",
                report.clusters, report.n, report.n_labels
            );
            println!(
                "normalised mutual information {:.3}, adjusted Rand index {:.3}",
                report.nmi, report.ari
            );
            if let Some(vectors) = &report.vectors {
                println!("compared by {vectors}");
            }
            println!("{:.1} % of the texts are in no group", 100.0 * report.unassigned_share);
        }
        Ok(Outcome::Done)
    }
}

/// The texts as a discovery takes them.
pub(super) fn docs(texts: &[Example]) -> Vec<DiscoveryDoc<'_>> {
    texts
        .iter()
        .map(|example| DiscoveryDoc { text: &example.text, language: example.language(), copies: 1 })
        .collect()
}

/// The group of each of `texts` texts; those of no group share the number after the last.
pub(super) fn group_of_each(found: &Discovery, texts: usize) -> Vec<usize> {
    let mut given = vec![found.groups.len(); texts];
    for (number, group) in found.groups.iter().enumerate() {
        group.members.iter().for_each(|&text| given[text] = number);
    }
    given
}

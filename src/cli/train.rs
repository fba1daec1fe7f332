//! `raiz train`: a classifier from labelled texts, written as a model folder with its card.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use jiff::tz::TimeZone;

use super::Outcome;
use crate::domain::label::Axis;
use crate::domain::language::Language;
use crate::intake::columns::FieldName;
use crate::intake::file;
use crate::intake::options::Options;
use crate::learn::classifier::Classifier;
use crate::learn::training::{Card, LabelledText, Params};
use crate::simulate::corpus;
use crate::store::Clock;
use crate::text::language;

/// Threads used; the result is the same with any number.
const THREADS: usize = 2;

#[derive(Args)]
pub(super) struct Train {
    /// Files with labelled texts
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present = "bundled", requires = "label")]
    data: Vec<PathBuf>,
    /// Column with the label
    #[arg(long, value_name = "COLUMN")]
    label: Option<String>,
    /// Column with the text; recognised when not given
    #[arg(long, value_name = "COLUMN")]
    text: Option<String>,
    /// Which question the labels answer: kind, product_area or failure_type
    #[arg(long, value_name = "AXIS", default_value = "failure_type", value_parser = parse_axis)]
    axis: Axis,
    /// Train every axis from the texts that are part of raiz instead
    #[arg(long, conflicts_with_all = ["data", "label", "text", "axis"])]
    bundled: bool,
    /// Folder to write the model to; with --bundled, one folder per axis inside it
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Decides the split and the order of learning
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn parse_axis(name: &str) -> Result<Axis, String> {
    Axis::from_name(name).ok_or_else(|| format!("axes are {}", Axis::ALL.map(Axis::name).join(", ")))
}

/// A text with its label, as read from a file.
struct Example {
    text: String,
    language: Language,
    label: String,
}

impl Train {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        if self.bundled {
            let corpus = corpus::bundled();
            for axis in Axis::ALL {
                let docs: Vec<LabelledText<'_>> = corpus
                    .iter()
                    .map(|entry| LabelledText {
                        text: &entry.text,
                        language: entry.language(),
                        label: entry.label(axis),
                    })
                    .collect();
                train(&docs, axis, self.seed, &self.out.join(axis.name()))?;
            }
            return Ok(Outcome::Done);
        }
        let label = self.label.context("--label names the column with the label")?;
        let mut examples = Vec::new();
        for path in &self.data {
            read_examples(path, &label, self.text.as_deref(), &mut examples)?;
        }
        let docs: Vec<LabelledText<'_>> = examples
            .iter()
            .map(|example| LabelledText {
                text: &example.text,
                language: example.language,
                label: &example.label,
            })
            .collect();
        train(&docs, self.axis, self.seed, &self.out)?;
        Ok(Outcome::Done)
    }
}

fn train(docs: &[LabelledText<'_>], axis: Axis, seed: u64, out: &Path) -> anyhow::Result<()> {
    let params = Params { threads: THREADS, ..Params::new(axis, seed) }.check()?;
    let (classifier, card) = Classifier::train(docs, &params)?;
    if let Some(parent) = out.parent() {
        std::fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    }
    classifier.save(&card, out)?;
    show(&card, out);
    Ok(())
}

fn show(card: &Card, out: &Path) {
    let metrics = &card.metrics;
    println!("{}: {} texts, {} labels, {} features", card.name, card.texts, card.labels.len(), card.features);
    println!(
        "  held-out: accuracy {:.3} (always the commonest: {:.3}), macro-F1 {:.3}, ECE {:.3}",
        metrics.accuracy, metrics.majority, metrics.macro_f1, metrics.ece
    );
    println!("  written to {}", out.display());
}

/// Reads texts and labels with the import's own reader, so every format it knows will do.
fn read_examples(
    path: &Path,
    label: &str,
    text: Option<&str>,
    examples: &mut Vec<Example>,
) -> anyhow::Result<()> {
    let mut corrections = vec![(FieldName::Issue, label.to_owned()), (FieldName::ReceivedAt, String::new())];
    corrections.extend(text.map(|column| (FieldName::Text, column.to_owned())));
    let options = Options { corrections, ..Options::new(TimeZone::UTC, Clock::System.now()) };
    let reader = file::open(path, &options)?;
    if reader.plan().mapped(FieldName::Text).is_none() {
        bail!("no column of {} looks like a text; name it with --text", path.display());
    }
    let before = examples.len();
    for row in reader.flatten() {
        let complaint = row.complaint;
        if let (Some(text), Some(label)) = (complaint.text, complaint.facts.issue) {
            let language = complaint.declared_language.unwrap_or_else(|| language::detect(&text));
            examples.push(Example { text, language, label });
        }
    }
    if examples.len() == before {
        bail!("{} has no row with both a text and a value in `{label}`", path.display());
    }
    Ok(())
}

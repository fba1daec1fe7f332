//! `raiz train`: a classifier from labelled texts, written as a model folder with its card.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::Outcome;
use super::labelled::{self, Columns};
use crate::domain::label::NO_FAILURE;
use crate::learn::claims::{ClaimFinder, MarkedLetter};
use crate::learn::classifier::Classifier;
use crate::learn::training::{Card, LabelledText, Params};
use crate::simulate::corpus::{self, CorpusText};

/// Threads used; the result is the same with any number.
const THREADS: usize = 2;

/// Where a text of the bundled corpus has its label.
type LabelOf = fn(&CorpusText) -> &str;

/// What is learned from the bundled corpus, and the label that says none of the others applies.
const BUNDLED: [(&str, LabelOf, Option<&str>); 4] = [
    ("kind", |text| &text.kind, None),
    ("product_area", |text| &text.product_area, None),
    ("failure_type", |text| &text.failure_type, Some(NO_FAILURE)),
    ("severity", |text| &text.severity, None),
];

#[derive(Args)]
pub(super) struct Train {
    /// Files with labelled texts: CSV or JSON lines, plain, .gz or .zst
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present = "bundled", requires = "label")]
    data: Vec<PathBuf>,
    /// Column with the label
    #[arg(long, value_name = "COLUMN")]
    label: Option<String>,
    /// Column with the text; recognised by its name when not given
    #[arg(long, value_name = "COLUMN")]
    text: Option<String>,
    /// Columns to read beside the text, such as product,channel; whoever asks the model gives them too
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    structured: Vec<String>,
    /// Label that says none of the others applies; it is decided first
    #[arg(long, value_name = "LABEL")]
    apart: Option<String>,
    /// Train kind, product area, failure type, severity and other matters of a letter from the texts that are part of raiz instead
    #[arg(long, conflicts_with_all = ["data", "label", "text", "structured", "apart"])]
    bundled: bool,
    /// Folder to write the model to; with --bundled, one folder per question inside it
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Decides the split and the order of learning
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Train {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        if self.bundled {
            let corpus = corpus::bundled();
            for (question, label, apart) in BUNDLED {
                let docs: Vec<LabelledText<'_>> = corpus
                    .iter()
                    .map(|entry| LabelledText {
                        text: &entry.text,
                        language: entry.language(),
                        label: label(entry),
                        moment: None,
                        values: &[],
                    })
                    .collect();
                train(&docs, &[], (question, apart), self.seed, &self.out.join(question))?;
            }
            train_claims(&corpus, self.seed, &self.out.join("claims"))?;
            return Ok(Outcome::Done);
        }
        let label = self.label.context("--label names the column with the label")?;
        let structured = labelled::named_once(self.structured, &label)?;
        let columns = Columns { structured, ..Columns::of(label.clone(), self.text) };
        let examples = labelled::read(&self.data, &columns)?;
        let docs = labelled::for_learning(&examples);
        train(&docs, &columns.structured, (&label, self.apart.as_deref()), self.seed, &self.out)?;
        Ok(Outcome::Done)
    }
}

fn train(
    docs: &[LabelledText<'_>],
    structured: &[String],
    (question, apart): (&str, Option<&str>),
    seed: u64,
    out: &Path,
) -> anyhow::Result<()> {
    let apart = apart.map(str::to_owned);
    let params = Params { threads: THREADS, apart, ..Params::new(question, seed) }.check()?;
    let (classifier, card) = Classifier::train_beside(docs, structured, &params)?;
    if let Some(parent) = out.parent() {
        std::fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    }
    classifier.save(&card, out)?;
    show(&card, out);
    Ok(())
}

/// What finds other matters in a letter: of failure types, which the corpus marks in its letters.
fn train_claims(corpus: &[CorpusText], seed: u64, out: &Path) -> anyhow::Result<()> {
    let letters: Vec<MarkedLetter<'_>> = corpus.iter().map(marked).collect();
    let apart = Some(NO_FAILURE.to_owned());
    let params = Params { threads: THREADS, apart, ..Params::new("failure_type", seed) }.check()?;
    let finder = ClaimFinder::train(&letters, &params)?;
    finder.save(out)?;
    println!("claims: {}\n  written to {}", finder.card().line(), out.display());
    Ok(())
}

fn marked(text: &CorpusText) -> MarkedLetter<'_> {
    let second = text.failure_type_2.iter().map(String::as_str);
    let mut others: Vec<&str> =
        second.chain(text.claims.iter().map(|claim| claim.failure_type.as_str())).collect();
    others.retain(|label| *label != text.failure_type && *label != NO_FAILURE);
    others.sort_unstable();
    others.dedup();
    MarkedLetter {
        text: &text.text,
        language: text.language(),
        main: &text.failure_type,
        others,
        passages: text
            .claims
            .iter()
            .map(|claim| (claim.text.as_str(), claim.failure_type.as_str()))
            .collect(),
        origin: text.template.as_deref().unwrap_or(&text.id),
    }
}

fn show(card: &Card, out: &Path) {
    let metrics = &card.metrics;
    println!("{}: {} texts, {} labels, {} features", card.name, card.texts, card.labels.len(), card.features);
    println!(
        "  held-out: accuracy {:.3} (always the commonest: {:.3}), macro-F1 {:.3}, ECE {:.3}",
        metrics.accuracy, metrics.majority, metrics.macro_f1, metrics.ece
    );
    if !card.structured.is_empty() {
        println!("  reads beside the text: {}", card.structured.join(", "));
    }
    println!("  written to {}", out.display());
}

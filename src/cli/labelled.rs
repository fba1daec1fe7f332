//! Labelled texts from files, for `train` and `evaluate`.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::domain::language::Language;
use crate::intake::columns::FieldName;
use crate::intake::records::{self, Records};
use crate::learn::training::LabelledText;
use crate::text::language;

/// A label of a learned set has at least so many different texts, as in the peers' measure.
pub(super) const MIN_LABEL_COUNT: usize = 5;

/// Which columns of a file hold what.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// Column with the label.
    pub(super) label: String,
    /// Column with the text; recognised by its name when not given.
    pub(super) text: Option<String>,
    /// Column with the date a text came in; recognised by its name when not given.
    pub(super) received: Option<String>,
    /// Columns read beside the text.
    pub(super) structured: Vec<String>,
}

impl Columns {
    /// A label and a text; the date is recognised by its name, and nothing else is read.
    pub(super) fn of(label: String, text: Option<String>) -> Self {
        Self { label, text, received: None, structured: Vec::new() }
    }
}

/// A text with its label, as read from a file.
#[derive(Clone, Debug)]
pub(super) struct Example {
    pub(super) text: String,
    pub(super) label: String,
    /// The language the file states.
    stated: Option<Language>,
    /// When it came in, in seconds since 1970.
    pub(super) moment: Option<i64>,
    /// What the columns read beside the text hold, in their order.
    pub(super) values: Vec<String>,
}

impl Example {
    /// The stated language, or the recognised one.
    pub(super) fn language(&self) -> Language {
        self.stated.unwrap_or_else(|| language::detect(&self.text))
    }
}

/// Reads every row with a text and a label.
///
/// # Errors
/// When a file cannot be read, lacks a column, or has no such row.
pub(super) fn read(files: &[PathBuf], columns: &Columns) -> anyhow::Result<Vec<Example>> {
    let mut examples = Vec::new();
    for path in files {
        read_file(path, columns, &mut examples)?;
    }
    Ok(examples)
}

fn read_file(path: &Path, columns: &Columns, examples: &mut Vec<Example>) -> anyhow::Result<()> {
    let records = Records::read(path)?;
    let file = path.display();
    let named = |name: &str, what: &str| {
        let known = records.columns.join(", ");
        records
            .column(name)
            .with_context(|| format!("{file} has no column `{name}` with the {what}; it has: {known}"))
    };
    let label = named(&columns.label, "label")?;
    let text = match &columns.text {
        Some(name) => named(name, "text")?,
        None => records.column_of(FieldName::Text).with_context(|| {
            format!(
                "no column of {file} is named like a text; name it with --text; it has: {}",
                records.columns.join(", ")
            )
        })?,
    };
    let moment = match &columns.received {
        Some(name) => Some(named(name, "date")?),
        None => records.column_of(FieldName::ReceivedAt),
    };
    let stated = records.column_of(FieldName::Language);
    let structured = columns.structured.iter().map(|name| named(name, "values beside the text"));
    let structured = structured.collect::<anyhow::Result<Vec<usize>>>()?;
    if structured.contains(&text) {
        bail!("--structured names `{}`, which holds the text; leave it out", records.columns[text]);
    }
    if let Some((line, reason)) = records.broken.first() {
        let more = records.broken.len() - 1;
        eprintln!("{file}, line {line}: {reason}; the row is passed over, and {more} more");
    }
    let before = examples.len();
    for row in &records.rows {
        let cell = |place: usize| row.get(place).map_or("", String::as_str);
        if cell(text).trim().is_empty() || cell(label).trim().is_empty() {
            continue;
        }
        let stated = stated.map(|place| Language::from_code(cell(place)));
        examples.push(Example {
            text: cell(text).to_owned(),
            label: cell(label).trim().to_owned(),
            stated: stated.filter(|language| *language != Language::Unknown),
            moment: moment.and_then(|place| records::iso_seconds(cell(place))),
            values: structured.iter().map(|&place| cell(place).to_owned()).collect(),
        });
    }
    if examples.len() == before {
        bail!("{file} has no row with both a text and a value in `{}`", columns.label);
    }
    Ok(())
}

/// The columns to read beside the text; each once, and not the label.
///
/// # Errors
/// When one is named twice, or is the label itself.
pub(super) fn named_once(columns: Vec<String>, label: &str) -> anyhow::Result<Vec<String>> {
    let mut seen = HashSet::new();
    for column in &columns {
        if column == label {
            bail!("--structured names `{column}`, which is the label; leave it out");
        }
        if !seen.insert(column) {
            bail!("--structured names `{column}` twice; name it once");
        }
    }
    Ok(columns)
}

/// Leaves the first of texts that are alike but for case and spacing, and none that is in `seen`.
pub(super) fn without_repeats(examples: Vec<Example>, seen: &mut HashSet<String>) -> Vec<Example> {
    let key = |text: &str| text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    examples.into_iter().filter(|example| seen.insert(key(&example.text))).collect()
}

/// The labels with enough texts to be learned, sorted.
pub(super) fn frequent_labels(examples: &[Example]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    examples.iter().for_each(|example| *counts.entry(&example.label).or_default() += 1);
    counts.retain(|_, count| *count >= MIN_LABEL_COUNT);
    counts.into_keys().map(str::to_owned).collect()
}

/// The same texts as the learners take them.
pub(super) fn for_learning(examples: &[Example]) -> Vec<LabelledText<'_>> {
    examples
        .iter()
        .map(|example| LabelledText {
            text: &example.text,
            language: example.language(),
            label: &example.label,
            moment: example.moment,
            values: &example.values,
        })
        .collect()
}

//! `raiz classify`: one text a line from standard input, one JSON object a line to standard output. For a model that
//! reads columns beside the text the lines are JSON objects too.

use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use serde_json::{Map, Value, json};

use super::Outcome;
use super::explain::as_object;
use crate::config::Config;
use crate::domain::label::Axis;
use crate::domain::language::Language;
use crate::learn::classifier::Classifier;
use crate::pipeline::claims::claims;
use crate::pipeline::models;
use crate::text::language;

/// Lines labelled together.
const BATCH: usize = 256;
/// Threads used; the answers are the same with any number.
const THREADS: usize = 2;

#[derive(Args)]
pub(super) struct Classify {
    /// Folder of a model; without it, the models raiz works with
    #[arg(long, value_name = "DIR")]
    model: Vec<PathBuf>,
}

/// A model with the name its answers stand under.
struct Named {
    axis: String,
    model: String,
    classifier: Classifier,
}

impl Classify {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<Outcome> {
        let models = if self.model.is_empty() {
            in_use(&config.models_dir())?
        } else {
            self.model.iter().map(|folder| from_folder(folder)).collect::<anyhow::Result<_>>()?
        };
        let reads_columns = models.iter().any(|model| !model.classifier.structured().is_empty());
        let mut out = io::BufWriter::new(io::stdout().lock());
        let mut lines = Vec::with_capacity(BATCH);
        for (number, line) in (1..).zip(io::stdin().lock().lines()) {
            let line = line.context("standard input is not UTF-8 text")?;
            let asked = if reads_columns { Asked::parse(&line, &models) } else { Ok(Asked::text(line)) };
            lines.push(asked.with_context(|| format!("line {number}"))?);
            if lines.len() == BATCH {
                answer(&models, &lines, &mut out)?;
                lines.clear();
            }
        }
        answer(&models, &lines, &mut out)?;
        out.flush()?;
        Ok(Outcome::Done)
    }
}

/// A text to label, with what each of the models reads beside it.
struct Asked {
    text: String,
    /// By model, in the order of its columns; nothing where no model reads any.
    values: Vec<Vec<String>>,
}

impl Asked {
    fn text(text: String) -> Self {
        Self { text, values: Vec::new() }
    }

    /// From a JSON object with `text` and a member for each column a model reads.
    fn parse(line: &str, models: &[Named]) -> anyhow::Result<Self> {
        let object: Map<String, Value> = serde_json::from_str(line).context(
            "a model reads columns beside the text: write a JSON object with `text` and a member for each column",
        )?;
        let text = object.get("text").and_then(Value::as_str).context("no member `text` with a text")?;
        let value = |column: &str| match object.get(column) {
            Some(Value::String(value)) => Ok(value.clone()),
            Some(Value::Null) => Ok(String::new()),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => Ok(value.to_string()),
            Some(_) => bail!("`{column}` is a list or an object; write one value"),
            None => bail!("no member `{column}`, which a model reads beside the text; write null for none"),
        };
        let of_model = |model: &Named| model.classifier.structured().names().map(value).collect();
        let values = models.iter().map(of_model).collect::<anyhow::Result<_>>()?;
        Ok(Self { text: text.to_owned(), values })
    }
}

fn in_use(folder: &Path) -> anyhow::Result<Vec<Named>> {
    let models = models::classifiers_in_use(folder)?;
    let named = models.into_iter().map(|(axis, model, classifier)| Named {
        axis: axis.name().to_owned(),
        model,
        classifier,
    });
    Ok(named.collect())
}

fn from_folder(folder: &Path) -> anyhow::Result<Named> {
    let (classifier, card) = Classifier::load(folder)?;
    Ok(Named { axis: card.params.question, model: card.name, classifier })
}

/// Writes one object for each line, blank ones included, so that answers stand beside their texts.
fn answer(models: &[Named], lines: &[Asked], out: &mut impl Write) -> anyhow::Result<()> {
    let texts: Vec<(&str, Language)> =
        lines.iter().map(|line| (line.text.as_str(), language::detect(&line.text))).collect();
    let mut answers: Vec<Map<String, Value>> = texts
        .iter()
        .map(|(_, language)| Map::from_iter([("language".to_owned(), json!(language.code()))]))
        .collect();
    for (at, Named { axis, model, classifier }) in models.iter().enumerate() {
        let labels = classifier.labels();
        let values = lines.iter().map(|line| line.values.get(at).map_or(&[][..], Vec::as_slice));
        let mut all = classifier.scores_beside(&texts, values, THREADS);
        all.iter_mut().for_each(|scores| classifier.doubt().weigh(scores));
        for ((answer, own), (text, _)) in answers.iter_mut().zip(&all).zip(&texts) {
            let set = classifier.prediction_set(own);
            let named = |place: &usize| json!({"label": labels[*place], "probability": own[*place]});
            answer.insert(
                axis.clone(),
                json!({
                    "label": labels[set[0]],
                    "probability": own[set[0]],
                    "unsure": set.len() > 1 || text.trim().is_empty(),
                    "set": set.iter().map(named).collect::<Vec<_>>(),
                    "model": model,
                }),
            );
        }
    }
    let areas = models.iter().find(|model| model.axis == Axis::ProductArea.name());
    for (mut answer, &text) in answers.into_iter().zip(&texts) {
        let given = |axis: Axis| Some(answer.get(axis.name())?.get("label")?.as_str()?.to_owned());
        if let Some(main) = given(Axis::FailureType) {
            let area = given(Axis::ProductArea);
            let found = claims(text, &main, area.as_deref(), areas.map(|model| &model.classifier));
            answer.insert("claims".to_owned(), found.iter().map(as_object).collect());
        }
        serde_json::to_writer(&mut *out, &answer)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

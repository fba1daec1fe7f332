//! `raiz classify`: one text a line from standard input, one JSON object a line to standard output.

use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
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
        let mut out = io::BufWriter::new(io::stdout().lock());
        let mut lines = Vec::with_capacity(BATCH);
        for line in io::stdin().lock().lines() {
            lines.push(line.context("standard input is not UTF-8 text")?);
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
fn answer(models: &[Named], lines: &[String], out: &mut impl Write) -> anyhow::Result<()> {
    let texts: Vec<(&str, Language)> =
        lines.iter().map(|line| (line.as_str(), language::detect(line))).collect();
    let mut answers: Vec<Map<String, Value>> = texts
        .iter()
        .map(|(_, language)| Map::from_iter([("language".to_owned(), json!(language.code()))]))
        .collect();
    for Named { axis, model, classifier } in models {
        let labels = classifier.labels();
        let all = classifier.probabilities(&texts, THREADS);
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

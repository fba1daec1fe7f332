//! Versions of models: a new one is compared with the one in force, put to work by a person's word, and can
//! be taken back. The store says which is in force; the models folder holds them all.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::calibrate::{TooFewOfAKind, is_kept_back};
use super::models::{self, Models};
use super::{Pipeline, PipelineError, THREADS, compute};
use crate::domain::label::Axis;
use crate::domain::language::Language;
use crate::domain::time::Day;
use crate::learn::classifier::Classifier;
use crate::learn::comparison::{Compared, Given, compare};
pub use crate::learn::comparison::{Comparison, LabelLine, Side};
pub use crate::learn::evaluate::Interval;
pub use crate::learn::training::Card;

/// Judged complaints compared on: the newest.
const JUDGED: i64 = 5_000;
/// Fewer judged texts say nothing about a model.
pub const FEWEST_JUDGED: usize = 30;
/// Complaints the changes are counted on: the newest.
const LOOKED_AT: i64 = 5_000;
/// Changed complaints named one by one.
const NAMED: usize = 200;
/// Days the counts of the model before are kept for, so that both can be seen side by side: half a year.
const OVERLAP_DAYS: i32 = 182;
/// What a report names that was made from what people decided.
pub const JUDGEMENTS: &str = "judgements";
/// Seed of the intervals: a report can be made again.
const SEED: u64 = 1;

/// A text whose label is known.
#[derive(Clone, Debug)]
pub struct KnownText {
    /// The text.
    pub text: String,
    /// Its language.
    pub language: Language,
    /// Its label.
    pub label: String,
    /// What it counts: 1, or more where it stands for others nobody labelled.
    pub weight: f32,
}

/// A new model beside the one in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparisonReport {
    /// The question both answer.
    pub axis: Axis,
    /// The model in force when they were compared.
    pub old: String,
    /// The new model.
    pub new: String,
    /// What they were judged on: `judgements`, or the name of a file.
    pub judged_on: String,
    /// How good both are.
    pub comparison: Comparison,
    /// What would change among the newest complaints no person decided.
    pub changes: Changes,
}

/// Which labels would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Complaints looked at.
    pub looked_at: usize,
    /// Those whose label would change.
    pub changed: usize,
    /// From which answer to which, and how many; the most first.
    pub moves: Vec<(String, String, usize)>,
    /// The newest that change: id, answer of the old model, answer of the new.
    pub complaints: Vec<(String, String, String)>,
}

/// A model of the folder.
#[derive(Clone, Debug)]
pub struct ModelLine {
    /// Its card.
    pub card: Card,
    /// Whether it labels complaints now.
    pub in_force: bool,
    /// Its comparison with the one in force, if there is one.
    pub report: Option<ComparisonReport>,
}

/// Why a model is not compared, promoted or taken back.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's message says what it is")]
pub enum PromotionError {
    #[error("no model is in force for {axis}; put the new one into the models folder as `{axis}`")]
    NothingInForce { axis: &'static str },
    #[error("{name} is in force already; train another")]
    InForce { name: String },
    #[error(
        "{judged} texts have a label both models can be judged on, {FEWEST_JUDGED} at least are needed; judge more complaints or give --data"
    )]
    TooFewJudged { judged: usize },
    #[error(
        "of the labels the model {} only {} are reviewed, too few to stand for the others; review {} of them at least or give --data",
        if .0.sure { "is sure of" } else { "doubts" }, .0.reviewed, crate::stats::true_counts::FEWEST_REVIEWED
    )]
    TooFewOfAKind(TooFewOfAKind),
    #[error("no model {name} was compared; run `raiz models compare` with its folder first")]
    NotCompared { name: String },
    #[error("{name} was compared with {old}, but {in_force} is in force; compare it again")]
    ComparedWithAnother { name: String, old: String, in_force: String },
    #[error("no promotion of {axis} can be taken back")]
    NothingBefore { axis: &'static str },
    #[error("another model was put to work meanwhile; nothing was written")]
    Outdated,
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    #[error(transparent)]
    Learn(#[from] crate::learn::LearnError),
}

impl Pipeline {
    /// Judges the model in `folder` and the one in force on the same texts (`known`, or without it what
    /// people decided), and keeps the model and the report in the models folder.
    pub async fn compare_model(
        &self,
        axis: Axis,
        folder: PathBuf,
        known: Option<(String, Vec<KnownText>)>,
    ) -> Result<ComparisonReport, PromotionError> {
        let taxonomy = self.taxonomy();
        let judged = match known {
            Some(known) => known,
            None => {
                let judged = self.store.judged_complaints(axis, JUDGED).await?;
                let known = judged.into_iter().map(|judged| KnownText {
                    text: judged.text,
                    language: judged.language,
                    label: judged.value,
                    weight: 1.0,
                });
                (JUDGEMENTS.to_owned(), known.collect())
            }
        };
        let newest = self.store.newest_labelled(axis, LOOKED_AT).await?;
        let models = self.models();
        let dir = self.models_dir.clone();
        compute(move || {
            let (_, old) = models
                .classifiers()
                .find(|(known, _)| *known == axis)
                .ok_or(PromotionError::NothingInForce { axis: axis.name() })?;
            let (new, card) = Classifier::load_of_texts(&folder)?;
            if card.name == old.name {
                return Err(PromotionError::InForce { name: card.name });
            }
            let present = |label: &str| taxonomy.present(axis, label).to_owned();
            let both = |texts: &[(&str, Language)]| {
                let sides = [&old.classifier, &new].map(|classifier| {
                    let given = classifier.predict_many(texts, THREADS).into_iter();
                    given.map(|given| (present(given.label), given.probability)).collect::<Vec<_>>()
                });
                let [old, new] = sides;
                old.into_iter().zip(new).collect::<Vec<_>>()
            };
            let (judged_on, mut known) = judged;
            if card.calibrated.is_some() && judged_on == JUDGEMENTS {
                known.retain(|known| is_kept_back(&known.text));
            }
            let truths: Vec<String> = known.iter().map(|known| present(&known.label)).collect();
            let said = [&old.classifier, &new].map(|model| said(model, &known, &truths, &present));
            let compared: Vec<Compared<'_>> = truths
                .iter()
                .zip(&known)
                .zip(said[0].iter().zip(&said[1]))
                .map(|((truth, known), (old, new))| Compared {
                    truth,
                    old: old.given(),
                    new: new.given(),
                    weight: known.weight,
                })
                .collect();
            let few = PromotionError::TooFewJudged { judged: compared.len() };
            if compared.len() < FEWEST_JUDGED {
                return Err(few);
            }
            let comparison = compare(&compared, SEED).ok_or(few)?;
            let texts: Vec<(&str, Language)> =
                newest.iter().map(|newest| (newest.text.as_str(), newest.language)).collect();
            let ids = newest.iter().map(|newest| newest.id.to_string());
            let changes = Changes::of(ids.zip(both(&texts)));
            let report = ComparisonReport {
                axis,
                old: old.name.clone(),
                new: card.name.clone(),
                judged_on,
                comparison,
                changes,
            };
            new.save(&card, &models::version_dir(&dir, axis, &card.name))?;
            write_report(&dir, &report)?;
            Ok(report)
        })
        .await?
    }

    /// Every model of the folder and the one in force, axis by axis.
    pub async fn model_versions(&self) -> Result<Vec<(Axis, Vec<ModelLine>)>, PipelineError> {
        let dir = self.models_dir.clone();
        let models = self.models();
        compute(move || {
            Axis::ALL
                .into_iter()
                .map(|axis| {
                    let in_force = models.classifiers().find(|(known, _)| *known == axis);
                    let in_force = in_force.map(|(_, model)| (model.name.clone(), model.card.clone()));
                    (axis, lines_of(&dir, axis, in_force))
                })
                .collect()
        })
        .await
    }

    /// Puts a compared model to work. Labels are given anew in the background.
    pub async fn promote_model(&self, axis: Axis, name: &str, note: &str) -> Result<i64, PromotionError> {
        self.refresh_models().await?;
        let in_force = self.model_in_force(axis)?;
        if in_force == name {
            return Err(PromotionError::InForce { name: name.to_owned() });
        }
        let report = read_report(&self.models_dir, axis, name)
            .ok_or_else(|| PromotionError::NotCompared { name: name.to_owned() })?;
        if report.old != in_force {
            let (name, old) = (name.to_owned(), report.old);
            return Err(PromotionError::ComparedWithAnother { name, old, in_force });
        }
        self.put_to_work(axis, name, &in_force, note).await
    }

    /// Takes the last promotion of an axis back: the model before it works again.
    pub async fn roll_back_model(&self, axis: Axis, note: &str) -> Result<i64, PromotionError> {
        self.refresh_models().await?;
        let in_force = self.model_in_force(axis)?;
        let promotions = self.store.promotions().await?;
        let last = promotions.iter().find(|promotion| promotion.axis == axis && promotion.model == in_force);
        let last = last.ok_or(PromotionError::NothingBefore { axis: axis.name() })?;
        self.put_to_work(axis, &last.previous, &in_force, note).await
    }

    async fn put_to_work(
        &self,
        axis: Axis,
        name: &str,
        in_force: &str,
        note: &str,
    ) -> Result<i64, PromotionError> {
        // What cannot be loaded is refused before anything is written.
        let (dir, wanted, old) = (self.models_dir.clone(), name.to_owned(), in_force.to_owned());
        compute(move || {
            models::keep_version(&dir, axis, &old).and_then(|()| models::named(&dir, axis, &wanted))
        })
        .await??
        .ok_or_else(|| PromotionError::NotCompared { name: name.to_owned() })?;
        let last = self.store.span_of_days().await?.map_or(Day(0), |(_, last)| last);
        let from = Day(last.0.saturating_sub(OVERLAP_DAYS - 1));
        let seq = self.store.promote(axis, name, in_force, note, from).await?;
        let seq = seq.ok_or(PromotionError::Outdated)?;
        let (dir, name) = (self.models_dir.clone(), name.to_owned());
        compute(move || models::install(&dir, axis, &name)).await??;
        self.refresh_models().await?;
        Ok(seq)
    }

    fn model_in_force(&self, axis: Axis) -> Result<String, PromotionError> {
        let models = self.models();
        let in_force = models.classifiers().find(|(known, _)| *known == axis);
        in_force
            .map(|(_, model)| model.name.clone())
            .ok_or(PromotionError::NothingInForce { axis: axis.name() })
    }

    /// Loads the models anew when a promotion happened since, here or in another process.
    pub async fn refresh_models(&self) -> Result<(), PipelineError> {
        let last = self.store.promotions().await?.first().map_or(0, |promotion| promotion.seq);
        if self.models().promoted == last {
            return Ok(());
        }
        let models = Models::load(&self.models_dir, &self.store, self.vectors.as_ref()).await?;
        self.use_models(models);
        Ok(())
    }
}

/// What a model says of a text, in the words of the taxonomy in force.
struct Said {
    label: String,
    probability: f32,
    set_size: usize,
    in_set: bool,
}

impl Said {
    fn given(&self) -> Given<'_> {
        let Self { label, probability, set_size, in_set } = self;
        Given { label, probability: *probability, set_size: *set_size, in_set: *in_set }
    }
}

fn said(
    model: &Classifier,
    known: &[KnownText],
    truths: &[String],
    present: &impl Fn(&str) -> String,
) -> Vec<Said> {
    let texts: Vec<(&str, Language)> =
        known.iter().map(|known| (known.text.as_str(), known.language)).collect();
    let probabilities = model.probabilities(&texts, THREADS);
    let one = |(own, truth): (&Vec<f32>, &String)| {
        let set = model.prediction_set(own);
        let labels: BTreeSet<String> = set.iter().map(|&place| present(&model.labels()[place])).collect();
        Said {
            label: present(&model.labels()[set[0]]),
            probability: own[set[0]],
            set_size: labels.len(),
            in_set: labels.contains(truth),
        }
    };
    probabilities.iter().zip(truths).map(one).collect()
}

impl Changes {
    fn of(both: impl Iterator<Item = (String, ((String, f32), (String, f32)))>) -> Self {
        let mut changes = Self::default();
        let mut moves = std::collections::BTreeMap::<(String, String), usize>::new();
        for (id, ((old, _), (new, _))) in both {
            changes.looked_at += 1;
            if old != new {
                changes.changed += 1;
                if changes.complaints.len() < NAMED {
                    changes.complaints.push((id, old.clone(), new.clone()));
                }
                *moves.entry((old, new)).or_default() += 1;
            }
        }
        changes.moves = moves.into_iter().map(|((old, new), count)| (old, new, count)).collect();
        changes.moves.sort_by_key(|(.., count)| std::cmp::Reverse(*count));
        changes
    }
}

fn lines_of(dir: &Path, axis: Axis, in_force: Option<(String, Card)>) -> Vec<ModelLine> {
    let name = in_force.as_ref().map(|(name, _)| name.clone());
    let mut lines: Vec<ModelLine> =
        in_force.into_iter().map(|(_, card)| ModelLine { card, in_force: true, report: None }).collect();
    for card in models::kept_cards(dir, axis) {
        if Some(&card.name) != name.as_ref() {
            let report =
                read_report(dir, axis, &card.name).filter(|report| Some(&report.old) == name.as_ref());
            lines.push(ModelLine { card, in_force: false, report });
        }
    }
    lines
}

fn report_path(dir: &Path, axis: Axis, name: &str) -> PathBuf {
    models::version_dir(dir, axis, name).with_extension("comparison.json")
}

fn read_report(dir: &Path, axis: Axis, name: &str) -> Option<ComparisonReport> {
    let bytes = std::fs::read(report_path(dir, axis, name)).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn write_report(dir: &Path, report: &ComparisonReport) -> Result<(), PipelineError> {
    let path = report_path(dir, report.axis, &report.new);
    let bytes = serde_json::to_vec_pretty(report).unwrap_or_default();
    std::fs::write(&path, bytes).map_err(|source| PipelineError::Write { path, source })
}

#[cfg(test)]
pub(crate) fn sample_comparison() -> Comparison {
    let texts: Vec<Compared<'_>> = (0..90)
        .map(|at| {
            let truth = ["delay", "no_response", "usage"][at % 3];
            let old = if at % 4 == 0 { "delay" } else { truth };
            let said = |label, probability| Given { label, probability, set_size: 1, in_set: label == truth };
            Compared { truth, old: said(old, 0.6), new: said(truth, 0.8), weight: 1.0 }
        })
        .collect();
    compare(&texts, SEED).expect("some texts")
}

#[cfg(test)]
pub(crate) fn sample_card(name: &str) -> Card {
    let bundled = models::bundled(Axis::FailureType).expect("readable").expect("a bundled model");
    let mut card = bundled.card;
    card.name = name.to_owned();
    card
}

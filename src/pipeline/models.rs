//! The models in use: one classifier per axis and the groups new complaints may join. Models trained on
//! this machine win over the bundled ones.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rust_embed::RustEmbed;

use crate::domain::id::ClusterId;
use crate::domain::label::Axis;
use crate::domain::language::Language;
use crate::learn::LearnError;
use crate::learn::artefact::{CARD_FILE, MODEL_FILE};
use crate::learn::assign::GroupModel;
use crate::learn::claims::ClaimFinder;
use crate::learn::claims::file::RULE_FILE;
use crate::learn::classifier::Classifier;
use crate::learn::reading::ReadTexts;
use crate::learn::training::Card;
use crate::learn::word_vectors::WordVectors;
use crate::store::Store;
use crate::text::analyzer::Analyzer;

use super::PipelineError;

/// Folder of what finds other matters of a letter, among the bundled models.
const CLAIMS: &str = "claims";
/// Folder of the groups' model inside the models folder.
const GROUPS: &str = "groups";
/// Folder of earlier and of compared classifiers inside the models folder.
const VERSIONS: &str = "versions";

/// The models that are part of the program, one folder per axis.
#[derive(RustEmbed)]
#[folder = "models/"]
#[include = "*.json"]
#[include = "*.bin"]
struct Bundled;

/// A classifier with the name its labels carry.
pub(super) struct NamedClassifier {
    pub(super) name: String,
    pub(super) card: Card,
    pub(super) classifier: Classifier,
}

/// All models in use.
pub(super) struct Models {
    analyzer: Arc<Analyzer>,
    classifiers: Vec<(Axis, Arc<NamedClassifier>)>,
    groups: Option<GroupModel>,
    /// The last promotion these follow; 0 when there was none.
    pub(super) promoted: i64,
}

impl Models {
    /// Loads the models of `dir`, and the bundled ones for axes it has none for. A model that cannot be
    /// used is passed over with a warning that says why: a service without it still takes complaints in.
    pub(super) async fn load(
        dir: &Path,
        store: &Store,
        vectors: Option<&Arc<WordVectors>>,
    ) -> Result<Self, PipelineError> {
        let mut classifiers = Vec::new();
        let promotions = store.promotions().await?;
        for axis in Axis::ALL {
            let promoted = promotions.iter().find(|promotion| promotion.axis == axis);
            match in_force(dir, axis, promoted.map(|promotion| promotion.model.as_str())) {
                Ok(Some(classifier)) => classifiers.push((axis, Arc::new(classifier))),
                Ok(None) => {
                    tracing::warn!(axis = axis.name(), "no model: complaints get no label on this axis")
                }
                Err(error) => {
                    tracing::warn!(
                        axis = axis.name(),
                        error = &error as &dyn std::error::Error,
                        "the model cannot be used"
                    );
                }
            }
        }
        let known: HashSet<ClusterId> =
            store.clusters().await?.into_iter().map(|cluster| cluster.id).collect();
        let ended = store.ended_clusters(&[]).await?;
        let folder = groups_dir(dir);
        let groups = match folder.exists().then(|| GroupModel::load(&folder, vectors)) {
            // A model is written before its clusters are founded; those that never were are left out.
            Some(Ok((groups, _))) => {
                // One that was merged or ended since goes where its complaints went.
                let unknown: Vec<ClusterId> = groups.clusters().filter(|id| !known.contains(id)).collect();
                Some(unknown.into_iter().fold(groups, |groups, id| match ended.get(&id) {
                    Some(Some(into)) => groups.merged(id, *into),
                    _ => groups.without(id),
                }))
            }
            Some(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the groups' model cannot be used");
                None
            }
            None => None,
        };
        let promoted = promotions.first().map_or(0, |promotion| promotion.seq);
        Ok(Self { analyzer: Arc::default(), classifiers, groups, promoted })
    }

    /// The same classifiers with other groups.
    pub(super) fn with_groups(&self, groups: GroupModel) -> Self {
        Self {
            analyzer: Arc::clone(&self.analyzer),
            classifiers: self.classifiers.clone(),
            groups: Some(groups),
            promoted: self.promoted,
        }
    }

    pub(super) fn classifiers(&self) -> impl Iterator<Item = (Axis, &NamedClassifier)> {
        self.classifiers.iter().map(|(axis, classifier)| (*axis, classifier.as_ref()))
    }

    pub(super) fn groups(&self) -> Option<&GroupModel> {
        self.groups.as_ref()
    }

    /// Reads a batch for every model at once.
    pub(super) fn read(&self, texts: &[(&str, Language)], threads: usize) -> ReadTexts {
        ReadTexts::new(&self.analyzer, texts, threads)
    }

    /// The cluster each text joins, if any, and how close it is to it; `read` has the same texts read before.
    pub(super) fn assign(
        &self,
        texts: &[(&str, Language)],
        read: &ReadTexts,
        threads: usize,
    ) -> Vec<Option<(ClusterId, f32)>> {
        match &self.groups {
            Some(groups) => groups.nearest_of_read(texts, read, threads),
            None => vec![None; read.len()],
        }
    }
}

/// The classifiers that would label complaints now, with the names their labels carry: those of `dir`, and
/// the bundled ones for axes it has none for.
///
/// # Errors
/// When a model of `dir` cannot be used.
pub fn classifiers_in_use(dir: &Path) -> Result<Vec<(Axis, String, Classifier)>, LearnError> {
    let mut all = Vec::new();
    for axis in Axis::ALL {
        all.extend(classifier(dir, axis)?.map(|named| (axis, named.name, named.classifier)));
    }
    Ok(all)
}

/// Where the groups' model lies.
pub(super) fn groups_dir(models_dir: &Path) -> PathBuf {
    models_dir.join(GROUPS)
}

/// The classifier of an axis: the promoted one, where there is one and it can be found.
fn in_force(dir: &Path, axis: Axis, promoted: Option<&str>) -> Result<Option<NamedClassifier>, LearnError> {
    if let Some(name) = promoted {
        match named(dir, axis, name)? {
            Some(found) => return Ok(Some(found)),
            None => tracing::warn!(
                axis = axis.name(),
                model = name,
                "the promoted model is not in the models folder; another works in its place"
            ),
        }
    }
    classifier(dir, axis)
}

/// The classifier of an axis: trained here, else bundled, else none.
fn classifier(dir: &Path, axis: Axis) -> Result<Option<NamedClassifier>, LearnError> {
    let own = dir.join(axis.name());
    if own.exists() { loaded(&own).map(Some) } else { bundled(axis) }
}

/// The classifier of that name, wherever it lies: in its place, among the versions, or bundled.
pub(super) fn named(dir: &Path, axis: Axis, name: &str) -> Result<Option<NamedClassifier>, LearnError> {
    for folder in [dir.join(axis.name()), version_dir(dir, axis, name)] {
        if card(&folder).is_some_and(|card| card.name == name) {
            return loaded(&folder).map(Some);
        }
    }
    Ok(bundled(axis)?.filter(|bundled| bundled.name == name))
}

/// Where a version is kept beside the one in its place.
pub(super) fn version_dir(dir: &Path, axis: Axis, name: &str) -> PathBuf {
    dir.join(VERSIONS).join(axis.name()).join(name)
}

/// Keeps the model in its place among the versions too, before another takes the place. The bundled one
/// needs no keeping.
pub(super) fn keep_version(dir: &Path, axis: Axis, name: &str) -> Result<(), LearnError> {
    let (place, kept) = (dir.join(axis.name()), version_dir(dir, axis, name));
    if card(&place).is_some_and(|card| card.name == name) && card(&kept).is_none() {
        let NamedClassifier { card, classifier, .. } = loaded(&place)?;
        classifier.save(&card, &kept)?;
    }
    Ok(())
}

/// Puts a version in its place, for those who ask the folder and not the store. The bundled one has its
/// place when no other is in it.
pub(super) fn install(dir: &Path, axis: Axis, name: &str) -> Result<(), LearnError> {
    let (place, kept) = (dir.join(axis.name()), version_dir(dir, axis, name));
    if card(&kept).is_some() {
        let NamedClassifier { card, classifier, .. } = loaded(&kept)?;
        return classifier.save(&card, &place);
    }
    match std::fs::remove_dir_all(&place) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(LearnError::Io { path: place, source })
        }
        _ => Ok(()),
    }
}

/// Cards of the versions kept of an axis, by name.
pub(super) fn kept_cards(dir: &Path, axis: Axis) -> Vec<Card> {
    let Ok(folders) = std::fs::read_dir(dir.join(VERSIONS).join(axis.name())) else { return Vec::new() };
    let mut cards: Vec<Card> = folders.flatten().filter_map(|folder| card(&folder.path())).collect();
    cards.sort_by(|a, b| a.name.cmp(&b.name));
    cards
}

fn card(folder: &Path) -> Option<Card> {
    serde_json::from_slice(&std::fs::read(folder.join(CARD_FILE)).ok()?).ok()
}

fn loaded(folder: &Path) -> Result<NamedClassifier, LearnError> {
    let (classifier, card) = Classifier::load_of_texts(folder)?;
    Ok(NamedClassifier { name: card.name.clone(), card, classifier })
}

/// What finds other matters in a letter; part of the program.
pub(super) fn claim_finder() -> Result<Option<ClaimFinder>, LearnError> {
    let file = |name: &str| Bundled::get(&format!("{CLAIMS}/{name}"));
    let (Some(card), Some(model), Some(rule)) = (file(CARD_FILE), file(MODEL_FILE), file(RULE_FILE)) else {
        return Ok(None);
    };
    ClaimFinder::from_bytes(&card.data, &model.data, &rule.data).map(Some)
}

pub(super) fn bundled(axis: Axis) -> Result<Option<NamedClassifier>, LearnError> {
    let file = |name: &str| Bundled::get(&format!("{}/{name}", axis.name()));
    let (Some(card), Some(model)) = (file(CARD_FILE), file(MODEL_FILE)) else { return Ok(None) };
    let (classifier, card) = Classifier::from_bytes(&card.data, &model.data)?;
    Ok(Some(NamedClassifier { name: card.name.clone(), card, classifier }))
}

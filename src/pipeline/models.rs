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
use crate::learn::classifier::Classifier;
use crate::learn::reading::ReadTexts;
use crate::store::Store;
use crate::text::analyzer::Analyzer;

use super::PipelineError;

/// Folder of the groups' model inside the models folder.
const GROUPS: &str = "groups";

/// The models that are part of the program, one folder per axis.
#[derive(RustEmbed)]
#[folder = "models/"]
#[include = "*.json"]
#[include = "*.bin"]
struct Bundled;

/// A classifier with the name its labels carry.
pub(super) struct NamedClassifier {
    pub(super) name: String,
    pub(super) classifier: Classifier,
}

/// All models in use.
pub(super) struct Models {
    analyzer: Arc<Analyzer>,
    classifiers: Vec<(Axis, Arc<NamedClassifier>)>,
    groups: Option<GroupModel>,
}

impl Models {
    /// Loads the models of `dir`, and the bundled ones for axes it has none for. A model that cannot be
    /// used is passed over with a warning that says why: a service without it still takes complaints in.
    pub(super) async fn load(dir: &Path, store: &Store) -> Result<Self, PipelineError> {
        let mut classifiers = Vec::new();
        for axis in Axis::ALL {
            match classifier(dir, axis) {
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
        let folder = groups_dir(dir);
        let groups = match folder.exists().then(|| GroupModel::load(&folder)) {
            // A model is written before its clusters are founded; those that never were are left out.
            Some(Ok((groups, _))) => {
                let unknown: Vec<ClusterId> = groups.clusters().filter(|id| !known.contains(id)).collect();
                Some(unknown.into_iter().fold(groups, |groups, id| groups.without(id)))
            }
            Some(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the groups' model cannot be used");
                None
            }
            None => None,
        };
        Ok(Self { analyzer: Arc::default(), classifiers, groups })
    }

    /// The same classifiers with other groups.
    pub(super) fn with_groups(&self, groups: GroupModel) -> Self {
        Self {
            analyzer: Arc::clone(&self.analyzer),
            classifiers: self.classifiers.clone(),
            groups: Some(groups),
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

    /// The cluster each text joins, if any, and how close it is to it.
    pub(super) fn assign(&self, texts: &ReadTexts, threads: usize) -> Vec<Option<(ClusterId, f32)>> {
        match &self.groups {
            Some(groups) => groups.nearest_of_read(texts, threads),
            None => vec![None; texts.len()],
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

/// The classifier of an axis: trained here, else bundled, else none.
fn classifier(dir: &Path, axis: Axis) -> Result<Option<NamedClassifier>, LearnError> {
    let own = dir.join(axis.name());
    let (classifier, card) = if own.exists() {
        Classifier::load(&own)?
    } else {
        let file = |name: &str| Bundled::get(&format!("{}/{name}", axis.name()));
        let (Some(card), Some(model)) = (file(CARD_FILE), file(MODEL_FILE)) else { return Ok(None) };
        Classifier::from_bytes(&card.data, &model.data)?
    };
    Ok(Some(NamedClassifier { name: card.name, classifier }))
}

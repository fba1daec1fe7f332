//! Labels given anew after another model was put to work, batch by batch. What is left to do is what
//! another model labelled, so an interrupted run goes on where it stopped.

use std::sync::Arc;

use crate::domain::id::ComplaintId;
use crate::domain::label::{Axis, Label, Origin};
use crate::domain::language::Language;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::time::Day;
use crate::learn::classifier::Prediction;
use crate::store::promotions::LabelledComplaint;

use super::models::Models;
use super::{Pipeline, PipelineError, THREADS, compute};

/// Complaints labelled and recorded together.
const BATCH: i64 = 1_000;

impl Pipeline {
    /// Gives labels anew where a promotion is not carried through, until none is left; `progress` is told
    /// how many were given so far. Gives how many answers changed.
    pub async fn relabel(&self, progress: &mut (impl FnMut(u64) + Send)) -> Result<u64, PipelineError> {
        let promotions = self.store.promotions().await?;
        let (mut changed, mut given) = (0, 0);
        for axis in Axis::ALL {
            let last = promotions.iter().find(|promotion| promotion.axis == axis);
            let Some(last) = last.filter(|promotion| promotion.relabelled_at.is_none()) else { continue };
            let models = self.models();
            let works = models.classifiers().any(|(known, m)| known == axis && m.name == last.model);
            if !works {
                // Where the model cannot be found another works in its place; its labels stay as they are.
                continue;
            }
            let mut after = ComplaintId(uuid::Uuid::nil());
            loop {
                let batch = self.store.labelled_by_others(axis, &last.model, after, BATCH).await?;
                let Some(end) = batch.last() else { break };
                after = end.id;
                given += batch.len() as u64;
                let taxonomy = self.taxonomy();
                let version = taxonomy.version.clone();
                let models = Arc::clone(&models);
                let labels = compute(move || labelled(&models, axis, &batch, &taxonomy)).await?;
                changed += self.store.relabel(axis, &labels, &version).await?;
                progress(given);
            }
            self.store.end_relabelling(axis, last.seq).await?;
        }
        Ok(changed)
    }
}

fn labelled(
    models: &Models,
    axis: Axis,
    batch: &[LabelledComplaint],
    taxonomy: &Taxonomy,
) -> Vec<(ComplaintId, Day, Label)> {
    let Some((_, model)) = models.classifiers().find(|(known, _)| *known == axis) else { return Vec::new() };
    let texts: Vec<(&str, Language)> =
        batch.iter().map(|complaint| (complaint.text.as_str(), complaint.language)).collect();
    let given = model.classifier.predict_many(&texts, THREADS);
    let label = |given: Prediction<'_>| Label {
        axis,
        value: taxonomy.present(axis, given.label).to_owned(),
        probability: given.probability,
        unsure: given.unsure,
        origin: Origin::Machine,
        model: model.name.clone(),
    };
    batch.iter().zip(given).map(|(complaint, given)| (complaint.id, complaint.day, label(given))).collect()
}

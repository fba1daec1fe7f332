//! The organisation's taxonomy: the version in force, kept at hand, and the way a new one comes into force.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use crate::domain::complaint::FieldError;
use crate::domain::label::Axis;
use crate::domain::taxonomy::diff::{TermChange, between};
use crate::domain::taxonomy::{Draft, Taxonomy};
use crate::store::taxonomy::Published;

use super::{Pipeline, PipelineError};

/// Longest note about a version, in characters.
pub const MAX_NOTE_CHARS: usize = 500;

/// A draft compared with the version in force.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The version it would be.
    pub next: Taxonomy,
    /// What differs, term by term; empty when nothing does.
    pub changes: Vec<TermChange>,
    /// Complaints that would go from a retired term to another.
    pub moving: i64,
}

impl Pipeline {
    /// The version in force, as last looked up.
    pub fn taxonomy(&self) -> Arc<Taxonomy> {
        Arc::clone(&self.taxonomy.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks up whether another process has published a version, and then takes along what was labelled
    /// under the earlier one since.
    pub async fn refresh_taxonomy(&self) -> Result<(), PipelineError> {
        if self.store.taxonomy_number().await? == self.taxonomy().number {
            return Ok(());
        }
        let taxonomy = self.store.taxonomy().await?;
        self.store.replace_retired_answers(&taxonomy).await?;
        tracing::info!(taxonomy.version = taxonomy.version, "another version of the taxonomy is in force");
        self.use_taxonomy(taxonomy);
        Ok(())
    }

    /// What publishing `draft` would change, or every rule it breaks.
    pub async fn revise_taxonomy(
        &self,
        draft: Draft,
    ) -> Result<Result<Revision, Vec<FieldError>>, PipelineError> {
        self.refresh_taxonomy().await?;
        let current = self.taxonomy();
        let mut in_use: HashMap<Axis, HashMap<String, i64>> = HashMap::new();
        for axis in Axis::ALL {
            in_use.insert(axis, self.store.answers_in_use(axis).await?);
        }
        let complaints =
            |axis: Axis, id: &str| in_use.get(&axis).and_then(|used| used.get(id)).copied().unwrap_or(0);
        Ok(current.revised(draft, complaints).map(|next| {
            let changes = between(&current, &next);
            let gone = |axis: Axis, id: &str| next.present(axis, id) != id;
            let terms =
                Axis::ALL.iter().flat_map(|axis| current.terms(*axis).iter().map(move |t| (*axis, t)));
            let moving = terms
                .filter(|(axis, term)| gone(*axis, &term.id))
                .map(|(axis, term)| complaints(axis, &term.id))
                .sum();
            Revision { next, changes, moving }
        }))
    }

    /// Publishes a version that was compared before.
    pub async fn publish_taxonomy(&self, next: Taxonomy, note: &str) -> Result<Published, PipelineError> {
        let published = self.store.publish_taxonomy(&next, note).await?;
        if matches!(published, Published::InForce { .. }) {
            self.use_taxonomy(next);
        }
        Ok(published)
    }

    fn use_taxonomy(&self, taxonomy: Taxonomy) {
        *self.taxonomy.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(taxonomy);
    }
}

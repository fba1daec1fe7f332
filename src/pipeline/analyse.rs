//! Second step: redact, recognise the language, classify, assign to a cluster, count. The original words
//! are read here, by the redaction, and by nobody after it.

use crate::domain::label::{Axis, Label, Origin};
use crate::domain::language::Language;
use crate::domain::taxonomy::Taxonomy;
use crate::store::analysis::{Analysed, RawComplaint};
use crate::text::language;
use crate::text::redact::redact;

use super::models::Models;
use super::{Pipeline, PipelineError, Step, THREADS, compute};

/// Complaints analysed and recorded together: a second or less of work, so that a stop never waits long.
const BATCH: usize = 1_000;

impl Pipeline {
    /// Analyses until nothing waits; gives how many complaints were analysed. While one batch is written
    /// the next is computed.
    pub async fn analyse_pending(
        &self,
        progress: &mut (impl FnMut(Step) + Send),
    ) -> Result<u64, PipelineError> {
        self.refresh_taxonomy().await?;
        let mut done = 0;
        let mut writing: Option<tokio::task::JoinHandle<Result<(), PipelineError>>> = None;
        loop {
            let raw = self.store.claim_pending(BATCH).await?;
            let claimed = raw.len() as u64;
            if claimed > 0 {
                let (models, taxonomy) = (self.models(), self.taxonomy());
                let version = taxonomy.version.clone();
                let analysed = compute(move || analyse(&models, &taxonomy, raw)).await?;
                if let Some(writing) = writing.take() {
                    writing.await.map_err(|_| PipelineError::Panicked)??;
                }
                let pipeline = self.clone();
                writing = Some(tokio::spawn(async move { pipeline.record(analysed, &version).await }));
                done += claimed;
            } else {
                if let Some(writing) = writing.take() {
                    writing.await.map_err(|_| PipelineError::Panicked)??;
                }
                if done > 0 {
                    self.follow_links().await?;
                }
                return Ok(done);
            }
            let waiting = u64::try_from(self.store.pending().await?).unwrap_or(0);
            progress(Step::Analyse { done, waiting });
        }
    }
}

impl Pipeline {
    async fn record(&self, mut analysed: Vec<Analysed>, taxonomy: &str) -> Result<(), PipelineError> {
        self.obey_links(&mut analysed).await?;
        Ok(self.store.record_analysis(&analysed, taxonomy).await?)
    }

    /// Lets each complaint somebody decided about join the cluster that was decided, or keep out of one.
    async fn obey_links(&self, analysed: &mut [Analysed]) -> Result<(), PipelineError> {
        let links = self.links().await?;
        if links.is_empty() {
            return Ok(());
        }
        let mut members = self.store.linked_members().await?;
        // Twice: what belongs together with a complaint may come after it.
        for _ in 0..2 {
            for found in analysed.iter_mut() {
                let wanted = found.cluster.map(|(cluster, _)| cluster);
                let placed = links.place(found.id, wanted, &members);
                if placed != wanted {
                    // Decided, not measured: it lies at the end of its cluster's members.
                    found.cluster = placed.map(|cluster| (cluster, 0.0));
                }
                if let Some(cluster) = placed {
                    members.entry(found.id).or_insert(cluster);
                }
            }
        }
        Ok(())
    }
}

/// What the learners read about one complaint.
struct Prepared {
    raw: RawComplaint,
    redacted: Option<String>,
    redactions: usize,
    language: Language,
}

impl Prepared {
    fn new(mut raw: RawComplaint) -> Self {
        let original = raw.original.take().filter(|text| !text.trim().is_empty());
        let redaction = original.as_deref().map(redact);
        let redactions = redaction.as_ref().map_or(0, |redaction| redaction.findings.len());
        let redacted = redaction.map(|redaction| redaction.text);
        let words = redacted.as_deref().unwrap_or(&raw.subject);
        let language = match raw.declared_language {
            Some(declared) if declared != Language::Unknown => declared,
            _ => language::detect(words),
        };
        Self { raw, redacted, redactions, language }
    }

    /// The text, or what a structured complaint says about itself.
    fn words(&self) -> (&str, Language) {
        (self.redacted.as_deref().unwrap_or(&self.raw.subject), self.language)
    }
}

/// Analyses a batch on [`THREADS`] threads. The order is kept and the result does not depend on the
/// number of threads.
fn analyse(models: &Models, taxonomy: &Taxonomy, raw: Vec<RawComplaint>) -> Vec<Analysed> {
    let prepared = prepare(raw);
    let words: Vec<(&str, Language)> = prepared.iter().map(Prepared::words).collect();
    let read = models.read(&words, THREADS);
    let mut labels: Vec<Vec<Label>> = vec![Vec::with_capacity(Axis::ALL.len()); words.len()];
    for (axis, model) in models.classifiers() {
        let predictions = model.classifier.predict_read(&read, THREADS);
        for (labels, prediction) in labels.iter_mut().zip(predictions) {
            labels.push(Label {
                axis,
                value: taxonomy.present(axis, prediction.label).to_owned(),
                probability: prediction.probability,
                unsure: prediction.unsure,
                origin: Origin::Machine,
                model: model.name.clone(),
            });
        }
    }
    let clusters = models.assign(&words, &read, THREADS);
    prepared
        .into_iter()
        .zip(labels)
        .zip(clusters)
        .map(|((prepared, labels), cluster)| Analysed {
            id: prepared.raw.id,
            day: prepared.raw.day,
            text: prepared.redacted,
            redactions: prepared.redactions,
            language: prepared.language,
            labels,
            cluster,
        })
        .collect()
}

fn prepare(raw: Vec<RawComplaint>) -> Vec<Prepared> {
    let half = raw.len().div_ceil(THREADS).max(1);
    let mut rest = raw.into_iter();
    let parts: Vec<Vec<RawComplaint>> = (0..THREADS).map(|_| rest.by_ref().take(half).collect()).collect();
    std::thread::scope(|scope| {
        let workers: Vec<_> = parts
            .into_iter()
            .map(|part| scope.spawn(|| part.into_iter().map(Prepared::new).collect::<Vec<_>>()))
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

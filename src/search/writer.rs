//! Putting complaints in and taking them out. Nothing is visible before `commit`, and every commit
//! carries its checkpoint: the payload of a commit is not inherited by the next one.

use tantivy::directory::error::LockError;
use tantivy::indexer::IndexWriterOptions;
use tantivy::{IndexWriter, TantivyDocument, TantivyError, Term};

use crate::domain::complaint::Facts;
use crate::domain::filter::Field;
use crate::domain::id::{ClusterId, ComplaintId};
use crate::domain::language::Language;
use crate::domain::time::{Day, Timestamp};

use super::error::SearchError;
use super::index::{Checkpoint, SearchIndex, payload};
use super::schema::HAS_NONE;
use super::tokens::with_language;

/// Memory for complaints not yet written to disk, in bytes, for all indexing threads.
const MEMORY_BYTES: usize = 64 * 1024 * 1024;
/// Threads that index. Two keep up with the store's fastest import and leave the other cores alone.
const INDEXING_THREADS: usize = 2;
/// Threads that merge small segments in the background.
const MERGING_THREADS: usize = 1;

/// A complaint as the index takes it in.
#[derive(Clone, Copy, Debug)]
pub struct IndexedComplaint<'a> {
    /// Its identity; an older version of it is replaced.
    pub id: ComplaintId,
    /// When the organisation received it.
    pub received_at: Timestamp,
    /// The same as a day in the organisation's time zone.
    pub received_day: Day,
    /// Language of the text, by which it and the facts are stemmed.
    pub language: Language,
    /// The redacted text; empty when there is none.
    pub text: &'a str,
    /// Structured facts. Product, part, motive, finer motive and company are also found by words.
    pub facts: &'a Facts,
    /// Where it came from.
    pub source: &'a str,
    /// The source's own id.
    pub external_id: Option<&'a str>,
    /// Its kind, an id of the taxonomy.
    pub kind: Option<&'a str>,
    /// Its product area, an id of the taxonomy.
    pub product_area: Option<&'a str>,
    /// Its failure type, an id of the taxonomy.
    pub failure_type: Option<&'a str>,
    /// The recurring failure it belongs to.
    pub cluster: Option<ClusterId>,
    /// Whether any axis is unsure.
    pub unsure: bool,
}

impl IndexedComplaint<'_> {
    /// The text, then the facts that are found by words too.
    fn passages(&self) -> impl Iterator<Item = &str> {
        let facts = self.facts;
        let found_by_words =
            [&facts.product, &facts.sub_product, &facts.issue, &facts.sub_issue, &facts.company];
        std::iter::once(self.text)
            .chain(found_by_words.into_iter().flatten().map(String::as_str))
            .filter(|passage| !passage.is_empty())
    }

    fn value(&self, field: Field, cluster: &str) -> String {
        let facts = self.facts;
        let given = match field {
            Field::Kind => self.kind,
            Field::ProductArea => self.product_area,
            Field::FailureType => self.failure_type,
            Field::Cluster => Some(cluster),
            Field::Language => Some(self.language.code()),
            Field::Source => Some(self.source),
            Field::Product => facts.product.as_deref(),
            Field::SubProduct => facts.sub_product.as_deref(),
            Field::Issue => facts.issue.as_deref(),
            Field::SubIssue => facts.sub_issue.as_deref(),
            Field::Company => facts.company.as_deref(),
            Field::Region => facts.region.as_deref(),
            Field::Channel => facts.channel.as_deref(),
            Field::Customer => facts.customer.as_deref(),
            Field::HasText => Some(yes_no(!self.text.is_empty())),
            Field::Unsure => Some(yes_no(self.unsure)),
            Field::ExternalId => self.external_id,
        };
        given.unwrap_or(HAS_NONE).to_owned()
    }
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// The one writer of the index. Dropping it forgets what was not committed.
pub struct Writer {
    index: SearchIndex,
    engine: IndexWriter<TantivyDocument>,
}

impl Writer {
    pub(super) fn open(index: SearchIndex) -> Result<Self, SearchError> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(INDEXING_THREADS)
            .memory_budget_per_thread(MEMORY_BYTES / INDEXING_THREADS)
            .num_merge_threads(MERGING_THREADS)
            .build();
        match index.engine().writer_with_options(options) {
            Ok(engine) => Ok(Self { index, engine }),
            Err(TantivyError::LockFailure(LockError::LockBusy, _)) => Err(SearchError::WriterBusy),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts a complaint in, in place of an older version of it.
    ///
    /// # Errors
    /// When an indexing thread has failed; then the writer must be dropped and opened again.
    pub fn upsert(&self, complaint: &IndexedComplaint<'_>) -> Result<(), SearchError> {
        self.erase(complaint.id);
        let columns = self.index.columns();
        let mut document = TantivyDocument::default();
        document.add_bytes(columns.id, complaint.id.as_bytes());
        let (high, low) = complaint.id.0.as_u64_pair();
        document.add_u64(columns.id_halves[0], high);
        document.add_u64(columns.id_halves[1], low);
        document.add_i64(columns.received_at, complaint.received_at.0);
        document.add_i64(columns.received_day, i64::from(complaint.received_day.0));
        for passage in complaint.passages() {
            let passage = with_language(passage, complaint.language);
            document.add_text(columns.stems, &passage);
            document.add_text(columns.forms, &passage);
        }
        let cluster = complaint.cluster.map(|id| id.to_string()).unwrap_or_default();
        for field in Field::ALL {
            document.add_text(columns.of(field), complaint.value(field, &cluster));
        }
        self.engine.add_document(document)?;
        Ok(())
    }

    /// Takes a complaint out; one that is not there is no error.
    ///
    /// After the next commit no question finds it. Its words leave the disk when its segment is merged:
    /// in time by themselves, at once with [`Writer::purge`].
    pub fn erase(&self, id: ComplaintId) {
        self.engine.delete_term(Term::from_field_bytes(self.index.columns().id, id.as_bytes()));
    }

    /// Makes everything since the last commit durable and visible. Takes 100 to 200 ms however little
    /// there is: commit by time or size, not by complaint.
    ///
    /// # Errors
    /// When it could not be written. The state on disk is then the last commit's.
    pub fn commit(&mut self, checkpoint: Checkpoint) -> Result<(), SearchError> {
        let mut prepared = self.engine.prepare_commit()?;
        prepared.set_payload(&payload(checkpoint));
        prepared.commit()?;
        self.index.reload()
    }

    /// Rewrites every segment that still holds words of erased or replaced complaints and removes the
    /// old files. Costs as much as indexing those segments anew; for the night or after an erasure.
    ///
    /// # Errors
    /// When it could not be written. The state on disk is then the last commit's.
    pub fn purge(&mut self) -> Result<(), SearchError> {
        let stale: Vec<_> = self
            .index
            .engine()
            .searchable_segment_metas()?
            .into_iter()
            .filter(|segment| segment.has_deletes())
            .map(|segment| segment.id())
            .collect();
        if stale.is_empty() {
            return Ok(());
        }
        self.engine.merge(&stale).wait()?;
        // The old files stay while a reader holds them: show the new state first.
        self.index.reload()?;
        self.engine.garbage_collect_files().wait()?;
        Ok(())
    }
}

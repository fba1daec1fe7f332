//! The pipeline's side of the store: handing out complaints that wait for analysis, and recording what
//! was found about them, with the daily counts, in one transaction.

use std::collections::HashMap;

use super::change_log::Entity;
use super::cluster_history::Joining;
use super::counts::CountDeltas;
use super::db::{EngineName, Row, Tx, Value};
use super::{Store, StoreError};
use crate::domain::complaint::Facts;
use crate::domain::counts::{Dimension, Node};
use crate::domain::id::{ClusterId, ComplaintId};
use crate::domain::label::{Label, Origin};
use crate::domain::language::Language;
use crate::domain::time::{Day, Timestamp};

const CLAIM_PENDING: &str = "UPDATE pending_analysis
SET lease_until_us = $1
WHERE complaint_id IN (
  SELECT complaint_id FROM pending_analysis
  WHERE lease_until_us < $2
  ORDER BY complaint_id
  LIMIT $3
)
RETURNING complaint_id";
/// Two workers that claim at the same moment pass over each other's rows instead of waiting.
const CLAIM_PENDING_POSTGRES: &str = "UPDATE pending_analysis
SET lease_until_us = $1
WHERE complaint_id IN (
  SELECT complaint_id FROM pending_analysis
  WHERE lease_until_us < $2
  ORDER BY complaint_id
  LIMIT $3
  FOR UPDATE SKIP LOCKED
)
RETURNING complaint_id";
const SELECT_RAW: &str = "SELECT c.id, c.received_day, c.declared_language, o.body,
  c.product, c.sub_product, c.issue, c.sub_issue
FROM complaint c
LEFT JOIN complaint_original o ON o.complaint_id = c.id
WHERE c.id IN ({ids})";
const COUNT_PENDING: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM pending_analysis";
const SELECT_PRIOR_LABELS: &str =
    "SELECT complaint_id, axis, value, origin FROM label WHERE complaint_id IN ({ids})";
const SELECT_PRIOR_MEMBERSHIP: &str = "SELECT complaint_id FROM membership WHERE complaint_id IN ({ids})";
const SELECT_PREPARED: &str = "SELECT complaint_id FROM complaint_text WHERE complaint_id IN ({ids})";
const UPSERT_TEXTS: &str =
    "INSERT INTO complaint_text (complaint_id, body, language, redactions, prepared_at_us)";
const TEXT_CONFLICT: &str = "ON CONFLICT (complaint_id) DO UPDATE SET
  body = excluded.body,
  language = excluded.language,
  redactions = excluded.redactions,
  prepared_at_us = excluded.prepared_at_us";
pub(super) const UPSERT_LABELS: &str = "INSERT INTO label (
  complaint_id, axis, value, probability, unsure, origin, model, taxonomy, decided_at_us
)";
pub(super) const LABEL_CONFLICT: &str = "ON CONFLICT (complaint_id, axis) DO UPDATE SET
  value = excluded.value,
  probability = excluded.probability,
  unsure = excluded.unsure,
  origin = excluded.origin,
  model = excluded.model,
  taxonomy = excluded.taxonomy,
  decided_at_us = excluded.decided_at_us";
const INSERT_MEMBERSHIPS: &str =
    "INSERT INTO membership (complaint_id, cluster_id, similarity, origin, assigned_at_us)";
const DELETE_PENDING: &str = "DELETE FROM pending_analysis WHERE complaint_id IN ({ids})";
const ENQUEUE_ALL: &str = "INSERT INTO pending_analysis (complaint_id, lease_until_us)
SELECT id, 0 FROM complaint WHERE 1 = 1
ON CONFLICT (complaint_id) DO NOTHING";
const SELECT_UNGROUPED: &str = "SELECT t.complaint_id, t.body, t.language, c.received_day,
  c.product, c.sub_product, c.issue, c.sub_issue, a.value, f.value
FROM complaint_text t
JOIN complaint c ON c.id = t.complaint_id
LEFT JOIN label a ON a.complaint_id = t.complaint_id AND a.axis = 'product_area'
LEFT JOIN label f ON f.complaint_id = t.complaint_id AND f.axis = 'failure_type'
LEFT JOIN membership m ON m.complaint_id = t.complaint_id
WHERE m.complaint_id IS NULL
ORDER BY t.complaint_id";

const SELECT_GROUPING_TEXTS: &str = "SELECT t.complaint_id, t.body, t.language, c.received_day,
  c.product, c.sub_product, c.issue, c.sub_issue, a.value, f.value
FROM complaint_text t
JOIN complaint c ON c.id = t.complaint_id
LEFT JOIN label a ON a.complaint_id = t.complaint_id AND a.axis = 'product_area'
LEFT JOIN label f ON f.complaint_id = t.complaint_id AND f.axis = 'failure_type'
WHERE t.complaint_id IN ({ids})";

pub(super) const STATEMENTS: &[&str] = &[
    SELECT_GROUPING_TEXTS,
    CLAIM_PENDING,
    SELECT_RAW,
    COUNT_PENDING,
    SELECT_PRIOR_LABELS,
    SELECT_PRIOR_MEMBERSHIP,
    SELECT_PREPARED,
    DELETE_PENDING,
    ENQUEUE_ALL,
    SELECT_UNGROUPED,
];

/// How long a worker holds what it claimed. A batch takes a second or two; what a worker that died held is
/// handed out again after this.
const LEASE_US: i64 = 30 * 1_000_000;

/// A complaint as the redaction receives it: the only place the original words leave the store.
#[derive(Clone, Debug)]
pub struct RawComplaint {
    /// Which complaint.
    pub id: ComplaintId,
    /// Its day, for the counts.
    pub day: Day,
    /// What the source said about the language.
    pub declared_language: Option<Language>,
    /// The customer's own words, not yet redacted.
    pub original: Option<String>,
    /// Product and motive as one line, for complaints without text.
    pub subject: String,
}

/// What the pipeline found out about one complaint.
#[derive(Clone, Debug)]
pub struct Analysed {
    /// Which complaint.
    pub id: ComplaintId,
    /// Its day, for the counts.
    pub day: Day,
    /// The redacted text.
    pub text: Option<String>,
    /// How many pieces of personal data were replaced.
    pub redactions: usize,
    /// Language of the text.
    pub language: Language,
    /// One decision per axis that has a model.
    pub labels: Vec<Label>,
    /// The cluster it joins and how close it is to it.
    pub cluster: Option<(ClusterId, f32)>,
}

/// What the grouping reads of a complaint: nothing but redacted words.
#[derive(Clone, Debug)]
pub struct GroupingText {
    /// Which complaint.
    pub id: ComplaintId,
    /// Its day, for the counts.
    pub day: Day,
    /// Redacted text, or the subject line of a structured complaint.
    pub text: String,
    /// Language of the text.
    pub language: Language,
    /// Its product area, where it has one.
    pub product_area: Option<String>,
    /// Its failure type, where it has one.
    pub failure_type: Option<String>,
}

/// Joining one complaint to one cluster.
#[derive(Clone, Copy, Debug)]
pub struct Assignment {
    /// Which complaint.
    pub complaint: ComplaintId,
    /// Its day, for the counts.
    pub day: Day,
    /// The cluster it joins.
    pub cluster: ClusterId,
    /// How close it is to it, 0 to 1.
    pub similarity: f32,
}

/// What stood about a complaint before a new analysis.
#[derive(Default)]
struct Prior {
    counted: bool,
    labels: HashMap<String, (String, bool)>,
    is_member: bool,
}

impl Store {
    /// Claims up to `limit` waiting complaints, oldest first. They are this caller's until
    /// [`Store::record_analysis`] or until the lease ends.
    pub async fn claim_pending(&self, limit: usize) -> Result<Vec<RawComplaint>, StoreError> {
        let now = self.clock.now().0;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let claim = match self.db.engine() {
            EngineName::Sqlite => CLAIM_PENDING,
            EngineName::Postgres => CLAIM_PENDING_POSTGRES,
        };
        let mut tx = self.db.begin().await?;
        let claimed = tx.rows(claim, &[(now + LEASE_US).into(), now.into(), limit.into()]).await?;
        let ids = claimed.iter().map(|row| id_at(row, 0)).collect::<Result<Vec<_>, _>>()?;
        let rows = tx.rows_for_ids(SELECT_RAW, ids.iter().map(ComplaintId::as_bytes)).await?;
        tx.commit().await?;
        let mut raw = rows
            .iter()
            .map(|row| {
                Ok(RawComplaint {
                    id: id_at(row, 0)?,
                    day: day_at(row, 1)?,
                    declared_language: row.opt_text(2)?.map(|code| Language::from_code(&code)),
                    original: row.opt_text(3)?,
                    subject: subject_at(row, 4)?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        raw.sort_unstable_by_key(|complaint| complaint.id);
        Ok(raw)
    }

    /// How many complaints wait for analysis.
    pub async fn pending(&self) -> Result<i64, StoreError> {
        self.db.row(COUNT_PENDING, &[]).await?.map_or(Ok(0), |row| row.int(0))
    }

    /// Puts every complaint back in the queue: after a new model was trained.
    pub async fn enqueue_all(&self) -> Result<u64, StoreError> {
        let mut tx = self.db.begin().await?;
        let enqueued = tx.execute(ENQUEUE_ALL, &[]).await?;
        tx.commit().await?;
        Ok(enqueued)
    }

    /// Records a batch in one transaction: texts, labels, memberships, counts, log, and the end of
    /// waiting. Safe to run twice: counts move by the difference to what stood before. What a person
    /// decided stays, and so does every membership: only decisions move a complaint from its cluster.
    pub async fn record_analysis(&self, batch: &[Analysed], taxonomy: &str) -> Result<(), StoreError> {
        if batch.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let prior = read_prior(&mut tx, batch).await?;
        let none = Prior::default();
        let mut deltas = CountDeltas::default();
        let (mut texts, mut labels, mut joining) = (Vec::new(), Vec::new(), Vec::new());
        let ended = tx.ended_clusters().await?;
        for found in batch {
            let before = prior.get(&found.id).unwrap_or(&none);
            texts.extend([
                Value::from(found.id.as_bytes()),
                found.text.as_deref().into(),
                found.language.code().into(),
                i64::try_from(found.redactions).unwrap_or(i64::MAX).into(),
                now.0.into(),
            ]);
            if !before.counted {
                deltas.add(Node::new(Dimension::All, ""), found.day, 1);
            }
            for label in &found.labels {
                let standing = before.labels.get(label.axis.name());
                if standing.is_some_and(|(_, by_person)| *by_person) {
                    continue;
                }
                deltas.moved(
                    label.axis.into(),
                    found.day,
                    standing.map(|(value, _)| value.as_str()),
                    Some(&label.value),
                );
                labels.extend(label_values(&found.id, label, taxonomy, now.0));
            }
            // Another process may have ended the cluster this one's model still knows.
            if let Some((cluster, similarity)) = found.cluster
                && !before.is_member
                && let Some(cluster) = ended.get(&cluster).copied().unwrap_or(Some(cluster))
            {
                joining.push(Assignment { complaint: found.id, day: found.day, cluster, similarity });
            }
        }
        tx.insert_many(UPSERT_TEXTS, TEXT_CONFLICT, 5, &texts).await?;
        tx.insert_many(UPSERT_LABELS, LABEL_CONFLICT, 9, &labels).await?;
        tx.join_clusters(&joining, "assigned", &mut deltas, now).await?;
        tx.apply_counts(&deltas).await?;
        tx.rows_for_ids(DELETE_PENDING, batch.iter().map(|found| found.id.as_bytes())).await?;
        tx.log_upserts(Entity::Complaint, batch.iter().map(|found| found.id.as_bytes()), now).await?;
        tx.commit().await
    }

    /// Every redacted complaint that belongs to no cluster, oldest first.
    pub async fn ungrouped(&self) -> Result<Vec<GroupingText>, StoreError> {
        self.db.rows(SELECT_UNGROUPED, &[]).await?.iter().map(grouping_text_from).collect()
    }

    /// What the grouping reads of these complaints, by id; those not analysed yet are left out.
    pub async fn grouping_texts(&self, ids: &[ComplaintId]) -> Result<Vec<GroupingText>, StoreError> {
        let rows = self.db.rows_for_ids(SELECT_GROUPING_TEXTS, ids.iter().map(ComplaintId::as_bytes)).await?;
        let mut texts = rows.iter().map(grouping_text_from).collect::<Result<Vec<_>, _>>()?;
        texts.sort_unstable_by_key(|text| text.id);
        Ok(texts)
    }
}

impl Tx {
    /// Joins complaints that belong to no cluster to one, with counts and log.
    pub(super) async fn assign_ungrouped(
        &mut self,
        assignments: &[Assignment],
        now: i64,
    ) -> Result<(), StoreError> {
        let mut deltas = CountDeltas::default();
        self.join_clusters(assignments, "founded", &mut deltas, Timestamp(now)).await?;
        self.apply_counts(&deltas).await?;
        let ids = assignments.iter().map(|assignment| assignment.complaint.as_bytes());
        self.log_upserts(Entity::Complaint, ids, Timestamp(now)).await
    }

    /// Memberships and their history for complaints that belong to no cluster; counts are gathered.
    async fn join_clusters(
        &mut self,
        assignments: &[Assignment],
        reason: &str,
        deltas: &mut CountDeltas,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut memberships = Vec::with_capacity(assignments.len() * 5);
        for assignment in assignments {
            let key = assignment.cluster.to_string();
            deltas.moved(Dimension::Cluster, assignment.day, None, Some(&key));
            memberships.extend(membership_values(
                &assignment.complaint,
                &assignment.cluster,
                assignment.similarity,
                now.0,
            ));
        }
        self.insert_many(INSERT_MEMBERSHIPS, "", 5, &memberships).await?;
        let joinings: Vec<Joining> = assignments
            .iter()
            .map(|assignment| Joining {
                complaint: assignment.complaint,
                from: None,
                to: Some(assignment.cluster),
                similarity: Some(f64::from(assignment.similarity)),
                origin: Origin::Machine,
            })
            .collect();
        self.note_memberships(&joinings, reason, None, now).await
    }
}

async fn read_prior(tx: &mut Tx, batch: &[Analysed]) -> Result<HashMap<ComplaintId, Prior>, StoreError> {
    let mut prior: HashMap<ComplaintId, Prior> = HashMap::new();
    let ids = || batch.iter().map(|found| found.id.as_bytes());
    for row in tx.rows_for_ids(SELECT_PREPARED, ids()).await? {
        prior.entry(id_at(&row, 0)?).or_default().counted = true;
    }
    if prior.is_empty() {
        // Nothing of this batch was analysed before: the usual case needs no more questions.
        return Ok(prior);
    }
    for row in tx.rows_for_ids(SELECT_PRIOR_LABELS, ids()).await? {
        let by_person = row.text(3)? == Origin::Person.name();
        let labels = &mut prior.entry(id_at(&row, 0)?).or_default().labels;
        labels.insert(row.text(1)?, (row.text(2)?, by_person));
    }
    for row in tx.rows_for_ids(SELECT_PRIOR_MEMBERSHIP, ids()).await? {
        prior.entry(id_at(&row, 0)?).or_default().is_member = true;
    }
    Ok(prior)
}

pub(super) fn label_values<'a>(
    id: &'a ComplaintId,
    label: &'a Label,
    taxonomy: &'a str,
    now: i64,
) -> [Value<'a>; 9] {
    let Label { axis, value, probability, unsure, origin, model } = label;
    [
        id.as_bytes().into(),
        axis.name().into(),
        value.as_str().into(),
        f64::from(*probability).into(),
        (*unsure).into(),
        origin.name().into(),
        model.as_str().into(),
        taxonomy.into(),
        now.into(),
    ]
}

fn membership_values<'a>(
    complaint: &'a ComplaintId,
    cluster: &'a ClusterId,
    similarity: f32,
    now: i64,
) -> [Value<'a>; 5] {
    [
        complaint.as_bytes().into(),
        cluster.as_bytes().into(),
        f64::from(similarity).into(),
        Origin::Machine.name().into(),
        now.into(),
    ]
}

/// Product, part, motive and finer motive from four columns that start at `first`, as one line.
fn subject_at(row: &Row, first: usize) -> Result<String, StoreError> {
    let facts = Facts {
        product: row.opt_text(first)?,
        sub_product: row.opt_text(first + 1)?,
        issue: row.opt_text(first + 2)?,
        sub_issue: row.opt_text(first + 3)?,
        ..Facts::default()
    };
    Ok(facts.as_subject_line())
}

/// From the columns id, body, language, day, product, part, motive, finer motive, area, failure type.
pub(super) fn grouping_text_from(row: &Row) -> Result<GroupingText, StoreError> {
    let body = row.opt_text(1)?.filter(|body| !body.trim().is_empty());
    Ok(GroupingText {
        id: id_at(row, 0)?,
        day: day_at(row, 3)?,
        text: match body {
            Some(body) => body,
            None => subject_at(row, 4)?,
        },
        language: Language::from_code(&row.text(2)?),
        product_area: row.opt_text(8)?,
        failure_type: row.opt_text(9)?,
    })
}

pub(super) fn id_at(row: &Row, column: usize) -> Result<ComplaintId, StoreError> {
    let bytes = row.bytes(column)?;
    ComplaintId::from_slice(&bytes)
        .ok_or_else(|| StoreError::bad_data("complaint", "id", format!("{bytes:?}")))
}

pub(super) fn day_at(row: &Row, column: usize) -> Result<Day, StoreError> {
    let number = row.int(column)?;
    i32::try_from(number)
        .map(Day)
        .map_err(|_| StoreError::bad_data("complaint", "received_day", number.to_string()))
}

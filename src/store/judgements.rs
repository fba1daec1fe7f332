//! What people say about labels. A judgement is kept for ever; the label, the daily counts and the change
//! log follow what stands after it, in the same transaction.

use super::analysis::{LABEL_CONFLICT, UPSERT_LABELS, day_at, id_at, label_values};
use super::change_log::Entity;
use super::counts::CountDeltas;
use super::db::{Row, Tx};
use super::{Store, StoreError};
use crate::domain::id::ComplaintId;
use crate::domain::label::{Axis, Label, Origin};
use crate::domain::review::{Agreement, Judged, Judgement, standing};
use crate::domain::time::Timestamp;

const SELECT_PREPARED_DAY: &str = "SELECT c.received_day
FROM complaint c
JOIN complaint_text t ON t.complaint_id = c.id
WHERE c.id = $1";
const SELECT_VALUE: &str = "SELECT value FROM label WHERE complaint_id = $1 AND axis = $2";
const INSERT_JUDGEMENT: &str = "INSERT INTO judgement (
  complaint_id, axis, value, reviewer, reason, adjudicates, decided_at_us
) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const SELECT_JUDGEMENTS: &str =
    "SELECT complaint_id, axis, value, reviewer, reason, adjudicates, decided_at_us
FROM judgement
WHERE complaint_id = $1 AND axis = $2
ORDER BY seq";
const SELECT_JUDGEMENTS_OF_AXIS: &str =
    "SELECT complaint_id, axis, value, reviewer, reason, adjudicates, decided_at_us
FROM judgement
WHERE axis = $1
ORDER BY complaint_id, seq";
const SELECT_DOUBTS: &str = "SELECT l.complaint_id, l.value, l.probability, m.similarity
FROM label l
LEFT JOIN membership m ON m.complaint_id = l.complaint_id
WHERE l.axis = $1 AND l.unsure = 1 AND l.origin = 'machine'
ORDER BY l.complaint_id DESC
LIMIT $2";
const SELECT_FOR_SECOND: &str = "SELECT complaint_id
FROM judgement
WHERE axis = $1
GROUP BY complaint_id
HAVING COUNT(DISTINCT reviewer) = 1 AND MAX(CASE WHEN reviewer = $2 THEN 1 ELSE 0 END) = 0
ORDER BY complaint_id DESC
LIMIT $3";
const SELECT_DISPUTED: &str = "SELECT complaint_id
FROM label
WHERE axis = $1 AND unsure = 1 AND origin = 'person'
ORDER BY complaint_id DESC
LIMIT $2";
const SELECT_LAST_JUDGED: &str = "SELECT complaint_id
FROM judgement
GROUP BY complaint_id
ORDER BY MAX(seq) DESC
LIMIT $1";
const COUNT_DOUBTS: &str = "SELECT CAST(COUNT(*) AS BIGINT)
FROM label
WHERE axis = $1 AND unsure = 1 AND origin = 'machine'";

pub(super) const STATEMENTS: &[&str] = &[
    SELECT_PREPARED_DAY,
    SELECT_VALUE,
    INSERT_JUDGEMENT,
    SELECT_JUDGEMENTS,
    SELECT_JUDGEMENTS_OF_AXIS,
    SELECT_DOUBTS,
    SELECT_FOR_SECOND,
    SELECT_DISPUTED,
    SELECT_LAST_JUDGED,
    COUNT_DOUBTS,
];

/// What became of a judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JudgementTaken {
    /// It is kept; people now agree this far.
    Kept(Agreement),
    /// The same person had said the same last; nothing was written.
    Repeated,
    /// There is no such complaint, or it is not analysed yet.
    NoComplaint,
}

/// A label the model is not sure of.
#[derive(Clone, Debug, PartialEq)]
pub struct Doubt {
    /// Which complaint.
    pub complaint: ComplaintId,
    /// The model's answer.
    pub value: String,
    /// Its probability.
    pub probability: f64,
    /// How close the complaint is to its cluster, if it is in one.
    pub similarity: Option<f64>,
}

impl Store {
    /// Keeps judgements in one transaction, oldest first, and moves labels and counts to what stands.
    /// `taxonomy` is the version the answers belong to. One answer per judgement, in order.
    pub async fn judge_labels(
        &self,
        judgements: &[Judgement],
        taxonomy: &str,
    ) -> Result<Vec<JudgementTaken>, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        // The log's lock comes first, as everywhere: see `take_in`.
        tx.lock_change_log().await?;
        let mut deltas = CountDeltas::default();
        let mut taken = Vec::with_capacity(judgements.len());
        for judgement in judgements {
            taken.push(judge(&mut tx, judgement, taxonomy, now, &mut deltas).await?);
        }
        tx.apply_counts(&deltas).await?;
        let changed = judgements
            .iter()
            .zip(&taken)
            .filter(|(_, taken)| matches!(taken, JudgementTaken::Kept(_)))
            .map(|(judgement, _)| judgement.complaint.as_bytes());
        tx.log_upserts(Entity::Complaint, changed, now).await?;
        tx.commit().await?;
        Ok(taken)
    }

    /// Everything people said about one axis of one complaint, oldest first.
    pub async fn judgements(&self, complaint: ComplaintId, axis: Axis) -> Result<Vec<Judged>, StoreError> {
        let values = [complaint.as_bytes().into(), axis.name().into()];
        self.db.rows(SELECT_JUDGEMENTS, &values).await?.iter().map(judged_from).collect()
    }

    /// Everything people said about one axis, by complaint, then oldest first.
    pub async fn judgements_of_axis(&self, axis: Axis) -> Result<Vec<Judged>, StoreError> {
        let rows = self.db.rows(SELECT_JUDGEMENTS_OF_AXIS, &[axis.name().into()]).await?;
        rows.iter().map(judged_from).collect()
    }

    /// Labels the model is not sure of and nobody has judged, newest complaints first.
    pub async fn doubts(&self, axis: Axis, limit: usize) -> Result<Vec<Doubt>, StoreError> {
        let rows = self.db.rows(SELECT_DOUBTS, &[axis.name().into(), count(limit).into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(Doubt {
                    complaint: id_at(row, 0)?,
                    value: row.text(1)?,
                    probability: row.real(2)?,
                    similarity: row.opt_real(3)?,
                })
            })
            .collect()
    }

    /// How many labels of an axis the model is not sure of and nobody has judged.
    pub async fn doubt_total(&self, axis: Axis) -> Result<i64, StoreError> {
        self.db.row(COUNT_DOUBTS, &[axis.name().into()]).await?.map_or(Ok(0), |row| row.int(0))
    }

    /// Complaints one other person has judged, newest first.
    pub async fn for_second_opinion(
        &self,
        axis: Axis,
        reviewer: &str,
        limit: usize,
    ) -> Result<Vec<ComplaintId>, StoreError> {
        let values = [axis.name().into(), reviewer.into(), count(limit).into()];
        self.db.rows(SELECT_FOR_SECOND, &values).await?.iter().map(|row| id_at(row, 0)).collect()
    }

    /// Complaints people differ about, newest first.
    pub async fn disputed(&self, axis: Axis, limit: usize) -> Result<Vec<ComplaintId>, StoreError> {
        let rows = self.db.rows(SELECT_DISPUTED, &[axis.name().into(), count(limit).into()]).await?;
        rows.iter().map(|row| id_at(row, 0)).collect()
    }

    /// Complaints people judged on any axis, the last judged first.
    pub async fn last_judged(&self, limit: usize) -> Result<Vec<ComplaintId>, StoreError> {
        let rows = self.db.rows(SELECT_LAST_JUDGED, &[count(limit).into()]).await?;
        rows.iter().map(|row| id_at(row, 0)).collect()
    }
}

async fn judge(
    tx: &mut Tx,
    judgement: &Judgement,
    taxonomy: &str,
    now: Timestamp,
    deltas: &mut CountDeltas,
) -> Result<JudgementTaken, StoreError> {
    let Judgement { complaint, axis, value, reviewer, reason, adjudicates } = judgement;
    let Some(row) = tx.row(SELECT_PREPARED_DAY, &[complaint.as_bytes().into()]).await? else {
        return Ok(JudgementTaken::NoComplaint);
    };
    let day = day_at(&row, 0)?;
    let of = [complaint.as_bytes().into(), axis.name().into()];
    let mut all: Vec<Judged> =
        tx.rows(SELECT_JUDGEMENTS, &of).await?.iter().map(judged_from).collect::<Result<_, _>>()?;
    let last = all.iter().rev().map(|judged| &judged.judgement).find(|said| said.reviewer == *reviewer);
    if last.is_some_and(|said| said.value == *value && said.adjudicates == *adjudicates) {
        return Ok(JudgementTaken::Repeated);
    }
    let values = [
        complaint.as_bytes().into(),
        axis.name().into(),
        value.as_str().into(),
        reviewer.as_str().into(),
        reason.as_deref().into(),
        (*adjudicates).into(),
        now.0.into(),
    ];
    tx.execute(INSERT_JUDGEMENT, &values).await?;
    all.push(Judged { judgement: judgement.clone(), decided_at: now });
    // What was said of a term that is retired by now counts for its successor.
    if let Some(taxonomy) = tx.taxonomy().await? {
        for judged in &mut all {
            judged.judgement.value = taxonomy.present(*axis, &judged.judgement.value).to_owned();
        }
    }
    let (stands, agreement) =
        standing(&all).ok_or_else(|| StoreError::bad_data("judgement", "value", "nothing stands"))?;
    let before = tx.row(SELECT_VALUE, &of).await?.map(|row| row.text(0)).transpose()?;
    deltas.moved((*axis).into(), day, before.as_deref(), Some(stands));
    let label = Label {
        axis: *axis,
        value: stands.to_owned(),
        probability: 1.0,
        unsure: agreement == Agreement::Disputed,
        origin: Origin::Person,
        model: String::new(),
    };
    tx.insert_many(UPSERT_LABELS, LABEL_CONFLICT, 9, &label_values(complaint, &label, taxonomy, now.0))
        .await?;
    Ok(JudgementTaken::Kept(agreement))
}

fn judged_from(row: &Row) -> Result<Judged, StoreError> {
    let axis = row.text(1)?;
    Ok(Judged {
        judgement: Judgement {
            complaint: id_at(row, 0)?,
            axis: Axis::from_name(&axis).ok_or_else(|| StoreError::bad_data("judgement", "axis", axis))?,
            value: row.text(2)?,
            reviewer: row.text(3)?,
            reason: row.opt_text(4)?,
            adjudicates: row.int(5)? != 0,
        },
        decided_at: Timestamp(row.int(6)?),
    })
}

fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

//! Which model was put to work when, what the one before had counted, and labels given anew.

use super::analysis::{GroupingText, LABEL_CONFLICT, UPSERT_LABELS, grouping_text_from, id_at, label_values};
use super::change_log::Entity;
use super::counts::CountDeltas;
use super::db::Row;
use super::{Store, StoreError};
use crate::domain::counts::Dimension;
use crate::domain::id::ComplaintId;
use crate::domain::label::{Axis, Label, Origin};
use crate::domain::language::Language;
use crate::domain::time::{Day, Timestamp};

const SELECT_PROMOTIONS: &str = "SELECT seq, axis, model, previous, note, promoted_at_us, relabelled_at_us
FROM model_promotion
ORDER BY seq DESC";
const INSERT_PROMOTION: &str = "INSERT INTO model_promotion (axis, model, previous, note, promoted_at_us)
VALUES ($1, $2, $3, $4, $5)
RETURNING seq";
const SELECT_LAST_MODEL: &str = "SELECT model FROM model_promotion WHERE axis = $1 ORDER BY seq DESC LIMIT 1";
const KEEP_OVERLAP: &str = "INSERT INTO model_overlap (promotion, node, day, complaints)
SELECT $1, node, day, complaints
FROM daily_count
WHERE dimension = $2 AND day >= $3 AND complaints > 0";
const SELECT_OVERLAP: &str = "SELECT node, CAST(SUM(complaints) AS BIGINT)
FROM model_overlap
WHERE promotion = $1
GROUP BY node
ORDER BY node";
const SELECT_OVERLAP_FROM: &str =
    "SELECT CAST(MIN(day) AS BIGINT), CAST(MAX(day) AS BIGINT) FROM model_overlap WHERE promotion = $1";
const SELECT_JUDGED: &str = "SELECT l.complaint_id, t.body, t.language, c.received_day,
  c.product, c.sub_product, c.issue, c.sub_issue, l.value, l.model
FROM label l
JOIN complaint c ON c.id = l.complaint_id
JOIN complaint_text t ON t.complaint_id = l.complaint_id
WHERE l.axis = $1 AND l.origin = 'person' AND l.unsure = 0
ORDER BY l.complaint_id DESC
LIMIT $2";
const SELECT_NEWEST: &str = "SELECT l.complaint_id, t.body, t.language, c.received_day,
  c.product, c.sub_product, c.issue, c.sub_issue, l.value, l.model
FROM label l
JOIN complaint c ON c.id = l.complaint_id
JOIN complaint_text t ON t.complaint_id = l.complaint_id
WHERE l.axis = $1 AND l.origin = 'machine'
ORDER BY l.complaint_id DESC
LIMIT $2";
const SELECT_OF_OTHERS: &str = "SELECT l.complaint_id, t.body, t.language, c.received_day,
  c.product, c.sub_product, c.issue, c.sub_issue, l.value, l.model
FROM label l
JOIN complaint c ON c.id = l.complaint_id
JOIN complaint_text t ON t.complaint_id = l.complaint_id
WHERE l.axis = $1 AND l.origin = 'machine' AND l.model <> $2 AND l.complaint_id > $3
ORDER BY l.complaint_id
LIMIT $4";
const COUNT_BY_MODEL: &str = "SELECT model, CAST(COUNT(*) AS BIGINT)
FROM label
WHERE axis = $1 AND origin = 'machine'
GROUP BY model
ORDER BY model";
const SELECT_STANDING: &str =
    "SELECT complaint_id, axis, value FROM label WHERE origin = 'machine' AND complaint_id IN ({ids})";
const END_RELABELLING: &str = "UPDATE model_promotion
SET relabelled_at_us = $1
WHERE axis = $2 AND seq <= $3 AND relabelled_at_us IS NULL";

pub(super) const STATEMENTS: &[&str] = &[
    SELECT_PROMOTIONS,
    INSERT_PROMOTION,
    SELECT_LAST_MODEL,
    KEEP_OVERLAP,
    SELECT_OVERLAP,
    SELECT_OVERLAP_FROM,
    SELECT_JUDGED,
    SELECT_NEWEST,
    SELECT_OF_OTHERS,
    COUNT_BY_MODEL,
    SELECT_STANDING,
    END_RELABELLING,
];

/// A model that was put to work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promotion {
    /// Its place among all promotions.
    pub seq: i64,
    /// The question it answers.
    pub axis: Axis,
    /// The model.
    pub model: String,
    /// The model it took over from.
    pub previous: String,
    /// What was said about it.
    pub note: String,
    /// When.
    pub promoted_at: Timestamp,
    /// When every label of the axis had been given anew; `None` while that goes on.
    pub relabelled_at: Option<Timestamp>,
}

/// A labelled complaint as the models read it.
#[derive(Clone, Debug)]
pub struct LabelledComplaint {
    /// Which complaint.
    pub id: ComplaintId,
    /// Its day, for the counts.
    pub day: Day,
    /// Redacted text, or the subject line of a structured complaint.
    pub text: String,
    /// Language of the text.
    pub language: Language,
    /// Its label on the axis asked for.
    pub value: String,
}

/// What the previous model had counted when another took over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlap {
    /// First and last day counted.
    pub days: Option<(Day, Day)>,
    /// Complaints of each answer in those days, by answer.
    pub counts: Vec<(String, i64)>,
}

impl Store {
    /// Every promotion, newest first.
    pub async fn promotions(&self) -> Result<Vec<Promotion>, StoreError> {
        self.db.rows(SELECT_PROMOTIONS, &[]).await?.iter().map(promotion_from).collect()
    }

    /// Puts `model` to work in the place of `previous`, and keeps what that one had counted since `from`.
    /// `None` when another model is in force by now; nothing is written then.
    pub async fn promote(
        &self,
        axis: Axis,
        model: &str,
        previous: &str,
        note: &str,
        from: Day,
    ) -> Result<Option<i64>, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        tx.lock_change_log().await?;
        let last = tx.row(SELECT_LAST_MODEL, &[axis.name().into()]).await?;
        if let Some(last) = last
            && last.text(0)? != previous
        {
            return Ok(None);
        }
        let values = [axis.name().into(), model.into(), previous.into(), note.into(), now.0.into()];
        let row = tx.row(INSERT_PROMOTION, &values).await?;
        let seq = row.ok_or_else(|| StoreError::bad_data("model_promotion", "seq", "none given"))?.int(0)?;
        let dimension = Dimension::from(axis).name();
        tx.execute(KEEP_OVERLAP, &[seq.into(), dimension.into(), from.0.into()]).await?;
        let mut id = [0; 16];
        id[8..].copy_from_slice(&seq.to_be_bytes());
        tx.log_upserts(Entity::Model, [&id], now).await?;
        tx.commit().await?;
        Ok(Some(seq))
    }

    /// What the model before had counted when promotion `seq` took place.
    pub async fn overlap(&self, seq: i64) -> Result<Overlap, StoreError> {
        let days = match self.db.row(SELECT_OVERLAP_FROM, &[seq.into()]).await? {
            Some(row) if row.opt_int(0)?.is_some() => {
                Some((super::analysis::day_at(&row, 0)?, super::analysis::day_at(&row, 1)?))
            }
            _ => None,
        };
        let rows = self.db.rows(SELECT_OVERLAP, &[seq.into()]).await?;
        let counts = rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?)));
        Ok(Overlap { days, counts: counts.collect::<Result<_, StoreError>>()? })
    }

    /// Complaints whose label a person decided and nobody disputes, newest first.
    pub async fn judged_complaints(
        &self,
        axis: Axis,
        limit: i64,
    ) -> Result<Vec<LabelledComplaint>, StoreError> {
        let rows = self.db.rows(SELECT_JUDGED, &[axis.name().into(), limit.into()]).await?;
        rows.iter().map(labelled_from).collect()
    }

    /// Complaints labelled by a model, newest first.
    pub async fn newest_labelled(
        &self,
        axis: Axis,
        limit: i64,
    ) -> Result<Vec<LabelledComplaint>, StoreError> {
        let rows = self.db.rows(SELECT_NEWEST, &[axis.name().into(), limit.into()]).await?;
        rows.iter().map(labelled_from).collect()
    }

    /// Complaints labelled by another model than `model`, in the order of their ids after `after`.
    pub async fn labelled_by_others(
        &self,
        axis: Axis,
        model: &str,
        after: ComplaintId,
        limit: i64,
    ) -> Result<Vec<LabelledComplaint>, StoreError> {
        let values = [axis.name().into(), model.into(), after.as_bytes().into(), limit.into()];
        self.db.rows(SELECT_OF_OTHERS, &values).await?.iter().map(labelled_from).collect()
    }

    /// How many labels each model gave that still stand.
    pub async fn labels_by_model(&self, axis: Axis) -> Result<Vec<(String, i64)>, StoreError> {
        let rows = self.db.rows(COUNT_BY_MODEL, &[axis.name().into()]).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
    }

    /// Gives labels of one axis anew, with counts and log in one transaction; what a person decided
    /// meanwhile stays. Gives how many answers changed.
    pub async fn relabel(
        &self,
        axis: Axis,
        labels: &[(ComplaintId, Day, Label)],
        taxonomy: &str,
    ) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        tx.lock_change_log().await?;
        let ids = || labels.iter().map(|(id, ..)| id.as_bytes());
        let mut standing = std::collections::HashMap::new();
        for row in tx.rows_for_ids(SELECT_STANDING, ids()).await? {
            if row.text(1)? == axis.name() {
                standing.insert(id_at(&row, 0)?, row.text(2)?);
            }
        }
        let mut deltas = CountDeltas::default();
        let (mut values, mut changed) = (Vec::new(), 0);
        let mut logged = Vec::new();
        for (id, day, label) in labels {
            let Some(before) = standing.get(id) else { continue };
            debug_assert_eq!((label.axis, label.origin), (axis, Origin::Machine));
            deltas.moved(axis.into(), *day, Some(before), Some(&label.value));
            changed += u64::from(*before != label.value);
            values.extend(label_values(id, label, taxonomy, now.0));
            logged.push(id.as_bytes());
        }
        tx.insert_many(UPSERT_LABELS, LABEL_CONFLICT, 9, &values).await?;
        tx.apply_counts(&deltas).await?;
        tx.log_upserts(Entity::Complaint, logged, now).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Says that every label of the axis was given anew under promotion `seq` and those before it.
    pub async fn end_relabelling(&self, axis: Axis, seq: i64) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        tx.lock_change_log().await?;
        tx.execute(END_RELABELLING, &[now.0.into(), axis.name().into(), seq.into()]).await?;
        let mut id = [0; 16];
        id[8..].copy_from_slice(&seq.to_be_bytes());
        tx.log_upserts(Entity::Model, [&id], now).await?;
        tx.commit().await
    }
}

fn promotion_from(row: &Row) -> Result<Promotion, StoreError> {
    let axis = row.text(1)?;
    Ok(Promotion {
        seq: row.int(0)?,
        axis: Axis::from_name(&axis).ok_or_else(|| StoreError::bad_data("model_promotion", "axis", axis))?,
        model: row.text(2)?,
        previous: row.text(3)?,
        note: row.text(4)?,
        promoted_at: Timestamp(row.int(5)?),
        relabelled_at: row.opt_int(6)?.map(Timestamp),
    })
}

fn labelled_from(row: &Row) -> Result<LabelledComplaint, StoreError> {
    grouping_text_from(row).map(LabelledComplaint::from)
}

impl From<GroupingText> for LabelledComplaint {
    /// The columns are those of a text to group, the label in the place of the area.
    fn from(read: GroupingText) -> Self {
        let GroupingText { id, day, text, language, product_area, failure_type: _ } = read;
        Self { id, day, text, language, value: product_area.unwrap_or_default() }
    }
}

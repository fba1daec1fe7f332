//! Reading complaints: redacted, with their labels and cluster.

use std::collections::HashMap;

use super::analysis::{day_at, id_at};
use super::db::Row;
use super::{Store, StoreError};
use crate::domain::complaint::{Complaint, Facts};
use crate::domain::id::{ClusterId, ComplaintId};
use crate::domain::label::{Axis, Label, Origin};
use crate::domain::language::Language;
use crate::domain::time::Timestamp;

const SELECT_COMPLAINTS: &str = "SELECT c.id, c.source, c.external_id, c.received_at_us, c.received_day,
  c.product, c.sub_product, c.issue, c.sub_issue, c.company, c.region, c.channel, c.customer, c.extra,
  t.body, t.language, m.cluster_id, m.similarity, t.redactions
FROM complaint c
LEFT JOIN complaint_text t ON t.complaint_id = c.id
LEFT JOIN membership m ON m.complaint_id = c.id
WHERE c.id IN ({ids})";
const SELECT_LABELS: &str = "SELECT complaint_id, axis, value, probability, unsure, origin, model, taxonomy
FROM label
WHERE complaint_id IN ({ids})
ORDER BY complaint_id, axis";
const COUNT_COMPLAINTS: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM complaint";

pub(super) const STATEMENTS: &[&str] = &[SELECT_COMPLAINTS, SELECT_LABELS, COUNT_COMPLAINTS];

/// A complaint with everything known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct ComplaintRecord {
    /// The complaint, redacted.
    pub complaint: Complaint,
    /// Whether the pipeline has redacted it yet; before that it has no text, labels or cluster.
    pub prepared: bool,
    /// How many pieces of personal data were replaced in the text.
    pub redactions: i64,
    /// At most one label per axis.
    pub labels: Vec<Label>,
    /// The version of the taxonomy each label was given under.
    pub taxonomies: HashMap<Axis, String>,
    /// Its cluster and how close it is to it.
    pub cluster: Option<(ClusterId, f64)>,
}

impl ComplaintRecord {
    /// The label on one axis.
    pub fn label(&self, axis: Axis) -> Option<&Label> {
        self.labels.iter().find(|label| label.axis == axis)
    }
}

impl Store {
    /// The complaints with these ids, in the order of `ids`; unknown ids are left out.
    pub async fn complaints(&self, ids: &[ComplaintId]) -> Result<Vec<ComplaintRecord>, StoreError> {
        let mut by_id: HashMap<ComplaintId, ComplaintRecord> = HashMap::with_capacity(ids.len());
        for row in self.db.rows_for_ids(SELECT_COMPLAINTS, ids.iter().map(ComplaintId::as_bytes)).await? {
            let record = record_from(&row)?;
            by_id.insert(record.complaint.id, record);
        }
        for row in self.db.rows_for_ids(SELECT_LABELS, ids.iter().map(ComplaintId::as_bytes)).await? {
            if let Some(record) = by_id.get_mut(&id_at(&row, 0)?) {
                let label = label_from(&row)?;
                record.taxonomies.insert(label.axis, row.text(7)?);
                record.labels.push(label);
            }
        }
        Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
    }

    /// One complaint.
    pub async fn complaint(&self, id: ComplaintId) -> Result<Option<ComplaintRecord>, StoreError> {
        Ok(self.complaints(&[id]).await?.pop())
    }

    /// How many complaints are stored, analysed or not.
    pub async fn complaint_total(&self) -> Result<i64, StoreError> {
        self.db.row(COUNT_COMPLAINTS, &[]).await?.map_or(Ok(0), |row| row.int(0))
    }
}

fn record_from(row: &Row) -> Result<ComplaintRecord, StoreError> {
    let language = row.opt_text(15)?;
    let cluster = match row.opt_bytes(16)? {
        Some(bytes) => {
            let id = ClusterId::from_slice(&bytes)
                .ok_or_else(|| StoreError::bad_data("membership", "cluster_id", format!("{bytes:?}")))?;
            Some((id, row.real(17)?))
        }
        None => None,
    };
    let extra = match row.opt_text(13)? {
        Some(json) => {
            serde_json::from_str(&json).map_err(|_| StoreError::bad_data("complaint", "extra", json))?
        }
        None => Default::default(),
    };
    Ok(ComplaintRecord {
        prepared: language.is_some(),
        redactions: row.opt_int(18)?.unwrap_or(0),
        labels: Vec::new(),
        taxonomies: HashMap::new(),
        cluster,
        complaint: Complaint {
            id: id_at(row, 0)?,
            source: row.text(1)?,
            external_id: row.opt_text(2)?,
            received_at: Timestamp(row.int(3)?),
            received_day: day_at(row, 4)?,
            text: row.opt_text(14)?,
            language: language.map_or(Language::Unknown, |code| Language::from_code(&code)),
            facts: Facts {
                product: row.opt_text(5)?,
                sub_product: row.opt_text(6)?,
                issue: row.opt_text(7)?,
                sub_issue: row.opt_text(8)?,
                company: row.opt_text(9)?,
                region: row.opt_text(10)?,
                channel: row.opt_text(11)?,
                customer: row.opt_text(12)?,
                extra,
            },
        },
    })
}

fn label_from(row: &Row) -> Result<Label, StoreError> {
    let axis = row.text(1)?;
    let origin = row.text(5)?;
    Ok(Label {
        axis: Axis::from_name(&axis).ok_or_else(|| StoreError::bad_data("label", "axis", axis))?,
        value: row.text(2)?,
        #[expect(clippy::cast_possible_truncation, reason = "it was an f32 when it was written")]
        probability: row.real(3)? as f32,
        unsure: row.int(4)? != 0,
        origin: [Origin::Machine, Origin::Person]
            .into_iter()
            .find(|known| known.name() == origin)
            .ok_or_else(|| StoreError::bad_data("label", "origin", origin))?,
        model: row.text(6)?,
    })
}

//! Labels of a stretch of days: how many there are, how sure the model was, and the texts they were given to.

use super::analysis::grouping_text_from;
use super::promotions::LabelledComplaint;
use super::{Store, StoreError};
use crate::domain::label::{Axis, Origin};
use crate::domain::time::Day;

const SELECT_TOTALS: &str = "SELECT l.value, l.origin, l.unsure, CAST(COUNT(*) AS BIGINT)
FROM label l
JOIN complaint c ON c.id = l.complaint_id
WHERE l.axis = $1 AND c.received_day >= $2 AND c.received_day <= $3
GROUP BY l.value, l.origin, l.unsure";
/// One column per tenth: rounding is not the same on both engines, comparison is.
const SELECT_CONFIDENCE: &str = "SELECT
  CAST(SUM(CASE WHEN l.probability < 0.1 THEN 1 ELSE 0 END) AS BIGINT),
  CAST(SUM(CASE WHEN l.probability >= 0.1 AND l.probability < 0.2 THEN 1 ELSE 0 END) AS BIGINT),
  CAST(SUM(CASE WHEN l.probability >= 0.2 AND l.probability < 0.3 THEN 1 ELSE 0 END) AS BIGINT),
  CAST(SUM(CASE WHEN l.probability >= 0.3 AND l.probability < 0.4 THEN 1 ELSE 0 END) AS BIGINT),
  CAST(SUM(CASE WHEN l.probability >= 0.4 AND l.probability < 0.5 THEN 1 ELSE 0 END) AS BIGINT),
  CAST(SUM(CASE WHEN l.probability >= 0.5 AND l.probability < 0.6 THEN 1 ELSE 0 END) AS BIGINT),
  CAST(SUM(CASE WHEN l.probability >= 0.6 AND l.probability < 0.7 THEN 1 ELSE 0 END) AS BIGINT),
  CAST(SUM(CASE WHEN l.probability >= 0.7 AND l.probability < 0.8 THEN 1 ELSE 0 END) AS BIGINT),
  CAST(SUM(CASE WHEN l.probability >= 0.8 AND l.probability < 0.9 THEN 1 ELSE 0 END) AS BIGINT),
  CAST(SUM(CASE WHEN l.probability >= 0.9 THEN 1 ELSE 0 END) AS BIGINT)
FROM label l
JOIN complaint c ON c.id = l.complaint_id
WHERE l.axis = $1 AND l.origin = 'machine' AND l.model = $2
  AND c.received_day >= $3 AND c.received_day <= $4";
const SELECT_TEXTS: &str = "SELECT l.complaint_id, t.body, t.language, c.received_day,
  c.product, c.sub_product, c.issue, c.sub_issue, l.value, l.model
FROM label l
JOIN complaint c ON c.id = l.complaint_id
JOIN complaint_text t ON t.complaint_id = l.complaint_id
WHERE l.axis = $1 AND c.received_day >= $2 AND c.received_day <= $3
ORDER BY l.complaint_id DESC
LIMIT $4";

pub(super) const STATEMENTS: &[&str] = &[SELECT_TOTALS, SELECT_CONFIDENCE, SELECT_TEXTS];

/// Parts the certainties from 0 to 1 are divided into.
pub const TENTHS: usize = 10;

/// Labels that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelTotal {
    /// The answer.
    pub value: String,
    /// Whether a person gave it.
    pub by_person: bool,
    /// Whether the honest answer is "not sure".
    pub unsure: bool,
    /// Complaints.
    pub complaints: i64,
}

impl Store {
    /// Labels of an axis between two days, both inclusive.
    pub async fn label_totals(
        &self,
        axis: Axis,
        (first, last): (Day, Day),
    ) -> Result<Vec<LabelTotal>, StoreError> {
        let values = [axis.name().into(), first.0.into(), last.0.into()];
        let rows = self.db.rows(SELECT_TOTALS, &values).await?;
        rows.iter()
            .map(|row| {
                Ok(LabelTotal {
                    value: row.text(0)?,
                    by_person: row.text(1)? == Origin::Person.name(),
                    unsure: row.int(2)? != 0,
                    complaints: row.int(3)?,
                })
            })
            .collect()
    }

    /// How many labels a model gave with each tenth of certainty between two days, both inclusive.
    pub async fn confidence_tenths(
        &self,
        axis: Axis,
        model: &str,
        (first, last): (Day, Day),
    ) -> Result<[i64; TENTHS], StoreError> {
        let values = [axis.name().into(), model.into(), first.0.into(), last.0.into()];
        let mut tenths = [0; TENTHS];
        if let Some(row) = self.db.row(SELECT_CONFIDENCE, &values).await? {
            for (place, tenth) in tenths.iter_mut().enumerate() {
                // The sum of no rows is NULL.
                *tenth = row.opt_int(place)?.unwrap_or(0);
            }
        }
        Ok(tenths)
    }

    /// Labelled complaints between two days, both inclusive, newest first.
    pub async fn labelled_between(
        &self,
        axis: Axis,
        (first, last): (Day, Day),
        limit: i64,
    ) -> Result<Vec<LabelledComplaint>, StoreError> {
        let values = [axis.name().into(), first.0.into(), last.0.into(), limit.into()];
        let rows = self.db.rows(SELECT_TEXTS, &values).await?;
        rows.iter().map(|row| grouping_text_from(row).map(LabelledComplaint::from)).collect()
    }
}

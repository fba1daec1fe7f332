//! How the complaints of one node divide by kind, day by day: the rungs from a question to a claim.

use super::analysis::day_at;
use super::counts::DailyCount;
use super::db::Row;
use super::{Store, StoreError};
use crate::domain::counts::{Dimension, Node};
use crate::domain::id::ClusterId;
use crate::domain::time::Day;

const SELECT_OF_LABEL: &str = "SELECT k.value, c.received_day, CAST(COUNT(*) AS BIGINT)
FROM label n
JOIN label k ON k.complaint_id = n.complaint_id AND k.axis = 'kind'
JOIN complaint c ON c.id = n.complaint_id
WHERE n.axis = $3 AND n.value = $4 AND c.received_day >= $1 AND c.received_day <= $2
GROUP BY k.value, c.received_day";
const SELECT_OF_CLUSTER: &str = "SELECT k.value, c.received_day, CAST(COUNT(*) AS BIGINT)
FROM membership m
JOIN label k ON k.complaint_id = m.complaint_id AND k.axis = 'kind'
JOIN complaint c ON c.id = m.complaint_id
WHERE m.cluster_id = $3 AND c.received_day >= $1 AND c.received_day <= $2
GROUP BY k.value, c.received_day";

pub(super) const STATEMENTS: &[&str] = &[SELECT_OF_LABEL, SELECT_OF_CLUSTER];

impl Store {
    /// The complaints of a node between two days, both inclusive, by kind and day; days without any are left
    /// out. `None` for a node whose complaints are not divided by kind: what complaints say of themselves, pairs,
    /// and kinds.
    pub async fn kinds_of_node(
        &self,
        node: &Node,
        from: Day,
        to: Day,
    ) -> Result<Option<Vec<DailyCount>>, StoreError> {
        let days = [from.0.into(), to.0.into()];
        let [from_day, to_day] = days;
        let rows = match (node.dimension, node.dimension.axis()) {
            (Dimension::All, _) => {
                return self.counts_of_dimension(Dimension::Kind, from, to).await.map(Some);
            }
            (Dimension::ProductArea | Dimension::FailureType, Some(axis)) => {
                let values = [from_day, to_day, axis.name().into(), node.key.as_str().into()];
                self.db.rows(SELECT_OF_LABEL, &values).await?
            }
            (Dimension::Cluster, _) => {
                let Ok(id) = node.key.parse::<ClusterId>() else { return Ok(None) };
                self.db.rows(SELECT_OF_CLUSTER, &[from_day, to_day, id.as_bytes().into()]).await?
            }
            _ => return Ok(None),
        };
        let count =
            |row: &Row| Ok(DailyCount { key: row.text(0)?, day: day_at(row, 1)?, complaints: row.int(2)? });
        rows.iter().map(count).collect::<Result<Vec<_>, StoreError>>().map(Some)
    }
}

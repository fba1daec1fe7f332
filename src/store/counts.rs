//! Daily counts per node, kept up to date by the transactions that assign. Charts and the watcher read
//! these small tables instead of the complaints.

use std::collections::{BTreeMap, HashMap};

use super::analysis::day_at;
use super::db::{Tx, Value};
use super::{Store, StoreError};
use crate::domain::counts::{Dimension, Node};
use crate::domain::time::Day;

const UPSERT_COUNTS: &str = "INSERT INTO daily_count (dimension, node, day, complaints)";
const COUNT_CONFLICT: &str = "ON CONFLICT (dimension, node, day) DO UPDATE SET
  complaints = daily_count.complaints + excluded.complaints";
const SELECT_DIMENSION: &str = "SELECT node, day, complaints
FROM daily_count
WHERE dimension = $1 AND day >= $2 AND day <= $3 AND complaints > 0
ORDER BY node, day";
const SELECT_NODE: &str = "SELECT day, complaints
FROM daily_count
WHERE dimension = $1 AND node = $2 AND complaints > 0
ORDER BY day";
const SELECT_SPAN: &str = "SELECT CAST(MIN(day) AS BIGINT), CAST(MAX(day) AS BIGINT)
FROM daily_count
WHERE dimension = 'all' AND complaints > 0";

const SELECT_TOTALS: &str = "SELECT node, CAST(SUM(complaints) AS BIGINT)
FROM daily_count
WHERE dimension = $1
GROUP BY node
HAVING SUM(complaints) > 0";

pub(super) const STATEMENTS: &[&str] = &[SELECT_DIMENSION, SELECT_NODE, SELECT_SPAN, SELECT_TOTALS];

/// Changes of counts that one transaction gathers before it writes them.
#[derive(Debug, Default)]
pub(super) struct CountDeltas {
    by_node: BTreeMap<(Node, Day), i64>,
}

/// Complaints of one node on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailyCount {
    /// The node's key within its dimension.
    pub key: String,
    /// The day.
    pub day: Day,
    /// How many.
    pub complaints: i64,
}

impl CountDeltas {
    /// `change` more complaints of `node` on `day`.
    pub(super) fn add(&mut self, node: Node, day: Day, change: i64) {
        *self.by_node.entry((node, day)).or_default() += change;
    }

    /// One complaint of `day` goes from one node of a dimension to another.
    pub(super) fn moved(&mut self, dimension: Dimension, day: Day, from: Option<&str>, to: Option<&str>) {
        if from == to {
            return;
        }
        for (key, change) in [(from, -1), (to, 1)] {
            if let Some(key) = key {
                self.add(Node::new(dimension, key), day, change);
            }
        }
    }
}

impl Tx {
    /// Writes gathered changes. Nodes are written in one order, so that two transactions cannot wait
    /// for each other's rows.
    pub(super) async fn apply_counts(&mut self, deltas: &CountDeltas) -> Result<(), StoreError> {
        let values: Vec<Value<'_>> = deltas
            .by_node
            .iter()
            .filter(|(_, change)| **change != 0)
            .flat_map(|((node, day), change)| {
                [node.dimension.name().into(), node.key.as_str().into(), day.0.into(), (*change).into()]
            })
            .collect();
        self.insert_many(UPSERT_COUNTS, COUNT_CONFLICT, 4, &values).await?;
        Ok(())
    }
}

impl Store {
    /// Counts of all nodes of a dimension between two days, both inclusive; by node, then day. Days
    /// without complaints are left out.
    pub async fn counts_of_dimension(
        &self,
        dimension: Dimension,
        from: Day,
        to: Day,
    ) -> Result<Vec<DailyCount>, StoreError> {
        let values = [dimension.name().into(), from.0.into(), to.0.into()];
        let rows = self.db.rows(SELECT_DIMENSION, &values).await?;
        rows.iter()
            .map(|row| Ok(DailyCount { key: row.text(0)?, day: day_at(row, 1)?, complaints: row.int(2)? }))
            .collect()
    }

    /// Counts of one node over all time, by day. Days without complaints are left out.
    pub async fn counts_of_node(&self, node: &Node) -> Result<Vec<(Day, i64)>, StoreError> {
        let values = [node.dimension.name().into(), node.key.as_str().into()];
        let rows = self.db.rows(SELECT_NODE, &values).await?;
        rows.iter().map(|row| Ok((day_at(row, 0)?, row.int(1)?))).collect()
    }

    /// Complaints of each node of a dimension over all time; nodes without any are left out.
    pub async fn totals_of_dimension(
        &self,
        dimension: Dimension,
    ) -> Result<HashMap<String, i64>, StoreError> {
        let rows = self.db.rows(SELECT_TOTALS, &[dimension.name().into()]).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
    }

    /// First and last day with a counted complaint.
    pub async fn span_of_days(&self) -> Result<Option<(Day, Day)>, StoreError> {
        let Some(row) = self.db.row(SELECT_SPAN, &[]).await? else { return Ok(None) };
        if row.opt_int(0)?.is_none() {
            return Ok(None);
        }
        Ok(Some((day_at(&row, 0)?, day_at(&row, 1)?)))
    }
}

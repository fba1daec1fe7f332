//! Daily counts per node, kept up to date by the transactions that assign. Charts and the watcher read
//! these small tables instead of the complaints.

use std::collections::{BTreeMap, HashMap};

use super::analysis::day_at;
use super::db::{Row, Tx, Value};
use super::{Store, StoreError};
use crate::domain::counts::{Dimension, Node};
use crate::domain::id::ClusterId;
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

const SELECT_COMPANIES: &str = "SELECT c.company, c.received_day, CAST(COUNT(*) AS BIGINT)
FROM complaint c
JOIN complaint_text t ON t.complaint_id = c.id
WHERE c.company IS NOT NULL AND c.received_day >= $1 AND c.received_day <= $2
GROUP BY c.company, c.received_day";
const SELECT_REGIONS: &str = "SELECT c.region, c.received_day, CAST(COUNT(*) AS BIGINT)
FROM complaint c
JOIN complaint_text t ON t.complaint_id = c.id
WHERE c.region IS NOT NULL AND c.received_day >= $1 AND c.received_day <= $2
GROUP BY c.region, c.received_day";
const SELECT_CHANNELS: &str = "SELECT c.channel, c.received_day, CAST(COUNT(*) AS BIGINT)
FROM complaint c
JOIN complaint_text t ON t.complaint_id = c.id
WHERE c.channel IS NOT NULL AND c.received_day >= $1 AND c.received_day <= $2
GROUP BY c.channel, c.received_day";
const SELECT_PAIRS: &str = "SELECT a.value || '/' || f.value, c.received_day, CAST(COUNT(*) AS BIGINT)
FROM complaint c
JOIN label a ON a.complaint_id = c.id AND a.axis = 'product_area'
JOIN label f ON f.complaint_id = c.id AND f.axis = 'failure_type'
WHERE c.received_day >= $1 AND c.received_day <= $2
GROUP BY a.value, f.value, c.received_day";
const SELECT_AREAS_OF_REGIONS: &str =
    "SELECT a.value || '/' || c.region, c.received_day, CAST(COUNT(*) AS BIGINT)
FROM complaint c
JOIN label a ON a.complaint_id = c.id AND a.axis = 'product_area'
WHERE c.region IS NOT NULL AND c.received_day >= $1 AND c.received_day <= $2
GROUP BY a.value, c.region, c.received_day";
const SELECT_PLACES: &str = "SELECT c.received_day, c.company, c.region, c.channel,
  k.value, a.value, f.value, m.cluster_id
FROM complaint c
JOIN complaint_text t ON t.complaint_id = c.id
LEFT JOIN label k ON k.complaint_id = c.id AND k.axis = 'kind'
LEFT JOIN label a ON a.complaint_id = c.id AND a.axis = 'product_area'
LEFT JOIN label f ON f.complaint_id = c.id AND f.axis = 'failure_type'
LEFT JOIN membership m ON m.complaint_id = c.id
WHERE c.received_day >= $1 AND c.received_day <= $2
ORDER BY c.id";

pub(super) const STATEMENTS: &[&str] = &[
    SELECT_COMPANIES,
    SELECT_REGIONS,
    SELECT_CHANNELS,
    SELECT_PAIRS,
    SELECT_AREAS_OF_REGIONS,
    SELECT_PLACES,
    SELECT_DIMENSION,
    SELECT_NODE,
    SELECT_SPAN,
    SELECT_TOTALS,
];

/// Changes of counts that one transaction gathers before it writes them.
#[derive(Debug, Default)]
pub(super) struct CountDeltas {
    by_node: BTreeMap<(Node, Day), i64>,
}

/// A complaint and the nodes that count it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Its day.
    pub day: Day,
    /// The nodes, facts as the complaint has them.
    pub nodes: Vec<Node>,
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
        let days = [from.0.into(), to.0.into()];
        let rows = match counted_anew(dimension) {
            Some(statement) => self.db.rows(statement, &days).await?,
            None => {
                let [from, to] = days;
                self.db.rows(SELECT_DIMENSION, &[dimension.name().into(), from, to]).await?
            }
        };
        let count =
            |row: &Row| Ok(DailyCount { key: row.text(0)?, day: day_at(row, 1)?, complaints: row.int(2)? });
        let mut counts = rows.iter().map(count).collect::<Result<Vec<_>, StoreError>>()?;
        // Engines sort words by their own rules.
        counts.sort_unstable_by(|a, b| (&a.key, a.day).cmp(&(&b.key, b.day)));
        Ok(counts)
    }

    /// Every analysed complaint between two days, both inclusive, with the nodes that count it.
    pub async fn places(&self, from: Day, to: Day) -> Result<Vec<Placed>, StoreError> {
        let rows = self.db.rows(SELECT_PLACES, &[from.0.into(), to.0.into()]).await?;
        rows.iter().map(placed_from).collect()
    }

    /// Counts of one node over all time, by day. Days without complaints are left out.
    pub async fn counts_of_node(&self, node: &Node) -> Result<Vec<(Day, i64)>, StoreError> {
        if counted_anew(node.dimension).is_some() {
            let mut counts = self.counts_of_dimension(node.dimension, FIRST_DAY, LAST_DAY).await?;
            counts.retain(|count| count.key == node.key);
            return Ok(counts.into_iter().map(|count| (count.day, count.complaints)).collect());
        }
        let values = [node.dimension.name().into(), node.key.as_str().into()];
        let rows = self.db.rows(SELECT_NODE, &values).await?;
        rows.iter().map(|row| Ok((day_at(row, 0)?, row.int(1)?))).collect()
    }

    /// Complaints of each node of a dimension over all time; nodes without any are left out.
    pub async fn totals_of_dimension(
        &self,
        dimension: Dimension,
    ) -> Result<HashMap<String, i64>, StoreError> {
        if counted_anew(dimension).is_some() {
            let mut totals = HashMap::new();
            for count in self.counts_of_dimension(dimension, FIRST_DAY, LAST_DAY).await? {
                *totals.entry(count.key).or_default() += count.complaints;
            }
            return Ok(totals);
        }
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

/// All days there can be.
const FIRST_DAY: Day = Day(i32::MIN);
const LAST_DAY: Day = Day(i32::MAX);

/// The statement that counts the complaints of a dimension that has no table of daily counts: facts never
/// change, pairs of labels often do, and both are asked for once a week.
fn counted_anew(dimension: Dimension) -> Option<&'static str> {
    match dimension {
        Dimension::Company => Some(SELECT_COMPANIES),
        Dimension::Region => Some(SELECT_REGIONS),
        Dimension::Channel => Some(SELECT_CHANNELS),
        Dimension::AreaFailure => Some(SELECT_PAIRS),
        Dimension::AreaRegion => Some(SELECT_AREAS_OF_REGIONS),
        Dimension::All
        | Dimension::Kind
        | Dimension::ProductArea
        | Dimension::FailureType
        | Dimension::Cluster => None,
    }
}

fn placed_from(row: &Row) -> Result<Placed, StoreError> {
    let mut nodes = vec![Node::new(Dimension::All, "")];
    let named = [
        Dimension::Company,
        Dimension::Region,
        Dimension::Channel,
        Dimension::Kind,
        Dimension::ProductArea,
        Dimension::FailureType,
    ];
    for (column, dimension) in (1..).zip(named) {
        nodes.extend(row.opt_text(column)?.map(|key| Node::new(dimension, key)));
    }
    if let (Some(area), Some(failure)) = (row.opt_text(5)?, row.opt_text(6)?) {
        nodes.push(Node::new(Dimension::AreaFailure, format!("{area}/{failure}")));
    }
    if let (Some(area), Some(region)) = (row.opt_text(5)?, row.opt_text(2)?) {
        nodes.push(Node::new(Dimension::AreaRegion, format!("{area}/{region}")));
    }
    let cluster = row.opt_bytes(7)?.as_deref().and_then(ClusterId::from_slice);
    nodes.extend(cluster.map(|id| Node::new(Dimension::Cluster, id.to_string())));
    Ok(Placed { day: day_at(row, 0)?, nodes })
}

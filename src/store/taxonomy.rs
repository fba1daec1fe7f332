//! Versions of the taxonomy. What is published takes the complaints of retired terms along: labels, counts
//! and groups change in the same transaction. What people said is kept as they said it.

use std::collections::HashMap;

use super::change_log::Entity;
use super::db::{Row, Tx};
use super::{Store, StoreError};
use crate::domain::counts::Dimension;
use crate::domain::label::Axis;
use crate::domain::taxonomy::{Retired, Taxonomy};
use crate::domain::time::Timestamp;

const SELECT_CURRENT: &str = "SELECT number, body
FROM taxonomy_version
ORDER BY number DESC
LIMIT 1";
const SELECT_NUMBER: &str = "SELECT CAST(MAX(number) AS BIGINT) FROM taxonomy_version";
const SELECT_ONE: &str = "SELECT number, body FROM taxonomy_version WHERE number = $1";
const SELECT_LIST: &str = "SELECT number, version, note, published_at_us
FROM taxonomy_version
ORDER BY number DESC";
const INSERT_VERSION: &str = "INSERT INTO taxonomy_version (number, version, body, note, published_at_us)
VALUES ($1, $2, $3, $4, $5)";
const LOG_RETIRED_LABELS: &str = "INSERT INTO change_log (entity, entity_id, kind, at_us)
SELECT 'complaint', complaint_id, 'upsert', $1 FROM label WHERE axis = $2 AND value = $3";
const REPLACE_LABELS: &str = "UPDATE label SET value = $1, taxonomy = $2 WHERE axis = $3 AND value = $4";
const ADD_COUNTS: &str = "INSERT INTO daily_count (dimension, node, day, complaints)
SELECT dimension, $1, day, complaints FROM daily_count WHERE dimension = $2 AND node = $3
ON CONFLICT (dimension, node, day) DO UPDATE SET
  complaints = daily_count.complaints + excluded.complaints";
const DELETE_COUNTS: &str = "DELETE FROM daily_count WHERE dimension = $1 AND node = $2";
const LOG_CLUSTERS_OF_AREA: &str = "INSERT INTO change_log (entity, entity_id, kind, at_us)
SELECT 'cluster', id, 'upsert', $1 FROM cluster WHERE product_area = $2";
const REPLACE_CLUSTER_AREA: &str = "UPDATE cluster SET product_area = $1 WHERE product_area = $2";
const LOG_CLUSTERS_OF_FAILURE: &str = "INSERT INTO change_log (entity, entity_id, kind, at_us)
SELECT 'cluster', id, 'upsert', $1 FROM cluster WHERE failure_type = $2";
const REPLACE_CLUSTER_FAILURE: &str = "UPDATE cluster SET failure_type = $1 WHERE failure_type = $2";
const COUNT_JUDGED: &str = "SELECT value, CAST(COUNT(DISTINCT complaint_id) AS BIGINT)
FROM judgement
WHERE axis = $1
GROUP BY value";

pub(super) const STATEMENTS: &[&str] = &[
    SELECT_CURRENT,
    SELECT_NUMBER,
    SELECT_ONE,
    SELECT_LIST,
    INSERT_VERSION,
    LOG_RETIRED_LABELS,
    REPLACE_LABELS,
    ADD_COUNTS,
    DELETE_COUNTS,
    LOG_CLUSTERS_OF_AREA,
    REPLACE_CLUSTER_AREA,
    LOG_CLUSTERS_OF_FAILURE,
    REPLACE_CLUSTER_FAILURE,
    COUNT_JUDGED,
];

/// What the starter set's row says when an organisation first edits it.
const STARTER_NOTE: &str = "";

/// A version in the list of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionLine {
    /// Its number; 1 is the starter set.
    pub number: i64,
    /// Number and content hash.
    pub version: String,
    /// What was said about it when it was published.
    pub note: String,
    /// When it was published; `None` for the starter set nobody has edited.
    pub published_at: Option<Timestamp>,
}

/// What became of a version that was to be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// It is in force; so many labels went from a retired term to another.
    InForce {
        /// Labels that changed.
        moved: u64,
    },
    /// Another version was published in the meantime; nothing was written.
    Outdated,
}

impl Store {
    /// The version in force.
    pub async fn taxonomy(&self) -> Result<Taxonomy, StoreError> {
        self.db
            .row(SELECT_CURRENT, &[])
            .await?
            .map_or_else(|| Ok(Taxonomy::starter()), |row| version_from(&row))
    }

    /// The number of the version in force.
    pub async fn taxonomy_number(&self) -> Result<i64, StoreError> {
        let row = self.db.row(SELECT_NUMBER, &[]).await?;
        Ok(row.map_or(Ok(None), |row| row.opt_int(0))?.unwrap_or(1))
    }

    /// A version by its number.
    pub async fn taxonomy_version(&self, number: i64) -> Result<Option<Taxonomy>, StoreError> {
        match self.db.row(SELECT_ONE, &[number.into()]).await? {
            Some(row) => version_from(&row).map(Some),
            None if number == 1 => Ok(Some(Taxonomy::starter())),
            None => Ok(None),
        }
    }

    /// Every version, newest first.
    pub async fn taxonomy_versions(&self) -> Result<Vec<VersionLine>, StoreError> {
        let mut lines = Vec::new();
        for row in self.db.rows(SELECT_LIST, &[]).await? {
            let number = row.int(0)?;
            lines.push(VersionLine {
                number,
                version: row.text(1)?,
                note: row.text(2)?,
                published_at: (number > 1).then_some(Timestamp(row.int(3)?)),
            });
        }
        if lines.is_empty() {
            let version = Taxonomy::starter().version;
            lines.push(VersionLine { number: 1, version, note: STARTER_NOTE.to_owned(), published_at: None });
        }
        Ok(lines)
    }

    /// How many complaints have each answer of an axis, by their label or by what a person said.
    pub async fn answers_in_use(&self, axis: Axis) -> Result<HashMap<String, i64>, StoreError> {
        let mut used = self.totals_of_dimension(Dimension::from(axis)).await?;
        for row in self.db.rows(COUNT_JUDGED, &[axis.name().into()]).await? {
            let entry = used.entry(row.text(0)?).or_default();
            *entry = row.int(1)?.max(*entry);
        }
        Ok(used)
    }

    /// Publishes the version that follows its predecessor, and moves the complaints of retired terms.
    pub async fn publish_taxonomy(&self, next: &Taxonomy, note: &str) -> Result<Published, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        // The log's lock comes first, as everywhere; it also lets one publisher in at a time.
        tx.lock_change_log().await?;
        let row = tx.row(SELECT_NUMBER, &[]).await?;
        let in_force = row.map_or(Ok(None), |row| row.opt_int(0))?;
        if in_force.unwrap_or(1) + 1 != next.number {
            return Ok(Published::Outdated);
        }
        if in_force.is_none() {
            insert(&mut tx, &Taxonomy::starter(), STARTER_NOTE, now).await?;
        }
        insert(&mut tx, next, note, now).await?;
        let moved = replace_retired(&mut tx, next, now).await?;
        tx.commit().await?;
        Ok(Published::InForce { moved })
    }

    /// Moves labels that another process gave under an earlier version since `taxonomy` was published.
    pub async fn replace_retired_answers(&self, taxonomy: &Taxonomy) -> Result<u64, StoreError> {
        if taxonomy.retired().is_empty() {
            return Ok(0);
        }
        let mut tx = self.db.begin().await?;
        tx.lock_change_log().await?;
        let moved = replace_retired(&mut tx, taxonomy, self.clock.now()).await?;
        tx.commit().await?;
        Ok(moved)
    }
}

impl Tx {
    /// The version in force, as this transaction sees it.
    pub(super) async fn taxonomy(&mut self) -> Result<Option<Taxonomy>, StoreError> {
        self.row(SELECT_CURRENT, &[]).await?.map(|row| version_from(&row)).transpose()
    }
}

async fn insert(tx: &mut Tx, taxonomy: &Taxonomy, note: &str, now: Timestamp) -> Result<(), StoreError> {
    let body = taxonomy.to_json();
    let values = [
        taxonomy.number.into(),
        taxonomy.version.as_str().into(),
        body.as_str().into(),
        note.into(),
        now.0.into(),
    ];
    tx.execute(INSERT_VERSION, &values).await?;
    let mut id = [0; 16];
    id[8..].copy_from_slice(&taxonomy.number.to_be_bytes());
    tx.log_upserts(Entity::Taxonomy, [&id], now).await
}

async fn replace_retired(tx: &mut Tx, taxonomy: &Taxonomy, now: Timestamp) -> Result<u64, StoreError> {
    let mut moved = 0;
    for Retired { axis, id, replaced_by, .. } in taxonomy.retired() {
        let Some(by) = replaced_by.as_deref() else { continue };
        let (axis_name, old) = (axis.name(), id.as_str());
        if tx.execute(LOG_RETIRED_LABELS, &[now.0.into(), axis_name.into(), old.into()]).await? > 0 {
            let version = taxonomy.version.as_str();
            let values = [by.into(), version.into(), axis_name.into(), old.into()];
            moved += tx.execute(REPLACE_LABELS, &values).await?;
        }
        let dimension = Dimension::from(*axis).name();
        tx.execute(ADD_COUNTS, &[by.into(), dimension.into(), old.into()]).await?;
        tx.execute(DELETE_COUNTS, &[dimension.into(), old.into()]).await?;
        let (log, replace) = match axis {
            Axis::Kind => continue,
            Axis::ProductArea => (LOG_CLUSTERS_OF_AREA, REPLACE_CLUSTER_AREA),
            Axis::FailureType => (LOG_CLUSTERS_OF_FAILURE, REPLACE_CLUSTER_FAILURE),
        };
        tx.execute(log, &[now.0.into(), old.into()]).await?;
        tx.execute(replace, &[by.into(), old.into()]).await?;
    }
    Ok(moved)
}

fn version_from(row: &Row) -> Result<Taxonomy, StoreError> {
    let number = row.int(0)?;
    Taxonomy::from_json(number, &row.text(1)?)
        .map_err(|reason| StoreError::bad_data("taxonomy_version", "body", format!("{number}: {reason}")))
}

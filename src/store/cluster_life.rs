//! What moves by itself about clusters (states, owners by rule, priorities, whom they strike), the rules
//! that name owners, and what people say about a cluster.

use std::collections::HashMap;

use super::analysis::id_at;
use super::change_log::Entity;
use super::checkpoints::Checkpoint;
use super::cluster_history::cluster_at;
use super::db::{Row, Value};
use super::{Store, StoreError};
use crate::domain::cluster::ClusterState;
use crate::domain::cluster_history::{ClusterEvent, ClusterEventKind};
use crate::domain::cluster_life::Why;
use crate::domain::id::{ClusterId, ComplaintId};
use crate::domain::ownership::OwnerRule;
use crate::domain::priority::{Load, Priority};
use crate::domain::time::{Day, Timestamp};

const SELECT_WITHOUT_PRINT: &str = "SELECT t.complaint_id, t.body
FROM complaint_text t
LEFT JOIN complaint_print p ON p.complaint_id = t.complaint_id
WHERE p.complaint_id IS NULL AND t.body IS NOT NULL
ORDER BY t.complaint_id
LIMIT $1";
const INSERT_PRINTS: &str = "INSERT INTO complaint_print (complaint_id, print)";
const PRINT_CONFLICT: &str = "ON CONFLICT (complaint_id) DO NOTHING";
/// Complaints without text count as a text each.
const SELECT_STRUCK: &str = "SELECT m.cluster_id,
  CAST(COUNT(DISTINCT c.customer) AS BIGINT),
  CAST(COUNT(DISTINCT p.print) + SUM(CASE WHEN p.print IS NULL THEN 1 ELSE 0 END) AS BIGINT)
FROM membership m
JOIN complaint c ON c.id = m.complaint_id
LEFT JOIN complaint_print p ON p.complaint_id = m.complaint_id
GROUP BY m.cluster_id";
const SELECT_CLAIMING: &str = "SELECT m.cluster_id,
  CAST(COUNT(*) AS BIGINT),
  CAST(SUM(CASE WHEN l.value IN ('claim', 'report') THEN 1 ELSE 0 END) AS BIGINT)
FROM membership m
JOIN label l ON l.complaint_id = m.complaint_id
WHERE l.axis = 'kind'
GROUP BY m.cluster_id";
const SELECT_UNITS: &str = "SELECT m.cluster_id, c.company, CAST(COUNT(*) AS BIGINT)
FROM membership m
JOIN complaint c ON c.id = m.complaint_id
GROUP BY m.cluster_id, c.company
ORDER BY m.cluster_id, 3 DESC, c.company";
const SELECT_SINCE: &str = "SELECT CAST(COUNT(*) AS BIGINT), CAST(COUNT(DISTINCT c.customer) AS BIGINT)
FROM membership m
JOIN complaint c ON c.id = m.complaint_id
WHERE m.cluster_id = $1 AND c.received_day > $2";
/// What a person said meanwhile stands.
const UPDATE_LIFE: &str = "UPDATE cluster
SET owner = CASE WHEN owner_by_person = 1 THEN owner ELSE $2 END,
  priority = CASE WHEN priority_by_person = 1 THEN priority ELSE $3 END,
  load = $4,
  customers = $5,
  texts = $6,
  updated_at_us = $7
WHERE id = $1";
const UPDATE_STATE: &str = "UPDATE cluster
SET state = $3, state_since_us = $4, state_by_person = 0, aside = NULL, updated_at_us = $4
WHERE id = $1 AND state = $2";
const SELECT_RULES: &str = "SELECT area, failure_type, unit, owner FROM owner_rule ORDER BY place";
const DELETE_RULES: &str = "DELETE FROM owner_rule";
const INSERT_RULES: &str = "INSERT INTO owner_rule (place, area, failure_type, unit, owner)";
const INSERT_COMMENT: &str = "INSERT INTO cluster_comment (cluster_id, person, body, mentions, at_us)
VALUES ($1, $2, $3, $4, $5)
RETURNING seq";
const SELECT_COMMENTS: &str = "SELECT person, body, mentions, at_us
FROM cluster_comment
WHERE cluster_id = $1
ORDER BY seq";

pub(super) const STATEMENTS: &[&str] = &[
    SELECT_WITHOUT_PRINT,
    SELECT_STRUCK,
    SELECT_CLAIMING,
    SELECT_UNITS,
    SELECT_SINCE,
    UPDATE_LIFE,
    UPDATE_STATE,
    SELECT_RULES,
    DELETE_RULES,
    INSERT_COMMENT,
    SELECT_COMMENTS,
];

/// Share of a cluster's complaints that must be about a company for it to prevail.
const UNIT_SHARE: f64 = 0.4;

/// Whom and how a cluster strikes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Struck {
    /// Customers, where the source names them.
    pub customers: i64,
    /// Complaints that differ in more than numbers and names.
    pub texts: i64,
    /// Share of its complaints that claim or denounce something.
    pub claiming: f64,
    /// The company or unit that prevails.
    pub unit: Option<String>,
}

/// What a look at a cluster changes.
#[derive(Clone, Debug)]
pub struct LifeUpdate {
    /// Which cluster.
    pub cluster: ClusterId,
    /// Where it stood, where it goes, and why.
    pub moved: Option<(ClusterState, ClusterState, Why)>,
    /// Who answered by rule, who does now, and which rule says so.
    pub owner: Option<(Option<String>, Option<String>, usize)>,
    /// The owner it has when a person did not name one.
    pub owner_now: Option<String>,
    /// How urgent it is by its load.
    pub priority: Priority,
    /// The parts of its priority.
    pub load: Load,
    /// Customers.
    pub customers: i64,
    /// Different texts.
    pub texts: i64,
}

/// What somebody said about a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Who, where that was said.
    pub person: Option<String>,
    /// What.
    pub body: String,
    /// Whom it speaks to.
    pub mentions: Vec<String>,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Redacted texts that have no print yet, at most `limit`.
    pub async fn texts_without_print(&self, limit: usize) -> Result<Vec<(ComplaintId, String)>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.db.rows(SELECT_WITHOUT_PRINT, &[limit.into()]).await?;
        rows.iter().map(|row| Ok((id_at(row, 0)?, row.text(1)?))).collect()
    }

    /// Keeps the prints of texts.
    pub async fn keep_prints(&self, prints: &[(ComplaintId, i64)]) -> Result<(), StoreError> {
        let values: Vec<Value<'_>> =
            prints.iter().flat_map(|(id, print)| [id.as_bytes().into(), (*print).into()]).collect();
        let mut tx = self.db.begin().await?;
        tx.insert_many(INSERT_PRINTS, PRINT_CONFLICT, 2, &values).await?;
        tx.commit().await
    }

    /// Whom each cluster strikes.
    pub async fn struck(&self) -> Result<HashMap<ClusterId, Struck>, StoreError> {
        let mut all: HashMap<ClusterId, Struck> = HashMap::new();
        for row in self.db.rows(SELECT_STRUCK, &[]).await? {
            let struck = all.entry(cluster_at(&row, 0, "membership")?).or_default();
            (struck.customers, struck.texts) = (row.int(1)?, row.int(2)?);
        }
        for row in self.db.rows(SELECT_CLAIMING, &[]).await? {
            let (complaints, claiming) = (row.int(1)?, row.int(2)?);
            all.entry(cluster_at(&row, 0, "membership")?).or_default().claiming =
                claiming as f64 / complaints.max(1) as f64;
        }
        let mut units: HashMap<ClusterId, (i64, Option<(String, i64)>)> = HashMap::new();
        for row in self.db.rows(SELECT_UNITS, &[]).await? {
            let (total, best) = units.entry(cluster_at(&row, 0, "membership")?).or_default();
            let count = row.int(2)?;
            *total += count;
            if let (Some(company), None) = (row.opt_text(1)?, &best) {
                *best = Some((company, count));
            }
        }
        for (cluster, (total, best)) in units {
            let prevails = best.filter(|(_, count)| *count as f64 >= UNIT_SHARE * total as f64);
            all.entry(cluster).or_default().unit = prevails.map(|(company, _)| company);
        }
        Ok(all)
    }

    /// Complaints of a cluster received after a day, and customers among them.
    pub async fn received_since(&self, cluster: ClusterId, day: Day) -> Result<(i64, i64), StoreError> {
        let row = self.db.row(SELECT_SINCE, &[cluster.as_bytes().into(), day.0.into()]).await?;
        row.map_or(Ok((0, 0)), |row| Ok((row.int(0)?, row.int(1)?)))
    }

    /// Keeps what moved by itself, with its events, in one transaction.
    pub async fn keep_lives(&self, updates: &[LifeUpdate], day: Day) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        tx.lock_change_log().await?;
        let (mut events, mut changed) = (Vec::new(), Vec::new());
        for update in updates {
            let load = serde_json::to_string(&update.load).expect("numbers are JSON");
            let values = [
                update.cluster.as_bytes().into(),
                update.owner_now.as_deref().into(),
                update.priority.name().into(),
                load.into(),
                update.customers.into(),
                update.texts.into(),
                now.0.into(),
            ];
            tx.execute(UPDATE_LIFE, &values).await?;
            if let Some((from, to, why)) = &update.moved {
                let values =
                    [update.cluster.as_bytes().into(), from.name().into(), to.name().into(), now.0.into()];
                if tx.execute(UPDATE_STATE, &values).await? > 0 {
                    let event = ClusterEvent::by_machine(update.cluster, ClusterEventKind::State, now)
                        .changing(Some(from.name()), Some(to.name()));
                    events.push(ClusterEvent { reason: Some(why.line()), ..event });
                }
            }
            if let Some((before, after, rule)) = &update.owner {
                let event = ClusterEvent::by_machine(update.cluster, ClusterEventKind::Owner, now)
                    .changing(before.as_deref(), after.as_deref());
                events.push(ClusterEvent { reason: Some(format!("owner_rule place={rule}")), ..event });
            }
            changed.push(update.cluster);
        }
        tx.note_clusters(&events).await?;
        tx.log_upserts(Entity::Cluster, changed.iter().map(ClusterId::as_bytes), now).await?;
        tx.set_checkpoint(Checkpoint::KeptDay, day.0.into()).await?;
        tx.commit().await?;
        // What this wrote itself is no reason to look again.
        let last = self.last_change().await?;
        let mut tx = self.db.begin().await?;
        tx.set_checkpoint(Checkpoint::KeptChange, last).await?;
        tx.commit().await
    }

    /// The rules that name owners, in order.
    pub async fn owner_rules(&self) -> Result<Vec<OwnerRule>, StoreError> {
        let rows = self.db.rows(SELECT_RULES, &[]).await?;
        rows.iter()
            .map(|row| {
                Ok(OwnerRule {
                    area: row.opt_text(0)?,
                    failure_type: row.opt_text(1)?,
                    unit: row.opt_text(2)?,
                    owner: row.text(3)?,
                })
            })
            .collect()
    }

    /// Replaces the rules that name owners.
    pub async fn set_owner_rules(&self, rules: &[OwnerRule]) -> Result<(), StoreError> {
        let values: Vec<Value<'_>> = (1_i64..)
            .zip(rules)
            .flat_map(|(place, rule)| {
                [
                    place.into(),
                    rule.area.as_deref().into(),
                    rule.failure_type.as_deref().into(),
                    rule.unit.as_deref().into(),
                    rule.owner.as_str().into(),
                ]
            })
            .collect();
        let mut tx = self.db.begin().await?;
        tx.execute(DELETE_RULES, &[]).await?;
        tx.insert_many(INSERT_RULES, "", 5, &values).await?;
        // The next look goes by them.
        tx.set_checkpoint(Checkpoint::KeptChange, -1).await?;
        tx.commit().await
    }

    /// Keeps what somebody says about a cluster and whom it is to be told; false when there is no such cluster.
    pub async fn comment_on(
        &self,
        cluster: ClusterId,
        person: Option<&str>,
        body: &str,
        mentions: &[String],
    ) -> Result<bool, StoreError> {
        if self.cluster(cluster).await?.is_none() {
            return Ok(false);
        }
        let now = self.clock.now();
        let written = serde_json::to_string(mentions).expect("texts are JSON");
        let values = [cluster.as_bytes().into(), person.into(), body.into(), written.into(), now.0.into()];
        let mut tx = self.db.begin().await?;
        if let Some(row) = tx.row(INSERT_COMMENT, &values).await? {
            tx.enqueue_mentions(row.int(0)?, mentions, now).await?;
        }
        tx.log_upserts(Entity::Cluster, [cluster.as_bytes()], now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// What was said about a cluster, oldest first.
    pub async fn comments(&self, cluster: ClusterId) -> Result<Vec<Comment>, StoreError> {
        self.db.rows(SELECT_COMMENTS, &[cluster.as_bytes().into()]).await?.iter().map(comment_from).collect()
    }
}

fn comment_from(row: &Row) -> Result<Comment, StoreError> {
    let mentions = row.text(2)?;
    Ok(Comment {
        person: row.opt_text(0)?,
        body: row.text(1)?,
        mentions: serde_json::from_str(&mentions)
            .map_err(|_| StoreError::bad_data("cluster_comment", "mentions", mentions))?,
        at: Timestamp(row.int(3)?),
    })
}

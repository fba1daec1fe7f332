//! Signals: raised by the watcher and kept with their evidence. What becomes of them is in `signal_life`.

use super::analysis::day_at;
use super::change_log::Entity;
use super::checkpoints::Checkpoint;
use super::clock::new_id;
use super::db::{Row, Value};
use super::{Store, StoreError};
use crate::domain::counts::{Dimension, Node};
use crate::domain::id::SignalId;
use crate::domain::signal::{Evidence, Signal, SignalState};
use crate::domain::time::{Day, Timestamp, Week};

const SELECT_SIGNALS: &str = "SELECT id, dimension, node, period_start, period_end, evidence, state, note,
  raised_at_us
FROM signal
ORDER BY period_end DESC, score DESC, id
LIMIT $1";
pub(super) const SELECT_SIGNAL: &str =
    "SELECT id, dimension, node, period_start, period_end, evidence, state, note,
  raised_at_us
FROM signal
WHERE id = $1";
const SELECT_LAST_OF_NODE: &str = "SELECT id, period_end, score
FROM signal
WHERE dimension = $1 AND node = $2
ORDER BY period_end DESC
LIMIT 1";
const INSERT_SIGNAL: &str = "INSERT INTO signal (
  id, dimension, node, period_start, period_end, evidence, score, state, note, raised_at_us, updated_at_us
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)";
const EXTEND_SIGNAL: &str = "UPDATE signal
SET period_end = $2, evidence = $3, score = $4, updated_at_us = $5
WHERE id = $1";
const PROLONG_SIGNAL: &str = "UPDATE signal SET period_end = $2, updated_at_us = $3 WHERE id = $1";
pub(super) const STATEMENTS: &[&str] =
    &[SELECT_SIGNALS, SELECT_SIGNAL, SELECT_LAST_OF_NODE, INSERT_SIGNAL, EXTEND_SIGNAL, PROLONG_SIGNAL];

/// Signals a list gives at most.
const MAX_LISTED: i64 = 1_000;
/// An alarm at most this many days after the last one of the same series belongs to the same episode.
const SAME_EPISODE_DAYS: i32 = 14;

/// An alarm the watcher wants kept.
#[derive(Clone, Debug)]
pub struct Alarm {
    /// The series.
    pub node: Node,
    /// First day of the window that fired.
    pub period_start: Day,
    /// Last day of the window that fired.
    pub period_end: Day,
    /// What was seen.
    pub evidence: Evidence,
}

impl Store {
    /// Signals, latest period first.
    pub async fn signals(&self) -> Result<Vec<Signal>, StoreError> {
        let rows = self.db.rows(SELECT_SIGNALS, &[MAX_LISTED.into()]).await?;
        rows.iter().map(signal_from).collect()
    }

    /// One signal.
    pub async fn signal(&self, id: SignalId) -> Result<Option<Signal>, StoreError> {
        self.db.row(SELECT_SIGNAL, &[id.as_bytes().into()]).await?.as_ref().map(signal_from).transpose()
    }

    /// Keeps the alarms of one judged week and the checkpoint in one transaction. An alarm that goes on
    /// from an earlier one of the same series prolongs that signal instead of raising another; the
    /// strongest evidence is kept. An alarm of a muted series is counted and raises nothing; one that breaks
    /// the silence raises a signal of its own. Who asked to be told of a raised signal gets a notice in the
    /// same transaction. Series of `explained` alarmed as well, and another one explains it: what was told of
    /// them before goes on, with the evidence it has, and they raise nothing. Gives how many new signals were
    /// raised.
    pub async fn record_watch(
        &self,
        alarms: &[Alarm],
        explained: &[Node],
        watched_week: Week,
    ) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let mut raised = 0;
        let mut changed = Vec::new();
        let mut tx = self.db.begin().await?;
        for alarm in alarms {
            let Alarm { node, period_start, period_end, evidence } = alarm;
            let key = [node.dimension.name().into(), node.key.as_str().into()];
            let mut broke_silence = false;
            if let Some(mute) = tx.muted(node).await? {
                if mute.until.holds(*period_end, evidence) {
                    tx.hold_alarm(node, *period_end).await?;
                    changed.push(mute.signal);
                    continue;
                }
                tx.end_mute(node, &mute, now).await?;
                changed.push(mute.signal);
                broke_silence = true;
            }
            let last = tx.row(SELECT_LAST_OF_NODE, &key).await?;
            let episode = match &last {
                Some(row) if period_end.0 - day_at(row, 1)?.0 <= SAME_EPISODE_DAYS => Some(row),
                _ => None,
            };
            // Another signal told of the days before: an alarm whose window is long, or one that breaks a
            // silence, is news from the day after that signal's last.
            let told_until = last.as_ref().map(|row| day_at(row, 1)).transpose()?;
            let first_new_day = told_until.map_or(period_start.0, |day| period_start.0.max(day.0 + 1));
            if let Some(row) = episode.filter(|_| !broke_silence) {
                let id = row.bytes(0)?;
                if evidence.score > row.real(2)? {
                    let values = [
                        id.as_slice().into(),
                        period_end.0.into(),
                        evidence_to_json(evidence).into(),
                        evidence.score.into(),
                        now.0.into(),
                    ];
                    tx.execute(EXTEND_SIGNAL, &values).await?;
                } else {
                    let values = [id.as_slice().into(), period_end.0.into(), now.0.into()];
                    tx.execute(PROLONG_SIGNAL, &values).await?;
                }
                changed.extend(SignalId::from_slice(&id));
                continue;
            }
            let id = SignalId(new_id());
            let values = [
                id.as_bytes().into(),
                node.dimension.name().into(),
                node.key.as_str().into(),
                first_new_day.min(period_end.0).into(),
                period_end.0.into(),
                evidence_to_json(evidence).into(),
                evidence.score.into(),
                SignalState::Raised.name().into(),
                Value::Text(None),
                now.0.into(),
            ];
            tx.execute(INSERT_SIGNAL, &values).await?;
            tx.note_signal(id, "raised", "", (None, None), now).await?;
            tx.enqueue_notices(id, node, now).await?;
            changed.push(id);
            raised += 1;
        }
        let end = watched_week.last_day();
        for node in explained {
            let key = [node.dimension.name().into(), node.key.as_str().into()];
            let Some(row) = tx.row(SELECT_LAST_OF_NODE, &key).await? else { continue };
            let told_until = day_at(&row, 1)?.0;
            if tx.muted(node).await?.is_some()
                || end.0 <= told_until
                || end.0 - told_until > SAME_EPISODE_DAYS
            {
                continue;
            }
            let id = row.bytes(0)?;
            tx.execute(PROLONG_SIGNAL, &[id.as_slice().into(), end.0.into(), now.0.into()]).await?;
            changed.extend(SignalId::from_slice(&id));
        }
        tx.set_checkpoint(Checkpoint::WatchedWeek, i64::from(watched_week.0)).await?;
        tx.log_upserts(Entity::Signal, changed.iter().map(SignalId::as_bytes), now).await?;
        tx.commit().await?;
        Ok(raised)
    }
}

fn evidence_to_json(evidence: &Evidence) -> String {
    serde_json::to_string(evidence).expect("evidence holds finite numbers and texts")
}

pub(super) fn signal_from(row: &Row) -> Result<Signal, StoreError> {
    let bytes = row.bytes(0)?;
    let (dimension, evidence, state) = (row.text(1)?, row.text(5)?, row.text(6)?);
    Ok(Signal {
        id: SignalId::from_slice(&bytes)
            .ok_or_else(|| StoreError::bad_data("signal", "id", format!("{bytes:?}")))?,
        node: Node {
            dimension: Dimension::from_name(&dimension)
                .ok_or_else(|| StoreError::bad_data("signal", "dimension", dimension))?,
            key: row.text(2)?,
        },
        period_start: day_at(row, 3)?,
        period_end: day_at(row, 4)?,
        evidence: serde_json::from_str(&evidence)
            .map_err(|_| StoreError::bad_data("signal", "evidence", evidence))?,
        state: SignalState::from_name(&state)
            .ok_or_else(|| StoreError::bad_data("signal", "state", state))?,
        note: row.opt_text(7)?,
        raised_at: Timestamp(row.int(8)?),
    })
}

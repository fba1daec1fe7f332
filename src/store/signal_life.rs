//! What becomes of a signal: every move with its author and reason, silence for its series, and how many
//! warnings people found real.

use super::change_log::Entity;
use super::db::{Row, Tx, Value};
use super::signals::{SELECT_SIGNAL, signal_from};
use super::{Store, StoreError};
use crate::domain::counts::Node;
use crate::domain::id::SignalId;
use crate::domain::mute::Until;
use crate::domain::signal::{Signal, SignalState};
use crate::domain::time::{Day, Timestamp};

const JUDGE_SIGNAL: &str = "UPDATE signal SET state = $2, note = $3, updated_at_us = $4 WHERE id = $1";
const INSERT_EVENT: &str = "INSERT INTO signal_event (signal_id, event, detail, author, reason, at_us)
VALUES ($1, $2, $3, $4, $5, $6)";
const SELECT_EVENTS: &str = "SELECT event, detail, author, reason, at_us
FROM signal_event
WHERE signal_id = $1
ORDER BY seq";
const SELECT_MUTE: &str = "SELECT signal_id, until_day, excess, held, held_day, since_us
FROM mute
WHERE dimension = $1 AND node = $2";
const UPSERT_MUTE: &str = "INSERT INTO mute (
  dimension, node, signal_id, until_day, excess, held, held_day, since_us
) VALUES ($1, $2, $3, $4, $5, 0, NULL, $6)
ON CONFLICT (dimension, node) DO UPDATE SET signal_id = excluded.signal_id, until_day = excluded.until_day,
  excess = excluded.excess, held = 0, held_day = NULL, since_us = excluded.since_us";
const HOLD: &str = "UPDATE mute SET held = held + 1, held_day = $3 WHERE dimension = $1 AND node = $2";
const DELETE_MUTE: &str = "DELETE FROM mute WHERE dimension = $1 AND node = $2";
const COUNT_VERDICTS: &str = "SELECT e.detail, CAST(COUNT(*) AS BIGINT)
FROM signal_event e
JOIN signal s ON s.id = e.signal_id
WHERE e.event = 'moved' AND e.detail IN ('confirmed', 'refuted') AND s.period_end >= $1
GROUP BY e.detail";
const COUNT_SIGNALS: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM signal WHERE period_end >= $1";

pub(super) const STATEMENTS: &[&str] = &[
    JUDGE_SIGNAL,
    INSERT_EVENT,
    SELECT_EVENTS,
    SELECT_MUTE,
    UPSERT_MUTE,
    HOLD,
    DELETE_MUTE,
    COUNT_VERDICTS,
    COUNT_SIGNALS,
];

/// Something that happened to a signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalEvent {
    /// `raised`, `moved`, `muted`, `unmuted` or `worsened`.
    pub event: String,
    /// The new state, or until when it is muted: a day, or `worse`.
    pub detail: String,
    /// Who did it; `None` for the watcher and for people who did not say.
    pub author: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What a person decides about a signal.
#[derive(Clone, Copy, Debug)]
pub struct Verdict<'a> {
    /// The state it goes to.
    pub next: SignalState,
    /// Why; `None` keeps the note there is.
    pub note: Option<&'a str>,
    /// Who decides.
    pub author: Option<&'a str>,
}

/// A series that is silent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mute {
    /// The signal on which somebody muted it.
    pub signal: SignalId,
    /// When it may warn again.
    pub until: Until,
    /// Alarms that stayed unsaid.
    pub held: i64,
    /// Last day of the last of them.
    pub held_day: Option<Day>,
    /// Since when.
    pub since: Timestamp,
}

/// What people found about the warnings of a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerdictCounts {
    /// Warnings there were.
    pub raised: u64,
    /// Found real.
    pub confirmed: u64,
    /// Found to be false alarms.
    pub refuted: u64,
}

impl VerdictCounts {
    /// False alarms among the judged ones; `None` when nobody has judged any.
    pub fn false_share(self) -> Option<f64> {
        let judged = self.confirmed + self.refuted;
        (judged > 0).then(|| self.refuted as f64 / judged as f64)
    }
}

impl Store {
    /// Moves a signal to the state a person decided. `None` when there is no such signal;
    /// `Some(Err(state))` when it may not move there from `state`, where it stays.
    pub async fn judge_signal(
        &self,
        id: SignalId,
        verdict: Verdict<'_>,
    ) -> Result<Option<Result<Signal, SignalState>>, StoreError> {
        let Verdict { next, note, author } = verdict;
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let Some(row) = tx.row(SELECT_SIGNAL, &[id.as_bytes().into()]).await? else { return Ok(None) };
        let mut signal = signal_from(&row)?;
        if !signal.state.may_become(next) {
            return Ok(Some(Err(signal.state)));
        }
        signal.state = next;
        if let Some(note) = note {
            signal.note = Some(note.to_owned());
        }
        let values = [id.as_bytes().into(), next.name().into(), signal.note.as_deref().into(), now.0.into()];
        tx.execute(JUDGE_SIGNAL, &values).await?;
        tx.note_signal(id, "moved", next.name(), (author, note), now).await?;
        tx.log_upserts(Entity::Signal, [id.as_bytes()], now).await?;
        tx.commit().await?;
        Ok(Some(Ok(signal)))
    }

    /// What happened to a signal, first to last.
    pub async fn signal_events(&self, id: SignalId) -> Result<Vec<SignalEvent>, StoreError> {
        let rows = self.db.rows(SELECT_EVENTS, &[id.as_bytes().into()]).await?;
        let event = |row: &Row| {
            Ok(SignalEvent {
                event: row.text(0)?,
                detail: row.text(1)?,
                author: row.opt_text(2)?,
                reason: row.opt_text(3)?,
                at: Timestamp(row.int(4)?),
            })
        };
        rows.iter().map(event).collect()
    }

    /// Mutes the series of a signal, or with `None` lets it warn again; says whether there is such a
    /// signal. Muting anew replaces the silence there was.
    pub async fn mute_signal(
        &self,
        id: SignalId,
        until: Option<Until>,
        author: Option<&str>,
        reason: Option<&str>,
    ) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let Some(row) = tx.row(SELECT_SIGNAL, &[id.as_bytes().into()]).await? else { return Ok(false) };
        let node = signal_from(&row)?.node;
        let key = [node.dimension.name().into(), node.key.as_str().into()];
        match until {
            None => {
                if tx.execute(DELETE_MUTE, &key).await? == 0 {
                    return Ok(true);
                }
                tx.note_signal(id, "unmuted", "", (author, reason), now).await?;
            }
            Some(until) => {
                let (day, excess) = match until {
                    Until::Day(day) => (Some(i64::from(day.0)), None),
                    Until::Worse { excess } => (None, Some(excess)),
                };
                let [dimension, node] = key;
                let values =
                    [dimension, node, id.as_bytes().into(), day.into(), Value::Real(excess), now.0.into()];
                tx.execute(UPSERT_MUTE, &values).await?;
                let detail = match until {
                    Until::Day(day) => day.to_string(),
                    Until::Worse { .. } => "worse".to_owned(),
                };
                tx.note_signal(id, "muted", &detail, (author, reason), now).await?;
            }
        }
        tx.log_upserts(Entity::Signal, [id.as_bytes()], now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The silence over a series, if there is one.
    pub async fn mute_of(&self, node: &Node) -> Result<Option<Mute>, StoreError> {
        let key = [node.dimension.name().into(), node.key.as_str().into()];
        self.db.row(SELECT_MUTE, &key).await?.as_ref().map(mute_from).transpose()
    }

    /// What people found about the warnings whose period ended on `since` or later.
    pub async fn verdict_counts(&self, since: Day) -> Result<VerdictCounts, StoreError> {
        let count = |row: &Row, column| Ok::<_, StoreError>(u64::try_from(row.int(column)?).unwrap_or(0));
        let mut counts = VerdictCounts::default();
        if let Some(row) = self.db.row(COUNT_SIGNALS, &[since.0.into()]).await? {
            counts.raised = count(&row, 0)?;
        }
        for row in self.db.rows(COUNT_VERDICTS, &[since.0.into()]).await? {
            match row.text(0)?.as_str() {
                "confirmed" => counts.confirmed = count(&row, 1)?,
                _ => counts.refuted = count(&row, 1)?,
            }
        }
        Ok(counts)
    }
}

impl Tx {
    /// Notes what happened to a signal; `by` is who and why.
    pub(super) async fn note_signal(
        &mut self,
        id: SignalId,
        event: &'static str,
        detail: &str,
        by: (Option<&str>, Option<&str>),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let values =
            [id.as_bytes().into(), event.into(), detail.into(), by.0.into(), by.1.into(), now.0.into()];
        self.execute(INSERT_EVENT, &values).await.map(drop)
    }

    /// The silence over a series, seen by this transaction.
    pub(super) async fn muted(&mut self, node: &Node) -> Result<Option<Mute>, StoreError> {
        let key = [node.dimension.name().into(), node.key.as_str().into()];
        self.row(SELECT_MUTE, &key).await?.as_ref().map(mute_from).transpose()
    }

    /// Counts an alarm that stayed unsaid.
    pub(super) async fn hold_alarm(&mut self, node: &Node, period_end: Day) -> Result<(), StoreError> {
        let key = [node.dimension.name().into(), node.key.as_str().into(), period_end.0.into()];
        self.execute(HOLD, &key).await.map(drop)
    }

    /// Ends the silence over a series that is over its reason, and notes it on the signal it began with.
    pub(super) async fn end_mute(
        &mut self,
        node: &Node,
        mute: &Mute,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let key = [node.dimension.name().into(), node.key.as_str().into()];
        self.execute(DELETE_MUTE, &key).await?;
        let event = match mute.until {
            Until::Day(_) => "unmuted",
            Until::Worse { .. } => "worsened",
        };
        self.note_signal(mute.signal, event, "", (None, None), now).await
    }
}

fn mute_from(row: &Row) -> Result<Mute, StoreError> {
    let bytes = row.bytes(0)?;
    let until = match (row.opt_int(1)?, row.opt_real(2)?) {
        (Some(day), _) => Until::Day(day_of(day)?),
        (None, Some(excess)) => Until::Worse { excess },
        (None, None) => return Err(StoreError::bad_data("mute", "until_day", "neither a day nor an excess")),
    };
    Ok(Mute {
        signal: SignalId::from_slice(&bytes)
            .ok_or_else(|| StoreError::bad_data("mute", "signal_id", format!("{bytes:?}")))?,
        until,
        held: row.int(3)?,
        held_day: row.opt_int(4)?.map(day_of).transpose()?,
        since: Timestamp(row.int(5)?),
    })
}

fn day_of(number: i64) -> Result<Day, StoreError> {
    i32::try_from(number).map(Day).map_err(|_| StoreError::bad_data("mute", "day", number.to_string()))
}

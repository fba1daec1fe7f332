//! What the watcher learnt about its own false alarms, and when: one row each time it was learnt anew.

use super::{Store, StoreError};
use crate::domain::alarm_budget::Tail;
use crate::domain::time::{Timestamp, Week};

const INSERT_CALIBRATION: &str = "INSERT INTO watch_calibration (week, series, tail, made_at_us)
VALUES ($1, $2, $3, $4)";
const SELECT_LATEST: &str = "SELECT week, series, tail, made_at_us
FROM watch_calibration
ORDER BY seq DESC
LIMIT 1";

pub(super) const STATEMENTS: &[&str] = &[INSERT_CALIBRATION, SELECT_LATEST];

/// A calibration of the watcher.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// The last week of the history it was made from.
    pub week: Week,
    /// Series watched then.
    pub series: usize,
    /// How often nothing alarms.
    pub tail: Tail,
    /// When it was made.
    pub made_at: Timestamp,
}

impl Store {
    /// Keeps a calibration; the newest is in force.
    pub async fn keep_calibration(&self, week: Week, series: usize, tail: &Tail) -> Result<(), StoreError> {
        let tail = serde_json::to_string(tail).expect("a tail holds finite numbers");
        let series = i64::try_from(series).unwrap_or(i64::MAX);
        let values = [week.0.into(), series.into(), tail.into(), self.clock.now().0.into()];
        let mut tx = self.db.begin().await?;
        tx.execute(INSERT_CALIBRATION, &values).await?;
        tx.commit().await
    }

    /// The newest calibration.
    pub async fn calibration(&self) -> Result<Option<Calibration>, StoreError> {
        let Some(row) = self.db.row(SELECT_LATEST, &[]).await? else { return Ok(None) };
        let week = row.int(0)?;
        let tail = row.text(2)?;
        Ok(Some(Calibration {
            week: i32::try_from(week)
                .map(Week)
                .map_err(|_| StoreError::bad_data("watch_calibration", "week", week.to_string()))?,
            series: usize::try_from(row.int(1)?).unwrap_or(0),
            tail: serde_json::from_str(&tail)
                .map_err(|_| StoreError::bad_data("watch_calibration", "tail", tail))?,
            made_at: Timestamp(row.int(3)?),
        }))
    }
}

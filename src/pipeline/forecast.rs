//! What the next weeks of a series are expected to bring, and how likely they are to pass a limit.

use crate::domain::counts::Node;
use crate::domain::time::Week;
use crate::watch::outlook;

use super::{Pipeline, PipelineError, compute};

/// Weeks ahead at most.
pub const MOST_WEEKS: usize = outlook::MOST_WEEKS;

/// Weeks of which the highest is the limit when none is named.
const YEAR: usize = 52;

/// The weeks to come of one series.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// The limit the chances are about.
    pub limit: u64,
    /// The weeks, the next one first.
    pub weeks: Vec<WeekAhead>,
}

/// One week to come.
#[derive(Clone, Debug, PartialEq)]
pub struct WeekAhead {
    /// The week.
    pub week: Week,
    /// Complaints expected.
    pub expected: f64,
    /// Between these counts it lies four times in five.
    pub interval: (u64, u64),
    /// How likely more than the limit come in.
    pub chance_above: f64,
}

impl Pipeline {
    /// The next weeks of a series. Without a limit it is the highest week of the last year. `None` where the
    /// series has too short a past, or none at all.
    pub async fn outlook(
        &self,
        node: &Node,
        weeks: usize,
        limit: Option<u64>,
    ) -> Result<Option<Outlook>, PipelineError> {
        let Some(complete) = self.complete_weeks().await? else { return Ok(None) };
        let series = self.series(node.dimension, complete).await?;
        let Some(position) = series.iter().position(|series| series.node == *node) else {
            return Ok(None);
        };
        let params = self.standing_params().await?;
        compute(move || {
            let last_year = series[position].counts.iter().rev().take(YEAR);
            let limit = limit.unwrap_or_else(|| u64::from(last_year.copied().max().unwrap_or(0)));
            let ahead = outlook::ahead(&series, position, weeks, &params);
            let weeks: Vec<WeekAhead> = ahead
                .iter()
                .map(|ahead| WeekAhead {
                    week: ahead.week,
                    expected: ahead.expected(),
                    interval: ahead.interval(),
                    chance_above: ahead.chance_above(limit),
                })
                .collect();
            (!weeks.is_empty()).then_some(Outlook { limit, weeks })
        })
        .await
    }
}

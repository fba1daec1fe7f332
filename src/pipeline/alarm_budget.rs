//! One budget of false alarms for all series that are watched: the threshold that keeps it, learnt from the
//! own history, and how far it is used up.

use std::sync::Arc;

use crate::domain::alarm_budget::{Tail, TailSource};
use crate::domain::signal::SignalState;
use crate::domain::time::Week;
use crate::store::calibrations::Calibration;
use crate::store::signal_life::VerdictCounts;
use crate::watch::calibration::{self, Effort, Known};
use crate::watch::{Series, ValidParams};

use super::watch::{MIN_COMPLAINTS, WATCHED};
use super::{Pipeline, PipelineError, compute};

/// Weeks for which a calibration holds.
const CALIBRATION_WEEKS: i32 = 4;
/// Series more or fewer, as a share, from which it is made anew before.
const CHANGED_SERIES: f64 = 0.25;
/// Decides how the weeks of the history are dealt.
const SEED: u64 = 1;
/// Weeks over which warnings and verdicts are counted.
const MEASURED_WEEKS: i32 = 26;

/// The budget and how far it is used up.
#[derive(Clone, Debug, PartialEq)]
pub struct BudgetStatus {
    /// False alarms a week the house can bear; `None` where only a threshold is set.
    pub budget: Option<f64>,
    /// The score above which a week alarms.
    pub threshold: f64,
    /// Series watched.
    pub series: usize,
    /// False alarms a week to be expected at this threshold.
    pub expected_per_week: f64,
    /// What that rests on.
    pub source: TailSource,
    /// The last week of the history it was learnt from.
    pub calibrated: Option<Week>,
    /// Weeks over which `verdicts` are counted.
    pub weeks: i32,
    /// Warnings of those weeks and what people made of them.
    pub verdicts: VerdictCounts,
}

impl BudgetStatus {
    /// Warnings a week.
    pub fn raised_per_week(&self) -> f64 {
        self.verdicts.raised as f64 / f64::from(self.weeks.max(1))
    }

    /// False alarms a week if those nobody judged are false as often as the judged ones; `None` where nobody
    /// judged any.
    pub fn judged_false_per_week(&self) -> Option<f64> {
        Some(self.verdicts.false_share()? * self.raised_per_week())
    }
}

impl Pipeline {
    /// How to judge `series`, whose last complete week is `last`: with the threshold of the settings, or with
    /// the one that keeps the budget. The tail it rests on is learnt when there is none, when it is old, or
    /// when there are many more series or many fewer than then.
    pub(super) async fn params_within_budget(
        &self,
        series: &Arc<Vec<Series>>,
        last: Week,
    ) -> Result<ValidParams, PipelineError> {
        let Some(budget) = self.watching.budget else { return Ok(self.watching.params.clone()) };
        let known = self.store.calibration().await?;
        let tail = match known.filter(|known| still_holds(known, series.len(), last)) {
            Some(known) => known.tail,
            None => self.calibrate(series, last, budget).await?,
        };
        Ok(self.watching.params.with_threshold(tail.threshold(budget, series.len()))?)
    }

    /// Learns the tail anew and keeps it.
    async fn calibrate(
        &self,
        series: &Arc<Vec<Series>>,
        last: Week,
        budget: f64,
    ) -> Result<Tail, PipelineError> {
        let effort = Effort::for_budget(series.len(), budget, SEED);
        let known = self.confirmed().await?;
        let (dealt, watching) = (Arc::clone(series), Arc::clone(&self.watching));
        let tail = compute(move || calibration::tail(&dealt, &known, &watching.params, effort)).await?;
        self.store.keep_calibration(last, series.len(), &tail).await?;
        tracing::info!(
            watch.series = series.len(),
            watch.series_weeks = tail.series_weeks(),
            watch.source = tail.source().name(),
            watch.threshold = tail.threshold(budget, series.len()),
            "the watcher's threshold was set anew to keep the budget of false alarms"
        );
        Ok(tail)
    }

    /// The params in force, without learning anything.
    pub(super) async fn standing_params(&self) -> Result<ValidParams, PipelineError> {
        let Some(budget) = self.watching.budget else { return Ok(self.watching.params.clone()) };
        let threshold = match self.store.calibration().await? {
            Some(known) => known.tail.threshold(budget, known.series),
            None => return Ok(self.watching.params.clone()),
        };
        Ok(self.watching.params.with_threshold(threshold)?)
    }

    /// The budget and how far it is used up; learns nothing.
    pub async fn budget_status(&self) -> Result<BudgetStatus, PipelineError> {
        let known = self.store.calibration().await?.filter(|_| self.watching.budget.is_some());
        let series = match &known {
            Some(known) => known.series,
            None => self.count_series().await?,
        };
        let (calibrated, tail) = match known {
            Some(Calibration { week, tail, .. }) => (Some(week), tail),
            None => (None, Tail::nominal()),
        };
        let threshold = match self.watching.budget {
            Some(budget) => tail.threshold(budget, series),
            None => self.watching.params.get().threshold,
        };
        let (first, last) = self.complete_weeks().await?.unwrap_or((Week(0), Week(0)));
        let since = Week(last.0 - MEASURED_WEEKS + 1);
        Ok(BudgetStatus {
            budget: self.watching.budget,
            threshold,
            series,
            expected_per_week: tail.expected_per_week(threshold, series),
            source: tail.source(),
            calibrated,
            weeks: (last.0 - first.0 + 1).clamp(1, MEASURED_WEEKS),
            verdicts: self.store.verdict_counts(since.first_day()).await?,
        })
    }

    /// The budget after learning the tail of the present history, whatever was learnt before.
    pub async fn recalibrate(&self) -> Result<BudgetStatus, PipelineError> {
        if let (Some(complete), Some(budget)) = (self.complete_weeks().await?, self.watching.budget) {
            let series = Arc::new(self.watched_series(complete).await?);
            self.calibrate(&series, complete.1, budget).await?;
        }
        self.budget_status().await
    }

    async fn count_series(&self) -> Result<usize, PipelineError> {
        let mut series = 0;
        for dimension in WATCHED {
            let totals = self.store.totals_of_dimension(dimension).await?;
            series += totals.values().filter(|&&complaints| complaints >= MIN_COMPLAINTS).count();
        }
        Ok(series)
    }

    /// What people confirmed: no chance made those weeks.
    async fn confirmed(&self) -> Result<Vec<Known>, PipelineError> {
        let signals = self.store.signals().await?;
        let confirmed = signals.into_iter().filter(|signal| signal.state == SignalState::Confirmed);
        Ok(confirmed
            .map(|signal| (signal.node, signal.period_start.week(), signal.period_end.week()))
            .collect())
    }
}

fn still_holds(known: &Calibration, series: usize, last: Week) -> bool {
    let change = (series as f64 - known.series as f64).abs() / (known.series.max(1)) as f64;
    (0..CALIBRATION_WEEKS).contains(&(last.0 - known.week.0)) && change <= CHANGED_SERIES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    #[test]
    fn a_calibration_holds_for_a_month_of_about_the_same_series() {
        let known = |series, week| Calibration {
            week: Week(week),
            series,
            tail: Tail::nominal(),
            made_at: Timestamp(0),
        };
        for (series, week, holds) in [
            (100, 50, true),
            (80, 47, true),
            (100, 46, false),
            (79, 50, false),
            (134, 50, false),
            (100, 51, false),
            (0, 50, false),
        ] {
            assert_eq!(still_holds(&known(series, week), 100, Week(50)), holds, "{series} {week}");
        }
    }

    #[test]
    fn false_alarms_a_week_follow_from_what_people_judged() {
        let verdicts = VerdictCounts { raised: 13, confirmed: 1, refuted: 3 };
        let status = BudgetStatus {
            budget: Some(1.0),
            threshold: 2.0,
            series: 9,
            expected_per_week: 1.0,
            source: TailSource::Nominal,
            calibrated: None,
            weeks: 26,
            verdicts,
        };
        assert!((status.raised_per_week() - 0.5).abs() < 1e-12);
        assert!(status.judged_false_per_week().is_some_and(|rate| (rate - 0.375).abs() < 1e-12));
        let unjudged =
            BudgetStatus { verdicts: VerdictCounts { raised: 13, confirmed: 0, refuted: 0 }, ..status };
        assert_eq!(unjudged.judged_false_per_week(), None);
    }
}

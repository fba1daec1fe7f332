//! `raiz watch budget`: the threshold that the budget of false alarms gives, and the rate measured.

use clap::Args;

use crate::cli::Outcome;
use crate::config::Config;
use crate::pipeline::Pipeline;
use crate::pipeline::alarm_budget::BudgetStatus;
use crate::pipeline::watch_replay::Period;
use crate::store::Clock;

/// Decides the deal on which the rate is measured; another than the calibration's.
const SEED: u64 = 20_261;

#[derive(Args)]
pub(in crate::cli) struct Budget {
    /// Learn the threshold anew from the present history
    #[arg(long)]
    learn: bool,
    /// Measure the rate on the last year of the own history: as it was, and with its weeks dealt anew
    #[arg(long)]
    measure: bool,
}

impl Budget {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        let learnt = pipeline.store.calibration().await?.is_some();
        let status = if self.learn || !learnt {
            pipeline.recalibrate().await?
        } else {
            pipeline.budget_status().await?
        };
        tell(&status);
        if self.measure {
            if let Some(replayed) = pipeline.replay(Period::default()).await? {
                println!(
                    "replay of the last {} weeks as they were: {:.2} warnings a week, true ones among them",
                    replayed.week_count(),
                    replayed.per_week()
                );
            }
            if let Some(per_week) = pipeline.replay_dealt(SEED).await? {
                println!(
                    "replay with the weeks of each series dealt anew, where every warning is false: {per_week:.2} a week"
                );
            }
        }
        pipeline.store.close().await;
        Ok(Outcome::Done)
    }
}

fn tell(status: &BudgetStatus) {
    match status.budget {
        Some(budget) => println!("budget: at most {budget} false alarms a week in all"),
        None => println!(
            "no budget: a threshold is set; leave watch.threshold out, or set watch.false_alarms_per_week"
        ),
    }
    let rests_on = match status.calibrated {
        Some(week) => format!("{}, history up to {}", status.source.name(), week.last_day()),
        None => status.source.name().to_owned(),
    };
    println!(
        "{} series watched, alarm above a score of {:.2}: {:.2} false alarms a week expected ({rests_on})",
        status.series, status.threshold, status.expected_per_week
    );
    let verdicts = &status.verdicts;
    println!(
        "last {} weeks: {:.2} warnings a week; people confirmed {} and refuted {}{}",
        status.weeks,
        status.raised_per_week(),
        verdicts.confirmed,
        verdicts.refuted,
        status.judged_false_per_week().map_or_else(
            || "; nobody judged any, so the rate cannot be told".to_owned(),
            |rate| format!(": {rate:.2} false alarms a week")
        )
    );
}

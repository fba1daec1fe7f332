//! `raiz watch`: the early warning by hand.

mod budget;
mod events;
mod forecast;
mod names;
mod precursors;
pub(super) mod replay;
mod run;
pub(super) mod score;

use clap::Subcommand;

use super::Outcome;
use crate::config::Config;
use crate::watch::method::Method;

#[derive(Subcommand)]
pub(super) enum Watch {
    /// Judge the complete weeks that were not judged yet, and say what was raised
    Run,
    /// Judge past weeks again: on which the rule in force would have warned; keeps nothing
    Replay(replay::Replay),
    /// What the next weeks of a series are expected to bring, and how likely they pass a limit
    Forecast(forecast::Forecast),
    /// What runs ahead of a series, and by how many weeks: questions before claims, series from a file
    Precursors(precursors::Precursors),
    /// The budget of false alarms: the threshold it gives, and the rate measured
    Budget(budget::Budget),
    /// Score series of a file, to measure detectors against each other
    Score(score::Score),
}

impl Watch {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        match self {
            Self::Run => run::run(config).await,
            Self::Replay(replay) => replay.run(config).await,
            Self::Forecast(forecast) => forecast.run(config).await,
            Self::Precursors(precursors) => precursors.run(config).await,
            Self::Budget(budget) => budget.run(config).await,
            Self::Score(score) => score.run(),
        }
    }
}

fn parse_method(name: &str) -> Result<Method, String> {
    Method::from_name(name).ok_or_else(|| format!("methods are {}", Method::ALL.map(Method::name).join(", ")))
}

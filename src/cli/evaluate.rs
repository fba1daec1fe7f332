//! `raiz evaluate`: how good a method is on texts whose answers are known.

mod budget;
mod classify;
mod cluster;
mod emerging;
mod forecast;
mod recent;
mod rise;
mod stability;
mod warning;

use clap::Subcommand;

use super::Outcome;

/// What can be evaluated.
#[derive(Subcommand)]
pub(super) enum Evaluate {
    /// Judge whether the watcher keeps a budget of false alarms
    Budget(budget::Budget),
    /// Judge a classifier on labelled texts it has not seen
    Classify(classify::Classify),
    /// Judge the groups found without labels by labels
    Cluster(cluster::Cluster),
    /// Judge whether a failure nobody has named is noticed while it is small
    Emerging(emerging::Emerging),
    /// Judge the forecast of the next weeks
    Forecast(forecast::Forecast),
    /// Judge how often and how soon a rise that is planted in invented series is noticed
    Rise(rise::Rise),
    /// Judge how far groups stay the same: other seeds, fewer texts, other threads
    Stability(stability::Stability),
    /// Judge the early warning on a stream with known events and traps
    Warning(warning::Warning),
}

impl Evaluate {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        match self {
            Self::Budget(budget) => budget.run(),
            Self::Classify(classify) => classify.run(),
            Self::Cluster(cluster) => cluster.run(),
            Self::Emerging(emerging) => emerging.run(),
            Self::Forecast(forecast) => forecast.run(),
            Self::Rise(rise) => rise.run(),
            Self::Stability(stability) => stability.run(),
            Self::Warning(warning) => warning.run(),
        }
    }
}

/// Four decimals, as the peers' script prints them.
fn rounded(value: impl Into<f64>) -> f64 {
    (value.into() * 1e4).round() / 1e4
}

//! `raiz watch`: the early warning by hand.

mod score;

use clap::Subcommand;

use super::Outcome;
use crate::watch::method::Method;

#[derive(Subcommand)]
pub(super) enum Watch {
    /// Score series of a file, to measure detectors against each other
    Score(score::Score),
}

impl Watch {
    pub(super) async fn run(self) -> anyhow::Result<Outcome> {
        match self {
            Self::Score(score) => score.run(),
        }
    }
}

fn parse_method(name: &str) -> Result<Method, String> {
    Method::from_name(name).ok_or_else(|| format!("methods are {}", Method::ALL.map(Method::name).join(", ")))
}

//! `raiz watch run`: one judgement now.

use super::names::Names;
use crate::cli::Outcome;
use crate::config::Config;
use crate::i18n::{Locale, signals};
use crate::pipeline::Pipeline;
use crate::store::Clock;

pub(super) async fn run(config: Config) -> anyhow::Result<Outcome> {
    let pipeline = Pipeline::open(&config, Clock::System).await?;
    let before: Vec<_> = pipeline.store.signals().await?.into_iter().map(|signal| signal.id).collect();
    let watched = pipeline.watch().await?;
    let status = pipeline.budget_status().await?;
    let names = Names::read(&pipeline).await?;
    println!(
        "{} weeks judged, {} signals raised; {} series, alarm above a score of {:.2}",
        watched.weeks, watched.raised, status.series, status.threshold
    );
    for signal in pipeline.store.signals().await?.into_iter().filter(|signal| !before.contains(&signal.id)) {
        println!("{}  {}", names.of(&signal.node), signals::sentence(Locale::En, &signal));
    }
    pipeline.store.close().await;
    Ok(Outcome::Done)
}

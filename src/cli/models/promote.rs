//! `raiz models promote` and `rollback`: another model works from now on, and labels are given anew.

use anyhow::Context;

use super::{Promote, Rollback};
use crate::cli::Outcome;
use crate::cli::progress::Progress;
use crate::config::Config;
use crate::domain::label::Axis;
use crate::pipeline::Pipeline;
use crate::store::Clock;

impl Promote {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        let mut axes = Vec::new();
        for (axis, lines) in pipeline.model_versions().await? {
            axes.extend(lines.iter().any(|line| line.card.name == self.model).then_some(axis));
        }
        let axis = *axes
            .first()
            .with_context(|| format!("no model {}; `raiz models list` names them all", self.model))?;
        pipeline.promote_model(axis, &self.model, self.note.trim()).await?;
        carry_through(&pipeline, axis, &self.model).await
    }
}

impl Rollback {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let axis = Axis::from(self.axis);
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        pipeline.roll_back_model(axis, self.note.trim()).await?;
        let promotions = pipeline.store.promotions().await?;
        let model = promotions.first().map_or("", |promotion| promotion.model.as_str());
        carry_through(&pipeline, axis, model).await
    }
}

/// Labels are given anew at once; stopped half-way, `raiz serve` or the next promotion goes on.
async fn carry_through(pipeline: &Pipeline, axis: Axis, model: &str) -> anyhow::Result<Outcome> {
    println!("{model} answers {} from now on", axis.name());
    let waiting: i64 = pipeline
        .store
        .labels_by_model(axis)
        .await?
        .iter()
        .filter(|(name, _)| name != model)
        .map(|(_, count)| count)
        .sum();
    let waiting = u64::try_from(waiting).unwrap_or(0);
    let mut progress = Progress::new("labelling", waiting, false);
    let changed = pipeline.relabel(&mut |given| progress.at(given, waiting, String::new())).await?;
    progress.end();
    pipeline.follow_changes().await?;
    println!("{waiting} labels given anew, {changed} answers changed");
    pipeline.store.close().await;
    Ok(Outcome::Done)
}

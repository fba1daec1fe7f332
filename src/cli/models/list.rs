//! `raiz models list`.

use crate::cli::Outcome;
use crate::config::Config;
use crate::pipeline::Pipeline;
use crate::pipeline::promote::ModelLine;
use crate::store::Clock;

pub(super) async fn run(config: Config) -> anyhow::Result<Outcome> {
    let pipeline = Pipeline::open(&config, Clock::System).await?;
    for (axis, lines) in pipeline.model_versions().await? {
        println!("{}", axis.name());
        let labels = pipeline.store.labels_by_model(axis).await?;
        let given =
            |name: &str| labels.iter().find(|(model, _)| model == name).map_or(0, |(_, count)| *count);
        for ModelLine { card, in_force, report } in &lines {
            let state = match (in_force, report) {
                (true, _) => "in force",
                (false, Some(_)) => "compared",
                (false, None) => "kept",
            };
            println!(
                "  {:<26} {state:<9} {:>7} texts, accuracy {:.3}, macro-F1 {:.3}, {} labels given",
                card.name,
                card.texts,
                card.metrics.accuracy,
                card.metrics.macro_f1,
                given(&card.name)
            );
        }
        for (model, count) in labels.iter().filter(|(m, _)| !lines.iter().any(|line| line.card.name == *m)) {
            println!("  {model:<26} gone      {count} labels given");
        }
    }
    let promotions = pipeline.store.promotions().await?;
    if !promotions.is_empty() {
        println!("promotions");
    }
    for promotion in promotions {
        let state = if promotion.relabelled_at.is_some() { "labels given anew" } else { "labels waiting" };
        println!(
            "  {} {} after {}, {state} {}",
            promotion.promoted_at.to_rfc3339(),
            promotion.model,
            promotion.previous,
            promotion.note
        );
    }
    pipeline.store.close().await;
    Ok(Outcome::Done)
}

//! `raiz analyse`: every step over what was taken in, until nothing is left to do.

use clap::Args;

use super::Outcome;
use super::progress::Progress;
use crate::config::Config;
use crate::pipeline::{Pipeline, RunReport, Step};
use crate::store::Clock;

#[derive(Args)]
pub(super) struct Analyse {
    /// Analyse every complaint again, after a new model was trained
    #[arg(long)]
    again: bool,
}

impl Analyse {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        if self.again {
            pipeline.store.enqueue_all().await?;
        }
        let report = run_with_progress(&pipeline).await?;
        println!(
            "{} complaints analysed, {} entries written to the search index",
            report.analysed, report.indexed
        );
        println!("{} recurring failures found, with {} complaints", report.clusters_founded, report.joined);
        println!("{} failures noticed that nobody had named", report.emerging);
        println!("{} weeks judged, {} signals raised", report.weeks_watched, report.signals_raised);
        pipeline.store.close().await;
        Ok(Outcome::Done)
    }
}

/// Runs every step and shows how far it is.
pub(super) async fn run_with_progress(pipeline: &Pipeline) -> anyhow::Result<RunReport> {
    let waiting = u64::try_from(pipeline.store.pending().await?).unwrap_or(0);
    let mut progress = Progress::new("analysing", waiting, false);
    let report = pipeline
        .run_to_completion(|step| match step {
            Step::Analyse { done, waiting } => progress.at(done, done + waiting, String::new()),
            Step::Index => progress.at(1, 1, "indexing".to_owned()),
            Step::Notice => progress.at(1, 1, "looking for failures nobody has named".to_owned()),
            Step::Discover => progress.at(1, 1, "looking for recurring failures".to_owned()),
            Step::Watch => progress.at(1, 1, "judging weekly counts".to_owned()),
        })
        .await?;
    progress.end();
    Ok(report)
}

//! `raiz demo`: a year of invented complaints, taken the whole way, and served.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use clap::Args;

use super::Outcome;
use super::analyse::run_with_progress;
use super::serve::serve;
use crate::config::Config;
use crate::domain::action::ActionText;
use crate::domain::cluster::Cluster;
use crate::domain::counts::Dimension;
use crate::domain::signal::Signal;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::time::Day;
use crate::pipeline::Pipeline;
use crate::simulate::corpus;
use crate::simulate::stream::Story;
use crate::store::Clock;

/// Marks a folder the demo made: only such a folder is replaced.
const MARKER: &str = ".raiz-demo";
/// Complaints in one transaction.
const BATCH: usize = 2_000;
/// Clusters and signals named on the terminal.
const SHOWN: usize = 3;

#[derive(Args)]
pub(super) struct Demo {
    /// Folder the demo makes; one from an earlier demo is replaced
    #[arg(long, value_name = "DIR", default_value = "raiz-demo")]
    folder: PathBuf,
    /// Decides which complaints come on which day
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Stop after the analysis instead of serving
    #[arg(long)]
    no_serve: bool,
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS")]
    address: Option<SocketAddr>,
}

impl Demo {
    pub(super) async fn run(self, mut config: Config) -> anyhow::Result<Outcome> {
        let started = Instant::now();
        make_folder(&self.folder)?;
        config.data_dir = self.folder.clone();
        config.database.url = None;
        config.service.address = self.address.unwrap_or(config.service.address);
        config.check()?;
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        let today = Clock::System.now().day_in(&pipeline.zone);
        let story = Story::of_a_year(self.seed, Day(today.0 - 1), pipeline.zone.clone());
        let stream = story.draw(&corpus::bundled());
        println!("A year in the life of an invented telecom-and-bank group: {} complaints.", stream.len());
        for part in stream.chunks(BATCH) {
            pipeline.store.take_in(part).await?;
        }
        run_with_progress(&pipeline).await?;
        propose_action(&pipeline).await?;
        tell(&pipeline).await?;
        println!(
            "Ready after {:.0} s. The data lies in {}.",
            started.elapsed().as_secs_f64(),
            self.folder.display()
        );
        if self.no_serve {
            pipeline.store.close().await;
            return Ok(Outcome::Done);
        }
        println!("Open the page below in a browser; Ctrl-C ends the demo.");
        serve(pipeline, &config).await?;
        Ok(Outcome::Done)
    }
}

fn make_folder(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        if !folder.join(MARKER).exists() {
            bail!(
                "{} was not made by the demo and is left alone; choose another with --folder",
                folder.display()
            );
        }
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot replace {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    std::fs::write(folder.join(MARKER), b"").with_context(|| format!("cannot write in {}", folder.display()))
}

/// An action under way, so that the page of actions has something to show.
async fn propose_action(pipeline: &Pipeline) -> anyhow::Result<()> {
    let clusters = pipeline.store.clusters().await?;
    let Some(cluster) = clusters.first() else { return Ok(()) };
    let today = Clock::System.now().day_in(&pipeline.zone);
    let text = ActionText {
        title: format!("Revisar el origen de «{}»", cluster.title),
        description: "Propuesta de la demostración: reunir los casos, hallar la causa y acordar el arreglo."
            .to_owned(),
        owner: Some("Equipo de mejora".to_owned()),
        due: Some(Day(today.0 + 21)),
    };
    pipeline.store.create_action(&text, &[cluster.id]).await?;
    Ok(())
}

/// Says in a few lines what was found and where to look.
async fn tell(pipeline: &Pipeline) -> anyhow::Result<()> {
    let clusters = pipeline.store.clusters().await?;
    let signals = pipeline.store.signals().await?;
    println!("Recurring failures found: {}. The largest:", clusters.len());
    for cluster in clusters.iter().take(SHOWN) {
        println!("  {:>5} complaints  {}", cluster.complaints, cluster.title);
    }
    println!("Signals raised in the last half year: {}. The latest:", signals.len());
    for signal in signals.iter().take(SHOWN) {
        println!("  {}", told(signal, &clusters, &pipeline.taxonomy));
    }
    Ok(())
}

fn told(signal: &Signal, clusters: &[Cluster], taxonomy: &Taxonomy) -> String {
    let node = &signal.node;
    let name = match (node.dimension, node.dimension.axis()) {
        (Dimension::Cluster, _) => clusters
            .iter()
            .find(|cluster| cluster.id.to_string() == node.key)
            .map_or_else(|| node.key.clone(), |cluster| cluster.title.clone()),
        (_, Some(axis)) => {
            taxonomy.term(axis, &node.key).map_or_else(|| node.key.clone(), |term| term.es.clone())
        }
        _ => "todas las quejas".to_owned(),
    };
    let evidence = &signal.evidence;
    format!(
        "{name}: {} in {} week(s) up to {}, at most {:.0} were to be expected",
        evidence.observed, evidence.window_weeks, signal.period_end, evidence.upper
    )
}

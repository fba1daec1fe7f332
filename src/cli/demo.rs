//! `raiz demo`: a year and a half of invented complaints with planted incidents, taken the whole way, told in
//! a few lines, and served.

mod told;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use clap::Args;

use super::Outcome;
use super::analyse::run_with_progress;
use super::serve::serve;
use crate::config::Config;
use crate::domain::action::{ActionState, ActionText};
use crate::domain::id::ClusterId;
use crate::domain::time::{Day, Timestamp};
use crate::pipeline::Pipeline;
use crate::simulate::corpus;
use crate::simulate::stream::Story;
use crate::simulate::truth::{DatedAction, DatedChange, Truth, TruthKeeper};
use crate::store::{Clock, Store};

use told::Finding;

/// Marks a folder the demo made: only such a folder is replaced.
const MARKER: &str = ".raiz-demo";
/// What was planted, in the demo's folder.
const TRUTH_FILE: &str = "truth.json";
/// Complaints in one transaction.
const BATCH: usize = 2_000;
/// Days an action is prepared before it is in place.
const PREPARED_DAYS: i32 = 10;
/// Days after which the demo's people judge whether an action worked.
const JUDGED_AFTER_DAYS: i32 = 42;

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
        let story = Story::demo(self.seed, Day(today.0 - 1), pipeline.zone.clone());
        let truth = take_in(&pipeline, &story).await?;
        let changes: Vec<_> = truth.changes.iter().map(DatedChange::to_register).collect();
        pipeline.store.register_changes(&changes).await?;
        let truth_file = self.folder.join(TRUTH_FILE);
        let json = serde_json::to_vec_pretty(&truth).context("the truth is plain data")?;
        std::fs::write(&truth_file, json)
            .with_context(|| format!("cannot write {}", truth_file.display()))?;
        println!(
            "A year and a half in the life of an invented telecom-and-bank group: {} complaints from {} to {}.",
            truth.complaints, truth.first_day, truth.last_day
        );
        let report = run_with_progress(&pipeline).await?;
        let findings = told::findings(&pipeline, &truth).await?;
        register_actions(&config, &pipeline, &truth, &findings).await?;
        told::tell(&pipeline, &truth, &findings, report.signals_raised).await?;
        println!(
            "Ready after {:.0} s. The data lies in {}, what was planted in {}.",
            started.elapsed().as_secs_f64(),
            self.folder.display(),
            truth_file.display()
        );
        if self.no_serve {
            pipeline.store.close().await;
            return Ok(Outcome::Done);
        }
        println!("Open the page below in a browser: /alertas for the alerts, /grupos for the groups,");
        println!("/acciones for what was done, /cambios for what was changed. Ctrl-C ends the demo.");
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

/// Draws the stream into the store; gives what was planted in it.
async fn take_in(pipeline: &Pipeline, story: &Story) -> anyhow::Result<Truth> {
    let corpus = corpus::said_to_the_company();
    let mut truth = TruthKeeper::new(story);
    let mut batch = Vec::with_capacity(BATCH);
    for drawn in story.stream(&corpus) {
        truth.note(&drawn);
        batch.push(drawn.complaint);
        if batch.len() == BATCH {
            pipeline.store.take_in(&batch).await?;
            batch.clear();
        }
    }
    pipeline.store.take_in(&batch).await?;
    Ok(truth.finish())
}

/// Registers the story's actions as they would have been at their time, linked to the group in which most
/// of their incident's complaints are.
async fn register_actions(
    config: &Config,
    pipeline: &Pipeline,
    truth: &Truth,
    findings: &[Finding],
) -> anyhow::Result<()> {
    let clock = Clock::fixed(pipeline.store.clock().now());
    let store = Store::open(&config.database_url(), clock.clone()).await?;
    let today = pipeline.store.clock().now().day_in(&pipeline.zone);
    for action in &truth.actions {
        let finding = findings.iter().find(|finding| finding.incident == action.incident);
        let clusters: Vec<ClusterId> =
            finding.and_then(|finding| finding.group.as_ref()).map(|group| group.id).into_iter().collect();
        let day = Day::from_iso(&action.day).context("the truth's days are dates")?;
        let noon =
            |days_on: i32| Timestamp(Day(day.0 + days_on).start_in(&pipeline.zone).0 + 12 * 3_600_000_000);
        clock.set(noon(-PREPARED_DAYS));
        let id = store.create_action(&text_of(action, day), &clusters).await?;
        for (days_on, state) in [
            (1 - PREPARED_DAYS, ActionState::InProgress),
            (0, ActionState::Implemented),
            (1, ActionState::InVerification),
            (
                JUDGED_AFTER_DAYS,
                if action.worked { ActionState::Effective } else { ActionState::Ineffective },
            ),
        ] {
            if day.0 + days_on < today.0 {
                clock.set(noon(days_on));
                // A fresh draft may take every one of these steps.
                store.move_action(id, state).await?;
            }
        }
    }
    store.close().await;
    Ok(())
}

fn text_of(action: &DatedAction, day: Day) -> ActionText {
    ActionText {
        title: action.title.clone(),
        description: action.description.clone(),
        owner: action.owner.clone(),
        due: Some(day),
    }
}

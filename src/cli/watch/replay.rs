//! `raiz watch replay`: the rule in force on weeks that are past.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use super::events;
use super::names::Names;
use crate::cli::Outcome;
use crate::config::Config;
use crate::domain::time::{Day, Week};
use crate::pipeline::Pipeline;
use crate::pipeline::watch_replay::{Judged, Period, Replayed};
use crate::store::Clock;
use crate::watch::known_events::Outcome as Told;

#[derive(Args)]
pub(in crate::cli) struct Replay {
    /// A day of the first week; a year before the last when not given
    #[arg(long, value_name = "DAY", value_parser = parse_week)]
    from: Option<Week>,
    /// A day of the last week; the last complete one when not given
    #[arg(long, value_name = "DAY", value_parser = parse_week)]
    to: Option<Week>,
    /// Known events and traps to judge the rule by: CSV with name, series, onset, peak and, for traps, kind
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

fn parse_week(text: &str) -> Result<Week, String> {
    Day::from_iso(text).map(Day::week).ok_or_else(|| "write a day such as 2026-11-12".to_owned())
}

impl Replay {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let Self { from, to, file } = self;
        let events = file.as_deref().map(events::read).transpose()?;
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        if pipeline.store.calibration().await?.is_none() {
            pipeline.recalibrate().await?;
        }
        let Some(replayed) = pipeline.replay(Period { from, to, most: None }).await? else {
            bail!("no complete week of complaints lies there; `raiz import` takes complaints in");
        };
        let names = Names::read(&pipeline).await?;
        tell(&replayed, &names);
        if let Some(events) = events {
            let (judged, others) = replayed.judge(events);
            tell_events(&judged, others, &replayed);
        }
        pipeline.store.close().await;
        Ok(Outcome::Done)
    }
}

fn tell(replayed: &Replayed, names: &Names) {
    let (first, last) = replayed.weeks;
    println!(
        "{} to {}: {} series, {} warnings above a score of {:.2}, {:.2} a week",
        first.first_day(),
        last.last_day(),
        replayed.series,
        replayed.fired.len(),
        replayed.threshold,
        replayed.per_week()
    );
    for fired in &replayed.fired {
        let evidence = &fired.evidence;
        println!(
            "{}  {} counted, {:.1} expected, score {:.2}, {} weeks seen together, went on for {}  {}{}",
            fired.week.first_day(),
            evidence.observed,
            evidence.expected,
            evidence.score,
            evidence.window_weeks,
            fired.last.0 - fired.week.0 + 1,
            names.of(&fired.node),
            fired.signal.map_or_else(String::new, |id| format!("  signal {id}")),
        );
    }
}

fn tell_events(judged: &[Judged], others: usize, replayed: &Replayed) {
    for Judged { event, outcome } in judged {
        println!(
            "{}: {}",
            event.known.name,
            words(*outcome, |week| Week(week).first_day().to_string(), "weeks")
        );
    }
    let good = judged.iter().filter(|one| one.outcome.is_good()).count();
    println!(
        "{good} of {} as wanted; {others} other warnings, {:.2} a week",
        judged.len(),
        others as f64 / f64::from(replayed.week_count().max(1))
    );
}

/// What became of an event, in words.
pub(in crate::cli) fn words(outcome: Told, period: impl Fn(i32) -> String, unit: &str) -> String {
    match outcome {
        Told::InTime { delay } => format!("alarmed in time, {delay} {unit} after the onset"),
        Told::Late { delay } => format!("LATE: alarmed after the peak, {delay} {unit} after the onset"),
        Told::Missed => "MISSED".to_owned(),
        Told::Silent => "trap, silent as it should be".to_owned(),
        Told::CriedWolf { period: at } => format!("TRAP that alarmed in {}", period(at)),
    }
}

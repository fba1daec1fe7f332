//! `raiz simulate`: a seeded stream of invented complaints, written as it is drawn, and the truth about it.

use std::io::BufWriter;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;

use super::Outcome;
use crate::config::Config;
use crate::domain::time::Day;
use crate::simulate::corpus;
use crate::simulate::output::Output;
use crate::simulate::plan::Plan;
use crate::simulate::stream::{Story, days_of_months};
use crate::simulate::truth::TruthKeeper;

/// What stands for the demo's incidents where a file is expected.
const DEMO_INCIDENTS: &str = "demo";

#[derive(Args)]
pub(super) struct Simulate {
    /// Decides everything that is left to chance
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Length of the stream, in months
    #[arg(long, value_name = "MONTHS", default_value_t = 18, value_parser = clap::value_parser!(u32).range(1..=1_200))]
    months: u32,
    /// Mean everyday complaints per day
    #[arg(long, value_name = "NUMBER", default_value_t = 34.0)]
    per_day: f64,
    /// Last day of the stream
    #[arg(long, value_name = "DATE", default_value = "2026-06-30", value_parser = parse_day)]
    until: Day,
    /// What goes wrong: an incident file, TOML or JSON, or `demo` for the incidents of the demo
    #[arg(long, value_name = "FILE")]
    incidents: Option<PathBuf>,
    /// File to write: .csv, .ndjson or .jsonl
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// File for what was planted, JSON
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
    /// Print what was done as JSON
    #[arg(long)]
    json: bool,
}

fn parse_day(text: &str) -> Result<Day, String> {
    Day::from_iso(text).ok_or_else(|| "write the date as 2026-06-30".to_owned())
}

impl Simulate {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<Outcome> {
        if !(self.per_day > 0.0 && self.per_day <= 1e6) {
            bail!("--per-day must lie above 0 and be at most a million, not {}", self.per_day);
        }
        let plan = match &self.incidents {
            None => Plan::default(),
            Some(name) if name.as_os_str() == DEMO_INCIDENTS => Plan::demo(),
            Some(path) => Plan::read(path)?,
        };
        let story = Story {
            seed: self.seed,
            last_day: self.until,
            days: days_of_months(self.months),
            per_day: self.per_day,
            zone: config.zone()?,
            plan,
        };
        let corpus = corpus::said_to_the_company();
        let mut output = Output::create(&self.out, &story.plan)?;
        let mut truth = TruthKeeper::new(&story);
        for drawn in story.stream(&corpus) {
            truth.note(&drawn);
            output.write(&drawn.complaint)?;
        }
        output.finish()?;
        let truth = truth.finish();
        if let Some(path) = &self.truth {
            let file =
                std::fs::File::create(path).with_context(|| format!("cannot make {}", path.display()))?;
            serde_json::to_writer_pretty(BufWriter::new(file), &truth)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        let planted: usize = truth.incidents.iter().map(|incident| incident.complaints.len()).sum();
        if self.json {
            let report = serde_json::json!({
                "out": self.out,
                "complaints": truth.complaints,
                "planted": planted,
                "first_day": truth.first_day,
                "last_day": truth.last_day,
                "seed": truth.seed,
            });
            println!("{report}");
        } else {
            println!(
                "{} complaints from {} to {}, {planted} of them planted, written to {}",
                truth.complaints,
                truth.first_day,
                truth.last_day,
                self.out.display()
            );
        }
        Ok(Outcome::Done)
    }
}

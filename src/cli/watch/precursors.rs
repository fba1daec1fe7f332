//! `raiz watch precursors`: what runs ahead of a series, and by how many weeks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use super::events::parse_node;
use super::names::Names;
use crate::cli::Outcome;
use crate::config::Config;
use crate::domain::counts::{Dimension, Node};
use crate::domain::time::Day;
use crate::pipeline::Pipeline;
use crate::pipeline::precursors::{Imported, Part};
use crate::store::Clock;
use crate::watch::precursor::{LEAST_CASES, LEAST_WEEKS, Lead, Verdict};

#[derive(Args)]
pub(in crate::cli) struct Precursors {
    /// The series, as dimension/key: all, product_area/cards, failure_type/delay, cluster/ID
    #[arg(value_name = "SERIES", value_parser = parse_node)]
    series: Node,
    /// Series from elsewhere, such as tickets, errors, returns: series,date,count with one or more rows a week
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Precursors {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let imported = self.file.as_deref().map(read).transpose()?.unwrap_or_default();
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        let found = pipeline.precursors(&self.series, imported).await?;
        if found.is_empty() {
            bail!(
                "nothing to compare for {}/{}: its complaints are not divided by kind; give --file, or a series \
                 of all, product_area, failure_type or cluster that has complete weeks",
                self.series.dimension.name(),
                self.series.key
            );
        }
        let names = Names::read(&pipeline).await?;
        println!("{}", names.of(&self.series));
        let name = |part: &Part| match part {
            Part::Kind(kind) => names.of(&Node::new(Dimension::Kind, *kind)),
            Part::All => "its complaints".to_owned(),
            Part::Imported(name) => name.clone(),
        };
        for one in &found {
            println!("{} before {}: {}", name(&one.ahead), name(&one.behind), told(&one.verdict));
        }
        pipeline.store.close().await;
        Ok(Outcome::Done)
    }
}

fn told(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Leads(Lead { weeks, between: (low, high), correlation, p_value }) => {
            let many = if *weeks == 1 { "week" } else { "weeks" };
            format!("{weeks} {many} ahead ({low} to {high}), correlation {correlation:.2}, p {p_value:.1e}")
        }
        Verdict::Together => "cannot tell: both move in the same week".to_owned(),
        Verdict::Unclear => "cannot tell: what is seen may be chance".to_owned(),
        Verdict::TooShort => format!("cannot tell: fewer than {LEAST_WEEKS} weeks in common"),
        Verdict::TooFew => format!("cannot tell: one of them has fewer than {LEAST_CASES} cases"),
    }
}

/// Reads `series,date,count`; rows of one week and series add up.
fn read(path: &Path) -> anyhow::Result<Vec<Imported>> {
    let mut csv = csv::Reader::from_path(path).with_context(|| format!("cannot open {}", path.display()))?;
    let headers = csv.headers().with_context(|| format!("cannot read {}", path.display()))?.clone();
    let column = |name: &str| {
        headers.iter().position(|header| header.trim() == name).with_context(|| {
            format!("{} has no column `{name}`; the columns are series,date,count", path.display())
        })
    };
    let (series, date, count) = (column("series")?, column("date")?, column("count")?);
    let mut by_name: BTreeMap<String, Imported> = BTreeMap::new();
    for (index, record) in csv.records().enumerate() {
        let at = || format!("{} line {}", path.display(), index + 2);
        let record = record.with_context(at)?;
        let (name, day, number) = (record[series].trim(), record[date].trim(), record[count].trim());
        if name.is_empty() {
            bail!("{}: `series` is empty; write what is counted", at());
        }
        let day = Day::from_iso(day)
            .with_context(|| format!("{}: `date` is `{day}`, no day; write 2026-11-12", at()))?;
        let number: u32 = number.parse().map_err(|_| {
            anyhow::anyhow!("{}: `count` is `{number}`; write a whole number, 0 or more", at())
        })?;
        let one = by_name.entry(name.to_owned()).or_default();
        name.clone_into(&mut one.name);
        let cell = one.counts.entry(day.week()).or_default();
        *cell = cell.saturating_add(number);
    }
    if by_name.is_empty() {
        bail!("{} holds no rows", path.display());
    }
    Ok(by_name.into_values().collect())
}

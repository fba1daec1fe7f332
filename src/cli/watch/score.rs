//! `raiz watch score`: alarms and scores of a detector on series from a file, in the formats of the
//! early-warning benchmark.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use clap::Args;
use flate2::read::MultiGzDecoder;

use crate::cli::Outcome;
use crate::domain::counts::{Dimension, Node};
use crate::domain::time::Week;
use crate::watch::method::{Method, Scored};
use crate::watch::{Params, Series, ValidParams};

/// Threads used; the result is the same with any number.
const THREADS: usize = 2;

/// In a portfolio the replicate is so many times the portfolio plus the series.
const PORTFOLIO: u32 = 1_000;

#[derive(Args)]
pub(in crate::cli) struct Score {
    /// Series: scenario,replicate,counts with the counts of a series separated by spaces; plain or .gz
    #[arg(long, value_name = "FILE")]
    series: PathBuf,
    /// ensemble (what the watcher does), cold_start, farrington_flexible, ears_c1, ears_c2, ears_c3, cusum, glr
    #[arg(long, value_name = "NAME", value_parser = super::parse_method)]
    method: Method,
    /// First and last week to judge; week 1 is the first count, with --portfolio B is the last count
    #[arg(long, value_name = "A:B", value_parser = parse_weeks)]
    weeks: (Week, Week),
    /// File to write: scenario,replicate,week,alarm,score
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Series with the same scenario and replicate ÷ 1000 are seen together
    #[arg(long)]
    portfolio: bool,
    /// Alarm above this score instead of the method's own threshold
    #[arg(long, value_name = "SCORE")]
    threshold: Option<f64>,
}

fn parse_weeks(text: &str) -> Result<(Week, Week), String> {
    let parsed =
        text.split_once(':').and_then(|(a, b)| Some((a.trim().parse().ok()?, b.trim().parse().ok()?)));
    match parsed {
        Some((first, last)) if 1 <= first && first <= last => Ok((Week(first), Week(last))),
        _ => Err("weeks are written A:B with 1 ≤ A ≤ B, for example 576:624".to_owned()),
    }
}

/// One line of the file of series.
struct Row {
    scenario: u32,
    replicate: u32,
    counts: Vec<u32>,
}

impl Score {
    pub(in crate::cli) fn run(self) -> anyhow::Result<Outcome> {
        let rows = read(&self.series)?;
        if let Some(short) = rows.iter().find(|row| !self.portfolio && self.too_short(row)) {
            bail!(
                "series {},{} has {} counts, fewer than the last of --weeks",
                short.scenario,
                short.replicate,
                short.counts.len()
            );
        }
        let params = Params::default().check()?;
        let started = Instant::now();
        let groups: Vec<&[Row]> = if self.portfolio {
            rows.chunk_by(|a, b| {
                (a.scenario, a.replicate / PORTFOLIO) == (b.scenario, b.replicate / PORTFOLIO)
            })
            .collect()
        } else {
            rows.chunks(1).collect()
        };
        let scored: Vec<Vec<Scored>> = in_parallel(&groups, |group| self.score(group, &params));
        let elapsed = started.elapsed();
        let weeks = write(&self.out, &groups, &scored)
            .with_context(|| format!("cannot write {}", self.out.display()))?;
        println!(
            "{}: {} series, {weeks} series-weeks judged in {:.2} s, written to {}",
            self.method.name(),
            rows.len(),
            elapsed.as_secs_f64(),
            self.out.display()
        );
        Ok(Outcome::Done)
    }

    fn too_short(&self, row: &Row) -> bool {
        usize::try_from(self.weeks.1.0).is_ok_and(|last| row.counts.len() < last)
    }

    fn score(&self, group: &[Row], params: &ValidParams) -> Vec<Scored> {
        let series: Vec<Series> = group
            .iter()
            .map(|row| {
                let length = i32::try_from(row.counts.len()).unwrap_or(i32::MAX);
                let first_week = if self.portfolio { Week(self.weeks.1.0 - length + 1) } else { Week(1) };
                let node = Node::new(Dimension::Cluster, row.replicate.to_string());
                Series { node, first_week, counts: row.counts.clone() }
            })
            .collect();
        self.method.score(&series, self.weeks, self.threshold, params)
    }
}

/// `work` on every item, in order.
pub(super) fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let share = items.len().div_ceil(THREADS).max(1);
    std::thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = items
            .chunks(share)
            .map(|chunk| scope.spawn(move || chunk.iter().map(work).collect::<Vec<R>>()))
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| match thread.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    })
}

/// The counts of every series of such a file.
pub(in crate::cli) fn read_series(path: &Path) -> anyhow::Result<Vec<Vec<u32>>> {
    Ok(read(path)?.into_iter().map(|row| row.counts).collect())
}

fn read(path: &Path) -> anyhow::Result<Vec<Row>> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let zipped = path.extension().is_some_and(|extension| extension == "gz");
    let reader: Box<dyn Read> = if zipped { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut csv = csv::Reader::from_reader(reader);
    let headers = csv.headers().with_context(|| format!("cannot read {}", path.display()))?.clone();
    let column = |name: &str| {
        headers
            .iter()
            .position(|header| header == name)
            .with_context(|| format!("{} has no column `{name}`", path.display()))
    };
    let (scenario, replicate, counts) = (column("scenario")?, column("replicate")?, column("counts")?);
    let mut rows = Vec::new();
    for (index, record) in csv.records().enumerate() {
        let line = index + 2;
        let record = record.with_context(|| format!("{} line {line}", path.display()))?;
        let number = |column: usize| -> anyhow::Result<u32> {
            record[column].trim().parse().with_context(|| {
                format!("{} line {line}: `{}` is not a number", path.display(), &record[column])
            })
        };
        let parsed: Result<Vec<u32>, _> = record[counts].split_whitespace().map(str::parse).collect();
        rows.push(Row {
            scenario: number(scenario)?,
            replicate: number(replicate)?,
            counts: parsed.with_context(|| {
                format!("{} line {line}: counts are whole numbers separated by spaces", path.display())
            })?,
        });
    }
    if rows.is_empty() {
        bail!("{} holds no series", path.display());
    }
    Ok(rows)
}

/// Gives the number of rows written.
fn write(path: &Path, groups: &[&[Row]], scored: &[Vec<Scored>]) -> anyhow::Result<usize> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "scenario,replicate,week,alarm,score")?;
    let mut written = 0;
    for (group, found) in groups.iter().zip(scored) {
        for Scored { series, week, score, alarm } in found {
            let Row { scenario, replicate, .. } = &group[*series];
            writeln!(out, "{scenario},{replicate},{},{},{score:.6}", week.0, u8::from(*alarm))?;
            written += 1;
        }
    }
    out.flush()?;
    Ok(written)
}

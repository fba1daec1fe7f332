//! `raiz evaluate forecast`: how often the interval of the next weeks holds, and how far off the expected
//! counts are, beside the mean of the last four weeks.

use std::path::PathBuf;

use clap::Args;

use crate::cli::Outcome;
use crate::cli::watch::score::read_series;
use crate::domain::counts::{Dimension, Node};
use crate::domain::time::Week;
use crate::watch::outlook::{MOST_WEEKS, ahead};
use crate::watch::{Params, Series};

/// Weeks of which the mean is the simple forecast.
const SIMPLE_WEEKS: usize = 4;
/// Weeks from one origin to the next.
const STEP: usize = 13;

#[derive(Args)]
pub(in crate::cli) struct Forecast {
    /// Series: scenario,replicate,counts; plain or .gz
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// Weeks of history at the first forecast
    #[arg(long, default_value_t = 312)]
    from: usize,
    /// Every how many series of the file are taken
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    every: u32,
}

/// What was found at one distance.
#[derive(Clone, Copy, Default)]
struct Sums {
    forecasts: f64,
    inside: f64,
    error: f64,
    simple_error: f64,
    passed: f64,
    chance: f64,
}

impl Forecast {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let params = Params::default().check()?;
        let mut sums = [Sums::default(); MOST_WEEKS];
        for counts in read_series(&self.file)?.into_iter().step_by(self.every as usize) {
            for origin in (self.from..counts.len().saturating_sub(MOST_WEEKS)).step_by(STEP) {
                let (past, future) = counts.split_at(origin);
                let node = Node::new(Dimension::All, "");
                let series = [Series { node, first_week: Week(1), counts: past.to_vec() }];
                let recent = &past[past.len().saturating_sub(SIMPLE_WEEKS)..];
                let mean = |counts: &[u32]| {
                    counts.iter().map(|&count| f64::from(count)).sum::<f64>() / counts.len().max(1) as f64
                };
                let year = &past[past.len().saturating_sub(52)..];
                let limit = u64::from(year.iter().copied().max().unwrap_or(0));
                for ((week, &count), sums) in
                    ahead(&series, 0, MOST_WEEKS, &params).iter().zip(future).zip(&mut sums)
                {
                    let (low, high) = week.interval();
                    let truth = f64::from(count);
                    sums.forecasts += 1.0;
                    sums.inside += f64::from((low..=high).contains(&u64::from(count)));
                    sums.error += (week.expected() - truth).abs();
                    sums.simple_error += (mean(recent) - truth).abs();
                    sums.passed += f64::from(u64::from(count) > limit);
                    sums.chance += week.chance_above(limit);
                }
            }
        }
        println!(
            "weeks ahead  forecasts  in the 80 % interval  mean error  of the last four weeks' mean  passed the year's highest  foretold"
        );
        for (ahead, sums) in (1..).zip(&sums).filter(|(_, sums)| sums.forecasts > 0.0) {
            let of = |sum: f64| sum / sums.forecasts;
            println!(
                "{ahead:>11}  {:>9}  {:>20.3}  {:>10.2}  {:>28.2}  {:>25.4}  {:>8.4}",
                sums.forecasts,
                of(sums.inside),
                of(sums.error),
                of(sums.simple_error),
                of(sums.passed),
                of(sums.chance)
            );
        }
        Ok(Outcome::Done)
    }
}

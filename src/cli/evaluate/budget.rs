//! `raiz evaluate budget`: whether a budget of false alarms is kept. A house of so many series is invented or
//! taken from a file, the threshold is learnt from its history, and a year of it with the weeks of each
//! series dealt anew, where every warning is false, is judged.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::bail;
use clap::Args;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::cli::Outcome;
use crate::cli::watch::score::read_series;
use crate::domain::alarm_budget::Tail;
use crate::domain::counts::{Dimension, Node};
use crate::domain::time::Week;
use crate::stats::negative_binomial::NegativeBinomial;
use crate::watch::calibration::{self, Effort};
use crate::watch::episodes::warnings;
use crate::watch::{Params, Series, ValidParams, alarms, scores};

/// Weeks measured on.
const YEAR: i32 = 52;
/// The week of the last count.
const LAST: Week = Week(2_900);

#[derive(Args)]
pub(in crate::cli) struct Budget {
    /// Sizes of the house, in series
    #[arg(long, value_delimiter = ',', default_values_t = [50, 500, 5_000])]
    series: Vec<usize>,
    /// Budgets: false alarms a week in all
    #[arg(long, value_delimiter = ',', default_values_t = [1.0, 2.0, 5.0])]
    budget: Vec<f64>,
    /// Weeks of history
    #[arg(long, default_value_t = 156)]
    weeks: usize,
    /// Series to draw from instead of invented ones: scenario,replicate,counts; plain or .gz
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Decides the series and how their weeks are dealt
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Budget {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let params = Params::default().check()?;
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let drawn = self.file.as_deref().map(read_series).transpose()?;
        if drawn.as_ref().is_some_and(Vec::is_empty) {
            bail!("the file holds no series");
        }
        println!("series  budget  tail         threshold  expected  measured  95 % interval  held");
        for &size in &self.series {
            let house: Vec<Series> = (0..size)
                .map(|index| {
                    let counts = match &drawn {
                        Some(drawn) => {
                            let counts = drawn.choose(&mut random).map_or(&[][..], Vec::as_slice);
                            counts[counts.len().saturating_sub(self.weeks)..].to_vec()
                        }
                        None => invented(&mut random, self.weeks),
                    };
                    let back = i32::try_from(counts.len()).unwrap_or(0);
                    let node = Node::new(Dimension::Cluster, index.to_string());
                    Series { node, first_week: Week(LAST.0 + 1 - back), counts }
                })
                .collect();
            self.judge(&house, &params)?;
        }
        Ok(Outcome::Done)
    }

    fn judge(&self, house: &[Series], params: &ValidParams) -> anyhow::Result<()> {
        let smallest = self.budget.iter().copied().fold(f64::INFINITY, f64::min);
        let effort = Effort::for_budget(house.len(), smallest, self.seed);
        let started = Instant::now();
        let tail = calibration::tail(house, &[], params, effort);
        let learnt = started.elapsed();
        // Deals of another seed than those the calibration saw.
        let dealt = calibration::deal_all(house, self.seed ^ 0x5eed);
        let started = Instant::now();
        let year = scores(&dealt, Week(LAST.0 - YEAR + 1), LAST, params);
        let judged = started.elapsed();
        for &budget in &self.budget {
            self.tell(house.len(), budget, &tail, &year);
        }
        let started = Instant::now();
        let params = params.with_threshold(tail.threshold(smallest, house.len()))?;
        let raised = alarms(house, LAST, LAST, &params).len();
        println!(
            "        learnt in {:.1} s, a year judged in {:.1} s, the newest week of all series in {:.2} s ({raised} alarms)",
            learnt.as_secs_f64(),
            judged.as_secs_f64(),
            started.elapsed().as_secs_f64()
        );
        Ok(())
    }

    fn tell(&self, series: usize, budget: f64, tail: &Tail, year: &[Vec<Option<f64>>]) {
        let threshold = tail.threshold(budget, series);
        let raised: u64 = year.iter().map(|weeks| warnings(weeks, threshold)).sum();
        let measured = raised as f64 / f64::from(YEAR);
        // A count of mean 52 k is within two deviations of it nineteen times in twenty.
        let spread = 1.96 * (budget / f64::from(YEAR)).sqrt();
        let (low, high) = ((budget - spread).max(0.0), budget + spread);
        let held = match measured {
            rate if rate > high => "NO",
            rate if rate < low => "yes, below",
            _ => "yes",
        };
        println!(
            "{series:>6}  {budget:>6}  {:<11}  {threshold:>9.2}  {:>8.2}  {measured:>8.2}  {low:>5.2} to {high:<5.2}  {held}",
            tail.source().name(),
            tail.expected_per_week(threshold, series),
        );
    }
}

/// A series as houses have them: between one in a month and forty a week, some with a season, some with a
/// trend, most more widely dispersed than a Poisson law.
fn invented(random: &mut ChaCha8Rng, weeks: usize) -> Vec<u32> {
    let level: f64 = random.gen_range(-1.4..3.7);
    let dispersion = 1.0 + random.gen_range(0.0_f64..1.6).powi(2);
    let season = if random.gen_bool(0.4) { random.gen_range(0.1..0.6) } else { 0.0 };
    let trend = if random.gen_bool(0.3) { random.gen_range(-0.4..0.6) } else { 0.0 };
    let phase: f64 = random.gen_range(0.0..52.0);
    (0..weeks)
        .map(|week| {
            let years = week as f64 / 52.0;
            let cycle = (std::f64::consts::TAU * (week as f64 + phase) / 52.0).cos();
            let mean = (level + trend * (years - 1.5) + season * cycle).exp();
            drawn(random, mean, dispersion)
        })
        .collect()
}

/// A count by inversion: the smallest whose probability below and at it passes a uniform number.
pub(super) fn drawn(random: &mut ChaCha8Rng, mean: f64, dispersion: f64) -> u32 {
    let Some(law) = NegativeBinomial::new(mean, dispersion) else { return 0 };
    let mut left: f64 = random.r#gen();
    for count in 0..10_000_u32 {
        left -= law.pmf(u64::from(count));
        if left <= 0.0 {
            return count;
        }
    }
    10_000
}

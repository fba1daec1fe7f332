//! `raiz evaluate rise`: a rise that is planted in invented series, each judged by itself, and how often and how
//! soon the watcher notices it.

use anyhow::bail;
use clap::Args;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::budget::drawn;
use crate::cli::Outcome;
use crate::domain::counts::{Dimension, Node};
use crate::domain::time::Week;
use crate::watch::{Params, Series, ValidParams, alarms};

#[derive(Args)]
pub(in crate::cli) struct Rise {
    /// Complaints a week before the rise
    #[arg(long, default_value_t = 5.0)]
    level: f64,
    /// How many times as many come in after it
    #[arg(long, default_value_t = 2.0)]
    times: f64,
    /// Weeks it takes, by the same factor each week; 1 is a step
    #[arg(long, default_value_t = 1)]
    over: u32,
    /// Variance of a week's count, relative to its mean
    #[arg(long, default_value_t = 1.0)]
    dispersion: f64,
    /// Height of a yearly season, on the logarithm of the mean
    #[arg(long, default_value_t = 0.0)]
    season: f64,
    /// Weeks of history before it
    #[arg(long, default_value_t = 130)]
    weeks: u32,
    /// Weeks from its first in which it may be noticed
    #[arg(long, default_value_t = 26)]
    within: u32,
    /// Score above which a week alarms
    #[arg(long, default_value_t = 2.42)]
    threshold: f64,
    /// Series
    #[arg(long, default_value_t = 400)]
    runs: u32,
    /// Decides the counts
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Rise {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        if !(self.level > 0.0 && self.times > 0.0 && self.level * self.times < 2_000.0) {
            bail!("--level and --times must be above 0 and lead to fewer than 2000 complaints a week");
        }
        if !(self.dispersion >= 1.0 && self.dispersion < 50.0) {
            bail!("--dispersion must be at least 1 and below 50, not {}", self.dispersion);
        }
        if self.over == 0 || self.within == 0 || self.runs == 0 {
            bail!("--over, --within and --runs must be at least 1");
        }
        let params = Params { threshold: self.threshold, ..Params::default() }.check()?;
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let mut delays: Vec<i32> = (0..self.runs).filter_map(|_| self.delay(&mut random, &params)).collect();
        delays.sort_unstable();
        let share = |count: usize| 100.0 * count as f64 / f64::from(self.runs);
        println!("{} runs, found in {} weeks: {:.1} %", self.runs, self.within, share(delays.len()));
        for weeks in [1, 2, 4, 8, 12, 16, 26].into_iter().filter(|&weeks| weeks <= self.within as i32) {
            let found = delays.partition_point(|&delay| delay < weeks);
            println!("  within {weeks:>2} weeks: {:.1} %", share(found));
        }
        if let (Some(median), Some(late)) = (delays.get(delays.len() / 2), delays.get(delays.len() * 9 / 10))
        {
            println!("  weeks after its first week, of those found: median {median}, nine in ten {late}");
        }
        Ok(Outcome::Done)
    }

    /// Weeks from the first of the rise to the first alarm; `None` without one.
    fn delay(&self, random: &mut ChaCha8Rng, params: &ValidParams) -> Option<i32> {
        let phase: f64 = random.gen_range(0.0..52.0);
        let counts = (0..self.weeks + self.within).map(|week| {
            let into = f64::from((week + 1).saturating_sub(self.weeks).min(self.over));
            let cycle = (std::f64::consts::TAU * (f64::from(week) + phase) / 52.0).cos();
            let risen = self.times.ln() * into / f64::from(self.over);
            drawn(random, self.level * (risen + self.season * cycle).exp(), self.dispersion)
        });
        let node = Node::new(Dimension::Cluster, "rise");
        let series = [Series { node, first_week: Week(0), counts: counts.collect() }];
        let first = Week(i32::try_from(self.weeks).unwrap_or(i32::MAX));
        let last = series[0].last_week()?;
        alarms(&series, first, last, params).first().map(|alarm| alarm.week.0 - first.0)
    }
}

//! Properties of the watcher on simulated series: how often it cries wolf, and how soon it sees a step.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::domain::counts::{Dimension, Node};
use crate::domain::time::Week;

use super::{Params, Series, ValidParams, replay};

/// Knuth's product of uniforms; for small means.
pub(super) fn poisson(random: &mut ChaCha8Rng, mean: f64) -> u32 {
    let limit = (-mean).exp();
    let mut product: f64 = random.r#gen();
    let mut count = 0;
    while product > limit {
        product *= random.r#gen::<f64>();
        count += 1;
    }
    count
}

/// Series of constant means between 1 and 15, tripled from week `step` on.
pub(super) fn simulate(seed: u64, series: usize, weeks: usize, step: usize) -> Vec<Series> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..series)
        .map(|index| {
            let mean = random.gen_range(1.0..15.0);
            let count = |week| poisson(&mut random, if week >= step { 3.0 * mean } else { mean });
            Series {
                node: Node::new(Dimension::Cluster, index.to_string()),
                first_week: Week(0),
                counts: (0..weeks).map(count).collect(),
            }
        })
        .collect()
}

fn defaults() -> ValidParams {
    Params::default().check().expect("the defaults are valid")
}

#[test]
fn constant_series_seldom_alarm() {
    // (weeks of the series, weeks judged, share of alarms allowed around the nominal one in a hundred)
    for (weeks, judged, allowed) in [(26, 16, 0.001..0.013), (110, 30, 0.001..0.014)] {
        let series = simulate(1, 150, weeks, usize::MAX);
        let newest = i32::try_from(weeks).expect("small") - 1;
        let found = replay(&series, Week(newest - judged + 1), Week(newest), &defaults());
        let share = found.iter().filter(|one| one.alarm).count() as f64 / found.len() as f64;
        assert!(allowed.contains(&share), "{weeks} weeks: {share}");
    }
}

#[test]
fn a_tripling_is_seen_within_two_weeks() {
    let params = defaults();
    // A lone series of eight weeks does not know its dispersion yet, which costs some.
    for (before, least) in [(8, 0.87), (20, 0.9), (80, 0.9)] {
        let series = simulate(2, 150, before + 2, before);
        let first = Week(i32::try_from(before).expect("small"));
        // From three a week on: tripling less than that can stay within chance for two weeks.
        let worth: Vec<&Series> = series
            .iter()
            .filter(|one| one.counts[..before].iter().sum::<u32>() as usize >= 3 * before)
            .collect();
        // Each alone: a step of all together would be a tide.
        let seen = worth.iter().filter(|one| {
            let alone = std::slice::from_ref(**one);
            replay(alone, first, Week(first.0 + 1), &params).iter().any(|found| found.alarm)
        });
        let share = seen.count() as f64 / worth.len() as f64;
        assert!(share >= least, "{before} weeks before: {share} of {}", worth.len());
    }
}

#[test]
fn a_level_that_doubles_and_a_ramp_are_found() {
    let params = defaults();
    let mut random = ChaCha8Rng::seed_from_u64(3);
    // (complaints a week, how many times as many, weeks until then, weeks it is looked for, share found)
    for (level, times, ramp, looked, least) in [(5.0, 2.0_f64, 1, 26, 0.94), (1.0, 10.0, 12, 12, 0.94)] {
        let before = 104;
        let mut run = || {
            let mut count = |week: i32| {
                let risen = f64::from((week - before + 1).clamp(0, ramp)) / f64::from(ramp);
                poisson(&mut random, level * times.powf(risen))
            };
            let counts = (0..before + looked).map(&mut count).collect();
            let node = Node::new(Dimension::Cluster, "a");
            let series = [Series { node, first_week: Week(0), counts }];
            replay(&series, Week(before), Week(before + looked - 1), &params).iter().any(|one| one.alarm)
        };
        let share = (0..100).filter(|_| run()).count() as f64 / 100.0;
        assert!(share >= least, "{level} times {times}: {share}");
    }
}

//! How dense is too dense: the past is dealt in random order and scanned as if it came in anew, many times,
//! with the overlap of one scan with the next that real scans have. The threshold is the lowest under which
//! that brings no more false alarms than asked for.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::Params;
use super::density::{Ball, Near, densest, groups_of};
use crate::learn::parallel::map_blocks;

/// Times the past is dealt anew.
const DEALS: usize = 24;
/// Thresholds tried, from the lowest up.
const LOWEST: f64 = 3.0;
const STEP: f64 = 0.125;
const THRESHOLDS: usize = 137;

/// The lowest threshold that keeps to the rate asked for. `around` holds for every text of the past its
/// nearest others, nearest first.
pub(super) fn threshold(around: &[Vec<(u32, f32)>], params: &Params, seed: u64) -> f64 {
    let parts = map_blocks(
        DEALS,
        1,
        params.threads,
        || (),
        |(), range| {
            range.map(|deal| played(around, params, seed.wrapping_add(deal as u64))).collect::<Vec<_>>()
        },
    );
    let mut alarms = [0_usize; THRESHOLDS];
    for deal in parts.into_iter().flatten() {
        alarms.iter_mut().zip(deal).for_each(|(sum, count)| *sum += count);
    }
    let came_in = DEALS * (around.len() - params.recent);
    let allowed = params.false_alarms_per_1000 * came_in as f64 / 1000.0;
    let fitting = alarms.iter().position(|&count| count as f64 <= allowed).unwrap_or(THRESHOLDS - 1);
    level(fitting) - STEP * overshoot(&alarms, fitting, allowed)
}

/// How far, as a share of a step, the rate asked for lies below threshold `fitting`: alarms fall between
/// one threshold and the next as a geometric series.
fn overshoot(alarms: &[usize], fitting: usize, allowed: f64) -> f64 {
    let Some(before) = fitting.checked_sub(1) else { return 0.0 };
    let (above, below) = ((alarms[before] as f64).ln(), (alarms[fitting].max(1) as f64).ln());
    if above <= below { 0.0 } else { ((allowed.max(1.0).ln() - below) / (above - below)).clamp(0.0, 1.0) }
}

fn level(index: usize) -> f64 {
    LOWEST + STEP * index as f64
}

/// Alarms under each threshold while the past comes in, in one random order.
fn played(around: &[Vec<(u32, f32)>], params: &Params, seed: u64) -> [usize; THRESHOLDS] {
    let texts = around.len();
    let mut order: Vec<usize> = (0..texts).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let mut arrival = vec![0_usize; texts];
    order.iter().enumerate().for_each(|(at, &text)| arrival[text] = at);
    let share = params.recent as f64 / texts as f64;
    let mut alarms = [0; THRESHOLDS];
    let mut known = vec![vec![false; texts]; THRESHOLDS];
    for end in (params.recent..=texts).step_by(params.step) {
        let start = end - params.recent;
        let near: Vec<Vec<Near>> = order[start..end]
            .iter()
            .map(|&text| {
                let others = around[text].iter().zip(1..);
                others
                    .filter(|((other, _), _)| (start..end).contains(&arrival[*other as usize]))
                    .map(|((other, _), rank)| Near { rank, text: (arrival[*other as usize] - start) as u32 })
                    .collect()
            })
            .collect();
        let balls: Vec<Ball> = near.iter().map(|near| densest(near, share)).collect();
        let most = balls.iter().map(|ball| ball.score).fold(0.0, f64::max);
        for (index, known) in known.iter_mut().enumerate().take_while(|(index, _)| level(*index) <= most) {
            let window = &mut known[start..end];
            let groups = groups_of(&balls, &near, share, level(index), params.min_size, window);
            alarms[index] += groups.iter().filter(|group| !group.goes_on).count();
        }
    }
    alarms
}

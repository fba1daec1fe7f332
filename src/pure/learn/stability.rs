//! How finely texts can be divided without the division depending on chance: partitions of the whole are
//! compared with partitions of parts of it (Ben-Hur, Elisseeff and Guyon, "A stability based method for
//! discovering structure in clustered data", PSB 2002). The number of groups is never asked for.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::LearnError;
use super::agreement::adjusted_rand_index;
use super::communities::leiden;
use super::parallel::map_blocks;

/// Resolutions tried, coarse to fine.
const RESOLUTIONS: [f64; 8] = [0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0];
/// Parts of the texts each is tried on, and how large they are.
const PARTS: u64 = 4;
const PART_SHARE: f64 = 0.8;
/// Partitions of the whole, of which the one most like the others is kept.
const STARTS: u64 = 3;
/// Agreement a finer division may lose against the steadiest one. Two runs of the same resolution differ by
/// about as much.
const TOLERANCE: f64 = 0.05;
/// Larger than this share of all texts, a community says little; a resolution that leaves one is not
/// chosen where another does not.
const MAX_SHARE: f64 = 0.25;
/// Texts that may lie in communities too small to count, at most; finer is not worth having.
const MAX_LEFT_OVER: f64 = 0.15;

/// One resolution and what it came to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tried {
    pub(super) resolution: f64,
    /// Mean adjusted Rand index between the whole and its parts.
    pub(super) agreement: f64,
    /// Share of the texts in communities of too few.
    pub(super) left_over: f64,
    /// Share of the texts in the largest community.
    pub(super) largest: f64,
    /// The community of every text.
    pub(super) partition: Vec<usize>,
}

/// The finest division of `neighbours` that is about as steady as the steadiest: every resolution is tried
/// on several seeds and on several parts of the texts. Communities with fewer than `min_size` texts count
/// as left over; `weights` says for how many a text counts.
pub(super) fn steady_partition(
    neighbours: &[Vec<(u32, f32)>],
    weights: &[u64],
    min_size: u64,
    seed: u64,
    threads: usize,
) -> Result<Tried, LearnError> {
    let tried = map_blocks(
        RESOLUTIONS.len(),
        1,
        threads,
        || (),
        |(), range| {
            range.map(|at| try_out(neighbours, weights, min_size, RESOLUTIONS[at], seed)).collect::<Vec<_>>()
        },
    );
    let tried = tried.into_iter().flatten().collect::<Result<Vec<_>, _>>()?;
    Ok(chosen(tried))
}

/// The finest of what is steady, where possible without a giant and with little left over.
fn chosen(mut tried: Vec<Tried>) -> Tried {
    let fits = |one: &Tried| one.largest <= MAX_SHARE && one.left_over <= MAX_LEFT_OVER;
    if tried.iter().any(fits) {
        tried.retain(fits);
    } else {
        // Few texts, or texts of one kind: what leaves least over is all one can ask for.
        let least = tried.iter().map(|one| one.left_over).fold(f64::INFINITY, f64::min);
        tried.retain(|one| one.left_over <= least.max(MAX_LEFT_OVER));
    }
    let best = tried.iter().map(|one| one.agreement).fold(f64::NEG_INFINITY, f64::max);
    tried
        .into_iter()
        .rfind(|one| one.agreement >= best - TOLERANCE)
        .expect("there are resolutions, and the best is within tolerance of itself")
}

fn try_out(
    neighbours: &[Vec<(u32, f32)>],
    weights: &[u64],
    min_size: u64,
    resolution: f64,
    seed: u64,
) -> Result<Tried, LearnError> {
    let wholes = (0..STARTS)
        .map(|start| leiden(neighbours, resolution, seed.wrapping_add(start)))
        .collect::<Result<Vec<_>, _>>()?;
    let likeness = |one: usize| {
        let others = (0..wholes.len()).filter(|&other| other != one);
        others.map(|other| adjusted_rand_index(&wholes[one], &wholes[other])).sum::<f64>()
    };
    let likenesses: Vec<f64> = (0..wholes.len()).map(likeness).collect();
    let most = (0..wholes.len()).rev().max_by(|&a, &b| likenesses[a].total_cmp(&likenesses[b])).unwrap_or(0);
    let partition = wholes[most].clone();
    let mut agreement = 0.0;
    for part in 0..PARTS {
        let (kept, links) = part_of(neighbours, seed.wrapping_add(1_000 + part));
        let divided = leiden(&links, resolution, seed.wrapping_add(part))?;
        let whole: Vec<usize> = kept.iter().map(|&text| partition[text]).collect();
        agreement += adjusted_rand_index(&whole, &divided) / PARTS as f64;
    }
    let communities = partition.iter().max().map_or(0, |most| most + 1);
    let mut sizes = vec![0; communities];
    partition.iter().zip(weights).for_each(|(&community, weight)| sizes[community] += weight);
    let all = sizes.iter().sum::<u64>().max(1) as f64;
    let small: u64 = sizes.iter().filter(|size| **size < min_size).sum();
    let largest = sizes.iter().max().copied().unwrap_or(0);
    Ok(Tried {
        resolution,
        agreement,
        left_over: small as f64 / all,
        largest: largest as f64 / all,
        partition,
    })
}

/// A random part of the texts, and their links among one another.
fn part_of(neighbours: &[Vec<(u32, f32)>], seed: u64) -> (Vec<usize>, Vec<Vec<(u32, f32)>>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let kept: Vec<usize> = (0..neighbours.len()).filter(|_| random.gen_bool(PART_SHARE)).collect();
    let mut place = vec![None; neighbours.len()];
    kept.iter().enumerate().for_each(|(at, &text)| place[text] = Some(at as u32));
    let links = kept
        .iter()
        .map(|&text| {
            let near = neighbours[text].iter();
            near.filter_map(|&(other, cosine)| Some((place[other as usize]?, cosine))).collect()
        })
        .collect();
    (kept, links)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(resolution: f64, agreement: f64, left_over: f64, largest: f64) -> Tried {
        Tried { resolution, agreement, left_over, largest, partition: Vec::new() }
    }

    #[test]
    fn the_finest_that_is_about_as_steady_is_chosen() {
        for (all, want) in [
            (vec![tried(0.5, 0.8, 0.0, 0.2), tried(1.0, 0.78, 0.0, 0.1), tried(2.0, 0.6, 0.0, 0.1)], 1.0),
            (vec![tried(0.5, 0.9, 0.0, 0.6), tried(1.0, 0.7, 0.0, 0.2), tried(2.0, 0.68, 0.0, 0.1)], 2.0),
            (vec![tried(0.5, 0.8, 0.0, 0.2), tried(2.0, 0.9, 0.5, 0.1)], 0.5),
            (vec![tried(0.5, 0.8, 0.2, 0.9), tried(2.0, 0.9, 0.5, 0.5)], 0.5),
        ] {
            assert_eq!(chosen(all).resolution, want);
        }
    }

    /// Eight rings of ten, each joined to the next by one weak link.
    #[test]
    fn rings_are_neither_joined_nor_cut() {
        let ring = |ring: u32| {
            (0..10_u32).map(move |at| (1..5).map(|by| (ring * 10 + (at + by) % 10, 0.9)).collect::<Vec<_>>())
        };
        let mut links: Vec<Vec<(u32, f32)>> = (0..8).flat_map(ring).collect();
        (0..7).for_each(|at| links[at * 10].push((at as u32 * 10 + 10, 0.05)));
        let one = steady_partition(&links, &[1; 80], 3, 1, 1).unwrap();
        let truth: Vec<usize> = (0..80).map(|vertex| vertex / 10).collect();
        assert_eq!(adjusted_rand_index(&one.partition, &truth), 1.0, "{one:?}");
        assert_eq!(one, steady_partition(&links, &[1; 80], 3, 1, 2).unwrap());
    }
}

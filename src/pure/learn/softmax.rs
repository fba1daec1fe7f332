//! Multinomial logistic regression by stochastic dual coordinate ascent (Shalev-Shwartz and Zhang,
//! "Stochastic dual coordinate ascent methods for regularized loss minimization", JMLR 2013), each step to
//! where the dual of one text is highest (see `simplex`).
//!
//! The primal is ½‖W‖² + Σ cᵢ · −ln p(yᵢ | xᵢ). A text's dual variables are a distribution over labels, αᵢ;
//! the weights are W = Σ cᵢ (e(yᵢ) − αᵢ) xᵢᵀ. At the optimum αᵢ is softmax(W xᵢ), and the distance between
//! them, cᵢ KL(αᵢ ‖ p), summed over texts, is the duality gap. What a fit costs is the memory it touches.
//! Weights lie row after row by feature, in blocks of labels, so that a text's features are read once for all
//! labels, and those of labels that have come to rest in a text not at all.

#[cfg(test)]
mod tests;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::calibrate::softmax;
use super::simplex::best_distribution;
use super::sparse::SparseRows;

/// How the regression is fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SolverParams {
    /// What a text's loss costs against the size of the weights.
    pub(super) cost: f32,
    /// 0: every text costs the same; 1: a label's texts cost as much in all as if labels were equally
    /// frequent; between: a power of that.
    pub(super) balance: f32,
    /// The descent ends when the duality gap met in a pass is this share of the gap of even probabilities.
    pub(super) tolerance: f64,
    /// A text whose probabilities are this close to its dual variables, as a divergence, is passed over: the
    /// step would be too small to be worth the memory it touches.
    pub(super) settled: f32,
    /// Passes over the texts at most.
    pub(super) max_passes: u32,
}

/// Bounds on how much more or less a label's texts may cost for balance.
const BALANCE_RANGE: (f32, f32) = (0.1, 20.0);
/// Probabilities below this are taken for it, under a logarithm.
const TINY: f32 = 1e-12;

/// Labels that are looked at together; a multiple of what a processor adds at once.
const LANES: usize = 16;
/// A number for each of the labels of a block: one line of a processor's cache.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
struct Block([f32; LANES]);

const ZERO: Block = Block([0.0; LANES]);

impl Block {
    /// Adds `value` times `other`.
    #[inline]
    fn add(&mut self, value: f32, other: &Self) {
        for lane in 0..LANES {
            self.0[lane] += value * other.0[lane];
        }
    }
}
/// A block whose probabilities are this close to its dual variables, in sum, is left as it is: most labels of
/// a text are neither its own nor ever likely, and moving them a little touches as much memory as moving them
/// far. Where that alone holds the gap open, it is halved.
const QUIET: f32 = 0.02;
/// One pass in so many looks at all labels of every text; those between, at the blocks that moved in it.
const ALL_LABELS_EVERY: u32 = 2;
/// Features whose weights are fetched before any is looked at: they lie far apart, and what waits for one need not
/// wait for the next.
const FETCHED_AT_ONCE: usize = 16;
/// Passes over texts that are new to the regression, before all are passed over together.
const PASSES_OVER_NEW: u32 = 2;

/// A regression under way. It may be descended on some of the rows first and on all of them after: the
/// second descent starts where the first one ended and needs fewer passes.
#[derive(Clone, Debug)]
pub(super) struct Softmax<'a> {
    rows: &'a SparseRows,
    truth: &'a [u32],
    labels: usize,
    /// Blocks of labels. Labels stand by falling frequency, so that those that rarely move stand together.
    blocks: usize,
    /// The place of each label among the lanes of all blocks.
    place: Vec<u32>,
    /// What a text of each label costs.
    costs: Vec<f32>,
    /// By feature, then block.
    weights: Vec<Block>,
    bias: Vec<Block>,
    /// By row, then block.
    duals: Vec<Block>,
    /// By row, the blocks that moved when all were looked at last, a bit each; `None` before the first visit.
    moving: Vec<Option<u64>>,
}

/// Where the texts of a regression stand.
pub(super) struct Progress {
    duals: Vec<Block>,
    moving: Vec<Option<u64>>,
}

impl<'a> Softmax<'a> {
    /// A regression that knows nothing; `truth` has the label, below `labels`, of every row.
    pub(super) fn new(rows: &'a SparseRows, truth: &'a [u32], labels: usize, params: &SolverParams) -> Self {
        let mut counts = vec![0_u32; labels];
        truth.iter().for_each(|&label| counts[label as usize] += 1);
        let mut by_frequency: Vec<usize> = (0..labels).collect();
        by_frequency.sort_by_key(|&label| std::cmp::Reverse(counts[label]));
        let mut place = vec![0; labels];
        by_frequency.iter().enumerate().for_each(|(at, &label)| place[label] = at as u32);
        let blocks = labels.div_ceil(LANES);
        let mut duals = vec![ZERO; truth.len() * blocks];
        for (own, &label) in duals.chunks_exact_mut(blocks.max(1)).zip(truth) {
            let at = place[label as usize] as usize;
            own[at / LANES].0[at % LANES] = 1.0;
        }
        // Lanes without a label never gain probability.
        let mut bias = vec![ZERO; blocks];
        (labels..blocks * LANES).for_each(|at| bias[at / LANES].0[at % LANES] = f32::NEG_INFINITY);
        Self {
            rows,
            truth,
            labels,
            blocks,
            place,
            costs: costs(truth, labels, params),
            weights: vec![ZERO; rows.columns() * blocks],
            bias,
            duals,
            moving: vec![None; truth.len()],
        }
    }

    /// How far the texts are from what they were at first; all that is not made of the rows.
    pub(super) fn into_progress(self) -> Progress {
        Progress { duals: self.duals, moving: self.moving }
    }

    /// Goes on where another regression on the same texts stood, whose features weighed otherwise.
    pub(super) fn resumed(
        rows: &'a SparseRows,
        (truth, labels): (&'a [u32], usize),
        params: &SolverParams,
        progress: Progress,
    ) -> Self {
        let mut model = Self::new(rows, truth, labels, params);
        let mut step = vec![ZERO; model.blocks];
        for (text, moving) in progress.moving.iter().enumerate() {
            if moving.is_none() {
                continue;
            }
            // W = Σ cᵢ (e(yᵢ) − αᵢ) xᵢᵀ; the new regression's own duals are still e(yᵢ).
            let cost = model.cost(text as u32);
            let range = text * model.blocks..(text + 1) * model.blocks;
            for ((step, own), dual) in
                step.iter_mut().zip(&model.duals[range.clone()]).zip(&progress.duals[range])
            {
                *step = ZERO;
                step.add(cost, own);
                step.add(-cost, dual);
            }
            model.bias.iter_mut().zip(&step).for_each(|(bias, step)| bias.add(1.0, step));
            let (columns, values) = rows.row(text);
            for (&column, &value) in columns.iter().zip(values) {
                let row = &mut model.weights[column as usize * model.blocks..][..model.blocks];
                row.iter_mut().zip(&step).for_each(|(weight, step)| weight.add(value, step));
            }
        }
        Self { duals: progress.duals, moving: progress.moving, ..model }
    }

    /// How many features have weights.
    pub(super) fn features(&self) -> usize {
        self.rows.columns()
    }

    /// Replaces `row` by the weights of a feature, one for each label.
    pub(super) fn weights_of(&self, feature: usize, row: &mut [f32]) {
        let own = &self.weights[feature * self.blocks..][..self.blocks];
        for (weight, &at) in row.iter_mut().zip(&self.place) {
            *weight = own[at as usize / LANES].0[at as usize % LANES];
        }
    }

    /// One bias per label.
    pub(super) fn bias(&self) -> Vec<f32> {
        self.place.iter().map(|&at| self.bias[at as usize / LANES].0[at as usize % LANES]).collect()
    }

    /// Goes over `texts`, in an order drawn anew for each pass, until the duality gap is small.
    pub(super) fn descend(&mut self, texts: &[u32], params: &SolverParams, seed: u64) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut buffers = Buffers::default();
        buffers.scores.clone_from(&self.bias);
        let mut quiet = QUIET;
        let mut new: Vec<u32> =
            texts.iter().copied().filter(|&text| self.moving[text as usize].is_none()).collect();
        if new.len() < texts.len() {
            (0..PASSES_OVER_NEW).for_each(|_| {
                new.shuffle(&mut random);
                new.iter().for_each(|&text| {
                    self.visit(text, (true, quiet), params, &mut buffers);
                });
            });
        }
        let mut order = texts.to_vec();
        // Before the first step every text's α is its label alone and p is even.
        let at_start: f64 = texts.iter().map(|&text| f64::from(self.cost(text))).sum();
        let enough = params.tolerance * at_start * (self.labels as f64).ln();
        let mut last_gap = f64::INFINITY;
        for pass in 0..params.max_passes {
            let all_labels = pass % ALL_LABELS_EVERY == 0;
            order.shuffle(&mut random);
            let visits =
                order.iter().map(|&text| self.visit(text, (all_labels, quiet), params, &mut buffers));
            let gap: f64 = visits.sum();
            if all_labels {
                if gap <= enough {
                    break;
                }
                if gap > last_gap / 2.0 {
                    quiet /= 2.0;
                }
                last_gap = gap;
            }
        }
    }

    fn cost(&self, text: u32) -> f32 {
        self.costs[self.truth[text as usize] as usize]
    }

    /// Moves the dual variables of a text to where the dual is highest, those of the blocks that are moving;
    /// returns their share of the duality gap before.
    ///
    /// Blocks that are left alone keep their part of the text's distribution, and the others share the rest: a
    /// step within a face of the simplex, which raises the dual as one within all of it does.
    fn visit(
        &mut self,
        text: u32,
        (all_labels, quiet): (bool, f32),
        params: &SolverParams,
        buffers: &mut Buffers,
    ) -> f64 {
        let Buffers { active, scores, best, before } = buffers;
        let cost = self.cost(text);
        let (columns, values) = self.rows.row(text as usize);
        let moving = self.moving[text as usize].filter(|_| !all_labels).unwrap_or(u64::MAX);
        active.clear();
        active.extend((0..self.blocks).filter(|&block| moving & bit(block) != 0));
        if active.is_empty() {
            return 0.0;
        }
        self.score(columns, values, active, scores);
        let duals = &mut self.duals[text as usize * self.blocks..][..self.blocks];
        gather(active, duals, before);
        gather(active, scores, best);
        softmax(best, 1.0);
        let mass: f32 = before.iter().sum();
        best.iter_mut().for_each(|p| *p *= mass);
        let (mut divergence, mut still_moving) = (0.0, 0);
        for (at, &block) in active.iter().enumerate() {
            let lanes = at * LANES..(at + 1) * LANES;
            let (own, apart) = distance(&before[lanes.clone()], &best[lanes]);
            divergence += own;
            still_moving |= if apart > quiet { bit(block) } else { 0 };
        }
        self.moving[text as usize] = Some(still_moving);
        let gap = f64::from(cost * divergence.max(0.0));
        if divergence <= params.settled || still_moving == 0 {
            return gap;
        }
        active.retain(|&block| still_moving & bit(block) != 0);
        gather(active, duals, before);
        gather(active, scores, best);
        let norm = 1.0 + values.iter().map(|value| value * value).sum::<f32>();
        best_distribution(best, before, cost * norm);
        // From here on `scores` holds what is added to the weights, by block.
        for (best, &block) in best.chunks_exact(LANES).zip(active.iter()) {
            let lanes = scores[block].0.iter_mut().zip(&mut duals[block].0);
            for ((step, dual), &best) in lanes.zip(best) {
                *step = cost * (*dual - best);
                *dual = best;
            }
            self.bias[block].add(1.0, &scores[block]);
        }
        for (columns, values) in columns.chunks(FETCHED_AT_ONCE).zip(values.chunks(FETCHED_AT_ONCE)) {
            self.fetch(columns, active);
            for (&column, &value) in columns.iter().zip(values) {
                let row = &mut self.weights[column as usize * self.blocks..][..self.blocks];
                active.iter().for_each(|&block| row[block].add(value, &scores[block]));
            }
        }
        gap
    }

    /// Replaces the scores of the `active` blocks.
    fn score(&self, columns: &[u32], values: &[f32], active: &[usize], scores: &mut [Block]) {
        active.iter().for_each(|&block| scores[block] = self.bias[block]);
        let is_whole = active.len() == self.blocks;
        for (columns, values) in columns.chunks(FETCHED_AT_ONCE).zip(values.chunks(FETCHED_AT_ONCE)) {
            self.fetch(columns, active);
            for (&column, &value) in columns.iter().zip(values) {
                let row = &self.weights[column as usize * self.blocks..][..self.blocks];
                if is_whole {
                    scores.iter_mut().zip(row).for_each(|(sum, row)| sum.add(value, row));
                } else {
                    active.iter().for_each(|&block| scores[block].add(value, &row[block]));
                }
            }
        }
    }

    /// Touches the active blocks of some features, so that the memory brings them all while none is waited for.
    fn fetch(&self, columns: &[u32], active: &[usize]) {
        let mut touched = 0.0;
        for &column in columns {
            let row = &self.weights[column as usize * self.blocks..][..self.blocks];
            active.iter().for_each(|&block| touched += row[block].0[0]);
        }
        std::hint::black_box(touched);
    }
}

/// Replaces `into` by the lanes of the active blocks, one after another.
fn gather(active: &[usize], from: &[Block], into: &mut Vec<f32>) {
    into.clear();
    active.iter().for_each(|&block| into.extend_from_slice(&from[block].0));
}

/// How far probabilities are from dual variables: as a divergence (Kullback and Leibler), and in sum.
fn distance(duals: &[f32], probabilities: &[f32]) -> (f32, f32) {
    let (mut divergence, mut apart) = (0.0, 0.0);
    for (&dual, &p) in duals.iter().zip(probabilities) {
        if dual > TINY {
            divergence += dual * (dual.ln() - p.max(TINY).ln());
        }
        apart += (p - dual).abs();
    }
    (divergence, apart)
}

/// The bit of a block; those beyond the last bit share it.
fn bit(block: usize) -> u64 {
    1 << block.min(u64::BITS as usize - 1)
}

/// What a visit works in.
#[derive(Default)]
struct Buffers {
    active: Vec<usize>,
    /// By block.
    scores: Vec<Block>,
    /// Of the active blocks, one after another.
    best: Vec<f32>,
    before: Vec<f32>,
}

/// What a text of each label costs.
fn costs(truth: &[u32], labels: usize, params: &SolverParams) -> Vec<f32> {
    let mut counts = vec![0_u32; labels];
    truth.iter().for_each(|&label| counts[label as usize] += 1);
    let even = truth.len() as f32 / labels.max(1) as f32;
    counts
        .iter()
        .map(|&count| (even / count.max(1) as f32).powf(params.balance))
        .map(|factor| params.cost * factor.clamp(BALANCE_RANGE.0, BALANCE_RANGE.1))
        .collect()
}

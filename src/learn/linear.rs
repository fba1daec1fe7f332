//! One-vs-rest linear support vector machines with squared hinge loss, by dual coordinate descent
//! (Hsieh, Chang, Lin, Keerthi and Sundararajan, "A dual coordinate descent method for large-scale
//! linear SVM", ICML 2008, algorithm 1 with the L2 loss).
//!
//! All labels are descended together: a text's features are read once for all of them, and weights lie
//! row after row by feature. The problems stay independent, so labels may be dealt out to threads
//! without changing a bit of the result.

use std::ops::Range;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::parallel::map_blocks;
use super::sparse::SparseRows;

/// How the machines are fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SolverParams {
    /// Cost of a text on the wrong side of its margin.
    pub(super) cost: f32,
    /// 0: every text costs the same; 1: a label's own texts cost as much in all as if labels were equally
    /// frequent; between: a power of that.
    pub(super) balance: f32,
    /// A label stops when the spread of its projected gradients over one pass falls to this.
    pub(super) tolerance: f32,
    /// Passes over the texts at most.
    pub(super) max_passes: u32,
}

/// Bounds on how much more or less a label's own texts may cost for balance.
const BALANCE_RANGE: (f32, f32) = (0.1, 20.0);

/// Fitted weights: `weights[feature * labels + label]`, and one bias per label.
pub(super) struct LinearModel {
    pub(super) weights: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

/// Fits one machine per label on the rows named in `texts`; `truth[row]` is the label of a row.
pub(super) fn fit(
    rows: &SparseRows,
    texts: &[u32],
    truth: &[u32],
    labels: usize,
    params: &SolverParams,
    (seed, threads): (u64, usize),
) -> LinearModel {
    let costs = own_costs(texts, truth, labels, params);
    let per_part = labels.div_ceil(threads.max(1));
    let parts = map_blocks(
        labels,
        per_part,
        threads,
        || (),
        |(), part| {
            let problem =
                Problem { rows, texts, truth, costs: &costs[part.clone()], params, part: part.clone() };
            (part, problem.descend(seed))
        },
    );
    merge(parts, rows.columns(), labels)
}

/// What a text of its own costs each label.
fn own_costs(texts: &[u32], truth: &[u32], labels: usize, params: &SolverParams) -> Vec<f32> {
    let mut counts = vec![0_u32; labels];
    texts.iter().for_each(|&text| counts[truth[text as usize] as usize] += 1);
    let even = texts.len() as f32 / labels.max(1) as f32;
    counts
        .iter()
        .map(|&count| (even / count.max(1) as f32).powf(params.balance))
        .map(|factor| params.cost * factor.clamp(BALANCE_RANGE.0, BALANCE_RANGE.1))
        .collect()
}

fn merge(mut parts: Vec<(Range<usize>, LinearModel)>, features: usize, labels: usize) -> LinearModel {
    if parts.len() == 1
        && let Some((_, whole)) = parts.pop()
    {
        return whole;
    }
    let mut weights = vec![0.0; features * labels];
    let mut bias = vec![0.0; labels];
    for (part, model) in parts {
        let width = part.len();
        for (to, from) in weights.chunks_exact_mut(labels).zip(model.weights.chunks_exact(width)) {
            to[part.clone()].copy_from_slice(from);
        }
        bias[part].copy_from_slice(&model.bias);
    }
    LinearModel { weights, bias }
}

/// The machines of a run of labels.
struct Problem<'a> {
    rows: &'a SparseRows,
    texts: &'a [u32],
    truth: &'a [u32],
    costs: &'a [f32],
    params: &'a SolverParams,
    part: Range<usize>,
}

impl Problem<'_> {
    fn descend(&self, seed: u64) -> LinearModel {
        let mut done = LinearModel {
            weights: vec![0.0; self.rows.columns() * self.part.len()],
            bias: vec![0.0; self.part.len()],
        };
        let norms: Vec<f32> = self.texts.iter().map(|&text| 1.0 + square_norm(self.rows, text)).collect();
        let mut order: Vec<u32> = (0..self.texts.len() as u32).collect();
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut open = Open::all(self);
        for _ in 0..self.params.max_passes {
            order.shuffle(&mut random);
            let spreads = open.pass(self, &order, &norms);
            let is_open: Vec<bool> = spreads.iter().map(|&spread| spread > self.params.tolerance).collect();
            open.close(&is_open, &mut done);
            if open.labels.is_empty() {
                break;
            }
        }
        open.copy_to(&mut done);
        done
    }
}

/// The labels still being descended, packed so that closed ones cost nothing.
struct Open {
    /// Places within the part.
    labels: Vec<usize>,
    /// Rows by feature, columns by label.
    weights: Vec<f32>,
    bias: Vec<f32>,
    /// Rows by text, columns by label.
    duals: Vec<f32>,
}

impl Open {
    fn all(problem: &Problem<'_>) -> Self {
        let width = problem.part.len();
        Self {
            labels: (0..width).collect(),
            weights: vec![0.0; problem.rows.columns() * width],
            bias: vec![0.0; width],
            duals: vec![0.0; problem.texts.len() * width],
        }
    }

    /// One pass over the texts; returns how far each label's projected gradients spread.
    fn pass(&mut self, problem: &Problem<'_>, order: &[u32], norms: &[f32]) -> Vec<f32> {
        let width = self.labels.len();
        let (mut margins, mut steps) = (vec![0.0_f32; width], vec![0.0_f32; width]);
        let (mut most, mut least) = (vec![f32::NEG_INFINITY; width], vec![f32::INFINITY; width]);
        for &turn in order {
            let text = problem.texts[turn as usize] as usize;
            let (columns, values) = problem.rows.row(text);
            self.margins(columns, values, &mut margins);
            let own = problem.truth[text] as usize;
            let duals = &mut self.duals[turn as usize * width..][..width];
            let mut moved = false;
            for label in 0..width {
                let is_own = problem.part.start + self.labels[label] == own;
                let (sign, cost) = if is_own {
                    (1.0, problem.costs[self.labels[label]])
                } else {
                    (-1.0, problem.params.cost)
                };
                let ridge = 0.5 / cost;
                let dual = duals[label];
                let gradient = sign * margins[label] - 1.0 + ridge * dual;
                let projected = if dual > 0.0 { gradient } else { gradient.min(0.0) };
                most[label] = most[label].max(projected);
                least[label] = least[label].min(projected);
                let next = (dual - gradient / (norms[turn as usize] + ridge)).max(0.0);
                duals[label] = next;
                steps[label] = sign * (next - dual);
                moved |= next != dual;
            }
            if moved {
                self.step(columns, values, &steps);
            }
        }
        most.iter().zip(least).map(|(most, least)| most - least).collect()
    }

    /// Every open label's score of one text.
    fn margins(&self, columns: &[u32], values: &[f32], margins: &mut [f32]) {
        margins.copy_from_slice(&self.bias);
        for (&column, &value) in columns.iter().zip(values) {
            let row = &self.weights[column as usize * margins.len()..][..margins.len()];
            for (margin, &weight) in margins.iter_mut().zip(row) {
                *margin += value * weight;
            }
        }
    }

    fn step(&mut self, columns: &[u32], values: &[f32], steps: &[f32]) {
        for (bias, &by) in self.bias.iter_mut().zip(steps) {
            *bias += by;
        }
        for (&column, &value) in columns.iter().zip(values) {
            let row = &mut self.weights[column as usize * steps.len()..][..steps.len()];
            for (weight, &by) in row.iter_mut().zip(steps) {
                *weight += value * by;
            }
        }
    }

    /// Hands the labels that are not `open` to `done` and packs the others closer.
    fn close(&mut self, open: &[bool], done: &mut LinearModel) {
        if open.iter().all(|&open| open) {
            return;
        }
        self.copy_to(done);
        let width = self.labels.len();
        let mut place = 0;
        let mut keep = || {
            place += 1;
            open[(place - 1) % width]
        };
        // Each list is whole rows of `width`, so the places start anew at zero for every list.
        self.weights.retain(|_| keep());
        self.bias.retain(|_| keep());
        self.duals.retain(|_| keep());
        self.labels.retain(|_| keep());
    }

    /// Copies the weights as they stand.
    fn copy_to(&self, done: &mut LinearModel) {
        let (width, full) = (self.labels.len(), done.bias.len());
        if width == 0 {
            return;
        }
        for (to, from) in done.weights.chunks_exact_mut(full).zip(self.weights.chunks_exact(width)) {
            self.labels.iter().zip(from).for_each(|(&label, &weight)| to[label] = weight);
        }
        self.labels.iter().zip(&self.bias).for_each(|(&label, &bias)| done.bias[label] = bias);
    }
}

fn square_norm(rows: &SparseRows, text: u32) -> f32 {
    rows.row(text as usize).1.iter().map(|value| value * value).sum()
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;

    const PARAMS: SolverParams = SolverParams { cost: 1.0, balance: 0.0, tolerance: 0.01, max_passes: 200 };

    /// Three labels, each with a feature of its own among shared noise.
    fn noisy(texts: u32, seed: u64) -> (SparseRows, Vec<u32>) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut rows = SparseRows::new(13);
        let truth: Vec<u32> = (0..texts).map(|text| text % 3).collect();
        for &label in &truth {
            let noise = random.gen_range(3..13_u32);
            rows.push(&[(label, random.gen_range(0.3..0.9)), (noise, 0.5)]);
        }
        (rows, truth)
    }

    fn score(model: &LinearModel, rows: &SparseRows, text: usize, label: usize, labels: usize) -> f32 {
        let (columns, values) = rows.row(text);
        columns.iter().zip(values).fold(model.bias[label], |sum, (&column, value)| {
            sum + value * model.weights[column as usize * labels + label]
        })
    }

    #[test]
    fn separable_labels_are_separated() {
        let (rows, truth) = noisy(90, 5);
        let texts: Vec<u32> = (0..90).collect();
        let model = fit(&rows, &texts, &truth, 3, &PARAMS, (1, 1));
        for (text, &label) in truth.iter().enumerate() {
            let best = (0..3).max_by(|&a, &b| {
                score(&model, &rows, text, a, 3).total_cmp(&score(&model, &rows, text, b, 3))
            });
            assert_eq!(best, Some(label as usize), "text {text}");
        }
    }

    /// At the optimum of ½|w|² + C Σ max(0, 1 − y w·x)², w = 2C Σ max(0, 1 − y w·x) y x.
    #[test]
    fn the_optimum_satisfies_its_own_equation() {
        let (rows, truth) = noisy(60, 9);
        let texts: Vec<u32> = (0..60).collect();
        let params = SolverParams { tolerance: 1e-5, max_passes: 2000, ..PARAMS };
        let model = fit(&rows, &texts, &truth, 3, &params, (1, 1));
        for label in 0..3 {
            let mut want = [0.0_f32; 13];
            let mut bias = 0.0;
            for (text, &own) in truth.iter().enumerate() {
                let sign = if own as usize == label { 1.0 } else { -1.0 };
                let pull = 2.0 * sign * (1.0 - sign * score(&model, &rows, text, label, 3)).max(0.0);
                let (columns, values) = rows.row(text);
                columns.iter().zip(values).for_each(|(&column, value)| want[column as usize] += pull * value);
                bias += pull;
            }
            assert!((bias - model.bias[label]).abs() < 1e-2, "bias {bias} {}", model.bias[label]);
            for (feature, want) in want.iter().enumerate() {
                let got = model.weights[feature * 3 + label];
                assert!((got - want).abs() < 1e-2, "label {label} feature {feature}: {got} for {want}");
            }
        }
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let (rows, truth) = noisy(60, 2);
        let texts: Vec<u32> = (0..50).collect();
        let one = fit(&rows, &texts, &truth, 3, &PARAMS, (7, 1));
        for threads in [2, 3, 8] {
            let many = fit(&rows, &texts, &truth, 3, &PARAMS, (7, threads));
            assert_eq!((&one.weights, &one.bias), (&many.weights, &many.bias), "{threads} threads");
        }
    }

    #[test]
    fn balance_raises_the_score_of_a_rare_label() {
        let mut rows = SparseRows::new(2);
        let truth: Vec<u32> = (0..40).map(|text| u32::from(text % 10 == 0)).collect();
        truth.iter().for_each(|&label| rows.push(&[(0, 1.0), (1, 0.2 * label as f32)]));
        let texts: Vec<u32> = (0..40).collect();
        let plain = fit(&rows, &texts, &truth, 2, &PARAMS, (1, 1));
        let balanced = fit(&rows, &texts, &truth, 2, &SolverParams { balance: 1.0, ..PARAMS }, (1, 1));
        assert!(score(&balanced, &rows, 0, 1, 2) > score(&plain, &rows, 0, 1, 2) + 0.1);
    }
}

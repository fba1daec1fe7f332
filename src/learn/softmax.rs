//! Multinomial logistic regression by stochastic dual coordinate ascent (Shalev-Shwartz and Zhang,
//! "Stochastic dual coordinate ascent methods for regularized loss minimization", JMLR 2013; the step is
//! their option III with the direction towards the model's own probabilities).
//!
//! The primal is ½‖W‖² + Σ cᵢ · −ln p(yᵢ | xᵢ). A text's dual variables are a distribution over labels, αᵢ;
//! the weights are W = Σ cᵢ (e(yᵢ) − αᵢ) xᵢᵀ, and a step moves αᵢ towards softmax(W xᵢ). At the optimum
//! they are the same, and the distance between them, cᵢ KL(αᵢ ‖ p), summed over texts, is the duality gap.
//! Weights lie row after row by feature, so that a text's features are read once for all labels.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::calibrate::softmax;
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
    /// Passes over the texts at most.
    pub(super) max_passes: u32,
}

/// Bounds on how much more or less a label's texts may cost for balance.
const BALANCE_RANGE: (f32, f32) = (0.1, 20.0);
/// The loss is smooth with this constant in the Euclidean norm: the Hessian diag(p) − ppᵀ is at most ½.
const SMOOTHNESS: f32 = 2.0;
/// A text whose probabilities are this close to its dual variables, as a divergence, is passed over: the
/// step would be too small to be worth the memory it touches.
const SETTLED: f32 = 1e-3;
/// Probabilities below this are taken for it, under a logarithm.
const TINY: f32 = 1e-12;

/// A regression under way. It may be descended on some of the rows first and on all of them after: the
/// second descent starts where the first one ended and needs fewer passes.
#[derive(Clone, Debug)]
pub(super) struct Softmax<'a> {
    rows: &'a SparseRows,
    truth: &'a [u32],
    /// What a text of each label costs.
    costs: Vec<f32>,
    /// By feature, then label.
    weights: Vec<f32>,
    bias: Vec<f32>,
    /// By row, then label.
    duals: Vec<f32>,
}

impl<'a> Softmax<'a> {
    /// A regression that knows nothing; `truth` has the label, below `labels`, of every row.
    pub(super) fn new(rows: &'a SparseRows, truth: &'a [u32], labels: usize, params: &SolverParams) -> Self {
        let mut duals = vec![0.0; truth.len() * labels];
        for (own, &label) in duals.chunks_exact_mut(labels).zip(truth) {
            own[label as usize] = 1.0;
        }
        Self {
            rows,
            truth,
            costs: costs(truth, labels, params),
            weights: vec![0.0; rows.columns() * labels],
            bias: vec![0.0; labels],
            duals,
        }
    }

    /// The weights: `weights[feature * labels + label]`.
    pub(super) fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// One bias per label.
    pub(super) fn bias(&self) -> &[f32] {
        &self.bias
    }

    /// Goes over `texts`, in an order drawn anew for each pass, until the duality gap is small.
    pub(super) fn descend(&mut self, texts: &[u32], params: &SolverParams, seed: u64) {
        let norms: Vec<f32> = texts.iter().map(|&text| 1.0 + square_norm(self.rows, text)).collect();
        let mut order: Vec<u32> = (0..texts.len() as u32).collect();
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut buffers = Buffers { probabilities: self.bias.clone(), steps: self.bias.clone() };
        // Before the first step every text's α is its label alone and p is even.
        let at_start: f64 = texts.iter().map(|&text| f64::from(self.cost(text))).sum();
        let enough = params.tolerance * at_start * (self.bias.len() as f64).ln();
        for _ in 0..params.max_passes {
            order.shuffle(&mut random);
            let mut gap = 0.0;
            for &turn in &order {
                gap += self.visit(texts[turn as usize], norms[turn as usize], &mut buffers);
            }
            if gap <= enough {
                break;
            }
        }
    }

    fn cost(&self, text: u32) -> f32 {
        self.costs[self.truth[text as usize] as usize]
    }

    /// Moves the dual variables of a text; returns its share of the duality gap before.
    fn visit(&mut self, text: u32, norm: f32, Buffers { probabilities, steps }: &mut Buffers) -> f64 {
        let labels = self.bias.len();
        let cost = self.cost(text);
        let (columns, values) = self.rows.row(text as usize);
        probabilities.copy_from_slice(&self.bias);
        for (&column, &value) in columns.iter().zip(values) {
            let row = &self.weights[column as usize * labels..][..labels];
            for (score, &weight) in probabilities.iter_mut().zip(row) {
                *score += value * weight;
            }
        }
        softmax(probabilities, 1.0);
        let duals = &mut self.duals[text as usize * labels..][..labels];
        let (mut divergence, mut distance) = (0.0_f32, 0.0_f32);
        for ((step, &p), &dual) in steps.iter_mut().zip(probabilities.iter()).zip(duals.iter()) {
            if dual > TINY {
                divergence += dual * (dual.ln() - p.max(TINY).ln());
            }
            *step = p - dual;
            distance += *step * *step;
        }
        let divergence = divergence.max(0.0);
        if divergence > SETTLED {
            let rate = (divergence + 0.5 * SMOOTHNESS * distance) / (distance * (SMOOTHNESS + cost * norm));
            let rate = rate.min(1.0);
            for (dual, step) in duals.iter_mut().zip(steps.iter_mut()) {
                *dual += rate * *step;
                *step *= -rate * cost;
            }
            for (bias, &step) in self.bias.iter_mut().zip(steps.iter()) {
                *bias += step;
            }
            for (&column, &value) in columns.iter().zip(values) {
                let row = &mut self.weights[column as usize * labels..][..labels];
                for (weight, &step) in row.iter_mut().zip(steps.iter()) {
                    *weight += value * step;
                }
            }
        }
        f64::from(cost * divergence)
    }
}

/// What a visit works in.
struct Buffers {
    probabilities: Vec<f32>,
    steps: Vec<f32>,
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

fn square_norm(rows: &SparseRows, text: u32) -> f32 {
    rows.row(text as usize).1.iter().map(|value| value * value).sum()
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;

    const PARAMS: SolverParams = SolverParams { cost: 10.0, balance: 0.0, tolerance: 0.001, max_passes: 200 };

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

    fn fit<'a>(rows: &'a SparseRows, truth: &'a [u32], labels: usize, params: &SolverParams) -> Softmax<'a> {
        let mut model = Softmax::new(rows, truth, labels, params);
        model.descend(&(0..truth.len() as u32).collect::<Vec<_>>(), params, 1);
        model
    }

    fn probabilities(model: &Softmax<'_>, rows: &SparseRows, text: usize, labels: usize) -> Vec<f32> {
        let (columns, values) = rows.row(text);
        let mut scores = model.bias.clone();
        for (&column, value) in columns.iter().zip(values) {
            for (label, score) in scores.iter_mut().enumerate() {
                *score += value * model.weights[column as usize * labels + label];
            }
        }
        softmax(&mut scores, 1.0);
        scores
    }

    #[test]
    fn separable_labels_are_separated() {
        let (rows, truth) = noisy(90, 5);
        let model = fit(&rows, &truth, 3, &PARAMS);
        for (text, &label) in truth.iter().enumerate() {
            let p = probabilities(&model, &rows, text, 3);
            let best = (0..3).max_by(|&a, &b| p[a].total_cmp(&p[b]));
            assert_eq!(best, Some(label as usize), "text {text}");
        }
    }

    /// At the optimum the gradient vanishes: W = Σ c (e(y) − p(x)) xᵀ.
    #[test]
    fn the_optimum_satisfies_its_own_equation() {
        let (rows, truth) = noisy(60, 9);
        let params = SolverParams { tolerance: 1e-9, max_passes: 4000, cost: 2.0, ..PARAMS };
        let model = fit(&rows, &truth, 3, &params);
        let mut want = [0.0_f32; 13 * 3];
        for (text, &own) in truth.iter().enumerate() {
            let p = probabilities(&model, &rows, text, 3);
            let (columns, values) = rows.row(text);
            for (&column, value) in columns.iter().zip(values) {
                for (label, p) in p.iter().enumerate() {
                    let pull = f32::from(u8::from(own as usize == label)) - p;
                    want[column as usize * 3 + label] += params.cost * pull * value;
                }
            }
        }
        for (place, (got, want)) in model.weights.iter().zip(want).enumerate() {
            assert!((got - want).abs() < 1e-2, "weight {place}: {got} for {want}");
        }
    }

    #[test]
    fn balance_raises_the_probability_of_a_rare_label() {
        let mut rows = SparseRows::new(2);
        let truth: Vec<u32> = (0..40).map(|text| u32::from(text % 10 == 0)).collect();
        truth.iter().for_each(|&label| rows.push(&[(0, 1.0), (1, 0.2 * label as f32)]));
        let plain = fit(&rows, &truth, 2, &PARAMS);
        let balanced = fit(&rows, &truth, 2, &SolverParams { balance: 1.0, ..PARAMS });
        let rare = |model: &Softmax<'_>| probabilities(model, &rows, 0, 2)[1];
        assert!(rare(&balanced) > rare(&plain) + 0.1, "{} {}", rare(&balanced), rare(&plain));
    }

    #[test]
    fn a_second_descent_ends_where_one_over_all_would() {
        let (rows, truth) = noisy(60, 4);
        let params = SolverParams { tolerance: 1e-7, max_passes: 4000, ..PARAMS };
        let at_once = fit(&rows, &truth, 3, &params);
        let mut in_two = Softmax::new(&rows, &truth, 3, &params);
        in_two.descend(&(0..40).collect::<Vec<_>>(), &params, 1);
        in_two.descend(&(0..60).collect::<Vec<_>>(), &params, 2);
        for (one, other) in at_once.weights.iter().zip(&in_two.weights) {
            assert!((one - other).abs() < 2e-2, "{one} {other}");
        }
    }
}

//! That the regression ends where its optimum is, whatever way it takes there.

use rand::Rng;

use super::*;

const PARAMS: SolverParams =
    SolverParams { cost: 10.0, balance: 0.0, tolerance: 0.001, settled: 1e-9, max_passes: 200 };

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

/// By feature, then label.
fn weights(model: &Softmax<'_>, labels: usize) -> Vec<f32> {
    let mut all = vec![0.0; model.features() * labels];
    all.chunks_exact_mut(labels).enumerate().for_each(|(feature, row)| model.weights_of(feature, row));
    all
}

fn probabilities(model: &Softmax<'_>, rows: &SparseRows, text: usize, labels: usize) -> Vec<f32> {
    let (columns, values) = rows.row(text);
    let mut scores = model.bias();
    let weights = weights(model, labels);
    for (&column, &value) in columns.iter().zip(values) {
        for (label, score) in scores.iter_mut().enumerate() {
            *score += value * weights[column as usize * labels + label];
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
    for (place, (got, want)) in weights(&model, 3).iter().zip(want).enumerate() {
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
    for (one, other) in weights(&at_once, 3).iter().zip(weights(&in_two, 3)) {
        assert!((one - other).abs() < 2e-2, "{one} {other}");
    }
}

/// Begun where features weighed otherwise, it ends where one that began anew would.
#[test]
fn a_descent_resumed_on_other_weights_ends_where_one_begun_on_them_would() {
    let (rows, truth) = noisy(60, 4);
    let params = SolverParams { tolerance: 1e-7, max_passes: 4000, ..PARAMS };
    let begun = fit(&rows, &truth, 3, &params).into_progress();
    let mut heavier = rows.clone();
    heavier.each_row(|columns, values| {
        columns.iter().zip(values).for_each(|(&column, value)| *value *= 1.0 + 0.1 * column as f32);
    });
    let mut resumed = Softmax::resumed(&heavier, (&truth, 3), &params, begun);
    resumed.descend(&(0..60).collect::<Vec<_>>(), &params, 2);
    let anew = fit(&heavier, &truth, 3, &params);
    for (one, other) in weights(&anew, 3).iter().zip(weights(&resumed, 3)) {
        assert!((one - other).abs() < 2e-2, "{one} {other}");
    }
}

/// More labels than a block holds, most of them far from most texts: what is left alone on the way must not
/// move where the descent ends.
#[test]
fn labels_left_alone_end_where_all_would() {
    let labels = 2 * LANES + 3;
    let mut random = ChaCha8Rng::seed_from_u64(6);
    let mut rows = SparseRows::new(labels + 5);
    let truth: Vec<u32> = (0..600).map(|_| random.gen_range(0..labels as u32)).collect();
    for &label in &truth {
        let noise = labels as u32 + random.gen_range(0..5);
        rows.push(&[(label, random.gen_range(0.5..0.9)), (noise, 0.4)]);
    }
    let params = SolverParams { tolerance: 1e-7, max_passes: 4000, cost: 4.0, ..PARAMS };
    let model = fit(&rows, &truth, labels, &params);
    let weights = weights(&model, labels);
    let mut want = vec![0.0_f32; weights.len()];
    for (text, &own) in truth.iter().enumerate() {
        let p = probabilities(&model, &rows, text, labels);
        let (columns, values) = rows.row(text);
        for (&column, &value) in columns.iter().zip(values) {
            for (label, p) in p.iter().enumerate() {
                let pull = f32::from(u8::from(own as usize == label)) - p;
                want[column as usize * labels + label] += params.cost * pull * value;
            }
        }
    }
    for (place, (got, want)) in weights.iter().zip(want).enumerate() {
        assert!((got - want).abs() < 3e-2, "weight {place}: {got} for {want}");
    }
}

//! Logistic regression on a handful of columns: Newton's method on the log-likelihood with a ridge (iteratively
//! reweighted least squares; McCullagh and Nelder, "Generalized linear models", 1989, §4.4).

use super::cholesky::Cholesky;

/// Steps at most.
const MAX_STEPS: u32 = 50;
/// A step whose gain in log-likelihood is below this is the last.
const ENOUGH: f64 = 1e-9;

/// The coefficients of p = 1 / (1 + exp(−β·x)) that maximise Σ ln p(yᵢ) − ½ `ridge` ‖β‖², with `ridge` > 0, which keeps
/// them finite where the columns part the two outcomes wholly. `None` when a row is not finite.
pub fn fit_logistic<const P: usize>(rows: &[([f64; P], bool)], ridge: f64) -> Option<[f64; P]> {
    let mut beta = [0.0; P];
    for _ in 0..MAX_STEPS {
        let mut gradient: [f64; P] = std::array::from_fn(|column| -ridge * beta[column]);
        let mut information = [[0.0; P]; P];
        (0..P).for_each(|column| information[column][column] = ridge);
        for (row, outcome) in rows {
            let p = probability(&beta, row);
            let (left, weight) = (f64::from(u8::from(*outcome)) - p, p * (1.0 - p));
            for (at, &x) in row.iter().enumerate() {
                gradient[at] += left * x;
                for (other, &y) in row[..=at].iter().enumerate() {
                    information[at][other] += weight * x * y;
                }
            }
        }
        let step = Cholesky::new(&information).ok()?.solve(&gradient);
        let gain: f64 = gradient.iter().zip(&step).map(|(g, s)| g * s).sum();
        let before = penalised(&beta, rows, ridge);
        let mut share = 1.0;
        // Far from the answer a whole step may overshoot.
        let next = loop {
            let next: [f64; P] = std::array::from_fn(|column| beta[column] + share * step[column]);
            if share < 1e-6 || penalised(&next, rows, ridge) >= before {
                break next;
            }
            share /= 2.0;
        };
        beta = next;
        if gain < ENOUGH {
            break;
        }
    }
    beta.iter().all(|value| value.is_finite()).then_some(beta)
}

/// The probability the regression gives a row, 0 to 1.
pub fn probability<const P: usize>(beta: &[f64; P], row: &[f64; P]) -> f64 {
    let score: f64 = beta.iter().zip(row).map(|(b, x)| b * x).sum();
    1.0 / (1.0 + (-score).exp())
}

fn penalised<const P: usize>(beta: &[f64; P], rows: &[([f64; P], bool)], ridge: f64) -> f64 {
    let likelihood: f64 = rows
        .iter()
        .map(|(row, outcome)| {
            let score: f64 = beta.iter().zip(row).map(|(b, x)| b * x).sum();
            let signed = if *outcome { score } else { -score };
            // ln p = −ln(1 + e^−s), without overflow on either side.
            signed.min(0.0) - (-signed.abs()).exp().ln_1p()
        })
        .sum();
    likelihood - 0.5 * ridge * beta.iter().map(|value| value * value).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One binary column: the odds ratio of a two-by-two table, in closed form.
    #[test]
    fn a_table_gives_its_log_odds() {
        let mut rows = Vec::new();
        for (x, outcome, count) in [(0.0, true, 10), (0.0, false, 30), (1.0, true, 24), (1.0, false, 8)] {
            rows.extend(std::iter::repeat_n(([1.0, x], outcome), count));
        }
        let beta = fit_logistic(&rows, 1e-9).expect("finite rows");
        assert!((beta[0] - (10.0_f64 / 30.0).ln()).abs() < 1e-6, "{beta:?}");
        assert!((beta[1] - (24.0_f64 / 8.0 * 3.0).ln()).abs() < 1e-6, "{beta:?}");
        assert!((probability(&beta, &[1.0, 1.0]) - 0.75).abs() < 1e-6);
    }

    #[test]
    fn what_is_parted_wholly_stays_finite_and_no_number_is_refused() {
        let rows = [([1.0, -2.0], false), ([1.0, -1.0], false), ([1.0, 1.0], true), ([1.0, 2.0], true)];
        let beta = fit_logistic(&rows, 0.1).expect("finite rows");
        assert!(beta[1] > 0.5 && beta[1] < 20.0 && beta[0].abs() < 1e-6, "{beta:?}");
        assert_eq!(fit_logistic(&[([f64::NAN], true)], 1.0), None);
    }
}

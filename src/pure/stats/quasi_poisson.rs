//! Quasi-Poisson regression with a log link for any number of columns, stopped as the classical programs
//! stop it, so that its figures agree with published ones to the last digits. The detectors with reference
//! numbers stand on it; the daily work is done by the faster `glm`.
//!
//! Iteratively reweighted least squares (McCullagh & Nelder, *Generalized Linear Models*, 1989, §2.5)
//! from the means y + 0.1 until the deviance changes by less than 1e-8 of itself. Each step is solved by
//! modified Gram–Schmidt on the columns (Björck, *Numerical Methods for Least Squares Problems*, 1996,
//! §2.4.4), which keeps what normal equations would lose.

/// Relative change of the deviance at which the iteration ends.
const EPSILON: f64 = 1e-8;

/// Steps at most.
const MAX_ITERATIONS: u32 = 25;

/// A column whose part orthogonal to those before it is smaller than this share of it depends on them.
const DEPENDENT: f64 = 1e-7;

/// Linear predictors are held to ± this, so that a mean stays a positive number.
const MAX_LOG_MEAN: f64 = 700.0;

/// A fitted regression.
#[derive(Clone, Debug, PartialEq)]
pub struct QuasiPoisson {
    /// β, one per column.
    pub coefficients: Vec<f64>,
    /// The fitted mean of each observation.
    pub means: Vec<f64>,
    /// The working weight of each observation in the last step: its prior weight times the mean that step
    /// began with.
    pub weights: Vec<f64>,
    /// The leverage of each observation in the last step.
    pub leverages: Vec<f64>,
    /// The upper triangle R of the last step, by rows.
    factor: Vec<Vec<f64>>,
}

impl QuasiPoisson {
    /// Fits `counts` on the columns of `rows` with prior `weights`. `None` where lengths differ, a column
    /// depends on those before it, there are no more observations than columns, or the iteration does not
    /// end.
    pub fn fit(rows: &[Vec<f64>], counts: &[f64], weights: &[f64]) -> Option<Self> {
        let columns = rows.first()?.len();
        let lengths_agree = rows.len() == counts.len() && rows.len() == weights.len();
        if !lengths_agree || rows.len() <= columns {
            return None;
        }
        let mut means: Vec<f64> = counts.iter().map(|count| count + 0.1).collect();
        let mut predictors: Vec<f64> = means.iter().map(|mean| mean.ln()).collect();
        let mut deviance = deviance_of(counts, &means, weights);
        for _ in 0..MAX_ITERATIONS {
            let working: Vec<f64> = weights.iter().zip(&means).map(|(weight, mean)| weight * mean).collect();
            let targets: Vec<f64> = predictors
                .iter()
                .zip(counts)
                .zip(&means)
                .map(|((predictor, count), mean)| predictor + (count - mean) / mean)
                .collect();
            let solved = LeastSquares::solve(rows, &targets, &working)?;
            for (predictor, row) in predictors.iter_mut().zip(rows) {
                let sum: f64 = row.iter().zip(&solved.coefficients).map(|(x, beta)| x * beta).sum();
                *predictor = sum.clamp(-MAX_LOG_MEAN, MAX_LOG_MEAN);
            }
            for (mean, predictor) in means.iter_mut().zip(&predictors) {
                *mean = predictor.exp();
            }
            let before = std::mem::replace(&mut deviance, deviance_of(counts, &means, weights));
            if !deviance.is_finite() {
                return None;
            }
            if (deviance - before).abs() / (deviance.abs() + 0.1) < EPSILON {
                let LeastSquares { coefficients, leverages, factor } = solved;
                return Some(Self { coefficients, means, weights: working, leverages, factor });
            }
        }
        None
    }

    /// Observations less columns.
    pub fn degrees_of_freedom(&self) -> f64 {
        (self.means.len() - self.coefficients.len()) as f64
    }

    /// Σ wᵢ ((yᵢ − μᵢ)/μᵢ)² over the degrees of freedom; with the working weights it is Pearson's estimate
    /// of the dispersion.
    pub fn dispersion(&self, counts: &[f64], weights: &[f64]) -> f64 {
        let squares = counts.iter().zip(&self.means).zip(weights).map(|((count, mean), weight)| {
            let residual = (count - mean) / mean;
            weight * residual * residual
        });
        squares.sum::<f64>() / self.degrees_of_freedom()
    }

    /// xᵀ(XᵀWX)⁻¹x, which times the dispersion is the variance of the linear predictor at `row`.
    pub fn unscaled_variance(&self, row: &[f64]) -> f64 {
        // Rᵀu = x, then uᵀu.
        let mut solution: Vec<f64> = Vec::with_capacity(row.len());
        for (column, &x) in row.iter().enumerate() {
            let known: f64 = solution.iter().enumerate().map(|(k, u)| self.factor[k][column] * u).sum();
            solution.push((x - known) / self.factor[column][column]);
        }
        solution.iter().map(|u| u * u).sum()
    }
}

struct LeastSquares {
    coefficients: Vec<f64>,
    leverages: Vec<f64>,
    factor: Vec<Vec<f64>>,
}

impl LeastSquares {
    /// `None` when a column depends on those before it.
    fn solve(rows: &[Vec<f64>], targets: &[f64], weights: &[f64]) -> Option<Self> {
        let columns = rows.first()?.len();
        let roots: Vec<f64> = weights.iter().map(|weight| weight.sqrt()).collect();
        let scaled = |value: &dyn Fn(usize) -> f64| -> Vec<f64> {
            roots.iter().enumerate().map(|(i, root)| root * value(i)).collect()
        };
        let mut basis: Vec<Vec<f64>> = (0..columns).map(|j| scaled(&|i| rows[i][j])).collect();
        let mut rest = scaled(&|i| targets[i]);
        let mut factor = vec![vec![0.0; columns]; columns];
        let mut projected = vec![0.0; columns];
        let lengths: Vec<f64> = basis.iter().map(|column| dot(column, column).sqrt()).collect();
        for j in 0..columns {
            let length = dot(&basis[j], &basis[j]).sqrt();
            if !(length > lengths[j] * DEPENDENT && length.is_finite()) {
                return None;
            }
            factor[j][j] = length;
            basis[j].iter_mut().for_each(|value| *value /= length);
            let (done, later) = basis.split_at_mut(j + 1);
            for (offset, column) in later.iter_mut().enumerate() {
                let share = dot(&done[j], column);
                factor[j][j + 1 + offset] = share;
                column.iter_mut().zip(&done[j]).for_each(|(value, q)| *value -= share * q);
            }
            projected[j] = dot(&done[j], &rest);
            rest.iter_mut().zip(&done[j]).for_each(|(value, q)| *value -= projected[j] * q);
        }
        let mut coefficients = projected;
        for j in (0..columns).rev() {
            for k in j + 1..columns {
                coefficients[j] -= factor[j][k] * coefficients[k];
            }
            coefficients[j] /= factor[j][j];
        }
        let leverages =
            (0..rows.len()).map(|i| basis.iter().map(|column| column[i] * column[i]).sum()).collect();
        Some(Self { coefficients, leverages, factor })
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Weighted Poisson deviance.
fn deviance_of(counts: &[f64], means: &[f64], weights: &[f64]) -> f64 {
    let parts = counts.iter().zip(means).zip(weights).map(|((&count, &mean), weight)| {
        let logs = if count > 0.0 { count * (count / mean).ln() } else { 0.0 };
        2.0 * weight * (logs - (count - mean))
    });
    parts.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_groups_by_hand() {
        // Means 4 and 10; Pearson: ((2² + 2²)/4 + (1 + 0 + 1)/10) / 3.
        let rows = [vec![1.0, 0.0], vec![1.0, 0.0], vec![1.0, 1.0], vec![1.0, 1.0], vec![1.0, 1.0]];
        let counts = [2.0, 6.0, 9.0, 10.0, 11.0];
        let fit = QuasiPoisson::fit(&rows, &counts, &[1.0; 5]).expect("it converges");
        assert!((fit.means[0] - 4.0).abs() < 1e-8 && (fit.means[4] - 10.0).abs() < 1e-8);
        assert!((fit.coefficients[1] - 2.5_f64.ln()).abs() < 1e-8);
        // The weights are those the last step began with, so what rests on them is a little less exact.
        assert!((fit.dispersion(&counts, &fit.weights) - 2.2 / 3.0).abs() < 1e-3);
        assert!((fit.leverages[0] - 0.5).abs() < 1e-9 && (fit.leverages[2] - 1.0 / 3.0).abs() < 1e-9);
        // Variance of a log mean: one over the cases of the group.
        assert!((fit.unscaled_variance(&[1.0, 0.0]) - 1.0 / 8.0).abs() < 1e-3);
        assert!((fit.unscaled_variance(&[1.0, 1.0]) - 1.0 / 30.0).abs() < 1e-3);
    }

    #[test]
    fn what_cannot_be_fitted_is_refused() {
        let twice = [vec![1.0, 2.0], vec![1.0, 2.0], vec![1.0, 2.0]];
        assert_eq!(QuasiPoisson::fit(&twice, &[1.0, 2.0, 3.0], &[1.0; 3]), None);
        assert_eq!(QuasiPoisson::fit(&twice[..2], &[1.0, 2.0], &[1.0; 2]), None);
        assert_eq!(QuasiPoisson::fit(&twice, &[1.0, 2.0], &[1.0; 3]), None);
        assert_eq!(QuasiPoisson::fit(&[], &[], &[]), None);
    }
}

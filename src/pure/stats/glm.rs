//! Weighted ridge Poisson regression with a log link, for a handful of columns: the workhorse under the
//! baselines. It allocates nothing; the caller lends a buffer for the means. It must not know what its
//! columns mean.
//!
//! Newton's method on the penalised likelihood, which for this link is iteratively reweighted least squares
//! (McCullagh & Nelder, *Generalized Linear Models*, 1989, §2.5), with the step halved while it would
//! make things worse.

use thiserror::Error;

use super::cholesky::Cholesky;

/// Newton steps at most; a cold start takes six or seven, a series of zeros about twenty-five.
const MAX_ITERATIONS: u32 = 60;

/// Halvings of one step at most.
const MAX_HALVINGS: u32 = 30;

/// Done when the squared length of the step, in standard errors of the coefficients, is below this. The
/// step is still taken, and Newton squares what was wrong.
const TOLERANCE: f64 = 1e-7;

/// What is fitted: one row per observation, all slices of the same length.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a, const P: usize> {
    /// The columns of each observation, P ≤ 16.
    pub rows: &'a [[f64; P]],
    /// The count of each observation, not negative.
    pub counts: &'a [f64],
    /// The weight of each observation, not negative.
    pub weights: &'a [f64],
    /// Logarithm of each observation's exposure; `None` where every exposure is one.
    pub log_exposure: Option<&'a [f64]>,
    /// Penalty ½ λⱼ βⱼ² on each coefficient, not negative.
    pub ridge: [f64; P],
}

/// Coefficients and what their uncertainty is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit<const P: usize> {
    /// β.
    pub coefficients: [f64; P],
    /// The factor of XᵀWX + Λ where the last step began, whose inverse times the dispersion is the covariance
    /// of β.
    pub information: Cholesky<P>,
    /// Newton steps taken.
    pub iterations: u32,
}

/// Why there is no fit.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum GlmError {
    /// The slices of a problem differ in length.
    #[error("{rows} rows but {counts} counts, {weights} weights and {exposures} exposures")]
    Lengths {
        /// Rows given.
        rows: usize,
        /// Counts given.
        counts: usize,
        /// Weights given.
        weights: usize,
        /// Exposures given, or as many as rows when there are none.
        exposures: usize,
    },
    /// A column says nothing that the columns before it do not.
    #[error("column {column} depends on the columns before it")]
    Singular {
        /// Its index.
        column: usize,
    },
    /// The steps did not become small.
    #[error("no convergence after {iterations} steps, last squared step {last_step:e}")]
    NotConverged {
        /// Steps taken.
        iterations: u32,
        /// Squared length of the last step in standard errors.
        last_step: f64,
    },
}

/// Fits `problem`, starting at `start`; a start near the answer saves most of the work. On success `means`
/// holds the fitted mean of each row.
///
/// # Errors
/// Slices of different lengths, dependent columns without a ridge, or no convergence.
pub fn fit_poisson<const P: usize>(
    problem: &Problem<'_, P>,
    start: &[f64; P],
    means: &mut Vec<f64>,
) -> Result<Fit<P>, GlmError> {
    problem.check_lengths()?;
    means.clear();
    means.resize(problem.rows.len(), 0.0);

    let mut coefficients = *start;
    let mut objective = problem.evaluate(&coefficients, means);
    let mut last_step = f64::INFINITY;
    for iteration in 1..=MAX_ITERATIONS {
        let (gradient, information) = problem.derivatives(&coefficients, means);
        let information = Cholesky::new(&information).map_err(|column| GlmError::Singular { column })?;
        let step = information.solve(&gradient);
        last_step = gradient.iter().zip(&step).map(|(g, s)| g * s).sum();

        let mut share = 1.0;
        for _ in 0..MAX_HALVINGS {
            let candidate = std::array::from_fn(|j| coefficients[j] + share * step[j]);
            let reached = problem.evaluate(&candidate, means);
            // A step at the level of rounding may lose the last digits of the objective.
            if reached >= objective - 1e-12 * objective.abs() {
                (coefficients, objective) = (candidate, reached);
                break;
            }
            share *= 0.5;
        }
        if last_step < TOLERANCE {
            return Ok(Fit { coefficients, information, iterations: iteration });
        }
    }
    Err(GlmError::NotConverged { iterations: MAX_ITERATIONS, last_step })
}

impl<const P: usize> Problem<'_, P> {
    fn check_lengths(&self) -> Result<(), GlmError> {
        let rows = self.rows.len();
        let exposures = self.log_exposure.map_or(rows, <[f64]>::len);
        if [self.counts.len(), self.weights.len(), exposures] == [rows; 3] {
            return Ok(());
        }
        Err(GlmError::Lengths { rows, counts: self.counts.len(), weights: self.weights.len(), exposures })
    }

    /// The penalised log likelihood less what does not depend on β; minus infinity where it overflows.
    fn evaluate(&self, coefficients: &[f64; P], means: &mut [f64]) -> f64 {
        let mut objective = 0.0;
        for (i, mean) in means.iter_mut().enumerate() {
            let mut eta = self.log_exposure.map_or(0.0, |offsets| offsets[i]);
            for (x, beta) in self.rows[i].iter().zip(coefficients) {
                eta += x * beta;
            }
            *mean = eta.exp();
            objective += self.weights[i] * (self.counts[i] * eta - *mean);
        }
        for (beta, lambda) in coefficients.iter().zip(&self.ridge) {
            objective -= 0.5 * lambda * beta * beta;
        }
        if objective.is_finite() { objective } else { f64::NEG_INFINITY }
    }

    /// Gradient, and the lower triangle of the negative second derivative.
    fn derivatives(&self, coefficients: &[f64; P], means: &[f64]) -> ([f64; P], [[f64; P]; P]) {
        let mut gradient: [f64; P] = std::array::from_fn(|j| -self.ridge[j] * coefficients[j]);
        let mut information = [[0.0; P]; P];
        for (((row, mean), count), weight) in self.rows.iter().zip(means).zip(self.counts).zip(self.weights) {
            let residual = weight * (count - mean);
            let spread = weight * mean;
            for j in 0..P {
                gradient[j] += residual * row[j];
                let scaled = spread * row[j];
                for k in 0..=j {
                    information[j][k] += scaled * row[k];
                }
            }
        }
        for (j, lambda) in self.ridge.iter().enumerate() {
            information[j][j] += lambda;
        }
        (gradient, information)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit<const P: usize>(rows: &[[f64; P]], counts: &[f64], ridge: [f64; P]) -> Result<Fit<P>, GlmError> {
        let weights = vec![1.0; rows.len()];
        let problem = Problem { rows, counts, weights: &weights, log_exposure: None, ridge };
        fit_poisson(&problem, &[0.0; P], &mut Vec::new())
    }

    #[test]
    fn two_groups_have_their_means() {
        // Groups of mean 4 and 10: β = ln 4, ln 2.5; XᵀWX = [[32, 20], [20, 20]].
        let rows = [[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0]];
        let found = fit(&rows, &[3.0, 4.0, 5.0, 8.0, 12.0], [0.0; 2]).unwrap();
        assert!((found.coefficients[0] - 4_f64.ln()).abs() < 1e-8);
        assert!((found.coefficients[1] - 2.5_f64.ln()).abs() < 1e-8);
        // Var β₁ = 1/12 + 1/20.
        assert!((found.information.quadratic(&[0.0, 1.0]) - (1.0 / 12.0 + 1.0 / 20.0)).abs() < 1e-6);
    }

    #[test]
    fn weights_and_exposure_count() {
        let rows = [[1.0]; 3];
        let problem = Problem {
            rows: &rows,
            counts: &[10.0, 30.0, 1000.0],
            weights: &[2.0, 1.0, 0.0],
            log_exposure: Some(&[0.0, 2_f64.ln(), 0.0]),
            ridge: [0.0],
        };
        let mut means = Vec::new();
        let found = fit_poisson(&problem, &[0.0], &mut means).unwrap();
        // (2·10 + 30) / (2·1 + 2)
        assert!((found.coefficients[0] - 12.5_f64.ln()).abs() < 1e-9);
        assert!((means[1] - 25.0).abs() < 1e-7);
    }

    #[test]
    fn ridge_shrinks_and_saves_dependent_columns() {
        let rows = [[1.0, 1.0]; 4];
        assert_eq!(fit(&rows, &[2.0; 4], [0.0; 2]), Err(GlmError::Singular { column: 1 }));
        let found = fit(&rows, &[2.0; 4], [1e-6, 1.0]).unwrap();
        assert!((found.coefficients[0] - 2_f64.ln()).abs() < 1e-4);
        assert!(found.coefficients[1].abs() < 1e-4);
    }

    #[test]
    fn extremes_do_not_break_it() {
        let zeros = fit(&[[1.0]; 50], &[0.0; 50], [1e-6]).unwrap();
        assert!(zeros.coefficients[0] < -10.0);
        let huge = fit(&[[1.0]; 3], &[1e9, 1.1e9, 0.9e9], [0.0]).unwrap();
        assert!((huge.coefficients[0] - 1e9_f64.ln()).abs() < 1e-9);
        // Exactly separated groups drift for ever without a ridge; with one they settle.
        let rows = [[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]];
        assert!(fit(&rows, &[5.0, 6.0, 0.0], [0.0, 0.5]).is_ok());
        assert_eq!(
            fit(&rows, &[5.0, 6.0], [0.0; 2]),
            Err(GlmError::Lengths { rows: 3, counts: 2, weights: 3, exposures: 3 })
        );
    }
}

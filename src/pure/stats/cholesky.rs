//! Cholesky factors of small symmetric positive definite matrices held in arrays: no allocation, and loops
//! whose length the compiler knows. Meant for up to sixteen columns; it must not grow into linear algebra
//! in general.

/// The lower factor L of A = L Lᵀ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cholesky<const P: usize> {
    lower: [[f64; P]; P],
}

#[expect(clippy::needless_range_loop, reason = "indices are how the recurrences are written")]
impl<const P: usize> Cholesky<P> {
    /// Factors the matrix whose lower triangle is given; what stands above the diagonal is not read.
    /// `Err(column)` names the first column that depends on those before it, up to rounding.
    pub fn new(matrix: &[[f64; P]; P]) -> Result<Self, usize> {
        let mut lower = [[0.0; P]; P];
        for column in 0..P {
            let mut pivot = matrix[column][column];
            for k in 0..column {
                pivot -= lower[column][k] * lower[column][k];
            }
            let enough = pivot > matrix[column][column].abs() * f64::EPSILON;
            if !(enough && pivot.is_finite()) {
                return Err(column);
            }
            let root = pivot.sqrt();
            lower[column][column] = root;
            for row in column + 1..P {
                let mut sum = matrix[row][column];
                for k in 0..column {
                    sum -= lower[row][k] * lower[column][k];
                }
                lower[row][column] = sum / root;
            }
        }
        Ok(Self { lower })
    }

    /// L⁻¹ b.
    pub fn forward(&self, b: &[f64; P]) -> [f64; P] {
        let mut solution = *b;
        for row in 0..P {
            for k in 0..row {
                solution[row] -= self.lower[row][k] * solution[k];
            }
            solution[row] /= self.lower[row][row];
        }
        solution
    }

    /// A⁻¹ b.
    pub fn solve(&self, b: &[f64; P]) -> [f64; P] {
        let mut solution = self.forward(b);
        for row in (0..P).rev() {
            for k in row + 1..P {
                solution[row] -= self.lower[k][row] * solution[k];
            }
            solution[row] /= self.lower[row][row];
        }
        solution
    }

    /// xᵀ A⁻¹ x.
    pub fn quadratic(&self, x: &[f64; P]) -> f64 {
        self.forward(x).iter().map(|value| value * value).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_a_hand_made_system() {
        // [[4, 2], [2, 3]] x = [8, 7] has x = [1.25, 1.5]; the inverse is [[3, −2], [−2, 4]] / 8.
        let factor = Cholesky::new(&[[4.0, 0.0], [2.0, 3.0]]).unwrap();
        let solution = factor.solve(&[8.0, 7.0]);
        assert!((solution[0] - 1.25).abs() < 1e-14 && (solution[1] - 1.5).abs() < 1e-14);
        assert!((factor.quadratic(&[1.0, 1.0]) - 3.0 / 8.0).abs() < 1e-14);
    }

    #[test]
    fn names_the_dependent_column() {
        assert_eq!(Cholesky::new(&[[1.0, 0.0, 0.0], [0.5, 2.0, 0.0], [1.0, 0.5, 1.0]]), Err(2));
        assert_eq!(Cholesky::new(&[[0.0, 0.0], [0.0, 1.0]]), Err(0));
        assert_eq!(Cholesky::new(&[[f64::NAN, 0.0], [0.0, 1.0]]), Err(0));
    }
}

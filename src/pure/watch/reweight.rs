//! How much a past week counts in a baseline that outbreaks have visited.

/// Residuals above this are weighted down (Noufaily et al. 2013).
const RESIDUAL_THRESHOLD: f64 = 2.58;

/// The weight of a past count: 1, or the inverse square of its Anscombe residual where it stood far above its
/// mean.
pub(super) fn outbreak_weight(count: f64, mean: f64, dispersion: f64) -> f64 {
    // y^⅔ is concave, so the Pearson residual is never below Anscombe's: most weeks need no root.
    let excess = count - mean;
    if excess <= 0.0 || excess * excess <= RESIDUAL_THRESHOLD * RESIDUAL_THRESHOLD * dispersion * mean {
        return 1.0;
    }
    let root = mean.sqrt();
    let residual = 1.5 * ((count * count).cbrt() / root.cbrt() - root) / dispersion.sqrt();
    if residual > RESIDUAL_THRESHOLD { 1.0 / (residual * residual) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::outbreak_weight;

    #[test]
    fn only_high_counts_lose_weight() {
        // 1.5 (64^⅔ · 1^−⅙ − 1) / √4 = 11.25
        assert!((outbreak_weight(64.0, 1.0, 4.0) - 1.0 / 11.25_f64.powi(2)).abs() < 1e-12);
        for (count, mean, dispersion) in
            [(0.0, 100.0, 1.0), (12.0, 10.0, 1.0), (20.0, 10.0, 4.0), (0.0, 0.0, 1.0)]
        {
            assert_eq!(outbreak_weight(count, mean, dispersion), 1.0, "{count} {mean} {dispersion}");
        }
    }
}

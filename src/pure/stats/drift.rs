//! How far a distribution has moved from another.

/// What an empty part of a histogram counts as, so that a logarithm exists: half an observation.
const EMPTY: f64 = 0.5;

/// The population stability index of two histograms over the same parts: the sum of
/// (recent − before) · ln(recent / before) over their shares, a symmetric relative entropy (Siddiqi, "Credit
/// Risk Scorecards", 2006; Yurdakul, "Statistical Properties of Population Stability Index", 2018). 0 when
/// they are alike; above 0.1 something moved, above 0.25 a lot. `None` when either is empty.
pub fn stability_index(before: &[i64], recent: &[i64]) -> Option<f64> {
    let total = |parts: &[i64]| parts.iter().map(|&part| (part as f64).max(EMPTY)).sum::<f64>();
    let any = |parts: &[i64]| parts.iter().any(|&part| part > 0);
    if !any(before) || !any(recent) {
        return None;
    }
    let (all_before, all_recent) = (total(before), total(recent));
    let parts = before.iter().zip(recent).map(|(&before, &recent)| {
        let before = (before as f64).max(EMPTY) / all_before;
        let recent = (recent as f64).max(EMPTY) / all_recent;
        (recent - before) * (recent / before).ln()
    });
    Some(parts.sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_the_one_worked_out_by_hand() {
        let check = |before: &[i64], recent: &[i64], expected: Option<f64>| {
            let found = stability_index(before, recent);
            let near = match (found, expected) {
                (Some(found), Some(expected)) => (found - expected).abs() < 1e-6,
                (found, expected) => found == expected,
            };
            assert!(near, "{before:?} {recent:?}: {found:?}");
        };
        check(&[50, 50], &[500, 500], Some(0.0));
        // (0.75 − 0.5) ln 1.5 + (0.25 − 0.5) ln 0.5.
        check(&[50, 50], &[75, 25], Some(0.25 * 1.5_f64.ln() - 0.25 * 0.5_f64.ln()));
        check(&[0, 0], &[1, 1], None);
        check(&[], &[], None);
        assert!(stability_index(&[100, 0], &[0, 100]).is_some_and(|index| index.is_finite() && index > 5.0));
    }
}

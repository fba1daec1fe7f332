//! How far two ways of grouping the same things agree.

use std::collections::BTreeMap;

/// Counts of two groupings of the same things, each given as a group number per thing.
struct Contingency {
    both: BTreeMap<(usize, usize), f64>,
    first: BTreeMap<usize, f64>,
    second: BTreeMap<usize, f64>,
    all: f64,
}

impl Contingency {
    /// Things beyond the shorter list are not looked at.
    fn new(first: &[usize], second: &[usize]) -> Self {
        let mut counts =
            Self { both: BTreeMap::new(), first: BTreeMap::new(), second: BTreeMap::new(), all: 0.0 };
        for (&a, &b) in first.iter().zip(second) {
            *counts.both.entry((a, b)).or_default() += 1.0;
            *counts.first.entry(a).or_default() += 1.0;
            *counts.second.entry(b).or_default() += 1.0;
            counts.all += 1.0;
        }
        counts
    }
}

/// Mutual information of two groupings over the mean of their entropies (Strehl and Ghosh, JMLR 2002, with
/// the arithmetic mean): 1 when equal, 0 when one says nothing about the other. Two groupings that each
/// put everything into one group agree.
pub fn normalised_mutual_information(first: &[usize], second: &[usize]) -> f64 {
    let Contingency { both, first, second, all } = Contingency::new(first, second);
    let entropy = |counts: &BTreeMap<usize, f64>| {
        -counts.values().map(|count| count / all * (count / all).ln()).sum::<f64>()
    };
    let mean = (entropy(&first) + entropy(&second)) / 2.0;
    if mean <= 0.0 {
        return 1.0;
    }
    let shared: f64 =
        both.iter().map(|((a, b), count)| count / all * (count * all / (first[a] * second[b])).ln()).sum();
    (shared / mean).clamp(0.0, 1.0)
}

/// Share of pairs treated alike, corrected for chance (Hubert and Arabie, Journal of Classification 1985):
/// 1 when equal, about 0 for groupings that know nothing of each other.
pub fn adjusted_rand_index(first: &[usize], second: &[usize]) -> f64 {
    let Contingency { both, first, second, all } = Contingency::new(first, second);
    let pairs = |count: f64| count * (count - 1.0) / 2.0;
    let of = |counts: &BTreeMap<usize, f64>| counts.values().copied().map(pairs).sum::<f64>();
    let together: f64 = both.values().copied().map(pairs).sum();
    let expected = of(&first) * of(&second) / pairs(all).max(1.0);
    let most = (of(&first) + of(&second)) / 2.0;
    if most - expected <= f64::EPSILON * most.max(1.0) {
        return 1.0;
    }
    (together - expected) / (most - expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of scikit-learn 1.9 (`normalized_mutual_info_score`, `adjusted_rand_score`).
    #[test]
    fn agrees_with_the_reference() {
        for (first, second, nmi, ari) in [
            (vec![0, 0, 1, 1], vec![5, 5, 3, 3], 1.0, 1.0),
            (vec![0, 0, 1, 1], vec![0, 1, 0, 1], 0.0, -0.5),
            (vec![0, 0, 0, 1, 1, 1, 2, 2], vec![0, 0, 1, 1, 1, 2, 2, 2], 0.558873038, 0.238095238),
            (vec![0, 0, 0, 0], vec![1, 1, 1, 1], 1.0, 1.0),
            (vec![0, 0, 0, 0], vec![0, 1, 2, 3], 0.0, 0.0),
        ] {
            let got = (normalised_mutual_information(&first, &second), adjusted_rand_index(&first, &second));
            assert!((got.0 - nmi).abs() < 1e-6 && (got.1 - ari).abs() < 1e-6, "{first:?} {second:?} {got:?}");
        }
    }
}

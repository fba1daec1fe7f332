//! Agreement of two raters beyond chance: Cohen's kappa (Cohen, "A coefficient of agreement for nominal
//! scales", Educational and Psychological Measurement 20, 1960).

use std::collections::BTreeMap;

/// Normal quantile of a two-sided interval of 95 %.
const Z_95: f64 = 1.959_963_984_540_054;

/// Agreement on pairs of answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kappa {
    /// Pairs of answers.
    pub pairs: usize,
    /// Share of pairs that agree, 0 to 1.
    pub observed: f64,
    /// Share expected to agree by chance from each rater's own frequencies, 0 to 1.
    pub chance: f64,
    /// (observed − chance) / (1 − chance): 1 is perfect, 0 is chance.
    pub kappa: f64,
    /// Interval of 95 %, by the large-sample variance of Fleiss, Cohen and Everitt (Psychological Bulletin
    /// 72, 1969, formula 13).
    pub interval: (f64, f64),
}

/// Cohen's kappa of `pairs`. `None` without pairs, and when both raters only ever gave one and the same
/// answer: then agreement says nothing.
pub fn cohen_kappa(pairs: &[(&str, &str)]) -> Option<Kappa> {
    let count = pairs.len() as f64;
    // Per answer: how often the first gave it, the second, and both at once.
    let mut answers: BTreeMap<&str, [f64; 3]> = BTreeMap::new();
    for (first, second) in pairs {
        answers.entry(first).or_default()[0] += 1.0 / count;
        answers.entry(second).or_default()[1] += 1.0 / count;
        if first == second {
            answers.entry(first).or_default()[2] += 1.0 / count;
        }
    }
    let observed: f64 = answers.values().map(|[_, _, both]| both).sum();
    let chance: f64 = answers.values().map(|[first, second, _]| first * second).sum();
    if pairs.is_empty() || chance >= 1.0 {
        return None;
    }
    let kappa = (observed - chance) / (1.0 - chance);
    let rest = 1.0 - kappa;
    let agreed: f64 =
        answers.values().map(|[first, second, both]| both * (1.0 - (first + second) * rest).powi(2)).sum();
    let differing: f64 = pairs
        .iter()
        .filter(|(first, second)| first != second)
        .map(|(first, second)| (answers[second][0] + answers[first][1]).powi(2) / count)
        .sum();
    let variance = (agreed + rest * rest * differing - (kappa - chance * rest).powi(2))
        / (count * (1.0 - chance).powi(2));
    let half = Z_95 * variance.max(0.0).sqrt();
    let interval = ((kappa - half).max(-1.0), (kappa + half).min(1.0));
    Some(Kappa { pairs: pairs.len(), observed, chance, kappa, interval })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cells: &[(&'static str, &'static str, usize)]) -> Vec<(&'static str, &'static str)> {
        cells.iter().flat_map(|&(first, second, count)| vec![(first, second); count]).collect()
    }

    #[test]
    fn a_worked_example() {
        // 50 grants, two readers: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: observed .7, chance .5.
        let pairs = table(&[("yes", "yes", 20), ("yes", "no", 5), ("no", "yes", 10), ("no", "no", 15)]);
        let found = cohen_kappa(&pairs).expect("two answers");
        assert!((found.observed - 0.7).abs() < 1e-12 && (found.chance - 0.5).abs() < 1e-12);
        assert!((found.kappa - 0.4).abs() < 1e-12);
        // The standard error of the formula, computed apart.
        let error = (found.interval.1 - found.interval.0) / (2.0 * Z_95);
        assert!((error - 0.126_996).abs() < 1e-6, "{error}");
    }

    #[test]
    fn perfect_agreement_is_one_and_a_single_answer_says_nothing() {
        let perfect = cohen_kappa(&table(&[("a", "a", 9), ("b", "b", 4)])).expect("two answers");
        assert!((perfect.kappa - 1.0).abs() < 1e-12 && perfect.interval == (1.0, 1.0));
        assert_eq!(cohen_kappa(&table(&[("a", "a", 9)])), None);
        assert_eq!(cohen_kappa(&[]), None);
        let reversed = cohen_kappa(&table(&[("a", "b", 5), ("b", "a", 5)])).expect("two answers");
        assert!((reversed.kappa + 1.0).abs() < 1e-12);
    }
}

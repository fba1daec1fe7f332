//! How much a feature tells of the labels, from texts whose labels are known: supervised term weighting
//! (Debole and Sebastiani, "Supervised term weighting for automated text categorization", SAC 2003).
//!
//! The measure is the relative entropy of the labels of the texts that have the feature, p(y | t), from those
//! of all texts, p(y): D = Σ p(y | t) ln (p(y | t) / p(y)), in nats, 0 for a feature that falls on all labels
//! alike. A regression could learn as much from many texts; of labels with few it is spared the search.

use super::sparse::SparseRows;

/// Texts of the common mixture of labels every feature is taken to have been seen in besides its own, so that
/// one seen twice does not tell everything.
const PRIOR_TEXTS: f32 = 5.0;
/// What a feature that tells nothing keeps of its weight: function words tell together.
const LEAST: f32 = 0.1;

/// The factor of every column of `rows`, from [`LEAST`] up, of what its texts among `texts` tell:
/// D<sup>power / 2</sup> + [`LEAST`]. `truth` has the label, below `labels`, of every row. With a power of 0 every factor
/// is 1.
pub(super) fn label_information(
    rows: &SparseRows,
    texts: &[u32],
    (truth, labels): (&[u32], usize),
    power: f32,
) -> Vec<f32> {
    if power == 0.0 {
        return vec![1.0; rows.columns()];
    }
    let mut by_label = vec![Vec::new(); labels];
    texts.iter().for_each(|&text| by_label[truth[text as usize] as usize].push(text));
    let mut with_feature = vec![0_u32; rows.columns()];
    for &text in texts {
        rows.row(text as usize).0.iter().for_each(|&column| with_feature[column as usize] += 1);
    }
    // Σ over the labels a feature was seen with, and the share of all texts those labels have.
    let mut told = vec![(0.0_f32, 0.0_f32); rows.columns()];
    let mut counts = vec![0_u32; rows.columns()];
    let mut touched = Vec::new();
    for own in &by_label {
        for &text in own {
            for &column in rows.row(text as usize).0 {
                if counts[column as usize] == 0 {
                    touched.push(column as usize);
                }
                counts[column as usize] += 1;
            }
        }
        let share = own.len() as f32 / texts.len() as f32;
        for column in touched.drain(..) {
            let all = with_feature[column] as f32 + PRIOR_TEXTS;
            let given = (std::mem::take(&mut counts[column]) as f32 + PRIOR_TEXTS * share) / all;
            told[column].0 += given * (given / share).ln();
            told[column].1 += share;
        }
    }
    let factor = |(&(sum, seen), &count): (&(f32, f32), &u32)| {
        // Of a label the feature was not seen with, the prior alone speaks, in the same words for all of them.
        let prior = PRIOR_TEXTS / (count as f32 + PRIOR_TEXTS);
        let divergence = sum + (1.0 - seen).max(0.0) * prior * prior.ln();
        divergence.max(0.0).powf(power / 2.0) + LEAST
    };
    told.iter().zip(&with_feature).map(factor).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twelve texts of three labels: feature 0 is in all of label 0, 1 in one of every label, 2 in two of label 2.
    fn rows() -> (SparseRows, Vec<u32>) {
        let mut rows = SparseRows::new(4);
        let truth: Vec<u32> = (0..12).map(|text| text % 3).collect();
        for (text, &label) in truth.iter().enumerate() {
            let mut row = vec![(3, 1.0)];
            row.extend((label == 0).then_some((0, 1.0)));
            row.extend((text < 3).then_some((1, 1.0)));
            row.extend((label == 2 && text < 6).then_some((2, 1.0)));
            rows.push(&row);
        }
        (rows, truth)
    }

    #[test]
    fn what_falls_on_one_label_tells_most_and_what_falls_on_all_alike_nothing() {
        let (rows, truth) = rows();
        let all: Vec<u32> = (0..12).collect();
        let factor = label_information(&rows, &all, (&truth, 3), 1.0);
        assert!(factor[0] > factor[2] && factor[2] > factor[1], "{factor:?}");
        assert!((factor[1] - LEAST).abs() < 1e-3 && (factor[3] - LEAST).abs() < 1e-3, "{factor:?}");
    }

    /// By hand: four texts, all of label 0, of twelve: p = (4 + 5/3)/9, (5/3)/9, (5/3)/9.
    #[test]
    fn the_divergence_is_that_of_the_formula() {
        let (rows, truth) = rows();
        let all: Vec<u32> = (0..12).collect();
        let (own, other) = (17.0_f32 / 27.0, 5.0_f32 / 27.0);
        let want = own * (own * 3.0).ln() + 2.0 * other * (other * 3.0).ln();
        let got = label_information(&rows, &all, (&truth, 3), 2.0)[0] - LEAST;
        assert!((got - want).abs() < 1e-5, "{got} {want}");
    }

    #[test]
    fn texts_that_are_held_out_are_not_looked_at() {
        let (rows, mut truth) = rows();
        let early: Vec<u32> = (0..6).collect();
        let before = label_information(&rows, &early, (&truth, 3), 1.0);
        truth[6..].fill(1);
        assert_eq!(label_information(&rows, &early, (&truth, 3), 1.0), before);
        assert_eq!(label_information(&rows, &early, (&truth, 3), 0.0), [1.0; 4]);
    }
}

//! Which labelled texts are learned from, and which are held out to calibrate and to measure.

use std::collections::{BTreeMap, HashSet};

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::LearnError;
use super::artefact::hex_sha256;
use super::bytes::Writer;
use super::training::{LabelledText, Params};
use super::vectorizer::Text;
use crate::text::fingerprint::normalised_hash;

/// One text in this many is held out at a time.
const HELD_OUT_ONE_IN: usize = 5;
/// Up to so many texts, every text is held out once, in folds: a fifth of them would say too little.
const MOST_TEXTS_IN_FOLDS: usize = 5_000;

/// What is learned from: different texts, labels frequent enough.
pub(super) struct Data<'a> {
    pub(super) texts: Vec<Text<'a>>,
    pub(super) truth: Vec<u32>,
    pub(super) labels: Vec<String>,
    /// The values of the columns read beside the texts, where there are any.
    pub(super) values: Vec<&'a [String]>,
    moments: Vec<Option<i64>>,
}

/// Rows to learn from, and rows to judge by what was learned.
pub(super) struct Fold {
    pub(super) learn: Vec<u32>,
    pub(super) held_out: Vec<u32>,
}

impl<'a> Data<'a> {
    /// Repeats of a text count once, with the first one's label; rare labels are left out.
    pub(super) fn select(
        docs: &[LabelledText<'a>],
        params: &Params,
        random: &mut ChaCha8Rng,
    ) -> Result<Self, LearnError> {
        let mut seen = HashSet::new();
        let mut kept: Vec<_> = docs.iter().filter(|doc| seen.insert(normalised_hash(doc.text))).collect();
        if kept.len() > params.max_texts {
            kept.shuffle(random);
            kept.truncate(params.max_texts);
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        kept.iter().for_each(|doc| *counts.entry(doc.label).or_default() += 1);
        counts.retain(|_, count| *count >= params.min_label_count);
        if counts.len() < 2 {
            let min_label_count = params.min_label_count;
            return Err(LearnError::TooFewLabels { found: counts.len(), min_label_count });
        }
        let labels: Vec<&str> = counts.into_keys().collect();
        let mut data = Self {
            texts: Vec::with_capacity(kept.len()),
            truth: Vec::with_capacity(kept.len()),
            labels: labels.iter().map(|&label| label.to_owned()).collect(),
            values: Vec::with_capacity(kept.len()),
            moments: Vec::with_capacity(kept.len()),
        };
        for doc in kept {
            if let Ok(label) = labels.binary_search(&doc.label) {
                data.texts.push((doc.text, doc.language));
                data.truth.push(label as u32);
                data.values.push(doc.values);
                data.moments.push(doc.moment);
            }
        }
        Ok(data)
    }

    /// What is held out. When every text has a moment: the latest fifth, as the model will meet texts later
    /// than those it learned from. Else a fifth of each label's texts, drawn; each fifth in turn where
    /// texts are few.
    pub(super) fn folds(&self, random: &mut ChaCha8Rng) -> Vec<Fold> {
        if let Some(moments) = self.moments.iter().copied().collect::<Option<Vec<i64>>>() {
            let mut rows: Vec<u32> = (0..self.truth.len() as u32).collect();
            // A stable sort: texts of one moment stay in the order given.
            rows.sort_by_key(|&row| moments[row as usize]);
            let cut = rows.len() - (rows.len() / HELD_OUT_ONE_IN).max(1);
            let late = rows.split_off(cut);
            return vec![self.fold(rows, late, random)];
        }
        let mut fifths = vec![Vec::new(); HELD_OUT_ONE_IN];
        let mut by_label = vec![Vec::new(); self.labels.len()];
        for (row, &label) in self.truth.iter().enumerate() {
            by_label[label as usize].push(row as u32);
        }
        // Dealt out one by one over all labels, so that the fifths are of one size.
        for (turn, row) in by_label
            .into_iter()
            .flat_map(|mut rows| {
                rows.shuffle(random);
                rows
            })
            .enumerate()
        {
            fifths[turn % HELD_OUT_ONE_IN].push(row);
        }
        let folds = if self.texts.len() <= MOST_TEXTS_IN_FOLDS { HELD_OUT_ONE_IN } else { 1 };
        (0..folds)
            .map(|out| {
                let rest = fifths.iter().enumerate().filter(|(fifth, _)| *fifth != out);
                self.fold(rest.flat_map(|(_, rows)| rows).copied().collect(), fifths[out].clone(), random)
            })
            .collect()
    }

    /// Held-out texts of a label that cannot be learned without them say nothing of the model.
    fn fold(&self, mut learn: Vec<u32>, mut held_out: Vec<u32>, random: &mut ChaCha8Rng) -> Fold {
        let known: HashSet<u32> = learn.iter().map(|&row| self.truth[row as usize]).collect();
        held_out.retain(|&row| known.contains(&self.truth[row as usize]));
        learn.sort_unstable();
        // Halves of this order calibrate one another, so it must follow neither label nor time.
        held_out.sort_unstable();
        held_out.shuffle(random);
        Fold { learn, held_out }
    }

    /// SHA-256 over the texts, labels and values, in hexadecimal.
    pub(super) fn hash(&self) -> String {
        let mut to = Writer::default();
        for ((&(text, language), &label), values) in self.texts.iter().zip(&self.truth).zip(&self.values) {
            to.text(text);
            to.text(language.code());
            to.text(&self.labels[label as usize]);
            values.iter().for_each(|value| to.text(value));
        }
        hex_sha256(&[&to.finish()])
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::domain::language::Language;

    fn data<'a>(texts: &'a [(String, &'static str, Option<i64>)]) -> Data<'a> {
        let docs: Vec<_> = texts
            .iter()
            .map(|(text, label, moment)| LabelledText {
                text,
                language: Language::Spanish,
                label,
                moment: *moment,
                values: &[],
            })
            .collect();
        Data::select(&docs, &Params::new("kind", 1), &mut ChaCha8Rng::seed_from_u64(1)).unwrap()
    }

    fn word(number: usize) -> String {
        ["uno", "dos", "tres", "cuatro", "cinco"][number % 5].repeat(1 + number / 5)
    }

    #[test]
    fn with_moments_the_latest_fifth_is_held_out() {
        let texts: Vec<_> =
            (0..40).map(|i| (word(i), if i % 2 == 0 { "a" } else { "b" }, Some(-(i as i64)))).collect();
        let folds = data(&texts).folds(&mut ChaCha8Rng::seed_from_u64(1));
        assert_eq!(folds.len(), 1);
        let mut held_out = folds[0].held_out.clone();
        held_out.sort_unstable();
        assert_eq!(held_out, (0..8).collect::<Vec<u32>>());
    }

    #[test]
    fn without_moments_every_text_is_held_out_once() {
        let texts: Vec<_> = (0..40)
            .map(|i| (word(i), if i % 4 == 0 { "a" } else { "b" }, (i > 0).then_some(i as i64)))
            .collect();
        let folds = data(&texts).folds(&mut ChaCha8Rng::seed_from_u64(1));
        let mut held_out: Vec<u32> = folds.iter().flat_map(|fold| fold.held_out.clone()).collect();
        held_out.sort_unstable();
        assert_eq!(held_out, (0..40).collect::<Vec<u32>>());
        for fold in &folds {
            assert_eq!(fold.learn.len() + fold.held_out.len(), 40);
            assert!(fold.held_out.iter().all(|row| !fold.learn.contains(row)));
            let rare = fold.held_out.iter().filter(|&&row| row % 4 == 0).count();
            assert_eq!(rare, 2, "each fifth has its share of a label");
        }
    }

    #[test]
    fn a_label_that_only_came_late_is_not_held_out() {
        let texts: Vec<_> = (0..40)
            .map(|i| {
                (
                    word(i),
                    if i >= 34 {
                        "new"
                    } else if i % 2 == 0 {
                        "a"
                    } else {
                        "b"
                    },
                    Some(i as i64),
                )
            })
            .collect();
        let data = data(&texts);
        let folds = data.folds(&mut ChaCha8Rng::seed_from_u64(1));
        assert_eq!(folds[0].held_out.len(), 2);
    }
}

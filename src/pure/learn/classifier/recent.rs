//! A model's doubt fitted again on recent labelled texts: the same labels in the same order, other
//! probabilities and prediction sets.

use super::Classifier;
use crate::domain::language::Language;
use crate::learn::LearnError;
use crate::learn::artefact::hex_sha256;
use crate::learn::bytes::Writer;
use crate::learn::doubt::{Doubt, FEWEST_TEXTS, Scored};
use crate::learn::training::{CalibratedOn, Card};

/// A text of the recent window, with the label somebody gave it.
#[derive(Clone, Copy, Debug)]
pub struct RecentText<'a> {
    /// The text.
    pub text: &'a str,
    /// The language its words are read in.
    pub language: Language,
    /// Its label; texts with one the model does not know say nothing of its doubt.
    pub label: &'a str,
    /// What the text counts: 1, or more where it stands for others nobody labelled.
    pub weight: f32,
}

impl Classifier {
    /// The same model with its doubt fitted on `recent` texts, and its card, which has a name of its own.
    ///
    /// # Errors
    /// When fewer than [`FEWEST_TEXTS`] of the texts have a label the model knows.
    pub fn recalibrated(
        mut self,
        card: &Card,
        recent: &[RecentText<'_>],
        threads: usize,
    ) -> Result<(Self, Card), LearnError> {
        let known: Vec<(&RecentText<'_>, usize)> =
            recent.iter().filter_map(|text| Some((text, self.place(text.label)?))).collect();
        let texts: Vec<(&str, Language)> = known.iter().map(|(text, _)| (text.text, text.language)).collect();
        let scores = self.scores(&texts, threads);
        let scored: Vec<Scored<'_>> = known
            .iter()
            .zip(&scores)
            .map(|((text, truth), scores)| Scored { scores, truth: *truth, weight: text.weight })
            .collect();
        let doubt = Doubt::fit(&scored, card.params.coverage)
            .ok_or(LearnError::TooFewRecent { found: scored.len(), needed: FEWEST_TEXTS })?;
        let mut data = Writer::default();
        for (text, _) in &known {
            data.text(text.text);
            data.text(text.label);
            data.f32(text.weight);
        }
        let data_hash = hex_sha256(&[&data.finish()]);
        let hash = hex_sha256(&[card.name.as_bytes(), data_hash.as_bytes()]);
        let card = Card {
            name: format!("{}-{}", card.params.question, &hash[..8]),
            temperature: doubt.temperature,
            set_threshold: doubt.set_threshold,
            label_thresholds: doubt.label_thresholds.clone(),
            calibrated: Some(CalibratedOn { model: card.name.clone(), texts: known.len(), data_hash }),
            ..card.clone()
        };
        self.doubt = doubt;
        Ok((self, card))
    }

    /// The same model with another doubt.
    pub fn with_doubt(self, doubt: Doubt) -> Self {
        Self { doubt, ..self }
    }

    /// What turns its scores into probabilities and sets.
    pub fn doubt(&self) -> &Doubt {
        &self.doubt
    }
}

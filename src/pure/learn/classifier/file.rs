//! Model folders of classifiers: written, read, and read from what is part of the program.

use std::path::Path;

use super::Classifier;
use crate::learn::LearnError;
use crate::learn::artefact::{self, Kind};
use crate::learn::bytes::{Corrupt, Reader, Writer};
use crate::learn::doubt::Doubt;
use crate::learn::quantised::QuantisedRows;
use crate::learn::structured::Structured;
use crate::learn::training::Card;
use crate::learn::vectorizer::Vectorizer;
use crate::text::analyzer::Analyzer;

impl Classifier {
    /// Writes a model folder, replacing one of the same name.
    pub fn save(&self, card: &Card, folder: &Path) -> Result<(), LearnError> {
        let mut to = Writer::default();
        self.vectorizer.write(&mut to);
        self.weights.write(&mut to);
        to.f32s(&self.bias);
        to.f32(self.doubt.temperature);
        to.f32(self.doubt.set_threshold);
        self.labels.iter().for_each(|label| to.text(label));
        self.structured.write(&mut to);
        artefact::save(folder, Kind::Classifier, card, &to.finish())
    }

    /// Reads a model folder.
    ///
    /// # Errors
    /// When the folder is missing, damaged, not a classifier, or made with another text analysis.
    pub fn load(folder: &Path) -> Result<(Self, Card), LearnError> {
        let (card, model) = artefact::load(folder, Kind::Classifier, Self::read)?;
        Ok((model.with(&card), card))
    }

    /// Reads the folder of a model that is asked with texts alone, as all that comes in is.
    ///
    /// # Errors
    /// As [`Classifier::load`], and for a model that reads columns beside the text.
    pub fn load_of_texts(folder: &Path) -> Result<(Self, Card), LearnError> {
        let (classifier, card) = Self::load(folder)?;
        if classifier.structured.is_empty() {
            return Ok((classifier, card));
        }
        let columns: Vec<&str> = classifier.structured.names().collect();
        let reason = format!(
            "reads {} beside the text, which complaints that come in do not have; train it without --structured",
            columns.join(", ")
        );
        Err(LearnError::Artefact { path: folder.to_owned(), reason })
    }

    /// Reads a model from the contents of its two files: one that is part of the program.
    ///
    /// # Errors
    /// As [`Classifier::load`].
    pub fn from_bytes(card: &[u8], model: &[u8]) -> Result<(Self, Card), LearnError> {
        let (card, model) = artefact::parse(
            (Path::new(artefact::CARD_FILE), card),
            (Path::new(artefact::MODEL_FILE), model),
            Kind::Classifier,
            Self::read,
        )?;
        Ok((model.with(&card), card))
    }

    /// The model with what its card alone says.
    pub(super) fn with(mut self, card: &Card) -> Self {
        self.apart = card.params.apart.as_deref().and_then(|apart| self.place(apart));
        // A card that was edited by hand is read for what it says of this model's labels.
        if card.label_thresholds.len() == self.labels.len() {
            self.doubt.label_thresholds.clone_from(&card.label_thresholds);
        }
        self
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let vectorizer = Vectorizer::read(from)?;
        let weights = QuantisedRows::read(from)?;
        let bias = from.f32s()?;
        let (temperature, set_threshold) = (from.f32()?, from.f32()?);
        let labels = bias.iter().map(|_| from.text()).collect::<Result<Vec<_>, _>>()?;
        let structured = Structured::read(from)?;
        let fits = labels.len() >= 2
            && weights.columns() == labels.len()
            && weights.rows() == vectorizer.columns() + structured.len()
            && temperature > 0.0;
        if !fits {
            return Err(Corrupt("parts that do not fit together"));
        }
        let analyzer = Analyzer::new();
        let doubt = Doubt { temperature, set_threshold, label_thresholds: Vec::new() };
        Ok(Self { analyzer, vectorizer, structured, weights, bias, labels, apart: None, doubt })
    }
}

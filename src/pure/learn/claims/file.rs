//! A finder as files: the folder of its classifier, and its rule beside it.

use std::path::Path;

use super::{ClaimCard, ClaimFinder, Rule};
use crate::learn::LearnError;
use crate::learn::classifier::Classifier;

/// Name of the rule's file.
pub const RULE_FILE: &str = "rule.json";

impl ClaimFinder {
    /// Writes a folder, replacing one of the same name.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn save(&self, to: &Path) -> Result<(), LearnError> {
        self.classifier.save(&self.reading, to)?;
        let path = to.join(RULE_FILE);
        let rule = serde_json::to_string_pretty(&self.rule).map(|text| text + "\n");
        let rule =
            rule.map_err(|error| LearnError::Artefact { path: path.clone(), reason: error.to_string() })?;
        std::fs::write(&path, rule).map_err(|source| LearnError::Io { path, source })
    }

    /// From the contents of the three files: those that are part of the program.
    ///
    /// # Errors
    /// When one of them is damaged or made by another version.
    pub fn from_bytes(card: &[u8], model: &[u8], rule: &[u8]) -> Result<Self, LearnError> {
        let (classifier, reading) = Classifier::from_bytes(card, model)?;
        let rule: Rule = serde_json::from_slice(rule).map_err(|error| LearnError::Artefact {
            path: RULE_FILE.into(),
            reason: format!("{error}; make it again with raiz train --bundled"),
        })?;
        Ok(Self { classifier, reading, rule })
    }
}

impl ClaimCard {
    /// In one line, for the terminal.
    pub fn line(&self) -> String {
        format!(
            "{} letters, {} other matters marked; {:.2} of what is shown is right, {:.2} of what is marked is shown",
            self.letters, self.marked, self.precision, self.recall
        )
    }
}

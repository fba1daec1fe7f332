//! What can go wrong when learning or when reading a learned file.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// A failure of a fit, or of reading or writing a model folder.
#[derive(Debug, Error)]
pub enum LearnError {
    /// A parameter is outside its range.
    #[error("parameter `{name}` must be {expected}, got {got}")]
    Parameter {
        /// The field's name.
        name: &'static str,
        /// The range it must be in.
        expected: &'static str,
        /// What was given.
        got: String,
    },
    /// Fewer labels than two are left after the rare ones are dropped.
    #[error("need at least two labels with {min_label_count} different texts each, found {found}")]
    TooFewLabels {
        /// Labels with enough texts.
        found: usize,
        /// How many different texts a label needs.
        min_label_count: usize,
    },
    /// A recent window with too few texts to fit a model's doubt on.
    #[error(
        "{found} recent texts have a label the model knows, {needed} at least are needed; label more of them"
    )]
    TooFewRecent {
        /// Texts whose label the model knows.
        found: usize,
        /// How many are needed.
        needed: usize,
    },
    /// No feature occurs in enough texts: there is nothing to learn from.
    #[error("no word or character sequence occurs in {min_documents} or more of {texts} texts")]
    NoFeatures {
        /// Texts given.
        texts: usize,
        /// The smallest document frequency asked for.
        min_documents: u32,
    },
    /// A numeric routine of a library gave up.
    #[error("{step} failed: {reason}")]
    Numeric {
        /// Which step.
        step: &'static str,
        /// The library's message.
        reason: String,
    },
    /// Reading or writing a file failed.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A model file is foreign, damaged, or made by another version.
    #[error("{path}: {reason}")]
    Artefact {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        reason: String,
    },
}

//! A labelled text that came with the program: what a complaint is compared with when a label is explained.

use super::label::Axis;
use super::language::Language;

/// A text whose labels are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its name in the collection it comes from, e.g. `es-banking-0001`.
    pub name: String,
    /// The text.
    pub text: String,
    /// Its language.
    pub language: Language,
    /// Its answer on each axis.
    pub labels: Vec<(Axis, String)>,
}

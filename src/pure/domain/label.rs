//! Labels: what kind a complaint is, which product area it touches, which failure it tells of, and how
//! sure that is.

use serde::{Deserialize, Serialize};

/// The failure type of a text that tells of no failure.
pub const NO_FAILURE: &str = "none";

/// One question a label answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// Petition, complaint, claim, suggestion, compliment, report, none.
    Kind,
    /// Which product or service.
    ProductArea,
    /// What went wrong.
    FailureType,
}

impl Axis {
    /// Every axis, in reading order.
    pub const ALL: [Self; 3] = [Self::Kind, Self::ProductArea, Self::FailureType];

    /// The stable name used in the store, the index, URLs and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::ProductArea => "product_area",
            Self::FailureType => "failure_type",
        }
    }

    /// The axis of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|axis| axis.name() == name)
    }
}

/// Who decided a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A model; replaced when a newer model is put to work.
    Machine,
    /// A person; no model ever replaces it.
    Person,
}

impl Origin {
    /// The stable name used in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Machine => "machine",
            Self::Person => "person",
        }
    }
}

/// A decision on one axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// The question.
    pub axis: Axis,
    /// The most probable answer: an id of the taxonomy.
    pub value: String,
    /// Calibrated probability of `value`, 0 to 1.
    pub probability: f32,
    /// Whether the honest answer is "not sure": the prediction set is not exactly `{value}`.
    pub unsure: bool,
    /// Who decided.
    pub origin: Origin,
    /// Which model decided, e.g. `failure_type-3f2a91c0`; empty for a person.
    pub model: String,
}

//! A corrective or preventive action and the states it moves through.

use serde::{Deserialize, Serialize};

use super::complaint::FieldError;
use super::id::{ActionId, ClusterId};
use super::time::{Day, Timestamp};

/// Longest title, in characters.
pub const MAX_TITLE_CHARS: usize = 200;
/// Longest description, in characters.
pub const MAX_DESCRIPTION_CHARS: usize = 20_000;

/// The life of an action (CAPA: correction and prevention with a check of effectiveness, ISO 9001 §10.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the variants are the states' names")]
pub enum ActionState {
    Draft,
    Planned,
    InProgress,
    Implemented,
    InVerification,
    Effective,
    Partly,
    Ineffective,
    Faded,
    Cancelled,
}

impl ActionState {
    /// Every state, in order of life.
    pub const ALL: [Self; 10] = [
        Self::Draft,
        Self::Planned,
        Self::InProgress,
        Self::Implemented,
        Self::InVerification,
        Self::Effective,
        Self::Partly,
        Self::Ineffective,
        Self::Faded,
        Self::Cancelled,
    ];

    /// The stable name used in the store and in URLs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Planned => "planned",
            Self::InProgress => "in_progress",
            Self::Implemented => "implemented",
            Self::InVerification => "in_verification",
            Self::Effective => "effective",
            Self::Partly => "partly",
            Self::Ineffective => "ineffective",
            Self::Faded => "faded",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// The states an action may move to from this one, in the order they are offered.
    pub fn next_states(self) -> &'static [Self] {
        match self {
            Self::Draft => &[Self::Planned, Self::InProgress, Self::Cancelled],
            Self::Planned => &[Self::InProgress, Self::Draft, Self::Cancelled],
            Self::InProgress => &[Self::Implemented, Self::Planned, Self::Cancelled],
            Self::Implemented => &[Self::InVerification, Self::InProgress],
            Self::InVerification => &[Self::Effective, Self::Partly, Self::Ineffective],
            Self::Effective => &[Self::Faded],
            Self::Partly | Self::Ineffective | Self::Faded => &[Self::InProgress, Self::Cancelled],
            Self::Cancelled => &[Self::Draft],
        }
    }

    /// Whether work on it is still under way.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Effective | Self::Ineffective | Self::Cancelled)
    }
}

/// What people write about an action.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionText {
    /// What is done, in a line.
    pub title: String,
    /// Why and how.
    pub description: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// When it must be done.
    pub due: Option<Day>,
}

impl ActionText {
    /// Checks the rules of the text fields and reports all that are broken.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        if self.title.trim().is_empty() {
            errors.push(FieldError::new("title", "missing", "is empty", "say in a line what is done"));
        }
        for (field, value, max_chars) in [
            ("title", self.title.as_str(), MAX_TITLE_CHARS),
            ("description", self.description.as_str(), MAX_DESCRIPTION_CHARS),
            ("owner", self.owner.as_deref().unwrap_or_default(), MAX_TITLE_CHARS),
        ] {
            let length_chars = value.chars().count();
            if length_chars > max_chars {
                let reason = format!("has {length_chars} characters, at most {max_chars} are kept");
                errors.push(FieldError::new(field, "too_long", reason, "shorten it"));
            }
            if value.contains('\0') {
                errors.push(FieldError::new(field, "nul_byte", "contains a NUL character", "remove it"));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// An action with where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// Its identity.
    pub id: ActionId,
    /// What people wrote.
    pub text: ActionText,
    /// Where it stands.
    pub state: ActionState,
    /// The clusters it is meant to end.
    pub clusters: Vec<ClusterId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it first reached `Implemented`: the moment its effect is counted from.
    pub implemented_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_can_be_reached_from_a_draft() {
        let mut reached = vec![ActionState::Draft];
        let mut next = 0;
        while next < reached.len() {
            for state in reached[next].next_states() {
                if !reached.contains(state) {
                    reached.push(*state);
                }
            }
            next += 1;
        }
        for state in ActionState::ALL {
            assert!(reached.contains(&state), "{state:?} cannot be reached");
            assert_eq!(ActionState::from_name(state.name()), Some(state));
        }
    }

    #[test]
    fn a_title_is_required_and_bounded() {
        let mut text = ActionText::default();
        assert_eq!(text.check().expect_err("no title")[0].field, "title");
        text.title = "á".repeat(MAX_TITLE_CHARS);
        assert!(text.check().is_ok());
        text.title.push('x');
        assert_eq!(text.check().expect_err("too long")[0].code, "too_long");
    }
}

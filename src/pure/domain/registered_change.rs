//! Something the organisation changed (a release, a price, a supplier's lot, a process) or that happened to it
//! (a holiday, a storm): registered, so that an alert can name what may have caused it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::complaint::FieldError;
use super::id::RegisteredChangeId;
use super::time::{Day, Timestamp};

/// Longest title, kind, id or fact, in characters.
pub const MAX_WORDS_CHARS: usize = 200;
/// Longest note, in characters.
pub const MAX_NOTE_CHARS: usize = 2_000;
/// Most facts one change may touch.
pub const MAX_TOUCHED: usize = 20;

/// What people or a system say about a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeText {
    /// Its id where it comes from; registering it again changes nothing.
    pub external_id: Option<String>,
    /// release, price, supplier_lot, process, or any other word.
    pub kind: String,
    /// What was changed, in a line.
    pub title: String,
    /// More about it.
    pub note: String,
    /// The day it took effect.
    pub day: Day,
    /// Facts of the complaints it can have touched, e.g. `lot` = `L-2417`, by name.
    pub touches: BTreeMap<String, String>,
}

impl ChangeText {
    /// Checks the rules and reports all that are broken.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        for (field, value) in [("title", &self.title), ("kind", &self.kind)] {
            if value.trim().is_empty() {
                errors.push(FieldError::new(field, "missing", "is empty", "say in a line what was changed"));
            }
        }
        let named = [
            ("title", self.title.as_str(), MAX_WORDS_CHARS),
            ("kind", &self.kind, MAX_WORDS_CHARS),
            ("id", self.external_id.as_deref().unwrap_or_default(), MAX_WORDS_CHARS),
            ("note", &self.note, MAX_NOTE_CHARS),
        ];
        let facts = self.touches.iter().flat_map(|(name, value)| {
            [("touches", name.as_str(), MAX_WORDS_CHARS), ("touches", value.as_str(), MAX_WORDS_CHARS)]
        });
        for (field, value, max_chars) in named.into_iter().chain(facts) {
            let length_chars = value.chars().count();
            if length_chars > max_chars {
                let reason = format!("has {length_chars} characters, at most {max_chars} are kept");
                errors.push(FieldError::new(field, "too_long", reason, "shorten it"));
            }
            if value.contains('\0') {
                errors.push(FieldError::new(field, "nul_byte", "contains a NUL character", "remove it"));
            }
        }
        if self.touches.len() > MAX_TOUCHED {
            let reason = format!("has {} facts, at most {MAX_TOUCHED} are kept", self.touches.len());
            errors.push(FieldError::new("touches", "too_many", reason, "leave out the least telling"));
        }
        if self.touches.iter().any(|(name, value)| name.trim().is_empty() || value.trim().is_empty()) {
            errors.push(FieldError::new("touches", "missing", "has an empty name or value", "leave it out"));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// A registered change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredChange {
    /// Its identity.
    pub id: RegisteredChangeId,
    /// What was said about it.
    pub text: ChangeText,
    /// When it was registered.
    pub registered_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_broken_rule_is_named() {
        let change = ChangeText {
            external_id: None,
            kind: " ".to_owned(),
            title: "t".repeat(MAX_WORDS_CHARS + 1),
            note: "a\0b".to_owned(),
            day: Day(20_000),
            touches: BTreeMap::from([("lot".to_owned(), String::new())]),
        };
        let errors = change.check().expect_err("four rules are broken");
        let codes: Vec<(&str, &str)> =
            errors.iter().map(|error| (error.field.as_str(), error.code.as_str())).collect();
        assert_eq!(
            codes,
            [("kind", "missing"), ("title", "too_long"), ("note", "nul_byte"), ("touches", "missing")]
        );
    }
}

//! Forms: what was typed, what is wrong with it, and choices.

use crate::domain::action::{ActionText, MAX_TITLE_CHARS};
use crate::domain::complaint::FieldError;
use crate::domain::time::Day;
use crate::i18n::Locale;

/// An entry of a list to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// What is sent.
    pub(super) value: String,
    /// What is shown.
    pub(super) label: String,
    /// Whether it is the chosen one, or for buttons the usual one.
    pub(super) selected: bool,
}

/// A link among links of which one is in force.
#[derive(Clone, Debug)]
pub(super) struct LinkChoice {
    pub(super) label: String,
    pub(super) href: String,
    pub(super) current: bool,
    pub(super) count: i64,
}

/// Messages at fields.
#[derive(Clone, Debug, Default)]
pub(super) struct Errors(Vec<(String, String)>);

impl Errors {
    /// The broken rules of a text, in the visitor's words.
    pub(super) fn of(locale: Locale, errors: &[FieldError]) -> Self {
        Self(
            errors
                .iter()
                .map(|error| {
                    let text = match error.code.as_str() {
                        "missing" => locale.text("form-missing", &[]),
                        "too_long" => locale.text("form-too-long", &[]),
                        "nul_byte" => locale.text("form-nul", &[]),
                        _ => locale.text("form-wrong", &[]),
                    };
                    (error.field.clone(), text)
                })
                .collect(),
        )
    }

    /// One more message.
    pub(super) fn add(&mut self, field: &str, message: String) {
        self.0.push((field.to_owned(), message));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn of_field(&self, field: &str) -> Vec<String> {
        self.0.iter().filter(|(name, _)| name == field).map(|(_, message)| message.clone()).take(1).collect()
    }
}

/// What was typed about a group, an alert or an action; each form uses the fields it has.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) owner: String,
    pub(super) due: String,
    pub(super) note: String,
    pub(super) by: String,
    pub(super) errors: Errors,
}

impl Form {
    /// The form filled with an action's text.
    pub(super) fn of_action(text: &ActionText) -> Self {
        let ActionText { title, description, owner, due } = text.clone();
        Self {
            title,
            description,
            owner: owner.unwrap_or_default(),
            due: due.map(|day| day.to_string()).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The text of an action that was typed.
    ///
    /// # Errors
    /// The form itself, with its messages.
    pub(super) fn read_action(mut self, locale: Locale) -> Result<ActionText, Box<Self>> {
        let due = Day::from_iso(&self.due);
        let text = ActionText {
            title: self.title.trim().to_owned(),
            description: self.description.trim().replace("\r\n", "\n"),
            owner: Some(self.owner.trim().to_owned()).filter(|owner| !owner.is_empty()),
            due,
        };
        if let Err(errors) = text.check() {
            self.errors = Errors::of(locale, &errors);
        }
        if due.is_none() && !self.due.trim().is_empty() {
            self.errors.add("due", locale.text("form-day", &[]));
        }
        if self.errors.is_empty() { Ok(text) } else { Err(Box::new(self)) }
    }

    /// A group's name and owner, checked by the rules of an action's title and owner.
    pub(super) fn check_group(&mut self, locale: Locale) {
        let text = ActionText {
            title: self.title.clone(),
            owner: Some(self.owner.clone()),
            ..ActionText::default()
        };
        if let Err(errors) = text.check() {
            self.errors = Errors::of(locale, &errors);
        }
    }

    /// A note about an alert and who wrote it, checked.
    pub(super) fn of_note(note: &str, by: &str, locale: Locale) -> Self {
        let by = by.trim().to_owned();
        let mut form = Self { note: note.trim().replace("\r\n", "\n"), by, ..Self::default() };
        form.check_note(locale);
        if form.by.chars().count() > MAX_TITLE_CHARS {
            form.errors.add("by", locale.text("form-too-long", &[]));
        }
        if form.by.contains('\0') {
            form.errors.add("by", locale.text("form-nul", &[]));
        }
        form
    }

    /// Who wrote it, where they said so.
    pub(super) fn author(&self) -> Option<&str> {
        Some(self.by.as_str()).filter(|by| !by.is_empty())
    }

    /// A note has no more characters than this many titles.
    pub(super) fn check_note(&mut self, locale: Locale) {
        const MAX_NOTE_CHARS: usize = 10 * MAX_TITLE_CHARS;
        if self.note.chars().count() > MAX_NOTE_CHARS {
            self.errors.add("note", locale.text("form-too-long", &[]));
        }
        if self.note.contains('\0') {
            self.errors.add("note", locale.text("form-nul", &[]));
        }
    }

    pub(super) fn has_error(&self, field: &str) -> bool {
        !self.errors_of(field).is_empty()
    }

    pub(super) fn errors_of(&self, field: &str) -> Vec<String> {
        self.errors.of_field(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_kept_with_the_message_at_its_field() {
        let form = Form {
            title: "  ".to_owned(),
            due: "31/12/2026".to_owned(),
            owner: "Ana".to_owned(),
            ..Form::default()
        };
        let kept = form.read_action(Locale::Es).expect_err("two fields are wrong");
        assert!(kept.has_error("title") && kept.has_error("due") && !kept.has_error("owner"));
        assert_eq!((kept.due.as_str(), kept.owner.as_str()), ("31/12/2026", "Ana"));

        let form = Form { title: " Avisar ".to_owned(), due: "2026-12-31".to_owned(), ..Form::default() };
        let text = form.read_action(Locale::Es).expect("all is well");
        assert_eq!((text.title.as_str(), text.owner), ("Avisar", None));
        assert_eq!(text.due, Day::from_iso("2026-12-31"));
    }
}

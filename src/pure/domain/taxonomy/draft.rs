//! A taxonomy as people write it, and the rules it must keep before it may be a version.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{Content, Retired, Term};
use crate::domain::complaint::FieldError;
use crate::domain::label::Axis;

/// Most terms of an axis: more than any classifier tells apart, few enough for a page.
const MAX_TERMS: usize = 500;
/// Most examples, or counter-examples, of a term.
const MAX_EXAMPLES: usize = 20;
/// Longest id, in characters.
const MAX_ID_CHARS: usize = 60;
/// Longest name, in characters.
const MAX_NAME_CHARS: usize = 100;
/// Longest definition or example, in characters.
const MAX_SENTENCE_CHARS: usize = 500;

/// A taxonomy that is not checked yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The version it was made from, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Answers that are none any more, and who takes their complaints.
    #[serde(default)]
    pub retired: Vec<Retired>,
    /// Terms by the name of their axis.
    #[serde(flatten)]
    pub axes: BTreeMap<String, Vec<Term>>,
}

impl Draft {
    /// Reads a draft from TOML or JSON.
    ///
    /// # Errors
    /// Where and why the text cannot be understood.
    pub fn read(text: &str) -> Result<Self, String> {
        if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| format!("not a taxonomy in JSON: {error}"))
        } else {
            toml::from_str(text).map_err(|error| format!("not a taxonomy in TOML: {error}"))
        }
    }

    /// Takes a term out and names the one that takes its complaints. Counter-examples that belonged to it
    /// belong to its successor; where that is the term they stand at, they are none any more.
    pub fn retire(&mut self, axis: Axis, id: &str, successor: &str) {
        let terms = self.axes.entry(axis.name().to_owned()).or_default();
        terms.retain(|term| term.id != id);
        for term in terms {
            term.counter_examples.retain(|counter| counter.is != id || term.id != successor);
            for counter in term.counter_examples.iter_mut().filter(|counter| counter.is == id) {
                counter.is = successor.to_owned();
            }
        }
        self.retired.retain(|gone| gone.axis != axis || gone.id != id);
        let (id, replaced_by) = (id.to_owned(), Some(successor.to_owned()));
        self.retired.push(Retired { axis, id, es: String::new(), en: String::new(), replaced_by });
    }

    /// Its content, when it keeps the rules that hold for every version.
    pub(super) fn check(self) -> Result<Content, Vec<FieldError>> {
        let mut errors = Vec::new();
        let Self { version: _, retired, mut axes } = self;
        let mut take = |axis: Axis| axes.remove(axis.name()).unwrap_or_default();
        let mut content = Content {
            kind: take(Axis::Kind),
            product_area: take(Axis::ProductArea),
            failure_type: take(Axis::FailureType),
            retired,
        };
        for unknown in axes.keys() {
            let known = Axis::ALL.map(Axis::name).join(", ");
            let name: String = unknown.chars().take(MAX_ID_CHARS).collect();
            let remedy = format!("write one of: {known}");
            errors.push(FieldError::new(&name, "unknown_axis", "is no axis of the taxonomy", &remedy));
        }
        for axis in Axis::ALL {
            check_axis(axis, content.terms(axis), &mut errors);
        }
        for gone in &content.retired {
            if gone.replaced_by.is_some() && content.heir(gone).is_none() {
                let field = format!("retired.{}.{}", gone.axis.name(), shown(&gone.id));
                let reason = format!("`replaced_by` leads to no {} of the taxonomy", gone.axis.name());
                errors.push(FieldError::new(&field, "unknown_term", reason, "name a term that stays"));
            }
        }
        let heirs: Vec<Option<String>> =
            content.retired.iter().map(|gone| content.heir(gone).map(str::to_owned)).collect();
        for (gone, heir) in content.retired.iter_mut().zip(heirs) {
            gone.replaced_by = heir;
        }
        if errors.is_empty() { Ok(content) } else { Err(errors) }
    }
}

fn check_axis(axis: Axis, terms: &[Term], errors: &mut Vec<FieldError>) {
    if terms.is_empty() {
        let remedy = "list its terms; an axis needs one at least";
        errors.push(FieldError::new(axis.name(), "missing", "has no term", remedy));
    }
    if terms.len() > MAX_TERMS {
        let reason = format!("has {} terms, at most {MAX_TERMS} are kept", terms.len());
        errors.push(FieldError::new(axis.name(), "too_many", reason, "join terms that nobody tells apart"));
    }
    let mut seen = HashSet::new();
    for (place, term) in (1..).zip(terms) {
        if !is_id(&term.id) {
            let reason = "is missing or has other characters than a-z, 0-9 and _";
            let remedy = format!("write a short English id of at most {MAX_ID_CHARS} characters");
            let field = format!("{}[{place}].id", axis.name());
            errors.push(FieldError::new(&field, "invalid_id", reason, &remedy));
            continue;
        }
        let field = |part: &str| format!("{}.{}.{part}", axis.name(), term.id);
        if !seen.insert(term.id.as_str()) {
            let remedy = "give each term of an axis its own id";
            errors.push(FieldError::new(&field("id"), "duplicate_id", "stands there twice", remedy));
        }
        for (language, name) in [("es", &term.es), ("en", &term.en)] {
            if name.trim().is_empty() {
                let remedy = "write the name people see in this language";
                errors.push(FieldError::new(&field(language), "missing", "has no name", remedy));
            }
            check_text(&field(language), name, MAX_NAME_CHARS, errors);
        }
        check_sentences(term, &field, errors);
        for (at, counter) in (1..).zip(&term.counter_examples) {
            if counter.is == term.id || !terms.iter().any(|other| other.id == counter.is) {
                let reason = format!("`is` names no other {} of the taxonomy", axis.name());
                let remedy = "name the term this sentence belongs to";
                let field = field(&format!("counter_examples[{at}]"));
                errors.push(FieldError::new(&field, "unknown_term", reason, remedy));
            }
        }
    }
}

fn check_sentences(term: &Term, field: &dyn Fn(&str) -> String, errors: &mut Vec<FieldError>) {
    let examples = term.examples.iter().map(|told| (&told.es, &told.en));
    let counters = term.counter_examples.iter().map(|told| (&told.es, &told.en));
    let lists = [
        ("examples", examples.collect::<Vec<_>>()),
        ("counter_examples", counters.collect()),
        ("meaning", vec![(&term.meaning.es, &term.meaning.en)]),
    ];
    for (list, sentences) in lists {
        if sentences.len() > MAX_EXAMPLES {
            let reason = format!("has {} sentences, at most {MAX_EXAMPLES} are kept", sentences.len());
            errors.push(FieldError::new(&field(list), "too_many", reason, "keep the telling ones"));
        }
        for (es, en) in sentences {
            check_text(&field(list), es, MAX_SENTENCE_CHARS, errors);
            check_text(&field(list), en, MAX_SENTENCE_CHARS, errors);
        }
    }
}

fn check_text(field: &str, text: &str, most_chars: usize, errors: &mut Vec<FieldError>) {
    let length_chars = text.chars().count();
    if length_chars > most_chars {
        let reason = format!("has {length_chars} characters, at most {most_chars} are kept");
        errors.push(FieldError::new(field, "too_long", reason, "shorten it"));
    }
    if text.contains('\0') {
        errors.push(FieldError::new(field, "nul_byte", "contains a NUL character", "remove it"));
    }
}

/// Ids are names in URLs, files and the index: lower-case ASCII words joined by underscores.
fn is_id(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_lowercase())
        && id.len() <= MAX_ID_CHARS
        && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn shown(id: &str) -> String {
    id.chars().take(MAX_ID_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_broken_rule_is_named_with_its_field() {
        let rest = "[[kind]]\nid='a'\nes='a'\nen='a'\n[[product_area]]\nid='a'\nes='a'\nen='a'\n";
        let one = "[[failure_type]]\nid='delay'\nes='demora'\nen='delay'\n";
        let cases = [
            (one.to_owned(), None),
            (String::new(), Some(("failure_type", "missing"))),
            (format!("{one}[[colour]]\nid='red'\n"), Some(("colour", "unknown_axis"))),
            (format!("{one}{one}"), Some(("failure_type.delay.id", "duplicate_id"))),
            (one.replace("en='delay'", ""), Some(("failure_type.delay.en", "missing"))),
            (one.replace("'delay'\nes", "'De lay'\nes"), Some(("failure_type[1].id", "invalid_id"))),
            (one.replace("demora", &"x".repeat(101)), Some(("failure_type.delay.es", "too_long"))),
            (
                format!("{one}[[failure_type.counter_examples]]\nes='x'\nen='x'\nis='refund'\n"),
                Some(("failure_type.delay.counter_examples[1]", "unknown_term")),
            ),
            (
                format!("{one}[[retired]]\naxis='failure_type'\nid='old'\nreplaced_by='older'\n"),
                Some(("retired.failure_type.old", "unknown_term")),
            ),
        ];
        for (text, expected) in cases {
            let found = Draft::read(&format!("{rest}{text}")).expect("TOML").check().err();
            let found = found.map(|errors| {
                assert_eq!(errors.len(), 1, "{errors:?}");
                (errors[0].field.clone(), errors[0].code.clone())
            });
            let found = found.as_ref().map(|(field, code)| (field.as_str(), code.as_str()));
            assert_eq!(found, expected, "{text}");
        }
        for (text, named) in [("[[kind]]\ncolour='red'", "colour"), ("{\"kind\": 1}", "JSON"), ("=", "TOML")]
        {
            let error = Draft::read(text).expect_err("not a draft");
            assert!(error.contains(named), "{error}");
        }
    }
}

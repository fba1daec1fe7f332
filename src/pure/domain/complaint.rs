//! A complaint as it is taken in, and the rules it must keep before it is stored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::id::ComplaintId;
use super::language::Language;
use super::time::{Day, Timestamp};

/// Longest text of one complaint, in bytes. A letter of 400 words has about 2,500.
pub const MAX_TEXT_BYTES: usize = 200_000;
/// Longest value of any structured field, in bytes.
pub const MAX_FIELD_BYTES: usize = 2_000;
/// Most extra fields one complaint may carry.
pub const MAX_EXTRA_FIELDS: usize = 64;
/// Earliest day a complaint may have been received: 1970-01-02, a day after what an empty date becomes.
pub const EARLIEST_DAY: Day = Day(1);
/// How far into the future a reception may lie (clocks and zones differ): two days in microseconds.
const FUTURE_TOLERANCE_US: i64 = 2 * 86_400 * 1_000_000;

/// The structured facts that came with a complaint, in the sender's own words. Empty strings are not
/// kept: an absent fact is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Product or service, as the source names it.
    pub product: Option<String>,
    /// Part or variant of the product.
    pub sub_product: Option<String>,
    /// Motive, as the source names it.
    pub issue: Option<String>,
    /// Finer motive.
    pub sub_issue: Option<String>,
    /// Company or unit the complaint is about.
    pub company: Option<String>,
    /// Place: state, region, city or branch.
    pub region: Option<String>,
    /// Channel it came through, e.g. `web`.
    pub channel: Option<String>,
    /// The customer, as a stable reference that is not personal data in itself.
    pub customer: Option<String>,
    /// Whatever else the source had.
    pub extra: BTreeMap<String, String>,
}

/// A complaint on its way in: not yet stored, not yet redacted.
#[derive(Clone, Debug, PartialEq)]
pub struct NewComplaint {
    /// Where it comes from: a system, a file's origin, a channel. With `external_id` it is unique.
    pub source: String,
    /// The id the source gave it.
    pub external_id: Option<String>,
    /// When the organisation received it.
    pub received_at: Timestamp,
    /// The same as a day in the organisation's time zone: what daily counts go by.
    pub received_day: Day,
    /// The customer's own words. `None` for a structured complaint.
    pub text: Option<String>,
    /// Language the source states; otherwise recognised from the text later.
    pub declared_language: Option<Language>,
    /// Structured facts.
    pub facts: Facts,
}

/// What is wrong with one field of a complaint, and what would mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{field}: {reason}; {remedy}")]
pub struct FieldError {
    /// The field, by the name the API and the import mapping use.
    pub field: String,
    /// Stable code, e.g. `too_long`.
    pub code: String,
    /// What is wrong, in English, without the value itself.
    pub reason: String,
    /// What to do about it.
    pub remedy: String,
}

impl FieldError {
    /// A field error from its four parts.
    pub fn new(field: &str, code: &str, reason: impl Into<String>, remedy: &str) -> Self {
        Self {
            field: field.to_owned(),
            code: code.to_owned(),
            reason: reason.into(),
            remedy: remedy.to_owned(),
        }
    }
}

impl Facts {
    /// The named facts in their fixed order, as `(name, value)`; extra ones are not among them.
    pub fn named(&self) -> [(&'static str, Option<&str>); 8] {
        [
            ("product", self.product.as_deref()),
            ("sub_product", self.sub_product.as_deref()),
            ("issue", self.issue.as_deref()),
            ("sub_issue", self.sub_issue.as_deref()),
            ("company", self.company.as_deref()),
            ("region", self.region.as_deref()),
            ("channel", self.channel.as_deref()),
            ("customer", self.customer.as_deref()),
        ]
    }

    /// What a structured complaint is about, as one line for the learners: product, part, motive,
    /// finer motive. Empty when none is known.
    pub fn as_subject_line(&self) -> String {
        [&self.product, &self.sub_product, &self.issue, &self.sub_issue]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(". ")
    }
}

impl NewComplaint {
    /// Checks every rule a stored complaint keeps and reports all that are broken.
    ///
    /// `now` bounds the date of reception. A complaint must say something: a text, or at least a
    /// product or an issue.
    pub fn check(&self, now: Timestamp) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        check_value("source", &self.source, MAX_FIELD_BYTES, &mut errors);
        if self.source.is_empty() {
            errors.push(FieldError::new(
                "source",
                "missing",
                "is empty",
                "name where the complaint comes from",
            ));
        }
        if let Some(external_id) = &self.external_id {
            check_value("external_id", external_id, MAX_FIELD_BYTES, &mut errors);
        }
        if let Some(text) = &self.text {
            check_value("text", text, MAX_TEXT_BYTES, &mut errors);
        }
        for (name, value) in self.facts.named() {
            if let Some(value) = value {
                check_value(name, value, MAX_FIELD_BYTES, &mut errors);
            }
        }
        if self.facts.extra.len() > MAX_EXTRA_FIELDS {
            errors.push(FieldError::new(
                "extra",
                "too_many",
                format!("has {} fields, at most {MAX_EXTRA_FIELDS} are kept", self.facts.extra.len()),
                "leave out the fields nobody needs",
            ));
        }
        for (name, value) in &self.facts.extra {
            let broken = errors.len();
            check_value(name, value, MAX_FIELD_BYTES, &mut errors);
            for error in &mut errors[broken..] {
                error.field = format!("extra.{name}");
            }
        }
        if self.received_at.0 > now.0.saturating_add(FUTURE_TOLERANCE_US) {
            errors.push(FieldError::new(
                "received_at",
                "in_future",
                "lies in the future",
                "check the date and its order of day and month",
            ));
        }
        if self.received_day < EARLIEST_DAY {
            errors.push(FieldError::new(
                "received_at",
                "too_early",
                format!("lies before {EARLIEST_DAY}"),
                "check the date and its order of day and month",
            ));
        }
        let says_something = self.text.as_deref().is_some_and(|text| !text.trim().is_empty())
            || !self.facts.as_subject_line().is_empty();
        if !says_something {
            errors.push(FieldError::new(
                "text",
                "missing",
                "is empty and there is no product or issue either",
                "send a text, a product or an issue",
            ));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

fn check_value(field: &str, value: &str, max_bytes: usize, errors: &mut Vec<FieldError>) {
    if value.len() > max_bytes {
        errors.push(FieldError::new(
            field,
            "too_long",
            format!("has {} bytes, at most {max_bytes} are kept", value.len()),
            "shorten it or split the complaint",
        ));
    }
    if value.contains('\0') {
        errors.push(FieldError::new(
            field,
            "nul_byte",
            "contains a NUL character",
            "save the file as UTF-8 text and send it again",
        ));
    }
}

/// A stored complaint as the rest of the house sees it: redacted, never the original words.
#[derive(Clone, Debug, PartialEq)]
pub struct Complaint {
    /// Its identity.
    pub id: ComplaintId,
    /// Where it came from.
    pub source: String,
    /// The source's own id.
    pub external_id: Option<String>,
    /// When the organisation received it.
    pub received_at: Timestamp,
    /// The same as a day in the organisation's time zone.
    pub received_day: Day,
    /// The text with personal data replaced; `None` while it waits for redaction or when there is none.
    pub text: Option<String>,
    /// Language of the text.
    pub language: Language,
    /// Structured facts.
    pub facts: Facts,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str) -> NewComplaint {
        NewComplaint {
            source: "test".to_owned(),
            external_id: None,
            received_at: Timestamp(1_700_000_000_000_000),
            received_day: Day(19_675),
            text: Some(text.to_owned()),
            declared_language: None,
            facts: Facts::default(),
        }
    }

    fn codes(complaint: &NewComplaint) -> Vec<(String, String)> {
        let now = Timestamp(1_800_000_000_000_000);
        match complaint.check(now) {
            Ok(()) => Vec::new(),
            Err(errors) => errors.into_iter().map(|error| (error.field, error.code)).collect(),
        }
    }

    #[test]
    fn broken_rules_are_all_reported_by_field() {
        let fine = complaint("me cobraron dos veces");
        assert_eq!(codes(&fine), []);

        let mut broken = complaint(&"x".repeat(MAX_TEXT_BYTES + 1));
        broken.source = String::new();
        broken.received_at = Timestamp(i64::MAX - 1);
        broken.facts.product = Some("a\0b".to_owned());
        let expected = [
            ("source", "missing"),
            ("text", "too_long"),
            ("product", "nul_byte"),
            ("received_at", "in_future"),
        ];
        assert_eq!(codes(&broken), expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    }

    #[test]
    fn a_structured_complaint_needs_no_text() {
        let mut structured = complaint("  ");
        assert_eq!(codes(&structured), [("text".to_owned(), "missing".to_owned())]);
        structured.text = None;
        structured.facts.issue = Some("Negativa a la entrega".to_owned());
        assert_eq!(codes(&structured), []);
    }
}

//! Reading the members of a JSON body one by one. Every mistake is collected and named: a wrong type, a
//! value that is none of the allowed, a member nobody knows, a name that stands there twice.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::str::FromStr;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::domain::complaint::FieldError;
use crate::web::problem::ApiError;

/// Longest part of a sender's member name that is repeated in an answer, in characters.
const SHOWN_NAME_CHARS: usize = 100;
/// Most repeated names reported.
const MAX_REPEATED: usize = 20;

/// The members of a body that have not been read yet, and what was wrong with those that have.
#[derive(Debug)]
pub(super) struct JsonObject {
    members: Map<String, Value>,
    known: Vec<&'static str>,
    errors: Vec<FieldError>,
}

impl JsonObject {
    /// Reads a body. Nesting deeper than serde_json's limit (128) is refused as malformed.
    pub(super) fn parse(body: &[u8]) -> Result<Self, ApiError> {
        refuse_repeated_names(body)?;
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self { members, known: Vec::new(), errors: Vec::new() }),
            Ok(_) => Err(ApiError::MalformedJson { reason: "is JSON, but not an object".to_owned() }),
            Err(error) => Err(malformed(&error)),
        }
    }

    /// A text; absent and `null` are `None`.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        match self.take(name) {
            Value::Null => None,
            Value::String(text) => Some(text),
            _ => {
                self.refuse(name, "wrong_type", "is not a string", "send a string");
                None
            }
        }
    }

    /// True or false; absent and `null` are false.
    pub(super) fn flag(&mut self, name: &'static str) -> bool {
        match self.take(name) {
            Value::Null => false,
            Value::Bool(flag) => flag,
            _ => {
                self.refuse(name, "wrong_type", "is neither true nor false", "send true or false");
                false
            }
        }
    }

    /// A text of at most `max_chars` characters, without blanks around it and without NUL.
    pub(super) fn short_text(&mut self, name: &'static str, max_chars: usize) -> Option<String> {
        let text = self.text(name)?;
        let text = text.trim();
        let length_chars = text.chars().count();
        if length_chars > max_chars {
            let reason = format!("has {length_chars} characters, at most {max_chars} are kept");
            self.refuse(name, "too_long", reason, "shorten it");
        }
        if text.contains('\0') {
            self.refuse(name, "nul_byte", "contains a NUL character", "remove it");
        }
        Some(text.to_owned())
    }

    /// A text that stands for something, e.g. a state: `read` says what, `expected` what it must be.
    pub(super) fn parsed<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let value = read(&text);
        if value.is_none() {
            self.refuse(name, "invalid_value", "is none of the values it may have", expected);
        }
        value
    }

    /// Like [`Self::parsed`], and absence is a mistake.
    pub(super) fn required<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if self.members.get(name).is_none_or(Value::is_null) {
            self.take(name);
            self.refuse(name, "missing", "is missing", expected);
            return None;
        }
        self.parsed(name, expected, read)
    }

    /// Texts by name; absent and `null` are none.
    pub(super) fn texts(&mut self, name: &'static str) -> BTreeMap<String, String> {
        let entries = match self.take(name) {
            Value::Null => return BTreeMap::new(),
            Value::Object(entries) => entries,
            _ => {
                self.refuse(name, "wrong_type", "is not an object", "send an object of strings");
                return BTreeMap::new();
            }
        };
        let count = entries.len();
        let texts: BTreeMap<String, String> = entries
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())))
            .collect();
        if texts.len() < count {
            self.refuse(
                name,
                "wrong_type",
                "holds something that is not a string",
                "send an object of strings",
            );
        }
        texts
    }

    /// A list of ids, at most `max` of them; absent and `null` are the empty list.
    pub(super) fn ids<T: FromStr>(&mut self, name: &'static str, max: usize) -> Vec<T> {
        let items = match self.take(name) {
            Value::Null => return Vec::new(),
            Value::Array(items) => items,
            _ => {
                self.refuse(name, "wrong_type", "is not a list", "send a list of ids");
                return Vec::new();
            }
        };
        if items.len() > max {
            let reason = format!("has {} entries, at most {max} are taken", items.len());
            self.refuse(name, "too_many", reason, "send fewer");
            return Vec::new();
        }
        let ids: Vec<T> =
            items.iter().filter_map(|item| item.as_str().and_then(|text| text.parse().ok())).collect();
        if ids.len() < items.len() {
            self.refuse(name, "invalid_value", "holds something that is not an id", "send a list of ids");
        }
        ids
    }

    /// Adds mistakes found elsewhere.
    pub(super) fn refuse_all(&mut self, errors: Vec<FieldError>) {
        self.errors.extend(errors);
    }

    /// Ends reading: members nobody asked for are mistakes, and any mistake refuses the request.
    pub(super) fn finish(mut self) -> Result<(), ApiError> {
        let known = format!("leave it out; known members are: {}", self.known.join(", "));
        for name in std::mem::take(&mut self.members).keys() {
            self.refuse(&shown(name), "unknown_member", "is not a member of this body", &known);
        }
        if self.errors.is_empty() { Ok(()) } else { Err(ApiError::InvalidFields { errors: self.errors }) }
    }

    /// Ends reading like [`Self::finish`] and gives what was required, which is there unless refused.
    pub(super) fn finish_with<T>(self, required: Option<T>) -> Result<T, ApiError> {
        self.finish()?;
        required.ok_or_else(|| ApiError::internal("something required was neither there nor refused"))
    }

    fn take(&mut self, name: &'static str) -> Value {
        self.known.push(name);
        self.members.remove(name).unwrap_or(Value::Null)
    }

    /// Notes a mistake.
    pub(super) fn refuse(&mut self, field: &str, code: &str, reason: impl Into<String>, remedy: &str) {
        self.errors.push(FieldError::new(field, code, reason, remedy));
    }
}

/// Refuses a body in which an object has two members of one name, at any depth: readers disagree on
/// which of them counts (RFC 8259 §4).
pub(super) fn refuse_repeated_names(body: &[u8]) -> Result<(), ApiError> {
    let mut repeated = Vec::new();
    let mut reader = serde_json::Deserializer::from_slice(body);
    Names { repeated: &mut repeated }
        .deserialize(&mut reader)
        .and_then(|()| reader.end())
        .map_err(|error| malformed(&error))?;
    if repeated.is_empty() {
        return Ok(());
    }
    let errors = repeated
        .iter()
        .map(|name| FieldError::new(&shown(name), "repeated_member", "stands there twice", "send it once"))
        .collect();
    Err(ApiError::InvalidFields { errors })
}

fn malformed(error: &serde_json::Error) -> ApiError {
    // A syntax error names line, column and what was expected, never the text itself.
    ApiError::MalformedJson { reason: format!("is not valid JSON: {error}") }
}

fn shown(name: &str) -> String {
    name.chars().take(SHOWN_NAME_CHARS).collect()
}

/// Walks a value for repeated names and keeps nothing else of it.
struct Names<'a> {
    repeated: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Names<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Names<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Names { repeated: self.repeated })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if seen.contains(&name) {
                if self.repeated.len() < MAX_REPEATED {
                    self.repeated.push(name);
                }
                members.next_value::<IgnoredAny>()?;
                continue;
            }
            members.next_value_seed(Names { repeated: self.repeated })?;
            seen.insert(name);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(error: ApiError) -> Vec<(String, String)> {
        error.into_field_problems().into_iter().map(|problem| (problem.field, problem.code)).collect()
    }

    #[test]
    fn every_mistake_is_named() {
        let mut object =
            JsonObject::parse(br#"{"a": 1, "b": "x", "other": null, "ids": ["?"]}"#).expect("an object");
        assert_eq!(object.text("a"), None);
        assert_eq!(object.parsed("b", "send y", |text| (text == "y").then_some(())), None);
        assert_eq!(object.required("c", "send c", |text| Some(text.to_owned())), None);
        assert_eq!(object.ids::<u32>("ids", 3), Vec::<u32>::new());
        let expected = [
            ("a", "wrong_type"),
            ("b", "invalid_value"),
            ("c", "missing"),
            ("ids", "invalid_value"),
            ("other", "unknown_member"),
        ];
        let expected = expected.map(|(field, code)| (field.to_owned(), code.to_owned()));
        assert_eq!(codes(object.finish().expect_err("five mistakes")), expected);
    }

    #[test]
    fn repeated_names_are_found_at_any_depth() {
        let cases: [(&str, &[&str]); 5] = [
            (r#"{"a":1,"b":[1,true,null,2.5,"x"]}"#, &[]),
            (r#"{"a":1,"a":1}"#, &["a"]),
            (r#"{"a":{"b":1,"c":2,"b":3}}"#, &["b"]),
            (r#"[{"a":1},{"a":1}]"#, &[]),
            (r#"{"\u0061":1,"a":1}"#, &["a"]),
        ];
        for (text, expected) in cases {
            let found = match refuse_repeated_names(text.as_bytes()) {
                Ok(()) => Vec::new(),
                Err(error) => codes(error).into_iter().map(|(field, _)| field).collect(),
            };
            assert_eq!(found, expected, "{text}");
        }
    }
}

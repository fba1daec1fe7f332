//! Reading what stands in the address: ids in the path and parameters after the question mark. Every
//! mistake is collected and named; a parameter nobody reads is one.

use std::ops::RangeInclusive;
use std::str::FromStr;

use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;

use crate::domain::complaint::FieldError;
use crate::domain::time::{Day, Timestamp};
use crate::web::params::Question;
use crate::web::problem::ApiError;

/// Most parameters one address may carry.
const MAX_PARAMETERS: usize = 500;
/// Longest part of a parameter's name that is repeated in an answer, in characters.
const SHOWN_NAME_CHARS: usize = 100;

/// The parameters that have not been read yet, and what was wrong with those that have.
#[derive(Debug)]
pub(super) struct Parameters {
    pairs: Vec<(String, String)>,
    known: Vec<&'static str>,
    errors: Vec<FieldError>,
}

/// Refuses any parameter.
#[derive(Debug)]
pub(super) struct NoParameters;

/// The id in the path. Something that is no id names nothing, which is "not found".
#[derive(Debug)]
pub(super) struct Id<T>(pub(super) T);

/// The two ids in the path, in order.
#[derive(Debug)]
pub(super) struct TwoIds<A, B>(pub(super) A, pub(super) B);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|_| {
            let error =
                FieldError::new("query", "malformed", "cannot be read", "write name=value&name=value");
            ApiError::InvalidParameters { errors: vec![error] }
        })?;
        let mut parameters = Self { pairs, known: Vec::new(), errors: Vec::new() };
        if parameters.pairs.len() > MAX_PARAMETERS {
            let reason =
                format!("has {} parameters, at most {MAX_PARAMETERS} are read", parameters.pairs.len());
            parameters.refuse("query", "too_many", reason, "send fewer");
            return Err(ApiError::InvalidParameters { errors: parameters.errors });
        }
        let is_unreadable = |text: &str| text.contains(['\0', char::REPLACEMENT_CHARACTER]);
        for (name, value) in &parameters.pairs {
            if is_unreadable(name) || is_unreadable(value) {
                parameters.errors.push(FieldError::new(
                    &shown(name),
                    "not_text",
                    "holds a NUL character or is not UTF-8",
                    "percent-encode it as UTF-8 text",
                ));
            }
        }
        Ok(parameters)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for NoParameters {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Parameters::from_request_parts(parts, state).await?.finish().map(|()| Self)
    }
}

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Id<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Ok(Path(id)) = parts.extract::<Path<String>>().await else { return Err(nothing_here()) };
        id.parse().map(Self).map_err(|_| nothing_here())
    }
}

impl<S: Send + Sync, A: FromStr, B: FromStr> FromRequestParts<S> for TwoIds<A, B> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Ok(Path((first, second))) = parts.extract::<Path<(String, String)>>().await else {
            return Err(nothing_here());
        };
        match (first.parse(), second.parse()) {
            (Ok(first), Ok(second)) => Ok(Self(first, second)),
            _ => Err(nothing_here()),
        }
    }
}

fn nothing_here() -> ApiError {
    ApiError::NotFound { what: "resource of that id" }
}

impl Parameters {
    /// All values of a parameter that may be repeated.
    pub(super) fn many(&mut self, name: &'static str) -> Vec<String> {
        self.known.push(name);
        let (taken, rest) = std::mem::take(&mut self.pairs).into_iter().partition(|(given, _)| given == name);
        self.pairs = rest;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, value)| value).collect()
    }

    /// The value of a parameter that stands there once at most.
    pub(super) fn one(&mut self, name: &'static str) -> Option<String> {
        let mut values = self.many(name);
        if values.len() > 1 {
            self.refuse(name, "repeated_parameter", "stands there more than once", "send it once");
        }
        values.pop()
    }

    /// A value that stands for something: `read` says what, `expected` what it must be.
    pub(super) fn parsed<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.one(name)?;
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
        if !self.pairs.iter().any(|(given, _)| given == name) {
            self.known.push(name);
            self.refuse(name, "missing", "is missing", expected);
            return None;
        }
        self.parsed(name, expected, read)
    }

    /// A day such as `2026-11-12`.
    pub(super) fn day(&mut self, name: &'static str) -> Option<Day> {
        self.parsed(name, "write a day such as 2026-11-12", Day::from_iso)
    }

    /// An instant such as `2026-11-12T08:00:00Z`.
    pub(super) fn instant(&mut self, name: &'static str) -> Option<Timestamp> {
        self.parsed(name, "write an instant such as 2026-11-12T08:00:00Z", Timestamp::from_rfc3339)
    }

    /// A whole number within `range`; `default` when it is not there.
    pub(super) fn number(
        &mut self,
        name: &'static str,
        default: usize,
        range: RangeInclusive<usize>,
    ) -> usize {
        let expected = format!("write a whole number from {} to {}", range.start(), range.end());
        self.parsed(name, &expected, |text| text.parse().ok().filter(|number| range.contains(number)))
            .unwrap_or(default)
    }

    /// The question about complaints. It is read by the same rules as the pages' addresses.
    pub(super) fn into_question(mut self) -> Result<Question, ApiError> {
        match Question::read(&self.pairs) {
            Ok(question) => {
                self.pairs.clear();
                self.finish_with(Some(question))
            }
            Err((_, errors)) => {
                self.errors.extend(errors.iter().map(|error| {
                    let name = shown(error.parameter().unwrap_or("query"));
                    FieldError::new(&name, error.code(), error.to_string(), "change it as the reason says")
                }));
                Err(ApiError::InvalidParameters { errors: self.errors })
            }
        }
    }

    /// Notes a mistake.
    pub(super) fn refuse(&mut self, name: &str, code: &str, reason: impl Into<String>, remedy: &str) {
        self.errors.push(FieldError::new(name, code, reason, remedy));
    }

    /// Ends reading: parameters nobody asked for are mistakes, and any mistake refuses the request.
    pub(super) fn finish(mut self) -> Result<(), ApiError> {
        let remedy = if self.known.is_empty() {
            "leave it out; there are no parameters here".to_owned()
        } else {
            format!("leave it out; known parameters are: {}", self.known.join(", "))
        };
        for (name, _) in std::mem::take(&mut self.pairs) {
            self.refuse(&shown(&name), "unknown_parameter", "is not a parameter of this resource", &remedy);
        }
        if self.errors.is_empty() { Ok(()) } else { Err(ApiError::InvalidParameters { errors: self.errors }) }
    }

    /// Ends reading like [`Self::finish`] and gives what was required, which is there unless refused.
    pub(super) fn finish_with<T>(self, required: Option<T>) -> Result<T, ApiError> {
        self.finish()?;
        required.ok_or_else(|| ApiError::internal("something required was neither there nor refused"))
    }
}

fn shown(name: &str) -> String {
    name.chars().take(SHOWN_NAME_CHARS).collect()
}

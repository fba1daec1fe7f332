//! URL parameters ⇄ a question about complaints. The search page, its links, the JSON API and the export
//! read the same parameters, and none is ignored: an unknown one is an error that names it.

use std::str::FromStr;

use thiserror::Error;

use crate::domain::filter::{Field, Filter, Sort};
use crate::domain::time::Day;
use crate::search::hits::{Cursor, MAX_FACET_SIZE, MAX_PAGE_SIZE, Page};

/// Rows of a page when none are asked for.
pub const DEFAULT_PAGE_SIZE: usize = 25;
/// Values of a facet when none are asked for.
pub const DEFAULT_FACET_SIZE: usize = 8;
/// Most parameters one address may have.
pub const MAX_PAIRS: usize = 2_000;

/// Everything an address can ask about complaints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Which complaints.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Which rows of the answer.
    pub page: Page,
    /// Fields whose values are to be counted.
    pub facets: Vec<Field>,
    /// How many values of each.
    pub facet_size: usize,
}

impl Default for Question {
    fn default() -> Self {
        Self {
            filter: Filter::default(),
            sort: Sort::default(),
            page: Page { limit: DEFAULT_PAGE_SIZE, after: None },
            facets: Vec::new(),
            facet_size: DEFAULT_FACET_SIZE,
        }
    }
}

/// A parameter that cannot be read, with what it may be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ParamError {
    /// No such parameter.
    #[error("unknown parameter `{name}`; remove it or choose one of: {}", known_names().join(", "))]
    Unknown {
        /// Its name.
        name: String,
    },
    /// A parameter that may come once came again.
    #[error("parameter `{name}` comes twice; keep one")]
    Repeated {
        /// Its name.
        name: String,
    },
    /// Not a day.
    #[error("`{name}` must be a day such as 2026-11-12, not `{value}`")]
    Day {
        /// Which parameter.
        name: String,
        /// What it was.
        value: String,
    },
    /// Not a number in the range.
    #[error("`{name}` must be a whole number from {least} to {most}, not `{value}`")]
    Number {
        /// Which parameter.
        name: String,
        /// What it was.
        value: String,
        /// Smallest number taken.
        least: usize,
        /// Largest number taken.
        most: usize,
    },
    /// Not an order.
    #[error("`sort` must be relevance, newest or oldest, not `{value}`")]
    Sort {
        /// What it was.
        value: String,
    },
    /// Not a field that can be counted.
    #[error("`facets` names an unknown field `{value}`; choose from: {}", field_names().join(", "))]
    Facet {
        /// What it was.
        value: String,
    },
    /// Not a cursor.
    #[error("`after` must be the `next` of an earlier answer; start again without it")]
    Cursor,
    /// Too many parameters to be meant.
    #[error("the address has {count} parameters, at most {MAX_PAIRS} are read")]
    TooMany {
        /// How many there were.
        count: usize,
    },
}

impl ParamError {
    /// The stable code by which screens and the API name this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unknown_parameter",
            Self::Repeated { .. } => "repeated_parameter",
            Self::Day { .. } => "bad_day",
            Self::Number { .. } => "bad_number",
            Self::Sort { .. } => "bad_sort",
            Self::Facet { .. } => "bad_facet",
            Self::Cursor => "bad_cursor",
            Self::TooMany { .. } => "too_many_parameters",
        }
    }

    /// The parameter it is about.
    pub fn parameter(&self) -> Option<&str> {
        match self {
            Self::Unknown { name }
            | Self::Repeated { name }
            | Self::Day { name, .. }
            | Self::Number { name, .. } => Some(name),
            Self::Sort { .. } => Some("sort"),
            Self::Facet { .. } => Some("facets"),
            Self::Cursor => Some("after"),
            Self::TooMany { .. } => None,
        }
    }
}

impl Question {
    /// Reads decoded `(name, value)` pairs. Field names may repeat (values are joined by *or*; an empty
    /// one stands for "has none"); `q`, `from`, `to`, `sort`, `limit`, `after`, `facets` (names joined by
    /// commas) and `facet_size` come once, and are as good as absent when empty, as forms send them.
    ///
    /// # Errors
    /// All parameters that cannot be read; the question holds what could be read of the others.
    pub fn read(pairs: &[(String, String)]) -> Result<Self, (Box<Self>, Vec<ParamError>)> {
        let mut question = Self::default();
        let mut errors = Vec::new();
        if pairs.len() > MAX_PAIRS {
            errors.push(ParamError::TooMany { count: pairs.len() });
            return Err((Box::new(question), errors));
        }
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in pairs {
            if let Some(field) = Field::from_name(name) {
                let values = question.filter.values.entry(field).or_default();
                if !values.contains(value) {
                    values.push(value.clone());
                }
                continue;
            }
            if seen.contains(&name.as_str()) {
                errors.push(ParamError::Repeated { name: name.clone() });
                continue;
            }
            seen.push(name);
            if let Err(error) = question.take(name, value) {
                errors.push(error);
            }
        }
        if errors.is_empty() { Ok(question) } else { Err((Box::new(question), errors)) }
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), ParamError> {
        let text = value.trim();
        match name {
            "q" => text.clone_into(&mut self.filter.words),
            "from" => self.filter.from = day(name, text)?,
            "to" => self.filter.to = day(name, text)?,
            "sort" if !text.is_empty() => {
                self.sort =
                    Sort::from_name(text).ok_or_else(|| ParamError::Sort { value: text.to_owned() })?;
            }
            "limit" if !text.is_empty() => self.page.limit = number(name, text, 1, MAX_PAGE_SIZE)?,
            "facet_size" if !text.is_empty() => self.facet_size = number(name, text, 1, MAX_FACET_SIZE)?,
            "after" if !text.is_empty() => {
                self.page.after = Some(Cursor::from_str(text).map_err(|_| ParamError::Cursor)?);
            }
            "facets" if !text.is_empty() => {
                for part in text.split(',').map(str::trim) {
                    let field =
                        Field::from_name(part).ok_or_else(|| ParamError::Facet { value: part.to_owned() })?;
                    if !self.facets.contains(&field) {
                        self.facets.push(field);
                    }
                }
            }
            "sort" | "limit" | "facet_size" | "after" | "facets" => {}
            _ => return Err(ParamError::Unknown { name: name.to_owned() }),
        }
        Ok(())
    }

    /// The question as pairs that [`Self::read`] reads back; what is at its default is left out.
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.filter.to_pairs();
        let by_default = Self::default();
        if self.sort != by_default.sort {
            pairs.push(("sort", self.sort.name().to_owned()));
        }
        if self.page.limit != by_default.page.limit {
            pairs.push(("limit", self.page.limit.to_string()));
        }
        pairs.extend(self.page.after.map(|cursor| ("after", cursor.to_string())));
        if !self.facets.is_empty() {
            let names: Vec<&str> = self.facets.iter().map(|field| field.name()).collect();
            pairs.push(("facets", names.join(",")));
        }
        if self.facet_size != by_default.facet_size {
            pairs.push(("facet_size", self.facet_size.to_string()));
        }
        pairs
    }
}

/// `path?name=value&…`, encoded as forms do (WHATWG URL, application/x-www-form-urlencoded); without
/// pairs the path alone.
pub fn address<N: AsRef<str>, V: AsRef<str>>(path: &str, pairs: &[(N, V)]) -> String {
    let mut address = path.to_owned();
    for (at, (name, value)) in pairs.iter().enumerate() {
        address.push(if at == 0 { '?' } else { '&' });
        encode(name.as_ref(), &mut address);
        address.push('=');
        encode(value.as_ref(), &mut address);
    }
    address
}

fn encode(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => {
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
}

fn day(name: &str, text: &str) -> Result<Option<Day>, ParamError> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || ParamError::Day { name: name.to_owned(), value: text.to_owned() };
    Day::from_iso(text).map(Some).ok_or_else(wrong)
}

fn number(name: &str, text: &str, least: usize, most: usize) -> Result<usize, ParamError> {
    text.parse().ok().filter(|number| (least..=most).contains(number)).ok_or_else(|| ParamError::Number {
        name: name.to_owned(),
        value: text.to_owned(),
        least,
        most,
    })
}

fn field_names() -> Vec<&'static str> {
    Field::ALL.iter().map(|field| field.name()).collect()
}

fn known_names() -> Vec<&'static str> {
    let single = ["q", "from", "to", "sort", "limit", "after", "facets", "facet_size"];
    single.into_iter().chain(field_names()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn every_parameter_is_read_or_named() {
        let fine = pairs(&[
            ("q", " cobro "),
            ("company", "Banco A"),
            ("company", "Banco B"),
            ("channel", ""),
            ("from", "2026-01-01"),
            ("to", ""),
            ("sort", "newest"),
            ("limit", "10"),
            ("facets", "company,region"),
        ]);
        let question = Question::read(&fine).expect("all known");
        assert_eq!(question.filter.words, "cobro");
        assert_eq!(question.filter.values[&Field::Company], ["Banco A", "Banco B"]);
        assert_eq!(question.filter.values[&Field::Channel], [""]);
        assert_eq!(question.filter.to, None);
        assert_eq!((question.sort, question.page.limit), (Sort::Newest, 10));
        assert_eq!(question.facets, [Field::Company, Field::Region]);

        let broken = pairs(&[
            ("compny", "x"),
            ("from", "12/11/2026"),
            ("limit", "0"),
            ("sort", "price"),
            ("after", "n12"),
            ("facets", "company,shoes"),
            ("q", "a"),
            ("q", "b"),
        ]);
        let (kept, errors) = Question::read(&broken).expect_err("nothing but the words is right");
        let codes: Vec<_> = errors.iter().map(|error| (error.code(), error.parameter())).collect();
        assert_eq!(
            codes,
            [
                ("unknown_parameter", Some("compny")),
                ("bad_day", Some("from")),
                ("bad_number", Some("limit")),
                ("bad_sort", Some("sort")),
                ("bad_cursor", Some("after")),
                ("bad_facet", Some("facets")),
                ("repeated_parameter", Some("q")),
            ]
        );
        assert_eq!(kept.filter.words, "a", "what could be read is kept for the form");
    }

    #[test]
    fn addresses_are_encoded() {
        assert_eq!(address("/buscar", &[("q", "año & más")]), "/buscar?q=a%C3%B1o+%26+m%C3%A1s");
        assert_eq!(address::<&str, &str>("/buscar", &[]), "/buscar");
    }

    proptest! {
        #[test]
        fn a_question_survives_its_address(
            words in "[a-zñ\" *-]{0,12}",
            companies in prop::collection::vec("\\PC{0,8}", 0..3),
            days in (prop::option::of(0..30_000_i32), prop::option::of(0..30_000_i32)),
            limit in 1..=MAX_PAGE_SIZE,
        ) {
            let mut question = Question::default();
            words.trim().clone_into(&mut question.filter.words);
            for company in companies {
                let values = question.filter.values.entry(Field::Company).or_default();
                if !values.contains(&company) {
                    values.push(company);
                }
            }
            question.filter.from = days.0.map(Day);
            question.filter.to = days.1.map(Day);
            question.page.limit = limit;
            let written: Vec<(String, String)> =
                question.to_pairs().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            prop_assert_eq!(Question::read(&written), Ok(question));
        }
    }
}

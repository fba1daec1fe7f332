//! Makes a checked complaint of the cells of one row, whatever kind of file they come from.

use std::borrow::Cow;

use jiff::civil;
use jiff::tz::TimeZone;

use crate::domain::complaint::{Facts, FieldError, MAX_EXTRA_FIELDS, MAX_FIELD_BYTES, NewComplaint};
use crate::domain::language::Language;
use crate::domain::time::{Day, Timestamp};
use crate::intake::columns::{FieldName, without_accent};
use crate::intake::dates::{self, DateOrder, Moment};

/// What exports write where there is nothing.
const EMPTY_TOKENS: [&str; 8] = ["n/a", "na", "nan", "null", "none", "-", "--", "s/d"];

/// What a cell is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// It fills a field.
    Field(FieldName),
    /// It is an extra.
    Extra,
    /// Nobody reads it.
    Unread,
}

/// The cells of one row, sorted by what they are for.
#[derive(Debug, Default)]
pub(super) struct Cells<'a> {
    fields: [Option<Cow<'a, str>>; FieldName::ALL.len()],
    extra: Vec<(String, String)>,
    extras_dropped: u64,
}

impl<'a> Cells<'a> {
    /// Takes a value for a field. Blank values and what exports write for them count as absent.
    pub fn put_field(&mut self, field: FieldName, value: Cow<'a, str>) {
        if let Some(value) = stated(value) {
            self.fields[field.index()] = Some(value);
        }
    }

    /// Takes a value for an extra of this name, unless it is too long or one too many.
    pub fn put_extra(&mut self, name: &str, value: Cow<'a, str>) {
        let Some(value) = stated(value) else { return };
        if value.len() > MAX_FIELD_BYTES || self.extra.len() >= MAX_EXTRA_FIELDS {
            self.extras_dropped += 1;
            return;
        }
        self.extra.push((name.to_owned(), value.into_owned()));
    }

    /// Whether no cell holds anything.
    pub fn is_blank(&self) -> bool {
        self.extra.is_empty() && self.extras_dropped == 0 && self.fields.iter().all(Option::is_none)
    }

    fn take(&mut self, field: FieldName) -> Option<String> {
        self.fields[field.index()].take().map(Cow::into_owned)
    }
}

/// The value without blanks around it, unless nothing is left.
fn stated(value: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let trimmed = value.trim();
    let is_token = trimmed.len() <= 4 && EMPTY_TOKENS.iter().any(|token| trimmed.eq_ignore_ascii_case(token));
    if trimmed.is_empty() || is_token {
        return None;
    }
    Some(match value {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.len() == trimmed.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    })
}

/// What makes complaints of cells.
#[derive(Debug)]
pub(super) struct Assembler {
    /// Source of rows that name none.
    pub source: String,
    /// Order of day and month.
    pub order: DateOrder,
    /// Reception of rows without a date; `None` when a column says it and a row without one is wrong.
    pub received_when_absent: Option<(Timestamp, Day)>,
    /// The organisation's zone.
    pub zone: TimeZone,
    /// The time of reading.
    pub now: Timestamp,
    /// Values of extras that were left out so far.
    pub extras_dropped: u64,
    /// Start of the day that was asked for last: dates of neighbouring rows repeat.
    last_start: Option<(civil::Date, Timestamp)>,
}

impl Assembler {
    /// An assembler that has left out nothing yet.
    pub fn new(
        source: String,
        order: DateOrder,
        received_when_absent: Option<(Timestamp, Day)>,
        zone: TimeZone,
        now: Timestamp,
    ) -> Self {
        Self { source, order, received_when_absent, zone, now, extras_dropped: 0, last_start: None }
    }

    /// Makes and checks one complaint; the first rule it breaks is the error.
    pub fn assemble(&mut self, mut cells: Cells<'_>) -> Result<NewComplaint, FieldError> {
        self.extras_dropped += cells.extras_dropped;
        let (received_at, received_day) = match cells.fields[FieldName::ReceivedAt.index()].take() {
            Some(value) => match dates::parse(&value, self.order) {
                Some(moment) => self.reception(moment),
                None => return Err(self.no_date(&value)),
            },
            None => self.received_when_absent.ok_or_else(|| {
                FieldError::new(
                    "received_at",
                    "missing",
                    "is empty",
                    "fill in the date the complaint was received",
                )
            })?,
        };
        let complaint = NewComplaint {
            source: cells.take(FieldName::Source).unwrap_or_else(|| self.source.clone()),
            external_id: cells.take(FieldName::ExternalId),
            received_at,
            received_day,
            text: cells.take(FieldName::Text),
            declared_language: cells.take(FieldName::Language).and_then(|value| language_of(&value)),
            facts: Facts {
                product: cells.take(FieldName::Product),
                sub_product: cells.take(FieldName::SubProduct),
                issue: cells.take(FieldName::Issue),
                sub_issue: cells.take(FieldName::SubIssue),
                company: cells.take(FieldName::Company),
                region: cells.take(FieldName::Region),
                channel: cells.take(FieldName::Channel),
                customer: cells.take(FieldName::Customer),
                extra: cells.extra.into_iter().collect(),
            },
        };
        match complaint.check(self.now) {
            Ok(()) => Ok(complaint),
            Err(errors) => Err(errors.into_iter().next().unwrap_or_else(|| {
                FieldError::new("row", "invalid", "breaks a rule", "check the row against the field list")
            })),
        }
    }

    /// The instant and the day of a reception, in the organisation's zone.
    pub fn reception(&mut self, moment: Moment) -> (Timestamp, Day) {
        match moment {
            Moment::Day(date) => {
                let day = Day::from_civil(date);
                match self.last_start {
                    Some((known, start)) if known == date => (start, day),
                    _ => {
                        let start = day.start_in(&self.zone);
                        self.last_start = Some((date, start));
                        (start, day)
                    }
                }
            }
            Moment::Local(local) => {
                let instant = self.zone.to_timestamp(local);
                let instant = instant.map_or(Timestamp(0), |instant| Timestamp(instant.as_microsecond()));
                (instant, Day::from_civil(local.date()))
            }
            Moment::Instant(instant) => (instant, instant.day_in(&self.zone)),
        }
    }

    fn no_date(&self, value: &str) -> FieldError {
        let other = match self.order {
            DateOrder::DayFirst => DateOrder::MonthFirst,
            DateOrder::MonthFirst => DateOrder::DayFirst,
        };
        if dates::parse(value, other).is_some() {
            let (read, remedy) = match self.order {
                DateOrder::DayFirst => {
                    ("day first", "import the file with --date-order mdy if all its dates are")
                }
                DateOrder::MonthFirst => {
                    ("month first", "import the file with --date-order dmy if all its dates are")
                }
            };
            return FieldError::new(
                "received_at",
                "date_order",
                format!("is no date when read {read}"),
                remedy,
            );
        }
        FieldError::new(
            "received_at",
            "not_a_date",
            "is not a date",
            "write it as 2026-11-12 or 2026-11-12T08:30:00Z",
        )
    }
}

/// The language a value states: a code or a name. A value that is neither states none.
fn language_of(value: &str) -> Option<Language> {
    const NAMES: [(&str, Language); 14] = [
        ("spanish", Language::Spanish),
        ("espanol", Language::Spanish),
        ("castellano", Language::Spanish),
        ("english", Language::English),
        ("ingles", Language::English),
        ("portuguese", Language::Portuguese),
        ("portugues", Language::Portuguese),
        ("french", Language::French),
        ("frances", Language::French),
        ("german", Language::German),
        ("aleman", Language::German),
        ("italian", Language::Italian),
        ("italiano", Language::Italian),
        ("catalan", Language::Catalan),
    ];
    let folded: String = value.chars().flat_map(char::to_lowercase).map(without_accent).collect();
    if let Some((_, language)) = NAMES.iter().find(|(name, _)| *name == folded) {
        return Some(*language);
    }
    let primary = folded.split(['-', '_']).next().unwrap_or_default();
    let is_code = matches!(primary.len(), 2 | 3) && primary.bytes().all(|byte| byte.is_ascii_lowercase());
    match Language::from_code(primary) {
        Language::Unknown => None,
        language => is_code.then_some(language),
    }
}

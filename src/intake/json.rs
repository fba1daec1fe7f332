//! One complaint from one JSON object: strictly, for the API, and leniently, for files.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::domain::complaint::{Facts, FieldError, NewComplaint};
use crate::domain::language::Language;
use crate::domain::time::{Day, Timestamp};
use crate::intake::columns::FieldName;
use crate::intake::dates::{self, Moment};

/// Objects inside objects are taken apart down to here; what lies deeper is left out.
const MAX_FLATTENED_DEPTH: usize = 4;
/// Most members one object is taken apart into.
const MAX_MEMBERS: usize = 1_024;

/// How to read one object of the API.
#[derive(Clone, Debug)]
pub struct ObjectRules<'a> {
    /// The organisation's time zone: dates without one are read in it, and days are counted in it.
    pub zone: &'a TimeZone,
    /// The time of reading.
    pub now: Timestamp,
    /// Source of an object that names none; `None` refuses such an object.
    pub default_source: Option<&'a str>,
    /// Reception of an object that has none; `None` refuses such an object.
    pub default_received_at: Option<Timestamp>,
    /// What becomes of members that are no field.
    pub unknown_members: UnknownMembers,
}

/// What becomes of members that are no field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownMembers {
    /// Each is an error that names it.
    Refuse,
    /// Each is an extra, as far as it is a plain value.
    Keep,
}

/// Reads a complaint from a JSON object with the members `external_id`, `source`, `received_at`, `text`,
/// `language`, `product`, `sub_product`, `issue`, `sub_issue`, `company`, `region`, `channel`, `customer`
/// and `extra` (an object of plain values).
///
/// `received_at` is RFC 3339, an ISO date, an ISO date and time in the organisation's zone, or seconds
/// or milliseconds since 1970. Blank strings count as absent. Nothing is guessed.
///
/// # Errors
/// Everything that is wrong, field by field; `body` when it is no JSON object at all. The result has
/// passed `NewComplaint::check`.
pub fn complaint_from_json(body: &[u8], rules: &ObjectRules<'_>) -> Result<NewComplaint, Vec<FieldError>> {
    let members = match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => members,
        Ok(_) => {
            return Err(vec![FieldError::new(
                "body",
                "not_an_object",
                "is not a JSON object",
                "send one object",
            )]);
        }
        Err(error) => {
            let reason = format!("is not valid JSON: {error}");
            return Err(vec![FieldError::new("body", "not_json", reason, "send one JSON object in UTF-8")]);
        }
    };
    let mut errors = Vec::new();
    let mut facts = Facts::default();
    let mut text = None;
    let mut language = None;
    let mut source = None;
    let mut external_id = None;
    let mut received_at = None;
    for (name, value) in members {
        if name == "extra" {
            take_extra(value, &mut facts, &mut errors);
            continue;
        }
        let Some(field) = FieldName::parse(&name) else {
            take_unknown(name, value, rules.unknown_members, &mut facts, &mut errors);
            continue;
        };
        if field == FieldName::ReceivedAt {
            received_at = take_reception(&value, rules.zone, &mut errors);
            continue;
        }
        let value = take_string(field, value, &mut errors);
        match field {
            FieldName::ReceivedAt => {}
            FieldName::ExternalId => external_id = value,
            FieldName::Source => source = value,
            FieldName::Text => text = value,
            FieldName::Language => language = value.map(|code| Language::from_code(&code)),
            FieldName::Product => facts.product = value,
            FieldName::SubProduct => facts.sub_product = value,
            FieldName::Issue => facts.issue = value,
            FieldName::SubIssue => facts.sub_issue = value,
            FieldName::Company => facts.company = value,
            FieldName::Region => facts.region = value,
            FieldName::Channel => facts.channel = value,
            FieldName::Customer => facts.customer = value,
        }
    }
    let is_reported = |errors: &[FieldError], field: &str| errors.iter().any(|error| error.field == field);
    if received_at.is_none() && !is_reported(&errors, "received_at") {
        received_at = rules.default_received_at.map(|instant| (instant, instant.day_in(rules.zone)));
        if received_at.is_none() {
            errors.push(missing(
                "received_at",
                "say when the complaint was received, e.g. 2026-11-12T08:30:00Z",
            ));
        }
    }
    let (received_at, received_day) = received_at.unwrap_or((rules.now, rules.now.day_in(rules.zone)));
    let complaint = NewComplaint {
        source: source.or_else(|| rules.default_source.map(str::to_owned)).unwrap_or_default(),
        external_id,
        received_at,
        received_day,
        text,
        declared_language: language.filter(|language| *language != Language::Unknown),
        facts,
    };
    if let Err(broken_rules) = complaint.check(rules.now) {
        // A member of the wrong type is absent now; that it is absent is not a second fault.
        errors.extend(
            broken_rules
                .into_iter()
                .filter(|error| error.code != "missing" || !is_reported(&errors, &error.field))
                .collect::<Vec<_>>(),
        );
    }
    if errors.is_empty() { Ok(complaint) } else { Err(errors) }
}

fn missing(field: &str, remedy: &str) -> FieldError {
    FieldError::new(field, "missing", "is missing", remedy)
}

fn take_unknown(
    name: String,
    value: Value,
    unknown: UnknownMembers,
    facts: &mut Facts,
    errors: &mut Vec<FieldError>,
) {
    match unknown {
        UnknownMembers::Refuse => {
            let shown: String = name.chars().take(100).collect();
            let names = FieldName::ALL.map(FieldName::as_str).join(", ");
            let reason = format!("is not a member of a complaint; these are: {names}, extra");
            errors.push(FieldError::new(
                &shown,
                "unknown_member",
                reason,
                "leave it out or put it into `extra`",
            ));
        }
        UnknownMembers::Keep => {
            if let Some(value) = plain(value) {
                facts.extra.insert(name, value);
            }
        }
    }
}

fn take_extra(value: Value, facts: &mut Facts, errors: &mut Vec<FieldError>) {
    let entries = match value {
        Value::Object(entries) => entries,
        Value::Null => return,
        _ => {
            errors.push(FieldError::new(
                "extra",
                "wrong_type",
                "is not an object",
                "send an object of plain values",
            ));
            return;
        }
    };
    for (name, value) in entries {
        let is_nested = value.is_object() || value.is_array();
        if is_nested {
            let field = format!("extra.{}", name.chars().take(100).collect::<String>());
            errors.push(FieldError::new(
                &field,
                "wrong_type",
                "is not a plain value",
                "send a string, number or boolean",
            ));
        } else if let Some(value) = plain(value) {
            facts.extra.insert(name, value);
        }
    }
}

/// A string without blanks around it; an id may be a whole number too.
fn take_string(field: FieldName, value: Value, errors: &mut Vec<FieldError>) -> Option<String> {
    let may_be_number = matches!(field, FieldName::ExternalId | FieldName::Customer);
    match value {
        Value::Null => None,
        Value::String(text) => {
            let trimmed = text.trim();
            (!trimmed.is_empty()).then(|| trimmed.to_owned())
        }
        Value::Number(number) if may_be_number && !number.is_f64() => Some(number.to_string()),
        _ => {
            let remedy = if may_be_number { "send a string or a whole number" } else { "send a string" };
            errors.push(FieldError::new(field.as_str(), "wrong_type", "is not a string", remedy));
            None
        }
    }
}

fn take_reception(value: &Value, zone: &TimeZone, errors: &mut Vec<FieldError>) -> Option<(Timestamp, Day)> {
    let moment = match value {
        Value::Null => return None,
        Value::String(text) if text.trim().is_empty() => return None,
        Value::String(text) => dates::parse_strict(text),
        Value::Number(number) if !number.is_f64() => dates::parse_strict(&number.to_string()),
        _ => None,
    };
    match moment {
        Some(Moment::Instant(instant)) => Some((instant, instant.day_in(zone))),
        Some(Moment::Day(date)) => {
            let day = Day::from_civil(date);
            Some((day.start_in(zone), day))
        }
        Some(Moment::Local(local)) => {
            let instant = zone.to_timestamp(local).ok()?;
            Some((Timestamp(instant.as_microsecond()), Day::from_civil(local.date())))
        }
        None => {
            errors.push(FieldError::new(
                "received_at",
                "not_a_date",
                "is not a date",
                "write it as 2026-11-12 or 2026-11-12T08:30:00Z",
            ));
            None
        }
    }
}

/// A plain value as text; `None` for null, blanks, objects and arrays.
fn plain(value: Value) -> Option<String> {
    match value {
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Object(_) | Value::Array(_) => None,
    }
}

/// Takes an object of a file apart into names and plain values: members of inner objects get dotted
/// names, lists of plain values are joined by `; `. The error says why a text is no JSON object.
pub(super) fn members_of(text: &str) -> Result<Vec<(String, String)>, FieldError> {
    match serde_json::from_str(text) {
        Ok(value @ Value::Object(_)) => {
            let mut members = Vec::new();
            flatten(String::new(), value, 0, &mut members);
            Ok(members)
        }
        Ok(_) => Err(FieldError::new(
            "row",
            "not_an_object",
            "is not a JSON object",
            "write each complaint as an object",
        )),
        Err(error) => {
            let reason = format!("is not valid JSON: {error}");
            Err(FieldError::new("row", "not_json", reason, "write each complaint as one JSON object"))
        }
    }
}

fn flatten(name: String, value: Value, depth: usize, members: &mut Vec<(String, String)>) {
    if members.len() >= MAX_MEMBERS {
        return;
    }
    match value {
        Value::Object(entries) if depth < MAX_FLATTENED_DEPTH => {
            for (key, inner) in entries {
                let path = if name.is_empty() { key } else { format!("{name}.{key}") };
                flatten(path, inner, depth + 1, members);
            }
        }
        Value::Array(items) => {
            let joined = items.into_iter().filter_map(plain).collect::<Vec<_>>().join("; ");
            if !joined.is_empty() {
                members.push((name, joined));
            }
        }
        value => {
            if let Some(value) = plain(value) {
                members.push((name, value));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(body: &str, unknown_members: UnknownMembers) -> Result<NewComplaint, Vec<String>> {
        let now = Timestamp::from_rfc3339("2026-11-23T03:00:00Z").expect("an instant");
        let zone = TimeZone::get("America/Bogota").expect("a known zone");
        let rules = ObjectRules {
            zone: &zone,
            now,
            default_source: Some("api"),
            default_received_at: Some(now),
            unknown_members,
        };
        complaint_from_json(body.as_bytes(), &rules).map_err(|errors| {
            errors.into_iter().map(|error| format!("{} {}", error.field, error.code)).collect()
        })
    }

    #[test]
    fn a_full_object_becomes_a_complaint() {
        let body = r#"{"external_id": 7, "source": "crm", "received_at": "2026-11-12T08:30:00-05:00",
            "text": " No hay luz ", "language": "es-CO", "product": "Luz", "sub_product": null, "issue": "",
            "region": "Cali", "extra": {"zone": 4, "vip": true, "note": null}}"#;
        let complaint = received(body, UnknownMembers::Refuse).expect("sound");
        assert_eq!(complaint.external_id.as_deref(), Some("7"));
        assert_eq!((complaint.source.as_str(), complaint.text.as_deref()), ("crm", Some("No hay luz")));
        assert_eq!(complaint.received_at.to_rfc3339(), "2026-11-12T13:30:00Z");
        assert_eq!(complaint.declared_language, Some(Language::Spanish));
        assert_eq!((complaint.facts.sub_product, complaint.facts.issue), (None, None));
        let extra: Vec<_> =
            complaint.facts.extra.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(extra, ["vip=true", "zone=4"]);
    }

    #[test]
    fn what_is_left_out_has_a_default() {
        let complaint = received(r#"{"issue": "Cobro"}"#, UnknownMembers::Refuse).expect("sound");
        // 03:00 in Greenwich is the day before in Bogotá.
        assert_eq!(
            (complaint.source.as_str(), complaint.received_day.to_string().as_str()),
            ("api", "2026-11-22")
        );
        let local = received(r#"{"text": "a", "received_at": "2026-11-12T08:30"}"#, UnknownMembers::Refuse);
        assert_eq!(local.expect("sound").received_at.to_rfc3339(), "2026-11-12T13:30:00Z");
    }

    #[test]
    fn everything_wrong_is_named() {
        let cases: [(&str, &[&str]); 9] = [
            ("", &["body not_json"]),
            ("{\"text\": \"a\"", &["body not_json"]),
            ("[1]", &["body not_an_object"]),
            (r#"{"text": 5}"#, &["text wrong_type"]),
            (r#"{"text": "a", "colour": 1, "shape": 2}"#, &["colour unknown_member", "shape unknown_member"]),
            (r#"{"text": "a", "received_at": "12/11/2026"}"#, &["received_at not_a_date"]),
            (
                r#"{"received_at": "2099-01-01", "product": ["x"]}"#,
                &["product wrong_type", "received_at in_future", "text missing"],
            ),
            (r#"{"text": "a", "extra": {"deep": {}}}"#, &["extra.deep wrong_type"]),
            (r#"{"text": "a\u0000b", "extra": []}"#, &["extra wrong_type", "text nul_byte"]),
        ];
        for (body, expected) in cases {
            assert_eq!(received(body, UnknownMembers::Refuse).expect_err("refused"), expected, "{body}");
        }
        let deep = format!("{{\"text\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(received(&deep, UnknownMembers::Refuse).expect_err("refused"), ["body not_json"]);
        let kept =
            received(r#"{"text": "a", "colour": "red", "deep": {}}"#, UnknownMembers::Keep).expect("sound");
        assert_eq!(
            kept.facts.extra.into_iter().collect::<Vec<_>>(),
            [("colour".to_owned(), "red".to_owned())]
        );
    }
}

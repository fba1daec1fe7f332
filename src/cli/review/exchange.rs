//! Files that go to people who label elsewhere and come back: CSV, tasks of Label Studio, records of
//! Argilla.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use clap::ValueEnum;
use serde_json::{Value, json};

use crate::domain::label::Axis;
use crate::domain::review::Judgement;
use crate::pipeline::review::ReviewItem;

/// Columns of the CSV. The last three are for people to fill.
const COLUMNS: [&str; 9] = [
    "complaint_id",
    "axis",
    "text",
    "proposed",
    "probability",
    "second_proposal",
    "value",
    "reviewer",
    "reason",
];

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Csv,
    LabelStudio,
    Argilla,
}

/// What a file says, row by row.
pub(super) struct Answers {
    /// Number of the row or object, from 1, and the judgement or why there is none.
    pub(super) rows: Vec<(usize, Result<Judgement, String>)>,
    /// Rows nobody answered.
    pub(super) blank: usize,
}

/// The complaints in the form asked for.
pub(super) fn write(format: Format, axis: Axis, items: &[ReviewItem]) -> anyhow::Result<Vec<u8>> {
    match format {
        Format::Csv => write_csv(axis, items),
        Format::LabelStudio => write_lines(items.iter().map(|item| label_studio(axis, item))),
        Format::Argilla => write_lines(items.iter().map(|item| argilla(axis, item))),
    }
}

fn write_csv(axis: Axis, items: &[ReviewItem]) -> anyhow::Result<Vec<u8>> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(COLUMNS)?;
    for item in items {
        let proposed = |at: usize| item.proposals.get(at).map_or("", |proposal| proposal.value.as_str());
        let probability =
            item.proposals.first().map_or(String::new(), |proposal| format!("{:.3}", proposal.probability));
        let id = item.record.complaint.id.to_string();
        // A cell that starts like a formula would be run by a spreadsheet.
        let text = text_of(item);
        let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text };
        out.write_record([&id, axis.name(), &text, proposed(0), &probability, proposed(1), "", "", ""])?;
    }
    out.into_inner().context("the last rows could not be written")
}

fn write_lines(lines: impl Iterator<Item = Value>) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut out, &line)?;
        out.push(b'\n');
    }
    Ok(out)
}

fn text_of(item: &ReviewItem) -> String {
    let complaint = &item.record.complaint;
    complaint.text.clone().unwrap_or_else(|| complaint.facts.as_subject_line())
}

/// A task: <https://labelstud.io/guide/tasks>.
fn label_studio(axis: Axis, item: &ReviewItem) -> Value {
    let choice = |value: &str| json!([{"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": [value]}}]);
    let predictions: Vec<Value> = item
        .proposals
        .iter()
        .take(1)
        .map(|proposal| json!({"result": choice(&proposal.value), "score": proposal.probability}))
        .collect();
    json!({
        "data": {
            "text": text_of(item),
            "complaint_id": item.record.complaint.id.to_string(),
            "axis": axis.name(),
        },
        "predictions": predictions,
    })
}

/// A record: <https://docs.argilla.io/latest/reference/argilla/records/records>.
fn argilla(axis: Axis, item: &ReviewItem) -> Value {
    let suggestions: BTreeMap<&str, Value> = item
        .proposals
        .first()
        .map(|proposal| ("label", json!({"value": proposal.value, "score": proposal.probability})))
        .into_iter()
        .collect();
    json!({
        "id": item.record.complaint.id.to_string(),
        "fields": {"text": text_of(item)},
        "suggestions": suggestions,
        "metadata": {"axis": axis.name()},
    })
}

/// Reads a file that came back. `reviewer` judged where the file does not say who did.
pub(super) fn read(bytes: &[u8], reviewer: &str, adjudicates: bool) -> anyhow::Result<Answers> {
    let text = std::str::from_utf8(bytes).context("it is not UTF-8")?.trim_start_matches('\u{feff}');
    let mut answers = Answers { rows: Vec::new(), blank: 0 };
    let mut take = |place: usize, said: Said| {
        if said.value.is_empty() {
            answers.blank += 1;
        } else {
            answers.rows.push((place, said.judgement(reviewer, adjudicates)));
        }
    };
    if text.trim_start().starts_with(['{', '[']) {
        for (place, object) in (1..).zip(objects(text)?) {
            said_in(&object).into_iter().for_each(|said| take(place, said));
        }
        return Ok(answers);
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers()?.clone();
    let column = |name: &str| header.iter().position(|column| column.trim().eq_ignore_ascii_case(name));
    let (Some(id), Some(axis), Some(value)) = (column("complaint_id"), column("axis"), column("value"))
    else {
        bail!(
            "it needs the columns complaint_id, axis and value; it has: {}",
            header.iter().collect::<Vec<_>>().join(", ")
        );
    };
    let (who, why) = (column("reviewer"), column("reason"));
    for (place, record) in (1..).zip(reader.records()) {
        let record = record?;
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default().trim().to_owned();
        take(
            place,
            Said {
                complaint: cell(Some(id)),
                axis: cell(Some(axis)),
                value: cell(Some(value)),
                reviewer: cell(who),
                reason: cell(why),
            },
        );
    }
    Ok(answers)
}

/// What one row says, not yet understood.
#[derive(Clone, Debug, Default)]
struct Said {
    complaint: String,
    axis: String,
    value: String,
    reviewer: String,
    reason: String,
}

impl Said {
    fn judgement(self, reviewer: &str, adjudicates: bool) -> Result<Judgement, String> {
        let Self { complaint, axis, value, reviewer: named, reason } = self;
        let axis = Axis::from_name(&axis)
            .ok_or_else(|| format!("axis: `{axis}` is none of {}", Axis::ALL.map(Axis::name).join(", ")))?;
        let complaint = complaint
            .parse()
            .map_err(|_| format!("complaint_id: `{complaint}` is not an id of a complaint"))?;
        let reviewer = if named.is_empty() { reviewer.to_owned() } else { named };
        if reviewer.is_empty() {
            return Err("reviewer: is missing; fill the column or give --reviewer".to_owned());
        }
        let reason = Some(reason).filter(|reason| !reason.is_empty());
        Ok(Judgement { complaint, axis, value, reviewer, reason, adjudicates })
    }
}

/// The objects of a JSON array or of JSON lines.
fn objects(text: &str) -> anyhow::Result<Vec<Value>> {
    let mut objects = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        match value? {
            Value::Array(list) => objects.extend(list),
            value => objects.push(value),
        }
    }
    Ok(objects)
}

/// What an object says: a plain one once, one of a tool once per person who answered.
fn said_in(object: &Value) -> Vec<Said> {
    let text = |value: &Value| match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    if let Some(annotations) = object["annotations"].as_array() {
        let who = |annotation: &Value| match &annotation["completed_by"] {
            Value::Object(person) => person.get("email").map(text).unwrap_or_default(),
            named => text(named),
        };
        return annotations
            .iter()
            .map(|annotation| Said {
                complaint: text(&object["data"]["complaint_id"]),
                axis: text(&object["data"]["axis"]),
                value: text(&annotation["result"][0]["value"]["choices"][0]),
                reviewer: who(annotation),
                reason: String::new(),
            })
            .collect();
    }
    if let Some(responses) = object["responses"]["label"].as_array() {
        return responses
            .iter()
            .filter(|response| response["status"].as_str().is_none_or(|status| status == "submitted"))
            .map(|response| Said {
                complaint: text(&object["id"]),
                axis: text(&object["metadata"]["axis"]),
                value: text(&response["value"]),
                reviewer: text(&response["user_id"]),
                reason: String::new(),
            })
            .collect();
    }
    vec![Said {
        complaint: text(&object["complaint_id"]),
        axis: text(&object["axis"]),
        value: text(&object["value"]),
        reviewer: text(&object["reviewer"]),
        reason: text(&object["reason"]),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0198c0de-0000-7000-8000-000000000001";

    /// Row, answer and reviewer of every answer that can be taken.
    fn told(file: &str) -> Vec<(usize, String, String)> {
        let answers = read(file.as_bytes(), "Ana", false).expect("a readable file");
        let taken = |(place, answer): (usize, Result<Judgement, String>)| {
            answer.ok().map(|judgement| (place, judgement.value, judgement.reviewer))
        };
        answers.rows.into_iter().filter_map(taken).collect()
    }

    #[test]
    fn every_form_says_the_same() {
        let plain = format!(r#"{{"complaint_id":"{ID}","axis":"kind","value":"claim","reviewer":"Luis"}}"#);
        let studio = format!(
            r#"[{{"data":{{"complaint_id":"{ID}","axis":"kind"}},"annotations":[{{"completed_by":{{"email":"Luis"}},"result":[{{"value":{{"choices":["claim"]}}}}]}}]}}]"#
        );
        let argilla = format!(
            r#"{{"id":"{ID}","metadata":{{"axis":"kind"}},"responses":{{"label":[{{"value":"claim","user_id":"Luis","status":"submitted"}},{{"value":"report","user_id":"Eva","status":"draft"}}]}}}}"#
        );
        let table = format!("complaint_id,axis,value,reviewer\n{ID},kind,claim,Luis\n");
        for file in [plain, studio, argilla, table] {
            assert_eq!(told(&file), [(1, "claim".to_owned(), "Luis".to_owned())], "{file}");
        }
    }

    #[test]
    fn rows_without_an_answer_are_counted_and_wrong_ones_named() {
        let file =
            format!("complaint_id,axis,value\n{ID},kind,\nx,kind,claim\n{ID},colour,red\n{ID},kind,claim\n");
        let answers = read(file.as_bytes(), "Ana", true).expect("a readable file");
        assert_eq!(answers.blank, 1);
        let told: Vec<bool> = answers.rows.iter().map(|(_, answer)| answer.is_ok()).collect();
        assert_eq!(told, [false, false, true]);
        assert!(
            matches!(&answers.rows[2], (4, Ok(judgement)) if judgement.adjudicates && judgement.reviewer == "Ana")
        );
        assert!(read(b"a,b\n1,2\n", "Ana", false).is_err(), "columns are missing");
        assert!(read(b"[1, ", "Ana", false).is_err(), "broken JSON");
    }
}

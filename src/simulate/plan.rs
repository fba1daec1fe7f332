//! What goes wrong in a stream beyond the everyday, what was changed, and what was done about it: the
//! incident file. docs/simulate.md describes its form for people.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};

use super::corpus::CorpusText;
use crate::domain::complaint::Facts;

/// Most complaints a day an incident may bring.
const MAX_PER_DAY: f64 = 1e6;
/// Longest incident and furthest back, in days: a century.
const MAX_DAYS: u32 = 36_525;
/// An action that worked ends its incident within so many days.
pub const WORKS_WITHIN_DAYS: u32 = 14;

#[derive(RustEmbed)]
#[folder = "corpora/incidents/"]
struct Bundled;

/// Everything planted in a stream. [`Plan::default`] plants nothing.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// What goes wrong.
    pub incidents: Vec<Incident>,
    /// What was changed.
    pub changes: Vec<Change>,
    /// What was done.
    pub actions: Vec<PlannedAction>,
}

/// How an incident runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    /// At its height from the first day to the last.
    SuddenError,
    /// Grows evenly to its height on the last day.
    SlowRamp,
    /// At its height on the first day, then halved every `half_life_days`.
    RegionalOutage,
    /// At its height from the first day; its texts are like nothing before.
    NewFailure,
    /// A wave of one letter that many people send: rises for a third of its time, then falls.
    CopiedLetters,
    /// Comes back every year round the same day: to be expected, so no warning.
    YearlyPattern,
}

/// Something that goes wrong, or a pattern that only looks so.
#[derive(Clone, Debug)]
pub struct Incident {
    /// Its id, unique in the plan.
    pub id: String,
    /// What it is, in a line.
    pub title: String,
    /// How it runs.
    pub kind: IncidentKind,
    /// First day, counted back from the last day of the stream; nothing for a yearly pattern.
    pub days_before_end: u32,
    /// How long it lasts, in days.
    pub lasts_days: u32,
    /// Complaints a day at its height.
    pub per_day: f64,
    /// For an outage: the days in which it halves.
    pub half_life_days: f64,
    /// For a yearly pattern: month and day of its height.
    pub around: (i8, i8),
    /// Its own texts; when empty, those of the corpus with this product area and failure type.
    pub texts: Vec<CorpusText>,
    /// Product area of the corpus texts it draws from.
    pub product_area: Option<String>,
    /// Failure type of the corpus texts it draws from; any when absent.
    pub failure_type: Option<String>,
    /// Facts its complaints share.
    pub facts: PlantedFacts,
    /// Whether it must be found, and how.
    pub expect: Expected,
    /// Days after its first by which a signal must have told of it.
    pub found_within_days: Option<u32>,
}

/// What a watchful reader makes of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// A signal in time.
    Signal,
    /// A cluster of its own.
    Cluster,
    /// Notice as something new, while it is too small for a cluster.
    Emerging,
    /// Nothing: it is a trap.
    Silence,
}

/// Facts all complaints of an incident share; they win over the drawn ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlantedFacts {
    /// Product.
    pub product: Option<String>,
    /// Part or variant of it.
    pub sub_product: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Further facts by name.
    pub extra: BTreeMap<String, String>,
}

impl PlantedFacts {
    /// Puts them over what was drawn.
    pub(super) fn put_into(&self, facts: &mut Facts) {
        let Self { product, sub_product, region, extra } = self;
        if product.is_some() {
            facts.product.clone_from(product);
            // What was drawn is a part of another product.
            facts.sub_product = None;
        }
        for (planted, drawn) in [(sub_product, &mut facts.sub_product), (region, &mut facts.region)] {
            if planted.is_some() {
                drawn.clone_from(planted);
            }
        }
        facts.extra.extend(extra.clone());
    }
}

/// Something the organisation changed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Its id.
    pub id: String,
    /// release, supplier_lot, price, process or any other word.
    pub kind: String,
    /// What was changed, in a line.
    pub title: String,
    /// When, counted back from the last day of the stream.
    pub days_before_end: u32,
    /// The incident it caused, where it caused one.
    pub causes: Option<String>,
}

/// Something that was done about an incident.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedAction {
    /// What was done, in a line.
    pub title: String,
    /// Why and how.
    #[serde(default)]
    pub description: String,
    /// Who answered for it.
    pub owner: Option<String>,
    /// The incident it was meant to end.
    pub incident: String,
    /// When it was in place, counted back from the last day of the stream.
    pub days_before_end: u32,
    /// Whether it ended the incident.
    pub worked: bool,
}

/// What is wrong with an incident file.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's message says what it is")]
pub enum PlanError {
    #[error("cannot read {path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path}: {reason}")]
    Parse { path: PathBuf, reason: String },
    #[error("{path}: {field} of {what} `{id}` {reason}; {remedy}")]
    Field {
        path: PathBuf,
        what: &'static str,
        id: String,
        field: &'static str,
        reason: String,
        remedy: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile {
    #[serde(default)]
    incident: Vec<IncidentEntry>,
    #[serde(default)]
    change: Vec<Change>,
    #[serde(default)]
    action: Vec<PlannedAction>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IncidentEntry {
    id: String,
    title: String,
    kind: IncidentKind,
    days_before_end: Option<u32>,
    lasts_days: u32,
    per_day: f64,
    half_life_days: Option<f64>,
    around: Option<String>,
    texts: Option<PathBuf>,
    product_area: Option<String>,
    failure_type: Option<String>,
    #[serde(default)]
    facts: PlantedFacts,
    expect: Expected,
    found_within_days: Option<u32>,
}

impl Plan {
    /// The incidents of the demo.
    pub fn demo() -> Self {
        let read = |path: &Path| {
            let file = Bundled::get(&path.to_string_lossy()).ok_or(std::io::ErrorKind::NotFound)?;
            Ok(String::from_utf8_lossy(&file.data).into_owned())
        };
        Self::parse(Path::new("demo.toml"), read).expect("the bundled incidents are checked by a test")
    }

    /// Reads an incident file, TOML or, by its extension, JSON. Files of texts lie beside it.
    ///
    /// # Errors
    /// A file that cannot be read or is not of this form, with the place; a value that makes no sense,
    /// with the incident, the field and what to do.
    pub fn read(path: &Path) -> Result<Self, PlanError> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let name = path.file_name().map_or(path, Path::new);
        Self::parse(name, |file| std::fs::read_to_string(folder.join(file)))
    }

    fn parse(path: &Path, read: impl Fn(&Path) -> Result<String, std::io::Error>) -> Result<Self, PlanError> {
        let text = read(path).map_err(|source| PlanError::Read { path: path.to_owned(), source })?;
        let parse_error = |reason: String| PlanError::Parse { path: path.to_owned(), reason };
        let file: PlanFile = if path.extension().is_some_and(|extension| extension == "json") {
            serde_json::from_str(&text).map_err(|error| parse_error(error.to_string()))?
        } else {
            toml::from_str(&text).map_err(|error| parse_error(error.to_string()))?
        };
        let mut incidents = Vec::with_capacity(file.incident.len());
        for entry in file.incident {
            let texts = match &entry.texts {
                Some(texts) => read_texts(texts, &read)?,
                None => Vec::new(),
            };
            let id = entry.id.clone();
            incidents.push(entry.check(texts).map_err(|(field, reason, remedy)| PlanError::Field {
                path: path.to_owned(),
                what: "incident",
                id,
                field,
                reason,
                remedy,
            })?);
        }
        let plan = Self { incidents, changes: file.change, actions: file.action };
        plan.check_references().map_err(|(what, id, field, reason, remedy)| PlanError::Field {
            path: path.to_owned(),
            what,
            id,
            field,
            reason,
            remedy,
        })?;
        Ok(plan)
    }

    /// The incident with this id.
    pub fn incident(&self, id: &str) -> Option<&Incident> {
        self.incidents.iter().find(|incident| incident.id == id)
    }

    fn check_references(&self) -> Result<(), (&'static str, String, &'static str, String, &'static str)> {
        let mut ids = HashSet::new();
        for incident in &self.incidents {
            if !ids.insert(&incident.id) {
                let reason = "is there twice".to_owned();
                return Err(("incident", incident.id.clone(), "id", reason, "give each its own"));
            }
        }
        let unknown = |id: &str| format!("names no incident: `{id}`");
        let remedy = "use the id of an incident of this file";
        for change in &self.changes {
            if let Some(cause) = change.causes.as_deref().filter(|id| self.incident(id).is_none()) {
                return Err(("change", change.id.clone(), "causes", unknown(cause), remedy));
            }
        }
        for action in &self.actions {
            let Some(incident) = self.incident(&action.incident) else {
                return Err(("action", action.title.clone(), "incident", unknown(&action.incident), remedy));
            };
            // An incident goes on `lasts_days` from its first day, whatever was done about it.
            let last_day_before_end = incident.days_before_end as i64 + 1 - i64::from(incident.lasts_days);
            let ends_after_days = i64::from(action.days_before_end) - last_day_before_end;
            let ends = (-1..=i64::from(WORKS_WITHIN_DAYS)).contains(&ends_after_days);
            if action.worked != ends {
                let reason =
                    format!("is {}, but the incident ends {ends_after_days} days after it", action.worked);
                let remedy = "an action worked when its incident ends within a fortnight";
                return Err(("action", action.title.clone(), "worked", reason, remedy));
            }
        }
        Ok(())
    }
}

impl IncidentEntry {
    fn check(self, texts: Vec<CorpusText>) -> Result<Incident, (&'static str, String, &'static str)> {
        let yearly = self.kind == IncidentKind::YearlyPattern;
        if self.id.is_empty() {
            return Err(("id", "is empty".to_owned(), "give it a short name"));
        }
        if !(1..=MAX_DAYS).contains(&self.lasts_days) {
            return Err(("lasts_days", format!("is {}", self.lasts_days), "use a number of days from 1"));
        }
        if !(self.per_day > 0.0 && self.per_day <= MAX_PER_DAY) {
            return Err(("per_day", format!("is {}", self.per_day), "use a number above 0, up to a million"));
        }
        let days_before_end = match self.days_before_end {
            Some(days) if yearly || days > MAX_DAYS => {
                return Err(("days_before_end", format!("is {days}"), "leave it out for a yearly pattern"));
            }
            Some(days) => days,
            None if yearly => 0,
            None => return Err(("days_before_end", "is missing".to_owned(), "say when it starts")),
        };
        let outage = self.kind == IncidentKind::RegionalOutage;
        let half_life_days = match self.half_life_days {
            Some(days) if outage && days > 0.0 => days,
            None if !outage => 1.0,
            other => {
                let reason = format!("is {}", other.map_or("missing".to_owned(), |days| days.to_string()));
                return Err(("half_life_days", reason, "give an outage, and only that, one above 0"));
            }
        };
        let around = match self.around.as_deref() {
            Some(text) if yearly => month_and_day(text)
                .ok_or_else(|| ("around", format!("is `{text}`"), "write month and day as 12-20"))?,
            None if !yearly => (1, 1),
            _ => return Err(("around", "is misplaced or missing".to_owned(), "give it to yearly patterns")),
        };
        if texts.is_empty() && self.product_area.is_none() {
            return Err(("texts", "is missing".to_owned(), "name a file of texts, or a product_area"));
        }
        if self.texts.is_some() && texts.is_empty() {
            return Err(("texts", "names an empty file".to_owned(), "put one text a line into it"));
        }
        let Self { id, title, kind, lasts_days, per_day, product_area, failure_type, facts, .. } = self;
        let (expect, found_within_days) = (self.expect, self.found_within_days);
        if (expect == Expected::Signal) != found_within_days.is_some() {
            let reason = "goes with expect = \"signal\", and with nothing else".to_owned();
            return Err(("found_within_days", reason, "say by which day a signal is due, or leave it out"));
        }
        Ok(Incident {
            id,
            title,
            kind,
            days_before_end,
            lasts_days,
            per_day,
            half_life_days,
            around,
            texts,
            product_area,
            failure_type,
            facts,
            expect,
            found_within_days,
        })
    }
}

/// Texts in the corpus's own form, one JSON object a line.
fn read_texts(
    path: &Path,
    read: impl Fn(&Path) -> Result<String, std::io::Error>,
) -> Result<Vec<CorpusText>, PlanError> {
    let text = read(path).map_err(|source| PlanError::Read { path: path.to_owned(), source })?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| PlanError::Parse {
                path: path.to_owned(),
                reason: format!("line {}: {error}", number + 1),
            })
        })
        .collect()
}

/// Reads `12-20`, in a year that has every day.
fn month_and_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    jiff::civil::Date::new(2023, month, day).ok().map(|_| (month, day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::label::Axis;
    use crate::domain::taxonomy::Taxonomy;

    fn parse(name: &str, text: &str) -> Result<Plan, PlanError> {
        Plan::parse(Path::new(name), |path| {
            if path == Path::new(name) {
                Ok(text.to_owned())
            } else {
                Err(std::io::ErrorKind::NotFound.into())
            }
        })
    }

    #[test]
    fn the_demo_plants_every_kind_with_labelled_texts() {
        let plan = Plan::demo();
        let kinds: HashSet<String> = plan.incidents.iter().map(|one| format!("{:?}", one.kind)).collect();
        assert_eq!(kinds.len(), 6, "{kinds:?}");
        assert!(plan.actions.iter().any(|action| action.worked));
        assert!(plan.actions.iter().any(|action| !action.worked));
        assert!(plan.incidents.iter().any(|incident| incident.expect == Expected::Silence));
        let taxonomy = Taxonomy::starter();
        for incident in &plan.incidents {
            for text in &incident.texts {
                for axis in Axis::ALL {
                    assert!(taxonomy.term(axis, text.label(axis)).is_some(), "{}: {}", text.id, axis.name());
                }
                assert!(text.pii.iter().all(|datum| text.text.contains(&datum.text)), "{}", text.id);
            }
        }
    }

    #[test]
    fn json_says_the_same_as_toml() {
        let toml = "[[incident]]\nid = \"a\"\ntitle = \"A\"\nkind = \"slow_ramp\"\ndays_before_end = 9\n\
            lasts_days = 10\nper_day = 2.0\nproduct_area = \"mobile\"\nexpect = \"cluster\"\n";
        let json = r#"{"incident": [{"id": "a", "title": "A", "kind": "slow_ramp", "days_before_end": 9,
            "lasts_days": 10, "per_day": 2.0, "product_area": "mobile", "expect": "cluster"}]}"#;
        let (toml, json) = (parse("a.toml", toml).expect("sound"), parse("a.json", json).expect("sound"));
        assert_eq!(format!("{toml:?}"), format!("{json:?}"));
    }

    #[test]
    fn mistakes_are_named_with_their_remedy() {
        let incident =
            |lines: &str| format!("[[incident]]\nid = \"a\"\ntitle = \"A\"\nexpect = \"cluster\"\n{lines}\n");
        let sound = incident(
            "kind = \"sudden_error\"\ndays_before_end = 9\nlasts_days = 10\nper_day = 2.0\nproduct_area = \"mobile\"",
        );
        assert!(parse("a.toml", &sound).is_ok());
        for (text, named) in [
            (sound.replace("per_day = 2.0", "per_day = -1.0"), "per_day of incident `a` is -1"),
            (sound.replace("lasts_days = 10", "lasts_days = 0"), "lasts_days of incident `a`"),
            (sound.replace("days_before_end = 9", ""), "days_before_end of incident `a` is missing"),
            (sound.replace("product_area = \"mobile\"", ""), "texts of incident `a` is missing"),
            (sound.replace("product_area = \"mobile\"", "texts = \"absent.jsonl\""), "absent.jsonl"),
            (sound.replace("sudden_error", "regional_outage"), "half_life_days of incident `a` is missing"),
            (sound.replace("sudden_error", "yearly_pattern"), "leave it out for a yearly pattern"),
            (sound.replace("\"cluster\"", "\"signal\""), "found_within_days of incident `a`"),
            (sound.replace("sudden_error", "sudden_eror"), "sudden_eror"),
            (format!("{sound}\n{sound}"), "id of incident `a` is there twice"),
            (
                format!(
                    "{sound}\n[[change]]\nid = \"c\"\nkind = \"price\"\ntitle = \"C\"\ndays_before_end = 1\ncauses = \"b\"\n"
                ),
                "causes of change `c` names no incident: `b`",
            ),
            (
                format!(
                    "{sound}\n[[action]]\ntitle = \"T\"\nincident = \"a\"\ndays_before_end = 9\nworked = false\n"
                ),
                "worked of action `T` is false, but the incident ends 9 days after it",
            ),
        ] {
            let error = parse("a.toml", &text).expect_err(named).to_string();
            assert!(error.contains(named), "{error}\n{named}");
        }
    }
}

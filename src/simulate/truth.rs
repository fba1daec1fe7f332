//! What was planted in a stream: which complaints belong to which incident, and what was changed and done
//! when. Tests and the curious compare it with what the product found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::plan::{Expected, IncidentKind};
use super::stream::{Drawn, Story, external_id};
use crate::domain::registered_change::ChangeText;
use crate::domain::time::Day;

/// The planted truth of one stream. Days are written `2026-11-23`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// The stream's seed.
    pub seed: u64,
    /// Its first day.
    pub first_day: String,
    /// Its last day.
    pub last_day: String,
    /// Complaints in it.
    pub complaints: u64,
    /// What went wrong.
    pub incidents: Vec<PlantedIncident>,
    /// What was changed.
    pub changes: Vec<DatedChange>,
    /// What was done.
    pub actions: Vec<DatedAction>,
}

/// An incident as it was planted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlantedIncident {
    /// Its id.
    pub id: String,
    /// What it is, in a line.
    pub title: String,
    /// How it runs.
    pub kind: IncidentKind,
    /// What should be made of it.
    pub expect: Expected,
    /// The day by which a signal is due, where one is.
    pub signal_due: Option<String>,
    /// Day of its first complaint; `None` when it brought none.
    pub first_day: Option<String>,
    /// Day of its last complaint.
    pub last_day: Option<String>,
    /// External ids of its complaints, in the order they came.
    pub complaints: Vec<String>,
}

/// A change with its day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedChange {
    /// Its id.
    pub id: String,
    /// release, supplier_lot, price, process …
    pub kind: String,
    /// What was changed.
    pub title: String,
    /// When.
    pub day: String,
    /// The incident it caused.
    pub causes: Option<String>,
}

impl DatedChange {
    /// The change as somebody would have registered it: what it caused is not said.
    pub fn to_register(&self) -> ChangeText {
        ChangeText {
            external_id: Some(self.id.clone()),
            kind: self.kind.clone(),
            title: self.title.clone(),
            note: String::new(),
            day: Day::from_iso(&self.day).expect("the truth's days are dates"),
            touches: BTreeMap::new(),
        }
    }
}

/// An action with its day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedAction {
    /// What was done.
    pub title: String,
    /// Why and how.
    pub description: String,
    /// Who answered for it.
    pub owner: Option<String>,
    /// The incident it was meant to end.
    pub incident: String,
    /// The day it was in place.
    pub day: String,
    /// Whether it ended the incident.
    pub worked: bool,
}

/// Gathers the truth while a stream is drawn; it keeps eight bytes for each planted complaint and nothing
/// for the others.
#[derive(Debug)]
pub struct TruthKeeper<'a> {
    story: &'a Story,
    complaints: u64,
    planted: Vec<Members>,
}

#[derive(Clone, Debug, Default)]
struct Members {
    numbers: Vec<u64>,
    days: Option<(Day, Day)>,
}

impl<'a> TruthKeeper<'a> {
    /// For a stream of `story`.
    pub fn new(story: &'a Story) -> Self {
        Self { story, complaints: 0, planted: vec![Members::default(); story.plan.incidents.len()] }
    }

    /// Takes note of the stream's next complaint.
    pub fn note(&mut self, drawn: &Drawn) {
        self.complaints += 1;
        if let Some(members) = drawn.incident.and_then(|place| self.planted.get_mut(place)) {
            let day = drawn.complaint.received_day;
            members.numbers.push(self.complaints);
            members.days = Some((members.days.map_or(day, |(first, _)| first), day));
        }
    }

    /// Complaints noted so far.
    pub fn complaints(&self) -> u64 {
        self.complaints
    }

    /// The truth about everything noted.
    pub fn finish(self) -> Truth {
        let Self { story, complaints, planted } = self;
        let back = |days: u32| Day(story.last_day.0 - i32::try_from(days).unwrap_or(i32::MAX)).to_string();
        let incidents = story
            .plan
            .incidents
            .iter()
            .zip(planted)
            .map(|(incident, members)| PlantedIncident {
                id: incident.id.clone(),
                title: incident.title.clone(),
                kind: incident.kind,
                expect: incident.expect,
                signal_due: incident.found_within_days.map(|days| {
                    let first = incident.first_day(story.last_day);
                    Day(first.0.saturating_add(i32::try_from(days).unwrap_or(i32::MAX))).to_string()
                }),
                first_day: members.days.map(|(first, _)| first.to_string()),
                last_day: members.days.map(|(_, last)| last.to_string()),
                complaints: members.numbers.into_iter().map(external_id).collect(),
            })
            .collect();
        let changes = story
            .plan
            .changes
            .iter()
            .map(|change| DatedChange {
                id: change.id.clone(),
                kind: change.kind.clone(),
                title: change.title.clone(),
                day: back(change.days_before_end),
                causes: change.causes.clone(),
            })
            .collect();
        let actions = story
            .plan
            .actions
            .iter()
            .map(|action| DatedAction {
                title: action.title.clone(),
                description: action.description.clone(),
                owner: action.owner.clone(),
                incident: action.incident.clone(),
                day: back(action.days_before_end),
                worked: action.worked,
            })
            .collect();
        Truth {
            seed: story.seed,
            first_day: story.first_day().to_string(),
            last_day: story.last_day.to_string(),
            complaints,
            incidents,
            changes,
            actions,
        }
    }
}

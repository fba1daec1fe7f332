//! The demo's story against its planted truth: every incident is found, as a signal in time or as a group of
//! its own, and the traps stay silent. The stream ends in January, so that a Christmas, and one a year
//! before it, lie in what is judged.

use std::collections::{BTreeMap, HashMap};

use raiz::domain::complaint::Facts;
use raiz::domain::counts::{Dimension, Node};
use raiz::domain::emerging::EmergingState;
use raiz::domain::filter::{Filter, Sort};
use raiz::domain::id::{ClusterId, ComplaintId};
use raiz::domain::label::Axis;
use raiz::domain::signal::Signal;
use raiz::domain::time::{Day, Timestamp};
use raiz::pipeline::Pipeline;
use raiz::search::hits::{MAX_PAGE_SIZE, Page};
use raiz::simulate::corpus;
use raiz::simulate::plan::Expected;
use raiz::simulate::stream::Story;
use raiz::simulate::truth::{DatedChange, PlantedIncident, Truth, TruthKeeper};
use raiz::store::Clock;

use crate::world::pipeline_with;

/// 2027-01-25T12:00:00Z, a Monday.
const JANUARY: Timestamp = Timestamp(1_800_878_400_000_000);
/// Longest window a signal looks at, less a day: its first alarm came at most so long after its start.
const LONGEST_WINDOW_DAYS: i32 = 20;
/// Share of the complaints behind a signal that must be an incident's for the signal to be its.
const OF_SIGNAL: f64 = 0.5;
/// Share and number of a group's complaints that must be an incident's for the group to be its: the more part,
/// as for a signal.
const OF_GROUP: f64 = 0.5;
const LEAST_OF_GROUP: usize = 20;
/// Share of the complaints behind a signal that may be a trap's: a trap adds to what comes anyway.
const OF_TRAP: f64 = 0.25;

/// A complaint as the product sees it.
struct Seen {
    id: ComplaintId,
    external_id: String,
    day: Day,
    labels: BTreeMap<Axis, String>,
    cluster: Option<ClusterId>,
    facts: Facts,
}

impl Seen {
    fn is_counted_in(&self, node: &Node) -> bool {
        let has = |axis, key: &str| self.labels.get(&axis).is_some_and(|label| label == key);
        if let Some(pair) = node.pair() {
            return pair.iter().all(|part| self.is_counted_in(part));
        }
        let says = |fact: &Option<String>| fact.as_deref() == Some(node.key.as_str());
        match (node.dimension, node.dimension.axis()) {
            (Dimension::All, _) => true,
            (Dimension::Cluster, _) => self.cluster.is_some_and(|id| id.to_string() == node.key),
            (_, Some(axis)) => has(axis, &node.key),
            (Dimension::Company, _) => says(&self.facts.company),
            (Dimension::Region, _) => says(&self.facts.region),
            (Dimension::Channel, _) => says(&self.facts.channel),
            _ => false,
        }
    }
}

async fn all_seen(house: &Pipeline) -> Vec<Seen> {
    let mut page = Page { limit: MAX_PAGE_SIZE, after: None };
    let mut seen = Vec::new();
    loop {
        let hits =
            house.index.search(&Filter::default(), Sort::Oldest, &page, &[], 0).expect("the index answers");
        let ids: Vec<_> = hits.ids.iter().map(|(id, _)| *id).collect();
        for record in house.store.complaints(&ids).await.expect("read") {
            seen.push(Seen {
                id: record.complaint.id,
                external_id: record.complaint.external_id.clone().expect("every one has an id"),
                day: record.complaint.received_day,
                labels: record.labels.into_iter().map(|label| (label.axis, label.value)).collect(),
                cluster: record.cluster.map(|(id, _)| id),
                facts: record.complaint.facts,
            });
        }
        page.after = match hits.next {
            Some(next) => Some(next),
            None => return seen,
        };
    }
}

/// How many complaints are behind a signal, and how many of them each incident planted.
fn behind<'a>(
    signal: &Signal,
    seen: &[Seen],
    planted: &HashMap<&str, &'a str>,
) -> (usize, BTreeMap<&'a str, usize>) {
    let mut of_incident: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = 0;
    for complaint in seen {
        if (signal.period_start..=signal.period_end).contains(&complaint.day)
            && complaint.is_counted_in(&signal.node)
        {
            all += 1;
            if let Some(incident) = planted.get(complaint.external_id.as_str()) {
                *of_incident.entry(incident).or_default() += 1;
            }
        }
    }
    (all, of_incident)
}

fn day(text: &str) -> Day {
    Day::from_iso(text).expect("the truth's days are dates")
}

/// What was found of an incident, in words; empty when nothing was.
fn found(
    incident: &PlantedIncident,
    seen: &[Seen],
    signals: &[(Signal, usize, BTreeMap<&str, usize>)],
) -> Vec<String> {
    let id = incident.id.as_str();
    let mut found = Vec::new();
    if let Some(due) = incident.signal_due.as_deref().map(day) {
        let first = day(incident.first_day.as_deref().expect("it brought complaints"));
        found.extend(
            signals
                .iter()
                .filter(|(signal, _, _)| signal.period_start.0 + LONGEST_WINDOW_DAYS <= due.0)
                .filter(|(signal, _, _)| signal.period_end >= first)
                .filter(|(_, all, of)| of.get(id).is_some_and(|own| *own as f64 >= OF_SIGNAL * *all as f64))
                .map(|(signal, all, of)| {
                    let (node, start) = (&signal.node, signal.period_start);
                    format!("signal {}/{} from {start}: {} of {all}", node.dimension.name(), node.key, of[id])
                }),
        );
    }
    let own: std::collections::HashSet<&str> = incident.complaints.iter().map(String::as_str).collect();
    let mut groups: BTreeMap<ClusterId, (usize, usize)> = BTreeMap::new();
    for complaint in seen {
        if let Some(cluster) = complaint.cluster {
            let (members, of_incident) = groups.entry(cluster).or_default();
            *members += 1;
            *of_incident += usize::from(own.contains(complaint.external_id.as_str()));
        }
    }
    found.extend(
        groups
            .iter()
            .filter(|(_, (members, own))| *own >= LEAST_OF_GROUP && *own as f64 >= OF_GROUP * *members as f64)
            .map(|(cluster, (members, own))| format!("group {cluster}: {own} of {members}")),
    );
    found
}

fn truth_of(file: &std::path::Path) -> Truth {
    serde_json::from_slice(&std::fs::read(file).expect("read")).expect("the truth reads back")
}

/// What is wrong with the changes named for signals: of a group's signal that is an incident's, the change that
/// caused it must be the first; and a change that caused nothing is never named on the strength of words.
#[expect(clippy::print_stderr, reason = "which change was named is worth reading")]
async fn wrong_suspects(
    house: &Pipeline,
    truth: &Truth,
    signals: &[(Signal, usize, BTreeMap<&str, usize>)],
) -> Vec<String> {
    let (mut wrong, mut right) = (Vec::new(), 0);
    for (signal, all, of_incident) in signals {
        if signal.node.dimension != Dimension::Cluster {
            continue;
        }
        let incident = of_incident.iter().find(|(_, own)| **own as f64 >= OF_SIGNAL * *all as f64);
        let Some((incident, _)) = incident else { continue };
        let cause = truth.changes.iter().find(|change| change.causes.as_deref() == Some(incident));
        let (suspects, looked_at) = house.suspects(signal).await.expect("suspects");
        let told: Vec<String> = suspects
            .iter()
            .map(|suspect| {
                let words: Vec<&str> = suspect.evidence.iter().map(|trace| trace.words.as_str()).collect();
                format!("{} ({})", suspect.change.text.title, words.join(", "))
            })
            .collect();
        eprintln!("{incident}, {} looked at: {told:#?}", looked_at);
        let first = suspects.first().filter(|suspect| !suspect.evidence.is_empty());
        match (cause, first.and_then(|suspect| suspect.change.text.external_id.as_deref())) {
            (Some(cause), Some(named)) if named == cause.id => right += 1,
            (None, None) => (),
            (cause, named) => {
                let cause = cause.map(|change| change.id.as_str());
                wrong.push(format!("{incident}: caused by {cause:?}, named {named:?}"));
            }
        }
    }
    if right < 2 {
        wrong.push(format!("the cause was named for {right} signals only"));
    }
    wrong
}

/// What was noticed of an incident nobody has named yet, or why that is too little.
async fn noticed(incident: &PlantedIncident, seen: &[Seen], house: &Pipeline) -> Result<String, String> {
    let numbers: HashMap<_, _> = seen.iter().map(|one| (one.id, one.external_id.as_str())).collect();
    let groups = house.store.emerging().await.expect("read");
    let told: Vec<(EmergingState, usize, usize)> = groups
        .iter()
        .map(|group| {
            let is_own = |id| incident.complaints.iter().any(|own| own.as_str() == numbers[id]);
            (group.state, group.members.iter().filter(|id| is_own(*id)).count(), group.members.len())
        })
        .collect();
    let (state, own, members) = told.iter().copied().max_by_key(|(_, own, _)| *own).ok_or("nothing was")?;
    // A discovery that came upon it too is no mistake.
    let stands = matches!(state, EmergingState::Open | EmergingState::Known);
    if stands && own >= 5 && 3 * own >= 2 * members {
        return Ok(format!(
            "{own} of its {} complaints in a group of {members}; all: {told:?}",
            incident.complaints.len()
        ));
    }
    Err(format!("not noticed among {told:?}"))
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stderr, reason = "what was found of each incident is worth reading")]
async fn every_planted_incident_is_found_and_the_traps_stay_silent() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let house = pipeline_with(&folder, "UTC", Clock::fixed(JANUARY)).await;
    let story = Story::demo(1, Day(JANUARY.day_in(&house.zone).0 - 1), house.zone.clone());
    let corpus = corpus::said_to_the_company();
    let mut keeper = TruthKeeper::new(&story);
    let mut stream = Vec::new();
    for drawn in story.stream(&corpus) {
        keeper.note(&drawn);
        stream.push(drawn.complaint);
    }
    let truth_file = folder.path().join("truth.json");
    std::fs::write(&truth_file, serde_json::to_vec(&keeper.finish()).expect("plain data")).expect("written");
    let changes: Vec<_> = truth_of(&truth_file).changes.iter().map(DatedChange::to_register).collect();
    house.store.register_changes(&changes).await.expect("registered");
    for part in stream.chunks(2_000) {
        house.store.take_in(part).await.expect("stored");
    }
    house.run_to_completion(|_| ()).await.expect("every step ends");

    let truth = truth_of(&truth_file);
    assert_eq!(truth.complaints, stream.len() as u64);
    let planted: HashMap<&str, &str> = truth
        .incidents
        .iter()
        .flat_map(|incident| incident.complaints.iter().map(|id| (id.as_str(), incident.id.as_str())))
        .collect();
    let seen = all_seen(&house).await;
    assert_eq!(seen.len(), stream.len());
    let signals: Vec<(Signal, usize, BTreeMap<&str, usize>)> = house
        .store
        .signals()
        .await
        .expect("read")
        .into_iter()
        .map(|signal| {
            let (all, of_incident) = behind(&signal, &seen, &planted);
            (signal, all, of_incident)
        })
        .collect();

    let mut wrong = Vec::new();
    for incident in &truth.incidents {
        if incident.expect == Expected::Silence {
            let loud = signals.iter().filter(|(_, all, of_incident)| {
                of_incident.get(incident.id.as_str()).is_some_and(|own| *own as f64 >= OF_TRAP * *all as f64)
            });
            wrong.extend(loud.map(|(signal, all, of_incident)| {
                let (node, start) = (&signal.node, signal.period_start);
                format!("{}: alarm of {node:?} from {start}: {of_incident:?} of {all}", incident.id)
            }));
            let judged_from = Day(JANUARY.day_in(&house.zone).0 - 26 * 7);
            let judged = seen.iter().filter(|complaint| complaint.day >= judged_from);
            let own =
                judged.filter(|one| planted.get(one.external_id.as_str()) == Some(&incident.id.as_str()));
            assert!(own.count() >= 20, "{}: the trap was not judged", incident.id);
            continue;
        }
        if incident.expect == Expected::Emerging {
            match noticed(incident, &seen, &house).await {
                Ok(told) => eprintln!("{}: {told}", incident.id),
                Err(told) => wrong.push(format!("{}: {told}", incident.id)),
            }
            continue;
        }
        let found = found(incident, &seen, &signals);
        eprintln!("{} ({} complaints): {found:#?}", incident.id, incident.complaints.len());
        let signal_due = incident.expect == Expected::Signal;
        if found.is_empty() || signal_due && !found.iter().any(|found| found.starts_with("signal")) {
            wrong.push(format!("{}: not found; a signal was due: {signal_due}", incident.id));
        }
    }
    eprintln!(
        "{} signals, {} without any planted complaint",
        signals.len(),
        signals.iter().filter(|(_, _, of_incident)| of_incident.is_empty()).count()
    );
    wrong.extend(wrong_suspects(&house, &truth, &signals).await);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

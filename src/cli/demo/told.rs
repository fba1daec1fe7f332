//! What the demo says on the terminal: each planted incident beside what the product made of it. It reads
//! what was found as anybody could; what was planted it only uses to name the findings.

use std::collections::{HashMap, HashSet};

use crate::domain::cluster::Cluster;
use crate::domain::counts::{Dimension, Node};
use crate::domain::emerging::Emerging;
use crate::domain::filter::{Field, Filter, Sort};
use crate::domain::signal::Signal;
use crate::domain::time::Day;
use crate::pipeline::Pipeline;
use crate::search::hits::Page;
use crate::simulate::plan::Expected;
use crate::simulate::truth::{PlantedIncident, Truth};

/// External ids one question may name.
const IDS_PER_QUESTION: usize = 1_000;
/// Groups a question's answer lists.
const GROUPS_LISTED: usize = 100;

/// What was made of an incident.
pub(super) struct Finding {
    /// The incident's id.
    pub(super) incident: String,
    /// The group in which most of its complaints are.
    pub(super) group: Option<Cluster>,
    /// How many of its complaints that group has.
    pub(super) of_incident: u64,
    /// The first signal since the incident began that is about that group or says it is part of it.
    pub(super) signal: Option<Signal>,
    /// The emerging failure in which most of its complaints are, and how many.
    pub(super) emerging: Option<(Emerging, usize)>,
}

/// Looks for each incident among groups and signals.
pub(super) async fn findings(pipeline: &Pipeline, truth: &Truth) -> anyhow::Result<Vec<Finding>> {
    let clusters = pipeline.store.clusters().await?;
    let signals = pipeline.store.signals().await?;
    let emerging = numbered(pipeline).await?;
    truth
        .incidents
        .iter()
        .map(|incident| {
            let best = clusters_of(pipeline, incident)?.into_iter().max_by_key(|(_, count)| *count);
            let group = best
                .as_ref()
                .and_then(|(id, _)| clusters.iter().find(|cluster| cluster.id.to_string() == *id).cloned());
            let signal = group.as_ref().and_then(|group| {
                let node = Node::new(Dimension::Cluster, group.id.to_string());
                let begin = incident.first_day.as_deref().and_then(Day::from_iso)?;
                let told = signals.iter().filter(|signal| signal.period_end >= begin);
                told.filter(|signal| {
                    signal.node == node || signal.evidence.also.iter().any(|also| also.node == node)
                })
                .min_by_key(|signal| (signal.node != node, signal.period_start))
            });
            Ok(Finding {
                incident: incident.id.clone(),
                of_incident: best.map_or(0, |(_, count)| count),
                signal: signal.cloned(),
                emerging: noticed(&emerging, incident),
                group,
            })
        })
        .collect()
}

/// Every emerging failure with the numbers its complaints have at their source.
async fn numbered(pipeline: &Pipeline) -> anyhow::Result<Vec<(Emerging, HashSet<String>)>> {
    let mut numbered = Vec::new();
    for group in pipeline.store.emerging().await? {
        let records = pipeline.complaints(&group.members).await?;
        let numbers = records.into_iter().filter_map(|record| record.complaint.external_id).collect();
        numbered.push((group, numbers));
    }
    Ok(numbered)
}

/// The emerging failure most of which the incident planted, if any.
fn noticed(
    emerging: &[(Emerging, HashSet<String>)],
    incident: &PlantedIncident,
) -> Option<(Emerging, usize)> {
    let own =
        |numbers: &HashSet<String>| incident.complaints.iter().filter(|id| numbers.contains(*id)).count();
    let most = emerging.iter().max_by_key(|(_, numbers)| own(numbers))?;
    let count = own(&most.1);
    (2 * count > most.1.len()).then(|| (most.0.clone(), count))
}

/// How many of the incident's complaints each group has.
fn clusters_of(pipeline: &Pipeline, incident: &PlantedIncident) -> anyhow::Result<HashMap<String, u64>> {
    let page = Page { limit: 0, after: None };
    let mut counts = HashMap::new();
    for ids in incident.complaints.chunks(IDS_PER_QUESTION) {
        let filter = ids.iter().fold(Filter::default(), |filter, id| filter.with(Field::ExternalId, id));
        let hits = pipeline.index.search(&filter, Sort::Newest, &page, &[Field::Cluster], GROUPS_LISTED)?;
        for (cluster, count) in hits.facets.into_iter().flat_map(|facet| facet.values) {
            if !cluster.is_empty() {
                *counts.entry(cluster).or_default() += count;
            }
        }
    }
    Ok(counts)
}

/// Says in a few lines what was found.
pub(super) async fn tell(
    pipeline: &Pipeline,
    truth: &Truth,
    findings: &[Finding],
    signals: usize,
) -> anyhow::Result<()> {
    let groups = pipeline.store.clusters().await?.len();
    println!("{groups} recurring failures found, {signals} alerts raised in the last half year.");
    println!("What was planted, and what became of it:");
    for (incident, finding) in truth.incidents.iter().zip(findings) {
        println!("  {}", line(incident, finding));
    }
    Ok(())
}

fn line(incident: &PlantedIncident, finding: &Finding) -> String {
    let Some(first_day) = &incident.first_day else { return format!("{}: no complaint", incident.title) };
    if incident.expect == Expected::Silence {
        return format!("{} (nothing to warn of)", incident.title);
    }
    if incident.expect == Expected::Emerging {
        return match &finding.emerging {
            Some((group, count)) => format!(
                "{} (from {first_day}): something new, «{}», has {count} of {}",
                incident.title,
                group.title,
                incident.complaints.len()
            ),
            None => format!("{} (from {first_day}): not noticed", incident.title),
        };
    }
    let group = match &finding.group {
        Some(group) => {
            format!("group «{}» has {} of {}", group.title, finding.of_incident, incident.complaints.len())
        }
        None => "in no group".to_owned(),
    };
    let alert = match &finding.signal {
        Some(signal) => format!("; alert from {} to {}", signal.period_start, signal.period_end),
        None => String::new(),
    };
    format!("{} (from {first_day}): {group}{alert}", incident.title)
}

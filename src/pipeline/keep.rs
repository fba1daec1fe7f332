//! Looks after the clusters that stand: moves them from state to state by the rules, names owners by the
//! organisation's rules, and works out how urgent each is. What people said stays as they said it.

use std::collections::HashMap;

use crate::domain::action::MAX_TITLE_CHARS;
use crate::domain::cluster::{Cluster, ClusterState};
use crate::domain::cluster_life::{self, Alarm, Standing};
use crate::domain::complaint::FieldError;
use crate::domain::counts::Dimension;
use crate::domain::id::ClusterId;
use crate::domain::label::Axis;
use crate::domain::ownership::{MAX_RULES, OwnerRule, owner_by_rule};
use crate::domain::priority::{self, Load, Priority};
use crate::domain::signal::{Signal, SignalState};
use crate::domain::taxonomy::Taxonomy;
use crate::domain::time::Day;
use crate::store::checkpoints::Checkpoint;
use crate::store::cluster_life::{LifeUpdate, Struck};
use crate::text::fingerprint::normalised_hash;

use super::{Pipeline, PipelineError, compute};

/// Days compared with as many before.
const RECENT_DAYS: i32 = 28;
/// Texts whose prints are taken at a time.
const PRINTS_AT_ONCE: usize = 5_000;

/// What a look after the clusters did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Clusters that changed their state.
    pub moved: usize,
    /// Clusters that got another owner by rule.
    pub owned: usize,
}

impl Pipeline {
    /// Looks after every cluster, once for each change or day.
    pub async fn keep_clusters(&self) -> Result<Kept, PipelineError> {
        let _one_at_a_time = self.discovering.lock().await;
        let today = self.store.clock().now().day_in(&self.zone);
        let seen = self.store.checkpoint(Checkpoint::KeptChange).await?;
        let seen_on = self.store.checkpoint(Checkpoint::KeptDay).await?;
        if seen == Some(self.store.last_change().await?) && seen_on == Some(i64::from(today.0)) {
            return Ok(Kept::default());
        }
        self.take_prints().await?;
        let Some((_, last_day)) = self.store.span_of_days().await? else { return Ok(Kept::default()) };
        let clusters = self.store.clusters().await?;
        let counts = self.recent_counts(last_day).await?;
        let struck = self.store.struck().await?;
        let alarms = alarms(&self.store.signals().await?);
        let rules = self.store.owner_rules().await?;
        let loads = loads(&clusters, &counts, &struck);
        let known_until = self.complete_weeks().await?.map_or(last_day, |(_, week)| week.last_day());
        let mut updates = Vec::new();
        for (cluster, load) in clusters.iter().zip(loads) {
            let since = cluster.life.since.day_in(&self.zone);
            // Only what rests is asked what came since.
            let (complaints_since, customers_since) = match cluster.state {
                ClusterState::Resolved | ClusterState::Archived => {
                    self.store.received_since(cluster.id, since).await?
                }
                _ => (0, 0),
            };
            let standing = Standing {
                state: cluster.state,
                since,
                by_person: cluster.life.by_person,
                aside: cluster.life.aside,
                founded: cluster.created_at.day_in(&self.zone),
                first: cluster.seen.map(|(first, _)| first),
                today,
                known_until,
                complaints_since,
                customers_since,
                alarm: alarms.get(&cluster.id).copied(),
            };
            let struck = struck.get(&cluster.id).cloned().unwrap_or_default();
            updates.extend(update(cluster, &standing, load, &struck, &rules));
        }
        let kept = Kept {
            moved: updates.iter().filter(|update| update.moved.is_some()).count(),
            owned: updates.iter().filter(|update| update.owner.is_some()).count(),
        };
        self.store.keep_lives(&updates, today).await?;
        if kept != Kept::default() {
            tracing::info!(moved = kept.moved, owned = kept.owned, "clusters moved by themselves");
        }
        Ok(kept)
    }

    /// The standing clusters most like one, with the cosine between their centres, most alike first.
    pub async fn alike(&self, id: ClusterId, most: usize) -> Result<Vec<(Cluster, f32)>, PipelineError> {
        let near = self.models().groups().map(|groups| groups.alike(id, most)).unwrap_or_default();
        let mut clusters: HashMap<ClusterId, Cluster> =
            self.store.clusters().await?.into_iter().map(|cluster| (cluster.id, cluster)).collect();
        Ok(near.into_iter().filter_map(|(id, cosine)| Some((clusters.remove(&id)?, cosine))).collect())
    }

    /// Where each cluster the model knows lies on a plane, by its id as text.
    pub fn plane(&self) -> HashMap<String, [f32; 2]> {
        let places = self.models().groups().map(|groups| groups.plane()).unwrap_or_default();
        places.into_iter().map(|(id, place)| (id.to_string(), place)).collect()
    }

    /// Takes the prints of texts that have none.
    async fn take_prints(&self) -> Result<(), PipelineError> {
        loop {
            let texts = self.store.texts_without_print(PRINTS_AT_ONCE).await?;
            let taken = texts.len();
            let prints = compute(move || {
                texts
                    .into_iter()
                    .map(|(id, text)| (id, i64::from_ne_bytes(normalised_hash(&text).to_ne_bytes())))
                    .collect::<Vec<_>>()
            })
            .await?;
            self.store.keep_prints(&prints).await?;
            if taken < PRINTS_AT_ONCE {
                return Ok(());
            }
        }
    }

    /// Complaints of each cluster in the last four weeks of the data, and in the four before.
    async fn recent_counts(&self, last: Day) -> Result<HashMap<String, (i64, i64)>, PipelineError> {
        let from = Day(last.0 - 2 * RECENT_DAYS + 1);
        let mut counts: HashMap<String, (i64, i64)> = HashMap::new();
        for count in self.store.counts_of_dimension(Dimension::Cluster, from, last).await? {
            let (recent, before) = counts.entry(count.key).or_default();
            if last.0 - count.day.0 < RECENT_DAYS {
                *recent += count.complaints;
            } else {
                *before += count.complaints;
            }
        }
        Ok(counts)
    }
}

/// The alarm of each cluster with the latest window, of those nobody refuted or closed.
fn alarms(signals: &[Signal]) -> HashMap<ClusterId, Alarm> {
    let mut latest: HashMap<ClusterId, Alarm> = HashMap::new();
    for signal in signals {
        let stands = !matches!(signal.state, SignalState::Refuted | SignalState::Closed);
        if !stands || signal.node.dimension != Dimension::Cluster {
            continue;
        }
        let Ok(cluster) = signal.node.key.parse::<ClusterId>() else { continue };
        let alarm = Alarm {
            end: signal.period_end,
            observed: signal.evidence.observed,
            expected: signal.evidence.expected,
        };
        let known = latest.entry(cluster).or_insert(alarm);
        if alarm.end > known.end {
            *known = alarm;
        }
    }
    latest
}

fn loads(
    clusters: &[Cluster],
    counts: &HashMap<String, (i64, i64)>,
    struck: &HashMap<ClusterId, Struck>,
) -> Vec<Load> {
    let mut loads: Vec<Load> = clusters
        .iter()
        .map(|cluster| {
            let (recent, before) = counts.get(&cluster.id.to_string()).copied().unwrap_or_default();
            let claiming = struck.get(&cluster.id).map_or(0.0, |struck| struck.claiming);
            Load::new(recent, before, claiming, cluster.failure_type.as_deref())
        })
        .collect();
    priority::shared(&mut loads);
    loads
}

/// Whether two loads are the same but for how numbers are kept.
fn is_close(one: Load, other: Load) -> bool {
    let parts = |load: Load| [load.frequency, load.severity, load.growth, load.harm, load.share];
    parts(one).iter().zip(parts(other)).all(|(one, other)| (one - other).abs() < 1e-9)
}

/// What a look changes about a cluster; `None` when nothing does.
fn update(
    cluster: &Cluster,
    standing: &Standing,
    load: Load,
    struck: &Struck,
    rules: &[OwnerRule],
) -> Option<LifeUpdate> {
    let life = &cluster.life;
    let moved = cluster_life::next(standing).map(|(state, why)| (cluster.state, state, why));
    let named = owner_by_rule(
        rules,
        cluster.product_area.as_deref(),
        cluster.failure_type.as_deref(),
        struck.unit.as_deref(),
    );
    // A rule that no longer fits takes back whom it named.
    let owner_now =
        if life.owner_by_person { cluster.owner.clone() } else { named.map(|(_, owner)| owner.to_owned()) };
    let owner = (owner_now != cluster.owner)
        .then(|| (cluster.owner.clone(), owner_now.clone(), named.map_or(0, |(place, _)| place)));
    let priority = Priority::of_share(load.share);
    let is_same = moved.is_none()
        && owner.is_none()
        && life.load.is_some_and(|known| is_close(known, load))
        && (life.customers, life.texts) == (struck.customers, struck.texts);
    (!is_same).then_some(LifeUpdate {
        cluster: cluster.id,
        moved,
        owner,
        owner_now,
        priority,
        load,
        customers: struck.customers,
        texts: struck.texts,
    })
}

/// What is wrong with rules that name owners.
pub fn check_rules(rules: &[OwnerRule], taxonomy: &Taxonomy) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if rules.len() > MAX_RULES {
        let reason = format!("has {} rules, at most {MAX_RULES} are kept", rules.len());
        errors.push(FieldError::new("rules", "too_many", reason, "join some of them"));
    }
    for (place, rule) in rules.iter().enumerate() {
        let mut wrong = |name: &str, code: &str, reason: String, remedy: &str| {
            errors.push(FieldError::new(&format!("rules.{place}.{name}"), code, reason, remedy));
        };
        if rule.owner.trim().is_empty() {
            wrong("owner", "missing", "is empty".to_owned(), "name who answers");
        }
        for (name, text) in [("owner", Some(&rule.owner)), ("unit", rule.unit.as_ref())] {
            if text.is_some_and(|text| text.chars().count() > MAX_TITLE_CHARS || text.contains('\0')) {
                let reason = format!("has more than {MAX_TITLE_CHARS} characters or a NUL character");
                wrong(name, "too_long", reason, "shorten it");
            }
        }
        let axes = [
            ("area", Axis::ProductArea, &rule.area),
            ("failure_type", Axis::FailureType, &rule.failure_type),
        ];
        for (name, axis, term) in axes {
            if let Some(term) = term.as_deref().filter(|term| taxonomy.term(axis, term).is_none()) {
                wrong(
                    name,
                    "unknown_term",
                    format!("`{term}` is no term of the taxonomy"),
                    "use an id of it",
                );
            }
        }
    }
    errors
}

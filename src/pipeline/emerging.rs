//! The failure nobody has named yet, noticed while it is small: the latest texts are held against the past,
//! step by step as they came in. What is found is kept with what it rests on; one that goes on grows and is
//! not found again. People found a cluster of it or dismiss it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rand::SeedableRng;
use rand::seq::index;
use rand_chacha::ChaCha8Rng;
use tokio::sync::Mutex;

use crate::config::EmergingConfig;
use crate::domain::cluster_history::DecisionKind;
use crate::domain::emerging::{Emerging, EmergingEvidence, EmergingState, settled_by_itself};
use crate::domain::id::{ClusterId, ComplaintId, EmergingId};
use crate::domain::language::Language;
use crate::domain::time::{MICROS_PER_SECOND, Timestamp};
use crate::learn::LearnError;
use crate::learn::emerging::{EmergingGroup, Params, Scanner};
use crate::store::analysis::GroupingText;
use crate::store::cluster_decisions::NewDecision;
use crate::store::emerging::{Arrival, EmergingScan, EmergingUpdate};
use crate::text::fingerprint::normalised_hash;

use super::discover::name_of;
use super::plan::{By, Change};
use super::rediscover::Settled;
use super::{Pipeline, PipelineError, THREADS, compute};

/// Recent texts a scan looks at: those of a week, within these.
const MIN_RECENT: usize = 150;
const MAX_RECENT: usize = 1_500;
/// Looks a window of recent texts is scanned over: after each twelfth of it that is new.
const STEPS_A_WINDOW: usize = 12;
/// Texts of the past it is learned from, and for each recent one; drawn from the latest so many.
const HISTORY: usize = 3_000;
const HISTORY_PER_RECENT: usize = 6;
const HISTORY_POOL: usize = 50_000;
/// The past is learned anew after so many days, or once so large a share of it has come in since.
const LEARNED_FOR_DAYS: i64 = 28;
const LEARNED_FOR_SHARE: f64 = 0.5;
/// Scans whose findings are kept together.
const STEPS_AT_ONCE: usize = 20;
/// More texts than asked for are read, since repeats are left out.
const WITH_REPEATS: usize = 2;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;
/// The same data and seed give the same findings.
const SEED: u64 = 1;

/// How the search works, from the settings, and the past it learned last.
#[derive(Debug)]
pub(super) struct Noticing {
    false_alarms_per_1000: f64,
    first_weeks: i64,
    learned: Mutex<Option<Learned>>,
}

/// A past with what was learned from it; learning it anew gives the same.
#[derive(Clone, Debug)]
struct Learned {
    past: Arrival,
    recent: usize,
    scanner: Arc<Scanner>,
}

/// What a search did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Noticed {
    /// Scans made.
    pub scans: usize,
    /// Failures found that were not known.
    pub found: usize,
}

/// A text with its repeats left out, and where it came in the order of arrival.
struct Read {
    arrival: Arrival,
    text: GroupingText,
}

/// Texts of a stretch of time in the order of their arrival.
#[derive(Default)]
struct Stretch {
    texts: Vec<Read>,
    /// Complaints that repeat one of them: which one, and when they came.
    repeats: Vec<(Arrival, usize)>,
    seen: HashMap<u64, usize>,
}

/// A group as a scan told it.
struct Told {
    group: EmergingGroup,
    /// Its texts' positions in the stretch.
    members: Vec<usize>,
    /// The text after which it was told.
    at: usize,
}

impl Noticing {
    pub(super) fn new(config: &EmergingConfig) -> Self {
        Self {
            false_alarms_per_1000: config.false_alarms_per_1000,
            first_weeks: i64::from(config.first_weeks),
            learned: Mutex::new(None),
        }
    }

    fn params(&self, recent: usize) -> Params {
        Params {
            recent,
            step: step_of(recent),
            false_alarms_per_1000: self.false_alarms_per_1000,
            threads: THREADS,
            ..Params::default()
        }
    }
}

fn step_of(recent: usize) -> usize {
    (recent / STEPS_A_WINDOW).max(1)
}

impl Stretch {
    /// Reads on; a text that repeats one of the last `recent` is none of its own.
    fn push(&mut self, arrivals: &[Arrival], mut texts: HashMap<ComplaintId, GroupingText>, recent: usize) {
        for arrival in arrivals {
            let Some(text) = texts.remove(&arrival.id) else { continue };
            let hash = normalised_hash(&text.text);
            match self.seen.get(&hash) {
                Some(&known) if known + recent >= self.texts.len() => self.repeats.push((*arrival, known)),
                _ => {
                    self.seen.insert(hash, self.texts.len());
                    self.texts.push(Read { arrival: *arrival, text });
                }
            }
        }
    }

    fn words(&self, members: impl Iterator<Item = usize>) -> Vec<(&str, Language)> {
        members.map(|at| (self.texts[at].text.text.as_str(), self.texts[at].text.language)).collect()
    }
}

impl Pipeline {
    /// Looks at the texts that came in since the last look, for groups of them the past leaves no room for.
    /// The first time, the last weeks are looked at as if they came in anew. While there are too few texts to
    /// learn a past from, nothing is done.
    pub async fn notice(&self) -> Result<Noticed, PipelineError> {
        let noticing = Arc::clone(&self.noticing);
        let mut learned = noticing.learned.lock().await;
        let mut noticed = Noticed::default();
        let Some(mut scan) = self.first_or_last_scan(&noticing).await? else { return Ok(noticed) };
        loop {
            let most = step_of(scan.recent) * STEPS_AT_ONCE;
            let coming = self.store.arrivals_after(scan.scanned, most).await?;
            if coming.len() < step_of(scan.recent) {
                break;
            }
            if is_due(&scan, coming[0].at) {
                self.learn_later_past(&mut scan).await?;
            }
            let scanner = match &*learned {
                Some(known) if (known.past, known.recent) == (scan.past, scan.recent) => {
                    Arc::clone(&known.scanner)
                }
                _ => match self.learn_past(&scan).await? {
                    Some(scanner) => {
                        let (past, recent) = (scan.past, scan.recent);
                        *learned = Some(Learned { past, recent, scanner: Arc::clone(&scanner) });
                        scanner
                    }
                    None => break,
                },
            };
            let Some((scans, found)) = self.look_at(&mut scan, &coming, scanner).await? else { break };
            noticed.scans += scans;
            noticed.found += found;
        }
        self.settle_by_itself().await?;
        if noticed.found > 0 {
            tracing::info!(found = noticed.found, scans = noticed.scans, "failures nobody had named noticed");
        }
        Ok(noticed)
    }

    /// Where the search stands, or where it begins; `None` while there is too little to begin with.
    async fn first_or_last_scan(&self, noticing: &Noticing) -> Result<Option<EmergingScan>, PipelineError> {
        if let Some(scan) = self.store.emerging_scan().await? {
            return Ok(Some(scan));
        }
        let all = self.store.arrivals_until(None, HISTORY_POOL).await?;
        let Some(newest) = all.last() else { return Ok(None) };
        let from = Timestamp(newest.at.0 - noticing.first_weeks * 7 * MICROS_PER_DAY);
        let begin = all.partition_point(|arrival| arrival.at < from);
        let recent = recent_at(&all[..begin.max(1)]);
        // Repeats are no texts of their own: some more are needed than the past must have.
        let least = noticing.params(recent).least_history() * 5 / 4;
        let begin = begin.max(least + recent);
        if begin + step_of(recent) > all.len() {
            return Ok(None);
        }
        let (past, scanned) = (all[begin - recent - 1], all[begin - 1]);
        Ok(Some(EmergingScan { past, recent, learned_at: scanned.at, since: 0, scanned }))
    }

    /// Moves the end of the past up to the recent texts.
    async fn learn_later_past(&self, scan: &mut EmergingScan) -> Result<(), PipelineError> {
        let before = self.store.arrivals_until(Some(scan.scanned), HISTORY_POOL).await?;
        scan.recent = recent_at(&before);
        let end = before.len().saturating_sub(scan.recent + 1);
        if let Some(past) = before.get(end) {
            scan.past = *past;
        }
        scan.learned_at = scan.scanned.at;
        scan.since = 0;
        Ok(())
    }

    /// Learns the past from a sample of it; `None` when it has too few different texts.
    async fn learn_past(&self, scan: &EmergingScan) -> Result<Option<Arc<Scanner>>, PipelineError> {
        let pool = self.store.arrivals_until(Some(scan.past), HISTORY_POOL).await?;
        let most = HISTORY.max(HISTORY_PER_RECENT * scan.recent);
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        let drawn = index::sample(&mut random, pool.len(), pool.len().min(most * WITH_REPEATS)).into_vec();
        let ids: Vec<ComplaintId> = drawn.iter().map(|&at| pool[at].id).collect();
        let mut texts = self.store.grouping_texts(&ids).await?;
        let mut seen = HashSet::new();
        texts.retain(|text| seen.insert(normalised_hash(&text.text)));
        // By id they are in the order in which they were stored: what is left out is left to chance.
        let kept = index::sample(&mut random, texts.len(), texts.len().min(most)).into_vec();
        let params = self.noticing.params(scan.recent).check()?;
        if kept.len() < params.get().least_history() {
            return Ok(None);
        }
        let fitted = compute(move || {
            let history: Vec<(&str, Language)> =
                kept.iter().map(|&at| (texts[at].text.as_str(), texts[at].language)).collect();
            Scanner::fit(&history, &params, SEED)
        })
        .await?;
        match fitted {
            Ok(scanner) => Ok(Some(Arc::new(scanner))),
            // Too few different words to tell anything apart by.
            Err(LearnError::NoFeatures { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Scans after every step of the coming texts, and keeps what was found; gives scans and failures found.
    /// `None` when fewer than a step of them are no repeats.
    async fn look_at(
        &self,
        scan: &mut EmergingScan,
        coming: &[Arrival],
        scanner: Arc<Scanner>,
    ) -> Result<Option<(usize, usize)>, PipelineError> {
        let (recent, step) = (scan.recent, step_of(scan.recent));
        let before = self.store.arrivals_until(Some(scan.scanned), recent * WITH_REPEATS).await?;
        let mut stretch = Stretch::default();
        stretch.push(&before, self.texts_of(&before).await?, recent);
        let start = stretch.texts.len();
        stretch.push(coming, self.texts_of(coming).await?, recent);
        let scans = (stretch.texts.len() - start) / step;
        if scans == 0 {
            // So many repeats that no step is full: the next look starts after them.
            if coming.len() < step * STEPS_AT_ONCE {
                return Ok(None);
            }
            scan.scanned = *coming.last().expect("there are more than a step");
            self.store.record_emerging(&[], scan).await?;
            return Ok(Some((0, 0)));
        }
        let ids: Vec<ComplaintId> = stretch.texts.iter().map(|read| read.arrival.id).collect();
        let known = self.store.emerging_of(&ids).await?;
        let is_known: Vec<bool> = ids.iter().map(|id| known.contains_key(id)).collect();
        let for_terms = Arc::clone(&scanner);
        let (stretch, told) = compute(move || {
            let told = scanned(&scanner, &stretch, is_known, start, step, recent);
            (stretch, told)
        })
        .await?;
        let last = start + scans * step - 1;
        scan.scanned = stretch.texts[last].arrival;
        scan.since += scans * step;
        let (updates, found) = self.updates(&stretch, told, known, scan, for_terms.threshold()).await?;
        self.store.record_emerging(&updates, scan).await?;
        Ok(Some((scans, found)))
    }

    async fn texts_of(
        &self,
        arrivals: &[Arrival],
    ) -> Result<HashMap<ComplaintId, GroupingText>, PipelineError> {
        let ids: Vec<ComplaintId> = arrivals.iter().map(|arrival| arrival.id).collect();
        Ok(self.store.grouping_texts(&ids).await?.into_iter().map(|text| (text.id, text)).collect())
    }

    /// What the scans told, as failures to keep: new ones, and known ones that grew; with how many are new.
    async fn updates(
        &self,
        stretch: &Stretch,
        told: Vec<Told>,
        mut known: HashMap<ComplaintId, EmergingId>,
        scan: &EmergingScan,
        threshold: f64,
    ) -> Result<(Vec<EmergingUpdate>, usize), PipelineError> {
        let mut standing: BTreeMap<EmergingId, Emerging> =
            self.store.emerging().await?.into_iter().map(|group| (group.id, group)).collect();
        let mut added: BTreeMap<EmergingId, Vec<ComplaintId>> = BTreeMap::new();
        let mut found = 0;
        for Told { group, members, at } in told {
            let ids: Vec<ComplaintId> =
                members.iter().map(|&member| stretch.texts[member].arrival.id).collect();
            let id = match most_of(ids.iter().filter_map(|id| known.get(id).copied())) {
                Some(id) => id,
                None => {
                    found += 1;
                    let id = self.store.new_emerging_id();
                    let evidence = EmergingEvidence {
                        recent: scan.recent,
                        neighbours: group.neighbours,
                        recent_neighbours: group.recent_neighbours,
                        expected: group.expected,
                        score: group.score,
                        threshold,
                        ..EmergingEvidence::default()
                    };
                    let noticed_at = stretch.texts[at].arrival.at;
                    standing.insert(
                        id,
                        Emerging {
                            id,
                            title: String::new(),
                            evidence,
                            state: EmergingState::Open,
                            cluster: None,
                            decision: None,
                            noticed_at,
                            first_at: noticed_at,
                            last_at: noticed_at,
                            members: Vec::new(),
                        },
                    );
                    id
                }
            };
            for member in ids {
                known.entry(member).or_insert_with(|| {
                    added.entry(id).or_default().push(member);
                    id
                });
            }
        }
        for (arrival, original) in stretch.repeats.iter().filter(|(arrival, _)| *arrival <= scan.scanned) {
            if let Some(&id) = known.get(&stretch.texts[*original].arrival.id)
                && !standing.get(&id).is_some_and(|group| group.members.contains(&arrival.id))
            {
                added.entry(id).or_default().push(arrival.id);
            }
        }
        let at: HashMap<ComplaintId, Timestamp> = stretch
            .texts
            .iter()
            .map(|read| read.arrival)
            .chain(stretch.repeats.iter().map(|(arrival, _)| *arrival))
            .map(|arrival| (arrival.id, arrival.at))
            .collect();
        let mut updates = Vec::new();
        for (id, added) in added {
            let Some(group) = standing.remove(&id) else { continue };
            let times = added.iter().filter_map(|id| at.get(id).copied());
            let (first_at, last_at) = times
                .fold((group.first_at, group.last_at), |(first, last), at| (first.min(at), last.max(at)));
            let mut members = group.members.clone();
            members.extend(&added);
            let (title, evidence) = self.told_of(&members, stretch, group.evidence).await?;
            updates.push(EmergingUpdate {
                id,
                title,
                evidence,
                // One that had stopped and goes on is looked at again.
                state: if group.state == EmergingState::Faded { EmergingState::Open } else { group.state },
                cluster: group.cluster,
                noticed_at: group.noticed_at,
                first_at,
                last_at,
                place: group.members.len(),
                added,
            });
        }
        Ok((updates, found))
    }

    /// Title, terms and where it would stand, from its complaints beside the other recent ones.
    async fn told_of(
        &self,
        members: &[ComplaintId],
        stretch: &Stretch,
        evidence: EmergingEvidence,
    ) -> Result<(String, EmergingEvidence), PipelineError> {
        let own: HashSet<ComplaintId> = members.iter().copied().collect();
        let texts = self.store.grouping_texts(members).await?;
        let others: Vec<GroupingText> = stretch
            .texts
            .iter()
            .filter(|read| !own.contains(&read.arrival.id))
            .map(|read| read.text.clone())
            .collect();
        let (taxonomy, models) = (self.taxonomy(), self.models());
        compute(move || {
            let (title, terms) = name_of(&texts, &others, &taxonomy);
            let words: Vec<(&str, Language)> =
                texts.iter().map(|text| (text.text.as_str(), text.language)).collect();
            let nearest = models.groups().and_then(|groups| groups.nearest_to(&words, THREADS));
            let prevails = |value: fn(&GroupingText) -> Option<&String>| {
                let most = most_of(texts.iter().filter_map(value))?;
                let count = texts.iter().filter(|text| value(text) == Some(most)).count();
                (2 * count >= texts.len()).then(|| most.clone())
            };
            let product_area = prevails(|text| text.product_area.as_ref());
            let failure_type = prevails(|text| text.failure_type.as_ref());
            (title, EmergingEvidence { terms, nearest, product_area, failure_type, ..evidence })
        })
        .await
    }

    /// Lets failures nobody has decided about end by themselves: they have a cluster by now, or stopped.
    async fn settle_by_itself(&self) -> Result<(), PipelineError> {
        let Some(newest) = self.store.arrivals_until(None, 1).await?.pop() else { return Ok(()) };
        for group in self.store.emerging().await? {
            if group.state != EmergingState::Open {
                continue;
            }
            let homes = self.store.members_among(&group.members).await?;
            let homes: Vec<Option<ClusterId>> = homes.into_values().collect();
            if let Some((state, cluster)) = settled_by_itself(&homes, group.last_at, newest.at) {
                self.store.settle_emerging(group.id, state, cluster, None).await?;
            }
        }
        Ok(())
    }

    /// Makes an emerging failure a cluster of its complaints that are in none; a decision as any other, that
    /// can be undone.
    pub async fn found_emerging(
        &self,
        id: EmergingId,
        title: Option<String>,
        by: &By,
    ) -> Result<Settled, PipelineError> {
        let Some(group) = self.open_emerging(id).await? else { return Ok(Settled::NotOpen) };
        let homes = self.store.members_among(&group.members).await?;
        let complaints = group.members.iter().copied().filter(|member| homes.get(member) == Some(&None));
        let title = title.filter(|title| !title.is_empty()).unwrap_or(group.title);
        let change = Change::Found { complaints: complaints.collect(), title: Some(title) };
        let (decision, plan) = match self.decide(&change, by).await? {
            Ok(decided) => decided,
            Err(refusal) => return Ok(Settled::Refused(refusal)),
        };
        let cluster = plan.founds.map(|(cluster, _)| cluster);
        self.store.settle_emerging(id, EmergingState::Founded, cluster, Some(decision)).await?;
        Ok(Settled::Done(decision))
    }

    /// Says that an emerging failure is nothing: nothing moves, and no later search tells of it again.
    pub async fn dismiss_emerging(&self, id: EmergingId, by: &By) -> Result<Settled, PipelineError> {
        if self.open_emerging(id).await?.is_none() {
            return Ok(Settled::NotOpen);
        }
        let decision = NewDecision {
            kind: DecisionKind::Refuse,
            person: by.person.clone(),
            reason: by.reason.clone(),
            founded: Vec::new(),
            moves: Vec::new(),
            retired: Vec::new(),
            links: Vec::new(),
        };
        let _one_at_a_time = self.discovering.lock().await;
        let Some(decision) = self.store.decide(&decision).await? else { return Ok(Settled::NotOpen) };
        self.store.settle_emerging(id, EmergingState::Dismissed, None, Some(decision)).await?;
        Ok(Settled::Done(decision))
    }

    /// One that nobody has decided about.
    async fn open_emerging(&self, id: EmergingId) -> Result<Option<Emerging>, PipelineError> {
        let found = self.store.emerging().await?.into_iter().find(|group| group.id == id);
        Ok(found.filter(|group| group.decision.is_none() && group.state != EmergingState::Known))
    }
}

/// Recent texts to look at, after these came in: as many as came in a week.
fn recent_at(before: &[Arrival]) -> usize {
    let Some(last) = before.last() else { return MIN_RECENT };
    let from = Timestamp(last.at.0 - 7 * MICROS_PER_DAY);
    let of_week = before.len() - before.partition_point(|arrival| arrival.at < from);
    of_week.clamp(MIN_RECENT, MAX_RECENT)
}

/// Whether the past should be learned anew before a text that comes in now is looked at.
fn is_due(scan: &EmergingScan, now: Timestamp) -> bool {
    let most = HISTORY.max(HISTORY_PER_RECENT * scan.recent) as f64;
    now.0 - scan.learned_at.0 >= LEARNED_FOR_DAYS * MICROS_PER_DAY
        || scan.since as f64 >= LEARNED_FOR_SHARE * most
}

/// What the scans after each step of the stretch beyond `start` tell.
fn scanned(
    scanner: &Scanner,
    stretch: &Stretch,
    mut is_known: Vec<bool>,
    start: usize,
    step: usize,
    recent: usize,
) -> Vec<Told> {
    let placed = scanner.place(&stretch.words(0..stretch.texts.len()));
    let mut told = Vec::new();
    for end in (start + step..=placed.len()).step_by(step) {
        let from = end.saturating_sub(recent);
        for group in scanner.scan(&placed[from..end], &mut is_known[from..end]) {
            let members = group.members.iter().map(|member| from + member).collect();
            told.push(Told { group, members, at: end - 1 });
        }
    }
    told
}

/// The value that comes most often; of equals the first in order.
fn most_of<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    values.for_each(|value| *counts.entry(value).or_default() += 1);
    let most = counts.values().copied().max()?;
    counts.into_iter().find(|(_, count)| *count == most).map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::time::Day;

    fn arrival(day: i64, number: u128) -> Arrival {
        Arrival { at: Timestamp(day * MICROS_PER_DAY), id: ComplaintId(Uuid::from_u128(number)) }
    }

    #[test]
    fn a_window_holds_a_week_within_bounds() {
        let daily = |per_day: u128| -> Vec<Arrival> {
            (0..60).flat_map(|day| (0..per_day).map(move |n| arrival(day, n))).collect()
        };
        for (per_day, expected) in [(1, MIN_RECENT), (40, 320), (400, MAX_RECENT)] {
            assert_eq!(recent_at(&daily(per_day)), expected, "{per_day} a day");
        }
        assert_eq!(recent_at(&[]), MIN_RECENT);
    }

    #[test]
    fn the_past_is_learned_anew_monthly_or_after_growth() {
        let scan = |since| EmergingScan {
            past: arrival(0, 1),
            recent: 300,
            learned_at: Timestamp(0),
            since,
            scanned: arrival(0, 1),
        };
        for (days, since, due) in [(27, 0, false), (28, 0, true), (1, 1_499, false), (1, 1_500, true)] {
            assert_eq!(is_due(&scan(since), Timestamp(days * MICROS_PER_DAY)), due, "{days} {since}");
        }
    }

    #[test]
    fn a_repeat_is_no_text_of_its_own_while_its_first_is_near() {
        let text = |number: u128, text: &str| GroupingText {
            id: ComplaintId(Uuid::from_u128(number)),
            day: Day(0),
            text: text.to_owned(),
            language: Language::Spanish,
            product_area: None,
            failure_type: None,
        };
        let told =
            ["carta modelo 12", "otra cosa", "Carta modelo 34", "una tercera", "y más", "carta modelo 5"];
        let arrivals: Vec<Arrival> = (0..6).map(|number| arrival(0, number)).collect();
        let texts: HashMap<ComplaintId, GroupingText> = (0..)
            .zip(told)
            .map(|(number, words)| (arrivals[number as usize].id, text(number, words)))
            .collect();
        let mut stretch = Stretch::default();
        stretch.push(&arrivals, texts, 3);
        let kept: Vec<u128> = stretch.texts.iter().map(|read| read.arrival.id.0.as_u128()).collect();
        assert_eq!(kept, [0, 1, 3, 4, 5]);
        assert_eq!(stretch.repeats, [(arrivals[2], 0)]);
    }
}

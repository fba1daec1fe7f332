//! The failure nobody has named yet, noticed while it is small: the latest texts are held against the past,
//! step by step as they came in. What is found is kept with what it rests on; one that goes on grows and is
//! not found again. People found a cluster of it or dismiss it.

mod look;
mod settle;
mod stretch;
mod updates;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rand::SeedableRng;
use rand::seq::index;
use rand_chacha::ChaCha8Rng;
use tokio::sync::Mutex;

use super::{Pipeline, PipelineError, THREADS, compute};
use crate::config::EmergingConfig;
use crate::domain::id::ComplaintId;
use crate::domain::language::Language;
use crate::domain::time::{MICROS_PER_SECOND, Timestamp};
use crate::learn::LearnError;
use crate::learn::emerging::{Params, Scanner};
use crate::store::emerging::{Arrival, EmergingScan};
use crate::text::fingerprint::normalised_hash;

/// Recent texts a scan looks at: those of a week, within these.
const MIN_RECENT: usize = 150;
const MAX_RECENT: usize = 1_500;
/// Looks a window of recent texts is scanned over: after each twelfth of it that is new.
const STEPS_A_WINDOW: usize = 12;
/// Texts of the past it is learned from, and for each recent one; drawn from the latest so many. A failure told
/// in words the past has not lies nowhere in particular, so a past is worth its size.
const HISTORY: usize = 8_000;
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

/// New texts after which a window of `recent` ones is scanned.
fn step_of(recent: usize) -> usize {
    (recent / STEPS_A_WINDOW).max(1)
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
        for (days, since, due) in [(27, 0, false), (28, 0, true), (1, 3_999, false), (1, 4_000, true)] {
            assert_eq!(is_due(&scan(since), Timestamp(days * MICROS_PER_DAY)), due, "{days} {since}");
        }
    }
}

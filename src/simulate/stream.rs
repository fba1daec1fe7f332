//! The stream itself: which complaints come on each day, drawn day by day and never kept.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use rand::Rng;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::arrivals::{draw_count, everyday_mean};
use super::corpus::CorpusText;
use super::facts::facts;
use super::holidays::is_holiday;
use super::plan::{Incident, IncidentKind, Plan};
use super::variation::{Varied, varied, with_other_numbers};
use crate::domain::complaint::NewComplaint;
use crate::domain::time::{Day, MICROS_PER_SECOND, Timestamp};

/// Complaints of each product area an invented telecom-and-bank group gets, relative to each other. The
/// other areas of the corpus are not its business.
const AREAS: [(&str, f64); 11] = [
    ("internet_tv", 24.0),
    ("mobile", 22.0),
    ("cards", 14.0),
    ("accounts", 10.0),
    ("payments", 8.0),
    ("loans", 8.0),
    ("insurance", 7.0),
    ("delivery", 3.0),
    ("retail", 3.0),
    ("investments", 2.0),
    ("other", 1.0),
];
/// Share of the everyday complaints that come on a holiday of their country.
const HOLIDAY_SHARE: f64 = 0.45;
/// Complaints arrive between these seconds of the day.
const OFFICE_SECONDS: std::ops::Range<i64> = 7 * 3600..22 * 3600;
/// Customers of the group for each complaint it gets in a day.
const CUSTOMERS_PER_DAILY_COMPLAINT: f64 = 400.0;
/// Days of a month, on average.
const DAYS_PER_MONTH: f64 = 30.4375;
/// The demo: a year and a half, about 20,000 complaints with the planted ones.
const DEMO_MONTHS: u32 = 18;
const DEMO_PER_DAY: f64 = 34.0;

/// What the stream is made of.
#[derive(Clone, Debug)]
pub struct Story {
    /// Decides everything that is left to chance.
    pub seed: u64,
    /// Last day of the stream.
    pub last_day: Day,
    /// Length of the stream.
    pub days: u32,
    /// Mean everyday complaints per day.
    pub per_day: f64,
    /// The organisation's time zone.
    pub zone: TimeZone,
    /// What goes wrong beyond the everyday.
    pub plan: Plan,
}

/// A complaint of the stream and the incident it was planted by, as its place in the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// The complaint.
    pub complaint: NewComplaint,
    /// Which incident it belongs to; none for an everyday one.
    pub incident: Option<usize>,
}

impl Story {
    /// The demo's eighteen months that end on `last_day`.
    pub fn demo(seed: u64, last_day: Day, zone: TimeZone) -> Self {
        let days = days_of_months(DEMO_MONTHS);
        Self { seed, last_day, days, per_day: DEMO_PER_DAY, zone, plan: Plan::demo() }
    }

    /// The first day of the stream.
    pub fn first_day(&self) -> Day {
        Day(self.last_day.0.saturating_sub(i32::try_from(self.days).unwrap_or(i32::MAX)) + 1)
    }

    /// Draws the stream, oldest first, a day at a time. Empty when the corpus is.
    ///
    /// Every incident has its own source of chance: without it the others, and the everyday, stay the same.
    pub fn stream<'a>(&'a self, corpus: &'a [CorpusText]) -> Stream<'a> {
        let mut by_area: BTreeMap<&str, Vec<&CorpusText>> = BTreeMap::new();
        for text in corpus {
            by_area.entry(&text.product_area).or_default().push(text);
        }
        let areas = AREAS
            .iter()
            .filter_map(|(area, weight)| by_area.remove(area).map(|texts| (*weight, texts)))
            .collect();
        let planted = self
            .plan
            .incidents
            .iter()
            .enumerate()
            .map(|(place, incident)| Planted {
                place,
                incident,
                texts: texts_of(incident, corpus),
                random: source_of_chance(self.seed, &incident.id),
            })
            .collect();
        Stream {
            story: self,
            areas,
            planted,
            random: source_of_chance(self.seed, ""),
            offset_days: 0,
            number: 0,
            today: Vec::new().into_iter(),
        }
    }
}

/// Days of so many months.
pub fn days_of_months(months: u32) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded and positive")]
    let days = (f64::from(months) * DAYS_PER_MONTH).round() as u32;
    days
}

/// An independent stream of chance for each name.
fn source_of_chance(seed: u64, name: &str) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    // FNV-1a: the name's place among 2^64 streams; what it is matters less than that it never changes.
    let stream = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    random.set_stream(stream);
    random
}

fn texts_of<'a>(incident: &'a Incident, corpus: &'a [CorpusText]) -> Vec<&'a CorpusText> {
    if !incident.texts.is_empty() {
        return incident.texts.iter().collect();
    }
    corpus
        .iter()
        .filter(|text| incident.product_area.as_ref().is_none_or(|area| *area == text.product_area))
        .filter(|text| incident.failure_type.as_ref().is_none_or(|failure| *failure == text.failure_type))
        .collect()
}

/// An incident while it is drawn.
struct Planted<'a> {
    place: usize,
    incident: &'a Incident,
    texts: Vec<&'a CorpusText>,
    random: ChaCha8Rng,
}

/// The stream under way: an iterator that holds one day.
pub struct Stream<'a> {
    story: &'a Story,
    areas: Vec<(f64, Vec<&'a CorpusText>)>,
    planted: Vec<Planted<'a>>,
    random: ChaCha8Rng,
    offset_days: u32,
    number: u64,
    today: std::vec::IntoIter<Drawn>,
}

impl Iterator for Stream<'_> {
    type Item = Drawn;

    fn next(&mut self) -> Option<Drawn> {
        loop {
            if let Some(mut drawn) = self.today.next() {
                self.number += 1;
                drawn.complaint.external_id = Some(external_id(self.number));
                return Some(drawn);
            }
            if self.offset_days >= self.story.days || self.areas.is_empty() {
                return None;
            }
            self.today = self.draw_day().into_iter();
            self.offset_days += 1;
        }
    }
}

/// The id of the stream's complaint of this number, counted from 1.
pub(super) fn external_id(number: u64) -> String {
    format!("D-{number:06}")
}

impl Stream<'_> {
    /// The complaints of the next day, by their time.
    fn draw_day(&mut self) -> Vec<Drawn> {
        let story = self.story;
        let day = Day(story.first_day().0 + i32::try_from(self.offset_days).unwrap_or(i32::MAX));
        let midnight = day.start_in(&story.zone);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "positive, and cut off at u32"
        )]
        let customers = (story.per_day * CUSTOMERS_PER_DAILY_COMPLAINT) as u32;
        let mut today = Vec::new();
        let mean = everyday_mean(story.per_day, day, self.offset_days, story.days);
        for _ in 0..draw_count(mean, &mut self.random) {
            let texts = self.areas.choose_weighted(&mut self.random, |(weight, _)| *weight);
            let Some(text) = texts.ok().and_then(|(_, texts)| texts.choose(&mut self.random)) else {
                continue;
            };
            if is_holiday(&text.country, day) && !self.random.gen_bool(HOLIDAY_SHARE) {
                continue;
            }
            let Varied { text: words, place } = varied(text, &mut self.random);
            let facts = facts(text, place, day, customers, &mut self.random);
            let at = arrival(midnight, &mut self.random);
            let complaint = NewComplaint {
                source: SOURCE.to_owned(),
                external_id: None,
                received_at: at,
                received_day: day,
                text: Some(words),
                declared_language: None,
                facts,
            };
            today.push(Drawn { complaint, incident: None });
        }
        for planted in &mut self.planted {
            today.extend(planted.draw_day(story.last_day, day, midnight, customers));
        }
        today.sort_by_key(|drawn| drawn.complaint.received_at);
        today
    }
}

/// Where simulated complaints say they come from.
const SOURCE: &str = "demo";

fn arrival(midnight: Timestamp, random: &mut impl Rng) -> Timestamp {
    Timestamp(midnight.0 + random.gen_range(OFFICE_SECONDS) * MICROS_PER_SECOND)
}

impl Planted<'_> {
    fn draw_day(&mut self, last_day: Day, day: Day, midnight: Timestamp, customers: u32) -> Vec<Drawn> {
        let Self { place, incident, texts, random } = self;
        let count = draw_count(incident.mean_on(last_day, day), random);
        let mut today = Vec::with_capacity(count as usize);
        for _ in 0..count {
            let Some(text) = texts.choose(random) else { break };
            // What a text says of its towns belongs to an incident of one region; a copied letter is one
            // because nothing of it is changed.
            let stays = incident.kind == IncidentKind::CopiedLetters || incident.facts.region.is_some();
            let Varied { text: words, place: town } = if stays {
                let town = super::places::any_place(&text.country, random);
                Varied { text: with_other_numbers(&text.text, &[], random), place: town }
            } else {
                varied(text, random)
            };
            let mut facts = facts(text, town, day, customers, random);
            incident.facts.put_into(&mut facts);
            let complaint = NewComplaint {
                source: SOURCE.to_owned(),
                external_id: None,
                received_at: arrival(midnight, random),
                received_day: day,
                text: Some(words),
                declared_language: None,
                facts,
            };
            today.push(Drawn { complaint, incident: Some(*place) });
        }
        today
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::corpus::bundled;

    fn story(seed: u64) -> Story {
        Story::demo(seed, Day(20_779), TimeZone::UTC)
    }

    #[test]
    fn the_same_seed_gives_the_same_stream() {
        let corpus = bundled();
        let stream: Vec<Drawn> = story(7).stream(&corpus).collect();
        assert_eq!(stream, story(7).stream(&corpus).collect::<Vec<_>>());
        assert_ne!(stream, story(8).stream(&corpus).collect::<Vec<_>>());
        assert!((19_000..21_500).contains(&stream.len()), "{} complaints", stream.len());
        assert!(stream.is_sorted_by_key(|drawn| drawn.complaint.received_at));
        assert_eq!(stream.last().map(|drawn| drawn.complaint.received_day), Some(Day(20_779)));
        assert_eq!(stream.first().map(|drawn| drawn.complaint.received_day), Some(story(7).first_day()));
        let now = Timestamp(i64::from(20_780) * 86_400 * MICROS_PER_SECOND);
        assert!(stream.iter().all(|drawn| drawn.complaint.check(now).is_ok()));
    }

    #[test]
    fn an_incident_adds_its_complaints_and_changes_no_other() {
        let corpus = bundled();
        let with = story(7);
        let mut without = story(7);
        without.plan.incidents.retain(|incident| incident.id != "billing-error");
        let told = |story: &Story, planted: bool| {
            let place = story.plan.incidents.iter().position(|incident| incident.id == "billing-error");
            story
                .stream(&corpus)
                .filter(|drawn| (drawn.incident.is_some() && drawn.incident == place) == planted)
                .map(|drawn| (drawn.complaint.received_at, drawn.complaint.text))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(&with, false), told(&without, false));
        let planted = told(&with, true);
        assert!((130..260).contains(&planted.len()), "{} planted", planted.len());
        let first = Day(20_779 - 31).start_in(&TimeZone::UTC);
        assert!(planted.iter().all(|(at, _)| *at >= first));
    }

    #[test]
    fn fewer_complain_on_holidays() {
        let corpus = bundled();
        let mut quiet = story(3);
        (quiet.per_day, quiet.days) = (400.0, 170);
        quiet.last_day = Day::from_iso("2026-05-02").expect("a valid date");
        quiet.plan = Plan::default();
        let mut by_day: BTreeMap<Day, u32> = BTreeMap::new();
        for drawn in quiet.stream(&corpus) {
            *by_day.entry(drawn.complaint.received_day).or_default() += 1;
        }
        for iso in ["2025-12-25", "2026-01-01", "2026-05-01"] {
            let day = Day::from_iso(iso).expect("a valid date");
            // A fortnight: the week before New Year's Day is Christmas.
            let (holiday, fortnight_before) = (by_day[&day], by_day[&Day(day.0 - 14)]);
            assert!(holiday * 4 < fortnight_before * 3, "{iso}: {holiday} against {fortnight_before}");
        }
    }
}

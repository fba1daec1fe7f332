//! The stream itself: how many complaints come on each day, which texts, and the incidents planted.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use rand::Rng;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::corpus::CorpusText;
use super::variation::with_other_numbers;
use crate::domain::complaint::{Facts, NewComplaint};
use crate::domain::time::{Day, MICROS_PER_SECOND, Timestamp};

/// Complaints by weekday, Monday first, relative to the mean.
const WEEKDAYS: [f64; 7] = [1.35, 1.2, 1.1, 1.1, 1.1, 0.65, 0.5];
/// Share of the mean by which the yearly season moves it up and down.
const SEASON: f64 = 0.12;
/// Growth over the whole stream.
const GROWTH: f64 = 0.15;
/// Variance over mean of a day's number of complaints (negative binomial).
const DISPERSION: f64 = 1.6;

/// What the stream is made of.
#[derive(Clone, Debug)]
pub struct Story {
    /// Decides everything that is left to chance.
    pub seed: u64,
    /// Last day of the stream.
    pub last_day: Day,
    /// Length of the stream.
    pub days: u32,
    /// Mean complaints per day.
    pub per_day: f64,
    /// The organisation's time zone.
    pub zone: TimeZone,
    /// What goes wrong beyond the everyday.
    pub incidents: Vec<Incident>,
}

/// Something that goes wrong: more complaints of one product area and failure type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Incident {
    /// Product area.
    pub product_area: &'static str,
    /// Failure type.
    pub failure_type: &'static str,
    /// Days before the end of the stream at which it starts.
    pub starts_days_before_end: u32,
    /// How long it lasts.
    pub lasts_days: u32,
    /// Complaints a day at its height.
    pub per_day: f64,
    /// Whether it grows evenly to its height instead of starting with it.
    pub ramp: bool,
}

impl Story {
    /// A year of about fifteen complaints a day that ends on `last_day`, with a billing error three weeks
    /// before the end, a slow ramp of faulty equipment, and an outage that is over.
    pub fn of_a_year(seed: u64, last_day: Day, zone: TimeZone) -> Self {
        let incident = |product_area, failure_type, starts_days_before_end, lasts_days, per_day, ramp| {
            Incident { product_area, failure_type, starts_days_before_end, lasts_days, per_day, ramp }
        };
        Self {
            seed,
            last_day,
            days: 371,
            per_day: 15.0,
            zone,
            incidents: vec![
                incident("mobile", "undue_charge", 20, 21, 4.0, false),
                incident("internet_tv", "defective_product", 70, 71, 3.0, true),
                incident("internet_tv", "service_outage", 130, 6, 9.0, false),
            ],
        }
    }

    /// Draws the stream, oldest first. Empty when the corpus is.
    pub fn draw(&self, corpus: &[CorpusText]) -> Vec<NewComplaint> {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let all: Vec<&CorpusText> = corpus.iter().collect();
        let mut cells: BTreeMap<(&str, &str), Vec<&CorpusText>> = BTreeMap::new();
        for text in corpus {
            cells.entry((&text.product_area, &text.failure_type)).or_default().push(text);
        }
        let days = i32::try_from(self.days).unwrap_or(i32::MAX);
        let mut stream = Vec::new();
        for offset in 0..days {
            let day = Day(self.last_day.0 - days + 1 + offset);
            let mut today: Vec<&CorpusText> = Vec::new();
            for _ in 0..draw_count(self.mean_on(day, offset), &mut random) {
                today.extend(all.choose(&mut random));
            }
            for incident in &self.incidents {
                let texts = cells.get(&(incident.product_area, incident.failure_type));
                for _ in 0..draw_count(incident.mean_on(self.last_day, day), &mut random) {
                    today.extend(texts.and_then(|texts| texts.choose(&mut random)));
                }
            }
            let mut seconds: Vec<i64> = today.iter().map(|_| random.gen_range(7 * 3600..22 * 3600)).collect();
            seconds.sort_unstable();
            for (text, second) in today.into_iter().zip(seconds) {
                let number = stream.len();
                stream.push(self.complaint(text, day, second, number, &mut random));
            }
        }
        stream
    }

    fn mean_on(&self, day: Day, offset: i32) -> f64 {
        let year = f64::from(day.0) / 365.25 * std::f64::consts::TAU;
        let grown = 1.0 + GROWTH * (f64::from(offset) / f64::from(self.days) - 0.5);
        self.per_day * WEEKDAYS[day.weekday_index()] * (1.0 + SEASON * year.cos()) * grown
    }

    fn complaint(
        &self,
        text: &CorpusText,
        day: Day,
        second: i64,
        number: usize,
        random: &mut impl Rng,
    ) -> NewComplaint {
        let kept: Vec<&str> = text.pii.iter().map(|datum| datum.text.as_str()).collect();
        NewComplaint {
            source: "demo".to_owned(),
            external_id: Some(format!("D-{:06}", number + 1)),
            received_at: Timestamp(day.start_in(&self.zone).0 + second * MICROS_PER_SECOND),
            received_day: day,
            text: Some(with_other_numbers(&text.text, &kept, random)),
            declared_language: None,
            facts: Facts {
                region: Some(text.country.clone()),
                channel: Some(text.channel.clone()),
                company: Some(company(&text.product_area).to_owned()),
                customer: Some(format!("C-{:05}", random.gen_range(0..8_000))),
                ..Facts::default()
            },
        }
    }
}

impl Incident {
    fn mean_on(&self, last_day: Day, day: Day) -> f64 {
        let first = last_day.0 - i32::try_from(self.starts_days_before_end).unwrap_or(i32::MAX);
        let lasts = i32::try_from(self.lasts_days).unwrap_or(i32::MAX);
        let into = day.0 - first;
        if !(0..lasts).contains(&into) {
            0.0
        } else if self.ramp {
            self.per_day * f64::from(into + 1) / f64::from(lasts)
        } else {
            self.per_day
        }
    }
}

/// The unit of the invented group that answers for a product area.
fn company(product_area: &str) -> &'static str {
    match product_area {
        "mobile" | "internet_tv" => "Lumbre Telecom",
        "accounts" | "cards" | "loans" | "payments" | "investments" => "Banco Lumbre",
        "insurance" => "Lumbre Seguros",
        _ => "Grupo Lumbre",
    }
}

/// A negative-binomial number with this mean and variance `DISPERSION` times the mean, as a Poisson
/// number whose mean is gamma-distributed.
fn draw_count(mean: f64, random: &mut impl Rng) -> u32 {
    if mean <= 0.0 {
        return 0;
    }
    let shape = mean / (DISPERSION - 1.0);
    poisson(gamma(shape, random) * (DISPERSION - 1.0), random)
}

/// A gamma number of scale 1 (Marsaglia and Tsang 2000).
fn gamma(shape: f64, random: &mut impl Rng) -> f64 {
    if shape < 1.0 {
        let lift: f64 = random.gen_range(f64::EPSILON..1.0);
        return gamma(shape + 1.0, random) * lift.powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let normal = normal(random);
        let v = (1.0 + c * normal).powi(3);
        let u: f64 = random.gen_range(f64::EPSILON..1.0);
        if v > 0.0 && u.ln() < 0.5 * normal * normal + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// A standard normal number (Box and Muller 1958).
fn normal(random: &mut impl Rng) -> f64 {
    let u: f64 = random.gen_range(f64::EPSILON..1.0);
    let angle = random.gen_range(0.0..std::f64::consts::TAU);
    (-2.0 * u.ln()).sqrt() * angle.cos()
}

/// A Poisson number by multiplying uniform ones (Knuth), in parts of mean 30 so that nothing underflows.
fn poisson(mean: f64, random: &mut impl Rng) -> u32 {
    let (mut rest, mut count) = (mean, 0);
    while rest > 0.0 {
        let part = rest.min(30.0);
        rest -= part;
        let limit = (-part).exp();
        let mut product: f64 = random.gen_range(0.0..1.0);
        while product > limit {
            count += 1;
            product *= random.gen_range(0.0..1.0);
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::corpus::bundled;

    fn story(seed: u64) -> Story {
        Story::of_a_year(seed, Day(20_779), TimeZone::UTC)
    }

    #[test]
    fn the_same_seed_gives_the_same_stream() {
        let corpus = bundled();
        let stream = story(7).draw(&corpus);
        assert_eq!(stream, story(7).draw(&corpus));
        assert_ne!(stream, story(8).draw(&corpus));
        assert!((5_000..8_000).contains(&stream.len()), "{} complaints", stream.len());
        assert!(stream.is_sorted_by_key(|complaint| complaint.received_at));
        assert_eq!(stream.last().map(|complaint| complaint.received_day), Some(Day(20_779)));
    }

    #[test]
    fn counts_have_the_stated_mean_and_spread() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        for mean in [0.3, 4.0, 60.0] {
            let counts: Vec<f64> = (0..20_000).map(|_| f64::from(draw_count(mean, &mut random))).collect();
            let n = counts.len() as f64;
            let average = counts.iter().sum::<f64>() / n;
            let variance = counts.iter().map(|count| (count - average).powi(2)).sum::<f64>() / n;
            assert!((average / mean - 1.0).abs() < 0.05, "mean {average} instead of {mean}");
            assert!(
                (variance / average / DISPERSION - 1.0).abs() < 0.08,
                "dispersion {}",
                variance / average
            );
        }
    }

    #[test]
    fn an_incident_stands_where_it_was_planted() {
        let corpus = bundled();
        let labels: BTreeMap<&str, (&str, &str)> = corpus
            .iter()
            .map(|text| (text.text.as_str(), (text.product_area.as_str(), text.failure_type.as_str())))
            .collect();
        let mut quiet = story(7);
        quiet.incidents.clear();
        let of_cell = |story: &Story| {
            // Numbers vary, so texts are recognised by their first words.
            let stream = story.draw(&corpus);
            let key =
                |text: &str| text.chars().take_while(|c| !c.is_ascii_digit()).take(40).collect::<String>();
            let cell: Vec<String> = labels
                .iter()
                .filter(|(_, label)| **label == ("mobile", "undue_charge"))
                .map(|(text, _)| key(text))
                .collect();
            stream
                .iter()
                .filter(|complaint| complaint.received_day.0 > 20_779 - 21)
                .filter(|complaint| cell.contains(&key(complaint.text.as_deref().unwrap_or_default())))
                .count()
        };
        let (with, without) = (of_cell(&story(7)), of_cell(&quiet));
        assert!(with > without + 50, "{with} against {without}");
    }
}

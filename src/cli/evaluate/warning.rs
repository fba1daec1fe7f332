//! `raiz evaluate warning`: the watcher on a stream of dated records from a file, held against events and traps
//! that are known: how late each event was noticed, and which traps made it cry wolf.

mod told;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use flate2::read::MultiGzDecoder;

use crate::cli::Outcome;
use crate::cli::watch::replay::words;
use crate::domain::counts::{Dimension, Node};
use crate::domain::time::{Day, Week};
use crate::watch::calibration::{self, Effort};
use crate::watch::known_events::Known;
use crate::watch::{Params, Series};
use told::{Raised, raised};

/// Records a series must have to be watched.
const LEAST_RECORDS: u64 = 12;
/// Periods before the first that is judged.
const WARM_UP: i32 = 8;
/// Ways of dividing are told apart by these.
const DIMENSIONS: [Dimension; 7] = [
    Dimension::Company,
    Dimension::Region,
    Dimension::Channel,
    Dimension::Cluster,
    Dimension::ProductArea,
    Dimension::FailureType,
    Dimension::AreaFailure,
];

/// What one count spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Period {
    Day,
    Week,
    Month,
}

#[derive(Args)]
pub(in crate::cli) struct Warning {
    /// Records with their day or month in `received_at`, and `count` where a record stands for several; CSV or .gz
    #[arg(long, value_name = "FILE")]
    stream: PathBuf,
    /// Its name in the file of events; the file's own name when not given
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// What one count spans
    #[arg(long, value_enum, default_value_t = Period::Week)]
    period: Period,
    /// Columns to divide by, several joined by +, for example company,company+issue; the whole is always watched
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    by: Vec<String>,
    /// Events and traps: kind,stream,freq,filter,onset,peak
    #[arg(long, value_name = "FILE")]
    truth: PathBuf,
    /// False alarms that all series together may raise in a period; without it, the usual threshold
    #[arg(long, value_name = "NUMBER")]
    budget: Option<f64>,
    /// Also print the warnings that are about none of the events
    #[arg(long)]
    others: bool,
}

/// A known event and the series it is in: columns and values.
struct Told {
    filter: Vec<(String, String)>,
    known: Known,
}

/// What a file holds: the whole, then each way of dividing, all over the same periods; and its records.
struct Stream {
    series: Vec<Series>,
    records: Vec<Record>,
}

/// One line of it.
struct Record {
    period: i32,
    count: u64,
    /// Places of the series that count it.
    series: Vec<usize>,
}

impl Warning {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        if self.by.len() > DIMENSIONS.len() {
            bail!("--by takes {} ways of dividing at most", DIMENSIONS.len());
        }
        let own_name = self.stream.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let name = self.name.as_deref().unwrap_or(own_name.split('.').next().unwrap_or_default());
        let stream = self.read()?;
        let series = &stream.series;
        let (first, last) = match series.first().and_then(|all| Some((all.first_week, all.last_week()?))) {
            Some((first, last)) => (Week(first.0 + WARM_UP), last),
            None => bail!("{} holds no dated records", self.stream.display()),
        };
        let mut params = Params { threshold: 2.42, season_weeks: self.period.season(), ..Params::default() };
        if let Some(budget) = self.budget {
            let effort = Effort { series_weeks: 40_000, seed: 1 };
            let tail = calibration::tail(series, &[], &params.clone().check()?, effort);
            params.threshold = tail.threshold(budget, series.len());
        }
        let params = params.check()?;
        let (raised, new_names) = raised(&stream, (first, last), &params);
        println!(
            "{name}: {} series, {} to {}, alarm above a score of {:.2}",
            series.len(),
            self.period.told(first.0),
            self.period.told(last.0),
            params.get().threshold
        );
        let events = self.events(name)?;
        let mut about = vec![false; raised.len()];
        let mut good = 0;
        for Told { filter, known } in &events {
            let own = self.find(series, filter);
            let of_it: Vec<(usize, &Raised)> =
                raised.iter().enumerate().filter(|(_, one)| Some(one.series) == own).collect();
            let periods: Vec<i32> = of_it.iter().flat_map(|(_, one)| one.first..=one.last).collect();
            for (at, one) in of_it {
                about[at] |= (one.first..=one.last).any(|period| known.holds(period));
            }
            let outcome = known.outcome(&periods);
            good += usize::from(outcome.is_good());
            let told = match own {
                Some(_) => words(outcome, |period| self.period.told(period), "periods"),
                None => "no such series, or too few records".to_owned(),
            };
            println!("  {} {}: {told}", if known.is_trap { "trap " } else { "event" }, known.name);
        }
        // What another warning explains is told with that one, not by itself.
        let is_other = |(one, about): &(&Raised, &bool)| one.is_told && !**about;
        let others = raised.iter().zip(&about).filter(is_other).count();
        let unexplained = raised.iter().filter(|one| one.is_told).count();
        let periods = f64::from(last.0 - first.0 + 1);
        println!(
            "  {good} of {} as wanted; {others} other warnings, {:.2} a period; {} explained by another; {new_names} alarms taken for new names",
            events.len(),
            others as f64 / periods,
            raised.len() - unexplained
        );
        if self.others {
            for (one, _) in raised.iter().zip(&about).filter(is_other) {
                println!("    {} {}", self.period.told(one.first), series[one.series].node.key);
            }
        }
        Ok(Outcome::Done)
    }

    fn read(&self) -> anyhow::Result<Stream> {
        let mut csv = open(&self.stream)?;
        let headers = csv.headers().with_context(|| self.stream.display().to_string())?.clone();
        let find = |name: &str| headers.iter().position(|header| header == name);
        let column = |name: &str| {
            find(name).with_context(|| format!("{} has no column `{name}`", self.stream.display()))
        };
        let (at, count) = (column("received_at")?, find("count"));
        let by = self
            .by
            .iter()
            .map(|columns| columns.split('+').map(column).collect::<anyhow::Result<Vec<usize>>>())
            .collect::<anyhow::Result<Vec<Vec<usize>>>>()?;
        let mut counts: BTreeMap<(usize, String), BTreeMap<i32, u64>> = BTreeMap::new();
        let mut records = Vec::new();
        let mut newest = Day(i32::MIN);
        for record in csv.records() {
            let record = record.with_context(|| self.stream.display().to_string())?;
            let Some(day) = day_of(&record[at]) else { continue };
            newest = newest.max(day);
            let number = count.and_then(|count| record[count].parse().ok()).unwrap_or(1);
            let period = self.period.of(day);
            let mut keys = vec![(0, "all".to_owned())];
            for (way, columns) in by.iter().enumerate() {
                let values: Vec<&str> = columns.iter().map(|&column| record[column].trim()).collect();
                if values.iter().all(|value| !value.is_empty()) {
                    keys.push((way + 1, values.join(" / ")));
                }
            }
            for key in &keys {
                *counts.entry(key.clone()).or_default().entry(period).or_default() += number;
            }
            records.push((period, number, keys));
        }
        let periods = || counts.values().flat_map(BTreeMap::keys).copied();
        let (Some(first), Some(mut last)) = (periods().min(), periods().max()) else {
            return Ok(Stream { series: Vec::new(), records: Vec::new() });
        };
        // A week that is not over is not judged.
        if self.period == Period::Week && newest < Week(last).last_day() {
            last -= 1;
        }
        counts.retain(|_, counts| counts.values().sum::<u64>() >= LEAST_RECORDS);
        let places: BTreeMap<&(usize, String), usize> = counts.keys().zip(0..).collect();
        let records = records.iter().map(|(period, count, keys)| {
            let series = keys.iter().filter_map(|key| places.get(key).copied()).collect();
            Record { period: *period, count: *count, series }
        });
        let records = records.collect();
        let series = counts
            .iter()
            .map(|((way, key), counts)| {
                let dimension = way.checked_sub(1).map_or(Dimension::All, |way| DIMENSIONS[way]);
                let count = |period: i32| counts.get(&period).copied().unwrap_or(0);
                let counts = (first..=last).map(count).map(|count| u32::try_from(count).unwrap_or(u32::MAX));
                Series { node: Node::new(dimension, key), first_week: Week(first), counts: counts.collect() }
            })
            .collect();
        Ok(Stream { series, records })
    }

    /// The series of a filter: the way of dividing with the same columns, and its values.
    fn find(&self, series: &[Series], filter: &[(String, String)]) -> Option<usize> {
        if filter.is_empty() {
            return series.iter().position(|one| one.node.dimension == Dimension::All);
        }
        let way = self.by.iter().position(|columns| {
            columns.split('+').count() == filter.len()
                && columns.split('+').all(|column| filter.iter().any(|(name, _)| name == column))
        })?;
        let values: Vec<&str> = self.by[way]
            .split('+')
            .filter_map(|column| filter.iter().find(|(name, _)| name == column))
            .map(|(_, value)| value.as_str())
            .collect();
        let node = Node::new(DIMENSIONS[way], values.join(" / "));
        series.iter().position(|one| one.node == node)
    }

    fn events(&self, stream: &str) -> anyhow::Result<Vec<Told>> {
        let mut csv = open(&self.truth)?;
        let headers = csv.headers().with_context(|| self.truth.display().to_string())?.clone();
        let column = |name: &str| {
            let found = headers.iter().position(|header| header == name);
            found.with_context(|| format!("{} has no column `{name}`", self.truth.display()))
        };
        let columns = ["kind", "stream", "freq", "filter", "onset", "peak"];
        let places = columns.map(column).into_iter().collect::<anyhow::Result<Vec<usize>>>()?;
        let mut events = Vec::new();
        for (index, record) in csv.records().enumerate() {
            let record = record.with_context(|| self.truth.display().to_string())?;
            let field = |place: usize| record[places[place]].trim();
            if field(1) != stream || field(2) != self.period.name() {
                continue;
            }
            let line = || format!("{} line {}", self.truth.display(), index + 2);
            let onset = day_of(field(4)).with_context(|| format!("{}: `{}` is no day", line(), field(4)))?;
            let onset = self.period.of(onset);
            let filter = field(3).split(';').filter_map(|part| part.split_once('='));
            let filter: Vec<(String, String)> =
                filter.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            let known = Known {
                name: format!("{} from {}", if filter.is_empty() { "all" } else { field(3) }, field(4)),
                is_trap: field(0).starts_with("trap"),
                onset,
                // A trap without a peak is over with the period after it.
                peak: day_of(field(5)).map_or(onset + 1, |peak| self.period.of(peak)),
            };
            events.push(Told { filter, known });
        }
        Ok(events)
    }
}

impl Period {
    fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// Periods after which the season comes back.
    fn season(self) -> f64 {
        match self {
            Self::Day => 7.0,
            Self::Week => 52.0,
            Self::Month => 12.0,
        }
    }

    fn of(self, day: Day) -> i32 {
        let date = day.to_civil();
        match self {
            Self::Day => day.0,
            Self::Week => day.week().0,
            Self::Month => i32::from(date.year()) * 12 + i32::from(date.month()) - 1,
        }
    }

    fn told(self, period: i32) -> String {
        match self {
            Self::Day => Day(period).to_string(),
            Self::Week => Week(period).first_day().to_string(),
            Self::Month => format!("{}-{:02}", period.div_euclid(12), period.rem_euclid(12) + 1),
        }
    }
}

/// The day of `2026-11-12`, of such a day with a time after it, or the first of `2026-11`.
fn day_of(text: &str) -> Option<Day> {
    let text = text.trim();
    Day::from_iso(text.get(..10).unwrap_or(text)).or_else(|| Day::from_iso(&format!("{text}-01")))
}

fn open(path: &Path) -> anyhow::Result<csv::Reader<Box<dyn Read>>> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let zipped = path.extension().is_some_and(|extension| extension == "gz");
    let reader: Box<dyn Read> = if zipped { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    Ok(csv::Reader::from_reader(reader))
}

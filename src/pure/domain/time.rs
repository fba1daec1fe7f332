//! Instants, days and weeks as plain integers. The clock is read by `store::clock` alone; here time is
//! an argument.

use std::fmt;

use jiff::civil::{self, Weekday};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// An instant in integer microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// A civil day, counted from 1970-01-01 (day 0, a Thursday) in the organisation's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i32);

/// A week from Monday to Sunday, counted so that week 0 holds 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Week(pub i32);

/// Microseconds in a second.
pub const MICROS_PER_SECOND: i64 = 1_000_000;

const EPOCH: civil::Date = civil::date(1970, 1, 1);

impl Timestamp {
    /// The civil day of this instant in `zone`. Instants outside jiff's range (years −9999 to 9999)
    /// fall on day 0; `NewComplaint::check` refuses them long before.
    pub fn day_in(self, zone: &TimeZone) -> Day {
        jiff::Timestamp::from_microsecond(self.0)
            .map_or(Day(0), |instant| Day::from_civil(instant.to_zoned_datetime(zone.clone()).date()))
    }

    /// RFC 3339 in UTC with seconds, e.g. `2026-11-12T08:30:00Z`.
    pub fn to_rfc3339(self) -> String {
        jiff::Timestamp::from_second(self.0.div_euclid(MICROS_PER_SECOND))
            .map_or_else(|_| "1970-01-01T00:00:00Z".to_owned(), |instant| instant.to_string())
    }

    /// Reads an RFC 3339 instant; `None` when it is not one.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        text.trim().parse::<jiff::Timestamp>().ok().map(|instant| Self(instant.as_microsecond()))
    }
}

impl Day {
    /// The day of a civil date.
    pub fn from_civil(date: civil::Date) -> Self {
        Self(date.since(EPOCH).map_or(0, |span| span.get_days()))
    }

    /// The civil date of this day.
    pub fn to_civil(self) -> civil::Date {
        EPOCH.checked_add(jiff::Span::new().days(i64::from(self.0))).unwrap_or(EPOCH)
    }

    /// Reads `2026-11-12`; `None` when it is not such a date.
    pub fn from_iso(text: &str) -> Option<Self> {
        text.trim().parse::<civil::Date>().ok().map(Self::from_civil)
    }

    /// The first instant of this day in `zone`.
    pub fn start_in(self, zone: &TimeZone) -> Timestamp {
        self.to_civil()
            .to_zoned_datetime(zone.clone())
            .map_or(Timestamp(0), |zoned| Timestamp(zoned.timestamp().as_microsecond()))
    }

    /// The week this day belongs to.
    pub fn week(self) -> Week {
        // Day 0 is a Thursday: three days after the Monday that starts week 0.
        Week((self.0 + 3).div_euclid(7))
    }

    /// Monday is 0, Sunday is 6.
    pub fn weekday_index(self) -> usize {
        match self.to_civil().weekday() {
            Weekday::Monday => 0,
            Weekday::Tuesday => 1,
            Weekday::Wednesday => 2,
            Weekday::Thursday => 3,
            Weekday::Friday => 4,
            Weekday::Saturday => 5,
            Weekday::Sunday => 6,
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_civil())
    }
}

impl Week {
    /// The Monday of this week.
    pub fn first_day(self) -> Day {
        Day(self.0 * 7 - 3)
    }

    /// The Sunday of this week.
    pub fn last_day(self) -> Day {
        Day(self.0 * 7 + 3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_start_on_monday_and_days_round_trip() {
        for iso in ["1969-12-29", "1970-01-01", "2024-02-29", "2026-11-23", "1999-12-31"] {
            let day = Day::from_iso(iso).expect("a valid date");
            assert_eq!(day.to_string(), iso);
            assert_eq!(day.week().first_day().weekday_index(), 0, "{iso}");
            assert_eq!(day.week().last_day().weekday_index(), 6, "{iso}");
            assert!((day.week().first_day()..=day.week().last_day()).contains(&day), "{iso}");
        }
    }

    #[test]
    fn a_day_depends_on_the_zone() {
        let instant = Timestamp::from_rfc3339("2026-03-01T03:00:00Z").expect("a valid instant");
        let bogota = TimeZone::get("America/Bogota").expect("a known zone");
        assert_eq!(instant.day_in(&TimeZone::UTC).to_string(), "2026-03-01");
        assert_eq!(instant.day_in(&bogota).to_string(), "2026-02-28");
        assert_eq!(
            Day::from_iso("2026-02-28").expect("valid").start_in(&bogota).to_rfc3339(),
            "2026-02-28T05:00:00Z"
        );
    }
}

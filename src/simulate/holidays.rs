//! National holidays of the countries the corpus sounds like: fewer people complain on them. Only days on
//! which offices are closed in the whole country are here.

use jiff::civil::{Date, Weekday, date};

use crate::domain::time::Day;

/// How a holiday finds its day in a year.
#[derive(Clone, Copy, Debug)]
enum Rule {
    /// Month and day.
    On(i8, i8),
    /// Days after Easter Sunday; before it when negative.
    Easter(i32),
    /// The first Monday that is not before this month and day (Colombia's "ley Emiliani").
    MondayFrom(i8, i8),
}

use Rule::{Easter, MondayFrom, On};

const EVERYWHERE: &[Rule] = &[On(1, 1), On(12, 25)];

const BY_COUNTRY: &[(&str, &[Rule])] = &[
    ("ES", &[On(1, 6), Easter(-2), On(5, 1), On(8, 15), On(10, 12), On(11, 1), On(12, 6), On(12, 8)]),
    (
        "MX",
        &[
            MondayFrom(2, 1),
            MondayFrom(3, 15),
            Easter(-3),
            Easter(-2),
            On(5, 1),
            On(9, 16),
            MondayFrom(11, 15),
        ],
    ),
    (
        "CO",
        &[
            MondayFrom(1, 6),
            MondayFrom(3, 19),
            Easter(-3),
            Easter(-2),
            On(5, 1),
            Easter(43),
            Easter(64),
            Easter(71),
            MondayFrom(6, 29),
            On(7, 20),
            On(8, 7),
            MondayFrom(8, 15),
            MondayFrom(10, 12),
            MondayFrom(11, 1),
            MondayFrom(11, 11),
            On(12, 8),
        ],
    ),
    (
        "PE",
        &[
            Easter(-3),
            Easter(-2),
            On(5, 1),
            On(6, 29),
            On(7, 28),
            On(7, 29),
            On(8, 30),
            On(10, 8),
            On(11, 1),
            On(12, 8),
        ],
    ),
    (
        "CL",
        &[
            Easter(-2),
            Easter(-1),
            On(5, 1),
            On(5, 21),
            On(7, 16),
            On(8, 15),
            On(9, 18),
            On(9, 19),
            On(11, 1),
            On(12, 8),
        ],
    ),
    (
        "AR",
        &[
            Easter(-48),
            Easter(-47),
            On(3, 24),
            On(4, 2),
            Easter(-2),
            On(5, 1),
            On(5, 25),
            On(6, 20),
            On(7, 9),
            MondayFrom(8, 15),
            MondayFrom(10, 8),
            On(12, 8),
        ],
    ),
];

/// Whether `day` is a holiday in the whole of `country` (ISO 3166-1). Countries without a list of their own
/// keep New Year and Christmas.
pub(super) fn is_holiday(country: &str, day: Day) -> bool {
    let civil = day.to_civil();
    let own = BY_COUNTRY.iter().find(|(code, _)| *code == country).map_or(&[][..], |(_, rules)| rules);
    EVERYWHERE.iter().chain(own).any(|rule| rule.day_in(civil.year()) == civil)
}

impl Rule {
    fn day_in(self, year: i16) -> Date {
        match self {
            On(month, day) => date(year, month, day),
            Easter(days) => {
                let easter = Day::from_civil(easter(year));
                Day(easter.0 + days).to_civil()
            }
            MondayFrom(month, day) => {
                let from = date(year, month, day);
                let days_on = (7 - from.weekday().since(Weekday::Monday)).rem_euclid(7);
                Day(Day::from_civil(from).0 + i32::from(days_on)).to_civil()
            }
        }
    }
}

/// Easter Sunday in the Gregorian calendar (the anonymous algorithm, Meeus 1991, chapter 8).
fn easter(year: i16) -> Date {
    let year_number = i32::from(year);
    let (golden, century, rest) = (year_number % 19, year_number / 100, year_number % 100);
    let (leap_centuries, leap_rest) = (century / 4, century % 4);
    let moon = (century + 8) / 25;
    let shift = (century - moon + 1) / 3;
    let epact = (19 * golden + century - leap_centuries - shift + 15) % 30;
    let weekday = (32 + 2 * leap_rest + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let count = epact + weekday - 7 * late + 114;
    let part = |number: i32| i8::try_from(number).expect("a month or a day of a month");
    date(year, part(count / 31), part(count % 31 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holidays_lie_on_their_known_days() {
        for (country, iso, expected) in [
            ("ES", "2026-04-03", true),
            ("ES", "2025-04-18", true),
            ("ES", "2026-10-12", true),
            ("ES", "2026-10-13", false),
            ("MX", "2026-02-02", true),
            ("MX", "2026-03-16", true),
            ("MX", "2026-11-16", true),
            ("CO", "2026-01-12", true),
            ("CO", "2026-05-18", true),
            ("CO", "2026-11-02", true),
            ("CO", "2026-11-01", false),
            ("AR", "2026-02-16", true),
            ("AR", "2026-10-12", true),
            ("CL", "2026-09-18", true),
            ("PE", "2026-07-28", true),
            ("US", "2026-12-25", true),
            ("US", "2026-10-12", false),
        ] {
            let day = Day::from_iso(iso).expect("a valid date");
            assert_eq!(is_holiday(country, day), expected, "{country} {iso}");
        }
    }
}

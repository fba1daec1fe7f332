//! Dates in the forms complaint files have them. One value is read here; which of day and month comes
//! first is decided for a whole column (`DateVotes`) and handed in.

use jiff::civil;

use crate::domain::time::{MICROS_PER_SECOND, Timestamp};
use crate::intake::columns::without_accent;

/// Longest text that is looked at as a date.
const MAX_DATE_BYTES: usize = 64;
/// Years outside this range are typing errors, not dates.
const YEARS: std::ops::RangeInclusive<i64> = 1900..=2200;
/// Two-digit years from here on belong to the twentieth century.
const CENTURY_PIVOT: i64 = 70;
/// Day numbers Excel may mean by a bare number: 1954-10-03 to 2119-01-10.
const EXCEL_SERIALS: std::ops::RangeInclusive<f64> = 20_000.0..=80_000.0;
/// Excel's number of 1970-01-01 in the 1900 date system.
const EXCEL_EPOCH: f64 = 25_569.0;
const MICROS_PER_DAY: f64 = 86_400.0 * MICROS_PER_SECOND as f64;

/// What comes first in `03/04/2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// 3 April.
    DayFirst,
    /// 4 March.
    MonthFirst,
}

/// A date as far as the value states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// A day without a time.
    Day(civil::Date),
    /// A day and time of an unstated zone.
    Local(civil::DateTime),
    /// An instant.
    Instant(Timestamp),
}

/// What one value says about the order of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Vote {
    None,
    Either,
    For(DateOrder),
}

/// Votes of a column's sample on the order of day and month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct DateVotes {
    /// Values that are dates in at least one order.
    pub dates: usize,
    /// Values that are not.
    pub others: usize,
    /// Dates that can only be day first.
    pub day_first: usize,
    /// Dates that can only be month first.
    pub month_first: usize,
    /// Dates that can be either and differ.
    pub either: usize,
}

impl DateVotes {
    /// Counts one value; bare numbers count as dates too.
    pub fn count(&mut self, value: &str) {
        if parse(value, DateOrder::DayFirst).is_none() && parse(value, DateOrder::MonthFirst).is_none() {
            self.others += 1;
            return;
        }
        self.dates += 1;
        match vote(value) {
            Vote::None => {}
            Vote::Either => self.either += 1,
            Vote::For(DateOrder::DayFirst) => self.day_first += 1,
            Vote::For(DateOrder::MonthFirst) => self.month_first += 1,
        }
    }
}

/// Whether the value is a date that says so itself: it has a separator or a month's name, which a bare
/// number has not.
pub(super) fn is_plainly_a_date(value: &str) -> bool {
    value.bytes().any(|byte| matches!(byte, b'-' | b'/' | b'.' | b' '))
        && parse(value, DateOrder::DayFirst).or_else(|| parse(value, DateOrder::MonthFirst)).is_some()
}

/// Reads a date in any of the usual forms: ISO 8601 with or without time and zone, `dd/mm/yyyy` and
/// `mm/dd/yyyy` by `order`, `yyyy/mm/dd`, `yyyymmdd`, month names in Spanish, English and Portuguese,
/// Excel day numbers, seconds, milliseconds and microseconds since 1970. `None` when it is none of them.
pub(super) fn parse(value: &str, order: DateOrder) -> Option<Moment> {
    let value = value.trim();
    if value.is_empty() || value.len() > MAX_DATE_BYTES {
        return None;
    }
    if let Some(moment) = parse_number(value) {
        return Some(moment);
    }
    match numeric_date(value) {
        Some((parts, rest)) => with_time(parts.date(order)?, rest),
        None => parse_words(value),
    }
}

/// Reads RFC 3339, an ISO date, an ISO date and time without zone, or seconds or milliseconds since
/// 1970: the forms that need no guess.
pub(super) fn parse_strict(value: &str) -> Option<Moment> {
    let value = value.trim();
    if value.len() > MAX_DATE_BYTES {
        return None;
    }
    if value.len() >= 9
        && let Some(instant @ Moment::Instant(_)) = parse_number(value)
    {
        return Some(instant);
    }
    match numeric_date(value) {
        Some((parts @ Parts { year_first: true, .. }, rest)) if value.as_bytes().get(4) == Some(&b'-') => {
            with_time(parts.date(DateOrder::DayFirst)?, rest)
        }
        _ => None,
    }
}

fn vote(value: &str) -> Vote {
    match numeric_date(value.trim()) {
        Some((Parts { numbers: [first, second, _], year_first: false, .. }, _)) => {
            match (first > 12, second > 12) {
                (true, false) => Vote::For(DateOrder::DayFirst),
                (false, true) => Vote::For(DateOrder::MonthFirst),
                (false, false) if first != second => Vote::Either,
                _ => Vote::None,
            }
        }
        _ => Vote::None,
    }
}

/// Three numbers of a date in the order they are written.
#[derive(Clone, Copy)]
struct Parts {
    numbers: [i64; 3],
    year_digits: usize,
    year_first: bool,
}

impl Parts {
    fn date(self, order: DateOrder) -> Option<civil::Date> {
        let [first, second, third] = self.numbers;
        let (year, month, day) = match (self.year_first, order) {
            (true, _) => (first, second, third),
            (false, DateOrder::DayFirst) => (full_year(third, self.year_digits), second, first),
            (false, DateOrder::MonthFirst) => (full_year(third, self.year_digits), first, second),
        };
        civil_date(year, month, day)
    }
}

fn full_year(year: i64, digits: usize) -> i64 {
    match digits {
        4 => year,
        _ if year >= CENTURY_PIVOT => 1900 + year,
        _ => 2000 + year,
    }
}

fn civil_date(year: i64, month: i64, day: i64) -> Option<civil::Date> {
    if !YEARS.contains(&year) {
        return None;
    }
    civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Takes `2026-11-12`, `2026/11/12`, `12/11/2026`, `12.11.26` and the like off the front.
fn numeric_date(value: &str) -> Option<(Parts, &str)> {
    let bytes = value.as_bytes();
    let (first, first_digits) = digits(bytes)?;
    let separator = *bytes.get(first_digits).filter(|byte| matches!(byte, b'-' | b'/' | b'.'))?;
    let (second, second_digits) = digits(&bytes[first_digits + 1..])?;
    let third_at = first_digits + second_digits + 2;
    if bytes.get(third_at - 1) != Some(&separator) {
        return None;
    }
    let (third, third_digits) = digits(&bytes[third_at..])?;
    let year_first = first_digits == 4;
    let year_digits = if year_first { first_digits } else { third_digits };
    let fits = second_digits <= 2
        && if year_first { third_digits <= 2 } else { first_digits <= 2 && matches!(third_digits, 2 | 4) };
    let parts = Parts { numbers: [first, second, third], year_digits, year_first };
    fits.then(|| (parts, &value[third_at + third_digits..]))
}

/// The number at the front and how many digits it has; at most four are a part of a date.
fn digits(bytes: &[u8]) -> Option<(i64, usize)> {
    let length = bytes.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
    let number = bytes[..length].iter().fold(0, |number, byte| number * 10 + i64::from(byte - b'0'));
    (1..=4).contains(&length).then_some((number, length))
}

/// Joins a date with the time that may follow it.
fn with_time(date: civil::Date, rest: &str) -> Option<Moment> {
    let rest = rest.strip_prefix(['T', 't', ',']).unwrap_or(rest).trim();
    if rest.is_empty() {
        return Some(Moment::Day(date));
    }
    let (time, zone) = take_time(rest)?;
    let local = date.to_datetime(time);
    match zone.trim() {
        "" => Some(Moment::Local(local)),
        zone => {
            let offset_s = offset_seconds(zone)?;
            let instant = jiff::tz::Offset::from_seconds(offset_s).ok()?.to_timestamp(local).ok()?;
            Some(Moment::Instant(Timestamp(instant.as_microsecond())))
        }
    }
}

/// Takes `8:30`, `08:30:15.250` or `8:30 p. m.` off the front; what is left is the zone.
fn take_time(text: &str) -> Option<(civil::Time, &str)> {
    let (hour, hour_digits) = digits(text.as_bytes())?;
    let after_hour = text[hour_digits..].strip_prefix(':')?;
    let (minute, minute_digits) = digits(after_hour.as_bytes())?;
    let mut rest = &after_hour[minute_digits..];
    let (mut second, mut nanosecond) = (0, 0);
    if hour_digits > 2 || minute_digits != 2 {
        return None;
    }
    if let Some(after_minute) = rest.strip_prefix(':') {
        let (number, second_digits) = digits(after_minute.as_bytes())?;
        if second_digits != 2 {
            return None;
        }
        // A leap second is the last second of its minute: no civil time has a sixty-first.
        second = number.min(59);
        rest = &after_minute[second_digits..];
        if let Some(fraction) = rest.strip_prefix(['.', ',']) {
            let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
            let kept = length.min(9);
            let shift = 10_i64.pow(9 - u32::try_from(kept).ok()?);
            nanosecond = fraction[..kept].parse::<i64>().ok()? * shift;
            rest = &fraction[length..];
        }
    }
    let (hour, rest) = half_day(hour, rest.trim_start())?;
    let time = civil::Time::new(
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?,
        i32::try_from(nanosecond).ok()?,
    );
    Some((time.ok()?, rest))
}

/// Applies `AM`, `p.m.` or `p. m.` to an hour.
fn half_day(hour: i64, rest: &str) -> Option<(i64, &str)> {
    const MARKS: [(&str, i64); 8] = [
        ("a. m.", 0),
        ("p. m.", 12),
        ("a.m.", 0),
        ("p.m.", 12),
        ("am", 0),
        ("pm", 12),
        ("a m", 0),
        ("p m", 12),
    ];
    let found = MARKS
        .iter()
        .find(|(mark, _)| rest.get(..mark.len()).is_some_and(|front| front.eq_ignore_ascii_case(mark)));
    match found {
        Some((mark, shift)) if (1..=12).contains(&hour) => Some((hour % 12 + shift, &rest[mark.len()..])),
        Some(_) => None,
        None => Some((hour, rest)),
    }
}

/// `Z`, `UTC`, `+02:00`, `-0500` or `+02`, in seconds east of Greenwich.
fn offset_seconds(zone: &str) -> Option<i32> {
    if ["z", "utc", "gmt"].iter().any(|name| zone.eq_ignore_ascii_case(name)) {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let number: String = zone[1..].chars().filter(|letter| *letter != ':').collect();
    if !matches!(number.len(), 2 | 4) || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = number[..2].parse().ok()?;
    let minutes: i32 = if number.len() == 4 { number[2..].parse().ok()? } else { 0 };
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// A bare number: `20261112`, an Excel day number, or an instant since 1970.
fn parse_number(value: &str) -> Option<Moment> {
    let whole = value.split(['.', ',']).next()?;
    let fraction = &value[whole.len()..];
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || whole.len() > 17
        || !plain(whole)
        || (!fraction.is_empty() && !plain(&fraction[1..]))
    {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    if whole.len() == 8 && fraction.is_empty() {
        return civil_date(number / 10_000, number / 100 % 100, number % 100).map(Moment::Day);
    }
    if matches!(whole.len(), 14) && fraction.is_empty() && YEARS.contains(&(number / 10_000_000_000)) {
        // yyyymmddhhmmss: as milliseconds it would lie after the year 2570.
        let (day, clock) = (number / 1_000_000, number % 1_000_000);
        let date = civil_date(day / 10_000, day / 100 % 100, day % 100)?;
        let part = |divisor: i64| i8::try_from(clock / divisor % 100).ok();
        let time = civil::Time::new(part(10_000)?, part(100)?, part(1)?, 0).ok()?;
        return Some(Moment::Local(date.to_datetime(time)));
    }
    let unit_us = match whole.len() {
        5 => return parse_excel_serial(&value.replace(',', ".")),
        9..=11 => MICROS_PER_SECOND,
        12..=14 => 1_000,
        15..=17 => 1,
        _ => return None,
    };
    number.checked_mul(unit_us).map(|micros| Moment::Instant(Timestamp(micros)))
}

fn parse_excel_serial(value: &str) -> Option<Moment> {
    let serial: f64 = value.parse().ok()?;
    if !EXCEL_SERIALS.contains(&serial) {
        return None;
    }
    // Rounded to the second: a day number holds no more.
    let micros = ((serial - EXCEL_EPOCH) * MICROS_PER_DAY / MICROS_PER_SECOND as f64).round() as i64
        * MICROS_PER_SECOND;
    let local = jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::from_microsecond(micros).ok()?);
    Some(if serial.fract() == 0.0 { Moment::Day(local.date()) } else { Moment::Local(local) })
}

/// A date with the month's name: `12-nov-2026`, `November 12, 2026 8:30`, `12 de noviembre de 2026`,
/// `Tue Feb 24 11:35:52 -0800 2015`.
fn parse_words(value: &str) -> Option<Moment> {
    let folded: String = value.chars().flat_map(char::to_lowercase).map(without_accent).collect();
    let (mut month, mut day, mut year) = (None, None, None);
    let mut rest = folded.as_str();
    let mut clock = None;
    loop {
        rest = rest.trim_start_matches([' ', ',', '.', '/', '-']);
        let Some(front) = rest.chars().next() else { break };
        if front.is_ascii_digit() {
            let (number, length) = digits(rest.as_bytes())?;
            if rest.as_bytes().get(length) == Some(&b':') {
                let (time, after) = take_time(rest)?;
                // A zone is only told from the year by its sign: `-0800 2015`.
                let zone = after.trim_start();
                let zone_length = if zone.starts_with(['+', '-']) {
                    zone.find(' ').unwrap_or(zone.len())
                } else {
                    ["utc", "gmt", "z"]
                        .iter()
                        .find(|name| zone.starts_with(**name))
                        .map_or(0, |name| name.len())
                };
                clock = Some((time, &zone[..zone_length]));
                rest = &zone[zone_length..];
                continue;
            }
            match (length, day) {
                (4, _) if year.is_none() => year = Some(number),
                (1 | 2, None) => day = Some(number),
                (2, Some(_)) if year.is_none() => year = Some(full_year(number, 2)),
                _ => return None,
            }
            rest = &rest[length..];
        } else if front.is_ascii_alphabetic() {
            let length = rest.find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest.len());
            let word = &rest[..length];
            match month_number(word) {
                Some(number) if month.is_none() => month = Some(number),
                _ if is_filler(word) => {}
                _ => return None,
            }
            rest = &rest[length..];
        } else {
            return None;
        }
    }
    let date = civil_date(year?, month?, day?)?;
    match clock {
        None => Some(Moment::Day(date)),
        Some((time, "")) => Some(Moment::Local(date.to_datetime(time))),
        Some((time, zone)) => {
            let offset = jiff::tz::Offset::from_seconds(offset_seconds(zone)?).ok()?;
            let instant = offset.to_timestamp(date.to_datetime(time)).ok()?;
            Some(Moment::Instant(Timestamp(instant.as_microsecond())))
        }
    }
}

/// January is 1. Names are folded, in Spanish, English and Portuguese, whole or short.
fn month_number(word: &str) -> Option<i64> {
    const MONTHS: [&[&str]; 12] = [
        &["enero", "ene", "january", "jan", "janeiro"],
        &["febrero", "feb", "february", "fevereiro", "fev"],
        &["marzo", "mar", "march", "marco"],
        &["abril", "abr", "april", "apr"],
        &["mayo", "may", "maio", "mai"],
        &["junio", "jun", "june", "junho"],
        &["julio", "jul", "july", "julho"],
        &["agosto", "ago", "august", "aug"],
        &["septiembre", "setiembre", "sep", "sept", "set", "september", "setembro"],
        &["octubre", "oct", "october", "outubro", "out"],
        &["noviembre", "nov", "november", "novembro"],
        &["diciembre", "dic", "december", "dec", "dezembro", "dez"],
    ];
    let place = MONTHS.iter().position(|names| names.contains(&word))?;
    i64::try_from(place + 1).ok()
}

/// Words of a date that carry nothing: weekdays, `de`, `a las`, `12th`.
fn is_filler(word: &str) -> bool {
    const FILLERS: [&str; 44] = [
        "de",
        "del",
        "of",
        "a",
        "las",
        "la",
        "at",
        "el",
        "the",
        "th",
        "st",
        "nd",
        "rd",
        "t",
        "h",
        "hs",
        "hrs",
        "lunes",
        "martes",
        "miercoles",
        "jueves",
        "viernes",
        "sabado",
        "domingo",
        "lun",
        "mie",
        "jue",
        "vie",
        "sab",
        "dom",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
    ];
    FILLERS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value as ISO text, with `Z` when it is an instant; `-` when it is no date.
    fn read(value: &str, order: DateOrder) -> String {
        match parse(value, order) {
            None => "-".to_owned(),
            Some(Moment::Day(date)) => date.to_string(),
            Some(Moment::Local(local)) => local.to_string(),
            Some(Moment::Instant(Timestamp(micros))) => {
                jiff::Timestamp::from_microsecond(micros).expect("a sane instant").to_string()
            }
        }
    }

    #[test]
    fn the_usual_forms_are_read() {
        let cases = [
            ("2026-11-12", "2026-11-12"),
            (" 2026/1/2 ", "2026-01-02"),
            ("2026-11-12T08:30:15", "2026-11-12T08:30:15"),
            ("2026-11-12 08:30", "2026-11-12T08:30:00"),
            ("2026-11-12T08:30:15.25Z", "2026-11-12T08:30:15.25Z"),
            ("2026-11-12T08:30:15-05:00", "2026-11-12T13:30:15Z"),
            ("2026-11-12 08:30:15 +0200", "2026-11-12T06:30:15Z"),
            ("2023-06-15T12:00:00-05", "2023-06-15T17:00:00Z"),
            ("25/12/2026", "2026-12-25"),
            ("3/4/2026", "2026-04-03"),
            ("3-4-26", "2026-04-03"),
            ("03.04.1999", "1999-04-03"),
            ("3-4-99", "1999-04-03"),
            ("25/12/2026 8:30", "2026-12-25T08:30:00"),
            ("25/12/2026, 12:05 a. m.", "2026-12-25T00:05:00"),
            ("25/12/2026 08:30:00 PM", "2026-12-25T20:30:00"),
            ("12-nov-2026", "2026-11-12"),
            ("12 Nov 2026", "2026-11-12"),
            ("04-Jan-15", "2015-01-04"),
            ("12 de noviembre de 2026", "2026-11-12"),
            ("Jueves, 12 de Noviembre del 2026", "2026-11-12"),
            ("miércoles 5 de marzo de 2025 a las 14:30", "2025-03-05T14:30:00"),
            ("November 12, 2026", "2026-11-12"),
            ("Nov 12th 2026 3:05 pm", "2026-11-12T15:05:00"),
            ("Tue Feb 24 11:35:52 -0800 2015", "2015-02-24T19:35:52Z"),
            ("Thu, 12 Nov 2026 08:30:00 GMT", "2026-11-12T08:30:00Z"),
            ("20261112", "2026-11-12"),
            ("20261112083015", "2026-11-12T08:30:15"),
            ("45000", "2023-03-15"),
            ("45000.5", "2023-03-15T12:00:00"),
            ("45000,25", "2023-03-15T06:00:00"),
            ("1700000000", "2023-11-14T22:13:20Z"),
            ("1700000000000", "2023-11-14T22:13:20Z"),
            ("1700000000000000", "2023-11-14T22:13:20Z"),
        ];
        for (value, expected) in cases {
            assert_eq!(read(value, DateOrder::DayFirst), expected, "{value}");
        }
        assert_eq!(read("3/4/2026", DateOrder::MonthFirst), "2026-03-04");
        assert_eq!(read("12/25/26 1:00 AM", DateOrder::MonthFirst), "2026-12-25T01:00:00");
    }

    #[test]
    fn what_is_no_date_is_not_read() {
        let cases = [
            "",
            "ayer",
            "2015",
            "12/2026",
            "2026-13-01",
            "2026-02-30",
            "31/04/2026",
            "12/25/2026",
            "0000-00-00",
            "9999-12-31",
            "1-2-3",
            "12/11-2026",
            "2026-11-12T25:00",
            "2026-11-12T08:3",
            "2026-11-12 08:30 XX",
            "13:00 pm",
            "12 de brumario de 2026",
            "1234567",
            "99999",
            "2026-11-12T08:30+99:00",
            "--",
            "12..2026",
            "25/12/2026 13:00 PM",
            "ñ",
            "1e9",
            "-45000",
            "12 nov",
            "4.5",
            "１２/１１/２０２６",
        ];
        for value in cases {
            assert_eq!(read(value, DateOrder::DayFirst), "-", "{value}");
        }
        assert_eq!(read(&"1".repeat(100), DateOrder::DayFirst), "-");
    }

    #[test]
    fn the_api_takes_no_guesses() {
        let strictly = |value: &str| parse_strict(value).is_some();
        for value in ["2026-11-12", "2026-11-12T08:30:00Z", "2026-11-12T08:30", "1700000000", "1700000000000"]
        {
            assert!(strictly(value), "{value}");
        }
        for value in ["12/11/2026", "2026/11/12", "45000", "20261112", "12 nov 2026", "", "0"] {
            assert!(!strictly(value), "{value}");
        }
    }

    #[test]
    fn a_column_votes_on_its_order() {
        let mut votes = DateVotes::default();
        for value in
            ["25/12/2026", "03/04/2026", "04/04/2026", "12/25/2026", "2026-01-13", "x", "13 nov 2026"]
        {
            votes.count(value);
        }
        assert_eq!(votes, DateVotes { dates: 6, others: 1, day_first: 1, month_first: 1, either: 1 });
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_date_or_not(value in "\\PC{0,40}", digits in "[0-9:/. ,TZapm+-]{0,30}") {
            for text in [value.as_str(), digits.as_str()] {
                for order in [DateOrder::DayFirst, DateOrder::MonthFirst] {
                    let _ = parse(text, order);
                }
                let _ = (parse_strict(text), is_plainly_a_date(text), vote(text));
            }
        }
    }
}

//! Numbers, shares, days and instants as people of each language write them (Unicode CLDR 46: `es`, `en`
//! with day before month).

use jiff::tz::TimeZone;

use super::Locale;
use crate::domain::time::{Day, Timestamp, Week};

/// Between a number and the sign that belongs to it.
const NO_BREAK_SPACE: char = '\u{a0}';
/// From one value to another: a dash at which no line breaks (U+2060 is the word joiner).
const TO: &str = "\u{2060}–\u{2060}";
/// Shares below this get a decimal.
const DECIMAL_BELOW: f64 = 0.095;

/// A whole number with its thousands apart: `12.345` in Spanish (which leaves `1234` together), `12,345`
/// in English.
pub fn number(locale: Locale, value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let (separator, grouped_from) = match locale {
        Locale::Es => ('.', 5),
        Locale::En => (',', 4),
    };
    let mut written = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        written.push('−');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && digits.len() >= grouped_from {
            written.push(separator);
        }
        written.push(digit);
    }
    written
}

/// A number with up to `decimals` decimals, none where it is whole.
pub fn decimal(locale: Locale, value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let whole: i64 = whole.parse().unwrap_or(i64::MAX);
    let fraction = fraction.trim_end_matches('0');
    let sign = if value < 0.0 && (whole > 0 || !fraction.is_empty()) { "−" } else { "" };
    let whole = number(locale, whole);
    match (fraction, locale) {
        ("", _) => format!("{sign}{whole}"),
        (_, Locale::Es) => format!("{sign}{whole},{fraction}"),
        (_, Locale::En) => format!("{sign}{whole}.{fraction}"),
    }
}

/// A share of one as a percentage: `34 %`, `3,4 %`; `34%`, `3.4%`.
pub fn percent(locale: Locale, share: f64) -> String {
    let decimals = usize::from(share.abs() < DECIMAL_BELOW);
    let figure = decimal(locale, share * 100.0, decimals);
    match locale {
        Locale::Es => format!("{figure}{NO_BREAK_SPACE}%"),
        Locale::En => format!("{figure}%"),
    }
}

/// A change as a signed percentage without decimals: `+38 %`, `−12 %`.
pub fn change(locale: Locale, share: f64) -> String {
    let figure = decimal(locale, share * 100.0, 0);
    let sign = if share > 0.0 && figure != "0" { "+" } else { "" };
    match locale {
        Locale::Es => format!("{sign}{figure}{NO_BREAK_SPACE}%"),
        Locale::En => format!("{sign}{figure}%"),
    }
}

/// From one count to another: `12–22`; one number where both are the same.
pub fn interval(locale: Locale, low: f64, high: f64) -> String {
    let (low, high) = (decimal(locale, low, 0), decimal(locale, high, 0));
    if low == high { low } else { format!("{low}{TO}{high}") }
}

/// The month as it stands in a date, e.g. `nov`.
pub fn month(locale: Locale, day: Day) -> &'static str {
    let names: [&str; 12] = match locale {
        Locale::Es => ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"],
        Locale::En => ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"],
    };
    let index = usize::try_from(day.to_civil().month() - 1).unwrap_or_default();
    names.get(index).copied().unwrap_or_default()
}

/// `12 nov 2026`.
pub fn day(locale: Locale, day: Day) -> String {
    format!("{} {}", day_and_month(locale, day), day.to_civil().year())
}

/// `12 nov`, where the year is plain.
pub fn day_and_month(locale: Locale, day: Day) -> String {
    format!("{} {}", day.to_civil().day(), month(locale, day))
}

/// From one day to another, saying month and year once where they are the same: `10–16 nov 2026`.
pub fn days(locale: Locale, first: Day, last: Day) -> String {
    let (from, to) = (first.to_civil(), last.to_civil());
    if first == last {
        day(locale, first)
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        format!("{}{TO}{}", from.day(), day(locale, last))
    } else if from.year() == to.year() {
        format!("{} – {}", day_and_month(locale, first), day(locale, last))
    } else {
        format!("{} – {}", day(locale, first), day(locale, last))
    }
}

/// The days of a week.
pub fn week(locale: Locale, week: Week) -> String {
    days(locale, week.first_day(), week.last_day())
}

/// `12 nov 2026, 14:30` in `zone`.
pub fn instant(locale: Locale, at: Timestamp, zone: &TimeZone) -> String {
    let time = jiff::Timestamp::from_microsecond(at.0)
        .map(|instant| instant.to_zoned_datetime(zone.clone()).strftime("%H:%M").to_string())
        .unwrap_or_default();
    format!("{}, {time}", day(locale, at.day_in(zone)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_language() {
        let cases = [
            (0, "0", "0"),
            (1234, "1234", "1,234"),
            (12_345, "12.345", "12,345"),
            (-1_234_567, "−1.234.567", "−1,234,567"),
        ];
        for (value, es, en) in cases {
            assert_eq!(number(Locale::Es, value), es);
            assert_eq!(number(Locale::En, value), en);
        }
        assert_eq!(decimal(Locale::Es, 12_345.67, 1), "12.345,7");
        assert_eq!(decimal(Locale::En, -0.04, 1), "0");
        assert_eq!(interval(Locale::Es, 12.2, 21.8), format!("12{TO}22"));
        assert_eq!(interval(Locale::Es, 3.1, 3.2), "3");
    }

    #[test]
    fn shares_keep_their_sign_beside_them() {
        assert_eq!(percent(Locale::Es, 0.34), "34\u{a0}%");
        assert_eq!(percent(Locale::En, 0.034), "3.4%");
        assert_eq!(change(Locale::Es, 0.375), "+38\u{a0}%");
        assert_eq!(change(Locale::En, -0.12), "−12%");
        assert_eq!(change(Locale::En, 0.001), "0%");
    }

    #[test]
    fn days_say_no_more_than_needed() {
        let read = |iso| Day::from_iso(iso).expect("a valid date");
        let cases = [
            ("2026-11-16", "2026-11-22", "16–22 nov 2026", "16–22 Nov 2026"),
            ("2026-09-28", "2026-10-04", "28 sept – 4 oct 2026", "28 Sept – 4 Oct 2026"),
            ("2025-12-29", "2026-01-04", "29 dic 2025 – 4 ene 2026", "29 Dec 2025 – 4 Jan 2026"),
            ("2026-11-12", "2026-11-12", "12 nov 2026", "12 Nov 2026"),
        ];
        for (first, last, es, en) in cases {
            assert_eq!(days(Locale::Es, read(first), read(last)).replace(TO, "–"), es);
            assert_eq!(days(Locale::En, read(first), read(last)).replace(TO, "–"), en);
        }
        let at = Timestamp::from_rfc3339("2026-11-12T14:30:59Z").expect("a valid instant");
        assert_eq!(instant(Locale::Es, at, &TimeZone::UTC), "12 nov 2026, 14:30");
    }
}

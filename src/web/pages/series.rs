//! From daily counts to the weeks pages speak of.

use crate::domain::time::{Day, Week};
use crate::i18n::Locale;
use crate::pipeline::watch::ChartWeek;
use crate::store::counts::DailyCount;
use crate::web::chart::{Band, Chart, Mark, Room, WeeklySeries};

/// Weeks of a sparkline and of what lists look at.
pub(super) const SPARK_WEEKS: usize = 26;
/// Weeks that are compared with as many before.
pub(super) const RECENT_WEEKS: usize = 4;
/// Most weeks of a chart.
pub(super) const CHART_WEEKS: usize = 104;

/// The complete weeks of one series, oldest first, with what was expected of the last of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Weekly {
    /// The week of the first count.
    pub(super) first_week: Option<Week>,
    /// Complaints of each week.
    pub(super) counts: Vec<i64>,
    /// What was expected, aligned to the end of `counts`.
    pub(super) bands: Vec<Band>,
}

impl Weekly {
    /// The weeks of a chart; those before the first complaint are left out.
    pub(super) fn of(weeks: &[ChartWeek]) -> Self {
        let start = weeks.iter().position(|week| week.complaints > 0).unwrap_or(weeks.len());
        let weeks = &weeks[start..];
        let unknown = weeks.iter().rposition(|week| week.expected.is_none()).map_or(0, |at| at + 1);
        let expected = weeks[unknown..].iter().filter_map(|week| week.expected);
        Self {
            first_week: weeks.first().map(|week| week.week),
            counts: weeks.iter().map(|week| i64::from(week.complaints)).collect(),
            bands: expected.map(|(_, lower, upper)| Band { lower, upper }).collect(),
        }
    }

    /// Daily counts by week, from the first of the complete weeks (or as many as a chart shows) to the
    /// last, without anything expected.
    pub(super) fn counted(counts: Vec<(Day, i64)>, (first, last): (Week, Week)) -> Self {
        let weeks = usize::try_from(last.0 - first.0 + 1).unwrap_or(0).min(CHART_WEEKS);
        let counts = weekly(counts, last, weeks);
        let back = i32::try_from(counts.len()).unwrap_or(0);
        Self { first_week: Some(Week(last.0 + 1 - back)), counts, bands: Vec::new() }
    }

    /// The week of the last count.
    pub(super) fn last_week(&self) -> Option<Week> {
        let after = i32::try_from(self.counts.len()).ok()?;
        self.first_week.filter(|_| after > 0).map(|first| Week(first.0 + after - 1))
    }

    /// The chart of these weeks; `None` without any.
    pub(super) fn chart(
        self,
        locale: Locale,
        room: Room,
        finding: String,
        alarms: Vec<Week>,
        marks: Vec<Mark>,
    ) -> Option<Chart> {
        let Self { first_week, counts, bands } = self;
        let series = WeeklySeries { finding, first_week: first_week?, counts, bands, alarms, marks };
        Chart::weekly(locale, room, &series)
    }
}

/// The counts of the `weeks` weeks that end with `last`, oldest first; a week without complaints is a
/// zero.
pub(super) fn weekly(counts: impl IntoIterator<Item = (Day, i64)>, last: Week, weeks: usize) -> Vec<i64> {
    let mut by_week = vec![0; weeks];
    for (day, count) in counts {
        let back = usize::try_from(last.0 - day.week().0).ok();
        if let Some(place) = back.and_then(|back| by_week.len().checked_sub(back + 1)) {
            by_week[place] += count;
        }
    }
    by_week
}

/// The sum of the last four weeks and of the four before.
pub(super) fn recent_and_before(weekly: &[i64]) -> (i64, i64) {
    let mut from_the_last = weekly.iter().rev();
    let mut take = || from_the_last.by_ref().take(RECENT_WEEKS).sum();
    (take(), take())
}

/// Whether the last four weeks stand out from the four before: by more than twice the standard deviation
/// of the difference of two Poisson counts of the same mean.
pub(super) fn is_growing(recent: i64, before: i64) -> bool {
    growth_score(recent, before) > 2.0
}

/// The difference in standard deviations.
pub(super) fn growth_score(recent: i64, before: i64) -> f64 {
    (recent - before) as f64 / ((recent + before).max(1) as f64).sqrt()
}

/// Daily counts of one node out of those of its dimension, which come sorted by node.
pub(super) fn of_node<'a>(counts: &'a [DailyCount], key: &str) -> impl Iterator<Item = (Day, i64)> + use<'a> {
    let from = counts.partition_point(|count| count.key.as_str() < key);
    let to = counts.partition_point(|count| count.key.as_str() <= key);
    counts[from..to].iter().map(|count| (count.day, count.complaints))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(iso: &str) -> Day {
        Day::from_iso(iso).expect("a valid date")
    }

    #[test]
    fn a_chart_starts_with_the_first_complaint_and_its_band_has_no_gap() {
        let week = |at: i32, complaints, upper: Option<f64>| ChartWeek {
            week: Week(at),
            complaints,
            expected: upper.map(|upper| (1.0, 0.0, upper)),
        };
        let weeks = [
            week(5, 0, None),
            week(6, 2, Some(9.0)),
            week(7, 0, None),
            week(8, 4, Some(3.0)),
            week(9, 1, Some(4.0)),
        ];
        let weekly = Weekly::of(&weeks);
        assert_eq!((weekly.first_week, weekly.counts.as_slice()), (Some(Week(6)), &[2, 0, 4, 1][..]));
        assert_eq!(weekly.bands.len(), 2, "the band has no gap");
        assert_eq!(weekly.last_week(), Some(Week(9)));
        assert_eq!(Weekly::of(&[week(5, 0, None)]).last_week(), None);
        let days = vec![(Week(6).first_day(), 2), (Week(8).last_day(), 4), (Week(9).first_day(), 7)];
        let counted = Weekly::counted(days, (Week(7), Week(8)));
        assert_eq!((counted.first_week, counted.counts), (Some(Week(7)), vec![0, 4]));
    }

    #[test]
    fn weeks_are_filled_and_compared() {
        let last = day("2026-11-16").week();
        let counts =
            [("2026-11-22", 3), ("2026-11-16", 2), ("2026-10-19", 7), ("2026-11-23", 99), ("2020-01-01", 9)];
        let weeks = weekly(counts.map(|(iso, count)| (day(iso), count)), last, 6);
        assert_eq!(weeks, [0, 7, 0, 0, 0, 5]);
        assert_eq!(recent_and_before(&weeks), (5, 7));
        assert_eq!(recent_and_before(&[4]), (4, 0));
        assert!(is_growing(20, 8) && !is_growing(12, 8) && !is_growing(0, 0));
    }
}

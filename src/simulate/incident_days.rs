//! On which days an incident brings how many complaints.

use std::f64::consts::PI;

use super::arrivals::WEEKDAYS;
use super::plan::{Incident, IncidentKind};
use crate::domain::time::Day;

/// Share of its time in which a wave of copied letters rises.
const RISING_SHARE: f64 = 1.0 / 3.0;

impl Incident {
    /// Complaints to be expected of it on `day` of a stream that ends on `last_day`; fewer people complain
    /// on some weekdays, of whatever.
    pub(super) fn mean_on(&self, last_day: Day, day: Day) -> f64 {
        self.height_on(last_day, day) * self.per_day * WEEKDAYS[day.weekday_index()]
    }

    /// Its height on `day`, between 0 and 1.
    fn height_on(&self, last_day: Day, day: Day) -> f64 {
        if self.kind == IncidentKind::YearlyPattern {
            return self.yearly_height(day);
        }
        let into = f64::from(day.0 - self.first_day(last_day).0);
        let lasts = f64::from(self.lasts_days);
        if into < 0.0 || into >= lasts {
            return 0.0;
        }
        match self.kind {
            IncidentKind::SuddenError | IncidentKind::NewFailure => 1.0,
            IncidentKind::SlowRamp => (into + 1.0) / lasts,
            IncidentKind::RegionalOutage => 0.5_f64.powf(into / self.half_life_days),
            IncidentKind::CopiedLetters => {
                let peak = lasts * RISING_SHARE;
                if into < peak { (into + 1.0) / (peak + 1.0) } else { (lasts - into) / (lasts - peak) }
            }
            IncidentKind::YearlyPattern => 0.0,
        }
    }

    /// First day of a stream's incident; of a yearly pattern it says nothing.
    pub(super) fn first_day(&self, last_day: Day) -> Day {
        Day(last_day.0.saturating_sub(i32::try_from(self.days_before_end).unwrap_or(i32::MAX)))
    }

    /// A smooth hump round the same day of every year.
    fn yearly_height(&self, day: Day) -> f64 {
        let year = day.to_civil().year();
        let (month, day_of_month) = self.around;
        let nearest = [year - 1, year, year + 1]
            .into_iter()
            .filter_map(|year| jiff::civil::Date::new(year, month, day_of_month).ok())
            .map(|peak| (Day::from_civil(peak).0 - day.0).abs())
            .min()
            .unwrap_or(i32::MAX);
        let half_width = f64::from(self.lasts_days) / 2.0;
        let distance = f64::from(nearest) / half_width;
        if distance >= 1.0 { 0.0 } else { 0.5 * (1.0 + (PI * distance).cos()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::plan::Plan;

    #[test]
    fn every_kind_runs_its_course() {
        let last_day = Day::from_iso("2026-11-15").expect("a valid date");
        let plan = Plan::demo();
        let height = |id: &str, iso: &str| {
            let day = Day::from_iso(iso).expect("a valid date");
            plan.incident(id).expect("planted").height_on(last_day, day)
        };
        let within = |found: f64, low: f64, high: f64| assert!((low..=high).contains(&found), "{found}");
        within(height("billing-error", "2026-10-14"), 0.0, 0.0);
        within(height("billing-error", "2026-10-15"), 1.0, 1.0);
        within(height("billing-error", "2026-11-15"), 1.0, 1.0);
        within(height("modem-lot", "2026-07-26"), 0.0, 0.01);
        within(height("modem-lot", "2026-09-20"), 0.49, 0.51);
        within(height("modem-lot", "2026-11-15"), 1.0, 1.0);
        within(height("regional-outage", "2026-09-01"), 1.0, 1.0);
        within(height("regional-outage", "2026-09-03"), 0.5, 0.5);
        within(height("regional-outage", "2026-09-10"), 0.0, 0.0);
        within(height("copied-letter", "2026-09-27"), 0.0, 0.0);
        within(height("copied-letter", "2026-10-02"), 0.9, 1.0);
        within(height("copied-letter", "2026-10-10"), 0.0, 0.0);
        for year in [2024, 2025, 2026] {
            within(height("christmas", &format!("{year}-12-20")), 1.0, 1.0);
            within(height("christmas", &format!("{year}-11-28")), 0.0, 0.0);
        }
        within(height("christmas", "2026-01-05"), 0.1, 0.3);
    }
}

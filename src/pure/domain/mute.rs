//! Silence for a series a person knows about: until a day, or until it is worse than it was. The rule is
//! obeyed where signals are recorded and told on the signal's page.

use super::signal::Evidence;
use super::time::Day;

/// How many times the excess per week must be what it was when the series was muted to count as worse.
/// An excess that repeats itself varies by less: at ten expected a week, twenty observed have a standard
/// deviation of 4.5 round an excess of ten.
pub const WORSE: f64 = 1.5;

/// When a muted series may warn again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Until {
    /// After this day.
    Day(Day),
    /// When its excess per week is well above this one.
    Worse {
        /// Complaints above what was expected, a week, when it was muted.
        excess: f64,
    },
}

impl Until {
    /// Silence until it is worse than what this evidence shows.
    pub fn worse_than(evidence: &Evidence) -> Self {
        Self::Worse { excess: weekly_excess(evidence) }
    }

    /// Whether an alarm about a window that ends with `period_end` stays unsaid.
    pub fn holds(self, period_end: Day, evidence: &Evidence) -> bool {
        match self {
            Self::Day(day) => period_end <= day,
            Self::Worse { excess } => weekly_excess(evidence) <= WORSE * excess,
        }
    }
}

/// Complaints above what was expected, for each week of the window.
fn weekly_excess(evidence: &Evidence) -> f64 {
    (evidence.observed as f64 - evidence.expected).max(0.0) / f64::from(evidence.window_weeks.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(observed: u64, expected: f64, window_weeks: u32) -> Evidence {
        Evidence {
            observed,
            expected,
            upper: expected * 2.0,
            p_value: 1e-4,
            score: 3.0,
            window_weeks,
            method: "empirical_bayes".to_owned(),
            history_weeks: 20,
            also: Vec::new(),
        }
    }

    #[test]
    fn a_day_is_silent_to_its_end() {
        let until = Until::Day(Day(100));
        assert!(until.holds(Day(100), &evidence(900, 1.0, 1)));
        assert!(!until.holds(Day(101), &evidence(2, 1.0, 1)));
    }

    #[test]
    fn worse_is_half_as_much_again_whatever_the_window() {
        let until = Until::worse_than(&evidence(20, 10.0, 1));
        for (observed, expected, weeks, silent) in [
            (20, 10.0, 1, true),
            (25, 10.0, 1, true),
            (26, 10.0, 1, false),
            // Three weeks with an excess of ten each are no worse than one.
            (60, 30.0, 3, true),
            (80, 30.0, 3, false),
        ] {
            assert_eq!(
                until.holds(Day(1), &evidence(observed, expected, weeks)),
                silent,
                "{observed} of {expected} in {weeks}"
            );
        }
    }
}

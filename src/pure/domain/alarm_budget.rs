//! One budget of false alarms for the whole house: how often a series of which nothing is wrong passes a
//! threshold, and which threshold keeps the alarms of all series together within what was asked for.

use serde::{Deserialize, Serialize};

/// Thresholds between which a budget may choose. Below the lower one every third week of a few series would
/// be news; above the upper one even a tenfold week of a small series would be silent.
pub const THRESHOLDS: (f64, f64) = (1.5, 6.0);

/// Share of the budget that is given out: what a calibration does not know for certain stays in reserve.
const GIVEN_OUT: f64 = 0.95;

/// Where a tail comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TailSource {
    /// The rates measured on simulated series; for a house whose own history is too short.
    Nominal,
    /// The own history with its weeks dealt anew inside each series.
    OwnHistory,
}

impl TailSource {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nominal => "nominal",
            Self::OwnHistory => "own_history",
        }
    }
}

/// How many false alarms begin per series and week, by threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tail {
    source: TailSource,
    /// Series-weeks it was measured on.
    series_weeks: u64,
    /// Threshold and log10 of the rate, thresholds rising, rates falling; two at least.
    points: Vec<(f64, f64)>,
}

/// False alarms per series-week of the watcher on simulated series, by threshold: beyond one in two hundred
/// the tail is two to four times what the probabilities say.
const NOMINAL: [(f64, f64); 6] =
    [(1.0, -0.95), (1.76, -1.7), (2.1, -2.0), (2.42, -2.3), (3.0, -2.66), (4.0, -3.4)];

impl Tail {
    /// The tail of simulated series.
    pub fn nominal() -> Self {
        Self { source: TailSource::Nominal, series_weeks: 0, points: NOMINAL.to_vec() }
    }

    /// A tail measured on the own history. `None` unless thresholds rise, rates fall, and there are two.
    pub fn measured(series_weeks: u64, points: Vec<(f64, f64)>) -> Option<Self> {
        let falls = points.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 > pair[1].1);
        let finite = points.iter().all(|(threshold, rate)| threshold.is_finite() && rate.is_finite());
        (points.len() >= 2 && falls && finite).then_some(Self {
            source: TailSource::OwnHistory,
            series_weeks,
            points,
        })
    }

    /// Where it comes from.
    pub fn source(&self) -> TailSource {
        self.source
    }

    /// Series-weeks it was measured on; 0 for the nominal one.
    pub fn series_weeks(&self) -> u64 {
        self.series_weeks
    }

    /// False alarms that begin per series and week above `threshold`; outside its points the tail goes on
    /// as between the nearest two.
    pub fn rate(&self, threshold: f64) -> f64 {
        let ((x0, y0), (x1, y1)) = self.around(|(at, _)| at > threshold);
        10_f64.powf(y0 + (threshold - x0) * (y1 - y0) / (x1 - x0)).min(1.0)
    }

    /// The threshold at which so many false alarms begin per series and week, within [`THRESHOLDS`].
    pub fn threshold_for_rate(&self, rate: f64) -> f64 {
        let (low, high) = THRESHOLDS;
        if rate <= 0.0 {
            return high;
        }
        let wanted = rate.log10();
        let ((x0, y0), (x1, y1)) = self.around(|(_, log_rate)| log_rate < wanted);
        (x0 + (wanted - y0) * (x1 - x0) / (y1 - y0)).clamp(low, high)
    }

    /// The threshold that keeps `series` series together within a budget of false alarms a week.
    pub fn threshold(&self, false_alarms_per_week: f64, series: usize) -> f64 {
        self.threshold_for_rate(GIVEN_OUT * false_alarms_per_week / (series.max(1)) as f64)
    }

    /// False alarms a week expected of `series` series above `threshold`.
    pub fn expected_per_week(&self, threshold: f64, series: usize) -> f64 {
        self.rate(threshold) * series as f64
    }

    /// The two points to go between: the first that lies beyond, and the one before it.
    fn around(&self, beyond: impl Fn((f64, f64)) -> bool) -> ((f64, f64), (f64, f64)) {
        let at = self.points.iter().position(|&point| beyond(point)).unwrap_or(self.points.len());
        let upper = at.clamp(1, self.points.len() - 1);
        (self.points[upper - 1], self.points[upper])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nominal_tail_says_what_was_measured() {
        let tail = Tail::nominal();
        for (threshold, rate) in [(2.1, 0.01), (2.42, 0.005), (3.0, 0.0022), (4.0, 0.0004)] {
            assert!(
                (tail.rate(threshold) / rate - 1.0).abs() < 0.03,
                "{threshold}: {}",
                tail.rate(threshold)
            );
            assert!((tail.threshold_for_rate(rate) - threshold).abs() < 0.03, "{rate}");
        }
    }

    #[test]
    fn more_series_or_a_smaller_budget_raise_the_threshold_and_neither_makes_it_absurd() {
        let tail = Tail::nominal();
        let few = tail.threshold(2.0, 50);
        let many = tail.threshold(2.0, 5_000);
        assert!(few < many && tail.threshold(1.0, 5_000) > many, "{few} {many}");
        assert!(tail.expected_per_week(many, 5_000) <= 2.0);
        assert!((tail.threshold(1.0, 10_000_000) - THRESHOLDS.1).abs() < 1e-12);
        assert!((tail.threshold(1e9, 5) - THRESHOLDS.0).abs() < 1e-12);
        assert!((tail.threshold(0.0, 5) - THRESHOLDS.1).abs() < 1e-12);
        assert!(tail.threshold(1.0, 0).is_finite());
    }

    #[test]
    fn a_tail_that_does_not_fall_is_none() {
        assert!(Tail::measured(9, vec![(2.0, -2.0)]).is_none());
        assert!(Tail::measured(9, vec![(2.0, -2.0), (3.0, -1.0)]).is_none());
        assert!(Tail::measured(9, vec![(2.0, -2.0), (3.0, f64::NAN)]).is_none());
        let tail = Tail::measured(9, vec![(2.0, -2.0), (3.0, -3.0)]).expect("it falls");
        assert!((tail.rate(2.5) - 10_f64.powf(-2.5)).abs() < 1e-9);
        assert!((tail.threshold_for_rate(1e-4) - 4.0).abs() < 1e-9, "goes on beyond its points");
        assert_eq!((tail.source().name(), tail.series_weeks()), ("own_history", 9));
    }
}

//! What a detector says about a week before its count is known, and how the count is then judged: the one
//! seam between detectors and alarms. It must not know where the numbers come from.

use crate::domain::signal::Evidence;
use crate::stats::negative_binomial::{NegativeBinomial, Tails, smallest_count};

use super::slow::{self, Slow};
use super::{Params, ValidParams};

/// Windows of one to this many weeks are looked at.
pub(super) const MAX_WINDOW_WEEKS: usize = 3;

/// What the score of each window pays for the others having been looked at too; chosen on simulations so
/// that long, low outbreaks are found without giving away the first week of short, high ones.
pub(super) const WINDOW_PENALTY: [f64; MAX_WINDOW_WEEKS] = [0.0, 0.7, 1.1];

/// The predictive law of the sum over the windows of 1, 2, … weeks that end with the week judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Component {
    /// Share in the mixture; the shares of a forecast add up to one.
    pub(super) share: f64,
    /// One law per window.
    pub(super) windows: [NegativeBinomial; MAX_WINDOW_WEEKS],
}

/// A mixture of predictive laws for the windows that end with one week.
#[derive(Clone, Debug)]
pub(super) struct Forecast {
    /// The parts of the mixture, at least one.
    pub(super) components: Vec<Component>,
    /// Stable name of the detector.
    pub(super) method: &'static str,
    /// Weeks of history it used.
    pub(super) history_weeks: u32,
    /// Windows that the history allows, 1 to [`MAX_WINDOW_WEEKS`].
    pub(super) windows: usize,
    /// What the score of each window pays.
    pub(super) penalty: [f64; MAX_WINDOW_WEEKS],
    /// The weeks that show a slow rise, where there is past enough before them.
    pub(super) slow: Option<Slow>,
}

/// One window as judged.
#[derive(Clone, Copy)]
struct Judged {
    alarm: bool,
    score: f64,
    window: usize,
    observed: u64,
    p_value: f64,
}

impl Forecast {
    /// Expected count of the week itself.
    pub(super) fn expected(&self) -> f64 {
        self.expected_in(0)
    }

    /// The lowest and the highest count of the week itself that are not remarkable.
    pub(super) fn band(&self, params: &ValidParams) -> (f64, f64) {
        let tail = 10_f64.powf(-params.get().threshold);
        let guess = (self.expected() - 2.0 * self.expected().sqrt()).max(0.0);
        let lower = smallest_count(guess, |count| self.mix(0, count, Tails::lower_mid_p) > tail);
        (lower as f64, self.upper(0, params))
    }

    /// The highest score among the windows that may alarm at some threshold: enough cases, enough history.
    pub(super) fn alarming_score(&self, counts: &[u32], params: &ValidParams) -> Option<f64> {
        let Params { min_cases, min_history_weeks, .. } = *params.get();
        if self.history_weeks < min_history_weeks {
            return None;
        }
        let mut observed = 0;
        let mut best: Option<f64> = None;
        for (window, &count) in counts.iter().rev().take(self.windows).enumerate() {
            observed += u64::from(count);
            if observed >= u64::from(min_cases) {
                let score = self.score(window, observed).1;
                best = Some(best.map_or(score, |best| best.max(score)));
            }
        }
        let slow = self.slow.as_ref().and_then(|slow| slow.judge(counts, min_cases));
        best.into_iter().chain(slow.map(|slow| slow.score)).reduce(f64::max)
    }

    /// The p-value of a window and its score.
    fn score(&self, window: usize, observed: u64) -> (f64, f64) {
        let p_value = self.mix(window, observed, Tails::upper_mid_p).max(f64::MIN_POSITIVE);
        (p_value, -p_value.log10() - self.penalty[window])
    }

    /// Judges the week that `counts` ends with. Reports the window with the highest score among those that
    /// alarm, or among all when none does.
    pub(super) fn judge(&self, counts: &[u32], params: &ValidParams) -> (Evidence, bool) {
        let Params { threshold, min_cases, min_history_weeks, .. } = *params.get();
        let mut best: Option<Judged> = None;
        let mut observed = 0;
        for (window, &count) in counts.iter().rev().take(self.windows).enumerate() {
            observed += u64::from(count);
            let (p_value, score) = self.score(window, observed);
            let alarm = score > threshold
                && observed >= u64::from(min_cases)
                && self.history_weeks >= min_history_weeks;
            if best.is_none_or(|best| (alarm, score) > (best.alarm, best.score)) {
                best = Some(Judged { alarm, score, window, observed, p_value });
            }
        }
        let nothing = Judged { alarm: false, score: 0.0, window: 0, observed: 0, p_value: 1.0 };
        let Judged { alarm, score, window, observed, p_value } = best.unwrap_or(nothing);
        let slow = self.slow.as_ref().and_then(|slow| slow.judge(counts, min_cases));
        if let Some(slow) = slow.filter(|slow| slow.score > score) {
            let evidence = Evidence {
                observed: slow.observed,
                expected: slow.expected,
                upper: slow.upper(threshold),
                p_value: slow.p_value,
                score: slow.score,
                window_weeks: slow.weeks as u32,
                method: slow::METHOD.to_owned(),
                history_weeks: self.history_weeks,
                also: Vec::new(),
            };
            return (evidence, slow.score > threshold && self.history_weeks >= min_history_weeks);
        }
        let evidence = Evidence {
            observed,
            expected: self.expected_in(window),
            upper: self.upper(window, params),
            p_value,
            score,
            window_weeks: window as u32 + 1,
            method: self.method.to_owned(),
            history_weeks: self.history_weeks,
            also: Vec::new(),
        };
        (evidence, alarm)
    }

    fn expected_in(&self, window: usize) -> f64 {
        self.components.iter().map(|component| component.share * component.windows[window].mean()).sum()
    }

    /// The highest count of a window that does not alarm.
    fn upper(&self, window: usize, params: &ValidParams) -> f64 {
        let Params { threshold, min_cases, .. } = *params.get();
        let tail = 10_f64.powf(-threshold - self.penalty[window]);
        let mean = self.expected_in(window);
        let alarming = smallest_count(mean + 3.0 * mean.sqrt(), |count| {
            self.mix(window, count, Tails::upper_mid_p) < tail
        });
        alarming.max(u64::from(min_cases)).saturating_sub(1) as f64
    }

    fn mix(&self, window: usize, count: u64, part: impl Fn(Tails) -> f64) -> f64 {
        self.components
            .iter()
            .map(|component| component.share * part(component.windows[window].tails(count)))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums of geometric counts with mean 1: P(Y > y) is 2^−(y+1) for one week, (y+3)/2^(y+2) for two.
    fn geometric() -> Forecast {
        let law = |weeks: f64| NegativeBinomial::new(weeks, 2.0).expect("valid");
        let components = vec![Component { share: 1.0, windows: [law(1.0), law(2.0), law(3.0)] }];
        Forecast {
            components,
            method: "test",
            history_weeks: 30,
            windows: MAX_WINDOW_WEEKS,
            penalty: WINDOW_PENALTY,
            slow: None,
        }
    }

    fn judge(counts: &[u32], change: impl Fn(&mut Params)) -> (Evidence, bool) {
        let mut params = Params::default();
        change(&mut params);
        geometric().judge(counts, &params.check().expect("valid"))
    }

    #[test]
    fn one_week_by_hand() {
        let (evidence, alarm) = judge(&[0, 0, 7], |_| ());
        // mid-p = 2^−8 + 2^−8 / 2
        let mid_p = 1.5 / 256.0;
        assert!(alarm);
        assert_eq!((evidence.observed, evidence.window_weeks), (7, 1));
        assert!((evidence.p_value - mid_p).abs() < 1e-12);
        assert!((evidence.score + mid_p.log10()).abs() < 1e-9);
        // Six cases have mid-p 1.5 / 128 and score 1.93.
        assert!((evidence.upper - 6.0).abs() < 1e-12);
        assert!(!judge(&[0, 0, 6], |_| ()).1);
    }

    #[test]
    fn two_weeks_by_hand() {
        let (evidence, alarm) = judge(&[0, 6, 6], |_| ());
        // P(Y > 12) = 15 / 2^14, P(Y = 12) = 13 / 2^14
        let mid_p = (15.0 + 6.5) / 16384.0_f64;
        assert!(alarm);
        assert_eq!((evidence.observed, evidence.window_weeks), (12, 2));
        assert!((evidence.score - (-mid_p.log10() - 0.7)).abs() < 1e-9);
        assert!((evidence.expected - 2.0).abs() < 1e-12);
    }

    #[test]
    fn conditions_on_cases_and_history() {
        assert!(!judge(&[0, 0, 7], |params| params.min_cases = 8).1);
        assert!(!judge(&[0, 0, 7], |params| params.min_history_weeks = 31).1);
        assert!(!judge(&[0, 0, 7], |params| params.threshold = 2.3).1);
        // The upper bound never invites an alarm on fewer cases than the minimum.
        let (evidence, _) = judge(&[0, 0, 7], |params| params.min_cases = 20);
        assert!((evidence.upper - 19.0).abs() < 1e-12);
    }

    #[test]
    fn the_band_by_hand() {
        let params = Params { threshold: 0.5, ..Params::default() }.check().expect("valid");
        // Tail 0.316: upper mid-p of 0, 1, 2 is .75, .375, .1875, but two cases are too few to alarm;
        // lower mid-p of 0 and 1 is .25 and .625.
        assert_eq!(geometric().band(&params), (1.0, 2.0));
        assert!((geometric().expected() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_impossible_has_a_finite_score() {
        let (evidence, alarm) = judge(&[0, 0, 4_000_000], |_| ());
        assert!(alarm && evidence.score.is_finite() && evidence.score > 300.0);
    }
}

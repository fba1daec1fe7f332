//! What the next weeks are expected to bring, if what is known of a series goes on: the same laws that judge a
//! week, fitted up to the newest one. It must not promise what it cannot know: an interval widens with every
//! week ahead, and a series without a past has none.

use crate::domain::time::Week;
use crate::stats::negative_binomial::{NegativeBinomial, Tails, smallest_count};

use super::{Choice, Judges, Series, ValidParams};

/// Weeks ahead at most.
pub const MOST_WEEKS: usize = 4;

/// Shares of the interval that is told.
const INTERVAL: f64 = 0.8;

/// The law of one week to come: a mixture, shares first.
pub(super) type Mixture = Vec<(f64, NegativeBinomial)>;

/// One week to come.
#[derive(Clone, Debug)]
pub struct WeekAhead {
    /// The week.
    pub week: Week,
    mixture: Mixture,
}

impl WeekAhead {
    /// Complaints expected.
    pub fn expected(&self) -> f64 {
        self.mixture.iter().map(|(share, law)| share * law.mean()).sum()
    }

    /// Counts between which the week lies four times in five.
    pub fn interval(&self) -> (u64, u64) {
        let tail = (1.0 - INTERVAL) / 2.0;
        (self.quantile(tail), self.quantile(1.0 - tail))
    }

    /// How likely it is that more than `limit` complaints come in.
    pub fn chance_above(&self, limit: u64) -> f64 {
        self.mix(limit, |tails| tails.above).clamp(0.0, 1.0)
    }

    fn quantile(&self, share: f64) -> u64 {
        smallest_count(self.expected(), |count| self.mix(count, |tails| tails.above) <= 1.0 - share)
    }

    fn mix(&self, count: u64, part: impl Fn(Tails) -> f64) -> f64 {
        self.mixture.iter().map(|(share, law)| share * part(law.tails(count))).sum()
    }
}

/// The `weeks` weeks after the last count of `series[index]`, [`MOST_WEEKS`] at most; empty where its past is
/// too short to say anything.
pub fn ahead(series: &[Series], index: usize, weeks: usize, params: &ValidParams) -> Vec<WeekAhead> {
    let Some((one, last)) = series.get(index).and_then(|one| Some((one, one.last_week()?))) else {
        return Vec::new();
    };
    if one.counts.len() < params.get().min_history_weeks as usize {
        return Vec::new();
    }
    let mut judges = Judges::new(series, params, Choice::ByAge);
    let weeks = weeks.min(MOST_WEEKS);
    let laws = judges.ahead(index, weeks);
    (1..).zip(laws).map(|(ahead, mixture)| WeekAhead { week: Week(last.0 + ahead), mixture }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::counts::{Dimension, Node};
    use crate::watch::Params;
    use crate::watch::simulation::simulate;

    fn params() -> ValidParams {
        Params::default().check().expect("the defaults are valid")
    }

    fn one(counts: Vec<u32>) -> Vec<Series> {
        vec![Series { node: Node::new(Dimension::All, ""), first_week: Week(100), counts }]
    }

    #[test]
    fn the_interval_holds_four_times_in_five_or_a_little_more() {
        // (weeks of history: cold start among peers, then each by its own past)
        for (weeks, least, most) in [(20, 0.76, 0.92), (110, 0.76, 0.92)] {
            let later = simulate(77, 80, weeks + 4, usize::MAX);
            let history: Vec<Series> = later
                .iter()
                .map(|series| Series { counts: series.counts[..weeks].to_vec(), ..series.clone() })
                .collect();
            let (mut inside, mut all) = (0, 0);
            for (index, series) in later.iter().enumerate() {
                let ahead = ahead(&history, index, 4, &params());
                assert_eq!(ahead.len(), 4);
                for (week, &count) in ahead.iter().zip(&series.counts[weeks..]) {
                    let (low, high) = week.interval();
                    inside += usize::from((low..=high).contains(&u64::from(count)));
                    all += 1;
                }
            }
            let share = inside as f64 / all as f64;
            assert!((least..=most).contains(&share), "{weeks} weeks: {share}");
        }
    }

    #[test]
    fn what_grows_is_expected_to_be_higher_than_it_was_and_the_season_to_come_back() {
        let grown = one((0..80).map(|week| 10 + week / 4).collect());
        let found = ahead(&grown, 0, 4, &params());
        assert_eq!(found[0].week, Week(180));
        assert!((26.0..34.0).contains(&found[0].expected()), "{}", found[0].expected());
        let yearly = |week: u32| {
            let cycle = f64::from(100 + week) / 52.0 * std::f64::consts::TAU;
            (40.0 * (0.8 * cycle.cos()).exp()).round() as u32
        };
        let found = ahead(&one((0..200).map(yearly).collect()), 0, 4, &params());
        for (week, at) in found.iter().zip(200..) {
            let truth = f64::from(yearly(at));
            assert!((week.expected() / truth - 1.0).abs() < 0.2, "{at}: {} {truth}", week.expected());
        }
    }

    #[test]
    fn the_chance_of_passing_a_limit_falls_with_the_limit() {
        let found = ahead(&one((0..90).map(|week| 8 + week * 7 % 5).collect()), 0, 9, &params());
        assert_eq!(found.len(), MOST_WEEKS);
        let chances: Vec<f64> = [0, 9, 10, 15, 60].map(|limit| found[0].chance_above(limit)).into();
        assert!(chances.windows(2).all(|pair| pair[0] > pair[1]), "{chances:?}");
        assert!(chances[0] > 0.99 && chances[4] < 1e-6, "{chances:?}");
        let (low, high) = found[0].interval();
        assert!(found[0].chance_above(high) <= 0.1 && found[0].chance_above(low) <= 0.9);
    }

    #[test]
    fn without_a_past_nothing_is_said() {
        assert!(ahead(&one(vec![4, 4]), 0, 4, &params()).is_empty());
        assert!(ahead(&one(Vec::new()), 0, 4, &params()).is_empty());
        assert!(ahead(&one(vec![4; 30]), 1, 4, &params()).is_empty());
    }
}

//! The common tide: how much all series of a dimension counted in a week, against what their own rates lead
//! one to expect. A week in which everything rises by a third is no news about any one series. It must not
//! look at the series itself, or a large outbreak would explain itself away.
//!
//! Each peer enters with the inverse of its dispersion, which is its weight in the efficient estimate of a
//! common factor, and the factor is drawn towards 1 as the mean of a Gamma prior with a known spread.

/// Variance of the tide about 1 before any peer is seen: weeks differ by about a sixth.
const TIDE_VARIANCE: f64 = 0.03;

/// A peer's count enters only up to so many standard deviations above its mean: an outbreak of one peer is
/// not a tide.
const CAP_DEVIATIONS: f64 = 3.0;

/// One series of a dimension, seen from a window of weeks: its recent past, then the window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member<'a> {
    /// Index of the series in the portfolio.
    pub(super) index: usize,
    /// Counts of the past and of the window, oldest first.
    pub(super) counts: &'a [u32],
    /// How many of them are the past.
    pub(super) past_weeks: usize,
}

/// What is known of a member by itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    /// Complaints in a usual week.
    pub(super) rate: f64,
    /// Variance over mean.
    pub(super) dispersion: f64,
}

impl<'a> Member<'a> {
    /// The weeks before the window, oldest first.
    pub(super) fn past(&self) -> &'a [u32] {
        &self.counts[..self.past_weeks]
    }

    /// Count and rate over the dispersion, `age` weeks before the newest, the count capped.
    fn share(&self, level: Level, age: usize, tide: f64) -> Sums {
        let mean = level.rate * tide;
        let cap = mean + CAP_DEVIATIONS * (level.dispersion * mean).sqrt() + 1.0;
        let count = f64::from(self.counts[self.counts.len() - 1 - age]);
        Sums { counted: count.min(cap) / level.dispersion, usual: level.rate / level.dispersion }
    }
}

/// What was counted and what is usual, each over the dispersion.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    counted: f64,
    usual: f64,
}

impl Sums {
    fn tide(self) -> f64 {
        (self.counted + 1.0 / TIDE_VARIANCE) / (self.usual + 1.0 / TIDE_VARIANCE)
    }
}

/// The exposure of every week in each member's `counts`, in the same order: the tide of the others, 1 in a
/// usual week. `levels` has one entry per member.
pub(super) fn exposures(members: &[Member<'_>], levels: &[Level]) -> Vec<Vec<f64>> {
    let weeks = members.iter().map(|member| member.counts.len()).max().unwrap_or(0);
    let sum = |age: usize, tide: f64| {
        let mut all = Sums::default();
        for (member, &level) in members.iter().zip(levels).filter(|(member, _)| member.counts.len() > age) {
            let share = member.share(level, age, tide);
            all.counted += share.counted;
            all.usual += share.usual;
        }
        all
    };
    // The caps depend on the tide: a first round finds it roughly, a second with the right caps.
    let rough: Vec<f64> = (0..weeks).map(|age| sum(age, 1.0).tide()).collect();
    let all: Vec<Sums> = rough.iter().enumerate().map(|(age, &tide)| sum(age, tide)).collect();
    members
        .iter()
        .zip(levels)
        .map(|(member, &level)| {
            let of_others = |age: usize| {
                let own = member.share(level, age, rough[age]);
                let (counted, usual) = (all[age].counted - own.counted, all[age].usual - own.usual);
                Sums { counted, usual }.tide()
            };
            (0..member.counts.len()).rev().map(of_others).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(counts: &[&[u32]], levels: &[(f64, f64)]) -> Vec<Vec<f64>> {
        let members: Vec<Member<'_>> = counts
            .iter()
            .enumerate()
            .map(|(index, &counts)| Member { index, counts, past_weeks: counts.len() - 1 })
            .collect();
        let levels: Vec<Level> =
            levels.iter().map(|&(rate, dispersion)| Level { rate, dispersion }).collect();
        exposures(&members, &levels)
    }

    #[test]
    fn the_tide_is_that_of_the_others() {
        let exposures =
            found(&[&[100, 120], &[300, 360], &[2, 2]], &[(100.0, 1.0), (300.0, 3.0), (2.0, 1.0)]);
        let prior = 1.0 / TIDE_VARIANCE;
        // 360/3 and 2 against 300/3 and 2; neither reaches its cap.
        assert!((exposures[0][1] - (122.0 + prior) / (102.0 + prior)).abs() < 1e-12);
        assert!((exposures[0][0] - 1.0).abs() < 1e-12);
        assert!((exposures[1][1] - (122.0 + prior) / (102.0 + prior)).abs() < 1e-12);
        assert!((exposures[2][1] - (240.0 + prior) / (200.0 + prior)).abs() < 1e-12);
    }

    #[test]
    fn an_outbreak_of_one_is_no_tide_and_a_lone_series_sees_none() {
        let exposures = found(&[&[100, 100], &[4, 4_000]], &[(100.0, 1.0), (4.0, 1.0)]);
        // 4 + 3·2 + 1 = 11 are believed, then the cap moves with the tide once.
        assert!(exposures[0][1] < 1.25, "{exposures:?}");
        assert_eq!(found(&[&[7, 70]], &[(7.0, 1.0)]), vec![vec![1.0; 2]]);
        // A newcomer adds to what is usual as much as it counts.
        let exposures = found(&[&[50, 50, 50], &[30]], &[(50.0, 1.0), (30.0, 1.0)]);
        assert_eq!(exposures[0], vec![1.0; 3]);
    }
}

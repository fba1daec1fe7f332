//! From weeks above a threshold to warnings: what goes on is one warning, as `store::signals` keeps it.

/// A week above the threshold at most this many weeks after the last one goes on with the same warning.
pub const SAME_EPISODE_WEEKS: usize = 2;

/// How many warnings begin in the consecutive weeks of one series above `threshold`.
pub fn warnings(scores: &[Option<f64>], threshold: f64) -> u64 {
    let mut starts = Starts::new(threshold, threshold, 1.0);
    starts.add(scores);
    starts.counts[0]
}

/// How many warnings begin at each of many thresholds.
#[derive(Clone, Debug)]
pub(super) struct Starts {
    lowest: f64,
    step: f64,
    counts: Vec<u64>,
}

impl Starts {
    /// Thresholds from `lowest` to `highest`.
    pub(super) fn new(lowest: f64, highest: f64, step: f64) -> Self {
        let steps = ((highest - lowest) / step).round().max(0.0) as usize;
        Self { lowest, step, counts: vec![0; steps + 1] }
    }

    /// Adds the scores of the consecutive weeks of one series; `None` is a week that cannot alarm.
    pub(super) fn add(&mut self, scores: &[Option<f64>]) {
        for (at, score) in scores.iter().enumerate() {
            let Some(score) = score else { continue };
            // A warning begins at those thresholds that no week shortly before passed.
            let before = &scores[at.saturating_sub(SAME_EPISODE_WEEKS)..at];
            let going_on = before.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
            let place = |score: f64| (((score - self.lowest) / self.step).ceil().max(0.0)) as usize;
            let (from, to) = (place(going_on), place(*score).min(self.counts.len()));
            for count in self.counts.iter_mut().take(to).skip(from) {
                *count += 1;
            }
        }
    }

    /// Each threshold with the warnings that began above it.
    pub(super) fn counts(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        self.counts.iter().enumerate().map(|(at, &count)| (self.lowest + at as f64 * self.step, count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_is_one_warning_at_each_threshold() {
        let mut starts = Starts::new(2.0, 4.0, 1.0);
        // Above 2: weeks 0, 1, 3 go on, 7 is another. Above 3: 1 and, three weeks on, 7. Above 4: none.
        let scores = [2.5, 3.5, 0.1, 2.1, 0.0, 0.0, 0.0, 4.0];
        starts.add(&scores.map(Some));
        assert_eq!(starts.counts().collect::<Vec<_>>(), [(2.0, 2), (3.0, 2), (4.0, 0)]);
        starts.add(&[None, Some(9.0), None, None, Some(9.0)]);
        assert_eq!(starts.counts().map(|(_, count)| count).collect::<Vec<_>>(), [4, 4, 2]);
    }
}

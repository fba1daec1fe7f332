//! The common tide: how much the peers of a series counted in a week, against how much they usually do. A
//! week in which everything rises by a third is no news about any one series. It must not look at the
//! series itself, or a large outbreak would explain itself away.

/// Cases a week the peers must count for their total to be believed half-way.
const HALF_BELIEF_CASES: f64 = 20.0;

/// A peer's count enters the total only up to this quantile of its past, plus one: an outbreak of one
/// peer is not a tide.
const CAP_QUANTILE: f64 = 0.9;

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

impl<'a> Member<'a> {
    /// The weeks before the window, oldest first.
    pub(super) fn past(&self) -> &'a [u32] {
        &self.counts[..self.past_weeks]
    }
}

/// The exposure of every week in each member's `counts`, in the same order; 1 is a usual week. Only peers
/// whose past reaches at least as far back are summed, so that a newcomer is not taken for a rise.
pub(super) fn exposures(members: &[Member<'_>]) -> Vec<Vec<f64>> {
    let capped: Vec<Vec<f64>> = members.iter().map(capped_counts).collect();
    let longest = capped.iter().map(Vec::len).max().unwrap_or(0);
    // totals[n][age]: what the members with at least n weeks counted `age` weeks ago.
    let mut totals: Vec<Vec<f64>> = vec![Vec::new(); longest + 1];
    for weeks in members.iter().map(|member| member.counts.len()) {
        if totals[weeks].is_empty() {
            totals[weeks] = (0..weeks)
                .map(|age| capped.iter().filter(|c| c.len() >= weeks).map(|c| c[c.len() - 1 - age]).sum())
                .collect();
        }
    }
    capped
        .iter()
        .zip(members)
        .map(|(own, member)| {
            let weeks = own.len();
            let others: Vec<f64> =
                own.iter().enumerate().map(|(i, count)| totals[weeks][weeks - 1 - i] - count).collect();
            relative_to_past(&others, member.past_weeks)
        })
        .collect()
}

fn capped_counts(member: &Member<'_>) -> Vec<f64> {
    let mut sorted = member.past().to_vec();
    sorted.sort_unstable();
    let Some(last) = sorted.len().checked_sub(1) else {
        return member.counts.iter().map(|&count| f64::from(count)).collect();
    };
    let place = CAP_QUANTILE * last as f64;
    let (low, share) = (place.floor(), place.fract());
    let low_count = f64::from(sorted[low as usize]);
    let high_count = f64::from(sorted[(low as usize + 1).min(last)]);
    let cap = low_count + share * (high_count - low_count) + 1.0;
    member.counts.iter().map(|&count| f64::from(count).min(cap)).collect()
}

/// Each total over the mean of the past ones, pulled towards 1 when the totals are small.
fn relative_to_past(totals: &[f64], past_weeks: usize) -> Vec<f64> {
    let past = &totals[..past_weeks];
    let usual = if past.is_empty() { 0.0 } else { past.iter().sum::<f64>() / past.len() as f64 };
    if usual <= 0.0 {
        return vec![1.0; totals.len()];
    }
    let belief = usual / (usual + HALF_BELIEF_CASES);
    totals.iter().map(|total| 1.0 + (total / usual - 1.0) * belief).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tide_is_that_of_the_others() {
        let counts: [&[u32]; 3] = [&[10, 10, 20], &[30, 30, 60], &[2, 2, 400]];
        let members: Vec<Member<'_>> = counts
            .iter()
            .enumerate()
            .map(|(index, &counts)| Member { index, counts, past_weeks: counts.len() - 1 })
            .collect();
        let found = exposures(&members);
        // Capped at past quantile + 1: 10, 10, 11 | 30, 30, 31 | 2, 2, 3.
        let expected = 1.0 + (34.0 / 32.0 - 1.0) * 32.0 / 52.0;
        assert!((found[0][2] - expected).abs() < 1e-12);
        assert!((found[0][0] - 1.0).abs() < 1e-12);
        let expected = 1.0 + (42.0 / 40.0 - 1.0) * 40.0 / 60.0;
        assert!((found[2][2] - expected).abs() < 1e-12);
    }

    #[test]
    fn newcomers_and_lone_series_see_no_tide() {
        let counts: [&[u32]; 3] = [&[10, 12, 9, 11], &[8, 9], &[7]];
        let members: Vec<Member<'_>> = counts
            .iter()
            .enumerate()
            .map(|(index, &counts)| Member { index, counts, past_weeks: counts.len() - 1 })
            .collect();
        let found = exposures(&members);
        assert_eq!(found[0], vec![1.0; 4]);
        assert_eq!(found[2], vec![1.0]);
        // The second sees only the first: 9 usual (capped 12.x), 11 now.
        assert!((found[1][1] - (1.0 + (11.0 / 9.0 - 1.0) * 9.0 / 29.0)).abs() < 1e-12);
    }
}

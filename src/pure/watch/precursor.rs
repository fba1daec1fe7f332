//! Whether one weekly series runs ahead of another, and by how many weeks: questions before claims, tickets
//! before complaints. It must not take what the two have in common for a lead: season, trend and the memory
//! each has of itself are taken out first, and what moves both in the same week is no warning.
//!
//! Haugh, L. D. (1976): Checking the independence of two covariance-stationary time series: a univariate
//! residual cross-correlation approach. JASA 71, 378–385. The residuals of two series that have nothing to do
//! with each other correlate at lag k with mean 0 and variance (n − k) / n².

use statrs::distribution::{ContinuousCDF, Normal};

use crate::stats::cholesky::Cholesky;

/// Weeks of lead that are looked at.
pub const MOST_WEEKS: usize = 8;
/// Weeks that both must have.
pub const LEAST_WEEKS: usize = 60;
/// Cases that both must have in them.
pub const LEAST_CASES: u64 = 60;
/// Chance that anything is said of pairs of which none leads.
pub const LEVEL: f64 = 0.05;

/// Own weeks each series remembers.
const MEMORY_WEEKS: usize = 4;
/// Constant, trend, two harmonics of the year, own weeks before.
const COLUMNS: usize = 6 + MEMORY_WEEKS;
/// Weeks from which a season can be told from a trend.
const SEASON_KNOWN: usize = 104;
/// Half the 95 % quantile of χ² with one degree of freedom, as a difference of log likelihoods.
const LIKELY: f64 = 1.92;

/// How far one series runs ahead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lead {
    /// The lead that fits best, in weeks.
    pub weeks: usize,
    /// The shortest and the longest that fit hardly worse (likelihood ratio, 95 %).
    pub between: (usize, usize),
    /// Correlation of the residuals at that lead.
    pub correlation: f64,
    /// Chance of as much without any lead, over all leads and pairs looked at.
    pub p_value: f64,
}

/// What can be said of a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// One runs ahead.
    Leads(Lead),
    /// Both move in the same week, as far as can be told: no warning.
    Together,
    /// What is seen may be chance.
    Unclear,
    /// Fewer than [`LEAST_WEEKS`] in common.
    TooShort,
    /// One of them holds fewer than [`LEAST_CASES`].
    TooFew,
}

/// For each pair of weekly counts, over the same weeks, whether the first runs ahead of the second. At most
/// one time in twenty ([`LEVEL`]) is a lead told where no pair has one (Holm over the pairs, Šidák over the
/// weeks of lead).
pub fn leads(pairs: &[(Vec<u32>, Vec<u32>)]) -> Vec<Verdict> {
    let mut verdicts = Vec::with_capacity(pairs.len());
    let mut seen: Vec<(usize, Seen)> = Vec::new();
    for (at, (ahead, behind)) in pairs.iter().enumerate() {
        verdicts.push(match look(ahead, behind) {
            Ok(one) => {
                seen.push((at, one));
                Verdict::Unclear
            }
            Err(verdict) => verdict,
        });
    }
    seen.sort_by(|(_, a), (_, b)| a.p_value.total_cmp(&b.p_value));
    let mut largest: f64 = 0.0;
    let tested = seen.len();
    for (rank, (at, one)) in seen.into_iter().enumerate() {
        largest = largest.max(one.p_value * (tested - rank) as f64).min(1.0);
        if largest <= LEVEL {
            verdicts[at] = one.verdict(largest);
        }
    }
    verdicts
}

/// What a pair shows, before it is known how many are looked at.
struct Seen {
    /// Correlations at leads of 0, 1, … weeks.
    correlations: [f64; MOST_WEEKS + 1],
    /// Residuals behind them.
    residuals: usize,
    best: usize,
    p_value: f64,
}

impl Seen {
    fn verdict(&self, p_value: f64) -> Verdict {
        let best = self.correlations[self.best];
        let log_likelihood = |r: f64| -(self.residuals as f64) / 2.0 * (1.0 - r * r).ln();
        let fits = |weeks: &usize| {
            let r = self.correlations[*weeks];
            r > 0.0 && log_likelihood(best) - log_likelihood(r) <= LIKELY
        };
        if fits(&0) {
            return Verdict::Together;
        }
        let mut fitting = (1..=MOST_WEEKS).filter(fits);
        let first = fitting.next().unwrap_or(self.best);
        let between = (first, fitting.next_back().unwrap_or(first));
        Verdict::Leads(Lead { weeks: self.best, between, correlation: best, p_value })
    }
}

fn look(ahead: &[u32], behind: &[u32]) -> Result<Seen, Verdict> {
    let weeks = ahead.len().min(behind.len());
    if weeks < LEAST_WEEKS {
        return Err(Verdict::TooShort);
    }
    let few = |counts: &[u32]| counts.iter().map(|&count| u64::from(count)).sum::<u64>() < LEAST_CASES;
    let (ahead, behind) = (&ahead[ahead.len() - weeks..], &behind[behind.len() - weeks..]);
    if few(ahead) || few(behind) {
        return Err(Verdict::TooFew);
    }
    // A series that never varies says nothing about another.
    let (Some(before), Some(after)) = (residuals(ahead), residuals(behind)) else {
        return Err(Verdict::Unclear);
    };
    let n = after.len();
    let mut correlations = [0.0; MOST_WEEKS + 1];
    for (lead, correlation) in correlations.iter_mut().enumerate() {
        *correlation = before.iter().zip(&after[lead..]).map(|(x, y)| x * y).sum::<f64>() / n as f64;
    }
    let deviations = |lead: usize| correlations[lead] * n as f64 / ((n - lead) as f64).sqrt();
    let best =
        (1..=MOST_WEEKS).fold(1, |best, lead| if deviations(lead) > deviations(best) { lead } else { best });
    let normal = Normal::standard();
    let p_value = 1.0 - (1.0 - normal.sf(deviations(best))).powf(MOST_WEEKS as f64);
    Ok(Seen { correlations, residuals: n, best, p_value })
}

/// What a series brought that its season, its trend and its own last weeks did not say, with mean square one;
/// counts by the square root that evens out their variance (Anscombe 1948). `None` for a series without any.
fn residuals(counts: &[u32]) -> Option<Vec<f64>> {
    let evened: Vec<f64> = counts.iter().map(|&count| 2.0 * (f64::from(count) + 0.375).sqrt()).collect();
    let season_ridge = if counts.len() >= SEASON_KNOWN { 1e-6 } else { 1e9 };
    let row = |week: usize| {
        let mut row = [1.0; COLUMNS];
        row[1] = week as f64 / counts.len() as f64;
        let year = week as f64 / 52.0 * std::f64::consts::TAU;
        (row[2], row[3], row[4], row[5]) = (year.cos(), year.sin(), (2.0 * year).cos(), (2.0 * year).sin());
        for (column, back) in (6..).zip(1..=MEMORY_WEEKS) {
            row[column] = evened[week - back];
        }
        row
    };
    let rows: Vec<[f64; COLUMNS]> = (MEMORY_WEEKS..counts.len()).map(row).collect();
    let (mut information, mut moments) = ([[0.0; COLUMNS]; COLUMNS], [0.0; COLUMNS]);
    for (row, value) in rows.iter().zip(&evened[MEMORY_WEEKS..]) {
        for i in 0..COLUMNS {
            moments[i] += row[i] * value;
            for j in 0..=i {
                information[i][j] += row[i] * row[j];
            }
        }
    }
    for (i, line) in information.iter_mut().enumerate() {
        line[i] += if (2..6).contains(&i) { season_ridge } else { 1e-6 };
    }
    let coefficients = Cholesky::new(&information).ok()?.solve(&moments);
    let mut left: Vec<f64> = rows
        .iter()
        .zip(&evened[MEMORY_WEEKS..])
        .map(|(row, value)| value - row.iter().zip(&coefficients).map(|(x, beta)| x * beta).sum::<f64>())
        .collect();
    let scale = (left.iter().map(|one| one * one).sum::<f64>() / left.len() as f64).sqrt();
    if scale < 1e-6 {
        return None;
    }
    left.iter_mut().for_each(|one| *one /= scale);
    Some(left)
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::watch::simulation::poisson;

    /// Counts around a season, with bursts of their own that fade away within weeks.
    fn bursty(random: &mut ChaCha8Rng, weeks: usize) -> Vec<u32> {
        let mut burst = 0.0;
        (0..weeks)
            .map(|week| {
                burst = 0.6 * burst + if random.gen_bool(0.05) { random.gen_range(4.0..12.0) } else { 0.0 };
                let season = 2.0 * (week as f64 / 52.0 * std::f64::consts::TAU).cos();
                poisson(random, 5.0 + season + burst)
            })
            .collect()
    }

    /// Some of what `counts` brought `lead` weeks before, beside what comes anyway.
    fn after(random: &mut ChaCha8Rng, counts: &[u32], lead: usize) -> Vec<u32> {
        (0..counts.len())
            .map(|week| {
                let before = week.checked_sub(lead).map_or(0, |at| counts[at]);
                poisson(random, 2.0 + 0.7 * f64::from(before))
            })
            .collect()
    }

    #[test]
    fn a_lead_is_found_and_its_weeks_are_right() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let (mut found, mut covered, mut backwards) = (0, 0, 0);
        for lead in [1, 2, 5].repeat(34) {
            let ahead = bursty(&mut random, 104);
            let behind = after(&mut random, &ahead, lead);
            if let Verdict::Leads(told) = leads(&[(ahead.clone(), behind.clone())])[0] {
                found += 1;
                covered += usize::from((told.between.0..=told.between.1).contains(&lead));
                assert!(told.between.0 <= told.weeks && told.weeks <= told.between.1, "{told:?}");
            }
            backwards += usize::from(matches!(leads(&[(behind, ahead)])[0], Verdict::Leads(_)));
        }
        assert!(found >= 92, "{found} of 102");
        assert!(covered as f64 >= 0.95 * found as f64, "{covered} of {found}");
        assert!(backwards <= 10, "{backwards}");
    }

    #[test]
    fn what_has_nothing_to_do_with_each_other_or_moves_at_once_is_seldom_a_lead() {
        let mut random = ChaCha8Rng::seed_from_u64(2);
        let (mut apart, mut at_once) = (0, 0);
        for _ in 0..300 {
            let one = bursty(&mut random, 110);
            let (other, same) = (bursty(&mut random, 110), after(&mut random, &one, 0));
            apart += usize::from(matches!(leads(&[(one.clone(), other)])[0], Verdict::Leads(_)));
            at_once += usize::from(matches!(leads(&[(one, same)])[0], Verdict::Leads(_)));
        }
        assert!(apart <= 24 && at_once <= 15, "{apart} and {at_once} of 300");
    }

    #[test]
    fn the_more_pairs_are_looked_at_the_more_a_lead_must_show() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let ahead = bursty(&mut random, 104);
        let pair = (ahead.clone(), after(&mut random, &ahead, 2));
        let p_value = |verdict: &Verdict| match verdict {
            Verdict::Leads(lead) => lead.p_value,
            other => panic!("{other:?}"),
        };
        let alone = p_value(&leads(std::slice::from_ref(&pair))[0]);
        let mut pairs = vec![pair];
        pairs.extend((0..4).map(|_| (bursty(&mut random, 104), bursty(&mut random, 104))));
        let among = p_value(&leads(&pairs)[0]);
        assert!((among / alone - 5.0).abs() < 1e-9, "{among} {alone}");
    }

    #[test]
    fn too_little_is_no_ground_to_say_anything() {
        let mut random = ChaCha8Rng::seed_from_u64(4);
        let long = bursty(&mut random, 104);
        let verdict = |ahead: &[u32], behind: &[u32]| leads(&[(ahead.to_vec(), behind.to_vec())])[0];
        assert_eq!(verdict(&long[..59], &long[..59]), Verdict::TooShort);
        assert_eq!(verdict(&[0; 104], &long), Verdict::TooFew);
        assert_eq!(verdict(&[5; 104], &long), Verdict::Unclear);
        assert!(leads(&[]).is_empty());
    }
}

//! A label that begins where another ends is a new name, not a new failure: a catalogue spelt anew, a form
//! with other products, a shop that moved. It is recognised by what its neighbours lost at the same time.

use crate::domain::time::Week;

use super::Series;

/// Weeks before the window that show what was usual.
const BEFORE_WEEKS: usize = 13;
/// A label is new while it had at most so much, in a usual week, of what it has now.
const NEW_SHARE: f64 = 0.1;
/// A loss counts from so many standard deviations, of a Poisson count or of its own weeks if they vary more.
const LOSS_DEVIATIONS: f64 = 2.0;
/// Share of what came that neighbours must have lost.
const MADE_UP_FOR: f64 = 0.7;

/// Weeks back in which a label may have begun; what is older is no new name any more.
const YEAR_WEEKS: usize = 52;
/// Weeks from its begin on in which a label and its neighbours are compared.
const FIRST_WEEKS: usize = 3;
/// A label that has so many times more a week than what was lost has more than a new name.
const MORE: f64 = 1.5;

/// The series of the same dimension whose loss makes up for what the label `series[index]`, which has begun
/// within the last year, has in the `window` weeks that end with `week`: the one that lost most. `None` where
/// it is no new label, nothing was lost when it began, or it has grown since.
pub fn renamed_from(series: &[Series], index: usize, week: Week, window: u32) -> Option<usize> {
    let window = (window as usize).max(1);
    let one = series.get(index)?;
    let at = one.position(week)?;
    let mut begin = (at + 1).checked_sub(window)?;
    let sum = |counts: &[u32]| counts.iter().map(|&count| f64::from(count)).sum::<f64>();
    let rate = sum(&one.counts[begin..=at]) / window as f64;
    while begin > 0 && at - begin < YEAR_WEEKS && f64::from(one.counts[begin - 1]) > NEW_SHARE * rate {
        begin -= 1;
    }
    let first_weeks = (at + 1 - begin).min(FIRST_WEEKS);
    let compared = one.week_at(begin + first_weeks - 1);
    let Usual { now, usual, .. } = now_and_usual(one, compared, first_weeks)?;
    if usual > NEW_SHARE * now {
        return None;
    }
    let gained = now - usual;
    let (mut lost, mut most) = (0.0, None);
    for (at, other) in series.iter().enumerate() {
        if at == index || other.node.dimension != one.node.dimension {
            continue;
        }
        let Some(Usual { now, usual, deviation }) = now_and_usual(other, compared, first_weeks) else {
            continue;
        };
        let loss = usual - now;
        if loss < LOSS_DEVIATIONS * deviation {
            continue;
        }
        lost += loss;
        if most.is_none_or(|(_, largest)| loss > largest) {
            most = Some((at, loss));
        }
    }
    let explains = lost >= MADE_UP_FOR * gained && rate <= MORE * lost / first_weeks as f64;
    most.filter(|_| explains).map(|(at, _)| at)
}

/// A window beside the weeks before it.
struct Usual {
    /// Its count.
    now: f64,
    /// What a window as long held on average before.
    usual: f64,
    /// Standard deviation of that.
    deviation: f64,
}

fn now_and_usual(series: &Series, week: Week, window: usize) -> Option<Usual> {
    let at = series.position(week)?;
    let begin = (at + 1).checked_sub(window.max(1))?;
    let before = &series.counts[begin.saturating_sub(BEFORE_WEEKS)..begin];
    let sum = |counts: &[u32]| counts.iter().map(|&count| f64::from(count)).sum::<f64>();
    if before.is_empty() {
        return None;
    }
    let weeks = window.max(1) as f64;
    let mean = sum(before) / before.len() as f64;
    let squares: f64 = before.iter().map(|&count| (f64::from(count) - mean).powi(2)).sum();
    let variance = (squares / before.len() as f64).max(mean);
    Some(Usual {
        now: sum(&series.counts[begin..=at]),
        usual: mean * weeks,
        deviation: (variance * weeks).sqrt(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::counts::{Dimension, Node};

    fn region(key: &str, counts: &[u32]) -> Series {
        Series { node: Node::new(Dimension::Region, key), first_week: Week(0), counts: counts.to_vec() }
    }

    fn twenty(before: u32, after: u32) -> Vec<u32> {
        (0..20).map(|week| if week < 18 { before } else { after }).collect()
    }

    #[test]
    fn a_new_name_for_an_old_label_is_recognised_and_a_new_failure_is_not() {
        let old = region("Cdmx", &twenty(30, 1));
        let new = region("Ciudad de México", &twenty(0, 31));
        let steady = region("Puebla", &twenty(40, 42));
        let all = [old.clone(), new.clone(), steady.clone()];
        assert_eq!(renamed_from(&all, 1, Week(18), 1), Some(0));
        assert_eq!(renamed_from(&all, 1, Week(19), 2), Some(0));
        assert_eq!(renamed_from(&all, 2, Week(19), 1), None, "not new");
        assert_eq!(renamed_from(&[region("Cdmx", &twenty(30, 29)), new.clone()], 1, Week(19), 1), None);
        let other = Series { node: Node::new(Dimension::Company, "Cdmx"), ..old };
        assert_eq!(renamed_from(&[other, new], 1, Week(19), 1), None, "another dimension");
    }

    #[test]
    fn a_new_name_stays_one_until_more_comes_in_under_it() {
        let long = |before: u32, after: u32, last: u32| -> Vec<u32> {
            (0..40)
                .map(|week| {
                    if week < 18 {
                        before
                    } else if week < 39 {
                        after
                    } else {
                        last
                    }
                })
                .collect()
        };
        let old = region("Cdmx", &long(30, 1, 1));
        for (last, from) in [(31, Some(0)), (40, Some(0)), (70, None)] {
            let all = [old.clone(), region("Ciudad de México", &long(0, 30, last))];
            assert_eq!(renamed_from(&all, 1, Week(39), 1), from, "{last}");
        }
    }

    #[test]
    fn one_label_may_follow_on_several() {
        let all = [
            region("bank account", &twenty(25, 6)),
            region("prepaid", &twenty(12, 1)),
            region("checking or savings", &twenty(1, 33)),
        ];
        assert_eq!(renamed_from(&all, 2, Week(18), 1), Some(0));
        assert_eq!(renamed_from(&all, 9, Week(18), 1), None);
    }
}

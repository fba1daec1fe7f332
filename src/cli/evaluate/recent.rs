//! A model's doubt followed in time: before the texts of a moment are judged, it is fitted on those that came in
//! earlier and are labelled by then. No text has a say before it is judged.

use std::ops::Range;

use crate::learn::doubt::{Doubt, Scored};

/// Labelled texts the doubt rests on: the latest before the moment that is judged.
pub(super) const WINDOW: usize = 1_000;
/// A doubt is fitted again after so many more texts: a few more move it little, and a fit takes its time.
const FITTED_EVERY: usize = 50;

/// For each stretch of texts of rising `moments` the doubt they are judged under: `None` while too few came in
/// before for another than the model's own. `scores` and `truth` are read up to the start of the stretch only.
pub(super) fn doubts(
    moments: &[i64],
    scores: &[Vec<f32>],
    truth: &[usize],
    coverage: f32,
) -> Vec<(Range<usize>, Option<Doubt>)> {
    let mut stretches: Vec<(Range<usize>, Option<Doubt>)> = Vec::new();
    let mut fitted_at = 0;
    let mut start = 0;
    while start < moments.len() {
        let same = moments[start..].iter().take_while(|moment| **moment == moments[start]).count();
        let end = start + same;
        match stretches.last_mut() {
            Some((stretch, _)) if start < fitted_at + FITTED_EVERY => stretch.end = end,
            _ => {
                let known = start.saturating_sub(WINDOW)..start;
                let window: Vec<Scored<'_>> = known
                    .map(|text| Scored { scores: &scores[text], truth: truth[text], weight: 1.0 })
                    .collect();
                stretches.push((start..end, Doubt::fit(&window, coverage)));
                fitted_at = start;
            }
        }
        start = end;
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two labels; every text is given `score` more of its true one.
    fn texts(score: impl Fn(usize) -> f32, count: usize) -> (Vec<Vec<f32>>, Vec<usize>) {
        let truth: Vec<usize> = (0..count).map(|text| text % 2).collect();
        let scores = truth.iter().enumerate();
        let scores = scores.map(|(text, &own)| {
            let more = score(text);
            if own == 0 { vec![more, 0.0] } else { vec![0.0, more] }
        });
        (scores.collect(), truth)
    }

    #[test]
    fn what_is_judged_has_no_say_in_how() {
        // Five days of 100 texts; from the third day on the model errs every other time.
        let moments: Vec<i64> = (0..500).map(|text| text / 100).collect();
        let sign = |text: usize| if text % 4 > 1 { -1.0 } else { 1.0 };
        let (scores, truth) = texts(|text| if text < 200 { 2.0 } else { 2.0 * sign(text) }, 500);
        let stretches = doubts(&moments, &scores, &truth, 0.9);
        let ends: Vec<_> = stretches.iter().map(|(stretch, _)| stretch.clone()).collect();
        assert_eq!(ends, [0..100, 100..200, 200..300, 300..400, 400..500]);
        assert_eq!(stretches[0].1, None, "nothing came in before the first day");
        let threshold = |day: usize| stretches[day].1.as_ref().map(|doubt| doubt.set_threshold);
        assert!(threshold(2) > Some(0.5), "the third day is judged by two good ones: {:?}", threshold(2));
        assert!(threshold(3) < Some(0.5), "the fourth knows of the third: {:?}", threshold(3));
        // Whatever the last day's labels are, no stretch depends on them.
        let (other_scores, mut other) = (scores.clone(), truth);
        other[400..].iter_mut().for_each(|label| *label = 1 - *label);
        assert_eq!(doubts(&moments, &other_scores, &other, 0.9), stretches);
    }

    #[test]
    fn moments_close_to_one_another_share_a_fit() {
        let moments: Vec<i64> = (0..300).collect();
        let (scores, truth) = texts(|_| 1.0, 300);
        let stretches = doubts(&moments, &scores, &truth, 0.9);
        assert_eq!(stretches.len(), 300_usize.div_ceil(FITTED_EVERY));
        assert!(stretches.iter().all(|(stretch, _)| stretch.len() == FITTED_EVERY));
        assert!(stretches[2].1.is_some() && stretches[1].1.is_none(), "from a hundred on");
    }
}

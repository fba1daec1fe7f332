//! Two classifiers judged on the same texts: whether the new one is better, label by label, and how sure
//! that is. Differences are taken text by text, so an interval does not pay for texts both get wrong.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::calibrate::weighed_calibration_error;
use super::evaluate::{Interval, Judged, LabelMetrics, Metrics, accuracy_interval, macro_f1_interval};

/// Resamples behind the intervals of differences.
const RESAMPLES: usize = 1_000;

/// What one text was, and what each classifier made of it.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    /// The true label.
    pub truth: &'a str,
    /// What the old classifier said.
    pub old: Given<'a>,
    /// What the new classifier said.
    pub new: Given<'a>,
    /// What the text counts in calibration and coverage: 1, or more where it stands for others.
    pub weight: f32,
}

/// What a classifier said of a text.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// The label given.
    pub label: &'a str,
    /// Its probability.
    pub probability: f32,
    /// Labels in the prediction set.
    pub set_size: usize,
    /// Whether the set holds the true label.
    pub in_set: bool,
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// Share of texts given the right label.
    pub accuracy: f64,
    /// Its 95 % interval (Wilson).
    pub accuracy_interval: Interval,
    /// Mean F1 over the labels that occur.
    pub macro_f1: f64,
    /// Its 95 % interval (bootstrap over texts).
    pub macro_f1_interval: Interval,
    /// Expected calibration error.
    pub ece: f64,
    /// Share of prediction sets that hold the true label; `None` in reports from before it was kept.
    #[serde(default)]
    pub coverage: Option<f64>,
    /// Labels in a prediction set, in the mean; `None` as `coverage`.
    #[serde(default)]
    pub set_size: Option<f64>,
}

/// One label on both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelLine {
    /// The old classifier's figures; `support` counts the texts that truly have the label.
    pub old: LabelMetrics,
    /// The new classifier's figures.
    pub new: LabelMetrics,
    /// New F1 less old F1: 95 % interval over resampled texts.
    pub f1_difference: Interval,
}

/// The comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Texts judged.
    pub texts: usize,
    /// The old classifier.
    pub old: Side,
    /// The new classifier.
    pub new: Side,
    /// New accuracy less old accuracy: 95 % interval.
    pub accuracy_difference: Interval,
    /// New macro-F1 less old macro-F1: 95 % interval.
    pub macro_f1_difference: Interval,
    /// Every label that is true of some text or was given to one.
    pub labels: Vec<LabelLine>,
}

/// Compares on `texts`; `None` without any. The intervals of differences are percentiles of a bootstrap over
/// texts, both classifiers judged on the same resample (Efron and Tibshirani, "An Introduction to the
/// Bootstrap", 1993, chapter 13). The same seed gives the same intervals.
pub fn compare(texts: &[Compared<'_>], seed: u64) -> Option<Comparison> {
    if texts.is_empty() {
        return None;
    }
    let mut labels: Vec<String> = texts
        .iter()
        .flat_map(|text| [text.truth, text.old.label, text.new.label])
        .map(str::to_owned)
        .collect();
    labels.sort_unstable();
    labels.dedup();
    let place = |label: &str| labels.binary_search_by(|known| known.as_str().cmp(label)).unwrap_or(0) as u32;
    let one = |text: &Compared<'_>, given: Given<'_>| Judged {
        truth: place(text.truth),
        given: place(given.label),
        probability: given.probability,
    };
    let old: Vec<Judged> = texts.iter().map(|text| one(text, text.old)).collect();
    let new: Vec<Judged> = texts.iter().map(|text| one(text, text.new)).collect();
    let resampled = differences(&labels, &old, &new, seed);
    let [old_metrics, new_metrics] = [&old, &new].map(|judged| Metrics::of(&labels, judged));
    let lines = old_metrics.labels.iter().zip(&new_metrics.labels).enumerate();
    let lines = lines.map(|(label, (old, new))| LabelLine {
        old: old.clone(),
        new: new.clone(),
        f1_difference: interval(resampled.iter().map(|sample| sample.f1[label])),
    });
    Some(Comparison {
        texts: texts.len(),
        accuracy_difference: interval(resampled.iter().map(|sample| sample.accuracy)),
        macro_f1_difference: interval(resampled.iter().map(|sample| sample.macro_f1)),
        labels: lines.collect(),
        old: Side::new(&old_metrics, &old, texts.iter().map(|text| (text.old, text.weight)), seed),
        new: Side::new(&new_metrics, &new, texts.iter().map(|text| (text.new, text.weight)), seed),
    })
}

/// New less old on one resample.
struct Difference {
    accuracy: f64,
    macro_f1: f64,
    /// By label.
    f1: Vec<f64>,
}

fn differences(labels: &[String], old: &[Judged], new: &[Judged], seed: u64) -> Vec<Difference> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut sample: [Vec<Judged>; 2] = [Vec::with_capacity(old.len()), Vec::with_capacity(new.len())];
    (0..RESAMPLES)
        .map(|_| {
            sample.iter_mut().for_each(Vec::clear);
            for _ in 0..old.len() {
                let drawn = random.gen_range(0..old.len());
                sample[0].push(old[drawn]);
                sample[1].push(new[drawn]);
            }
            let [old, new] = [&sample[0], &sample[1]].map(|judged| Metrics::of(labels, judged));
            let less = |new: f32, old: f32| f64::from(new) - f64::from(old);
            Difference {
                accuracy: less(new.accuracy, old.accuracy),
                macro_f1: less(new.macro_f1, old.macro_f1),
                f1: old.labels.iter().zip(&new.labels).map(|(old, new)| less(new.f1, old.f1)).collect(),
            }
        })
        .collect()
}

/// The central 95 % of the values.
fn interval(values: impl Iterator<Item = f64>) -> Interval {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
    Interval { low: at(0.025), high: at(0.975) }
}

impl Side {
    fn new<'a>(
        metrics: &Metrics,
        judged: &[Judged],
        given: impl Iterator<Item = (Given<'a>, f32)> + Clone,
        seed: u64,
    ) -> Self {
        let weights = given.clone().map(|(_, weight)| weight);
        let stated = judged.iter().zip(weights);
        let ece = weighed_calibration_error(
            stated.map(|(one, weight)| (one.probability, one.truth == one.given, weight)),
        );
        let mean = |value: fn(&Given<'_>) -> f64| {
            let (sum, all) = given.clone().fold((0.0, 0.0), |(sum, all), (given, weight)| {
                (sum + f64::from(weight) * value(&given), all + f64::from(weight))
            });
            (all > 0.0).then_some(sum / all)
        };
        Self {
            accuracy: f64::from(metrics.accuracy),
            accuracy_interval: accuracy_interval(judged),
            macro_f1: f64::from(metrics.macro_f1),
            macro_f1_interval: macro_f1_interval(metrics.labels.len(), judged, seed),
            ece: f64::from(ece),
            coverage: mean(|given| f64::from(u8::from(given.in_set))),
            set_size: mean(|given| given.set_size as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [&str; 3] = ["delay", "fraud", "refund"];

    /// Three hundred texts; the new side errs on every `new_errs`th, the old on every `old_errs`th.
    fn texts(old_errs: usize, new_errs: usize) -> Vec<Compared<'static>> {
        let given = |at: usize, errs: usize| LABELS[(at + usize::from(at.is_multiple_of(errs))) % 3];
        let said = |at: usize, errs: usize| Given {
            label: given(at, errs),
            probability: 0.7,
            set_size: 1,
            in_set: !at.is_multiple_of(errs),
        };
        let text = |at: usize| Compared {
            truth: LABELS[at % 3],
            old: said(at, old_errs),
            new: said(at, new_errs),
            weight: 1.0,
        };
        (0..300).map(text).collect()
    }

    #[test]
    fn a_better_model_is_told_from_one_that_is_not() {
        let better = compare(&texts(3, 10), 1).expect("texts");
        assert_eq!((better.texts, better.labels.len()), (300, 3));
        assert!(
            better.accuracy_difference.low > 0.15 && better.accuracy_difference.high < 0.32,
            "{better:?}"
        );
        assert!(better.macro_f1_difference.low > 0.0);
        let same = compare(&texts(7, 7), 1).expect("texts");
        assert_eq!(same.accuracy_difference, Interval { low: 0.0, high: 0.0 }, "no text differs");
        let unclear = compare(&texts(9, 10), 1).expect("texts");
        let Interval { low, high } = unclear.accuracy_difference;
        assert!(low < 0.0 && high > 0.0, "one error in ten and one in nine look alike: {low} {high}");
        assert_eq!(compare(&texts(9, 10), 1), Some(unclear), "the seed decides");
        assert_eq!(compare(&[], 1), None);
    }

    #[test]
    fn a_label_only_one_side_knows_is_in_the_table() {
        let said = |label, probability, in_set| Given { label, probability, set_size: 2, in_set };
        let one = Compared {
            truth: "delay",
            old: said("other", 0.5, false),
            new: said("delay", 0.9, true),
            weight: 1.0,
        };
        let found = compare(&[one], 1).expect("a text");
        let names: Vec<&str> = found.labels.iter().map(|line| line.old.label.as_str()).collect();
        assert_eq!(names, ["delay", "other"]);
        assert_eq!((found.old.accuracy, found.new.accuracy), (0.0, 1.0));
    }

    #[test]
    fn texts_that_stand_for_others_count_as_them_in_doubt() {
        let mut told = texts(3, 10);
        let plain = compare(&told, 1).expect("texts");
        assert!((plain.old.coverage.expect("sets") - 2.0 / 3.0).abs() < 1e-9, "{:?}", plain.old);
        assert_eq!(plain.new.set_size, Some(1.0));
        assert!((plain.old.ece - (0.7 - 2.0 / 3.0)).abs() < 1e-5, "{:?}", plain.old);
        // Those the old one errs on stand for two each.
        told.iter_mut().filter(|text| !text.old.in_set).for_each(|text| text.weight = 2.0);
        let weighed = compare(&told, 1).expect("texts");
        assert!((weighed.old.coverage.expect("sets") - 0.5).abs() < 1e-9, "{:?}", weighed.old);
        assert!((weighed.old.ece - 0.2).abs() < 1e-5, "{:?}", weighed.old);
        assert_eq!(weighed.old.accuracy, plain.old.accuracy, "accuracy is that of the texts judged");
    }
}

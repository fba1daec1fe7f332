//! How many complaints truly have a label, from what a classifier gave all of them and what people said
//! about some: a classifier that is wrong one time in five counts wrong, and a reviewed sample says by how
//! much.
//!
//! [`prediction_powered`] corrects the count by the reviewed part of each stratum (Angelopoulos, Bates,
//! Fannjiang, Jordan and Zrnic, "Prediction-powered inference", Science 382, 2023; for a finite population in
//! strata it is the stratified estimator of Cochran, "Sampling Techniques", 1977, chapter 5).
//! [`adjusted_count`] corrects it by the classifier's rates (Buck and Gart, "Comparison of a screening test and
//! a reference test in epidemiologic studies", American Journal of Epidemiology 83, 1966; Forman,
//! "Quantifying counts and costs via classification", Data Mining and Knowledge Discovery 17, 2008).

/// The standard normal quantile of a two-sided 95 % interval.
const Z_95: f64 = 1.959_963_984_540_054;
/// A stratum with fewer reviewed complaints says nothing about the others in it.
pub const FEWEST_REVIEWED: u32 = 20;
/// A stratum this small a share of all is not waited for: whatever it holds moves the count little.
const NEGLIGIBLE: f64 = 0.02;
/// Rates closer than this cannot be told apart, and the adjusted count is any number.
const RATES_APART: f64 = 0.05;

/// A part of the complaints: those alike in what the classifier said of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stratum {
    /// Complaints nobody has reviewed.
    pub unreviewed: u32,
    /// Complaints of such kind that people reviewed.
    pub reviewed: u32,
    /// Those of the reviewed that truly have the label.
    pub positive: u32,
}

/// An estimated count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The most likely count.
    pub count: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Why a count cannot be corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFewReviewed {
    /// Place of the stratum that lacks reviews.
    pub stratum: usize,
    /// Its reviewed complaints.
    pub reviewed: u32,
}

/// How many of the unreviewed complaints of all strata have the label.
///
/// The variance of a stratum's share uses one success and one failure more than were seen, so that a sample
/// without a single error does not claim to know (Agresti and Coull, The American Statistician 52, 1998).
///
/// # Errors
/// When a stratum that is not negligible has fewer than [`FEWEST_REVIEWED`] reviews. A negligible one without
/// reviews may hold none or only positives.
pub fn prediction_powered(strata: &[Stratum]) -> Result<Estimate, TooFewReviewed> {
    let total: f64 = strata.iter().map(|stratum| f64::from(stratum.unreviewed)).sum();
    let (mut count, mut variance, mut unknown) = (0.0, 0.0, 0.0);
    for (place, stratum) in strata.iter().enumerate() {
        let Stratum { unreviewed, reviewed, positive } = *stratum;
        let size = f64::from(unreviewed);
        if reviewed < FEWEST_REVIEWED {
            if size > NEGLIGIBLE * total {
                return Err(TooFewReviewed { stratum: place, reviewed });
            }
            unknown += size;
            continue;
        }
        let n = f64::from(reviewed);
        let smoothed = (f64::from(positive) + 1.0) / (n + 2.0);
        count += size * f64::from(positive) / n;
        // Two parts: what the sample does not know of the share, and how the unreviewed fall by chance.
        variance += smoothed * (1.0 - smoothed) * (size * size / n + size);
    }
    let half = Z_95 * variance.sqrt();
    let low = (count - half).max(0.0);
    Ok(Estimate { count: count + unknown / 2.0, low, high: (count + half + unknown).min(total) })
}

/// How reviewed complaints divide by truth and by what the classifier gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// Have the label and were given it.
    pub found: u32,
    /// Have the label and were given another.
    pub missed: u32,
    /// Have another and were given the label.
    pub mistaken: u32,
    /// Have another and were given another.
    pub passed: u32,
}

/// The count `given` of `total` complaints, corrected by how often the classifier finds the label where it is
/// and where it is not: (given share − false positive rate) / (true positive rate − false positive rate). The
/// interval is by the delta method over the three shares. `None` when reviews are few or the rates are
/// alike.
pub fn adjusted_count(given: u32, total: u32, rates: Rates) -> Option<Estimate> {
    let (with, without) = (rates.found + rates.missed, rates.mistaken + rates.passed);
    if with < FEWEST_REVIEWED || without < FEWEST_REVIEWED || total == 0 {
        return None;
    }
    let smoothed = |part: u32, whole: u32| (f64::from(part) + 1.0) / (f64::from(whole) + 2.0);
    let (with_f, without_f, total_f) = (f64::from(with), f64::from(without), f64::from(total));
    let hit = f64::from(rates.found) / with_f;
    let false_alarm = f64::from(rates.mistaken) / without_f;
    let apart = hit - false_alarm;
    if apart < RATES_APART {
        return None;
    }
    let observed = f64::from(given) / total_f;
    let share = ((observed - false_alarm) / apart).clamp(0.0, 1.0);
    let spread = |share: f64, n: f64| share * (1.0 - share) / n;
    let variance = (spread(observed, total_f)
        + share * share * spread(smoothed(rates.found, with), with_f)
        + (1.0 - share) * (1.0 - share) * spread(smoothed(rates.mistaken, without), without_f))
        / (apart * apart);
    let half = Z_95 * variance.sqrt();
    Some(Estimate {
        count: share * total_f,
        low: (share - half).max(0.0) * total_f,
        high: (share + half).min(1.0) * total_f,
    })
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// A population whose classifier errs much; what it counted, the truth, both corrections.
    struct World {
        truth: f64,
        raw: f64,
        powered: Estimate,
        adjusted: Estimate,
    }

    fn world(seed: u64) -> World {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let (mut strata, mut rates) =
            ([Stratum { unreviewed: 0, reviewed: 0, positive: 0 }; 2], Rates::default());
        let (mut truth, mut given_count, mut total) = (0, 0, 0);
        for _ in 0..4_000 {
            let has = random.gen_bool(0.1);
            let given = random.gen_bool(if has { 0.7 } else { 0.12 });
            let stratum = &mut strata[usize::from(given)];
            if random.gen_bool(0.1) {
                stratum.reviewed += 1;
                stratum.positive += u32::from(has);
                let place = match (has, given) {
                    (true, true) => &mut rates.found,
                    (true, false) => &mut rates.missed,
                    (false, true) => &mut rates.mistaken,
                    (false, false) => &mut rates.passed,
                };
                *place += 1;
            } else {
                stratum.unreviewed += 1;
                truth += u32::from(has);
                given_count += u32::from(given);
                total += 1;
            }
        }
        World {
            truth: f64::from(truth),
            raw: f64::from(given_count),
            powered: prediction_powered(&strata).expect("enough reviews"),
            adjusted: adjusted_count(given_count, total, rates).expect("enough reviews"),
        }
    }

    #[test]
    fn corrected_counts_are_nearer_and_their_intervals_hold_the_truth() {
        let worlds: Vec<World> = (0..400).map(world).collect();
        let mean = |error: &dyn Fn(&World) -> f64| worlds.iter().map(error).sum::<f64>() / 400.0;
        let raw = mean(&|world| (world.raw - world.truth).abs());
        let powered = mean(&|world| (world.powered.count - world.truth).abs());
        let adjusted = mean(&|world| (world.adjusted.count - world.truth).abs());
        assert!(
            powered < raw / 4.0 && adjusted < raw / 2.0,
            "raw {raw}, powered {powered}, adjusted {adjusted}"
        );
        let covered = |of: &dyn Fn(&World) -> Estimate| {
            let held = |world: &&World| (of(world).low..=of(world).high).contains(&world.truth);
            worlds.iter().filter(held).count() as f64 / 400.0
        };
        for (name, share) in [
            ("prediction-powered", covered(&|world| world.powered)),
            ("adjusted", covered(&|world| world.adjusted)),
        ] {
            assert!((0.92..=0.995).contains(&share), "{name}: {share} of the intervals hold the truth");
        }
    }

    #[test]
    fn few_reviews_say_nothing() {
        let known = Stratum { unreviewed: 900, reviewed: 50, positive: 5 };
        let unknown = Stratum { unreviewed: 100, reviewed: 3, positive: 1 };
        let refused = prediction_powered(&[known, unknown]);
        assert_eq!(refused, Err(TooFewReviewed { stratum: 1, reviewed: 3 }));
        let small = Stratum { unreviewed: 10, ..unknown };
        let found = prediction_powered(&[known, small]).expect("ten of nine hundred weigh little");
        assert!(found.low < 90.0 && found.high > 100.0 && (found.count - 95.0).abs() < 1e-9, "{found:?}");
        let rates = Rates { found: 40, missed: 10, mistaken: 5, passed: 10 };
        assert_eq!(adjusted_count(50, 100, rates), None, "fifteen without the label are too few");
        let alike = Rates { found: 25, missed: 25, mistaken: 25, passed: 25 };
        assert_eq!(adjusted_count(50, 100, alike), None, "a coin says nothing");
    }

    #[test]
    fn a_sample_without_an_error_does_not_claim_to_know() {
        let clean = Stratum { unreviewed: 1_000, reviewed: 25, positive: 0 };
        let found = prediction_powered(&[clean]).expect("enough");
        assert_eq!(found.count, 0.0);
        assert!(found.high > 50.0, "{found:?}");
    }

    /// By hand: found nine times in ten, mistaken two in ten, given 0.34: (0.34 − 0.2) / (0.9 − 0.2) = 0.2.
    #[test]
    fn the_adjustment_is_the_one_worked_out_by_hand() {
        let rates = Rates { found: 90, missed: 10, mistaken: 20, passed: 80 };
        let found = adjusted_count(340, 1_000, rates).expect("enough");
        assert!((found.count - 200.0).abs() < 1e-9, "{found:?}");
    }
}

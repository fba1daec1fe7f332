//! How many complaints a day brings: negative-binomial numbers round a mean that follows the weekday, the
//! year, and growth.

use rand::Rng;

use crate::domain::time::Day;

/// Complaints by weekday, Monday first, relative to the mean.
pub(super) const WEEKDAYS: [f64; 7] = [1.35, 1.2, 1.1, 1.1, 1.1, 0.65, 0.5];
/// Share of the mean by which the yearly season moves it up and down; highest at New Year.
const SEASON: f64 = 0.08;
/// Growth in a year.
const GROWTH_PER_YEAR: f64 = 0.1;
/// Variance over mean of a day's number of complaints.
pub(super) const DISPERSION: f64 = 1.6;
const DAYS_PER_YEAR: f64 = 365.25;

/// The everyday mean of `day`, `offset_days` into a stream of `days` whose mean is `per_day`.
pub(super) fn everyday_mean(per_day: f64, day: Day, offset_days: u32, days: u32) -> f64 {
    let year = f64::from(day.0) / DAYS_PER_YEAR * std::f64::consts::TAU;
    let years_from_middle = (f64::from(offset_days) - f64::from(days) / 2.0) / DAYS_PER_YEAR;
    let grown = (GROWTH_PER_YEAR.ln_1p() * years_from_middle).exp();
    per_day * WEEKDAYS[day.weekday_index()] * (1.0 + SEASON * year.cos()) * grown
}

/// A negative-binomial number with this mean and variance `DISPERSION` times the mean, as a Poisson
/// number whose mean is gamma-distributed.
pub(super) fn draw_count(mean: f64, random: &mut impl Rng) -> u32 {
    if mean <= 0.0 {
        return 0;
    }
    let shape = mean / (DISPERSION - 1.0);
    poisson(gamma(shape, random) * (DISPERSION - 1.0), random)
}

/// A gamma number of scale 1 (Marsaglia and Tsang 2000).
fn gamma(shape: f64, random: &mut impl Rng) -> f64 {
    if shape < 1.0 {
        let lift: f64 = random.gen_range(f64::EPSILON..1.0);
        return gamma(shape + 1.0, random) * lift.powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let normal = normal(random);
        let v = (1.0 + c * normal).powi(3);
        let u: f64 = random.gen_range(f64::EPSILON..1.0);
        if v > 0.0 && u.ln() < 0.5 * normal * normal + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// A standard normal number (Box and Muller 1958).
fn normal(random: &mut impl Rng) -> f64 {
    let u: f64 = random.gen_range(f64::EPSILON..1.0);
    let angle = random.gen_range(0.0..std::f64::consts::TAU);
    (-2.0 * u.ln()).sqrt() * angle.cos()
}

/// A Poisson number by multiplying uniform ones (Knuth), in parts of mean 30 so that nothing underflows.
fn poisson(mean: f64, random: &mut impl Rng) -> u32 {
    let (mut rest, mut count) = (mean, 0);
    while rest > 0.0 {
        let part = rest.min(30.0);
        rest -= part;
        let limit = (-part).exp();
        let mut product: f64 = random.gen_range(0.0..1.0);
        while product > limit {
            count += 1;
            product *= random.gen_range(0.0..1.0);
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn counts_have_the_stated_mean_and_spread() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        for mean in [0.3, 4.0, 60.0] {
            let counts: Vec<f64> = (0..20_000).map(|_| f64::from(draw_count(mean, &mut random))).collect();
            let n = counts.len() as f64;
            let average = counts.iter().sum::<f64>() / n;
            let variance = counts.iter().map(|count| (count - average).powi(2)).sum::<f64>() / n;
            assert!((average / mean - 1.0).abs() < 0.05, "mean {average} instead of {mean}");
            assert!(
                (variance / average / DISPERSION - 1.0).abs() < 0.08,
                "dispersion {}",
                variance / average
            );
        }
    }

    #[test]
    fn weekday_and_growth_leave_the_mean_where_it_was_asked_for() {
        assert!((WEEKDAYS.iter().sum::<f64>() - 7.0).abs() < 1e-9);
        let days = 731;
        let total: f64 =
            (0..days).map(|offset| everyday_mean(20.0, Day(20_000 + offset as i32), offset, days)).sum();
        assert!((total / f64::from(days) / 20.0 - 1.0).abs() < 0.01, "{total}");
        let first = everyday_mean(20.0, Day(20_000), 0, days);
        let a_year_on = everyday_mean(20.0, Day(20_000 + 364), 364, days);
        assert!((a_year_on / first - 1.1).abs() < 0.01, "{first} {a_year_on}");
    }
}

//! Every detector under one door: a score per series and week, higher meaning more suspicious and comparable
//! across series, and whether it alarms at the method's own threshold. For measuring detectors against each
//! other and for replaying one on the past.

use crate::domain::time::Week;

use super::cusum::{Baseline, GlrOptions, cusum, glr};
use super::{Choice, Judges, Series, ValidParams, ears, farrington};

/// Half a standard deviation of a low count is the least EARS divides by.
const EARS_MIN_DEVIATION: f64 = 0.5;

/// Standard deviations a week must be up for the CUSUM to rise.
const CUSUM_REFERENCE: f64 = 1.04;

/// Weeks back in which the likelihood ratio seeks a rise.
const GLR_WINDOW_WEEKS: usize = 26;

/// Weeks in a year, for the detectors with whole-week seasons.
const SEASON_WEEKS: usize = 52;

/// A way of judging series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// What the watcher does: the ensemble of regressions, cold start while a series is young.
    Ensemble,
    /// Empirical Bayes over the peers, whatever the age.
    ColdStart,
    /// Farrington flexible with the settings of Noufaily et al.
    FarringtonFlexible,
    /// EARS C1.
    EarsC1,
    /// EARS C2.
    EarsC2,
    /// EARS C3.
    EarsC3,
    /// Standardised CUSUM against the mean before the first week judged.
    Cusum,
    /// Generalised likelihood ratio against trend and season before the first week judged.
    Glr,
}

/// One series and week as a method sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// Index of the series.
    pub series: usize,
    /// The week judged.
    pub week: Week,
    /// Higher is more suspicious; 0 where there is too little past to say anything.
    pub score: f64,
    /// Whether it is a warning at the method's threshold.
    pub alarm: bool,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 8] = [
        Self::Ensemble,
        Self::ColdStart,
        Self::FarringtonFlexible,
        Self::EarsC1,
        Self::EarsC2,
        Self::EarsC3,
        Self::Cusum,
        Self::Glr,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ensemble => "ensemble",
            Self::ColdStart => "cold_start",
            Self::FarringtonFlexible => "farrington_flexible",
            Self::EarsC1 => "ears_c1",
            Self::EarsC2 => "ears_c2",
            Self::EarsC3 => "ears_c3",
            Self::Cusum => "cusum",
            Self::Glr => "glr",
        }
    }

    /// The method of a name, however it is spaced and capitalised.
    pub fn from_name(name: &str) -> Option<Self> {
        let plain = |name: &str| -> String {
            name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
        };
        let name = plain(name);
        Self::ALL
            .into_iter()
            .find(|method| {
                let own = plain(method.name());
                own == name || (name.len() > 1 && own.strip_prefix("ears") == Some(&name))
            })
            .or((name == "farrington").then_some(Self::FarringtonFlexible))
    }

    /// The score above which about one null series-week in a hundred alarms. For the watcher's own detectors
    /// and Farrington it follows from their probabilities; for the others it was measured on the
    /// benchmark's stationary series (`docs/benchmarks.md`).
    pub fn default_threshold(self) -> f64 {
        match self {
            Self::Ensemble | Self::ColdStart => 2.1,
            Self::FarringtonFlexible => 2.0,
            Self::EarsC1 => 5.4,
            Self::EarsC2 => 6.3,
            Self::EarsC3 => 11.7,
            Self::Cusum => 38.2,
            Self::Glr => 6.7,
        }
    }

    /// Scores every week from `first` to `last` of every series, in that order, as if each had been the
    /// newest; weeks a series has no count for are left out. An alarm is a score above `threshold`, or above
    /// the method's own without one; for the watcher's detectors a window must also hold the least cases.
    pub fn score(
        self,
        series: &[Series],
        (first, last): (Week, Week),
        threshold: Option<f64>,
        params: &ValidParams,
    ) -> Vec<Scored> {
        let threshold = threshold.unwrap_or(self.default_threshold());
        let choice = match self {
            Self::Ensemble => Choice::ByAge,
            Self::ColdStart => Choice::Peers,
            _ => return self.score_alone(series, (first, last), threshold),
        };
        let mut params = params.get().clone();
        params.threshold = threshold;
        let params = ValidParams(params);
        let mut judges = Judges::new(series, &params, choice);
        let mut found = Vec::new();
        for (index, one) in series.iter().enumerate() {
            for week in first.0..=last.0 {
                let Some((at, forecast)) = judges.forecast(index, Week(week)) else { continue };
                let (evidence, alarm) = forecast.judge(&one.counts[..=at], &params);
                found.push(Scored { series: index, week: Week(week), score: evidence.score, alarm });
            }
        }
        found
    }

    /// The methods that look at nothing but the series itself.
    fn score_alone(self, series: &[Series], (first, last): (Week, Week), threshold: f64) -> Vec<Scored> {
        let mut found = Vec::new();
        for (index, one) in series.iter().enumerate() {
            let offset = |week: Week| i64::from(week.0) - i64::from(one.first_week.0);
            let begin = usize::try_from(offset(first)).unwrap_or(0);
            let end = usize::try_from(offset(last) + 1).unwrap_or(0).min(one.counts.len());
            if begin >= end {
                continue;
            }
            let scores = self.scores(&one.counts[..end], begin);
            found.extend(scores.into_iter().zip(begin..).map(|(score, at)| Scored {
                series: index,
                week: one.week_at(at),
                score,
                alarm: score > threshold,
            }));
        }
        found
    }

    /// The scores of the weeks from `begin` on.
    fn scores(self, counts: &[u32], begin: usize) -> Vec<f64> {
        let ears = |kind| {
            let options = ears::Options { min_deviation: EARS_MIN_DEVIATION, ..ears::Options::usual(kind) };
            (begin..counts.len())
                .map(|at| ears::statistic(counts, at, &options).unwrap_or(0.0))
                .collect::<Vec<f64>>()
        };
        let silent = || vec![0.0; counts.len() - begin];
        match self {
            Self::EarsC1 => ears(ears::Kind::C1),
            Self::EarsC2 => ears(ears::Kind::C2),
            Self::EarsC3 => ears(ears::Kind::C3),
            Self::Cusum => Baseline::constant(counts, begin)
                .map_or_else(silent, |baseline| cusum(&counts[begin..], &baseline, CUSUM_REFERENCE)),
            Self::Glr => {
                let options = GlrOptions { window: GLR_WINDOW_WEEKS, restart_at: None };
                Baseline::seasonal(counts, begin, SEASON_WEEKS)
                    .map_or_else(silent, |baseline| glr(&counts[begin..], &baseline, &options))
            }
            Self::FarringtonFlexible | Self::Ensemble | Self::ColdStart => {
                let options = farrington::Options::noufaily(0.01);
                (begin..counts.len())
                    .map(|at| match farrington::judge(counts, at, &options) {
                        Some(found) if found.enough_cases => -found.p_value.max(f64::MIN_POSITIVE).log10(),
                        _ => 0.0,
                    })
                    .collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::counts::{Dimension, Node};
    use crate::watch::Params;

    #[test]
    fn names_are_found_as_people_write_them() {
        for method in Method::ALL {
            assert_eq!(Method::from_name(method.name()), Some(method));
        }
        for (name, method) in [
            ("Cold start", Method::ColdStart),
            ("farringtonFlexible", Method::FarringtonFlexible),
            ("farrington", Method::FarringtonFlexible),
            ("C2", Method::EarsC2),
            ("ears-c3", Method::EarsC3),
        ] {
            assert_eq!(Method::from_name(name), Some(method), "{name}");
        }
        assert_eq!(Method::from_name("prophet"), None);
        assert_eq!(Method::from_name(""), None);
    }

    #[test]
    fn every_method_scores_every_week_and_sees_a_surge() {
        let mut counts: Vec<u32> = (0..330).map(|week| 8 + week * 7 % 5).collect();
        counts[320..323].iter_mut().for_each(|count| *count += 60);
        let series = [Series { node: Node::new(Dimension::All, ""), first_week: Week(1), counts }];
        let params = Params::default().check().expect("valid");
        for method in Method::ALL {
            let found = method.score(&series, (Week(301), Week(330)), None, &params);
            assert_eq!(found.len(), 30, "{method:?}");
            assert!(found.iter().all(|one| one.score.is_finite()), "{method:?}");
            assert!(!found[10].alarm && found[20..23].iter().any(|one| one.alarm), "{method:?}: {found:?}");
            let deaf = method.score(&series, (Week(301), Week(330)), Some(299.0), &params);
            assert!(deaf.iter().all(|one| !one.alarm), "{method:?}");
        }
    }
}

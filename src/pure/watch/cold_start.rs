//! Young series: empirical Bayes across the series of one dimension, with the peers' tide as an offset.
//! Gives a calibrated forecast from the first week on. It must not judge a series by trend or season; there
//! is too little of it.
//!
//! A count is NB1 with mean exposure × λᵢ and dispersion φᵢ. The rates λᵢ share a Gamma(a, b) prior fitted
//! by moments, so the posterior is Gamma(a + Σy/φ, b + Σe/φ) and the predictive law NB1 again, exact for
//! φ = 1 (the negative binomial as Gamma–Poisson mixture). The dispersion is one of a few values: what each
//! is worth among the peers is learnt by expectation–maximisation, and a series is forecast by the mixture
//! over the values its own past leaves possible. A past week that looks like an outbreak counts less.

use crate::domain::counts::Dimension;
use crate::domain::time::Week;
use crate::stats::negative_binomial::NegativeBinomial;

use super::forecast::{Component, Forecast, MAX_WINDOW_WEEKS};
use super::outlook::Mixture;
use super::volume::{Level, Member, exposures};
use super::{Series, born};

/// Weeks of the past that are used at most.
const MAX_PAST_WEEKS: usize = 52;

/// Peers with a past needed before their rates say anything about another; below it the prior is vague.
const MIN_PEERS: usize = 5;

/// The vague prior: Jeffreys' for a Poisson rate, with a rate small enough not to matter.
const VAGUE_PRIOR: Gamma = Gamma { shape: 0.5, rate: 1e-3 };

/// The dispersions a series may have, each with what is believed of it before any peer is seen.
const DISPERSIONS: [(f64, f64); 7] =
    [(1.0, 0.2), (1.3, 0.2), (1.7, 0.2), (2.3, 0.16), (3.2, 0.12), (4.5, 0.08), (6.5, 0.04)];

/// Peers' worth of that belief against what the peers show.
const BELIEF_PEERS: f64 = 5.0;

/// Rounds of expectation–maximisation; the shares hardly move after a few.
const ROUNDS: usize = 8;

/// A past week thought less likely than this counts as this: no one week decides the dispersion.
const MIN_LIKELIHOOD: f64 = 1e-5;

/// How often a week of the past is an outbreak, and what is then counted: a multiple of the mean and a few
/// more, widely dispersed.
const OUTBREAK_SHARE: f64 = 0.02;
const OUTBREAK_RATIO: f64 = 2.5;
const OUTBREAK_CASES: f64 = 2.0;
const OUTBREAK_DISPERSION: f64 = 3.0;

/// The prior's standard deviation is at least √0.05 of its mean.
const MIN_RELATIVE_VARIANCE: f64 = 0.05;

/// Rates of clusters have a longer tail than a Gamma: the prior is made so much wider.
const PRIOR_INFLATION: f64 = 1.5;

/// Weeks whose tide is expected to go on.
const TIDE_WEEKS: usize = 4;

/// What the score of each window pays. Smaller than for grown series: here all windows share one uncertain
/// dispersion, so the longer ones win less by chance.
const WINDOW_PENALTY: [f64; MAX_WINDOW_WEEKS] = [0.0, 0.3, 0.5];

/// Name of the detector in evidence.
const METHOD: &str = "empirical_bayes";

/// One for each of [`DISPERSIONS`].
type ByDispersion<T> = [T; DISPERSIONS.len()];

#[derive(Clone, Copy, Debug, PartialEq)]
struct Gamma {
    shape: f64,
    rate: f64,
}

/// The series of one dimension as seen from one week.
#[derive(Debug)]
pub(super) struct Peers {
    prior: Gamma,
    /// Sorted by index of the series.
    peers: Vec<Peer>,
}

#[derive(Debug)]
struct Peer {
    index: usize,
    past: Vec<f64>,
    /// Of the past, then of the week itself.
    exposures: Vec<f64>,
    /// What was learnt before each window began, by length of the window; fewer where the past is short.
    learnt: Vec<ByDispersion<Learnt>>,
    /// How much each dispersion is believed; they add up to one.
    beliefs: ByDispersion<f64>,
}

/// Rate and Pearson dispersion of one series by itself.
struct Own {
    rate: f64,
    dispersion: f64,
    exposure: f64,
}

/// What a past teaches under one dispersion.
#[derive(Clone, Copy, Debug)]
struct Learnt {
    posterior: Gamma,
    /// ln P(past): what each week was given by the weeks before it.
    log_likelihood: f64,
}

impl Peers {
    /// Gathers the series of `dimension` that have a count for `week`. Uses nothing later.
    pub(super) fn new(series: &[Series], dimension: Dimension, week: Week) -> Self {
        let members: Vec<Member<'_>> = series
            .iter()
            .enumerate()
            .filter(|(_, one)| one.node.dimension == dimension)
            .filter_map(|(index, one)| {
                let at = one.position(week)?;
                let past_weeks = (at - born(&one.counts[..at])).min(MAX_PAST_WEEKS);
                Some(Member { index, counts: &one.counts[at - past_weeks..=at], past_weeks })
            })
            .collect();
        let mut peers: Vec<Peer> = members.iter().map(Peer::new).collect();
        // First as if every week were usual; then with the tide that this shows.
        let untided = prior_by_moments(&peers);
        learn_beliefs(&mut peers, untided);
        let levels: Vec<Level> = peers.iter().map(Peer::level).collect();
        for (peer, exposures) in peers.iter_mut().zip(exposures(&members, &levels)) {
            peer.exposures = exposures;
        }
        let prior = prior_by_moments(&peers);
        learn_beliefs(&mut peers, prior);
        Self { prior, peers }
    }

    /// Whether they are many enough to say anything about one of them.
    pub(super) fn are_enough(&self) -> bool {
        self.prior != VAGUE_PRIOR
    }

    /// The forecast for a series; `None` when it is not one of them.
    pub(super) fn forecast(&self, index: usize) -> Option<Forecast> {
        let place = self.peers.binary_search_by_key(&index, |peer| peer.index).ok()?;
        let peer = self.peers.get(place)?;
        let nothing = NegativeBinomial::new(0.0, 1.0)?;
        let mut components: Vec<Component> =
            peer.beliefs.map(|share| Component { share, windows: [nothing; MAX_WINDOW_WEEKS] }).into();
        for (earlier, learnt) in peer.learnt.iter().enumerate() {
            let exposure = peer.exposures[peer.past.len() - earlier..].iter().sum();
            for ((component, learnt), (dispersion, _)) in components.iter_mut().zip(learnt).zip(DISPERSIONS) {
                component.windows[earlier] = learnt.posterior.predict(exposure, dispersion)?;
            }
        }
        Some(Forecast {
            components,
            method: METHOD,
            history_weeks: peer.past.len() as u32,
            windows: peer.learnt.len(),
            penalty: WINDOW_PENALTY,
            slow: None,
        })
    }
}

impl Peers {
    /// The law of a week to come, where the week these peers were gathered for has not come in yet: the tide
    /// of the last weeks goes on. `None` when the series is not one of them.
    pub(super) fn ahead(&self, index: usize) -> Option<Mixture> {
        let place = self.peers.binary_search_by_key(&index, |peer| peer.index).ok()?;
        let peer = self.peers.get(place)?;
        let past = &peer.exposures[..peer.past.len()];
        let recent = &past[past.len().saturating_sub(TIDE_WEEKS)..];
        let exposure = if recent.is_empty() { 1.0 } else { recent.iter().sum::<f64>() / recent.len() as f64 };
        let laws = peer.beliefs.iter().zip(peer.learnt.first()?).zip(DISPERSIONS);
        laws.map(|((&share, learnt), (dispersion, _))| {
            Some((share, learnt.posterior.predict(exposure, dispersion)?))
        })
        .collect()
    }
}

impl Peer {
    fn new(member: &Member<'_>) -> Self {
        Self {
            index: member.index,
            past: member.past().iter().map(|&count| f64::from(count)).collect(),
            exposures: vec![1.0; member.counts.len()],
            learnt: Vec::with_capacity(MAX_WINDOW_WEEKS),
            beliefs: DISPERSIONS.map(|(_, belief)| belief),
        }
    }

    fn own(&self) -> Own {
        let weeks = self.past.len();
        let exposure: f64 = self.exposures[..weeks].iter().sum();
        let rate = if exposure > 0.0 { self.past.iter().sum::<f64>() / exposure } else { 0.0 };
        let mut chi_square = 0.0;
        for (count, exposure) in self.past.iter().zip(&self.exposures) {
            let mean = (rate * exposure).max(1e-9);
            chi_square += (count - mean) * (count - mean) / mean;
        }
        let dispersion = if weeks >= 2 && rate > 0.0 { chi_square / (weeks - 1) as f64 } else { 1.0 };
        Own { rate, dispersion: dispersion.max(1.0), exposure }
    }

    /// Week by week: foretell the count, then learn from it as far as it does not look like an outbreak.
    fn learn(&mut self, prior: Gamma) {
        let weeks = self.past.len();
        let mut learnt = [Learnt { posterior: prior, log_likelihood: 0.0 }; DISPERSIONS.len()];
        self.learnt.clear();
        for (week, (&count, &exposure)) in self.past.iter().zip(&self.exposures).enumerate() {
            if week > 0 && weeks - week < MAX_WINDOW_WEEKS {
                self.learnt.insert(0, learnt);
            }
            for (learnt, (dispersion, _)) in learnt.iter_mut().zip(DISPERSIONS) {
                let (likelihood, weight) =
                    learnt.posterior.predict(exposure, dispersion).map_or((0.0, 1.0), |law| sift(law, count));
                learnt.log_likelihood += likelihood.max(MIN_LIKELIHOOD).ln();
                learnt.posterior.shape += weight * count / dispersion;
                learnt.posterior.rate += weight * exposure / dispersion;
            }
        }
        self.learnt.insert(0, learnt);
    }

    fn level(&self) -> Level {
        let mut level = Level { rate: 0.0, dispersion: 0.0 };
        for ((belief, learnt), (dispersion, _)) in self.beliefs.iter().zip(&self.learnt[0]).zip(DISPERSIONS) {
            level.rate += belief * learnt.posterior.shape / learnt.posterior.rate;
            level.dispersion += belief * dispersion;
        }
        level
    }
}

impl Gamma {
    /// The law of a count with this belief in its rate.
    fn predict(self, exposure: f64, dispersion: f64) -> Option<NegativeBinomial> {
        NegativeBinomial::new(exposure * self.shape / self.rate, dispersion + exposure / self.rate)
    }
}

/// P(count), and how likely it is that no outbreak made it; counts up to the mean are never doubted.
fn sift(law: NegativeBinomial, count: f64) -> (f64, f64) {
    let usual = (1.0 - OUTBREAK_SHARE) * law.pmf(count as u64);
    if count <= law.mean() {
        return (usual, 1.0);
    }
    let raised = NegativeBinomial::new(
        OUTBREAK_RATIO * law.mean() + OUTBREAK_CASES,
        OUTBREAK_DISPERSION * law.dispersion(),
    );
    let likelihood = usual + OUTBREAK_SHARE * raised.map_or(0.0, |law| law.pmf(count as u64));
    (likelihood, usual / likelihood.max(f64::MIN_POSITIVE))
}

/// Shares of the dispersions among the peers by expectation–maximisation, and each peer's own belief.
fn learn_beliefs(peers: &mut [Peer], prior: Gamma) {
    // The dispersion is that of before the longest window, or an outbreak under way would pass for the
    // series' nature.
    let log_likelihoods: Vec<ByDispersion<f64>> = peers
        .iter_mut()
        .map(|peer| {
            peer.learn(prior);
            peer.learnt[peer.learnt.len() - 1].map(|learnt| learnt.log_likelihood)
        })
        .collect();
    let mut common = DISPERSIONS.map(|(_, belief)| belief);
    for _ in 0..ROUNDS {
        let mut sums = DISPERSIONS.map(|(_, belief)| belief * BELIEF_PEERS);
        for (peer, log_likelihoods) in peers.iter_mut().zip(&log_likelihoods) {
            peer.beliefs = update(&common, log_likelihoods);
            for (sum, belief) in sums.iter_mut().zip(peer.beliefs) {
                *sum += belief;
            }
        }
        let total: f64 = sums.iter().sum();
        common = sums.map(|sum| sum / total);
    }
}

/// Bayes' rule over the dispersions.
fn update(common: &ByDispersion<f64>, log_likelihoods: &ByDispersion<f64>) -> ByDispersion<f64> {
    let highest = log_likelihoods.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut beliefs = *common;
    for (belief, log_likelihood) in beliefs.iter_mut().zip(log_likelihoods) {
        *belief *= (log_likelihood - highest).exp();
    }
    let total: f64 = beliefs.iter().sum();
    beliefs.map(|belief| belief / total)
}

fn prior_by_moments(peers: &[Peer]) -> Gamma {
    let known: Vec<Own> = peers.iter().map(Peer::own).filter(|own| own.exposure > 0.0).collect();
    let n = known.len() as f64;
    let mean = known.iter().map(|own| own.rate).sum::<f64>() / n;
    if known.len() < MIN_PEERS || mean <= 0.0 {
        return VAGUE_PRIOR;
    }
    let spread = known.iter().map(|own| (own.rate - mean) * (own.rate - mean)).sum::<f64>() / (n - 1.0);
    let noise = known.iter().map(|own| own.dispersion * own.rate / own.exposure).sum::<f64>() / n;
    let variance = (PRIOR_INFLATION * (spread - noise)).max(MIN_RELATIVE_VARIANCE * mean * mean);
    Gamma { shape: mean * mean / variance, rate: mean / variance }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::counts::Node;

    fn peers_of(counts: &[&[u32]]) -> Peers {
        let series: Vec<Series> = counts
            .iter()
            .enumerate()
            .map(|(index, counts)| Series {
                node: Node::new(Dimension::Cluster, index.to_string()),
                first_week: Week(10 - i32::try_from(counts.len()).expect("short")),
                counts: counts.to_vec(),
            })
            .collect();
        Peers::new(&series, Dimension::Cluster, Week(9))
    }

    #[test]
    fn a_lone_series_rests_on_the_vague_prior() {
        let peers = peers_of(&[&[2, 4, 7]]);
        let forecast = peers.forecast(0).expect("it has a count for the week");
        assert_eq!((forecast.windows, forecast.history_weeks), (2, 2));
        assert!(!peers.are_enough());
        assert!(peers.forecast(1).is_none());
        // Under dispersion 1 the posterior is Gamma(.5 + 2 + 4·w, .001 + 1 + w); four after two is no outbreak.
        let law = forecast.components[0].windows[0];
        assert!((law.mean() - 6.5 / 2.001).abs() < 0.1, "{law:?}");
        assert!((law.dispersion() - (1.0 + 1.0 / 2.001)).abs() < 0.03, "{law:?}");
        let total: f64 = forecast.components.iter().map(|component| component.share).sum();
        assert!((total - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_newcomer_is_expected_to_be_like_its_peers() {
        let peers =
            peers_of(&[&[10, 10, 10], &[10, 10, 10], &[10, 10, 10], &[10, 10, 10], &[10, 10, 10], &[3]]);
        assert!(peers.are_enough());
        let forecast = peers.forecast(5).expect("it has a count for the week");
        // All peers alike: the prior has mean 10 and the least variance, .05 · 10²: Gamma(20, 2).
        assert!((forecast.expected() - 10.0).abs() < 1e-6);
        let law = forecast.components[0].windows[0];
        assert!((law.dispersion() - 1.5).abs() < 1e-6, "{law:?}");
        assert_eq!((forecast.windows, forecast.history_weeks), (1, 0));
    }

    #[test]
    fn a_common_tide_is_no_news() {
        let mut counts: Vec<Vec<u32>> =
            (0..12).map(|i| (0..10).map(|week| 30 + (i * 5 + week * 3) % 7).collect()).collect();
        for series in &mut counts {
            series.push(42);
        }
        let together: Vec<&[u32]> = counts.iter().map(Vec::as_slice).collect();
        let usual = peers_of(&together[..1]).forecast(0).expect("present").expected();
        let risen = peers_of(&together).forecast(0).expect("present").expected();
        assert!((30.0..36.0).contains(&usual), "{usual}");
        assert!(risen > usual + 5.0, "{risen} {usual}");
    }

    #[test]
    fn an_outbreak_in_the_past_is_sifted_out() {
        let with = peers_of(&[&[5, 4, 6, 5, 60, 5, 4, 6, 5]]).forecast(0).expect("present");
        assert!((4.0..8.0).contains(&with.expected()), "{}", with.expected());
    }
}

//! Young series: empirical Bayes across the series of one dimension, with the peers' total as an offset.
//! Gives a calibrated forecast from the first week on. It must not judge a series by trend or season; there
//! is too little of it.
//!
//! A count is NB1 with mean exposure × λᵢ and dispersion φᵢ. The rates λᵢ share a Gamma(a, b) prior fitted
//! by moments, so the posterior is Gamma(a + Σy/φ, b + Σe/φ) and the predictive law NB1 again, exact for
//! φ = 1 (the negative binomial as Gamma–Poisson mixture).

use crate::domain::counts::Dimension;
use crate::domain::time::Week;
use crate::stats::negative_binomial::NegativeBinomial;

use super::Series;
use super::forecast::{Component, Forecast, MAX_WINDOW_WEEKS};
use super::reweight::outbreak_weight;
use super::volume::{Member, exposures};

/// Weeks of the past that are used at most.
const MAX_PAST_WEEKS: usize = 52;

/// Peers with a past needed before their rates say anything about another; below it the prior is vague.
const MIN_PEERS: usize = 5;

/// The vague prior: Jeffreys' for a Poisson rate, with a rate small enough not to matter.
const VAGUE_PRIOR: Gamma = Gamma { shape: 0.5, rate: 1e-3 };

/// The pooled dispersion where there are too few peers to estimate it.
const VAGUE_DISPERSION: f64 = 1.5;

/// Pooled dispersions are held to this range.
const DISPERSION_RANGE: (f64, f64) = (1.0, 6.0);

/// Share of the peers' dispersions that is pooled, smallest first: outbreaks in the past inflate the rest.
const POOLED_SHARE: f64 = 0.9;

/// Makes up for what leaving out the largest takes away.
const POOLED_INFLATION: f64 = 1.2;

/// Weeks' worth of belief in the pooled dispersion against the series' own.
const POOLED_WEEKS: f64 = 30.0;

/// The prior's standard deviation is at least √0.05 of its mean.
const MIN_RELATIVE_VARIANCE: f64 = 0.05;

/// Weeks from which past outbreaks are weighted down.
const REWEIGHT_FROM_WEEKS: usize = 12;

/// Name of the detector in evidence.
const METHOD: &str = "empirical_bayes";

#[derive(Clone, Copy, Debug, PartialEq)]
struct Gamma {
    shape: f64,
    rate: f64,
}

/// The series of one dimension as seen from one week, once for each window that ends with it: what a window
/// is judged by was known before it began.
#[derive(Debug)]
pub(super) struct Peers {
    windows: [PeersBeforeWindow; MAX_WINDOW_WEEKS],
}

#[derive(Debug)]
struct PeersBeforeWindow {
    prior: Gamma,
    /// Sorted by index of the series.
    peers: Vec<Peer>,
}

#[derive(Debug)]
struct Peer {
    index: usize,
    past: Vec<f64>,
    /// Of the past, then of the window.
    exposures: Vec<f64>,
    dispersion: f64,
}

/// Rate and Pearson dispersion of one series by itself.
struct Own {
    rate: f64,
    dispersion: f64,
    exposure: f64,
    weeks: usize,
}

impl Peers {
    /// Gathers the series of `dimension` that have a count for `week`. Uses nothing later.
    pub(super) fn new(series: &[Series], dimension: Dimension, week: Week) -> Self {
        let windows = std::array::from_fn(|earlier| {
            let members: Vec<Member<'_>> = series
                .iter()
                .enumerate()
                .filter(|(_, one)| one.node.dimension == dimension)
                .filter_map(|(index, one)| {
                    let at = one.position(week)?;
                    let past_weeks = at.checked_sub(earlier)?.min(MAX_PAST_WEEKS);
                    let counts = &one.counts[at - earlier - past_weeks..=at];
                    Some(Member { index, counts, past_weeks })
                })
                .collect();
            PeersBeforeWindow::new(&members)
        });
        Self { windows }
    }

    /// Whether they are many enough to say anything about one of them.
    pub(super) fn are_enough(&self) -> bool {
        self.windows[0].prior != VAGUE_PRIOR
    }

    /// The forecast for a series; `None` when it is not one of them.
    pub(super) fn forecast(&self, index: usize) -> Option<Forecast> {
        let history_weeks = self.windows[0].find(index)?.past.len() as u32;
        let mut laws = [NegativeBinomial::new(0.0, 1.0)?; MAX_WINDOW_WEEKS];
        let mut windows = 0;
        for (law, before) in laws.iter_mut().zip(&self.windows) {
            // A longer window needs a past of its own; the week itself can stand on the prior alone.
            let Some(peer) = before.find(index).filter(|peer| windows == 0 || !peer.past.is_empty()) else {
                break;
            };
            *law = peer.predict(before.prior)?;
            windows += 1;
        }
        let components = vec![Component { share: 1.0, windows: laws }];
        Some(Forecast { components, method: METHOD, history_weeks, windows })
    }
}

impl PeersBeforeWindow {
    fn new(members: &[Member<'_>]) -> Self {
        let mut peers: Vec<Peer> = members
            .iter()
            .zip(exposures(members))
            .map(|(member, exposures)| Peer {
                index: member.index,
                past: member.past().iter().map(|&count| f64::from(count)).collect(),
                exposures,
                dispersion: VAGUE_DISPERSION,
            })
            .collect();
        let owns: Vec<Own> = peers.iter().map(Peer::own).collect();
        let pooled = pooled_dispersion(&owns);
        for (peer, own) in peers.iter_mut().zip(&owns) {
            let own_weeks = own.weeks.saturating_sub(1) as f64;
            let mixed = (POOLED_WEEKS * pooled + own_weeks * own.dispersion) / (POOLED_WEEKS + own_weeks);
            peer.dispersion = mixed.max(1.0);
        }
        let prior = prior_by_moments(&owns, &peers);
        Self { prior, peers }
    }

    fn find(&self, index: usize) -> Option<&Peer> {
        let place = self.peers.binary_search_by_key(&index, |peer| peer.index).ok()?;
        self.peers.get(place)
    }
}

impl Peer {
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
        Own { rate, dispersion, exposure, weeks }
    }

    /// The law of the sum over the window.
    fn predict(&self, prior: Gamma) -> Option<NegativeBinomial> {
        let weeks = self.past.len();
        let mut posterior = self.posterior(prior, |_, _| 1.0);
        if weeks >= REWEIGHT_FROM_WEEKS {
            let rate = posterior.shape / posterior.rate;
            posterior = self
                .posterior(prior, |count, exposure| outbreak_weight(count, rate * exposure, self.dispersion));
        }
        let exposure: f64 = self.exposures[weeks..].iter().sum();
        NegativeBinomial::new(
            exposure * posterior.shape / posterior.rate,
            self.dispersion + exposure / posterior.rate,
        )
    }

    fn posterior(&self, prior: Gamma, weight: impl Fn(f64, f64) -> f64) -> Gamma {
        let mut posterior = prior;
        for (&count, &exposure) in self.past.iter().zip(&self.exposures) {
            let share = weight(count, exposure) / self.dispersion;
            posterior.shape += share * count;
            posterior.rate += share * exposure;
        }
        posterior
    }
}

fn pooled_dispersion(owns: &[Own]) -> f64 {
    let mut found: Vec<f64> =
        owns.iter().filter(|own| own.weeks >= 2 && own.rate > 0.0).map(|own| own.dispersion).collect();
    if found.len() < MIN_PEERS {
        return VAGUE_DISPERSION;
    }
    found.sort_unstable_by(f64::total_cmp);
    found.truncate(((found.len() as f64 * POOLED_SHARE) as usize).max(1));
    let mean = found.iter().sum::<f64>() / found.len() as f64;
    (mean * POOLED_INFLATION).clamp(DISPERSION_RANGE.0, DISPERSION_RANGE.1)
}

fn prior_by_moments(owns: &[Own], peers: &[Peer]) -> Gamma {
    let known: Vec<(f64, f64)> = owns
        .iter()
        .zip(peers)
        .filter(|(own, _)| own.exposure > 0.0)
        .map(|(own, peer)| (own.rate, peer.dispersion * own.rate / own.exposure))
        .collect();
    let n = known.len() as f64;
    let mean = known.iter().map(|(rate, _)| rate).sum::<f64>() / n;
    if known.len() < MIN_PEERS || mean <= 0.0 {
        return VAGUE_PRIOR;
    }
    let spread = known.iter().map(|(rate, _)| (rate - mean) * (rate - mean)).sum::<f64>() / (n - 1.0);
    let noise = known.iter().map(|(_, noise)| noise).sum::<f64>() / n;
    let variance = (spread - noise).max(MIN_RELATIVE_VARIANCE * mean * mean);
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
        // Past 2, 4: own dispersion 2/3, pooled 1.5 with 30 weeks' belief, own with 1:
        // φ = (45 + 2/3) / 31. Posterior shape .5 + 6/φ, rate .001 + 2/φ.
        let peers = peers_of(&[&[2, 4, 7]]);
        let forecast = peers.forecast(0).expect("it has a count for the week");
        let dispersion = (45.0 + 2.0 / 3.0) / 31.0;
        let (shape, rate) = (0.5 + 6.0 / dispersion, 1e-3 + 2.0 / dispersion);
        let law = forecast.components[0].windows[0];
        assert!((law.mean() - shape / rate).abs() < 1e-12);
        assert!((law.dispersion() - (dispersion + 1.0 / rate)).abs() < 1e-12);
        assert_eq!((forecast.windows, forecast.history_weeks), (2, 2));
        assert!(!peers.are_enough());
        assert!(peers.forecast(1).is_none());
    }

    #[test]
    fn a_newcomer_is_expected_to_be_like_its_peers() {
        let peers =
            peers_of(&[&[10, 10, 10], &[10, 10, 10], &[10, 10, 10], &[10, 10, 10], &[10, 10, 10], &[3]]);
        assert!(peers.are_enough());
        let forecast = peers.forecast(5).expect("it has a count for the week");
        // All peers alike: the prior has mean 10 and the least variance, .05 · 10².
        let law = forecast.components[0].windows[0];
        assert!((law.mean() - 10.0).abs() < 1e-9);
        // Gamma(20, 2), and no dispersion of their own: 1 + 1/2.
        assert!((law.dispersion() - 1.5).abs() < 1e-9);
        assert_eq!((forecast.windows, forecast.history_weeks), (1, 0));
    }

    #[test]
    fn a_common_tide_is_no_news() {
        let mut counts: Vec<Vec<u32>> =
            (0..12).map(|i| (0..10).map(|week| 30 + (i * 5 + week * 3) % 7).collect()).collect();
        for series in &mut counts {
            series.push(55);
        }
        let together: Vec<&[u32]> = counts.iter().map(Vec::as_slice).collect();
        let usual = peers_of(&together[..1]).forecast(0).expect("present").expected();
        let risen = peers_of(&together).forecast(0).expect("present").expected();
        assert!((30.0..36.0).contains(&usual), "{usual}");
        // The cap on each peer (past quantile plus one) holds the tide back.
        assert!(risen > usual + 2.0, "{risen} {usual}");
    }
}

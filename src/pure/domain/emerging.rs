//! A failure nobody has named yet: recent complaints that lie too close together for chance, found before
//! anybody made them a cluster. People found a cluster of it or dismiss it; both can be undone.

use serde::{Deserialize, Serialize};

use super::id::{ClusterId, ComplaintId, DecisionId, EmergingId};
use super::time::Timestamp;

/// Share of its complaints that must lie in one cluster for the cluster to be the same failure.
pub const KNOWN_SHARE: f64 = 0.6;
/// Days without a new complaint after which nobody need look at it any more.
pub const FADES_AFTER_DAYS: i64 = 28;
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Where an emerging failure stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmergingState {
    /// Found, and nobody has decided.
    Open,
    /// A person made it a cluster.
    Founded,
    /// A person said it is nothing.
    Dismissed,
    /// Most of its complaints are in one cluster by now.
    Known,
    /// It did not go on.
    Faded,
}

impl EmergingState {
    /// Every state, in reading order.
    pub const ALL: [Self; 5] = [Self::Open, Self::Founded, Self::Dismissed, Self::Known, Self::Faded];

    /// The stable name used in the store and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Founded => "founded",
            Self::Dismissed => "dismissed",
            Self::Known => "known",
            Self::Faded => "faded",
        }
    }

    /// The state of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What an emerging failure rests on: the densest place when it was found, and what its complaints say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EmergingEvidence {
    /// Recent complaints that were looked at when it was found.
    pub recent: usize,
    /// Nearest complaints, past and recent, round its densest place.
    pub neighbours: usize,
    /// Of those, the recent ones.
    pub recent_neighbours: usize,
    /// Recent ones to be expected among them were past and recent mixed evenly.
    pub expected: f64,
    /// Logarithm of how much more probable the count is in a denser place than in an even one.
    pub score: f64,
    /// The score from which the rate of false alarms asked for is kept.
    pub threshold: f64,
    /// Terms that set it apart from the other recent complaints, strongest first.
    pub terms: Vec<String>,
    /// The standing cluster nearest to it, and the cosine to its centre.
    pub nearest: Option<(ClusterId, f32)>,
    /// Product area that prevails among its complaints.
    pub product_area: Option<String>,
    /// Failure type that prevails among its complaints.
    pub failure_type: Option<String>,
}

/// An emerging failure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Emerging {
    /// Its identity.
    pub id: EmergingId,
    /// What it is called.
    pub title: String,
    /// What it rests on.
    pub evidence: EmergingEvidence,
    /// Where it stands.
    pub state: EmergingState,
    /// The cluster it became, or is.
    pub cluster: Option<ClusterId>,
    /// The decision that settled it.
    pub decision: Option<DecisionId>,
    /// When the complaint came in with which it was noticed.
    pub noticed_at: Timestamp,
    /// When its first and its last complaint came in.
    pub first_at: Timestamp,
    /// As above.
    pub last_at: Timestamp,
    /// Its complaints, the densest place first.
    pub members: Vec<ComplaintId>,
}

/// What becomes of an emerging failure nobody has decided about: the cluster most of its complaints lie in
/// (`homes`, one a complaint), or its end when the newest complaint of all (`newest`) is much later than
/// its last.
pub fn settled_by_itself(
    homes: &[Option<ClusterId>],
    last_at: Timestamp,
    newest: Timestamp,
) -> Option<(EmergingState, Option<ClusterId>)> {
    let mut counts: std::collections::BTreeMap<ClusterId, usize> = std::collections::BTreeMap::new();
    homes.iter().flatten().for_each(|home| *counts.entry(*home).or_default() += 1);
    let most = counts.into_iter().max_by_key(|(cluster, count)| (*count, std::cmp::Reverse(*cluster)));
    if let Some((cluster, count)) = most
        && count as f64 >= KNOWN_SHARE * homes.len() as f64
    {
        return Some((EmergingState::Known, Some(cluster)));
    }
    (newest.0 - last_at.0 > FADES_AFTER_DAYS * MICROS_PER_DAY).then_some((EmergingState::Faded, None))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn names_are_read_back() {
        for state in EmergingState::ALL {
            assert_eq!(EmergingState::from_name(state.name()), Some(state));
        }
    }

    #[test]
    fn it_settles_by_itself_when_it_has_a_cluster_or_stopped() {
        let (one, two) = (Some(ClusterId(Uuid::from_u128(1))), Some(ClusterId(Uuid::from_u128(2))));
        let day = |days: i64| Timestamp(days * MICROS_PER_DAY);
        let cases = [
            (vec![one, one, one, None, None], 0, Some((EmergingState::Known, one))),
            (vec![one, one, two, None, None], 0, None),
            (vec![None, None], 28, None),
            (vec![None, None], 29, Some((EmergingState::Faded, None))),
            (vec![one, one], 90, Some((EmergingState::Known, one))),
        ];
        for (homes, days, expected) in cases {
            assert_eq!(settled_by_itself(&homes, day(0), day(days)), expected, "{homes:?} after {days}");
        }
    }
}

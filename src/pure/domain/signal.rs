//! A signal: one warning that a series left its expected range, with the evidence.

use serde::{Deserialize, Serialize};

use super::counts::Node;
use super::id::SignalId;
use super::time::{Day, Timestamp};

/// The life of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalState {
    /// Nobody has looked at it.
    Raised,
    /// Somebody has acknowledged it and is looking.
    UnderReview,
    /// It was real.
    Confirmed,
    /// It was a false alarm.
    Refuted,
    /// Dealt with.
    Closed,
}

impl SignalState {
    /// Every state, in order of life.
    pub const ALL: [Self; 5] =
        [Self::Raised, Self::UnderReview, Self::Confirmed, Self::Refuted, Self::Closed];

    /// The stable name used in the store and in URLs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::UnderReview => "under_review",
            Self::Confirmed => "confirmed",
            Self::Refuted => "refuted",
            Self::Closed => "closed",
        }
    }

    /// The state of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether a person may move a signal from this state to `next`.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Raised => next != Self::Raised,
            Self::UnderReview => matches!(next, Self::Confirmed | Self::Refuted | Self::Closed),
            Self::Confirmed | Self::Refuted => next == Self::Closed,
            Self::Closed => false,
        }
    }
}

/// What the detector saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Complaints counted in the window.
    pub observed: u64,
    /// Complaints expected in the window.
    pub expected: f64,
    /// Highest count that would not have alarmed, for the window.
    pub upper: f64,
    /// Probability of so many or more if nothing had changed.
    pub p_value: f64,
    /// −log10 of the p-value less the penalty for looking at several windows; comparable across series.
    pub score: f64,
    /// Length of the window that fired, in weeks.
    pub window_weeks: u32,
    /// Which detector decided, e.g. `empirical_bayes`.
    pub method: String,
    /// Weeks of history it could use.
    pub history_weeks: u32,
    /// Series that alarmed too and that this one explains: what it raises, and what it is the tide of.
    #[serde(default)]
    pub also: Vec<Also>,
}

/// A series that stood out with another and because of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Also {
    /// The series.
    pub node: Node,
    /// Complaints counted in its window.
    pub observed: u64,
    /// Complaints expected in its window.
    pub expected: f64,
}

/// A warning about one node in the weeks that end with `period_end`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// Its identity.
    pub id: SignalId,
    /// The series it is about.
    pub node: Node,
    /// First day of the window that fired.
    pub period_start: Day,
    /// Last day of the window that fired.
    pub period_end: Day,
    /// What was seen.
    pub evidence: Evidence,
    /// Where it stands.
    pub state: SignalState,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// What a person wrote when acknowledging or judging it.
    pub note: Option<String>,
}

//! An early warning on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::counts::Node;
use crate::domain::signal::{Also, Evidence, Signal};
use crate::web::api::names;

/// A warning that a series left its expected range.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Signal)]
pub struct SignalAnswer {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// The dimension of the series.
    #[schema(schema_with = names::dimension)]
    dimension: &'static str,
    /// The series in it: a taxonomy id, a cluster's id, or empty for `all`.
    key: String,
    /// First day of the window that fired.
    #[schema(format = "date")]
    period_start: String,
    /// Last day of the window that fired.
    #[schema(format = "date")]
    period_end: String,
    /// What was seen.
    evidence: EvidenceAnswer,
    /// Where it stands.
    #[schema(schema_with = names::signal_state)]
    state: &'static str,
    /// When it was raised.
    #[schema(format = "date-time")]
    raised_at: String,
    /// What a person wrote when acknowledging or judging it.
    note: Option<String>,
}

/// What the detector saw.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Evidence)]
pub(in crate::web::api) struct EvidenceAnswer {
    /// Complaints counted in the window.
    observed: u64,
    /// Complaints expected in the window.
    expected: f64,
    /// Highest count that would not have alarmed.
    upper: f64,
    /// Probability of so many or more if nothing had changed.
    p_value: f64,
    /// −log10 of the p-value less the penalty for looking at several windows.
    score: f64,
    /// Length of the window, in weeks.
    window_weeks: u32,
    /// Which detector decided.
    method: String,
    /// Weeks of history it could use.
    history_weeks: u32,
    /// Series that stood out too and that this one explains.
    also: Vec<AlsoAnswer>,
}

/// A series that stood out with another and because of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Also)]
struct AlsoAnswer {
    /// The dimension of the series.
    #[schema(schema_with = names::dimension)]
    dimension: &'static str,
    /// The series in it.
    key: String,
    /// Complaints counted in its window.
    observed: u64,
    /// Complaints expected in its window.
    expected: f64,
}

impl From<Signal> for SignalAnswer {
    fn from(signal: Signal) -> Self {
        let Signal { id, node, period_start, period_end, evidence, state, raised_at, note } = signal;
        let Node { dimension, key } = node;
        Self {
            id: id.to_string(),
            dimension: dimension.name(),
            key,
            period_start: period_start.to_string(),
            period_end: period_end.to_string(),
            evidence: evidence.into(),
            state: state.name(),
            raised_at: raised_at.to_rfc3339(),
            note,
        }
    }
}

impl From<Evidence> for EvidenceAnswer {
    fn from(evidence: Evidence) -> Self {
        let Evidence { observed, expected, upper, p_value, score, window_weeks, method, history_weeks, also } =
            evidence;
        let also = also.into_iter().map(AlsoAnswer::from).collect();
        Self { observed, expected, upper, p_value, score, window_weeks, method, history_weeks, also }
    }
}

impl From<Also> for AlsoAnswer {
    fn from(also: Also) -> Self {
        let Also { node, observed, expected } = also;
        Self { dimension: node.dimension.name(), key: node.key, observed, expected }
    }
}

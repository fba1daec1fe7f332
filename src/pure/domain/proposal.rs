//! What a rediscovery proposes to change about clusters. Nothing changes before a person accepts it, and
//! what a person rejects is not proposed again.

use serde::{Deserialize, Serialize};

use super::id::{ClusterId, ComplaintId, DecisionId, ProposalId};
use super::time::{Day, Timestamp};

/// What is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalKind {
    /// Complaints of no cluster are one failure.
    New,
    /// A cluster and another are one failure.
    Merge,
    /// Part of a cluster is another failure.
    Split,
    /// Some complaints belong to another cluster.
    Move,
    /// A cluster is no failure: its complaints have nothing in common.
    Retire,
}

impl ProposalKind {
    /// Every kind, in reading order.
    pub const ALL: [Self; 5] = [Self::New, Self::Merge, Self::Split, Self::Move, Self::Retire];

    /// The stable name used in the store and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Merge => "merge",
            Self::Split => "split",
            Self::Move => "move",
            Self::Retire => "retire",
        }
    }

    /// The kind of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// Nobody has decided.
    Open,
    /// Done.
    Accepted,
    /// Not to be done, nor proposed again.
    Rejected,
    /// A later rediscovery did not find it any more.
    Stale,
}

impl ProposalState {
    /// Every state, in reading order.
    pub const ALL: [Self; 4] = [Self::Open, Self::Accepted, Self::Rejected, Self::Stale];

    /// The stable name used in the store and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Stale => "stale",
        }
    }

    /// The state of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// The numbers a proposal rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlap {
    /// Complaints it is about.
    pub complaints: usize,
    /// Complaints of its cluster in scope, for what share of it this is.
    pub of_cluster: usize,
    /// Complaints the fresh division put into the group it rests on.
    pub of_group: usize,
    /// Terms that set that group apart, strongest first.
    pub terms: Vec<String>,
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its identity.
    pub id: ProposalId,
    /// What is proposed.
    pub kind: ProposalKind,
    /// The cluster it is about; none for complaints that belong to none.
    pub cluster: Option<ClusterId>,
    /// The cluster they would go to.
    pub other: Option<ClusterId>,
    /// What the fresh division calls the group it rests on.
    pub title: String,
    /// The numbers.
    pub overlap: Overlap,
    /// Some of its complaints, the most central first.
    pub examples: Vec<ComplaintId>,
    /// Where it stands.
    pub state: ProposalState,
    /// The decision that settled it.
    pub decision: Option<DecisionId>,
    /// When it was made.
    pub made_at: Timestamp,
}

/// What a rediscovery looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Only complaints of this product area.
    pub area: Option<String>,
    /// Only complaints received since this day.
    pub from: Option<Day>,
    /// Only complaints received until this day.
    pub to: Option<Day>,
}

impl Scope {
    /// Whether a complaint is looked at.
    pub fn holds(&self, area: Option<&str>, day: Day) -> bool {
        self.area.as_deref().is_none_or(|wanted| area == Some(wanted))
            && self.from.is_none_or(|from| from <= day)
            && self.to.is_none_or(|to| day <= to)
    }

    /// A stable line that names it.
    pub fn line(&self) -> String {
        let part = |name: &str, value: Option<String>| value.map(|value| format!("{name}={value}"));
        let parts = [
            part("area", self.area.clone()),
            part("from", self.from.map(|day| day.to_string())),
            part("to", self.to.map(|day| day.to_string())),
        ];
        let line = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        if line.is_empty() { "all".to_owned() } else { line }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_holds_what_it_names() {
        let scope = Scope { area: Some("cards".to_owned()), from: Some(Day(10)), to: Some(Day(20)) };
        let cases = [
            (Some("cards"), 10, true),
            (Some("cards"), 20, true),
            (Some("cards"), 9, false),
            (Some("cards"), 21, false),
            (Some("loans"), 15, false),
            (None, 15, false),
        ];
        for (area, day, held) in cases {
            assert_eq!(scope.holds(area, Day(day)), held, "{area:?} on {day}");
            assert!(Scope::default().holds(area, Day(day)));
        }
        assert_eq!(scope.line(), "area=cards from=1970-01-11 to=1970-01-21");
        assert_eq!(Scope::default().line(), "all");
    }
}

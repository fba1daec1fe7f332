//! What happened to clusters and who decided it. A cluster is never deleted: it is merged into another or
//! retired, and its history says when, by whom and why.

use super::cluster::ClusterState;
use super::id::{ClusterId, DecisionId};
use super::label::Origin;
use super::time::Timestamp;

/// What a person decided about who belongs to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecisionKind {
    /// Two clusters are one failure.
    Merge,
    /// Part of a cluster is another failure.
    Split,
    /// Some complaints belong elsewhere.
    Move,
    /// It is no failure at all: its complaints belong to none.
    Retire,
    /// Two complaints belong together.
    Together,
    /// Two complaints do not.
    Apart,
    /// Complaints of no cluster are one failure.
    Found,
    /// A proposal was refused: nothing moves, and the refusal is remembered.
    Refuse,
}

impl DecisionKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Merge,
        Self::Split,
        Self::Move,
        Self::Retire,
        Self::Together,
        Self::Apart,
        Self::Found,
        Self::Refuse,
    ];

    /// The stable name used in the store, in histories and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Split => "split",
            Self::Move => "move",
            Self::Retire => "retire",
            Self::Together => "together",
            Self::Apart => "apart",
            Self::Found => "found",
            Self::Refuse => "refuse",
        }
    }

    /// The kind of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What can happen to a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClusterEventKind {
    /// It was found; `after` is its first title.
    Founded,
    /// A person gave it another title.
    Renamed,
    /// It stands elsewhere.
    State,
    /// Somebody else answers for it.
    Owner,
    /// A person says how urgent it is, or that it be computed again.
    Priority,
    /// Another product area prevails.
    ProductArea,
    /// Another failure type prevails.
    FailureType,
    /// It went into the other cluster and stands no more.
    MergedInto,
    /// The other cluster went into it.
    Absorbed,
    /// Part of it became the other cluster.
    SplitOff,
    /// It was part of the other cluster.
    SplitFrom,
    /// Complaints left for the other cluster, or for none.
    Gave,
    /// Complaints came from the other cluster, or from none.
    Received,
    /// It was no failure; it stands no more.
    Retired,
    /// A decision about it was undone and it stands as before.
    Restored,
}

impl ClusterEventKind {
    /// Every kind.
    pub const ALL: [Self; 15] = [
        Self::Founded,
        Self::Renamed,
        Self::State,
        Self::Owner,
        Self::Priority,
        Self::ProductArea,
        Self::FailureType,
        Self::MergedInto,
        Self::Absorbed,
        Self::SplitOff,
        Self::SplitFrom,
        Self::Gave,
        Self::Received,
        Self::Retired,
        Self::Restored,
    ];

    /// The stable name used in the store and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Founded => "founded",
            Self::Renamed => "renamed",
            Self::State => "state",
            Self::Owner => "owner",
            Self::Priority => "priority",
            Self::ProductArea => "product_area",
            Self::FailureType => "failure_type",
            Self::MergedInto => "merged_into",
            Self::Absorbed => "absorbed",
            Self::SplitOff => "split_off",
            Self::SplitFrom => "split_from",
            Self::Gave => "gave",
            Self::Received => "received",
            Self::Retired => "retired",
            Self::Restored => "restored",
        }
    }

    /// The kind of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it changed who belongs to what, so that a lineage shows it.
    pub fn is_lineage(self) -> bool {
        !matches!(
            self,
            Self::Renamed
                | Self::State
                | Self::Owner
                | Self::Priority
                | Self::ProductArea
                | Self::FailureType
        )
    }
}

/// One thing that happened to a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterEvent {
    /// Which cluster.
    pub cluster: ClusterId,
    /// What happened.
    pub kind: ClusterEventKind,
    /// What stood before, where that is a value.
    pub before: Option<String>,
    /// What stands since.
    pub after: Option<String>,
    /// The other cluster it happened with.
    pub other: Option<ClusterId>,
    /// How many complaints it moved.
    pub complaints: Option<i64>,
    /// Whether a person or the machine did it.
    pub origin: Origin,
    /// Who, where that was said.
    pub person: Option<String>,
    /// Why: the person's words, or the rule and its numbers.
    pub reason: Option<String>,
    /// The decision it was part of.
    pub decision: Option<DecisionId>,
    /// When.
    pub at: Timestamp,
}

impl ClusterEvent {
    /// What a machine does to a cluster; more is filled in by whoever knows more.
    pub fn by_machine(cluster: ClusterId, kind: ClusterEventKind, at: Timestamp) -> Self {
        Self {
            cluster,
            kind,
            before: None,
            after: None,
            other: None,
            complaints: None,
            origin: Origin::Machine,
            person: None,
            reason: None,
            decision: None,
            at,
        }
    }

    /// A value that changed.
    #[must_use]
    pub fn changing(mut self, before: Option<&str>, after: Option<&str>) -> Self {
        self.before = before.map(str::to_owned);
        self.after = after.map(str::to_owned);
        self
    }
}

/// What a cluster looked like at some instant, from its events up to then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastCluster {
    /// Its title then.
    pub title: String,
    /// Whether a person had given it.
    pub title_by_person: bool,
    /// Its state then.
    pub state: ClusterState,
    /// Its owner then.
    pub owner: Option<String>,
    /// Its product area then.
    pub product_area: Option<String>,
    /// Its failure type then.
    pub failure_type: Option<String>,
    /// Whether it stood.
    pub stands: bool,
    /// When it was found.
    pub founded_at: Timestamp,
}

impl PastCluster {
    /// The cluster at the last of `events`, which are one cluster's, oldest first; `None` before it was
    /// founded.
    pub fn of<'e>(events: impl IntoIterator<Item = &'e ClusterEvent>) -> Option<Self> {
        let mut past: Option<Self> = None;
        for event in events {
            let after = event.after.clone();
            let Some(past) = &mut past else {
                if event.kind == ClusterEventKind::Founded {
                    past = Some(Self {
                        title: after.unwrap_or_default(),
                        title_by_person: false,
                        state: ClusterState::New,
                        owner: None,
                        product_area: None,
                        failure_type: None,
                        stands: true,
                        founded_at: event.at,
                    });
                }
                continue;
            };
            match event.kind {
                ClusterEventKind::Renamed => {
                    past.title = after.unwrap_or_default();
                    past.title_by_person = event.origin == Origin::Person;
                }
                ClusterEventKind::State => {
                    past.state = after.and_then(|name| ClusterState::from_name(&name)).unwrap_or(past.state);
                }
                ClusterEventKind::Owner => past.owner = after,
                ClusterEventKind::ProductArea => past.product_area = after,
                ClusterEventKind::FailureType => past.failure_type = after,
                ClusterEventKind::MergedInto | ClusterEventKind::Retired => past.stands = false,
                ClusterEventKind::Restored => past.stands = true,
                _ => (),
            }
        }
        past
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn names_are_read_back() {
        for kind in ClusterEventKind::ALL {
            assert_eq!(ClusterEventKind::from_name(kind.name()), Some(kind));
        }
        for kind in DecisionKind::ALL {
            assert_eq!(DecisionKind::from_name(kind.name()), Some(kind));
        }
    }

    #[test]
    fn a_past_view_is_what_the_events_up_to_then_made_it() {
        let cluster = ClusterId(Uuid::nil());
        let event = |kind, after: Option<&str>| {
            ClusterEvent::by_machine(cluster, kind, Timestamp(0)).changing(None, after)
        };
        let events = [
            event(ClusterEventKind::Founded, Some("Cobros")),
            event(ClusterEventKind::State, Some("ongoing")),
            event(ClusterEventKind::Owner, Some("Ana")),
            event(ClusterEventKind::Renamed, Some("Cobros dobles")),
            event(ClusterEventKind::MergedInto, None),
            event(ClusterEventKind::Restored, None),
        ];
        let at = |count: usize| PastCluster::of(&events[..count]);
        assert_eq!(at(0), None);
        let first = at(1).expect("founded");
        assert_eq!((first.title.as_str(), first.state, first.stands), ("Cobros", ClusterState::New, true));
        let named = at(4).expect("founded");
        assert_eq!((named.title.as_str(), named.owner.as_deref()), ("Cobros dobles", Some("Ana")));
        assert_eq!(named.state, ClusterState::Ongoing);
        assert!(!at(5).expect("founded").stands && at(6).expect("founded").stands);
    }
}

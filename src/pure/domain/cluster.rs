//! A cluster: one recurring failure, told by the complaints that belong to it. On screen: *grupo*.

use serde::{Deserialize, Serialize};

use super::cluster_life::Aside;
use super::id::ClusterId;
use super::priority::{Load, Priority};
use super::time::{Day, Timestamp};

/// Where a cluster stands in the team's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClusterState {
    /// Found and not yet looked at.
    New,
    /// Known and still happening.
    Ongoing,
    /// Growing beyond what was expected.
    Escalating,
    /// Came back after it was resolved.
    Regressed,
    /// Put aside on purpose.
    Archived,
    /// Its origin was removed.
    Resolved,
}

impl ClusterState {
    /// Every state, in reading order.
    pub const ALL: [Self; 6] =
        [Self::New, Self::Ongoing, Self::Escalating, Self::Regressed, Self::Archived, Self::Resolved];

    /// The stable name used in the store and in URLs.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ongoing => "ongoing",
            Self::Escalating => "escalating",
            Self::Regressed => "regressed",
            Self::Archived => "archived",
            Self::Resolved => "resolved",
        }
    }

    /// The state of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A recurring failure with its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// Its identity, for ever.
    pub id: ClusterId,
    /// Readable name; a person's name wins over the computed one.
    pub title: String,
    /// Whether a person gave the title.
    pub title_by_person: bool,
    /// Where it stands.
    pub state: ClusterState,
    /// The terms that set it apart, strongest first.
    pub terms: Vec<String>,
    /// Most frequent product area among its members, where one prevails.
    pub product_area: Option<String>,
    /// Most frequent failure type among its members, where one prevails.
    pub failure_type: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// When it was found.
    pub created_at: Timestamp,
    /// Number of complaints in it.
    pub complaints: i64,
    /// First and last day of a member; `None` while it has none.
    pub seen: Option<(Day, Day)>,
    /// When and how it ended; `None` while it stands.
    pub retired: Option<Retired>,
    /// How it got where it stands, and how urgent it is, today.
    pub life: Life,
}

/// How a cluster got where it stands, how urgent it is, and whom it strikes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Life {
    /// Since when it stands where it does.
    pub since: Timestamp,
    /// Whether a person put it there.
    pub by_person: bool,
    /// Until when it is put aside.
    pub aside: Option<Aside>,
    /// Whether a person named its owner; rules leave such an owner alone.
    pub owner_by_person: bool,
    /// How urgent it is.
    pub priority: Priority,
    /// Whether a person said so; such a priority is never replaced by a computed one.
    pub priority_by_person: bool,
    /// The parts of the computed priority; `None` before it was computed.
    pub load: Option<Load>,
    /// Customers who complained, where the source names them.
    pub customers: i64,
    /// Complaints that differ in more than numbers and names.
    pub texts: i64,
}

/// The end of a cluster. Its id stays, and its history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retired {
    /// When.
    pub at: Timestamp,
    /// The cluster it went into; `None` when it was no failure at all.
    pub into: Option<ClusterId>,
}

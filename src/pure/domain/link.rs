//! What people's decisions teach about who belongs together: two complaints or clusters that are one
//! failure, or never are.

use serde::{Deserialize, Serialize};

use super::id::{ClusterId, ComplaintId};

/// One end of a link. A cluster stands for whatever it holds, now and later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    /// One complaint.
    Complaint(ComplaintId),
    /// One cluster.
    Cluster(ClusterId),
}

/// What a link says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// Both ends belong to one cluster.
    Must,
    /// They never do.
    Cannot,
}

impl LinkKind {
    /// The stable name used in the store and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Cannot => "cannot",
        }
    }

    /// The kind of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Must, Self::Cannot].into_iter().find(|kind| kind.name() == name)
    }
}

/// A decision about two complaints or clusters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Link {
    /// What it says.
    pub kind: LinkKind,
    /// One end.
    pub a: Node,
    /// The other.
    pub b: Node,
}

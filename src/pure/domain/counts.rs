//! What is counted per day: nodes of a few dimensions. The roll-up tables, the watcher and the charts
//! all speak of these.

use serde::{Deserialize, Serialize};

use super::label::Axis;

/// A way of dividing all complaints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Every complaint; its only node has the empty key.
    All,
    /// By kind.
    Kind,
    /// By product area.
    ProductArea,
    /// By failure type.
    FailureType,
    /// By recurring failure; complaints in no cluster are not counted here.
    Cluster,
    /// By product area and failure type together; the key is both with a `/` between.
    AreaFailure,
    /// By product area and region together, where the complaint names a region; the key is both with a `/` between.
    AreaRegion,
    /// By company or unit, where the complaint names one.
    Company,
    /// By region, where the complaint names one.
    Region,
    /// By channel, where the complaint names one.
    Channel,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Self; 10] = [
        Self::All,
        Self::Kind,
        Self::ProductArea,
        Self::FailureType,
        Self::AreaFailure,
        Self::AreaRegion,
        Self::Cluster,
        Self::Company,
        Self::Region,
        Self::Channel,
    ];

    /// The stable name used in the store and in URLs.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Kind => "kind",
            Self::ProductArea => "product_area",
            Self::FailureType => "failure_type",
            Self::Cluster => "cluster",
            Self::AreaFailure => "area_failure",
            Self::AreaRegion => "area_region",
            Self::Company => "company",
            Self::Region => "region",
            Self::Channel => "channel",
        }
    }

    /// The dimension of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.name() == name)
    }

    /// The axis whose labels divide this dimension, where it is one.
    pub fn axis(self) -> Option<Axis> {
        match self {
            Self::Kind => Some(Axis::Kind),
            Self::ProductArea => Some(Axis::ProductArea),
            Self::FailureType => Some(Axis::FailureType),
            _ => None,
        }
    }

    /// Whether its keys are what the complaints say themselves: words that people or sources may spell anew,
    /// and that may hold personal data.
    pub fn is_fact(self) -> bool {
        matches!(self, Self::AreaRegion | Self::Company | Self::Region | Self::Channel)
    }

    /// The two ways of dividing that a pair divides by together.
    pub fn pair(self) -> Option<[Self; 2]> {
        match self {
            Self::AreaFailure => Some([Self::ProductArea, Self::FailureType]),
            Self::AreaRegion => Some([Self::ProductArea, Self::Region]),
            _ => None,
        }
    }
}

impl From<Axis> for Dimension {
    fn from(axis: Axis) -> Self {
        match axis {
            Axis::Kind => Self::Kind,
            Axis::ProductArea => Self::ProductArea,
            Axis::FailureType => Self::FailureType,
        }
    }
}

/// One counted series: a dimension and a key in it (a taxonomy id, a cluster id, or empty for all).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Node {
    /// The dimension.
    pub dimension: Dimension,
    /// The key within it.
    pub key: String,
}

impl Node {
    /// A node from its parts.
    pub fn new(dimension: Dimension, key: impl Into<String>) -> Self {
        Self { dimension, key: key.into() }
    }

    /// The two nodes whose common complaints a pair counts.
    pub fn pair(&self) -> Option<[Self; 2]> {
        let [first, second] = self.dimension.pair()?;
        let (first_key, second_key) = self.key.split_once('/')?;
        Some([Self::new(first, first_key), Self::new(second, second_key)])
    }
}

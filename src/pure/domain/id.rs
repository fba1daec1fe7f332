//! Identities. Every aggregate has its own id type, so that a cluster's id cannot stand where a
//! complaint's is meant. Ids are UUID version 7 (RFC 9562): they sort by creation. They are made in
//! `store`, which owns the clock and the random source; this file only gives them names. A found cluster's
//! id is version 8: `learn` makes it of the complaints, so that the same data gives the same ids.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The sixteen bytes, as stored and as used for ordering.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// Reads the sixteen stored bytes; `None` when there are not sixteen.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                Uuid::from_slice(bytes).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

id_type!(
    /// One complaint as it came in.
    ComplaintId
);
id_type!(
    /// One recurring failure. Lives for ever, whatever its members and its name do.
    ClusterId
);
id_type!(
    /// One warning about one series in one period.
    SignalId
);
id_type!(
    /// One corrective or preventive action.
    ActionId
);
id_type!(
    /// One change the organisation registered.
    RegisteredChangeId
);
id_type!(
    /// One decision of a person about who belongs to which cluster.
    DecisionId
);
id_type!(
    /// One change to clusters that a rediscovery proposes.
    ProposalId
);
id_type!(
    /// One failure nobody has named yet.
    EmergingId
);
id_type!(
    /// One wish to be told of signals.
    SubscriptionId
);
id_type!(
    /// One message to a subscriber, the same at every attempt.
    MessageId
);

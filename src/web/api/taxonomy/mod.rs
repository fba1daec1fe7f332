//! `/api/v1/taxonomy`: the answers a label can have, their versions, and how a new version comes into force.

mod answer;
pub(super) mod diff;
pub(super) mod publish;
pub(super) mod read;
pub(super) mod versions;

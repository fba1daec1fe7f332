//! Fourth step: recurring failures among complaints that belong to no cluster yet. Clusters that stand
//! keep their identity and their members; a discovery only adds to them.

use crate::domain::language::Language;
use crate::learn::assign::GroupModel;
use crate::learn::discovery::{self, DiscoveryDoc};
use crate::store::analysis::{Assignment, Ungrouped};
use crate::store::clusters::NewCluster;

use super::models::groups_dir;
use super::{Pipeline, PipelineError, THREADS, compute};

/// With fewer ungrouped complaints a discovery finds nothing that recurs.
const MIN_COMPLAINTS: usize = 40;
/// The same data and seed give the same clusters.
const SEED: u64 = 1;

/// What a discovery did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Discovered {
    /// Clusters founded.
    pub founded: usize,
    /// Complaints that joined them, or older ones.
    pub joined: usize,
}

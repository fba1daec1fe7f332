//! What a change of who belongs to which cluster comes to, worked out before anything is written: which
//! complaints move, what goes along with them, and which earlier decisions it overrides.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::cluster_history::DecisionKind;
use crate::domain::id::{ClusterId, ComplaintId};
use crate::domain::link::{Link, LinkKind, Node};
use crate::learn::constraints::Links;
use crate::store::cluster_decisions::NewDecision;
use crate::store::clusters::NewCluster;

use super::discover::name_of;
use super::{Pipeline, PipelineError, compute};

/// Members whose words tell a new cluster apart from the one it was in.
const TEXTS_TO_NAME_BY: usize = 300;
/// Rounds in which a plan is completed: a round can only pin what already lies where it goes.
const MAX_ROUNDS: usize = 4;

/// What a person wants changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// One cluster goes into another.
    Merge {
        /// The one that ends.
        from: ClusterId,
        /// The one that stays.
        into: ClusterId,
    },
    /// Complaints of a cluster become a cluster of their own.
    Split {
        /// The cluster they are in.
        cluster: ClusterId,
        /// The complaints.
        complaints: Vec<ComplaintId>,
        /// The new cluster's title; told from its texts when absent.
        title: Option<String>,
    },
    /// Complaints go to another cluster, or to none.
    Move {
        /// The complaints.
        complaints: Vec<ComplaintId>,
        /// Where they go.
        to: Option<ClusterId>,
    },
    /// A cluster is no failure: it ends, and its complaints belong to none.
    Retire {
        /// The cluster.
        cluster: ClusterId,
    },
    /// Complaints that belong to no cluster become one.
    Found {
        /// The complaints.
        complaints: Vec<ComplaintId>,
        /// Its title; told from its texts when absent.
        title: Option<String>,
    },
    /// Two complaints belong together.
    Together {
        /// One.
        a: ComplaintId,
        /// The other, which goes where the first is.
        b: ComplaintId,
    },
    /// Two complaints do not belong together.
    Apart {
        /// One.
        a: ComplaintId,
        /// The other, which leaves their cluster if they share one.
        b: ComplaintId,
    },
}

/// Who decides, and why, where that is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct By {
    /// The person.
    pub person: Option<String>,
    /// In their words.
    pub reason: Option<String>,
}

impl By {
    /// The decision that something found or proposed is nothing: no complaint moves, and it teaches `links`.
    pub(super) fn refuses(&self, links: Vec<Link>) -> NewDecision {
        NewDecision {
            kind: DecisionKind::Refuse,
            person: self.person.clone(),
            reason: self.reason.clone(),
            founded: Vec::new(),
            moves: Vec::new(),
            retired: Vec::new(),
            links,
        }
    }
}

/// Complaints that go from one cluster, or none, to another, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Where they are.
    pub from: Option<ClusterId>,
    /// Where they go.
    pub to: Option<ClusterId>,
    /// How many.
    pub complaints: usize,
}

/// What a change comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What is decided.
    pub kind: DecisionKind,
    /// Who goes where.
    pub flows: Vec<Flow>,
    /// The cluster it founds, with its title.
    pub founds: Option<(ClusterId, String)>,
    /// The cluster that ends.
    pub ends: Option<ClusterId>,
    /// Earlier decisions that do not hold any more.
    pub overrides: usize,
}

/// Why a change cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's message says what it is")]
pub enum Refusal {
    #[error("there is no cluster {0}")]
    NoCluster(ClusterId),
    #[error("cluster {0} has ended; name one that stands")]
    Ended(ClusterId),
    #[error("there is no complaint {0}")]
    NoComplaint(ComplaintId),
    #[error("complaint {0} is not in that cluster")]
    NotThere(ComplaintId),
    #[error("nothing would change")]
    Nothing,
}

/// A plan with what the store needs to keep it.
pub(super) struct Drafted {
    pub(super) plan: Plan,
    pub(super) decision: NewDecision,
}

impl Change {
    fn kind(&self) -> DecisionKind {
        match self {
            Self::Merge { .. } => DecisionKind::Merge,
            Self::Split { .. } => DecisionKind::Split,
            Self::Move { .. } => DecisionKind::Move,
            Self::Retire { .. } => DecisionKind::Retire,
            Self::Found { .. } => DecisionKind::Found,
            Self::Together { .. } => DecisionKind::Together,
            Self::Apart { .. } => DecisionKind::Apart,
        }
    }

    /// The clusters it names, which must stand.
    fn clusters(&self) -> Vec<ClusterId> {
        match self {
            Self::Merge { from, into } => vec![*from, *into],
            Self::Split { cluster, .. } | Self::Retire { cluster } => vec![*cluster],
            Self::Move { to, .. } => to.iter().copied().collect(),
            Self::Found { .. } | Self::Together { .. } | Self::Apart { .. } => Vec::new(),
        }
    }

    /// The cluster that ends with it, and the one it goes into.
    fn end(&self) -> Option<(ClusterId, Option<ClusterId>)> {
        match self {
            Self::Merge { from, into } => Some((*from, Some(*into))),
            Self::Retire { cluster } => Some((*cluster, None)),
            _ => None,
        }
    }
}

/// A plan that grows: where complaints are or go, which of them move, and what the decision teaches.
struct Draft {
    /// What was decided before, oldest first, in terms of the clusters that will stand.
    before: Vec<Link>,
    members: BTreeMap<ComplaintId, Option<ClusterId>>,
    planned: BTreeMap<ComplaintId, Option<ClusterId>>,
    moved: BTreeSet<ComplaintId>,
    links: Vec<Link>,
}

impl Draft {
    fn send(&mut self, complaint: ComplaintId, to: Option<ClusterId>) {
        self.planned.insert(complaint, to);
        self.moved.insert(complaint);
    }

    fn learn(&mut self, kind: LinkKind, a: Node, b: Node) {
        self.links.push(Link { kind, a, b });
    }

    /// What is decided once this is.
    fn decided(&self) -> Links {
        Links::new(&self.before.iter().chain(&self.links).copied().collect::<Vec<_>>())
    }

    fn home(&self, complaint: ComplaintId) -> Option<ClusterId> {
        self.members.get(&complaint).copied().flatten()
    }

    /// First what the change itself says.
    /// `kept` are the complaints of the cluster that stays in a merger.
    fn begin(
        &mut self,
        change: &Change,
        named: &[ComplaintId],
        kept: &[ComplaintId],
        founded: Option<ClusterId>,
    ) {
        use LinkKind::{Cannot, Must};
        match change {
            Change::Merge { from: _, into } => {
                // Whoever is in either belongs there from now on, so that no later run parts them.
                let both: BTreeSet<ComplaintId> = named.iter().chain(kept).copied().collect();
                for complaint in both {
                    self.send(complaint, Some(*into));
                    self.learn(Must, Node::Complaint(complaint), Node::Cluster(*into));
                }
            }
            Change::Retire { .. } => named.iter().for_each(|complaint| self.send(*complaint, None)),
            Change::Split { .. } | Change::Found { .. } => {
                let new = founded.expect("a split founds a cluster");
                if let Change::Split { cluster, .. } = change {
                    self.learn(Cannot, Node::Cluster(new), Node::Cluster(*cluster));
                }
                for complaint in named {
                    self.send(*complaint, Some(new));
                    self.learn(Must, Node::Complaint(*complaint), Node::Cluster(new));
                }
            }
            Change::Move { to, .. } => {
                for complaint in named {
                    if let Some(from) = self.home(*complaint).filter(|from| Some(*from) != *to) {
                        self.learn(Cannot, Node::Complaint(*complaint), Node::Cluster(from));
                    }
                    if let Some(to) = to {
                        self.learn(Must, Node::Complaint(*complaint), Node::Cluster(*to));
                    }
                    self.send(*complaint, *to);
                }
            }
            Change::Together { a, b } => {
                self.learn(Must, Node::Complaint(*a), Node::Complaint(*b));
                let home = self.decided().cluster_of(Node::Complaint(*a));
                let home = home.or(self.home(*a)).or(self.home(*b));
                self.send(*a, home);
                self.send(*b, home);
            }
            Change::Apart { a, b } => {
                self.learn(Cannot, Node::Complaint(*a), Node::Complaint(*b));
                let shared = self.home(*b);
                if shared.is_some() && shared == self.home(*a) {
                    let pinned = self.decided().cluster_of(Node::Complaint(*b)) == shared;
                    self.send(if pinned { *a } else { *b }, None);
                }
            }
        }
    }

    /// Then what follows from it: what belongs together goes along, and where a stranger already lies in
    /// the cluster something goes to, the later decision holds and both are together from now on.
    fn complete(&mut self) {
        for _ in 0..MAX_ROUNDS {
            let decided = self.decided();
            decided.settle(&mut self.planned, &mut self.moved);
            let clashes = decided.clashes(&self.planned, &self.moved);
            if clashes.is_empty() {
                break;
            }
            for (complaint, stranger) in clashes {
                self.learn(LinkKind::Must, Node::Complaint(complaint), stranger);
            }
        }
        // A decision that does not hold any more may have overridden a third, which holds again.
        self.decided().repair(&mut self.planned, &self.moved);
        self.moved = self.planned.keys().copied().collect();
    }

    fn moves(&self) -> Vec<(ComplaintId, Option<ClusterId>)> {
        let goes = |complaint: &&ComplaintId| self.planned[complaint] != self.home(**complaint);
        self.moved.iter().filter(goes).map(|complaint| (*complaint, self.planned[complaint])).collect()
    }

    fn flows(&self, moves: &[(ComplaintId, Option<ClusterId>)]) -> Vec<Flow> {
        let mut counts: BTreeMap<_, usize> = BTreeMap::new();
        for (complaint, to) in moves {
            *counts.entry((self.home(*complaint), *to)).or_default() += 1;
        }
        counts.into_iter().map(|((from, to), complaints)| Flow { from, to, complaints }).collect()
    }
}

/// Links in terms of the clusters that stand, given where those that ended went; without what speaks of
/// a cluster that went nowhere.
pub(super) fn standing(links: Vec<Link>, ended: &HashMap<ClusterId, Option<ClusterId>>) -> Vec<Link> {
    let now = |node: Node| match node {
        Node::Cluster(cluster) => ended.get(&cluster).copied().unwrap_or(Some(cluster)).map(Node::Cluster),
        Node::Complaint(_) => Some(node),
    };
    let stands = |link: Link| Some(Link { a: now(link.a)?, b: now(link.b)?, ..link });
    links.into_iter().filter_map(stands).collect()
}

impl Pipeline {
    /// What people's decisions teach, with merged clusters named by the one they went into and without
    /// those that ended.
    pub async fn links(&self) -> Result<Links, PipelineError> {
        let links = self.store.links(None).await?;
        if links.is_empty() {
            return Ok(Links::default());
        }
        Ok(Links::new(&standing(links, &self.store.ended_clusters(&[]).await?)))
    }

    /// Lets complaints follow those they belong together with, after some have joined clusters.
    pub(super) async fn follow_links(&self) -> Result<(), PipelineError> {
        let links = self.links().await?;
        if links.is_empty() {
            return Ok(());
        }
        let members: BTreeMap<ComplaintId, Option<ClusterId>> =
            self.store.linked_members().await?.into_iter().map(|(id, home)| (id, Some(home))).collect();
        let mut planned = members.clone();
        links.repair(&mut planned, &BTreeSet::new());
        let home = |complaint: &ComplaintId| members.get(complaint).copied().flatten();
        let moves: Vec<_> =
            planned.into_iter().filter(|(complaint, place)| home(complaint) != *place).collect();
        if !moves.is_empty() {
            self.store.follow_links(&moves).await?;
        }
        Ok(())
    }

    /// Shows what a change would come to, and changes nothing.
    pub async fn preview(&self, change: &Change) -> Result<Result<Plan, Refusal>, PipelineError> {
        Ok(self.draft(change, &By::default()).await?.map(|drafted| drafted.plan))
    }

    pub(super) async fn draft(
        &self,
        change: &Change,
        by: &By,
    ) -> Result<Result<Drafted, Refusal>, PipelineError> {
        let named = match self.named(change).await? {
            Ok(named) => named,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut members: BTreeMap<ComplaintId, Option<ClusterId>> =
            self.store.linked_members().await?.into_iter().map(|(id, home)| (id, Some(home))).collect();
        let homes = self.store.members_among(&named).await?;
        if let Some(unknown) = named.iter().find(|complaint| !homes.contains_key(complaint)) {
            return Ok(Err(Refusal::NoComplaint(*unknown)));
        }
        members.extend(homes);
        if let Change::Split { cluster, .. } = change
            && let Some(elsewhere) = named.iter().find(|complaint| members[complaint] != Some(*cluster))
        {
            return Ok(Err(Refusal::NotThere(*elsewhere)));
        }
        let mut kept = Vec::new();
        if let Change::Merge { into, .. } = change {
            kept = self.store.all_members(*into).await?;
            members.extend(kept.iter().map(|complaint| (*complaint, Some(*into))));
        }
        let founded = self.founded(change, &named).await?;
        let mut ended = self.store.ended_clusters(&[]).await?;
        if let Some((ending, into)) = change.end() {
            ended.values_mut().filter(|end| **end == Some(ending)).for_each(|end| *end = into);
            ended.insert(ending, into);
        }
        let before = standing(self.store.links(None).await?, &ended);
        let mut draft =
            Draft { before, planned: members.clone(), members, moved: BTreeSet::new(), links: Vec::new() };
        draft.begin(change, &named, &kept, founded.as_ref().map(|new| new.id));
        draft.complete();
        let moves = draft.moves();
        let known = Links::new(&draft.before);
        let teaches_nothing = draft.links.iter().all(|link| match link.kind {
            LinkKind::Must => known.together(link.a, link.b),
            LinkKind::Cannot => known.apart(link.a, link.b),
        });
        if moves.is_empty() && teaches_nothing && change.end().is_none() {
            return Ok(Err(Refusal::Nothing));
        }
        let plan = Plan {
            kind: change.kind(),
            flows: draft.flows(&moves),
            founds: founded.as_ref().map(|new| (new.id, new.title.clone())),
            ends: change.end().map(|(cluster, _)| cluster),
            overrides: known.overridden_by(&draft.links),
        };
        let mut links = draft.links;
        if let Change::Merge { from, into } = change {
            links.push(Link { kind: LinkKind::Must, a: Node::Cluster(*from), b: Node::Cluster(*into) });
        }
        let decision = NewDecision {
            kind: plan.kind,
            person: by.person.clone(),
            reason: by.reason.clone(),
            founded: founded.into_iter().collect(),
            moves,
            retired: change.end().into_iter().collect(),
            links,
        };
        Ok(Ok(Drafted { plan, decision }))
    }

    /// The complaints a change is about, once its clusters are found to stand.
    async fn named(&self, change: &Change) -> Result<Result<Vec<ComplaintId>, Refusal>, PipelineError> {
        for cluster in change.clusters() {
            match self.store.cluster(cluster).await? {
                None => return Ok(Err(Refusal::NoCluster(cluster))),
                Some(found) if found.retired.is_some() => return Ok(Err(Refusal::Ended(cluster))),
                Some(_) => (),
            }
        }
        let mut named = match change {
            Change::Merge { from, into } if from == into => return Ok(Err(Refusal::Nothing)),
            Change::Together { a, b } | Change::Apart { a, b } if a == b => return Ok(Err(Refusal::Nothing)),
            Change::Merge { from: cluster, .. } | Change::Retire { cluster } => {
                self.store.all_members(*cluster).await?
            }
            Change::Split { complaints, .. }
            | Change::Found { complaints, .. }
            | Change::Move { complaints, .. } => {
                if complaints.is_empty() {
                    return Ok(Err(Refusal::Nothing));
                }
                complaints.clone()
            }
            Change::Together { a, b } | Change::Apart { a, b } => vec![*a, *b],
        };
        named.sort_unstable();
        named.dedup();
        Ok(Ok(named))
    }

    /// The cluster a change founds, named by what sets its complaints apart from the others.
    async fn founded(
        &self,
        change: &Change,
        named: &[ComplaintId],
    ) -> Result<Option<NewCluster>, PipelineError> {
        let (mut rest, title) = match change {
            Change::Split { cluster, title, .. } => {
                (self.store.member_texts(*cluster, TEXTS_TO_NAME_BY).await?, title)
            }
            Change::Found { title, .. } => {
                let mut rest = self.store.ungrouped().await?;
                rest.truncate(TEXTS_TO_NAME_BY + named.len());
                (rest, title)
            }
            _ => return Ok(None),
        };
        let own = self.store.grouping_texts(&named[..named.len().min(TEXTS_TO_NAME_BY)]).await?;
        rest.retain(|text| named.binary_search(&text.id).is_err());
        let taxonomy = self.taxonomy();
        let (found, terms) = compute(move || name_of(&own, &rest, &taxonomy)).await?;
        let title = title.clone().unwrap_or(found);
        Ok(Some(NewCluster { id: self.store.new_cluster_id(), title, terms }))
    }
}

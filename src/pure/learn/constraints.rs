//! What people decided about who belongs together, made consistent and obeyed by every later run.
//!
//! Must-links are closed under transitivity (union-find); a cannot-link parts the two components its ends
//! lie in (Wagstaff and Cardie, "Clustering with instance-level constraints", ICML 2000). Where decisions
//! contradict one another the later one is in force: links are taken newest first, and an older one that
//! cannot hold any more is left out. Undoing a decision thereby brings back what it had overridden.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::id::{ClusterId, ComplaintId};
use crate::domain::link::{Link, LinkKind, Node};

/// The links in force.
#[derive(Clone, Debug, Default)]
pub struct Links {
    index: HashMap<Node, usize>,
    parent: Vec<usize>,
    /// Nodes of each component, at its root; rising.
    nodes: Vec<Vec<Node>>,
    /// Roots each root is parted from.
    enemies: Vec<BTreeSet<usize>>,
    /// The cluster of each component: two clusters that stand are never one.
    cluster: Vec<Option<ClusterId>>,
    in_force: Vec<Link>,
}

impl Links {
    /// Takes the decisions, oldest first. Clusters that were merged must be named by the one they went into.
    pub fn new(oldest_first: &[Link]) -> Self {
        let mut links = Self::default();
        for link in oldest_first.iter().rev() {
            if links.admit(*link) {
                links.in_force.push(*link);
            }
        }
        links
    }

    /// The links that hold, newest first.
    pub fn in_force(&self) -> &[Link] {
        &self.in_force
    }

    /// Whether nobody decided anything.
    pub fn is_empty(&self) -> bool {
        self.in_force.is_empty()
    }

    /// How many of the links in force would not be if `more` were decided after them.
    pub fn overridden_by(&self, more: &[Link]) -> usize {
        let all: Vec<Link> = self.in_force.iter().rev().chain(more).copied().collect();
        let with: BTreeMap<_, _> = count(Self::new(&all).in_force());
        let mut before = count(&self.in_force);
        more.iter().for_each(|link| *before.entry(key(link)).or_default() += 1);
        before.iter().map(|(key, n)| n - with.get(key).copied().unwrap_or(0).min(*n)).sum()
    }

    /// Whether both belong together by what was decided.
    pub fn together(&self, a: Node, b: Node) -> bool {
        a == b || self.root(a).zip(self.root(b)).is_some_and(|(a, b)| a == b)
    }

    /// Whether they may not be in one cluster.
    pub fn apart(&self, a: Node, b: Node) -> bool {
        self.root(a).zip(self.root(b)).is_some_and(|(a, b)| self.enemies[a].contains(&b))
    }

    /// Everything that belongs together with a node, itself included.
    pub fn companions(&self, node: Node) -> &[Node] {
        self.root(node).map_or(&[], |root| &self.nodes[root])
    }

    /// The cluster a node must be in, where one was decided.
    pub fn cluster_of(&self, node: Node) -> Option<ClusterId> {
        self.root(node).and_then(|root| self.cluster[root])
    }

    /// Completes a plan of moves: `planned` says where linked complaints are, or go if they are among
    /// `moved`. Whatever belongs together with something moved goes along.
    pub fn settle(
        &self,
        planned: &mut BTreeMap<ComplaintId, Option<ClusterId>>,
        moved: &mut BTreeSet<ComplaintId>,
    ) {
        for complaint in moved.clone() {
            let node = Node::Complaint(complaint);
            let target = self.cluster_of(node).or(planned.get(&complaint).copied().flatten());
            for companion in self.companions(node) {
                if let Node::Complaint(companion) = companion
                    && planned.insert(*companion, target) != Some(target)
                {
                    moved.insert(*companion);
                }
            }
        }
    }

    /// Makes places obey. `planned` says where each linked complaint is; a component goes to its cluster,
    /// else where one of its complaints that are `firm` is, else where most of it is. Of strangers in one
    /// place those bound to it stay, else the one with the smallest complaint; the others belong to none.
    pub fn repair(
        &self,
        planned: &mut BTreeMap<ComplaintId, Option<ClusterId>>,
        firm: &BTreeSet<ComplaintId>,
    ) {
        let mut places: Vec<(bool, Vec<ComplaintId>, usize, Option<ClusterId>)> = Vec::new();
        for root in (0..self.parent.len()).filter(|&root| self.parent[root] == root) {
            let complaints: Vec<ComplaintId> = self.nodes[root]
                .iter()
                .filter_map(|node| match node {
                    Node::Complaint(complaint) => Some(*complaint),
                    Node::Cluster(_) => None,
                })
                .collect();
            let place = |complaint: &ComplaintId| planned.get(complaint).copied().flatten();
            let mut votes: BTreeMap<ClusterId, usize> = BTreeMap::new();
            complaints.iter().filter_map(place).for_each(|cluster| *votes.entry(cluster).or_default() += 1);
            let most = votes.iter().max_by_key(|(cluster, votes)| (**votes, std::cmp::Reverse(**cluster)));
            let firmly = complaints.iter().find(|complaint| firm.contains(complaint)).map(place);
            let target =
                self.cluster[root].or_else(|| firmly.unwrap_or_else(|| most.map(|(cluster, _)| *cluster)));
            places.push((self.cluster[root].is_none(), complaints, root, target));
        }
        places.sort_unstable();
        let mut present: HashMap<ClusterId, Vec<usize>> = HashMap::new();
        for (_, complaints, root, target) in places {
            let is_free = |cluster: &ClusterId| {
                let there = present.get(cluster).map_or(&[][..], Vec::as_slice);
                !there.iter().any(|other| self.enemies[root].contains(other))
            };
            let target = target.filter(is_free);
            if let Some(cluster) = target {
                present.entry(cluster).or_default().push(root);
            }
            complaints.into_iter().for_each(|complaint| {
                planned.insert(complaint, target);
            });
        }
    }

    /// Pairs of a moved complaint and a stranger that would come to lie in one cluster.
    pub fn clashes(
        &self,
        planned: &BTreeMap<ComplaintId, Option<ClusterId>>,
        moved: &BTreeSet<ComplaintId>,
    ) -> Vec<(ComplaintId, Node)> {
        let mut clashes = Vec::new();
        for complaint in moved {
            let Some(target) = planned.get(complaint).copied().flatten() else { continue };
            let is_there = |stranger: &Node| match stranger {
                Node::Cluster(stranger) => *stranger == target,
                Node::Complaint(stranger) => planned.get(stranger).copied().flatten() == Some(target),
            };
            let strangers = self.strangers(Node::Complaint(*complaint)).filter(is_there);
            clashes.extend(strangers.map(|stranger| (*complaint, stranger)));
        }
        clashes
    }

    /// Nodes that may not be in one cluster with a node.
    pub fn strangers(&self, node: Node) -> impl Iterator<Item = Node> + '_ {
        let enemies = self.root(node).map(|root| &self.enemies[root]);
        enemies.into_iter().flatten().flat_map(|&enemy| self.nodes[enemy].iter().copied())
    }

    /// The cluster a complaint joins when it is nearest to `wanted`, given who is where.
    pub fn place(
        &self,
        complaint: ComplaintId,
        wanted: Option<ClusterId>,
        members: &HashMap<ComplaintId, ClusterId>,
    ) -> Option<ClusterId> {
        let node = Node::Complaint(complaint);
        if self.root(node).is_none() {
            return wanted;
        }
        let home = |other: &Node| match other {
            Node::Complaint(other) if *other != complaint => members.get(other).copied(),
            _ => None,
        };
        if let Some(home) = self.cluster_of(node).or_else(|| self.companions(node).iter().find_map(home)) {
            return Some(home);
        }
        wanted.filter(|wanted| self.may_join(complaint, *wanted, members))
    }

    /// Whether nothing that was decided keeps a complaint out of a cluster.
    pub fn may_join(
        &self,
        complaint: ComplaintId,
        cluster: ClusterId,
        members: &HashMap<ComplaintId, ClusterId>,
    ) -> bool {
        let stranger_is_there = |stranger: Node| match stranger {
            Node::Cluster(stranger) => stranger == cluster,
            Node::Complaint(stranger) => members.get(&stranger) == Some(&cluster),
        };
        !self.strangers(Node::Complaint(complaint)).any(stranger_is_there)
    }

    /// Makes a division obey: `groups[i]` is the group of `complaints[i]`. Companions go where most of
    /// them are; of strangers in one group the smaller party leaves it for none. Larger parties are served
    /// first, then those with the smallest ids.
    pub fn obey(&self, complaints: &[ComplaintId], groups: &mut [Option<usize>]) {
        let mut parties: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (position, complaint) in complaints.iter().enumerate() {
            if let Some(root) = self.root(Node::Complaint(*complaint)) {
                parties.entry(root).or_default().push(position);
            }
        }
        let mut order: Vec<(usize, Vec<usize>)> = parties.into_iter().collect();
        order.sort_by_key(|(_, members)| (std::cmp::Reverse(members.len()), complaints[members[0]]));
        let mut present: HashMap<usize, Vec<usize>> = HashMap::new();
        for (root, members) in order {
            let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
            members.iter().filter_map(|&member| groups[member]).for_each(|group| {
                *votes.entry(group).or_default() += 1;
            });
            let mut wished: Vec<(usize, usize)> = votes.into_iter().collect();
            wished.sort_by_key(|&(group, votes)| (std::cmp::Reverse(votes), group));
            let is_free = |group: &usize| {
                let there = present.get(group).map_or(&[][..], Vec::as_slice);
                !there.iter().any(|other| self.enemies[root].contains(other))
            };
            let chosen = wished.into_iter().map(|(group, _)| group).find(|group| is_free(group));
            members.iter().for_each(|&member| groups[member] = chosen);
            if let Some(group) = chosen {
                present.entry(group).or_default().push(root);
            }
        }
    }

    /// Adds a link unless what is in already forbids it.
    fn admit(&mut self, link: Link) -> bool {
        let (a, b) = (self.add(link.a), self.add(link.b));
        match link.kind {
            LinkKind::Must if self.enemies[a].contains(&b) => false,
            LinkKind::Must if a != b && self.cluster[a].is_some() && self.cluster[b].is_some() => false,
            LinkKind::Must => {
                if a != b {
                    self.unite(a, b);
                }
                true
            }
            LinkKind::Cannot if a == b => false,
            LinkKind::Cannot => {
                self.enemies[a].insert(b);
                self.enemies[b].insert(a);
                true
            }
        }
    }

    fn unite(&mut self, a: usize, b: usize) {
        let (root, gone) = if self.nodes[a].len() >= self.nodes[b].len() { (a, b) } else { (b, a) };
        self.parent[gone] = root;
        let moved = std::mem::take(&mut self.nodes[gone]);
        self.nodes[root].extend(moved);
        self.nodes[root].sort_unstable();
        self.cluster[root] = self.cluster[root].or(self.cluster[gone]);
        for enemy in std::mem::take(&mut self.enemies[gone]) {
            self.enemies[enemy].remove(&gone);
            self.enemies[enemy].insert(root);
            self.enemies[root].insert(enemy);
        }
    }

    fn add(&mut self, node: Node) -> usize {
        if let Some(root) = self.root(node) {
            return root;
        }
        let slot = self.parent.len();
        self.index.insert(node, slot);
        self.parent.push(slot);
        self.nodes.push(vec![node]);
        self.enemies.push(BTreeSet::new());
        self.cluster.push(match node {
            Node::Cluster(cluster) => Some(cluster),
            Node::Complaint(_) => None,
        });
        slot
    }

    fn root(&self, node: Node) -> Option<usize> {
        let mut slot = *self.index.get(&node)?;
        while self.parent[slot] != slot {
            slot = self.parent[slot];
        }
        Some(slot)
    }
}

/// A link whichever way round it was said.
fn key(link: &Link) -> (bool, Node, Node) {
    (link.kind == LinkKind::Must, link.a.min(link.b), link.a.max(link.b))
}

fn count(links: &[Link]) -> BTreeMap<(bool, Node, Node), usize> {
    let mut counts = BTreeMap::new();
    links.iter().for_each(|link| *counts.entry(key(link)).or_default() += 1);
    counts
}

#[cfg(test)]
mod tests {
    use rand::seq::SliceRandom;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use uuid::Uuid;

    use super::*;
    use crate::domain::language::Language;
    use crate::learn::discovery::{DiscoveryDoc, DiscoveryParams, Grouping, discover};

    fn complaint(number: usize) -> ComplaintId {
        ComplaintId(Uuid::from_u128(number as u128 + 1))
    }

    fn cluster(number: u128) -> ClusterId {
        ClusterId(Uuid::from_u128(1_000 + number))
    }

    fn node(number: usize) -> Node {
        Node::Complaint(complaint(number))
    }

    fn link(kind: LinkKind, a: Node, b: Node) -> Link {
        Link { kind, a, b }
    }

    #[test]
    fn what_was_decided_follows_from_one_another() {
        use LinkKind::{Cannot, Must};
        let links = Links::new(&[
            link(Must, node(1), node(2)),
            link(Must, node(2), node(3)),
            link(Cannot, node(3), node(4)),
            link(Must, node(4), Node::Cluster(cluster(1))),
        ]);
        assert!(links.together(node(1), node(3)) && links.apart(node(1), Node::Cluster(cluster(1))));
        assert!(!links.together(node(1), node(4)) && !links.apart(node(1), node(9)));
        assert_eq!(links.companions(node(2)), [node(1), node(2), node(3)]);
        let members = HashMap::new();
        assert_eq!(links.place(complaint(4), None, &members), Some(cluster(1)), "it must be there");
        assert_eq!(links.place(complaint(1), Some(cluster(1)), &members), None, "it may not be there");
        assert_eq!(links.place(complaint(1), Some(cluster(2)), &members), Some(cluster(2)));
        let members = HashMap::from([(complaint(3), cluster(3))]);
        assert_eq!(links.place(complaint(1), Some(cluster(2)), &members), Some(cluster(3)), "with its own");
        assert_eq!(links.place(complaint(9), Some(cluster(2)), &members), Some(cluster(2)), "a free one");
    }

    #[test]
    fn the_later_decision_holds() {
        use LinkKind::{Cannot, Must};
        let older = [link(Must, node(1), node(2)), link(Must, node(2), node(3))];
        let later = link(Cannot, node(1), node(3));
        assert_eq!(Links::new(&older).overridden_by(&[later]), 1);
        let all = [older[0], older[1], later];
        let links = Links::new(&all);
        assert_eq!(links.in_force(), [later, older[1]], "the older of the two must-links gives way");
        let again = Links::new(&[older[0], older[1], later, link(Must, node(3), node(1))]);
        assert!(again.together(node(1), node(3)) && again.together(node(1), node(2)));
        assert_eq!(Links::new(&older).overridden_by(&[link(Must, node(1), node(3))]), 0);
    }

    fn assert_obeyed(links: &Links, complaints: &[ComplaintId], groups: &[Option<usize>]) {
        let at: HashMap<Node, Option<usize>> =
            complaints.iter().map(|id| Node::Complaint(*id)).zip(groups.iter().copied()).collect();
        for link in links.in_force() {
            let (a, b) = (at[&link.a], at[&link.b]);
            match link.kind {
                LinkKind::Must => assert_eq!(a, b, "{link:?}"),
                LinkKind::Cannot => assert!(a.is_none() || a != b, "{link:?}: both in {a:?}"),
            }
        }
    }

    /// Issue 5: 1,000 random decisions over 20 rediscoveries, obeyed without exception.
    #[test]
    fn a_thousand_decisions_are_obeyed_by_twenty_rediscoveries() {
        const WORDS: [&str; 12] = [
            "tarjeta bloqueada cajero",
            "cobro duplicado factura",
            "internet lento router",
            "paquete perdido entrega",
            "seguro rechazado siniestro",
            "cuota hipoteca interés",
            "cita médica cancelada",
            "vuelo retrasado equipaje",
            "app cierra sesión",
            "contrato permanencia baja",
            "comisión cuenta corriente",
            "atención teléfono espera",
        ];
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let texts: Vec<String> = (0..600)
            .map(|number| {
                let noise = WORDS.choose(&mut random).expect("there are words");
                format!("{} {} caso {}", WORDS[number % WORDS.len()], noise, number * 7919 % 601)
            })
            .collect();
        let ids: Vec<ComplaintId> = (0..texts.len()).map(complaint).collect();
        let docs: Vec<_> =
            texts.iter().map(|text| DiscoveryDoc { text, language: Language::Spanish, copies: 1 }).collect();
        let (mut decided, mut moved) = (Vec::new(), 0);
        for run in 0..20 {
            for _ in 0..50 {
                let kind = if random.gen_bool(0.5) { LinkKind::Must } else { LinkKind::Cannot };
                let (a, b) = (random.gen_range(0..ids.len()), random.gen_range(0..ids.len()));
                if a != b {
                    decided.push(link(kind, node(a), node(b)));
                }
            }
            let params = DiscoveryParams {
                dimensions: 12,
                neighbours: 8,
                grouping: Grouping::Communities { resolution: 1.0 },
                ..DiscoveryParams::default()
            };
            let found = discover(&docs, &params.check().expect("sound"), run).expect("grouped");
            let mut groups = vec![None; ids.len()];
            for (number, group) in found.groups.iter().enumerate() {
                group.members.iter().for_each(|&member| groups[member] = Some(number));
            }
            let before = groups.clone();
            let links = Links::new(&decided);
            links.obey(&ids, &mut groups);
            assert_obeyed(&links, &ids, &groups);
            moved += before.iter().zip(&groups).filter(|(before, after)| before != after).count();
            let mut again = before.clone();
            links.obey(&ids, &mut again);
            assert_eq!(again, groups, "the same decisions give the same division");
        }
        let links = Links::new(&decided);
        assert!(decided.len() >= 990 && moved > 1_000, "{} decisions moved {moved}", decided.len());
        let share = links.in_force().len() as f64 / decided.len() as f64;
        assert!(share > 0.6, "only {share} of the decisions are in force");
        assert_eq!(links.in_force()[0], *decided.last().expect("decided"), "the newest always holds");
    }
}

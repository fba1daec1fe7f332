//! Compares a fresh division with the clusters that stand, and says what it would change: new clusters,
//! mergers, splits, moves and ends, each with the numbers it rests on. It changes nothing itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::id::ClusterId;
use crate::domain::proposal::ProposalKind;

/// A cluster is a group's when so much of it lies there.
const MATCH_SHARE: f64 = 0.6;
/// Part of a cluster that is worth a cluster of its own.
const SPLIT_SHARE: f64 = 0.2;
/// A group is new when so much of it belongs to no cluster.
const NEW_SHARE: f64 = 0.6;
/// A cluster is none when so much of it lies in no group.
const RETIRE_SHARE: f64 = 0.8;
/// Complaints worth moving, and what share of the group they come to: fewer are the noise of any division.
const MIN_MOVE: usize = 5;
const MOVE_SHARE: f64 = 0.1;

/// A change the comparison suggests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What.
    pub kind: ProposalKind,
    /// The cluster it is about; none for complaints of no cluster.
    pub cluster: Option<ClusterId>,
    /// The cluster its complaints would go to.
    pub other: Option<ClusterId>,
    /// The group of the fresh division it rests on; none when a cluster ends.
    pub group: Option<usize>,
    /// The complaints it is about, as positions, rising.
    pub members: Vec<usize>,
    /// Complaints of the cluster that were looked at.
    pub of_cluster: usize,
}

/// Compares groups (positions of their complaints) with where each complaint is (`homes`). A part smaller
/// than `min_size` is no cluster.
pub fn compare(groups: &[Vec<usize>], homes: &[Option<ClusterId>], min_size: usize) -> Vec<Suggestion> {
    let mut group_of = vec![None; homes.len()];
    for (number, members) in groups.iter().enumerate() {
        members.iter().for_each(|&member| group_of[member] = Some(number));
    }
    let mut clusters: BTreeMap<ClusterId, BTreeMap<Option<usize>, Vec<usize>>> = BTreeMap::new();
    for (position, home) in homes.iter().enumerate() {
        if let Some(home) = home {
            clusters.entry(*home).or_default().entry(group_of[position]).or_default().push(position);
        }
    }
    let size = |parts: &BTreeMap<Option<usize>, Vec<usize>>| parts.values().map(Vec::len).sum::<usize>();
    // The group most of a cluster lies in.
    let mut main: BTreeMap<ClusterId, usize> = BTreeMap::new();
    for (cluster, parts) in &clusters {
        let most = parts.iter().filter_map(|(group, part)| group.map(|group| (part.len(), group)));
        if let Some((overlap, group)) = most.max_by_key(|(overlap, group)| (*overlap, usize::MAX - group))
            && overlap as f64 >= MATCH_SHARE * size(parts) as f64
        {
            main.insert(*cluster, group);
        }
    }
    // Each group's clusters, the largest first: it is the one whose identity the group keeps.
    let mut holders: BTreeMap<usize, Vec<ClusterId>> = BTreeMap::new();
    main.iter().for_each(|(cluster, group)| holders.entry(*group).or_default().push(*cluster));
    for clusters_of in holders.values_mut() {
        clusters_of.sort_by_key(|cluster| (std::cmp::Reverse(size(&clusters[cluster])), *cluster));
    }
    let mut suggestions = Vec::new();
    for (cluster, parts) in &clusters {
        let of_cluster = size(parts);
        let mut suggest = |kind, other, group, members: Vec<usize>| {
            suggestions.push(Suggestion { kind, cluster: Some(*cluster), other, group, members, of_cluster });
        };
        let nowhere = parts.get(&None).map_or(0, Vec::len);
        if nowhere as f64 >= RETIRE_SHARE * of_cluster as f64 {
            let all: BTreeSet<usize> = parts.values().flatten().copied().collect();
            suggest(ProposalKind::Retire, None, None, all.into_iter().collect());
            continue;
        }
        let own = main.get(cluster).copied();
        if let Some(group) = own
            && holders[&group][0] != *cluster
        {
            suggest(ProposalKind::Merge, Some(holders[&group][0]), Some(group), parts[&Some(group)].clone());
        }
        for (group, part) in parts.iter().filter_map(|(group, part)| group.map(|group| (group, part))) {
            if Some(group) == own {
                continue;
            }
            match holders.get(&group).map(|clusters_of| clusters_of[0]) {
                Some(other) => {
                    let least = MIN_MOVE.max((MOVE_SHARE * groups[group].len() as f64).ceil() as usize);
                    if part.len() >= least {
                        suggest(ProposalKind::Move, Some(other), Some(group), part.clone());
                    }
                }
                None => {
                    let of_group = groups[group].len() as f64;
                    let is_ours = part.len() as f64 > 0.5 * of_group;
                    if own.is_some()
                        && is_ours
                        && part.len() >= min_size
                        && part.len() as f64 >= SPLIT_SHARE * of_cluster as f64
                    {
                        suggest(ProposalKind::Split, None, Some(group), part.clone());
                    }
                }
            }
        }
    }
    for (number, members) in groups.iter().enumerate() {
        let free: Vec<usize> = members.iter().copied().filter(|&member| homes[member].is_none()).collect();
        let holder = holders.get(&number).map(|clusters_of| clusters_of[0]);
        let mut suggest = |kind, other, members| {
            let group = Some(number);
            suggestions.push(Suggestion { kind, cluster: None, other, group, members, of_cluster: 0 });
        };
        match holder {
            None if free.len() >= min_size && free.len() as f64 >= NEW_SHARE * members.len() as f64 => {
                suggest(ProposalKind::New, None, free);
            }
            Some(holder)
                if free.len() >= MIN_MOVE && free.len() as f64 >= MOVE_SHARE * members.len() as f64 =>
            {
                suggest(ProposalKind::Move, Some(holder), free);
            }
            _ => (),
        }
    }
    suggestions.sort_by_key(|one| (std::cmp::Reverse(one.members.len()), one.kind, one.cluster, one.other));
    suggestions
}

/// Share of what is in either set that is in both.
pub fn jaccard<T: Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> f64 {
    let both = one.intersection(other).count();
    let either = one.len() + other.len() - both;
    if either == 0 { 1.0 } else { both as f64 / either as f64 }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const MIN: usize = 8;

    fn cluster(number: u128) -> ClusterId {
        ClusterId(Uuid::from_u128(number))
    }

    /// Kinds with cluster, other cluster and how many; groups are first and end, homes are runs.
    fn told(
        groups: &[(usize, usize)],
        homes: &[(usize, Option<u128>)],
    ) -> Vec<(ProposalKind, Option<ClusterId>, Option<ClusterId>, usize)> {
        let homes: Vec<Option<ClusterId>> =
            homes.iter().flat_map(|(count, home)| vec![home.map(cluster); *count]).collect();
        let groups: Vec<Vec<usize>> = groups.iter().map(|(first, end)| (*first..*end).collect()).collect();
        let suggestions = compare(&groups, &homes, MIN);
        suggestions.into_iter().map(|s| (s.kind, s.cluster, s.other, s.members.len())).collect()
    }

    #[test]
    fn a_division_like_the_clusters_changes_nothing() {
        assert_eq!(told(&[(0, 30), (30, 50)], &[(30, Some(1)), (20, Some(2)), (10, None)]), []);
        // A few strays are the noise of any division.
        assert_eq!(told(&[(0, 33), (33, 50)], &[(30, Some(1)), (20, Some(2))]), []);
    }

    #[test]
    fn what_a_division_sees_otherwise_is_suggested() {
        use ProposalKind::{Merge, Move, New, Retire, Split};
        let (one, two) = (Some(cluster(1)), Some(cluster(2)));
        let homes = [(30, Some(1)), (20, Some(2))];
        assert_eq!(told(&[(0, 50)], &homes), [(Merge, two, one, 20)]);
        assert_eq!(told(&[(0, 20), (20, 30), (30, 50)], &homes), [(Split, one, None, 10)]);
        assert_eq!(told(&[(0, 22), (22, 50)], &homes), [(Move, one, two, 8)]);
        assert_eq!(told(&[(0, 30), (48, 50)], &homes), [(Retire, two, None, 20)]);
        assert_eq!(told(&[(0, 30), (30, 42)], &[(30, Some(1)), (12, None)]), [(New, None, None, 12)]);
        assert_eq!(told(&[(0, 42)], &[(30, Some(1)), (12, None)]), [(Move, None, one, 12)]);
        assert_eq!(told(&[(0, 30), (30, 36)], &[(30, Some(1)), (6, None)]), [], "too few to be a cluster");
    }

    #[test]
    fn likeness_of_sets() {
        let set = |range: std::ops::Range<u32>| range.collect::<BTreeSet<u32>>();
        for (one, other, expected) in [(0..4, 0..4, 1.0), (0..4, 2..6, 1.0 / 3.0), (0..2, 4..6, 0.0)] {
            assert!((jaccard(&set(one), &set(other)) - expected).abs() < 1e-12);
        }
    }
}

//! Where a group of texts lies and how far it reaches: its centre, and the likeness from which a text
//! belongs.

use ndarray::Array2;

use super::lsa::{dot, normalise};

/// Nothing less alike to a group's centre than this belongs to it, however loose the group.
const MIN_SIMILARITY: f32 = 0.2;
/// Share of a group's own texts its similarity threshold would turn away.
const TURNED_AWAY: f32 = 0.05;
/// A group of copies of one text has no spread to tell its reach by; this is what near copies come to.
const REACH_OF_COPIES: f32 = 0.8;

/// A community of texts that are near its centre.
pub(super) struct Community {
    /// (text, cosine to the centre of the others), most central first.
    pub(super) members: Vec<(usize, f32)>,
    pub(super) centroid: Vec<f32>,
    pub(super) threshold: f32,
}

/// Communities without what lies too far from their centres.
pub(super) fn shaped(community: &[usize], vectors: &Array2<f32>) -> Vec<Community> {
    let count = community.iter().max().map_or(0, |most| most + 1);
    let mut texts = vec![Vec::new(); count];
    for (text, &group) in community.iter().enumerate() {
        if vectors.row(text).iter().any(|&value| value != 0.0) {
            texts[group].push(text);
        }
    }
    let place = |text: usize| vectors.row(text).to_slice().expect("rows of a standard array are contiguous");
    texts.into_iter().filter_map(|texts| shape(&texts, place)).collect()
}

/// The shape of a group of texts, without those below its fence; `None` when nothing is left.
pub(super) fn shape_of<'v>(texts: &[usize], place: impl Fn(usize) -> &'v [f32]) -> Option<(Vec<f32>, f32)> {
    shape(texts, place).map(|group| (group.centroid, group.threshold))
}

pub(super) fn shape<'v>(texts: &[usize], place: impl Fn(usize) -> &'v [f32]) -> Option<Community> {
    let all = similarities(texts, &place);
    let fence = fence(&all).max(MIN_SIMILARITY);
    let near: Vec<usize> = texts
        .iter()
        .zip(&all)
        .filter(|(_, similarity)| **similarity >= fence)
        .map(|(text, _)| *text)
        .collect();
    let mut centroid = sum_of(&near, &place)?;
    if !normalise(&mut centroid) {
        return None;
    }
    let similarities = similarities(&near, &place);
    let mut members: Vec<(usize, f32)> = near.into_iter().zip(similarities).collect();
    members.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let last_kept =
        ((members.len() as f32 * (1.0 - TURNED_AWAY)).ceil() as usize).clamp(1, members.len()) - 1;
    let threshold = members[last_kept].1.clamp(MIN_SIMILARITY, REACH_OF_COPIES);
    Some(Community { members, centroid, threshold })
}

/// Each text's cosine to the sum of the others; 1 for a text alone.
fn similarities<'v>(texts: &[usize], place: &impl Fn(usize) -> &'v [f32]) -> Vec<f32> {
    let Some(sum) = sum_of(texts, place) else { return Vec::new() };
    if texts.len() == 1 {
        return vec![1.0];
    }
    let others = |text: usize| {
        let own = place(text);
        let mut others: Vec<f32> = sum.iter().zip(own).map(|(all, own)| all - own).collect();
        normalise(&mut others);
        dot(&others, own)
    };
    texts.iter().map(|&text| others(text)).collect()
}

fn sum_of<'v>(texts: &[usize], place: &impl Fn(usize) -> &'v [f32]) -> Option<Vec<f32>> {
    let mut sum = place(*texts.first()?).to_vec();
    for &text in &texts[1..] {
        sum.iter_mut().zip(place(text)).for_each(|(total, value)| *total += value);
    }
    Some(sum)
}

/// Tukey's lower fence: the first quartile less one and a half times the distance to the third.
fn fence(values: &[f32]) -> f32 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    let quartile = |share: usize| sorted.get(sorted.len() * share / 4).copied().unwrap_or(0.0);
    let (low, high) = (quartile(1), quartile(3));
    low - 1.5 * (high - low)
}

/// The community nearest to a place, with the cosine to its centre, when that is within its reach.
pub(super) fn nearest_within<'s>(
    shapes: impl Iterator<Item = (&'s [f32], f32)>,
    place: &[f32],
) -> Option<(usize, f32)> {
    let mut best: Option<(usize, f32, f32)> = None;
    for (index, (centroid, threshold)) in shapes.enumerate() {
        let similarity = dot(centroid, place);
        if best.is_none_or(|(_, most, _)| similarity > most) {
            best = Some((index, similarity, threshold));
        }
    }
    best.filter(|(_, similarity, threshold)| similarity >= threshold)
        .map(|(index, similarity, _)| (index, similarity))
}

/// Adds each text to the community whose centre it is nearest to, if within reach. Centres stay.
pub(super) fn join(groups: &mut [Community], texts: &[usize], places: &Array2<f32>) {
    for (&text, place) in texts.iter().zip(places.outer_iter()) {
        let place = place.to_slice().expect("rows of a standard array are contiguous");
        let shapes = groups.iter().map(|group| (group.centroid.as_slice(), group.threshold));
        if let Some((group, similarity)) = nearest_within(shapes, place) {
            groups[group].members.push((text, similarity));
        }
    }
    for group in groups {
        group.members.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    }
}

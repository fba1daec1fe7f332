//! Communities of alike texts: a graph of nearest neighbours, parted by the Leiden algorithm (Traag,
//! Waltman and van Eck, "From Louvain to Leiden", Scientific Reports 2019); or, where the number of
//! groups is given, k-means.

use leiden_rs::{GraphDataBuilder, Leiden, LeidenConfig, QualityType};
use linfa::DatasetBase;
use linfa::traits::{Fit, Predict};
use linfa_clustering::KMeans;
use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::LearnError;

/// Rounds of Leiden at most; it settles in fewer than ten.
const MAX_ROUNDS: usize = 100;
/// Starts of k-means, of which the tightest is kept.
const KMEANS_STARTS: usize = 3;
/// Rounds of one start at most.
const KMEANS_ROUNDS: u64 = 100;

/// The community of every vertex. Modularity with the configuration model; a higher `resolution` gives
/// more and smaller communities. An edge is as heavy as the cosine of its ends; those at or below zero
/// join nothing.
pub(super) fn leiden(
    neighbours: &[Vec<(u32, f32)>],
    resolution: f64,
    seed: u64,
) -> Result<Vec<usize>, LearnError> {
    let mut edges: Vec<(u32, u32, f32)> = neighbours
        .iter()
        .enumerate()
        .flat_map(|(from, near)| near.iter().map(move |&(to, cosine)| (from as u32, to, cosine)))
        .filter(|&(_, _, cosine)| cosine > 0.0)
        .map(|(from, to, cosine)| (from.min(to), from.max(to), cosine))
        .collect();
    edges.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(b.2.total_cmp(&a.2)));
    edges.dedup_by_key(|edge| (edge.0, edge.1));
    if edges.is_empty() {
        return Ok((0..neighbours.len()).collect());
    }
    let mut graph = GraphDataBuilder::new(neighbours.len());
    for (from, to, cosine) in edges {
        graph.add_edge(from as usize, to as usize, f64::from(cosine)).map_err(failed)?;
    }
    let config = LeidenConfig {
        max_iterations: MAX_ROUNDS,
        resolution,
        seed: Some(seed),
        quality: QualityType::RBConfiguration,
        ..LeidenConfig::default()
    };
    let found = Leiden::new(config).run(&graph.build().map_err(failed)?).map_err(failed)?;
    Ok(found.partition.as_slice().to_vec())
}

fn failed(error: leiden_rs::LeidenError) -> LearnError {
    LearnError::Numeric { step: "community detection", reason: error.to_string() }
}

/// The group of every row among `groups` k-means groups.
pub(super) fn k_means(vectors: &Array2<f32>, groups: usize, seed: u64) -> Result<Vec<usize>, LearnError> {
    let groups = groups.min(vectors.nrows());
    if groups < 2 {
        return Ok(vec![0; vectors.nrows()]);
    }
    let data = DatasetBase::from(vectors.clone());
    let model = KMeans::params_with_rng(groups, ChaCha8Rng::seed_from_u64(seed))
        .n_runs(KMEANS_STARTS)
        .max_n_iterations(KMEANS_ROUNDS)
        .fit(&data)
        .map_err(|error| LearnError::Numeric { step: "k-means", reason: error.to_string() })?;
    Ok(model.predict(vectors).to_vec())
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    /// Two rings of five that touch at one edge, and one vertex alone.
    fn rings() -> Vec<Vec<(u32, f32)>> {
        let ring = |start: u32| {
            (0..5_u32).map(move |at| (1..3).map(|by| (start + (at + by) % 5, 0.9)).collect::<Vec<_>>())
        };
        let mut all: Vec<_> = ring(0).chain(ring(5)).collect();
        all[0].push((5, 0.1));
        all.push(Vec::new());
        all
    }

    #[test]
    fn rings_are_found_and_the_lonely_stay_alone() {
        let found = leiden(&rings(), 1.0, 4).unwrap();
        assert!(found[..5].iter().all(|one| *one == found[0]), "{found:?}");
        assert!(found[5..10].iter().all(|one| *one == found[5]), "{found:?}");
        assert!(found[0] != found[5] && found[10] != found[0] && found[10] != found[5], "{found:?}");
        assert_eq!(found, leiden(&rings(), 1.0, 4).unwrap());
    }

    #[test]
    fn resolution_decides_how_fine() {
        let count = |resolution| {
            let mut found = leiden(&rings(), resolution, 4).unwrap();
            found.sort_unstable();
            found.dedup();
            found.len()
        };
        assert!(count(0.01) < count(1.0) && count(1.0) < count(8.0));
    }

    #[test]
    fn without_edges_everything_is_alone() {
        assert_eq!(leiden(&[], 1.0, 1).unwrap(), Vec::<usize>::new());
        assert_eq!(leiden(&[vec![(1, 0.0)], vec![]], 1.0, 1).unwrap(), [0, 1]);
    }

    #[test]
    fn k_means_parts_two_heaps() {
        let vectors = array![[1.0_f32, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]];
        let found = k_means(&vectors, 2, 1).unwrap();
        assert!(found[0] == found[1] && found[2] == found[3] && found[0] != found[2], "{found:?}");
        assert_eq!(k_means(&vectors, 1, 1).unwrap(), [0; 4]);
    }
}

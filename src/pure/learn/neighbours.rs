//! The nearest neighbours of every vector, exactly: blocks of one dense product, so that twelve thousand
//! texts take seconds. Work grows with the square; callers bound the number of vectors.

use ndarray::{ArrayView2, Axis, Slice};

use super::parallel::map_blocks;

/// Vectors compared with all others at a time; 64 rows of 20,000 similarities are 5 MB.
const VECTORS_PER_BLOCK: usize = 64;

/// For every row of `vectors` (unit length or zero) the `count` others with the highest cosine, falling,
/// ties to the lower index: (index, cosine).
pub(super) fn nearest(vectors: ArrayView2<'_, f32>, count: usize, threads: usize) -> Vec<Vec<(u32, f32)>> {
    let parts = map_blocks(
        vectors.nrows(),
        VECTORS_PER_BLOCK,
        threads,
        || (),
        |(), range| {
            let start = range.start;
            let cosines = vectors.slice_axis(Axis(0), Slice::from(range)).dot(&vectors.t());
            let rows = cosines.outer_iter().enumerate();
            rows.map(|(row, cosines)| highest(cosines.iter().copied(), Some(start + row), count))
                .collect::<Vec<_>>()
        },
    );
    parts.into_iter().flatten().collect()
}

/// The `count` highest of `cosines`, falling, leaving out the one at `own`.
pub(super) fn highest(
    cosines: impl Iterator<Item = f32>,
    own: Option<usize>,
    count: usize,
) -> Vec<(u32, f32)> {
    let mut best: Vec<(u32, f32)> = Vec::with_capacity(count + 1);
    for (index, cosine) in cosines.enumerate() {
        let is_too_low = best.len() == count && best.last().is_none_or(|last| cosine <= last.1);
        if own == Some(index) || is_too_low {
            continue;
        }
        let at = best.partition_point(|kept| kept.1 >= cosine);
        best.insert(at, (index as u32, cosine));
        best.truncate(count);
    }
    best
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn agrees_with_sorting_everything_on_any_threads() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        // Coarse numbers, so that there are ties.
        let vectors = Array2::from_shape_simple_fn((150, 4), || f32::from(random.gen_range(-2_i8..3)));
        let want: Vec<Vec<(u32, f32)>> = (0..150)
            .map(|row| {
                let mut all: Vec<_> = (0..150)
                    .filter(|&other| other != row)
                    .map(|other| (other as u32, vectors.row(row).dot(&vectors.row(other))))
                    .collect();
                all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                all.truncate(7);
                all
            })
            .collect();
        for threads in [1, 2] {
            assert_eq!(nearest(vectors.view(), 7, threads), want);
        }
    }

    #[test]
    fn few_vectors_have_few_neighbours() {
        assert!(nearest(Array2::zeros((0, 3)).view(), 5, 2).is_empty());
        assert_eq!(nearest(Array2::zeros((1, 3)).view(), 5, 2), [vec![]]);
        assert_eq!(nearest(Array2::ones((3, 1)).view(), 5, 1)[0].len(), 2);
    }
}

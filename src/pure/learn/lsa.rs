//! Latent semantic analysis: texts into a few hundred numbers in which alike texts point alike, by a
//! randomised truncated singular value decomposition (Halko, Martinsson and Tropp, "Finding structure
//! with randomness", SIAM Review 2011, algorithms 4.4 and 5.1).
//!
//! Everything is summed in an order that does not depend on threads.

use linfa_linalg::eigh::Eigh;
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::LearnError;
use super::bytes::{Corrupt, Reader, Writer};
use super::parallel::map_blocks;
use super::quantised::QuantisedRows;
use super::sparse::SparseRows;
use super::vectorizer::{Encoder, Text, Vectorizer, VocabularyParams};
use crate::text::analyzer::Analyzer;
use crate::text::features::Features;

/// Directions beyond those asked for; they make the last ones kept accurate (Halko et al., §4.2).
const OVERSAMPLING: usize = 20;
/// Rounds of power iteration; text spectra fall slowly, so one is too few.
const POWER_ROUNDS: usize = 2;
/// Directions with less than this share of the strongest one's energy are rounding noise.
const MIN_ENERGY: f64 = 1e-9;
/// Rows of the factor multiplied at a time.
pub(super) const ROWS_PER_BLOCK: usize = 128;
/// A feature must occur in this many texts to say anything about their likeness.
const MIN_DOCUMENTS: u32 = 2;
/// Features in a larger share of the texts say little and cost most.
const MAX_SHARE: f32 = 0.5;
/// Features kept, most frequent first: bounds the projection to some ten megabytes.
const MAX_FEATURES: usize = 60_000;

/// Places texts in a space of likeness.
#[derive(Clone, Debug)]
pub(super) struct Lsa {
    vectorizer: Vectorizer,
    projection: QuantisedRows,
}

impl Lsa {
    /// Fits vocabulary and projection on `texts` and returns both with one unit-length row per text
    /// (zero for a text without known features). There may be fewer than `dimensions` columns when the
    /// texts do not span as many.
    pub(super) fn fit(
        analyzer: &Analyzer,
        texts: &[Text<'_>],
        dimensions: usize,
        seed: u64,
        threads: usize,
    ) -> Result<(Self, Array2<f32>), LearnError> {
        let params = VocabularyParams {
            min_documents: MIN_DOCUMENTS,
            min_character_documents: MIN_DOCUMENTS,
            max_share: MAX_SHARE,
            max_features: MAX_FEATURES,
            word_length: 1.0,
        };
        let fit = |params| Vectorizer::fit(analyzer, Features::WordsAndCharacters, texts, params, threads);
        let vectorizer = match fit(&params) {
            // So few texts, or all so alike, that every word is too rare or too common: then any word will do.
            Err(LearnError::NoFeatures { .. }) => {
                fit(&VocabularyParams { min_documents: 1, max_share: 1.0, ..params })?
            }
            fitted => fitted?,
        };
        let rows = vectorizer.transform(analyzer, texts, threads);
        let directions = right_singular_vectors(&rows, dimensions, seed, threads)?;
        let columns = directions.ncols();
        let projection = QuantisedRows::new(&directions.iter().copied().collect::<Vec<_>>(), columns);
        let parts = map_blocks(
            rows.rows(),
            ROWS_PER_BLOCK,
            threads,
            || (),
            |(), range| {
                let mut part = Vec::with_capacity(range.len() * columns);
                for row in range {
                    let start = part.len();
                    part.resize(start + columns, 0.0);
                    let (features, values) = rows.row(row);
                    for (&feature, &value) in features.iter().zip(values) {
                        projection.add_row(feature, value, &mut part[start..]);
                    }
                    normalise(&mut part[start..]);
                }
                part
            },
        );
        Ok((Self { vectorizer, projection }, of_rows(parts, columns)))
    }

    /// Numbers per text.
    pub(super) fn dimensions(&self) -> usize {
        self.projection.columns()
    }

    /// Features known.
    pub(super) fn features(&self) -> usize {
        self.vectorizer.columns()
    }

    /// What one thread needs to place texts.
    pub(super) fn encoder<'a>(&'a self, analyzer: &'a Analyzer) -> Encoder<'a> {
        self.vectorizer.encoder(analyzer)
    }

    /// Places one text; false, and all zero, when it has no known feature. `encoder` is this space's.
    pub(super) fn embed(&self, encoder: &mut Encoder<'_>, text: Text<'_>, place: &mut Vec<f32>) -> bool {
        self.project(encoder.encode(text), place)
    }

    /// As [`Self::embed`], of a text read before with all its features.
    pub(super) fn embed_read(&self, encoder: &mut Encoder<'_>, found: &[u64], place: &mut Vec<f32>) -> bool {
        self.project(encoder.encode_read(found), place)
    }

    fn project(&self, row: &[(u32, f32)], place: &mut Vec<f32>) -> bool {
        place.clear();
        place.resize(self.dimensions(), 0.0);
        row.iter().for_each(|&(column, value)| self.projection.add_row(column, value, place));
        normalise(place)
    }

    /// Writes vocabulary and projection.
    pub(super) fn write(&self, to: &mut Writer) {
        self.vectorizer.write(to);
        self.projection.write(to);
    }

    /// Reads what [`Self::write`] wrote.
    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let (vectorizer, projection) = (Vectorizer::read(from)?, QuantisedRows::read(from)?);
        if projection.rows() != vectorizer.columns() {
            return Err(Corrupt("a projection of the wrong size"));
        }
        Ok(Self { vectorizer, projection })
    }
}

/// Scales to unit length; false when there is no length to speak of.
pub(super) fn normalise(vector: &mut [f32]) -> bool {
    let length = dot(vector, vector).sqrt();
    if length <= f32::EPSILON {
        vector.fill(0.0);
        return false;
    }
    vector.iter_mut().for_each(|value| *value /= length);
    true
}

/// Inner product in eight running sums, which the compiler turns into vector instructions.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (a_parts, b_parts) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a_parts.remainder().iter().zip(b_parts.remainder()).map(|(x, y)| x * y).sum();
    for (a, b) in a_parts.zip(b_parts) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// The leading right singular vectors of `rows` as columns, strongest first; at most `count`.
fn right_singular_vectors(
    rows: &SparseRows,
    count: usize,
    seed: u64,
    threads: usize,
) -> Result<Array2<f32>, LearnError> {
    let turned = rows.transposed();
    let sketch = (count + OVERSAMPLING).min(rows.rows()).min(rows.columns());
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    // Random signs serve as well as normal numbers (Halko et al., §4.6) and cost a bit each.
    let mut range = Array2::from_shape_simple_fn((rows.rows(), sketch), || {
        if random.next_u32() >> 31 == 0 { 1.0 } else { -1.0 }
    });
    for _ in 0..POWER_ROUNDS {
        let across = product(&turned, range.view(), threads);
        range = orthonormal(&product(rows, across.view(), threads))?;
    }
    let across = product(&turned, range.view(), threads);
    let (energies, mix) = energies(&across)?;
    let keep = count.min(energies.len());
    let scales = energies.slice_axis(Axis(0), Slice::from(..keep)).mapv(f64::sqrt);
    let mix = mix.slice_axis(Axis(1), Slice::from(..keep)).to_owned() / &scales;
    Ok(across.dot(&mix.mapv(|value| value as f32)))
}

/// Columns that span what those of `tall` span, at right angles and of unit length: singular-vector QR
/// (Stathopoulos and Wu, SIAM J. Sci. Comput. 2002), which also drops directions that are only noise.
fn orthonormal(tall: &Array2<f32>) -> Result<Array2<f32>, LearnError> {
    let (energies, mix) = energies(tall)?;
    let mix = mix / &energies.mapv(f64::sqrt);
    Ok(tall.dot(&mix.mapv(|value| value as f32)))
}

/// Eigenvalues of `tall`ᵀ`tall`, falling and none of them noise, with their vectors as columns.
fn energies(tall: &Array2<f32>) -> Result<(Array1<f64>, Array2<f64>), LearnError> {
    let tall = tall.mapv(f64::from);
    let (values, vectors) = tall
        .t()
        .dot(&tall)
        .eigh()
        .map_err(|error| LearnError::Numeric { step: "eigendecomposition", reason: error.to_string() })?;
    let most = values.iter().copied().fold(0.0, f64::max);
    let mut order: Vec<usize> =
        (0..values.len()).filter(|&at| values[at] > most * MIN_ENERGY && values[at] > 0.0).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    Ok((order.iter().map(|&at| values[at]).collect(), vectors.select(Axis(1), &order)))
}

/// A sparse matrix times a dense one.
fn product(rows: &SparseRows, dense: ArrayView2<'_, f32>, threads: usize) -> Array2<f32> {
    let columns = dense.ncols();
    let dense = dense.as_standard_layout();
    let dense = dense.as_slice().expect("the standard layout is contiguous");
    let parts = map_blocks(
        rows.rows(),
        ROWS_PER_BLOCK,
        threads,
        || (),
        |(), range| {
            let mut part = vec![0.0; range.len() * columns];
            for (row, sum) in range.zip(part.chunks_exact_mut(columns.max(1))) {
                let (indices, values) = rows.row(row);
                for (&index, &value) in indices.iter().zip(values) {
                    let factors = &dense[index as usize * columns..][..columns];
                    for (total, &factor) in sum.iter_mut().zip(factors) {
                        *total += value * factor;
                    }
                }
            }
            part
        },
    );
    of_rows(parts, columns)
}

pub(super) fn of_rows(parts: Vec<Vec<f32>>, columns: usize) -> Array2<f32> {
    let values = parts.concat();
    let rows = values.len() / columns.max(1);
    Array2::from_shape_vec((rows, columns), values).expect("every part holds whole rows")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::Language::{English, Spanish};

    /// A dense matrix of known singular values: diagonal, columns and rows shuffled by sign.
    #[test]
    fn the_directions_of_a_known_matrix_are_found() {
        let strengths = [9.0_f32, 7.0, 4.0, 1.0, 0.5, 0.1];
        let mut rows = SparseRows::new(6);
        for (column, strength) in strengths.iter().enumerate() {
            rows.push(&[(column as u32, *strength)]);
        }
        let found = right_singular_vectors(&rows, 3, 1, 1).unwrap();
        assert_eq!(found.dim(), (6, 3));
        for (direction, column) in found.columns().into_iter().enumerate() {
            assert!(column[direction].abs() > 0.999, "direction {direction}: {column}");
        }
    }

    #[test]
    fn directions_stop_at_the_rank() {
        let mut rows = SparseRows::new(5);
        (0..8).for_each(|_| rows.push(&[(1, 1.0), (3, 2.0)]));
        let found = right_singular_vectors(&rows, 4, 1, 2).unwrap();
        assert_eq!(found.ncols(), 1);
        assert!((found[[3, 0]] / found[[1, 0]] - 2.0).abs() < 1e-4);
    }

    #[test]
    fn alike_texts_lie_close_and_new_ones_beside_them() {
        let analyzer = Analyzer::new();
        let cards =
            ["tarjeta bloqueada", "mi tarjeta fue bloqueada", "bloqueo de tarjeta", "la tarjeta bloqueada"];
        let loans =
            ["wrong loan interest", "loan interest is wrong", "interest of my loan", "the loan interest"];
        let texts: Vec<Text<'_>> =
            cards.map(|text| (text, Spanish)).into_iter().chain(loans.map(|text| (text, English))).collect();
        let (embedder, places) = Lsa::fit(&analyzer, &texts, 4, 1, 1).unwrap();
        let cosine = |a: usize, b: usize| places.row(a).dot(&places.row(b));
        assert!(cosine(0, 1) > 0.6 && cosine(4, 5) > 0.6 && cosine(0, 4).abs() < 0.3, "{places}");

        let (_, two) = Lsa::fit(&analyzer, &texts, 4, 1, 2).unwrap();
        assert_eq!(places, two, "threads changed a bit");
        let (mut encoder, mut place) = (embedder.encoder(&analyzer), Vec::new());
        for (text, fitted) in texts.iter().zip(places.outer_iter()) {
            embedder.embed(&mut encoder, *text, &mut place);
            assert_eq!(
                fitted.to_slice(),
                Some(place.as_slice()),
                "folding in differs from fitting: {text:?}"
            );
        }
        assert!(embedder.embed(&mut encoder, ("perdí la tarjeta", Spanish), &mut place));
        assert!(dot(&place, places.row(0).to_slice().unwrap()) > 0.4);
        assert!(!embedder.embed(&mut encoder, ("", Spanish), &mut place));
        assert!(place.iter().all(|&value| value == 0.0));
    }

    #[test]
    fn dot_sums_everything_once() {
        for length in [0, 1, 7, 8, 9, 31] {
            let values: Vec<f32> = (0..length).map(|value| value as f32).collect();
            assert_eq!(dot(&values, &vec![1.0; length]), values.iter().sum::<f32>(), "{length}");
        }
    }
}

//! Word vectors of a model trained elsewhere, from a folder as model2vec writes it: `tokenizer.json` splits a text
//! into parts of words, `model.safetensors` has a row of numbers for each, and a text lies where their mean does.
//! Nothing is ever downloaded.
//!
//! Tulkens, S. and van Dongen, T. (2024): Model2Vec, fast state-of-the-art static embeddings.

use std::fs;
use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde_json::Value;
use tokenizers::Tokenizer;

use super::LearnError;
use super::artefact::hex_sha256;
use super::lsa::normalise;

const TOKENIZER_FILE: &str = "tokenizer.json";
const VECTORS_FILE: &str = "model.safetensors";
/// Parts of words of a text that are looked at: what a letter is about stands in its first pages.
const MAX_PARTS: usize = 1_024;
/// Bytes of a text handed to the tokenizer, which reads it whole before it can stop.
const MAX_BYTES: usize = 16_384;

/// A vocabulary with a vector for each part of a word.
pub struct WordVectors {
    tokenizer: Tokenizer,
    /// Rows of `dimensions` numbers, already weighed.
    vectors: Vec<f32>,
    dimensions: usize,
    /// The row of each part; empty where it is its number.
    row_of: Vec<u32>,
    /// What the tokenizer says of what it does not know.
    unknown: Option<u32>,
    name: String,
}

impl std::fmt::Debug for WordVectors {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("WordVectors")
            .field("name", &self.name)
            .field("dimensions", &self.dimensions)
            .finish_non_exhaustive()
    }
}

impl WordVectors {
    /// Reads a folder.
    ///
    /// # Errors
    /// When a file is missing, cannot be read, or does not hold what it should; the error names it.
    pub fn load(folder: &Path) -> Result<Self, LearnError> {
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read(&path).map_err(|source| LearnError::Io { path, source })
        };
        let refused = |name: &str, reason: String| LearnError::Artefact { path: folder.join(name), reason };
        let (split, matrix) = (read(TOKENIZER_FILE)?, read(VECTORS_FILE)?);
        let mut tokenizer = Tokenizer::from_bytes(&split).map_err(|error| {
            refused(TOKENIZER_FILE, format!("no tokenizer of the tokenizers library: {error}"))
        })?;
        // What makes batches of one length has no place here.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|error| refused(TOKENIZER_FILE, error.to_string()))?;
        let unknown = unknown_part(&split, &tokenizer);
        let parts = tokenizer.get_vocab_size(true);
        let table = Table::read(&matrix, parts).map_err(|reason| refused(VECTORS_FILE, reason))?;
        let name = format!("vectors-{}", &hex_sha256(&[&split, &matrix])[..16]);
        let Table { vectors, dimensions, row_of } = table;
        Ok(Self { tokenizer, vectors, dimensions, row_of, unknown, name })
    }

    /// `vectors-` and the start of a hash over both files: the same vectors have the same name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Numbers per text.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Parts of words that have a vector.
    pub fn rows(&self) -> usize {
        self.vectors.len() / self.dimensions
    }

    /// Places one text at the mean of its parts, at unit length; false, and all zero, when it has none that is known.
    pub(super) fn embed(&self, text: &str, place: &mut Vec<f32>) -> bool {
        place.clear();
        place.resize(self.dimensions, 0.0);
        let Ok(split) = self.tokenizer.encode_fast(start_of(text), false) else { return false };
        let known = split.get_ids().iter().filter(|&&part| Some(part) != self.unknown);
        for &part in known.take(MAX_PARTS) {
            let row = self.row_of.get(part as usize).map_or(part, |row| *row) as usize;
            let row = self.vectors.get(row * self.dimensions..(row + 1) * self.dimensions);
            place.iter_mut().zip(row.into_iter().flatten()).for_each(|(sum, value)| *sum += value);
        }
        normalise(place)
    }
}

/// The beginning of a text, as far as it is looked at.
fn start_of(text: &str) -> &str {
    let mut end = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The part that stands for what is not known, by the tokenizer's file.
fn unknown_part(split: &[u8], tokenizer: &Tokenizer) -> Option<u32> {
    let file: Value = serde_json::from_slice(split).ok()?;
    let model = file.get("model")?;
    match (model.get("unk_token").and_then(Value::as_str), model.get("unk_id").and_then(Value::as_u64)) {
        (Some(token), _) => tokenizer.token_to_id(token),
        (None, Some(number)) => u32::try_from(number).ok(),
        (None, None) => None,
    }
}

/// The numbers of a file of vectors.
struct Table {
    vectors: Vec<f32>,
    dimensions: usize,
    row_of: Vec<u32>,
}

impl Table {
    /// Reads `embeddings`, and where there are some `weights` (of each row) and `mapping` (the row of each part).
    fn read(file: &[u8], parts: usize) -> Result<Self, String> {
        let file = SafeTensors::deserialize(file).map_err(|error| format!("no file of tensors: {error}"))?;
        let matrix = file
            .tensor("embeddings")
            .map_err(|_| "has no tensor `embeddings`: it is no model2vec model".to_owned())?;
        let &[rows, dimensions] = matrix.shape() else {
            return Err(format!("`embeddings` has {} axes, not 2", matrix.shape().len()));
        };
        let mut vectors = numbers(&matrix, "embeddings")?;
        if dimensions == 0 || vectors.iter().any(|value| !value.is_finite()) {
            return Err("`embeddings` holds no finite numbers".to_owned());
        }
        let row_of = match file.tensor("mapping") {
            Ok(mapping) => numbers(&mapping, "mapping")?.into_iter().map(|row| row as u32).collect(),
            Err(_) => Vec::new(),
        };
        let fits = if row_of.is_empty() {
            rows >= parts
        } else {
            row_of.len() >= parts && row_of.iter().all(|&row| (row as usize) < rows)
        };
        if !fits {
            return Err(format!("{rows} vectors do not fit the {parts} parts of words of {TOKENIZER_FILE}"));
        }
        if let Ok(weights) = file.tensor("weights") {
            let weights = numbers(&weights, "weights")?;
            if weights.len() != rows {
                return Err(format!("{} weights for {rows} vectors", weights.len()));
            }
            for (row, weight) in vectors.chunks_exact_mut(dimensions).zip(weights) {
                row.iter_mut().for_each(|value| *value *= weight);
            }
        }
        Ok(Self { vectors, dimensions, row_of })
    }
}

fn numbers(tensor: &TensorView<'_>, name: &str) -> Result<Vec<f32>, String> {
    let data = tensor.data();
    let each = |size: usize, read: fn(&[u8]) -> f32| data.chunks_exact(size).map(read).collect();
    match tensor.dtype() {
        Dtype::F32 => Ok(each(4, |bytes| f32::from_le_bytes(array(bytes)))),
        Dtype::F16 => Ok(each(2, |bytes| half(u16::from_le_bytes(array(bytes))))),
        Dtype::F64 => Ok(each(8, |bytes| f64::from_le_bytes(array(bytes)) as f32)),
        Dtype::I64 => Ok(each(8, |bytes| i64::from_le_bytes(array(bytes)) as f32)),
        Dtype::I32 => Ok(each(4, |bytes| i32::from_le_bytes(array(bytes)) as f32)),
        other => Err(format!("`{name}` is of type {other:?}; write it as F32 or F16")),
    }
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("chunks have the size asked for")
}

/// A number of half precision (IEEE 754 binary16).
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f32::from(bits & 0x3ff));
    match exponent {
        0 => sign * fraction * 2.0_f32.powi(-24),
        31 if fraction == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        _ => sign * (1.0 + fraction / 1024.0) * 2.0_f32.powi(exponent - 15),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::HashMap;
    use std::path::PathBuf;

    use super::*;

    /// Words of a tiny model: the first is what is not known. Words of one matter, in either language, point alike.
    pub(in crate::learn) const WORDS: [(&str, [f32; 3]); 9] = [
        ("[UNK]", [9.0, 9.0, 9.0]),
        ("tarjeta", [1.0, 0.1, 0.0]),
        ("card", [1.0, 0.0, 0.1]),
        ("bloqueada", [0.9, 0.2, 0.0]),
        ("blocked", [0.9, 0.0, 0.2]),
        ("paquete", [0.0, 1.0, 0.1]),
        ("parcel", [0.1, 1.0, 0.0]),
        ("perdido", [0.0, 0.9, 0.2]),
        ("lost", [0.2, 0.9, 0.0]),
    ];

    fn tokenizer(words: usize) -> String {
        let vocabulary: HashMap<&str, usize> =
            WORDS.iter().take(words).enumerate().map(|(number, (word, _))| (*word, number)).collect();
        serde_json::json!({
            "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
            "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
            "post_processor": null, "decoder": null,
            "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"}
        })
        .to_string()
    }

    /// A folder of the tiny model, its numbers of `kind`.
    pub(in crate::learn) fn folder(
        kind: Dtype,
        change: impl Fn(&mut HashMap<&str, (Vec<usize>, Vec<f32>)>),
    ) -> (tempfile::TempDir, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("vectors");
        fs::create_dir(&path).unwrap();
        fs::write(path.join(TOKENIZER_FILE), tokenizer(WORDS.len())).unwrap();
        let matrix: Vec<f32> = WORDS.iter().flat_map(|(_, vector)| *vector).collect();
        let mut tensors = HashMap::from([("embeddings", (vec![WORDS.len(), 3], matrix))]);
        change(&mut tensors);
        let bytes: Vec<(&str, Vec<usize>, Vec<u8>)> = tensors
            .into_iter()
            .map(|(name, (shape, numbers))| {
                let write = |value: &f32| match kind {
                    Dtype::F64 => f64::from(*value).to_le_bytes().to_vec(),
                    _ => value.to_le_bytes().to_vec(),
                };
                (name, shape, numbers.iter().flat_map(write).collect())
            })
            .collect();
        let views = bytes
            .iter()
            .map(|(name, shape, bytes)| (*name, TensorView::new(kind, shape.clone(), bytes).unwrap()));
        fs::write(path.join(VECTORS_FILE), safetensors::serialize(views, None).unwrap()).unwrap();
        (home, path)
    }

    fn place(vectors: &WordVectors, text: &str) -> (bool, Vec<f32>) {
        let mut place = vec![7.0];
        (vectors.embed(text, &mut place), place)
    }

    #[test]
    fn a_text_lies_at_the_mean_of_its_words_and_unknown_ones_do_not_move_it() {
        let (_home, path) = folder(Dtype::F32, |_| ());
        let vectors = WordVectors::load(&path).unwrap();
        assert_eq!((vectors.dimensions(), vectors.rows()), (3, 9));
        // (1.9, .3, 0) / 2, at unit length.
        let length = (1.9_f32 * 1.9 + 0.3 * 0.3).sqrt();
        let want = [1.9 / length, 0.3 / length, 0.0];
        for text in ["tarjeta bloqueada", "Mi TARJETA, bloqueada."] {
            let (known, got) = place(&vectors, text);
            assert!(known && got.iter().zip(want).all(|(got, want)| (got - want).abs() < 1e-6), "{got:?}");
        }
        for text in ["", "zeppelin", "…"] {
            assert_eq!(place(&vectors, text), (false, vec![0.0; 3]), "{text}");
        }
        let long = "tarjeta ".repeat(100_000);
        assert!(place(&vectors, &long).0, "a long text is read as far as it matters");
    }

    #[test]
    fn weights_and_rows_by_number_are_obeyed() {
        let (_home, path) = folder(Dtype::F64, |tensors| {
            let mut weights = vec![1.0; WORDS.len()];
            weights[1] = 3.0;
            tensors.insert("weights", (vec![WORDS.len()], weights));
            let mut mapping: Vec<f32> = (0..WORDS.len() as u16).map(f32::from).collect();
            mapping[3] = 7.0;
            tensors.insert("mapping", (vec![WORDS.len()], mapping));
        });
        // tarjeta three times (1, .1, 0), and bloqueada by the row of perdido (0, .9, .2).
        let (_, got) = place(&WordVectors::load(&path).unwrap(), "tarjeta bloqueada");
        let length = (3.0_f32 * 3.0 + 1.2 * 1.2 + 0.2 * 0.2).sqrt();
        assert!((got[0] - 3.0 / length).abs() < 1e-6 && (got[2] - 0.2 / length).abs() < 1e-6, "{got:?}");
    }

    #[test]
    fn what_does_not_fit_is_refused_and_named() {
        let refused = |path: &Path| WordVectors::load(path).unwrap_err().to_string();
        let (_home, path) = folder(Dtype::F32, |_| ());
        let good = fs::read(path.join(VECTORS_FILE)).unwrap();
        fs::write(path.join(VECTORS_FILE), &good[..good.len() - 1]).unwrap();
        assert!(refused(&path).contains("model.safetensors: no file of tensors"), "{}", refused(&path));
        fs::write(path.join(VECTORS_FILE), &good).unwrap();
        fs::write(path.join(TOKENIZER_FILE), "{}").unwrap();
        assert!(refused(&path).contains("tokenizer.json: no tokenizer"), "{}", refused(&path));
        fs::remove_file(path.join(TOKENIZER_FILE)).unwrap();
        assert!(refused(&path).contains("tokenizer.json"), "{}", refused(&path));
        let (_home, path) = folder(Dtype::F32, |tensors| {
            tensors.insert("embeddings", (vec![2, 3], vec![1.0; 6]));
        });
        assert!(refused(&path).contains("2 vectors do not fit the 9 parts"), "{}", refused(&path));
        let (_home, path) = folder(Dtype::F32, |tensors| {
            tensors.remove("embeddings");
        });
        assert!(refused(&path).contains("has no tensor `embeddings`"), "{}", refused(&path));
    }

    #[test]
    fn half_precision_is_read_as_written() {
        for (bits, value) in
            [(0x3c00, 1.0), (0xc000, -2.0), (0x3555, 0.333_251_95), (0x0001, 5.960_464_5e-8), (0, 0.0)]
        {
            assert_eq!(half(bits), value);
        }
        assert!(half(0x7c00).is_infinite() && half(0x7e00).is_nan());
    }
}

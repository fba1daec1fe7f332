//! What places texts in a space in which alike texts point alike: a space fitted on the texts themselves, or the
//! word vectors of a model somebody trained elsewhere. Who groups and assigns need not know which.

use std::sync::Arc;

use ndarray::Array2;

use super::LearnError;
use super::bytes::{Corrupt, Reader, Writer};
use super::lsa::{Lsa, ROWS_PER_BLOCK, normalise, of_rows};
use super::parallel::map_blocks;
use super::vectorizer::{Encoder, Text};
use super::word_vectors::WordVectors;
use crate::text::analyzer::Analyzer;

/// Stands in a model file where the kind of features of a fitted space would.
const WORD_VECTORS: u64 = 16;

/// With fewer texts than this their centre is about what they tell.
const FEWEST_FOR_CENTRE: f32 = 20.0;

/// Places texts by likeness.
#[derive(Clone, Debug)]
pub(super) enum Embedder {
    /// Fitted on the texts.
    Fitted(Lsa),
    /// Read from a folder.
    Given(Given),
}

/// Word vectors, and what all texts have in common in their space, which tells none of them apart.
///
/// Arora, S., Liang, Y. and Ma, T. (2017): A simple but tough-to-beat baseline for sentence embeddings. ICLR.
#[derive(Clone, Debug)]
pub(super) struct Given {
    vectors: Arc<WordVectors>,
    /// Mean place of the texts the space was opened with.
    centre: Vec<f32>,
}

/// What one thread needs to place texts.
pub(super) enum Placing<'a> {
    Fitted(&'a Lsa, Encoder<'a>),
    Given(&'a Given),
}

/// A text, and its features where it was read before.
#[derive(Clone, Copy)]
pub(super) struct Read<'a> {
    pub(super) text: Text<'a>,
    pub(super) features: Option<&'a [u64]>,
}

impl Embedder {
    /// A space for `texts` with one unit-length row per text (zero for a text without a known feature): that of
    /// `given` where there is one, else fitted on the texts.
    pub(super) fn for_texts(
        given: Option<&Arc<WordVectors>>,
        analyzer: &Analyzer,
        texts: &[Text<'_>],
        dimensions: usize,
        (seed, threads): (u64, usize),
    ) -> Result<(Self, Array2<f32>), LearnError> {
        if let Some(given) = given {
            let embedder = Self::given(given, analyzer, texts, threads);
            let places = embedder.embed_many(analyzer, texts, threads);
            if places.iter().all(|&value| value == 0.0) {
                return Err(LearnError::NoFeatures { texts: texts.len(), min_documents: 1 });
            }
            return Ok((embedder, places));
        }
        let (fitted, places) = Lsa::fit(analyzer, texts, dimensions, seed, threads)?;
        Ok((Self::Fitted(fitted), places))
    }

    /// The space of word vectors for texts like these.
    pub(super) fn given(
        vectors: &Arc<WordVectors>,
        analyzer: &Analyzer,
        texts: &[Text<'_>],
        threads: usize,
    ) -> Self {
        let plain = Given { vectors: Arc::clone(vectors), centre: vec![0.0; vectors.dimensions()] };
        let places = Self::Given(plain.clone()).embed_many(analyzer, texts, threads);
        let known = places.outer_iter().filter(|place| place.iter().any(|&value| value != 0.0));
        let (mut centre, mut count) = (plain.centre, 0.0);
        for place in known {
            count += 1.0;
            centre.iter_mut().zip(place).for_each(|(sum, value)| *sum += value);
        }
        // Two or three texts have nothing in common but what they tell.
        if count < FEWEST_FOR_CENTRE {
            centre.fill(0.0);
        }
        centre.iter_mut().for_each(|sum| *sum /= f32::max(count, 1.0));
        Self::Given(Given { vectors: plain.vectors, centre })
    }

    /// Numbers per text.
    pub(super) fn dimensions(&self) -> usize {
        match self {
            Self::Fitted(fitted) => fitted.dimensions(),
            Self::Given(given) => given.vectors.dimensions(),
        }
    }

    /// Features, or parts of words, known.
    pub(super) fn features(&self) -> usize {
        match self {
            Self::Fitted(fitted) => fitted.features(),
            Self::Given(given) => given.vectors.rows(),
        }
    }

    /// The name of the word vectors, where the space is theirs.
    pub(super) fn vectors(&self) -> Option<&str> {
        match self {
            Self::Fitted(_) => None,
            Self::Given(given) => Some(given.vectors.name()),
        }
    }

    pub(super) fn placing<'a>(&'a self, analyzer: &'a Analyzer) -> Placing<'a> {
        match self {
            Self::Fitted(fitted) => Placing::Fitted(fitted, fitted.encoder(analyzer)),
            Self::Given(given) => Placing::Given(given),
        }
    }

    /// Places many texts, one row each.
    pub(super) fn embed_many(&self, analyzer: &Analyzer, texts: &[Text<'_>], threads: usize) -> Array2<f32> {
        let start = || (self.placing(analyzer), Vec::new());
        let parts = map_blocks(texts.len(), ROWS_PER_BLOCK, threads, start, |(placing, place), range| {
            let mut part = Vec::with_capacity(range.len() * self.dimensions());
            for &text in &texts[range] {
                placing.embed(Read { text, features: None }, place);
                part.extend_from_slice(place);
            }
            part
        });
        of_rows(parts, self.dimensions())
    }

    /// Writes the space; of word vectors only which they are, and the centre.
    pub(super) fn write(&self, to: &mut Writer) {
        match self {
            Self::Fitted(fitted) => fitted.write(to),
            Self::Given(given) => {
                to.u64(WORD_VECTORS);
                to.text(given.vectors.name());
                to.f32s(&given.centre);
            }
        }
    }

    /// Reads what [`Self::write`] wrote. Word vectors must be the same as then, and a space of texts is none where
    /// word vectors are given: two spaces never mix.
    pub(super) fn read(from: &mut Reader<'_>, given: Option<&Arc<WordVectors>>) -> Result<Self, Corrupt> {
        let is_given = from.peek_u64()? == WORD_VECTORS;
        match (is_given, given) {
            (false, None) => Lsa::read(from).map(Self::Fitted),
            (true, Some(given)) => {
                from.u64()?;
                if from.text()? != given.name() {
                    return Err(Corrupt("its groups lie in the space of other word vectors"));
                }
                let centre = from.f32s()?;
                if centre.len() != given.dimensions() {
                    return Err(Corrupt("a centre of the wrong size"));
                }
                Ok(Self::Given(Given { vectors: Arc::clone(given), centre }))
            }
            (true, None) => Err(Corrupt("its groups lie in the space of word vectors, and none are set")),
            (false, Some(_)) => {
                Err(Corrupt("its groups do not lie in the space of the word vectors that are set"))
            }
        }
    }
}

impl Placing<'_> {
    /// Places one text; false, and all zero, when nothing of it is known.
    pub(super) fn embed(&mut self, read: Read<'_>, place: &mut Vec<f32>) -> bool {
        match (self, read.features) {
            (Self::Fitted(fitted, encoder), Some(features)) => fitted.embed_read(encoder, features, place),
            (Self::Fitted(fitted, encoder), None) => fitted.embed(encoder, read.text, place),
            (Self::Given(given), _) => {
                if !given.vectors.embed(read.text.0, place) {
                    return false;
                }
                place.iter_mut().zip(&given.centre).for_each(|(value, centre)| *value -= centre);
                normalise(place)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use safetensors::tensor::Dtype;
    use uuid::Uuid;

    use super::*;
    use crate::domain::id::ClusterId;
    use crate::domain::language::Language::{self, English, Spanish};
    use crate::learn::assign::GroupModel;
    use crate::learn::discovery::{DiscoveryDoc, DiscoveryParams, discover, discover_by};
    use crate::learn::reading::ReadTexts;
    use crate::learn::word_vectors::tests::folder;

    /// Of two matters, told in two languages with words of their own.
    fn texts() -> Vec<(String, Language)> {
        let told = |one: &str, other: &str, language| {
            let ends = ["uno", "dos", "tres", "cuatro", "cinco", "seis"];
            ends.map(|end| (format!("{one} {other} {end}"), language))
        };
        [
            told("tarjeta", "bloqueada", Spanish),
            told("card", "blocked", English),
            told("paquete", "perdido", Spanish),
            told("parcel", "lost", English),
        ]
        .concat()
    }

    #[test]
    fn groups_in_the_space_of_word_vectors_hold_both_languages_and_are_kept_with_them() {
        let (home, path) = folder(Dtype::F32, |_| ());
        let vectors = Arc::new(WordVectors::load(&path).unwrap());
        let texts = texts();
        let docs: Vec<_> = texts
            .iter()
            .map(|(text, language)| DiscoveryDoc { text, language: *language, copies: 1 })
            .collect();
        let params = |threads| {
            DiscoveryParams { neighbours: 11, min_size: 3, threads, ..DiscoveryParams::default() }
                .check()
                .unwrap()
        };
        let found = discover_by(Some(&vectors), &docs, &params(1), 1).unwrap();
        let members: Vec<_> = found.groups.iter().map(|group| group.members.clone()).collect();
        assert_eq!(members, [(0..12).collect::<Vec<_>>(), (12..24).collect()]);
        let two = discover_by(Some(&vectors), &docs, &params(2), 1).unwrap();
        assert_eq!(
            (found.groups, found.resolution),
            (two.groups.clone(), two.resolution),
            "threads changed a bit"
        );

        let id = |number| ClusterId(Uuid::from_u128(number));
        let model = GroupModel::of(&two, &[id(0), id(1)]);
        let asked = [("the card is blocked", English), ("se ha perdido", Spanish), ("zeppelin", Spanish)];
        let want = [Some(id(0)), Some(id(1)), None];
        assert_eq!(asked.map(|(text, language)| model.assign(text, language).map(|got| got.cluster)), want);
        let read = ReadTexts::new(&Analyzer::new(), &asked, 1);
        let near = model.nearest_of_read(&asked, &read, 2);
        assert_eq!(near.iter().map(|near| near.map(|(id, _)| id)).collect::<Vec<_>>(), want);

        let kept = home.path().join("groups");
        let card = model.save(&kept).unwrap();
        assert_eq!((card.dimensions, card.vectors.as_deref()), (3, Some(vectors.name())));
        let (again, _) = GroupModel::load(&kept, Some(&vectors)).unwrap();
        assert_eq!(again.assign_many(&asked, 1), model.assign_many(&asked, 1));
        let refused =
            |folder: &std::path::Path, vectors| GroupModel::load(folder, vectors).unwrap_err().to_string();
        assert!(refused(&kept, None).contains("and none are set"), "{}", refused(&kept, None));
        let (_other_home, other) = folder(Dtype::F64, |_| ());
        let other = Arc::new(WordVectors::load(&other).unwrap());
        assert!(refused(&kept, Some(&other)).contains("of other word vectors"));

        let fitted = home.path().join("fitted");
        GroupModel::of(&discover(&docs, &params(1), 1).unwrap(), &[id(0)]).save(&fitted).unwrap();
        assert!(refused(&fitted, Some(&vectors)).contains("do not lie in the space of the word vectors"));
    }

    #[test]
    fn texts_of_which_nothing_is_known_are_no_ground_to_group() {
        let (_home, path) = folder(Dtype::F32, |_| ());
        let vectors = Arc::new(WordVectors::load(&path).unwrap());
        let docs = [DiscoveryDoc { text: "zeppelin quirúrgico", language: Spanish, copies: 9 }];
        let params = DiscoveryParams::default().check().unwrap();
        let refused = discover_by(Some(&vectors), &docs, &params, 1);
        assert!(matches!(refused, Err(LearnError::NoFeatures { .. })), "{refused:?}");
    }
}

//! New texts to known groups: the nearest centre, if the text is within the group's reach, and the words
//! both share. Groups keep their id and their centre while others come and go.

mod likeness;
mod plane;

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::LearnError;
use super::artefact::{self, Kind, hex_sha256};
use super::bytes::{Corrupt, Reader, Writer};
use super::discovery::Discovery;
use super::embedder::{Embedder, Placing, Read};
use super::naming::Background;
use super::parallel::map_blocks;
use super::reading::ReadTexts;
use super::shape::{nearest_within, shape_of};
use super::vectorizer::Text;
use super::word_vectors::WordVectors;
use crate::domain::id::ClusterId;
use crate::domain::language::Language;
use crate::text::ANALYZER_VERSION;
use crate::text::analyzer::Analyzer;

/// Shared words named per assignment.
const SHOWN_WORDS: usize = 5;
/// Texts handed to a thread at a time.
const TEXTS_PER_BLOCK: usize = 32;
/// Bytes of an id.
const ID_BYTES: usize = 16;

/// One group of a model.
#[derive(Clone, Debug, PartialEq)]
struct Group {
    id: ClusterId,
    centroid: Vec<f32>,
    threshold: f32,
    words: Vec<String>,
}

/// Known groups and the space they lie in. Cheap to clone but for the groups themselves.
#[derive(Clone, Debug)]
pub struct GroupModel {
    analyzer: Arc<Analyzer>,
    embedder: Arc<Embedder>,
    groups: Vec<Group>,
}

/// Where a text belongs, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The group.
    pub cluster: ClusterId,
    /// Cosine between the text and the group's centre.
    pub similarity: f32,
    /// Words of the text, as written, that are among the group's own; its strongest first.
    pub terms: Vec<String>,
}

/// A group to be added to a model, told by its texts.
#[derive(Clone, Copy, Debug)]
pub struct GroupTexts<'a> {
    /// Its id.
    pub id: ClusterId,
    /// Its texts.
    pub texts: &'a [(&'a str, Language)],
}

/// What a model holds; kept beside it as `card.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupCard {
    /// `groups-` and the start of a hash over the model: the same model has the same name.
    pub name: String,
    /// Version of the text analysis.
    pub analyzer_version: u32,
    /// Numbers each text is placed by.
    pub dimensions: usize,
    /// Features known.
    pub features: usize,
    /// The word vectors whose space it is, where it was not fitted on the texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vectors: Option<String>,
    /// The groups, in the order of the model.
    pub groups: Vec<GroupLine>,
}

/// One group on a card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupLine {
    /// Its id.
    pub id: ClusterId,
    /// Cosine to its centre from which a text belongs.
    pub threshold: f32,
    /// Folded stems of its strongest words.
    pub words: Vec<String>,
}

impl GroupModel {
    /// The groups of a discovery under the ids given, one per group in its order; groups beyond the ids
    /// are left out.
    pub fn of(discovery: &Discovery, ids: &[ClusterId]) -> Self {
        let groups = ids
            .iter()
            .zip(&discovery.groups)
            .map(|(&id, found)| Group {
                id,
                centroid: found.shape.centroid.clone(),
                threshold: found.shape.threshold,
                words: found.shape.words.clone(),
            })
            .collect();
        Self { analyzer: Arc::new(Analyzer::new()), embedder: Arc::clone(&discovery.embedder), groups }
    }

    /// No groups yet, in the space word vectors have for texts like these.
    pub fn empty(vectors: &Arc<WordVectors>, texts: &[(&str, Language)], threads: usize) -> Self {
        let analyzer = Analyzer::new();
        let embedder = Arc::new(Embedder::given(vectors, &analyzer, texts, threads));
        Self { analyzer: Arc::new(analyzer), embedder, groups: Vec::new() }
    }

    /// The ids it can assign to.
    pub fn clusters(&self) -> impl Iterator<Item = ClusterId> {
        self.groups.iter().map(|group| group.id)
    }

    /// The same model without one group.
    #[must_use]
    pub fn without(&self, cluster: ClusterId) -> Self {
        let mut rest = self.clone();
        rest.groups.retain(|group| group.id != cluster);
        rest
    }

    /// The same model in which what joined one cluster joins another from now on. The places it was known
    /// by stay: complaints like those of either are still recognised.
    #[must_use]
    pub fn merged(&self, from: ClusterId, into: ClusterId) -> Self {
        let mut merged = self.clone();
        merged.groups.iter_mut().filter(|group| group.id == from).for_each(|group| group.id = into);
        merged
    }

    /// The same model with more groups, placed by their texts in this model's space; a group whose id is
    /// known is placed anew, and one without a known feature is left out. The others do not move.
    #[must_use]
    pub fn extend(&self, groups: &[GroupTexts<'_>], threads: usize) -> Self {
        let mut more = self.clone();
        let all = groups.iter().flat_map(|group| group.texts).copied();
        let background = Background::new(&self.analyzer, all);
        for added in groups {
            let places = self.embedder.embed_many(&self.analyzer, added.texts, threads);
            let place =
                |text: usize| places.row(text).to_slice().expect("rows of a standard array are contiguous");
            let texts: Vec<usize> = (0..added.texts.len())
                .filter(|&text| place(text).iter().any(|&value| value != 0.0))
                .collect();
            more.groups.retain(|group| group.id != added.id);
            if let Some((centroid, threshold)) = shape_of(&texts, place) {
                let words = background.name(added.texts.iter().copied()).words;
                more.groups.push(Group { id: added.id, centroid, threshold, words });
            }
        }
        more
    }

    /// The group a text belongs to; `None` when it is within no group's reach.
    pub fn assign(&self, text: &str, language: Language) -> Option<Assignment> {
        self.assign_with(&mut self.embedder.placing(&self.analyzer), &mut Vec::new(), (text, language))
    }

    /// The groups of many texts, in their order.
    pub fn assign_many(&self, texts: &[(&str, Language)], threads: usize) -> Vec<Option<Assignment>> {
        let start = || (self.embedder.placing(&self.analyzer), Vec::new());
        let parts = map_blocks(texts.len(), TEXTS_PER_BLOCK, threads, start, |(placing, place), range| {
            texts[range].iter().map(|&text| self.assign_with(placing, place, text)).collect::<Vec<_>>()
        });
        parts.into_iter().flatten().collect()
    }

    /// The group of each text and the cosine to its centre, without the words that say why; `read` has the same
    /// texts read before.
    pub fn nearest_of_read(
        &self,
        texts: &[(&str, Language)],
        read: &ReadTexts,
        threads: usize,
    ) -> Vec<Option<(ClusterId, f32)>> {
        let start = || (self.embedder.placing(&self.analyzer), Vec::new());
        let parts = map_blocks(texts.len(), TEXTS_PER_BLOCK, threads, start, |(placing, place), range| {
            let mut near = Vec::with_capacity(range.len());
            for (&text, features) in texts[range.clone()].iter().zip(read.range(range)) {
                let placed = placing.embed(Read { text, features: Some(features) }, place);
                let nearest = if placed { self.nearest(place) } else { None };
                near.push(nearest.map(|(group, similarity)| (group.id, similarity)));
            }
            near
        });
        parts.concat()
    }

    fn assign_with(
        &self,
        placing: &mut Placing<'_>,
        place: &mut Vec<f32>,
        (text, language): Text<'_>,
    ) -> Option<Assignment> {
        if !placing.embed(Read { text: (text, language), features: None }, place) {
            return None;
        }
        let (group, similarity) = self.nearest(place)?;
        Some(Assignment { cluster: group.id, similarity, terms: self.shared(group, text, language) })
    }

    /// The group whose centre is nearest, if the place is within its reach.
    fn nearest(&self, place: &[f32]) -> Option<(&Group, f32)> {
        let shapes = self.groups.iter().map(|group| (group.centroid.as_slice(), group.threshold));
        let (index, similarity) = nearest_within(shapes, place)?;
        Some((&self.groups[index], similarity))
    }

    fn shared(&self, group: &Group, text: &str, language: Language) -> Vec<String> {
        let mut found: Vec<(usize, String)> = Vec::new();
        self.analyzer.each_token(text, language, |token| {
            if token.is_stop {
                return;
            }
            if let Some(rank) = group.words.iter().position(|word| word == token.term)
                && !found.iter().any(|(known, _)| *known == rank)
            {
                found.push((rank, text[token.start..token.end].to_owned()));
            }
        });
        found.sort_unstable_by_key(|(rank, _)| *rank);
        found.into_iter().take(SHOWN_WORDS).map(|(_, word)| word).collect()
    }

    /// Writes a model folder, replacing one of the same name, and returns its card.
    pub fn save(&self, folder: &Path) -> Result<GroupCard, LearnError> {
        let bytes = self.bytes();
        let card = self.card(&bytes);
        artefact::save(folder, Kind::Groups, &card, &bytes)?;
        Ok(card)
    }

    /// The card of this model as it is.
    fn card(&self, bytes: &[u8]) -> GroupCard {
        let line = |group: &Group| GroupLine {
            id: group.id,
            threshold: group.threshold,
            words: group.words.clone(),
        };
        GroupCard {
            name: format!("groups-{}", &hex_sha256(&[bytes])[..8]),
            analyzer_version: ANALYZER_VERSION,
            dimensions: self.embedder.dimensions(),
            features: self.embedder.features(),
            vectors: self.embedder.vectors().map(str::to_owned),
            groups: self.groups.iter().map(line).collect(),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut to = Writer::default();
        self.embedder.write(&mut to);
        to.length(self.groups.len());
        for Group { id, centroid, threshold, words } in &self.groups {
            to.raw(id.as_bytes());
            to.f32s(centroid);
            to.f32(*threshold);
            to.length(words.len());
            words.iter().for_each(|word| to.text(word));
        }
        to.finish()
    }

    /// Reads a model folder.
    ///
    /// # Errors
    /// When the folder is missing, damaged, holds no groups model, or was made with another text analysis or in
    /// another space than that of the word vectors given, or of none.
    pub fn load(folder: &Path, vectors: Option<&Arc<WordVectors>>) -> Result<(Self, GroupCard), LearnError> {
        let (card, model) = artefact::load(folder, Kind::Groups, |from| Self::read(from, vectors))?;
        Ok((model, card))
    }

    fn read(from: &mut Reader<'_>, vectors: Option<&Arc<WordVectors>>) -> Result<Self, Corrupt> {
        let embedder = Embedder::read(from, vectors)?;
        let count = from.length()?;
        let mut groups = Vec::new();
        for _ in 0..count {
            let id = ClusterId::from_slice(from.take(ID_BYTES)?).ok_or(Corrupt("an id of the wrong size"))?;
            let centroid = from.f32s()?;
            if centroid.len() != embedder.dimensions() {
                return Err(Corrupt("a centre of the wrong size"));
            }
            let threshold = from.f32()?;
            let words = (0..from.length()?).map(|_| from.text()).collect::<Result<_, _>>()?;
            groups.push(Group { id, centroid, threshold, words });
        }
        Ok(Self { analyzer: Arc::new(Analyzer::new()), embedder: Arc::new(embedder), groups })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use uuid::Uuid;

    use super::*;
    use crate::domain::language::Language::{English, Spanish};
    use crate::learn::artefact::{CARD_FILE, MODEL_FILE};
    use crate::learn::discovery::{DiscoveryDoc, DiscoveryParams, discover};

    const CARDS: [&str; 6] = [
        "tarjeta bloqueada sin aviso",
        "mi tarjeta está bloqueada",
        "bloquearon la tarjeta por error",
        "tarjeta bloqueada en el cajero",
        "otra vez la tarjeta bloqueada",
        "bloqueo de mi tarjeta de crédito",
    ];
    const PARCELS: [&str; 6] = [
        "parcel never arrived",
        "my parcel has not arrived",
        "the parcel was lost",
        "lost parcel, never arrived at my office",
        "parcel arrived two weeks late",
        "where is my parcel",
    ];
    const INSURANCE: [&str; 5] = [
        "my parcel insurance claim was refused",
        "claim for a lost parcel refused",
        "refused claim",
        "they refused the claim for my office",
        "claim refused again",
    ];

    fn id(number: u128) -> ClusterId {
        ClusterId(Uuid::from_u128(number))
    }

    /// A model with the cards as one group and the parcels as the other; which is which by `id_of`.
    fn model() -> GroupModel {
        let docs: Vec<_> = CARDS
            .iter()
            .map(|&text| DiscoveryDoc { text, language: Spanish, copies: 1 })
            .chain(PARCELS.iter().map(|&text| DiscoveryDoc { text, language: English, copies: 1 }))
            .collect();
        let params =
            DiscoveryParams { dimensions: 8, neighbours: 4, min_size: 3, ..DiscoveryParams::default() };
        let found = discover(&docs, &params.check().unwrap(), 1).unwrap();
        let ids: Vec<_> =
            found.groups.iter().map(|group| id(u128::from(group.members[0] >= CARDS.len()))).collect();
        GroupModel::of(&found, &ids)
    }

    #[test]
    fn a_new_text_joins_its_group_and_says_why() {
        let got = model().assign("Mi Tarjeta sigue bloqueada", Spanish).unwrap();
        assert_eq!(got.cluster, id(0));
        assert!(got.similarity > 0.3 && got.similarity <= 1.001, "{got:?}");
        assert!(got.terms.contains(&"Tarjeta".to_owned()), "{got:?}");
        assert_eq!(model().assign("The parcel is lost", English).map(|got| got.cluster), Some(id(1)));
    }

    #[test]
    fn what_is_like_nothing_joins_nothing() {
        for text in ["", "xilófono", "12345", "zeppelin quirúrgico"] {
            assert_eq!(model().assign(text, Spanish), None, "{text}");
        }
    }

    #[test]
    fn many_are_assigned_as_one_by_one() {
        let model = model();
        let texts: Vec<_> = CARDS.iter().chain(&PARCELS).map(|&text| (text, Spanish)).collect();
        let single: Vec<_> = texts.iter().map(|(text, language)| model.assign(text, *language)).collect();
        let near: Vec<_> = single
            .iter()
            .map(|found| found.as_ref().map(|found| (found.cluster, found.similarity)))
            .collect();
        for threads in [1, 2] {
            assert_eq!(model.assign_many(&texts, threads), single);
            let read = ReadTexts::new(&Analyzer::new(), &texts, threads);
            assert_eq!(model.nearest_of_read(&texts, &read, threads), near);
        }
    }

    #[test]
    fn groups_come_and_go_without_moving_the_others() {
        let model = model();
        let texts = INSURANCE.map(|text| (text, English));
        let more = model.extend(&[GroupTexts { id: id(7), texts: &texts }], 1);
        assert_eq!(more.groups[..model.groups.len()], model.groups[..]);
        assert!(more.clusters().any(|cluster| cluster == id(7)));
        let merged = more.merged(id(7), id(1));
        for (text, language) in [("parcel lost", English), (INSURANCE[3], English)] {
            assert_eq!(merged.assign(text, language).map(|got| got.cluster), Some(id(1)), "{text}");
        }
        let fewer = more.without(id(0));
        assert!(!fewer.clusters().any(|cluster| cluster == id(0)));
        assert_ne!(fewer.assign("tarjeta bloqueada", Spanish).map(|got| got.cluster), Some(id(0)));
        let blank = model.extend(&[GroupTexts { id: id(9), texts: &[("…", English)] }], 1);
        assert!(!blank.clusters().any(|cluster| cluster == id(9)));
    }

    #[test]
    fn a_saved_model_assigns_as_before_and_saves_to_the_same_bytes() {
        let home = tempfile::tempdir().unwrap();
        let model = model();
        let (first, second) = (home.path().join("first"), home.path().join("second"));
        let card = model.save(&first).unwrap();
        assert!(card.name.starts_with("groups-") && card.groups.len() == model.groups.len());
        let (read, read_card) = GroupModel::load(&first, None).unwrap();
        assert_eq!(read_card, card);
        assert_eq!(read.assign(CARDS[1], Spanish), model.assign(CARDS[1], Spanish));
        read.save(&second).unwrap();
        for file in [CARD_FILE, MODEL_FILE] {
            assert_eq!(fs::read(first.join(file)).unwrap(), fs::read(second.join(file)).unwrap(), "{file}");
        }
    }
}

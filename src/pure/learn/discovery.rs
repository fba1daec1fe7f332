//! Recurring failures found in a heap of texts: repeats collapsed, texts placed by likeness, neighbours
//! parted into communities, and what belongs nowhere left honestly apart.
//!
//! It knows no ids and no earlier groups; the caller gives ids and compares with what is known.

use std::sync::Arc;

use ndarray::Array2;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::LearnError;
use super::communities::{k_means, leiden};
use super::embedder::Embedder;
use super::naming::{Background, Name};
use super::near_duplicates::first_copies;
use super::neighbours::nearest;
use super::parallel::MAX_THREADS;
use super::shape::{Community, join, shape, shaped};
use super::stability::steady_partition;
use super::vectorizer::Text;
use super::word_vectors::WordVectors;
use crate::domain::language::Language;
use crate::text::analyzer::Analyzer;

/// A text with fewer different content words cannot be told apart from anything.
const MIN_WORDS: usize = 2;
/// Members named as typical of a group.
const CENTRAL_TEXTS: usize = 5;
/// A letter sent by more than this share of a group's complainants is a group of its own.
const LETTER_SHARE: f64 = 0.5;

/// One text to be grouped.
#[derive(Clone, Copy, Debug)]
pub struct DiscoveryDoc<'a> {
    /// The text.
    pub text: &'a str,
    /// The language its words are read in.
    pub language: Language,
    /// Complaints that say this; at least 1.
    pub copies: u32,
}

/// How communities are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Grouping {
    /// As finely as the division stays about the same when some of the texts are left out.
    Steady,
    /// As many as the texts suggest; a higher resolution gives more and smaller ones.
    Communities {
        /// 1 is the usual.
        resolution: f64,
    },
    /// This many, by k-means: the plain method the other has to beat.
    KMeans {
        /// How many.
        groups: usize,
    },
}

/// How groups are looked for. [`DiscoveryParams::check`] makes it usable.
#[derive(Clone, Debug, PartialEq)]
pub struct DiscoveryParams {
    /// Numbers each text is placed by.
    pub dimensions: usize,
    /// Neighbours each text is joined with.
    pub neighbours: usize,
    /// How communities are made.
    pub grouping: Grouping,
    /// Complaints a group needs.
    pub min_size: u32,
    /// Above this many different texts, groups are found in a seeded sample and the rest assigned.
    pub max_texts: usize,
    /// Threads to use; changes nothing but the time it takes.
    pub threads: usize,
}

impl Default for DiscoveryParams {
    fn default() -> Self {
        Self {
            dimensions: 200,
            neighbours: 15,
            grouping: Grouping::Steady,
            min_size: 5,
            max_texts: 12_000,
            threads: 1,
        }
    }
}

impl DiscoveryParams {
    /// Refuses what cannot work.
    pub fn check(self) -> Result<ValidDiscoveryParams, LearnError> {
        let within = |name, value: f64, low: f64, high: f64, expected| {
            let fits = (low..=high).contains(&value);
            if fits { Ok(()) } else { Err(LearnError::Parameter { name, expected, got: value.to_string() }) }
        };
        within("dimensions", self.dimensions as f64, 2.0, 200.0, "between 2 and 200")?;
        within("neighbours", self.neighbours as f64, 1.0, 100.0, "between 1 and 100")?;
        within("min_size", f64::from(self.min_size), 1.0, 1e6, "between 1 and a million")?;
        within("max_texts", self.max_texts as f64, 10.0, 20_000.0, "between 10 and 20000")?;
        within("threads", self.threads as f64, 1.0, MAX_THREADS as f64, "between 1 and 64")?;
        match self.grouping {
            Grouping::Communities { resolution } => {
                within("resolution", resolution, 1e-3, 1e3, "between 0.001 and 1000")?;
            }
            Grouping::Steady => {}
            Grouping::KMeans { groups } => within("groups", groups as f64, 1.0, 5e3, "between 1 and 5000")?,
        }
        Ok(ValidDiscoveryParams(self))
    }
}

/// Parameters that passed [`DiscoveryParams::check`].
#[derive(Clone, Debug, PartialEq)]
pub struct ValidDiscoveryParams(DiscoveryParams);

/// A group found.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundGroup {
    /// Its texts, as indices into what was given, rising.
    pub members: Vec<usize>,
    /// Complaints in it: its members' copies together.
    pub complaints: u64,
    /// Terms that set it apart, as its texts write them, strongest first.
    pub terms: Vec<String>,
    /// A readable line of the first terms.
    pub title: String,
    /// Its most typical members, most typical first, no two of them repeats.
    pub central: Vec<usize>,
    /// Mean cosine of its texts to the centre of the others: 1 all alike, 0 nothing in common.
    pub cohesion: f32,
    /// Different texts among its members; copies of one letter are one.
    pub texts: usize,
    /// Members that are copies of its most copied letter, the first of them included, rising; empty when
    /// no text of it was sent twice.
    pub letter: Vec<usize>,
    pub(super) shape: Shape,
}

/// Where a group lies and how far it reaches.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    /// Unit length.
    pub(super) centroid: Vec<f32>,
    /// Cosine to the centroid from which a text belongs.
    pub(super) threshold: f32,
    /// Folded stems of its strongest words, strongest first.
    pub(super) words: Vec<String>,
}

/// What was found in a heap of texts.
#[derive(Debug)]
pub struct Discovery {
    /// The groups, largest first.
    pub groups: Vec<FoundGroup>,
    /// Texts of no group, rising.
    pub ungrouped: Vec<usize>,
    /// Different texts among those given; copies of one letter are one.
    pub distinct: usize,
    /// How finely the texts were divided; `None` for k-means.
    pub resolution: Option<f64>,
    /// How much of the division stays when a fifth of the texts is left out: mean adjusted Rand index;
    /// `None` unless that was looked for.
    pub agreement: Option<f64>,
    pub(super) embedder: Arc<Embedder>,
}

/// Finds the recurring failures among `docs`. The same texts, parameters and seed give the same groups,
/// bit for bit, on any number of threads.
///
/// # Errors
/// When the texts have no feature in common.
pub fn discover(
    docs: &[DiscoveryDoc<'_>],
    params: &ValidDiscoveryParams,
    seed: u64,
) -> Result<Discovery, LearnError> {
    discover_by(None, docs, params, seed)
}

/// As [`discover`], in the space of word vectors where some are given.
///
/// # Errors
/// As [`discover`].
pub fn discover_by(
    vectors: Option<&Arc<WordVectors>>,
    docs: &[DiscoveryDoc<'_>],
    params: &ValidDiscoveryParams,
    seed: u64,
) -> Result<Discovery, LearnError> {
    let ValidDiscoveryParams(params) = params;
    let analyzer = Analyzer::new();
    let collapsed = Collapsed::new(&analyzer, docs);
    let texts: Vec<Text<'_>> =
        collapsed.first.iter().map(|&doc| (docs[doc].text, docs[doc].language)).collect();
    let (sample, rest) = sample(texts.len(), params.max_texts, seed);
    let sampled: Vec<Text<'_>> = sample.iter().map(|&text| texts[text]).collect();

    let (embedder, vectors) =
        Embedder::for_texts(vectors, &analyzer, &sampled, params.dimensions, (seed, params.threads))?;
    let min_size = u64::from(params.min_size);
    let weights: Vec<u64> = sample.iter().map(|&text| collapsed.complaints[text]).collect();
    let graph = || nearest(vectors.view(), params.neighbours, params.threads);
    let (mut resolution, mut agreement) = (None, None);
    let community = match params.grouping {
        Grouping::Steady => {
            let steady = steady_partition(&graph(), &weights, min_size, seed, params.threads)?;
            (resolution, agreement) = (Some(steady.resolution), Some(steady.agreement));
            steady.partition
        }
        Grouping::Communities { resolution: given } => {
            resolution = Some(given);
            leiden(&graph(), given, seed)?
        }
        Grouping::KMeans { groups } => k_means(&vectors, groups, seed)?,
    };
    let mut places = Array2::zeros((texts.len(), vectors.ncols()));
    sample.iter().zip(vectors.outer_iter()).for_each(|(&text, place)| places.row_mut(text).assign(&place));
    let mut groups = shaped(&community, &vectors);
    groups.iter_mut().for_each(|group| group.members.iter_mut().for_each(|(text, _)| *text = sample[*text]));
    if !rest.is_empty() {
        let rest_texts: Vec<Text<'_>> = rest.iter().map(|&text| texts[text]).collect();
        let joining = embedder.embed_many(&analyzer, &rest_texts, params.threads);
        join(&mut groups, &rest, &joining);
        rest.iter().zip(joining.outer_iter()).for_each(|(&text, place)| places.row_mut(text).assign(&place));
    }
    let groups = collapsed.letters_apart(groups, &places, min_size);

    let background = Background::new(&analyzer, texts.iter().copied());
    let mut found: Vec<FoundGroup> = groups
        .into_iter()
        .filter_map(|group| {
            let complaints = group.members.iter().map(|&(text, _)| collapsed.complaints[text]).sum();
            if complaints < min_size {
                return None;
            }
            let name = background.name(group.members.iter().map(|&(text, _)| texts[text]));
            Some(collapsed.found(group, name, complaints))
        })
        .collect();
    found.sort_by(|a, b| b.complaints.cmp(&a.complaints).then(a.members.cmp(&b.members)));
    let mut is_grouped = vec![false; docs.len()];
    found.iter().flat_map(|group| &group.members).for_each(|&doc| is_grouped[doc] = true);
    let ungrouped = (0..docs.len()).filter(|&doc| !is_grouped[doc]).collect();
    Ok(Discovery {
        groups: found,
        ungrouped,
        distinct: texts.len(),
        resolution,
        agreement,
        embedder: Arc::new(embedder),
    })
}

/// Letters that differ, each with the documents that copy it. Texts with too few words are left out.
struct Collapsed {
    first: Vec<usize>,
    docs: Vec<Vec<usize>>,
    complaints: Vec<u64>,
}

impl Collapsed {
    fn new(analyzer: &Analyzer, docs: &[DiscoveryDoc<'_>]) -> Self {
        let mut collapsed = Self { first: Vec::new(), docs: Vec::new(), complaints: Vec::new() };
        let mut slots: Vec<Option<usize>> = vec![None; docs.len()];
        let firsts = first_copies(docs.iter().map(|doc| doc.text));
        for (index, (doc, first)) in docs.iter().zip(firsts).enumerate() {
            if first == index && has_enough_words(analyzer, doc) {
                slots[index] = Some(collapsed.first.len());
                collapsed.first.push(index);
                collapsed.docs.push(Vec::new());
                collapsed.complaints.push(0);
            }
            if let Some(text) = slots[first] {
                collapsed.docs[text].push(index);
                collapsed.complaints[text] += u64::from(doc.copies.max(1));
            }
        }
        collapsed
    }

    /// The same groups with each letter that makes up most of its group, or was sent often and is in
    /// none, as a group of its own.
    fn letters_apart(&self, groups: Vec<Community>, places: &Array2<f32>, min_size: u64) -> Vec<Community> {
        let place =
            |text: usize| places.row(text).to_slice().expect("rows of a standard array are contiguous");
        let mut apart = Vec::new();
        let mut is_grouped = vec![false; self.first.len()];
        for group in groups {
            let complaints =
                |texts: &[(usize, f32)]| texts.iter().map(|&(text, _)| self.complaints[text]).sum::<u64>();
            let all = complaints(&group.members);
            if all < min_size {
                continue;
            }
            group.members.iter().for_each(|&(text, _)| is_grouped[text] = true);
            let (letter, others): (Vec<_>, Vec<_>) = group
                .members
                .iter()
                .partition(|(text, _)| self.complaints[*text] as f64 > LETTER_SHARE * all as f64);
            let others_left = complaints(&others);
            if letter.is_empty() || others_left < min_size || all - others_left < min_size {
                apart.push(group);
                continue;
            }
            for part in [letter, others] {
                let texts: Vec<usize> = part.iter().map(|&(text, _)| text).collect();
                apart.extend(shape(&texts, place));
            }
        }
        let alone = (0..self.first.len()).filter(|&text| {
            !is_grouped[text] && self.docs[text].len() > 1 && self.complaints[text] >= min_size
        });
        apart.extend(alone.filter_map(|text| shape(&[text], place)));
        apart
    }

    fn found(&self, group: Community, name: Name, complaints: u64) -> FoundGroup {
        let mut members: Vec<usize> =
            group.members.iter().flat_map(|&(text, _)| self.docs[text].iter().copied()).collect();
        members.sort_unstable();
        let similarity: f32 = group.members.iter().map(|&(_, similarity)| similarity).sum();
        let copied = group.members.iter().map(|&(text, _)| &self.docs[text]).filter(|docs| docs.len() > 1);
        FoundGroup {
            members,
            complaints,
            terms: name.terms,
            title: name.title,
            central: group.members.iter().take(CENTRAL_TEXTS).map(|&(text, _)| self.first[text]).collect(),
            cohesion: similarity / group.members.len().max(1) as f32,
            texts: group.members.len(),
            letter: copied
                .max_by(|a, b| a.len().cmp(&b.len()).then(b[0].cmp(&a[0])))
                .cloned()
                .unwrap_or_default(),
            shape: Shape { centroid: group.centroid, threshold: group.threshold, words: name.words },
        }
    }
}

fn has_enough_words(analyzer: &Analyzer, doc: &DiscoveryDoc<'_>) -> bool {
    let mut words: Vec<String> = Vec::new();
    analyzer.each_token(doc.text, doc.language, |token| {
        if words.len() < MIN_WORDS && !token.is_stop && !words.iter().any(|word| word == token.term) {
            words.push(token.term.to_owned());
        }
    });
    words.len() >= MIN_WORDS
}

/// Indices to fit on and the others, both rising.
fn sample(texts: usize, most: usize, seed: u64) -> (Vec<usize>, Vec<usize>) {
    let mut order: Vec<usize> = (0..texts).collect();
    if texts > most {
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    }
    let mut rest = order.split_off(most.min(texts));
    order.sort_unstable();
    rest.sort_unstable();
    (order, rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::Language::{English, Spanish};

    const TROUBLES: [(Language, &str, [&str; 6]); 4] = [
        (
            Spanish,
            "tarjeta bloqueada",
            ["sin aviso", "en el supermercado", "otra vez", "estando de viaje", "por error", "desde ayer"],
        ),
        (
            Spanish,
            "cobro de comisión",
            ["que no acepté", "de mantención", "duplicado", "abusivo", "sin contrato", "en mi cuenta"],
        ),
        (
            English,
            "parcel never arrived",
            ["from the shop", "after two weeks", "at my office", "again", "despite tracking", "this month"],
        ),
        (
            English,
            "agent hung up",
            ["on the phone", "without answer", "twice today", "rudely", "after an hour", "on my mother"],
        ),
    ];
    const OPENINGS: [&str; 3] = ["", "Hola: ", "Please help, "];

    fn texts() -> Vec<(String, Language)> {
        let all = OPENINGS.iter().flat_map(|opening| {
            TROUBLES.iter().flat_map(move |(language, trouble, ends)| {
                ends.map(|end| (format!("{opening}{trouble} {end}"), *language))
            })
        });
        // Repeats of one text, texts with too few words, and one that is like no other.
        let odd = ["¡COBRO DE COMISIÓN   duplicado!", "", "gracias", "…", "xilófono quirúrgico zeppelin"];
        all.chain(odd.map(|text| (text.to_owned(), Spanish))).collect()
    }

    fn docs(texts: &[(String, Language)]) -> Vec<DiscoveryDoc<'_>> {
        texts.iter().map(|(text, language)| DiscoveryDoc { text, language: *language, copies: 1 }).collect()
    }

    fn params(change: impl FnOnce(&mut DiscoveryParams)) -> ValidDiscoveryParams {
        let mut params = DiscoveryParams { dimensions: 20, neighbours: 8, ..DiscoveryParams::default() };
        change(&mut params);
        params.check().unwrap()
    }

    /// The trouble most members of a group tell of, and their share.
    fn trouble(group: &FoundGroup, texts: &[(String, Language)]) -> (usize, f32) {
        let counts = TROUBLES.map(|(_, trouble, _)| {
            let tells = |doc: &&usize| texts[**doc].0.to_lowercase().contains(trouble);
            group.members.iter().filter(tells).count()
        });
        let most = (0..4).max_by_key(|&trouble| counts[trouble]).unwrap();
        (most, counts[most] as f32 / group.members.len() as f32)
    }

    #[test]
    fn each_trouble_becomes_a_group_of_its_own() {
        let texts = texts();
        let found = discover(&docs(&texts), &params(|_| ()), 1).unwrap();
        let mut seen: Vec<usize> = Vec::new();
        for group in &found.groups {
            let (trouble, share) = trouble(group, &texts);
            assert!(share > 0.9, "{}: {share}", group.title);
            let first = TROUBLES[trouble].1.split(' ').next().unwrap();
            assert!(group.terms.iter().any(|term| term.contains(first)), "{:?}", group.terms);
            assert!(group.central.iter().all(|doc| group.members.contains(doc)));
            seen.push(trouble);
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, [0, 1, 2, 3]);
        let all: usize = found.groups.iter().map(|group| group.members.len()).sum();
        assert_eq!(all + found.ungrouped.len(), texts.len(), "every text is in one place");
        assert!(all >= 60, "{all} of 72 troubles are grouped");
    }

    #[test]
    fn what_says_nothing_stays_apart_and_repeats_stay_together() {
        let texts = texts();
        let found = discover(&docs(&texts), &params(|_| ()), 1).unwrap();
        let odd = TROUBLES.len() * 6 * OPENINGS.len();
        let of = |doc: usize| found.groups.iter().position(|group| group.members.contains(&doc));
        for (doc, (text, _)) in texts.iter().enumerate().skip(odd + 1) {
            assert!(found.ungrouped.contains(&doc), "{text:?} was grouped");
        }
        let original = texts.iter().position(|(text, _)| text == "cobro de comisión duplicado").unwrap();
        assert_eq!(of(odd), of(original));
        assert!(of(odd).is_some());
    }

    #[test]
    fn copies_count_and_small_groups_are_dropped() {
        let texts = texts();
        let mut docs = docs(&texts);
        let dropped = discover(&docs, &params(|params| params.min_size = 1000), 1).unwrap();
        assert!(dropped.groups.is_empty() && dropped.ungrouped.len() == texts.len());
        docs[0].copies = 1000;
        let kept = discover(&docs, &params(|params| params.min_size = 1000), 1).unwrap();
        assert_eq!(kept.groups.len(), 1);
        assert!(kept.groups[0].complaints >= 1000 && kept.groups[0].members.contains(&0));
    }

    #[test]
    fn threads_change_nothing() {
        let texts = texts();
        let one = discover(&docs(&texts), &params(|_| ()), 3).unwrap();
        let two = discover(&docs(&texts), &params(|params| params.threads = 2), 3).unwrap();
        assert_eq!((one.groups, one.ungrouped), (two.groups, two.ungrouped));
    }

    #[test]
    fn beyond_the_limit_a_sample_is_grouped_and_the_rest_joins() {
        let texts = texts();
        let found = discover(&docs(&texts), &params(|params| params.max_texts = 40), 1).unwrap();
        let grouped: usize = found.groups.iter().map(|group| group.members.len()).sum();
        assert!(grouped > 40, "{grouped} grouped");
        assert!(found.groups.iter().all(|group| trouble(group, &texts).1 > 0.8));
    }

    /// The plain method, told the number of groups: communities, not told, must not be worse.
    #[test]
    fn communities_are_no_worse_than_k_means() {
        let texts = texts();
        let purity = |grouping| {
            let found = discover(&docs(&texts), &params(|params| params.grouping = grouping), 1).unwrap();
            let right: f32 =
                found.groups.iter().map(|group| trouble(group, &texts).1 * group.members.len() as f32).sum();
            right / texts.len() as f32
        };
        let (ours, plain) =
            (purity(Grouping::Communities { resolution: 1.0 }), purity(Grouping::KMeans { groups: 4 }));
        assert!(ours >= plain - 0.02, "{ours} against {plain}");
    }

    #[test]
    fn nothing_to_group_is_said() {
        assert!(matches!(discover(&[], &params(|_| ()), 1), Err(LearnError::NoFeatures { texts: 0, .. })));
    }
}

//! The failure nobody has named yet: recent texts that lie denser together than chance would place them
//! among those of the past.
//!
//! Mere novelty fails on long complaints, in which everything is a little new. So the space of texts is
//! scanned for balls that hold too large a share of recent ones (`density`), and how dense is too dense is
//! learned by playing the past as if it came in anew (`calibration`), so that the rate of false alarms is
//! what was asked for. Everything is fitted on the past alone.

mod calibration;
mod density;

use ndarray::{Array2, ArrayView2, Axis, Slice};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::LearnError;
use super::embedder::Embedder;
use super::naming::Background;
use super::neighbours::{highest, nearest};
use super::parallel::{MAX_THREADS, map_blocks};
use super::vectorizer::Text;
use crate::text::analyzer::Analyzer;

use density::{MOST_NEIGHBOURS, Near, dense_groups};

/// Share of the past that places are fitted on; the rest is what recent texts are compared with. Texts look
/// alike merely by being out of sample, so both sides of the comparison must be. Short messages want more to
/// compare with, long letters more to fit on; between a quarter and four tenths it makes little difference.
const FITTED_SHARE: f64 = 0.3;
/// Recent texts placed by a thread at a time.
const TEXTS_PER_BLOCK: usize = 32;
/// Numbers each text is placed by.
const DIMENSIONS: usize = 200;

/// How a scan works. [`Params::check`] makes it usable.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// Recent texts a scan looks at.
    pub recent: usize,
    /// New texts after which it looks again; the rate of false alarms holds for this step.
    pub step: usize,
    /// False alarms per 1,000 texts that come in, on average.
    pub false_alarms_per_1000: f64,
    /// Texts a group has at least.
    pub min_size: usize,
    /// Threads to use; changes nothing but the time it takes.
    pub threads: usize,
}

impl Default for Params {
    fn default() -> Self {
        Self { recent: 300, step: 25, false_alarms_per_1000: 1.0, min_size: 4, threads: 1 }
    }
}

impl Params {
    /// Refuses what cannot work.
    pub fn check(self) -> Result<ValidParams, LearnError> {
        let within = |name, value: f64, low: f64, high: f64, expected| {
            let fits = (low..=high).contains(&value);
            if fits { Ok(()) } else { Err(LearnError::Parameter { name, expected, got: value.to_string() }) }
        };
        within("recent", self.recent as f64, 50.0, 2_000.0, "between 50 and 2000")?;
        within("step", self.step as f64, 1.0, self.recent as f64, "between 1 and the recent texts")?;
        within("false_alarms_per_1000", self.false_alarms_per_1000, 0.01, 20.0, "between 0.01 and 20")?;
        within("min_size", self.min_size as f64, 2.0, 100.0, "between 2 and 100")?;
        within("threads", self.threads as f64, 1.0, MAX_THREADS as f64, "between 1 and 64")?;
        Ok(ValidParams(self))
    }

    /// Texts of the past that are needed: those compared with must outnumber the recent ones twice.
    pub fn least_history(&self) -> usize {
        (2.0 * self.recent as f64 / (1.0 - FITTED_SHARE)).ceil() as usize
    }
}

/// Parameters that passed [`Params::check`].
#[derive(Clone, Debug, PartialEq)]
pub struct ValidParams(Params);

impl ValidParams {
    /// The parameters.
    pub fn get(&self) -> &Params {
        &self.0
    }
}

/// A recent text in its place, with the likeness of the texts of the past that are nearest to it.
#[derive(Clone, Debug)]
pub struct Placed {
    place: Vec<f32>,
    /// Cosines, falling.
    past: Vec<f32>,
}

/// Recent texts that lie too dense.
#[derive(Clone, Debug, PartialEq)]
pub struct EmergingGroup {
    /// The texts, as indices into the recent ones given, the densest place first.
    pub members: Vec<usize>,
    /// Logarithm of how much more probable the count is in a denser ball than in an even one.
    pub score: f64,
    /// Nearest texts looked at around the densest place, and how many of them are recent.
    pub neighbours: usize,
    /// Of those, the recent ones.
    pub recent_neighbours: usize,
    /// Recent ones to be expected among them were recent and past texts mixed evenly.
    pub expected: f64,
    /// Whether a third of its texts or more were known: it was told before and goes on.
    pub goes_on: bool,
}

/// The past, placed, with the density from which recent texts are too dense.
#[derive(Debug)]
pub struct Scanner {
    analyzer: Analyzer,
    embedder: Embedder,
    past: Array2<f32>,
    threshold: f64,
    params: Params,
}

impl Scanner {
    /// Learns the past from `history`, of which the order says nothing. The same texts, parameters and seed
    /// give the same scanner, on any number of threads.
    ///
    /// # Errors
    /// When the past is shorter than [`Params::least_history`], or its texts have nothing in common.
    pub fn fit(
        history: &[Text<'_>],
        ValidParams(params): &ValidParams,
        seed: u64,
    ) -> Result<Self, LearnError> {
        if history.len() < params.least_history() {
            return Err(LearnError::Parameter {
                name: "history",
                expected: "more than three times as many texts as are recent",
                got: format!("{} texts", history.len()),
            });
        }
        let mut order: Vec<usize> = (0..history.len()).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        let (fitted, compared) = order.split_at((FITTED_SHARE * history.len() as f64) as usize);
        let pick = |chosen: &[usize]| chosen.iter().map(|&at| history[at]).collect::<Vec<Text<'_>>>();
        let analyzer = Analyzer::new();
        let (embedder, _) =
            Embedder::for_texts(None, &analyzer, &pick(fitted), DIMENSIONS, (seed, params.threads))?;
        let past = embedder.embed_many(&analyzer, &pick(compared), params.threads);
        let around = nearest(past.view(), MOST_NEIGHBOURS, params.threads);
        let threshold = calibration::threshold(&around, params, seed);
        Ok(Self { analyzer, embedder, past, threshold, params: params.clone() })
    }

    /// Score from which a group is reported.
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// Places texts that came in after the past.
    pub fn place(&self, texts: &[Text<'_>]) -> Vec<Placed> {
        let parts = map_blocks(
            texts.len(),
            TEXTS_PER_BLOCK,
            self.params.threads,
            || (),
            |(), range| {
                let places = self.embedder.embed_many(&self.analyzer, &texts[range], 1);
                let cosines = places.dot(&self.past.t());
                let rows = places.outer_iter().zip(cosines.outer_iter());
                rows.map(|(place, cosines)| Placed {
                    place: place.to_vec(),
                    past: highest(cosines.iter().copied(), None, MOST_NEIGHBOURS)
                        .into_iter()
                        .map(|(_, c)| c)
                        .collect(),
                })
                .collect::<Vec<_>>()
            },
        );
        parts.into_iter().flatten().collect()
    }

    /// The groups among `recent` (the latest texts, at most as many as the parameters say) that are too
    /// dense, densest first. Members are marked in `is_known`, one flag per recent text; a group of which a
    /// third was known goes on.
    pub fn scan(&self, recent: &[Placed], is_known: &mut [bool]) -> Vec<EmergingGroup> {
        let near = self.around(recent);
        let share = recent.len() as f64 / (recent.len() + self.past.nrows()) as f64;
        dense_groups(&near, share, self.threshold, self.params.min_size, is_known)
    }

    /// For every recent text, the recent ones among its nearest of past and present.
    fn around(&self, recent: &[Placed]) -> Vec<Vec<Near>> {
        let columns = self.embedder.dimensions();
        let flat: Vec<f32> = recent.iter().flat_map(|one| one.place.iter().copied()).collect();
        let places = ArrayView2::from_shape((recent.len(), columns), &flat).expect("every place is as long");
        let blocks = map_blocks(
            recent.len(),
            TEXTS_PER_BLOCK,
            self.params.threads,
            || (),
            |(), range| {
                let start = range.start;
                let cosines = places.slice_axis(Axis(0), Slice::from(range)).dot(&places.t());
                let rows = cosines.outer_iter().enumerate();
                rows.map(|(row, cosines)| {
                    let own = start + row;
                    let present = highest(cosines.iter().copied(), Some(own), MOST_NEIGHBOURS);
                    ranked(&recent[own].past, &present)
                })
                .collect::<Vec<_>>()
            },
        );
        blocks.into_iter().flatten().collect()
    }

    /// Terms that set `members` apart from `others`, strongest first.
    pub fn terms(&self, members: &[Text<'_>], others: &[Text<'_>]) -> Vec<String> {
        let background = Background::new(&self.analyzer, members.iter().chain(others).copied());
        background.name(members.iter().copied()).terms
    }
}

/// The ranks of the present ones when past and present are sorted together by falling likeness; of equals
/// the past comes first.
fn ranked(past: &[f32], present: &[(u32, f32)]) -> Vec<Near> {
    let mut before = 0;
    let mut near = Vec::new();
    for (at, &(text, cosine)) in present.iter().enumerate() {
        while past.get(before).is_some_and(|&other| other >= cosine) {
            before += 1;
        }
        let rank = before + at + 1;
        if rank > MOST_NEIGHBOURS {
            break;
        }
        near.push(Near { rank: rank as u32, text });
    }
    near
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;
    use crate::domain::language::Language::Spanish;

    const SUBJECTS: [[&str; 6]; 4] = [
        ["tarjeta", "bloqueada", "cajero", "retenida", "sucursal", "plástico"],
        ["factura", "cobro", "doble", "importe", "recibo", "cargo"],
        ["internet", "lento", "módem", "señal", "velocidad", "cortes"],
        ["técnico", "visita", "cita", "instalación", "tardanza", "espera"],
    ];
    /// Known words that never came together: the space of the past has a place for them, and nobody in it.
    const NEW: [&str; 6] = ["tarjeta", "técnico", "módem", "tarjeta", "técnico", "recibo"];

    fn text(words: &[&str; 6], random: &mut ChaCha8Rng) -> String {
        let mut words: Vec<&str> = words.to_vec();
        words.shuffle(random);
        let number: u32 = random.gen_range(0..40);
        format!("{} {} {} con dato{number} y otro{}", words[0], words[1], words[2], number / 3)
    }

    fn stream(random: &mut ChaCha8Rng, known: usize, new: usize) -> Vec<String> {
        let mut texts: Vec<String> = (0..known).map(|at| text(&SUBJECTS[at % 4], random)).collect();
        texts.extend((0..new).map(|_| text(&NEW, random)));
        texts
    }

    fn asked(texts: &[String]) -> Vec<Text<'_>> {
        texts.iter().map(|text| (text.as_str(), Spanish)).collect()
    }

    #[test]
    fn a_new_failure_is_told_once_and_the_known_ones_never() {
        let mut random = ChaCha8Rng::seed_from_u64(5);
        let params = Params { recent: 100, step: 25, ..Params::default() };
        let history = stream(&mut random, 500, 0);
        let scanner = Scanner::fit(&asked(&history), &params.clone().check().unwrap(), 1).unwrap();
        let again =
            Scanner::fit(&asked(&history), &Params { threads: 2, ..params }.check().unwrap(), 1).unwrap();
        assert_eq!(scanner.threshold(), again.threshold(), "threads changed a bit");

        let calm = stream(&mut random, 100, 0);
        assert_eq!(scanner.scan(&scanner.place(&asked(&calm)), &mut [false; 100]), []);

        let recent = stream(&mut random, 86, 14);
        let placed = scanner.place(&asked(&recent));
        let mut known = vec![false; 100];
        let found = scanner.scan(&placed, &mut known);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(!found[0].goes_on);
        let own = found[0].members.iter().filter(|&&member| member >= 86).count();
        assert!(own * 10 >= found[0].members.len() * 8 && own >= 8, "{found:?}");
        assert!(found[0].expected < found[0].recent_neighbours as f64 / 2.0);
        assert_eq!(again.scan(&again.place(&asked(&recent)), &mut [false; 100]), found);
        let later = scanner.scan(&placed, &mut known);
        assert!(later.len() == 1 && later[0].goes_on && later[0].members == found[0].members, "{later:?}");

        let texts = asked(&recent);
        let terms = scanner.terms(&texts[86..], &texts[..86]);
        assert!(terms.iter().any(|term| term.contains("módem") || term.contains("recibo")), "{terms:?}");
    }

    #[test]
    fn a_past_too_short_is_refused_by_name() {
        let texts = stream(&mut ChaCha8Rng::seed_from_u64(1), 300, 0);
        let error = Scanner::fit(&asked(&texts), &Params::default().check().unwrap(), 1).unwrap_err();
        assert!(error.to_string().starts_with("parameter `history`"), "{error}");
        for wrong in [
            Params { recent: 10, ..Params::default() },
            Params { step: 0, ..Params::default() },
            Params { false_alarms_per_1000: 0.0, ..Params::default() },
            Params { min_size: 1, ..Params::default() },
        ] {
            assert!(wrong.clone().check().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn past_and_present_are_ranked_together() {
        let near = ranked(&[0.9, 0.5, 0.5], &[(3, 0.95), (1, 0.5), (2, 0.1)]);
        let ranks: Vec<_> = near.iter().map(|near| (near.rank, near.text)).collect();
        assert_eq!(ranks, [(1, 3), (5, 1), (6, 2)]);
    }
}

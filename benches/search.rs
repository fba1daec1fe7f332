//! How fast complaints are indexed and found: 20,000 generated complaints of about 600 bytes.
//!
//! `cargo bench --bench search`; compare figures within one run only.
#![expect(clippy::expect_used, reason = "a bench that cannot set up has nothing to measure")]

use std::path::Path;
use std::sync::LazyLock;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use raiz::domain::complaint::Facts;
use raiz::domain::filter::{Field, Filter, Sort};
use raiz::domain::id::ComplaintId;
use raiz::domain::language::Language;
use raiz::domain::time::{Day, Timestamp};
use raiz::search::hits::Page;
use raiz::search::index::{Checkpoint, SearchIndex};
use raiz::search::writer::IndexedComplaint;
use tempfile::TempDir;
use uuid::Uuid;

const N_COMPLAINTS: usize = 20_000;
const WORDS_A_TEXT: usize = 90;
const VOCABULARY: usize = 20_000;
const FREQUENT: [&str; 24] = [
    "de",
    "la",
    "que",
    "el",
    "en",
    "no",
    "me",
    "un",
    "por",
    "cobro",
    "tarjeta",
    "factura",
    "servicio",
    "cuenta",
    "reclamo",
    "banco",
    "préstamo",
    "devolución",
    "internet",
    "llamada",
    "espera",
    "sucursal",
    "doble",
    "pago",
];
const SYLLABLES: [&str; 16] =
    ["ca", "ro", "mi", "ten", "sal", "bre", "do", "pu", "lar", "vi", "nes", "co", "tra", "fo", "ge", "lli"];

fn main() {
    divan::main();
}

/// A small generator (splitmix64), so that every run sees the same complaints.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

/// The word of a rank: the frequent ones first, then made-up ones.
fn word(rank: usize) -> String {
    if let Some(frequent) = FREQUENT.get(rank) {
        return (*frequent).to_owned();
    }
    let mut rest = rank;
    let mut made_up = String::new();
    for _ in 0..4 {
        made_up.push_str(SYLLABLES[rest % SYLLABLES.len()]);
        rest /= SYLLABLES.len();
    }
    made_up
}

struct Corpus {
    texts: Vec<String>,
    facts: Vec<Facts>,
}

static CORPUS: LazyLock<Corpus> = LazyLock::new(|| {
    let mut random = Random(7);
    let mut corpus = Corpus { texts: Vec::new(), facts: Vec::new() };
    for _ in 0..N_COMPLAINTS {
        // The product of two uniform draws stands in for the skew of real word frequencies.
        let words = (0..WORDS_A_TEXT)
            .map(|_| word(random.below(VOCABULARY) * random.below(VOCABULARY) / VOCABULARY / 8));
        corpus.texts.push(words.collect::<Vec<_>>().join(" "));
        corpus.facts.push(Facts {
            product: Some(format!("Producto {}", random.below(12))),
            company: Some(format!("Empresa {}", random.below(300))),
            region: Some(format!("Región {}", random.below(20))),
            ..Facts::default()
        });
    }
    corpus
});

fn fill(dir: &Path, n_complaints: usize) -> SearchIndex {
    let index = SearchIndex::open(dir).expect("a usable folder").index;
    let mut writer = index.writer().expect("the only writer");
    for (number, (text, facts)) in CORPUS.texts.iter().zip(&CORPUS.facts).take(n_complaints).enumerate() {
        let complaint = IndexedComplaint {
            id: ComplaintId(Uuid::from_u128((number as u128) << 64 | 1)),
            received_at: Timestamp(number as i64 * 60_000_000),
            received_day: Day(20_000 + (number / 100) as i32),
            language: Language::Spanish,
            text,
            facts,
            source: "bench",
            external_id: None,
            kind: Some("complaint"),
            product_area: None,
            failure_type: None,
            cluster: None,
            unsure: number % 5 == 0,
        };
        writer.upsert(&complaint).expect("indexed");
    }
    writer.commit(Checkpoint { seq: n_complaints as i64 }).expect("committed");
    index
}

static FILLED: LazyLock<(TempDir, SearchIndex)> = LazyLock::new(|| {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let index = fill(dir.path(), N_COMPLAINTS);
    (dir, index)
});

#[divan::bench(sample_count = 5, sample_size = 1)]
fn index_20k(bencher: Bencher) {
    LazyLock::force(&CORPUS);
    bencher
        .counter(ItemsCount::new(N_COMPLAINTS))
        .with_inputs(|| tempfile::tempdir().expect("a temporary folder"))
        .bench_refs(|dir| fill(dir.path(), N_COMPLAINTS));
}

const QUESTIONS: [&str; 8] = [
    "tarjeta",
    "cobro tarjeta",
    "cobro OR factura OR préstamo",
    "\"cobro doble\"",
    "\"no me\"",
    "tarjeta -banco",
    "devol*",
    "",
];

#[divan::bench(args = QUESTIONS)]
fn first_page_by_relevance(bencher: Bencher, words: &str) {
    ask(bencher, words, &[]);
}

#[divan::bench(args = ["tarjeta", ""])]
fn first_page_with_three_facets(bencher: Bencher, words: &str) {
    ask(bencher, words, &[Field::Company, Field::Region, Field::Unsure]);
}

fn ask(bencher: Bencher, words: &str, facets: &[Field]) {
    let index = &FILLED.1;
    let filter = Filter { words: words.to_owned(), ..Filter::default() };
    let page = Page { limit: 20, after: None };
    bencher.bench_local(|| {
        index.search(black_box(&filter), Sort::Relevance, &page, facets, 20).expect("a readable question")
    });
}

#[divan::bench(args = ["tarjeta", ""])]
fn counts_by_day(bencher: Bencher, words: &str) {
    let index = &FILLED.1;
    let filter = Filter { words: words.to_owned(), ..Filter::default() };
    bencher.bench_local(|| index.counts_by_day(black_box(&filter)).expect("a readable question"));
}

#[divan::bench]
fn snippet(bencher: Bencher) {
    let index = &FILLED.1;
    let filter = Filter { words: "cobro \"no me\" devol*".to_owned(), ..Filter::default() };
    let text = &CORPUS.texts[0];
    bencher.bench_local(|| index.snippet(black_box(&filter), text, Language::Spanish, 240));
}

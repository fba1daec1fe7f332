//! What it costs to find groups among many complaints, and to say of one more where it belongs.
//!
//! Prints, for 10,000, 30,000 and 100,000 invented complaints, the CPU seconds and the most memory of a
//! discovery, and the CPU milliseconds of one assignment; then the same for letters few of which repeat
//! another (each of the halves of two). Run it alone: `cargo bench --bench grouping`.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark prints and may stop at the first trouble"
)]

use std::process::Command;

use raiz::cli::process;
use raiz::domain::id::ClusterId;
use raiz::domain::language::Language;
use raiz::domain::time::Day;
use raiz::learn::assign::GroupModel;
use raiz::learn::discovery::{DiscoveryDoc, DiscoveryParams, discover};
use raiz::simulate::corpus;
use raiz::simulate::stream::Story;
use raiz::text::language;
use uuid::Uuid;

const SIZES: [usize; 3] = [10_000, 30_000, 100_000];
/// Complaints assigned one by one.
const ASSIGNED: usize = 5_000;
/// Asks this program to measure one size: memory is that of a process.
const ONE: &str = "--one";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == ONE) {
        measure(&arguments[at + 1], arguments[at + 2].parse().expect("a number"));
        return;
    }
    for kind in ["invented", "combined"] {
        for size in SIZES {
            let itself = std::env::current_exe().expect("this program");
            let done = Command::new(itself).args([ONE, kind, &size.to_string()]).status();
            assert!(done.expect("it starts").success(), "{kind}, {size}");
        }
    }
}

fn measure(kind: &str, size: usize) {
    let texts = if kind == "combined" { distinct(size) } else { invented(size) };
    let docs: Vec<DiscoveryDoc<'_>> =
        texts.iter().map(|(text, of)| DiscoveryDoc { text, language: *of, copies: 1 }).collect();
    let params =
        DiscoveryParams { threads: 2, ..DiscoveryParams::default() }.check().expect("they are sound");
    let before = process::cpu_time();
    let found = discover(&docs, &params, 1).expect("groups");
    let discovery = process::seconds_since(before).expect("Linux");
    let ids: Vec<ClusterId> =
        (0..found.groups.len()).map(|number| ClusterId(Uuid::from_u128(number as u128))).collect();
    let model = GroupModel::of(&found, &ids);
    let before = process::cpu_time();
    let joined = texts.iter().take(ASSIGNED).filter(|(text, of)| model.assign(text, *of).is_some()).count();
    let assignment = process::seconds_since(before).expect("Linux") * 1e3 / ASSIGNED as f64;
    println!(
        "{size} {kind}: {} different, {} groups; discovery {discovery:.1} CPU s, memory {:.0} MiB; one assignment \
         {assignment:.2} CPU ms, {joined} of {ASSIGNED} belong somewhere",
        found.distinct,
        found.groups.len(),
        process::peak_memory_mib().expect("Linux"),
    );
}

fn invented(size: usize) -> Vec<(String, Language)> {
    let story =
        Story { per_day: size as f64 / 300.0, ..Story::demo(1, Day(20_700), jiff::tz::TimeZone::UTC) };
    let corpus = corpus::said_to_the_company();
    let texts = story.stream(&corpus).filter_map(|drawn| drawn.complaint.text).take(size);
    let texts: Vec<_> = texts.map(|text| (text.clone(), language::detect(&text))).collect();
    assert_eq!(texts.len(), size, "the stream is long enough");
    texts
}

/// The first half of one letter and the second half of another of the same language.
fn distinct(size: usize) -> Vec<(String, Language)> {
    let corpus = corpus::said_to_the_company();
    let texts: Vec<&corpus::CorpusText> = corpus.iter().filter(|text| text.language == "es").collect();
    (0..size)
        .map(|at| {
            let (one, other) =
                (texts[at % texts.len()], texts[(at * 7 + at / texts.len() + 1) % texts.len()]);
            let words = |text: &'_ str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
            let (one, other) = (words(&one.text), words(&other.text));
            let told = [&one[..one.len().div_ceil(2)], &other[other.len() / 2..]].concat();
            (told.join(" "), Language::Spanish)
        })
        .collect()
}

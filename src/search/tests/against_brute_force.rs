//! Random complaints, random changes, random questions: the index answers as a plain loop would.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::domain::filter::Field;
use crate::search::tokens::{self, UNSTEMMED};
use crate::search::words::{self as query_words, Clause, Wanted};
use crate::text::analyzer::Analyzer;

const VOCABULARY: [&str; 16] = [
    "cobro",
    "cobros",
    "préstamo",
    "prestamo",
    "the",
    "no",
    "me",
    "la",
    "tarjeta",
    "tarjetas",
    "charge",
    "charges",
    "wi-fi",
    "2024",
    "devolución",
    "devoluciones",
];
const COMPANIES: [&str; 4] = ["Banco", "banco", "Telco Ñ", "Grupo A & B"];
const LANGUAGES: [Language; 4] = [Language::Spanish, Language::English, Language::Other, Language::Unknown];
const FACETS: [Field; 5] = [Field::Company, Field::Language, Field::HasText, Field::Cluster, Field::Issue];

fn any_words(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(select(&VOCABULARY[..]), 0..most).prop_map(|words| words.join(" "))
}

fn any_fact() -> impl Strategy<Value = Option<String>> {
    prop::option::of(any_words(4)).prop_map(|fact| fact.filter(|words| !words.is_empty()))
}

fn any_sample(most_ids: u128) -> impl Strategy<Value = Sample> {
    let facts = (any_fact(), prop::option::of(select(&COMPANIES[..])));
    let when = (0..4_i64, 0..5_i32);
    (0..most_ids, select(&LANGUAGES[..]), any_words(8), facts, when, prop::option::of(0..3_u128)).prop_map(
        |(number, language, text, (issue, company), (at, day), cluster)| {
            let mut sample = Sample::new(number, language, &text);
            sample.received_at = Timestamp(at - 1);
            sample.received_day = Day(20_000 + day * 40_000);
            sample.facts.issue = issue;
            sample.facts.company = company.map(str::to_owned);
            sample.cluster = cluster.map(|number| ClusterId(Uuid::from_u128(number)));
            sample
        },
    )
}

fn any_clause() -> impl Strategy<Value = String> {
    let word = select(&VOCABULARY[..]).prop_map(str::to_owned);
    let phrase =
        prop::collection::vec(select(&VOCABULARY[..]), 1..4).prop_map(|w| format!("\"{}\"", w.join(" ")));
    let prefix = (select(&VOCABULARY[..]), select(&[2_usize, 3, 5][..]))
        .prop_map(|(word, length)| format!("{}*", word.chars().take(length).collect::<String>()));
    (prop_oneof![3 => word, 2 => phrase, 1 => prefix], prop::bool::weighted(0.2))
        .prop_map(|(clause, negated)| if negated { format!("-{clause}") } else { clause })
}

fn any_question() -> impl Strategy<Value = String> {
    let joined = prop::collection::vec((any_clause(), select(&[" ", " ", " OR "][..])), 0..4);
    joined.prop_map(|clauses| {
        let joined: String = clauses.iter().map(|(clause, gap)| format!("{clause}{gap}")).collect();
        joined.trim_end_matches(" OR ").to_owned()
    })
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let companies = subsequence([COMPANIES.as_slice(), &[""]].concat(), 0..4);
    let has_text = subsequence(vec!["yes", "no"], 0..2);
    let clusters = subsequence(vec![String::new(), ClusterId(Uuid::from_u128(1)).to_string()], 0..2);
    let days = prop::option::of((0..5_i32, 0..5_i32));
    (any_question(), companies, has_text, clusters, days).prop_map(
        |(words, companies, has_text, clusters, days)| {
            let mut filter = Filter { words, ..Filter::default() };
            for company in companies {
                filter = filter.with(Field::Company, company);
            }
            for value in has_text {
                filter = filter.with(Field::HasText, value);
            }
            for cluster in clusters {
                filter = filter.with(Field::Cluster, cluster);
            }
            if let Some((from, length)) = days {
                filter.from = Some(Day(20_000 + from * 40_000));
                filter.to = (length < 4).then(|| Day(20_000 + (from + length) * 40_000));
            }
            filter
        },
    )
}

/// The same questions over a list in memory.
struct BruteForce<'a> {
    analyzer: Analyzer,
    samples: Vec<&'a Sample>,
    languages: BTreeSet<Language>,
}

impl BruteForce<'_> {
    fn passages(sample: &Sample) -> impl Iterator<Item = &str> {
        [Some(&sample.text), sample.facts.issue.as_ref(), sample.facts.company.as_ref()]
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    fn value(sample: &Sample, field: Field) -> String {
        match field {
            Field::Company => sample.facts.company.clone().unwrap_or_default(),
            Field::Issue => sample.facts.issue.clone().unwrap_or_default(),
            Field::Language => sample.language.code().to_owned(),
            Field::HasText => if sample.text.is_empty() { "no" } else { "yes" }.to_owned(),
            Field::Cluster => sample.cluster.map(|id| id.to_string()).unwrap_or_default(),
            other => unreachable!("{other:?} is not asked for"),
        }
    }

    fn holds(&self, sample: &Sample, clause: &Clause<'_>) -> bool {
        let holds = Self::passages(sample).any(|passage| match clause.wanted {
            Wanted::Word(wanted) | Wanted::Phrase(wanted) => {
                let terms = tokens::terms(&self.analyzer, passage, sample.language);
                self.languages.iter().any(|&language| {
                    let sequence = tokens::terms(&self.analyzer, wanted, language);
                    terms.windows(sequence.len().max(1)).any(|run| run == sequence)
                })
            }
            Wanted::Prefix(_) => false,
        });
        let begins = match clause.wanted {
            // Parts before the last may stand anywhere: `wi-fi*` is `wi` and a word that starts with `fi`.
            Wanted::Prefix(prefix) => {
                let wanted = tokens::terms(&self.analyzer, prefix, UNSTEMMED);
                let forms: Vec<String> = Self::passages(sample)
                    .flat_map(|passage| tokens::terms(&self.analyzer, passage, UNSTEMMED))
                    .collect();
                let (last, whole) = wanted.split_last().expect("a beginning of letters");
                whole.iter().all(|part| forms.contains(part))
                    && forms.iter().any(|form| form.starts_with(last.as_str()))
            }
            _ => false,
        };
        (holds || begins) != clause.negated
    }

    fn matches(&self, filter: &Filter, except: Option<Field>) -> Vec<&Sample> {
        let groups = query_words::parse(&filter.words).expect("a readable question");
        let fits = |sample: &&&Sample| {
            groups.iter().all(|group| group.iter().any(|clause| self.holds(sample, clause)))
                && filter
                    .values
                    .iter()
                    .filter(|(field, _)| Some(**field) != except)
                    .all(|(field, values)| values.contains(&Self::value(sample, *field)))
                && filter.from.is_none_or(|from| sample.received_day >= from)
                && filter.to.is_none_or(|to| sample.received_day <= to)
        };
        self.samples.iter().filter(fits).copied().collect()
    }
}

/// All pages of `limit` rows, following the cursor through its text form.
fn all_pages(index: &SearchIndex, filter: &Filter, sort: Sort, limit: usize) -> Vec<(ComplaintId, f32)> {
    let mut rows = Vec::new();
    let mut page = first_page(limit);
    loop {
        let hits = index.search(filter, sort, &page, &[], 0).expect("a readable question");
        rows.extend(hits.ids);
        match hits.next {
            Some(cursor) => page.after = Some(cursor.to_string().parse().expect("its own cursor")),
            None => return rows,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_index_answers_as_a_plain_loop_would(
        batches in prop::collection::vec(prop::collection::vec((any_sample(40), prop::bool::weighted(0.1)), 1..30), 1..4),
        filters in prop::collection::vec(any_filter(), 24),
        limit in 1..9_usize,
    ) {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let index = open(dir.path());
        let mut writer = writer(&index);
        let mut stored: BTreeMap<ComplaintId, &Sample> = BTreeMap::new();
        for batch in &batches {
            for (sample, erased) in batch {
                if *erased {
                    writer.erase(sample.id);
                    stored.remove(&sample.id);
                } else {
                    writer.upsert(&sample.as_indexed()).expect("indexed");
                    stored.insert(sample.id, sample);
                }
            }
            writer.commit(Checkpoint { seq: 1 }).expect("committed");
        }
        // Languages of replaced complaints may still be looked under; they find nothing of their own.
        let languages = index.snapshot().languages.iter().copied().collect();
        let plain = BruteForce { analyzer: Analyzer::new(), samples: stored.into_values().collect(), languages };
        for filter in &filters {
            let expected = plain.matches(filter, None);
            let mut ids: Vec<ComplaintId> = expected.iter().map(|sample| sample.id).collect();
            ids.sort_unstable();

            let mut given = Vec::new();
            index.each_id(filter, |id| given.push(id)).expect("a readable question");
            given.sort_unstable();
            prop_assert_eq!(&given, &ids, "{:?}", filter);
            prop_assert_eq!(index.count(filter).expect("counted"), ids.len() as u64);

            let mut by_day: BTreeMap<Day, u64> = BTreeMap::new();
            for sample in &expected {
                *by_day.entry(sample.received_day).or_default() += 1;
            }
            let days = index.counts_by_day(filter).expect("counted");
            prop_assert_eq!(days, by_day.into_iter().collect::<Vec<_>>());

            let mut by_time: Vec<_> = expected.iter().map(|sample| (sample.received_at, sample.id)).collect();
            by_time.sort_unstable();
            let oldest: Vec<_> = by_time.iter().map(|(_, id)| *id).collect();
            let rows = |sort| all_pages(&index, filter, sort, limit);
            let ids_of = |rows: Vec<(ComplaintId, f32)>| rows.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
            prop_assert_eq!(ids_of(rows(Sort::Oldest)), oldest.clone());
            prop_assert_eq!(ids_of(rows(Sort::Newest)), oldest.into_iter().rev().collect::<Vec<_>>());
            let ranked = rows(Sort::Relevance);
            prop_assert!(ranked.is_sorted_by(|a, b| a.1 >= b.1), "{:?}", ranked);
            let mut ranked = ids_of(ranked);
            ranked.sort_unstable();
            prop_assert_eq!(ranked, ids);

            let hits = index.search(filter, Sort::Newest, &first_page(1), &FACETS, 2).expect("counted");
            for (facet, field) in hits.facets.iter().zip(FACETS) {
                let mut counts: BTreeMap<String, u64> = BTreeMap::new();
                for sample in plain.matches(filter, Some(field)) {
                    *counts.entry(BruteForce::value(sample, field)).or_default() += 1;
                }
                let mut counts: Vec<_> = counts.into_iter().collect();
                counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
                let other = counts.iter().skip(2).map(|(_, count)| count).sum::<u64>();
                counts.truncate(2);
                prop_assert_eq!((facet.field, &facet.values, facet.other), (field, &counts, other));
            }
        }
    }
}

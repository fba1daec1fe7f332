//! What is found by which words, in which order, and how it is shown.

use super::*;
use crate::domain::filter::Field;
use crate::search::error::QueryError;

#[test]
fn words_find_inflected_accented_and_structured_complaints() {
    let mut structured = Sample::new(4, Language::Spanish, "");
    structured.facts.product = Some("Tarjeta de crédito".to_owned());
    structured.facts.issue = Some("Negativa a la entrega".to_owned());
    structured.facts.company = Some("Banco Azul".to_owned());
    let samples = [
        Sample::new(1, Language::Spanish, "No me llega el préstamo y los reclamos no sirven de nada."),
        Sample::new(2, Language::Spanish, "Dos prestamos cobrados; pedí la devolución del dinero"),
        Sample::new(3, Language::English, "I was charged twice: no refunds on my credit cards."),
        structured,
    ];
    let dir = tempfile::tempdir().expect("a temporary folder");
    let index = indexed(dir.path(), &samples);
    let cases: [(&str, &[u128]); 25] = [
        ("préstamo", &[1, 2]),
        ("PRESTAMOS", &[1, 2]),
        ("reclamo", &[1]),
        ("devolucion", &[2]),
        ("devoluciones", &[2]),
        ("devoluc*", &[2]),
        ("devolució*", &[2]),
        ("dev*", &[2]),
        ("refund", &[3]),
        ("charge card", &[3]),
        ("card OR préstamo", &[1, 2, 3]),
        ("préstamo -devolución", &[1]),
        ("-préstamo", &[3, 4]),
        ("reclamo OR -préstamo", &[1, 3, 4]),
        ("no", &[1, 3]),
        ("\"no me\"", &[1]),
        ("\"no sirven de nada\"", &[1]),
        ("\"devolución del dinero\"", &[2]),
        ("\"dinero del devolución\"", &[]),
        ("tarjetas", &[4]),
        ("\"negativa a la entrega\"", &[4]),
        ("\"entrega banco\"", &[]),
        ("banco", &[4]),
        ("credit", &[3, 4]),
        ("inexistente", &[]),
    ];
    for (question, expected) in cases {
        assert_eq!(found(&index, &words(question)), expected, "{question}");
    }
}

#[test]
fn relevance_prefers_rare_words_and_short_texts() {
    let samples = [
        Sample::new(1, Language::Spanish, "cobro cobro en la factura de agosto y de septiembre del año"),
        Sample::new(2, Language::Spanish, "cobro indebido"),
        Sample::new(3, Language::Spanish, "cobro y factura"),
    ];
    let dir = tempfile::tempdir().expect("a temporary folder");
    let index = indexed(dir.path(), &samples);
    let by_relevance = |filter: &Filter| -> Vec<(u128, f32)> {
        let hits = index.search(filter, Sort::Relevance, &first_page(10), &[], 0).expect("readable");
        hits.ids.iter().map(|(id, score)| (id.0.as_u128() >> 64, *score)).collect()
    };
    let ranked = by_relevance(&words("cobro OR indebido"));
    assert_eq!(ranked[0].0, 2, "{ranked:?}");
    let filtered = by_relevance(&words("cobro OR indebido").with(Field::Source, "test"));
    assert_eq!(filtered, ranked, "values of fields do not change relevance");
    let unworded: Vec<u128> = by_relevance(&Filter::default()).iter().map(|(number, _)| *number).collect();
    assert_eq!(unworded, [3, 2, 1], "without words: newest first");
}

#[test]
fn values_match_exactly_and_the_empty_one_means_none() {
    let mut samples: Vec<Sample> =
        (1..=4).map(|number| Sample::new(number, Language::Spanish, "cobro")).collect();
    samples[0].facts.company = Some("Banco Azul".to_owned());
    samples[1].facts.company = Some("banco azul".to_owned());
    samples[2].cluster = Some(ClusterId(Uuid::from_u128(9)));
    samples[3].text = String::new();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let index = indexed(dir.path(), &samples);
    let all = Filter::default;
    let cluster = ClusterId(Uuid::from_u128(9)).to_string();
    assert_eq!(found(&index, &all().with(Field::Company, "Banco Azul")), [1]);
    assert_eq!(found(&index, &all().with(Field::Company, "")), [3, 4]);
    assert_eq!(found(&index, &all().with(Field::Company, "").with(Field::Company, "banco azul")), [2, 3, 4]);
    assert_eq!(found(&index, &all().with(Field::Cluster, cluster)), [3]);
    assert_eq!(found(&index, &all().with(Field::Cluster, "").with(Field::HasText, "yes")), [1, 2]);
    assert_eq!(found(&index, &all().with(Field::Company, "no such one")), [] as [u128; 0]);

    let filter = all().with(Field::Company, "Banco Azul");
    let hits = index
        .search(&filter, Sort::Newest, &first_page(0), &[Field::HasText, Field::Company, Field::Kind], 2)
        .expect("readable");
    let shown: Vec<_> =
        hits.facets.iter().map(|facet| (facet.field, facet.values.clone(), facet.other)).collect();
    let value = |text: &str, count| (text.to_owned(), count);
    let expected = vec![
        (Field::HasText, vec![value("yes", 1)], 0),
        (Field::Company, vec![value("", 2), value("Banco Azul", 1)], 1),
        (Field::Kind, vec![value("", 1)], 0),
    ];
    assert_eq!(shown, expected);
    assert_eq!((hits.total, hits.ids.len(), hits.next), (1, 0, None));
}

#[test]
fn questions_beyond_the_bounds_are_refused() {
    let many: String = (0..2_100).map(|number| format!("prefijo{number} ")).collect();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let index = indexed(dir.path(), &[Sample::new(1, Language::Spanish, &many)]);
    let code = |filter: &Filter| index.count(filter).map_err(|error| (error.code(), error.position()));
    let refused = |filter: &Filter| code(filter).expect_err("refused");
    assert_eq!(refused(&words("a prefijo*")), ("prefix_too_broad", Some(3)));
    assert_eq!(code(&words("prefijo20*")), Ok(1));
    assert_eq!(refused(&words("-p*")), ("prefix_too_short", Some(1)));
    assert_eq!(refused(&words(&format!("\"{}\"", "a ".repeat(65)))), ("phrase_too_long", Some(1)));
    let values = Filter { values: [(Field::Kind, vec![String::new(); 1_001])].into(), ..Filter::default() };
    assert_eq!(refused(&values), ("too_many_values", None));
    let crossed = Filter { from: Some(Day(2)), to: Some(Day(1)), ..Filter::default() };
    assert_eq!(refused(&crossed), ("days_crossed", None));
    let search = |page, size| index.search(&Filter::default(), Sort::Newest, &page, &[Field::Kind], size);
    assert!(matches!(search(first_page(101), 1), Err(QueryError::PageTooLarge { limit: 101 })));
    assert!(matches!(search(first_page(1), 1_001), Err(QueryError::FacetTooLarge { size: 1_001 })));
}

#[test]
fn a_snippet_shows_the_found_words() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let index = open(dir.path());
    let shown = |question: &str, text: &str, max_chars| {
        let snippet = index.snippet(&words(question), text, Language::Spanish, max_chars);
        let marked =
            |(piece, found): &(String, bool)| if *found { format!("[{piece}]") } else { piece.clone() };
        snippet.parts.iter().map(marked).collect::<String>()
    };
    let text = "Llamé varias veces y nadie contesta. Me hicieron dos cobros por la misma compra; pido la devolución.";
    let cases = [
        ("", 20, "Llamé varias veces y…"),
        (
            "cobro",
            200,
            "Llamé varias veces y nadie contesta. Me hicieron dos [cobros] por la misma compra; pido la devolución.",
        ),
        ("cobro -llamé", 30, "…dos [cobros] por la misma…"),
        ("\"misma compra\" varias", 40, "…por la [misma] [compra]; pido la…"),
        ("\"compra misma\"", 20, "Llamé varias veces y…"),
        ("devoluci*", 30, "…compra; pido la [devolución]."),
        ("cobro \"unclosed", 10, "Llamé…"),
        ("cobro", 0, "…"),
    ];
    for (question, max_chars, expected) in cases {
        assert_eq!(shown(question, text, max_chars), expected, "{question}");
    }
    assert_eq!(shown("x", "", 10), "");
    assert_eq!(shown("", "ñññññññññññ", 4), "ññññ…");
}

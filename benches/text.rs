//! How fast a text is read: language, tokens, features and redaction, on made-up complaints of about 140
//! words. `cargo bench --bench text`

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use raiz::domain::language::Language;
use raiz::text::analyzer::Analyzer;
use raiz::text::features::{FeatureExtractor, Features};
use raiz::text::{fingerprint, language, redact};

/// Texts of a run.
const TEXTS: usize = 500;

/// Words of a text: the median of published complaint letters.
const WORDS: usize = 140;

const PHRASES: [&str; 16] = [
    "me cobraron dos veces la misma factura",
    "llamé al servicio de atención y nadie respondió",
    "solicito la devolución inmediata del dinero",
    "the company never answered my request",
    "la tarjeta de crédito fue bloqueada sin aviso",
    "llevo tres semanas esperando una respuesta clara",
    "el técnico no vino a la hora indicada",
    "I was charged an unexpected fee on my account",
    "el internet se cae todas las noches desde enero",
    "they keep calling about a debt that is not mine",
    "el seguro rechazó la cobertura sin explicación",
    "quiero cancelar el contrato y no me dejan",
    "mi reclamo fue cerrado sin solución alguna",
    "the order arrived broken and incomplete",
    "el pedido llegó roto y sin los accesorios",
    "no funciona la aplicación móvil del banco",
];

fn main() {
    divan::main();
}

/// Phrases in a fixed order with words of their own among them, so that the vocabulary keeps growing as it
/// does in life. Every fourth text holds personal data.
fn texts() -> Vec<String> {
    let mut state = 7_u64;
    let mut next = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    (0..TEXTS)
        .map(|number| {
            let mut text = String::new();
            while text.split(' ').count() < WORDS {
                text.push_str(PHRASES[next(PHRASES.len())]);
                text.push_str(&format!(" producto{} el {}/{}. ", next(4_000), next(28) + 1, next(12) + 1));
            }
            if number % 4 == 0 {
                text.push_str(&format!(
                    "Mi DNI es 12345678Z, tel. 6{:08}, cliente{number}@correo.es",
                    next(100_000_000)
                ));
            }
            text
        })
        .collect()
}

fn bench(bencher: Bencher, mut read: impl FnMut(&str)) {
    let texts = texts();
    let bytes: usize = texts.iter().map(String::len).sum();
    bencher
        .counter(BytesCount::new(bytes))
        .counter(ItemsCount::new(texts.len()))
        .bench_local(|| texts.iter().for_each(|text| read(black_box(text))));
}

#[divan::bench]
fn detect(bencher: Bencher) {
    bench(bencher, |text| {
        black_box(language::detect(text));
    });
}

#[divan::bench]
fn each_token(bencher: Bencher) {
    let analyzer = Analyzer::new();
    bench(bencher, |text| {
        analyzer.each_token(text, Language::Spanish, |token| {
            black_box(token);
        });
    });
}

#[divan::bench(args = [Features::Words, Features::WordsAndCharacters])]
fn extract(bencher: Bencher, features: Features) {
    let analyzer = Analyzer::new();
    let mut extractor = FeatureExtractor::new(&analyzer, features);
    let mut out = Vec::new();
    bench(bencher, |text| {
        extractor.extract(text, Language::Spanish, &mut out);
        black_box(&out);
    });
}

#[divan::bench]
fn normalised_hash(bencher: Bencher) {
    bench(bencher, |text| {
        black_box(fingerprint::normalised_hash(text));
    });
}

#[divan::bench]
fn redact_texts(bencher: Bencher) {
    bench(bencher, |text| {
        black_box(redact::redact(text));
    });
}

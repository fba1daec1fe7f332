//! Turns a text into tokens: the one analyser of the index and the learners.
//!
//! A token is a run of letters and digits. Its term is the lower-case word, stemmed by the rules of the
//! text's language, then folded. A placeholder such as `[PHONE_1]` is one token whose term (`[phone]`) no
//! word has, and a stop: personal data cannot be searched. Other than that nothing is dropped here but
//! tokens too long to be words.

use crate::domain::language::Language;
use crate::text::fold;
use crate::text::lexicon::{Lexicon, Word, WordKind};
use crate::text::redact::PersonalData;
use crate::text::stem::rules_of;

/// Longer tokens are encoded data, not words, and are skipped.
pub const MAX_TOKEN_CHARS: usize = 64;

/// Longer numbers are skipped: no order or account has one.
pub const MAX_NUMBER_DIGITS: usize = 20;

/// Room for the longest token: four bytes a character, and one more character to notice the excess.
const KEY_BYTES: usize = 4 * (MAX_TOKEN_CHARS + 1);

/// One token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// The folded stem.
    pub term: &'a str,
    /// Byte where the token starts in the text.
    pub start: usize,
    /// The byte after its last one.
    pub end: usize,
    /// Whether it is a function word, or the placeholder of redacted personal data.
    pub is_stop: bool,
}

/// The analyser. Made once and shared: it remembers the words it has seen (about 3 MB when made, some
/// 10 MB when full) and hands them out without a lock.
#[derive(Debug)]
pub struct Analyzer {
    lexicon: Lexicon,
}

impl Default for Analyzer {
    fn default() -> Self {
        Self::new()
    }
}

impl Analyzer {
    /// An analyser for every language.
    pub fn new() -> Self {
        Self { lexicon: Lexicon::new() }
    }

    /// Hands every token of `text` to `sink`, in order. A text of `Unknown` language is read as Spanish; a
    /// language without rules is folded only.
    ///
    /// ```
    /// use raiz_pure::{domain::language::Language, text::analyzer::Analyzer};
    ///
    /// let mut terms = Vec::new();
    /// Analyzer::new().each_token("Los Préstamos", Language::Spanish, |token| terms.push(token.term.to_owned()));
    /// assert_eq!(terms, ["los", "prestam"]);
    /// ```
    pub fn each_token(&self, text: &str, language: Language, mut sink: impl FnMut(Token<'_>)) {
        self.each_word(text, language, |word, start, end| {
            sink(Token { term: word.term(), start, end, is_stop: word.is_stop });
        });
    }

    /// Hands every word of `text` with its bytes to `sink`, in order.
    pub(super) fn each_word(
        &self,
        text: &str,
        language: Language,
        mut sink: impl FnMut(&Word, usize, usize),
    ) {
        let rules = rules_of(language);
        let bytes = text.as_bytes();
        let mut key = Key { bytes: [0; KEY_BYTES], length: 0, chars: 0 };
        let mut spare = None;
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let start = at;
            key.clear();
            let end = if *byte == b'[' {
                read_placeholder(bytes, start, &mut key)
            } else if byte.is_ascii_alphanumeric() || !byte.is_ascii() {
                read_word(text, start, rules, &mut key)
            } else {
                at += 1;
                continue;
            };
            at = end.next;
            if let Some(form) = key.form() {
                let word = self.lexicon.word(form, rules, &mut spare);
                if word.kind != WordKind::Number || form.len() <= MAX_NUMBER_DIGITS {
                    sink(word, start, end.of_token);
                }
            }
        }
    }
}

/// Where a token ends, and where reading goes on: an English `'s` belongs to neither neighbour.
struct End {
    of_token: usize,
    next: usize,
}

/// A token in lower case, in a buffer that outlives it.
struct Key {
    bytes: [u8; KEY_BYTES],
    length: usize,
    chars: usize,
}

impl Key {
    fn clear(&mut self) {
        self.length = 0;
        self.chars = 0;
    }

    #[inline]
    fn push_ascii(&mut self, byte: u8) {
        if self.chars <= MAX_TOKEN_CHARS {
            self.bytes[self.length] = byte.to_ascii_lowercase();
            self.length += 1;
            self.chars += 1;
        }
    }

    fn push(&mut self, c: char) {
        for lower in c.to_lowercase() {
            if self.chars <= MAX_TOKEN_CHARS {
                self.length += lower.encode_utf8(&mut self.bytes[self.length..]).len();
                self.chars += 1;
            }
        }
    }

    /// The token, or nothing when it is empty or too long.
    fn form(&self) -> Option<&str> {
        if self.chars == 0 || self.chars > MAX_TOKEN_CHARS {
            return None;
        }
        std::str::from_utf8(&self.bytes[..self.length]).ok()
    }
}

/// Reads the word at `start`; a character that belongs to no word is passed over.
fn read_word(text: &str, start: usize, rules: Language, key: &mut Key) -> End {
    let bytes = text.as_bytes();
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        if byte.is_ascii_alphanumeric() {
            key.push_ascii(*byte);
            at += 1;
        } else if !byte.is_ascii() || *byte == b'\'' {
            let c = text[at..].chars().next().expect("at is inside the text, on a character");
            let after = at + c.len_utf8();
            if is_word_char(c) && (key.chars > 0 || !fold::is_accent(c)) {
                key.push(c);
            } else if rules == Language::English && matches!(c, '\'' | '’') && key.chars > 0 {
                match contraction(&bytes[after..]) {
                    Contraction::Joined => {}
                    Contraction::Possessive => return End { of_token: at, next: after + 1 },
                    Contraction::None => return End { of_token: at, next: after },
                }
            } else {
                return End { of_token: at, next: after };
            }
            at = after;
        } else {
            break;
        }
    }
    End { of_token: at, next: at }
}

/// What follows an apostrophe in English.
enum Contraction {
    /// Letters that belong to the word: `don't` is read as `dont`, the way many type it.
    Joined,
    /// An `s` alone.
    Possessive,
    /// No word.
    None,
}

fn contraction(rest: &[u8]) -> Contraction {
    match rest {
        [b's' | b'S', after, ..] if !after.is_ascii_alphanumeric() && after.is_ascii() => {
            Contraction::Possessive
        }
        [b's' | b'S'] => Contraction::Possessive,
        [first, ..] if first.is_ascii_alphabetic() => Contraction::Joined,
        _ => Contraction::None,
    }
}

/// Letters, digits and the accents that follow them; not the ordinal signs of `nº` and `1ª`.
fn is_word_char(c: char) -> bool {
    (c.is_alphanumeric() && !matches!(c, 'º' | 'ª')) || fold::is_accent(c)
}

/// Reads the placeholder at `start`, or passes over its bracket.
fn read_placeholder(bytes: &[u8], start: usize, key: &mut Key) -> End {
    match PersonalData::of_placeholder(&bytes[start..]) {
        None => End { of_token: start + 1, next: start + 1 },
        Some((kind, length)) => {
            key.push_ascii(b'[');
            kind.label().bytes().for_each(|byte| key.push_ascii(byte));
            key.push_ascii(b']');
            End { of_token: start + length, next: start + length }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, proptest};

    use super::{Analyzer, MAX_TOKEN_CHARS};
    use crate::domain::language::Language::{
        self, English, French, German, Italian, Other, Portuguese, Spanish, Unknown,
    };

    /// The terms of a text, stops in round brackets, apart by spaces.
    fn terms(text: &str, language: Language) -> String {
        let mut terms = Vec::new();
        Analyzer::new().each_token(text, language, |token| {
            let term = token.term;
            terms.push(if token.is_stop { format!("({term})") } else { term.to_owned() });
        });
        terms.join(" ")
    }

    #[test]
    fn sentences() {
        let mut wrong = Vec::new();
        for (language, text, expected) in [
            (Spanish, "Me cobraron 2 veces la CUOTA.", "(me) cobr 2 vez (la) cuot"),
            (Spanish, "No me hicieron la devolucion", "no (me) hic (la) devolv"),
            (Spanish, "nº de línea: +34", "n (de) line 34"),
            (Spanish, "DEVOLUCIO\u{301}N", "devolv"),
            (Unknown, "los préstamos", "(los) prestam"),
            (English, "I don’t have the customer's refunds", "(i) dont (have) (the) custom refund"),
            (English, "wasn't charged; the customers' bills", "wasnt charg (the) custom bill"),
            (Portuguese, "Não recebi os cartões", "nao receb (os) carta"),
            (French, "Je n'ai pas reçu l'argent", "(je) (n) (ai) pas recu (l) argent"),
            (German, "Die Rechnungen für Häuser", "die rechnung fur haus"),
            (Italian, "Gli ordini annullati", "gli ordin annull"),
            (Other, "Łódź reclamos", "łodz reclamos"),
            (Spanish, "escribir a [EMAIL_1] o [DNI_12]", "escrib (a) ([email]) (o) ([dni])"),
            (Spanish, "[OTRA_1] [PHONE_x]", "(otra) 1 phon x"),
            (Spanish, "error E-502, 4G, 1.250.000", "error (e) 502 4g 1 250 000"),
            (Spanish, "", ""),
        ] {
            if terms(text, language) != expected {
                wrong.push((text, terms(text, language)));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn what_is_too_long_is_skipped() {
        let longest = "a".repeat(MAX_TOKEN_CHARS);
        assert_eq!(terms(&format!("{longest} b"), Other), format!("{longest} b"));
        assert_eq!(terms(&format!("{longest}a b"), Other), "b");
        assert_eq!(terms(&format!("{} b", "ж".repeat(10_000)), Other), "b");
        assert_eq!(
            terms(&format!("{} {} b", "1".repeat(20), "1".repeat(21)), Other),
            format!("{} b", "1".repeat(20))
        );
    }

    #[test]
    fn the_analyser_is_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Analyzer>();
    }

    proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(128))]
        #[test]
        fn tokens_lie_in_order_on_characters(text in "\\PC{0,80}|[ a-zé'’\\[\\]A-Z_0-9]{0,60}", at in any::<proptest::sample::Index>()) {
            let language = *at.get(&Language::ALL);
            let mut last = 0;
            Analyzer::new().each_token(&text, language, |token| {
                assert!(last <= token.start && token.start < token.end && token.end <= text.len());
                assert!(!text[token.start..token.end].is_empty());
                assert!(!token.term.is_empty() && !token.term.contains(' '), "{token:?}");
                last = token.end;
            });
            prop_assert!(last <= text.len());
        }
    }
}

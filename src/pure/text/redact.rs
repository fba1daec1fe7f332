//! Replaces personal data in a text by placeholders such as `[PHONE_1]`, before anything else reads it.
//!
//! Where a number has check digits, they decide; the others need the shape of a phone or a word before
//! them that says what they are. Amounts, dates and order numbers stay, and so do the `XXXX` masks of
//! published complaints. Names and addresses are not looked for.

mod checksum;
mod cues;
mod iban;
mod numbers;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// Times a text is looked through. What a finding covered may leave a new candidate bare; each time the
/// findings are masked and the text read again until nothing is found, which is what makes redaction
/// idempotent. More than two readings have not been seen; the bound is against texts made for it.
const MAX_READINGS: usize = 8;

/// The fewest digits that may be personal data.
const MIN_DIGITS: usize = 6;

/// Longest local part and domain of an e-mail address (RFC 5321, 4.5.3.1).
const EMAIL_CHARS: (usize, usize) = (64, 255);

/// Letters of the longest label.
const LABEL_LETTERS: usize = "DOCUMENT".len();

/// Most digits of the number in a placeholder.
const PLACEHOLDER_DIGITS: usize = 6;

/// A text without its personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redaction {
    /// The text with placeholders.
    pub text: String,
    /// What was found, in the order of the text, without overlaps.
    pub findings: Vec<Finding>,
}

/// One piece of personal data. It does not carry the data itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: PersonalData,
    /// Its first byte in the original text.
    pub start: usize,
    /// The byte after its last one.
    pub end: usize,
    /// What stands for it now. The same value has the same placeholder within a text.
    pub placeholder: String,
}

/// Kinds of personal data, the strongest evidence first: where two overlap, the earlier one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonalData {
    /// An e-mail address.
    Email,
    /// An international bank account number.
    Iban,
    /// The number of a payment card.
    Card,
    /// Mexico's population register.
    Curp,
    /// Mexico's tax number of a person.
    Rfc,
    /// Spain's identity document.
    Dni,
    /// Spain's number of a foreign resident.
    Nie,
    /// Chile's tax and identity number.
    Rut,
    /// Brazil's tax number of a person.
    Cpf,
    /// Argentina's tax and work number.
    Cuit,
    /// The United States' social security number.
    Ssn,
    /// An identity document without check digits, told by the word before it (`cédula`, `pasaporte`).
    Document,
    /// A telephone number.
    Phone,
}

impl PersonalData {
    /// Every kind, the strongest first.
    pub const ALL: [Self; 13] = [
        Self::Email,
        Self::Iban,
        Self::Card,
        Self::Curp,
        Self::Rfc,
        Self::Dni,
        Self::Nie,
        Self::Rut,
        Self::Cpf,
        Self::Cuit,
        Self::Ssn,
        Self::Document,
        Self::Phone,
    ];

    /// The kind's name in placeholders: `DNI` in `[DNI_1]`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Iban => "IBAN",
            Self::Card => "CARD",
            Self::Curp => "CURP",
            Self::Rfc => "RFC",
            Self::Dni => "DNI",
            Self::Nie => "NIE",
            Self::Rut => "RUT",
            Self::Cpf => "CPF",
            Self::Cuit => "CUIT",
            Self::Ssn => "SSN",
            Self::Document => "DOCUMENT",
            Self::Phone => "PHONE",
        }
    }

    /// The placeholder that `bytes` begin with, such as `[DNI_1]`, and its length.
    pub(super) fn of_placeholder(bytes: &[u8]) -> Option<(Self, usize)> {
        let (kind, number) = placeholder(bytes)?;
        Some((kind, number.end + 1))
    }
}

/// The kind of the placeholder that `bytes` begin with, and where its number lies.
fn placeholder(bytes: &[u8]) -> Option<(PersonalData, Range<usize>)> {
    let inner = bytes.strip_prefix(b"[")?;
    let label = inner.iter().take_while(|byte| byte.is_ascii_uppercase()).take(LABEL_LETTERS).count();
    let kind = PersonalData::ALL.into_iter().find(|kind| kind.label().as_bytes() == &inner[..label])?;
    let from = label + 2;
    let digits = bytes
        .get(from..)?
        .iter()
        .take(PLACEHOLDER_DIGITS + 1)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let is_whole = inner.get(label) == Some(&b'_')
        && (1..=PLACEHOLDER_DIGITS).contains(&digits)
        && bytes.get(from + digits) == Some(&b']');
    is_whole.then_some((kind, from..from + digits))
}

/// A stretch of the text that may be personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) kind: PersonalData,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Replaces the personal data of `text`. Redacting a redacted text changes nothing.
///
/// ```
/// let redaction = raiz_pure::text::redact::redact("Soy Ana, DNI 12345678Z, tel. 612 345 678");
/// assert_eq!(redaction.text, "Soy Ana, DNI [DNI_1], tel. [PHONE_1]");
/// ```
pub fn redact(text: &str) -> Redaction {
    let bytes = text.as_bytes();
    if !may_hold_personal_data(bytes) {
        return Redaction { text: text.to_owned(), findings: Vec::new() };
    }
    let mut found = find(bytes);
    found.sort_unstable_by_key(|candidate| candidate.start);
    let mut numbering = Numbering::after(bytes);
    let mut redacted = String::with_capacity(text.len());
    let mut findings = Vec::with_capacity(found.len());
    let mut copied = 0;
    for Candidate { kind, start, end } in found {
        let placeholder = numbering.placeholder(kind, &text[start..end]);
        redacted.push_str(&text[copied..start]);
        redacted.push_str(&placeholder);
        copied = end;
        findings.push(Finding { kind, start, end, placeholder });
    }
    redacted.push_str(&text[copied..]);
    Redaction { text: redacted, findings }
}

/// Whether there is an `@` or enough digits in all: most texts end here, at the cost of one pass.
fn may_hold_personal_data(bytes: &[u8]) -> bool {
    let count = |wanted: fn(&u8) -> bool| bytes.iter().map(|byte| usize::from(wanted(byte))).sum::<usize>();
    count(u8::is_ascii_digit) >= MIN_DIGITS || count(|byte| *byte == b'@') > 0
}

/// Every stretch that is personal data, without overlaps, in no order.
fn find(text: &[u8]) -> Vec<Candidate> {
    let mut bytes = text.to_vec();
    mask_placeholders(&mut bytes);
    let mut found = Vec::new();
    for _ in 0..MAX_READINGS {
        let standing = strongest(candidates(&bytes));
        if standing.is_empty() {
            break;
        }
        for candidate in &standing {
            bytes[candidate.start..candidate.end].fill(MASK);
        }
        found.extend(standing);
    }
    found
}

/// Stands where personal data was: no candidate reaches over it, and no word before it counts for a number
/// after it.
pub(super) const MASK: u8 = b']';

/// Masks the placeholders that the text already has, so that reading them and reading what they stand for
/// come to the same.
fn mask_placeholders(bytes: &mut [u8]) {
    for at in 0..bytes.len() {
        if let Some((_, length)) = PersonalData::of_placeholder(&bytes[at..]) {
            bytes[at..at + length].fill(MASK);
        }
    }
}

/// Every candidate; they may overlap.
fn candidates(bytes: &[u8]) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'@') {
        if let Some(email) = email(bytes, at) {
            found.push(Candidate { kind: PersonalData::Email, start: email.start, end: email.end });
        }
    }
    numbers::push_candidates(bytes, &mut found);
    found
}

/// The e-mail address around the `@` at `at`.
fn email(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let is_local = |byte: &&u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"._%+-".contains(byte);
    let mut local = bytes[..at].iter().rev().take(EMAIL_CHARS.0).take_while(is_local).count();
    // A character cut by the bound is not begun in the middle, nor an address with a dot.
    while local > 0 && (b".-".contains(&bytes[at - local]) || (0x80..0xc0).contains(&bytes[at - local])) {
        local -= 1;
    }
    let is_domain = |byte: &&u8| byte.is_ascii_alphanumeric() || b".-".contains(byte);
    let domain = bytes[at + 1..].iter().take(EMAIL_CHARS.1).take_while(is_domain).count();
    if local == 0 || domain == 0 {
        return None;
    }
    // The longest beginning of the domain that ends in a name of letters.
    let domain = &bytes[at + 1..at + 1 + domain];
    (1..=domain.len())
        .rev()
        .filter(|end| domain.get(*end).is_none_or(|byte| !byte.is_ascii_alphanumeric()))
        .find(|end| {
            let labels: Vec<_> = domain[..*end].split(|byte| *byte == b'.').collect();
            labels.len() >= 2
                && labels.iter().all(|label| !label.is_empty())
                && labels.last().is_some_and(|top| top.len() >= 2 && top.iter().all(u8::is_ascii_alphabetic))
        })
        .map(|end| at - local..at + 1 + end)
}

/// The candidates that stand when overlaps are resolved: the strongest, then the longest, then the first.
fn strongest(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_unstable_by_key(|candidate| {
        (candidate.kind, Reverse(candidate.end - candidate.start), candidate.start)
    });
    let mut taken = BTreeMap::new();
    candidates.retain(|candidate| {
        let before_end = taken.range(..candidate.end).next_back().map(|(_, end)| *end);
        let is_free = before_end.is_none_or(|end| end <= candidate.start);
        if is_free {
            taken.insert(candidate.start, candidate.end);
        }
        is_free
    });
    candidates
}

/// Gives each value its number within a text.
struct Numbering {
    numbers: HashMap<(PersonalData, String), usize>,
    last: HashMap<PersonalData, usize>,
}

impl Numbering {
    /// Goes on after the placeholders that the text already has.
    fn after(bytes: &[u8]) -> Self {
        let mut last: HashMap<PersonalData, usize> = HashMap::new();
        for at in (0..bytes.len()).filter(|at| bytes[*at] == b'[') {
            if let Some((kind, number)) = placeholder(&bytes[at..]) {
                let number = bytes[at..][number]
                    .iter()
                    .fold(0, |number, digit| number * 10 + usize::from(digit - b'0'));
                let highest = last.entry(kind).or_default();
                *highest = number.max(*highest);
            }
        }
        Self { numbers: HashMap::new(), last }
    }

    /// The placeholder of a value, however it is spaced and punctuated.
    fn placeholder(&mut self, kind: PersonalData, written: &str) -> String {
        let value = match kind {
            PersonalData::Email => written.to_lowercase(),
            _ => {
                written.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
            }
        };
        let last = self.last.entry(kind).or_default();
        let number = *self.numbers.entry((kind, value)).or_insert_with(|| {
            *last += 1;
            *last
        });
        format!("[{}_{number}]", kind.label())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::redact;

    #[test]
    fn personal_data_is_replaced() {
        let mut wrong = Vec::new();
        for (text, expected) in [
            ("Escríbanme a ana.perez+x@correo.com.mx.", "Escríbanme a [EMAIL_1]."),
            ("612345678@gmail.com", "[EMAIL_1]"),
            ("Mi cel: 612 34 56 78", "Mi cel: [PHONE_1]"),
            ("llámame al 612345678 o al 612-345-678", "llámame al [PHONE_1] o al [PHONE_1]"),
            ("+34 612 345 678 / +57 (300) 123-4567", "[PHONE_1] / [PHONE_2]"),
            ("Cel 3001234567 (Bogotá)", "Cel [PHONE_1] (Bogotá)"),
            ("Tel. (55) 1234-5678 CDMX", "Tel. [PHONE_1] CDMX"),
            ("+56 9 8765 4321", "[PHONE_1]"),
            ("mi número es 987 654 321", "mi número es [PHONE_1]"),
            ("Teléfono fijo 4567-8901", "Teléfono fijo [PHONE_1]"),
            ("(011) 4567-8901", "[PHONE_1]"),
            ("call me at (415) 555-2671", "call me at [PHONE_1]"),
            ("1-800-555-0199", "[PHONE_1]"),
            ("(11) 91234-5678", "[PHONE_1]"),
            ("0034612345678", "[PHONE_1]"),
            ("tarjeta 4111 1111 1111 1111 bloqueada", "tarjeta [CARD_1] bloqueada"),
            ("4111-1111-1111-1111 y 4111111111111111", "[CARD_1] y [CARD_1]"),
            ("Amex 3782 822463 10005", "Amex [CARD_1]"),
            ("IBAN ES91 2100 0418 4502 0005 1332 desde mayo", "IBAN [IBAN_1] desde mayo"),
            ("es9121000418450200051332", "[IBAN_1]"),
            ("DNI 12345678Z, 12.345.678-Z", "DNI [DNI_1], [DNI_1]"),
            ("dni 12345678 z", "dni [DOCUMENT_1] z"),
            ("NIE X1234567L", "NIE [NIE_1]"),
            ("RUT 12.345.678-5", "RUT [RUT_1]"),
            ("rut 10000013-K", "rut [RUT_1]"),
            ("CURP HEGG560427MVZRRL04", "CURP [CURP_1]"),
            ("RFC GODE561231GR8", "RFC [RFC_1]"),
            ("CPF 529.982.247-25 e 52998224725", "CPF [CPF_1] e [CPF_1]"),
            ("CUIT 20-12345678-6", "CUIT [CUIT_1]"),
            ("SSN 123-45-6789", "SSN [SSN_1]"),
            ("cédula 1.023.456.789 de Bogotá", "cédula [DOCUMENT_1] de Bogotá"),
            ("C.C. 52345678", "C.C. [DOCUMENT_1]"),
            ("documento de identidad No. 45678912", "documento de identidad No. [DOCUMENT_1]"),
        ] {
            if redact(text).text != expected {
                wrong.push((text, redact(text).text));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn what_is_not_personal_stays() {
        let mut wrong = Vec::new();
        for text in [
            "Me cobraron $1.250.000 el 15/03/2024",
            "pagué 612.345.678 pesos",
            "$ 3001234567",
            "3001234567 COP",
            "factura 612345678",
            "pedido nº 612345678",
            "Order 4155552671 never arrived",
            "ORD-612345678",
            "entre 2019-2023 y 2024-03-15 10:30:00",
            "el 12.03.2026 y el 13.03.2026",
            "pedido 1234567",
            "tarjeta 4111 1111 1111 1112",
            "ES91 2100 0418 4502 0005 1333",
            "DNI terminado en 678Z",
            "XXXX XXXX XX/XX/XXXX account ending XXXX",
            "radicado 20240315123456",
            "1.250.000,50 y 45,999,999",
            "código 00000000000",
            "@AmericanAir flight 1234",
            "uno @ dos 123",
            "expediente 2024/123456",
            "IMEI : 358866083865636",
            "de 100.000 a 250.000 y 3 de 12",
            "",
        ] {
            if redact(text).text != text {
                wrong.push(redact(text).text);
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn placeholders_are_numbered_within_a_text() {
        let text = "a@b.es c@d.es A@B.ES [EMAIL_7] 612345678";
        assert_eq!(redact(text).text, "[EMAIL_8] [EMAIL_9] [EMAIL_8] [EMAIL_7] [PHONE_1]");
        let text = "ñ a@b.es";
        let finding = redact(text).findings.remove(0);
        assert_eq!(
            (&text[finding.start..finding.end], finding.placeholder.as_str()),
            ("a@b.es", "[EMAIL_1]")
        );
    }

    #[test]
    fn texts_made_to_hurt_take_their_length() {
        for text in
            ["1-".repeat(50_000), "@a".repeat(50_000), "612345678+34".repeat(5_000), "[A".repeat(50_000)]
        {
            let _ = redact(&text);
        }
    }

    proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(1_500))]
        #[test]
        fn redaction_is_idempotent(
            text in "((tel|dni|cc|pedido|a@b.es|@|x|[A-Z]|\\$|,|\\+|612345678|12345678Z|12.345.678-5|4111 1111 1111 1111|[0-9]{1,10}|[-. ()/\\[\\]])[ -]?){1,14}"
        ) {
            let once = redact(&text);
            let twice = redact(&once.text);
            prop_assert_eq!(&twice.text, &once.text, "{}", text);
            prop_assert!(twice.findings.is_empty());
            prop_assert!(once.findings.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }
}

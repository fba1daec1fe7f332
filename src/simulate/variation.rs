//! Small safe changes that make two letters from one corpus text differ as two customers' letters do: other
//! amounts and numbers, another month, another town. What goes wrong stays, so labels stay true.

use rand::Rng;

use super::corpus::CorpusText;
use super::places;

/// Months in the order of the year.
const MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
/// Words that tie a text to its season: its months stay as they are.
const SEASONAL: [&str; 6] = ["navid", "semana santa", "black friday", "verano", "invierno", "reyes"];
/// Words before the name of a town; without one of them it may be a person's or a street's.
const BEFORE_TOWN: [&str; 9] = ["en", "desde", "a", "hasta", "para", "in", "from", "to", "near"];

/// A varied text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Varied {
    pub(super) text: String,
    /// Region and town the text now names, or, when it names none, any of its country; `None` where the
    /// country has no list.
    pub(super) place: Option<(&'static str, &'static str)>,
}

/// The text with other numbers, months and towns. Personal data stays: its check digits must be right.
pub(super) fn varied(source: &CorpusText, random: &mut impl Rng) -> Varied {
    let kept: Vec<&str> = source.pii.iter().map(|datum| datum.text.as_str()).collect();
    let place = places::any_place(&source.country, random);
    let text = with_other_numbers(&source.text, &kept, random);
    let text = with_other_months(&text, &kept, random);
    let text = match place {
        Some((_, town)) => with_town(&text, &kept, &source.country, town),
        None => text,
    };
    Varied { text, place }
}

/// The text with the digits of its numbers changed, except those of `kept` pieces. The first digit of a
/// number stays, so amounts keep their size; a lone digit stays, so "2 veces" stays true; a number tied to
/// a letter is the name of a model or a lot and stays.
pub(super) fn with_other_numbers(text: &str, kept: &[&str], random: &mut impl Rng) -> String {
    let protected = protected(text, kept);
    let mut varied = String::with_capacity(text.len());
    let mut digits_before = 0;
    let mut stays = false;
    for (at, letter) in text.char_indices() {
        if !letter.is_ascii_digit() || protected[at] {
            digits_before = 0;
            varied.push(letter);
            continue;
        }
        if digits_before == 0 {
            let number: String = text[at..].chars().take_while(char::is_ascii_digit).collect();
            let before = text[..at].strip_suffix('-').unwrap_or(&text[..at]);
            // Years, small counts and short codes such as 4G or 24 h carry meaning.
            stays = number.len() < 3
                || number.len() == 4 && (number.starts_with("19") || number.starts_with("20"))
                || before.ends_with(char::is_alphabetic);
        }
        let digit = if digits_before == 0 || stays {
            letter
        } else {
            char::from_digit(random.gen_range(0..10), 10).unwrap_or(letter)
        };
        digits_before += 1;
        varied.push(digit);
    }
    varied
}

/// All Spanish months moved on by the same number, so that their order stays; a text that speaks of a
/// season, or of the end of a month, keeps its months.
fn with_other_months(text: &str, kept: &[&str], random: &mut impl Rng) -> String {
    let moved_by = random.gen_range(0..MONTHS.len());
    let lower = text.to_lowercase();
    let fixed = SEASONAL.iter().any(|word| lower.contains(word))
        || ["29 de ", "30 de ", "31 de "].iter().any(|end| lower.contains(end));
    if fixed || moved_by == 0 {
        return text.to_owned();
    }
    replace_words(text, kept, |word, _| {
        let month = MONTHS.iter().position(|month| *month == word)?;
        Some(MONTHS[(month + moved_by) % MONTHS.len()])
    })
}

/// Every town of the country that follows a word of place becomes `town`.
fn with_town(text: &str, kept: &[&str], country: &str, town: &'static str) -> String {
    let known = |name: &str| places::regions(country).iter().any(|(_, towns)| towns.contains(&name));
    replace_words(text, kept, |word, before| (known(word) && BEFORE_TOWN.contains(&before)).then_some(town))
}

/// Replaces words outside `kept` pieces; the function sees each word and the one before it.
fn replace_words(
    text: &str,
    kept: &[&str],
    replacement: impl Fn(&str, &str) -> Option<&'static str>,
) -> String {
    let protected = protected(text, kept);
    let mut replaced = String::with_capacity(text.len());
    let (mut at, mut before) = (0, "");
    while at < text.len() {
        let rest = &text[at..];
        let length = rest.find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest.len());
        if length == 0 {
            let letter = rest.chars().next().expect("at is inside the text, on a character");
            replaced.push(letter);
            at += letter.len_utf8();
            continue;
        }
        let word = &rest[..length];
        let other = if protected[at] { None } else { replacement(word, before) };
        replaced.push_str(other.unwrap_or(word));
        before = word;
        at += length;
    }
    replaced
}

/// Which bytes of the text belong to a kept piece.
fn protected(text: &str, kept: &[&str]) -> Vec<bool> {
    let mut protected = vec![false; text.len()];
    for piece in kept {
        for (start, found) in text.match_indices(piece) {
            protected[start..start + found.len()].fill(true);
        }
    }
    protected
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn only_numbers_change_and_personal_data_stays() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let text = "Me cobraron 45899 el 12/05/2025, 2 veces, módem HX-520; mi RUT es 12345678-5";
        let varied = with_other_numbers(text, &["12345678-5"], &mut random);
        assert_ne!(varied, text);
        assert!(
            varied.starts_with("Me cobraron 4")
                && varied.ends_with("el 12/05/2025, 2 veces, módem HX-520; mi RUT es 12345678-5")
        );
        assert_eq!(varied.len(), text.len());
    }

    #[test]
    fn months_keep_their_order_and_towns_their_country() {
        let moved: Vec<String> = (0..40)
            .map(|seed| {
                let mut random = ChaCha8Rng::seed_from_u64(seed);
                with_other_months("Pagué en enero y en febrero.", &[], &mut random)
            })
            .collect();
        assert!(moved.iter().any(|text| text == "Pagué en diciembre y en enero."), "{moved:?}");
        assert!(moved.iter().all(|text| !text.contains("enero y en marzo")));
        for text in ["Compré en Navidad, en diciembre", "El 31 de enero venció", "Don Enero llamó"] {
            for seed in 0..20 {
                let mut random = ChaCha8Rng::seed_from_u64(seed);
                assert_eq!(with_other_months(text, &[], &mut random), text);
            }
        }
        for (text, expected) in [
            ("No hay luz en Cali desde ayer", "No hay luz en Bello desde ayer"),
            ("Me atendió Cali en la tienda", "Me atendió Cali en la tienda"),
            ("Vivo en Lima", "Vivo en Lima"),
        ] {
            assert_eq!(with_town(text, &[], "CO", "Bello"), expected);
        }
        assert_eq!(with_town("Vivo en Cali", &["Cali"], "CO", "Bello"), "Vivo en Cali");
    }
}

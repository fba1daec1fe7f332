//! Small safe changes that make two letters from one corpus text differ as two customers' letters do:
//! other amounts and numbers. Words stay, so labels stay true.

use rand::Rng;

/// The text with the digits of its numbers changed, except those of `kept` pieces (personal data, whose
/// check digits must stay right). The first digit of a number stays, so amounts keep their size; a lone
/// digit stays, so "2 veces" stays true.
pub(super) fn with_other_numbers(text: &str, kept: &[&str], random: &mut impl Rng) -> String {
    let mut protected = vec![false; text.len()];
    for piece in kept {
        for (start, found) in text.match_indices(piece) {
            protected[start..start + found.len()].fill(true);
        }
    }
    let mut varied = String::with_capacity(text.len());
    let mut digits_before = 0;
    let mut is_year = false;
    for (at, letter) in text.char_indices() {
        if !letter.is_ascii_digit() || protected[at] {
            digits_before = 0;
            varied.push(letter);
            continue;
        }
        if digits_before == 0 {
            let number: String = text[at..].chars().take_while(char::is_ascii_digit).collect();
            // Years, small counts and short codes such as 4G or 24 h carry meaning.
            is_year = number.len() < 3
                || number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
        }
        let digit = if digits_before == 0 || is_year {
            letter
        } else {
            char::from_digit(random.gen_range(0..10), 10).unwrap_or(letter)
        };
        digits_before += 1;
        varied.push(digit);
    }
    varied
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn only_numbers_change_and_personal_data_stays() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let text = "Me cobraron 45899 el 12/05/2025, 2 veces; mi RUT es 12345678-5";
        let varied = with_other_numbers(text, &["12345678-5"], &mut random);
        assert_ne!(varied, text);
        assert!(
            varied.starts_with("Me cobraron 4")
                && varied.ends_with("el 12/05/2025, 2 veces; mi RUT es 12345678-5")
        );
        assert_eq!(varied.len(), text.len());
    }
}

//! Check digits of cards, accounts and identity documents. They decide what is personal data and what is
//! an order number. Digits come in as values 0–9, letters as ASCII capitals.

/// Luhn's check of payment cards (ISO/IEC 7812-1). One digit repeated passes the sum and is refused here.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(*digit)) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => 2 * digit - 9,
            (_, digit) => 2 * digit,
        })
        .sum();
    sum.is_multiple_of(10) && !is_repeated(digits)
}

/// The check of an IBAN (ISO 13616: ISO/IEC 7064 MOD 97-10), given without spaces, in capitals.
pub(super) fn iban(iban: &[u8]) -> bool {
    let Some((head, account)) = iban.split_at_checked(4) else { return false };
    let remainder = account.iter().chain(head).fold(0, |remainder, byte| match byte {
        b'0'..=b'9' => (remainder * 10 + u32::from(byte - b'0')) % 97,
        _ => (remainder * 100 + u32::from(byte.wrapping_sub(b'A')) + 10) % 97,
    });
    remainder == 1
}

/// The letter of a Spanish DNI; for a NIE, `X`, `Y` and `Z` stand for a leading 0, 1 and 2.
pub(super) fn dni_letter(digits: &[u8]) -> u8 {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let number = digits.iter().fold(0, |number: usize, digit| number * 10 + usize::from(*digit));
    LETTERS[number % 23]
}

/// The check character of a Chilean RUT: `0`–`9` or `K`.
pub(super) fn rut_check(digits: &[u8]) -> u8 {
    let sum: u32 =
        digits.iter().rev().zip((2..=7).cycle()).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    match 11 - sum % 11 {
        11 => b'0',
        10 => b'K',
        check => b'0' + check as u8,
    }
}

/// Both check digits of a Brazilian CPF of eleven digits.
pub(super) fn cpf(digits: &[u8]) -> bool {
    let check = |length: usize| {
        let sum: usize = (0..length).map(|place| usize::from(digits[place]) * (length + 1 - place)).sum();
        (10 * sum % 11 % 10) as u8
    };
    digits.len() == 11 && check(9) == digits[9] && check(10) == digits[10] && !is_repeated(digits)
}

/// The check digit of an Argentine CUIT or CUIL of eleven digits, with the prefixes in use.
pub(super) fn cuit(digits: &[u8]) -> bool {
    const WEIGHTS: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
    let [tens, units, ..] = digits else { return false };
    if digits.len() != 11 || !matches!(10 * tens + units, 20 | 23 | 24 | 25 | 26 | 27 | 30 | 33 | 34) {
        return false;
    }
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    // A remainder of 1 has no digit: such numbers get another prefix.
    match (11 - sum % 11) % 11 {
        10 => false,
        check => check == u32::from(digits[10]),
    }
}

/// The last character of a Mexican CURP of eighteen, in capitals (RENAPO's *dígito verificador*).
pub(super) fn curp(curp: &[u8]) -> bool {
    let [body @ .., check] = curp else { return false };
    let sum: u32 = body.iter().zip((2..=18).rev()).map(|(byte, weight)| curp_value(*byte) * weight).sum();
    body.len() == 17 && u32::from(check.wrapping_sub(b'0')) == (10 - sum % 10) % 10
}

/// The last character of a Mexican person's RFC of thirteen, in capitals (SAT's *dígito verificador*).
pub(super) fn rfc(rfc: &[u8]) -> bool {
    let [body @ .., check] = rfc else { return false };
    // The RFC's alphabet is the CURP's without Ñ, which comes last and cannot be met in ASCII.
    let value = |byte: &u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'N' => u32::from(byte - b'A') + 10,
        b'&' => 24,
        _ => u32::from(byte.saturating_sub(b'A')) + 11,
    };
    let sum: u32 = body.iter().zip((2..=13).rev()).map(|(byte, weight)| value(byte) * weight).sum();
    let expected = match 11 - sum % 11 {
        11 => b'0',
        10 => b'A',
        digit => b'0' + digit as u8,
    };
    body.len() == 12 && *check == expected
}

/// A character's place in `0–9 A–N Ñ O–Z`.
fn curp_value(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'N' => u32::from(byte - b'A') + 10,
        _ => u32::from(byte.saturating_sub(b'A')) + 11,
    }
}

fn is_repeated(digits: &[u8]) -> bool {
    digits.iter().all(|digit| Some(digit) == digits.first())
}

#[cfg(test)]
mod tests {
    use super::{cpf, cuit, curp, dni_letter, iban, luhn, rfc, rut_check};

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|byte| byte - b'0').collect()
    }

    /// Exactly one last character out of those possible passes: the one worked out by hand or published.
    fn check_last(body: &str, alphabet: &str, expected: char, passes: impl Fn(&str) -> bool) {
        let passing: String = alphabet.chars().filter(|last| passes(&format!("{body}{last}"))).collect();
        assert_eq!(passing, expected.to_string(), "{body}");
    }

    const DIGITS: &str = "0123456789";

    #[test]
    fn one_check_digit_passes() {
        // Test card numbers of the networks.
        check_last("411111111111111", DIGITS, '1', |card| luhn(&digits(card)));
        check_last("37828224631000", DIGITS, '5', |card| luhn(&digits(card)));
        // 20-12345678: 2·5 + 0·4 + 1·3 + 2·2 + 3·7 + 4·6 + 5·5 + 6·4 + 7·3 + 8·2 = 148; 148 mod 11 = 5; 11 − 5 = 6.
        check_last("2012345678", DIGITS, '6', |number| cuit(&digits(number)));
        // 529.982.247: Σ 5·10 + 2·9 + … + 7·2 = 295 → 2950 mod 11 = 2; then 347 → 3470 mod 11 = 5.
        check_last("5299822472", DIGITS, '5', |number| cpf(&digits(number)));
        // RENAPO's and SAT's published samples.
        check_last("HEGG560427MVZRRL0", DIGITS, '4', |number| curp(number.as_bytes()));
        check_last("GODE561231GR", "0123456789A", '8', |number| rfc(number.as_bytes()));
        check_last("12345678", "TRWAGMYFPDXBNJZSQVHLCKE", 'Z', |number| {
            dni_letter(&digits(&number[..8])) == number.as_bytes()[8]
        });
        // 12.345.678: 8·2 + 7·3 + 6·4 + 5·5 + 4·6 + 3·7 + 2·2 + 1·3 = 138; 138 mod 11 = 6; 11 − 6 = 5.
        check_last("12345678", "0123456789K", '5', |number| {
            rut_check(&digits(&number[..8])) == number.as_bytes()[8]
        });
    }

    #[test]
    fn ibans_of_the_registry_pass_and_their_slips_do_not() {
        for valid in ["ES9121000418450200051332", "DE89370400440532013000", "GB29NWBK60161331926819"] {
            assert!(iban(valid.as_bytes()), "{valid}");
            let swapped = [&valid[..6], &valid[7..8], &valid[6..7], &valid[8..]].concat();
            assert_eq!(iban(swapped.as_bytes()), swapped == valid, "{swapped}");
        }
        assert!(!iban(b"ES9121000418450200051333"));
        assert!(!iban(b"ES9"));
    }

    #[test]
    fn repeated_digits_are_no_number() {
        assert!(!luhn(&[0; 16]));
        assert!(!cpf(&[1; 11]));
    }
}

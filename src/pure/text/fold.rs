//! Folding: the letters of a text without case or accents. `Préstamo`, `PRESTAMO` and `prestamo` meet here.

use unicode_normalization::UnicodeNormalization;

/// Appends `c` in lower case, without its accents.
pub(super) fn push_folded(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' | 'Á' | 'À' | 'Â' | 'Ã' | 'Ä' => out.push('a'),
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' => out.push('e'),
        'í' | 'ì' | 'î' | 'ï' | 'Í' => out.push('i'),
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ø' | 'Ó' | 'Õ' | 'Ö' => out.push('o'),
        'ú' | 'ù' | 'û' | 'ü' | 'Ú' | 'Ü' => out.push('u'),
        'ñ' | 'Ñ' => out.push('n'),
        'ç' | 'Ç' => out.push('c'),
        'ß' => out.push_str("ss"),
        'æ' | 'Æ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        other => out.extend(
            std::iter::once(other).nfd().filter(|part| !is_accent(*part)).flat_map(char::to_lowercase),
        ),
    }
}

/// Whether `c` is an accent that follows its letter; the vowel signs of other scripts are none.
pub(super) fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// `text` in lower case, without accents.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push_folded(c, &mut out));
    out
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn accents_and_case_disappear() {
        for (text, expected) in [
            ("Préstamo", "prestamo"),
            ("PINGÜINO", "pinguino"),
            ("año", "ano"),
            ("Devoluc\u{69}o\u{301}n", "devolucion"),
            ("reclamação", "reclamacao"),
            ("Straße", "strasse"),
            ("cœur", "coeur"),
            ("Łódź", "łodz"),
            ("Ответ", "ответ"),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }
}

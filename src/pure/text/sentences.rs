//! A text's sentences, as places in it. People who complain seldom write them by the book: a line end ends one, and
//! a full stop only where a space follows, so that amounts and abbreviations of one word stay whole.

use std::ops::Range;

/// Fewer letters and digits than this are no sentence of their own; they belong to the one before.
const FEWEST_LETTERS: usize = 8;

/// The byte ranges of the sentences of `text`, in order, without the space around them. Every letter of the text is in
/// one of them.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let next = chars.peek().map(|&(_, next)| next);
        let ends = match char {
            '\n' => true,
            '.' | '!' | '?' | ';' | '…' => next.is_none_or(char::is_whitespace),
            _ => false,
        };
        if ends || next.is_none() {
            let end = at + char.len_utf8();
            push(text, start..end, &mut found);
            start = end;
        }
    }
    found
}

fn push(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let piece = &text[range.clone()];
    let start = range.start + piece.len() - piece.trim_start().len();
    let end = range.end - (piece.len() - piece.trim_end().len());
    if start >= end {
        return;
    }
    let letters = text[start..end].chars().filter(|char| char.is_alphanumeric()).count();
    match found.last_mut() {
        Some(before) if letters < FEWEST_LETTERS => before.end = end,
        _ => found.push(start..end),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn points_lines_and_amounts() {
        let text =
            "  Me cobraron 1.250,50 de más. ¡Y nadie contesta!  Ok.\nQuiero la baja; la pido desde mayo";
        let want = [
            "Me cobraron 1.250,50 de más.",
            "¡Y nadie contesta!  Ok.",
            "Quiero la baja;",
            "la pido desde mayo",
        ];
        assert_eq!(pieces(text), want);
        assert!(pieces(" \n ").is_empty());
        assert_eq!(pieces("ñ"), ["ñ"]);
    }

    proptest! {
        #[test]
        fn every_letter_is_in_one_sentence(text in "[a-zñ .;!?\n…0-9]{0,80}") {
            let ranges = sentences(&text);
            prop_assert!(ranges.windows(2).all(|pair| pair[0].end <= pair[1].start));
            let within: usize = ranges.iter().map(|range| text[range.clone()].chars().filter(|c| c.is_alphanumeric()).count()).sum();
            prop_assert_eq!(within, text.chars().filter(|c| c.is_alphanumeric()).count());
        }
    }
}

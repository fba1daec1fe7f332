//! The query language: `a b` both, `"a b"` a phrase, `-a` not, `a OR b` either, `pref*` a beginning.
//!
//! `OR` binds closer than the gap: `a b OR c` wants `a`, and one of `b` and `c`. `AND` between words is
//! read as the gap it stands for. Only the capital forms are special, and a lone sign such as the dash
//! in `cobro - tarjeta` is punctuation. This file reads; it does not know the index.

use super::error::QueryError;

/// Longest input, in bytes. The longest sensible one is a pasted sentence.
pub(super) const MAX_WORDS_BYTES: usize = 2_000;
/// Most words, phrases and beginnings in one question.
pub(super) const MAX_CLAUSES: usize = 64;
/// Most words in one phrase.
pub(super) const MAX_PHRASE_WORDS: usize = 64;
/// Fewest letters before `*`.
pub(super) const MIN_PREFIX_CHARS: usize = 2;
/// Most words of the index one beginning may stand for.
pub(super) const MAX_PREFIX_TERMS: usize = 2_000;

/// What one clause looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted<'a> {
    /// One word as typed.
    Word(&'a str),
    /// Words next to each other.
    Phrase(&'a str),
    /// The beginning of a word.
    Prefix(&'a str),
}

/// One word, phrase or beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clause<'a> {
    /// Whether complaints that hold it are to be left out.
    pub(super) negated: bool,
    /// What it looks for.
    pub(super) wanted: Wanted<'a>,
    /// Its first character, counted from 1.
    pub(super) at: usize,
}

/// Reads the words into groups: every group must hold, through at least one of its clauses. No group
/// means no words.
pub(super) fn parse(words: &str) -> Result<Vec<Vec<Clause<'_>>>, QueryError> {
    if words.len() > MAX_WORDS_BYTES {
        return Err(QueryError::TooLong { bytes: words.len() });
    }
    let mut groups: Vec<Vec<Clause<'_>>> = Vec::new();
    let mut n_clauses = 0;
    let mut pending_or = None;
    let mut reader = Reader { rest: words, at: 1 };
    while let Some(piece) = reader.next_piece()? {
        match piece {
            Piece::Or { at } => {
                if groups.is_empty() || pending_or.is_some() {
                    return Err(QueryError::DanglingOr { at });
                }
                pending_or = Some(at);
            }
            Piece::Clause(clause) => {
                n_clauses += 1;
                if n_clauses > MAX_CLAUSES {
                    return Err(QueryError::TooManyWords { at: clause.at });
                }
                match (pending_or.take(), groups.last_mut()) {
                    (Some(_), Some(group)) => group.push(clause),
                    _ => groups.push(vec![clause]),
                }
            }
        }
    }
    if let Some(at) = pending_or {
        return Err(QueryError::DanglingOr { at });
    }
    if groups.is_empty() && !words.trim().is_empty() {
        return Err(QueryError::NothingToFind);
    }
    Ok(groups)
}

enum Piece<'a> {
    Or { at: usize },
    Clause(Clause<'a>),
}

struct Reader<'a> {
    rest: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn next_piece(&mut self) -> Result<Option<Piece<'a>>, QueryError> {
        loop {
            self.take_while(char::is_whitespace);
            let Some(first) = self.rest.chars().next() else {
                return Ok(None);
            };
            let at = self.at;
            let follower = self.rest.chars().nth(1);
            let negated = first == '-' && follower.is_some_and(|next| next != '-' && !next.is_whitespace());
            if negated {
                self.skip_char();
            }
            if self.rest.starts_with(is_quote) {
                let wanted = Wanted::Phrase(self.phrase()?);
                return Ok(Some(Piece::Clause(Clause { negated, wanted, at })));
            }
            let word = self.take_while(|c| !c.is_whitespace() && !is_quote(c));
            match word {
                "OR" if !negated => return Ok(Some(Piece::Or { at })),
                "AND" if !negated => continue,
                _ if !word.contains(char::is_alphanumeric) => continue,
                _ => {}
            }
            let bare = word.trim_end_matches('*');
            let wanted = if bare.len() < word.len() { Wanted::Prefix(bare) } else { Wanted::Word(word) };
            return Ok(Some(Piece::Clause(Clause { negated, wanted, at })));
        }
    }

    /// Reads a phrase whose opening mark comes next.
    fn phrase(&mut self) -> Result<&'a str, QueryError> {
        let at = self.at;
        self.skip_char();
        let phrase = self.take_while(|c| !is_quote(c));
        if self.rest.is_empty() {
            return Err(QueryError::UnclosedQuote { at });
        }
        self.skip_char();
        if phrase.contains(char::is_alphanumeric) { Ok(phrase) } else { Err(QueryError::NoWord { at }) }
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !keep(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        self.at += taken.chars().count();
        taken
    }

    fn skip_char(&mut self) {
        let mut chars = self.rest.chars();
        if chars.next().is_some() {
            self.rest = chars.as_str();
            self.at += 1;
        }
    }
}

/// Straight and typographic quotation marks: people paste the latter.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Groups as `[a] [b | -c]`, words in quotes for phrases, a star after beginnings.
    fn shown(words: &str) -> String {
        let clause_text = |clause: &Clause<'_>| {
            let sign = if clause.negated { "-" } else { "" };
            match clause.wanted {
                Wanted::Word(word) => format!("{sign}{word}"),
                Wanted::Phrase(phrase) => format!("{sign}\"{phrase}\""),
                Wanted::Prefix(prefix) => format!("{sign}{prefix}*"),
            }
        };
        match parse(words) {
            Ok(groups) => groups
                .iter()
                .map(|group| format!("[{}]", group.iter().map(clause_text).collect::<Vec<_>>().join(" | ")))
                .collect::<Vec<_>>()
                .join(" "),
            Err(error) => match error.position() {
                Some(at) => format!("{} at {at}", error.code()),
                None => error.code().to_owned(),
            },
        }
    }

    #[test]
    fn words_are_read_as_promised() {
        let cases = [
            ("", ""),
            ("   ", ""),
            ("cobro doble", "[cobro] [doble]"),
            ("cobro AND doble", "[cobro] [doble]"),
            ("\"cobro doble\" -tarjeta", "[\"cobro doble\"] [-tarjeta]"),
            ("a b OR c OR -d e", "[a] [b | c | -d] [e]"),
            ("a or b", "[a] [or] [b]"),
            ("devolu* -“no llega”", "[devolu*] [-\"no llega\"]"),
            ("cobro - tarjeta ?", "[cobro] [tarjeta]"),
            ("año\"dos mil\"fin", "[año] [\"dos mil\"] [fin]"),
            ("wi-fi -(¿móvil?) --version -*", "[wi-fi] [-(¿móvil?)] [--version]"),
            ("\"falta el cierre", "unclosed_quote at 1"),
            ("año \"b\" 42\"", "unclosed_quote at 11"),
            ("ñandú \"\"", "no_word at 7"),
            ("a -\"!\"", "no_word at 4"),
            ("OR a", "dangling_or at 1"),
            ("a OR", "dangling_or at 3"),
            ("a OR OR b", "dangling_or at 6"),
            ("***", "nothing_to_find"),
            ("¿?", "nothing_to_find"),
        ];
        for (words, expected) in cases {
            assert_eq!(shown(words), expected, "{words}");
        }
        assert_eq!(
            shown(&"a ".repeat(MAX_CLAUSES + 1)),
            format!("too_many_words at {}", 2 * MAX_CLAUSES + 1)
        );
        assert_eq!(shown(&"a".repeat(MAX_WORDS_BYTES + 1)), "words_too_long");
    }

    proptest! {
        #[test]
        fn any_input_is_read_or_refused(words in "[\"*a-cñ OR“”-]{0,40}|\\PC{0,60}") {
            for group in parse(&words).unwrap_or_default() {
                prop_assert!(!group.is_empty());
                for clause in group {
                    prop_assert!((1..=words.chars().count()).contains(&clause.at));
                }
            }
        }
    }
}

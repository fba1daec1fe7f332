//! Finds the personal data among the numbers of a text: cards, accounts, documents and phones.
//!
//! Digits come in runs of groups (`+34 612 34 56 78` is a run of five). Every stretch of a few neighbouring
//! groups is tried; what lies directly before and after decides with it.

use crate::text::redact::cues::{Cue, before, currency_after, currency_before};
use crate::text::redact::{Candidate, PersonalData, checksum, iban};

/// Groups that one number may be written in.
const MAX_GROUPS: usize = 6;

/// Digits of the longest number without letters: a card.
const MAX_DIGITS: usize = 19;

/// Country calling codes and the digits of a number after them.
const CALLING_CODES: [(&[u8], &[usize]); 28] = [
    (&[3, 4], &[9]),
    (&[1], &[10]),
    (&[5, 2], &[10, 11]),
    (&[5, 7], &[10, 8]),
    (&[5, 1], &[9, 8]),
    (&[5, 6], &[9]),
    (&[5, 4], &[10, 11]),
    (&[5, 5], &[10, 11]),
    (&[5, 3], &[8]),
    (&[5, 8], &[10]),
    (&[3, 3], &[9]),
    (&[3, 9], &[9, 10]),
    (&[4, 4], &[10]),
    (&[4, 9], &[10, 11]),
    (&[3, 5, 1], &[9]),
    (&[3, 7, 6], &[6, 9]),
    (&[5, 0, 2], &[8]),
    (&[5, 0, 3], &[8]),
    (&[5, 0, 4], &[8]),
    (&[5, 0, 5], &[8]),
    (&[5, 0, 6], &[8]),
    (&[5, 0, 7], &[7, 8]),
    (&[5, 9, 1], &[8]),
    (&[5, 9, 3], &[8, 9]),
    (&[5, 9, 5], &[9]),
    (&[5, 9, 8], &[8]),
    (&[3, 1], &[9]),
    (&[4, 1], &[9]),
];

/// A run's digits in a row.
#[derive(Clone, Copy, Debug)]
struct Group {
    start: usize,
    end: usize,
}

/// Neighbouring groups of a run, read as one number.
struct Window<'a> {
    bytes: &'a [u8],
    start: usize,
    end: usize,
    /// The values of its digits.
    digits: &'a [u8],
    /// The digits of each group.
    shape: &'a [usize],
}

/// Adds the candidates among the numbers of the text.
pub(super) fn push_candidates(bytes: &[u8], found: &mut Vec<Candidate>) {
    let mut run = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        run.clear();
        at = read_run(bytes, at, &mut run);
        for group in &run {
            push_lettered(bytes, *group, found);
        }
        let digits: usize = run.iter().map(|group| group.end - group.start).sum();
        if digits >= 6 {
            push_windows(bytes, &run, found);
        }
    }
}

/// Reads the groups from `start` on; returns where the run ends.
fn read_run(bytes: &[u8], start: usize, run: &mut Vec<Group>) -> usize {
    let mut at = start;
    loop {
        let from = at;
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        run.push(Group { start: from, end: at });
        let separators = bytes[at..].iter().take(3).take_while(|byte| b" -.()".contains(byte)).count();
        if separators == 0 || !bytes.get(at + separators).is_some_and(u8::is_ascii_digit) {
            return at;
        }
        at += separators;
    }
}

/// Tries every stretch of neighbouring groups.
fn push_windows(bytes: &[u8], run: &[Group], found: &mut Vec<Candidate>) {
    let mut digits = Vec::with_capacity(MAX_DIGITS);
    let mut shape = Vec::with_capacity(MAX_GROUPS);
    for first in 0..run.len() {
        digits.clear();
        shape.clear();
        let mut cue = None;
        for last in &run[first..run.len().min(first + MAX_GROUPS)] {
            let length = last.end - last.start;
            if digits.len() + length > MAX_DIGITS {
                break;
            }
            digits.extend(bytes[last.start..last.end].iter().map(|byte| byte - b'0'));
            shape.push(length);
            if digits.len() < 6 {
                continue;
            }
            let window =
                Window { bytes, start: run[first].start, end: last.end, digits: &digits, shape: &shape };
            let cue = *cue.get_or_insert_with(|| before(bytes, window.start));
            if let Some(candidate) = window.read(cue) {
                found.push(candidate);
            }
        }
    }
}

impl Window<'_> {
    /// What the window is, the strongest reading first.
    fn read(&self, cue: Option<Cue>) -> Option<Candidate> {
        self.rut().or_else(|| self.dni()).or_else(|| self.nie()).or_else(|| {
            let is_whole = starts_word(self.bytes, self.start) && ends_word(self.bytes, self.end);
            if !is_whole {
                return None;
            }
            if self.is_card() && cue != Some(Cue::Device) {
                return Some(self.candidate(PersonalData::Card));
            }
            let is_tax_shape = |grouped: &[usize]| self.shape == [11] || self.shape == grouped;
            if is_tax_shape(&[3, 3, 3, 2]) && checksum::cpf(self.digits) {
                return Some(self.candidate(PersonalData::Cpf));
            }
            if is_tax_shape(&[2, 8, 1]) && checksum::cuit(self.digits) {
                return Some(self.candidate(PersonalData::Cuit));
            }
            if self.is_ssn() {
                return Some(self.candidate(PersonalData::Ssn));
            }
            if let Some(start) = self.calling_start() {
                return Some(Candidate { kind: PersonalData::Phone, start, end: self.end });
            }
            if self.is_amount(cue) {
                return None;
            }
            match cue {
                Some(Cue::Code | Cue::Device) => None,
                Some(Cue::Document) if self.is_document() => Some(self.candidate(PersonalData::Document)),
                Some(Cue::Phone) if self.is_phone() || self.is_cued_phone() => Some(self.phone()),
                _ => self.is_phone().then(|| self.phone()),
            }
        })
    }

    fn candidate(&self, kind: PersonalData) -> Candidate {
        Candidate { kind, start: self.start, end: self.end }
    }

    /// The phone with the bracket of its area code.
    fn phone(&self) -> Candidate {
        let opens = self.start > 0 && self.bytes[self.start - 1] == b'(' && self.separators().contains(&b')');
        Candidate { kind: PersonalData::Phone, start: self.start - usize::from(opens), end: self.end }
    }

    fn separators(&self) -> Vec<u8> {
        self.bytes[self.start..self.end].iter().copied().filter(|byte| !byte.is_ascii_digit()).collect()
    }

    /// Groups of three apart by dots, the first shorter at most: how documents and amounts are written.
    fn has_thousands(&self) -> bool {
        let [first, rest @ ..] = self.shape else { return false };
        !rest.is_empty()
            && (1..=3).contains(first)
            && rest.iter().all(|length| *length == 3)
            && self.separators().iter().all(|byte| *byte == b'.')
            && self.separators().len() == rest.len()
    }

    fn is_one_number(&self) -> bool {
        self.shape.len() == 1 || self.has_thousands()
    }

    /// The value of the check character after the number and where it ends: after a hyphen, or directly
    /// when `bare`; a capital may follow a space.
    fn check_after(&self, bare: bool) -> Option<(u8, usize)> {
        let (check, at) = match self.bytes.get(self.end..)? {
            [b'-', check, ..] => (*check, self.end + 1),
            [b' ', check, ..] if bare && check.is_ascii_uppercase() => (*check, self.end + 1),
            [check, ..] if bare => (*check, self.end),
            _ => return None,
        };
        (check.is_ascii_alphanumeric() && ends_word(self.bytes, at + 1))
            .then(|| (check.to_ascii_uppercase(), at + 1))
    }

    fn rut(&self) -> Option<Candidate> {
        if !(7..=8).contains(&self.digits.len())
            || !self.is_one_number()
            || !starts_word(self.bytes, self.start)
        {
            return None;
        }
        let (check, end) = self.check_after(false)?;
        (check == checksum::rut_check(self.digits)).then_some(Candidate {
            kind: PersonalData::Rut,
            start: self.start,
            end,
        })
    }

    fn dni(&self) -> Option<Candidate> {
        if self.digits.len() != 8 || !self.is_one_number() || !starts_word(self.bytes, self.start) {
            return None;
        }
        let (check, end) = self.check_after(true)?;
        (check == checksum::dni_letter(self.digits)).then_some(Candidate {
            kind: PersonalData::Dni,
            start: self.start,
            end,
        })
    }

    fn nie(&self) -> Option<Candidate> {
        if self.digits.len() != 7 || !self.is_one_number() {
            return None;
        }
        let (letter, start) = match self.bytes.get(..self.start)? {
            [.., letter, b'-' | b' '] => (letter, self.start - 2),
            [.., letter] => (letter, self.start - 1),
            [] => return None,
        };
        let leading = match letter.to_ascii_uppercase() {
            b'X' => 0,
            b'Y' => 1,
            b'Z' => 2,
            _ => return None,
        };
        let (check, end) = self.check_after(true)?;
        let digits = [&[leading], self.digits].concat();
        (starts_word(self.bytes, start) && check == checksum::dni_letter(&digits)).then_some(Candidate {
            kind: PersonalData::Nie,
            start,
            end,
        })
    }

    fn is_card(&self) -> bool {
        (13..=19).contains(&self.digits.len())
            && matches!(self.digits[0], 2..=6)
            && (self.shape.len() == 1 || self.shape.iter().all(|length| (3..=7).contains(length)))
            && self.has_single_separators(b" -")
            && checksum::luhn(self.digits)
    }

    fn has_single_separators(&self, allowed: &[u8]) -> bool {
        let separators = self.separators();
        separators.len() + 1 == self.shape.len() && separators.iter().all(|byte| allowed.contains(byte))
    }

    fn is_ssn(&self) -> bool {
        self.shape == [3, 2, 4]
            && self.has_single_separators(b"-")
            && self.digits[0] != 9
            && !matches!(self.digits[..3], [0, 0, 0] | [6, 6, 6])
    }

    /// Where a number with a country code begins: at its `+`, or at its `00`.
    fn calling_start(&self) -> Option<usize> {
        let (digits, start) = match (self.bytes[..self.start].last(), self.digits) {
            (Some(b'+'), digits) => (digits, self.start - 1),
            (_, [0, 0, digits @ ..]) => (digits, self.start),
            _ => return None,
        };
        let is_number = CALLING_CODES.iter().any(|(code, lengths)| {
            digits.strip_prefix(*code).is_some_and(|national| lengths.contains(&national.len()))
        });
        (is_number && !self.has_thousands()).then_some(start)
    }

    /// Money, a quantity with decimals, or thousands apart by dots that no cue says to be something else.
    fn is_amount(&self, cue: Option<Cue>) -> bool {
        let is_told = matches!(cue, Some(Cue::Phone | Cue::Document));
        let has_decimals = matches!(self.bytes[self.end..], [b',', digit, ..] if digit.is_ascii_digit());
        (self.has_thousands() && !is_told)
            || has_decimals
            || currency_before(self.bytes, self.start)
            || currency_after(self.bytes, self.end)
    }

    fn is_document(&self) -> bool {
        (6..=11).contains(&self.digits.len()) && self.is_one_number()
    }

    /// The shapes of phone numbers in Spain, Latin America, the United States, Brazil and France.
    fn is_phone(&self) -> bool {
        let digits = self.digits;
        let is_shape = match self.shape {
            [9] | [3, 3, 3] | [3, 2, 2, 2] | [3, 6] => digits[0] >= 6,
            [1, 4, 4] | [1, 8] => matches!(digits[0], 2 | 9),
            [10] => digits[0] >= 2 || (digits[0] == 0 && digits[1] != 0),
            [3, 3, 4] | [3, 7] | [2, 8] | [3, 3, 2, 2] | [5, 5] => digits[0] >= 2,
            [2, 4, 4] => digits[0] >= 1,
            [2, 2, 2, 2, 2] | [3, 4, 4] | [4, 3, 4] | [4, 7] => digits[0] == 0 && digits[1] != 0,
            [11] => digits[0] == 0 && digits[1] != 0 || digits[0] == 1 && digits[1] >= 2 || digits[2] == 9,
            [1, 3, 3, 4] => digits[0] == 1,
            [2, 5, 4] | [2, 1, 4, 4] => digits[2] == 9,
            _ => false,
        };
        is_shape && !digits.iter().all(|digit| *digit == digits[0])
    }

    /// Shapes that need a word such as `teléfono` before them.
    fn is_cued_phone(&self) -> bool {
        match self.shape {
            [length] => (7..=11).contains(length),
            [3, 4]
            | [4, 4]
            | [3, 2, 2]
            | [2, 2, 3]
            | [2, 3, 2]
            | [1, 3, 4]
            | [2, 2, 2, 2]
            | [1, 7]
            | [3, 3, 3]
            | [2, 3, 4] => true,
            _ => false,
        }
    }
}

/// Adds the IBAN, CURP or RFC whose first digits the group is.
fn push_lettered(bytes: &[u8], group: Group, found: &mut Vec<Candidate>) {
    let letters =
        bytes[..group.start].iter().rev().take(5).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let start = group.start - letters;
    if !starts_word(bytes, start) {
        return;
    }
    let read = |length: usize, spaced: bool| read_alphanumerics(bytes, start, length, spaced);
    let mut push = |kind, end| found.push(Candidate { kind, start, end });
    match letters {
        2 => {
            let country = [bytes[start].to_ascii_uppercase(), bytes[start + 1].to_ascii_uppercase()];
            if let Some((account, end)) = iban::length(country).and_then(|length| read(length, true))
                && checksum::iban(&account)
            {
                push(PersonalData::Iban, end);
            }
        }
        4 if group.end - group.start >= 6 => {
            if let Some((number, end)) = read(18, false)
                && checksum::curp(&number)
            {
                push(PersonalData::Curp, end);
            } else if let Some((number, end)) = read(13, false)
                && checksum::rfc(&number)
            {
                push(PersonalData::Rfc, end);
            }
        }
        _ => {}
    }
}

/// Exactly `length` letters and digits from `start`, in capitals, with single spaces or hyphens among them
/// when `spaced`, and where they end, which must be the end of a word.
fn read_alphanumerics(bytes: &[u8], start: usize, length: usize, spaced: bool) -> Option<(Vec<u8>, usize)> {
    let mut read = Vec::with_capacity(length);
    let mut at = start;
    while read.len() < length {
        let byte = bytes.get(at)?;
        if byte.is_ascii_alphanumeric() {
            read.push(byte.to_ascii_uppercase());
        } else if !(spaced && b" -".contains(byte) && bytes[at - 1].is_ascii_alphanumeric()) {
            return None;
        }
        at += 1;
    }
    ends_word(bytes, at).then_some((read, at))
}

/// Whether no letter, digit or underscore lies directly before `at`, nor the letters and hyphen of a code
/// such as `ORD-`.
fn starts_word(bytes: &[u8], at: usize) -> bool {
    match bytes[..at] {
        [.., before, b'-' | b'/' | b'#'] => !before.is_ascii_alphabetic(),
        [.., before] => !(before.is_ascii_alphanumeric() || before == b'_'),
        [] => true,
    }
}

/// Whether no letter, digit or underscore lies directly at `at`.
fn ends_word(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_none_or(|after| !(after.is_ascii_alphanumeric() || *after == b'_'))
}

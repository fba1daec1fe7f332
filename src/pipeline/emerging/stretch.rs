//! Texts of a stretch of time in the order of their arrival, each told once.

use std::collections::HashMap;

use crate::domain::id::ComplaintId;
use crate::domain::language::Language;
use crate::store::analysis::GroupingText;
use crate::store::emerging::Arrival;
use crate::text::fingerprint::normalised_hash;

/// A text with its repeats left out, and where it came in the order of arrival.
pub(super) struct Read {
    pub(super) arrival: Arrival,
    pub(super) text: GroupingText,
}

/// Texts of a stretch of time in the order of their arrival.
#[derive(Default)]
pub(super) struct Stretch {
    pub(super) texts: Vec<Read>,
    /// Complaints that repeat one of them: which one, and when they came.
    pub(super) repeats: Vec<(Arrival, usize)>,
    seen: HashMap<u64, usize>,
}

impl Stretch {
    /// Reads on; a text that repeats one of the last `recent` is none of its own.
    pub(super) fn push(
        &mut self,
        arrivals: &[Arrival],
        mut texts: HashMap<ComplaintId, GroupingText>,
        recent: usize,
    ) {
        for arrival in arrivals {
            let Some(text) = texts.remove(&arrival.id) else { continue };
            let hash = normalised_hash(&text.text);
            match self.seen.get(&hash) {
                Some(&known) if known + recent >= self.texts.len() => self.repeats.push((*arrival, known)),
                _ => {
                    self.seen.insert(hash, self.texts.len());
                    self.texts.push(Read { arrival: *arrival, text });
                }
            }
        }
    }

    pub(super) fn words(&self, members: impl Iterator<Item = usize>) -> Vec<(&str, Language)> {
        members.map(|at| (self.texts[at].text.text.as_str(), self.texts[at].text.language)).collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::time::{Day, Timestamp};

    fn arrival(number: u128) -> Arrival {
        Arrival { at: Timestamp(0), id: ComplaintId(Uuid::from_u128(number)) }
    }

    #[test]
    fn a_repeat_is_no_text_of_its_own_while_its_first_is_near() {
        let text = |number: u128, text: &str| GroupingText {
            id: ComplaintId(Uuid::from_u128(number)),
            day: Day(0),
            text: text.to_owned(),
            language: Language::Spanish,
            product_area: None,
            failure_type: None,
        };
        let told =
            ["carta modelo 12", "otra cosa", "Carta modelo 34", "una tercera", "y más", "carta modelo 5"];
        let arrivals: Vec<Arrival> = (0..6).map(arrival).collect();
        let texts: HashMap<ComplaintId, GroupingText> = (0..)
            .zip(told)
            .map(|(number, words)| (arrivals[number as usize].id, text(number, words)))
            .collect();
        let mut stretch = Stretch::default();
        stretch.push(&arrivals, texts, 3);
        let kept: Vec<u128> = stretch.texts.iter().map(|read| read.arrival.id.0.as_u128()).collect();
        assert_eq!(kept, [0, 1, 3, 4, 5]);
        assert_eq!(stretch.repeats, [(arrivals[2], 0)]);
    }
}

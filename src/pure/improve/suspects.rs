//! Which registered change may have caused an excess of complaints: one that came before it, not long ago, and
//! whose own words and facts are over-represented among the complaints that came in.
//!
//! A coincidence of dates is no evidence by itself, so it is told apart. A word counts only where its excess
//! would be rare by chance after correction for all words of all changes looked at (Bonferroni); its strength is
//! the lower bound of the shrunken information component (Norén, Hopstadius and Bate 2013), further words counting
//! half of the one before, less a bit for every [`HALVED_DAYS`] between change and excess.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::over_represented::information_component;
use crate::domain::time::Day;
use crate::stats::negative_binomial::NegativeBinomial;

/// A change so many days before the excess is half as suspect.
pub const HALVED_DAYS: f64 = 28.0;
/// A change longer ago is no suspect.
pub const LONGEST_DAYS: i32 = 150;
/// Without a word to show, a change is named only when it came so few days before.
const COINCIDENCE_DAYS: i32 = 28;
/// Chance of naming a word by chance, over all words of all changes.
const ERROR_RATE: f64 = 0.01;
/// Complaints that must have a word.
const LEAST: u64 = 3;

/// A change with what to look for in complaints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The day it took effect.
    pub day: Day,
    /// Terms of its title and the facts it touches, as [`rank`]'s complaints have them.
    pub terms: BTreeSet<String>,
}

/// A change that may be the cause.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspect {
    /// Its place among the candidates.
    pub candidate: usize,
    /// Days between it and the first day of the excess; negative when it came within it.
    pub days_before: i32,
    /// Its terms that stand out, strongest first; none when only the dates fit.
    pub matches: Vec<Match>,
}

/// A term that stands out.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The term.
    pub term: String,
    /// Complaints of the excess that have it.
    pub inside: u64,
    /// Share of the excess' complaints that have it, 0 to 1.
    pub share_inside: f64,
    /// Share of the complaints it is compared with, 0 to 1.
    pub share_before: f64,
    /// Lower 95 % bound of its information component, in bits.
    pub information_lower: f64,
}

/// Ranks changes by how well they fit an excess in the days `first` to `last`. `inside` are the complaints of the
/// excess, `before` those it is compared with, each by its terms. Those with evidence come first.
pub fn rank(
    candidates: &[Candidate],
    inside: &[BTreeSet<String>],
    before: &[BTreeSet<String>],
    (first, last): (Day, Day),
) -> Vec<Suspect> {
    let in_time = |day: Day| day <= last && first.0 - day.0 <= LONGEST_DAYS;
    let terms: BTreeSet<&String> =
        candidates.iter().filter(|candidate| in_time(candidate.day)).flat_map(|one| &one.terms).collect();
    let tests = terms.len() as f64;
    let standing_out: BTreeMap<&String, Match> =
        terms.into_iter().filter_map(|term| Some((term, compare(term, inside, before, tests)?))).collect();
    let mut suspects: Vec<(f64, Suspect)> = candidates
        .iter()
        .enumerate()
        .filter(|(_, candidate)| in_time(candidate.day))
        .filter_map(|(place, candidate)| {
            let days_before = first.0 - candidate.day.0;
            let mut matches: Vec<Match> =
                candidate.terms.iter().filter_map(|term| standing_out.get(term).cloned()).collect();
            matches.sort_by(|a, b| {
                b.information_lower.partial_cmp(&a.information_lower).unwrap_or(Ordering::Equal)
            });
            if matches.is_empty() && days_before > COINCIDENCE_DAYS {
                return None;
            }
            // Each further word counts half of the one before: words of one name come together.
            let evidence: f64 =
                matches.iter().rev().fold(0.0, |rest, found| found.information_lower + 0.5 * rest);
            let elapsed = f64::from(days_before.max(0)) / HALVED_DAYS;
            let score = if matches.is_empty() { -1e6 - elapsed } else { evidence - elapsed };
            Some((score, Suspect { candidate: place, days_before, matches }))
        })
        .collect();
    suspects.sort_by(|(a, _), (b, _)| b.partial_cmp(a).unwrap_or(Ordering::Equal));
    suspects.into_iter().map(|(_, suspect)| suspect).collect()
}

/// A term's match, where it stands out beyond chance.
fn compare(
    term: &String,
    inside: &[BTreeSet<String>],
    before: &[BTreeSet<String>],
    tests: f64,
) -> Option<Match> {
    let having = |complaints: &[BTreeSet<String>]| {
        complaints.iter().filter(|terms| terms.contains(term)).count() as u64
    };
    let (count, count_before) = (having(inside), having(before));
    if count < LEAST {
        return None;
    }
    // One more with and one more without: a word nobody used before is rare, not impossible.
    let usual = (count_before as f64 + 1.0) / (before.len() as f64 + 2.0);
    let expected = usual * inside.len() as f64;
    let chance = NegativeBinomial::new(expected, 1.0)?.survival(count - 1);
    let (_, information_lower) = information_component(count as f64, expected);
    (chance * tests < ERROR_RATE && information_lower > 0.0).then(|| Match {
        term: term.clone(),
        inside: count,
        share_inside: count as f64 / inside.len() as f64,
        share_before: count_before as f64 / (before.len() as f64).max(1.0),
        information_lower,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn candidate(day: i32, words: &[&str]) -> Candidate {
        Candidate { day: Day(day), terms: terms(words) }
    }

    /// Forty complaints, thirty of them about a modem's lot, and two hundred about whatever else.
    fn complaints() -> (Vec<BTreeSet<String>>, Vec<BTreeSet<String>>) {
        let inside = (0..40)
            .map(|number| if number < 30 { terms(&["modem", "2417", "calor"]) } else { terms(&["factur"]) });
        let before = (0..200).map(|number| {
            terms(match number % 10 {
                0 => &["modem"],
                1..=4 => &["factur", "cobr"],
                _ => &["client"],
            })
        });
        (inside.collect(), before.collect())
    }

    #[test]
    fn the_change_whose_words_came_in_is_first_though_others_are_nearer() {
        let (inside, before) = complaints();
        let changes = [
            candidate(995, &["color", "client"]),
            candidate(960, &["lot", "2417", "modem"]),
            candidate(990, &["factur", "modem"]),
            candidate(700, &["2417"]),
            candidate(1_030, &["2417"]),
        ];
        let found = rank(&changes, &inside, &before, (Day(1_000), Day(1_020)));
        let order: Vec<usize> = found.iter().map(|suspect| suspect.candidate).collect();
        assert_eq!(order, [1, 2, 0], "neither the one too long ago nor the later one");
        assert_eq!((found[0].matches[0].term.as_str(), found[0].matches[0].inside), ("2417", 30));
        assert!((found[0].matches[0].share_inside - 0.75).abs() < 1e-12);
        assert_eq!(found[0].days_before, 40);
        assert!(found[2].matches.is_empty(), "only the date fits");
    }

    #[test]
    fn a_word_that_is_as_usual_as_ever_is_no_evidence() {
        let (_, before) = complaints();
        let found = rank(
            &[candidate(995, &["factur", "cobr"]), candidate(950, &["modem"])],
            &before[..40],
            &before[40..],
            (Day(1_000), Day(1_006)),
        );
        assert_eq!(found.len(), 1);
        assert!(found[0].matches.is_empty());
        assert!(rank(&[], &before, &before, (Day(1), Day(2))).is_empty());
        assert!(rank(&[candidate(1, &["a"])], &[], &[], (Day(1), Day(2)))[0].matches.is_empty());
    }
}

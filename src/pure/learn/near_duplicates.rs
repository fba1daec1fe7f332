//! Copied letters: texts that say the same but for numbers, names and a few words. MinHash signatures in
//! bands find candidates (Broder, "On the resemblance and containment of documents", 1997; Leskovec,
//! Rajaraman and Ullman, "Mining of Massive Datasets", ch. 3), the exact Jaccard index decides.

use std::collections::HashMap;

use crate::text::fingerprint::word_hashes;

/// Words in a shingle.
const SHINGLE_WORDS: usize = 4;
/// A text with fewer shingles is a copy only of its equal: one word more is a different request.
const MIN_SHINGLES: usize = 8;
/// Bands of a signature and rows of a band: at a likeness of one half, 87 % of pairs meet in some band; at
/// seven tenths, all but 2 in 10,000.
const BANDS: usize = 32;
const ROWS: usize = 4;
/// Share of shingles two copies of one letter have in common, at least.
const LIKENESS: f64 = 0.5;
/// Letters compared with exactly, per text: bounds the work where one phrase opens everything.
const MAX_CANDIDATES: usize = 64;

/// For every text the first text it is a copy of, itself included: the same number, the same letter.
/// Every copy is as like as asked to that first text, so that likeness does not wander along a chain.
/// Texts without words are copies of nothing.
pub(super) fn first_copies<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<usize> {
    let mut first = Vec::new();
    let mut letters: Vec<Letter> = Vec::new();
    let mut equal: HashMap<Vec<u64>, usize> = HashMap::new();
    let mut buckets: HashMap<(usize, u64), Vec<u32>> = HashMap::new();
    for (text, words) in texts.map(word_hashes).enumerate() {
        if words.is_empty() {
            first.push(text);
            continue;
        }
        if let Some(&known) = equal.get(&words) {
            first.push(known);
            continue;
        }
        let shingles = shingles(&words);
        if shingles.len() < MIN_SHINGLES {
            equal.insert(words, text);
            first.push(text);
            continue;
        }
        let keys = band_keys(&shingles);
        let mut candidates: Vec<u32> = keys
            .iter()
            .filter_map(|key| buckets.get(key))
            .flatten()
            .copied()
            .take(MAX_CANDIDATES * 4)
            .collect();
        candidates.sort_unstable();
        candidates.dedup();
        let best = candidates
            .into_iter()
            .take(MAX_CANDIDATES)
            .map(|letter| (likeness(&shingles, &letters[letter as usize].shingles), letter))
            .filter(|(likeness, _)| *likeness >= LIKENESS)
            // Of two alike, the earlier.
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let own = match best {
            Some((_, letter)) => letters[letter as usize].text,
            None => {
                let number = letters.len() as u32;
                keys.into_iter().for_each(|key| buckets.entry(key).or_default().push(number));
                letters.push(Letter { text, shingles });
                text
            }
        };
        equal.insert(words, own);
        first.push(own);
    }
    first
}

/// The first text of a letter.
struct Letter {
    text: usize,
    shingles: Vec<u64>,
}

/// Hashes of runs of words, sorted, each once.
fn shingles(words: &[u64]) -> Vec<u64> {
    let mut all: Vec<u64> = words
        .windows(SHINGLE_WORDS)
        .map(|run| run.iter().fold(0, |hash, &word| mix(hash ^ word, 1)))
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The bucket of each band.
fn band_keys(shingles: &[u64]) -> Vec<(usize, u64)> {
    let least = |row: usize| shingles.iter().map(|&shingle| mix(shingle, row as u64 + 2)).min().unwrap_or(0);
    (0..BANDS)
        .map(|band| {
            let rows = (0..ROWS).map(|row| least(band * ROWS + row));
            (band, rows.fold(0, |key, least| mix(key ^ least, 1)))
        })
        .collect()
}

/// A different random order of the same values for each `salt` (the finaliser of splitmix64).
fn mix(value: u64, salt: u64) -> u64 {
    let mut z = value.wrapping_add(salt.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Jaccard index of two sorted sets.
fn likeness(a: &[u64], b: &[u64]) -> f64 {
    let (mut at, mut shared) = (0, 0);
    for value in a {
        while at < b.len() && b[at] < *value {
            at += 1;
        }
        shared += usize::from(b.get(at) == Some(value));
    }
    shared as f64 / (a.len() + b.len() - shared).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = "I am writing to dispute the accounts listed on my credit report under section 609 of \
        the act and I demand that you delete them within thirty days or show the signed contract";

    #[test]
    fn copies_of_a_letter_meet_and_others_do_not() {
        let changed = LETTER.replace("609", "611").replace("thirty days", "fifteen days");
        let named = format!("My name is [EMAIL_1]. {}", LETTER.to_uppercase());
        let other = "my card was swallowed by the machine at the branch and nobody could tell me when I would \
            get another one although I asked three times";
        let texts = [LETTER, other, &changed, "", &named, "lost card", "lost my card", "Lost card!", ""];
        assert_eq!(first_copies(texts.into_iter()), [0, 1, 0, 3, 0, 5, 6, 5, 8]);
    }

    #[test]
    fn likeness_is_the_share_in_common() {
        assert_eq!(likeness(&[1, 2, 3], &[2, 3, 4]), 0.5);
        assert_eq!(likeness(&[], &[]), 0.0);
        assert_eq!(likeness(&[7], &[7]), 1.0);
    }

    #[test]
    fn candidates_are_found_at_every_likeness_that_counts() {
        // Letters of 40 words of which the last few differ.
        let letter = |variant: usize| {
            let words = (0..40).map(|word| {
                if word >= 34 {
                    format!("w{}x", char::from(b'a' + (variant + word) as u8 % 26))
                } else {
                    word_name(word)
                }
            });
            words.collect::<Vec<_>>().join(" ")
        };
        let texts: Vec<String> = (0..20).map(letter).collect();
        let found = first_copies(texts.iter().map(String::as_str));
        assert!(found.iter().all(|&first| first == 0), "{found:?}");
    }

    fn word_name(number: usize) -> String {
        let letter = |part: usize| char::from(b'a' + (part % 26) as u8);
        [letter(number), letter(number / 26 + 7), letter(number * 3)].iter().collect()
    }
}

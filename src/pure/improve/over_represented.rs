//! Who stands out in a group: values (a branch, a product, a channel) that are more frequent among its
//! complaints than among all others, with the strength of the evidence.
//!
//! The measure is the information component of a two-by-two table with shrinkage (Bate et al. 1998;
//! Norén, Hopstadius and Bate 2013): log2((observed + ½) / (expected + ½)), where the expected count is
//! what independence would give. Its lower 95 % bound is above zero only where the excess is unlikely to
//! be chance, which keeps small numbers from shouting.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// How often one value occurs inside a group and among all complaints.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// The value.
    pub value: String,
    /// Complaints of the group that have it.
    pub inside: u64,
    /// Share of the group's complaints that have it, 0 to 1.
    pub share_inside: f64,
    /// Share of the other complaints that have it, 0 to 1.
    pub share_outside: f64,
    /// Information component in bits: 1 means twice as often as expected.
    pub information: f64,
    /// Its lower 95 % bound.
    pub information_lower: f64,
}

impl Attribute {
    /// Whether the value is over-represented beyond chance.
    pub fn stands_out(&self) -> bool {
        self.information_lower > 0.0
    }
}

/// Compares the values of a group (`inside`) with those of all complaints (`all`, the group included).
/// `inside_total` and `all_total` count complaints, also those without a value. Strongest evidence first.
pub fn over_represented(
    inside: &[(String, u64)],
    inside_total: u64,
    all: &[(String, u64)],
    all_total: u64,
) -> Vec<Attribute> {
    let everywhere: BTreeMap<&str, u64> = all.iter().map(|(value, count)| (value.as_str(), *count)).collect();
    let outside_total = all_total.saturating_sub(inside_total);
    let mut attributes: Vec<Attribute> = inside
        .iter()
        .map(|(value, inside_count)| {
            // The two counts may come from two moments; a group never has more than there are.
            let all_count = everywhere.get(value.as_str()).copied().unwrap_or(0).max(*inside_count);
            let expected = share(all_count, all_total) * inside_total as f64;
            let (information, information_lower) = information_component(*inside_count as f64, expected);
            Attribute {
                value: value.clone(),
                inside: *inside_count,
                share_inside: share(*inside_count, inside_total),
                share_outside: share(all_count - inside_count, outside_total),
                information,
                information_lower,
            }
        })
        .collect();
    attributes.sort_by(|a, b| {
        b.information_lower
            .partial_cmp(&a.information_lower)
            .unwrap_or(Ordering::Equal)
            .then_with(|| b.inside.cmp(&a.inside))
            .then_with(|| a.value.cmp(&b.value))
    });
    attributes
}

/// The information component and its lower 95 % bound, by the closed approximation of Norén et al. (2013).
pub(super) fn information_component(observed: f64, expected: f64) -> (f64, f64) {
    let component = ((observed + 0.5) / (expected + 0.5)).log2();
    let lower = component - 3.3 * (observed + 0.5).powf(-0.5) - 2.0 * (observed + 0.5).powf(-1.5);
    (component, lower)
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(pairs: &[(&str, u64)]) -> Vec<(String, u64)> {
        pairs.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect()
    }

    #[test]
    fn the_component_agrees_with_the_reference_table() {
        // 25 of 100 inside, 150 of 2,900 outside: expected 100 · 175 / 3,000.
        let (component, lower) = information_component(25.0, 175.0 / 30.0);
        assert!((component - 2.009_460_329_249_07).abs() < 1e-9, "{component}");
        assert!((lower - 1.340_431_224_720_12).abs() < 1e-9, "{lower}");
    }

    #[test]
    fn an_excess_stands_out_and_chance_does_not() {
        let inside = counts(&[("Sucursal Norte", 30), ("Sucursal Sur", 30), ("Sucursal Este", 1)]);
        let all = counts(&[("Sucursal Norte", 60), ("Sucursal Sur", 500), ("Sucursal Este", 3)]);
        let found = over_represented(&inside, 61, &all, 1_000);
        assert_eq!(found[0].value, "Sucursal Norte");
        assert!(found[0].stands_out() && !found[1].stands_out() && !found[2].stands_out());
        assert!((found[0].share_inside - 30.0 / 61.0).abs() < 1e-12);
        assert!((found[0].share_outside - 30.0 / 939.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_to_compare_with_is_no_evidence() {
        assert!(over_represented(&[], 0, &[], 0).is_empty());
        let found = over_represented(&counts(&[("a", 5)]), 5, &counts(&[("a", 3)]), 5);
        assert!(!found[0].stands_out() && found[0].share_outside.abs() < f64::EPSILON);
    }
}

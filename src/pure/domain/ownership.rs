//! Who answers for a cluster by rule, and whom a comment speaks to.

use serde::{Deserialize, Serialize};

/// Most characters of a comment, and most people it speaks to.
pub const MAX_COMMENT_CHARS: usize = 4_000;
const MAX_MENTIONS: usize = 20;
/// Most rules there may be.
pub const MAX_RULES: usize = 200;

/// Whoever fits a rule's conditions belongs to its owner; of several rules that fit the last one holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OwnerRule {
    /// The product area that must prevail; any when absent.
    pub area: Option<String>,
    /// The failure type that must prevail.
    pub failure_type: Option<String>,
    /// The company or unit that must prevail.
    pub unit: Option<String>,
    /// Who answers.
    pub owner: String,
}

impl OwnerRule {
    /// The rule as a line: `area=cards tipo=fraud_security unidad=Banco Lumbre => Fraude`.
    pub fn line(&self) -> String {
        let parts = [("area", &self.area), ("tipo", &self.failure_type), ("unidad", &self.unit)];
        let mut line = String::new();
        for (name, value) in parts {
            if let Some(value) = value {
                line.push_str(&format!("{name}={value} "));
            }
        }
        line + "=> " + &self.owner
    }

    /// Reads [`Self::line`]; `None` without an owner or with words that are no condition.
    pub fn from_line(line: &str) -> Option<Self> {
        let (conditions, owner) = line.split_once("=>")?;
        let mut rule = Self { owner: owner.trim().to_owned(), ..Self::default() };
        if rule.owner.is_empty() {
            return None;
        }
        let mut last: Option<&str> = None;
        for word in conditions.split_whitespace() {
            let named = word.split_once('=').and_then(|(name, value)| Some((key_of(name)?, value)));
            let (key, value) = match named {
                Some((key, value)) => (key, value.to_owned()),
                // The second word of a unit's name.
                None => (last?, format!(" {word}")),
            };
            let slot = match key {
                "area" => &mut rule.area,
                "tipo" => &mut rule.failure_type,
                _ => &mut rule.unit,
            };
            slot.get_or_insert_default().push_str(&value);
            last = Some(key);
        }
        Some(rule)
    }

    fn fits(&self, area: Option<&str>, failure_type: Option<&str>, unit: Option<&str>) -> bool {
        let same = |wanted: &Option<String>, is: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| is == Some(wanted))
        };
        same(&self.area, area) && same(&self.failure_type, failure_type) && same(&self.unit, unit)
    }
}

fn key_of(name: &str) -> Option<&'static str> {
    match name {
        "area" | "área" => Some("area"),
        "tipo" | "fallo" | "type" => Some("tipo"),
        "unidad" | "unit" => Some("unidad"),
        _ => None,
    }
}

/// The owner the rules name for a cluster, with the rule's place, from 1.
pub fn owner_by_rule<'r>(
    rules: &'r [OwnerRule],
    area: Option<&str>,
    failure_type: Option<&str>,
    unit: Option<&str>,
) -> Option<(usize, &'r str)> {
    let place = rules.iter().rposition(|rule| rule.fits(area, failure_type, unit))?;
    Some((place + 1, rules[place].owner.as_str()))
}

/// The people a comment speaks to, as written after `@`, each once, in order.
pub fn mentions(comment: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut before = ' ';
    for (at, sign) in comment.char_indices() {
        // What stands in an address (ana@banco.es) is no mention.
        if sign == '@' && !before.is_alphanumeric() {
            let name: String = comment[at + 1..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'))
                .collect();
            let name = name.trim_end_matches(['.', '-', '_']).to_owned();
            if !name.is_empty() && !found.contains(&name) && found.len() < MAX_MENTIONS {
                found.push(name);
            }
        }
        before = sign;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rule_that_fits_holds() {
        let rule = |area: Option<&str>, failure: Option<&str>, unit: Option<&str>, owner: &str| OwnerRule {
            area: area.map(str::to_owned),
            failure_type: failure.map(str::to_owned),
            unit: unit.map(str::to_owned),
            owner: owner.to_owned(),
        };
        let rules = [
            rule(None, None, None, "Calidad"),
            rule(Some("cards"), None, None, "Tarjetas"),
            rule(Some("cards"), Some("fraud_security"), None, "Fraude"),
            rule(None, None, Some("Banco Lumbre"), "Lumbre"),
        ];
        let cases = [
            ((Some("loans"), None, None), (1, "Calidad")),
            ((Some("cards"), Some("delay"), None), (2, "Tarjetas")),
            ((Some("cards"), Some("fraud_security"), None), (3, "Fraude")),
            ((Some("cards"), Some("fraud_security"), Some("Banco Lumbre")), (4, "Lumbre")),
            ((None, None, None), (1, "Calidad")),
        ];
        for ((area, failure, unit), expected) in cases {
            assert_eq!(owner_by_rule(&rules, area, failure, unit), Some(expected));
        }
        assert_eq!(owner_by_rule(&rules[1..], Some("loans"), None, None), None);
    }

    #[test]
    fn rules_are_read_back_from_their_line() {
        for line in ["=> Calidad", "area=cards tipo=fraud_security unidad=Banco Lumbre S.A. => Equipo Fraude"]
        {
            assert_eq!(OwnerRule::from_line(line).map(|rule| rule.line()).as_deref(), Some(line));
        }
        for line in ["", "area=cards", "area=cards =>", "tarjetas => Ana", "colour=red => Ana"] {
            assert_eq!(OwnerRule::from_line(line), None, "{line}");
        }
    }

    #[test]
    fn people_are_found_and_addresses_are_not() {
        let cases = [
            ("@marta.ruiz ¿lo miras con @Jorge?", vec!["marta.ruiz", "Jorge"]),
            ("escribe a ana@banco.es", vec![]),
            ("(@ana) y otra vez @ana.", vec!["ana"]),
            ("@ sola", vec![]),
        ];
        for (comment, expected) in cases {
            assert_eq!(mentions(comment), expected, "{comment}");
        }
    }
}

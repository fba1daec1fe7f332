//! What a letter complains of, matter by matter, each with its place, its failure type and its product area. The finder
//! is part of the program and read when it is first asked.

use std::ops::Range;
use std::sync::OnceLock;

use crate::domain::language::Language;
use crate::learn::claims::{ClaimFinder, FoundClaim};
use crate::learn::classifier::Classifier;

use super::models;

/// A matter of a letter.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Where it is told most clearly: bytes of the text, whole sentences.
    pub place: Range<usize>,
    /// What failed.
    pub failure_type: String,
    /// In which product: what those sentences say, where that is sure, else the letter's.
    pub product_area: Option<String>,
    /// How likely it is another matter of the letter, 0 to 1; `None` for the main one.
    pub probability: Option<f64>,
}

fn finder() -> Option<&'static ClaimFinder> {
    static FINDER: OnceLock<Option<ClaimFinder>> = OnceLock::new();
    let read = || match models::claim_finder() {
        Ok(finder) => finder,
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "other matters of letters are not looked for"
            );
            None
        }
    };
    FINDER.get_or_init(read).as_ref()
}

/// The matters of a letter whose failure type is `main` and whose product area is `area`: that one first, then others by
/// probability. None where nothing failed, or `main` is an answer of the organisation's own that the finder does not
/// know. `areas` knows product areas.
pub fn claims(
    (text, language): (&str, Language),
    main: &str,
    area: Option<&str>,
    areas: Option<&Classifier>,
) -> Vec<Claim> {
    let found = finder().map_or_else(Vec::new, |finder| finder.find(text, language, main));
    let claim = |claim: FoundClaim| {
        let own = areas
            .filter(|_| claim.probability.is_some())
            .map(|areas| areas.predict(&text[claim.place.clone()], language))
            .filter(|own| !own.unsure)
            .map(|own| own.label);
        Claim {
            product_area: own.or(area).map(str::to_owned),
            place: claim.place,
            failure_type: claim.label,
            probability: claim.probability,
        }
    };
    found.into_iter().map(claim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = "Contraté la fibra en marzo y nadie ha venido a instalarla. \
        Además me cobraron dos veces la cuota de abril y no debo nada. Espero su respuesta.";

    #[test]
    fn another_matter_is_found_where_it_is_told() {
        let found = claims((LETTER, Language::Spanish), "not_delivered", Some("internet_tv"), None);
        assert_eq!(found[0].failure_type, "not_delivered");
        assert_eq!((found[0].place.start, found[0].probability), (0, None));
        let other = found.iter().find(|claim| claim.failure_type == "undue_charge").expect("a second matter");
        assert!(
            LETTER[other.place.clone()].starts_with("Además me cobraron"),
            "{:?}",
            &LETTER[other.place.clone()]
        );
        assert!(other.probability > Some(0.4) && other.product_area.as_deref() == Some("internet_tv"));
    }

    #[test]
    fn a_letter_that_complains_of_nothing_or_of_something_unknown_has_none() {
        assert!(claims((LETTER, Language::Spanish), "none", None, None).is_empty());
        assert!(claims((LETTER, Language::Spanish), "an_answer_of_our_own", None, None).is_empty());
        assert_eq!(claims(("Me cobraron de más", Language::Spanish), "undue_charge", None, None).len(), 1);
        assert!(claims(("  ", Language::Spanish), "undue_charge", None, None).is_empty());
    }
}

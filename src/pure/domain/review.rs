//! People judging labels: what one person said, what stands when several have, and which complaint is
//! worth a look next.

use super::complaint::FieldError;
use super::id::ComplaintId;
use super::label::Axis;
use super::taxonomy::Taxonomy;
use super::time::Timestamp;

/// Longest name of a reviewer, in characters.
pub const MAX_REVIEWER_CHARS: usize = 100;
/// Longest reason, in characters.
pub const MAX_REASON_CHARS: usize = 2_000;

/// What a person says about one axis of one complaint. All are kept; the last of each reviewer counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Which complaint.
    pub complaint: ComplaintId,
    /// The question.
    pub axis: Axis,
    /// The answer: an id of the taxonomy.
    pub value: String,
    /// Who says so.
    pub reviewer: String,
    /// Why, when it was said.
    pub reason: Option<String>,
    /// Whether it settles a dispute: then it stands, whatever others said.
    pub adjudicates: bool,
}

impl Judgement {
    /// Whether it may be kept under `taxonomy`.
    ///
    /// # Errors
    /// Every broken rule, with its field and remedy.
    pub fn check(&self, taxonomy: &Taxonomy) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        if taxonomy.term(self.axis, &self.value).is_none() {
            let known: Vec<&str> = taxonomy.terms(self.axis).iter().map(|term| term.id.as_str()).collect();
            errors.push(FieldError::new(
                "value",
                "unknown_term",
                format!("is no {} of the taxonomy", self.axis.name()),
                &format!("write one of: {}", known.join(", ")),
            ));
        }
        if self.reviewer.trim().is_empty() {
            errors.push(FieldError::new("reviewer", "missing", "is missing", "say who judges"));
        }
        for (field, text, most) in [
            ("reviewer", self.reviewer.as_str(), MAX_REVIEWER_CHARS),
            ("reason", self.reason.as_deref().unwrap_or_default(), MAX_REASON_CHARS),
        ] {
            let length_chars = text.chars().count();
            if length_chars > most {
                let reason = format!("has {length_chars} characters, at most {most} are kept");
                errors.push(FieldError::new(field, "too_long", reason, "shorten it"));
            }
            if text.contains('\0') {
                errors.push(FieldError::new(field, "nul_byte", "contains a NUL character", "remove it"));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// A judgement with its time, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What was said.
    pub judgement: Judgement,
    /// When.
    pub decided_at: Timestamp,
}

/// How far people agree on one axis of one complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// One person decided.
    Person,
    /// Two or more said the same, or a dispute was settled.
    Agreed,
    /// Two or more differ, and nobody settled it.
    Disputed,
}

impl Agreement {
    /// Every degree, in reading order.
    pub const ALL: [Self; 3] = [Self::Person, Self::Agreed, Self::Disputed];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Agreed => "agreed",
            Self::Disputed => "disputed",
        }
    }
}

/// What stands after `judgements` of one axis of one complaint, oldest first; `None` when there are none.
/// In a dispute the answer most people gave stands for the time being, of equals the latest.
pub fn standing(judgements: &[Judged]) -> Option<(&str, Agreement)> {
    if let Some(settled) = judgements.iter().rev().find(|judged| judged.judgement.adjudicates) {
        return Some((&settled.judgement.value, Agreement::Agreed));
    }
    let opinions = last_of_each(judgements);
    let latest = opinions.last()?;
    if opinions.len() == 1 {
        return Some((latest.value.as_str(), Agreement::Person));
    }
    let votes = |value: &str| opinions.iter().filter(|opinion| opinion.value == value).count();
    // The last of the maxima is the latest.
    let most = opinions.iter().max_by_key(|opinion| votes(&opinion.value))?;
    let agreement =
        if votes(&most.value) == opinions.len() { Agreement::Agreed } else { Agreement::Disputed };
    Some((most.value.as_str(), agreement))
}

/// The last judgement of each reviewer that settles nothing, in the order of time.
pub fn last_of_each(judgements: &[Judged]) -> Vec<&Judgement> {
    let spoken = || judgements.iter().map(|judged| &judged.judgement).filter(|said| !said.adjudicates);
    spoken()
        .enumerate()
        .filter(|(at, said)| !spoken().skip(at + 1).any(|later| later.reviewer == said.reviewer))
        .map(|(_, said)| said)
        .collect()
}

/// Which complaints are offered for review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// The model is not sure and nobody has judged yet, most useful first.
    Unsure,
    /// One other person has judged: a second opinion, given blind, measures agreement.
    Second,
    /// People differ: somebody should settle it.
    Disputed,
}

impl Queue {
    /// Every queue, in reading order.
    pub const ALL: [Self; 3] = [Self::Unsure, Self::Second, Self::Disputed];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unsure => "unsure",
            Self::Second => "second",
            Self::Disputed => "disputed",
        }
    }

    /// The queue of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.name() == name)
    }
}

/// How useful a person's judgement would be, 0 to 1: uncertainty × burden × novelty, where neither of the
/// latter two alone can make it nothing.
///
/// `probability` is the model's of its own answer; `burden` the share, 0 to 1, this answer's recent
/// complaints have of the most frequent answer's; `similarity` is to the complaint's cluster, `None` when
/// it is in none.
pub fn usefulness(probability: f64, burden: f64, similarity: Option<f64>) -> f64 {
    let half_at_least = |part: f64| (1.0 + part.clamp(0.0, 1.0)) / 2.0;
    let novelty = 1.0 - similarity.unwrap_or(0.0);
    (1.0 - probability).clamp(0.0, 1.0) * half_at_least(burden) * half_at_least(novelty)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(list: &[(&str, &str, bool)]) -> Vec<Judged> {
        (0..)
            .zip(list)
            .map(|(at, (reviewer, value, adjudicates))| Judged {
                judgement: Judgement {
                    complaint: ComplaintId(uuid::Uuid::nil()),
                    axis: Axis::Kind,
                    value: (*value).to_owned(),
                    reviewer: (*reviewer).to_owned(),
                    reason: None,
                    adjudicates: *adjudicates,
                },
                decided_at: Timestamp(at),
            })
            .collect()
    }

    #[test]
    fn what_stands_follows_from_what_was_said() {
        type Said<'a> = &'a [(&'a str, &'a str, bool)];
        let cases: [(Said<'_>, Option<(&str, Agreement)>); 8] = [
            (&[], None),
            (&[("Ana", "claim", false)], Some(("claim", Agreement::Person))),
            (&[("Ana", "claim", false), ("Ana", "report", false)], Some(("report", Agreement::Person))),
            (&[("Ana", "claim", false), ("Luis", "claim", false)], Some(("claim", Agreement::Agreed))),
            (&[("Ana", "claim", false), ("Luis", "report", false)], Some(("report", Agreement::Disputed))),
            (
                &[("Ana", "claim", false), ("Luis", "report", false), ("Eva", "claim", false)],
                Some(("claim", Agreement::Disputed)),
            ),
            (
                &[("Ana", "claim", false), ("Luis", "report", false), ("Eva", "claim", true)],
                Some(("claim", Agreement::Agreed)),
            ),
            (
                &[("Ana", "claim", false), ("Luis", "report", false), ("Luis", "claim", false)],
                Some(("claim", Agreement::Agreed)),
            ),
        ];
        for (said, expected) in cases {
            assert_eq!(standing(&judged(said)), expected, "{said:?}");
        }
    }

    #[test]
    fn doubt_burden_and_novelty_each_make_a_look_more_useful() {
        let usual = usefulness(0.5, 0.5, Some(0.5));
        assert!(usefulness(0.3, 0.5, Some(0.5)) > usual);
        assert!(usefulness(0.5, 0.9, Some(0.5)) > usual);
        assert!(usefulness(0.5, 0.5, None) > usual);
        assert_eq!(usefulness(1.0, 1.0, None), 0.0);
        assert_eq!(usefulness(0.0, 1.0, None), 1.0);
    }

    #[test]
    fn a_judgement_names_what_is_wrong_with_it() {
        let mut wrong = judged(&[(" ", "nonsense", false)]).remove(0).judgement;
        wrong.reason = Some("x".repeat(MAX_REASON_CHARS + 1));
        let errors = wrong.check(&Taxonomy::starter()).expect_err("three fields are wrong");
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["value", "reviewer", "reason"]);
    }
}

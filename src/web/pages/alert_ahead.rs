//! What an alert's page says of the time to come: the next weeks, and what runs ahead of the series.

use super::names::Names;
use crate::domain::counts::{Dimension, Node};
use crate::i18n::{Locale, format};
use crate::pipeline::forecast::Outlook;
use crate::pipeline::precursors::{Lead, Part, Precursor, Verdict};

/// The weeks to come and the warning there is before them.
#[derive(Debug)]
pub(super) struct Ahead {
    /// The weeks, each with what is expected of it.
    pub(super) weeks: Vec<(String, String)>,
    /// How likely they pass the last year's highest.
    pub(super) chance: String,
    /// What runs ahead of what, a sentence each, or why that cannot be told. Nothing where nothing was compared.
    pub(super) precursors: Vec<String>,
}

impl Ahead {
    pub(super) fn new(outlook: Option<&Outlook>, precursors: &[Precursor], names: &Names) -> Self {
        let locale = names.locale;
        Self {
            weeks: weeks(locale, outlook),
            chance: chance(locale, outlook),
            precursors: told(precursors, names),
        }
    }
}

fn weeks(locale: Locale, outlook: Option<&Outlook>) -> Vec<(String, String)> {
    let told = outlook.into_iter().flat_map(|outlook| &outlook.weeks).map(|ahead| {
        let expected = format::decimal(locale, ahead.expected, usize::from(ahead.expected < 9.5));
        let (low, high) = (
            format::number(locale, count(ahead.interval.0)),
            format::number(locale, count(ahead.interval.1)),
        );
        let told =
            locale.text("alert-ahead-week", &[("expected", &expected), ("low", &low), ("high", &high)]);
        (format::week(locale, ahead.week), told)
    });
    told.collect()
}

/// How likely one of those weeks passes the limit: at least as likely as the likeliest of them.
fn chance(locale: Locale, outlook: Option<&Outlook>) -> String {
    let Some(outlook) = outlook else { return String::new() };
    let highest = outlook.weeks.iter().map(|week| week.chance_above).fold(0.0, f64::max);
    let chance = format::percent(locale, highest);
    locale.text("alert-ahead-chance", &[("limit", &count(outlook.limit)), ("chance", &chance)])
}

fn told(precursors: &[Precursor], names: &Names) -> Vec<String> {
    let locale = names.locale;
    let part = |part: &Part| match part {
        Part::Kind(kind) => names.node(&Node::new(Dimension::Kind, *kind)),
        Part::All => locale.text("node-all", &[]),
        Part::Imported(name) => name.clone(),
    };
    let leads = precursors.iter().filter_map(|one| match one.verdict {
        Verdict::Leads(Lead { weeks, between, .. }) => {
            let (ahead, behind) = (part(&one.ahead), part(&one.behind));
            let number = |weeks: usize| i64::try_from(weeks).unwrap_or(i64::MAX);
            let (weeks, low, high) = (number(weeks), number(between.0), number(between.1));
            let values: [(&str, &dyn crate::i18n::Arg); 5] =
                [("ahead", &ahead), ("behind", &behind), ("weeks", &weeks), ("low", &low), ("high", &high)];
            Some(locale.text("alert-precursor-lead", &values))
        }
        _ => None,
    });
    let leads: Vec<String> = leads.collect();
    if precursors.is_empty() || !leads.is_empty() {
        return leads;
    }
    let too_little = |one: &Precursor| matches!(one.verdict, Verdict::TooShort | Verdict::TooFew);
    let why =
        if precursors.iter().all(too_little) { "alert-precursors-few" } else { "alert-precursors-unclear" };
    vec![locale.text(why, &[])]
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
pub(super) fn sample_precursors(number: usize) -> Vec<Precursor> {
    let lead = Verdict::Leads(Lead { weeks: 2, between: (1, 3), correlation: 0.4, p_value: 0.001 });
    let pair = |low, high, verdict| Precursor { ahead: Part::Kind(low), behind: Part::Kind(high), verdict };
    match number {
        0 => vec![pair("petition", "claim", lead), pair("complaint", "claim", Verdict::Together)],
        1 => vec![pair("petition", "claim", Verdict::TooFew)],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::taxonomy::Taxonomy;
    use crate::web::pages::tests::sample;

    #[test]
    fn a_lead_is_a_sentence_and_no_lead_says_why() {
        let taxonomy = Taxonomy::starter();
        let names = sample::names(&taxonomy, Locale::Es);
        let told_of = |number| told(&sample_precursors(number), &names);
        assert_eq!(told_of(0), ["«Petición» va 2 semanas por delante de «Reclamo» (entre 1 y 3)."]);
        assert!(told_of(1)[0].contains("pocas semanas o pocos casos"), "{:?}", told_of(1));
        assert!(told_of(2).is_empty());
        let unclear = [Precursor { verdict: Verdict::Together, ..sample_precursors(1).remove(0) }];
        assert!(told(&unclear, &names)[0].contains("casualidad"));
    }
}

//! Why something moved, in words: what a rule wrote with its numbers, what something is put aside until, or
//! what a person wrote.

use crate::domain::cluster_life::{Aside, Why};
use crate::domain::time::Day;
use crate::i18n::{Arg, Locale, format};

/// The words for a reason as kept with an event.
pub(super) fn words(locale: Locale, reason: &str) -> String {
    if let Some(aside) = Aside::from_line(reason) {
        return aside_words(locale, aside);
    }
    let Some(Why { code, values }) = Why::from_line(reason) else { return reason.to_owned() };
    let values: Vec<(String, Box<dyn Arg>)> =
        values.into_iter().map(|(name, value)| (name, shown(locale, &value))).collect();
    let args: Vec<(&str, &dyn Arg)> =
        values.iter().map(|(name, value)| (name.as_str(), value.as_ref())).collect();
    locale.text(&format!("why-{}", code.replace('_', "-")), &args)
}

/// Until when something is put aside.
pub(super) fn aside_words(locale: Locale, aside: Aside) -> String {
    match aside {
        Aside::Worse => locale.text("aside-worse", &[]),
        Aside::Complaints(count) => locale.text("aside-complaints", &[("count", &i64::from(count))]),
        Aside::Customers(count) => locale.text("aside-customers", &[("count", &i64::from(count))]),
        Aside::Until(day) => locale.text("aside-until", &[("day", &format::day(locale, day))]),
        Aside::Ever => locale.text("aside-ever", &[]),
    }
}

fn shown(locale: Locale, value: &str) -> Box<dyn Arg> {
    if let Some(day) = Day::from_iso(value) {
        return Box::new(format::day(locale, day));
    }
    match (value.parse::<i64>(), value.parse::<f64>()) {
        (Ok(count), _) => Box::new(count),
        (_, Ok(number)) => Box::new(format::decimal(locale, number, 1)),
        _ => Box::new(value.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::cluster_life::CODES;

    #[test]
    fn every_rule_has_words_and_shows_its_numbers() {
        for locale in Locale::ALL {
            for code in CODES {
                let line = format!("{code} observed=41 expected=16.8 day=2026-11-22 count=3 days=14 place=2");
                let told = words(locale, &line);
                assert!(!told.contains('⟦') && told != line, "{told}");
            }
        }
        let told = words(Locale::Es, "above_expected observed=41 expected=16.8 day=2026-11-22");
        assert!(told.contains("41") && told.contains("16,8") && told.contains("22 nov 2026"), "{told}");
        assert_eq!(words(Locale::Es, "lo pidió Ana"), "lo pidió Ana");
        assert!(words(Locale::En, "complaints:50").contains("50"));
    }
}

//! What things are called on screen: labels, states, fields and the values of fields.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::action::ActionState;
use crate::domain::cluster::ClusterState;
use crate::domain::counts::Node;
use crate::domain::filter::Field;
use crate::domain::label::Axis;
use crate::domain::priority::Priority;
use crate::domain::signal::SignalState;
use crate::domain::taxonomy::Taxonomy;
use crate::i18n::{Locale, format, signals};

/// A state with its sign and its word: colour is never the only signal.
#[derive(Clone, Debug)]
pub(super) struct Badge {
    /// Class of the style sheet.
    pub(super) class: &'static str,
    /// Its sign.
    pub(super) mark: &'static str,
    /// Its word.
    pub(super) word: String,
}

impl Badge {
    pub(super) fn of_cluster(locale: Locale, state: ClusterState) -> Self {
        let (class, mark) = match state {
            ClusterState::New => ("new", "●"),
            ClusterState::Ongoing => ("ongoing", "–"),
            ClusterState::Escalating => ("escalating", "▲"),
            ClusterState::Regressed => ("regressed", "↺"),
            ClusterState::Archived => ("archived", "▪"),
            ClusterState::Resolved => ("resolved", "✓"),
        };
        Self { class, mark, word: cluster_state(locale, state) }
    }

    pub(super) fn of_signal(locale: Locale, state: SignalState) -> Self {
        let (class, mark) = match state {
            SignalState::Raised => ("alarm", "●"),
            SignalState::UnderReview => ("new", "◐"),
            SignalState::Confirmed => ("escalating", "▲"),
            SignalState::Refuted => ("archived", "×"),
            SignalState::Closed => ("resolved", "✓"),
        };
        Self { class, mark, word: locale.text(&format!("signal-state-{}", state.name()), &[]) }
    }

    pub(super) fn of_action(locale: Locale, state: ActionState) -> Self {
        let (class, mark) = match state {
            ActionState::Draft => ("ongoing", "○"),
            ActionState::Planned => ("ongoing", "◔"),
            ActionState::InProgress => ("new", "◑"),
            ActionState::Implemented => ("new", "●"),
            ActionState::InVerification => ("regressed", "◎"),
            ActionState::Effective => ("resolved", "✓"),
            ActionState::Partly => ("escalating", "±"),
            ActionState::Ineffective => ("escalating", "×"),
            ActionState::Faded => ("escalating", "↺"),
            ActionState::Cancelled => ("archived", "▪"),
        };
        Self { class, mark, word: action_state(locale, state) }
    }
}

pub(super) fn cluster_state(locale: Locale, state: ClusterState) -> String {
    locale.text(&format!("cluster-state-{}", state.name()), &[])
}

pub(super) fn priority(locale: Locale, priority: Priority) -> String {
    locale.text(&format!("priority-{}", priority.name()), &[])
}

pub(super) fn action_state(locale: Locale, state: ActionState) -> String {
    locale.text(&format!("action-state-{}", state.name()), &[])
}

/// The name of a field.
pub(super) fn field(locale: Locale, field: Field) -> String {
    locale.text(&format!("field-{}", field.name()), &[])
}

/// The question of an axis.
pub(super) fn axis(locale: Locale, axis: Axis) -> String {
    locale.text(&format!("axis-{}", axis.name()), &[])
}

/// The words for a probability.
pub(super) fn sureness(locale: Locale, probability: f32, unsure: bool) -> String {
    locale.text(
        match probability {
            _ if unsure => "sure-unclear",
            p if p >= 0.9 => "sure-very",
            p if p >= 0.7 => "sure-likely",
            _ => "sure-rather",
        },
        &[],
    )
}

/// Names of labels and clusters.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) locale: Locale,
    pub(super) taxonomy: Arc<Taxonomy>,
    /// Titles by the text of the cluster's id.
    pub(super) clusters: HashMap<String, String>,
}

impl Names {
    /// An answer of an axis; an id the taxonomy never had stands for itself.
    pub(super) fn label(&self, axis: Axis, id: &str) -> String {
        let name = self.taxonomy.names(axis, id).map(|(es, en)| match self.locale {
            Locale::Es => es,
            Locale::En => en,
        });
        capitalised(name.unwrap_or(id))
    }

    /// The same for an answer that may be missing: empty then.
    pub(super) fn optional(&self, axis: Axis, id: Option<&str>) -> String {
        id.map(|id| self.label(axis, id)).unwrap_or_default()
    }

    /// A counted series.
    pub(super) fn node(&self, node: &Node) -> String {
        let title = self.clusters.get(&node.key).map(String::as_str);
        signals::subject(self.locale, &self.taxonomy, title, node)
    }

    /// A value of a field; the empty one is "no data".
    pub(super) fn value(&self, field: Field, value: &str) -> String {
        let named = |axis| self.label(axis, value);
        match field {
            _ if value.is_empty() => self.locale.text("value-none", &[]),
            Field::Kind => named(Axis::Kind),
            Field::ProductArea => named(Axis::ProductArea),
            Field::FailureType => named(Axis::FailureType),
            Field::Cluster => self.clusters.get(value).cloned().unwrap_or_else(|| value.to_owned()),
            Field::Language => match value {
                "es" | "en" | "pt" | "fr" | "de" | "it" | "ca" | "xx" | "und" => {
                    self.locale.text(&format!("language-{value}"), &[])
                }
                _ => value.to_owned(),
            },
            Field::HasText | Field::Unsure if value == "yes" => self.locale.text("value-yes", &[]),
            Field::HasText | Field::Unsure if value == "no" => self.locale.text("value-no", &[]),
            _ => value.to_owned(),
        }
    }
}

/// Non-empty parts with a dot between them.
pub(super) fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" · ")
}

/// How rare a probability is, in words: once in so many weeks like this one.
pub(super) fn rarity(locale: Locale, p_value: f64) -> String {
    const RAREST: f64 = 1e6;
    if p_value <= 1.0 / RAREST {
        return locale.text("alert-rarity-least", &[]);
    }
    let times = 1.0 / p_value.min(1.0);
    // Two figures say all that is known.
    let unit = 10_f64.powf(times.log10().floor() - 1.0).max(1.0);
    #[expect(clippy::cast_possible_truncation, reason = "at most a million")]
    let times = ((times / unit).round() * unit) as i64;
    locale.text("alert-rarity", &[("times", &format::number(locale, times))])
}

/// With a capital letter at its beginning.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_with_a_stable_name_has_words() {
        let taxonomy = Arc::new(Taxonomy::starter());
        for locale in Locale::ALL {
            let names = Names { locale, taxonomy: Arc::clone(&taxonomy), clusters: HashMap::new() };
            let mut words: Vec<String> = Vec::new();
            words.extend(ClusterState::ALL.map(|state| Badge::of_cluster(locale, state).word));
            words.extend(SignalState::ALL.map(|state| Badge::of_signal(locale, state).word));
            words.extend(ActionState::ALL.map(|state| Badge::of_action(locale, state).word));
            words.extend(Field::ALL.map(|each| field(locale, each)));
            words.extend(Axis::ALL.map(|each| axis(locale, each)));
            let languages = crate::domain::language::Language::ALL;
            words.extend(languages.map(|language| names.value(Field::Language, language.code())));
            words.extend([0.95, 0.75, 0.5].map(|p| sureness(locale, p, false)));
            assert!(words.iter().all(|word| !word.is_empty() && !word.contains('⟦')), "{words:?}");
        }
    }

    #[test]
    fn rarity_is_said_in_two_figures() {
        let cases = [(0.0123, "81"), (0.000_432, "2300"), (1e-9, "un millón")];
        for (p_value, expected) in cases {
            assert!(rarity(Locale::Es, p_value).contains(expected), "{p_value}");
        }
    }
}

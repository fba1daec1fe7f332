//! "Por qué": the block of a complaint's page that says why it has its labels.

use super::frame::Frame;
use super::names::{self, Names, joined};
use crate::domain::filter::{Field, Filter};
use crate::domain::label::Axis;
use crate::i18n::format;
use crate::pipeline::claims::Claim;
use crate::pipeline::explain::{AxisExplanation, Explanation, Neighbour};
use crate::web::params::address;

/// Characters of a labelled text that are shown.
const SHOWN_CHARS: usize = 220;

/// The block.
#[derive(Clone, Debug)]
pub(super) struct Why {
    /// What the letter complains of, where that is more than one matter.
    pub(super) claims: Vec<ClaimRow>,
    pub(super) rows: Vec<WhyRow>,
    pub(super) nearest: Vec<NearestRow>,
    /// "Taxonomía …"
    pub(super) versions: String,
}

/// One matter of a letter.
#[derive(Clone, Debug)]
pub(super) struct ClaimRow {
    /// "Cobro indebido"
    pub(super) failure: String,
    /// Product area, and "asunto principal" or how likely it is another.
    pub(super) about: String,
    /// The sentences that tell it.
    pub(super) quote: String,
    /// Complaints of that failure type.
    pub(super) href: String,
}

/// Why one label.
#[derive(Clone, Debug)]
pub(super) struct WhyRow {
    /// "Tipo de fallo: Cobro indebido"
    pub(super) title: String,
    /// Words with weights, strongest first.
    pub(super) words: Vec<(String, String)>,
    /// What cannot be ruled out, where that is more than the answer.
    pub(super) possible: Option<String>,
    pub(super) model: String,
}

/// A labelled text.
#[derive(Clone, Debug)]
pub(super) struct NearestRow {
    /// Where it can be read, when it is a complaint.
    pub(super) href: Option<String>,
    pub(super) start: String,
    /// Its labels, and by whom.
    pub(super) about: String,
    pub(super) alike: String,
}

impl Why {
    pub(super) fn new(frame: &Frame, explanation: &Explanation, names: &Names) -> Self {
        let claims = explanation.several_claims();
        Self {
            claims: claims
                .iter()
                .map(|claim| ClaimRow::new(frame, claim, &explanation.text, names))
                .collect(),
            rows: explanation.axes.iter().map(|axis| WhyRow::new(frame, axis, names)).collect(),
            nearest: explanation.nearest.iter().map(|near| NearestRow::new(frame, near, names)).collect(),
            versions: frame.t1("why-taxonomy", "version", &explanation.taxonomy),
        }
    }
}

impl ClaimRow {
    fn new(frame: &Frame, claim: &Claim, text: &str, names: &Names) -> Self {
        let Claim { place, failure_type, product_area, probability } = claim;
        let area =
            product_area.as_deref().map(|area| names.label(Axis::ProductArea, area)).unwrap_or_default();
        let how = match probability {
            Some(p) => frame.t1("claims-other", "figure", format::percent(frame.locale, *p)),
            None => frame.t("claims-main"),
        };
        let question = Filter::default().with(Field::FailureType, failure_type.as_str());
        Self {
            failure: names.label(Axis::FailureType, failure_type),
            about: joined(&[&area, &how]),
            quote: text[place.clone()].split_whitespace().collect::<Vec<_>>().join(" "),
            href: address("/buscar", &question.to_pairs()),
        }
    }
}

impl WhyRow {
    fn new(frame: &Frame, explanation: &AxisExplanation, names: &Names) -> Self {
        let AxisExplanation { axis, value, probability, labelled_by, model, set, reasons, .. } = explanation;
        let locale = frame.locale;
        let named = |(value, probability): &(String, f32)| {
            format!("{} {}", names.label(*axis, value), format::percent(locale, f64::from(*probability)))
        };
        let set: Vec<String> =
            if set.len() == 1 && set[0].0 == *value { Vec::new() } else { set.iter().map(named).collect() };
        let probability = probability.map_or_else(
            || frame.t("why-unknown"),
            |probability| format::percent(locale, f64::from(probability)),
        );
        Self {
            title: format!("{}: {} ({probability})", names::axis(locale, *axis), names.label(*axis, value)),
            words: reasons
                .iter()
                .map(|reason| {
                    let weight = format::decimal(locale, f64::from(reason.weight), 1);
                    (reason.word.clone(), format!("+{weight}"))
                })
                .collect(),
            possible: (!set.is_empty()).then(|| frame.t1("why-possible", "answers", set.join(" · "))),
            model: match labelled_by {
                Some(other) => locale.text("why-other-model", &[("other", other), ("model", model)]),
                None => frame.t1("why-model", "model", model),
            },
        }
    }
}

impl NearestRow {
    fn new(frame: &Frame, neighbour: &Neighbour, names: &Names) -> Self {
        let Neighbour { complaint, name, text, similarity, labels } = neighbour;
        let words: Vec<&str> = text.split_whitespace().collect();
        let whole = words.join(" ");
        let mut start: String = whole.chars().take(SHOWN_CHARS).collect();
        if start.len() < whole.len() {
            start.push('…');
        }
        let labels: Vec<String> = labels.iter().map(|(axis, value)| names.label(*axis, value)).collect();
        let by = match complaint {
            Some(_) => frame.t("why-by-people"),
            None => frame.t1("why-by-corpus", "name", name),
        };
        Self {
            href: complaint.map(|id| format!("/quejas/{id}")),
            start,
            about: joined(&[&labels.join(", "), &by]),
            alike: frame.t1("why-alike", "figure", format::percent(frame.locale, f64::from(*similarity))),
        }
    }
}

#[cfg(test)]
pub(super) fn sample() -> Explanation {
    use crate::domain::id::ComplaintId;
    use crate::domain::label::Origin;
    use crate::domain::language::Language;
    use crate::pipeline::explain::Reason;

    let reason = |word: &str, weight| Reason { word: word.to_owned(), weight, places: Vec::new() };
    let axis = |axis, value: &str, set: Vec<(String, f32)>| AxisExplanation {
        axis,
        value: value.to_owned(),
        probability: Some(0.81),
        origin: Origin::Machine,
        labelled_by: None,
        model: "failure_type-3f2a91c0".to_owned(),
        set,
        reasons: vec![reason("cobraron", 1.43), reason("<b>dos</b>", 0.4)],
    };
    let neighbour = |complaint, name: &str, similarity| Neighbour {
        complaint,
        name: name.to_owned(),
        text: "Me cobraron <i>dos veces</i> la misma factura. ".repeat(8),
        similarity,
        labels: vec![(Axis::FailureType, "undue_charge".to_owned())],
    };
    let matter = |failure: &str, probability| Claim {
        place: 0..8,
        failure_type: failure.to_owned(),
        product_area: Some("cards".to_owned()),
        probability,
    };
    let two = vec![("undue_charge".to_owned(), 0.81), ("delay".to_owned(), 0.1)];
    let other = AxisExplanation {
        origin: Origin::Person,
        labelled_by: Some("kind-00000000".to_owned()),
        probability: None,
        reasons: Vec::new(),
        ..axis(Axis::Kind, "claim", vec![("complaint".to_owned(), 0.9)])
    };
    Explanation {
        text: "cobraron".to_owned(),
        language: Language::Spanish,
        taxonomy: "1".to_owned(),
        axes: vec![axis(Axis::FailureType, "undue_charge", two), other],
        claims: vec![matter("undue_charge", None), matter("no_response", Some(0.62))],
        nearest: vec![
            neighbour("0198c0de-0000-7000-8000-000000000001".parse::<ComplaintId>().ok(), "0198", 0.62),
            neighbour(None, "es-banking-0001", 0.41),
        ],
    }
}

//! `raiz explain`: why a complaint, or a text, has its labels.

use anyhow::Context;
use clap::Args;
use serde_json::json;

use super::Outcome;
use crate::config::Config;
use crate::domain::id::ComplaintId;
use crate::domain::label::Origin;
use crate::learn::classifier::explain::Reason;
use crate::pipeline::Pipeline;
use crate::pipeline::claims::Claim;
use crate::pipeline::explain::{AxisExplanation, Explanation, Neighbour};
use crate::simulate::corpus;
use crate::store::Clock;

/// Characters of a labelled text that are shown.
const SHOWN_CHARS: usize = 160;

#[derive(Args)]
pub(super) struct Explain {
    /// Id of a stored complaint
    #[arg(value_name = "ID", required_unless_present = "text", conflicts_with = "text")]
    id: Option<ComplaintId>,
    /// Explain this text instead; nothing is stored
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Explain {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let pipeline = Pipeline::open(&config, Clock::System).await?.with_examples(corpus::examples);
        let explanation = match (self.id, self.text) {
            (Some(id), _) => pipeline
                .explain(id)
                .await?
                .with_context(|| format!("no complaint `{id}` is stored and analysed; see raiz analyse"))?,
            (None, text) => pipeline.explain_text(&text.unwrap_or_default()).await?,
        };
        pipeline.store.close().await;
        if self.json {
            println!("{}", serde_json::to_string(&as_json(&explanation))?);
        } else {
            show(&explanation);
        }
        Ok(Outcome::Done)
    }
}

fn show(explanation: &Explanation) {
    for axis in &explanation.axes {
        let AxisExplanation { axis, value, probability, origin, labelled_by, model, set, reasons } = axis;
        let probability = probability.map_or("unknown to the model".to_owned(), |p| format!("{p:.3}"));
        println!("{}: {value}  {probability}", axis.name());
        match (origin, labelled_by) {
            (Origin::Person, _) => println!("  decided by a person; explained by {model}"),
            (_, Some(other)) => println!("  labelled by {other}; explained by {model}"),
            _ => println!("  model {model}, taxonomy {}", explanation.taxonomy),
        }
        let set: Vec<String> = set.iter().map(|(label, p)| format!("{label} {p:.3}")).collect();
        println!("  not ruled out: {}", set.join(", "));
        let words: Vec<String> =
            reasons.iter().map(|Reason { word, weight, .. }| format!("{word} {weight:+.2}")).collect();
        println!(
            "  speaks for it (log-odds): {}",
            if words.is_empty() { "-".into() } else { words.join(", ") }
        );
    }
    let claims = explanation.several_claims();
    if !claims.is_empty() {
        println!("\nwhat it complains of");
    }
    for Claim { place, failure_type, product_area, probability } in claims {
        let how = probability.map_or_else(|| "main".to_owned(), |p| format!("{p:.2}"));
        println!("  {how}  {failure_type}, {}", product_area.as_deref().unwrap_or("-"));
        println!(
            "        {}",
            explanation.text[place.clone()].split_whitespace().collect::<Vec<_>>().join(" ")
        );
    }
    println!("\nnearest labelled texts");
    for Neighbour { name, text, similarity, labels, .. } in &explanation.nearest {
        let labels: Vec<&str> = labels.iter().map(|(_, value)| value.as_str()).collect();
        let start: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let start: String = start.chars().take(SHOWN_CHARS).collect();
        println!("  {similarity:.2}  {name}  {}\n        {start}", labels.join(", "));
    }
}

fn as_json(explanation: &Explanation) -> serde_json::Value {
    let Explanation { text, language, taxonomy, axes, claims, nearest } = explanation;
    let word = |Reason { word, weight, places }: &Reason| json!({"word": word, "weight": weight, "places": places.iter().map(|place| [place.start, place.end]).collect::<Vec<_>>()});
    let named = |(label, probability): &(String, f32)| json!({"label": label, "probability": probability});
    let axis = |axis: &AxisExplanation| {
        json!({
            "axis": axis.axis.name(),
            "label": axis.value,
            "probability": axis.probability,
            "origin": axis.origin.name(),
            "labelled_by": axis.labelled_by,
            "model": axis.model,
            "set": axis.set.iter().map(named).collect::<Vec<_>>(),
            "words": axis.reasons.iter().map(word).collect::<Vec<_>>(),
        })
    };
    let neighbour = |Neighbour { name, text, similarity, labels, .. }: &Neighbour| {
        let labels: serde_json::Map<String, serde_json::Value> =
            labels.iter().map(|(axis, value)| (axis.name().to_owned(), json!(value))).collect();
        json!({"name": name, "similarity": similarity, "labels": labels, "text": text})
    };
    json!({
        "text": text,
        "language": language.code(),
        "taxonomy": taxonomy,
        "axes": axes.iter().map(axis).collect::<Vec<_>>(),
        "claims": claims.iter().map(as_object).collect::<Vec<_>>(),
        "nearest": nearest.iter().map(neighbour).collect::<Vec<_>>(),
    })
}

/// A matter of a letter, as commands print it.
pub(super) fn as_object(claim: &Claim) -> serde_json::Value {
    let Claim { place, failure_type, product_area, probability } = claim;
    json!({"place": [place.start, place.end], "failure_type": failure_type, "product_area": product_area, "probability": probability})
}

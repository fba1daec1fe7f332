//! Why a complaint has its labels: the words that speak for each, what else the model would not rule out,
//! and the labelled texts most like it.

use std::cmp::Reverse;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::example::Example;
use crate::domain::id::ComplaintId;
use crate::domain::label::{Axis, Label, Origin};
use crate::domain::language::Language;
use crate::domain::taxonomy::Taxonomy;
use crate::learn::classifier::explain::Examples;
pub use crate::learn::classifier::explain::Reason;
use crate::store::complaints::ComplaintRecord;
use crate::text::language;
use crate::text::redact::redact;

use super::claims::{Claim, claims};
use super::models::{Models, NamedClassifier};
use super::{Pipeline, PipelineError, THREADS, compute};

/// Words named for a label.
const WORDS: usize = 8;
/// Labelled texts shown.
const NEAREST: usize = 5;
/// Judged complaints that are looked at: the last ones. Each costs as much as labelling it.
const JUDGED: usize = 500;

/// Why a text has its labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The text that was read, redacted.
    pub text: String,
    /// Its language.
    pub language: Language,
    /// Version of the taxonomy the labels belong to.
    pub taxonomy: String,
    /// One for each axis a model knows.
    pub axes: Vec<AxisExplanation>,
    /// What it complains of, matter by matter, the main one first; places are bytes of `text`.
    pub claims: Vec<Claim>,
    /// The labelled texts most like it, most alike first.
    pub nearest: Vec<Neighbour>,
}

impl Explanation {
    /// What it complains of where that is several matters; nothing where it is one, which the labels say.
    pub fn several_claims(&self) -> &[Claim] {
        if self.claims.len() > 1 { &self.claims } else { &[] }
    }
}

/// Why a text has its label on one axis.
#[derive(Clone, Debug, PartialEq)]
pub struct AxisExplanation {
    /// The question.
    pub axis: Axis,
    /// The answer that is explained: the one that stands, or the model's own.
    pub value: String,
    /// What the model in use gives that answer, 0 to 1; `None` when it does not know it.
    pub probability: Option<f32>,
    /// Who decided it.
    pub origin: Origin,
    /// Who decided it, when that was another model than the one in use.
    pub labelled_by: Option<String>,
    /// The model that explains.
    pub model: String,
    /// What it cannot rule out, with probabilities, most probable first.
    pub set: Vec<(String, f32)>,
    /// The words that speak for the answer, strongest first.
    pub reasons: Vec<Reason>,
}

/// A labelled text like the one explained.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour {
    /// The complaint; `None` for a text that came with the program.
    pub complaint: Option<ComplaintId>,
    /// Name of the text, or the id of the complaint.
    pub name: String,
    /// The text, redacted.
    pub text: String,
    /// Cosine of the two, 0 to 1.
    pub similarity: f32,
    /// What is known of it: by people, or as it was written.
    pub labels: Vec<(Axis, String)>,
}

/// Labelled texts that came with the program, as the model in use reads them.
#[derive(Debug, Default)]
pub(super) struct KnownExamples {
    read: Option<fn() -> Vec<Example>>,
    /// By the name of the model that read them.
    read_by: Mutex<Option<(String, Arc<ReadExamples>)>>,
}

#[derive(Debug)]
struct ReadExamples {
    examples: Vec<Example>,
    rows: Examples,
}

impl KnownExamples {
    pub(super) fn new(read: fn() -> Vec<Example>) -> Self {
        Self { read: Some(read), read_by: Mutex::default() }
    }

    fn as_read_by(&self, model: &NamedClassifier) -> Arc<ReadExamples> {
        let mut read_by = self.read_by.lock().unwrap_or_else(PoisonError::into_inner);
        match &*read_by {
            Some((name, read)) if *name == model.name => Arc::clone(read),
            _ => {
                let examples = self.read.map_or_else(Vec::new, |read| read());
                let texts: Vec<_> =
                    examples.iter().map(|example| (example.text.as_str(), example.language)).collect();
                let rows = model.classifier.examples(&texts, THREADS);
                let read = Arc::new(ReadExamples { examples, rows });
                *read_by = Some((model.name.clone(), Arc::clone(&read)));
                read
            }
        }
    }
}

impl Pipeline {
    /// Why a stored complaint has its labels; `None` when there is no such complaint, or it waits for its
    /// analysis.
    pub async fn explain(&self, id: ComplaintId) -> Result<Option<Explanation>, PipelineError> {
        let Some(record) = self.complaint(id).await?.filter(|record| record.prepared) else {
            return Ok(None);
        };
        let ComplaintRecord { complaint, labels, .. } = record;
        let text = complaint.text.filter(|text| !text.trim().is_empty());
        let text = text.unwrap_or_else(|| complaint.facts.as_subject_line());
        self.explained(Some(id), text, complaint.language, labels).await.map(Some)
    }

    /// Why a text that is not stored would have its labels.
    pub async fn explain_text(&self, text: &str) -> Result<Explanation, PipelineError> {
        self.explained(None, redact(text).text, language::detect(text), Vec::new()).await
    }

    async fn explained(
        &self,
        own: Option<ComplaintId>,
        text: String,
        language: Language,
        labels: Vec<Label>,
    ) -> Result<Explanation, PipelineError> {
        let mut judged = self.complaints(&self.store.last_judged(JUDGED).await?).await?;
        judged.retain(|record| Some(record.complaint.id) != own && record.complaint.text.is_some());
        let models = self.models();
        let (known, taxonomy) = (Arc::clone(&self.examples), self.taxonomy());
        compute(move || {
            let axes = models.classifiers().map(|(axis, model)| {
                let standing = labels.iter().find(|label| label.axis == axis);
                axis_explanation(axis, model, &taxonomy, (&text, language), standing)
            });
            let axes: Vec<AxisExplanation> = axes.collect();
            let claims = claims_of(&models, &axes, &taxonomy, (&text, language));
            // Likeness does not depend on the axis: any model's features serve, weighed by how rare they are.
            let mut nearest = models
                .classifiers()
                .next()
                .map(|(_, model)| nearest(model, &known.as_read_by(model), &judged, (&text, language)))
                .unwrap_or_default();
            for (axis, value) in nearest.iter_mut().flat_map(|neighbour| &mut neighbour.labels) {
                *value = taxonomy.present(*axis, value).to_owned();
            }
            let version = taxonomy.version.clone();
            Explanation { nearest, text, language, taxonomy: version, axes, claims }
        })
        .await
    }
}

/// The matters of a text, under the answers that stand for them now.
fn claims_of(
    models: &Models,
    axes: &[AxisExplanation],
    taxonomy: &Taxonomy,
    text: (&str, Language),
) -> Vec<Claim> {
    let answer = |axis| axes.iter().find(|own| own.axis == axis).map(|own| own.value.as_str());
    let Some(main) = answer(Axis::FailureType) else { return Vec::new() };
    let areas = models.classifiers().find(|(axis, _)| *axis == Axis::ProductArea);
    let mut found: Vec<Claim> = Vec::new();
    for mut claim in claims(text, main, answer(Axis::ProductArea), areas.map(|(_, model)| &model.classifier))
    {
        claim.failure_type = taxonomy.present(Axis::FailureType, &claim.failure_type).to_owned();
        claim.product_area =
            claim.product_area.map(|area| taxonomy.present(Axis::ProductArea, &area).to_owned());
        // Two answers the finder knows apart may be one by now.
        if found.iter().all(|known| known.failure_type != claim.failure_type) {
            found.push(claim);
        }
    }
    found
}

fn axis_explanation(
    axis: Axis,
    NamedClassifier { name, classifier, .. }: &NamedClassifier,
    taxonomy: &Taxonomy,
    text: (&str, Language),
    standing: Option<&Label>,
) -> AxisExplanation {
    let labels = classifier.labels();
    let probabilities = classifier.probabilities(&[text], 1).pop().unwrap_or_default();
    let mut set: Vec<(String, f32)> = Vec::new();
    let possible = classifier.prediction_set(&probabilities);
    for &place in &possible {
        let value = taxonomy.present(axis, &labels[place]);
        match set.iter_mut().find(|(known, _)| known == value) {
            // Two answers the model knows apart are one by now.
            Some(known) => known.1 += probabilities[place],
            None => set.push((value.to_owned(), probabilities[place])),
        }
    }
    let value = standing.map_or_else(|| set[0].0.clone(), |label| label.value.clone());
    // The model's own names of that answer, the most probable of which is explained.
    let mut own: Vec<usize> =
        (0..labels.len()).filter(|&place| taxonomy.present(axis, &labels[place]) == value).collect();
    own.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
    let probability = (!own.is_empty()).then(|| own.iter().map(|&place| probabilities[place]).sum());
    let reasons = own.first().map(|&place| classifier.explain(text.0, text.1, &labels[place], WORDS));
    let origin = standing.map_or(Origin::Machine, |label| label.origin);
    let labelled_by = standing.filter(|label| label.origin == Origin::Machine && label.model != *name);
    AxisExplanation {
        axis,
        reasons: reasons.unwrap_or_default(),
        value,
        probability,
        origin,
        labelled_by: labelled_by.map(|label| label.model.clone()),
        model: name.clone(),
        set,
    }
}

fn nearest(
    NamedClassifier { classifier, .. }: &NamedClassifier,
    known: &ReadExamples,
    judged: &[ComplaintRecord],
    (text, language): (&str, Language),
) -> Vec<Neighbour> {
    let words = |record: &ComplaintRecord| record.complaint.text.clone().unwrap_or_default();
    let texts: Vec<String> = judged.iter().map(words).collect();
    let asked: Vec<(&str, Language)> =
        texts.iter().zip(judged).map(|(text, record)| (text.as_str(), record.complaint.language)).collect();
    let of = |rows: &Examples| classifier.nearest(rows, text, language, NEAREST);
    let by_people = of(&classifier.examples(&asked, THREADS)).into_iter().map(|(place, similarity)| {
        let record = &judged[place];
        let labels = record.labels.iter().filter(|label| label.origin == Origin::Person);
        Neighbour {
            complaint: Some(record.complaint.id),
            name: record.complaint.id.to_string(),
            text: texts[place].clone(),
            similarity,
            labels: labels.map(|label| (label.axis, label.value.clone())).collect(),
        }
    });
    let bundled = of(&known.rows).into_iter().map(|(place, similarity)| {
        let Example { name, text, labels, .. } = &known.examples[place];
        Neighbour {
            complaint: None,
            name: name.clone(),
            text: redact(text).text,
            similarity,
            labels: labels.clone(),
        }
    });
    let mut all: Vec<Neighbour> = by_people.chain(bundled).collect();
    // Stable: of two equally alike, what people of this house said comes first.
    all.sort_by_key(|neighbour| Reverse((neighbour.similarity * 1e6) as u32));
    all.truncate(NEAREST);
    all
}

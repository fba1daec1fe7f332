//! A stored complaint on the wire: redacted, with what is known about it.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::complaint::{Complaint, Facts};
use crate::domain::id::ClusterId;
use crate::domain::label::Label;
use crate::store::complaints::ComplaintRecord;
use crate::web::api::names;

/// A complaint, redacted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Complaint)]
pub struct ComplaintAnswer {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// Where it came from.
    source: String,
    /// The source's own id.
    external_id: Option<String>,
    /// When the organisation received it, in UTC.
    #[schema(format = "date-time")]
    received_at: String,
    /// The same as a day in the organisation's time zone.
    #[schema(format = "date")]
    received_day: String,
    /// Whether it has been redacted and analysed yet; before that, text, labels and cluster are absent.
    prepared: bool,
    /// The text with personal data replaced by placeholders such as `[DNI_1]`.
    text: Option<String>,
    /// Language of the text.
    #[schema(schema_with = names::language)]
    language: &'static str,
    /// Pieces of personal data that were replaced in the text.
    redactions: i64,
    /// Structured facts, as the source named them.
    facts: FactsAnswer,
    /// At most one label per axis.
    labels: Vec<LabelAnswer>,
    /// The recurring failure it belongs to.
    cluster: Option<MembershipAnswer>,
}

/// Structured facts, as the source named them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Facts)]
struct FactsAnswer {
    product: Option<String>,
    sub_product: Option<String>,
    issue: Option<String>,
    sub_issue: Option<String>,
    company: Option<String>,
    region: Option<String>,
    channel: Option<String>,
    customer: Option<String>,
    extra: BTreeMap<String, String>,
}

/// A decision on one axis.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Label)]
struct LabelAnswer {
    /// The question.
    #[schema(schema_with = names::axis)]
    axis: &'static str,
    /// The answer: an id of the taxonomy.
    value: String,
    /// Calibrated probability of the answer, 0 to 1.
    probability: f32,
    /// Whether the honest answer is "not sure".
    unsure: bool,
    /// Who decided.
    #[schema(schema_with = names::origin)]
    origin: &'static str,
    /// Which model decided; empty for a person.
    model: String,
    /// Version of the taxonomy it was given under.
    taxonomy: String,
}

/// Membership in a recurring failure.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Membership)]
struct MembershipAnswer {
    /// The cluster.
    #[schema(format = "uuid")]
    id: String,
    /// How close the complaint is to the cluster's centre, 0 to 1.
    similarity: f64,
}

impl From<ComplaintRecord> for ComplaintAnswer {
    fn from(record: ComplaintRecord) -> Self {
        let ComplaintRecord { complaint, prepared, redactions, labels, mut taxonomies, cluster } = record;
        let Complaint { id, source, external_id, received_at, received_day, text, language, facts } =
            complaint;
        Self {
            id: id.to_string(),
            source,
            external_id,
            received_at: received_at.to_rfc3339(),
            received_day: received_day.to_string(),
            prepared,
            text,
            language: language.code(),
            redactions,
            facts: facts.into(),
            labels: labels
                .into_iter()
                .map(|label| {
                    let taxonomy = taxonomies.remove(&label.axis).unwrap_or_default();
                    LabelAnswer::from((label, taxonomy))
                })
                .collect(),
            cluster: cluster.map(MembershipAnswer::from),
        }
    }
}

impl From<Facts> for FactsAnswer {
    fn from(facts: Facts) -> Self {
        let Facts { product, sub_product, issue, sub_issue, company, region, channel, customer, extra } =
            facts;
        Self { product, sub_product, issue, sub_issue, company, region, channel, customer, extra }
    }
}

impl From<(Label, String)> for LabelAnswer {
    fn from((label, taxonomy): (Label, String)) -> Self {
        let Label { axis, value, probability, unsure, origin, model } = label;
        Self { axis: axis.name(), value, probability, unsure, origin: origin.name(), model, taxonomy }
    }
}

impl From<(ClusterId, f64)> for MembershipAnswer {
    fn from((id, similarity): (ClusterId, f64)) -> Self {
        Self { id: id.to_string(), similarity }
    }
}

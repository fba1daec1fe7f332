//! Reading complaints for people and for the index: structured facts pass the redaction as texts do. A
//! spreadsheet's columns may hold an e-mail or a document number just as a letter does; the store keeps
//! them as they came, and nobody but this file hands them out.

use crate::domain::complaint::Facts;
use crate::domain::id::ComplaintId;
use crate::store::complaints::ComplaintRecord;
use crate::text::redact::redact;

use super::{Pipeline, PipelineError};

impl Pipeline {
    /// The complaints with these ids, in the order of `ids`, without personal data; unknown ids are left
    /// out.
    pub async fn complaints(&self, ids: &[ComplaintId]) -> Result<Vec<ComplaintRecord>, PipelineError> {
        let mut records = self.store.complaints(ids).await?;
        for record in &mut records {
            redact_facts(&mut record.complaint.facts);
        }
        Ok(records)
    }

    /// One complaint, without personal data.
    pub async fn complaint(&self, id: ComplaintId) -> Result<Option<ComplaintRecord>, PipelineError> {
        Ok(self.complaints(&[id]).await?.pop())
    }
}

fn redact_facts(facts: &mut Facts) {
    let Facts { product, sub_product, issue, sub_issue, company, region, channel, customer, extra } = facts;
    let named = [product, sub_product, issue, sub_issue, company, region, channel, customer];
    for value in named.into_iter().flatten().chain(extra.values_mut()) {
        let redaction = redact(value);
        if !redaction.findings.is_empty() {
            *value = redaction.text;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_lose_personal_data_and_nothing_else() {
        let mut facts = Facts {
            product: Some("Tarjeta Oro 2026".to_owned()),
            customer: Some("ana.ruiz@correo.example".to_owned()),
            ..Facts::default()
        };
        facts.extra.insert("titular".to_owned(), "DNI 12345678Z".to_owned());
        redact_facts(&mut facts);
        assert_eq!(facts.product.as_deref(), Some("Tarjeta Oro 2026"));
        assert!(!facts.customer.expect("kept").contains('@'));
        assert!(!facts.extra["titular"].contains("12345678Z"));
    }
}

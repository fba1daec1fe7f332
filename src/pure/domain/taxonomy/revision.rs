//! From one version to the next: what is published must not lose the complaints of a term.

use super::{Content, Draft, Retired, Taxonomy, Term};
use crate::domain::complaint::FieldError;
use crate::domain::label::Axis;

impl Taxonomy {
    /// The version that follows this one when `draft` is published. `in_use` says how many complaints an
    /// answer has; one that has any may only go when the draft says which term takes them. Answers retired
    /// before stay so, and follow their successor when that one goes as well.
    ///
    /// # Errors
    /// Every broken rule, with its field and remedy.
    pub fn revised(
        &self,
        mut draft: Draft,
        in_use: impl Fn(Axis, &str) -> i64,
    ) -> Result<Self, Vec<FieldError>> {
        if let Some(base) = draft.version.as_deref()
            && base != self.version
        {
            let reason = format!("is not the version in force, which is {}", self.version);
            let remedy = "export the version in force and make the change there, or leave `version` out";
            return Err(vec![FieldError::new("version", "outdated", reason, remedy)]);
        }
        for gone in self.retired() {
            if !draft.retired.iter().any(|known| known.axis == gone.axis && known.id == gone.id) {
                draft.retired.push(gone.clone());
            }
        }
        let mut content = draft.check()?;
        let mut errors = Vec::new();
        for axis in Axis::ALL {
            for Term { id, es, en, .. } in self.terms(axis) {
                if content.terms(axis).iter().any(|term| term.id == *id) {
                    continue;
                }
                let known = content.retired.iter_mut().find(|gone| gone.axis == axis && gone.id == *id);
                let followed = known.as_ref().is_some_and(|gone| gone.replaced_by.is_some());
                match known {
                    Some(gone) => (gone.es, gone.en) = (es.clone(), en.clone()),
                    None => {
                        let (id, es, en) = (id.clone(), es.clone(), en.clone());
                        content.retired.push(Retired { axis, id, es, en, replaced_by: None });
                    }
                }
                let complaints = in_use(axis, id);
                if !followed && complaints > 0 {
                    let field = format!("{}.{id}", axis.name());
                    let reason = format!("is gone and {complaints} complaints have it");
                    let remedy = format!("keep it, or say which term takes them: --retire {field}=TERM");
                    errors.push(FieldError::new(&field, "term_in_use", reason, &remedy));
                }
            }
        }
        for gone in &content.retired {
            if self.names(gone.axis, &gone.id).is_none() {
                let field = format!("retired.{}.{}", gone.axis.name(), gone.id);
                let remedy = "name a term of the version in force";
                errors.push(FieldError::new(&field, "unknown_term", "never was a term", remedy));
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let Content { retired, .. } = &content;
        let back = |gone: &&Retired| !content.terms(gone.axis).iter().any(|term| term.id == gone.id);
        content.retired = retired.iter().filter(back).cloned().collect();
        Ok(Self::numbered(self.number + 1, content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(taxonomy: &Taxonomy, id: &str, replaced_by: Option<&str>) -> Draft {
        let mut draft = taxonomy.to_draft();
        draft.retire(Axis::FailureType, id, replaced_by.unwrap_or("other"));
        if replaced_by.is_none() {
            draft.retired.retain(|gone| gone.id != id);
        }
        draft
    }

    #[test]
    fn a_term_with_complaints_goes_only_to_a_successor() {
        let first = Taxonomy::starter();
        let in_use = |_: Axis, id: &str| if id == "usage" { 12 } else { 0 };
        let errors = first.revised(without(&first, "usage", None), in_use).expect_err("it has complaints");
        assert_eq!(
            (errors[0].field.as_str(), errors[0].code.as_str()),
            ("failure_type.usage", "term_in_use")
        );
        assert!(errors[0].reason.contains("12") && errors[0].remedy.contains("--retire"), "{errors:?}");

        let unused = first.revised(without(&first, "privacy", None), in_use).expect("nothing is lost");
        assert_eq!(unused.names(Axis::FailureType, "privacy"), Some(("datos personales", "personal data")));
        assert_eq!(unused.present(Axis::FailureType, "privacy"), "privacy");

        let second = first.revised(without(&first, "usage", Some("poor_service")), in_use).expect("mapped");
        assert_eq!(second.number, 2);
        assert_eq!(second.present(Axis::FailureType, "usage"), "poor_service");
        assert_eq!(second.present(Axis::Kind, "usage"), "usage", "ids are known by axis");
        let typo = first.revised(without(&first, "usag", Some("other")), in_use).expect_err("no such term");
        assert_eq!(typo[0].field, "retired.failure_type.usag");
        // The successor goes as well: what went to it follows.
        let third =
            second.revised(without(&second, "poor_service", Some("other")), |_, _| 1).expect("mapped");
        assert_eq!(third.present(Axis::FailureType, "usage"), "other");
        // A term that comes back is retired no more.
        let mut draft = first.to_draft();
        draft.version = None;
        let fourth = third.revised(draft, |_, _| 1).expect("nothing is lost");
        assert_eq!((fourth.number, fourth.retired().len()), (4, 0));
    }

    #[test]
    fn a_draft_of_an_earlier_version_is_refused() {
        let first = Taxonomy::starter();
        let second = first.revised(without(&first, "usage", Some("other")), |_, _| 0).expect("mapped");
        let errors = second.revised(first.to_draft(), |_, _| 0).expect_err("outdated");
        assert_eq!((errors[0].field.as_str(), errors[0].code.as_str()), ("version", "outdated"));
    }
}

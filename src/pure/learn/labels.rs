//! Where a label stands among the labels of a model.

/// The place of `label` among the sorted `labels`.
pub(super) fn place_of(labels: &[String], label: &str) -> Option<usize> {
    labels.binary_search_by(|known| known.as_str().cmp(label)).ok()
}

//! Versions of the taxonomy on both engines: what is published takes the complaints of retired terms along.

use raiz::domain::counts::Dimension;
use raiz::domain::label::{Axis, Origin};
use raiz::domain::review::Agreement;
use raiz::domain::taxonomy::Taxonomy;
use raiz::store::Store;
use raiz::store::judgements::JudgementTaken;
use raiz::store::taxonomy::Published;

use super::{analysed, count, judgement};
use crate::world::complaint;

/// The starter set with `usage` gone to `other`.
fn without_usage() -> Taxonomy {
    let starter = Taxonomy::starter();
    let mut draft = starter.to_draft();
    draft.retire(Axis::FailureType, "usage", "other");
    starter.revised(draft, |_, _| 1).expect("a fitting draft")
}

pub(super) async fn a_retired_term_leaves_its_complaints_to_its_successor(store: Store) {
    assert_eq!(store.taxonomy().await.expect("read"), Taxonomy::starter());
    store
        .take_in(&[complaint("a", 10, "x"), complaint("b", 10, "y"), complaint("c", 11, "z")])
        .await
        .expect("stored");
    let raw = store.claim_pending(10).await.expect("claimed");
    let labels = ["usage", "other", "usage"];
    let batch: Vec<_> = raw.iter().zip(labels).map(|(raw, label)| analysed(raw, label)).collect();
    store.record_analysis(&batch, &Taxonomy::starter().version).await.expect("recorded");
    let id = raw[2].id;
    store.judge_labels(&[judgement(id, "Ana", "usage")], "1").await.expect("kept");
    let used = store.answers_in_use(Axis::FailureType).await.expect("counted");
    assert_eq!((used.get("usage"), used.get("other"), used.get("delay")), (Some(&2), Some(&1), None));

    let before = store.last_change().await.expect("read");
    let second = without_usage();
    let published = store.publish_taxonomy(&second, "se une").await.expect("published");
    assert_eq!(published, Published::InForce { moved: 2 });
    assert_eq!(count(&store, Dimension::FailureType, "usage").await, []);
    assert_eq!(count(&store, Dimension::FailureType, "other").await, [(10, 2), (11, 1)]);
    assert_eq!(store.complaint_changes_after(before, 10).await.expect("read").len(), 2, "the index hears");
    let record = store.complaint(id).await.expect("read").expect("there");
    let label = record.label(Axis::FailureType).expect("labelled");
    assert_eq!((label.value.as_str(), label.origin), ("other", Origin::Person));
    assert_eq!(record.taxonomies[&Axis::FailureType], second.version);

    // What was said stays as it was said, and counts for the successor.
    let said = store.judgements(id, Axis::FailureType).await.expect("read");
    assert_eq!(said[0].judgement.value, "usage");
    let agrees = judgement(id, "Luis", "other");
    let taken = store.judge_labels(&[agrees], &second.version).await.expect("kept");
    assert_eq!(taken, [JudgementTaken::Kept(Agreement::Agreed)]);
}

pub(super) async fn versions_follow_each_other_and_are_kept(store: Store) {
    let second = without_usage();
    let in_force = Published::InForce { moved: 0 };
    assert_eq!(store.publish_taxonomy(&second, "uno").await.expect("published"), in_force);
    assert_eq!(store.publish_taxonomy(&second, "otra vez").await.expect("answered"), Published::Outdated);
    assert_eq!(store.taxonomy().await.expect("read"), second);
    assert_eq!(store.taxonomy_number().await.expect("read"), 2);
    assert_eq!(store.taxonomy_version(1).await.expect("read"), Some(Taxonomy::starter()));
    assert_eq!(store.taxonomy_version(3).await.expect("read"), None);
    let versions = store.taxonomy_versions().await.expect("read");
    let told: Vec<_> = versions.iter().map(|line| (line.number, line.note.as_str())).collect();
    assert_eq!(told, [(2, "uno"), (1, "")]);
    assert!(versions[1].published_at.is_none(), "nobody published the starter set");

    // A worker that had not heard of it labels under the earlier version; the next look takes it along.
    store.take_in(&[complaint("a", 10, "x")]).await.expect("stored");
    let raw = store.claim_pending(10).await.expect("claimed");
    store.record_analysis(&[analysed(&raw[0], "usage")], "1").await.expect("recorded");
    assert_eq!(store.replace_retired_answers(&second).await.expect("moved"), 1);
    assert_eq!(store.replace_retired_answers(&second).await.expect("moved"), 0);
    assert_eq!(count(&store, Dimension::FailureType, "other").await, [(10, 1)]);
}

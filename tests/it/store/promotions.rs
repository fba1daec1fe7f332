//! Models put to work on both engines: what the one before had counted, and labels given anew.

use raiz::domain::counts::Dimension;
use raiz::domain::id::ComplaintId;
use raiz::domain::label::{Axis, Label, Origin};
use raiz::domain::time::Day;
use raiz::store::Store;
use raiz::store::analysis::Analysed;

use super::{analysed, count, judgement};
use crate::world::complaint;

const NOBODY: ComplaintId = ComplaintId(uuid::Uuid::nil());

/// Three complaints labelled `delay` by the model of `analysed`.
async fn three_delays(store: &Store) -> Vec<ComplaintId> {
    let told = [complaint("a", 10, "x"), complaint("b", 10, "y"), complaint("c", 300, "z")];
    store.take_in(&told).await.expect("stored");
    let raw = store.claim_pending(10).await.expect("claimed");
    let batch: Vec<Analysed> = raw.iter().map(|raw| analysed(raw, "delay")).collect();
    store.record_analysis(&batch, "t1").await.expect("recorded");
    raw.iter().map(|raw| raw.id).collect()
}

pub(super) async fn a_promotion_keeps_what_was_counted(store: Store) {
    three_delays(&store).await;
    let axis = Axis::FailureType;
    let promote = async |model: &str, previous: &str| {
        store.promote(axis, model, previous, "mejor", Day(100)).await.expect("asked")
    };
    let first = promote("m2", "m1").await.expect("nothing was promoted before");
    assert_eq!(promote("m3", "m1").await, None, "m2 is in force by now");
    let second = promote("m1", "m2").await.expect("taken back");
    let promotions = store.promotions().await.expect("read");
    let told: Vec<_> = promotions.iter().map(|p| (p.seq, p.model.as_str(), p.previous.as_str())).collect();
    assert_eq!(told, [(second, "m1", "m2"), (first, "m2", "m1")]);
    let overlap = store.overlap(first).await.expect("read");
    assert_eq!(overlap.days, Some((Day(300), Day(300))), "only the days asked for");
    assert_eq!(overlap.counts, [("delay".to_owned(), 1)]);
    assert_eq!(store.overlap(99).await.expect("read").days, None);

    store.end_relabelling(axis, second).await.expect("ended");
    assert!(
        store.promotions().await.expect("read").iter().all(|promotion| promotion.relabelled_at.is_some())
    );
}

pub(super) async fn labels_are_given_anew_and_people_keep_theirs(store: Store) {
    let ids = three_delays(&store).await;
    let axis = Axis::FailureType;
    let waiting = store.labelled_by_others(axis, "m2", NOBODY, 10).await.expect("read");
    assert_eq!(waiting.iter().map(|waiting| waiting.id).collect::<Vec<_>>(), ids);
    assert_eq!((waiting[2].day, waiting[2].value.as_str()), (Day(300), "delay"));
    // Somebody decides after the batch was read.
    store.judge_labels(&[judgement(ids[1], "Ana", "privacy")], "t1").await.expect("kept");
    let before = store.last_change().await.expect("read");
    let anew: Vec<(ComplaintId, Day, Label)> = waiting
        .iter()
        .map(|waiting| {
            let label = Label {
                axis,
                value: "usage".to_owned(),
                probability: 0.9,
                unsure: false,
                origin: Origin::Machine,
                model: "m2".to_owned(),
            };
            (waiting.id, waiting.day, label)
        })
        .collect();
    assert_eq!(store.relabel(axis, &anew, "t2").await.expect("given"), 2);
    assert_eq!(store.relabel(axis, &anew, "t2").await.expect("given twice"), 0);
    for (node, expected) in
        [("delay", vec![]), ("usage", vec![(10, 1), (300, 1)]), ("privacy", vec![(10, 1)])]
    {
        assert_eq!(count(&store, Dimension::FailureType, node).await, expected, "{node}");
    }
    assert!(store.last_change().await.expect("read") > before, "the index hears of it");
    let record = store.complaint(ids[1]).await.expect("read").expect("there");
    assert_eq!(record.label(axis).expect("labelled").origin, Origin::Person);
    assert!(store.labelled_by_others(axis, "m2", NOBODY, 10).await.expect("read").is_empty());
    assert_eq!(store.labels_by_model(axis).await.expect("counted"), [("m2".to_owned(), 2)]);
    let judged = store.judged_complaints(axis, 10).await.expect("read");
    assert_eq!((judged.len(), judged[0].value.as_str()), (1, "privacy"));
    assert_eq!(store.newest_labelled(axis, 10).await.expect("read").len(), 2);
}

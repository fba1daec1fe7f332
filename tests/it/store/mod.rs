//! One suite, run on both engines: what holds on SQLite holds on PostgreSQL.

mod outbox;
mod promotions;
mod registered_changes;
mod taxonomy;

use raiz::domain::action::{ActionState, ActionText};
use raiz::domain::cluster::ClusterState;
use raiz::domain::counts::{Dimension, Node};
use raiz::domain::id::{ActionId, ClusterId, ComplaintId, SignalId};
use raiz::domain::label::{Axis, Label, Origin};
use raiz::domain::language::Language;
use raiz::domain::mute::Until;
use raiz::domain::review::{Agreement, Judgement};
use raiz::domain::signal::{Evidence, SignalState};
use raiz::domain::time::{Day, Week};
use raiz::store::analysis::{Analysed, Assignment, RawComplaint};
use raiz::store::change_log::Change;
use raiz::store::checkpoints::Checkpoint;
use raiz::store::clusters::{ClusterEdit, NewCluster};
use raiz::store::idempotency::IdempotencyKey;
use raiz::store::intake::{Submission, Submitted, Taken};
use raiz::store::intake_queue::IntakeQueue;
use raiz::store::judgements::JudgementTaken;
use raiz::store::signal_life::{Verdict, VerdictCounts};
use raiz::store::signals::Alarm;
use raiz::store::{Store, StoreError};

use crate::world::{complaint, postgres_store, sqlite_store};
use outbox::{
    a_mention_is_told_once_with_what_else_waits, a_message_is_tried_again_or_given_up,
    a_signal_is_told_once_to_each_subscriber,
};
use promotions::{a_promotion_keeps_what_was_counted, labels_are_given_anew_and_people_keep_theirs};
use registered_changes::a_change_is_registered_once_and_can_be_taken_out;
use taxonomy::{
    a_retired_term_leaves_its_complaints_to_its_successor, versions_follow_each_other_and_are_kept,
};

macro_rules! on_both_engines {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                let folder = tempfile::tempdir().expect("a temporary folder");
                super::$test(super::sqlite_store(&folder).await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                let name = concat!("store::postgres::", stringify!($test));
                if let Some(store) = super::postgres_store(name).await {
                    super::$test(store).await;
                }
            })+
        }
    };
}

on_both_engines!(
    every_statement_is_accepted,
    the_same_external_id_is_taken_once,
    an_idempotency_key_gets_its_first_answer_again,
    a_claimed_complaint_is_handed_out_once,
    counts_follow_labels_and_clusters,
    a_persons_label_outlives_a_model,
    judgements_are_kept_and_labels_follow_what_stands,
    the_queue_answers_each_caller_after_the_commit,
    clusters_keep_members_and_take_edits,
    signals_go_on_instead_of_repeating,
    a_signal_goes_on_through_weeks_that_another_explains,
    a_muted_series_keeps_still_until_it_is_worse,
    a_series_muted_until_a_day_warns_after_it,
    a_signal_is_told_once_to_each_subscriber,
    a_message_is_tried_again_or_given_up,
    a_mention_is_told_once_with_what_else_waits,
    actions_move_only_where_they_may,
    changes_come_in_order,
    a_change_is_registered_once_and_can_be_taken_out,
    opening_again_finds_the_same_data,
    a_retired_term_leaves_its_complaints_to_its_successor,
    versions_follow_each_other_and_are_kept,
    a_promotion_keeps_what_was_counted,
    labels_are_given_anew_and_people_keep_theirs,
);

async fn every_statement_is_accepted(store: Store) {
    assert!(store.prepare_all().await.expect("no statement is refused") > 30);
}

async fn the_same_external_id_is_taken_once(store: Store) {
    let first = store
        .take_in(&[complaint("a", 100, "uno"), complaint("b", 100, "dos"), complaint("a", 101, "otro")])
        .await
        .expect("stored");
    assert!(matches!(first[..], [Taken::Stored(_), Taken::Stored(_), Taken::Known(_)]), "{first:?}");
    assert_eq!(first[0].id(), first[2].id());

    let again =
        store.take_in(&[complaint("b", 100, "cambiado"), complaint("c", 100, "tres")]).await.expect("stored");
    assert_eq!(again[0], Taken::Known(first[1].id()));
    assert!(matches!(again[1], Taken::Stored(_)));
    assert_eq!(store.complaint_total().await.expect("counted"), 3);
    let originals = analyse_all(&store, None).await;
    assert!(originals.iter().any(|raw| raw.original.as_deref() == Some("dos")), "the first text stays");

    let mut anonymous = complaint("", 100, "sin identificador");
    anonymous.external_id = None;
    let taken = store.take_in(&[anonymous.clone(), anonymous]).await.expect("stored");
    assert!(matches!(taken[..], [Taken::Stored(_), Taken::Stored(_)]), "without an id every row counts");
}

async fn an_idempotency_key_gets_its_first_answer_again(store: Store) {
    let key = IdempotencyKey { key: "k1".to_owned(), request_hash: [7; 32] };
    let mut anonymous = complaint("", 100, "hola");
    anonymous.external_id = None;
    let submission = Submission { complaints: vec![anonymous], key: Some(key.clone()) };
    let first = store.take_in_submissions(std::slice::from_ref(&submission)).await.expect("stored");
    let again = store.take_in_submissions(&[submission.clone(), submission.clone()]).await.expect("answered");
    assert_eq!(again, [first[0].clone(), first[0].clone()]);
    let other = IdempotencyKey { request_hash: [8; 32], ..key };
    let reused = Submission { key: Some(other), ..submission };
    assert_eq!(store.take_in_submissions(&[reused]).await.expect("answered"), [Submitted::KeyReused]);
    assert_eq!(store.complaint_total().await.expect("counted"), 1);
}

async fn a_claimed_complaint_is_handed_out_once(store: Store) {
    let rows: Vec<_> = (0..700).map(|n| complaint(&n.to_string(), 50, "texto")).collect();
    store.take_in(&rows).await.expect("stored");
    let (one, two) = tokio::join!(store.claim_pending(400), store.claim_pending(400));
    let mut ids: Vec<ComplaintId> =
        one.expect("claimed").into_iter().chain(two.expect("claimed")).map(|raw| raw.id).collect();
    let claimed = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), claimed, "nobody gets what another holds");
    assert_eq!(claimed, 700);
    assert!(store.claim_pending(1).await.expect("asked").is_empty());
    assert_eq!(store.pending().await.expect("counted"), 700);

    let late = raiz::domain::time::Timestamp(crate::world::NOW.0 + 3_600_000_000);
    store.clock().set(late);
    assert_eq!(store.claim_pending(1_000).await.expect("asked").len(), 700, "a dead worker's rows come back");
}

async fn counts_follow_labels_and_clusters(store: Store) {
    store.take_in(&[complaint("a", 10, "x"), complaint("b", 11, "y")]).await.expect("stored");
    let raw = store.claim_pending(10).await.expect("claimed");
    let batch: Vec<_> = raw.iter().map(|raw| analysed(raw, "undue_charge")).collect();
    store.record_analysis(&batch, "t1").await.expect("recorded");
    store.record_analysis(&batch, "t1").await.expect("recorded twice");
    assert_eq!(count(&store, Dimension::All, "").await, [(10, 1), (11, 1)]);
    assert_eq!(count(&store, Dimension::FailureType, "undue_charge").await, [(10, 1), (11, 1)]);

    let changed = analysed(&raw[0], "delay");
    store.record_analysis(&[changed], "t1").await.expect("recorded");
    assert_eq!(count(&store, Dimension::FailureType, "undue_charge").await, [(11, 1)]);
    assert_eq!(count(&store, Dimension::FailureType, "delay").await, [(10, 1)]);
    assert_eq!(count(&store, Dimension::All, "").await, [(10, 1), (11, 1)]);
    assert_eq!(store.pending().await.expect("counted"), 0);
    assert_eq!(store.span_of_days().await.expect("asked"), Some((Day(10), Day(11))));
}

async fn a_persons_label_outlives_a_model(store: Store) {
    store.take_in(&[complaint("a", 10, "x")]).await.expect("stored");
    let raw = store.claim_pending(10).await.expect("claimed");
    let mut by_person = analysed(&raw[0], "privacy");
    by_person.labels[0].origin = Origin::Person;
    store.record_analysis(&[by_person], "t1").await.expect("recorded");
    store.record_analysis(&[analysed(&raw[0], "delay")], "t1").await.expect("recorded");
    let record = store.complaint(raw[0].id).await.expect("read").expect("there");
    assert_eq!(record.label(Axis::FailureType).expect("labelled").value, "privacy");
    assert_eq!(count(&store, Dimension::FailureType, "delay").await, []);
}

async fn judgements_are_kept_and_labels_follow_what_stands(store: Store) {
    store.take_in(&[complaint("a", 10, "x"), complaint("b", 10, "y")]).await.expect("stored");
    let raw = store.claim_pending(10).await.expect("claimed");
    let mut found: Vec<Analysed> = raw.iter().map(|raw| analysed(raw, "delay")).collect();
    found.iter_mut().for_each(|found| found.labels[0].unsure = true);
    store.record_analysis(&found, "t1").await.expect("recorded");
    let id = raw[0].id;
    let doubts = store.doubts(Axis::FailureType, 10).await.expect("read");
    assert_eq!(doubts.iter().map(|doubt| doubt.complaint).collect::<Vec<_>>(), [raw[1].id, id]);
    assert_eq!(store.doubt_total(Axis::FailureType).await.expect("counted"), 2);

    let says = |reviewer: &str, value: &str| judgement(id, reviewer, value);
    let take = async |said: Judgement| store.judge_labels(&[said], "t1").await.expect("kept")[0];
    let before = store.last_change().await.expect("read");
    assert_eq!(take(says("Ana", "privacy")).await, JudgementTaken::Kept(Agreement::Person));
    assert_eq!(take(says("Ana", "privacy")).await, JudgementTaken::Repeated);
    let changes = store.complaint_changes_after(before, 10).await.expect("read");
    assert_eq!(changes.len(), 1, "the index hears of it once");
    assert_eq!(count(&store, Dimension::FailureType, "delay").await, [(10, 1)]);
    assert_eq!(count(&store, Dimension::FailureType, "privacy").await, [(10, 1)]);
    assert_eq!(store.for_second_opinion(Axis::FailureType, "Luis", 9).await.expect("read"), [id]);
    assert_eq!(store.for_second_opinion(Axis::FailureType, "Ana", 9).await.expect("read"), []);

    assert_eq!(take(says("Luis", "usage")).await, JudgementTaken::Kept(Agreement::Disputed));
    assert_eq!(store.disputed(Axis::FailureType, 9).await.expect("read"), [id]);
    let settles = Judgement {
        adjudicates: true,
        reason: Some("lo dice la carta".to_owned()),
        ..says("Eva", "privacy")
    };
    assert_eq!(take(settles.clone()).await, JudgementTaken::Kept(Agreement::Agreed));
    assert_eq!(store.disputed(Axis::FailureType, 9).await.expect("read"), []);

    // A new model changes nothing a person decided.
    store.record_analysis(&found, "t1").await.expect("recorded");
    let record = store.complaint(id).await.expect("read").expect("there");
    let label = record.label(Axis::FailureType).expect("labelled");
    assert_eq!((label.value.as_str(), label.origin, label.unsure), ("privacy", Origin::Person, false));
    let said = store.judgements(id, Axis::FailureType).await.expect("read");
    assert_eq!(
        said.iter().map(|said| said.judgement.reviewer.as_str()).collect::<Vec<_>>(),
        ["Ana", "Luis", "Eva"]
    );
    assert_eq!(said[2].judgement, settles);

    let unknown = judgement(ComplaintId(uuid::Uuid::nil()), "Ana", "delay");
    assert_eq!(take(unknown).await, JudgementTaken::NoComplaint);
}

fn judgement(complaint: ComplaintId, reviewer: &str, value: &str) -> Judgement {
    Judgement {
        complaint,
        axis: Axis::FailureType,
        value: value.to_owned(),
        reviewer: reviewer.to_owned(),
        reason: None,
        adjudicates: false,
    }
}

async fn the_queue_answers_each_caller_after_the_commit(store: Store) {
    let (queue, writer) = IntakeQueue::start(store.clone(), || ());
    let callers: Vec<_> = (0..200)
        .map(|n| {
            let (queue, store) = (queue.clone(), store.clone());
            tokio::spawn(async move {
                let submission =
                    Submission { complaints: vec![complaint(&n.to_string(), 5, "hola")], key: None };
                let Ok(Submitted::Taken(taken)) = queue.submit(submission).await else { panic!("not taken") };
                store.complaint(taken[0].id()).await.expect("read").expect("durable before the answer")
            })
        })
        .collect();
    for (n, caller) in callers.into_iter().enumerate() {
        let record = caller.await.expect("the caller ends");
        assert_eq!(record.complaint.external_id, Some(n.to_string()), "each caller gets its own answer");
        assert!(!record.prepared && record.complaint.text.is_none(), "nothing is shown before redaction");
    }
    drop(queue);
    writer.await.expect("the writer ends with its last queue");
    assert_eq!(store.complaint_total().await.expect("counted"), 200);
}

async fn clusters_keep_members_and_take_edits(store: Store) {
    store
        .take_in(&[complaint("a", 10, "x"), complaint("b", 12, "y"), complaint("c", 12, "z")])
        .await
        .expect("stored");
    let raw = analyse_all(&store, Some("delay")).await;
    let id = store.new_cluster_id();
    let found = NewCluster { id, title: "Retrasos".to_owned(), terms: vec!["retraso".to_owned()] };
    let members: Vec<_> = raw.iter().map(|raw| assignment(raw, id)).collect();
    store.found_clusters(&[found], &members, 3).await.expect("founded");
    store.refresh_main_labels().await.expect("refreshed");
    let cluster = store.cluster(id).await.expect("read").expect("there");
    assert_eq!((cluster.complaints, cluster.seen), (3, Some((Day(10), Day(12)))));
    assert_eq!(cluster.failure_type.as_deref(), Some("delay"));
    assert_eq!(store.central_members(id, 2).await.expect("read").len(), 2);
    assert!(store.ungrouped().await.expect("read").is_empty());

    let edit = ClusterEdit {
        title: Some("Retraso en la entrega".to_owned()),
        state: Some(ClusterState::Ongoing),
        owner: Some("Ana".to_owned()),
        ..ClusterEdit::default()
    };
    store.edit_cluster(id, edit).await.expect("edited").expect("there");
    let cluster = store.cluster(id).await.expect("read").expect("there");
    assert_eq!((cluster.title.as_str(), cluster.title_by_person), ("Retraso en la entrega", true));
    assert_eq!((cluster.state, cluster.owner.as_deref()), (ClusterState::Ongoing, Some("Ana")));
}

async fn signals_go_on_instead_of_repeating(store: Store) {
    let alarm = |end: i32, score: f64| Alarm {
        node: Node::new(Dimension::FailureType, "delay"),
        period_start: Day(end - 6),
        period_end: Day(end),
        evidence: Evidence {
            observed: 9,
            expected: 2.5,
            upper: 6.0,
            p_value: 0.001,
            score,
            window_weeks: 1,
            method: "empirical_bayes".to_owned(),
            history_weeks: 8,
            also: Vec::new(),
        },
    };
    assert_eq!(store.record_watch(&[alarm(70, 3.0)], &[], Week(10)).await.expect("kept"), 1);
    assert_eq!(store.record_watch(&[alarm(77, 4.0)], &[], Week(11)).await.expect("kept"), 0);
    assert_eq!(store.record_watch(&[alarm(84, 2.5)], &[], Week(12)).await.expect("kept"), 0);
    let mut slow = alarm(119, 2.5);
    (slow.period_start, slow.evidence.window_weeks) = (Day(64), 8);
    assert_eq!(store.record_watch(&[slow], &[], Week(17)).await.expect("kept"), 1);
    assert_eq!(store.checkpoint(Checkpoint::WatchedWeek).await.expect("read"), Some(17));
    let signals = store.signals().await.expect("read");
    assert_eq!(signals.len(), 2);
    let later = (signals[0].period_start, signals[0].period_end);
    assert_eq!(later, (Day(85), Day(119)), "news from the day after what was told");
    let episode = &signals[1];
    assert_eq!((episode.period_start, episode.period_end), (Day(64), Day(84)));
    assert!((episode.evidence.score - 4.0).abs() < f64::EPSILON, "the strongest evidence stays");

    let verdict = |next, note| Verdict { next, note, author: Some("Ana") };
    let judge = async |next, note| store.judge_signal(episode.id, verdict(next, note)).await.expect("asked");
    let judged = judge(SignalState::UnderReview, Some("miro")).await;
    assert_eq!(judged.expect("there").expect("allowed").note.as_deref(), Some("miro"));
    let back = judge(SignalState::Raised, None).await.expect("there");
    assert_eq!(back.expect_err("not allowed"), SignalState::UnderReview);
    judge(SignalState::Refuted, Some("era un festivo")).await.expect("there").expect("allowed");
    judge(SignalState::Closed, None).await.expect("there").expect("allowed");

    let events = store.signal_events(episode.id).await.expect("read");
    let told: Vec<_> = events
        .iter()
        .map(|event| (event.event.as_str(), event.detail.as_str(), event.author.as_deref()))
        .collect();
    let moved = |state| ("moved", state, Some("Ana"));
    assert_eq!(told, [("raised", "", None), moved("under_review"), moved("refuted"), moved("closed")]);
    assert_eq!(events[2].reason.as_deref(), Some("era un festivo"));
    let counts = VerdictCounts { raised: 2, confirmed: 0, refuted: 1 };
    assert_eq!(store.verdict_counts(Day(0)).await.expect("counted"), counts);
    assert_eq!(store.verdict_counts(Day(100)).await.expect("counted").refuted, 0);
}

async fn a_signal_goes_on_through_weeks_that_another_explains(store: Store) {
    let delay = Node::new(Dimension::FailureType, "delay");
    let explained =
        async |week| store.record_watch(&[], std::slice::from_ref(&delay), Week(week)).await.expect("kept");
    assert_eq!(explained(9).await, 0, "what was never told raises nothing");
    assert!(store.signals().await.expect("read").is_empty());
    assert_eq!(store.record_watch(&[alarm(Week(10).last_day().0, 9)], &[], Week(10)).await.expect("kept"), 1);
    assert_eq!(explained(11).await + explained(13).await, 0);
    let end = Week(15).last_day();
    assert_eq!(
        store.record_watch(&[alarm(end.0, 9)], &[], Week(15)).await.expect("kept"),
        0,
        "it never ended"
    );
    let signals = store.signals().await.expect("read");
    assert_eq!((signals.len(), signals[0].period_end), (1, end));
    assert_eq!(explained(19).await, 0);
    assert_eq!(store.signals().await.expect("read")[0].period_end, end, "four weeks later it is over");
}

/// An alarm about the week that ends with this day.
fn alarm(end: i32, observed: u64) -> Alarm {
    Alarm {
        node: Node::new(Dimension::FailureType, "delay"),
        period_start: Day(end - 6),
        period_end: Day(end),
        evidence: Evidence {
            observed,
            expected: 2.0,
            upper: 6.0,
            p_value: 0.001,
            score: 3.0,
            window_weeks: 1,
            method: "empirical_bayes".to_owned(),
            history_weeks: 8,
            also: Vec::new(),
        },
    }
}

async fn a_muted_series_keeps_still_until_it_is_worse(store: Store) {
    let record = async |end, observed| {
        store.record_watch(&[alarm(end, observed)], &[], Week(end / 7)).await.expect("kept")
    };
    assert_eq!(record(70, 12).await, 1);
    let first = store.signals().await.expect("read").remove(0);
    let worse = Until::worse_than(&first.evidence);
    assert!(store.mute_signal(first.id, Some(worse), Some("Ana"), Some("ya se sabe")).await.expect("muted"));
    assert!(!store.mute_signal(SignalId(uuid::Uuid::nil()), None, None, None).await.expect("asked"));

    // As bad as it was, also after a gap that would have begun another episode: nothing is said.
    assert_eq!((record(77, 13).await, record(119, 17).await), (0, 0));
    let mute = store.mute_of(&first.node).await.expect("read").expect("still silent");
    assert_eq!((mute.signal, mute.held, mute.held_day), (first.id, 2, Some(Day(119))));
    let signals = store.signals().await.expect("read");
    assert_eq!((signals.len(), signals[0].period_end), (1, Day(70)), "a held alarm prolongs nothing");

    assert_eq!(record(126, 18).await, 1, "half as much again is news");
    assert_eq!(store.mute_of(&first.node).await.expect("read"), None);
    let events = store.signal_events(first.id).await.expect("read");
    let told: Vec<_> = events.iter().map(|event| event.event.as_str()).collect();
    assert_eq!(told, ["raised", "muted", "worsened"]);
    assert_eq!((events[1].detail.as_str(), events[1].reason.as_deref()), ("worse", Some("ya se sabe")));
}

async fn a_series_muted_until_a_day_warns_after_it(store: Store) {
    let record = async |end, observed| {
        store.record_watch(&[alarm(end, observed)], &[], Week(end / 7)).await.expect("kept")
    };
    assert_eq!(record(70, 12).await, 1);
    let first = store.signals().await.expect("read").remove(0);
    store.mute_signal(first.id, Some(Until::Day(Day(80))), None, None).await.expect("muted");
    assert_eq!(record(77, 90).await, 0);
    assert_eq!(record(84, 12).await, 1, "the silence is over");
    let signals = store.signals().await.expect("read");
    assert_eq!(signals.len(), 2);
    assert_eq!((signals[0].period_start, signals[0].period_end), (Day(78), Day(84)));

    store.mute_signal(first.id, Some(Until::Day(Day(200))), None, None).await.expect("muted");
    store.mute_signal(first.id, None, Some("Ana"), None).await.expect("unmuted");
    assert_eq!(store.mute_of(&first.node).await.expect("read"), None);
    let events = store.signal_events(first.id).await.expect("read");
    let told: Vec<_> = events.iter().map(|event| event.event.as_str()).collect();
    assert_eq!(told, ["raised", "muted", "unmuted", "muted", "unmuted"]);
}

async fn actions_move_only_where_they_may(store: Store) {
    store.take_in(&[complaint("a", 10, "x")]).await.expect("stored");
    let raw = analyse_all(&store, None).await;
    let cluster = store.new_cluster_id();
    let found = NewCluster { id: cluster, title: "Uno".to_owned(), terms: Vec::new() };
    store.found_clusters(&[found], &[assignment(&raw[0], cluster)], 1).await.expect("founded");
    let text =
        ActionText { title: "Cambiar el lote".to_owned(), due: Some(Day(20_800)), ..ActionText::default() };
    let unknown =
        store.create_action(&text, &[ClusterId(uuid::Uuid::nil())]).await.expect_err("no such cluster");
    assert!(unknown.is_constraint(), "{unknown}");
    assert!(store.actions().await.expect("read").is_empty(), "nothing half-written");

    let id = store.create_action(&text, &[cluster]).await.expect("created");
    let refused = store.move_action(id, ActionState::Effective).await.expect("asked").expect("there");
    assert_eq!(refused, Err(ActionState::Draft));
    for state in [ActionState::InProgress, ActionState::Implemented] {
        assert_eq!(store.move_action(id, state).await.expect("asked"), Some(Ok(())));
    }
    assert!(store.link_action(id, cluster, false).await.expect("asked"));
    assert!(!store.link_action(id, cluster, false).await.expect("asked"));
    let action = store.action(id).await.expect("read").expect("there");
    assert_eq!(action.state, ActionState::Implemented);
    assert_eq!((action.clusters.len(), action.implemented_at), (0, Some(crate::world::NOW)));
    let events: Vec<String> =
        store.action_events(id).await.expect("read").into_iter().map(|event| event.event).collect();
    assert_eq!(events, ["created", "linked", "moved", "moved", "unlinked"]);
    assert_eq!(
        store.move_action(ActionId(uuid::Uuid::nil()), ActionState::Planned).await.expect("asked"),
        None
    );
}

async fn changes_come_in_order(store: Store) {
    let taken = store.take_in(&[complaint("a", 10, "x"), complaint("b", 10, "y")]).await.expect("stored");
    let changes = store.complaint_changes_after(0, 10).await.expect("read");
    assert_eq!(
        changes.iter().map(|change| change.complaint).collect::<Vec<_>>(),
        [taken[0].id(), taken[1].id()]
    );
    assert!(
        changes[0].seq < changes[1].seq && changes.iter().all(|change| change.change == Change::Received)
    );
    let rest = store.complaint_changes_after(changes[0].seq, 1).await.expect("read");
    assert_eq!(rest, changes[1..]);
    assert_eq!(store.last_change().await.expect("read"), changes[1].seq);
}

async fn opening_again_finds_the_same_data(store: Store) {
    let taken = store.take_in(&[complaint("a", 10, "x")]).await.expect("stored");
    // Migrations run again at every start and find nothing to do.
    store.close().await;
    let closed = store.complaint(taken[0].id()).await;
    assert!(matches!(closed, Err(StoreError::Statement { .. })), "a closed store refuses");
}

#[tokio::test]
async fn a_newer_or_foreign_database_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    sqlite_store(&folder).await.close().await;
    let url = format!("sqlite:{}", folder.path().join("raiz.db").display());
    sqlite_store(&folder).await.close().await;

    let pool = sqlx::SqlitePool::connect(&url).await.expect("opens");
    let change = |sql: &'static str| sqlx::query(sql).execute(&pool);
    change("UPDATE schema_version SET sha256 = 'x' WHERE version = 1").await.expect("changed");
    let open = || Store::open(&url, raiz::store::Clock::System);
    assert!(matches!(open().await, Err(StoreError::ForeignMigration { version: 1, .. })));
    change("UPDATE schema_version SET version = 999 WHERE version = 1").await.expect("changed");
    assert!(matches!(open().await, Err(StoreError::TooNew { found: 999, .. })));
}

/// Analyses everything that waits, with one failure type for all or none; gives what was claimed.
async fn analyse_all(store: &Store, failure_type: Option<&str>) -> Vec<RawComplaint> {
    let raw = store.claim_pending(1_000).await.expect("claimed");
    let batch: Vec<Analysed> = raw
        .iter()
        .map(|raw| {
            let mut found = analysed(raw, failure_type.unwrap_or("other"));
            found.labels.truncate(usize::from(failure_type.is_some()));
            found
        })
        .collect();
    store.record_analysis(&batch, "t1").await.expect("recorded");
    raw
}

fn analysed(raw: &RawComplaint, failure_type: &str) -> Analysed {
    Analysed {
        id: raw.id,
        day: raw.day,
        text: raw.original.clone(),
        redactions: 0,
        language: Language::Spanish,
        labels: vec![Label {
            axis: Axis::FailureType,
            value: failure_type.to_owned(),
            probability: 0.8,
            unsure: false,
            origin: Origin::Machine,
            model: "m1".to_owned(),
        }],
        cluster: None,
    }
}

fn assignment(raw: &RawComplaint, cluster: ClusterId) -> Assignment {
    Assignment { complaint: raw.id, day: raw.day, cluster, similarity: 0.7 }
}

async fn count(store: &Store, dimension: Dimension, key: &str) -> Vec<(i32, i64)> {
    let counts = store.counts_of_node(&Node::new(dimension, key)).await.expect("read");
    counts.into_iter().map(|(day, complaints)| (day.0, complaints)).collect()
}

//! Who is told of which signals, on both engines: each subscriber once, whatever becomes of a sender.

use raiz::domain::counts::{Dimension, Node};
use raiz::domain::id::SubscriptionId;
use raiz::domain::language::Language;
use raiz::domain::subscription::{Channel, QuietHours, Rhythm, Scope, Secret, Wish};
use raiz::domain::time::{Timestamp, Week};
use raiz::store::Store;
use raiz::store::clusters::NewCluster;
use raiz::store::outbox::MessageState;

use super::alarm;
use crate::world::NOW;

const SECOND: i64 = 1_000_000;

/// A wish for everything by e-mail at once, with this scope.
fn wish(scope: Scope) -> Wish {
    Wish {
        scope,
        channel: Channel::Mail { address: "ana@example.com".to_owned() },
        rhythm: Rhythm::AtOnce,
        language: Language::Spanish,
        quiet: None,
        per_hour: 10,
    }
}

async fn raise(store: &Store, end: i32) -> usize {
    store.record_watch(&[alarm(end, 12)], &[], Week(end / 7)).await.expect("kept")
}

pub(super) async fn a_mention_is_told_once_with_what_else_waits(store: Store) {
    let id = store.subscribe(&wish(Scope::Owner("Marta Ruiz".to_owned()))).await.expect("in force");
    let cluster = store.new_cluster_id();
    let new = NewCluster { id: cluster, title: "Cobros".to_owned(), terms: vec!["cobro".to_owned()] };
    store.found_clusters(&[new], &[], 1).await.expect("founded");
    for (person, mentioned) in [(Some("Ana"), "marta.ruiz"), (None, "Marta_Ruiz"), (Some("Ana"), "jorge")] {
        assert!(store.comment_on(cluster, person, "¿?", &[mentioned.to_owned()]).await.expect("kept"));
    }
    let waiting = store.waiting_notices().await.expect("read");
    assert_eq!(waiting.iter().map(|(of, _)| *of).collect::<Vec<_>>(), [id]);
    assert!(store.gather_notices(id).await.expect("gathered").is_some());
    assert_eq!(store.gather_notices(id).await.expect("gathered"), None, "all of it is carried");
    let held = store.claim_message().await.expect("asked").expect("due");
    let told: Vec<_> = held.mentions.iter().map(|one| (one.cluster, one.person.as_deref())).collect();
    assert_eq!(told, [(cluster, Some("Ana")), (cluster, None)], "oldest first");
    assert_eq!(store.messages(1).await.expect("read")[0].told, 2);
}

pub(super) async fn a_signal_is_told_once_to_each_subscriber(store: Store) {
    let delay = Node::new(Dimension::FailureType, "delay");
    let mut ids = Vec::new();
    for scope in [Scope::Everything, Scope::Node(delay), Scope::Area("cards".to_owned())] {
        ids.push(store.subscribe(&wish(scope)).await.expect("in force"));
    }
    assert_eq!(raise(&store, 70).await, 1);
    assert_eq!(raise(&store, 77).await, 0, "it goes on");
    let waiting: Vec<SubscriptionId> =
        store.waiting_notices().await.expect("read").into_iter().map(|(id, _)| id).collect();
    assert_eq!(waiting, ids[..2], "the third did not ask for this");

    // Two senders gather at once: one message.
    let (one, two) = tokio::join!(store.gather_notices(ids[0]), store.gather_notices(ids[0]));
    let made = [one.expect("gathered"), two.expect("gathered")];
    assert_eq!(made.iter().flatten().count(), 1, "{made:?}");
    assert_eq!(store.recent_messages(ids[0]).await.expect("counted"), 1);

    // The sender dies with the message in hand: nobody else has it until the lease ends, then it is the same.
    let held = store.claim_message().await.expect("asked").expect("due");
    assert_eq!((held.subscription, held.signals.len(), held.attempts), (ids[0], 1, 1));
    assert_eq!(store.claim_message().await.expect("asked"), None);
    store.clock().set(Timestamp(NOW.0 + 121 * SECOND));
    let again = store.claim_message().await.expect("asked").expect("due again");
    assert_eq!((again.id, again.attempts, &again.signals), (held.id, 2, &held.signals));
    store.message_sent(again.id).await.expect("kept");
    // The first sender was only slow and reports a failure now: what was taken stays taken.
    store.message_failed(held.id, "late", Some(NOW)).await.expect("kept");

    store.clock().set(Timestamp(NOW.0 + 86_400 * SECOND));
    assert_eq!(store.claim_message().await.expect("asked"), None);
    assert_eq!(store.gather_notices(ids[0]).await.expect("gathered"), None);
    assert_eq!(raise(&store, 84).await, 0);
    assert_eq!(store.waiting_notices().await.expect("read").len(), 1, "the second subscriber's");
    assert_eq!(store.messages(10).await.expect("read")[0].state, MessageState::Sent);

    assert!(store.unsubscribe(ids[1]).await.expect("ended"));
    assert!(!store.unsubscribe(ids[1]).await.expect("asked"));
    assert_eq!(store.waiting_notices().await.expect("read"), [], "what waited for it is not sent");
}

pub(super) async fn a_message_is_tried_again_or_given_up(store: Store) {
    let hook = Channel::Webhook {
        url: "https://hooks.example/raiz".to_owned(),
        secret: Secret("0123456789abcdef".to_owned()),
    };
    let asked = Wish {
        channel: hook,
        rhythm: Rhythm::Weekly,
        language: Language::English,
        quiet: Some(QuietHours { from: 22, until: 6 }),
        per_hour: 3,
        ..wish(Scope::Owner("Ana".to_owned()))
    };
    let id = store.subscribe(&asked).await.expect("in force");
    let kept = store.subscription(id).await.expect("read").expect("there");
    assert_eq!((kept.wish, kept.created_at), (asked, NOW));

    let test = store.post_test(id).await.expect("posted");
    let claimed = store.claim_message().await.expect("asked").expect("due");
    assert_eq!((claimed.id, claimed.test, claimed.signals.len()), (test, true, 0));
    assert_eq!(store.recent_messages(id).await.expect("counted"), 0, "a test uses up no limit");
    let later = Timestamp(NOW.0 + 300 * SECOND);
    store.message_failed(test, "the address answered 500", Some(later)).await.expect("kept");
    assert_eq!(store.claim_message().await.expect("asked"), None);
    store.clock().set(later);
    let again = store.claim_message().await.expect("asked").expect("due again");
    assert_eq!((again.id, again.attempts), (test, 2));
    store.message_failed(test, "the address answered 410", None).await.expect("kept");
    store.clock().set(Timestamp(later.0 + 86_400 * SECOND));
    assert_eq!(store.claim_message().await.expect("asked"), None);
    let line = store.messages(1).await.expect("read").remove(0);
    assert_eq!((line.state, line.attempts), (MessageState::GivenUp, 2));
    assert_eq!(line.reason.as_deref(), Some("the address answered 410"));
}

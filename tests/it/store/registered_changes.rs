//! The register of changes.

use std::collections::BTreeMap;

use raiz::domain::registered_change::ChangeText;
use raiz::domain::time::Day;
use raiz::store::Store;

fn change(external_id: Option<&str>, day: i32, lot: &str) -> ChangeText {
    ChangeText {
        external_id: external_id.map(str::to_owned),
        kind: "supplier_lot".to_owned(),
        title: format!("Llega el lote {lot}"),
        note: String::new(),
        day: Day(day),
        touches: BTreeMap::from([("lot".to_owned(), lot.to_owned())]),
    }
}

pub(super) async fn a_change_is_registered_once_and_can_be_taken_out(store: Store) {
    let (first, second) = (change(Some("a"), 20_000, "L-1"), change(None, 20_010, "L-2"));
    let taken = store.register_changes(&[first.clone(), second.clone()]).await.expect("registered");
    let again = store.register_changes(&[change(Some("a"), 1, "L-9"), second.clone()]).await.expect("kept");
    assert!(taken.iter().all(Option::is_some));
    assert!(again[0].is_none() && again[1].is_some(), "only an external id makes two changes one");

    let texts = |changes: Vec<raiz::domain::registered_change::RegisteredChange>| -> Vec<ChangeText> {
        changes.into_iter().map(|change| change.text).collect()
    };
    let all = store.registered_changes().await.expect("read");
    assert_eq!(texts(all), [second.clone(), second.clone(), first.clone()], "latest day first");

    let id = taken[1].expect("new");
    assert!(store.forget_change(id).await.expect("gone"));
    assert!(!store.forget_change(id).await.expect("asked"), "it is not there any more");
    assert_eq!(texts(store.registered_changes().await.expect("read")), [second, first]);
}

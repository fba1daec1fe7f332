//! Ids of found clusters. They are made of what a cluster was founded by, so that the same complaints
//! give the same ids on any machine, in any run.

use std::collections::HashSet;

use sha2::{Digest, Sha256};
use uuid::Builder;

use crate::domain::id::ClusterId;
use crate::domain::time::Day;

/// Milliseconds in a day: the first 48 bits of an id are milliseconds, as in a UUID version 7, so that
/// ids sort by the newest complaint there was when the cluster was found.
const DAY_MS: u64 = 86_400_000;

/// The id of a cluster founded by these complaints (day and text), when `latest` was the newest day: a
/// UUID version 8 (RFC 9562), a date and a hash. An id that is `taken` (the same complaints founded a
/// cluster before, which ended) is passed over.
pub fn cluster_id<'t>(
    founded_by: impl Iterator<Item = (Day, &'t str)>,
    latest: Day,
    taken: &HashSet<ClusterId>,
) -> ClusterId {
    let mut lines: Vec<[u8; 32]> = founded_by
        .map(|(day, text)| {
            Sha256::new().chain_update(day.0.to_be_bytes()).chain_update(text).finalize().into()
        })
        .collect();
    lines.sort_unstable();
    let all = lines.iter().fold(Sha256::new(), |hash, line| hash.chain_update(line));
    let ms = u64::try_from(latest.0).unwrap_or(0) * DAY_MS;
    let mut attempt: u32 = 0;
    loop {
        let hash: [u8; 32] = all.clone().chain_update(attempt.to_be_bytes()).finalize().into();
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&ms.to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&hash[..10]);
        let id = ClusterId(Builder::from_custom_bytes(bytes).into_uuid());
        if !taken.contains(&id) {
            return id;
        }
        attempt += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_complaints_in_any_order_give_the_same_id() {
        let told = [(Day(20_000), "no llega"), (Day(20_001), "llegó tarde")];
        let none = HashSet::new();
        let id = cluster_id(told.into_iter(), Day(20_010), &none);
        assert_eq!(id, cluster_id(told.into_iter().rev(), Day(20_010), &none));
        assert_eq!(id.0.get_version_num(), 8);
        let others = [
            cluster_id(told.into_iter().take(1), Day(20_010), &none),
            cluster_id(told.into_iter(), Day(20_010), &HashSet::from([id])),
        ];
        assert!(!others.contains(&id));
        assert!(id < cluster_id(told.into_iter(), Day(20_011), &none), "later finds sort later");
    }
}

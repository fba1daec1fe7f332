//! Work split over threads so that the number of threads can never change a result: the pieces are
//! fixed by the caller, and their results come back in order.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Upper bound on threads, whatever a parameter says.
pub(super) const MAX_THREADS: usize = 64;

/// Cuts `0..len` into ranges of `block` and maps each with `work`; `start` makes what a thread keeps
/// between its blocks (buffers). `work` must not let that state change its result.
pub(super) fn map_blocks<S, T: Send>(
    len: usize,
    block: usize,
    threads: usize,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, Range<usize>) -> T + Sync,
) -> Vec<T> {
    let block = block.max(1);
    let blocks = len.div_ceil(block);
    let range = |index: usize| index * block..((index + 1) * block).min(len);
    let threads = threads.clamp(1, MAX_THREADS).min(blocks);
    if threads <= 1 {
        let mut state = start();
        return (0..blocks).map(|index| work(&mut state, range(index))).collect();
    }
    let next = AtomicUsize::new(0);
    let mut done: Vec<(usize, T)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut state = start();
                    let mut mine = Vec::new();
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        if index >= blocks {
                            return mine;
                        }
                        mine.push((index, work(&mut state, range(index))));
                    }
                })
            })
            .collect();
        // A panicking worker is a bug in `work`; it goes on in the calling thread.
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_back_in_order_whatever_the_threads() {
        for len in [0, 1, 7, 64, 65] {
            for threads in [1, 2, 5] {
                let got = map_blocks(len, 8, threads, || (), |(), range| range.collect::<Vec<_>>());
                assert_eq!(got.concat(), (0..len).collect::<Vec<_>>(), "{len} items, {threads} threads");
            }
        }
    }
}

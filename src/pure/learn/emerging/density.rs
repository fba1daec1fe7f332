//! Balls of neighbours with too many recent texts: the likelihood ratio of the Bernoulli scan statistic
//! (Kulldorff, "A spatial scan statistic", Communications in Statistics 26, 1997, section 3), over balls of
//! the k nearest texts of past and present.

use super::EmergingGroup;

/// Numbers of neighbours a ball may have.
const SCALES: [u32; 12] = [5, 8, 10, 12, 15, 20, 25, 30, 40, 60, 80, 120];
/// The largest of them.
pub(super) const MOST_NEIGHBOURS: usize = 120;
/// Share of a ball's recent texts that must be beyond what was to be expected. Below it, what is dense is
/// mostly an old failure that came a little more often, which is for the counts to say.
const MIN_EXCESS_SHARE: f64 = 0.55;
/// A recent text of a dense ball is counted in when its own place is at least this dense, as a share of the
/// threshold: the others are old failures the ball touches.
const MEMBER_SHARE: f64 = 0.4;
/// Share of a group's texts that must be known for it to go on. With any one text enough, failures that are new
/// at the same time were chained into one group by the texts their balls have in common.
const GOES_ON_SHARE: f64 = 0.34;

/// A recent text near another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Near {
    /// Its place among the nearest texts, past and present: 1 is the nearest.
    pub(super) rank: u32,
    /// Which recent text.
    pub(super) text: u32,
}

/// The densest ball around one text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Ball {
    /// r ln(r / kp) + (k − r) ln((k − r) / (k (1 − p))): k texts of which r are recent, p the share of
    /// recent ones everywhere. Zero where no ball is dense.
    pub(super) score: f64,
    neighbours: u32,
    recent: u32,
}

/// The densest ball around a text with these recent neighbours, nearest first; `share` of all texts are
/// recent.
pub(super) fn densest(near: &[Near], share: f64) -> Ball {
    let mut best = Ball::default();
    let mut recent = 0;
    for neighbours in SCALES {
        while near.get(recent).is_some_and(|near| near.rank <= neighbours) {
            recent += 1;
        }
        let (k, r) = (f64::from(neighbours), recent as f64);
        if r == 0.0 || 1.0 - k * share / r < MIN_EXCESS_SHARE {
            continue;
        }
        let past = k - r;
        let of_past = if past > 0.0 { past * (past / (k * (1.0 - share))).ln() } else { 0.0 };
        let score = r * (r / (k * share)).ln() + of_past;
        if score > best.score {
            best = Ball { score, neighbours, recent: recent as u32 };
        }
    }
    best
}

/// Groups of at least `min_size` recent texts in balls of at least `threshold`, densest first. Members of
/// every such ball become known; a ball with enough known members is a group that goes on.
pub(super) fn dense_groups(
    near: &[Vec<Near>],
    share: f64,
    threshold: f64,
    min_size: usize,
    is_known: &mut [bool],
) -> Vec<EmergingGroup> {
    let balls: Vec<Ball> = near.iter().map(|near| densest(near, share)).collect();
    groups_of(&balls, near, share, threshold, min_size, is_known)
}

/// As [`dense_groups`], with the densest ball of each text at hand.
pub(super) fn groups_of(
    balls: &[Ball],
    near: &[Vec<Near>],
    share: f64,
    threshold: f64,
    min_size: usize,
    is_known: &mut [bool],
) -> Vec<EmergingGroup> {
    let mut order: Vec<usize> = (0..balls.len()).filter(|&text| balls[text].score >= threshold).collect();
    order.sort_by(|&a, &b| balls[b].score.total_cmp(&balls[a].score).then(a.cmp(&b)));
    let mut is_covered = vec![false; balls.len()];
    let mut groups = Vec::new();
    for centre in order {
        let ball = balls[centre];
        let inside = near[centre].iter().take_while(|near| near.rank <= ball.neighbours);
        let members: Vec<usize> = std::iter::once(centre)
            .chain(inside.map(|near| near.text as usize))
            .filter(|&text| balls[text].score >= MEMBER_SHARE * threshold)
            .collect();
        let covered = members.iter().filter(|&&text| is_covered[text]).count();
        // Half of it told already: the same group seen from another of its members.
        if members.len() < min_size || 2 * covered >= members.len() {
            continue;
        }
        let known = members.iter().filter(|&&text| is_known[text]).count();
        let goes_on = known as f64 >= GOES_ON_SHARE * members.len() as f64;
        for &text in &members {
            (is_covered[text], is_known[text]) = (true, true);
        }
        groups.push(EmergingGroup {
            members,
            score: ball.score,
            neighbours: ball.neighbours as usize,
            recent_neighbours: ball.recent as usize,
            expected: f64::from(ball.neighbours) * share,
            goes_on,
        });
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(ranks: &[u32]) -> Vec<Near> {
        ranks.iter().enumerate().map(|(text, &rank)| Near { rank, text: text as u32 }).collect()
    }

    #[test]
    fn the_score_is_the_likelihood_ratio_of_the_densest_ball() {
        let ball = densest(&near(&[1, 2, 3, 4, 5, 30]), 0.1);
        assert_eq!((ball.neighbours, ball.recent), (5, 5));
        assert!((ball.score - 5.0 * 10.0_f64.ln()).abs() < 1e-12, "{ball:?}");
        let spread = densest(&near(&[2, 4, 5, 7, 9, 10, 12, 14]), 0.1);
        let of = |k: f64, r: f64| r * (r / (k * 0.1)).ln() + (k - r) * ((k - r) / (k * 0.9)).ln();
        assert!((spread.score - of(15.0, 8.0)).abs() < 1e-12, "{spread:?}");
    }

    /// Two balls of five that touch at one text: what is new beside a known group is told as new.
    #[test]
    fn failures_that_touch_are_not_one() {
        let ball = |own: [u32; 5], me: u32| {
            let others = own.into_iter().filter(|&text| text != me).zip(1..);
            others.map(|(text, rank)| Near { rank, text }).collect::<Vec<_>>()
        };
        let (first, second) = ([0, 1, 2, 3, 4], [4, 5, 6, 7, 8]);
        let around: Vec<Vec<Near>> =
            (0..9).map(|text| ball(if text < 4 { first } else { second }, text)).collect();
        let mut known: Vec<bool> = (0..9).map(|text| text <= 4).collect();
        let found = dense_groups(&around, 0.1, 4.0, 4, &mut known);
        let told: Vec<(bool, usize)> =
            found.iter().map(|group| (group.goes_on, group.members.len())).collect();
        assert_eq!(told, [(true, 5), (false, 5)], "{found:?}");
        assert_eq!(known, [true; 9]);
        let again = dense_groups(&around, 0.1, 4.0, 4, &mut known);
        assert!(again.iter().all(|group| group.goes_on), "{again:?}");
    }

    #[test]
    fn what_is_to_be_expected_has_no_score() {
        assert_eq!(densest(&[], 0.1), Ball::default());
        assert_eq!(densest(&near(&[4]), 0.1), densest(&near(&[5]), 0.1));
        // A fifth where a tenth was expected: more, but mostly old.
        let every_fifth: Vec<u32> = (1..=24).map(|at| at * 5).collect();
        assert_eq!(densest(&near(&every_fifth), 0.1), Ball::default());
    }
}

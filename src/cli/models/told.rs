//! A comparison in lines for the terminal.

use crate::pipeline::promote::{ComparisonReport, Interval, Side};

/// Moves named one by one.
const NAMED: usize = 10;

pub(in crate::cli) fn report(report: &ComparisonReport) {
    let comparison = &report.comparison;
    println!("{} texts judged, from {}\n", comparison.texts, report.judged_on);
    println!(
        "{:<28} {:>8} {:>13} {:>8} {:>13} {:>6} {:>8} {:>5}",
        "", "accuracy", "95 %", "macro-F1", "95 %", "ECE", "coverage", "set"
    );
    for (name, side) in [(&report.old, &comparison.old), (&report.new, &comparison.new)] {
        let Side { accuracy, accuracy_interval, macro_f1, macro_f1_interval, ece, coverage, set_size } = side;
        let coverage = coverage.map_or("-".to_owned(), |coverage| format!("{coverage:.3}"));
        let set_size = set_size.map_or("-".to_owned(), |size| format!("{size:.2}"));
        println!(
            "{name:<28} {accuracy:>8.3} {:>13} {macro_f1:>8.3} {:>13} {ece:>6.3} {coverage:>8} {set_size:>5}",
            ends(accuracy_interval),
            ends(macro_f1_interval)
        );
    }
    println!(
        "{:<28} {:>8} {:>13} {:>8} {:>13}",
        "new less old",
        "",
        ends(&comparison.accuracy_difference),
        "",
        ends(&comparison.macro_f1_difference)
    );
    println!("\n{:<28} {:>5} {:>7} {:>7}  new less old, 95 %", "label", "texts", "old F1", "new F1");
    for line in &comparison.labels {
        println!(
            "{:<28} {:>5} {:>7.3} {:>7.3}  {}",
            line.old.label,
            line.old.support,
            line.old.f1,
            line.new.f1,
            ends(&line.f1_difference)
        );
    }
    let changes = &report.changes;
    println!("\n{} of the newest {} labels would change", changes.changed, changes.looked_at);
    for (old, new, count) in changes.moves.iter().take(NAMED) {
        println!("{count:>7}  {old} -> {new}");
    }
    if changes.moves.len() > NAMED {
        println!("and {} more ways; --json has them and the complaints", changes.moves.len() - NAMED);
    }
}

fn ends(interval: &Interval) -> String {
    format!("{:.3}..{:.3}", interval.low, interval.high)
}

//! The figures in lines for the terminal.

use super::report::{LabelLine, Report};
use crate::learn::evaluate::Interval;

pub(super) fn show(report: &Report) {
    let Interval { low, high } = report.accuracy_interval;
    println!(
        "{} texts judged, {} labels, learned from {} texts",
        report.n_test, report.n_labels, report.n_train
    );
    if report.n_unknown_label > 0 {
        println!("{} texts have a label the model does not know and were left out", report.n_unknown_label);
    }
    println!(
        "\n{:<24} {:>8} {:>15} {:>8} {:>15}",
        "", "accuracy", "95 % interval", "macro-F1", "95 % interval"
    );
    let f1 = report.macro_f1_interval;
    println!(
        "{:<24} {:>8.3} {:>15} {:>8.3} {:>15}",
        "model",
        report.accuracy,
        format!("{low:.3}-{high:.3}"),
        report.macro_f1,
        format!("{:.3}-{:.3}", f1.low, f1.high)
    );
    for baseline in &report.baselines {
        println!("{:<24} {:>8.3} {:>15} {:>8.3}", baseline.name, baseline.accuracy, "", baseline.macro_f1);
    }
    println!("\ncalibration error {:.3}", report.ece);
    println!(
        "prediction sets: {:.3} hold the true label, {:.2} labels in the mean, {:.3} are not one label",
        report.coverage, report.set_size, report.unsure_share
    );
    println!(
        "sets promised for each label: {:.3} hold the true label, {:.2} labels in the mean",
        report.coverage_by_label, report.set_size_by_label
    );
    if let Some(window) = report.recent_window {
        println!("doubt followed in time, fitted on the {window} texts before");
    }
    if let Some(accuracy) = report.accuracy_when_sure {
        println!("accuracy where sure {accuracy:.3}, on the surest half {:.3}", report.accuracy_surest_half);
    }
    if let Some(seconds) = report.train_cpu_s {
        println!("training took {seconds:.2} s of processor time");
    }
    if let Some(speed) = report.predict_docs_per_cpu_s {
        println!("{speed:.0} texts labelled per second of processor time");
    }
    println!(
        "\n{:<40} {:>9} {:>7} {:>6} {:>8} {:>5} {:>8} {:>5} {:>6}",
        "label", "precision", "recall", "F1", "coverage", "size", "by label", "size", "texts"
    );
    for line in &report.labels {
        let LabelLine { metrics, coverage, set_size, coverage_by_label, set_size_by_label } = line;
        let share = |share: &Option<f64>| share.map_or("-".to_owned(), |share| format!("{share:.3}"));
        let size = |size: &Option<f64>| size.map_or("-".to_owned(), |size| format!("{size:.1}"));
        println!(
            "{:<40} {:>9.3} {:>7.3} {:>6.3} {:>8} {:>5} {:>8} {:>5} {:>6}",
            metrics.label.chars().take(40).collect::<String>(),
            metrics.precision,
            metrics.recall,
            metrics.f1,
            share(coverage),
            size(set_size),
            share(coverage_by_label),
            size(set_size_by_label),
            metrics.support
        );
    }
}

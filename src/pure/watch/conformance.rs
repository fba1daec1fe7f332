//! The detectors with a literature against numbers from R's surveillance 1.20.3, to 1e-9 of each. The data lie
//! outside the repository (`RAIZ_SHARED`); without them the tests say so and pass.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde_json::Value;

use super::benchmark::{folder, rows};
use super::cusum::{Baseline, GlrOptions, cusum, glr};
use super::{ears, farrington};

const TOLERANCE: f64 = 1e-9;

/// Counts of each series, and how many periods its year has.
fn series(folder: &Path) -> HashMap<String, (usize, Vec<u32>)> {
    let mut found: HashMap<String, (usize, Vec<u32>)> = HashMap::new();
    for row in rows(folder, "series") {
        let season = row[1].parse().expect("periods in a year");
        let (_, counts) = found.entry(row[0].to_owned()).or_insert_with(|| (season, Vec::new()));
        counts.push(row[5].parse().expect("a count"));
    }
    found
}

fn differs(found: f64, expected: &str) -> bool {
    // NA: the reference gives no number, with too few cases.
    expected
        .parse::<f64>()
        .is_ok_and(|expected| (found - expected).abs() > TOLERANCE * expected.abs().max(f64::MIN_POSITIVE))
}

fn options(control: &Value, season: usize) -> farrington::Options {
    let whole = |value: &Value| usize::try_from(value.as_u64().expect("a whole number")).expect("small");
    let real = |name: &str| control[name].as_f64().expect("a number");
    let yes = |name: &str| control[name].as_bool().expect("true or false");
    let power = match control["powertrans"].as_str() {
        Some("2/3") => farrington::Power::TwoThirds,
        Some("1/2") => farrington::Power::Half,
        _ => farrington::Power::One,
    };
    farrington::Options {
        season,
        years: whole(&control["b"]),
        half_window: whole(&control["w"]),
        levels: whole(&control["noPeriods"]),
        guard: whole(&control["pastWeeksNotIncluded"]),
        reweight: yes("reweight"),
        weights_threshold: real("weightsThreshold"),
        trend: yes("trend"),
        trend_p_value: real("pThresholdTrend"),
        alpha: real("alpha"),
        least_cases: (
            u32::try_from(whole(&control["limit54"][0])).expect("small"),
            whole(&control["limit54"][1]),
        ),
        bound: match control["thresholdMethod"].as_str() {
            Some("delta") => farrington::Bound::Delta(power),
            Some("nbPlugin") => farrington::Bound::NegativeBinomial,
            _ => farrington::Bound::NegativeBinomialOfUpperMean,
        },
    }
}

#[test]
fn farrington_flexible_agrees_with_r_on_every_control_list() {
    let Some(folder) = folder("conformance") else { return };
    let series = series(&folder);
    let text = std::fs::read_to_string(folder.join("farringtonFlexible_controls.json")).expect("readable");
    let controls: Value = serde_json::from_str(&text).expect("JSON");
    let mut wrong = Vec::new();
    let mut compared: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows(&folder, "farringtonFlexible") {
        let (season, counts) = &series[&row[0]];
        let control = &controls[format!("{}/{}", &row[0], &row[1])];
        let at = row[2].parse::<usize>().expect("a period") - 1;
        let found = farrington::judge(counts, at, &options(control, *season)).expect("enough past");
        let checks = [
            ("upper", differs(found.upper, &row[4])),
            ("alarm", found.alarm != (&row[5] == "1")),
            ("mean", differs(found.expected, &row[6])),
            ("dispersion", differs(found.dispersion, &row[8])),
            ("trend", found.trend.is_some() != (&row[9] == "1")),
            ("slope", found.trend.is_some_and(|slope| differs(slope, &row[10]))),
            ("p", differs(found.p_value, &row[11])),
        ];
        *compared.entry(row[1].to_owned()).or_default() += 1;
        for (what, _) in checks.iter().filter(|(_, differs)| *differs) {
            wrong.push(format!("{} {} {}: {what} {found:?}", &row[0], &row[1], &row[2]));
        }
    }
    assert!(wrong.is_empty(), "{} differ, the first: {}", wrong.len(), wrong[0]);
    assert_eq!((compared.len(), compared.values().sum::<usize>()), (10, 2_370));
}

#[test]
fn ears_cusum_and_glr_agree_with_r() {
    let Some(folder) = folder("conformance") else { return };
    let series = series(&folder);
    type Row = (usize, String, bool);
    let mut by_method: BTreeMap<(String, String), Vec<Row>> = BTreeMap::new();
    for row in rows(&folder, "other_detectors") {
        let at = row[2].parse::<usize>().expect("a period") - 1;
        let line = (at, row[4].to_owned(), &row[5] == "1");
        by_method.entry((row[0].to_owned(), row[1].to_owned())).or_default().push(line);
    }
    let mut wrong = Vec::new();
    let mut compared = 0;
    for ((name, method), lines) in &by_method {
        let (season, counts) = &series[name];
        let (first, last) = (lines[0].0, lines[lines.len() - 1].0);
        let window = &counts[first..=last];
        let seasonal = || Baseline {
            dispersion: 1.0,
            ..Baseline::seasonal(&counts[..=last], first, *season).expect("enough past")
        };
        let by_ears = |kind| -> Vec<(f64, bool)> {
            let judge = |at| {
                let bound = ears::upper_bound(counts, at, &ears::Options::usual(kind)).expect("enough past");
                (bound, f64::from(counts[at]) > bound)
            };
            (first..=last).map(judge).collect()
        };
        let found: Vec<(f64, bool)> = match method.split('_').next() {
            Some("earsC1") => by_ears(ears::Kind::C1),
            Some("earsC2") => by_ears(ears::Kind::C2),
            Some("earsC3") => by_ears(ears::Kind::C3),
            Some("cusum") => {
                let baseline = Baseline::constant(&counts[..=last], first).expect("enough past");
                let baseline = Baseline { dispersion: 1.0, ..baseline };
                cusum(window, &baseline, 1.04).into_iter().map(|sum| (sum, sum >= 2.26)).collect()
            }
            Some("glrpois") if method.contains("mu0") => {
                let means = seasonal().means;
                lines.iter().zip(means).map(|(line, mean)| (mean, line.2)).collect()
            }
            Some("glrpois") => {
                let options = GlrOptions { window: 26, restart_at: Some(5.0) };
                glr(window, &seasonal(), &options).into_iter().map(|ratio| (ratio, ratio >= 5.0)).collect()
            }
            _ => continue,
        };
        for ((at, value, alarm), found) in lines.iter().zip(found) {
            compared += 1;
            if differs(found.0, value) || found.1 != *alarm {
                wrong.push(format!("{name} {method} {}: {found:?}, not {value} {alarm}", at + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ: {:#?}", wrong.len(), &wrong[..wrong.len().min(12)]);
    assert_eq!(compared, 8 * 6 * 30);
}

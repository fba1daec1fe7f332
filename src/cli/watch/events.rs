//! Files of known events: what happened in which series, and traps that look like it.

use std::path::Path;

use anyhow::{Context, bail};

use crate::domain::counts::{Dimension, Node};
use crate::domain::time::Day;
use crate::pipeline::watch_replay::KnownSeriesEvent;
use crate::watch::known_events::Known;

/// Reads `name,series,onset,peak` and, where there is one, `kind`: `event`, or anything that begins with
/// `trap`. A series is written `dimension/key`, onset and peak are days in its first and highest week.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<KnownSeriesEvent>> {
    let mut csv = csv::Reader::from_path(path).with_context(|| format!("cannot open {}", path.display()))?;
    let headers = csv.headers().with_context(|| format!("cannot read {}", path.display()))?.clone();
    let find = |name: &str| headers.iter().position(|header| header.trim() == name);
    let column =
        |name: &str| find(name).with_context(|| format!("{} has no column `{name}`", path.display()));
    let (name, series, onset, peak) = (column("name")?, column("series")?, column("onset")?, column("peak")?);
    let kind = find("kind");
    let mut events = Vec::new();
    for (index, record) in csv.records().enumerate() {
        let at = || format!("{} line {}", path.display(), index + 2);
        let record = record.with_context(at)?;
        let week = |column: usize| -> anyhow::Result<i32> {
            let day = Day::from_iso(&record[column]);
            let day =
                day.with_context(|| format!("{}: `{}` is no day; write 2026-11-12", at(), &record[column]))?;
            Ok(day.week().0)
        };
        let known = Known {
            name: record[name].trim().to_owned(),
            is_trap: kind.is_some_and(|kind| record[kind].trim().starts_with("trap")),
            onset: week(onset)?,
            peak: week(peak)?,
        };
        if known.peak < known.onset {
            bail!("{}: the peak lies before the onset; exchange them", at());
        }
        events.push(KnownSeriesEvent { node: node(&record[series]).with_context(at)?, known });
    }
    Ok(events)
}

fn node(text: &str) -> anyhow::Result<Node> {
    parse_node(text).map_err(anyhow::Error::msg)
}

/// A series written `dimension/key`.
pub(super) fn parse_node(text: &str) -> Result<Node, String> {
    let (dimension, key) = text.trim().split_once('/').unwrap_or((text.trim(), ""));
    let dimension = Dimension::from_name(dimension).ok_or_else(|| {
        let names = Dimension::ALL.map(Dimension::name).join(", ");
        format!("`{text}` is no series; write dimension/key, where dimensions are {names}")
    })?;
    Ok(Node::new(dimension, key))
}

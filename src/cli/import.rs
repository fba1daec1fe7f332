//! `raiz import`: files become durable complaints.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::Outcome;
use super::progress::Progress;
use crate::config::Config;
use crate::domain::time::Day;
use crate::intake::columns::FieldName;
use crate::intake::dates::DateOrder;
use crate::intake::file;
use crate::intake::options::Options;
use crate::intake::plan::{Basis, DateReason, Encoding, Format, Plan};
use crate::intake::presets::Preset;
use crate::intake::rejected::RejectedWriter;
use crate::pipeline::intake::{ImportReport, import};
use crate::store::{Clock, Store};

/// Below this confidence a guess is marked for a second look.
const DOUBTFUL: f32 = 0.7;

#[derive(Args)]
pub(super) struct Import {
    /// Files to read; the columns are recognised in Spanish and English
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Take a field from a column: --map text=Relato (an empty column leaves the field out)
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = parse_correction)]
    map: Vec<(FieldName, String)>,
    /// Where the complaints come from; with the id it makes a complaint unique
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Layout of a public source: cfpb or profeco
    #[arg(long, value_name = "NAME", value_parser = parse_preset)]
    preset: Option<Preset>,
    /// Order of day and month in dates, dmy or mdy; decided from the column when not given
    #[arg(long, value_name = "ORDER", value_parser = parse_order)]
    date_order: Option<DateOrder>,
    /// Day of reception where the file has no date column; today when not given
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    default_date: Option<Day>,
    /// Read and check everything, store nothing
    #[arg(long)]
    dry_run: bool,
}

fn parse_correction(text: &str) -> Result<(FieldName, String), String> {
    let (field, column) = text.split_once('=').ok_or("write FIELD=COLUMN, for example text=Relato")?;
    let known = || FieldName::ALL.map(FieldName::as_str).join(", ");
    let field =
        FieldName::parse(field).ok_or_else(|| format!("unknown field `{field}`; fields are {}", known()))?;
    Ok((field, column.to_owned()))
}

fn parse_preset(name: &str) -> Result<Preset, String> {
    Preset::parse(name)
        .ok_or_else(|| format!("known layouts are {}", Preset::ALL.map(Preset::as_str).join(", ")))
}

fn parse_order(name: &str) -> Result<DateOrder, String> {
    match name {
        "dmy" => Ok(DateOrder::DayFirst),
        "mdy" => Ok(DateOrder::MonthFirst),
        _ => Err("write dmy (day first) or mdy (month first)".to_owned()),
    }
}

fn parse_day(text: &str) -> Result<Day, String> {
    Day::from_iso(text).ok_or_else(|| "write the day as 2026-11-12".to_owned())
}

impl Import {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let options = Options {
            source: self.source,
            preset: self.preset,
            corrections: self.map,
            date_order: self.date_order,
            default_day: self.default_date,
            ..Options::new(config.zone()?, Clock::System.now())
        };
        let store = if self.dry_run {
            None
        } else {
            std::fs::create_dir_all(&config.data_dir)
                .with_context(|| format!("cannot make the data folder {}", config.data_dir.display()))?;
            Some(Store::open(&config.database_url(), Clock::System).await?)
        };
        let mut outcome = Outcome::Done;
        for path in &self.files {
            let report = import_file(store.as_ref(), path, &options).await?;
            if report.counts.rejected > 0 {
                outcome = Outcome::SomeRejected;
            }
        }
        if let Some(store) = store {
            let waiting = store.pending().await?;
            if waiting > 0 {
                println!(
                    "{waiting} complaints wait for analysis: `raiz analyse` runs it, `raiz serve` does so in the background."
                );
            }
            store.close().await;
        }
        Ok(outcome)
    }
}

async fn import_file(store: Option<&Store>, path: &Path, options: &Options) -> anyhow::Result<ImportReport> {
    let reader = file::open(path, options)?;
    show_plan(reader.plan());
    let total = reader.bytes_total();
    let rejected = store.is_some().then(|| RejectedWriter::beside(path));
    let mut progress = Progress::new("importing", total, true);
    let report = import(store, reader, rejected, |counts| {
        let rows = counts.stored + counts.known + counts.rejected;
        let message = format!("{rows} rows, {:.0} rows/s", progress.rate(rows));
        progress.at(counts.bytes_read, total, message);
    })
    .await?;
    progress.end();
    show_report(&report, store.is_none());
    Ok(report)
}

fn show_plan(plan: &Plan) {
    let format = match &plan.format {
        Format::Csv { delimiter: '\t' } => "table separated by tabs".to_owned(),
        Format::Csv { delimiter } => format!("table separated by `{delimiter}`"),
        Format::Ndjson => "one JSON object per line".to_owned(),
        Format::JsonArray => "a JSON array".to_owned(),
        Format::JsonObjects => "JSON objects".to_owned(),
        Format::Workbook { sheet } => format!("sheet `{sheet}` of a workbook"),
    };
    let encoding = match plan.encoding {
        Encoding::Utf8 | Encoding::Ascii => "UTF-8",
        Encoding::Utf16 => "UTF-16",
        Encoding::Windows1252 => "Windows-1252",
    };
    println!("{}: {format}, {encoding}, source `{}`", plan.name, plan.source);
    if let Some(preset) = plan.preset {
        println!("  layout      {}", preset.as_str());
    }
    for mapped in &plan.mapping {
        let basis = match mapped.basis {
            Basis::Correction => "as you said".to_owned(),
            Basis::Preset => "known layout".to_owned(),
            Basis::Header | Basis::Content => {
                let doubt = if mapped.confidence < DOUBTFUL { ", please check" } else { "" };
                format!("{:.0} % sure{doubt}", mapped.confidence * 100.0)
            }
        };
        println!("  {:<11} from `{}` ({basis})", mapped.field.as_str(), mapped.column);
    }
    if let Some(choice) = plan.date_order {
        let order = match choice.order {
            DateOrder::DayFirst => "day before month",
            DateOrder::MonthFirst => "month before day",
        };
        let reason = match choice.reason {
            DateReason::Given => "as you said",
            DateReason::Days => "the column has days over 12",
            DateReason::MostDays => "most dates say so, some do not",
            DateReason::NotNeeded => "no date needs the decision",
            DateReason::Preset => "known layout",
            DateReason::HeaderLanguage => "by the language of the column names; --date-order changes it",
        };
        println!("  dates       {order} ({reason})");
    }
    for note in &plan.notes {
        println!("  note        {note}");
    }
}

fn show_report(report: &ImportReport, dry_run: bool) {
    let counts = report.counts;
    let stored = if dry_run { "would be stored" } else { "stored" };
    let rows = counts.stored + counts.known + counts.rejected;
    println!(
        "  {rows} rows: {} {stored}, {} already known, {} refused",
        counts.stored, counts.known, counts.rejected
    );
    if counts.known > 0 && counts.stored == 0 {
        println!("  nothing changed: these complaints were here before");
    }
    if let Some((first, last)) = report.days {
        println!("  received from {first} to {last}");
    }
    if report.extras_dropped > 0 {
        println!("  {} extra values were left out (too long or too many)", report.extras_dropped);
    }
    if let Some(path) = &report.rejected_file {
        println!("  refused rows, with the reason of each: {}", path.display());
    }
    if let Some(reason) = &report.cut_short {
        println!("  reading stopped early: {reason}");
    }
}

//! `raiz changes import`: the changes of a CSV file. Every row is checked first; those that cannot be taken are
//! named with the reason, the others are registered.

use std::collections::BTreeMap;

use anyhow::{Context, bail};

use super::{Import, in_a_line};
use crate::cli::Outcome;
use crate::domain::registered_change::ChangeText;
use crate::domain::time::Day;
use crate::store::Store;

/// Refused rows that are named one by one.
const NAMED: usize = 20;
const COLUMNS: [&str; 3] = ["day", "kind", "title"];

impl Import {
    pub(super) async fn run(self, store: &Store) -> anyhow::Result<Outcome> {
        let bytes =
            std::fs::read(&self.file).with_context(|| format!("cannot read {}", self.file.display()))?;
        let (mut texts, mut refused) = (Vec::new(), Vec::new());
        for (number, row) in (2..).zip(read(&bytes)?) {
            match row {
                Ok(text) => texts.push(text),
                Err(reason) => refused.push(format!("row {number}: {reason}")),
            }
        }
        let taken = store.register_changes(&texts).await?;
        let new = taken.iter().flatten().count();
        let known = taken.len() - new;
        println!("{new} changes registered, {known} known already, {} rows refused", refused.len());
        refused.iter().take(NAMED).for_each(|line| eprintln!("{line}"));
        if refused.len() > NAMED {
            eprintln!("and {} more", refused.len() - NAMED);
        }
        Ok(if refused.is_empty() { Outcome::Done } else { Outcome::SomeRejected })
    }
}

/// The rows of a file, each a change or why it is none.
fn read(bytes: &[u8]) -> anyhow::Result<Vec<Result<ChangeText, String>>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    if let Some(missing) = COLUMNS.iter().find(|wanted| !names.iter().any(|name| name == *wanted)) {
        bail!("the column {missing} is missing; the first row names the columns: day, kind, title, id, note");
    }
    let rows = reader.records().map(|row| {
        let row = row.map_err(|error| error.to_string())?;
        let mut cells: BTreeMap<String, String> =
            names.iter().cloned().zip(row.iter().map(str::to_owned)).collect();
        let mut cell = |name: &str| cells.remove(name).unwrap_or_default();
        let (day, kind, title, note) = (cell("day"), cell("kind"), cell("title"), cell("note"));
        let external_id = Some(cell("id")).filter(|id| !id.is_empty());
        let day = Day::from_iso(&day).ok_or("day: is not a day; write it as 2026-12-01".to_owned())?;
        cells.retain(|_, value| !value.is_empty());
        let text = ChangeText { external_id, kind, title, note, day, touches: cells };
        text.check().map(|()| text).map_err(|errors| in_a_line(&errors))
    });
    Ok(rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_columns_are_facts_and_bad_rows_are_named() {
        let file = "id,day,kind,title,lot\nr1,2026-10-30,release,Facturador 8.4,\n,30/10/2026,release,x,\n,2026-10-01,supplier_lot,Llega un lote,L-2417\n,2026-10-01,price,,\n";
        let rows = read(file.as_bytes()).expect("a table");
        let first = rows[0].as_ref().expect("a change");
        assert_eq!((first.external_id.as_deref(), first.touches.len()), (Some("r1"), 0));
        assert!(rows[1].as_ref().expect_err("no day").starts_with("day: "));
        assert_eq!(rows[2].as_ref().expect("a change").touches["lot"], "L-2417");
        assert!(rows[3].as_ref().expect_err("no title").starts_with("title: is empty"));
        assert!(read(b"day,kind\n2026-01-01,x\n").is_err());
    }
}

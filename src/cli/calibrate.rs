//! `raiz calibrate`: the model in force with its doubt fitted on recent labelled texts, compared and not yet put to
//! work.

use std::collections::HashSet;
use std::path::PathBuf;

use clap::Args;

use super::Outcome;
use super::labelled::{self, Columns};
use super::models::told;
use super::review::AxisName;
use crate::config::Config;
use crate::pipeline::Pipeline;
use crate::pipeline::calibrate::WINDOW;
use crate::pipeline::promote::KnownText;
use crate::store::Clock;

#[derive(Args)]
pub(super) struct Calibrate {
    /// Which question
    #[arg(value_enum)]
    axis: AxisName,
    /// Labelled texts to fit on, the newest by their date; without it, what people decided
    #[arg(long, value_name = "FILE", requires = "label")]
    data: Option<PathBuf>,
    /// Column with the label
    #[arg(long, value_name = "COLUMN", requires = "data")]
    label: Option<String>,
    /// Column with the text; recognised by its name when not given
    #[arg(long, value_name = "COLUMN", requires = "data")]
    text: Option<String>,
    /// At most so many texts, the newest; one in three is kept to judge by
    #[arg(long, value_name = "N", default_value_t = WINDOW)]
    window: usize,
    /// The comparison as one JSON object
    #[arg(long)]
    json: bool,
}

impl Calibrate {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let known = match (self.data, self.label) {
            (Some(file), Some(label)) => {
                let columns = Columns::of(label, self.text);
                let examples = labelled::read(std::slice::from_ref(&file), &columns)?;
                let mut examples = labelled::without_repeats(examples, &mut HashSet::new());
                // Newest first; those without a date were there before.
                examples.sort_by_key(|example| std::cmp::Reverse(example.moment));
                let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                Some((name, examples.into_iter().map(KnownText::from).collect()))
            }
            _ => None,
        };
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        let report = pipeline.calibrate_model(self.axis.into(), self.window, known).await?;
        pipeline.store.close().await;
        if self.json {
            println!("{}", serde_json::to_string(&report)?);
        } else {
            told::report(&report);
            println!("\nto put it to work: raiz models promote {}", report.new);
        }
        Ok(Outcome::Done)
    }
}

impl From<labelled::Example> for KnownText {
    fn from(example: labelled::Example) -> Self {
        Self { language: example.language(), text: example.text, label: example.label, weight: 1.0 }
    }
}

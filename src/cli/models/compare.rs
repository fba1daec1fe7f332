//! `raiz models compare`: a report, and nothing put to work.

use anyhow::Context;

use super::{Compare, told};
use crate::cli::Outcome;
use crate::cli::labelled::{self, Columns};
use crate::config::Config;
use crate::domain::label::Axis;
use crate::learn::classifier::Classifier;
use crate::pipeline::Pipeline;
use crate::pipeline::promote::KnownText;
use crate::store::Clock;

impl Compare {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let axis = match self.axis {
            Some(axis) => axis.into(),
            None => {
                let (_, card) = Classifier::load(&self.model)?;
                let question = &card.params.question;
                Axis::from_name(question).with_context(|| {
                    format!("the model answers `{question}`, which is no axis; say which with --axis")
                })?
            }
        };
        let known = match (self.data, self.label) {
            (Some(file), Some(label)) => {
                let columns = Columns::of(label, self.text);
                let examples = labelled::read(std::slice::from_ref(&file), &columns)?;
                let examples = labelled::without_repeats(examples, &mut std::collections::HashSet::new());
                let known = examples.into_iter().map(KnownText::from);
                let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                Some((name, known.collect()))
            }
            _ => None,
        };
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        let report = pipeline.compare_model(axis, self.model, known).await?;
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

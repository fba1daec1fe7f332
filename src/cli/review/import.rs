//! `raiz review import`: answers people gave elsewhere. Every row is checked first; those that cannot be
//! taken are named with the reason, the others are kept.

use anyhow::Context;

use super::{Import, exchange};
use crate::cli::Outcome;
use crate::config::Config;
use crate::pipeline::Pipeline;
use crate::store::Clock;
use crate::store::judgements::JudgementTaken;

/// Refused rows that are named one by one.
const NAMED: usize = 20;

impl Import {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let bytes =
            std::fs::read(&self.file).with_context(|| format!("cannot read {}", self.file.display()))?;
        let answers = exchange::read(&bytes, self.reviewer.trim(), self.adjudicate)
            .with_context(|| format!("{} cannot be understood", self.file.display()))?;
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        let taxonomy = pipeline.taxonomy();
        let mut refused: Vec<String> = Vec::new();
        let (mut places, mut judgements) = (Vec::new(), Vec::new());
        for (place, answer) in answers.rows {
            let checked = answer.and_then(|judgement| {
                let told = |errors: Vec<crate::domain::complaint::FieldError>| {
                    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
                };
                judgement.check(&taxonomy).map(|()| judgement).map_err(told)
            });
            match checked {
                Ok(judgement) => {
                    places.push(place);
                    judgements.push(judgement);
                }
                Err(reason) => refused.push(format!("row {place}: {reason}")),
            }
        }
        let taken = pipeline.store.judge_labels(&judgements, &taxonomy.version).await?;
        let count = |wanted: fn(&JudgementTaken) -> bool| taken.iter().filter(|taken| wanted(taken)).count();
        for (place, taken) in places.iter().zip(&taken) {
            if *taken == JudgementTaken::NoComplaint {
                refused.push(format!("row {place}: complaint_id: no analysed complaint has this id"));
            }
        }
        println!(
            "{} answers kept, {} known already, {} rows without an answer, {} refused",
            count(|taken| matches!(taken, JudgementTaken::Kept(_))),
            count(|taken| *taken == JudgementTaken::Repeated),
            answers.blank,
            refused.len()
        );
        for line in refused.iter().take(NAMED) {
            eprintln!("{line}");
        }
        if refused.len() > NAMED {
            eprintln!("and {} more", refused.len() - NAMED);
        }
        pipeline.follow_changes().await?;
        pipeline.store.close().await;
        Ok(if refused.is_empty() { Outcome::Done } else { Outcome::SomeRejected })
    }
}

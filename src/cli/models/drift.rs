//! `raiz models drift`: whether the models still fit what comes in.

use super::Drift;
use crate::cli::Outcome;
use crate::config::Config;
use crate::pipeline::Pipeline;
use crate::pipeline::drift::{self, Reason, Verdict};
use crate::store::Clock;

impl Drift {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        let seen = pipeline.drift().await?;
        pipeline.store.close().await;
        if self.json {
            println!("{}", serde_json::to_string(&seen)?);
            return Ok(Outcome::Done);
        }
        if seen.is_empty() {
            println!("no complaints are counted yet");
        }
        for one in &seen {
            show(one);
        }
        Ok(Outcome::Done)
    }
}

fn show(one: &drift::Drift) {
    println!("{} ({})", one.axis.name(), one.model);
    println!("  retrain: {}", sentence(&one.verdict));
    match one.stability_index {
        Some(index) => println!("  certainty moved by {index:.3} (stability index; 0.25 is a lot)"),
        None => println!(
            "  certainty cannot be compared: {} labels in the last four weeks, {} in the half-year before",
            one.labels.0, one.labels.1
        ),
    }
    if let Some((recent, before)) = one.unseen {
        let (recent, before) = (100.0 * recent, 100.0 * before);
        println!("  {recent:.1} % of its words are unknown, {before:.1} % before");
    }
    match one.accuracy {
        Some((share, low, high)) => println!(
            "  right {share:.3} of the time ({low:.3}..{high:.3}), {:.3} when it was trained; {} reviewed",
            one.card_accuracy, one.reviewed
        ),
        None => println!("  how often it is right cannot be told from {} reviewed complaints", one.reviewed),
    }
}

/// A verdict in words.
pub(in crate::cli) fn sentence(verdict: &Verdict) -> String {
    let because = |reason: &Reason| match reason {
        Reason::Certainty => "its certainty has moved",
        Reason::Vocabulary => "complaints speak of things it does not know",
        Reason::Accuracy => "people see it err more than when it was trained",
    };
    match verdict {
        Verdict::Yes(reasons) => {
            format!("yes, because {}", reasons.iter().map(because).collect::<Vec<_>>().join(" and "))
        }
        Verdict::No => "no, because nothing that can be seen has changed".to_owned(),
        Verdict::CannotTell => "cannot be told, because too few labels and reviews are there".to_owned(),
    }
}

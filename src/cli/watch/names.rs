//! What a series is called on the terminal.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::counts::Node;
use crate::domain::taxonomy::Taxonomy;
use crate::i18n::{Locale, signals};
use crate::pipeline::Pipeline;

/// Names of labels and clusters.
pub(super) struct Names {
    taxonomy: Arc<Taxonomy>,
    clusters: HashMap<String, String>,
}

impl Names {
    pub(super) async fn read(pipeline: &Pipeline) -> anyhow::Result<Self> {
        let clusters = pipeline.store.clusters().await?;
        let clusters = clusters.into_iter().map(|cluster| (cluster.id.to_string(), cluster.title)).collect();
        Ok(Self { taxonomy: pipeline.taxonomy(), clusters })
    }

    /// The way of dividing, then the name.
    pub(super) fn of(&self, node: &Node) -> String {
        let title = self.clusters.get(&node.key).map(String::as_str);
        let subject = signals::subject(Locale::En, &self.taxonomy, title, node);
        format!("{}: {subject}", node.dimension.name())
    }
}

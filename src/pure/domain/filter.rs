//! The one question type about complaints: list, facets, export and links all carry it, and
//! `search::compile` is the only place that turns it into an engine's query.

use std::collections::BTreeMap;

use super::counts::{Dimension, Node};
use super::time::Day;

/// A field complaints can be filtered and counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the variants are the fields' names")]
pub enum Field {
    Kind,
    ProductArea,
    FailureType,
    Cluster,
    Language,
    Source,
    Product,
    SubProduct,
    Issue,
    SubIssue,
    Company,
    Region,
    Channel,
    Customer,
    /// `yes` when there is a text, `no` for a structured complaint.
    HasText,
    /// `yes` when any axis is unsure.
    Unsure,
    ExternalId,
}

impl Field {
    /// Every field, in the order of the filter column.
    pub const ALL: [Self; 17] = [
        Self::Kind,
        Self::ProductArea,
        Self::FailureType,
        Self::Cluster,
        Self::Language,
        Self::Source,
        Self::Product,
        Self::SubProduct,
        Self::Issue,
        Self::SubIssue,
        Self::Company,
        Self::Region,
        Self::Channel,
        Self::Customer,
        Self::HasText,
        Self::Unsure,
        Self::ExternalId,
    ];

    /// The stable name: URL parameter and index field.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::ProductArea => "product_area",
            Self::FailureType => "failure_type",
            Self::Cluster => "cluster",
            Self::Language => "language",
            Self::Source => "source",
            Self::Product => "product",
            Self::SubProduct => "sub_product",
            Self::Issue => "issue",
            Self::SubIssue => "sub_issue",
            Self::Company => "company",
            Self::Region => "region",
            Self::Channel => "channel",
            Self::Customer => "customer",
            Self::HasText => "has_text",
            Self::Unsure => "unsure",
            Self::ExternalId => "external_id",
        }
    }

    /// The field of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// The field that finds the complaints of a series; `None` for all of them, and for pairs, which take two.
    pub fn of_dimension(dimension: Dimension) -> Option<Self> {
        match dimension {
            Dimension::All | Dimension::AreaFailure | Dimension::AreaRegion => None,
            Dimension::Kind => Some(Self::Kind),
            Dimension::ProductArea => Some(Self::ProductArea),
            Dimension::FailureType => Some(Self::FailureType),
            Dimension::Cluster => Some(Self::Cluster),
            Dimension::Company => Some(Self::Company),
            Dimension::Region => Some(Self::Region),
            Dimension::Channel => Some(Self::Channel),
        }
    }
}

/// In which order rows come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Sort {
    /// Best match first; without words, newest first.
    #[default]
    Relevance,
    /// Last received first.
    Newest,
    /// First received first.
    Oldest,
}

impl Sort {
    /// Every order.
    pub const ALL: [Self; 3] = [Self::Relevance, Self::Newest, Self::Oldest];

    /// The stable name used in URLs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
        }
    }

    /// The order of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }
}

/// Which complaints. Fields are joined by *and*, values of one field by *or*.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words to find: `a b` both, `"a b"` as a phrase, `-a` not, `a OR b` either, `pref*` a beginning.
    pub words: String,
    /// Allowed values by field. The empty value stands for "has none".
    pub values: BTreeMap<Field, Vec<String>>,
    /// First day of reception, inclusive.
    pub from: Option<Day>,
    /// Last day of reception, inclusive.
    pub to: Option<Day>,
}

impl Filter {
    /// The complaints counted in a series.
    pub fn of_node(node: &Node) -> Self {
        if let Some([first, second]) = node.pair() {
            let mut both = Self::of_node(&first);
            both.values.extend(Self::of_node(&second).values);
            return both;
        }
        match Field::of_dimension(node.dimension) {
            Some(field) => Self::default().with(field, node.key.as_str()),
            None => Self::default(),
        }
    }

    /// The same question with one more allowed value.
    pub fn with(mut self, field: Field, value: impl Into<String>) -> Self {
        self.values.entry(field).or_default().push(value.into());
        self
    }

    /// The same question as URL parameters, in a fixed order. `web::params` reads them back.
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.words.is_empty() {
            pairs.push(("q", self.words.clone()));
        }
        for (field, values) in &self.values {
            pairs.extend(values.iter().map(|value| (field.name(), value.clone())));
        }
        pairs.extend(self.from.map(|day| ("from", day.to_string())));
        pairs.extend(self.to.map(|day| ("to", day.to_string())));
        pairs
    }
}

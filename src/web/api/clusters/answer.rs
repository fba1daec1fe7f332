//! A recurring failure on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::cluster::{Cluster, Life};
use crate::domain::cluster_life::Aside;
use crate::domain::priority::Load;
use crate::web::api::names;

/// A recurring failure with its figures.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cluster)]
pub struct ClusterAnswer {
    /// Its id, for ever.
    #[schema(format = "uuid")]
    id: String,
    /// Readable name.
    title: String,
    /// Whether a person gave the name; such a name is never replaced by a computed one.
    title_by_person: bool,
    /// Where it stands.
    #[schema(schema_with = names::cluster_state)]
    state: &'static str,
    /// The terms that set it apart, strongest first.
    terms: Vec<String>,
    /// Product area that prevails among its complaints: an id of the taxonomy.
    product_area: Option<String>,
    /// Failure type that prevails among its complaints: an id of the taxonomy.
    failure_type: Option<String>,
    /// Who answers for it.
    owner: Option<String>,
    /// Since when it stands where it does; null in a past view.
    #[schema(format = "date-time")]
    state_since: Option<String>,
    /// Until when it is put aside; null when it is not, and in a past view.
    aside: Option<String>,
    /// How urgent it is; null in a past view, since computed priorities are not kept.
    #[schema(schema_with = names::priority_or_null)]
    priority: Option<&'static str>,
    /// Whether a person said so; such a priority is never replaced by a computed one.
    priority_by_person: bool,
    /// What the computed priority is made of; null before it was computed, and in a past view.
    load: Option<LoadAnswer>,
    /// Customers who complained, where the source names them; null in a past view.
    customers: Option<i64>,
    /// Complaints that differ in more than numbers and names; null in a past view.
    distinct_texts: Option<i64>,
    /// When it was found.
    #[schema(format = "date-time")]
    created_at: String,
    /// Number of complaints in it.
    complaints: i64,
    /// First day with a complaint in it.
    #[schema(format = "date")]
    first_day: Option<String>,
    /// Last day with a complaint in it.
    #[schema(format = "date")]
    last_day: Option<String>,
    /// When it ended; null while it stands.
    #[schema(format = "date-time")]
    ended_at: Option<String>,
    /// The cluster it went into; null when it stands, or was no failure at all.
    #[schema(format = "uuid")]
    merged_into: Option<String>,
}

/// What a priority is made of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClusterLoad)]
pub struct LoadAnswer {
    /// Complaints of the last four weeks.
    frequency: f64,
    /// 1 to 2: one and the share that claims or denounces something.
    severity: f64,
    /// 0.5 to 3: the last four weeks over the four before.
    growth: f64,
    /// 0.5 to 3: how much harm such a failure does.
    harm: f64,
    /// Their product as a share of that of all clusters.
    share: f64,
}

impl From<Load> for LoadAnswer {
    fn from(Load { frequency, severity, growth, harm, share }: Load) -> Self {
        Self { frequency, severity, growth, harm, share }
    }
}

impl From<Cluster> for ClusterAnswer {
    fn from(cluster: Cluster) -> Self {
        let Cluster {
            id,
            title,
            title_by_person,
            state,
            terms,
            product_area,
            failure_type,
            owner,
            created_at,
            complaints,
            seen,
            retired,
            life,
        } = cluster;
        let Life {
            since,
            by_person: _,
            aside,
            owner_by_person: _,
            priority,
            priority_by_person,
            load,
            customers,
            texts,
        } = life;
        Self {
            id: id.to_string(),
            title,
            title_by_person,
            state: state.name(),
            terms,
            product_area,
            failure_type,
            owner,
            state_since: Some(since.to_rfc3339()),
            aside: aside.map(Aside::line),
            priority: Some(priority.name()),
            priority_by_person,
            load: load.map(LoadAnswer::from),
            customers: Some(customers),
            distinct_texts: Some(texts),
            created_at: created_at.to_rfc3339(),
            complaints,
            first_day: seen.map(|(first, _)| first.to_string()),
            last_day: seen.map(|(_, last)| last.to_string()),
            ended_at: retired.map(|end| end.at.to_rfc3339()),
            merged_into: retired.and_then(|end| end.into).map(|id| id.to_string()),
        }
    }
}

impl ClusterAnswer {
    /// A cluster as it stood in the past, without what is known of today only.
    pub(super) fn as_then(cluster: Cluster) -> Self {
        Self {
            state_since: None,
            aside: None,
            priority: None,
            priority_by_person: false,
            load: None,
            customers: None,
            distinct_texts: None,
            ..Self::from(cluster)
        }
    }
}

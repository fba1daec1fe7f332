//! A recurring failure on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::cluster::Cluster;
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
        } = cluster;
        Self {
            id: id.to_string(),
            title,
            title_by_person,
            state: state.name(),
            terms,
            product_area,
            failure_type,
            owner,
            created_at: created_at.to_rfc3339(),
            complaints,
            first_day: seen.map(|(first, _)| first.to_string()),
            last_day: seen.map(|(_, last)| last.to_string()),
            ended_at: retired.map(|end| end.at.to_rfc3339()),
            merged_into: retired.and_then(|end| end.into).map(|id| id.to_string()),
        }
    }
}

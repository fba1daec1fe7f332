//! The closed sets of names on the wire, as schemas. They are read from the domain, so that the document
//! cannot lag behind it.

use serde_json::Value;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

use crate::domain::action::ActionState;
use crate::domain::alarm_budget::TailSource;
use crate::domain::cluster::ClusterState;
use crate::domain::cluster_history::{ClusterEventKind, DecisionKind};
use crate::domain::counts::Dimension;
use crate::domain::emerging::EmergingState;
use crate::domain::filter::{Field, Sort};
use crate::domain::label::{Axis, Origin};
use crate::domain::language::Language;
use crate::domain::priority::Priority;
use crate::domain::proposal::{ProposalKind, ProposalState};
use crate::domain::review::Queue;
use crate::domain::signal::SignalState;
use crate::web::api::clusters::list::Order;

pub(super) fn action_state() -> Object {
    one_of(ActionState::ALL.map(ActionState::name))
}

pub(super) fn axis() -> Object {
    one_of(Axis::ALL.map(Axis::name))
}

pub(super) fn cluster_state() -> Object {
    one_of(ClusterState::ALL.map(ClusterState::name))
}

pub(super) fn cluster_event() -> Object {
    one_of(ClusterEventKind::ALL.map(ClusterEventKind::name))
}

pub(super) fn decision_kind() -> Object {
    one_of(DecisionKind::ALL.map(DecisionKind::name))
}

pub(super) fn dimension() -> Object {
    one_of(Dimension::ALL.map(Dimension::name))
}

pub(super) fn emerging_state() -> Object {
    one_of(EmergingState::ALL.map(EmergingState::name))
}

pub(super) fn facet_field() -> Object {
    one_of(Field::ALL.map(Field::name))
}

pub(super) fn language() -> Object {
    one_of(Language::ALL.map(Language::code))
}

pub(super) fn origin() -> Object {
    one_of([Origin::Machine, Origin::Person].map(Origin::name))
}

pub(super) fn cluster_order() -> Object {
    one_of(Order::ALL.map(Order::name))
}

pub(super) fn priority_or_null() -> Object {
    let names = Priority::ALL.map(|priority| Value::from(priority.name()));
    let types = SchemaType::from_iter([Type::String, Type::Null]);
    ObjectBuilder::new().schema_type(types).enum_values(Some(names.into_iter().chain([Value::Null]))).build()
}

pub(super) fn proposal_kind() -> Object {
    one_of(ProposalKind::ALL.map(ProposalKind::name))
}

pub(super) fn proposal_state() -> Object {
    one_of(ProposalState::ALL.map(ProposalState::name))
}

pub(super) fn review_queue() -> Object {
    one_of(Queue::ALL.map(Queue::name))
}

pub(super) fn signal_state() -> Object {
    one_of(SignalState::ALL.map(SignalState::name))
}

pub(super) fn sort() -> Object {
    one_of(Sort::ALL.map(Sort::name))
}

pub(super) fn tail_source() -> Object {
    one_of([TailSource::Nominal, TailSource::OwnHistory].map(TailSource::name))
}

fn one_of<const N: usize>(names: [&'static str; N]) -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).build()
}

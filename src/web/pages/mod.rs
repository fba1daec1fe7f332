//! The pages, in Spanish and English: server-made HTML that works without a script. One file per page,
//! with its typed context, the handler that fills it and the forms it takes. Pages ask the store and the
//! index and decide nothing about complaints themselves.

mod action;
mod actions;
mod alert;
mod alert_ahead;
mod alert_life;
mod alert_replay;
mod alert_suspects;
mod alert_window;
mod alerts;
mod assets;
mod change;
mod changes;
mod complaint;
mod emerging;
mod error;
mod feed;
mod forms;
mod frame;
mod group;
mod group_life;
mod groups;
mod groups_bulk;
mod groups_query;
mod home;
mod lineage;
mod lines;
mod map;
mod model_report;
mod models;
mod names;
mod notices;
mod owners;
mod proposals;
mod reasons;
mod review;
mod search;
mod series;
mod taxonomy;
mod taxonomy_changes;
mod taxonomy_edit;
mod taxonomy_term;
mod visitor;
mod why;

#[cfg(test)]
mod tests;

use askama::Template;
use axum::Router;
use axum::middleware;
use axum::response::Html;
use axum::routing::{get, post};

use crate::web::state::AppState;
use error::PageError;

/// The pages with their style sheet, script and icon. Answers that are not pages (errors, forms a
/// browser garbled) leave as pages too, in the visitor's language.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(home::show))
        .route("/grupos", get(groups::show))
        .route("/grupos/mapa", get(map::show))
        .route("/grupos/varios", post(groups_bulk::change))
        .route("/grupos/vistas", post(groups_bulk::view))
        .route("/grupos/responsables", get(owners::show).post(owners::replace))
        .route("/grupos/nuevo/{id}", get(emerging::show).post(emerging::settle))
        .route("/grupos/{id}", get(group::show).post(group::edit))
        .route("/grupos/{id}/comentarios", post(group_life::comment))
        .route("/grupos/{id}/linaje", get(lineage::show))
        .route("/grupos/{id}/deshacer", post(lineage::undo))
        .route("/grupos/{id}/cambiar", get(change::show).post(change::decide))
        .route("/propuestas/{id}", post(proposals::settle))
        .route("/buscar", get(search::show))
        .route("/quejas/{id}", get(complaint::show))
        .route("/revision", get(review::show).post(review::judge))
        .route("/alertas", get(alerts::show))
        .route("/alertas/avisos", get(notices::show).post(notices::subscribe))
        .route("/alertas/avisos/{id}/prueba", post(notices::test))
        .route("/alertas/avisos/{id}/fin", post(notices::end))
        .route("/alertas/repaso", get(alert_replay::show))
        .route("/alertas/feed.atom", get(feed::show))
        .route("/alertas/{id}", get(alert::show).post(alert::judge))
        .route("/alertas/{id}/silencio", post(alert_life::mute))
        .route("/acciones", get(actions::show).post(action::create))
        .route("/acciones/nueva", get(action::blank))
        .route("/acciones/{id}", get(action::show).post(action::edit))
        .route("/acciones/{id}/estado", post(action::change_state))
        .route("/acciones/{id}/grupos", post(action::link))
        .route("/cambios", get(changes::show).post(changes::register))
        .route("/cambios/{id}/fuera", post(changes::forget))
        .route("/modelos", get(models::show))
        .route("/modelos/cambios/{seq}", get(models::overlap))
        .route("/modelos/{eje}/volver", post(model_report::roll_back))
        .route("/modelos/{eje}/{nombre}", get(model_report::show).post(model_report::promote))
        .route("/taxonomia", get(taxonomy::show))
        .route("/taxonomia/cambios", get(taxonomy::changes))
        .route("/taxonomia/editar", get(taxonomy_edit::show).post(taxonomy_edit::edit))
        .route("/taxonomia/{eje}/{id}", get(taxonomy_term::show))
        .route_layer(middleware::from_fn(visitor::receive))
        .route("/assets/{version}/{name}", get(assets::show))
}

/// The page for an address that leads nowhere, in the visitor's language: the service's fallback.
pub async fn not_found(visitor: visitor::Visitor) -> axum::response::Response {
    error::page(&visitor, axum::http::StatusCode::NOT_FOUND)
}

fn html(page: &impl Template) -> Result<Html<String>, PageError> {
    Ok(Html(page.render()?))
}

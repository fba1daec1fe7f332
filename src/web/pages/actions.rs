//! Acciones: what is being done about the groups, by where it stands.

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use super::error::PageError;
use super::frame::{Frame, Section};
use super::lines::{self, ActionLine};
use super::visitor::Visitor;
use crate::domain::action::{Action, ActionState};
use crate::domain::time::Day;
use crate::web::state::AppState;

/// The columns of the board, with the states that stand in each.
const COLUMNS: [(&str, &[ActionState]); 5] = [
    ("board-planned", &[ActionState::Draft, ActionState::Planned]),
    ("board-in-progress", &[ActionState::InProgress]),
    ("board-implemented", &[ActionState::Implemented]),
    ("board-in-verification", &[ActionState::InVerification]),
    (
        "board-finished",
        &[
            ActionState::Effective,
            ActionState::Partly,
            ActionState::Ineffective,
            ActionState::Faded,
            ActionState::Cancelled,
        ],
    ),
];
/// Cards of a column; the table below has all.
const CARDS: usize = 12;
/// Rows of the table.
const MAX_ROWS: usize = 500;

/// The page.
#[derive(Debug, Template)]
#[template(path = "actions.html")]
pub(super) struct ActionsPage {
    frame: Frame,
    headline: String,
    columns: Vec<Column>,
    rows: Vec<ActionLine>,
}

#[derive(Clone, Debug)]
struct Column {
    name: String,
    count: i64,
    actions: Vec<ActionLine>,
}

pub(super) async fn show(State(state): State<AppState>, visitor: Visitor) -> Result<Html<String>, PageError> {
    let actions = state.store.actions().await?;
    let today = lines::today(&state);
    super::html(&ActionsPage::new(visitor.frame(Section::Actions), &actions, today))
}

impl ActionsPage {
    fn new(frame: Frame, actions: &[Action], today: Day) -> Self {
        let line = |action: &Action| ActionLine::new(action, today, frame.locale);
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let columns = COLUMNS.map(|(key, states)| {
            let standing = || actions.iter().filter(|action| states.contains(&action.state));
            Column {
                name: frame.locale.text(key, &[]),
                count: count(standing().count()),
                actions: standing().take(CARDS).map(line).collect(),
            }
        });
        let open = actions.iter().filter(|action| action.state.is_open()).count();
        let overdue = actions.iter().filter(|action| lines::is_overdue(action, today)).count();
        let headline =
            frame.locale.text("actions-headline", &[("open", &count(open)), ("overdue", &count(overdue))]);
        Self {
            headline,
            columns: columns.into(),
            rows: actions.iter().take(MAX_ROWS).map(line).collect(),
            frame,
        }
    }
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<ActionsPage> {
    use super::tests::sample;
    vec![
        ActionsPage::new(frame.clone(), &sample::actions(), sample::TODAY),
        ActionsPage::new(frame.clone(), &[], sample::TODAY),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_stands_in_one_column() {
        for state in ActionState::ALL {
            let columns = COLUMNS.iter().filter(|(_, states)| states.contains(&state)).count();
            assert_eq!(columns, 1, "{state:?}");
        }
    }
}

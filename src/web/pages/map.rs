//! Mapa: the groups on a plane, near each other where their complaints tell of alike things; size says how many
//! came lately, and everything leads to its group.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use super::error::PageError;
use super::frame::{Frame, Section};
use super::lines::{self, GroupRow};
use super::visitor::Visitor;
use crate::web::state::AppState;

/// The drawing, and the room at its edges for half a name.
const WIDTH: f32 = 960.0;
const HEIGHT: f32 = 600.0;
const MARGIN: f32 = 70.0;
/// Circles: the smallest, and the largest.
const LEAST: f32 = 4.0;
const MOST: f32 = 26.0;
/// Groups named in the drawing, and characters of a name.
const NAMED: usize = 14;
const NAME_CHARS: usize = 30;
/// Rounds in which circles that overlap make room for each other.
const ROUNDS: usize = 60;
/// Letters of a name are about so wide, and a line so high.
const LETTER: f32 = 6.4;
const LINE: f32 = 15.0;

/// The page.
#[derive(Debug, Template)]
#[template(path = "map.html")]
pub(super) struct MapPage {
    frame: Frame,
    sentence: String,
    circles: Vec<Circle>,
    rows: Vec<GroupRow>,
}

/// A group in the drawing.
#[derive(Clone, Debug)]
pub(super) struct Circle {
    id: String,
    title: String,
    class: &'static str,
    x: f32,
    y: f32,
    r: f32,
    /// Its name beside it, where there is room.
    name: Option<String>,
}

pub(super) async fn show(State(state): State<AppState>, visitor: Visitor) -> Result<Html<String>, PageError> {
    let clusters = state.store.clusters().await?;
    let names = lines::names(&state, visitor.locale, &clusters);
    let mut rows = lines::group_rows(&state, &clusters, &names).await?;
    rows.retain(GroupRow::is_open);
    let places = state.pipeline.plane();
    super::html(&MapPage::new(visitor.frame(Section::Groups), rows, &places))
}

impl MapPage {
    fn new(frame: Frame, mut rows: Vec<GroupRow>, places: &HashMap<String, [f32; 2]>) -> Self {
        rows.retain(|row| places.contains_key(&row.id));
        rows.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.id.cmp(&b.id)));
        let most = rows.iter().map(|row| row.recent).max().unwrap_or(0).max(1) as f32;
        let mut circles: Vec<Circle> = rows
            .iter()
            .map(|row| {
                let [x, y] = places[&row.id];
                Circle {
                    id: row.id.clone(),
                    title: format!("{}: {}", row.title, frame.t1("map-recent", "count", row.recent)),
                    class: row.badge.class,
                    x: WIDTH / 2.0 + x * (WIDTH / 2.0 - MARGIN),
                    y: HEIGHT / 2.0 + y * (HEIGHT / 2.0 - MARGIN),
                    // Area, not radius, says how many.
                    r: LEAST + (MOST - LEAST) * (row.recent as f32 / most).sqrt(),
                    name: None,
                }
            })
            .collect();
        make_room(&mut circles);
        name_some(&mut circles, &rows);
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        Self { sentence: frame.t1("map-lead", "count", count), circles, rows, frame }
    }
}

/// Pushes apart circles that overlap; the larger moves less.
fn make_room(circles: &mut [Circle]) {
    for _ in 0..ROUNDS {
        let mut moved = false;
        for one in 0..circles.len() {
            for other in one + 1..circles.len() {
                let (a, b) = (&circles[one], &circles[other]);
                let (dx, dy) = (b.x - a.x, b.y - a.y);
                let (apart, needed) = ((dx * dx + dy * dy).sqrt(), a.r + b.r + 1.0);
                if apart >= needed {
                    continue;
                }
                moved = true;
                // Two in one place part along a direction that depends on which they are.
                let (ux, uy) = if apart > 1e-3 {
                    (dx / apart, dy / apart)
                } else {
                    let turn = (one * 7 + other) as f32;
                    (turn.cos(), turn.sin())
                };
                let (push, share) = (needed - apart, b.r / (a.r + b.r));
                for (at, by) in [(one, -push * share), (other, push * (1.0 - share))] {
                    let circle = &mut circles[at];
                    circle.x = (circle.x + by * ux).clamp(circle.r, WIDTH - circle.r);
                    circle.y = (circle.y + by * uy).clamp(circle.r, HEIGHT - circle.r);
                }
            }
        }
        if !moved {
            break;
        }
    }
}

/// Names the first circles whose names cover no name given before.
fn name_some(circles: &mut [Circle], rows: &[GroupRow]) {
    let mut taken: Vec<(f32, f32, f32)> = Vec::new();
    for (circle, row) in circles.iter_mut().zip(rows) {
        if taken.len() == NAMED {
            break;
        }
        let name = lines::shortened(&row.title, NAME_CHARS);
        let half = name.chars().count() as f32 * LETTER / 2.0;
        let (x, y) = (circle.x, circle.y - circle.r - 4.0);
        let inside = x - half > 0.0 && x + half < WIDTH && y > LINE;
        let free = taken.iter().all(|(tx, ty, th)| (tx - x).abs() > th + half || (ty - y).abs() > LINE);
        if inside && free {
            taken.push((x, y, half));
            circle.name = Some(name);
        }
    }
}

impl Circle {
    /// A coordinate as drawn.
    fn at(value: &f32) -> String {
        format!("{value:.1}")
    }

    /// Where its name stands.
    fn above(&self) -> String {
        Self::at(&(self.y - self.r - 4.0))
    }
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<MapPage> {
    use super::tests::sample;
    let rows = sample::group_rows(frame.locale);
    let places = rows
        .iter()
        .zip(0..)
        .map(|(row, at)| (row.id.clone(), [(at as f32).sin(), (at as f32 / 2.0).cos()]))
        .collect();
    vec![MapPage::new(frame.clone(), rows, &places), MapPage::new(frame.clone(), Vec::new(), &HashMap::new())]
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;
    use crate::i18n::Locale;

    #[test]
    fn circles_do_not_overlap_and_stay_inside() {
        let rows = sample::group_rows(Locale::Es);
        let frame = Frame { locale: Locale::Es, section: None, here: "/grupos/mapa".to_owned() };
        // All in one place: the worst case.
        let places = rows.iter().map(|row| (row.id.clone(), [1.0, 1.0])).collect();
        let page = MapPage::new(frame, rows, &places);
        for (at, one) in page.circles.iter().enumerate() {
            assert!(one.x >= one.r && one.x <= WIDTH - one.r && one.y >= one.r && one.y <= HEIGHT - one.r);
            for other in &page.circles[at + 1..] {
                let apart = ((one.x - other.x).powi(2) + (one.y - other.y).powi(2)).sqrt();
                assert!(apart > 0.8 * (one.r + other.r), "{one:?} {other:?}");
            }
        }
        assert!(page.circles.iter().any(|circle| circle.name.is_some()));
    }
}

//! Charts as server-made SVG: weekly counts with what was expected, and sparklines. Every chart says its
//! finding first and has its table twin; nothing needs a script, and looks come from the style sheet.
//! Pure: what is drawn is an argument.

mod scale;

use askama::Template;
use askama::filters::HtmlSafe;

use crate::domain::time::{Day, Week};
use crate::i18n::{Locale, format};
use scale::{Px, Scale};

/// What was expected of a week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Lowest count that would not be remarkable.
    pub lower: f64,
    /// Highest count that would not alarm.
    pub upper: f64,
}

/// Something that happened on a day and may have changed the counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// When.
    pub day: Day,
    /// What, in words.
    pub label: String,
    /// Where more is said.
    pub href: String,
}

/// Weekly counts and what is known about them.
#[derive(Clone, Debug, PartialEq)]
pub struct WeeklySeries {
    /// What the chart shows, as a sentence.
    pub finding: String,
    /// The week of the first count.
    pub first_week: Week,
    /// Complaints of each complete week, without gaps.
    pub counts: Vec<i64>,
    /// What was expected of the last weeks, aligned to the end of `counts`; may be shorter.
    pub bands: Vec<Band>,
    /// Weeks that raised an alarm.
    pub alarms: Vec<Week>,
    /// Things to see the counts against.
    pub marks: Vec<Mark>,
}

/// How much room a page gives a chart on a wide screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// The whole page.
    Page,
    /// The main one of two columns.
    Column,
}

impl Room {
    /// Class, width and height of its drawings: one for screens and paper, one for phones, so that
    /// letters keep their size.
    fn sizes(self) -> [(&'static str, f64, f64); 2] {
        let wide = match self {
            Self::Page => ("wide", 960.0, 240.0),
            Self::Column => ("wide column", 672.0, 232.0),
        };
        [wide, ("narrow", 358.0, 210.0)]
    }
}

/// Room above the curve for the value under the pointer and the numbers of the marks.
const TOP: f64 = 34.0;
/// Room below for the months.
const BOTTOM: f64 = 24.0;
/// Room to the right for the last value.
const RIGHT: f64 = 40.0;
/// Room to the left per digit of the largest tick, and besides.
const LEFT_PER_DIGIT: f64 = 7.5;
const LEFT: f64 = 12.0;
/// How far above the highest count a band may stretch the scale.
const BAND_HEADROOM: f64 = 1.5;
/// Least distance between two months on the axis.
const MONTH_SPACING: f64 = 54.0;
/// Weeks below which every week is a dot: a line of few points misleads.
const DOTS_BELOW_WEEKS: usize = 6;

/// A chart ready to be put on a page.
#[derive(Clone, Debug, Template)]
#[template(path = "chart.html")]
pub struct Chart {
    locale: Locale,
    finding: String,
    drawings: Vec<Drawing>,
    rows: Vec<Row>,
    marks: Vec<NumberedMark>,
    has_bands: bool,
    has_alarms: bool,
}

// The template escapes every text it is given.
impl HtmlSafe for Chart {}

#[derive(Clone, Debug)]
struct Drawing {
    class: &'static str,
    width: Px,
    height: Px,
    left: Px,
    right: Px,
    top: Px,
    bottom: Px,
    line: String,
    band: String,
    y_ticks: Vec<(Px, String)>,
    x_ticks: Vec<(Px, String)>,
    points: Vec<Point>,
    last: Option<(Px, Px, String)>,
    marks: Vec<(Px, usize)>,
}

#[derive(Clone, Debug)]
struct Point {
    x: Px,
    y: Px,
    hit_left: Px,
    hit_width: Px,
    tip: String,
    dot: &'static str,
}

#[derive(Clone, Debug)]
struct Row {
    week: String,
    count: String,
    expected: String,
    alarm: bool,
}

#[derive(Clone, Debug)]
struct NumberedMark {
    number: usize,
    day: String,
    label: String,
    href: String,
}

impl Chart {
    /// Draws weekly counts; `None` when there is no complete week to draw.
    pub fn weekly(locale: Locale, room: Room, series: &WeeklySeries) -> Option<Self> {
        if series.counts.is_empty() {
            return None;
        }
        let mut marks = series.marks.clone();
        let (first, last) = (series.first_week.first_day(), series.week(series.counts.len() - 1).last_day());
        marks.retain(|mark| (first..=last).contains(&mark.day));
        marks.sort_by_key(|mark| mark.day);
        let numbered = (1..).zip(&marks).map(|(number, Mark { day, label, href })| NumberedMark {
            number,
            day: format::day(locale, *day),
            label: label.clone(),
            href: href.clone(),
        });
        Some(Self {
            locale,
            finding: series.finding.clone(),
            drawings: room.sizes().map(|size| Drawing::new(locale, series, &marks, size)).into(),
            rows: (0..series.counts.len()).rev().map(|at| series.row(locale, at)).collect(),
            marks: numbered.collect(),
            has_bands: !series.bands.is_empty(),
            has_alarms: (0..series.counts.len()).any(|at| series.alarm(at)),
        })
    }

    fn t(&self, key: &str) -> String {
        self.locale.text(key, &[])
    }
}

impl WeeklySeries {
    fn week(&self, at: usize) -> Week {
        Week(self.first_week.0.saturating_add(i32::try_from(at).unwrap_or(i32::MAX)))
    }

    fn band(&self, at: usize) -> Option<Band> {
        let without = self.counts.len().saturating_sub(self.bands.len());
        self.bands.get(at.checked_sub(without)?).copied()
    }

    fn alarm(&self, at: usize) -> bool {
        self.alarms.contains(&self.week(at))
    }

    fn row(&self, locale: Locale, at: usize) -> Row {
        Row {
            week: format::week(locale, self.week(at)),
            count: format::number(locale, self.counts[at]),
            expected: self
                .band(at)
                .map_or_else(String::new, |band| format::interval(locale, band.lower, band.upper)),
            alarm: self.alarm(at),
        }
    }

    fn tip(&self, locale: Locale, at: usize) -> String {
        let Row { week, count, expected, alarm: _ } = self.row(locale, at);
        if expected.is_empty() {
            locale.text("chart-tip", &[("week", &week), ("count", &count)])
        } else {
            locale.text("chart-tip-expected", &[("week", &week), ("count", &count), ("expected", &expected)])
        }
    }
}

impl Drawing {
    fn new(
        locale: Locale,
        series: &WeeklySeries,
        marks: &[Mark],
        (class, width, height): (&'static str, f64, f64),
    ) -> Self {
        // What was counted decides the scale: a band from little history may reach far above it.
        let counted = series.counts.iter().map(|count| *count as f64).fold(1.0, f64::max);
        let expected = series.bands.iter().map(|band| band.upper).fold(0.0, f64::max);
        let highest = counted.max(expected.min(BAND_HEADROOM * counted));
        let ticks = scale::ticks(highest);
        let top_tick = ticks.last().copied().unwrap_or(1.0);
        let labels: Vec<String> = ticks.iter().map(|tick| format::decimal(locale, *tick, 0)).collect();
        let digits = labels.iter().map(|label| label.chars().count()).max().unwrap_or(1);
        let left = LEFT + LEFT_PER_DIGIT * digits as f64;
        let step = (width - left - RIGHT) / series.counts.len() as f64;
        let y = Scale { from: (0.0, top_tick), to: (height - BOTTOM, TOP) };
        let centre = |at: usize| left + (at as f64 + 0.5) * step;

        let few = series.counts.len() < DOTS_BELOW_WEEKS;
        let points: Vec<Point> = (0..series.counts.len())
            .map(|at| Point {
                x: Px(centre(at)),
                y: Px(y.at(series.counts[at] as f64)),
                hit_left: Px(left + at as f64 * step),
                hit_width: Px(step),
                tip: series.tip(locale, at),
                dot: match (series.alarm(at), few) {
                    (true, _) => "alarm",
                    (false, true) => "dot",
                    (false, false) => "",
                },
            })
            .collect();
        let banded = || (0..series.counts.len()).filter_map(|at| Some((centre(at), series.band(at)?)));
        let within = |count: f64| y.at(count.min(top_tick));
        let upper = banded().map(|(x, band)| (x, within(band.upper)));
        let lower: Vec<(f64, f64)> = banded().map(|(x, band)| (x, within(band.lower))).collect();
        let band = scale::path(upper.chain(lower.into_iter().rev()));
        let last = points.last().zip(series.counts.last());
        let days = |day: Day| f64::from(day.0 - series.first_week.first_day().0);

        Self {
            class,
            width: Px(width),
            height: Px(height),
            left: Px(left),
            right: Px(width - RIGHT),
            top: Px(TOP),
            bottom: Px(height - BOTTOM),
            line: scale::path(points.iter().map(|point| (point.x.0, point.y.0))),
            band: if band.is_empty() { band } else { band + "Z" },
            y_ticks: ticks.iter().map(|tick| Px(y.at(*tick))).zip(labels).collect(),
            x_ticks: month_ticks(locale, series, left, step),
            last: last.map(|(point, count)| (Px(point.x.0 + 8.0), point.y, format::number(locale, *count))),
            marks: (1..)
                .zip(marks)
                .map(|(number, mark)| (Px(left + days(mark.day) / 7.0 * step), number))
                .collect(),
            points,
        }
    }
}

/// The first week of each month, as many as fit; the year stands at the first one and at each January.
fn month_ticks(locale: Locale, series: &WeeklySeries, left: f64, step: f64) -> Vec<(Px, String)> {
    let months: Vec<(usize, Day)> = (0..series.counts.len())
        .map(|at| (at, series.week(at).first_day()))
        .filter(|(_, monday)| monday.to_civil().day() <= 7)
        .collect();
    let spacing = step * 52.0 / 12.0;
    // Every first, second, third, sixth or twelfth month, counted from January.
    let every =
        [1, 2, 3, 6].into_iter().find(|every| spacing * f64::from(*every) >= MONTH_SPACING).unwrap_or(12);
    let mut ticks: Vec<(Px, String)> = Vec::new();
    let mut year = None;
    for (at, monday) in months {
        let date = monday.to_civil();
        if (i32::from(date.month()) - 1) % every != 0 {
            continue;
        }
        let month = format::month(locale, monday);
        let label =
            if year == Some(date.year()) { month.to_owned() } else { format!("{month} {}", date.year()) };
        year = Some(date.year());
        ticks.push((Px(left + (at as f64 + 0.5) * step), label));
    }
    ticks
}

/// A line of the last weeks small enough for a table cell.
#[derive(Clone, Debug, Template)]
#[template(path = "sparkline.html")]
pub struct Sparkline {
    title: String,
    line: String,
    end: Option<(Px, Px)>,
}

impl HtmlSafe for Sparkline {}

/// Size of a sparkline in CSS pixels.
const SPARK_WIDTH: f64 = 96.0;
const SPARK_HEIGHT: f64 = 24.0;
/// Room for the mark of the last point.
const SPARK_MARGIN: f64 = 3.0;

impl Sparkline {
    /// The weekly counts, oldest first, from zero to their highest.
    pub fn new(locale: Locale, counts: &[i64]) -> Self {
        let highest = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
        let y = Scale { from: (0.0, highest), to: (SPARK_HEIGHT - SPARK_MARGIN, SPARK_MARGIN) };
        let intervals = counts.len().saturating_sub(1).max(1) as f64;
        let x = Scale { from: (0.0, intervals), to: (SPARK_MARGIN, SPARK_WIDTH - SPARK_MARGIN) };
        let points: Vec<(f64, f64)> =
            counts.iter().enumerate().map(|(at, count)| (x.at(at as f64), y.at(*count as f64))).collect();
        let weeks = i64::try_from(counts.len()).unwrap_or(i64::MAX);
        let (last, most) = (counts.last().copied().unwrap_or(0), counts.iter().copied().max().unwrap_or(0));
        Self {
            title: locale.text("spark-title", &[("weeks", &weeks), ("last", &last), ("most", &most)]),
            end: points.last().map(|(x, y)| (Px(*x), Px(*y))),
            line: scale::path(points),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(counts: Vec<i64>) -> WeeklySeries {
        WeeklySeries {
            finding: "Cobros duplicados: 41 esta semana".to_owned(),
            first_week: Day::from_iso("2026-01-05").expect("a valid date").week(),
            counts,
            bands: Vec::new(),
            alarms: Vec::new(),
            marks: Vec::new(),
        }
    }

    #[test]
    fn nothing_is_drawn_without_a_week() {
        assert!(Chart::weekly(Locale::Es, Room::Column, &series(Vec::new())).is_none());
        assert!(Chart::weekly(Locale::Es, Room::Column, &series(vec![0])).is_some());
    }

    #[test]
    fn a_chart_stays_inside_its_frame_and_starts_at_zero() {
        let mut data = series((0..60).map(|week| (week * 37) % 113).collect());
        data.bands = vec![Band { lower: 3.0, upper: 140.0 }; 20];
        let chart = Chart::weekly(Locale::En, Room::Page, &data).expect("weeks to draw");
        for drawing in &chart.drawings {
            assert_eq!(drawing.y_ticks[0].1, "0");
            assert!((drawing.y_ticks[0].0.0 - drawing.bottom.0).abs() < 1e-9, "zero lies on the axis");
            assert!(drawing.points.iter().all(|point| {
                (drawing.left.0..=drawing.right.0).contains(&point.x.0)
                    && (drawing.top.0..=drawing.bottom.0).contains(&point.y.0)
            }));
            assert!(drawing.x_ticks.len() >= 2, "{:?}", drawing.x_ticks);
            let apart = drawing.x_ticks.windows(2).all(|pair| pair[1].0.0 - pair[0].0.0 > 40.0);
            assert!(apart, "{:?}", drawing.x_ticks);
        }
    }

    #[test]
    fn a_band_from_little_history_does_not_flatten_the_counts() {
        let mut data = series(vec![40; 20]);
        data.bands = vec![Band { lower: 0.0, upper: 4_000.0 }; 20];
        let chart = Chart::weekly(Locale::Es, Room::Page, &data).expect("weeks to draw");
        let drawing = &chart.drawings[0];
        assert_eq!(drawing.y_ticks.last().map(|(_, label)| label.as_str()), Some("60"));
        assert!(
            drawing.band.starts_with(&format!("M{} {}L", drawing.points[0].x, drawing.top)),
            "{}",
            drawing.band
        );
    }

    #[test]
    fn the_table_says_what_the_picture_shows() {
        let mut data = series(vec![10, 41]);
        data.bands = vec![Band { lower: 12.0, upper: 22.0 }];
        data.alarms = vec![data.week(1)];
        data.marks = vec![
            Mark {
                day: data.week(1).first_day(),
                label: "Aviso <b>".to_owned(),
                href: "/acciones/1".to_owned(),
            },
            Mark { day: Day(0), label: "long ago".to_owned(), href: "/".to_owned() },
        ];
        let chart = Chart::weekly(Locale::Es, Room::Column, &data).expect("weeks to draw");
        let rows: Vec<_> =
            chart.rows.iter().map(|row| (row.count.as_str(), row.expected.as_str(), row.alarm)).collect();
        let expected = format::interval(Locale::Es, 12.0, 22.0);
        assert_eq!(rows, [("41", expected.as_str(), true), ("10", "", false)]);
        let html = chart.to_string();
        assert!(html.contains("Aviso &#60;b&#62;") && !html.contains("Aviso <b>"), "{html}");
        assert!(!html.contains("long ago"), "a mark outside the weeks is not drawn");
    }

    #[test]
    fn a_sparkline_marks_its_last_point() {
        let spark = Sparkline::new(Locale::Es, &[0, 5, 10]);
        assert_eq!(spark.end, Some((Px(93.0), Px(3.0))));
        assert_eq!(Sparkline::new(Locale::Es, &[]).end, None);
        assert!(Sparkline::new(Locale::Es, &[0, 0]).line.ends_with("21"), "zeros lie on the ground");
    }
}

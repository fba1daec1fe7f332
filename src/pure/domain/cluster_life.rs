//! How a cluster moves from state to state by itself, and why. People may put it anywhere at any time; what
//! moves by itself moves by these rules alone, one step a look, with the numbers that moved it.

use serde::{Deserialize, Serialize};

use super::cluster::ClusterState;
use super::time::Day;

/// Days a cluster is new after it was founded.
pub const NEW_DAYS: i32 = 14;
/// A cluster whose first complaint came so many days ago is not new, whenever it was found.
pub const OLD_DAYS: i32 = 91;
/// An alarm says that a cluster escalates for so many days after its window.
pub const ALARM_DAYS: i32 = 14;
/// Complaints after which what was resolved is back: one may have been under way.
pub const BACK_COMPLAINTS: i64 = 3;
/// Days after which what came back is one of the ongoing ones.
pub const BACK_DAYS: i32 = 28;

/// Until when a cluster is put aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Aside {
    /// Until it is above what was to be expected.
    Worse,
    /// Until so many more complaints came.
    Complaints(u32),
    /// Until so many more customers complained.
    Customers(u32),
    /// Until a day.
    Until(Day),
    /// For ever.
    Ever,
}

impl Aside {
    /// The stable name and the value it needs, as stored and on the wire: `worse`, `complaints:50`,
    /// `customers:10`, `until:2026-12-24`, `ever`.
    pub fn line(self) -> String {
        match self {
            Self::Worse => "worse".to_owned(),
            Self::Complaints(count) => format!("complaints:{count}"),
            Self::Customers(count) => format!("customers:{count}"),
            Self::Until(day) => format!("until:{day}"),
            Self::Ever => "ever".to_owned(),
        }
    }

    /// Reads [`Self::line`]; counts start at 1.
    pub fn from_line(line: &str) -> Option<Self> {
        let count = |text: &str| text.parse().ok().filter(|count| *count > 0);
        match line.split_once(':') {
            None if line == "worse" => Some(Self::Worse),
            None if line == "ever" => Some(Self::Ever),
            Some(("complaints", value)) => count(value).map(Self::Complaints),
            Some(("customers", value)) => count(value).map(Self::Customers),
            Some(("until", value)) => Day::from_iso(value).map(Self::Until),
            _ => None,
        }
    }
}

impl From<Aside> for String {
    fn from(aside: Aside) -> Self {
        aside.line()
    }
}

impl TryFrom<String> for Aside {
    type Error = String;

    fn try_from(line: String) -> Result<Self, String> {
        Self::from_line(&line)
            .ok_or_else(|| "write worse, complaints:N, customers:N, until:DAY or ever".to_owned())
    }
}

/// An alarm about a cluster that nobody refuted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alarm {
    /// Last day of its window.
    pub end: Day,
    /// Complaints in the window.
    pub observed: u64,
    /// Complaints expected in it.
    pub expected: f64,
}

/// What is known of a cluster on a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Where it stands.
    pub state: ClusterState,
    /// Since when.
    pub since: Day,
    /// Whether a person put it there.
    pub by_person: bool,
    /// Until when it is put aside.
    pub aside: Option<Aside>,
    /// When it was founded.
    pub founded: Day,
    /// Its first complaint.
    pub first: Option<Day>,
    /// The day.
    pub today: Day,
    /// The last day of which all complaints are known.
    pub known_until: Day,
    /// Complaints received after `since`.
    pub complaints_since: i64,
    /// Customers who complained after `since`.
    pub customers_since: i64,
    /// The alarm with the latest window.
    pub alarm: Option<Alarm>,
}

/// Why a cluster moved: a stable code and its numbers, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// Which rule.
    pub code: String,
    /// Its numbers and days.
    pub values: Vec<(String, String)>,
}

impl Why {
    fn new(code: &str, values: &[(&str, String)]) -> Self {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Self { code: code.to_owned(), values }
    }

    /// As kept with the event: `above_expected observed=41 expected=16.8`.
    pub fn line(&self) -> String {
        let pairs = self.values.iter().map(|(name, value)| format!(" {name}={value}"));
        std::iter::once(self.code.clone()).chain(pairs).collect()
    }

    /// Reads [`Self::line`]; `None` for what a person wrote.
    pub fn from_line(line: &str) -> Option<Self> {
        let mut parts = line.split(' ');
        let code = parts.next().filter(|code| CODES.contains(code))?;
        let pair = |part: &str| part.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        Some(Self { code: code.to_owned(), values: parts.map(pair).collect::<Option<_>>()? })
    }
}

/// Every rule's code.
pub const CODES: [&str; 11] = [
    "above_expected",
    "as_expected",
    "not_new",
    "seen_for",
    "came_back",
    "worse",
    "more_complaints",
    "more_customers",
    "day_came",
    "stayed",
    "owner_rule",
];

/// Where a cluster goes by itself, and why; `None` when it stays.
pub fn next(standing: &Standing) -> Option<(ClusterState, Why)> {
    let Standing { state, since, aside, founded, today, known_until, .. } = *standing;
    let days = |from: Day| today.0 - from.0;
    let told = |code: &str, alarm: Alarm| {
        let Alarm { end, observed, expected } = alarm;
        let values = [
            ("observed", observed.to_string()),
            ("expected", format!("{expected:.1}")),
            ("day", end.to_string()),
        ];
        Why::new(code, &values)
    };
    let since_day = || ("day", since.to_string());
    // The window's last day is the last known one when it is fresh.
    let current = standing.alarm.filter(|alarm| known_until.0 - alarm.end.0 < ALARM_DAYS);
    let escalates = current.map(|alarm| (ClusterState::Escalating, told("above_expected", alarm)));
    match state {
        ClusterState::New => escalates.or_else(|| {
            if days(founded) >= NEW_DAYS {
                let value = [("days", NEW_DAYS.to_string())];
                return Some((ClusterState::Ongoing, Why::new("seen_for", &value)));
            }
            let first = standing.first.filter(|first| known_until.0 - first.0 >= OLD_DAYS)?;
            Some((ClusterState::Ongoing, Why::new("not_new", &[("day", first.to_string())])))
        }),
        ClusterState::Ongoing => escalates,
        // Who says by hand that something escalates is believed for as long as an alarm is.
        ClusterState::Escalating if current.is_none() => (!standing.by_person || days(since) >= ALARM_DAYS)
            .then(|| (ClusterState::Ongoing, Why::new("as_expected", &[("day", known_until.to_string())]))),
        ClusterState::Escalating => None,
        ClusterState::Regressed => match current.filter(|alarm| alarm.end > since) {
            Some(alarm) => Some((ClusterState::Escalating, told("above_expected", alarm))),
            None => (days(since) >= BACK_DAYS)
                .then(|| (ClusterState::Ongoing, Why::new("stayed", &[("days", BACK_DAYS.to_string())]))),
        },
        ClusterState::Resolved => (standing.complaints_since >= BACK_COMPLAINTS).then(|| {
            let values = [("count", standing.complaints_since.to_string()), since_day()];
            (ClusterState::Regressed, Why::new("came_back", &values))
        }),
        ClusterState::Archived => match aside? {
            Aside::Ever => None,
            Aside::Worse => {
                let alarm = standing.alarm.filter(|alarm| alarm.end > since)?;
                Some((ClusterState::Regressed, told("worse", alarm)))
            }
            Aside::Complaints(most) => (standing.complaints_since >= i64::from(most)).then(|| {
                let values = [("count", standing.complaints_since.to_string()), since_day()];
                (ClusterState::Regressed, Why::new("more_complaints", &values))
            }),
            Aside::Customers(most) => (standing.customers_since >= i64::from(most)).then(|| {
                let values = [("count", standing.customers_since.to_string()), since_day()];
                (ClusterState::Regressed, Why::new("more_customers", &values))
            }),
            Aside::Until(day) => (today >= day)
                .then(|| (ClusterState::Ongoing, Why::new("day_came", &[("day", day.to_string())]))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ClusterState::{Archived, Escalating, New, Ongoing, Regressed, Resolved};

    const TODAY: Day = Day(20_000);

    fn standing(state: ClusterState) -> Standing {
        Standing {
            state,
            since: Day(TODAY.0 - 7),
            by_person: false,
            aside: None,
            founded: Day(TODAY.0 - 7),
            first: Some(Day(TODAY.0 - 20)),
            today: TODAY,
            known_until: Day(TODAY.0 - 1),
            complaints_since: 0,
            customers_since: 0,
            alarm: None,
        }
    }

    fn alarm(days_ago: i32) -> Option<Alarm> {
        Some(Alarm { end: Day(TODAY.0 - days_ago), observed: 41, expected: 16.8 })
    }

    #[test]
    fn each_rule_moves_what_it_should() {
        let aside = |aside| Standing { aside: Some(aside), ..standing(Archived) };
        let cases = [
            (standing(New), None),
            (Standing { founded: Day(TODAY.0 - 14), ..standing(New) }, Some((Ongoing, "seen_for"))),
            (Standing { first: Some(Day(TODAY.0 - 92)), ..standing(New) }, Some((Ongoing, "not_new"))),
            (Standing { alarm: alarm(1), ..standing(New) }, Some((Escalating, "above_expected"))),
            (standing(Ongoing), None),
            (Standing { alarm: alarm(1), ..standing(Ongoing) }, Some((Escalating, "above_expected"))),
            (Standing { alarm: alarm(15), ..standing(Ongoing) }, None),
            (standing(Escalating), Some((Ongoing, "as_expected"))),
            (Standing { by_person: true, ..standing(Escalating) }, None),
            (Standing { alarm: alarm(8), ..standing(Escalating) }, None),
            (standing(Regressed), None),
            (Standing { since: Day(TODAY.0 - 28), ..standing(Regressed) }, Some((Ongoing, "stayed"))),
            (Standing { alarm: alarm(1), ..standing(Regressed) }, Some((Escalating, "above_expected"))),
            (Standing { complaints_since: 2, ..standing(Resolved) }, None),
            (Standing { complaints_since: 3, ..standing(Resolved) }, Some((Regressed, "came_back"))),
            (Standing { complaints_since: 900, alarm: alarm(1), ..standing(Archived) }, None),
            (Standing { complaints_since: 900, alarm: alarm(1), ..aside(Aside::Ever) }, None),
            (Standing { alarm: alarm(7), ..aside(Aside::Worse) }, None),
            (Standing { alarm: alarm(1), ..aside(Aside::Worse) }, Some((Regressed, "worse"))),
            (Standing { complaints_since: 49, ..aside(Aside::Complaints(50)) }, None),
            (
                Standing { complaints_since: 50, ..aside(Aside::Complaints(50)) },
                Some((Regressed, "more_complaints")),
            ),
            (
                Standing { customers_since: 10, ..aside(Aside::Customers(10)) },
                Some((Regressed, "more_customers")),
            ),
            (aside(Aside::Until(Day(TODAY.0 + 1))), None),
            (aside(Aside::Until(TODAY)), Some((Ongoing, "day_came"))),
        ];
        for (standing, expected) in cases {
            let got = next(&standing);
            let told = got.as_ref().map(|(state, why)| (*state, why.code.as_str()));
            assert_eq!(told, expected, "{standing:?}");
            if let Some((_, why)) = got {
                assert_eq!(Why::from_line(&why.line()), Some(why.clone()), "{why:?}");
                assert!(CODES.contains(&why.code.as_str()));
            }
        }
        assert_eq!(Why::from_line("lo pidió Ana"), None);
    }

    /// One look, one step, and the next look on the same day changes nothing: every move is one event.
    #[test]
    fn nothing_goes_to_and_fro() {
        let asides = [
            None,
            Some(Aside::Worse),
            Some(Aside::Complaints(5)),
            Some(Aside::Customers(5)),
            Some(Aside::Ever),
        ];
        let days = [0, 1, 13, 14, 15, 28, 100];
        for state in ClusterState::ALL {
            for aside in asides {
                for ago in days {
                    for alarm in std::iter::once(None).chain(days.map(alarm)) {
                        for (count, by_person) in [(0, false), (3, true), (60, false)] {
                            let before = Standing {
                                since: Day(TODAY.0 - ago),
                                founded: Day(TODAY.0 - ago),
                                first: Some(Day(TODAY.0 - ago)),
                                aside,
                                alarm,
                                by_person,
                                complaints_since: count,
                                customers_since: count,
                                ..standing(state)
                            };
                            let Some((state, _)) = next(&before) else { continue };
                            assert_ne!(state, before.state);
                            let after = Standing {
                                state,
                                since: TODAY,
                                by_person: false,
                                aside: None,
                                complaints_since: 0,
                                customers_since: 0,
                                ..before
                            };
                            // What stopped being put aside may be above what was expected.
                            let again = next(&after);
                            let rises = again.as_ref().is_some_and(|(next, _)| *next == Escalating);
                            assert!(again.is_none() || rises, "{before:?} to {after:?} to {again:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_put_aside_is_read_back() {
        for aside in
            [Aside::Worse, Aside::Complaints(50), Aside::Customers(1), Aside::Until(Day(20_000)), Aside::Ever]
        {
            assert_eq!(Aside::from_line(&aside.line()), Some(aside));
        }
        for line in ["", "complaints:0", "complaints:x", "until:tomorrow", "until", "ever:1"] {
            assert_eq!(Aside::from_line(line), None, "{line}");
        }
    }
}

//! The watcher over a whole house: the budget of false alarms, past weeks judged again, known events.

use raiz::config::Config;
use raiz::domain::complaint::{Facts, NewComplaint};
use raiz::domain::counts::{Dimension, Node};
use raiz::domain::filter::Filter;
use raiz::domain::label::{Axis, Label, Origin};
use raiz::domain::language::Language;
use raiz::domain::time::{Day, Timestamp, Week};
use raiz::pipeline::Pipeline;
use raiz::pipeline::precursors::{Imported, Part};
use raiz::pipeline::watch_replay::{KnownSeriesEvent, Period};
use raiz::store::Clock;
use raiz::store::analysis::Analysed;
use raiz::watch::known_events::{Known, Outcome};
use raiz::watch::precursor::Verdict;

use crate::world::NOW;

/// Whole weeks of history before the present of the tests.
const WEEKS: i32 = 50;
/// The answers the complaints have, in turn.
const AREAS: i32 = 14;
const FAILURES: u64 = 15;

fn last_week() -> Week {
    Week(NOW.day_in(&jiff::tz::TimeZone::UTC).week().0 - 1)
}

/// A number from 0 to `below`, the same for the same place: the mixing of SplitMix64.
fn scattered(a: i32, b: i32, below: u64) -> i32 {
    let mut mixed = (u64::from(a.unsigned_abs()) << 32 | u64::from(b.unsigned_abs())) + 0x9E37_79B9_7F4A_7C15;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    i32::try_from((mixed ^ (mixed >> 31)) % below).expect("small")
}

/// What happens in a house.
#[derive(Clone, Copy, Default)]
struct Plot {
    budget: Option<f64>,
    /// In this week the first area has twenty more of the first failure.
    incident: Option<Week>,
    /// In this week the second area has twenty more, of any failure, in the region `Sur`.
    local: Option<Week>,
    /// From this week on the region `Norte` is called `Zona Norte`.
    new_name: Option<Week>,
    /// So many weeks more, and bursts of questions in the first area, two weeks before as many claims.
    asked_weeks: i32,
}

/// A complaint of a house; without a region it is of either.
struct Told {
    week: i32,
    area: i32,
    failure: i32,
    kind: &'static str,
    region: Option<&'static str>,
}

impl Told {
    fn new(week: i32, area: i32, failure: i32) -> Self {
        Self { week, area, failure, kind: "complaint", region: None }
    }
}

/// A house with fifty weeks of complaints that have labels and no text.
async fn house(folder: &tempfile::TempDir, plot: Plot) -> Pipeline {
    let Plot { budget, incident, local, new_name, asked_weeks } = plot;
    let mut config = Config { data_dir: folder.path().to_owned(), ..Config::default() };
    config.watch.false_alarms_per_week = budget;
    config.watch.threshold = budget.is_none().then_some(2.42);
    config.watch.first_weeks = 4;
    let house = Pipeline::open(&config, Clock::fixed(NOW)).await.expect("a new house opens");
    let mut told: Vec<Told> = Vec::new();
    for week in last_week().0 - WEEKS - asked_weeks + 1..=last_week().0 {
        for area in 0..AREAS {
            for number in 0..scattered(week, area, 5) {
                told.push(Told::new(week, area, scattered(week * 31 + number, area, FAILURES)));
            }
        }
        if asked_weeks > 0 {
            let asked = |week| 2 + if scattered(week, 99, 6) == 0 { 9 + scattered(week, 98, 9) } else { 0 };
            for (kind, count) in [("petition", asked(week)), ("claim", asked(week - 2))] {
                told.extend(
                    (0..count + scattered(week, count, 3)).map(|_| Told { kind, ..Told::new(week, 0, 0) }),
                );
            }
        }
        if incident == Some(Week(week)) {
            told.extend((0..20).map(|_| Told::new(week, 0, 0)));
        }
        if local == Some(Week(week)) {
            let spread = |number| scattered(number, 97, FAILURES);
            told.extend(
                (0..20).map(|number| Told { region: Some("Sur"), ..Told::new(week, 1, spread(number)) }),
            );
        }
    }
    let regions = ["Norte", "Sur"];
    let complaints: Vec<NewComplaint> = (0..)
        .zip(&told)
        .map(|(number, one)| {
            let week = Week(one.week);
            let day = Day(week.first_day().0 + number % 7);
            let either = regions[usize::try_from((one.area + number) % 2).expect("small")];
            let mut region = one.region.unwrap_or(either).to_owned();
            if region == "Norte" && new_name.is_some_and(|from| week >= from) {
                region = "Zona Norte".to_owned();
            }
            NewComplaint {
                source: "test".to_owned(),
                external_id: Some(number.to_string()),
                received_at: Timestamp(i64::from(day.0) * 86_400_000_000 + 3_600_000_000),
                received_day: day,
                text: None,
                declared_language: None,
                facts: Facts { product: Some("Línea".to_owned()), region: Some(region), ..Facts::default() },
            }
        })
        .collect();
    house.store.take_in(&complaints).await.expect("stored");
    let label = |axis, value: String| Label {
        axis,
        value,
        probability: 0.9,
        unsure: false,
        origin: Origin::Machine,
        model: "m".to_owned(),
    };
    loop {
        let raw = house.store.claim_pending(2_000).await.expect("claimed");
        if raw.is_empty() {
            break;
        }
        let numbers: Vec<_> =
            house.store.complaints(&raw.iter().map(|raw| raw.id).collect::<Vec<_>>()).await.expect("read");
        let analysed: Vec<Analysed> = numbers
            .into_iter()
            .map(|record| {
                let number = record.complaint.external_id.as_deref().and_then(|id| id.parse::<usize>().ok());
                let Told { area, failure, kind, .. } = told[number.expect("its own number")];
                Analysed {
                    id: record.complaint.id,
                    day: record.complaint.received_day,
                    text: None,
                    redactions: 0,
                    language: Language::Unknown,
                    labels: vec![
                        label(Axis::Kind, kind.to_owned()),
                        label(Axis::ProductArea, format!("area{area}")),
                        label(Axis::FailureType, format!("failure{failure}")),
                    ],
                    cluster: None,
                }
            })
            .collect();
        house.store.record_analysis(&analysed, "t1").await.expect("recorded");
    }
    house
}

#[tokio::test]
async fn a_budget_is_learnt_kept_and_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let house = house(&folder, Plot { budget: Some(0.5), ..Plot::default() }).await;
    assert_eq!(house.store.calibration().await.expect("read"), None);
    house.watch().await.expect("judged");
    let learnt = house.store.calibration().await.expect("read").expect("kept");
    assert_eq!(learnt.week, last_week());

    let status = house.budget_status().await.expect("told");
    assert_eq!(
        (status.budget, status.series, status.calibrated),
        (Some(0.5), learnt.series, Some(last_week()))
    );
    assert!(status.expected_per_week <= 0.5, "{status:?}");
    let threshold = learnt.tail.threshold(0.5, learnt.series);
    assert!((status.threshold - threshold).abs() < 1e-12 && (1.5..4.0).contains(&threshold), "{status:?}");
    // A history of which no week is news: what it would have warned of is within the budget.
    let replayed = house.replay(Period::default()).await.expect("replayed").expect("there are weeks");
    assert!((replayed.threshold - threshold).abs() < 1e-12);
    assert!(replayed.per_week() <= 1.0, "{} in {} weeks", replayed.fired.len(), replayed.week_count());
    let dealt = house.replay_dealt(3).await.expect("replayed").expect("there are weeks");
    assert!(dealt <= 1.2, "{dealt}");

    // The same week again: nothing is learnt twice.
    house.watch().await.expect("judged");
    assert_eq!(house.store.calibration().await.expect("read"), Some(learnt));
}

#[tokio::test]
async fn past_weeks_are_judged_again_and_events_and_traps_with_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let happened = Week(last_week().0 - 9);
    let house = house(&folder, Plot { incident: Some(happened), ..Plot::default() }).await;
    let area = Node::new(Dimension::ProductArea, "area0");
    let event = |node: &Node, is_trap, onset: i32| KnownSeriesEvent {
        node: node.clone(),
        known: Known { name: "e".to_owned(), is_trap, onset, peak: onset + 1 },
    };
    let period = Period { from: Some(Week(happened.0 - 8)), ..Period::default() };
    let replayed = house.replay(period).await.expect("replayed").expect("there are weeks");
    assert_eq!(replayed.weeks, (Week(happened.0 - 8), last_week()));
    assert!((replayed.threshold - 2.42).abs() < 1e-12, "no budget: the threshold of the settings");
    assert!(replayed.fired.iter().any(|fired| fired.week == happened), "{:?}", replayed.fired);
    assert!(replayed.fired.iter().all(|fired| fired.signal.is_none()), "nothing was kept");
    assert!(house.store.signals().await.expect("read").is_empty());
    let quiet = Node::new(Dimension::ProductArea, "area3");
    let (judged, _) = replayed.judge(vec![event(&quiet, true, happened.0), event(&quiet, false, happened.0)]);
    assert_eq!([judged[0].outcome, judged[1].outcome], [Outcome::Silent, Outcome::Missed]);
    // Reported at the pair; the area, which it raises, counts as seen.
    let pair = Node::new(Dimension::AreaFailure, "area0/failure0");
    let (judged, _) = replayed.judge(vec![event(&area, false, happened.0), event(&pair, false, happened.0)]);
    assert!(judged.iter().all(|one| one.outcome == Outcome::InTime { delay: 0 }), "{judged:?}");

    // A part that can be afforded: its last weeks.
    let few = Period { most: Some(replayed.series * 3), ..Period::default() };
    let part = house.replay(few).await.expect("replayed").expect("there are weeks");
    assert_eq!((part.week_count(), part.shortened), (3, true));
    let future = Period { from: Some(Week(last_week().0 + 1)), ..Period::default() };
    assert_eq!(house.replay(future).await.expect("replayed"), None);
}

#[tokio::test]
async fn an_empty_house_has_nothing_to_replay() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let house = crate::world::pipeline(&folder, "UTC").await;
    assert_eq!(house.replay(Period::default()).await.expect("replayed"), None);
    let status = house.budget_status().await.expect("told");
    assert_eq!((status.budget, status.series), (Some(1.0), 0));
}

#[tokio::test]
async fn an_excess_is_reported_once_at_the_smallest_series_that_explains_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let house = house(&folder, Plot { incident: Some(last_week()), ..Plot::default() }).await;
    house.watch().await.expect("judged");
    let mut signals = house.store.signals().await.expect("read");
    signals.retain(|signal| signal.period_end == last_week().last_day() && signal.evidence.score > 5.0);
    let told: Vec<&Node> = signals.iter().map(|signal| &signal.node).collect();
    assert_eq!(told, [&Node::new(Dimension::AreaFailure, "area0/failure0")], "{signals:?}");
    let also: Vec<Dimension> = signals[0].evidence.also.iter().map(|also| also.node.dimension).collect();
    for dimension in [Dimension::ProductArea, Dimension::FailureType] {
        assert!(also.contains(&dimension), "{also:?}");
    }
}

#[tokio::test]
async fn what_rises_in_one_area_of_one_region_is_told_of_the_two_together() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let house = house(&folder, Plot { local: Some(last_week()), ..Plot::default() }).await;
    house.watch().await.expect("judged");
    let mut signals = house.store.signals().await.expect("read");
    signals.retain(|signal| signal.period_end == last_week().last_day() && signal.evidence.score > 5.0);
    let told: Vec<&Node> = signals.iter().map(|signal| &signal.node).collect();
    let pair = Node::new(Dimension::AreaRegion, "area1/Sur");
    assert_eq!(told, [&pair], "{signals:?}");
    let also: Vec<Dimension> = signals[0].evidence.also.iter().map(|also| also.node.dimension).collect();
    assert!(also.contains(&Dimension::ProductArea), "{also:?}");
    let question = Filter::of_node(&pair).to_pairs();
    assert_eq!(question, [("product_area", "area1".to_owned()), ("region", "Sur".to_owned())]);
}

#[tokio::test]
async fn a_region_with_a_new_name_is_no_news() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let renamed = Week(last_week().0 - 1);
    let house = house(&folder, Plot { new_name: Some(renamed), ..Plot::default() }).await;
    let regions = house.counts_of(Dimension::Region, Day(0), Day(40_000)).await.expect("counted");
    assert!(regions.iter().any(|count| count.key == "Zona Norte"));
    house.watch().await.expect("judged");
    let signals = house.store.signals().await.expect("read");
    assert!(signals.iter().all(|signal| signal.node.key != "Zona Norte"), "{signals:?}");
}

#[tokio::test]
async fn the_next_weeks_are_told_where_there_is_a_past() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let house = house(&folder, Plot::default()).await;
    let all = Node::new(Dimension::All, "");
    let outlook = house.outlook(&all, 3, Some(5)).await.expect("computed").expect("fifty weeks of past");
    assert_eq!((outlook.limit, outlook.weeks.len()), (5, 3));
    // Fourteen areas with two complaints a week on average.
    let next = &outlook.weeks[0];
    assert!(next.week.0 == last_week().0 + 1 && (20.0..36.0).contains(&next.expected), "{next:?}");
    assert!(next.chance_above > 0.95 && next.interval.0 < next.interval.1, "{next:?}");
    let region = Node::new(Dimension::Region, "Sur");
    let outlook = house.outlook(&region, 4, None).await.expect("computed").expect("fifty weeks of past");
    assert!(outlook.limit > 5 && outlook.weeks[0].chance_above < 0.5, "{outlook:?}");
    let nobody = Node::new(Dimension::Region, "Nada");
    assert_eq!(house.outlook(&nobody, 4, None).await.expect("computed"), None);
}

#[tokio::test]
async fn questions_that_run_ahead_of_claims_are_told_with_their_weeks() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let house = house(&folder, Plot { asked_weeks: 40, ..Plot::default() }).await;
    let area = Node::new(Dimension::ProductArea, "area0");
    let first = last_week().0 - WEEKS - 39;
    let tickets = Imported {
        name: "tickets".to_owned(),
        counts: (first..=last_week().0).map(|week| (Week(week), 3)).collect(),
    };
    let found = house.precursors(&area, vec![tickets.clone()]).await.expect("compared");
    assert_eq!(found.len(), 4, "three pairs of kinds and the tickets");
    let of = |low, high| {
        let parts = (Part::Kind(low), Part::Kind(high));
        found.iter().find(|one| (&one.ahead, &one.behind) == (&parts.0, &parts.1)).expect("compared").verdict
    };
    let lead = of("petition", "claim");
    assert!(matches!(lead, Verdict::Leads(lead) if lead.weeks == 2 && lead.between == (2, 2)), "{lead:?}");
    assert_eq!(of("petition", "complaint"), Verdict::Unclear);
    assert_eq!(found[3].verdict, Verdict::Unclear, "tickets that never vary say nothing");

    let failure = Node::new(Dimension::FailureType, "failure7");
    let few = house.precursors(&failure, Vec::new()).await.expect("compared");
    assert!(few.iter().all(|one| one.verdict == Verdict::TooFew), "{few:?}");
    let region = Node::new(Dimension::Region, "Sur");
    assert!(house.precursors(&region, Vec::new()).await.expect("compared").is_empty());
    let own = house.precursors(&region, vec![tickets]).await.expect("compared");
    assert_eq!((own.len(), &own[0].behind), (1, &Part::All));
}

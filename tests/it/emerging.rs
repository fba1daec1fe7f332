//! A failure nobody has named yet: noticed once, extended while it goes on, made a group or dismissed, and
//! both undone. The stream is invented, so that what is new is known.

use raiz::config::Config;
use raiz::domain::complaint::{Facts, NewComplaint};
use raiz::domain::emerging::{Emerging, EmergingState};
use raiz::domain::time::{Day, Timestamp};
use raiz::pipeline::Pipeline;
use raiz::pipeline::plan::By;
use raiz::pipeline::rediscover::Settled;
use raiz::store::Clock;
use raiz::store::analysis::Analysed;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::world::NOW;

const SUBJECTS: [[&str; 6]; 4] = [
    ["tarjeta", "bloqueada", "cajero", "retenida", "sucursal", "plástico"],
    ["factura", "cobro", "doble", "importe", "recibo", "cargo"],
    ["internet", "lento", "módem", "señal", "velocidad", "cortes"],
    ["técnico", "visita", "cita", "instalación", "tardanza", "espera"],
];
/// Known words that never came together.
const NEW: [&str; 6] = ["tarjeta", "técnico", "módem", "tarjeta", "técnico", "recibo"];
/// Complaints a day.
const PER_DAY: usize = 20;

struct Source {
    random: ChaCha8Rng,
    number: usize,
}

impl Source {
    fn next(&mut self, words: &[&str; 6]) -> NewComplaint {
        let mut words: Vec<&str> = words.to_vec();
        words.shuffle(&mut self.random);
        let detail: u32 = self.random.gen_range(0..40);
        let letters = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let other = letters[self.random.gen_range(0..letters.len())];
        let text = format!(
            "{} {} {} con dato{other}{other} y otro{}",
            words[0],
            words[1],
            words[2],
            letters[detail as usize % 8]
        );
        self.number += 1;
        let day = i32::try_from(self.number / PER_DAY).expect("few days");
        let first = NOW.day_in(&jiff::tz::TimeZone::UTC).0 - 70;
        NewComplaint {
            source: "test".to_owned(),
            external_id: Some(format!("n{}", self.number)),
            received_at: Timestamp(
                i64::from(first + day) * 86_400_000_000 + (self.number % PER_DAY) as i64 * 1_000_000,
            ),
            received_day: Day(first + day),
            text: Some(text),
            declared_language: None,
            facts: Facts::default(),
        }
    }

    fn known(&mut self, count: usize) -> Vec<NewComplaint> {
        (0..count).map(|at| self.next(&SUBJECTS[at % 4])).collect()
    }

    /// Known complaints with a new one after every fifth.
    fn with_new(&mut self, new: usize) -> Vec<NewComplaint> {
        (0..new).flat_map(|_| [self.known(5), vec![self.next(&NEW)]].concat()).collect()
    }
}

/// Stored and analysed as they are: what they tell of is for the scan to see, not for the models.
async fn take_in(house: &Pipeline, complaints: &[NewComplaint]) {
    house.store.take_in(complaints).await.expect("stored");
    let raw = house.store.claim_pending(10_000).await.expect("claimed");
    let analysed: Vec<Analysed> = raw
        .iter()
        .map(|raw| Analysed {
            id: raw.id,
            day: raw.day,
            text: raw.original.clone(),
            redactions: 0,
            language: raiz::domain::language::Language::Spanish,
            labels: Vec::new(),
            cluster: None,
        })
        .collect();
    house.store.record_analysis(&analysed, "t1").await.expect("recorded");
}

/// A house that is told to raise hardly any false alarm.
async fn quiet_house(folder: &tempfile::TempDir) -> Pipeline {
    let mut config = Config { data_dir: folder.path().to_owned(), ..Config::default() };
    config.emerging.false_alarms_per_1000 = 0.1;
    Pipeline::open(&config, Clock::fixed(NOW)).await.expect("a new house opens")
}

async fn told(house: &Pipeline) -> Vec<Emerging> {
    house.store.emerging().await.expect("read")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_failure_is_noticed_once_grows_and_is_settled_by_people() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = quiet_house(&folder).await;
    let mut source = Source { random: ChaCha8Rng::seed_from_u64(7), number: 0 };
    take_in(&house, &source.known(300)).await;
    assert_eq!(house.notice().await.expect("too little, and no error").scans, 0);

    take_in(&house, &source.known(700)).await;
    let calm = house.notice().await.expect("scanned");
    assert!(calm.scans > 5 && calm.found == 0, "{calm:?}: {:?}", told(&house).await);

    take_in(&house, &source.with_new(14)).await;
    let noticed = house.notice().await.expect("scanned");
    assert_eq!(noticed.found, 1, "{:?}", told(&house).await);
    let group = told(&house).await.remove(0);
    assert_eq!(group.state, EmergingState::Open);
    let evidence = &group.evidence;
    assert!(evidence.score >= evidence.threshold && evidence.threshold > 0.0, "{evidence:?}");
    assert!(evidence.recent_neighbours as f64 > 2.0 * evidence.expected, "{evidence:?}");
    let texts = house.store.grouping_texts(&group.members).await.expect("read");
    let own = texts.iter().filter(|text| NEW.iter().filter(|word| text.text.contains(*word)).count() >= 3);
    let share = own.count() as f64 / texts.len() as f64;
    assert!(share >= 0.8, "{share}: {texts:?}");
    assert!(evidence.terms.iter().any(|term| NEW.iter().any(|word| term.contains(word))), "{evidence:?}");

    assert_eq!(house.notice().await.expect("nothing new").scans, 0, "what was looked at is not again");
    house.store.close().await;
    drop(house);
    // After a restart the past is learned anew, and is the same.
    let house = quiet_house(&folder).await;
    take_in(&house, &source.with_new(10)).await;
    let more = house.notice().await.expect("scanned");
    assert!(more.scans > 0 && more.found == 0, "{more:?}: {:?}", told(&house).await);
    let grown = told(&house).await;
    assert_eq!((grown.len(), grown[0].id), (1, group.id));
    assert!(grown[0].members.len() > group.members.len() && grown[0].last_at > group.last_at);
    assert_eq!(grown[0].members[..group.members.len()], group.members);

    let by = By { person: Some("Ana".to_owned()), reason: None };
    let Settled::Done(dismissal) = house.dismiss_emerging(group.id, &by).await.expect("asked") else {
        panic!("settled")
    };
    assert_eq!(told(&house).await[0].state, EmergingState::Dismissed);
    assert_eq!(house.dismiss_emerging(group.id, &by).await.expect("asked"), Settled::NotOpen, "once");
    let refused = house.store.refused_groups().await.expect("read");
    assert!(refused.iter().any(|refused| refused.len() == grown[0].members.len()), "no discovery founds it");
    house.undo(dismissal, None).await.expect("asked").expect("undone");
    assert_eq!(told(&house).await[0].state, EmergingState::Open);

    let title = Some("Tarjeta, técnico y módem".to_owned());
    let Settled::Done(founding) = house.found_emerging(group.id, title, &by).await.expect("asked") else {
        panic!("settled")
    };
    let founded = told(&house).await.remove(0);
    let cluster = founded.cluster.expect("a group");
    assert_eq!(founded.state, EmergingState::Founded);
    let stands = house.store.cluster(cluster).await.expect("read").expect("there");
    assert_eq!(stands.title, "Tarjeta, técnico y módem");
    assert_eq!(usize::try_from(stands.complaints).ok(), Some(grown[0].members.len()));
    house.notice().await.expect("scanned");
    assert_eq!(told(&house).await[0].state, EmergingState::Founded, "no search changes what people decided");
    house.undo(founding, None).await.expect("asked").expect("undone");
    let again = told(&house).await.remove(0);
    assert_eq!((again.state, again.cluster), (EmergingState::Open, None));
    assert!(house.store.clusters().await.expect("read").is_empty());
}

//! From a raised signal to the letter and the signed POST, against listeners on this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use raiz::config::{Config, Encryption};
use raiz::domain::counts::{Dimension, Node};
use raiz::domain::language::Language;
use raiz::domain::ownership::mentions;
use raiz::domain::signal::Evidence;
use raiz::domain::subscription::{Channel, QuietHours, Rhythm, Scope, Secret, Wish};
use raiz::domain::time::{Day, Timestamp, Week};
use raiz::notify::signature::sign;
use raiz::pipeline::Pipeline;
use raiz::pipeline::notify::Delivered;
use raiz::store::Clock;
use raiz::store::clusters::NewCluster;
use raiz::store::outbox::MessageState;
use raiz::store::signals::Alarm;

use crate::world::NOW;

const HOUR: i64 = 3_600_000_000;
const SECRET: &str = "0123456789abcdef";

const SENT: Delivered = Delivered { sent: 1, postponed: 0, given_up: 0 };
const POSTPONED: Delivered = Delivered { sent: 0, postponed: 1, given_up: 0 };
const GIVEN_UP: Delivered = Delivered { sent: 0, postponed: 0, given_up: 1 };
const NOTHING: Delivered = Delivered { sent: 0, postponed: 0, given_up: 0 };

async fn house(folder: &tempfile::TempDir, change: impl FnOnce(&mut Config)) -> Pipeline {
    let mut config = Config { data_dir: folder.path().to_owned(), ..Config::default() };
    config.notify.link = Some("https://raiz.example".to_owned());
    change(&mut config);
    Pipeline::open(&config, Clock::fixed(NOW)).await.expect("a new house opens")
}

fn wish(channel: Channel) -> Wish {
    Wish {
        scope: Scope::Everything,
        channel,
        rhythm: Rhythm::AtOnce,
        language: Language::Spanish,
        quiet: None,
        per_hour: 1,
    }
}

fn hook(port: u16) -> Channel {
    let url = format!("http://127.0.0.1:{port}/raiz?de=raiz");
    Channel::Webhook { url, secret: Secret(SECRET.to_owned()) }
}

async fn raise(house: &Pipeline, key: &str, end: i32) {
    let evidence = Evidence {
        observed: 41,
        expected: 17.0,
        upper: 22.0,
        p_value: 1e-5,
        score: 5.0,
        window_weeks: 1,
        method: "empirical_bayes".to_owned(),
        history_weeks: 40,
        also: Vec::new(),
    };
    let node = Node::new(Dimension::FailureType, key);
    let alarm = Alarm { node, period_start: Day(end - 6), period_end: Day(end), evidence };
    assert_eq!(house.store.record_watch(&[alarm], &[], Week(end / 7)).await.expect("kept"), 1);
}

/// A mail server for as many letters as `refusals` has entries: `Some` refuses with that answer.
fn mail_server(refusals: &'static [Option<&'static str>]) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let (letters, received) = channel();
    thread::spawn(move || {
        for refusal in refusals {
            let (stream, _) = listener.accept().expect("a client");
            let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
            let mut writer = stream;
            let mut say = |line: &str| writer.write_all(format!("{line}\r\n").as_bytes()).expect("said");
            say("220 mail.example ESMTP");
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|read| read > 0) {
                let verb = line[..4.min(line.len())].to_uppercase();
                match (verb.as_str(), refusal) {
                    ("RCPT", Some(answer)) => say(answer),
                    ("DATA", _) => {
                        say("354 go on");
                        let mut letter = String::new();
                        while !letter.ends_with("\r\n.\r\n") {
                            reader.read_line(&mut letter).expect("a letter");
                        }
                        letters.send(letter).expect("the test waits");
                        say("250 taken");
                    }
                    ("QUIT", _) => say("221 bye"),
                    _ => say("250 ok"),
                }
                line.clear();
            }
        }
    });
    (port, received)
}

/// What a webhook's receiver saw: head and body.
struct Received {
    head: String,
    body: String,
}

impl Received {
    fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(of, _)| of.eq_ignore_ascii_case(name)).map(|(_, value)| value).unwrap_or_default()
    }
}

/// A receiver that gives these answers, one a request.
fn receiver(answers: &'static [&'static str]) -> (u16, Receiver<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let (requests, received) = channel();
    thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().expect("a client");
            requests.send(request(&mut stream)).expect("the test waits");
            let head = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).expect("answered");
        }
    });
    (port, received)
}

fn request(stream: &mut TcpStream) -> Received {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).expect("a head");
    }
    let mut received = Received { head, body: String::new() };
    let length: usize = received.header("content-length").parse().expect("a length");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    received.body = String::from_utf8(body).expect("UTF-8");
    received
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_says_what_and_where_and_comes_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (port, letters) = mail_server(&[None]);
    let house = house(&folder, |config| {
        config.mail.host = Some("127.0.0.1".to_owned());
        config.mail.port = port;
        config.mail.encryption = Encryption::None;
        config.mail.from = "raiz@empresa.example".to_owned();
    })
    .await;
    let id = house
        .store
        .subscribe(&wish(Channel::Mail { address: "ana@empresa.example".to_owned() }))
        .await
        .expect("in force");
    raise(&house, "delay", 20_767).await;
    assert_eq!(house.deliver().await.expect("delivered"), SENT);
    let letter = letters.recv().expect("a letter");
    let message = house.store.messages(1).await.expect("read").remove(0);
    let signal = house.store.signals().await.expect("read")[0].id;
    for part in [
        "From: raiz@empresa.example",
        "To: ana@empresa.example",
        &format!("Message-ID: <{}@raiz>", message.id),
        &format!("https://raiz.example/alertas/{signal}"),
        "https://raiz.example/alertas/avisos",
        "Subject: ",
    ] {
        assert!(letter.contains(part), "{part} is not in:\n{letter}");
    }
    assert_eq!((message.subscription, message.state), (id, MessageState::Sent));
    house.store.clock().set(Timestamp(NOW.0 + 48 * HOUR));
    assert_eq!(house.deliver().await.expect("delivered"), NOTHING, "once is enough");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_comes_to_who_bears_the_name_and_keeps_the_comment_in_the_house() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (port, requests) = receiver(&["204 No Content"]);
    let house = house(&folder, |config| config.notify.allow_private_addresses = true).await;
    let id = house.store.new_cluster_id();
    let new = NewCluster { id, title: "Cobros duplicados".to_owned(), terms: vec!["cobro".to_owned()] };
    house.store.found_clusters(&[new], &[], 1).await.expect("founded");
    for scope in [Scope::Owner("Marta Ruiz".to_owned()), Scope::Owner("Jorge".to_owned()), Scope::Everything]
    {
        house.store.subscribe(&Wish { scope, ..wish(hook(port)) }).await.expect("in force");
    }
    let said = "@marta.ruiz la clienta Rosa Peña ya llamó";
    assert!(house.store.comment_on(id, Some("Ana"), said, &mentions(said)).await.expect("kept"));
    assert_eq!(house.deliver().await.expect("delivered"), SENT, "Jorge is not meant");
    let body = requests.recv().expect("a request").body;
    let told: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    let mention = &told["mentions"][0];
    assert_eq!((&mention["person"], &mention["title"]), (&"Ana".into(), &"Cobros duplicados".into()));
    assert_eq!(mention["link"], format!("https://raiz.example/grupos/{id}#comentarios"));
    assert_eq!((&told["test"], told["mentions"].as_array().map(Vec::len)), (&false.into(), Some(1)));
    assert!(!body.contains("Rosa"), "{body}");
    assert_eq!(
        house.store.messages(9).await.expect("read").iter().map(|line| line.told).collect::<Vec<_>>(),
        [1]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_letter_is_given_up_and_a_missing_server_is_not() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (port, _letters) = mail_server(&[Some("550 no such mailbox")]);
    let house = house(&folder, |config| {
        config.mail.host = Some("127.0.0.1".to_owned());
        config.mail.port = port;
        config.mail.encryption = Encryption::None;
    })
    .await;
    let mail = Channel::Mail { address: "nadie@empresa.example".to_owned() };
    let id = house.store.subscribe(&wish(mail.clone())).await.expect("in force");
    house.store.post_test(id).await.expect("posted");
    assert_eq!(house.deliver().await.expect("delivered"), GIVEN_UP);
    let reason = house.store.messages(1).await.expect("read").remove(0).reason.expect("a reason");
    assert!(reason.contains("550"), "{reason}");

    let folder = tempfile::tempdir().expect("a temporary folder");
    let house = self::house(&folder, |_| ()).await;
    let id = house.store.subscribe(&wish(mail)).await.expect("in force");
    house.store.post_test(id).await.expect("posted");
    assert_eq!(house.deliver().await.expect("delivered"), POSTPONED);
    let reason = house.store.messages(1).await.expect("read").remove(0).reason.expect("a reason");
    assert!(reason.contains("[mail] host"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_signed_and_tried_again_under_its_id() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (port, requests) = receiver(&["500 Internal Server Error", "302 Found", "204 No Content"]);
    let house = house(&folder, |config| config.notify.allow_private_addresses = true).await;
    let english = Wish { language: Language::English, ..wish(hook(port)) };
    house.store.subscribe(&english).await.expect("in force");
    raise(&house, "delay", 20_767).await;
    assert_eq!(house.deliver().await.expect("delivered"), POSTPONED);
    assert_eq!(house.deliver().await.expect("delivered"), NOTHING, "it pauses first");
    house.store.clock().set(Timestamp(NOW.0 + HOUR / 60));
    assert_eq!(house.deliver().await.expect("delivered"), POSTPONED, "a redirect is not followed");
    house.store.clock().set(Timestamp(NOW.0 + HOUR));
    assert_eq!(house.deliver().await.expect("delivered"), SENT);

    let requests: Vec<Received> = (0..3).map(|_| requests.recv().expect("a request")).collect();
    for request in &requests {
        assert!(request.head.starts_with("POST /raiz?de=raiz HTTP/1.1"), "{}", request.head);
        let at: i64 = request.header("raiz-timestamp").parse().expect("seconds");
        assert_eq!(request.header("raiz-signature"), sign(SECRET, at, request.body.as_bytes()));
        assert_eq!(request.header("raiz-message"), requests[0].header("raiz-message"));
        assert!(!request.head.contains(SECRET) && !request.body.contains(SECRET));
    }
    assert_eq!(requests[2].header("raiz-timestamp"), (NOW.0 / 1_000_000 + 3_600).to_string());
    let told: serde_json::Value = serde_json::from_str(&requests[2].body).expect("JSON");
    assert_eq!((&told["test"], &told["language"]), (&false.into(), &"en".into()));
    assert_eq!((&told["signals"][0]["key"], &told["signals"][0]["observed"]), (&"delay".into(), &41.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_reaches_no_private_network_unless_allowed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (port, requests) = receiver(&["204 No Content"]);
    let house = house(&folder, |_| ()).await;
    let id = house.store.subscribe(&wish(hook(port))).await.expect("in force");
    house.store.post_test(id).await.expect("posted");
    assert_eq!(house.deliver().await.expect("delivered"), GIVEN_UP);
    assert!(requests.try_recv().is_err(), "nothing was sent");
    let reason = house.store.messages(1).await.expect("read").remove(0).reason.expect("a reason");
    assert!(reason.contains("allow_private_addresses"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_hours_limits_and_digests_hold_back_and_bring_all_together() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (port, requests) = receiver(&["204 No Content", "204 No Content", "204 No Content"]);
    let house = house(&folder, |config| config.notify.allow_private_addresses = true).await;
    let at = |hours: i64| house.store.clock().set(Timestamp(NOW.0 + hours * HOUR));
    let count = |received: &Received| {
        let told: serde_json::Value = serde_json::from_str(&received.body).expect("JSON");
        told["signals"].as_array().expect("a list").len()
    };
    // It is noon; quiet until two; one message an hour.
    let quiet = Wish { quiet: Some(QuietHours { from: 11, until: 14 }), ..wish(hook(port)) };
    let id = house.store.subscribe(&quiet).await.expect("in force");
    raise(&house, "delay", 20_767).await;
    raise(&house, "privacy", 20_767).await;
    assert_eq!(house.deliver().await.expect("delivered"), NOTHING);
    at(2);
    assert_eq!(house.deliver().await.expect("delivered"), SENT);
    assert_eq!(count(&requests.recv().expect("a request")), 2, "what waited comes together");
    raise(&house, "usage", 20_767).await;
    assert_eq!(house.deliver().await.expect("delivered"), NOTHING, "one an hour");
    at(4);
    assert_eq!(house.deliver().await.expect("delivered"), SENT);
    assert_eq!(count(&requests.recv().expect("a request")), 1);

    // A daily digest waits for the next morning at eight.
    house.store.unsubscribe(id).await.expect("ended");
    let daily = Wish { rhythm: Rhythm::Daily, ..wish(hook(port)) };
    house.store.subscribe(&daily).await.expect("in force");
    raise(&house, "undue_charge", 20_767).await;
    raise(&house, "other", 20_767).await;
    at(19);
    assert_eq!(house.deliver().await.expect("delivered"), NOTHING);
    at(20);
    assert_eq!(house.deliver().await.expect("delivered"), SENT);
    assert_eq!(count(&requests.recv().expect("a request")), 2);
}

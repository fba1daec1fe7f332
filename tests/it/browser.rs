//! The pages in a real browser, driven over WebDriver (W3C): a person searches, opens a group, creates an
//! action and acknowledges an alert.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use raiz::config::ServiceConfig;
use raiz::store::intake_queue::IntakeQueue;
use raiz::web::server;
use raiz::web::state::AppState;
use serde_json::{Value, json};

use crate::world::{demo_house, skipped};

const DRIVER_PORT: u16 = 19_515;
/// Key of an element in WebDriver's JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser session; ends with its driver.
struct Browser {
    driver: Child,
    session: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    fn start(chromium: &str, chromedriver: &str) -> Self {
        let driver = Command::new(chromedriver)
            .arg(format!("--port={DRIVER_PORT}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the driver starts");
        let profile = tempfile::tempdir().expect("a temporary folder");
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1280,1600",
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "binary": chromium, "args": arguments }
        }}});
        let base = format!("http://127.0.0.1:{DRIVER_PORT}/session");
        let answer = (0..50)
            .find_map(|_| {
                std::thread::sleep(Duration::from_millis(200));
                let mut answer = ureq::post(&base).send_json(&capabilities).ok()?;
                answer.body_mut().read_json::<Value>().ok()
            })
            .expect("the driver answers");
        let id = answer["value"]["sessionId"].as_str().expect("a session").to_owned();
        Self { driver, session: format!("{base}/{id}"), _profile: profile }
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        let mut answer =
            ureq::post(format!("{}/{command}", self.session)).send_json(body).expect("the command is done");
        answer.body_mut().read_json::<Value>().expect("an answer")["value"].take()
    }

    fn open(&self, address: &str) {
        self.post("url", &json!({ "url": address }));
    }

    fn find(&self, selector: &str) -> String {
        let found = self.post("element", &json!({ "using": "css selector", "value": selector }));
        found[ELEMENT].as_str().expect("an element").to_owned()
    }

    fn click(&self, selector: &str) {
        let element = self.find(selector);
        self.post(&format!("element/{element}/click"), &json!({}));
    }

    fn write(&self, selector: &str, text: &str) {
        let element = self.find(selector);
        self.post(&format!("element/{element}/value"), &json!({ "text": text }));
    }

    fn text(&self) -> String {
        self.script("return document.body.innerText")
    }

    /// Waits until a script says true: a key pressed sends a form, and the page it leads to comes when it comes.
    fn wait_for(&self, script: &str) {
        let came = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            // Between two pages there is nowhere to run a script.
            let asked = json!({ "script": script, "args": [] });
            let answer = ureq::post(format!("{}/execute/sync", self.session)).send_json(&asked);
            let answer = answer.ok().and_then(|mut answer| answer.body_mut().read_json::<Value>().ok());
            answer.is_some_and(|answer| answer["value"] == true)
        });
        assert!(came, "{script}: not within ten seconds; the page says: {}", self.text());
    }

    fn script(&self, script: &str) -> String {
        let value = self.post("execute/sync", &json!({ "script": script, "args": [] }));
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = ureq::delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_finds_a_failure_and_starts_an_action() {
    let name = "browser::a_team_finds_a_failure_and_starts_an_action";
    let (Ok(chromium), Ok(chromedriver)) =
        (std::env::var("RAIZ_TEST_CHROMIUM"), std::env::var("RAIZ_TEST_CHROMEDRIVER"))
    else {
        return skipped(name, "no browser; set RAIZ_TEST_CHROMIUM and RAIZ_TEST_CHROMEDRIVER");
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let house = demo_house(&folder).await;
    let largest = house.store.clusters().await.expect("read").remove(0);
    let (queue, writer) = IntakeQueue::start(house.store.clone(), || ());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let state = AppState::new(house, queue);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let service = tokio::spawn(async move {
        let until = async { drop(stopped.await) };
        server::serve(state, writer, &ServiceConfig::default(), listener, until).await
    });
    let visit =
        tokio::task::spawn_blocking(move || visit(&chromium, &chromedriver, &base, &largest.id.to_string()));
    visit.await.expect("the visit ends well");
    stop.send(()).expect("still serving");
    service.await.expect("no panic").expect("a clean end");
}

fn visit(chromium: &str, chromedriver: &str, base: &str, cluster: &str) {
    let browser = Browser::start(chromium, chromedriver);
    for (path, words) in
        [("/?lang=es", "Inicio"), ("/grupos", "Grupos"), ("/alertas", "Alertas"), ("/acciones", "Acciones")]
    {
        browser.open(&format!("{base}{path}"));
        assert!(browser.text().contains(words), "{path}: {}", browser.text());
        let wide = browser.script("return document.documentElement.scrollWidth <= window.innerWidth");
        assert_eq!(wide, "true", "{path} is wider than the window");
    }

    browser.open(&format!("{base}/buscar"));
    browser.write("main input[name=q], input[name=q]", "factura\u{E007}");
    browser.wait_for("return location.search.includes('q=factura')");
    browser.wait_for("return document.querySelectorAll('mark').length > 0");

    browser.open(&format!("{base}/grupos/{cluster}"));
    assert!(browser.script("return document.querySelectorAll('svg').length") != "0", "a chart is drawn");
    browser.open(&format!("{base}/acciones/nueva?cluster={cluster}"));
    browser.write("input[name=title]", "Revisar la facturación del alta");
    browser.click("main form button[type=submit], main form button:not([type])");
    browser.wait_for("return document.body.innerText.includes('Revisar la facturación del alta')");
    browser.open(&format!("{base}/acciones"));
    assert!(browser.text().contains("Revisar la facturación del alta"), "{}", browser.text());

    browser.open(&format!("{base}/?lang=en"));
    assert_eq!(browser.script("return document.documentElement.lang"), "en");
}

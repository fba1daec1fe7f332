//! The pages through the service's own door: what a browser gets, what its forms change, and what
//! happens to what people type.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use raiz::config::ServiceConfig;
use raiz::domain::action::{ActionState, ActionText};
use raiz::domain::counts::{Dimension, Node};
use raiz::domain::id::{ActionId, ClusterId, ComplaintId, SignalId};
use raiz::domain::signal::{Evidence, SignalState};
use raiz::domain::time::{Day, Week};
use raiz::store::analysis::{Analysed, Assignment};
use raiz::store::clusters::NewCluster;
use raiz::store::intake_queue::IntakeQueue;
use raiz::store::signals::Alarm;
use raiz::web::server;
use raiz::web::state::AppState;
use tower::ServiceExt;

use crate::world::{complaint, pipeline};

/// A Monday ten weeks before the present of the tests.
const FIRST_DAY: i32 = 20_773 - 70;

struct Browser {
    state: AppState,
    router: Router,
    _folder: tempfile::TempDir,
}

struct Page {
    status: StatusCode,
    location: String,
    cookie: String,
    body: String,
}

impl Browser {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let pipeline = pipeline(&folder, "America/Bogota").await;
        let (queue, _) = IntakeQueue::start(pipeline.store.clone(), || ());
        let state = AppState::new(pipeline, queue);
        let router = server::router(state.clone(), &ServiceConfig::default());
        Self { state, router, _folder: folder }
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Page {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("the router always answers");
        let (parts, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a whole answer");
        let text = |name| {
            parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        Page {
            status: parts.status,
            location: text(header::LOCATION),
            cookie: text(header::SET_COOKIE),
            body: String::from_utf8(body.to_vec()).expect("UTF-8"),
        }
    }

    async fn get(&self, path: &str) -> Page {
        self.send(Method::GET, path, &[], "").await
    }

    async fn post(&self, path: &str, form: &str) -> Page {
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        self.send(Method::POST, path, &kind, form).await
    }

    /// Thirty complaints in one group, one of them with HTML in its text, an alert and an action.
    async fn with_history(&self) -> (ClusterId, ComplaintId, SignalId, ActionId) {
        let store = &self.state.store;
        let told: Vec<_> = (0..30)
            .map(|number| {
                let text = format!("Me cobraron dos veces <script>alert({number})</script>");
                complaint(&format!("r{number}"), FIRST_DAY + 2 * number, &text)
            })
            .collect();
        store.take_in(&told).await.expect("stored");
        let raw = store.claim_pending(100).await.expect("claimed");
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
        store.record_analysis(&analysed, "t1").await.expect("recorded");
        let cluster = store.new_cluster_id();
        let found =
            NewCluster { id: cluster, title: "Cobro <b>doble".to_owned(), terms: vec!["cobro".to_owned()] };
        let members: Vec<Assignment> = raw
            .iter()
            .map(|raw| Assignment { complaint: raw.id, day: raw.day, cluster, similarity: 0.7 })
            .collect();
        store.found_clusters(&[found], &members, 1).await.expect("founded");
        self.state.pipeline.follow_changes().await.expect("indexed");
        let alarm = Alarm {
            node: Node::new(Dimension::Cluster, cluster.to_string()),
            period_start: Day(FIRST_DAY + 56),
            period_end: Day(FIRST_DAY + 62),
            evidence: Evidence {
                observed: 41,
                expected: 12.0,
                upper: 22.0,
                p_value: 0.0001,
                score: 3.2,
                window_weeks: 1,
                method: "empirical_bayes".to_owned(),
                history_weeks: 9,
                also: Vec::new(),
            },
        };
        store.record_watch(&[alarm], &[], Week(2_960)).await.expect("raised");
        let signal = store.signals().await.expect("listed")[0].id;
        let text = ActionText { title: "Avisar".to_owned(), ..ActionText::default() };
        let action = store.create_action(&text, &[cluster]).await.expect("created");
        (cluster, raw[0].id, signal, action)
    }
}

#[tokio::test]
async fn an_empty_service_says_what_to_do_first() {
    let browser = Browser::open().await;
    let home = browser.get("/").await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.body.contains("raiz import") && home.body.contains("raiz demo"));
    for path in [
        "/grupos",
        "/buscar",
        "/revision",
        "/alertas",
        "/alertas/repaso",
        "/acciones",
        "/acciones/nueva",
        "/taxonomia",
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.body.starts_with("<!doctype html>") && !page.body.contains('⟦'), "{path}");
    }
}

#[tokio::test]
async fn every_page_shows_real_data_and_none_of_it_as_html() {
    let browser = Browser::open().await;
    let (cluster, complaint, signal, action) = browser.with_history().await;
    let paths = [
        "/".to_owned(),
        "/grupos?orden=recent".to_owned(),
        format!("/grupos/{cluster}"),
        "/buscar?q=cobraron&facets=source".to_owned(),
        format!("/quejas/{complaint}"),
        "/alertas".to_owned(),
        format!("/alertas/{signal}"),
        "/alertas/repaso?desde=2026-10-05&hasta=nunca".to_owned(),
        "/acciones".to_owned(),
        format!("/acciones/nueva?cluster={cluster}"),
        format!("/acciones/{action}"),
    ];
    for language in ["es", "en"] {
        for path in &paths {
            let page = browser.send(Method::GET, path, &[("cookie", &format!("lang={language}"))], "").await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(page.body.contains(&format!("<html lang=\"{language}\">")), "{path}");
            assert!(!page.body.contains('⟦'), "{path}");
            assert!(!page.body.contains("<script>") && !page.body.contains("<b>"), "{path}");
        }
    }
    let found = browser.get("/buscar?q=cobraron").await;
    assert!(found.body.contains("<mark>cobraron</mark>"), "found words are marked");
    assert!(found.body.contains("Mostrando 25 de 30") && found.body.contains("after="), "{}", found.body);
}

#[tokio::test]
async fn a_question_that_cannot_be_read_is_kept_with_what_to_change() {
    let browser = Browser::open().await;
    let cases = [
        ("/buscar?compny=x&q=cobro", "compny"),
        ("/buscar?q=%22cobro", "comilla"),
        ("/buscar?from=12/11/2026&q=cobro", "2026-11-12"),
        ("/buscar?after=zzz&q=cobro", "after"),
    ];
    for (path, named) in cases {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(page.body.contains(named) && page.body.contains("cobro"), "{path}");
    }
}

#[tokio::test]
async fn forms_change_what_they_say_and_lead_back_to_a_page() {
    let browser = Browser::open().await;
    let (cluster, _, signal, action) = browser.with_history().await;
    let store = &browser.state.store;

    let page = browser
        .post(&format!("/grupos/{cluster}"), "title=Cobro+duplicado&state=escalating&owner=Marta")
        .await;
    assert_eq!((page.status, page.location), (StatusCode::SEE_OTHER, format!("/grupos/{cluster}")));
    let edited = store.cluster(cluster).await.expect("read").expect("there");
    assert_eq!((edited.title.as_str(), edited.owner.as_deref()), ("Cobro duplicado", Some("Marta")));
    assert!(edited.title_by_person);

    let page = browser.post("/acciones", &format!("title=Quitar+reintento&cluster={cluster}")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let created = browser.get(&page.location).await;
    assert!(created.body.contains("Quitar reintento") && created.body.contains("Cobro duplicado"));

    let page = browser.post(&format!("/acciones/{action}"), "title=Avisar+ya&due=2026-12-01&owner=").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let page = browser.post(&format!("/acciones/{action}/estado"), "state=planned").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let page =
        browser.post(&format!("/acciones/{action}/grupos"), &format!("cluster={cluster}&linked=no")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let moved = store.action(action).await.expect("read").expect("there");
    assert_eq!((moved.state, moved.text.title.as_str()), (ActionState::Planned, "Avisar ya"));
    assert_eq!((moved.text.due, moved.clusters.len()), (Day::from_iso("2026-12-01"), 0));

    let page = browser.post(&format!("/alertas/{signal}"), "state=confirmed&note=Es+la+4.2").await;
    assert_eq!((page.status, page.location), (StatusCode::SEE_OTHER, format!("/alertas/{signal}")));
    let mute = format!("/alertas/{signal}/silencio");
    let page = browser.post(&mute, "until=day&day=2020-01-01&note=Festivo").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "a day that is over mutes nothing");
    let page = browser.post(&mute, "until=worse&day=&note=Se+sabe&by=Ana").await;
    assert_eq!((page.status, page.location), (StatusCode::SEE_OTHER, format!("/alertas/{signal}")));
    let page = browser.get(&format!("/alertas/{signal}")).await.body;
    assert!(page.contains("Callada desde") && page.contains("Callada hasta que empeore, por Ana «Se sabe»"));
    browser.post(&mute, "until=off").await;
    assert!(browser.get(&format!("/alertas/{signal}")).await.body.contains("Vuelve a avisar"));
    let judged = store.signal(signal).await.expect("read").expect("there");
    assert_eq!((judged.state, judged.note.as_deref()), (SignalState::Confirmed, Some("Es la 4.2")));
}

#[tokio::test]
async fn a_label_is_corrected_and_the_next_complaint_follows() {
    let browser = Browser::open().await;
    let (_, complaint, _, _) = browser.with_history().await;
    let page = browser.get(&format!("/revision?queja={complaint}&eje=kind")).await;
    assert!(page.body.contains("data-key=\"1\"") && page.body.contains("name=\"otra\""), "{}", page.body);
    let form = format!("queja={complaint}&eje=kind&cola=unsure&persona=Ana&otra=report&motivo=Denuncia");
    let page = browser.post("/revision", &form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.location, "/revision?eje=kind&cola=unsure&persona=Ana&hecho=si");
    let id = complaint.to_string().parse().expect("an id");
    let said = browser.state.store.judgements(id, raiz::domain::label::Axis::Kind).await.expect("read");
    assert_eq!(said[0].judgement.reason.as_deref(), Some("Denuncia"));
    assert!(browser.get(&page.location).await.body.contains("Guardado"));
    let nameless = form.replace("persona=Ana", "persona=+");
    let refused = browser.post("/revision", &nameless).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("persona-error") && refused.body.contains("Denuncia"));
}

#[tokio::test]
async fn what_was_typed_survives_a_refusal() {
    let browser = Browser::open().await;
    let (cluster, _, signal, action) = browser.with_history().await;
    let long = "x".repeat(300);
    let cases = [
        ("/acciones".to_owned(), "title=+&description=Porque+s%C3%AD".to_owned(), "Porque sí"),
        (format!("/acciones/{action}"), "title=Bien&due=pronto".to_owned(), "2026-11-12"),
        (format!("/acciones/{action}/estado"), "state=effective".to_owned(), "Avisar"),
        (format!("/grupos/{cluster}"), format!("title={long}&state=new&owner=Luis"), "Luis"),
        (format!("/alertas/{signal}"), "state=raised&note=Mi+nota".to_owned(), "Mi nota"),
    ];
    for (path, form, kept) in cases {
        let page = browser.post(&path, &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {form}");
        assert!(page.body.contains(kept) && page.body.contains("class=\"error\""), "{path} {form}");
    }
    let unchanged = browser.state.store.cluster(cluster).await.expect("read").expect("there");
    assert_eq!(unchanged.title, "Cobro <b>doble");
}

#[tokio::test]
async fn a_language_is_chosen_once_and_failures_are_pages_in_it() {
    let browser = Browser::open().await;
    let page = browser.get("/grupos?orden=seen&lang=en").await;
    assert_eq!((page.status, page.location.as_str()), (StatusCode::SEE_OTHER, "/grupos?orden=seen"));
    assert!(page.cookie.starts_with("lang=en;"), "{}", page.cookie);

    let nowhere = uuid::Uuid::from_u128(7);
    for path in [format!("/grupos/{nowhere}"), format!("/quejas/{nowhere}"), "/nada".to_owned()] {
        let page = browser.send(Method::GET, &path, &[("accept-language", "en")], "").await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.body.contains("<html lang=\"en\">") && page.body.contains("Nothing here"), "{path}");
    }
    for path in ["/grupos/no-es-un-id", "/grupos?color=rojo"] {
        let page = browser.get(path).await;
        assert!(page.status.is_client_error(), "{path}");
        assert!(page.body.contains("<html lang=\"es\">"), "{path}");
    }
}

#[tokio::test]
async fn the_style_is_served_to_be_kept() {
    let browser = Browser::open().await;
    let home = browser.get("/").await;
    let start = home.body.find("/assets/").expect("a link to the style");
    let end = home.body[start..].find('"').expect("the end of the link") + start;
    let style = browser.get(&home.body[start..end]).await;
    assert_eq!(style.status, StatusCode::OK, "{}", &home.body[start..end]);
    assert_eq!(browser.get("/assets/x/none.css").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_term_is_joined_with_another_after_its_changes_were_seen() {
    let browser = Browser::open().await;
    let (_, complaint, ..) = browser.with_history().await;
    let said = raiz::domain::review::Judgement {
        complaint,
        axis: raiz::domain::label::Axis::FailureType,
        value: "usage".to_owned(),
        reviewer: "Ana".to_owned(),
        reason: None,
        adjudicates: false,
    };
    browser.state.store.judge_labels(&[said], "1").await.expect("kept");
    let tree = browser.get("/taxonomia").await;
    assert!(tree.body.contains("/buscar?failure_type=usage") && tree.body.contains("Versión 1"));
    let term = browser.get("/taxonomia/failure_type/usage").await;
    assert!(term.body.contains("no sabía que había que activar"), "{}", term.body);
    assert_eq!(browser.get("/taxonomia/failure_type/nada").await.status, StatusCode::NOT_FOUND);

    let seen = browser.post("/taxonomia/editar", "eje=failure_type&termino=usage&une=other").await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(seen.body.contains("1 queja pasaría a otro término"), "{}", seen.body);
    assert_eq!(browser.state.store.taxonomy_number().await.expect("read"), 1, "seeing writes nothing");
    let start = seen.body.find("name=\"borrador\" value=\"").expect("the draft travels") + 23;
    let end = seen.body[start..].find("\">").expect("its end") + start;
    let draft = seen.body[start..end].replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&");
    let draft: String = draft.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let done =
        browser.post("/taxonomia/editar", &format!("paso=publicar&nota=se+une&borrador={draft}")).await;
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/taxonomia?hecho=si"));
    let tree = browser.get(&done.location).await;
    assert!(tree.body.contains("Uso o malentendido, ahora en: Otro") && tree.body.contains("se une"));
    assert!(browser.get("/taxonomia/cambios?de=1&a=2").await.body.contains("sus quejas pasan a: Otro"));
    let wrong = browser.post("/taxonomia/editar", "borrador=%5B%5Bkind%5D%5D").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("product_area: has no term"), "{}", wrong.body);
}

#[tokio::test]
async fn groups_are_merged_split_and_taken_back_on_their_pages() {
    let browser = Browser::open().await;
    let (cluster, complaint, _, _) = browser.with_history().await;
    let address = format!("/grupos/{cluster}/cambiar");
    let asked = browser.get(&address).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(!asked.body.contains("<script>alert"), "texts are escaped");
    let chosen = format!("accion=mover&con=new&nombre=Otro+cobro&queja={complaint}");
    let shown = browser.get(&format!("{address}?{chosen}")).await;
    assert!(shown.body.contains("Otro cobro"), "the preview names what is founded");
    let store = &browser.state.store;
    assert_eq!(store.clusters().await.expect("read").len(), 1, "a preview changes nothing");

    let done = browser.post(&address, &format!("{chosen}&persona=Ana&motivo=es+otro")).await;
    assert_eq!((done.status, done.location), (StatusCode::SEE_OTHER, format!("/grupos/{cluster}/linaje")));
    assert_eq!(store.clusters().await.expect("read").len(), 2);
    let told = browser.get(&format!("/grupos/{cluster}/linaje?dia=2026-11-16")).await;
    assert!(told.body.contains("Otro cobro") && told.body.contains("Ana"), "who, and what came of it");
    let again = browser.post(&address, &chosen).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "the complaint is elsewhere now");

    let decision = told.body.split("name=\"decision\" value=\"").nth(1).expect("it can be undone");
    let decision = decision.split('"').next().expect("an id");
    let undo = browser.post(&format!("/grupos/{cluster}/deshacer"), &format!("decision={decision}")).await;
    assert_eq!(undo.status, StatusCode::SEE_OTHER);
    assert_eq!(store.clusters().await.expect("read").len(), 1);
    assert_eq!(store.all_members(cluster).await.expect("read").len(), 30);
}

#[tokio::test]
async fn people_subscribe_to_alerts_and_feeds_carry_them() {
    let browser = Browser::open().await;
    let path = "/alertas/avisos";
    let refused =
        browser.post(path, "scope=everything&rhythm=at_once&url=https%3A%2F%2Fa.example&secret=corta").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("a.example") && !refused.body.contains("corta\""), "a secret is not shown");
    let taken = browser.post(path, "scope=everything&rhythm=daily&address=ana%40empresa.example").await;
    assert_eq!((taken.status, taken.location.as_str()), (StatusCode::SEE_OTHER, path));
    let id = browser.state.store.subscriptions().await.expect("read")[0].id;
    let page = browser.get(path).await.body;
    assert!(page.contains("ana@empresa.example") && page.contains("Resumen diario"));
    browser.post(&format!("{path}/{id}/prueba"), "").await;
    assert!(browser.get(path).await.body.contains("por enviar"));
    browser.post(&format!("{path}/{id}/fin"), "").await;
    assert!(browser.state.store.subscriptions().await.expect("read").is_empty());

    let empty = browser.get("/alertas/feed.atom").await;
    assert!(
        empty.body.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>")
            && !empty.body.contains("<entry>")
    );
    let (_, _, signal, _) = browser.with_history().await;
    let feed = browser.get("/alertas/feed.atom").await.body;
    for part in [
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"es\">".to_owned(),
        format!("<id>urn:uuid:{signal}</id>"),
        format!("href=\"http://127.0.0.1:8047/alertas/{signal}\""),
        "<updated>2026-11-16T12:00:00Z</updated>".to_owned(),
    ] {
        assert!(feed.contains(&part), "{part} is not in:\n{feed}");
    }
    assert!(feed.contains("doble") && !feed.contains("<b>"), "titles are escaped");
}

#[tokio::test]
async fn groups_are_asked_for_changed_together_and_kept_as_views() {
    let browser = Browser::open().await;
    let (cluster, ..) = browser.with_history().await;
    browser.state.pipeline.keep_clusters().await.expect("kept");
    let link = format!("/grupos/{cluster}\"");
    assert!(browser.get("/grupos").await.body.contains(&link), "it is shown, folded or not");
    assert!(!browser.get("/grupos?q=is%3Aresuelto").await.body.contains(&link));
    let page = browser.get("/grupos?q=cobro+color%3Arojo").await;
    assert!(page.body.contains(&link) && page.body.contains("color:rojo"), "{}", page.body);

    let done = browser
        .post(
            "/grupos/varios",
            &format!("q=is%3Aopen&grupo={cluster}&accion=resolve&responsable=&prioridad=high"),
        )
        .await;
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/grupos?q=is%3Aopen"));
    assert!(browser.get("/grupos?q=is%3Aresuelto").await.body.contains(&link));
    browser.post("/grupos/varios", &format!("grupo={cluster}&accion=rank&prioridad=urgent")).await;
    browser.post("/grupos/varios", &format!("grupo={cluster}&accion=assign&responsable=Ana+Soto")).await;
    assert!(browser.get("/grupos?q=owner%3A%22Ana+Soto%22+prioridad%3Aurgente").await.body.contains(&link));

    browser.post("/grupos/vistas", "nombre=Lo+m%C3%ADo&q=owner%3A%22Ana+Soto%22&accion=keep").await;
    assert!(browser.get("/grupos").await.body.contains("Lo mío"));
    browser.post("/grupos/vistas", "nombre=Lo+m%C3%ADo&q=&accion=drop").await;
    assert!(!browser.get("/grupos").await.body.contains("Lo mío"));
    assert_eq!(browser.get("/grupos/mapa").await.status, StatusCode::OK);

    let address = format!("/grupos/{cluster}");
    let form = "title=Cobro&state=archived&owner=Ana+Soto&aside=complaints&priority=urgent";
    let wrong = browser.post(&address, &format!("{form}&aside_value=muchas")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = browser.post(&address, &format!("{form}&aside_value=20")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let page = browser.get(&address).await;
    assert!(page.body.contains("hasta 20 quejas más"), "{}", page.body);
    browser.post(&format!("{address}/comentarios"), "body=%40jorge+%3Cb%3Emira&person=Ana").await;
    let page = browser.get(&address).await;
    assert!(
        page.body.contains("@jorge &#60;b&#62;mira") || page.body.contains("@jorge &lt;b&gt;mira"),
        "{}",
        page.body
    );

    let rules = browser.post("/grupos/responsables", "rules=%3D%3E+Calidad").await;
    assert_eq!(rules.status, StatusCode::SEE_OTHER);
    assert!(browser.get("/grupos/responsables").await.body.contains("=&#62; Calidad"));
    let wrong = browser.post("/grupos/responsables", "rules=luna").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

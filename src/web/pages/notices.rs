//! Avisos: who is told of which alerts, what became of the last messages, and a form to be told.

use askama::Template;
use axum::extract::{Form as FormBody, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::PageError;
use super::forms::{Choice, Errors};
use super::frame::{Frame, Section};
use super::lines;
use super::names::{Names, capitalised};
use super::visitor::Visitor;
use crate::domain::counts::{Dimension, Node};
use crate::domain::id::SubscriptionId;
use crate::domain::label::Axis;
use crate::domain::language::Language;
use crate::domain::subscription::{
    Channel, DEFAULT_PER_HOUR, QuietHours, Rhythm, Scope, Secret, Subscription, Wish,
};
use crate::i18n::{Locale, format};
use crate::store::outbox::{MessageLine, MessageState};
use crate::web::state::AppState;

/// Messages shown.
const MESSAGES: usize = 20;

/// The page.
#[derive(Debug, Template)]
#[template(path = "notices.html")]
pub(super) struct NoticesPage {
    frame: Frame,
    lead: String,
    subscriptions: Vec<Line>,
    messages: Vec<Line>,
    /// What can be chosen: everything, an area, a group, or an owner's groups.
    scopes: Vec<Choice>,
    rhythms: Vec<Choice>,
    form: WishBody,
    errors: Errors,
}

/// A subscription or a message in two lines.
#[derive(Debug)]
struct Line {
    id: String,
    title: String,
    meta: String,
}

/// What was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WishBody {
    /// `everything`, `area:ID`, `cluster:ID` or `owner`.
    scope: String,
    owner: String,
    address: String,
    url: String,
    /// Never shown again, not even when the form is.
    secret: String,
    rhythm: String,
    quiet_from: String,
    quiet_until: String,
}

pub(super) async fn show(State(state): State<AppState>, visitor: Visitor) -> Result<Html<String>, PageError> {
    super::html(&page(&state, &visitor, WishBody::default(), Errors::default()).await?)
}

pub(super) async fn subscribe(
    State(state): State<AppState>,
    visitor: Visitor,
    FormBody(body): FormBody<WishBody>,
) -> Result<Response, PageError> {
    let errors = match body.wish(visitor.locale) {
        Ok(wish) => match wish.check() {
            Ok(()) => {
                state.store.subscribe(&wish).await?;
                return Ok(Redirect::to("/alertas/avisos").into_response());
            }
            Err(broken) => Errors::of(visitor.locale, &broken),
        },
        Err(errors) => errors,
    };
    let page = page(&state, &visitor, body, errors).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, super::html(&page)?).into_response())
}

pub(super) async fn test(
    State(state): State<AppState>,
    Path(id): Path<SubscriptionId>,
) -> Result<Redirect, PageError> {
    state.store.subscription(id).await?.ok_or(PageError::NotFound)?;
    state.store.post_test(id).await?;
    Ok(Redirect::to("/alertas/avisos"))
}

pub(super) async fn end(
    State(state): State<AppState>,
    Path(id): Path<SubscriptionId>,
) -> Result<Redirect, PageError> {
    state.store.unsubscribe(id).await?;
    Ok(Redirect::to("/alertas/avisos"))
}

impl WishBody {
    fn wish(&self, locale: Locale) -> Result<Wish, Errors> {
        let mut errors = Errors::default();
        let mut refuse = |field: &str, key: &str| errors.add(field, locale.text(key, &[]));
        let scope = match self.scope.split_once(':') {
            None if self.scope == "everything" => Some(Scope::Everything),
            None if self.scope == "owner" => Some(Scope::Owner(self.owner.trim().to_owned())),
            Some(("area", id)) => Some(Scope::Area(id.to_owned())),
            Some(("cluster", id)) => Some(Scope::Node(Node::new(Dimension::Cluster, id))),
            _ => {
                refuse("scope", "form-wrong");
                None
            }
        };
        let channel = match (self.address.trim(), self.url.trim()) {
            ("", "") => {
                refuse("address", "notices-one-way");
                None
            }
            (address, "") => Some(Channel::Mail { address: address.to_owned() }),
            ("", url) => {
                let secret = Secret(self.secret.trim().to_owned());
                Some(Channel::Webhook { url: url.to_owned(), secret })
            }
            _ => {
                refuse("address", "notices-one-way");
                None
            }
        };
        let hour = |text: &str| text.trim().parse::<i8>().ok();
        let quiet = match (hour(&self.quiet_from), hour(&self.quiet_until)) {
            (Some(from), Some(until)) => Some(QuietHours { from, until }),
            _ if self.quiet_from.trim().is_empty() && self.quiet_until.trim().is_empty() => None,
            _ => {
                refuse("quiet", "form-wrong");
                None
            }
        };
        let rhythm = Rhythm::from_name(&self.rhythm);
        if rhythm.is_none() {
            refuse("rhythm", "form-wrong");
        }
        let language = match locale {
            Locale::Es => Language::Spanish,
            Locale::En => Language::English,
        };
        match (scope, channel, rhythm) {
            (Some(scope), Some(channel), Some(rhythm)) if errors.is_empty() => {
                Ok(Wish { scope, channel, rhythm, language, quiet, per_hour: DEFAULT_PER_HOUR })
            }
            _ => Err(errors),
        }
    }
}

async fn page(
    state: &AppState,
    visitor: &Visitor,
    form: WishBody,
    errors: Errors,
) -> Result<NoticesPage, PageError> {
    let clusters = state.store.clusters().await?;
    let names = lines::names(state, visitor.locale, &clusters);
    let subscriptions = state.store.subscriptions().await?;
    let messages = state.store.messages(MESSAGES).await?;
    let instant = |line: &MessageLine| {
        format::instant(visitor.locale, line.sent_at.unwrap_or(line.created_at), &state.zone)
    };
    let messages = messages.into_iter().map(|line| (instant(&line), line)).collect();
    let frame = visitor.frame(Section::Alerts);
    Ok(NoticesPage::new(frame, &subscriptions, messages, (form, errors), &names))
}

impl NoticesPage {
    fn new(
        frame: Frame,
        subscriptions: &[Subscription],
        messages: Vec<(String, MessageLine)>,
        (form, errors): (WishBody, Errors),
        names: &Names,
    ) -> Self {
        let count = i64::try_from(subscriptions.len()).unwrap_or(i64::MAX);
        let to = |id| {
            let of = subscriptions.iter().find(|subscription| subscription.id == id);
            of.map(|of| address_of(&of.wish.channel).to_owned()).unwrap_or_default()
        };
        Self {
            lead: frame.t1("notices-lead", "count", count),
            subscriptions: subscriptions.iter().map(|one| subscription_line(&frame, one, names)).collect(),
            messages: messages
                .into_iter()
                .map(|(when, line)| message_line(&frame, &when, &to(line.subscription), line))
                .collect(),
            scopes: scopes(&frame, &form.scope, names),
            rhythms: Rhythm::ALL
                .map(|rhythm| Choice {
                    value: rhythm.name().to_owned(),
                    label: frame.t(&format!("rhythm-{}", rhythm.name())),
                    selected: form.rhythm == rhythm.name(),
                })
                .into(),
            form,
            errors,
            frame,
        }
    }
}

fn address_of(channel: &Channel) -> &str {
    match channel {
        Channel::Mail { address } => address,
        Channel::Webhook { url, .. } => url,
    }
}

fn scopes(frame: &Frame, chosen: &str, names: &Names) -> Vec<Choice> {
    let choice = |value: String, label: String| Choice { selected: value == chosen, value, label };
    let mut scopes = vec![
        choice("everything".to_owned(), frame.t("scope-everything")),
        choice("owner".to_owned(), frame.t("scope-owner")),
    ];
    let areas = names.taxonomy.terms(Axis::ProductArea);
    scopes.extend(areas.iter().map(|term| {
        let name = names.label(Axis::ProductArea, &term.id);
        choice(format!("area:{}", term.id), frame.t1("scope-area", "name", name))
    }));
    let mut groups: Vec<(&String, &String)> = names.clusters.iter().collect();
    groups.sort_by_key(|(id, title)| (title.to_lowercase(), (*id).clone()));
    scopes.extend(
        groups.into_iter().map(|(id, title)| {
            choice(format!("cluster:{id}"), frame.t1("scope-group", "name", title.as_str()))
        }),
    );
    scopes
}

fn subscription_line(frame: &Frame, subscription: &Subscription, names: &Names) -> Line {
    let Wish { scope, channel, rhythm, language, quiet, per_hour } = &subscription.wish;
    let scope = match scope {
        Scope::Everything => frame.t("scope-everything"),
        Scope::Node(node) => names.node(node),
        Scope::Area(area) => frame.t1("scope-area", "name", names.label(Axis::ProductArea, area)),
        Scope::Owner(owner) => frame.t1("scope-of-owner", "name", owner.as_str()),
    };
    let mut parts = vec![scope, frame.t(&format!("rhythm-{}", rhythm.name()))];
    if let Some(QuietHours { from, until }) = quiet {
        let (from, until) = (i64::from(*from), i64::from(*until));
        parts.push(frame.locale.text("notices-quiet-told", &[("from", &from), ("until", &until)]));
    }
    parts.push(frame.t1("notices-per-hour", "count", i64::from(*per_hour)));
    parts.push(capitalised(&frame.t(&format!("language-{}", language.code()))));
    Line { id: subscription.id.to_string(), title: address_of(channel).to_owned(), meta: parts.join(" · ") }
}

fn message_line(frame: &Frame, when: &str, to: &str, line: MessageLine) -> Line {
    let what = if line.test { frame.t("message-test") } else { frame.t1("message-told", "count", line.told) };
    let attempts = i64::from(line.attempts);
    let standing = match line.state {
        MessageState::Sent => frame.t("message-sent"),
        MessageState::Waiting => frame.t1("message-waiting", "attempts", attempts),
        MessageState::GivenUp => frame.t1("message-given-up", "attempts", attempts),
    };
    let reason = line.reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    Line {
        id: line.id.to_string(),
        title: format!("{what} → {to}"),
        meta: format!("{when} · {standing}{reason}"),
    }
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<NoticesPage> {
    use super::tests::sample;
    use crate::domain::id::MessageId;

    let taxonomy = crate::domain::taxonomy::Taxonomy::starter();
    let names = sample::names(&taxonomy, frame.locale);
    let id = |number: u128| uuid::Uuid::from_u128(number);
    let subscription = |number, scope, channel, quiet| Subscription {
        id: SubscriptionId(id(number)),
        wish: Wish {
            scope,
            channel,
            rhythm: Rhythm::ALL[usize::try_from(number).expect("small") % 3],
            language: Language::Spanish,
            quiet,
            per_hour: 10,
        },
        created_at: sample::NOW,
    };
    let mail = || Channel::Mail { address: "calidad@ejemplo.example".to_owned() };
    let hook = Channel::Webhook {
        url: "hooks.ejemplo.example/raiz?x=<b>1</b>".to_owned(),
        secret: Secret("0123456789abcdef".to_owned()),
    };
    let quiet = Some(QuietHours { from: 21, until: 7 });
    let subscriptions = [
        subscription(1, Scope::Everything, mail(), None),
        subscription(2, Scope::Area("cards".to_owned()), mail(), quiet),
        subscription(3, Scope::Owner("<b>Ana</b>".to_owned()), hook, None),
        subscription(4, Scope::Node(sample::signal(0).node), mail(), None),
    ];
    let states = [MessageState::Sent, MessageState::Waiting, MessageState::GivenUp];
    let messages = (0u128..).zip(states).map(|(number, state)| {
        let line = MessageLine {
            id: MessageId(id(number)),
            subscription: SubscriptionId(id(number + 1)),
            state,
            test: number == 1,
            attempts: 10,
            due: sample::NOW,
            reason: (state != MessageState::Sent).then(|| "the address answered 500".to_owned()),
            created_at: sample::NOW,
            sent_at: None,
            told: 2,
        };
        ("23 nov 2026, 10:30".to_owned(), line)
    });
    let typed = WishBody {
        owner: "\"><b>x".to_owned(),
        secret: "never-shown-again".to_owned(),
        ..WishBody::default()
    };
    let errors = typed.wish(frame.locale).expect_err("nothing was chosen");
    let full = (WishBody::default(), Errors::default());
    vec![
        NoticesPage::new(frame.clone(), &subscriptions, messages.collect(), full, &names),
        NoticesPage::new(frame.clone(), &[], Vec::new(), (typed, errors), &names),
    ]
}

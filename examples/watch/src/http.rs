//! The page, its events and its buttons: HTTP by generator tasks.
//!
//! | request | answer |
//! | --- | --- |
//! | `GET /` | the page |
//! | `GET /recording?lang=en` | the page with the last events in it, as a file to keep |
//! | `GET /events` | a stream: `start`, a recording; `step`, a list of new events; `heartbeat`, the mode, each second and when it changes |
//! | `POST /run`, `/pause`, `/slow?ms=100` | how fast the scheduler goes on |
//! | `POST /step` | lets one step through; pauses, if it was not paused |
//! | `POST /talker`, `/silent`, `/reset`, `/leave` | the buttons' clients |

use std::cell::{Cell, RefCell};
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::net::{Shutdown, SocketAddr};
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::{Duration, Instant};

use genlab::{AsRawFd, Co, GenSocket, Op, Socket, Task, Timer, socketpair, task};
use recording::Recording;
use serde_json::{Value, json};

use crate::clients::{self, Crowd, Kind};
use crate::request::{self, Request};
use crate::source;
use crate::stage::{Mode, News, Now, Stage};

/// No head of a request is longer, in bytes. A browser sends this page the cookies of whatever else
/// has a port of this machine, and that may be many.
const HEAD: usize = 256 * 1024;

/// How long a visitor may take for a request, and to take the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// So many browsers may watch. Each keeps one of the crew busy, and some must be left.
const BROWSERS: usize = 24;

/// No browser gets events faster than this.
const BETWEEN: Duration = Duration::from_millis(50);

/// Nor pictures of now, where there are too many events.
const PICTURES: Duration = Duration::from_millis(250);

/// How often a browser gets a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// What the page's tasks share.
pub struct Page {
    pub stage: Arc<Stage>,
    pub crowd: Crowd,
    pub echo: SocketAddr,
    pub address: SocketAddr,
    /// Tells this run of the program from others.
    identity: String,
    /// The page itself.
    live: String,
    /// Rings the visitors who get pictures.
    bells: RefCell<Vec<Weak<Socket>>>,
    visits: RefCell<Vec<Weak<Visit>>>,
}

struct Visit {
    client: GenSocket,
    late: Cell<Option<Instant>>,
}

impl Page {
    pub fn new(stage: Arc<Stage>, crowd: Crowd, echo: SocketAddr, address: SocketAddr) -> Page {
        // The standard library has no other way to a random number.
        let identity = format!("{:016x}", RandomState::new().build_hasher().finish());
        let live = recording::page(None);
        let (bells, visits) = Default::default();
        Page { stage, crowd, echo, address, identity, live, bells, visits }
    }

    fn browsers(&self) -> usize {
        self.bells.borrow().iter().filter(|bell| bell.strong_count() > 0).count()
    }

    fn ring(&self) {
        self.bells.borrow_mut().retain(|bell| {
            let Some(bell) = bell.upgrade() else { return false };
            // If it is full, that visitor has not looked since, and will.
            let _ = bell.send(b"!");
            true
        });
    }
}

/// Hears of what is new on the lab's side, and passes it on, not too often.
pub fn bell(page: Rc<Page>, bell: Socket) -> Task {
    task(move |co| async move {
        let timer = Timer::new()?;
        loop {
            co.yield_((Op::Recv, bell.as_raw_fd())).await;
            let _ = bell.recv(16);
            page.stage.heard(); // after that: a byte that came in between would be lost
            page.ring();
            timer.sleep(&co, BETWEEN).await?;
        }
    })
}

/// Closes the connections of those who take too long or have closed a page that watched, and rings
/// for a sign of life.
pub fn watchdog(page: Rc<Page>) -> Task {
    task(move |co| async move {
        let timer = Timer::new()?;
        loop {
            timer.sleep(&co, Duration::from_secs(1)).await?;
            page.visits.borrow_mut().retain(|visit| {
                let Some(visit) = visit.upgrade() else { return false };
                let end = match visit.late.get() {
                    Some(late) => late < Instant::now(),
                    // One who watches has nothing more to say, unless it is the end.
                    None => !matches!(visit.client.get_ref().recv(1000), Ok(data) if data != Some(vec![])),
                };
                if end {
                    visit.late.set(Some(Instant::now()));
                    let _ = visit.client.shutdown(Shutdown::Both); // its task is woken by that
                }
                true
            });
            page.ring();
        }
    })
}

/// One of a crew: serves one visitor after the other, and never ends. So "Task done" on the
/// terminal is always the lab's.
pub fn usher(page: Rc<Page>, sock: GenSocket) -> Task {
    task(move |co| async move {
        loop {
            let (client, _) = sock.accept(&co).await?;
            let late = Cell::new(Some(Instant::now() + PATIENCE));
            let visit = Rc::new(Visit { client, late });
            page.visits.borrow_mut().push(Rc::downgrade(&visit));
            // Whoever goes away in the middle is nobody's trouble.
            let _ = serve(&co, &page, &visit).await;
        }
    })
}

async fn serve(co: &Co, page: &Page, visit: &Visit) -> io::Result<()> {
    let client = &visit.client;
    let Some(request) = request::read(co, client, HEAD, &mut Vec::new()).await? else {
        return Ok(());
    };
    let answer = match request {
        Err(status) => plain(status, "I do not understand this request."),
        Ok(request) => match refusal(&request, page.address) {
            Some(why) => plain(403, why),
            None if request.method == "GET" && request.target == "/events" => {
                if page.browsers() < BROWSERS {
                    return events(co, page, visit).await;
                }
                plain(503, "Too many browsers watch: close one.")
            }
            None => answer(co, page, &request).await,
        },
    };
    client.send_all(co, answer.as_bytes()).await?;
    // To close with something unread would be a reset, which can outrun the answer.
    client.shutdown(Shutdown::Write)?;
    while !client.recv(co, 4096).await?.is_empty() {}
    Ok(())
}

/// Why this request is not served: another page, or a name that somebody has bent to this machine,
/// must not press the buttons, nor look.
fn refusal(request: &Request, address: SocketAddr) -> Option<&'static str> {
    let host = request.host.as_deref().unwrap_or_default();
    let port = format!(":{}", address.port());
    // A browser leaves out the port that is HTTP's own.
    let name = host.strip_suffix(&*port).or_else(|| (port == ":80").then_some(host));
    let here = address.to_string(); // 127.0.0.2 is this machine, too
    if !["127.0.0.1", "localhost", "[::1]"].map(Some).contains(&name) && host != here {
        return Some("This page is only for 127.0.0.1 and localhost.");
    }
    let origin = request.origin.as_deref();
    if request.method == "POST" && origin != Some(&format!("http://{host}")) {
        return Some("The buttons are only for the page itself.");
    }
    None
}

async fn answer(co: &Co, page: &Page, request: &Request) -> String {
    match (request.method.as_str(), request.target.as_str()) {
        ("GET", "/") => with_body("", &page.live),
        ("GET", target) if target.split('?').next() == Some("/recording") => {
            let file = "Content-Disposition: attachment; filename=\"recording.html\"\r\n";
            let mut recording = told(&page.stage.recording());
            recording["lang"] = match target.rsplit("lang=").next() {
                Some(lang @ ("de" | "en")) => json!(lang),
                _ => Value::Null,
            };
            with_body(file, &recording::page(Some(&recording.to_string())))
        }
        ("POST", button) => match press(co, page, button).await {
            Ok(true) => "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".into(),
            Ok(false) => plain(404, "There is no such button."),
            Err(error) => plain(503, &error.to_string()),
        },
        ("GET", _) => plain(404, "There is nothing here."),
        _ => plain(405, "This page knows GET and POST."),
    }
}

/// Presses a button, and says whether there is such a one.
async fn press(co: &Co, page: &Page, button: &str) -> io::Result<bool> {
    let Page { stage, crowd, echo, .. } = page;
    match button {
        "/run" => stage.set(Mode::Run),
        "/pause" => stage.set(Mode::Pause),
        "/step" => stage.step(),
        "/talker" => clients::add(co, crowd, Kind::Talker, *echo).await?,
        "/silent" => clients::add(co, crowd, Kind::Silent, *echo).await?,
        "/reset" => clients::reset(co, *echo).await?,
        "/leave" => clients::leave(crowd),
        _ => match button.strip_prefix("/slow?ms=").map(str::parse) {
            Some(Ok(0)) => stage.set(Mode::Run),
            Some(Ok(ms @ 1..=1000)) => stage.set(Mode::Slow(Duration::from_millis(ms))),
            _ => return Ok(false),
        },
    }
    page.ring();
    Ok(true)
}

fn plain(status: u16, why: &str) -> String {
    let reason = request::reason(status);
    let len = why.len() + 1;
    format!(
        "HTTP/1.1 {status} {reason}\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {len}\r\nConnection: close\r\n\r\n{why}\n"
    )
}

fn with_body(header: &str, body: &str) -> String {
    let len = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len}\r\n{header}\
         Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\
         Content-Security-Policy: default-src 'none'; script-src 'unsafe-inline'; \
         style-src 'unsafe-inline'; connect-src 'self'; img-src data:; frame-ancestors 'none'\r\n\
         Connection: close\r\n\r\n{body}"
    )
}

/// A recording in JSON, with the source and the title.
fn told(recording: &Recording) -> Value {
    let mut json = recording.json();
    json["sources"] = source::json();
    json["title"] = json!({ "en": "The echo server", "de": "Der Echo-Server" });
    json
}

fn event(name: &str, data: &Value) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}

/// Server-sent events, until the browser goes. One that is slow to take them, or gets more than it
/// can show, gets the picture of now instead; and all that is kept as soon as there is time for it.
async fn events(co: &Co, page: &Page, visit: &Visit) -> io::Result<()> {
    let (hear, ring) = socketpair()?;
    let ring = Rc::new(ring);
    page.bells.borrow_mut().push(Rc::downgrade(&ring));
    visit.late.set(None);
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
                Cache-Control: no-store\r\nConnection: close\r\n\r\n";
    visit.client.send_all(co, head.as_bytes()).await?;
    let (mut last, mut said) = (None, None);
    // Since when the browser has only a picture.
    let mut pictured: Option<Instant> = None;
    loop {
        let mut text = String::new();
        let count = |kind| clients::count(&page.crowd, kind);
        let (talkers, silent) = (count(Kind::Talker), count(Kind::Silent));
        let Now { mode, stopped, last: newest } = page.stage.look();
        let calm = stopped || last == Some(newest);
        let time = pictured.is_none_or(|at| at.elapsed() >= PICTURES);
        if last.is_none() || (pictured.is_some() && calm && time) {
            let recording = page.stage.recording();
            let mut start = told(&recording);
            start["identity"] = json!(page.identity);
            start.as_object_mut().into_iter().for_each(|start| start.extend(beat(mode)));
            text += &event("start", &start);
            (last, pictured) = (Some(recording.last()), None);
        } else if last != Some(newest) && time {
            let (news, newest) = page.stage.news(last.unwrap_or_default());
            match news {
                News::Events(events) => text += &event("step", &Value::Array(events)),
                News::Picture(mut start) => {
                    start["identity"] = json!(page.identity);
                    start["sources"] = source::json();
                    text += &event("start", &start);
                    pictured = Some(Instant::now());
                }
            }
            last = Some(newest);
        }
        let now = (mode, stopped, talkers, silent);
        if said.is_none_or(|(before, at): (_, Instant)| before != now || at.elapsed() >= HEARTBEAT)
        {
            let mut data = Value::Object(beat(mode));
            data["stopped"] = json!(stopped);
            (data["talkers"], data["silent"]) = (json!(talkers), json!(silent));
            text += &event("heartbeat", &data);
            said = Some((now, Instant::now()));
        }
        if !text.is_empty() {
            // One that reads nothing for so long does not keep its place.
            let patience = Some(Instant::now() + PATIENCE);
            visit.late.set(patience);
            visit.client.send_all(co, text.as_bytes()).await?;
            if visit.late.get() == patience {
                visit.late.set(None);
            }
        }
        if visit.late.get().is_some() {
            return Ok(()); // the watchdog has seen it go
        }
        co.yield_((Op::Recv, hear.as_raw_fd())).await;
        let _ = hear.recv(64);
    }
}

fn beat(mode: Mode) -> serde_json::Map<String, Value> {
    let (mode, ms) = match mode {
        Mode::Run => ("run", 0),
        Mode::Pause => ("pause", 0),
        Mode::Slow(time) => ("slow", time.as_millis()),
    };
    [("mode".into(), json!(mode)), ("ms".into(), json!(ms as u64))].into_iter().collect()
}

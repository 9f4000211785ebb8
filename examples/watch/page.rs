//! The page, its pictures and its buttons: HTTP by generator tasks.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::{Shutdown, SocketAddr};
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::{Duration, Instant};

use genlab::{AsRawFd, Co, GenSocket, Op, Socket, Task, Timer, socketpair, task};

use crate::clients::{self, Crowd, Kind};
use crate::request::{self, Request};
use crate::source;
use crate::stage::{Mode, Stage};

const PAGE: &str = include_str!("watch.html");

/// No head of a request is longer, in bytes.
const HEAD: usize = 32 * 1024;

/// How long a visitor may take for a request, and to take the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// So many browsers may watch. Each keeps one of the crew busy, and some must be left.
const BROWSERS: usize = 24;

/// No browser gets pictures faster than this.
const BETWEEN: Duration = Duration::from_millis(50);

/// What the page's tasks share.
pub struct Page {
    pub stage: Arc<Stage>,
    pub crowd: Crowd,
    pub echo: SocketAddr,
    pub address: SocketAddr,
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
        Page { stage, crowd, echo, address, bells: RefCell::default(), visits: RefCell::default() }
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
                    return pictures(co, page, visit).await;
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
        ("GET", "/") => with_body("text/html; charset=utf-8", PAGE),
        ("GET", "/source") => with_body("application/json", &source::json()),
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
        "/toggle" => stage.toggle(),
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

fn with_body(kind: &str, body: &str) -> String {
    let len = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len}\r\n\
         Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\
         Content-Security-Policy: default-src 'none'; script-src 'unsafe-inline'; \
         style-src 'unsafe-inline'; connect-src 'self'; img-src data:; frame-ancestors 'none'\r\n\
         Connection: close\r\n\r\n{body}"
    )
}

/// Server-sent events: a picture each time the bell rings, always the newest. A browser that is
/// slow to take one misses those in between.
async fn pictures(co: &Co, page: &Page, visit: &Visit) -> io::Result<()> {
    let (hear, ring) = socketpair()?;
    let ring = Rc::new(ring);
    page.bells.borrow_mut().push(Rc::downgrade(&ring));
    visit.late.set(None);
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
                Cache-Control: no-store\r\nConnection: close\r\n\r\n";
    visit.client.send_all(co, head.as_bytes()).await?;
    let (mut step, mut last, mut said) = (0, None, Instant::now());
    loop {
        let count = |kind| clients::count(&page.crowd, kind);
        let crowd = (count(Kind::Talker), count(Kind::Silent));
        let now = Some((page.stage.version(), crowd));
        if now != last {
            let (picture, at) = page.stage.picture(step, crowd.0, crowd.1);
            // One that reads nothing for so long does not keep its place.
            let patience = Some(Instant::now() + PATIENCE);
            visit.late.set(patience);
            visit.client.send_all(co, format!("data: {picture}\n\n").as_bytes()).await?;
            if visit.late.get() == patience {
                visit.late.set(None);
            }
            (step, last, said) = (at, now, Instant::now());
        } else if said.elapsed() >= PATIENCE {
            visit.client.send_all(co, b": still here\n\n").await?; // fails if nobody is there
            said = Instant::now();
        } else if visit.late.get().is_some() {
            return Ok(()); // the watchdog has seen it go
        }
        co.yield_((Op::Recv, hear.as_raw_fd())).await;
        let _ = hear.recv(64);
    }
}

//! `watch`: the real program, its pictures and its buttons. What a browser shows is in `tests/browser`.
#![cfg(unix)]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use common::{DEADLINE, Lines, Process, ask, example, finish, lines_of, piped, until};

struct Watch {
    _child: Process,
    echo: SocketAddr,
    page: SocketAddr,
    lines: Lines,
}

impl Watch {
    fn start() -> Watch {
        let mut child = piped(Command::new(example("watch")).args(["127.0.0.1:0", "127.0.0.1:0"]));
        let lines = lines_of(&mut child);
        let says = |start: &str| {
            let line = lines.recv_timeout(DEADLINE).expect("it says where it listens");
            line.strip_prefix(start).unwrap_or_else(|| panic!("{line}")).parse().unwrap()
        };
        let (echo, page) = (says("Server running on "), says("Page on http://"));
        Watch { _child: child, echo, page, lines }
    }

    fn connect(&self, address: SocketAddr) -> TcpStream {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream
    }

    fn client(&self) -> TcpStream {
        self.connect(self.echo)
    }

    /// The whole answer to a request with these headers, all of them.
    fn request(&self, line: &str, headers: &str) -> String {
        let mut stream = self.connect(self.page);
        stream.write_all(format!("{line} HTTP/1.1\r\n{headers}\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn get(&self, target: &str) -> String {
        self.request(&format!("GET {target}"), &format!("Host: {}\r\n", self.page))
    }

    fn press(&self, button: &str) {
        let headers = format!("Host: {0}\r\nOrigin: http://{0}\r\n", self.page);
        let answer = self.request(&format!("POST {button}"), &headers);
        assert!(answer.starts_with("HTTP/1.1 204 "), "{button}: {answer}");
    }

    fn pictures(&self) -> Pictures {
        let mut stream = self.connect(self.page);
        let request = format!("GET /events HTTP/1.1\r\nHost: {}\r\n\r\n", self.page);
        stream.write_all(request.as_bytes()).unwrap();
        Pictures(BufReader::new(stream))
    }
}

/// The pictures that one browser gets.
struct Pictures(BufReader<TcpStream>);

impl Pictures {
    fn next(&mut self) -> Picture {
        let (mut line, end) = (String::new(), Instant::now() + DEADLINE);
        loop {
            line.clear();
            assert!(Instant::now() < end, "nothing new is shown");
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream has ended");
            if let Some(picture) = line.strip_prefix("data: ") {
                return Picture(picture.trim().to_string());
            }
        }
    }

    /// The first picture for which `condition` holds.
    fn until(&mut self, what: &str, condition: impl Fn(&Picture) -> bool) -> Picture {
        let end = Instant::now() + DEADLINE;
        loop {
            let picture = self.next();
            if condition(&picture) {
                return picture;
            }
            assert!(Instant::now() < end, "it never came true that {what}: {}", picture.0);
        }
    }
}

/// What the program sends is JSON in one line, without spaces; that is all these look for.
struct Picture(String);

impl Picture {
    fn has(&self, part: &str) -> bool {
        self.0.contains(part)
    }

    fn number(&self, name: &str) -> u64 {
        let rest = self.0.split_once(&format!("\"{name}\":")).expect(name).1;
        rest.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap()
    }

    /// The card of this client: from its name to its end.
    fn card(&self, client: &TcpStream) -> Option<&str> {
        let peer = format!("\"peer\":\"{}\"", client.local_addr().unwrap());
        let cards = self.0.split_once("\"cards\":[")?.1.split(']').next()?;
        cards.split('}').find(|card| card.contains(&peer))
    }

    fn area(&self, client: &TcpStream) -> Option<&str> {
        self.card(client)?.split_once("\"area\":\"")?.1.split('"').next()
    }
}

fn silent(client: &mut TcpStream) -> bool {
    client.set_nonblocking(true).unwrap();
    let silent = client.peek(&mut [0]).is_err();
    client.set_nonblocking(false).unwrap();
    silent
}

/// The line of `echo.rs` in which `function` yields with `op`.
fn line_in_echo(function: &str, op: &str) -> usize {
    let text = include_str!("../examples/echo.rs");
    let start = text.lines().position(|line| line.contains(&format!("fn {function}("))).unwrap();
    let line = text.lines().skip(start).position(|line| line.contains(op)).unwrap();
    start + line + 1
}

#[test]
fn the_page_comes_whole_and_needs_nothing_from_elsewhere() {
    let watch = Watch::start();
    let answer = watch.get("/");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(head.contains("Content-Security-Policy: default-src 'none';"), "{head}");
    assert_eq!(body, include_str!("../examples/watch/watch.html"));
    for outside in ["http://", "https://", "src=\"", "@import", "url("] {
        let inside = body.replace("http://www.w3.org/", "");
        assert!(!inside.contains(outside), "the page fetches something: {outside}");
    }
}

#[test]
fn the_source_that_is_shown_is_the_one_that_runs() {
    let watch = Watch::start();
    let source = watch.get("/source");
    assert!(source.contains(r#""name":"examples/echo.rs","first":1,"lines":["//! The lab's"#));
    let run =
        include_str!("../src/scheduler.rs").lines().position(|l| l.starts_with("pub fn run("));
    let run =
        format!(r#""name":"src/scheduler.rs","first":{},"lines":["pub fn run("#, run.unwrap() + 1);
    assert!(source.contains(&run), "{source}");
    assert!(source.trim_end().ends_with(r#""    tasks.outcome()","}"]}}"#), "{source}");
}

#[test]
fn pages_from_elsewhere_can_neither_look_nor_press_a_button() {
    let watch = Watch::start();
    let (page, port) = (watch.page, watch.page.port());
    for (line, headers) in [
        ("GET /", "Host: example.com\r\n".to_string()),
        ("GET /events", format!("Host: example.com:{port}\r\n")),
        ("POST /pause", format!("Host: {page}\r\n")),
        ("POST /pause", format!("Host: {page}\r\nOrigin: null\r\n")),
        ("POST /pause", format!("Host: {page}\r\nOrigin: http://example.com\r\n")),
        ("POST /pause", format!("Host: {page}\r\nOrigin: http://127.0.0.1:1{port}\r\n")),
        ("POST /pause", format!("Host: evil:{port}\r\nOrigin: http://evil:{port}\r\n")),
        ("POST /silent", format!("Host: localhost:{port}\r\nOrigin: http://evil\r\n")),
    ] {
        let answer = watch.request(line, &headers);
        assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{line} {headers}: {answer}");
    }
    let answer = watch.request("GET /source", ""); // it says no name at all
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
    for host in ["localhost", "127.0.0.1"] {
        let answer = watch.request("GET /source", &format!("Host: {host}:{port}\r\n"));
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }
    let picture = watch.pictures().next();
    assert!(picture.has(r#""mode":"run""#) && picture.number("silent") == 0, "{}", picture.0);
}

#[test]
fn what_the_page_does_not_know_is_refused_with_a_reason() {
    let watch = Watch::start();
    assert!(watch.get("/elsewhere").starts_with("HTTP/1.1 404 "));
    let headers = format!("Host: {0}\r\nOrigin: http://{0}\r\n", watch.page);
    for button in ["/elsewhere", "/slow", "/slow?ms=1001", "/slow?ms=x", "/slow?ms=-1"] {
        let answer = watch.request(&format!("POST {button}"), &headers);
        assert!(answer.starts_with("HTTP/1.1 404 "), "{button}: {answer}");
    }
    assert!(watch.request("DELETE /", &headers).starts_with("HTTP/1.1 405 "));
    assert!(watch.request("nonsense", &headers).starts_with("HTTP/1.1 400 "));
}

#[test]
fn a_client_is_seen_where_it_waits_and_marked_in_the_source() {
    let watch = Watch::start();
    let clients: Vec<_> = (0..3).map(|_| watch.client()).collect();
    let mut pictures = watch.pictures();
    let mark = format!(r#"{{"line":{},"count":3}}"#, line_in_echo("echo_handler", "Op::Recv"));
    let picture = pictures.until("three are parked", |picture| picture.has(&mark));
    for client in &clients {
        assert_eq!(picture.area(client), Some("recv_wait"), "{}", picture.0);
    }
    let server = format!(r#"{{"line":{},"count":1}}"#, line_in_echo("tcp_server", "Op::Recv"));
    assert!(picture.has(&server), "{}", picture.0);
    assert!(picture.has(r#""areas":{"tasks":0,"recv_wait":4,"send_wait":0}"#), "{}", picture.0);
    drop(clients);
    pictures.until("all have left", |picture| picture.number("ended") == 3);
}

#[test]
fn a_pause_holds_the_answer_back_and_single_steps_let_it_go() {
    let watch = Watch::start();
    let mut client = watch.client();
    let mut pictures = watch.pictures();
    pictures.until("it is parked", |picture| picture.area(&client) == Some("recv_wait"));

    watch.press("/pause");
    client.write_all(b"Hello").unwrap();
    let picture = pictures.until("it stands", |picture| picture.has(r#""stopped":true"#));
    assert!(picture.has(r#""doing":"selected""#), "{}", picture.0);

    let before = picture.number("step");
    let mut way = Vec::new();
    let expected = [
        ("append", "tasks"),
        ("popleft", "running"),
        ("resume", "running"),
        ("wait", "send_wait"),
        ("select", "send_wait"),
        ("selected", "send_wait"),
        ("append", "tasks"),
        ("popleft", "running"),
        ("resume", "running"),
        ("wait", "recv_wait"),
    ];
    for (doing, area) in expected {
        assert!(silent(&mut client), "answered after {way:?}");
        watch.press("/step");
        way.push(doing);
        let step = before + way.len() as u64;
        let picture = pictures.until("a step is taken", |picture| {
            picture.number("step") >= step && picture.has(r#""stopped":true"#)
        });
        assert_eq!(picture.number("step"), step, "one step at a time");
        assert!(picture.has(&format!("\"doing\":\"{doing}\"")), "{way:?}: {}", picture.0);
        assert_eq!(picture.area(&client), Some(area), "{way:?}: {}", picture.0);
    }
    // The task ran between the last two steps.
    ask(&mut client, b"", b"GOT:Hello");

    watch.press("/run");
    ask(&mut client, b"again", b"GOT:again");
}

#[test]
fn slow_motion_is_slow_and_ends_at_once() {
    let watch = Watch::start();
    let mut client = watch.client();
    let mut pictures = watch.pictures();
    pictures.until("it is parked", |picture| picture.area(&client) == Some("recv_wait"));
    watch.press("/slow?ms=1000");
    client.write_all(b"Hello").unwrap();
    pictures.until("it stands between two steps", |picture| {
        picture.has(r#""mode":"slow","ms":1000,"stopped":true"#)
    });
    assert!(silent(&mut client));
    watch.press("/slow?ms=1");
    ask(&mut client, b"", b"GOT:Hello");
    watch.press("/slow?ms=0");
    pictures.until("it runs", |picture| picture.has(r#""mode":"run""#));
}

#[test]
fn a_step_while_select_sleeps_is_not_saved_up() {
    let watch = Watch::start();
    let mut client = watch.client();
    let mut pictures = watch.pictures();
    pictures.until("it is parked", |picture| {
        picture.area(&client) == Some("recv_wait") && picture.has(r#""asleep":true"#)
    });
    for _ in 0..5 {
        watch.press("/step"); // the first one pauses
    }
    client.write_all(b"Hello").unwrap();
    let picture = pictures.until("it stands", |picture| picture.has(r#""stopped":true"#));
    assert!(picture.has(r#""doing":"selected""#), "{}", picture.0);
}

#[test]
fn the_clients_of_the_buttons_come_talk_fail_and_leave() {
    let watch = Watch::start();
    let mut pictures = watch.pictures();
    ["/talker", "/silent", "/silent"].iter().for_each(|button| watch.press(button));
    let picture = pictures.until("they are here", |picture| {
        picture.has(r#""talkers":1,"silent":2"#) && picture.has(r#""recv_wait":4,"#)
    });
    let before = picture.number("resumes");
    pictures.until("the talker talks", |picture| picture.number("resumes") > before + 4);

    watch.press("/reset");
    let picture = pictures.until("one has failed", |picture| picture.number("failed") == 1);
    assert!(picture.has(": connection reset"), "{}", picture.0);
    watch.press("/leave");
    let picture = pictures.until("they have left", |picture| picture.number("ended") == 3);
    assert!(picture.has(r#""talkers":0,"silent":0"#), "{}", picture.0);
    assert!(picture.has(r#""recv_wait":1,"#), "{}", picture.0);
    // On the terminal are the lab's lines only.
    let mut lines = Vec::new();
    while lines.iter().filter(|line| *line == "Task done").count() < 3 {
        lines.push(watch.lines.recv_timeout(DEADLINE).expect("three tasks are done"));
    }
    assert_eq!(lines.iter().filter(|line| *line == "Connection closed").count(), 3, "{lines:?}");
    assert!(watch.get("/source").starts_with("HTTP/1.1 200 OK\r\n"));
    assert!(watch.lines.recv_timeout(Duration::ZERO).is_err());
}

#[test]
fn a_browser_that_never_reads_harms_neither_the_server_nor_the_others() {
    let watch = Watch::start();
    let mut client = watch.client();
    let deaf: Vec<_> = (0..5).map(|_| watch.pictures()).collect();
    let mut others = [watch.pictures(), watch.pictures()];
    // Some megabytes of pictures for each of them, if they were all made.
    for _ in 0..3000 {
        ask(&mut client, b"Hello", b"GOT:Hello");
    }
    for pictures in &mut others {
        pictures.until("all is shown", |picture| {
            picture.card(&client).is_some_and(|card| card.contains(r#""resumes":6001"#))
        });
    }
    drop(deaf);
}

#[test]
fn visitors_who_say_nothing_leave_room_for_others() {
    let watch = Watch::start();
    let mute: Vec<_> = (0..20).map(|_| watch.connect(watch.page)).collect();
    assert!(watch.get("/source").starts_with("HTTP/1.1 200 OK\r\n"));
    drop(mute);
}

#[test]
fn a_page_can_be_reloaded_without_end_and_too_many_leave_room() {
    let watch = Watch::start();
    watch.press("/pause"); // nothing new comes then, and nothing fails to be sent
    let status = |pictures: &mut Pictures| {
        let mut line = String::new();
        pictures.0.read_line(&mut line).unwrap();
        line
    };
    for _ in 0..100 {
        let status = status(&mut watch.pictures());
        assert!(status.starts_with("HTTP/1.1 200 ") || status.starts_with("HTTP/1.1 503 "));
    }
    until("those who went are forgotten", || status(&mut watch.pictures()).contains(" 200 "));
    let browsers = (0..40).map(|_| watch.pictures());
    let _watching: Vec<_> =
        browsers.filter_map(|mut new| status(&mut new).contains(" 200 ").then_some(new)).collect();
    assert!(watch.get("/source").starts_with("HTTP/1.1 200 OK\r\n"));
}

#[test]
fn two_thousand_clients_make_small_pictures_and_are_all_served() {
    // For this process and the one that it starts.
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    let watch = Watch::start();
    let mut clients: Vec<_> = (0..2000).map(|_| watch.client()).collect();
    let mut pictures = watch.pictures();
    let picture = pictures.until("all are here", |p| p.has(r#""recv_wait":2001,"#));
    assert!(picture.0.len() < 64 * 1024, "{} bytes", picture.0.len());
    assert!(picture.has(r#""more":[{"name":"echo_handler","area":"recv_wait","count":19"#));
    clients.iter_mut().for_each(|client| client.write_all(b"hi").unwrap());
    clients.iter_mut().for_each(|client| ask(client, b"", b"GOT:hi"));
    watch.press("/pause");
    watch.press("/run");
    drop(clients);
    pictures.until("all have left", |picture| picture.number("ended") == 2000);
}

#[test]
fn a_paused_server_whose_backlog_is_full_refuses_a_client_and_the_page_goes_on() {
    let watch = Watch::start();
    watch.press("/pause");
    let headers = format!("Host: {0}\r\nOrigin: http://{0}\r\n", watch.page);
    let refused = (0..1500)
        .map(|_| watch.request("POST /reset", &headers))
        .find(|answer| !answer.starts_with("HTTP/1.1 204"))
        .expect("there is room for all");
    assert!(refused.contains("503") && refused.contains("let it run first"), "{refused}");
    watch.press("/run");
}

#[test]
fn addresses_that_will_not_do_are_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let in_use = format!("cannot listen on {taken}: address already in use");
    for (args, why) in [
        (["127.0.0.1:0", "0.0.0.0:0"], "cannot show the page on 0.0.0.0:0: it has buttons"),
        (["127.0.0.1:0", &taken], &in_use),
        ([&taken, "127.0.0.1:0"], &in_use),
        (["127.0.0.1:0", "nowhere"], "do not understand the address 'nowhere'"),
    ] {
        let output = finish(piped(Command::new(example("watch")).args(args)));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(why), "{args:?}: {said}");
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}: nothing runs that could be opened");
    }
}

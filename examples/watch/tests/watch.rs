//! `watch`: the real program, its events and its buttons. What a browser shows is in `tests/browser`.
#![cfg(unix)]

#[path = "../../../tests/common/mod.rs"]
mod common;

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use socket2::SockRef;

use common::{DEADLINE, Process, ask, finish, piped, until};

struct Watch {
    child: Process,
    echo: SocketAddr,
    page: SocketAddr,
}

impl Watch {
    fn start() -> Watch {
        let child =
            piped(Command::new(env!("CARGO_BIN_EXE_watch")).args(["127.0.0.1:0", "127.0.0.1:0"]));
        let says = |start: &str| {
            let line = child.stdout.recv_timeout(DEADLINE).expect("it says where it listens");
            line.strip_prefix(start).unwrap_or_else(|| panic!("{line}")).parse().unwrap()
        };
        let (echo, page) = (says("Server running on "), says("Page on http://"));
        Watch { child, echo, page }
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

    fn stream(&self) -> BufReader<TcpStream> {
        let mut stream = self.connect(self.page);
        let request = format!("GET /events HTTP/1.1\r\nHost: {}\r\n\r\n", self.page);
        stream.write_all(request.as_bytes()).unwrap();
        BufReader::new(stream)
    }

    fn browser(&self) -> Browser {
        let mut browser = Browser {
            stream: self.stream(),
            start: Value::Null,
            beat: Value::Null,
            events: Vec::new(),
        };
        browser.until("it begins", |browser| browser.start.is_object());
        browser
    }

    /// The recording that is saved.
    fn recording(&self) -> (Value, usize) {
        let answer = self.get("/recording");
        let (_, file) = answer.split_once("\r\n\r\n").unwrap();
        let mark = "<script id=\"recording\" type=\"application/json\">";
        let json =
            file.split_once(mark).expect("the recording").1.split_once("</script>").unwrap().0;
        (serde_json::from_str(json).unwrap(), file.len())
    }
}

/// What one browser has been told.
struct Browser {
    stream: BufReader<TcpStream>,
    /// The last `start`, without its events; all events since; and the last heartbeat.
    start: Value,
    events: Vec<Value>,
    beat: Value,
}

impl Browser {
    /// Takes in one message, and returns its name.
    fn next(&mut self) -> String {
        let (mut name, mut line) = (String::new(), String::new());
        loop {
            line.clear();
            assert!(self.stream.read_line(&mut line).unwrap() > 0, "the stream has ended");
            if let Some(event) = line.strip_prefix("event: ") {
                name = event.trim().to_string();
            }
            let Some(data) = line.strip_prefix("data: ") else { continue };
            let mut data: Value = serde_json::from_str(data).unwrap();
            match name.as_str() {
                "start" => {
                    let Value::Array(events) = data["events"].take() else { panic!("{data}") };
                    (self.start, self.events) = (data, events);
                }
                "step" => {
                    let Value::Array(events) = data else { panic!("{data}") };
                    assert_eq!(events[0]["n"], self.last() + 1, "without gaps");
                    self.events.extend(events);
                }
                "heartbeat" => self.beat = data,
                _ => panic!("an event that nobody knows: {name}"),
            }
            return name;
        }
    }

    fn last(&self) -> u64 {
        self.events.last().map_or(&self.start["start"]["n"], |event| &event["n"]).as_u64().unwrap()
    }

    /// Listens until `condition` holds.
    fn until(&mut self, what: &str, condition: impl Fn(&Browser) -> bool) {
        let end = Instant::now() + DEADLINE;
        while !condition(self) {
            self.next();
            let last = self.events.last();
            assert!(
                Instant::now() < end,
                "it never came true that {what}: {last:?}, {}",
                self.beat
            );
        }
    }

    fn stands(&mut self) {
        self.until("it stands", |browser| browser.beat["stopped"] == true);
    }

    /// Those of a kind.
    fn those(&self, what: &str) -> Vec<&Value> {
        self.events.iter().filter(|event| event["what"] == what).collect()
    }

    fn has(&self, what: &str, part: &Value) -> bool {
        let part = part.as_object().unwrap();
        self.those(what).iter().any(|event| part.iter().all(|(key, value)| event[key] == *value))
    }

    /// Waits for such an event.
    fn sees(&mut self, what: &str, part: Value) {
        self.until(&format!("{what} {part}"), |browser| browser.has(what, &part));
    }

    /// Waits until so many handlers are parked.
    fn parked(&mut self, count: usize) {
        self.until("they are parked", |browser| {
            let parked = browser.those("yield").into_iter().filter(|event| event["op"] == "recv");
            let handlers: HashSet<_> = parked.map(|event| event["task"].as_u64()).collect();
            handlers.len() > count
                && browser.events.last().is_some_and(|event| event["what"] == "select")
        });
    }
}

/// What the events say, without numbers of events, tasks and descriptors and without the time.
fn told(event: &Value) -> String {
    let mut event = event.clone();
    let map = event.as_object_mut().unwrap();
    for key in ["n", "t", "fd", "task", "by", "port", "running", "tasks", "recv_wait", "send_wait"]
    {
        map.remove(key);
    }
    for key in ["can_recv", "can_send"] {
        if let Some(Value::Array(fds)) = map.get(key) {
            let count = fds.len();
            map.insert(key.into(), json!(count));
        }
    }
    let what = map.remove("what").unwrap();
    let rest: Vec<_> = map.iter().map(|(key, value)| format!("{key} {value}")).collect();
    format!("{} {}", what.as_str().unwrap(), rest.join(" ")).trim_end().replace('"', "")
}

/// The number of the line of a file that contains the second text, after one that contains the first.
fn line_in(text: &str, from: &str, part: &str) -> usize {
    let start = text.lines().position(|line| line.contains(from)).unwrap();
    start + text.lines().skip(start).position(|line| line.contains(part)).unwrap() + 1
}

fn in_echo(function: &str, part: &str) -> usize {
    line_in(include_str!("../../echo.rs"), &format!("fn {function}("), part)
}

fn in_run(part: &str) -> usize {
    line_in(include_str!("../../../src/scheduler.rs"), "pub fn run(", part)
}

fn silent(client: &mut TcpStream) -> bool {
    client.set_nonblocking(true).unwrap();
    let silent = client.peek(&mut [0]).is_err();
    client.set_nonblocking(false).unwrap();
    silent
}

/// Closes it without a word: the other side gets a reset.
fn reset(client: TcpStream) {
    SockRef::from(&client).set_linger(Some(Duration::ZERO)).unwrap();
}

#[test]
fn the_page_comes_whole_and_needs_nothing_from_elsewhere() {
    let watch = Watch::start();
    let answer = watch.get("/");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(head.contains("Content-Security-Policy: default-src 'none';"), "{head}");
    assert_eq!(body, recording::page(None));
    let answer = watch.get("/recording?lang=de");
    let (head, file) = answer.split_once("\r\n\r\n").unwrap();
    assert!(
        head.contains("Content-Disposition: attachment; filename=\"recording.html\""),
        "{head}"
    );
    assert!(file.contains(r#""lang":"de""#));
    for page in [body, file] {
        let inside = page.replace("http://www.w3.org/", "");
        for outside in ["http://", "https://", "src=\"", "@import", "<!-- "] {
            assert!(!inside.contains(outside), "the page fetches something: {outside}");
        }
        for place in page.split("url(").skip(1) {
            assert!(place.starts_with('#'), "not a part of the page: {}", &place[..40]);
        }
    }
}

#[test]
fn the_source_that_is_shown_is_the_one_that_runs() {
    let watch = Watch::start();
    let sources = watch.browser().start["sources"].clone();
    for (name, file, text) in [
        ("run", "src/scheduler.rs", include_str!("../../../src/scheduler.rs")),
        ("tcp_server", "examples/echo.rs", include_str!("../../echo.rs")),
        ("echo_handler", "examples/echo.rs", include_str!("../../echo.rs")),
    ] {
        let source = &sources[name];
        assert_eq!(source["file"], file);
        let lines = source["lines"].as_array().unwrap();
        assert_eq!(
            lines[0],
            text.lines().find(|line| line.contains(&format!("fn {name}("))).unwrap()
        );
        assert_eq!(lines[lines.len() - 1], "}");
        let first = source["first"].as_u64().unwrap() as usize - 1;
        let there: Vec<_> = text.lines().skip(first).take(lines.len()).collect();
        assert_eq!(json!(lines), json!(there));
    }
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
    let answer = watch.request("GET /recording", ""); // it says no name at all
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
    for host in ["localhost", "127.0.0.1"] {
        let answer = watch.request("GET /recording", &format!("Host: {host}:{port}\r\n"));
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }
    let browser = &mut watch.browser();
    browser.until("a heartbeat", |browser| browser.beat.is_object());
    assert_eq!((&browser.beat["mode"], &browser.beat["silent"]), (&json!("run"), &json!(0)));
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
fn cookies_of_other_ports_do_not_lock_the_page_out() {
    let watch = Watch::start();
    let cookies =
        |size: usize| format!("Host: {}\r\nCookie: a={}\r\n", watch.page, "x".repeat(size));
    for size in [9_000, 200_000] {
        let answer = watch.request("GET /", &cookies(size));
        assert!(answer.starts_with("HTTP/1.1 200 "), "{size}: {}", &answer[..40]);
    }
    // But there is an end to what is kept for somebody who only sends.
    let mut stream = watch.connect(watch.page);
    let line = format!("GET / HTTP/1.1\r\n{}\r\n", cookies(400_000));
    let _ = stream.write_all(line.as_bytes()); // it may be refused in the middle
    let mut status = [0; 12];
    assert!(stream.read_exact(&mut status).is_err() || status == *b"HTTP/1.1 431");
}

#[test]
fn a_sign_of_life_comes_without_anything_new_and_at_once_when_the_mode_changes() {
    let watch = Watch::start();
    let mut browser = watch.browser();
    let events = browser.events.len();
    let mut beats = 0;
    while beats < 3 {
        beats += usize::from(browser.next() == "heartbeat");
    }
    assert_eq!(browser.events.len(), events, "nothing happens");
    for (button, mode, ms) in
        [("/slow?ms=250", "slow", 250), ("/pause", "pause", 0), ("/run", "run", 0)]
    {
        watch.press(button);
        browser.until(mode, |browser| browser.beat["mode"] == mode && browser.beat["ms"] == ms);
    }
}

#[test]
fn each_run_of_the_program_has_an_identity_of_its_own() {
    let [one, two] = [Watch::start(), Watch::start()];
    let identity = |watch: &Watch| watch.browser().start["identity"].as_str().unwrap().to_string();
    assert_eq!(identity(&one), identity(&one));
    assert_ne!(identity(&one), identity(&two));
    assert_ne!(identity(&one), one.child.id().to_string());
}

#[test]
fn each_step_of_a_conversation_is_an_event_with_its_lines_and_bytes() {
    let watch = Watch::start();
    let mut browser = watch.browser();
    let mut client = watch.client();
    browser.parked(1);
    ask(&mut client, b"Hello\n", b"GOT:Hello\n");
    browser.sees("send", json!({}));
    browser.parked(1);
    let port = client.local_addr().unwrap().port();
    drop(client);
    browser.sees("complete", json!({}));
    let (select, popleft, resume) = (in_run("select("), in_run("popleft"), in_run("resume"));
    let (park_recv, park_send) = (in_run("recv_wait.insert"), in_run("send_wait.insert"));
    let (woken_recv, woken_send) = (in_run("recv_wait.pop"), in_run("send_wait.pop"));
    let (server, handler) =
        (|part: &str| in_echo("tcp_server", part), |part: &str| in_echo("echo_handler", part));
    let expected = [
        "append name tcp_server".to_string(),
        format!("popleft line {popleft}"),
        format!("resume at {} line {resume}", server("Socket::new")),
        format!(
            "print at {} line {resume} text Server running on {}",
            server("print("),
            watch.echo
        ),
        format!("yield at {} line {park_recv} op recv", server("yield_")),
        format!("select line {select}"),
        "arrive kind connects whose 1".into(),
        format!("selected can_recv 1 can_send 0 line {select} slept true"),
        format!("append from recv_wait line {woken_recv} op recv"),
        format!("popleft line {popleft}"),
        format!("resume at {} line {resume}", server("accept(")),
        format!("accept at {} client 1 line {resume}", server("accept(")),
        format!("append at {} client 1 line {resume} name echo_handler", server("append(")),
        format!("yield at {} line {park_recv} op recv", server("yield_")),
        format!("popleft line {popleft}"),
        format!("resume at {} line {resume}", handler("print(")),
        format!(
            "print at {} line {resume} text Connection from 127.0.0.1:{port}",
            handler("print(")
        ),
        format!("yield at {} line {park_recv} op recv", handler("yield_((Op::Recv")),
        format!("select line {select}"),
        "arrive bytes {more:0,text:Hello\\\\n} kind types whose 1".into(),
        format!("selected can_recv 1 can_send 0 line {select} slept true"),
        format!("append from recv_wait line {woken_recv} op recv"),
        format!("popleft line {popleft}"),
        format!("resume at {} line {resume}", handler("recv(1000)")),
        format!(
            "recv at {} bytes {{more:0,text:Hello\\\\n}} client 1 line {resume}",
            handler("recv(1000)")
        ),
        format!("yield at {} line {park_send} op send", handler("yield_((Op::Send")),
        format!("select line {select}"),
        format!("selected can_recv 0 can_send 1 line {select} slept false"),
        format!("append from send_wait line {woken_send} op send"),
        format!("popleft line {popleft}"),
        format!("resume at {} line {resume}", handler("send(&answer)")),
        format!(
            "send at {} bytes {{more:0,text:GOT:Hello\\\\n}} client 1 line {resume}",
            handler("send(&answer)")
        ),
        format!("yield at {} line {park_recv} op recv", handler("yield_((Op::Recv")),
        format!("select line {select}"),
        "arrive kind closes whose 1".into(),
        format!("selected can_recv 1 can_send 0 line {select} slept true"),
        format!("append from recv_wait line {woken_recv} op recv"),
        format!("popleft line {popleft}"),
        format!("resume at {} line {resume}", handler("recv(1000)")),
        format!("recv at {} bytes null client 1 line {resume}", handler("recv(1000)")),
        format!("print at {} line {resume} text Connection closed", handler("Connection closed")),
        format!("complete line {}", in_run("Complete(Ok")),
    ];
    let seen: Vec<String> = browser.events.iter().map(told).collect();
    for (i, line) in expected.iter().enumerate() {
        assert_eq!(seen.get(i), Some(line), "{seen:#?}");
    }
    // Who and where, of those events that need it.
    let accept = browser.those("accept")[0];
    let handler = browser.those("append").into_iter().find(|event| event["client"] == 1).unwrap();
    assert_eq!((&handler["fd"], &handler["port"]), (&accept["fd"], &json!(port)));
    assert_eq!((&handler["by"], &accept["port"]), (&accept["task"], &json!(port)));
    assert!(browser.those("recv").iter().all(|event| event["fd"] == accept["fd"]));
    assert!(browser.has("selected", &json!({ "can_recv": [accept["fd"]] })));
}

#[test]
fn long_and_odd_bytes_are_escaped_and_the_rest_is_counted() {
    let watch = Watch::start();
    let mut browser = watch.browser();
    let mut client = watch.client();
    let bytes = [b"\xff\x00</script>\"\\\xc3\xa4\r\n", &[b'x'; 483][..]].concat();
    client.write_all(&bytes).unwrap();
    browser.sees("recv", json!({ "client": 1 }));
    let recv = &browser.those("recv")[0]["bytes"];
    let text = recv["text"].as_str().unwrap();
    assert!(text.starts_with("\\xff\\u{0}</script>\"\\ä\\r\\nxxx"), "{text}");
    assert_eq!(recv["more"], bytes.len() - 200);
    let arrived = &browser
        .those("arrive")
        .into_iter()
        .find(|event| event["kind"] == "types")
        .unwrap()["bytes"];
    assert_eq!(arrived, recv);
    // In a file, it must not end the element.
    let (recording, _) = watch.recording();
    assert!(recording.to_string().contains("</script>"));
}

#[test]
fn a_reset_arrives_and_is_told_by_recv_and_by_the_end() {
    let watch = Watch::start();
    let mut browser = watch.browser();
    let client = watch.client();
    browser.parked(1);
    reset(client);
    browser.sees("complete", json!({}));
    assert!(browser.has("arrive", &json!({ "kind": "resets", "whose": 1 })));
    for what in ["recv", "complete"] {
        let events = browser.those(what);
        let error = events[0]["error"].as_str().unwrap();
        assert!(error.contains("connection reset"), "{what}: {error}");
    }
    assert_eq!(browser.those("complete")[0]["line"], in_run("Complete(Err"));
}

#[test]
fn who_never_reads_is_seen_waiting_to_send() {
    let watch = Watch::start();
    let mut browser = watch.browser();
    let client = watch.client();
    client.set_nonblocking(true).unwrap();
    until("it has no room for the answer", || {
        while (&client).write(&[b'x'; 100_000]).is_ok() {}
        browser.next();
        let asleep = browser.events.last().is_some_and(|event| event["what"] == "select");
        asleep && browser.events.iter().rev().nth(1).is_some_and(|event| event["op"] == "send")
    });
}

#[test]
fn what_arrives_is_seen_before_select_returns() {
    let watch = Watch::start();
    let mut browser = watch.browser();
    let mut clients: Vec<_> = (0..5).map(|_| watch.client()).collect();
    browser.parked(5);
    watch.press("/pause");
    clients[0].write_all(b"wake").unwrap();
    browser.stands();
    clients[3].write_all(b"Anna\n").unwrap();
    browser.sees("arrive", json!({ "whose": 4, "bytes": { "text": "Anna\\n", "more": 0 } }));
    clients[3].write_all(b"again").unwrap();
    browser.sees("arrive", json!({ "whose": 4, "bytes": { "text": "again", "more": 0 } }));
    drop(clients.pop());
    browser.sees("arrive", json!({ "whose": 5, "kind": "closes" }));
    reset(clients.remove(1));
    browser.sees("arrive", json!({ "whose": 2, "kind": "resets" }));
    let _newcomer = watch.client();
    if cfg!(target_os = "linux") {
        browser.sees("arrive", json!({ "whose": 6, "kind": "connects" }));
    }
    let arrived = browser.those("arrive").len();
    assert!(browser.those("recv").is_empty(), "nothing was received meanwhile");
    watch.press("/run");
    browser.sees("accept", json!({ "client": 6 }));
    browser.sees("recv", json!({ "client": 4, "bytes": { "text": "Anna\\nagain", "more": 0 } }));
    browser.until("two have left", |browser| browser.those("complete").len() == 2);
    let error = browser.those("recv").into_iter().find(|event| event["client"] == 2).unwrap();
    assert!(
        error["error"].as_str().unwrap().contains("reset"),
        "looking has not taken it: {error}"
    );
    if cfg!(target_os = "linux") {
        assert_eq!(browser.those("arrive").len(), arrived, "nothing is told twice");
    }
}

#[test]
fn each_client_has_a_number_and_the_name_that_it_typed_first() {
    let watch = Watch::start();
    let mut clients: Vec<_> = (0..3).map(|_| watch.client()).collect();
    let mut browser = watch.browser();
    browser.parked(3);
    ask(&mut clients[1], b"Berta\n", b"GOT:Berta\n");
    ask(&mut clients[1], b"more\n", b"GOT:more\n");
    ask(&mut clients[2], b"GET / HTTP/1.1\n", b"GOT:GET / HTTP/1.1\n");
    // Enough for the events above to be summed up.
    for _ in 0..2000 {
        ask(&mut clients[0], &[0], b"GOT:\0");
    }
    let (recording, _) = watch.recording();
    let cards = recording["start"]["cards"].as_object().unwrap();
    let label = |number: u64| {
        let port = clients[number as usize - 1].local_addr().unwrap().port();
        let card = cards.values().find(|card| card["client"] == number).unwrap();
        assert_eq!(card["port"], port);
        card["label"].clone()
    };
    assert_eq!([label(1), label(2), label(3)], [Value::Null, json!("Berta"), Value::Null]);
}

#[test]
fn the_last_events_are_kept_and_the_older_ones_summed_up() {
    let watch = Watch::start();
    let mut clients: Vec<_> = (0..100).map(|_| watch.client()).collect();
    for i in 0..60 {
        clients
            .iter_mut()
            .for_each(|client| client.write_all(format!("line {i}\n").as_bytes()).unwrap());
        clients
            .iter_mut()
            .for_each(|client| ask(client, b"", format!("GOT:line {i}\n").as_bytes()));
    }
    let mut browser = watch.browser();
    browser.until("it sleeps", |browser| {
        browser.events.last().is_some_and(|event| event["what"] == "select")
    });
    let (recording, size) = watch.recording();
    let events = recording["events"].as_array().unwrap();
    assert_eq!(events.len(), 20_000);
    assert!(size <= 3_000_000, "{size} bytes");
    assert_eq!(recording["start"]["n"].as_u64().unwrap() + 1, events[0]["n"].as_u64().unwrap());
    // The picture is what the events make of the one before them.
    let mut tasks: Vec<u64> = serde_json::from_value(recording["start"]["tasks"].clone()).unwrap();
    let area =
        |from: &Value| -> HashSet<(i64, u64)> { serde_json::from_value(from.clone()).unwrap() };
    let mut waits =
        [area(&recording["start"]["recv_wait"]), area(&recording["start"]["send_wait"])];
    let mut compared = 0;
    for event in events {
        let task = event["task"].as_u64().unwrap_or_default();
        match event["what"].as_str().unwrap() {
            "append" => {
                waits.iter_mut().for_each(|area| area.retain(|(_, id)| *id != task));
                tasks.push(task);
            }
            "popleft" => assert_eq!(tasks.remove(0), task),
            "yield" => {
                let area = usize::from(event["op"] == "send");
                waits[area].insert((event["fd"].as_i64().unwrap(), task));
            }
            _ => (),
        }
        if event["tasks"].is_array() {
            compared += 1;
            assert_eq!(event["tasks"], json!(tasks), "{event}");
            assert_eq!(area(&event["recv_wait"]), waits[0], "{event}");
            assert_eq!(area(&event["send_wait"]), waits[1], "{event}");
        }
    }
    assert!(compared >= 100, "{compared}");
    assert_eq!(waits[0].len(), 101);
}

#[test]
fn a_pause_holds_the_answer_back_and_single_steps_let_it_go() {
    let watch = Watch::start();
    let mut browser = watch.browser();
    let mut client = watch.client();
    browser.parked(1);

    watch.press("/pause");
    client.write_all(b"Hello").unwrap();
    browser.stands();
    assert_eq!(browser.events.last().unwrap()["what"], "selected");
    let steps: [&[&str]; 10] = [
        &["append"],
        &["popleft"],
        &["resume"],
        &["recv", "yield"],
        &["select"],
        &["selected"],
        &["append"],
        &["popleft"],
        &["resume"],
        &["send", "yield"],
    ];
    for expected in steps {
        assert!(silent(&mut client), "answered before {expected:?}");
        let before = browser.events.len();
        watch.press("/step");
        browser.until("a step is taken", |browser| browser.events.len() >= before + expected.len());
        let seen: Vec<_> = browser.events[before..].iter().map(|event| &event["what"]).collect();
        assert_eq!(seen, expected, "one step at a time");
    }
    // The task ran in the last step.
    ask(&mut client, b"", b"GOT:Hello");

    watch.press("/run");
    ask(&mut client, b"again", b"GOT:again");
}

#[test]
fn slow_motion_is_slow_and_ends_at_once() {
    let watch = Watch::start();
    let mut browser = watch.browser();
    let mut client = watch.client();
    browser.parked(1);
    watch.press("/slow?ms=1000");
    client.write_all(b"Hello").unwrap();
    browser.until("it stands between two steps", |browser| {
        browser.beat["mode"] == "slow"
            && browser.beat["ms"] == 1000
            && browser.beat["stopped"] == true
    });
    assert!(silent(&mut client));
    watch.press("/slow?ms=1");
    ask(&mut client, b"", b"GOT:Hello");
    watch.press("/slow?ms=0");
    browser.until("it runs", |browser| browser.beat["mode"] == "run");
}

#[test]
fn a_step_while_select_sleeps_is_not_saved_up() {
    let watch = Watch::start();
    let mut browser = watch.browser();
    let mut client = watch.client();
    browser.parked(1);
    for _ in 0..5 {
        watch.press("/step"); // the first one pauses
    }
    client.write_all(b"Hello").unwrap();
    browser.stands();
    assert_eq!(browser.events.last().unwrap()["what"], "selected");
}

#[test]
fn the_clients_of_the_buttons_come_talk_fail_and_leave() {
    let watch = Watch::start();
    let mut browser = watch.browser();
    ["/talker", "/silent", "/silent"].iter().for_each(|button| watch.press(button));
    browser.until("they are here", |browser| {
        browser.beat["talkers"] == 1 && browser.beat["silent"] == 2
    });
    browser.until("the talker talks", |browser| browser.those("send").len() > 1);

    watch.press("/reset");
    browser.until("one has failed", |browser| {
        browser.those("complete").iter().any(|event| {
            event["error"].as_str().is_some_and(|error| error.contains(": connection reset"))
        })
    });
    watch.press("/leave");
    browser.until("they have left", |browser| {
        browser.those("complete").len() == 4
            && browser.beat["talkers"] == 0
            && browser.beat["silent"] == 0
    });
    // On the terminal are the lab's lines only.
    let mut lines = Vec::new();
    while lines.iter().filter(|line| *line == "Task done").count() < 3 {
        lines.push(watch.child.stdout.recv_timeout(DEADLINE).expect("three tasks are done"));
    }
    assert_eq!(lines.iter().filter(|line| *line == "Connection closed").count(), 3, "{lines:?}");
    assert!(watch.get("/").starts_with("HTTP/1.1 200 OK\r\n"));
    assert!(watch.child.stdout.recv_timeout(Duration::ZERO).is_err());
}

#[test]
fn a_browser_that_never_reads_harms_neither_the_server_nor_the_others() {
    let watch = Watch::start();
    let mut client = watch.client();
    let deaf: Vec<_> = (0..5).map(|_| watch.stream()).collect();
    let mut others = [watch.browser(), watch.browser()];
    // Some megabytes of events for each of them, if they were all sent.
    for _ in 0..3000 {
        ask(&mut client, b"Hello", b"GOT:Hello");
    }
    ask(&mut client, b"the last", b"GOT:the last");
    for browser in &mut others {
        browser.sees("recv", json!({ "bytes": { "text": "the last", "more": 0 } }));
    }
    drop(deaf);
}

#[test]
fn visitors_who_say_nothing_leave_room_for_others() {
    let watch = Watch::start();
    let mute: Vec<_> = (0..20).map(|_| watch.connect(watch.page)).collect();
    assert!(watch.get("/").starts_with("HTTP/1.1 200 OK\r\n"));
    drop(mute);
}

#[test]
fn a_page_can_be_reloaded_without_end_and_too_many_leave_room() {
    let watch = Watch::start();
    watch.press("/pause"); // nothing new comes then, and nothing fails to be sent
    let status = |stream: &mut BufReader<TcpStream>| {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        line
    };
    for _ in 0..100 {
        let status = status(&mut watch.stream());
        assert!(status.starts_with("HTTP/1.1 200 ") || status.starts_with("HTTP/1.1 503 "));
    }
    until("those who went are forgotten", || status(&mut watch.stream()).contains(" 200 "));
    let browsers = (0..40).map(|_| watch.stream());
    let _watching: Vec<_> =
        browsers.filter_map(|mut new| status(&mut new).contains(" 200 ").then_some(new)).collect();
    assert!(watch.get("/").starts_with("HTTP/1.1 200 OK\r\n"));
}

#[test]
fn two_thousand_clients_are_all_shown_and_served() {
    // For this process and the one that it starts.
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    let watch = Watch::start();
    let mut clients: Vec<_> = (0..2000).map(|_| watch.client()).collect();
    let mut browser = watch.browser();
    // Their coming is older than what is kept: they are in the picture before it.
    browser.until("all are here", |browser| {
        browser.start["start"]["cards"].as_object().unwrap().len() + browser.those("accept").len()
            > 2000
    });
    clients.iter_mut().for_each(|client| client.write_all(b"hi").unwrap());
    clients.iter_mut().for_each(|client| ask(client, b"", b"GOT:hi"));
    watch.press("/pause");
    watch.press("/run");
    assert!(watch.recording().1 < 3_000_000, "{} bytes", watch.recording().1);
    drop(clients);
    // Perhaps too fast for a browser, which is then shown who is here now, and all that is kept.
    browser.until("all have left", |browser| {
        browser.start["start"]["count"]["ended"] == 2000 || browser.those("complete").len() == 2000
    });
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
        let output = finish(piped(Command::new(env!("CARGO_BIN_EXE_watch")).args(args)));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(why), "{args:?}: {said}");
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}: nothing runs that could be opened");
    }
}

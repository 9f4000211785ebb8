//! The page of `watch`, in a headless Chromium: what a person sees, and can do.
//!
//! `PICTURES=docs cargo test -p browser` also writes the pictures of the pages, `docs/*/watch.png`.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Resource, getrlimit, setrlimit};
use serde_json::{Value, json};

/// A browser takes seconds to start on a machine that is busy with others.
const DEADLINE: Duration = Duration::from_secs(60);

/// What the probes print when something is not there.
fn missing() -> bool {
    for program in ["chromium", "chromedriver"] {
        if Command::new(program).arg("--version").stdout(Stdio::null()).status().is_err() {
            assert!(env::var_os("CI").is_none(), "there is no {program}, which .ci/run installs");
            eprintln!("SKIPPED: there is no {program} here (Debian: chromium, chromium-driver)");
            return true;
        }
    }
    false
}

/// A process that is killed when dropped, and the lines that it prints.
struct Process {
    child: Child,
    lines: Box<dyn Iterator<Item = String>>,
}

impl Process {
    fn start(command: &mut Command) -> Process {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Process { child, lines: Box::new(stdout.lines().map_while(Result::ok)) }
    }

    /// What follows `start` on the next line that has it.
    fn says(&mut self, start: &str) -> String {
        let rest = |line: String| Some(line.split_once(start)?.1.to_string());
        self.lines.find_map(rest).unwrap_or_else(|| panic!("it has not printed {start:?}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program that is tested, as a reader starts it, and a browser that looks at its page.
struct Scene {
    echo: SocketAddr,
    page: String,
    browser: Client,
    _processes: [Process; 2],
}

impl Scene {
    async fn open(language: &str, dark: bool) -> Scene {
        // `cargo run` becomes the program that it has built.
        let mut watch = Process::start(
            Command::new(env!("CARGO"))
                .args(["run", "--quiet", "--package", "genlab", "--example", "watch"])
                .args(["--", "127.0.0.1:0", "127.0.0.1:0"])
                .current_dir(root()),
        );
        let (echo, page) = (watch.says("Server running on "), watch.says("Page on "));
        // It starts Chromium, and takes it along when it is gone.
        let mut driver = Process::start(Command::new("chromedriver").arg("--port=0"));
        let port = driver.says("started successfully on port ");
        let mut args: Vec<String> = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--window-size=1280,720",
        ]
        .map(String::from)
        .to_vec();
        args.push(format!("--lang={language}"));
        args.push(format!("--blink-settings=preferredColorScheme={}", if dark { 0 } else { 1 }));
        let wishes = json!({ "args": args, "prefs": { "intl.accept_languages": language } });
        let browser = ClientBuilder::new(HttpConnector::new())
            .capabilities([("goog:chromeOptions".to_string(), wishes)].into_iter().collect())
            .connect(&format!("http://127.0.0.1:{}", port.trim_end_matches('.')))
            .await
            .expect("a browser");
        let scene =
            Scene { echo: echo.parse().unwrap(), page, browser, _processes: [watch, driver] };
        scene.browser.goto(&scene.page).await.unwrap();
        scene
            .until("the page is connected", "return document.body.dataset.connected === 'true'")
            .await;
        scene
    }

    fn connect(&self) -> TcpStream {
        let client = TcpStream::connect(self.echo).unwrap();
        client.set_read_timeout(Some(DEADLINE)).unwrap();
        client
    }

    /// What a piece of JavaScript returns, run in the page.
    async fn ask(&self, script: &str) -> Value {
        self.browser.execute(script, Vec::new()).await.unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    async fn until(&self, what: &str, script: &str) {
        let end = Instant::now() + DEADLINE;
        while self.ask(script).await != json!(true) {
            assert!(Instant::now() < end, "it never came true that {what}");
        }
    }

    async fn click(&self, selector: &str) {
        self.browser.find(Locator::Css(selector)).await.unwrap().click().await.unwrap();
    }

    async fn number(&self, script: &str) -> u64 {
        let value = self.ask(&format!("return Number({script})")).await;
        value.as_f64().unwrap_or_else(|| panic!("{script} is {value}")) as u64
    }

    async fn pause(&self) {
        self.click("#pause").await;
        self.until("it is paused", "return document.body.dataset.mode === 'pause'").await;
    }

    /// Waits until somebody can go on, and the scheduler stands because of the pause.
    async fn until_it_stands(&self) {
        let stands = "return document.body.dataset.stopped === 'true'";
        self.until("the scheduler stands between two steps", stands).await;
    }

    /// One step, and the step that the page shows then.
    async fn step(&self) -> u64 {
        let before = self.number("document.body.dataset.step").await;
        self.click("#step").await;
        let script = format!("return Number(document.body.dataset.step) > {before}");
        self.until("a step is taken", &script).await;
        self.number("document.body.dataset.step").await
    }

    /// The area in which the card of this client is.
    async fn area(&self, client: &TcpStream) -> String {
        let peer = client.local_addr().unwrap();
        let card = format!("document.querySelector('[data-task][data-peer=\"{peer}\"]')");
        let area = self.ask(&format!("return {card}?.closest('[data-area]').dataset.area")).await;
        area.as_str().unwrap_or("none").to_string()
    }

    async fn until_in(&self, area: &str, client: &TcpStream) {
        let end = Instant::now() + DEADLINE;
        while self.area(client).await != area {
            assert!(Instant::now() < end, "the card of {client:?} never came to {area}");
        }
    }

    /// A picture of the page, 1280 by 720, when nothing moves.
    async fn picture(&self, path: PathBuf) {
        // What the frame takes is not part of the page.
        let frame = self.number("outerHeight - innerHeight").await as u32;
        self.browser.set_window_size(1280, 720 + frame).await.unwrap();
        self.until("it has its size", "return innerWidth === 1280 && innerHeight === 720").await;
        self.until("nothing moves", "return document.getAnimations().length === 0").await;
        let picture = self.browser.screenshot().await.unwrap();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, picture).unwrap();
    }

    async fn close(self) {
        self.browser.close().await.unwrap();
    }
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Runs a test, unless there is no browser.
fn with_browser(test: impl AsyncFnOnce()) {
    if !missing() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(test());
    }
}

fn nothing_to_read(client: &TcpStream) -> bool {
    client.set_nonblocking(true).unwrap();
    let nothing = client.peek(&mut [0]).is_err();
    client.set_nonblocking(false).unwrap();
    nothing
}

fn reads(mut client: &TcpStream, expected: &str) {
    let mut data = vec![0; expected.len()];
    client.read_exact(&mut data).unwrap();
    assert_eq!(String::from_utf8_lossy(&data), expected);
}

#[test]
fn a_line_takes_its_card_through_the_areas_one_step_at_a_time() {
    with_browser(async || {
        let scene = Scene::open("en", false).await;
        let client = scene.connect();
        scene.until_in("recv_wait", &client).await;

        scene.pause().await;
        (&client).write_all(b"Hello").unwrap();
        scene.until_it_stands().await;

        let mut way = vec!["recv_wait".to_string()];
        while way.len() < 7 {
            // Not before its handler has run the second time.
            assert!(way.len() > 6 || nothing_to_read(&client), "answered while at {way:?}");
            scene.step().await;
            let area = scene.area(&client).await;
            if way.last() != Some(&area) {
                way.push(area);
            }
        }
        let expected =
            ["recv_wait", "tasks", "running", "send_wait", "tasks", "running", "recv_wait"];
        assert_eq!(way, expected);
        reads(&client, "GOT:Hello");

        scene.click("#run").await;
        (&client).write_all(b"again").unwrap();
        reads(&client, "GOT:again");
        scene.close().await;
    });
}

#[test]
fn the_buttons_bring_clients_and_a_reset_shows_its_error() {
    with_browser(async || {
        let scene = Scene::open("en", false).await;
        scene.click("#talker").await;
        scene.click("#silent").await;
        let parked = "document.querySelectorAll('[data-area=recv_wait] [data-task]').length";
        scene.until("server and two clients are parked", &format!("return {parked} === 3")).await;
        let resumes =
            "document.querySelector('[data-counter=resumes]').textContent.replace(/\\D/g, '')";
        let before = scene.number(resumes).await;
        scene.until("the talker talks", &format!("return Number({resumes}) > {before} + 2")).await;

        scene.click("#reset").await;
        let errors =
            "[...document.querySelectorAll('[data-gone]')].map(gone => gone.dataset.error)";
        scene
            .until("a task has failed", &format!("return {errors}.some(e => e.includes('reset'))"))
            .await;
        scene.click("#leave").await;
        scene.until("they have left", &format!("return {parked} === 1")).await;
        scene
            .until(
                "they ended well",
                &format!("return {errors}.filter(e => e === '').length === 2"),
            )
            .await;
        scene.close().await;
    });
}

#[test]
fn the_line_where_they_wait_is_marked_in_the_source_with_their_number() {
    with_browser(async || {
        let scene = Scene::open("en", false).await;
        let _clients: Vec<_> = (0..37).map(|_| scene.connect()).collect();
        let text = fs::read_to_string(root().join("examples/echo.rs")).unwrap();
        let handler = text.lines().position(|line| line.contains("fn echo_handler")).unwrap();
        let wait = text.lines().skip(handler).position(|line| line.contains("Op::Recv")).unwrap();
        let mark =
            format!("[data-file=\"examples/echo.rs\"] [data-line=\"{}\"]", handler + wait + 1);
        let count = format!("document.querySelector('{mark}')?.dataset.count");
        scene.until("37 are marked", &format!("return {count} === '37'")).await;
        let in_view = format!(
            "const [line, pane] = [document.querySelector('{mark}'), document.querySelector('#echo')]
                 .map(element => element.getBoundingClientRect());
             return line.top >= pane.top && line.bottom <= pane.bottom"
        );
        scene.until("the line is in view", &in_view).await;
        let shown = scene.ask(&format!("return document.querySelector('{mark}').innerText")).await;
        let shown = shown.as_str().unwrap();
        assert!(shown.contains("37"), "{shown}");
        assert!(shown.contains("co.yield_((Op::Recv, client.as_raw_fd())).await;"), "{shown}");
        scene.close().await;
    });
}

#[test]
fn two_thousand_clients_are_counted_and_the_page_still_answers() {
    with_browser(async || {
        // For this process and the one that it starts.
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        setrlimit(Resource::Nofile, limit).unwrap();

        let scene = Scene::open("en", false).await;
        let clients: Vec<_> = (0..2000).map(|_| scene.connect()).collect();
        let cards = "document.querySelectorAll('[data-area=recv_wait] [data-task]').length";
        let group = "Number(document.querySelector('[data-area=recv_wait] \
                     [data-group=echo_handler]')?.dataset.count)";
        // With tcp_server.
        scene.until("all are shown", &format!("return {cards} + {group} === 2001")).await;
        assert!(scene.number(cards).await < 100, "cards are grouped");

        // All talk at once, and the buttons still do what they say.
        clients.iter().for_each(|mut client| client.write_all(b"hi").unwrap());
        scene.pause().await;
        clients.iter().for_each(|mut client| client.write_all(b"ho").unwrap());
        scene.until_it_stands().await;
        scene.step().await;
        scene.click("#run").await;
        scene.until("it runs", "return document.body.dataset.mode === 'run'").await;
        for mut client in &clients {
            client.shutdown(Shutdown::Write).unwrap();
            let mut answer = String::new();
            client.read_to_string(&mut answer).unwrap();
            // In one piece, if the first had not been received yet.
            assert!(["GOT:hiGOT:ho", "GOT:hiho"].contains(&answer.as_str()), "{answer}");
        }
        scene.until("all have left", &format!("return {cards} === 1 && !({group} > 0)")).await;
        scene.close().await;
    });
}

#[test]
fn keys_do_what_the_buttons_do_and_the_language_can_be_switched() {
    with_browser(async || {
        let scene = Scene::open("de", true).await;
        scene.until("it speaks German", "return document.documentElement.lang === 'de'").await;
        scene.browser.find(Locator::Css("body")).await.unwrap().send_keys(" ").await.unwrap();
        scene.until("Space pauses", "return document.body.dataset.mode === 'pause'").await;
        scene.browser.find(Locator::Css("body")).await.unwrap().send_keys(" ").await.unwrap();
        scene.until("Space goes on", "return document.body.dataset.mode === 'run'").await;
        scene.ask("fetch('/slow?ms=100', { method: 'POST' })").await;
        scene.until("it is slow", "return document.body.dataset.mode === 'slow'").await;
        scene.browser.find(Locator::Css("body")).await.unwrap().send_keys(" ").await.unwrap();
        scene.until("Space pauses", "return document.body.dataset.mode === 'pause'").await;
        scene.click("#language").await;
        scene.until("it speaks English", "return document.documentElement.lang === 'en'").await;
        scene.close().await;
    });
}

#[test]
fn nothing_is_cut_off_on_a_small_projector_or_a_large_one() {
    with_browser(async || {
        let scene = Scene::open("de", false).await;
        let _clients: Vec<_> = (0..6).map(|_| scene.connect()).collect();
        let cards = "document.querySelectorAll('[data-area=recv_wait] [data-task]').length";
        scene.until("they are parked", &format!("return {cards} === 7")).await;
        for (width, height) in [(1920, 1080), (1280, 720), (1024, 600), (800, 600), (520, 800)] {
            scene.browser.set_window_size(width, height).await.unwrap();
            scene.until("it has its size", &format!("return outerWidth === {width}")).await;
            let cut = "const all = [...document.querySelectorAll(
                     'header button, h2, dt, dd, #legend span, [data-area=recv_wait] .card .name')];
                 const cut = all.filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0);
                 const [mark, pane] = [[...document.querySelectorAll('#echo .marked')].at(-1), echo]
                     .map(e => e.getBoundingClientRect());
                 if (mark.top < pane.top || mark.bottom > pane.bottom) cut.push(echo.querySelector('.marked'));
                 if (document.documentElement.scrollWidth > innerWidth) cut.push(document.body);
                 return cut.map(e => e.textContent.trim().slice(0, 30)).join('; ')";
            // The page follows with the next frame.
            let whole = format!("return (() => {{ {cut} }})() === ''");
            let end = Instant::now() + Duration::from_secs(5);
            while scene.ask(&whole).await != json!(true) {
                let what = scene.ask(cut).await;
                assert!(Instant::now() < end, "cut off at {width} by {height}: {what}");
            }
        }
        scene.close().await;
    });
}

/// The pictures of the pages: one client's line is being answered, others wait.
#[test]
fn the_picture_shows_a_handler_that_runs_while_others_wait() {
    with_browser(async || {
        for language in ["en", "de"] {
            let scene = Scene::open(language, false).await;
            let clients: Vec<_> = (0..5).map(|_| scene.connect()).collect();
            for client in &clients {
                scene.until_in("recv_wait", client).await;
            }
            for i in [0, 3, 1, 4, 0, 2] {
                (&clients[i]).write_all(b"Hello\n").unwrap();
                reads(&clients[i], "GOT:Hello\n");
            }
            scene.pause().await;
            // While the scheduler stands, the others' lines come: one `select` finds those three.
            (&clients[0]).write_all(b"Hello\n").unwrap();
            scene.until_it_stands().await;
            for i in [1, 3, 4] {
                (&clients[i]).write_all(b"Hello\n").unwrap();
            }
            for _ in 0..100 {
                if scene.area(&clients[4]).await == "running" {
                    break;
                }
                scene.step().await;
            }
            let mut areas = Vec::new();
            for client in &clients {
                areas.push(scene.area(client).await);
            }
            assert_eq!(areas, ["recv_wait", "send_wait", "recv_wait", "send_wait", "running"]);
            let folder = match env::var_os("PICTURES") {
                Some(folder) => root().join(folder).join(language),
                None => Path::new(env!("CARGO_TARGET_TMPDIR")).join(language),
            };
            scene.picture(folder.join("watch.png")).await;
            // The window has been resized for it.
            let in_view = "const box = e => e.getBoundingClientRect();
                 const within = (e, pane) => box(e).top >= box(pane).top
                     && box(e).bottom <= box(pane).bottom && box(e).right <= box(pane).right;
                 const find = selector => document.querySelector(selector);
                 return within([...document.querySelectorAll('#echo .marked')].at(-1), find('#echo'))
                     && within(find('#loop .lit'), find('#loop'))
                     && within(find('#legend').lastChild, find('#lines'))";
            assert_eq!(scene.ask(in_view).await, json!(true), "lines and legend are in view");
            scene.close().await;
        }
    });
}

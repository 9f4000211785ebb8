//! The page of a server that runs.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use rustix::process::{Pid, Resource, Signal, getrlimit, kill_process, setrlimit};
use serde_json::json;

use crate::scene::{Browser, DEADLINE, Process, root, with_browser};

/// The program as a reader starts it, and a browser that looks at its page.
struct Scene {
    echo: SocketAddr,
    page: String,
    browser: Browser,
    watch: Process,
}

/// The program on these ports, and what it says of them.
fn start(echo: &str, page: &str) -> (Process, String, String) {
    // `cargo run` becomes the program that it has built.
    let mut watch = Process::start(
        Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--package", "watch", "--", echo, page])
            .current_dir(root()),
    );
    let (echo, page) = (watch.says("Server running on "), watch.says("Page on "));
    (watch, echo, page)
}

impl Scene {
    async fn open(language: &str) -> Scene {
        let (watch, echo, page) = start("127.0.0.1:0", "127.0.0.1:0");
        let scene = Scene {
            echo: echo.parse().unwrap(),
            page,
            browser: Browser::start(language).await,
            watch,
        };
        scene.browser.goto(&scene.page).await;
        scene.connected().await;
        scene
    }

    async fn connected(&self) {
        self.browser.until("the page is connected", "return document.body.dataset.connected === 'true' && document.querySelectorAll('.card').length > 0").await;
    }

    fn connect(&self) -> TcpStream {
        let client = TcpStream::connect(self.echo).unwrap();
        client.set_read_timeout(Some(DEADLINE)).unwrap();
        client
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.watch.child), signal).unwrap();
    }

    async fn mode(&self, mode: &str) {
        self.browser
            .until(
                &format!("the mode is {mode}"),
                &format!("return document.body.dataset.mode === '{mode}'"),
            )
            .await;
    }

    async fn pause(&self) {
        if self.browser.ask("return document.body.dataset.mode").await != "pause" {
            self.browser.key(" ").await;
        }
        self.mode("pause").await;
    }

    async fn until_in(&self, area: &str, client: &TcpStream) {
        let port = client.local_addr().unwrap().port();
        let script = format!(
            "return document.querySelector('.card[data-port=\"{port}\"]')?.dataset.area === '{area}'"
        );
        self.browser.until(&format!("the card of {port} is in {area}"), &script).await;
    }

    /// One more step, as it is shown.
    async fn step(&self) {
        let before = self.browser.step().await;
        self.browser.key("ArrowRight").await;
        self.browser
            .until(
                "a step is shown",
                &format!("return Number(document.body.dataset.step) > {before}"),
            )
            .await;
    }

    /// What the scheduler has done, whatever the page shows.
    async fn newest(&self) -> u64 {
        self.browser.number("document.body.dataset.last").await
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
        let scene = Scene::open("en").await;
        let client = scene.connect();
        scene.until_in("recv_wait", &client).await;
        scene.pause().await;
        (&client).write_all(b"Hello").unwrap();
        // What has arrived is seen while the scheduler stands.
        scene.browser.until("it lies in the kernel", "return document.querySelector('#kernel').innerText.includes('\"Hello\"') || document.querySelector('#sentence').innerText.includes('returns')").await;

        let port = client.local_addr().unwrap().port();
        let area = format!(
            "return document.querySelector('.card[data-port=\"{port}\"]')?.dataset.area ?? 'none'"
        );
        let mut way = vec!["recv_wait".to_string()];
        let mut said = Vec::new();
        while way.len() < 7 {
            scene.step().await;
            said.push(scene.browser.text("#sentence").await);
            let area = scene.browser.ask(&area).await.as_str().unwrap().to_string();
            if way.last() != Some(&area) {
                way.push(area);
            }
            // Not before its handler has run the second time.
            assert!(way.len() > 5 || nothing_to_read(&client), "answered while at {way:?}");
        }
        assert_eq!(
            way,
            ["recv_wait", "tasks", "running", "send_wait", "tasks", "running", "recv_wait"]
        );
        for part in [
            "`recv` fetches “Hello”".replace('`', ""),
            "gives “GOT:Hello” to the kernel".to_string(),
        ] {
            assert!(
                said.iter().any(|sentence| sentence.contains(&part)),
                "{part} was not said: {said:#?}"
            );
        }
        reads(&client, "GOT:Hello");
        scene.browser.key(" ").await;
        scene.mode("run").await;
        (&client).write_all(b"again").unwrap();
        reads(&client, "GOT:again");
        scene.browser.close().await;
    });
}

#[test]
fn going_back_shows_the_past_says_so_and_leaves_the_scheduler_alone() {
    with_browser(async || {
        let scene = Scene::open("en").await;
        let client = scene.connect();
        scene.until_in("recv_wait", &client).await;
        scene.pause().await;
        let (step, newest) = (scene.browser.step().await, scene.newest().await);
        scene.browser.keys("ArrowLeft ArrowLeft ArrowLeft").await;
        assert_eq!(scene.browser.step().await, step - 3);
        let notice = scene.browser.text("#notice").await;
        assert!(notice.contains("recorded past") && notice.contains("still paused"), "{notice}");
        scene.browser.keys("ArrowRight ArrowRight").await;
        assert_eq!(
            (scene.browser.step().await, scene.newest().await),
            (step - 1, newest),
            "no step was taken"
        );
        scene.browser.click("#now").await;
        scene.browser.until("it is now", &format!("return document.body.dataset.following === 'true' && Number(document.body.dataset.step) >= {step}")).await;
        assert_eq!(scene.browser.text("#notice").await, "");
        scene.mode("pause").await;

        // While it runs, it runs on.
        scene.browser.key(" ").await;
        scene.mode("run").await;
        scene.browser.keys("ArrowLeft ArrowLeft").await;
        let stays = scene.browser.step().await;
        for _ in 0..10 {
            (&client).write_all(b"Hello").unwrap();
            reads(&client, "GOT:Hello");
        }
        scene.browser.until("more is recorded", &format!("return Number(document.body.dataset.last) >= {newest} && Number(document.querySelector('#slider').max) > {newest} + 20")).await;
        assert_eq!(scene.browser.step().await, stays, "what is looked at stays");
        scene.browser.close().await;
    });
}

#[test]
fn the_buttons_bring_clients_and_a_reset_shows_its_error() {
    with_browser(async || {
        let scene = Scene::open("en").await;
        scene.browser.click("#talker").await;
        scene.browser.click("#silent").await;
        scene
            .browser
            .until(
                "server and two clients are there",
                "return document.querySelectorAll('.card').length === 3",
            )
            .await;
        scene
            .browser
            .until(
                "the talker is heard",
                "return document.querySelector('#kernel').innerText.includes('GOT:')",
            )
            .await;
        scene.browser.click("#reset").await;
        scene
            .browser
            .until(
                "a task has failed",
                "return document.querySelector('#term').innerText.includes('reset')",
            )
            .await;
        scene.browser.click("#leave").await;
        scene
            .browser
            .until("they have left", "return document.querySelectorAll('.card').length === 1")
            .await;
        scene.browser.close().await;
    });
}

#[test]
fn the_line_where_they_wait_is_marked_in_the_source_with_their_number() {
    with_browser(async || {
        let scene = Scene::open("en").await;
        let _clients: Vec<_> = (0..37).map(|_| scene.connect()).collect();
        let mark =
            "[...document.querySelectorAll('#echo .parked')].find(e => e.dataset.count === '37')";
        scene.browser.until("37 are marked", &format!("return !!{mark}")).await;
        scene
            .browser
            .is(
                "it is the line of the yield",
                &format!(
                    "{mark}.innerText.includes('co.yield_((Op::Recv, client.as_raw_fd())).await;')"
                ),
            )
            .await;
        scene.browser.until("the line is in view", &format!("const [line, pane] = [{mark}, document.querySelector('#echo')].map(e => e.getBoundingClientRect()); return line.top >= pane.top - 1 && line.bottom <= pane.bottom + 1")).await;
        scene.browser.close().await;
    });
}

#[test]
fn two_thousand_clients_are_counted_and_the_page_still_answers() {
    with_browser(async || {
        // For this process and the one that it starts.
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        setrlimit(Resource::Nofile, limit).unwrap();

        let scene = Scene::open("en").await;
        let clients: Vec<_> = (0..2000).map(|_| scene.connect()).collect();
        let count = "document.querySelector('#recv_wait .count').innerText.replace(/\\D/g, '')";
        // With tcp_server.
        scene.browser.until("all are counted", &format!("return {count} === '2001'")).await;
        scene
            .browser
            .is("few of them have a card", "document.querySelectorAll('.card').length < 100")
            .await;
        clients.iter().for_each(|mut client| client.write_all(b"hi").unwrap());
        scene.pause().await;
        clients.iter().for_each(|mut client| client.write_all(b"ho").unwrap());
        scene.step().await;
        scene.browser.key(" ").await;
        scene.mode("run").await;
        for mut client in &clients {
            client.shutdown(Shutdown::Write).unwrap();
            let mut answer = String::new();
            client.read_to_string(&mut answer).unwrap();
            // In one piece, if the first had not been received yet.
            assert!(["GOT:hiGOT:ho", "GOT:hiho"].contains(&answer.as_str()), "{answer}");
        }
        scene.browser.until("all have left", &format!("return {count} === '1'")).await;
        scene.browser.close().await;
    });
}

#[test]
fn the_space_bar_pauses_also_after_a_click_on_a_button_and_adds_no_client() {
    with_browser(async || {
        let scene = Scene::open("en").await;
        scene.browser.click("#silent").await;
        scene
            .browser
            .until("it is there", "return document.querySelectorAll('.card').length === 2")
            .await;
        scene.browser.key(" ").await;
        scene.mode("pause").await;
        scene.browser.click("#language").await;
        scene.browser.key(" ").await;
        scene.mode("run").await;
        scene
            .browser
            .is("no other client", "document.querySelectorAll('.card').length === 2")
            .await;
        scene.browser.close().await;
    });
}

#[test]
fn an_arrow_is_one_step_also_after_the_slider_was_used_and_the_pause_keeps_the_speed() {
    with_browser(async || {
        let scene = Scene::open("en").await;
        let client = scene.connect();
        scene.until_in("recv_wait", &client).await;
        scene.browser.ask("const s = document.querySelector('#speed'); s.focus(); s.value = '4'; s.dispatchEvent(new Event('change'))").await;
        scene.mode("slow").await;
        scene.browser.key(" ").await;
        scene.mode("pause").await;
        scene.browser.click("#slider").await;
        let step = scene.browser.step().await;
        scene.browser.key("ArrowRight").await;
        assert_eq!(scene.browser.step().await, step + 1);
        scene.browser.key("End").await;
        (&client).write_all(b"Hello").unwrap();
        scene.step().await;
        scene.mode("pause").await;
        scene.browser.key(" ").await;
        scene.mode("slow").await;
        scene
            .browser
            .is("as slow as before", "document.querySelector('#speed').value === '4'")
            .await;
        reads(&client, "GOT:Hello");
        scene.browser.close().await;
    });
}

#[test]
fn it_asks_on_the_live_scheduler() {
    with_browser(async || {
        let scene = Scene::open("en").await;
        let client = scene.connect();
        scene.until_in("recv_wait", &client).await;
        scene.browser.key("v").await;
        scene.mode("pause").await;
        (&client).write_all(b"Hello").unwrap();
        let mut score = String::new();
        for _ in 0..40 {
            if scene.browser.text("#options").await.is_empty() {
                scene.browser.key("ArrowRight").await;
            } else {
                scene.browser.key("1").await;
                let judged = "return /Right|not “|next steps|Nobody/.test(document.querySelector('#verdict').innerText)";
                scene.browser.until("an answer is judged", judged).await;
            }
            score = scene.browser.text("#score").await;
            if score.contains("of 3") {
                break;
            }
        }
        assert!(score.contains("of 3 right"), "{score}");
        scene.browser.close().await;
    });
}

#[test]
fn a_program_that_stands_is_not_connected_within_three_seconds() {
    with_browser(async || {
        let scene = Scene::open("en").await;
        scene.signal(Signal::STOP);
        scene
            .browser
            .within(
                Duration::from_secs(3),
                "it is not connected",
                "return document.body.dataset.connected === 'false'",
            )
            .await;
        assert!(scene.browser.text("#notice").await.contains("Not connected"));
        scene.browser.ask("document.querySelector('#showlines').click()").await;
        let rows = "return document.querySelector('#rows').innerHTML";
        let before = scene.browser.ask(rows).await;
        scene
            .browser
            .within(
                Duration::from_secs(10),
                "time goes on",
                "return (window.asked = (window.asked ?? 0) + 1) > 20",
            )
            .await;
        assert_eq!(scene.browser.ask(rows).await, before, "the time lines stand");
        scene.signal(Signal::CONT);
        scene.connected().await;
        scene
            .browser
            .until(
                "nothing is said of it any more",
                "return document.querySelector('#notice').innerText === ''",
            )
            .await;
        scene.browser.close().await;
    });
}

#[test]
fn a_program_that_was_started_anew_has_new_time_lines() {
    with_browser(async || {
        let mut scene = Scene::open("en").await;
        let clients: Vec<_> = (0..3).map(|_| scene.connect()).collect();
        scene.until_in("recv_wait", &clients[2]).await;
        scene.browser.key("z").await;
        scene
            .browser
            .until("four rows", "return document.querySelectorAll('.row').length === 4")
            .await;
        let page = scene.page.trim_start_matches("http://").to_string();
        let echo = scene.echo.to_string();
        scene.watch.child.kill().unwrap();
        scene.watch.child.wait().unwrap();
        drop(clients);
        (scene.watch, _, _) = start(&echo, &page);
        scene.browser.until("one row, that of the new server", "return document.body.dataset.connected === 'true' && document.querySelectorAll('.row').length === 1").await;
        assert!(scene.browser.text("#term").await.matches("Server running").count() == 1);
        scene.browser.close().await;
    });
}

#[test]
fn what_is_saved_is_one_file_that_shows_the_same_without_the_server() {
    with_browser(async || {
        let scene = Scene::open("en").await;
        let client = scene.connect();
        (&client).write_all(b"Hello").unwrap();
        reads(&client, "GOT:Hello");
        scene.until_in("recv_wait", &client).await;
        scene.pause().await;
        let newest = scene.newest().await;
        let saved = scene.browser.ask("const r = new XMLHttpRequest(); r.open('GET', document.querySelector('#save').href, false); r.send(); return [r.getResponseHeader('Content-Disposition'), r.responseText]").await;
        assert!(saved[0].as_str().unwrap().starts_with("attachment"));
        let file = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("saved-{}.html", std::process::id()));
        fs::write(&file, saved[1].as_str().unwrap()).unwrap();
        let Scene { browser, watch, .. } = scene;
        drop(watch);
        browser.goto(&format!("file://{}#step={newest}&lang=de", file.display())).await;
        fs::remove_file(file).unwrap();
        assert_eq!(browser.step().await, newest);
        browser.is("no buttons of the scheduler", "clients.hidden && save.hidden").await;
        browser.is("two cards", "document.querySelectorAll('#recv_wait .card').length === 2").await;
        browser
            .is("nothing was loaded", "performance.getEntriesByType('resource').length === 0")
            .await;
        browser.key("Home").await;
        browser.key("v").await;
        browser.key("ArrowRight").await;
        browser.is("it goes on from the start", "Number(document.body.dataset.step) >= 0").await;
        browser.close().await;
    });
}

#[test]
fn the_memory_of_the_page_is_bounded() {
    with_browser(async || {
        let scene = Scene::open("en").await;
        let clients: Vec<_> = (0..20).map(|_| scene.connect()).collect();
        let talk = |rounds: usize| {
            for _ in 0..rounds {
                clients.iter().for_each(|mut client| client.write_all(b"Hello").unwrap());
                clients.iter().for_each(|client| reads(client, "GOT:Hello"));
            }
        };
        let heap = async || {
            scene.browser.tools("HeapProfiler.collectGarbage", json!({})).await.unwrap();
            let metrics = scene.browser.tools("Runtime.getHeapUsage", json!({})).await.unwrap();
            metrics["usedSize"].as_f64().unwrap() / 1e6
        };
        let mut sizes = Vec::new();
        for _ in 0..3 {
            let before = scene.newest().await;
            // An answer is some ten events: 24,000 and more.
            talk(120);
            scene
                .browser
                .until(
                    "they have been shown",
                    &format!("return Number(document.body.dataset.last) >= {before} + 22000"),
                )
                .await;
            sizes.push(heap().await);
        }
        scene.browser.is("no more than it promises are kept", "Number(document.querySelector('#slider').max) - Number(document.querySelector('#slider').min) <= 22000").await;
        assert!(sizes[2] < sizes[0] * 1.5 + 10.0, "{sizes:?} MB");
        scene.browser.close().await;
    });
}

/// The pictures of the book: one client's line is being answered, others wait.
#[test]
fn the_picture_shows_a_handler_that_runs_while_others_wait() {
    with_browser(async || {
        for language in ["en", "de"] {
            let scene = Scene::open(language).await;
            let clients: Vec<_> = (0..3).map(|_| scene.connect()).collect();
            for client in &clients {
                scene.until_in("recv_wait", client).await;
            }
            scene.pause().await;
            (&clients[0]).write_all(b"Hello").unwrap();
            let port = |i: usize| clients[i].local_addr().unwrap().port();
            let running = format!(
                "return document.querySelector('#running [data-port=\"{}\"]') !== null && /^(recv|send)$/.test(document.querySelector('#step span').innerText)",
                port(0)
            );
            for _ in 0..40 {
                if scene.browser.ask(&running).await == json!(true) {
                    break;
                }
                scene.step().await;
            }
            scene.browser.is("its handler has received", &running.replace("return ", "")).await;
            (&clients[2]).write_all(b"Hi").unwrap();
            let folder = match env::var_os("PICTURES") {
                Some(folder) => root().join(folder).join(language),
                None => Path::new(env!("CARGO_TARGET_TMPDIR")).join(language),
            };
            scene.browser.picture(folder.join("watch.png")).await;
            scene.browser.close().await;
        }
    });
}

//! A browser, and what is looked at in it.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// A browser takes seconds to start on a machine that is busy with others.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// The windows of a large and a small projector, an old one, a small one with the browser's own
/// bars, and a phone.
pub const SIZES: [(u32, u32); 5] =
    [(1920, 1080), (1366, 768), (1024, 768), (1366, 640), (390, 844)];

pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

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

/// Runs a test, unless there is no browser.
pub fn with_browser(test: impl AsyncFnOnce()) {
    if !missing() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(test());
    }
}

/// A process that is killed when dropped, and the lines that it prints.
pub struct Process {
    pub child: Child,
    lines: Box<dyn Iterator<Item = String>>,
}

impl Process {
    pub fn start(command: &mut Command) -> Process {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Process { child, lines: Box::new(stdout.lines().map_while(Result::ok)) }
    }

    /// What follows `start` on the next line that has it, if it prints one before it ends.
    fn may_say(&mut self, start: &str) -> Option<String> {
        self.lines.find_map(|line| Some(line.split_once(start)?.1.to_string()))
    }

    pub fn says(&mut self, start: &str) -> String {
        self.may_say(start).unwrap_or_else(|| panic!("it has not printed {start:?}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command of Chromium's own.
#[derive(Debug)]
struct DevTools(&'static str, Value);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "cmd": self.0, "params": self.1 }).to_string()))
    }
}

pub struct Browser {
    client: Client,
    _driver: Process,
}

impl Browser {
    /// One that asks for pages in this language.
    pub async fn start(language: &str) -> Browser {
        let browser = Browser::with(language, &[], json!({})).await;
        browser.size(SIZES[1]).await;
        browser
    }

    pub async fn with(language: &str, more: &[&str], prefs: Value) -> Browser {
        // It starts Chromium, and takes it along when it is gone.
        // The free port that it finds may be taken before it has it: then it ends.
        let started = (0..10).find_map(|_| {
            let mut driver = Process::start(Command::new("chromedriver").arg("--port=0"));
            driver.may_say("started successfully on port ").map(|port| (driver, port))
        });
        let (driver, port) = started.expect("chromedriver starts");
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
            "--window-size=1366,768",
        ]
        .iter()
        .chain(more)
        .map(ToString::to_string)
        .collect();
        args.push(format!("--lang={language}"));
        let mut all = json!({ "intl.accept_languages": language });
        all.as_object_mut().unwrap().extend(prefs.as_object().unwrap().clone());
        let wishes = json!({ "args": args, "prefs": all });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities([("goog:chromeOptions".to_string(), wishes)].into_iter().collect())
            .connect(&format!("http://127.0.0.1:{}", port.trim_end_matches('.')))
            .await
            .expect("a browser");
        Browser { client, _driver: driver }
    }

    /// Opens a recording, as somebody who has only this file.
    pub async fn open(&self, recording: &Value, hash: &str) {
        static FILES: AtomicU32 = AtomicU32::new(0);
        let name = format!("{}-{}.html", std::process::id(), FILES.fetch_add(1, Ordering::Relaxed));
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&file, recording::page(Some(&recording.to_string()))).unwrap();
        self.goto(&format!("file://{}#{hash}", file.display())).await;
        fs::remove_file(file).unwrap();
    }

    pub async fn goto(&self, url: &str) {
        self.client.goto("about:blank").await.unwrap();
        self.client.goto(url).await.unwrap();
    }

    pub async fn tools(&self, command: &'static str, params: Value) -> Result<Value, CmdError> {
        self.client.issue_cmd(DevTools(command, params)).await
    }

    /// A window of this size, whatever the frame of the real one takes.
    pub async fn size(&self, (width, height): (u32, u32)) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.tools("Emulation.setDeviceMetricsOverride", metrics).await.unwrap();
        self.until(
            "it has its size",
            &format!("return innerWidth === {width} && innerHeight === {height}"),
        )
        .await;
    }

    /// What the system says of the reader's wishes, and of the medium.
    pub async fn media(&self, medium: &str, wishes: &[(&str, &str)]) {
        let features: Vec<_> =
            wishes.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.tools("Emulation.setEmulatedMedia", json!({ "media": medium, "features": features }))
            .await
            .unwrap();
    }

    /// Presses a key, as a keyboard does: it goes to what has the focus.
    pub async fn key(&self, key: &str) {
        let (code, text) = match key {
            " " => (32, Some(" ")),
            "ArrowLeft" => (37, None),
            "ArrowRight" => (39, None),
            "Home" => (36, None),
            "End" => (35, None),
            "Tab" => (9, None),
            "Enter" => (13, Some("\r")),
            one => (i64::from(one.to_ascii_uppercase().as_bytes()[0]), Some(one)),
        };
        let mut down = json!({ "type": "keyDown", "key": key, "windowsVirtualKeyCode": code });
        if let Some(text) = text {
            down["text"] = json!(text);
        }
        self.tools("Input.dispatchKeyEvent", down).await.unwrap();
        let up = json!({ "type": "keyUp", "key": key, "windowsVirtualKeyCode": code });
        self.tools("Input.dispatchKeyEvent", up).await.unwrap();
    }

    pub async fn keys(&self, keys: &str) {
        for key in keys.split(' ') {
            self.key(if key == "Space" { " " } else { key }).await;
        }
    }

    /// A click with the mouse, in the middle.
    pub async fn click(&self, selector: &str) {
        let middle = format!(
            "const e = document.querySelector('{selector}'); e.scrollIntoView({{ block: 'nearest' }}); const r = e.getBoundingClientRect();
             return [r.x + r.width / 2, r.y + r.height / 2]"
        );
        let at = self.ask(&middle).await;
        for kind in ["mousePressed", "mouseReleased"] {
            let event =
                json!({ "type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1 });
            self.tools("Input.dispatchMouseEvent", event).await.unwrap();
        }
    }

    /// What a piece of JavaScript returns, run in the page.
    pub async fn ask(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    pub async fn is(&self, what: &str, script: &str) {
        assert_eq!(self.ask(&format!("return {script}")).await, json!(true), "not: {what}");
    }

    pub async fn text(&self, selector: &str) -> String {
        let text =
            self.ask(&format!("return document.querySelector('{selector}')?.innerText")).await;
        text.as_str().unwrap_or_default().to_string()
    }

    pub async fn number(&self, script: &str) -> u64 {
        let value = self.ask(&format!("return Number({script})")).await;
        value.as_f64().unwrap_or_else(|| panic!("{script} is {value}")) as u64
    }

    pub async fn until(&self, what: &str, script: &str) {
        self.within(DEADLINE, what, script).await;
    }

    pub async fn within(&self, time: Duration, what: &str, script: &str) {
        let end = Instant::now() + time;
        while self.ask(script).await != json!(true) {
            assert!(Instant::now() < end, "it never came true that {what}");
        }
    }

    /// When no card is on its way.
    pub async fn still(&self) {
        self.until(
            "nothing moves",
            "return document.getAnimations().length === 0 && !document.querySelector('.fly')",
        )
        .await;
    }

    /// The step that is shown.
    pub async fn step(&self) -> u64 {
        self.number("document.body.dataset.step").await
    }

    /// A picture of the window, when nothing moves.
    pub async fn picture(&self, path: PathBuf) {
        self.still().await;
        let picture = self.client.screenshot().await.unwrap();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, picture).unwrap();
    }

    pub async fn close(self) {
        self.client.close().await.unwrap();
    }
}

/// The first event of this kind for which `which` is true: its number.
pub fn find(recording: &Value, what: &str, which: impl Fn(&Value) -> bool) -> u64 {
    let events = recording["events"].as_array().unwrap();
    let event = events.iter().find(|e| e["what"] == what && which(e));
    event.unwrap_or_else(|| panic!("no {what}"))["n"].as_u64().unwrap()
}

//! The book as HTML: opened from its folder in a headless Chromium, without a server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::json;

use crate::scene::{Browser, missing, root};

/// The folder of the book in this language, after both were built; `None` where that is not possible.
fn book(language: &str) -> Option<PathBuf> {
    static BUILT: OnceLock<bool> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        if missing(&["chromium", "chromedriver", "mdbook"]) {
            return false;
        }
        for language in ["en", "de"] {
            let mut build = Command::new("mdbook");
            let build =
                build.arg("build").arg(root().join("docs").join(language)).output().unwrap();
            let said = String::from_utf8_lossy(&build.stderr);
            assert!(build.status.success() && !said.contains("WARN"), "{said}");
        }
        true
    });
    built.then(|| root().join("target").join(language).canonicalize().unwrap())
}

/// The texts whose colour is too near to that of their ground: WCAG 2, level AA.
const FAINT: &str = "
    const channels = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = colour => channels(colour).slice(0, 3)
        .map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = e => {
        for (; e; e = e.parentElement) {
            const colour = getComputedStyle(e).backgroundColor;
            if ((channels(colour)[3] ?? 1) > 0.5) return colour;
        }
        return 'rgb(255, 255, 255)';
    };
    const faint = [...document.querySelectorAll('main, main *')].filter(e =>
        e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
    return faint.map(e => {
        const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((a, b) => b - a);
        return [(a + 0.05) / (b + 0.05), e];
    }).filter(([ratio]) => ratio < 4.5)
      .map(([ratio, e]) => `${ratio.toFixed(1)} ${e.tagName}.${e.className} ${e.textContent.slice(0, 20)}`)";

async fn is_read_from_its_folder(language: &str, dark: bool) {
    let Some(folder) = book(language) else { return };
    let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("console-{language}.log"));
    let _ = fs::remove_file(&log);
    let theme = format!("--blink-settings=preferredColorScheme={}", if dark { 0 } else { 1 });
    let log_file = format!("--log-file={}", log.display());
    let args = ["--enable-logging", theme.as_str(), log_file.as_str()];
    let browser = Browser::with(language, &args, json!({})).await;
    let start = format!("file://{}/index.html", folder.display());
    browser.goto(&start).await;

    // To the next page with a click, and to the other language and back.
    let click = "document.querySelector('main a[href=\"lab.html\"]').click()";
    browser.ask(click).await;
    browser.until("a click leads on", "return location.pathname.endsWith('/lab.html')").await;
    let [title, other] = if language == "en" {
        ["Beside the lab page", "de"]
    } else {
        ["Neben der Seite des Labs", "en"]
    };
    let is = format!("return document.querySelector('main h1')?.innerText === '{title}'");
    browser.until("the page is there", &is).await;
    browser.goto(&start).await;
    browser.ask(&format!("document.querySelector('main a[href^=\"../{other}\"]').click()")).await;
    let is = format!(
        "return document.documentElement.lang === '{other}' && location.pathname.endsWith('/{other}/index.html')"
    );
    browser.until("the other language is there", &is).await;

    // As somebody who types into the field.
    browser.goto(&start).await;
    let word = if language == "en" { "descriptor" } else { "Empfänger" };
    browser
        .until("the page is ready", "return !!document.querySelector('#mdbook-search-toggle')")
        .await;
    browser.ask("document.querySelector('#mdbook-search-toggle').click()").await;
    let is = "const bar = document.querySelector('#mdbook-searchbar'); return !!bar && !bar.disabled && bar.checkVisibility()";
    browser.until("one can search", is).await;
    let typed = format!(
        "const bar = document.querySelector('#mdbook-searchbar'); bar.value = '{word}';
         bar.dispatchEvent(new KeyboardEvent('keyup', {{ bubbles: true }}));
         bar.dispatchEvent(new InputEvent('input', {{ bubbles: true }}))"
    );
    browser.ask(&typed).await;
    let found = "return document.querySelectorAll('#mdbook-searchresults a').length > 2";
    browser.until("the word is found", found).await;

    let pages = ["lab", "start", "rust", "waiting", "echo", "differences", "glossary", "handout"];
    for page in pages {
        let page = format!("file://{}/{page}.html", folder.display());
        browser.goto(&page).await;
        let is = format!("return light(ground(document.body)) < 0.2 === {dark}");
        let is = format!("{}{is}", FAINT.split("const faint").next().unwrap());
        browser.until("it has the theme that the system has", &is).await;
        assert_eq!(browser.ask(FAINT).await, json!([]), "{page}, dark: {dark}");
    }
    browser.close().await;
    let log = fs::read_to_string(log).unwrap();
    let console: Vec<_> = log.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert_eq!(console, [""; 0]);
}

#[test]
fn the_book_is_read_and_searched_from_its_folder_light_and_dark() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(is_read_from_its_folder("en", false));
    runtime.block_on(is_read_from_its_folder("de", true));
}

#[test]
fn the_handout_has_two_pages_on_paper() {
    for language in ["en", "de"] {
        let Some(folder) = book(language) else { return };
        let paper = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("handout-{language}.pdf"));
        let _ = fs::remove_file(&paper);
        let printed = Command::new("chromium")
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"])
            .arg(format!("--print-to-pdf={}", paper.display()))
            .arg(format!("file://{}/handout.html", folder.display()))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&printed.stderr);
        let paper = fs::read(&paper).unwrap_or_else(|e| panic!("{e}: {said}"));
        let paper = String::from_utf8_lossy(&paper);
        let pages = paper.lines().filter(|line| line.ends_with("/Type /Page")).count();
        assert_eq!(pages, 2, "{language}");
        // A4, in points.
        assert!(paper.matches("/MediaBox [0 0 594.95996 841.91998]").count() == 2, "{language}");
    }
}

/// The values of an attribute in a page that mdbook has written.
fn values<'a>(html: &'a str, attribute: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(attribute).skip(1).filter_map(|rest| rest.split('"').next())
}

/// What a page of the HTML book leads to and is not there.
fn broken(page: &Path) -> Vec<String> {
    let html = fs::read_to_string(page).unwrap();
    let links = values(&html, " href=\"").chain(values(&html, " src=\""));
    let inside =
        links.filter(|link| !["https:", "http:", "data:"].iter().any(|s| link.starts_with(s)));
    let missing = inside.filter(|link| {
        let (path, id) = link.split_once('#').unwrap_or((link, ""));
        let target = match path {
            "" => page.to_path_buf(),
            path => page.parent().unwrap().join(path),
        };
        // An `id` is written as its letters are, in links too.
        !target.exists()
            || (!id.is_empty()
                && !values(&fs::read_to_string(target).unwrap(), " id=\"").any(|there| there == id))
    });
    missing.map(|link| format!("{}: {link}", page.display())).collect()
}

#[test]
fn no_link_of_the_html_book_is_broken() {
    let mut pages = 0;
    for language in ["en", "de"] {
        let Some(folder) = book(language) else { return };
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        for page in files.filter(|path| path.extension().is_some_and(|is| is == "html")) {
            assert_eq!(broken(&page), [""; 0]);
            pages += 1;
        }
    }
    assert!(pages > 30, "{pages}");
    let page = Path::new(env!("CARGO_TARGET_TMPDIR")).join("links.html");
    fs::write(&page, r##"<a id="é" href="#é"><a href="#b"><img src="c.svg"><a href="https://d">"##)
        .unwrap();
    assert_eq!(broken(&page).len(), 2, "the test sees what is broken");
}

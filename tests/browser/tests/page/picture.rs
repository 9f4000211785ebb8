//! What it looks like: in all windows, for all readers.

use serde_json::{Value, json};

use crate::lab;
use crate::scene::{Browser, SIZES, find, with_browser};

/// What is cut off: text that does not fit its box, in what must be read whole.
const CUT: &str = "return [...document.querySelectorAll('button, h2, h2 *, #sentence, #verdict, #notice, #loop > div, #echo > div, .card b, .card .badge, .card .bytes, #step *, #position, #options button, .place h2 small, #selecting p, #select p')]
    .filter(e => e.checkVisibility() && e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1)
    .concat(document.documentElement.scrollWidth > innerWidth ? [document.documentElement] : [])
    .concat([...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && e.clientWidth > 0 && e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('svg')))
    .map(e => `${e.id || e.className || e.tagName}: ${e.textContent.trim().slice(0, 40)}`).join('; ')";

async fn nothing_cut(browser: &Browser, what: &str) {
    assert_eq!(browser.ask(CUT).await, "", "cut off: {what}");
}

#[test]
fn nothing_is_cut_off_in_any_window_in_either_language() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        let recording = lab::lab();
        let (send, two) = (
            find(&recording, "send", |_| true),
            find(&recording, "selected", |e| {
                e["can_send"] == json!([6]) && e["can_recv"] == json!([7])
            }),
        );
        for size in SIZES {
            browser.size(size).await;
            for language in ["en", "de"] {
                for hash in [
                    format!("step={send}"),
                    format!("step={two}"),
                    format!("step={}&predict", send - 2),
                ] {
                    browser.open(&recording, &format!("{hash}&lang={language}")).await;
                    nothing_cut(&browser, &format!("{size:?} {hash} {language}")).await;
                }
            }
        }
        browser.close().await;
    });
}

#[test]
fn all_of_run_is_seen_in_letters_of_fourteen_pixels() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        for size in &SIZES[..4] {
            browser.size(*size).await;
            browser.open(&lab::lab(), "step=40").await;
            browser.is("all lines are in view", "loop.scrollHeight <= loop.clientHeight + 1 && loop.getBoundingClientRect().bottom <= innerHeight").await;
            browser.is("no line ends in an ellipsis", "[...document.querySelectorAll('#loop div, #echo div')].every(e => getComputedStyle(e).textOverflow === 'clip' && getComputedStyle(e).whiteSpace.startsWith('pre-wrap'))").await;
            browser
                .is(
                    "large enough",
                    "[loop, echo].every(e => parseFloat(getComputedStyle(e).fontSize) >= 14)",
                )
                .await;
            browser
                .is(
                    "the page itself does not scroll",
                    "document.documentElement.scrollHeight <= innerHeight",
                )
                .await;
        }
        browser.close().await;
    });
}

#[test]
fn the_browsers_zoom_enlarges_the_text_at_once() {
    with_browser(async || {
        let size = "parseFloat(getComputedStyle(sentence).fontSize) * devicePixelRatio";
        let mut seen = Vec::new();
        for zoom in [1.0f64, 1.1, 1.25] {
            // As the browser's menu does it: a level, each of which is a fifth more.
            let prefs = json!({ "partition.default_zoom_level": { "x": zoom.ln() / 1.2f64.ln() } });
            let browser = Browser::with("en", &["--window-size=1920,1200"], prefs).await;
            browser.open(&lab::lab(), "step=40").await;
            let ratio = browser.ask("return devicePixelRatio").await.as_f64().unwrap();
            assert!((ratio - zoom).abs() < 0.01, "the zoom is {ratio}, not {zoom}");
            seen.push(browser.ask(&format!("return {size}")).await.as_f64().unwrap());
            browser.close().await;
        }
        assert!(seen[1] > seen[0] * 1.07 && seen[2] > seen[1] * 1.1, "{seen:?}");
    });
}

#[test]
fn the_picture_is_laid_out_as_the_books_drawing() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        browser.media("", &[("prefers-color-scheme", "light")]).await;
        let recording = lab::lab();
        // Two stand in the deque.
        let two = find(&recording, "append", |e| e["tasks"].as_array().unwrap().len() == 2);
        for size in SIZES {
            browser.size(size).await;
            browser.open(&recording, &format!("step={two}")).await;
            browser.is("running left of the deque, the areas below, receiving above sending, select right of them", "(() => {
                const [run, deque, recv, send, sel] = ['running', 'tasks', 'recv_wait', 'send_wait', 'select'].map(id => document.getElementById(id).getBoundingClientRect());
                return run.right < deque.left && deque.bottom < recv.top && recv.bottom < send.top && recv.right < sel.left && send.right < sel.left;
            })()").await;
            browser.is("the front of the deque is on the left", "(() => {
                const [first, last] = [...document.querySelectorAll('#tasks .card')].map(e => e.getBoundingClientRect());
                const [front, end] = [...document.querySelectorAll('#tasks h2 small span')].map(e => e.getBoundingClientRect());
                return front.left < end.left && (first.left < last.left || first.top < last.top);
            })()").await;
            browser.is("the stations have their numbers", "[...document.querySelectorAll('#arrows .num')].map(e => e.textContent).sort().join('') === '12345678'").await;
        }
        let drawing =
            std::fs::read_to_string(crate::scene::root().join("docs/en/one-round.svg")).unwrap();
        for (class, place) in
            [("run", "running"), ("wait", "recv_wait"), ("wait", "send_wait"), ("cell", "tasks")]
        {
            let fill = drawing
                .lines()
                .find_map(|line| line.strip_prefix(&format!(".{class} {{ fill: #")))
                .unwrap();
            let part = |i: usize| u8::from_str_radix(&fill[2 * i..2 * i + 2], 16).unwrap();
            let colour = format!("rgb({}, {}, {})", part(0), part(1), part(2));
            assert_eq!(
                browser.ask(&format!("return getComputedStyle({place}).backgroundColor")).await,
                json!(colour),
                "{place}"
            );
        }
        browser.close().await;
    });
}

#[test]
fn the_mark_of_a_line_has_the_colour_of_being_parked_and_a_ready_card_no_ring_of_running() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        let recording = lab::lab();
        let two = find(&recording, "select", |e| e["send"] == json!([6]));
        browser.open(&recording, &format!("step={two}")).await;
        let marks = browser.ask("return [...document.querySelectorAll('#echo .parked')].map(e => getComputedStyle(e).boxShadow)").await;
        let marks = marks.as_array().unwrap();
        assert!(marks.len() >= 2, "receiving and sending");
        let area = browser.ask("return getComputedStyle(send_wait).borderTopColor").await;
        assert!(
            marks.iter().all(|mark| mark.as_str().unwrap().contains(area.as_str().unwrap())),
            "{marks:?} {area}"
        );
        let ready = find(&recording, "append", |e| e["from"] == "recv_wait");
        browser.open(&recording, &format!("step={ready}")).await;
        browser.is("nothing green in the deque", "(() => { const green = getComputedStyle(running).borderTopColor; return [...document.querySelectorAll('#tasks, #tasks *')].every(e => { const s = getComputedStyle(e); return ![s.borderTopColor, s.borderLeftColor, s.outlineColor, s.backgroundColor].includes(green) && !s.boxShadow.includes(green) }) })()").await;
        browser.close().await;
    });
}

#[test]
fn few_tasks_get_large_cards_many_get_small_ones_and_thirty_are_all_seen() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        let class = lab::class(30);
        let typed = find(&class, "arrive", |e| e["bytes"]["text"] == "Anna");
        for size in SIZES {
            browser.size(size).await;
            browser.open(&lab::lab(), "step=33").await;
            let few = browser
                .number(
                    "document.querySelector('#recv_wait .badge').getBoundingClientRect().height",
                )
                .await;
            browser.open(&class, &format!("step={typed}")).await;
            let many = browser
                .number(
                    "document.querySelector('#recv_wait .badge').getBoundingClientRect().height",
                )
                .await;
            assert!(few >= many, "{size:?}: {few} {many}");
            let hidden = browser.ask("const area = document.querySelector('#recv_wait .cards').getBoundingClientRect();
                const cards = [...document.querySelectorAll('#recv_wait .card .badge')];
                return [cards.length, cards.filter(c => { const r = c.getBoundingClientRect(); return r.bottom > area.bottom + 2 || r.right > area.right + 1 || r.top < area.top - 2 }).length]").await;
            assert_eq!(hidden, json!([31, 0]), "cards, and those that are not seen, at {size:?}");
            browser.is("they do not cover each other", "(() => { const r = [...document.querySelectorAll('#recv_wait .card')].map(e => e.getBoundingClientRect()); return r.every((a, i) => r.slice(i + 1).every(b => a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1)) })()").await;
        }
        browser.close().await;
    });
}

#[test]
fn any_number_of_tasks_up_to_a_class_is_seen() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        for clients in [2, 3, 5, 7, 8, 12, 16, 24] {
            let class = lab::class(clients);
            for size in &SIZES[..4] {
                browser.size(*size).await;
                browser.open(&class, "step=9999").await;
                let hidden = browser
                    .ask(
                        "const area = document.querySelector('#recv_wait .cards').getBoundingClientRect();
                         const cards = [...document.querySelectorAll('#recv_wait .card')];
                         return [cards.length, cards.filter(c => { const r = c.getBoundingClientRect();
                             return r.bottom > area.bottom + 3 || r.right > area.right + 1 || r.top < area.top - 3 }).length]",
                    )
                    .await;
                assert_eq!(
                    hidden,
                    json!([clients + 1, 0]),
                    "cards, and those that are not seen, at {size:?}"
                );
            }
        }
        browser.close().await;
    });
}

#[test]
fn on_a_phone_the_sentence_the_card_and_the_controls_are_seen_together() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        browser.size((390, 844)).await;
        let recording = lab::lab();
        let received = find(&recording, "recv", |_| true);
        for n in [received, received + 1] {
            browser.open(&recording, &format!("step={n}")).await;
            browser.is("all in the window", "['#sentence', '.card.now', '#next', '#slider', '#echo .now'].every(s => { const r = document.querySelector(s).getBoundingClientRect(); return r.top >= 0 && r.bottom <= document.querySelector(s === '#next' || s === '#slider' ? 'html' : 'footer').getBoundingClientRect()[s === '#next' || s === '#slider' ? 'bottom' : 'top'] || r.bottom <= innerHeight && s !== '#echo .now' })").await;
        }
        browser.ask("scrollTo(0, 600)").await;
        browser.is("the sentence and the controls stay", "say.getBoundingClientRect().top >= 0 && document.querySelector('footer').getBoundingClientRect().bottom <= innerHeight + 1").await;
        browser.close().await;
    });
}

#[test]
fn text_can_be_read_in_light_and_dark() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        let recording = lab::lab();
        let n = find(&recording, "send", |_| true);
        let mut backs = Vec::new();
        for scheme in ["light", "dark"] {
            browser.media("", &[("prefers-color-scheme", scheme)]).await;
            browser.open(&recording, &format!("step={n}")).await;
            backs.push(browser.ask("return getComputedStyle(document.body).backgroundColor").await);
            // The contrast of each text with what is behind it, as WCAG computes it.
            let weak = "const colour = text => { const c = document.createElement('canvas').getContext('2d', { willReadFrequently: true }); c.fillStyle = text; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data] };
                const light = c => { const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b };
                const behind = e => { let c = [255, 255, 255], stack = []; for (let x = e; x; x = x.parentElement) { const b = colour(getComputedStyle(x).backgroundColor); stack.push(b); if (b[3] === 255) break } for (const b of stack.reverse()) c = c.map((v, i) => v * (1 - b[3] / 255) + b[i] * b[3] / 255); return c };
                return [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && !e.disabled && !e.closest('kbd, svg') && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => { const a = light(colour(getComputedStyle(e).color)), b = light(behind(e)); return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), e.id || e.className || e.tagName, e.textContent.slice(0, 20)] }).filter(([ratio]) => ratio < 4.5).map(String).join('; ')";
            assert_eq!(browser.ask(weak).await, "", "{scheme}: too little contrast");
        }
        assert_ne!(backs[0], backs[1]);
        browser.close().await;
    });
}

#[test]
fn each_control_has_a_name_for_a_screen_reader_and_what_happens_is_told() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        for language in ["en", "de"] {
            browser.open(&lab::lab(), &format!("step=33&lang={language}")).await;
            browser.tools("Accessibility.enable", json!({})).await.unwrap();
            let tree = browser.tools("Accessibility.getFullAXTree", json!({})).await.unwrap();
            let nodes = tree["nodes"].as_array().unwrap();
            let role =
                |node: &Value| node["role"]["value"].as_str().unwrap_or_default().to_string();
            let name = |node: &Value| {
                node["name"]["value"].as_str().unwrap_or_default().trim().to_string()
            };
            let controls: Vec<_> = nodes
                .iter()
                .filter(|n| {
                    ["button", "slider", "combobox", "link", "region", "navigation", "list"]
                        .contains(&role(n).as_str())
                        && n["ignored"] != true
                })
                .collect();
            assert!(controls.len() > 20);
            let nameless: Vec<_> = controls
                .iter()
                .filter(|n| name(n).is_empty() && role(n) != "list")
                .map(|n| role(n))
                .collect();
            assert!(nameless.is_empty(), "{language}: without a name: {nameless:?}");
        }
        browser.is("the sentence is told", "sentence.getAttribute('aria-live') === 'polite' && verdict.getAttribute('aria-live') === 'polite'").await;
        browser
            .is("the slider says where it is", "/33/.test(slider.getAttribute('aria-valuetext'))")
            .await;
        browser.close().await;
    });
}

#[test]
fn all_can_be_done_with_the_keyboard_alone() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        browser.open(&lab::lab(), "step=33&lang=en").await;
        let mut reached = Vec::new();
        for _ in 0..40 {
            browser.key("Tab").await;
            let id = browser.ask("const e = document.activeElement; return e.id || e.dataset.go && 'go' || e.dataset.keep && 'keep' || e.tagName").await;
            reached.push(id.as_str().unwrap().to_string());
        }
        for id in [
            "predict",
            "handing",
            "language",
            "echo",
            "loop",
            "showsteps",
            "showlines",
            "go",
            "keep",
            "back",
            "next",
            "play",
            "speed",
            "slider",
        ] {
            assert!(reached.iter().any(|r| r == id), "{id} is not reached: {reached:?}");
        }
        browser.ask("document.querySelector('#next').focus()").await;
        browser.is("the focus is seen", "document.querySelector('#next').matches(':focus-visible') && parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2").await;
        browser.key("z").await;
        browser.is("the time lines", "lines.checkVisibility() && document.querySelectorAll('.row').length > 1 && document.querySelector('[data-counter=resumes]').textContent > 0").await;
        browser.key("z").await;
        browser
            .is("the steps again", "!lines.checkVisibility() && listbox.checkVisibility()")
            .await;
        browser.close().await;
    });
}

#[test]
fn nothing_moves_for_those_who_do_not_want_it() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        let recording = lab::lab();
        let n = find(&recording, "popleft", |_| true);
        for (wish, moves) in [("no-preference", true), ("reduce", false)] {
            browser.media("", &[("prefers-reduced-motion", wish)]).await;
            browser.open(&recording, &format!("step={}", n - 1)).await;
            let seen = browser.ask("document.querySelector('#next').click(); return document.getAnimations().length > 0").await;
            assert_eq!(seen, json!(moves), "{wish}");
        }
        browser.close().await;
    });
}

//! A recording: one file, opened without a server.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::lab;
use crate::scene::{Browser, find, with_browser};

const MARKED: &str = "rgb(255, 223, 61)";

/// The events, without the lists that follow from the rules.
fn shortened(mut recording: Value) -> Value {
    for event in recording["events"].as_array_mut().unwrap() {
        if event["n"].as_u64().unwrap() % 100 != 0 {
            for list in ["running", "tasks", "recv_wait", "send_wait"] {
                event.as_object_mut().unwrap().remove(list);
            }
        }
    }
    recording
}

#[test]
fn each_step_has_a_sentence_in_both_languages() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        let recording = lab::lab();
        let count = recording["events"].as_array().unwrap().len() as u64;
        for language in ["en", "de"] {
            browser.open(&recording, &format!("lang={language}&step=0")).await;
            let mut before = browser.text("#sentence").await;
            for n in 1..=count {
                browser.key("ArrowRight").await;
                assert_eq!(browser.step().await, n);
                let sentence = browser.text("#sentence").await;
                assert_ne!(sentence, before, "step {n}");
                for wrong in ["undefined", "null", "NaN", "[object"] {
                    assert!(!sentence.contains(wrong), "{n}: {sentence}");
                }
                before = sentence;
            }
        }
        let selected = find(&recording, "selected", |e| {
            e["can_send"] == json!([6]) && e["can_recv"] == json!([7])
        });
        browser.open(&recording, &format!("lang=en&step={selected}")).await;
        let sentence = browser.text("#sentence").await;
        assert!(
            sentence.contains("B (fd 7) can receive, since something has arrived"),
            "{sentence}"
        );
        assert!(sentence.contains("A (fd 6) can send, since there is room"), "{sentence}");
        let largest = "[...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && e.innerText)
             .every(e => parseFloat(getComputedStyle(e).fontSize) <= parseFloat(getComputedStyle(sentence).fontSize))";
        browser.is("the sentence is the largest text", largest).await;
        browser.close().await;
    });
}

#[test]
fn one_client_can_go_on_in_the_singular() {
    with_browser(async || {
        let browser = Browser::start("de").await;
        let recording = lab::lab();
        let one = find(&recording, "selected", |e| e["can_recv"] == json!([6]));
        browser.open(&recording, &format!("step={one}")).await;
        let sentence = browser.text("#sentence").await;
        assert!(sentence.contains("A (fd 6) kann empfangen"), "{sentence}");
        assert!(!sentence.contains("können"), "{sentence}");
        browser.close().await;
    });
}

#[test]
fn sentence_card_and_lines_are_marked_with_one_colour() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        let recording = lab::lab();
        let colour = |selector: &str| {
            format!("getComputedStyle(document.querySelector('{selector}')).backgroundColor")
        };
        let resumed = find(&recording, "resume", |e| e["task"] == 2);
        let parked = find(&recording, "yield", |e| e["op"] == "send");
        for n in [resumed, parked] {
            browser.open(&recording, &format!("step={n}")).await;
            for part in ["#step", ".card.now", "#loop .now", "#echo .now"] {
                assert_eq!(
                    browser.ask(&format!("return {}", colour(part))).await,
                    MARKED,
                    "{part} at {n}"
                );
            }
            let others = "document.querySelectorAll('.card.now').length === 1 && document.querySelectorAll('#echo .now').length === 1";
            browser.is("one card, one line", others).await;
        }
        browser.close().await;
    });
}

#[test]
fn the_line_where_a_task_goes_on_is_lit_until_it_yields() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        let recording = lab::lab();
        let events = recording["events"].as_array().unwrap();
        let received = find(&recording, "recv", |e| e["bytes"]["text"] == "Hello");
        let resumed = received - 1;
        let line = &events[resumed as usize - 1]["at"];
        let lit =
            format!("document.querySelector('#echo [data-line=\"{line}\"]').matches('.now, .in')");
        browser.open(&recording, &format!("step={resumed}")).await;
        browser.is("lit at once", &lit).await;
        browser.is("in the pane", "(() => { const [a, b] = [document.querySelector('#echo .now'), echo].map(e => e.getBoundingClientRect()); return a.top >= b.top && a.bottom <= b.bottom })()").await;
        browser.key("ArrowRight").await;
        browser.is("lit while it runs", &lit).await;
        browser
            .is(
                "run waits in its line",
                "document.querySelector('#loop .in').textContent.includes('task.resume()')",
            )
            .await;
        browser.key("ArrowRight").await;
        browser.is("no more when it has yielded", &format!("!{lit}")).await;
        browser.close().await;
    });
}

#[test]
fn bytes_are_on_the_card_in_the_kernel_and_in_the_terminal() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        let recording = lab::lab();
        let typed = find(&recording, "arrive", |e| e["bytes"]["text"] == "Hello");
        browser.open(&recording, &format!("step={typed}")).await;
        assert!(browser.text("#kernel").await.contains("\"Hello\""));
        assert!(!browser.text("#recv_wait").await.contains("GOT"));
        let received = find(&recording, "recv", |e| e["bytes"]["text"] == "Hello");
        browser.open(&recording, &format!("step={received}")).await;
        assert!(browser.text("#running .card").await.contains("\"Hello\""));
        assert!(!browser.text("#kernel").await.contains("Hello"), "it was fetched");
        browser.key("ArrowRight").await;
        browser.still().await;
        assert!(browser.text("#send_wait .card").await.contains("\"GOT:Hello\""));
        let sent = find(&recording, "send", |e| e["bytes"]["text"] == "GOT:Hello");
        browser.open(&recording, &format!("step={sent}")).await;
        assert!(browser.text("#running .card").await.contains("✓ \"GOT:Hello\""));
        assert!(browser.text("#kernel").await.contains("→ A \"GOT:Hello\""));
        let partial = find(&recording, "send", |e| e["partial"] == true);
        browser.open(&recording, &format!("step={partial}&lang=en")).await;
        assert!(browser.text("#sentence").await.contains("no room for the rest"));
        browser.key("End").await;
        let terminal = browser.text("#term").await;
        for line in [
            "Server running on 0.0.0.0:25000",
            "Connection from 127.0.0.1:52140",
            "Connection closed",
            "Task done",
            "echo_handler: Connection reset by peer",
        ] {
            assert!(terminal.contains(line), "{line} is not in {terminal}");
        }
        browser.close().await;
    });
}

#[test]
fn of_thirty_silent_clients_the_one_that_has_typed_is_seen_before_select_returns() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        let recording = lab::class(30);
        let typed = find(&recording, "arrive", |e| e["bytes"]["text"] == "Anna");
        assert_eq!(recording["events"][typed as usize]["what"], "selected");
        browser.open(&recording, &format!("step={}", typed - 1)).await;
        let before = browser.text("#kernel").await;
        assert!(before.contains("30 clients: nothing"), "{before}");
        browser.key("ArrowRight").await;
        let after = browser.text("#kernel").await;
        assert!(after.contains("\"Anna\"") && after.contains("29 clients: nothing"), "{after}");
        // And by the name that it typed first.
        assert_eq!(browser.text("#recv_wait [data-client=\"7\"] .label").await, "Anna");
        browser.close().await;
    });
}

#[test]
fn back_and_forth_by_keys_slider_and_list() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        let recording = lab::lab();
        let count = recording["events"].as_array().unwrap().len() as u64;
        browser.open(&recording, "step=20").await;
        let picture = "document.querySelector('#picture').innerText + sentence.innerText";
        let at_20 = browser.ask(&format!("return {picture}")).await;
        browser.keys("ArrowLeft ArrowLeft ArrowLeft").await;
        assert_eq!(browser.step().await, 17);
        assert_ne!(browser.ask(&format!("return {picture}")).await, at_20);
        browser.keys("ArrowRight ArrowRight ArrowRight").await;
        browser.still().await;
        assert_eq!(
            browser.ask(&format!("return {picture}")).await,
            at_20,
            "the same picture as before"
        );
        browser.key("Home").await;
        assert_eq!(browser.step().await, 0);
        browser.key("ArrowLeft").await;
        assert_eq!(browser.step().await, 0, "there is nothing before the start");
        browser.key("End").await;
        assert_eq!(browser.step().await, count);
        browser
            .is(
                "the slider follows",
                &format!("Number(slider.value) === {count} && Number(slider.max) === {count}"),
            )
            .await;
        browser.click("#slider").await;
        let middle = browser.step().await;
        assert!(middle.abs_diff(count / 2) <= 1, "{middle}");
        // With the focus on the slider, an arrow is one step, too.
        browser.key("ArrowRight").await;
        assert_eq!(browser.step().await, middle + 1);
        browser.click(&format!("#list [data-go=\"{}\"]", middle + 2)).await;
        assert_eq!(browser.step().await, middle + 2);
        browser
            .is(
                "it is marked in the list",
                &format!(
                    "document.querySelector('#list [aria-current]').dataset.go === '{}'",
                    middle + 2
                ),
            )
            .await;
        let address = format!("return location.hash.includes('step={}')", middle + 2);
        browser.until("the address leads to this step", &address).await;
        browser.close().await;
    });
}

#[test]
fn the_space_bar_plays_also_after_a_click_on_a_button() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        browser.open(&lab::lab(), "step=5").await;
        browser.click("#next").await;
        assert_eq!(browser.step().await, 6);
        browser.key(" ").await;
        browser.is("it plays", "play.getAttribute('aria-pressed') === 'true'").await;
        browser.until("it goes on", "return Number(document.body.dataset.step) > 7").await;
        browser.key(" ").await;
        browser.is("it stands", "play.getAttribute('aria-pressed') === 'false'").await;
        // Reached with Tab, a button has its space bar.
        browser.ask("document.querySelector('#back').focus()").await;
        let step = browser.step().await;
        browser.key(" ").await;
        assert_eq!(browser.step().await, step - 1);
        browser.close().await;
    });
}

#[test]
fn it_asks_before_a_step_and_shows_right_or_wrong_and_a_count() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        let recording = lab::lab();
        let typed = find(&recording, "arrive", |e| e["bytes"]["text"] == "Hello");
        browser.open(&recording, &format!("lang=en&step={typed}")).await;
        browser.key("v").await;
        assert_eq!(
            browser.text("#sentence").await,
            "select is about to return. Whom does it name?"
        );
        browser
            .is(
                "the step is not shown yet",
                "document.querySelectorAll('.card.now, #loop .now').length === 0",
            )
            .await;
        browser
            .is(
                "nor what comes in the list",
                &format!("!document.querySelector('#list [data-go=\"{}\"]')", typed + 1),
            )
            .await;
        // A card can be clicked, too.
        browser.click("#recv_wait [data-client=\"1\"]").await;
        let verdict = browser.text("#verdict").await;
        assert!(verdict.starts_with("✓ Right."), "{verdict}");
        assert_eq!(browser.text("#score").await, "1 of 1 right");
        assert_eq!(browser.step().await, typed + 1);
        browser.key("ArrowRight").await;
        assert_eq!(browser.text("#sentence").await, "Which card goes to the end of the deque now?");
        let wrong = browser.ask("return [...document.querySelectorAll('#options button')].find(b => !b.innerText.endsWith('A')).dataset.answer").await;
        browser.key(wrong.as_str().unwrap()).await;
        let verdict = browser.text("#verdict").await;
        assert!(verdict.starts_with("✗ No, not"), "{verdict}");
        assert!(verdict.contains("In the order of select’s lists"), "the rule is said: {verdict}");
        assert_eq!(browser.text("#score").await, "1 of 2 right");
        assert_eq!(browser.step().await, typed + 2);
        browser.close().await;
    });
}

#[test]
fn each_kind_of_question_is_asked_until_it_was_answered_right_twice() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        browser.open(&lab::long(600), "lang=en&step=0").await;
        browser.key("v").await;
        // By the rule that is said with the verdict: how often asked, how often right.
        let mut kinds: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        for turn in 0..500 {
            if browser.text("#options").await.is_empty() {
                browser.key("ArrowRight").await;
                continue;
            }
            // Now one answer, now another: some are right.
            browser.key(if turn % 3 == 0 { "2" } else { "1" }).await;
            let mut verdict = browser.text("#verdict").await;
            while verdict == "You will see with the next steps." {
                browser.key("ArrowRight").await;
                verdict = browser.text("#verdict").await;
            }
            let right = verdict.starts_with("✓ Right.");
            assert!(right || verdict.starts_with("✗ No, not"), "{verdict}");
            let rule = verdict.rsplit_once(if right { "Right. " } else { "”. " }).unwrap().1;
            let (asked, rights) = kinds.entry(rule.to_string()).or_default();
            assert!(*rights < 2, "asked again after two right answers: {rule}");
            *asked += 1;
            *rights += u32::from(right);
        }
        assert!(kinds.len() >= 6, "{kinds:?}");
        assert!(kinds.values().filter(|(_, right)| *right == 2).count() >= 4, "{kinds:?}");
        let (asked, right) =
            kinds.values().fold((0, 0), |(a, b), (asked, right)| (a + asked, b + right));
        assert_eq!(browser.text("#score").await, format!("{right} of {asked} right"));
        browser.close().await;
    });
}

#[test]
fn what_only_the_clients_know_is_not_asked() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        let recording = lab::lab();
        let events = recording["events"].as_array().unwrap();
        browser.open(&recording, "lang=en&step=0").await;
        browser.key("v").await;
        for _ in 0..events.len() * 2 {
            let step = browser.step().await;
            let asking = !browser.text("#options").await.is_empty();
            if asking && step > 0 && step < events.len() as u64 {
                let (last, next) = (&events[step as usize - 1], &events[step as usize]);
                assert!(
                    next["what"] != "arrive" || last["what"] != "select",
                    "asked at {step}: {}",
                    browser.text("#sentence").await
                );
            }
            browser.key("ArrowRight").await;
        }
        browser.close().await;
    });
}

#[test]
fn a_recording_needs_no_network_and_no_server() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        let offline = json!({ "offline": true, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0 });
        browser.tools("Network.enable", json!({})).await.unwrap();
        browser.tools("Network.emulateNetworkConditions", offline).await.unwrap();
        browser.open(&lab::lab(), "step=10&lang=de").await;
        browser
            .is(
                "it is there",
                "sentence.innerText.length > 20 && document.querySelectorAll('.card').length > 0",
            )
            .await;
        browser
            .is("nothing else was loaded", "performance.getEntriesByType('resource').length === 0")
            .await;
        browser
            .is(
                "it names no other file",
                "!document.querySelector('script[src], link[href^=http], img')",
            )
            .await;
        browser.is("no button of the scheduler is seen", "clients.hidden && save.hidden").await;
        browser
            .is(
                "the sources are in it",
                "loop.innerText.includes('task.resume()') && echo.innerText.includes('GOT:')",
            )
            .await;
        browser.key("l").await;
        browser
            .is(
                "in the other language, too",
                "document.documentElement.lang === 'en' && sentence.innerText.length > 20",
            )
            .await;
        browser.close().await;
    });
}

#[test]
fn twenty_thousand_events_stay_quick_and_without_the_lists_the_picture_is_the_same() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        let long = lab::long(20_000);
        let short = shortened(long.clone());
        let count = long["events"].as_array().unwrap().len();
        assert!(count >= 20_000);
        let size = short.to_string().len();
        assert!(size < 3_000_000, "{size} bytes");
        let mut seen = Vec::new();
        for recording in [&long, &short] {
            browser.open(recording, &format!("step={}", count - 777)).await;
            let took = browser.ask("const start = performance.now(); for (let i = 0; i < 20; i += 1) document.querySelector('#next').click(); return performance.now() - start").await;
            assert!(took.as_f64().unwrap() < 10_000.0, "20 steps took {took} ms");
            browser.is("few elements", "document.querySelectorAll('*').length < 1500").await;
            browser.still().await;
            seen.push(
                browser
                    .ask("return document.querySelector('#picture').innerText + sentence.innerText")
                    .await,
            );
        }
        assert_eq!(seen[0], seen[1]);
        browser.key("End").await;
        assert_eq!(browser.step().await, count as u64);
        browser.close().await;
    });
}

#[test]
fn the_step_at_which_a_loop_parts_from_the_labs_is_found_and_shown() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        let mut recording = lab::mistake();
        let parts = find(&recording, "append", |e| e["from"] == "recv_wait");
        browser.open(&recording, "lang=en&step=3").await;
        browser.key("m").await;
        assert_eq!(browser.step().await, parts);
        assert!(browser.text("#verdict").await.contains("Here it parts from the lab’s loop"));
        let sentence = browser.text("#sentence").await;
        assert!(sentence.contains("in two places now: tasks and recv_wait"), "{sentence}");
        browser
            .is(
                "the second card is drawn as a ghost",
                "document.querySelectorAll('.card.ghost').length === 1",
            )
            .await;
        browser
            .is(
                "it is marked in the list",
                "document.querySelector('#list .parts [aria-current]') !== null",
            )
            .await;
        // A recording can say it in its own words, and then opens there.
        recording["mistake"] = json!({ "n": parts, "en": "Resumed although it was not ready.", "de": "Nicht bereit." });
        browser.open(&recording, "lang=en").await;
        assert_eq!(browser.step().await, parts);
        assert_eq!(browser.text("#sentence").await, "Resumed although it was not ready.");
        browser.open(&lab::lab(), "lang=en&step=3").await;
        browser.is("the lab's own loop has none", "mistake.hidden").await;
        browser.close().await;
    });
}

#[test]
fn the_steps_with_a_star_are_printed_as_pictures_with_sentences() {
    with_browser(async || {
        let browser = Browser::start("en").await;
        browser.open(&lab::lab(), "lang=en&step=10").await;
        browser.key("h").await;
        browser.click("#list [data-keep=\"12\"]").await;
        browser.keys("ArrowRight ArrowRight ArrowRight ArrowRight h").await;
        let pdf =
            browser.tools("Page.printToPDF", json!({ "printBackground": true })).await.unwrap();
        assert!(pdf["data"].as_str().unwrap().starts_with("JVBERi0"), "a PDF");
        browser.media("print", &[]).await;
        browser.is("only the handout is printed", "[...document.body.children].filter(e => e.checkVisibility()).map(e => e.id).join() === 'handout'").await;
        let sections = browser.ask("return [...document.querySelectorAll('#handout section')].map(s => [s.querySelector('.n').innerText, s.querySelectorAll('.map > div').length, s.querySelector('p').innerText.length > 20])").await;
        assert_eq!(sections, json!([["10", 5, true], ["12", 5, true], ["14", 5, true]]));
        browser
            .is("black on white", "getComputedStyle(document.body).color === 'rgb(0, 0, 0)'")
            .await;
        browser.is("nothing is cut off", "[...document.querySelectorAll('#handout *')].every(e => e.scrollWidth <= e.clientWidth + 1 || e.clientWidth === 0)").await;
        browser.close().await;
    });
}

#[test]
fn the_title_and_all_words_are_in_the_language_that_is_chosen() {
    with_browser(async || {
        let browser = Browser::start("de").await;
        browser.open(&lab::lab(), "step=5").await;
        browser.is("German, as the browser wishes", "document.documentElement.lang === 'de' && document.title.includes('Schritt für Schritt')").await;
        let words = "[...document.querySelectorAll('[data-text], [data-label], [data-title]')].map(e => e.textContent + e.ariaLabel + e.title).join()";
        let german = browser.ask(&format!("return {words}")).await;
        assert!(!german.as_str().unwrap().contains("undefined"));
        browser.key("l").await;
        browser
            .is(
                "English",
                "document.documentElement.lang === 'en' && document.title.includes('step by step')",
            )
            .await;
        let english = browser.ask(&format!("return {words}")).await;
        assert!(!english.as_str().unwrap().contains("undefined"));
        assert_ne!(german, english);
        browser.close().await;
    });
}

//! A recording, in JSON and as a page.

use recording::{Bytes, KEPT, Kind, Op, Recording, What, page};
use serde_json::json;

fn send(result: Result<Bytes, String>, all: bool) -> serde_json::Value {
    let mut recording = Recording::default();
    recording.push(5, Some(7), What::Send { task: 1, at: None, fd: 3, client: None, result, all });
    recording.json()["events"][0].clone()
}

#[test]
fn a_send_tells_what_was_taken_and_whether_that_was_all() {
    let whole = json!({ "n": 1, "t": 5, "line": 7, "what": "send", "task": 1, "fd": 3, "bytes": { "text": "ab", "more": 0 } });
    assert_eq!(send(Ok(Bytes::new(b"ab")), true), whole);
    let part = send(Ok(Bytes::new(b"ab")), false);
    assert_eq!((&part["partial"], &part["blocked"]), (&json!(true), &json!(null)));
    let nothing = send(Ok(Bytes::new(b"")), false);
    assert_eq!((&nothing["partial"], &nothing["blocked"]), (&json!(null), &json!(true)));
    assert_eq!(send(Err("gone".into()), false)["error"], "gone");
}

#[test]
fn nothing_in_a_recording_ends_the_element_that_holds_it() {
    let file = page(Some(r#"{"text":"</script><!-- script --><!-- style -->"}"#));
    assert!(file.contains(r#"{"text":"\u003c/script>\u003c!-- script -->\u003c!-- style -->"}"#));
}

#[test]
fn older_events_are_summed_up_in_the_picture_before_the_rest() {
    let mut recording = Recording::default();
    let append = What::Append {
        task: 9,
        name: "t",
        client: None,
        fd: None,
        port: None,
        from: None,
        by: None,
        at: None,
    };
    recording.push(0, None, append);
    for _ in 0..KEPT {
        recording.push(1, None, What::Popleft { task: 9 });
        recording.push(1, None, What::Yield { task: 9, at: Some(4), op: Op::Recv, fd: 3 });
    }
    let json = recording.json();
    assert_eq!(json["events"].as_array().unwrap().len(), KEPT);
    assert_eq!(json["start"]["n"], 2 * KEPT as u64 + 1 - KEPT as u64);
    assert_eq!(json["start"]["recv_wait"], json!([[3, 9]]));
    assert_eq!(json["start"]["cards"]["9"]["at"], 4);
}

#[test]
fn a_file_of_long_and_odd_messages_has_at_most_three_megabytes() {
    for byte in [b'x', 0xff, 0x1f] {
        let mut recording = Recording::default();
        for i in 0..KEPT as u64 / 4 {
            let (task, at, fd, client) = (1000, Some(40), 1000, Some(1000));
            let bytes = || Bytes::new(&[byte; 1000]);
            let (arrives, t) = (Kind::Types(bytes()), i * 100);
            recording.push(t, None, What::Arrive { client: 1000, fd: Some(fd), kind: arrives });
            recording.push(
                t,
                Some(121),
                What::Recv { task, at, fd, client, result: Ok(Some(bytes())) },
            );
            recording.push(t, Some(121), What::Resume { task, at });
            recording.push(t, Some(122), What::Yield { task, at, op: Op::Recv, fd });
        }
        let json = recording.json();
        let bytes = &json["events"][0]["bytes"];
        let text = bytes["text"].as_str().unwrap();
        assert!(byte != b'x' || bytes["more"] == 1000 - text.len(), "{bytes}");
        let size = page(Some(&json.to_string())).len();
        assert!(size <= 3_000_000, "{size} bytes");
    }
}

//! A picture of the stage, in JSON: what a browser is shown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use genlab::Op;

use crate::source;
use crate::stage::{Area, CARDS, Gone, MOVES, Mode, State};

/// The picture of now, with the moves since a step.
pub fn picture(state: &State, since: u64, talkers: usize, silent: usize, now: u128) -> String {
    let running = state.cards.iter().find(|(_, card)| card.area == Area::Running);
    let running = running.map(|(id, _)| *id);
    let shown = |i: usize, id: u64| i < CARDS - 1 || Some(id) == running;
    let places: BTreeMap<u64, usize> =
        state.tasks.iter().take(CARDS).enumerate().map(|(i, id)| (*id, i)).collect();

    let (mut cards, mut more) = (Vec::new(), BTreeMap::new());
    let (mut paused, mut areas) = (BTreeMap::new(), BTreeMap::new());
    let mut with_card = BTreeMap::new();
    for (i, (&id, card)) in state.cards.iter().enumerate() {
        *areas.entry(card.area).or_insert(0) += 1;
        if let Area::RecvWait | Area::SendWait = card.area {
            let place = (card.name, card.area, card.fd != card.first_fd);
            *paused.entry(place).or_insert(0) += 1;
        }
        if !shown(i, id) {
            *more.entry((card.name, card.area)).or_insert(0) += 1;
            continue;
        }
        with_card.insert(id, ());
        cards.push(format!(
            r#"{{"id":{id},"name":{},"peer":{},"fd":{},"area":"{}","resumes":{},"place":{}}}"#,
            quoted(card.name),
            or_null(card.peer.map(|peer| quoted(&peer.to_string()))),
            or_null(card.fd),
            card.area.name(),
            card.resumes,
            or_null(places.get(&id)),
        ));
    }
    let more = more.iter().map(|((name, area), count)| {
        let area = area.name();
        format!(r#"{{"name":{},"area":"{area}","count":{count}}}"#, quoted(name))
    });
    // The source is searched once for all who are paused alike: the scheduler has to wait.
    let marks = paused.iter().filter_map(|((name, area, elsewhere), count)| {
        let op = if *area == Area::RecvWait { Op::Recv } else { Op::Send };
        let line = source::line_of(name, op, *elsewhere)?;
        Some(format!(r#"{{"line":{line},"count":{count}}}"#))
    });
    let gone = state.gone.iter().map(|Gone { id, card, error, step }| {
        format!(
            r#"{{"id":{id},"name":{},"peer":{},"error":{},"step":{step}}}"#,
            quoted(card.name),
            or_null(card.peer.map(|peer| quoted(&peer.to_string()))),
            or_null(error.as_deref().map(quoted)),
        )
    });
    let mut moves: Vec<String> = (state.moves.iter().rev())
        .take_while(|(step, ..)| *step > since)
        .filter(|(_, _, id, area)| *area == Area::Gone || with_card.contains_key(id))
        .take(MOVES)
        .map(|(step, ms, id, area)| format!(r#"[{step},{ms},{id},"{}"]"#, area.name()))
        .collect();
    moves.reverse();
    let (mode, ms) = match state.mode {
        Mode::Run => ("run", 0),
        Mode::Pause => ("pause", 0),
        Mode::Slow(time) => ("slow", time.as_millis()),
    };
    let line = state.line.map(|line| {
        // Cargo names the files of this package from its root.
        format!(r#"{{"file":{},"line":{}}}"#, quoted(&source::name(line.file())), line.line())
    });
    let area = |area| areas.get(&area).copied().unwrap_or(0);
    format!(
        r#"{{"born":{},"mode":"{mode}","ms":{ms},"stopped":{},"step":{},"now":{now},"doing":{},"about":{},"asleep":{},"line":{},"rounds":{},"resumes":{},"ready":{},"ended":{},"failed":{},"talkers":{talkers},"silent":{silent},"areas":{{"tasks":{},"recv_wait":{},"send_wait":{}}},"running":{},"cards":[{}],"more":[{}],"marks":[{}],"gone":[{}],"moves":[{}]}}"#,
        std::process::id(),
        state.stopped,
        state.step,
        quoted(state.doing),
        or_null(state.about),
        state.asleep && !state.stopped,
        or_null(line),
        state.rounds,
        state.resumes,
        state.ready,
        state.ended,
        state.failed,
        area(Area::Tasks),
        area(Area::RecvWait),
        area(Area::SendWait),
        or_null(running),
        cards.join(","),
        more.collect::<Vec<_>>().join(","),
        marks.collect::<Vec<_>>().join(","),
        gone.collect::<Vec<_>>().join(","),
        moves.join(","),
    )
}

fn or_null(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "null".into(), |value| value.to_string())
}

/// A text in JSON.
pub fn quoted(text: &str) -> String {
    let mut json = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            c if c < ' ' => _ = write!(json, "\\u{:04x}", c as u32),
            c => json.push(c),
        }
    }
    json.push('"');
    json
}

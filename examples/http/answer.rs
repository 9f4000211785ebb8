//! The answer: a head that says what comes, and the file.

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::SystemTime;

use genlab::Co;

use crate::files::{Found, find, http_date};
use crate::request::{Request, reason};
use crate::visits::Visit;

/// How much of a file is in memory at a time.
const PIECE: u64 = 64 * 1024;

struct Answer {
    status: u16,
    /// The lines of the head that not every answer has.
    fields: String,
    len: u64,
    body: Box<dyn Read>,
}

fn refusal(status: u16) -> Answer {
    let text = format!("{}\n", reason(status));
    let allow = if status == 405 { "Allow: GET, HEAD\r\n" } else { "" };
    let fields = format!("Content-Type: text/plain\r\n{allow}");
    Answer { status, fields, len: text.len() as u64, body: Box::new(Cursor::new(text)) }
}

fn answer(folder: &Path, request: &Request) -> Result<Answer, u16> {
    let Found { mut file, len, modified, kind } = match find(folder, &request.target) {
        Err(301) => {
            // One slash in front: two would be the name of another server.
            let path = request.target.trim_start_matches('/');
            let (path, query) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
            let mut moved = refusal(301);
            moved.fields += &format!("Location: /{path}/{query}\r\n");
            return Ok(moved);
        }
        found => found?,
    };
    let mut fields = format!("Last-Modified: {modified}\r\n");
    if request.modified_since.as_ref() == Some(&modified) {
        return Ok(Answer { status: 304, fields, len: 0, body: Box::new(io::empty()) });
    }
    fields += &format!("Content-Type: {kind}\r\nAccept-Ranges: bytes\r\n");
    let range = request.range.as_deref().filter(|_| !request.head_only);
    let Some((first, last)) = range.and_then(|range| part(range, len)) else {
        file.rewind().or(Err(500u16))?;
        return Ok(Answer { status: 200, fields, len, body: Box::new(file) });
    };
    if first > last {
        let mut none = refusal(416);
        none.fields += &format!("Content-Range: bytes */{len}\r\n");
        return Ok(none);
    }
    file.seek(SeekFrom::Start(first)).or(Err(500u16))?;
    fields += &format!("Content-Range: bytes {first}-{last}/{len}\r\n");
    Ok(Answer { status: 206, fields, len: last - first + 1, body: Box::new(file) })
}

// The first and the last byte that a range such as `bytes=0-99`, `bytes=100-` or `bytes=-100` asks for, in
// the wrong order if there is none of them. `None`: it is not understood, and ignored.
fn part(range: &str, len: u64) -> Option<(u64, u64)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_: &u64| digits)
    };
    let (none, end) = ((1, 0), len.checked_sub(1));
    Some(match (first, last, end) {
        ("", last, end) => match (number(last)?, end) {
            (0, _) | (_, None) => none,
            (count, Some(end)) => (len.saturating_sub(count), end),
        },
        (first, last, end) => {
            let first = number(first)?;
            let last = if last.is_empty() { u64::MAX } else { number(last)? };
            if last < first {
                return None;
            }
            end.filter(|&end| first <= end).map_or(none, |end| (first, last.min(end)))
        }
    })
}

/// Answers a request, or refuses it. Returns whether the connection goes on.
pub async fn send(
    co: &Co,
    visit: &Visit,
    folder: &Path,
    request: Result<Request, u16>,
) -> io::Result<bool> {
    let request = request.and_then(|request| match request.method.as_str() {
        "GET" | "HEAD" => Ok(request),
        _ => Err(405),
    });
    let (keep, head_only) = request.as_ref().map_or((false, false), |r| (r.keep, r.head_only));
    let answer = request.and_then(|request| answer(folder, &request));
    let Answer { status, fields, len, body } = answer.unwrap_or_else(refusal);
    let connection = if keep { "keep-alive" } else { "close" };
    let mut piece = format!(
        "HTTP/1.1 {status} {}\r\nDate: {}\r\nContent-Length: {len}\r\n\
         Connection: {connection}\r\n{fields}\r\n",
        reason(status),
        http_date(SystemTime::now()),
    );
    if status == 304 {
        piece = piece.replacen("Content-Length: 0\r\n", "", 1); // it would be the file's
    }
    let mut piece = piece.into_bytes(); // sent together with the first of the file

    let mut body = body.take(if head_only { 0 } else { len });
    while body.limit() > 0 {
        // The kernel calls a file ready even when its disk is not: then all wait here. A server
        // with slow disks reads in a thread, as `jobs` computes in one.
        if body.by_ref().take(PIECE).read_to_end(&mut piece)? == 0 {
            return Err(io::Error::other("a file became shorter while it was sent"));
        }
        visit.client.send_all(co, &piece).await?;
        visit.made_progress();
        piece.clear();
    }
    visit.client.send_all(co, &piece).await?; // a head without a body
    Ok(keep)
}

//! The answer: a head that says what comes, and the file.

use std::io::{self, Cursor, Read};
use std::path::Path;

use genlab::Co;

use crate::Visit;
use crate::files::find;
use crate::request::{Request, reason};

/// How much of a file is in memory at a time.
const PIECE: u64 = 64 * 1024;

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
    let (status, kind, len, body): (_, _, _, Box<dyn Read>) =
        match request.and_then(|request| find(folder, &request.target)) {
            Ok(found) => (200, found.kind, found.len, Box::new(found.file)),
            Err(status) => {
                let text = format!("{}\n", reason(status));
                (status, "text/plain", text.len() as u64, Box::new(Cursor::new(text)))
            }
        };
    let connection = if keep { "keep-alive" } else { "close" };
    let allow = if status == 405 { "Allow: GET, HEAD\r\n" } else { "" };
    let mut piece = format!(
        "HTTP/1.1 {status} {}\r\nContent-Type: {kind}\r\nContent-Length: {len}\r\n\
         Connection: {connection}\r\n{allow}\r\n",
        reason(status),
    )
    .into_bytes(); // sent together with the first of the file

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

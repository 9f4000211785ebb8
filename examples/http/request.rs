//! A request: the lines up to the first empty one.
#![allow(dead_code)] // no example needs all of it

use std::io;

use genlab::{Co, GenSocket};

pub struct Request {
    pub method: String,
    pub target: String,
    /// Whom the browser believes to talk to, and the page that makes it talk.
    pub host: Option<String>,
    pub origin: Option<String>,
    /// HEAD: the answer's head is all that is asked for.
    pub head_only: bool,
    /// Whether the connection goes on after the answer.
    pub keep: bool,
}

/// The next request, or the status that refuses it; `None` when no more comes. Its head may have at
/// most so many bytes. `received` is what came in one piece with the request before.
pub async fn read(
    co: &Co,
    client: &GenSocket,
    most: usize,
    received: &mut Vec<u8>,
) -> io::Result<Option<Result<Request, u16>>> {
    let mut looked = 0;
    loop {
        if let Some(end) = end_of_head(received, looked) {
            let head: Vec<u8> = received.drain(..end).collect();
            return Ok(Some(if end > most { Err(431) } else { parse(&head) }));
        }
        if received.len() > most {
            return Ok(Some(Err(431)));
        }
        looked = received.len().saturating_sub(3);
        let data = client.recv(co, 4096).await?;
        if data.is_empty() {
            return Ok(None);
        }
        received.extend(data);
    }
}

// Who types a request by hand ends its lines without \r.
fn end_of_head(received: &[u8], from: usize) -> Option<usize> {
    (from..received.len()).find_map(|i| match &received[i..] {
        [b'\n', b'\n', ..] => Some(i + 2),
        [b'\n', b'\r', b'\n', ..] => Some(i + 3),
        _ => None,
    })
}

fn parse(head: &[u8]) -> Result<Request, u16> {
    let mut lines = std::str::from_utf8(head).or(Err(400u16))?.lines();
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(400);
    };
    let mut keep = match version {
        "HTTP/1.1" => true,
        "HTTP/1.0" => false,
        _ if version.starts_with("HTTP/") => return Err(505),
        _ => return Err(400),
    };
    let (mut host, mut origin) = (None, None);
    for line in lines.take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').ok_or(400u16)?;
        // Some read `Content-Length :` as a length, others do not: whoever stands before us may.
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(400);
        }
        match name.to_ascii_lowercase().as_str() {
            "connection" if value.to_ascii_lowercase().contains("close") => keep = false,
            // What would follow is not a request, and is not read.
            "content-length" if value.trim() != "0" => keep = false,
            "transfer-encoding" => keep = false,
            "host" if host.is_some() => return Err(400),
            "host" => host = Some(value.trim().to_string()),
            "origin" => origin = Some(value.trim().to_string()),
            _ => (),
        }
    }
    let (method, target) = (method.to_string(), target.to_string());
    Ok(Request { head_only: method == "HEAD", method, target, host, origin, keep })
}

/// What a status means.
pub fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "Internal Server Error",
    }
}

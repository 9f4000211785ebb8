//! A request: the lines up to the first empty one, read as RFC 9112 says. Whoever stands before a server
//! must not see other requests than it does.
#![allow(dead_code)] // no example needs all of it

use std::io;

use genlab::{Co, GenSocket};

pub struct Request {
    pub method: String,
    pub target: String,
    /// Whom the browser believes to talk to, and the page that makes it talk.
    pub host: Option<String>,
    pub origin: Option<String>,
    /// What the browser has already, and the part that it asks for.
    pub modified_since: Option<String>,
    pub range: Option<String>,
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
        // Some send an empty line after a body, and so before the next request.
        while let Some(end) = [&b"\n"[..], b"\r\n"].iter().find(|end| received.starts_with(end)) {
            received.drain(..end.len());
            looked = 0;
        }
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
    let mut lines = head.split(|&byte| byte == b'\n');
    let mut lines = lines.by_ref().map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let line = lines.next().unwrap_or_default();
    let mut words = std::str::from_utf8(line).or(Err(400u16))?.split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(400);
    };
    if !is_token(method) || target.is_empty() || target.contains(char::is_control) {
        return Err(400);
    }
    let is_1_1 = match version.strip_prefix("HTTP/").map(str::as_bytes) {
        Some([b'1', b'.', b'0']) => false,
        Some([b'1', b'.', b'1'..=b'9']) => true,
        Some([b'0'..=b'9', b'.', b'0'..=b'9']) => return Err(505),
        _ => return Err(400),
    };
    let mut keep = is_1_1;
    let (mut host, mut origin, mut modified_since, mut range) = (None, None, None, None);
    let (mut length, mut coded) = (None, false);
    for line in lines.take_while(|line| !line.is_empty()) {
        // A bare CR or a NUL ends a line for some. Bytes beyond ASCII mean something to nobody.
        if line.iter().any(|&byte| byte.is_ascii_control() && byte != b'\t') {
            return Err(400);
        }
        let line = String::from_utf8_lossy(line);
        let (name, value) = line.split_once(':').ok_or(400u16)?;
        let value = value.trim_matches([' ', '\t']);
        // Some read `Content-Length :` as a length, others do not.
        if !is_token(name) {
            return Err(400);
        }
        let once = |seen: &mut Option<String>| match seen.replace(value.to_string()) {
            None => Ok(()),
            Some(_) => Err(400u16),
        };
        match name.to_ascii_lowercase().as_str() {
            "connection" => {
                let close = |word: &str| word.trim().eq_ignore_ascii_case("close");
                keep &= !value.split(',').any(close);
            }
            "content-length" => {
                once(&mut length)?;
                if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(400);
                }
                // What would follow is not a request, and is not read.
                keep &= value.bytes().all(|byte| byte == b'0');
            }
            "transfer-encoding" => (coded, keep) = (true, false),
            "host" => once(&mut host)?,
            "origin" => origin = Some(value.to_string()),
            "if-modified-since" => modified_since = Some(value.to_string()),
            "range" => once(&mut range)?,
            "if-range" => range = Some(String::new()), // the whole file is always right
            _ => (),
        }
    }
    // Both are two ends of one body.
    if coded && (length.is_some() || !is_1_1) || is_1_1 && host.is_none() {
        return Err(400);
    }
    // A proxy is asked with the whole address, and a server has to understand that, too.
    let target = match target.get(..7).filter(|it| it.eq_ignore_ascii_case("http://")) {
        Some(_) => {
            let rest = &target[7..];
            let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
            host = Some(authority.to_string());
            if path.starts_with('/') { path.to_string() } else { format!("/{path}") }
        }
        None => target.to_string(),
    };
    let odd = |c: char| !c.is_ascii_alphanumeric() && !"-._~%!$&'()*+,;=:[]".contains(c);
    if host.as_ref().is_some_and(|host| host.contains(odd)) {
        return Err(400);
    }
    let (method, head_only) = (method.to_string(), method == "HEAD");
    Ok(Request { method, target, host, origin, modified_since, range, head_only, keep })
}

// A word of RFC 9110: a method, or the name of a header field.
fn is_token(word: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !word.is_empty() && word.chars().all(is_part)
}

/// What a status means.
pub fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        301 => "Moved Permanently",
        304 => "Not Modified",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        416 => "Range Not Satisfiable",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "Internal Server Error",
    }
}

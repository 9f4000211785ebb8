//! From what a client asks for to a file, and never to one outside the folder.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

pub struct Found {
    pub file: File,
    pub len: u64,
    /// What the browser is told that it is.
    pub kind: &'static str,
}

/// The file that `target` means, such as `/` or `/style.css?v=2`; else the status that refuses it.
pub fn find(folder: &Path, target: &str) -> Result<Found, u16> {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let mut path = decode(path).filter(|path| path.starts_with('/')).ok_or(400u16)?;
    if path.ends_with('/') {
        path.push_str("index.html");
    }
    let path = path.trim_start_matches('/'); // else it would replace the folder, not extend it
    if path.split('/').any(|part| part.starts_with('.')) {
        return Err(404); // neither the folder above nor what is hidden
    }
    // Only a path without links says where a file is.
    let path = folder.join(path).canonicalize().or(Err(404u16))?;
    // A pipe would have to be waited for, by all.
    if !path.starts_with(folder) || !path.is_file() {
        return Err(404);
    }
    let file = File::open(&path).map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::PermissionDenied => 404,
        _ => 500u16,
    })?;
    let len = file.metadata().or(Err(500u16))?.len();
    let kind = match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("txt" | "md" | "rs") => "text/plain; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        _ => "application/octet-stream",
    };
    Ok(Found { file, len, kind })
}

// `%20` is a space; what is not UTF-8 then is no name of a file here.
fn decode(path: &str) -> Option<String> {
    let mut bytes = path.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                (digit(bytes.next()?)? * 16 + digit(bytes.next()?)?) as u8
            }
            _ => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

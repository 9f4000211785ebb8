//! From what a client asks for to a file, and never to one outside the folder.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::time::SystemTime;

pub struct Found {
    pub file: File,
    pub len: u64,
    /// When it was last changed, as HTTP writes it.
    pub modified: String,
    /// What the browser is told that it is.
    pub kind: &'static str,
}

/// The file that `target` means, such as `/` or `/style.css?v=2`; else the status that refuses it. 301: a
/// folder, whose name lacks the slash.
pub fn find(folder: &Path, target: &str) -> Result<Found, u16> {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let mut path = decode(path).filter(|path| path.starts_with('/')).ok_or(400u16)?;
    if path.ends_with('/') {
        path.push_str("index.html");
    }
    let path = path.trim_start_matches('/'); // else it would replace the folder, not extend it
    // Neither the folder above nor what is hidden; and nothing that Windows takes for a slash or a drive.
    if path.split('/').any(|part| part.starts_with('.')) || path.contains(['\\', '\0', ':']) {
        return Err(404);
    }
    // Only a path without links says where a file is.
    let path = folder.join(path).canonicalize().or(Err(404u16))?;
    if path.starts_with(folder) && path.is_dir() {
        return Err(301);
    }
    // A pipe would have to be waited for, by all.
    if !path.starts_with(folder) || !path.is_file() {
        return Err(404);
    }
    let mut file = File::open(&path).map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::PermissionDenied => 404,
        _ => 500u16,
    })?;
    let about = file.metadata().or(Err(500u16))?;
    let len = about.len();
    // In /proc are files that say they are empty, and are not.
    if len == 0 && file.read(&mut [0]).or(Err(500u16))? > 0 {
        return Err(403);
    }
    let modified = http_date(about.modified().unwrap_or(SystemTime::UNIX_EPOCH));
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let kind = match extension.as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css",
        "js" | "mjs" => "text/javascript",
        "txt" | "md" | "rs" | "py" | "toml" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "json" | "map" => "application/json",
        "xml" => "application/xml",
        "wasm" => "application/wasm",
        "pdf" => "application/pdf",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        _ => "application/octet-stream",
    };
    Ok(Found { file, len, modified, kind })
}

/// A time as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
pub fn http_date(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // The year begins in March, so that the leap day is its last; 400 years have 146,097 days.
    let day = days + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let year = era * 400 + year + u64::from(month >= 10);
    let months = "MarAprMayJunJulAugSepOctNovDecJanFeb";
    let name = |names: &'static str, i: u64| &names[3 * i as usize..][..3];
    format!(
        "{}, {day:02} {} {year} {:02}:{:02}:{:02} GMT",
        name("ThuFriSatSunMonTueWed", days % 7),
        name(months, month),
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
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

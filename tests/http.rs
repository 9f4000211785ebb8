//! The web server, asked by hand, by curl, and by a browser.

mod common;

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use common::{Server, example, finish, piped};

/// A folder for one test, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("genlab-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// A server that shows what is in `sub` of this folder.
    fn serve(&self, sub: &str, seconds: &str) -> Server {
        Server::of(
            Command::new(example("http")).arg("127.0.0.1:0").arg(self.0.join(sub)).arg(seconds),
        )
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Sends `request` and returns all that comes until the server closes.
fn all_of(server: &Server, request: impl AsRef<[u8]>) -> String {
    let mut client = server.connect();
    client.write_all(request.as_ref()).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    answer
}

/// The status and the body of the answer to a GET for exactly this target.
fn get(server: &Server, target: &str) -> (String, String) {
    let answer =
        all_of(server, format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.lines().next().unwrap().strip_prefix("HTTP/1.1 ").unwrap();
    assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{head}");
    (status.to_string(), body.to_string())
}

fn missing(program: &str) -> bool {
    let missing = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_err();
    if missing {
        eprintln!("skipped: there is no {program} on this machine");
    }
    missing
}

fn output_of(command: &mut Command) -> String {
    let output = finish(piped(command));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn curl_gets_the_page_and_the_next_on_the_same_connection() {
    if missing("curl") {
        return;
    }
    let server = Server::start("http");
    let url = format!("http://{}/", server.address);
    let page = output_of(Command::new("curl").args(["-sS", &url]));
    assert_eq!(page, include_str!("../examples/http/site/index.html"));

    let style = format!("{url}style.css");
    let report = "%{http_code} %{num_connects} %{content_type}\n";
    let quiet = ["-sS", "-o", "/dev/null", "-w", report];
    let mut curl = Command::new("curl");
    curl.args(quiet).arg(&url).arg("--next").args(quiet).arg(&style);
    assert_eq!(output_of(&mut curl), "200 1 text/html; charset=utf-8\n200 0 text/css\n");
}

#[test]
fn curl_is_told_why_not() {
    if missing("curl") {
        return;
    }
    let server = Server::start("http");
    let url = format!("http://{}/", server.address);
    let long = format!("X-Long: {}", "x".repeat(40_000));
    let elsewhere = format!("{url}elsewhere");
    for (args, status) in [
        (&["-sS", "-i", &elsewhere][..], "404 Not Found"),
        (&["-sS", "-i", "-d", "a=1", &url], "405 Method Not Allowed"),
        (&["-sS", "-i", "-X", "DELETE", &url], "405 Method Not Allowed"),
        (&["-sS", "-i", "-H", &long, &url], "431 Request Header Fields Too Large"),
    ] {
        let answer = output_of(Command::new("curl").args(args));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{answer}");
        assert!(!status.starts_with("405") || answer.contains("Allow: GET, HEAD\r\n"), "{answer}");
    }
}

#[test]
fn a_browser_shows_the_page_with_its_style_and_its_script() {
    if missing("chromium") {
        return;
    }
    let server = Server::start("http");
    let user = Folder::new("browser");
    let flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
                 --disable-background-networking --disable-component-update --disable-sync";
    let page = output_of(
        Command::new("chromium")
            .args(flags.split_whitespace())
            .arg(format!("--user-data-dir={}", user.0.display()))
            .arg("--dump-dom")
            .arg(format!("http://{}/", server.address)),
    );
    assert!(page.contains("<h1>It works</h1>"), "{page}");
    assert!(page.contains("The script and 2 rules of style came, too."), "{page}");
}

#[test]
fn a_request_typed_by_hand_is_understood() {
    let server = Server::start("http");
    let answer = all_of(&server, "GET / HTTP/1.0\n\n");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("</html>\n"));
    let (head, body) = ("HTTP/1.1 200 OK\r\n", "\r\n\r\n");
    let answer = all_of(&server, "HEAD / HTTP/1.0\n\n");
    assert!(answer.starts_with(head) && answer.ends_with(body), "{answer}");
    assert!(answer.contains(&format!(
        "Content-Length: {}\r\n",
        include_str!("../examples/http/site/index.html").len()
    )));
}

#[test]
fn what_is_no_request_is_refused() {
    let server = Server::start("http");
    for (request, status) in [
        ("GET /\r\n\r\n", "400"),
        ("GET / HTTP/1.1 more\r\n\r\n", "400"),
        ("GET / TELNET\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nContent-Length : 5\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"),
        ("GET style.css HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nA: b\rContent-Length: 44\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nA: b\0\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nA\u{a0}: b\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length:\u{a0}0\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n", "400"),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "400",
        ),
        ("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "400"),
        ("GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
        ("G(T / HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
        ("GET / HTTP/1.10\r\nHost: x\r\n\r\n", "400"),
        ("GET /% HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "400"),
        ("GET /%+1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "400"),
        ("GET / HTTP/2.0\r\n\r\n", "505"),
    ] {
        let mut client = server.connect();
        client.write_all(request.as_bytes()).unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request:?}: {answer}");
    }
}

#[test]
fn what_is_a_request_is_answered() {
    let server = Server::start("http");
    let long = format!("GET / HTTP/1.0\r\nCookie: a={}\r\n\r\n", "x".repeat(9_000));
    for request in [
        &b"\r\nGET / HTTP/1.0\r\n\r\n"[..],
        b"GET http://localhost HTTP/1.0\r\n\r\n",
        b"GET HTTP://localhost:80/?a=b HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost:\r\nConnection: a, Close\r\n\r\n",
        b"GET / HTTP/1.0\r\nCookie: a=M\xfcller\r\n\r\n",
        b"GET / HTTP/1.0\r\nA:\tb\tc \r\nEmpty:\r\n\r\n",
        long.as_bytes(),
    ] {
        let answer = all_of(&server, request);
        let request = String::from_utf8_lossy(request);
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{request:?}: {answer}");
    }
    // "closed" is not "close": the connection goes on.
    let two = "GET / HTTP/1.1\r\nHost: x\r\nConnection: closed\r\n\r\nGET / HTTP/1.0\r\n\r\n";
    assert_eq!(all_of(&server, two).matches("HTTP/1.1 200 OK").count(), 2);
}

#[test]
fn curl_goes_to_the_folder_and_stays_on_this_server() {
    if missing("curl") {
        return;
    }
    let folder = Folder::new("redirect");
    folder.file("a b/index.html", "below");
    let server = folder.serve("", "10");
    let url = format!("http://{}/a%20b?c=d", server.address);
    let report = "%{url_effective} %{http_code}";
    let said = output_of(Command::new("curl").args(["-sSL", "-w", report, &url]));
    assert_eq!(said, format!("belowhttp://{}/a%20b/?c=d 200", server.address));
    let answer = all_of(&server, "GET //a%20b HTTP/1.0\r\n\r\n");
    assert!(answer.contains("\r\nLocation: /a%20b/\r\n"), "{answer}");
    // As through a proxy: the target is the whole address.
    let proxy = format!("http://{}", server.address);
    let args = ["-sS", "--proxy", &proxy, "--noproxy", "", "http://127.0.0.1:1/a%20b/"];
    assert_eq!(output_of(Command::new("curl").args(args)), "below");
}

#[test]
fn curl_fetches_a_part_and_nothing_that_it_has() {
    if missing("curl") {
        return;
    }
    let folder = Folder::new("parts");
    folder.file("digits.TXT", "0123456789");
    folder.file("empty.json", "");
    let server = folder.serve("", "10");
    let url = format!("http://{}/digits.TXT", server.address);
    let report = " %{http_code} %{content_type}";
    let text = "text/plain; charset=utf-8";
    for (range, said) in [
        ("0-3", format!("0123 206 {text}")),
        ("8-", format!("89 206 {text}")),
        ("-3", format!("789 206 {text}")),
        ("-30", format!("0123456789 206 {text}")),
        ("5-99999999999999999999", format!("0123456789 200 {text}")), // no number: not understood
        ("5-99", format!("56789 206 {text}")),
        ("10-", "Range Not Satisfiable\n 416 text/plain".into()),
        ("0-1,3-4", format!("0123456789 200 {text}")), // several: all of it is right, too
        ("5-4", format!("0123456789 200 {text}")),
    ] {
        assert_eq!(
            output_of(Command::new("curl").args(["-sS", "-w", report, "-r", range, &url])),
            said
        );
    }
    let empty = format!("http://{}/empty.json", server.address);
    let said = output_of(Command::new("curl").args(["-sS", "-w", report, "-r", "0-", &empty]));
    assert_eq!(said, "Range Not Satisfiable\n 416 text/plain");

    // The same time as `date` says, and with it nothing comes.
    let head = all_of(&server, "HEAD /digits.TXT HTTP/1.0\r\n\r\n");
    let modified = head.lines().find_map(|line| line.strip_prefix("Last-Modified: ")).unwrap();
    let since = format!("If-Modified-Since: {modified}");
    let args = ["-sS", "-w", "%{http_code}", "-H", &since, &url];
    assert_eq!(output_of(Command::new("curl").args(args)), "304");
    if cfg!(target_os = "linux") {
        let mut date = Command::new("date");
        date.env("LC_ALL", "C").arg("-ur").arg(folder.0.join("digits.TXT"));
        assert_eq!(output_of(date.arg("+%a, %d %b %Y %H:%M:%S GMT")).trim_end(), modified);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_of_unknown_length_is_refused() {
    let server = Server::of(Command::new(example("http")).args(["127.0.0.1:0", "/proc"]));
    assert_eq!(get(&server, "/version").0, "403 Forbidden");
}

#[test]
fn one_address_has_no_more_than_its_share_of_connections() {
    let server = Server::start("http");
    let mut here: Vec<_> = (0..200).map(|_| server.connect()).collect();
    assert!(matches!(server.connect().read(&mut [0]), Ok(0) | Err(_)));
    common::ask(&mut here[199], b"GET /none HTTP/1.0\r\n\r\n", b"HTTP/1.1 404");
    drop(here);
    common::until("there is room again", || {
        let mut client = server.connect();
        let mut answer = String::new();
        let _ = client.write_all(b"GET / HTTP/1.0\r\n\r\n");
        let _ = client.read_to_string(&mut answer);
        answer.contains("200 OK")
    });
}

#[test]
fn several_requests_at_once_are_answered_in_their_order() {
    let folder = Folder::new("order");
    let server = folder.serve("", "10");
    folder.file("a.txt", "first");
    folder.file("b.txt", "second");
    let answer = all_of(
        &server,
        "GET /a.txt HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\n\r\nGET /b.txt HTTP/1.0\r\n\r\n",
    );
    let bodies: Vec<&str> = answer.split("\r\n\r\n").collect();
    assert!(bodies[1].starts_with("firstHTTP/1.1 404"), "{answer}");
    assert!(bodies[2].starts_with("Not Found\nHTTP/1.1 200"), "{answer}");
    assert_eq!(bodies[3], "second");
}

#[test]
fn a_body_that_nobody_asked_for_is_not_taken_for_a_request() {
    let server = Server::start("http");
    for header in ["Content-Length: 36", "Transfer-Encoding: chunked"] {
        let answer = all_of(
            &server,
            format!("GET / HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\nGET /style.css HTTP/1.1\r\n\r\n"),
        );
        assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 1, "{answer}");
    }
}

#[test]
fn a_large_file_arrives_whole_also_at_one_who_reads_late() {
    let folder = Folder::new("large");
    let content: String = (0..2_000_000).map(|i| format!("{i:07}\n")).collect();
    folder.file("large.txt", &content);
    let server = folder.serve("", "10");
    let mut late = server.connect();
    late.write_all(b"GET /large.txt HTTP/1.0\r\n\r\n").unwrap();
    assert_eq!(get(&server, "/none").0, "404 Not Found"); // while the other one does not read
    let mut answer = String::new();
    late.read_to_string(&mut answer).unwrap();
    assert!(answer.split_once("\r\n\r\n").unwrap().1 == content);
}

#[test]
fn a_file_is_found_by_its_name_however_it_is_written() {
    let folder = Folder::new("names");
    folder.file("a b.txt", "a space");
    folder.file("grüße.txt", "an umlaut");
    folder.file("sub/index.html", "below");
    folder.file("empty.txt", "");
    let server = folder.serve("", "10");
    for (target, body) in [
        ("/a%20b.txt", "a space"),
        ("/gr%C3%BC%c3%9fe.txt", "an umlaut"),
        ("/sub/", "below"),
        ("/sub/index.html?a=b", "below"),
        ("/empty.txt", ""),
    ] {
        assert_eq!(get(&server, target), ("200 OK".into(), body.into()), "{target}");
    }
    for target in ["/", "/a", "/gr%FCn", "/a%00b", &format!("/{}", "x".repeat(5000))] {
        let status = get(&server, target).0;
        assert!(status == "404 Not Found" || target.contains("%FC"), "{target}: {status}");
    }
}

#[cfg(unix)] // it makes links, and a pipe in the folder
#[test]
fn no_path_leads_out_of_the_folder() {
    let folder = Folder::new("out");
    folder.file("secret.txt", "secret");
    folder.file("site/index.html", "open");
    folder.file("site/.hidden", "secret");
    folder.file("site/.git/config", "secret");
    folder.file("site2/secret.txt", "secret");
    let site = folder.0.join("site");
    std::os::unix::fs::symlink("../secret.txt", site.join("link.txt")).unwrap();
    std::os::unix::fs::symlink("..", site.join("up")).unwrap();
    std::os::unix::fs::symlink("index.html", site.join("inside.html")).unwrap();
    let pipe = Command::new("mkfifo").arg(site.join("pipe")).status();
    assert!(pipe.unwrap().success());
    let server = folder.serve("site", "10");
    let secret = folder.0.join("secret.txt").display().to_string();
    for target in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2E%2e%2fsecret.txt",
        "/..%2fsecret.txt",
        "/sub/../../secret.txt",
        "/./../secret.txt",
        "/../site2/secret.txt",
        "//../secret.txt",
        "/..\\secret.txt",
        "/link.txt",
        "/up/secret.txt",
        "/up/site2/secret.txt",
        "/.hidden",
        "/%2ehidden",
        "/.git/config",
        "/pipe",
        "/etc/passwd",
        "//etc/passwd",
        "/%2fetc/passwd",
        &secret,
        &format!("/{secret}"),
    ] {
        assert_eq!(
            get(&server, target),
            ("404 Not Found".into(), "Not Found\n".into()),
            "{target}"
        );
    }
    assert_eq!(get(&server, "/inside.html").1, "open");
}

#[test]
fn who_is_slow_is_cut_off_and_delays_nobody() {
    let folder = Folder::new("slow");
    folder.file("index.html", "quick");
    let large = fs::File::create(folder.0.join("large")).unwrap();
    large.set_len(50_000_000).unwrap();
    let server = folder.serve("", "1");
    let silent = server.connect();
    let mut beginning = server.connect();
    beginning.write_all(b"GET / HTTP/1.1\r\nX-So-Far: ").unwrap();
    let mut after_one = server.connect();
    after_one.write_all(b"GET / HTTP/1.1\r\n\r\nGET ").unwrap();
    let mut refused = server.connect(); // and does not close
    refused.write_all(b"DELETE / HTTP/1.1\r\n\r\n").unwrap();
    let mut never_reads = server.connect();
    never_reads.write_all(b"GET /large HTTP/1.1\r\n\r\n").unwrap();
    for _ in 0..100 {
        assert_eq!(get(&server, "/").1, "quick");
    }
    let rest = |mut client: TcpStream| {
        let mut rest = Vec::new();
        let _ = client.read_to_end(&mut rest); // the end of file, or a reset
        rest.len()
    };
    assert_eq!(rest(silent), 0);
    assert_eq!(rest(beginning), 0);
    assert!(rest(after_one) > 0);
    assert!(rest(refused) > 0);
    // A drip is no progress.
    let mut drip = server.connect();
    common::until("the drip is cut off", || drip.write_all(b"x").is_err());
    assert!(rest(never_reads) < 50_000_000);
    assert_eq!(get(&server, "/").1, "quick");
}

#[test]
fn a_folder_that_is_none_is_named() {
    let program = example("http"); // a file
    let file = program.to_str().unwrap();
    let no_folder = format!("cannot show {file}: it is not a folder");
    let none = if cfg!(unix) { "No such file or directory" } else { "" };
    let none = format!("cannot show /nowhere: {none}");
    for (args, said) in [
        (["127.0.0.1:0", "/nowhere", "1"], none.as_str()),
        (["127.0.0.1:0", file, "1"], &no_folder),
        (["127.0.0.1:0", "/", "soon"], "do not understand the seconds 'soon': write 1 to 3600"),
    ] {
        let output = finish(piped(Command::new(&program).args(args)));
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8(output.stderr).unwrap().starts_with(said));
    }
}

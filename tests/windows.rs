//! A client from this system, and the echo server of another: `.ci/windows` starts one under wine.
#![cfg(target_os = "linux")]

mod common;

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Duration;

use common::{DEADLINE, ask, last_words};
use socket2::Socket;

fn connect() -> TcpStream {
    let address = env::var("WINDOWS_SERVER").expect("WINDOWS_SERVER is the server's address");
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.set_write_timeout(Some(DEADLINE)).unwrap();
    stream
}

/// The processor's time of all programs that wine runs here, in hundredths of a second.
fn cpu() -> u64 {
    let processes = fs::read_dir("/proc").unwrap().map_while(Result::ok);
    let stats = processes.filter_map(|it| fs::read_to_string(it.path().join("stat")).ok());
    let of_wine = stats.filter(|stat| stat.contains("(echo.exe)") || stat.contains("(wineserver"));
    of_wine
        .map(|stat| {
            let (_, rest) = stat.rsplit_once(") ").unwrap();
            rest.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum::<u64>()
        })
        .sum()
}

#[test]
#[ignore = "it needs a server on another system"]
fn the_server_of_another_system_serves_clients_of_all_kinds_and_sleeps_when_they_are_silent() {
    let mut crowd: Vec<_> = (0..100).map(|_| connect()).collect();
    for (i, client) in crowd.iter_mut().enumerate() {
        ask(client, format!("client {i}").as_bytes(), format!("GOT:client {i}").as_bytes());
    }
    for round in 0..300 {
        let mut client = connect();
        ask(&mut client, b"in turn", b"GOT:in turn");
        match round % 3 {
            0 => assert_eq!(last_words(client, b"half-close"), "GOT:half-close"),
            1 => Socket::from(client).set_linger(Some(Duration::ZERO)).unwrap(), // a reset
            _ => (),
        }
    }
    crowd.truncate(50);
    let mut late = connect();
    late.write_all(&[b'x'; 100_000]).unwrap();
    late.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    late.read_to_end(&mut answer).unwrap();
    assert_eq!(answer.iter().filter(|&&byte| byte == b'x').count(), 100_000);
    for client in &mut crowd {
        ask(client, b"still here", b"GOT:still here");
    }
    // What is left to do after that is done within some seconds; then a second without work.
    common::until("nobody uses the processor", || {
        let before = cpu();
        thread::sleep(Duration::from_secs(1));
        cpu() - before <= 3
    });
}

//! What clients do, on purpose or not. Each returns when the server has done its part towards the
//! client who did it, or with the error that says what it did not do.

use std::io::Write;
use std::net::{Shutdown, SocketAddr};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use socket2::{Domain, Socket, TcpKeepalive, Type};

use crate::{Client, DEADLINE, Got, Result, Tried, connect, poll, reset, source};

/// Connects `n` clients and resets all connections. Stop the server before, and it has not yet
/// accepted them.
pub fn reset_at_once(address: SocketAddr, n: usize) -> Result {
    let clients: Vec<_> = (0..n).map(|_| Client::connect(address)).collect::<Result<_>>()?;
    clients.into_iter().try_for_each(reset)
}

/// Resets `n` connections when they are accepted, before the first byte.
pub fn reset_before_the_first_byte(address: SocketAddr, n: usize) -> Result {
    let clients: Vec<_> = (0..n).map(|_| Client::connect(address)).collect::<Result<_>>()?;
    // Who is served was accepted, and so were those who came before.
    Client::connect(address)?.echo(1)?;
    clients.into_iter().try_for_each(reset)
}

/// Resets `n` connections as soon as they have sent: between `recv` and `send`, or about there.
pub fn reset_between_receive_and_send(address: SocketAddr, n: usize) -> Result {
    for at in 0..n {
        let mut client = Client::connect(address)?;
        client.send(1 + at * 7 % 1200)?;
        reset(client)?;
    }
    Ok(())
}

/// Resets `n` connections while the server waits to send them more than they take.
pub fn reset_while_the_answer_is_on_its_way(address: SocketAddr, n: usize) -> Result {
    let mut clients = (0..n).map(|_| greedy_client(address)).collect::<Result<Vec<_>>>()?;
    send_until_stuck(&mut clients)?;
    clients.into_iter().try_for_each(reset)
}

/// Small segments keep small what the kernel lets wait in a connection: a hundred kilobytes or
/// two, not megabytes.
fn greedy_client(address: SocketAddr) -> Result<Client> {
    let socket = connect(address, |socket| {
        socket.set_tcp_mss(1400)?;
        socket.set_recv_buffer_size(16 * 1024)?;
        socket.set_send_buffer_size(16 * 1024)
    })?;
    Ok(Client::on(socket))
}

/// All send as fast as they can, until none has got rid of a byte for a quarter of a second.
fn send_until_stuck(clients: &mut [Client]) -> Result {
    let start = Instant::now();
    loop {
        let ready = ready(clients, PollFlags::OUT, Duration::from_millis(250));
        if ready.is_empty() {
            return Ok(());
        }
        for client in ready {
            client.try_send(16 * 1024)?;
        }
        if start.elapsed() > DEADLINE {
            return Err("the server takes in more and more from clients that never read".into());
        }
    }
}

/// Those of the clients that have one of the events, as soon as one has.
fn ready(clients: &mut [Client], events: PollFlags, timeout: Duration) -> Vec<&mut Client> {
    let ready = poll(clients.iter().map(|client| (client, events)), timeout);
    // Both are in the order of the clients.
    let mut ready = ready.into_iter().peekable();
    clients.iter_mut().filter(|c| ready.next_if(|fd| *fd == c.as_raw_fd()).is_some()).collect()
}

/// `n` clients send as fast as they can and read nothing. When all are stuck, `stuck` is called;
/// then they read, and every byte must be there.
pub fn never_read(address: SocketAddr, n: usize, stuck: impl FnOnce()) -> Result {
    let mut clients = (0..n).map(|_| greedy_client(address)).collect::<Result<Vec<_>>>()?;
    send_until_stuck(&mut clients)?;
    stuck();
    receive_all(&mut clients)?;
    clients.into_iter().try_for_each(Client::finish)
}

/// Waits until all clients have got back all that they sent.
fn receive_all(clients: &mut [Client]) -> Result {
    let start = Instant::now();
    let waits = |client: &Client| !client.is_answered();
    while clients.iter().any(waits) {
        let fds: Vec<_> = clients
            .iter()
            .filter(|client| waits(client))
            .map(|client| (client, PollFlags::IN))
            .collect();
        let mut ready = poll(fds, Duration::from_secs(1)).into_iter().peekable();
        for client in clients.iter_mut() {
            if ready.next_if(|fd| *fd == client.as_raw_fd()).is_some()
                && client.try_receive()? == Got::End
                && waits(client)
            {
                let (got, sent) = (client.answers.got, client.sent);
                return Err(format!("end of file after {got} of {sent} bytes"));
            }
        }
        if start.elapsed() > DEADLINE {
            let n = clients.iter().filter(|client| waits(client)).count();
            return Err(format!("{n} of {} clients not served", clients.len()));
        }
    }
    Ok(())
}

/// Sends `n` bytes through buffers as small as the kernel makes them, reading all along; twenty
/// connections share them, since with such buffers TCP waits for its own timers most of the time.
pub fn tiny_buffers(address: SocketAddr, n: u64) -> Result {
    let tiny_client = |_| {
        let socket = connect(address, |socket| {
            // Larger segments would not fit, and come through only by TCP's timers.
            socket.set_tcp_mss(536)?;
            socket.set_recv_buffer_size(1)?;
            socket.set_send_buffer_size(1)?;
            socket.set_tcp_nodelay(true)
        })?;
        Ok(Client::on(socket))
    };
    const CONNECTIONS: u64 = 20;
    let each = n / CONNECTIONS;
    let mut clients = (0..CONNECTIONS).map(tiny_client).collect::<Result<Vec<_>>>()?;
    let mut last = Instant::now();
    while clients.iter().any(|client| client.answers.got < each) {
        let wanted = clients.iter().map(|client| {
            let more = if client.sent < each { PollFlags::OUT } else { PollFlags::empty() };
            (client, PollFlags::IN | more)
        });
        let ready = poll(wanted, Duration::from_secs(1));
        for client in clients.iter_mut().filter(|client| ready.contains(&client.as_raw_fd())) {
            client.try_send((each - client.sent).min(2048) as usize)?;
            if client.try_receive()? == Got::End {
                return Err(format!("the server closed after {} bytes", client.answers.got));
            }
            last = Instant::now();
        }
        if last.elapsed() > DEADLINE {
            let got: u64 = clients.iter().map(|client| client.answers.got).sum();
            return Err(format!("stuck: {got} of {n} bytes came back"));
        }
    }
    clients.into_iter().try_for_each(Client::finish)
}

/// Sends `n` bytes, each in a segment of its own.
pub fn one_byte_at_a_time(address: SocketAddr, n: usize) -> Result {
    let mut client = Client::on(connect(address, |socket| socket.set_tcp_nodelay(true))?);
    for _ in 0..n {
        client.send(1)?;
        client.try_receive()?;
    }
    client.finish()
}

/// Sends `n` bytes with one `send`, while another thread reads.
pub fn one_big_write(address: SocketAddr, n: usize) -> Result {
    let mut client = Client::connect(address)?;
    let data = client.next(n);
    let writer = client.socket.try_clone().tried("duplicate a socket")?;
    client.sent = n as u64;
    std::thread::scope(|threads| {
        let writing = threads.spawn(move || (&writer).write_all(&data).tried("send to the server"));
        client.receive()?;
        writing.join().map_err(|_| "the writer panicked")?
    })?;
    client.finish()
}

/// Sends each value that a byte can have, several times over.
pub fn all_byte_values(address: SocketAddr) -> Result {
    let mut sent: Vec<u8> = (0..20).flat_map(|_| 0..=255).collect();
    // Not `GOT:` itself, which would be cut out of the answer below.
    sent.extend(b"GOT GO:T G\0O\r\n\x04\x1a\xff\xf4");
    let client = Client::connect(address)?;
    (&client.socket).write_all(&sent).tried("send to the server")?;
    client.socket.shutdown(Shutdown::Write).tried("shut down the sending side")?;
    let mut answer = Vec::new();
    std::io::Read::read_to_end(&mut &client.socket, &mut answer)
        .tried("receive from the server")?;
    if pieces(&answer)? != sent {
        return Err("not all byte values came back as they were sent".into());
    }
    Ok(())
}

/// The answer without its `GOT:`s.
fn pieces(answer: &[u8]) -> Result<Vec<u8>> {
    let mut rest = answer;
    let mut all = Vec::new();
    while !rest.is_empty() {
        rest = rest.strip_prefix(b"GOT:").ok_or("an answer does not start with GOT:")?;
        let end = rest.windows(4).position(|four| four == b"GOT:").unwrap_or(rest.len());
        if !(1..=1000).contains(&end) {
            return Err(format!("a piece of {end} bytes"));
        }
        all.extend_from_slice(&rest[..end]);
        rest = &rest[end..];
    }
    Ok(all)
}

/// `n` clients connect and close, and say nothing; returns when the server has seen them.
pub fn connect_and_close(address: SocketAddr, n: usize) -> Result {
    for at in 0..n {
        connect(address, |socket| source(socket, at))?;
    }
    Client::connect(address)?.echo(1)
}

/// `n` clients, one after another, connect, echo and close.
pub fn one_after_another(address: SocketAddr, n: usize) -> Result {
    for _ in 0..n {
        let mut client = Client::connect(address)?;
        client.echo(100)?;
        client.finish()?;
    }
    Ok(())
}

/// `n` clients, all connected at once, echo `rounds` times, all at once.
pub fn crowd(address: SocketAddr, n: usize, rounds: usize) -> Result {
    let mut clients = Vec::new();
    while clients.len() < n {
        // A few hundred at a time: how many may knock at once is another question.
        let some = (n - clients.len()).min(500);
        clients.extend(knock(address, some, clients.len())?.into_iter().map(Client::on));
    }
    for round in 0..rounds {
        for (at, client) in clients.iter_mut().enumerate() {
            client.send(1 + (at + round) % 100)?;
        }
        receive_all(&mut clients)?;
    }
    clients.into_iter().try_for_each(Client::finish)
}

/// `n` clients connect in one instant, and each is served.
pub fn connect_in_one_instant(address: SocketAddr, n: usize) -> Result {
    let sockets = knock(address, n, 0)?;
    for socket in &sockets {
        let again = retransmits(socket)?;
        if again > 0 {
            return Err(format!("a client had to knock {} times", 1 + again));
        }
    }
    let mut clients: Vec<_> = sockets.into_iter().map(Client::on).collect();
    clients.iter_mut().try_for_each(|client| client.send(5))?;
    receive_all(&mut clients)?;
    clients.into_iter().try_for_each(Client::finish)
}

/// Starts `n` connections without waiting for any, then waits for all.
fn knock(address: SocketAddr, n: usize, first: usize) -> Result<Vec<Socket>> {
    let mut sockets = Vec::with_capacity(n);
    for at in first..first + n {
        let socket =
            Socket::new(Domain::for_address(address), Type::STREAM, None).tried("make a socket")?;
        source(&socket, at / 4000).tried("take a local address")?;
        socket.set_nonblocking(true).tried("set a socket up")?;
        match socket.connect(&address.into()) {
            Err(error) if error.raw_os_error() != Some(libc::EINPROGRESS) => {
                return Err(format!("cannot connect to {address}: {error}"));
            }
            _ => sockets.push(socket),
        }
    }
    let start = Instant::now();
    let mut open: Vec<&Socket> = sockets.iter().collect();
    while !open.is_empty() {
        let done =
            poll(open.iter().map(|socket| (*socket, PollFlags::OUT)), Duration::from_secs(1));
        let mut done = done.into_iter().peekable();
        open.retain(|socket| done.next_if_eq(&socket.as_raw_fd()).is_none());
        if start.elapsed() > DEADLINE {
            return Err(format!("{} of {n} could not connect", open.len()));
        }
    }
    for socket in &sockets {
        if let Some(error) = socket.take_error().tried("look at a socket")? {
            return Err(format!("cannot connect to {address}: {error}"));
        }
        socket.set_nonblocking(false).tried("set a socket up")?;
        socket.set_read_timeout(Some(DEADLINE)).tried("set a deadline")?;
    }
    Ok(sockets)
}

/// How often the kernel had to send something again on this connection.
fn retransmits(socket: &Socket) -> Result<u32> {
    // SAFETY: all zeroes is a valid `tcp_info`, and the pointers are to values that live on.
    let (result, info) = unsafe {
        let mut info: libc::tcp_info = std::mem::zeroed();
        let mut size = size_of_val(&info) as libc::socklen_t;
        let to = (&raw mut info).cast();
        let fd = socket.as_raw_fd();
        (libc::getsockopt(fd, libc::IPPROTO_TCP, libc::TCP_INFO, to, &mut size), info)
    };
    if result != 0 {
        return Err(std::io::Error::last_os_error()).tried("ask about a connection");
    }
    Ok(info.tcpi_total_retrans)
}

/// `n` clients connect one after another and stay; all are served.
pub fn connect_and_stay(address: SocketAddr, n: usize) -> Result {
    let mut clients = (0..n).map(|_| Client::connect(address)).collect::<Result<Vec<_>>>()?;
    clients.iter_mut().try_for_each(|client| client.send(5))?;
    receive_all(&mut clients)
}

/// `n` clients, more than the server has descriptors for: each leaves when it was served, and all
/// are served.
pub fn more_than_fit(address: SocketAddr, n: usize, inside: impl FnOnce() -> Result) -> Result {
    let mut clients = (0..n).map(|_| Client::connect(address)).collect::<Result<Vec<_>>>()?;
    clients.iter_mut().try_for_each(|client| client.send(5))?;
    inside()?;
    let start = Instant::now();
    while !clients.is_empty() {
        for client in ready(&mut clients, PollFlags::IN, Duration::from_secs(1)) {
            if client.try_receive()? == Got::End {
                return Err("the server closed a connection".into());
            }
        }
        clients.retain(|client| !client.is_answered());
        if start.elapsed() > DEADLINE {
            return Err(format!("{} of {n} clients not served", clients.len()));
        }
    }
    Ok(())
}

/// Sends, ends its side, and only then reads: all answers come, and the end of file.
pub fn half_close(address: SocketAddr) -> Result {
    let mut client = Client::connect(address)?;
    client.send(50_000)?;
    client.finish()
}

/// Shuts down its reading half, and goes on sending until it goes away.
pub fn shut_the_reading_half(address: SocketAddr) -> Result {
    let mut client = Client::connect(address)?;
    client.echo(10)?;
    client.socket.shutdown(Shutdown::Read).tried("shut down the reading side")?;
    for _ in 0..10 {
        client.send(1000)?;
    }
    // What it sent before is answered, and the answers are still delivered to its machine.
    Client::connect(address)?.echo(10)
}

/// Sends a byte of urgent data among others: the others come back, in order.
pub fn urgent_data(address: SocketAddr) -> Result {
    let mut client = Client::connect(address)?;
    for _ in 0..10 {
        client.echo(100)?;
        client.socket.send_out_of_band(b"!").tried("send urgent data")?;
        client.echo(100)?;
    }
    client.finish()
}

/// Sends urgent data, and closes with answers unread, so that the kernel resets the connection.
pub fn urgent_data_and_close_unread(address: SocketAddr, n: usize) -> Result {
    for _ in 0..n {
        let mut client = Client::connect(address)?;
        client.send(100)?;
        client.socket.send_out_of_band(b"!").tried("send urgent data")?;
        client.send(100)?;
        poll([(&client, PollFlags::IN)], DEADLINE);
    }
    Client::connect(address)?.echo(10)
}

/// Says nothing for so long, with the kernel's keep-alive on, and is served after it.
pub fn keep_alive(address: SocketAddr, idle: Duration) -> Result {
    let keepalive =
        TcpKeepalive::new().with_time(Duration::from_secs(1)).with_interval(Duration::from_secs(1));
    let mut client = Client::on(connect(address, |socket| socket.set_tcp_keepalive(&keepalive))?);
    client.echo(10)?;
    if !poll([(&client, PollFlags::IN)], idle).is_empty() {
        return Err("an idle connection did not stay idle".into());
    }
    client.echo(10)?;
    client.finish()
}

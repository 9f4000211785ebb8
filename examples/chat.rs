//! A chat: everyone hears what anyone says.
//!
//! Start it, and from several terminals: `nc localhost 25000`. Say your name first. A telnet client
//! does as well as `nc`.
//!
//! The room, in `room/mod.rs`, is shared by all tasks, without a lock: there is one thread, and a task
//! is only ever interrupted where it says `.await`. What stands between two of those happens at once
//! for all others. The price: no borrow of the room may last over an `.await`. None here does.

mod args;
mod lines;
mod room;
mod tcp;

use std::rc::Rc;

use genlab::{GenSocket, Outcome, Task, Tasks, run, task};
use lines::Lines;
use room::{Ear, Room};
use tcp::tcp_server;

// One task for each ear: one who reads slowly keeps only this one waiting.
fn teller(client: Rc<GenSocket>, ear: Ear) -> Task {
    task(move |co| async move {
        while let Some(line) = ear.next(&co).await? {
            client.send_all(&co, line.as_bytes()).await?;
        }
        Ok(())
    })
}

// And one for each mouth.
fn chat_handler(tasks: Tasks, room: Room, client: GenSocket) -> Task {
    task(move |co| async move {
        let client = Rc::new(client);
        let mut lines = Lines::new(client.clone());
        let seat = loop {
            client.send_all(&co, b"Your name? ").await?;
            let Some(name) = lines.next(&co).await? else { return Ok(()) };
            // Whether it is free and the taking of it are one: there is no `.await` in between.
            match room.join(name.trim())? {
                Ok((seat, ear)) => {
                    tasks.append(teller(client.clone(), ear));
                    break seat;
                }
                Err(why) => client.send_all(&co, why.as_bytes()).await?,
            }
        };
        while let Some(line) = lines.next(&co).await? {
            room.has_room(&co).await; // who floods it is slowed down
            room.say(&format!("{}: {line}", seat.name));
        }
        Ok(())
    })
}

const HELP: &str = "\
A chat: everyone hears what anyone says.

Usage: cargo run --example chat [-- ADDRESS]

ADDRESS is where to listen: 0.0.0.0:25000 (all interfaces) unless given.";

fn main() -> Outcome {
    let args = args::args(HELP, 1);
    let address = args::address(args.first().map_or("0.0.0.0:25000", String::as_str), HELP);

    let (tasks, room) = (Tasks::new(), Room::default());
    let more = tasks.clone();
    let handler = move |client, _| chat_handler(more.clone(), room.clone(), client);
    tasks.append(tcp_server(tasks.clone(), address, handler));
    run(&tasks)
}

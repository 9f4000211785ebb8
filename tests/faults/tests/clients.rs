//! What clients do to the server, alone and in numbers.
#![cfg(target_os = "linux")]

use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use faults::process::{as_many_as_allowed, cpu, say, threads};
use faults::{
    Bystanders, Client, Result, Server, Tried, echo, faults as commit, limit_descriptors,
    without_threads,
};

/// Held by the rows that would starve each other on two processors.
fn heavy() -> MutexGuard<'static, ()> {
    static HEAVY: Mutex<()> = Mutex::new(());
    HEAVY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A server, and those who must not notice anything.
struct Scene {
    server: Server,
    bystanders: Bystanders,
    /// The server's descriptors before the fault.
    descriptors: usize,
}

impl Scene {
    fn new() -> Result<Scene> {
        Scene::on(Server::echo()?)
    }

    fn on(server: Server) -> Result<Scene> {
        let bystanders = Bystanders::start(server.address, Some(server.pid()))?;
        // Many waits at once, some of them for long: what it makes for those, it keeps.
        let idle = (0..30).map(|_| Client::connect(server.address)).collect::<Result<Vec<_>>>()?;
        bystanders.go_on()?;
        idle.into_iter().try_for_each(Client::finish)?;
        let descriptors = server.descriptors();
        Ok(Scene { server, bystanders, descriptors })
    }

    /// The server is as it was before, and so are the bystanders.
    fn no_harm_done(self) -> Result<Server> {
        self.server.gives_back_descriptors(self.descriptors)?;
        self.bystanders.unharmed()?;
        Ok(self.server)
    }
}

#[test]
fn a_thousand_resets_end_only_their_own_tasks() -> Result {
    let _alone = heavy();
    let mut scene = Scene::new()?;
    scene.server.may_meet_resets();
    let address = scene.server.address;
    scene.server.while_stopped(|| commit::reset_at_once(address, 250))?;
    commit::reset_before_the_first_byte(address, 250)?;
    commit::reset_between_receive_and_send(address, 250)?;
    commit::reset_while_the_answer_is_on_its_way(address, 250)?;
    let server = scene.no_harm_done()?;
    let lines = server.stderr();
    assert!(lines.len() <= 1000, "{} lines for 1000 resets", lines.len());
    Ok(())
}

#[test]
fn a_hundred_clients_that_never_read_cost_no_memory_and_lose_no_byte() -> Result {
    let _alone = heavy();
    let scene = Scene::new()?;
    let address = scene.server.address;
    commit::crowd(address, 100, 1)?;
    let before = scene.server.memory();
    let mut then = 0;
    commit::never_read(address, 100, || then = scene.server.memory())?;
    assert!(then < before + 1024, "memory grew from {before} KiB to {then} KiB");
    scene.no_harm_done().map(drop)
}

#[test]
fn ten_megabytes_go_through_tiny_buffers_on_both_sides() -> Result {
    let _alone = heavy();
    let scene = Scene::new()?;
    match scene.server.listener() {
        Ok(listener) => {
            // What it accepts from now on has these, too.
            listener.set_recv_buffer_size(1).tried("set the server's buffers")?;
            listener.set_send_buffer_size(1).tried("set the server's buffers")?;
        }
        Err(error) => say(&format!("SKIPPED in part: cannot set the server's buffers: {error}")),
    }
    commit::tiny_buffers(scene.server.address, 10_000_000)?;
    scene.no_harm_done().map(drop)
}

#[test]
fn one_byte_at_a_time_comes_back_whole() -> Result {
    let scene = Scene::new()?;
    commit::one_byte_at_a_time(scene.server.address, 5000)?;
    scene.no_harm_done().map(drop)
}

#[test]
fn a_megabyte_in_one_write_comes_back_whole() -> Result {
    let scene = Scene::new()?;
    commit::one_big_write(scene.server.address, 1_000_000)?;
    scene.no_harm_done().map(drop)
}

#[test]
fn all_byte_values_come_back() -> Result {
    let scene = Scene::new()?;
    commit::all_byte_values(scene.server.address)?;
    scene.no_harm_done().map(drop)
}

#[test]
fn ten_thousand_who_connect_and_close_leave_nothing_behind() -> Result {
    let _alone = heavy();
    let scene = Scene::new()?;
    let address = scene.server.address;
    commit::connect_and_close(address, 2000)?;
    let before = scene.server.memory();
    commit::connect_and_close(address, 8000)?;
    let after = scene.server.memory();
    assert!(after < before + 512, "memory grew from {before} KiB to {after} KiB");
    scene.no_harm_done().map(drop)
}

/// A server at its limit of 64 descriptors: it goes on, says so once, burns no processor, and serves
/// those who wait as places come free.
fn goes_on_at_the_descriptor_limit(echo: Command) -> Result {
    let mut scene = Scene::on(Server::start(limit_descriptors(echo, 64))?)?;
    scene.server.may_say(&["cannot accept a client now: "]);
    let pid = scene.server.pid();
    commit::more_than_fit(scene.server.address, 200, || {
        let before = cpu(pid);
        let start = Instant::now();
        let echoes = scene.bystanders.echoes();
        // Two seconds at the limit, in which those inside are served on.
        while start.elapsed() < Duration::from_secs(2) {
            scene.bystanders.go_on()?;
        }
        assert!(scene.bystanders.echoes() > echoes);
        let used = (cpu(pid) - before).as_secs_f64() / start.elapsed().as_secs_f64();
        assert!(used < 0.3, "{:.0} % of a processor at the limit", used * 100.0);
        assert!(scene.server.descriptors() > 55, "the limit was not reached");
        Ok(())
    })?;
    let server = scene.no_harm_done()?;
    let lines = server.stderr();
    assert_eq!(lines.len(), 1, "{lines:?}");
    Ok(())
}

#[test]
fn at_the_descriptor_limit_it_goes_on_and_serves_the_others_as_places_come_free() -> Result {
    let _alone = heavy();
    goes_on_at_the_descriptor_limit(echo()?)
}

#[test]
fn at_the_descriptor_limit_without_another_thread_it_goes_on_as_well() -> Result {
    let _alone = heavy();
    let server = Server::start(without_threads(echo()?))?;
    Client::connect(server.address)?.echo(10)?;
    assert_eq!(threads(server.pid()), 1, "it could make a thread");
    goes_on_at_the_descriptor_limit(without_threads(echo()?))
}

#[test]
fn ten_thousand_clients_at_once_are_all_served() -> Result {
    let _alone = heavy();
    let n = as_many_as_allowed(10_000);
    let scene = Scene::new()?;
    commit::crowd(scene.server.address, n, 2)?;
    scene.no_harm_done().map(drop)
}

#[test]
fn a_thousand_who_connect_in_one_instant_knock_only_once() -> Result {
    let _alone = heavy();
    let scene = Scene::new()?;
    commit::connect_in_one_instant(scene.server.address, 1000)?;
    scene.no_harm_done().map(drop)
}

#[test]
fn five_hundred_who_connect_and_stay_are_served() -> Result {
    let _alone = heavy();
    let scene = Scene::new()?;
    commit::connect_and_stay(scene.server.address, 500)?;
    scene.no_harm_done().map(drop)
}

#[test]
fn who_ends_only_the_sending_half_gets_all_answers() -> Result {
    let scene = Scene::new()?;
    commit::half_close(scene.server.address)?;
    scene.no_harm_done().map(drop)
}

#[test]
fn who_shuts_the_reading_half_harms_nobody() -> Result {
    let mut scene = Scene::new()?;
    scene.server.may_meet_resets();
    commit::shut_the_reading_half(scene.server.address)?;
    scene.no_harm_done().map(drop)
}

#[test]
fn urgent_data_does_not_disturb_the_rest() -> Result {
    let scene = Scene::new()?;
    commit::urgent_data(scene.server.address)?;
    scene.no_harm_done().map(drop)
}

#[test]
fn urgent_data_before_a_reset_harms_nobody() -> Result {
    let mut scene = Scene::new()?;
    scene.server.may_meet_resets();
    commit::urgent_data_and_close_unread(scene.server.address, 50)?;
    let server = scene.no_harm_done()?;
    assert!(server.stderr().len() <= 50, "{:?}", server.stderr());
    Ok(())
}

#[test]
fn an_idle_connection_lives_on_and_costs_nothing() -> Result {
    let server = Server::echo()?;
    Client::connect(server.address)?.echo(10)?;
    let before = cpu(server.pid());
    commit::keep_alive(server.address, Duration::from_secs(4))?;
    let used = cpu(server.pid()) - before;
    assert!(used < Duration::from_millis(100), "{used:?} of processor time in four idle seconds");
    Ok(())
}

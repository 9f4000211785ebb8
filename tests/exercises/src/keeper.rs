//! Keeps a submission's program, and all that it starts, until the time is up; then ends all of it.
//!
//! Each program gets a keeper of its own, a process: the class list started a second time. On Linux
//! whoever is left alone by its parent becomes the keeper's child, wherever it fled to. So the
//! keeper knows whom to end, and it does so, too, when the class list itself is gone.
//!
//! Where the system allows it, the program lives in namespaces of its own besides: there it sees no
//! process but its own, and can write nowhere but in its folder.

use std::ffi::{OsStr, OsString};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use rustix::process::{
    Pid, Signal, WaitOptions, getppid, kill_process, kill_process_group, setsid, wait,
};

use crate::process::{Ended, limited, watch};

/// The first argument of a keeper.
pub const KEEP: &str = "--keep";

/// How a keeper says that the time was up.
const TOO_SLOW: u8 = 2;

/// How long all that was left behind may take to end.
const SWEEP: Duration = Duration::from_secs(2);

/// Whether programs are shut in: see above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walls {
    Shut,
    Open,
}

/// Runs `sh` as the first process of the namespaces. All that is mounted becomes read-only, but the
/// folder `$1`. The program that follows has no right to change that: root's, which `sh` needs for
/// it and has here only, are taken from it.
const SHUT: &str = r#"
cd "$1" && mount --bind . . || exit
while read -r _ _ _ _ place options _; do
    flags=remount,bind,ro
    for flag in nosuid nodev noexec; do
        case ",$options," in *",$flag,"*) flags=$flags,$flag ;; esac
    done
    mount -o "$flags" "$place" 2>/dev/null
done </proc/self/mountinfo
mount -o remount,bind,rw "$1" && cd "$1" || exit
shift
setpriv --bounding-set=-all --inh-caps=-all --no-new-privs -- "$@"
"#;

/// Whether this system lets a program be shut in, tried in this folder.
pub fn walls(keeper: &Path, folder: &Path) -> Walls {
    let try_it = || -> io::Result<bool> {
        fs::create_dir_all(folder.join("inside"))?;
        let inside = "echo >here && ! echo >../beside";
        let (_, program) = UnixStream::pair()?;
        let command = ["sh".as_ref(), "-c".as_ref(), inside.as_ref()];
        let place = folder.join("inside");
        let ended = run(keeper, &command, &place, Duration::from_secs(10), Walls::Shut, program)?;
        // The keeper does not say with which code the program ended.
        Ok(ended.success && place.join("here").exists() && !folder.join("beside").exists())
    };
    match try_it() {
        Ok(true) => Walls::Shut,
        _ => Walls::Open,
    }
}

/// Runs a command in this folder, with a keeper: the class list, by its path. `stdin` is the program's.
pub fn run(
    keeper: &Path,
    command: &[&OsStr],
    folder: &Path,
    limit: Duration,
    walls: Walls,
    stdin: UnixStream,
) -> io::Result<Ended> {
    let mut keeper = Command::new(keeper);
    keeper.arg(KEEP).arg(limit.as_millis().to_string()).arg(format!("{walls:?}")).arg(folder);
    keeper.args(command).current_dir(folder).env("LC_ALL", "C");
    for name in ["RUST_BACKTRACE", "EXERCISES_LANGUAGE"] {
        keeper.env_remove(name);
    }
    let mut keeper = limited(&keeper);
    keeper.stdin(Stdio::from(OwnedFd::from(stdin)));
    // A keeper that was stopped or killed by its program does not keep us waiting.
    let mut ended = watch(&mut keeper, limit + SWEEP + Duration::from_secs(2))?;
    let code = ended.status.and_then(|status| status.code());
    ended.too_slow |= code == Some(i32::from(TOO_SLOW));
    Ok(ended)
}

/// What a keeper does. `args` are those after `KEEP`.
pub fn keep(args: &[OsString]) -> ExitCode {
    let [limit, walls, folder, program, args @ ..] = args else { return ExitCode::FAILURE };
    let limit = limit.to_str().and_then(|limit| limit.parse().ok()).unwrap_or_default();
    let parent = getppid();
    // Out of reach of the terminal: of its Ctrl-C, and of whoever would write to it.
    let _ = setsid();
    adopt();
    let mut command = if walls == "Shut" {
        let mut shut = Command::new("unshare");
        shut.args(["--map-root-user", "--mount", "--pid", "--fork", "--kill-child"]);
        shut.args(["--mount-proc", "sh", "-c", SHUT, "sh"]).arg(folder).arg(program);
        shut
    } else {
        Command::new(program)
    };
    let start = Instant::now();
    let mut child = match command.args(args).process_group(0).spawn() {
        Ok(child) => child,
        Err(error) => {
            eprintln!("cannot run {}: {error}", program.to_string_lossy());
            return ExitCode::FAILURE;
        }
    };
    let group = Pid::from_child(&child);
    let mut too_slow = false;
    while let Ok(None) = child.try_wait() {
        too_slow = start.elapsed() >= Duration::from_millis(limit);
        if too_slow || getppid() != parent {
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    let _ = kill_process_group(group, Signal::KILL);
    sweep();
    ExitCode::from(if too_slow { TOO_SLOW } else { 0 })
}

/// From now on, whoever of our descendants loses its parent becomes our child.
pub fn adopt() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// Ends all children, and theirs as they become ours.
pub fn sweep() {
    let start = Instant::now();
    // An error says that there are no more.
    while let Ok(ended) = wait(WaitOptions::NOHANG) {
        if ended.is_none() {
            if start.elapsed() >= SWEEP {
                break; // whoever has children faster than we end them
            }
            for child in children() {
                let _ = kill_process(child, Signal::KILL);
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Our children, by what /proc says of each process.
fn children() -> Vec<Pid> {
    let me = rustix::process::getpid().as_raw_pid().to_string();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let children = processes.filter_map(|process| {
        let number = process.file_name().to_str()?.parse().ok()?;
        let stat = fs::read(process.path().join("stat")).ok()?;
        // The name before the last parenthesis may hold anything.
        let stat = String::from_utf8_lossy(&stat).into_owned();
        let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?;
        if parent == me { Pid::from_raw(number) } else { None }
    });
    children.collect()
}

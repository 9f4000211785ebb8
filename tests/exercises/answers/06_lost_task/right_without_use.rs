//! The starter's `use` lines are gone, and the names of the tests are taken.

type Log = genlab::Task;

fn park(
    area: &mut std::collections::HashMap<genlab::RawFd, Log>,
    fd: genlab::RawFd,
    task: Log,
) -> Result<(), Log> {
    let std::collections::hash_map::Entry::Vacant(free) = area.entry(fd) else {
        return Err(task);
    };
    free.insert(task);
    Ok(())
}

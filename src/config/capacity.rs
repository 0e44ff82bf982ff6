//! The default of `MAX_CONNECTIONS`: the number of clients that the memory and the open files of this process allow.

use std::{fs, path::Path};

use rlimit::{Resource, getrlimit};

/// The highest default.
const MAX: usize = 4096;

/// The lowest default, however low the limits of the process are.
const MIN: usize = 16;

/// The most memory that a connection uses before its client authenticates: buffers for a head and a body, and its task.
/// Half of the memory is for connections, the other half for everything else.
const BYTES_PER_CONNECTION: u64 = 64 * 1024;

/// Descriptors that are not for clients: files of the database, listeners, mail, logs.
const OTHER_FILES: u64 = 64;

/// Descriptors for each connection to the database. SQLite opens three files.
const FILES_PER_DATABASE_CONNECTION: u64 = 3;

/// The number of clients that can be connected at once if the operator does not choose one.
pub(super) fn max_clients(database_connections: u32) -> usize {
    let files = getrlimit(Resource::NOFILE).ok().map(|(soft, _hard)| soft);
    clients(memory(), files, database_connections)
}

fn clients(memory: Option<u64>, files: Option<u64>, database_connections: u32) -> usize {
    let by_memory = memory.map(|bytes| bytes / 2 / BYTES_PER_CONNECTION);
    let other_files = OTHER_FILES + FILES_PER_DATABASE_CONNECTION * u64::from(database_connections);
    let by_files = files.map(|files| files.saturating_sub(other_files));
    let lowest = by_memory.into_iter().chain(by_files).min().unwrap_or(u64::MAX);
    usize::try_from(lowest).unwrap_or(usize::MAX).clamp(MIN, MAX)
}

/// The memory that this process can use, in bytes: the lowest of all limits.
fn memory() -> Option<u64> {
    let limits = [Resource::DATA, Resource::AS].map(|resource| getrlimit(resource).ok().map(|(soft, _hard)| soft));
    let membership = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let cgroup = limit_of_cgroup(Path::new("/sys/fs/cgroup"), &membership);
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| memory_of_machine(&text));
    limits.into_iter().chain([cgroup, machine]).flatten().min()
}

/// The lowest limit of the process's control group and of all groups above it, in version 2 (`memory.max`) or version 1.
/// In a container, its own group may be the only visible one.
fn limit_of_cgroup(root: &Path, membership: &str) -> Option<u64> {
    let limits = membership.lines().filter_map(|line| {
        let (controllers, group) = line.split_once(':')?.1.split_once(':')?;
        let (root, file) = match controllers {
            "" => (root.to_owned(), "memory.max"),
            _ if controllers.split(',').any(|name| name == "memory") => (root.join("memory"), "memory.limit_in_bytes"),
            _ => return None,
        };
        let groups = Path::new(group.trim_start_matches('/')).ancestors();
        groups.filter_map(|group| fs::read_to_string(root.join(group).join(file)).ok()?.trim().parse().ok()).min()
    });
    limits.min()
}

/// The memory of the machine, from `/proc/meminfo`.
fn memory_of_machine(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = 1024 * 1024;

    #[test]
    fn the_lowest_limit_decides_the_number_of_clients() {
        assert_eq!(clients(None, None, 10), MAX);
        assert_eq!(clients(Some(64 * 1024 * MB), Some(16384), 10), MAX);
        assert_eq!(clients(Some(256 * MB), Some(16384), 10), 2048);
        assert_eq!(clients(Some(256 * MB), Some(1024), 10), 1024 - 94);
        assert_eq!(clients(Some(128 * MB), None, 10), 1024);
        assert_eq!(clients(None, Some(20), 1000), MIN);
    }

    #[test]
    fn the_limit_of_a_control_group_is_found_in_both_versions() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, limit: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, format!("{limit}\n")).unwrap();
        };
        write("system.slice/memory.max", "300");
        write("system.slice/latchkey.service/memory.max", "max");
        write("memory/memory.limit_in_bytes", "9223372036854771712");
        write("memory/docker/1/memory.limit_in_bytes", "200");

        let limit = |membership| limit_of_cgroup(root.path(), membership);
        assert_eq!(limit("0::/system.slice/latchkey.service\n"), Some(300), "of the group above");
        assert_eq!(limit("0::/elsewhere\n"), None);
        assert_eq!(limit("5:cpu,memory:/docker/1\n1:name=systemd:/\n"), Some(200));
        assert_eq!(limit("5:memory:/seen/from/outside\n"), Some(9_223_372_036_854_771_712));
        write("memory.max", "100");
        assert_eq!(limit("0::/\n"), Some(100), "in a container");
        assert_eq!(limit(""), None);
    }

    #[test]
    fn the_memory_of_the_machine_is_read() {
        assert_eq!(memory_of_machine("MemTotal:       16384 kB\nMemFree: 1 kB\n"), Some(16 * MB));
        assert_eq!(memory_of_machine(""), None);
    }
}

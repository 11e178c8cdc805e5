//! Finds the process that listens on a port, from `/proc`, for error messages.

use std::fs;

/// The state of a listening socket in `/proc/net/tcp`.
const LISTENING: &str = "0A";

/// "process 4711 (live-pack)", or "another process" if the system does not tell.
#[must_use]
pub fn describe(port: u16) -> String {
    listening_inode(port).and_then(|inode| process_with(&inode)).unwrap_or_else(|| "another process".to_owned())
}

/// The inode of the socket that listens on `port`, on any address.
fn listening_inode(port: u16) -> Option<String> {
    let suffix = format!(":{port:04X}");
    ["/proc/net/tcp", "/proc/net/tcp6"].into_iter().filter_map(|table| fs::read_to_string(table).ok()).find_map(
        |table| {
            table.lines().skip(1).find_map(|line| {
                let fields: Vec<_> = line.split_ascii_whitespace().collect();
                let (local, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
                (local.ends_with(&suffix) && *state == LISTENING).then(|| (*inode).to_owned())
            })
        },
    )
}

/// The process that holds the socket with this inode. Processes of other users cannot be inspected.
fn process_with(inode: &str) -> Option<String> {
    let socket = format!("socket:[{inode}]");
    fs::read_dir("/proc").ok()?.flatten().find_map(|process| {
        let pid: u32 = process.file_name().to_str()?.parse().ok()?;
        let holds = fs::read_dir(process.path().join("fd"))
            .ok()?
            .flatten()
            .any(|fd| fs::read_link(fd.path()).is_ok_and(|target| target.as_os_str() == socket.as_str()));
        let name = fs::read_to_string(process.path().join("comm")).unwrap_or_default();
        holds.then(|| format!("process {pid} ({})", name.trim()))
    })
}

//! Unix sockets on a real file system.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::os::unix::fs::symlink;

use super::*;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_dead_socket_is_replaced_and_a_live_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("thrift.sock");
    let first = bind(&path, 0o660, "--unix-socket").unwrap().keep();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o660);
    let error = bind(&path, 0o660, "--unix-socket").unwrap_err().to_string();
    assert!(error.contains("thrift.sock") && error.contains("--unix-socket"), "{error}");
    drop(first);
    assert!(matches!(look(&path).unwrap(), There::Dead));
    let second = bind(&path, 0o600, "--unix-socket").unwrap();
    assert!(matches!(look(&path).unwrap(), There::Served(Some(_))));
    assert_eq!(names(folder.path()), ["thrift.sock"], "nothing else is left behind");
    drop(second);
    assert_eq!(names(folder.path()), [""; 0], "what is not kept is removed");
}

#[test]
fn a_file_that_is_not_a_socket_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("file"), "precious").unwrap();
    fs::create_dir(at("folder")).unwrap();
    let served = bind(&at("served"), 0o600, "--x").unwrap();
    symlink("served", at("link")).unwrap();
    symlink("nowhere", at("dangling")).unwrap();
    let before = names(folder.path());
    for name in ["file", "folder", "link", "dangling"] {
        assert!(matches!(bind(&at(name), 0o600, "--x"), Err(UnixBindError::Occupied { .. })), "{name}");
    }
    assert_eq!(fs::read_to_string(at("file")).unwrap(), "precious");
    assert!(matches!(bind(&at("no/where"), 0o600, "--x"), Err(UnixBindError::Other { .. })));
    assert_eq!(names(folder.path()), before);
    drop(served);
}

#[test]
fn a_path_of_the_greatest_length_works_and_a_longer_one_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let rest = LONGEST_PATH - folder.path().as_os_str().len() - 1;
    let longest = folder.path().join("x".repeat(rest));
    let bound = bind(&longest, 0o600, "--x").unwrap();
    StdUnixStream::connect(&longest).unwrap();
    drop(bound);
    assert!(bind(&folder.path().join("x".repeat(rest + 2)), 0o600, "--x").is_err());
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn a_server_that_does_not_accept_is_there_and_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("busy.sock");
    let listener = socket().unwrap();
    rustix::net::bind(&listener, &SocketAddrUnix::new(&path).unwrap()).unwrap();
    rustix::net::listen(&listener, 0).unwrap();
    let mut held = Vec::new();
    // the kernel lets one more than the backlog wait
    while let There::Served(Some(line)) = look(&path).unwrap() {
        held.push(line);
        assert!(held.len() < 100);
    }
    assert!(matches!(look(&path).unwrap(), There::Served(None)));
    assert!(matches!(bind(&path, 0o600, "--x"), Err(UnixBindError::InUse { .. })));
}

#[test]
fn of_many_processes_one_gets_a_dead_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("thrift.sock");
    drop(bind(&path, 0o600, "--x").unwrap().keep());
    let bound: Vec<_> = thread::scope(|scope| {
        let all: Vec<_> = (0..16).map(|_| scope.spawn(|| bind(&path, 0o600, "--x").ok())).collect();
        all.into_iter().filter_map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(bound.len(), 1);
    assert!(matches!(look(&path).unwrap(), There::Served(Some(_))));
}

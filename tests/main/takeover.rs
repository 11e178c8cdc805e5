//! A successor that fails leaves its predecessor serving, and leaves no files.

use std::{
    fs::{self, File},
    path::Path,
    process::Stdio,
    time::Duration,
};

use crate::serve::{Serve, end, ends, http, live_pack, run};

const LIMIT: Duration = Duration::from_secs(30);

const ANY: [&str; 4] = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"];

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_successor_that_fails_leaves_the_predecessor_serving_and_no_files() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (handover, unix) = (at("handover.sock"), at("thrift.sock"));
    fs::create_dir(at("bad")).unwrap();
    fs::write(at("bad/PollConf.json"), "{").unwrap();
    fs::write(at("token"), "short").unwrap();
    fs::write(at("file"), "precious").unwrap();
    let mut first = Serve::start_with(&[&ANY[..], &["--handover", &handover, "--unix-socket", &unix]].concat());
    let before = names(folder.path());
    let (bad, token, file, nowhere) = (at("bad"), at("token"), at("file"), at("nowhere/thrift.sock"));
    let (other, key) = (at("other.sock"), at("server.key"));
    let place = ["serve", "--addr", &first.thrift, "--ops-addr", &first.ops, "--handover", &handover];
    let same = ["--unix-socket", &unix];
    for (flags, part) in [
        (&["--unix-socket", &nowhere][..], "nowhere/thrift.sock"),
        (&["--unix-socket", &other], "--unix-socket says"),
        (&["--unix-socket", &file], "--unix-socket says"),
        (&[], "--unix-socket says none"),
        (&["--unix-socket", &handover], "handover: must differ from unix_socket"),
        (&[same[0], same[1], "--conf", &bad], "PollConf"),
        (&[same[0], same[1], "--ops-token-file", &token], "16 or more"),
        (&[same[0], same[1], "--tls-cert", &key, "--tls-key", &key], "server.key"),
        (&[same[0], same[1], "--redis", "redis://"], "redis"),
        (&[same[0], same[1], "--world", "cart=nowhere:1"], "downstreams"),
        (&[same[0], same[1], "--addr", "127.0.0.1:1"], "--addr says 127.0.0.1:1"),
        (&[same[0], same[1], "--ops-addr", "127.0.0.1:1"], "--ops-addr says 127.0.0.1:1"),
    ] {
        let mut place = place.to_vec();
        if let Some(flag) = ["--addr", "--ops-addr"].iter().find(|flag| flags.contains(flag)) {
            let old = place.iter().position(|known| known == flag).unwrap();
            place.drain(old..=old + 1);
        }
        let (code, said) = ends(&mut live_pack(&[&place[..], flags].concat()), LIMIT);
        assert!(code == Some(1) && said.contains(part), "{flags:?}: {code:?} {said}");
        assert!(first.child.try_wait().unwrap().is_none() && first.answers(), "{flags:?}");
        assert_eq!(http(&first.ops, "GET /readyz", "").unwrap().0, 200, "{flags:?}");
        assert_eq!(names(folder.path()), before, "{flags:?}");
    }
    assert_eq!(fs::read_to_string(at("file")).unwrap(), "precious");
    let flags = ["--addr", &first.thrift, "--ops-addr", &first.ops, "--handover", &handover, "--unix-socket", &unix];
    let second = Serve::start_with(&flags);
    assert_eq!(end(&mut first.child, LIMIT).code(), Some(0));
    assert!(second.answers());
    assert_eq!(names(folder.path()), before, "the same sockets, and no temporary ones");
}

#[test]
fn a_successor_whose_output_goes_nowhere_takes_over_and_serves() {
    for broken in ["/dev/full", "a closed pipe"] {
        let folder = tempfile::tempdir().unwrap();
        let handover = folder.path().join("handover.sock").to_str().unwrap().to_owned();
        let mut first = Serve::start_with(&[&ANY[..], &["--handover", &handover]].concat());
        let flags = ["serve", "--addr", &first.thrift, "--ops-addr", &first.ops, "--handover", &handover];
        let mut command = live_pack(&flags);
        match broken {
            "/dev/full" => command.stdout(File::options().write(true).open(broken).unwrap()),
            _ => command.stdout(Stdio::piped()),
        };
        let mut second = command.stderr(Stdio::null()).spawn().unwrap();
        drop(second.stdout.take());
        assert_eq!(end(&mut first.child, LIMIT).code(), Some(0), "{broken}");
        assert!(first.answers() && second.try_wait().unwrap().is_none(), "{broken}");
        drop((second.kill(), second.wait()));
    }
}

#[test]
fn a_successor_may_serve_a_unix_socket_that_its_predecessor_did_not() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (handover, unix) = (at("handover.sock"), at("thrift.sock"));
    let mut first = Serve::start_with(&[&ANY[..], &["--handover", &handover]].concat());
    let flags = ["--addr", &first.thrift, "--ops-addr", &first.ops, "--handover", &handover, "--unix-socket", &unix];
    let mut second = Serve::start_with(&flags);
    assert_eq!(end(&mut first.child, LIMIT).code(), Some(0));
    let target = format!("unix:{unix}");
    let reached = || run(&["call", "GetLiveBagTab", "--room", "1001", "--addr", &target]).0;
    assert_eq!(reached(), Some(0));
    // The next process binds the path again if its file was removed.
    fs::remove_file(&unix).unwrap();
    let third = Serve::start_with(&flags);
    assert_eq!(end(&mut second.child, LIMIT).code(), Some(0));
    assert_eq!(reached(), Some(0));
    drop(third);
}

#[test]
fn paths_up_to_the_limit_of_the_system_work_for_every_successor() {
    let folder = tempfile::tempdir().unwrap();
    let rest = 107 - folder.path().as_os_str().len() - 1;
    let at = |letter: &str, length: usize| folder.path().join(letter.repeat(length)).to_str().unwrap().to_owned();
    let (handover, unix, long) = (at("h", rest), at("u", rest), at("l", rest + 1));
    let mut first = Serve::start_with(&[&ANY[..], &["--handover", &handover, "--unix-socket", &unix]].concat());
    for _ in 0..2 {
        let flags =
            ["--addr", &first.thrift, "--ops-addr", &first.ops, "--handover", &handover, "--unix-socket", &unix];
        let next = Serve::start_with(&flags);
        assert_eq!(end(&mut first.child, LIMIT).code(), Some(0));
        first = next;
    }
    assert_eq!(run(&["call", "GetLiveBagTab", "--room", "1001", "--addr", &format!("unix:{unix}")]).0, Some(0));
    for flag in ["--handover", "--unix-socket"] {
        let (code, said) = ends(live_pack(&["serve"]).args(ANY).args([flag, &long]), LIMIT);
        assert!(code == Some(1) && said.contains("1 to 107 bytes"), "{flag}: {code:?} {said}");
    }
    assert_eq!(names(folder.path()).len(), 2);
}

#[test]
fn a_file_that_is_not_a_socket_is_never_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(at("file"), "precious").unwrap();
    fs::create_dir(at("folder")).unwrap();
    std::os::unix::fs::symlink("file", at("link")).unwrap();
    std::os::unix::fs::symlink("nowhere", at("dangling")).unwrap();
    let before = names(folder.path());
    for flag in ["--handover", "--unix-socket"] {
        for name in ["file", "folder", "link", "dangling"] {
            let (code, said) = ends(live_pack(&["serve"]).args(ANY).args([flag, &at(name)]), LIMIT);
            assert!(code == Some(1) && said.contains("not a socket") && said.contains(flag), "{name}: {code:?} {said}");
            assert_eq!(names(folder.path()), before);
        }
    }
    assert_eq!(fs::read_to_string(at("file")).unwrap(), "precious");
}

#[test]
fn a_stop_during_startup_ends_it_and_the_predecessor_keeps_serving() {
    let folder = tempfile::tempdir().unwrap();
    let handover = folder.path().join("handover.sock").to_str().unwrap().to_owned();
    let mut first = Serve::start_with(&[&ANY[..], &["--handover", &handover]].concat());
    let flags = ["serve", "--addr", &first.thrift, "--ops-addr", &first.ops, "--handover", &handover];
    for pause in [0, 5, 20, 50, 100] {
        let mut second = live_pack(&flags).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        #[expect(clippy::disallowed_methods, reason = "processes live in real time")]
        std::thread::sleep(Duration::from_millis(pause));
        let kill = std::process::Command::new("kill").args(["-s", "TERM", &second.id().to_string()]).status();
        assert!(kill.unwrap().success());
        end(&mut second, LIMIT);
        if first.child.try_wait().unwrap().is_some() {
            return; // the second process had taken over, and then stopped
        }
        assert!(first.answers(), "{pause} ms");
    }
}

//! Everything that a path may lead to, on a real file system.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{
    io::Write as _,
    os::unix::{fs::symlink, net::UnixListener},
    process::{Child, Command, Stdio},
    sync::mpsc,
};

use tokio::time::Instant;

use super::*;

/// A process that holds a write lease on a file and does not release it; ends when dropped.
struct Lease(Child);

impl Lease {
    fn on(path: &Path) -> Self {
        // F_SETLEASE, F_WRLCK, fcntl(2); SIGIO announces another process that wants the file
        let script = r#"$SIG{IO} = "IGNORE"; open(F, "+<", $ARGV[0]) or die; fcntl(F, 1024, 1) or die; $| = 1; print "held\n"; sleep 60"#;
        let mut holder = Command::new("perl").args(["-e", script]).arg(path).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = [0; 5];
        holder.stdout.as_mut().unwrap().read_exact(&mut said).unwrap();
        Self(holder)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn only_regular_files_are_read_and_no_read_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("file"), "text").unwrap();
    symlink("file", at("link")).unwrap();
    symlink("link", at("link-to-link")).unwrap();
    fifo(&at("fifo"));
    symlink("fifo", at("link-to-fifo")).unwrap();
    symlink("/dev/zero", at("device")).unwrap();
    symlink("round", at("round")).unwrap();
    symlink("gone", at("dangling")).unwrap();
    fs::create_dir(at("folder")).unwrap();
    let _socket = UnixListener::bind(at("socket")).unwrap();
    let start = Instant::now();
    for good in ["file", "link", "link-to-link"] {
        assert_eq!(read_text(&at(good)).unwrap(), "text", "{good}");
    }
    for (bad, why) in [
        ("fifo", "a FIFO, not a regular file"),
        ("link-to-fifo", "a FIFO"),
        ("device", "a device"),
        ("folder", "a directory"),
        ("socket", "a socket"),
        ("round", "symbolic links"),
        ("dangling", "No such file"),
    ] {
        let error = read(&at(bad)).unwrap_err().to_string();
        assert!(error.contains(why), "{bad}: {error}");
    }
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_leased_file_is_refused_until_the_lease_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "text").unwrap();
    let lease = Lease::on(&path);
    let start = Instant::now();
    let error = read(&path).unwrap_err();
    assert!(error.kind() == io::ErrorKind::ResourceBusy && error.to_string().contains("leased"), "{error}");
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
    drop(lease);
    assert_eq!(read(&path).unwrap(), b"text");
}

#[test]
fn a_file_that_is_too_large_is_refused_and_its_beginning_can_be_had() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let mut file = File::create(&path).unwrap();
    file.write_all(&vec![b' '; 1024 * 1024]).unwrap();
    assert_eq!(read(&path).unwrap().len(), 1024 * 1024);
    file.write_all(b" ").unwrap();
    assert_eq!(read(&path).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    assert_eq!(read_beginning(&path, 3).unwrap(), b"    ");
    fs::write(&path, b"\xff").unwrap();
    assert_eq!(read_text(&path).unwrap_err().kind(), io::ErrorKind::InvalidData);
    fs::write(&path, b"\xff\xfe{\0}\0").unwrap();
    assert_eq!(read_text(&path).unwrap_err().to_string(), "the byte order mark of UTF-16");
}

#[test]
fn a_read_that_hangs_blocks_only_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let (gone, there) = (folder.path().join("gone"), folder.path().join("there"));
    fs::write(&there, "text").unwrap();
    let files = Files::within(Duration::from_millis(100));
    let (release, released) = mpsc::channel::<()>();
    let hang = files.look(&gone, move |_| Ok(released.recv().is_ok()));
    assert_eq!(hang.unwrap_err().kind(), io::ErrorKind::TimedOut);
    for _ in 0..3 {
        let start = Instant::now();
        let again = files.look(&gone, |_| -> io::Result<()> { panic!("it must not be tried again") });
        assert_eq!(again.unwrap_err().to_string(), "no answer from its file system within 100ms");
        assert!(start.elapsed() < Duration::from_millis(100), "refused at once");
        assert_eq!(files.read_text(&there).unwrap(), "text");
    }
    drop(release);
    let end = Instant::now() + Duration::from_secs(5);
    while files.read(&gone).is_err_and(|error| error.kind() == io::ErrorKind::TimedOut) {
        assert!(Instant::now() < end, "it has come back");
        thread::yield_now();
    }
    assert_eq!(files.read(&gone).unwrap_err().kind(), io::ErrorKind::NotFound);
}

#[test]
fn a_look_that_panics_is_an_error_and_the_next_one_works() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::default();
    assert!(files.look(folder.path(), |_| -> io::Result<()> { panic!("on purpose") }).is_err());
    assert!(files.look(folder.path(), |_| Ok(())).is_ok());
}

//! A private PostgreSQL cluster for tests: started from the installed programs on its own Unix socket, and removed at the
//! end. It does not depend on a running server.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use crate::Location;

/// Starts the server for every line of standard input, and at its end (even if the test process died) stops it and removes
/// its folder. While the shell waits for `sleep` it also reaps a killed server, which would count as running if it were a zombie.
const WATCH: &str = r#"while read -r _; do
    sleep 0.1
    "$1/postgres" -D "$2/data" -k "$2" >>"$2/log" 2>&1 &
done
kill -INT "$(head -1 "$2/data/postmaster.pid")" 2>/dev/null
sleep 1
rm -rf "$2""#;

/// Settings of the server. Commits are durable, as the shop requires.
const SETTINGS: &str = "
listen_addresses = ''
port = 5432
max_connections = 200
max_wal_size = 512MB
shared_buffers = 128MB
";

/// The cluster could not be created.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// PostgreSQL is not installed.
    #[error("the tests need PostgreSQL: `make test` installs it, or run `apt-get install postgresql`")]
    NotInstalled,
    /// As root, the server runs as user postgres, which does not exist.
    #[error("the tests run as root and there is no user postgres")]
    NoUser,
    /// A program failed.
    #[error("{program} failed: {output}")]
    Program {
        /// Its name.
        program: &'static str,
        /// Its output.
        output: String,
    },
    /// The system failed.
    #[error("the cluster could not be created")]
    System(#[from] io::Error),
}

/// A private cluster; stopped and removed when it is dropped or the process ends.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    owner: Option<(u32, u32)>,
    watcher: Mutex<Child>,
    databases: AtomicU32,
}

/// Programs that the tests need.
const PROGRAMS: [&str; 4] = ["initdb", "postgres", "pg_isready", "createdb"];

/// The newest folder that contains all of the programs.
fn programs() -> Result<PathBuf, ClusterError> {
    let debian =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let complete = |folder: &PathBuf| PROGRAMS.iter().all(|program| folder.join(program).is_file());
    let mut found: Vec<_> = debian.chain(std::env::split_paths(&path)).filter(complete).collect();
    found.sort();
    found.pop().ok_or(ClusterError::NotInstalled)
}

/// User and group postgres if the process is root, because the server refuses to run as root.
fn owner() -> Result<Option<(u32, u32)>, ClusterError> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    let postgres = users.lines().find_map(|line| line.strip_prefix("postgres:"));
    let mut fields = postgres.into_iter().flat_map(|line| line.split(':').skip(1));
    let ids =
        fields.next().zip(fields.next()).and_then(|(user, group)| Some((user.parse().ok()?, group.parse().ok()?)));
    ids.map(Some).ok_or(ClusterError::NoUser)
}

impl Cluster {
    /// Creates and starts a cluster.
    ///
    /// # Errors
    /// If PostgreSQL is not installed or does not start.
    pub fn start() -> Result<Self, ClusterError> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let (programs, owner) = (programs()?, owner()?);
        let name = format!("live-pack-pg-{}-{}", std::process::id(), COUNT.fetch_add(1, Relaxed));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder)?;
        if let Some((user, group)) = owner {
            chown(&folder, Some(user), Some(group))?;
        }
        let data = folder.join("data");
        let mut init = Command::new(programs.join("initdb"));
        init.arg("-D").arg(&data).args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]);
        run("initdb", &mut init, owner)?;
        fs::write(data.join("postgresql.auto.conf"), SETTINGS)?;
        let watcher = watch(&programs, &folder, owner)?;
        let cluster = Self { folder, programs, owner, watcher: Mutex::new(watcher), databases: AtomicU32::new(0) };
        cluster.start_server()?;
        cluster.wait_until_ready()?;
        Ok(cluster)
    }

    /// The cluster of this test process.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        #[expect(clippy::panic, reason = "a test without its database fails")]
        SHARED.get_or_init(|| Self::start().unwrap_or_else(|error| panic!("{error}")))
    }

    /// Creates an empty database and returns its URL.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn database(&self) -> Result<String, ClusterError> {
        let name = format!("shop{}", self.databases.fetch_add(1, Relaxed));
        let mut create = Command::new(self.programs.join("createdb"));
        create.arg("-h").arg(&self.folder).args(["-U", "postgres", &name]);
        run("createdb", &mut create, self.owner)?;
        Ok(format!("postgres://postgres@localhost/{name}?host={}", self.folder.display()))
    }

    /// The location of an empty database.
    ///
    /// # Panics
    /// When the server refuses.
    #[must_use]
    pub fn location(&self) -> Location {
        let location = self.database().map(|url| Location::postgres(&url, false));
        #[expect(clippy::panic, reason = "a test without its database fails")]
        match location {
            Ok(Ok(location)) => location,
            other => panic!("no database: {other:?}"),
        }
    }

    /// Process id of the postmaster.
    ///
    /// # Errors
    /// If the server is not running.
    pub fn postmaster(&self) -> io::Result<i32> {
        let text = fs::read_to_string(self.folder.join("data/postmaster.pid"))?;
        let first = text.lines().next().unwrap_or_default();
        first.parse().map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// Kills the postmaster like `kill -9`; its children end by themselves.
    ///
    /// # Errors
    /// If the server is not running.
    pub fn kill_postmaster(&self) -> io::Result<()> {
        let pid = rustix::process::Pid::from_raw(self.postmaster()?).ok_or(io::ErrorKind::NotFound)?;
        Ok(rustix::process::kill_process(pid, rustix::process::Signal::KILL)?)
    }

    /// Restarts the server after it was killed, and waits until it has recovered. Leftover process file and sockets of the
    /// killed server do no harm.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start_again(&self) -> Result<(), ClusterError> {
        // The killed server's children keep the shared memory briefly; until then a start fails.
        let mut outcome = Ok(());
        for _ in 0..60 {
            self.start_server()?;
            pause(1_000);
            outcome = self.probe();
            if outcome.is_ok() {
                break;
            }
        }
        outcome.map_err(|error| self.with_log(error))
    }

    /// Starts a server that is not running; if one is running, the new one ends at once.
    fn start_server(&self) -> io::Result<()> {
        let mut watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner);
        watcher.stdin.as_mut().ok_or(io::ErrorKind::BrokenPipe)?.write_all(b"start\n")
    }

    fn probe(&self) -> Result<(), ClusterError> {
        let mut probe = Command::new(self.programs.join("pg_isready"));
        run("pg_isready", probe.arg("-h").arg(&self.folder), None)
    }

    /// The error with the last lines of the server's log.
    fn with_log(&self, error: ClusterError) -> ClusterError {
        let ClusterError::Program { program, output } = error else { return error };
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        let last = lines.get(lines.len().saturating_sub(8)..).unwrap_or_default().join("\n");
        ClusterError::Program { program, output: format!("{output}{last}") }
    }

    fn wait_until_ready(&self) -> Result<(), ClusterError> {
        let mut last = Ok(());
        for _ in 0..300 {
            last = self.probe();
            if last.is_ok() {
                return last;
            }
            pause(100);
        }
        last
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Ok(watcher) = self.watcher.get_mut() {
            drop(watcher.stdin.take());
            let _ = watcher.wait();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "waits for another process, outside of any runtime")]
fn pause(millis: u64) {
    std::thread::sleep(Duration::from_millis(millis));
}

fn watch(programs: &Path, folder: &Path, owner: Option<(u32, u32)>) -> io::Result<Child> {
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(WATCH).arg("watch").arg(programs).arg(folder).current_dir("/");
    shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // Ctrl-C must reach the shell only as the end of its input.
    shell.process_group(0);
    as_owner(&mut shell, owner).spawn()
}

fn as_owner(command: &mut Command, owner: Option<(u32, u32)>) -> &mut Command {
    match owner {
        Some((user, group)) => command.uid(user).gid(group),
        None => command,
    }
}

fn run(program: &'static str, command: &mut Command, owner: Option<(u32, u32)>) -> Result<(), ClusterError> {
    let command = as_owner(command, owner).current_dir("/").stdin(Stdio::null());
    // A server started by pg_ctl would keep pipes open, so output goes to a file that is read afterwards.
    let mut output = tempfile::tempfile()?;
    let status = command.stdout(output.try_clone()?).stderr(output.try_clone()?).status()?;
    if status.success() {
        return Ok(());
    }
    let mut text = String::new();
    io::Seek::rewind(&mut output)?;
    output.read_to_string(&mut text)?;
    Err(ClusterError::Program { program, output: text })
}

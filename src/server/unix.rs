//! Binds a path for a Unix socket, and distinguishes a served socket from one left by a dead process.

use std::{
    fs::{self, File, TryLockError},
    io,
    os::{
        fd::OwnedFd,
        unix::{
            fs::{FileTypeExt as _, PermissionsExt as _},
            net::{UnixListener as StdUnixListener, UnixStream as StdUnixStream},
        },
    },
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rustix::{
    io::Errno,
    net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType},
};

/// Maximum length in bytes of the path of a Unix socket that every program can connect to (unix(7): `sun_path` with its
/// end).
pub const LONGEST_PATH: usize = 107;

/// Maximum number of connections waiting to be accepted.
const BACKLOG: i32 = 4096;

/// Number of attempts to lock a folder. The holder of the lock is about to bind a socket.
const TURNS: u32 = 100;
const TURN_PAUSE: Duration = Duration::from_millis(20);

/// Failures to listen on a path.
#[derive(Debug, thiserror::Error)]
pub enum UnixBindError {
    /// Another process listens there.
    #[error("cannot listen on {}: another process does; stop it, or choose another path with {flag}", path.display())]
    InUse {
        /// The path wanted.
        path: PathBuf,
        /// The option that changes it.
        flag: &'static str,
    },
    /// The file at this path is not a socket, and is left alone.
    #[error("cannot listen on {}: the file there is not a socket; choose another path with {flag}", path.display())]
    Occupied {
        /// The path wanted.
        path: PathBuf,
        /// The option that changes it.
        flag: &'static str,
    },
    /// Another failure, for example a missing folder.
    #[error("cannot listen on {}, choose another path with {flag}", path.display())]
    Other {
        /// The path wanted.
        path: PathBuf,
        /// The option that changes it.
        flag: &'static str,
        /// The system's error.
        source: io::Error,
    },
}

/// A listening socket and its file, which is removed on drop unless it is kept.
#[derive(Debug)]
pub struct Bound {
    listener: StdUnixListener,
    file: SocketFile,
}

/// The file of a socket that this process has bound. Removed on drop.
#[derive(Debug)]
struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // if it cannot be removed, nothing else can be done
        drop(fs::remove_file(&self.0));
    }
}

impl Bound {
    /// The socket, in non-blocking mode.
    #[must_use]
    pub const fn listener(&self) -> &StdUnixListener {
        &self.listener
    }

    /// Keeps the file from now on, even when this process ends: a successor may serve on the same socket.
    #[must_use]
    pub fn keep(self) -> StdUnixListener {
        std::mem::forget(self.file);
        self.listener
    }
}

/// Listens on `path`, with the permissions `mode`; a socket left by a dead process is replaced. May block.
///
/// `flag` is the option that an error tells the reader to change.
///
/// # Errors
/// See [`UnixBindError`].
pub fn bind(path: &Path, mode: u32, flag: &'static str) -> Result<Bound, UnixBindError> {
    let other = |source| UnixBindError::Other { path: path.to_owned(), flag, source };
    // held to the end: otherwise another process could mistake a socket that does not listen yet for a dead one
    let _turn = lock_folder(path).map_err(other)?;
    match look(path).map_err(other)? {
        There::Nothing => {}
        There::Dead => fs::remove_file(path).map_err(other)?,
        There::Served(_) => return Err(UnixBindError::InUse { path: path.to_owned(), flag }),
        There::NoSocket => return Err(UnixBindError::Occupied { path: path.to_owned(), flag }),
    }
    listen(path, mode).map_err(other)
}

/// The kinds of things at a path.
#[derive(Debug)]
pub enum There {
    /// Nothing.
    Nothing,
    /// A file, a folder or a symbolic link, which is not touched.
    NoSocket,
    /// A socket without a listener.
    Dead,
    /// A socket with a listener, and a connection to it; `None` if its backlog is full.
    Served(Option<StdUnixStream>),
}

/// Inspects `path` without waiting for the process that serves it.
///
/// # Errors
/// The system's error, for example that connecting is not permitted.
pub fn look(path: &Path) -> io::Result<There> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(There::Nothing),
        Err(error) => return Err(error),
        Ok(found) if !found.file_type().is_socket() => return Ok(There::NoSocket),
        Ok(_) => {}
    }
    let line = socket()?;
    match rustix::net::connect(&line, &SocketAddrUnix::new(path)?) {
        Ok(()) => Ok(There::Served(Some(line.into()))),
        Err(Errno::AGAIN) => Ok(There::Served(None)),
        Err(Errno::CONNREFUSED) => Ok(There::Dead),
        Err(Errno::NOENT) => Ok(There::Nothing),
        Err(error) => Err(error.into()),
    }
}

fn listen(path: &Path, mode: u32) -> io::Result<Bound> {
    let socket = socket()?;
    rustix::net::bind(&socket, &SocketAddrUnix::new(path)?)?;
    let file = SocketFile(path.to_owned());
    // before it listens: no caller connects with other permissions than these
    fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    rustix::net::listen(&socket, BACKLOG)?;
    Ok(Bound { listener: socket.into(), file })
}

fn socket() -> io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    Ok(rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?)
}

/// Locks the folder of `path` until the value is dropped; `None`: it cannot be locked.
#[expect(clippy::disallowed_methods, reason = "binding blocks in any case, so no runtime thread gets here")]
fn lock_folder(path: &Path) -> io::Result<Option<File>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // a folder that is missing or unreadable shows when the socket is bound
    let Ok(folder) = File::open(folder) else { return Ok(None) };
    for _ in 0..TURNS {
        match folder.try_lock() {
            Ok(()) => return Ok(Some(folder)),
            Err(TryLockError::WouldBlock) => thread::sleep(TURN_PAUSE),
            // a file system without locks
            Err(TryLockError::Error(_)) => return Ok(None),
        }
    }
    Err(io::Error::new(io::ErrorKind::TimedOut, "its folder is locked by another process"))
}

#[cfg(test)]
mod tests;

//! A restart without refused connections: a running process hands its listening sockets to its successor.
//!
//! The serving process listens on an additional Unix socket, which only its user may open. A successor connects to it
//! at its start and gets all listening sockets at once, that Unix socket included. They are the same sockets, so both
//! processes share the backlog. Only when the successor has started and says that it is ready does the predecessor stop
//! accepting and drain. Everything that may fail comes before that: a successor that fails has changed nothing.
//!
//! ```text
//! successor                         predecessor
//!    │ ── connects ─────────────────────▶ │   goes on serving
//!    │ ◀── "live-pack handover 2", sockets │
//!    │  … starts …                         │
//!    │ ── "ready" ──────────────────────▶ │   stops accepting, drains
//!    │ ◀── "yours" ─────────────────────── │
//!    │  accepts                            │   ends
//! ```

pub mod passing;

use std::{
    fmt, fs, io,
    net::{SocketAddr, TcpListener as StdTcpListener},
    os::{
        fd::{AsFd, OwnedFd},
        unix::{
            ffi::{OsStrExt as _, OsStringExt as _},
            fs::MetadataExt as _,
            net::{UnixListener as StdUnixListener, UnixStream as StdUnixStream},
        },
    },
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{UnixListener, UnixStream},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    Lifecycle,
    unix::{self, There},
};

/// Permissions of the Unix socket: only our own user may replace this process.
pub const MODE: u32 = 0o600;
/// Time limit for a successor to start.
const PATIENCE: Duration = Duration::from_mins(2);
/// Time limit for an answer of the other side.
const ANSWER: Duration = Duration::from_secs(5);

/// The greeting, with the version of the protocol; the path of the Unix socket for callers follows, if there is one.
const GREETING: &[u8] = b"live-pack handover 2\n";
const READY: &[u8; 6] = b"ready\n";
const YOURS: &[u8; 6] = b"yours\n";

/// Failures to take over from a running process.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
    /// The running process broke the protocol, or has another version of it.
    #[error("the process that serves {} cannot hand its sockets over ({found}): stop it first, then start this one", path.display())]
    Protocol {
        /// The path of its handover socket.
        path: PathBuf,
        /// Its answer.
        found: String,
    },
    /// The running process listens on an address other than that of the settings.
    #[error("the process that serves {} listens on {found}, and {flag} says {wanted}: stop it first, then start this one", path.display())]
    Elsewhere {
        /// The path of its handover socket.
        path: PathBuf,
        /// The setting.
        flag: &'static str,
        /// Its address.
        found: String,
        /// The address in the settings.
        wanted: String,
    },
    /// The file at this path is not a socket, and is left alone.
    #[error("{} is not a socket; choose another path with --handover", path.display())]
    NoSocket {
        /// The path.
        path: PathBuf,
    },
    /// The system refused something.
    #[error("cannot take over from the process that serves {}", path.display())]
    System {
        /// The path of its handover socket.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

/// The listening sockets of a process.
#[derive(Debug)]
pub struct Sockets {
    /// The Thrift address.
    pub thrift: StdTcpListener,
    /// The ops address.
    pub ops: StdTcpListener,
    /// The Unix socket for callers on this machine.
    pub unix: Option<UnixSocket>,
}

/// A Unix socket for callers on this machine.
#[derive(Debug)]
pub struct UnixSocket {
    /// The socket.
    pub listener: StdUnixListener,
    /// Its file; absolute.
    pub path: PathBuf,
}

impl UnixSocket {
    /// Whether `path` leads to the file of this socket, whatever links are in between.
    #[must_use]
    pub fn is_at(&self, path: &Path) -> bool {
        let file = |path: &Path| fs::metadata(path).ok().map(|found| (found.dev(), found.ino()));
        std::path::absolute(path).is_ok_and(|path| path == self.path)
            || file(path).is_some_and(|it| file(&self.path) == Some(it))
    }
}

impl Sockets {
    /// Duplicates the sockets.
    ///
    /// # Errors
    /// No descriptor is free.
    pub fn try_clone(&self) -> io::Result<Self> {
        let twice = |unix: &UnixSocket| {
            Ok::<_, io::Error>(UnixSocket { listener: unix.listener.try_clone()?, path: unix.path.clone() })
        };
        let unix = self.unix.as_ref().map(twice).transpose()?;
        Ok(Self { thrift: self.thrift.try_clone()?, ops: self.ops.try_clone()?, unix })
    }
}

/// Everything from the predecessor, which serves until it is told to stop.
#[derive(Debug)]
pub struct Inheritance {
    /// Its sockets, on which it still accepts.
    pub sockets: Sockets,
    /// Its handover socket.
    pub handover: StdUnixListener,
    /// The connection to it.
    pub line: StdUnixStream,
}

impl Inheritance {
    /// Asks the process that serves `path`, if there is one, for its sockets. Blocks for at most 5 s.
    ///
    /// # Errors
    /// See [`HandoverError`].
    pub fn ask(path: &Path) -> Result<Option<Self>, HandoverError> {
        let system = |source| HandoverError::System { path: path.to_owned(), source };
        let line = match unix::look(path).map_err(system)? {
            There::Nothing | There::Dead => return Ok(None),
            There::NoSocket => return Err(HandoverError::NoSocket { path: path.to_owned() }),
            There::Served(Some(line)) => line,
            There::Served(None) => return Err(system(io::Error::other("its backlog is full"))),
        };
        line.set_nonblocking(false).and_then(|()| line.set_read_timeout(Some(ANSWER))).map_err(system)?;
        let (text, descriptors) = passing::receive(&line).map_err(system)?;
        line.set_nonblocking(true).map_err(system)?;
        let protocol = |found: String| HandoverError::Protocol { path: path.to_owned(), found };
        let Some(unix) = text.strip_prefix(GREETING) else {
            return Err(protocol(format!("it says {:?}", String::from_utf8_lossy(&text))));
        };
        let unix = (!unix.is_empty()).then(|| PathBuf::from(std::ffi::OsString::from_vec(unix.to_vec())));
        let count = descriptors.len();
        Self::of(descriptors, unix, line).map(Some).ok_or_else(|| protocol(format!("it sent {count} sockets")))
    }

    fn of(descriptors: Vec<OwnedFd>, unix: Option<PathBuf>, line: StdUnixStream) -> Option<Self> {
        let mut descriptors = descriptors.into_iter();
        let (thrift, ops) = (descriptors.next()?.into(), descriptors.next()?.into());
        let handover = descriptors.next()?.into();
        let unix = match unix {
            Some(path) => Some(UnixSocket { listener: descriptors.next()?.into(), path }),
            None => None,
        };
        Some(Self { sockets: Sockets { thrift, ops, unix }, handover, line })
    }

    /// Whether the sockets match the settings; a port of 0 matches any. A Unix socket that the predecessor does not
    /// have is not checked. May block.
    ///
    /// # Errors
    /// [`HandoverError::Elsewhere`].
    pub fn check(
        &self,
        path: &Path,
        thrift: SocketAddr,
        ops: SocketAddr,
        unix: Option<&Path>,
    ) -> Result<(), HandoverError> {
        let elsewhere = |flag, found: &dyn fmt::Display, wanted: &dyn fmt::Display| {
            let (path, found, wanted) = (path.to_owned(), found.to_string(), wanted.to_string());
            Err(HandoverError::Elsewhere { path, flag, found, wanted })
        };
        let sockets = [("--addr", &self.sockets.thrift, thrift), ("--ops-addr", &self.sockets.ops, ops)];
        for (flag, socket, wanted) in sockets {
            let found =
                socket.local_addr().map_err(|source| HandoverError::System { path: path.to_owned(), source })?;
            if wanted != found && wanted.port() != 0 {
                return elsewhere(flag, &found, &wanted);
            }
        }
        match (&self.sockets.unix, unix) {
            (Some(theirs), Some(ours)) if !theirs.is_at(ours) => {
                elsewhere("--unix-socket", &theirs.path.display(), &ours.display())
            }
            (Some(theirs), None) => elsewhere("--unix-socket", &theirs.path.display(), &"none"),
            _ => Ok(()),
        }
    }
}

/// Tells the predecessor on `line` to stop accepting, and waits until it has. A predecessor that has died has stopped
/// too. Cannot fail: from here on no other process serves.
pub async fn take_over(mut line: UnixStream) {
    let mut answer = [0; YOURS.len()];
    let told = timeout(ANSWER, async {
        line.write_all(READY).await?;
        line.read_exact(&mut answer).await
    });
    if let Err(error) = told.await.map_err(io::Error::from).flatten() {
        tracing::warn!(%error, "the predecessor did not confirm that it has stopped accepting");
    }
}

/// The sockets offered to a successor.
#[derive(Debug)]
pub struct Offer {
    /// The handover socket.
    pub listener: UnixListener,
    /// The sockets that a successor gets.
    pub sockets: Sockets,
}

impl Offer {
    /// Waits for a successor that is ready. Then cancels `stop_ops` and lets `lifecycle` drain.
    pub async fn stand(self, lifecycle: Arc<Lifecycle>, stop_ops: CancellationToken) {
        loop {
            let line = match accept_own(&self.listener).await {
                Ok(Some(line)) => line,
                Ok(None) => continue,
                Err(error) => {
                    tracing::warn!(%error, "a successor could not be accepted");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    continue;
                }
            };
            tracing::info!("a successor requests the sockets");
            match self.give(line).await {
                Ok(mut line) => {
                    tracing::info!("the successor is ready: draining");
                    stop_ops.cancel();
                    lifecycle.hand_over();
                    lifecycle.deaf().await;
                    // If the successor has ended, no process serves any more; nothing can be done about it here.
                    if let Err(error) = line.write_all(YOURS).await {
                        tracing::error!(%error, "the successor closed its connection");
                    }
                    return;
                }
                Err(error) => tracing::warn!(%error, "the successor did not become ready; serving continues"),
            }
        }
    }

    /// Hands the sockets over and waits until the successor is ready.
    async fn give(&self, mut line: UnixStream) -> io::Result<UnixStream> {
        let mut text = GREETING.to_vec();
        let mut descriptors = vec![self.sockets.thrift.as_fd(), self.sockets.ops.as_fd(), self.listener.as_fd()];
        if let Some(unix) = &self.sockets.unix {
            text.extend(unix.path.as_os_str().as_bytes());
            descriptors.push(unix.listener.as_fd());
        }
        passing::send(&line, &text, &descriptors)?;
        let mut answer = [0; READY.len()];
        timeout(PATIENCE, line.read_exact(&mut answer)).await.map_err(io::Error::from).flatten()?;
        if answer == *READY { Ok(line) } else { Err(io::Error::other("it sent something other than that it is ready")) }
    }
}

/// The next connection of our own user or of root; others are refused.
async fn accept_own(listener: &UnixListener) -> io::Result<Option<UnixStream>> {
    let (line, _) = listener.accept().await?;
    let (uid, own) = (line.peer_cred()?.uid(), rustix::process::geteuid().as_raw());
    if uid != own && uid != 0 {
        tracing::warn!(uid, "a process of another user requested the sockets and was refused");
        return Ok(None);
    }
    Ok(Some(line))
}

#[cfg(test)]
mod tests;

//! A restart that refuses nobody: a running process hands its listening sockets to the one that takes its place.
//!
//! The process that serves listens on a Unix socket of its own, which only its user may open. A successor connects to it at
//! its start and gets the listening sockets at once – the very same ones, so that whoever waits in the backlog waits for
//! both. It puts itself together, says that it is ready, and only then the predecessor stops accepting and drains. A
//! successor that dies before that has changed nothing.
//!
//! ```text
//! successor                         predecessor
//!    │ ── connects ─────────────────────▶ │   goes on serving
//!    │ ◀── "live-pack handover 1", sockets │
//!    │  … starts …                         │
//!    │ ── "ready" ──────────────────────▶ │   stops accepting, drains
//!    │ ◀── "yours" ─────────────────────── │
//!    │  accepts                            │   ends
//! ```

pub mod passing;

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpListener as StdTcpListener},
    os::{
        fd::OwnedFd,
        unix::net::{UnixListener as StdUnixListener, UnixStream as StdUnixStream},
    },
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{net::UnixListener, task};
use tokio_util::sync::CancellationToken;

use super::{Lifecycle, unix};

/// Nobody but our own user may take our place.
const MODE: u32 = 0o600;
/// A successor may take so long to start.
const PATIENCE: Duration = Duration::from_mins(2);
/// Whoever is asked answers within this.
const ANSWER: Duration = Duration::from_secs(5);

/// The first words, with the version of what follows.
const GREETING: &[u8] = b"live-pack handover 1\n";
const READY: &[u8; 6] = b"ready\n";
const YOURS: &[u8; 6] = b"yours\n";

/// Why the place of a running process could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
    /// It did not keep to what is agreed, or is of another version.
    #[error("the process that serves {} cannot hand its sockets over ({found}): stop it first, then start this one", path.display())]
    Protocol {
        /// Where it was asked.
        path: PathBuf,
        /// What it did.
        found: String,
    },
    /// It listens somewhere else than the settings say.
    #[error("the process that serves {} listens on {found}, and {flag} says {wanted}: stop it first, then start this one", path.display())]
    Elsewhere {
        /// Where it was asked.
        path: PathBuf,
        /// The setting.
        flag: &'static str,
        /// Where it listens.
        found: SocketAddr,
        /// Where it should.
        wanted: SocketAddr,
    },
    /// The system refused something.
    #[error("cannot take over from the process that serves {}", path.display())]
    System {
        /// Where it was asked.
        path: PathBuf,
        /// What the system said.
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
    pub unix: Option<StdUnixListener>,
}

impl Sockets {
    /// The same sockets once more.
    ///
    /// # Errors
    /// No descriptor is free.
    pub fn try_clone(&self) -> io::Result<Self> {
        let unix = self.unix.as_ref().map(StdUnixListener::try_clone).transpose()?;
        Ok(Self { thrift: self.thrift.try_clone()?, ops: self.ops.try_clone()?, unix })
    }

    fn from_descriptors(descriptors: Vec<OwnedFd>) -> Option<Self> {
        let mut descriptors = descriptors.into_iter();
        let (thrift, ops) = (descriptors.next()?.into(), descriptors.next()?.into());
        Some(Self { thrift, ops, unix: descriptors.next().map(Into::into) })
    }
}

/// What a predecessor has given; it serves until it is told otherwise.
#[derive(Debug)]
pub struct Inheritance {
    /// Its sockets, on which it still accepts.
    pub sockets: Sockets,
    line: StdUnixStream,
}

impl Inheritance {
    /// Asks the process that serves `path`, if there is one, for its sockets.
    ///
    /// # Errors
    /// See [`HandoverError`].
    pub fn ask(path: &Path) -> Result<Option<Self>, HandoverError> {
        let system = |source| HandoverError::System { path: path.to_owned(), source };
        let line = match StdUnixStream::connect(path) {
            Ok(line) => line,
            // Nobody: the path is free, or was left behind.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
                return Ok(None);
            }
            Err(error) => return Err(system(error)),
        };
        line.set_read_timeout(Some(ANSWER)).map_err(system)?;
        let (greeting, descriptors) = passing::receive(&line).map_err(system)?;
        let protocol = |found: String| HandoverError::Protocol { path: path.to_owned(), found };
        if greeting != GREETING {
            return Err(protocol(format!("it says {:?}", String::from_utf8_lossy(&greeting))));
        }
        let count = descriptors.len();
        let sockets =
            Sockets::from_descriptors(descriptors).ok_or_else(|| protocol(format!("it sent {count} sockets")))?;
        Ok(Some(Self { sockets, line }))
    }

    /// Whether the sockets are those that the settings ask for; a port of 0 asks for any.
    ///
    /// # Errors
    /// [`HandoverError::Elsewhere`].
    pub fn check(&self, path: &Path, thrift: SocketAddr, ops: SocketAddr) -> Result<(), HandoverError> {
        let sockets = [("--addr", &self.sockets.thrift, thrift), ("--ops-addr", &self.sockets.ops, ops)];
        for (flag, socket, wanted) in sockets {
            let found =
                socket.local_addr().map_err(|source| HandoverError::System { path: path.to_owned(), source })?;
            if wanted != found && wanted.port() != 0 {
                return Err(HandoverError::Elsewhere { path: path.to_owned(), flag, found, wanted });
            }
        }
        Ok(())
    }

    /// Tells the predecessor to stop accepting, and waits until it has. One that has died meanwhile has stopped too.
    pub fn take_over(mut self) -> Sockets {
        let mut answer = [0; YOURS.len()];
        let told = self.line.write_all(READY).and_then(|()| self.line.read_exact(&mut answer));
        if let Err(error) = told {
            tracing::warn!(%error, "the predecessor did not say that it has stopped accepting");
        }
        self.sockets
    }
}

/// Offers `sockets` at `path` to whoever comes as our user, until one has taken our place. Then `lifecycle` drains.
///
/// `ops_stopped` is called when a successor is ready, and returns when the ops server accepts no more.
///
/// # Errors
/// The path cannot be listened on.
pub fn offer(
    path: &Path,
    sockets: Sockets,
    lifecycle: Arc<Lifecycle>,
    stop_ops: CancellationToken,
) -> Result<impl Future<Output = ()> + Send + 'static, HandoverError> {
    let system = |source| HandoverError::System { path: path.to_owned(), source };
    let listener = unix::replace(path, MODE).and_then(UnixListener::from_std).map_err(system)?;
    let sockets = Arc::new(sockets);
    Ok(async move {
        loop {
            let line = match accept_own(&listener).await {
                Ok(Some(line)) => line,
                Ok(None) => continue,
                Err(error) => {
                    tracing::warn!(%error, "a successor could not be let in");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    continue;
                }
            };
            tracing::info!("a successor has come for the sockets");
            let given = sockets.clone();
            let ready = task::spawn_blocking(move || give(line, &given)).await;
            match ready.map_err(io::Error::from).flatten() {
                Ok(mut line) => {
                    tracing::info!("the successor is ready: draining");
                    stop_ops.cancel();
                    lifecycle.hand_over();
                    lifecycle.deaf().await;
                    // One that has gone again leaves nobody to serve; nothing can be done about it here.
                    if let Err(error) = line.write_all(YOURS) {
                        tracing::error!(%error, "the successor is gone");
                    }
                    return;
                }
                Err(error) => tracing::warn!(%error, "the successor did not get ready: serving on"),
            }
        }
    })
}

/// The next connection of our own user or of root; others are turned away.
async fn accept_own(listener: &UnixListener) -> io::Result<Option<StdUnixStream>> {
    let (line, _) = listener.accept().await?;
    let (uid, own) = (line.peer_cred()?.uid(), rustix::process::geteuid().as_raw());
    if uid != own && uid != 0 {
        tracing::warn!(uid, "a process of another user asked for the sockets, and was turned away");
        return Ok(None);
    }
    let line = line.into_std()?;
    line.set_nonblocking(false)?;
    Ok(Some(line))
}

/// Hands the sockets over and waits until the successor says that it is ready.
fn give(mut line: StdUnixStream, sockets: &Sockets) -> io::Result<StdUnixStream> {
    line.set_read_timeout(Some(PATIENCE))?;
    line.set_write_timeout(Some(ANSWER))?;
    passing::send(&line, GREETING, sockets)?;
    let mut answer = [0; READY.len()];
    line.read_exact(&mut answer)?;
    if answer == *READY { Ok(line) } else { Err(io::Error::other("it says something else than that it is ready")) }
}

#[cfg(test)]
mod tests;

//! The listening sockets: newly bound, or inherited from a predecessor.

use std::{
    io,
    os::unix::net::{UnixListener as StdUnixListener, UnixStream as StdUnixStream},
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::net::{TcpListener, UnixListener, UnixStream};

use crate::{
    cli::CliError,
    ops::{OpsServer, OpsState},
    server::{
        self, Listeners,
        handover::{self, Inheritance, Offer, Sockets, UnixSocket},
        tls::Tls,
        unix::{self, Bound, There, UnixBindError},
    },
    settings::Settings,
};

/// Permissions of the Unix socket: callers on this machine must be our user, or of our group.
const UNIX_MODE: u32 = 0o660;

/// The sockets, before the service has been put together. Dropping it leaves everything unchanged.
pub(super) struct FoundSockets {
    sockets: Sockets,
    handover: Option<StdUnixListener>,
    /// Connection to the predecessor, which serves until it is told to stop.
    predecessor: Option<StdUnixStream>,
    /// Socket files that this start has created.
    made: Vec<Bound>,
    ops: OpsServer,
}

/// Everything needed for serving, prepared; no failing step is left.
pub(super) struct Taken {
    pub(super) listeners: Listeners,
    pub(super) ops: OpsServer,
    /// The offer to the next process.
    pub(super) offer: Option<Offer>,
    predecessor: Option<UnixStream>,
    made: Vec<Bound>,
}

impl FoundSockets {
    /// Asks the predecessor, or binds. A port in use is detected before anything else is done. May block.
    pub(super) fn find(settings: &Settings, state: OpsState) -> Result<Self, CliError> {
        let inheritance = settings.handover.as_deref().map(Inheritance::ask).transpose()?.flatten();
        match (&settings.handover, inheritance) {
            (Some(path), Some(inheritance)) => Self::inherit(settings, path, inheritance, state),
            (path, _) => Self::bind(settings, path.as_deref(), state),
        }
    }

    /// Takes nothing over yet: the predecessor answers callers and probes until [`Taken::begin`].
    fn inherit(settings: &Settings, path: &Path, inheritance: Inheritance, state: OpsState) -> Result<Self, CliError> {
        inheritance.check(path, settings.addr, settings.ops_addr, settings.unix_socket.as_deref())?;
        let Inheritance { mut sockets, handover, line } = inheritance;
        let mut made = Vec::new();
        if let Some(path) = &settings.unix_socket
            && !(sockets.unix.is_some() && is_socket(path)?)
        {
            // the predecessor has none, or its file was removed
            sockets.unix = Some(bound(path, &mut made)?);
        }
        let ops = OpsServer::prepare(sockets.ops.try_clone().map_err(no_descriptor)?, state)?;
        Ok(Self { sockets, handover: Some(handover), predecessor: Some(line), made, ops })
    }

    /// Binds everything. The ops server answers from now on: probes must see that the service is starting.
    fn bind(settings: &Settings, handover: Option<&Path>, state: OpsState) -> Result<Self, CliError> {
        let std = |listener: TcpListener| listener.into_std().map_err(CliError::system("cannot use a socket"));
        let mut made = Vec::new();
        let sockets = Sockets {
            ops: std(server::bind(settings.ops_addr, "--ops-addr")?)?,
            thrift: std(server::bind(settings.addr, "--addr")?)?,
            unix: settings.unix_socket.as_ref().map(|path| bound(path, &mut made)).transpose()?,
        };
        let handover = handover.map(|path| {
            let bound = unix::bind(path, handover::MODE, "--handover")?;
            let listener = bound.listener().try_clone().map_err(no_descriptor)?;
            made.push(bound);
            Ok::<_, CliError>(listener)
        });
        let handover = handover.transpose()?;
        let ops = OpsServer::prepare(sockets.ops.try_clone().map_err(no_descriptor)?, state)?;
        ops.open();
        Ok(Self { sockets, handover, predecessor: None, made, ops })
    }

    /// Whether another process serves on the sockets until this one takes over.
    pub(super) const fn succeeds(&self) -> bool {
        self.predecessor.is_some()
    }

    /// Prepares everything for serving. Must run inside a runtime; does not block.
    pub(super) fn prepare(self, tls: Option<Arc<Tls>>) -> Result<Taken, CliError> {
        let unusable = || CliError::system("cannot use a socket");
        let Self { sockets, handover, predecessor, made, ops } = self;
        let offer = match handover {
            Some(listener) => {
                let listener = UnixListener::from_std(listener).map_err(unusable())?;
                Some(Offer { listener, sockets: sockets.try_clone().map_err(no_descriptor)? })
            }
            None => None,
        };
        let listeners = Listeners {
            tcp: TcpListener::from_std(sockets.thrift).map_err(unusable())?,
            unix: sockets.unix.map(|unix| UnixListener::from_std(unix.listener)).transpose().map_err(unusable())?,
            tls,
        };
        let predecessor = predecessor.map(UnixStream::from_std).transpose().map_err(unusable())?;
        Ok(Taken { listeners, ops, offer, predecessor, made })
    }
}

impl Taken {
    /// Takes over: tells the predecessor to stop and waits until it accepts no more. Cannot fail.
    pub(super) async fn begin(self) -> (Listeners, OpsServer, Option<Offer>) {
        let Self { listeners, ops, offer, predecessor, made } = self;
        // their files stay: the next process serves on the same sockets
        made.into_iter().for_each(|bound| drop(bound.keep()));
        if let Some(line) = predecessor {
            handover::take_over(line).await;
        }
        ops.open();
        (listeners, ops, offer)
    }
}

/// Binds the Unix socket for callers; its file is removed again unless the start succeeds.
fn bound(path: &Path, made: &mut Vec<Bound>) -> Result<UnixSocket, CliError> {
    let bound = unix::bind(path, UNIX_MODE, "--unix-socket")?;
    let listener = bound.listener().try_clone().map_err(no_descriptor)?;
    made.push(bound);
    Ok(UnixSocket { listener, path: absolute(path)? })
}

fn absolute(path: &Path) -> Result<PathBuf, CliError> {
    std::path::absolute(path).map_err(CliError::system("cannot determine the working directory"))
}

/// Whether there is a socket, served or not.
fn is_socket(path: &Path) -> Result<bool, CliError> {
    let flag = "--unix-socket";
    let other = |source| UnixBindError::Other { path: path.to_owned(), flag, source };
    Ok(matches!(unix::look(path).map_err(other)?, There::Served(_) | There::Dead))
}

fn no_descriptor(source: io::Error) -> CliError {
    CliError::System { what: "no file descriptor is free", source }
}

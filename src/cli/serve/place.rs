//! Where the listening sockets come from: bound afresh, or from the process whose place this one takes.

use std::path::PathBuf;

use tokio::net::TcpListener;

use crate::{
    cli::CliError,
    ops::{OpsServer, OpsState},
    server::{
        self,
        handover::{Inheritance, Sockets},
        unix,
    },
    settings::Settings,
};

/// What callers on this machine need to reach the Unix socket: to be our user, or of our group.
const UNIX_MODE: u32 = 0o660;

/// The sockets, before the service has been put together.
pub(super) enum Place {
    /// Ours from the start. The ops server answers already: probes must be told that we are starting.
    Fresh { sockets: Sockets, ops: OpsServer },
    /// A predecessor still serves on them, and answers the probes.
    Taken { inheritance: Inheritance, unix: Option<PathBuf>, ops: OpsState },
}

impl Place {
    /// Asks the predecessor, or binds. A port in use is known before anything else is done.
    pub(super) async fn find(settings: &Settings, ops: OpsState) -> Result<Self, CliError> {
        if let Some(path) = &settings.handover
            && let Some(inheritance) = Inheritance::ask(path)?
        {
            inheritance.check(path, settings.addr, settings.ops_addr)?;
            return Ok(Self::Taken { inheritance, unix: settings.unix_socket.clone(), ops });
        }
        let std = |listener: TcpListener| listener.into_std().map_err(CliError::system("cannot use a socket"));
        let sockets = Sockets {
            ops: std(server::bind(settings.ops_addr, "--ops-addr")?)?,
            thrift: std(server::bind(settings.addr, "--addr")?)?,
            unix: settings.unix_socket.as_ref().map(|path| unix::bind(path, UNIX_MODE, "--unix-socket")).transpose()?,
        };
        let ops = OpsServer::start(sockets.ops.try_clone().map_err(no_descriptor)?, ops)?;
        Ok(Self::Fresh { sockets, ops })
    }

    /// Makes the sockets ours, now that the service can answer. Blocks until a predecessor accepts no more.
    pub(super) fn take(self) -> Result<(Sockets, OpsServer), CliError> {
        match self {
            Self::Fresh { sockets, ops } => Ok((sockets, ops)),
            Self::Taken { inheritance, unix: path, ops } => {
                let mut sockets = inheritance.take_over();
                if let (None, Some(path)) = (&sockets.unix, &path) {
                    sockets.unix = Some(unix::bind(path, UNIX_MODE, "--unix-socket")?);
                }
                let ops = OpsServer::start(sockets.ops.try_clone().map_err(no_descriptor)?, ops)?;
                Ok((sockets, ops))
            }
        }
    }
}

pub(super) fn no_descriptor(source: std::io::Error) -> CliError {
    CliError::System { what: "no file descriptor is free", source }
}

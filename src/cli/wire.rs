//! One framed connection of a client, with time limits on everything.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{error::Elapsed, timeout},
};

use super::target::{Route, Stream};

/// No answer of ours is longer; a longer one is not ours.
const LONGEST_FRAME: usize = 64 * 1024 * 1024;

/// Why bytes did not come back.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// Nobody listens there, or it is not who it should be.
    #[error("cannot connect to {addr}; `make run` or `live-pack serve` starts a server there")]
    Connect {
        /// The address.
        addr: String,
        /// What the system said.
        source: io::Error,
    },
    /// The connection broke.
    #[error("the connection to {addr} broke before the whole answer came")]
    Broken {
        /// The address.
        addr: String,
        /// What the system said.
        source: io::Error,
    },
    /// It took too long.
    #[error("no answer from {addr} within {limit:?}")]
    Timeout {
        /// The address.
        addr: String,
        /// The limit.
        limit: Duration,
    },
    /// The answer claims to be longer than any of ours.
    #[error("{addr} announces an answer of {length} bytes: it does not speak framed Thrift")]
    Length {
        /// The address.
        addr: String,
        /// The length.
        length: usize,
    },
}

/// A connection, with a buffer that is used again for every answer.
pub struct Connection {
    addr: String,
    stream: Box<dyn Stream>,
    frame: Vec<u8>,
    limit: Duration,
}

impl Connection {
    /// Connects within `limit`, which also bounds every exchange.
    ///
    /// # Errors
    /// See [`WireError`].
    pub async fn open(route: &Route, limit: Duration) -> Result<Self, WireError> {
        let connect = |source| WireError::Connect { addr: route.to_string(), source };
        let timed_out = |_: Elapsed| WireError::Timeout { addr: route.to_string(), limit };
        let stream = timeout(limit, route.connect()).await.map_err(timed_out)?.map_err(connect)?;
        Ok(Self { addr: route.to_string(), stream, frame: Vec::new(), limit })
    }

    /// Sends a whole frame and reads the one that comes back, without its length.
    ///
    /// # Errors
    /// See [`WireError`]. The connection is then of no more use.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<&[u8], WireError> {
        let limit = self.limit;
        match timeout(limit, Self::exchange_now(&mut *self.stream, &mut self.frame, request)).await {
            Ok(Ok(None)) => Ok(&self.frame),
            Ok(Ok(Some(length))) => Err(WireError::Length { addr: self.addr.clone(), length }),
            Ok(Err(source)) => Err(WireError::Broken { addr: self.addr.clone(), source }),
            Err(_) => Err(WireError::Timeout { addr: self.addr.clone(), limit }),
        }
    }

    /// `Some` is the length that is too long to be read.
    async fn exchange_now(stream: &mut dyn Stream, frame: &mut Vec<u8>, request: &[u8]) -> io::Result<Option<usize>> {
        stream.write_all(request).await?;
        let length = usize::try_from(stream.read_u32().await?).unwrap_or(usize::MAX);
        if length > LONGEST_FRAME {
            return Ok(Some(length));
        }
        frame.resize(length, 0);
        stream.read_exact(frame).await?;
        Ok(None)
    }
}

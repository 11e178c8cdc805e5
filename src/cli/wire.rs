//! One framed connection of a client, with time limits on everything.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{error::Elapsed, timeout},
};

use super::target::{Route, Stream};

/// Maximum size of an answer in bytes.
const LONGEST_FRAME: usize = 64 * 1024 * 1024;

/// Failures to get an answer.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// Nothing listens there, or the server is not the expected one.
    #[error("cannot connect to {addr}; `make run` or `live-pack serve` starts a server there")]
    Connect {
        /// The address.
        addr: String,
        /// The system's error.
        source: io::Error,
    },
    /// The connection ended before a byte of the answer: the server may have closed it while it was idle.
    #[error("{addr} closed the connection without an answer")]
    Closed {
        /// The address.
        addr: String,
        /// The system's error.
        source: io::Error,
    },
    /// The connection broke.
    #[error("the connection to {addr} broke before the whole answer arrived")]
    Broken {
        /// The address.
        addr: String,
        /// The system's error.
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
    /// The answer claims to be longer than the maximum.
    #[error("{addr} announces an answer of {length} bytes: it does not speak framed Thrift")]
    Length {
        /// The address.
        addr: String,
        /// The length.
        length: usize,
    },
}

/// A connection, with a buffer that is reused for every answer.
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

    /// Sends a whole frame and reads the answer, without its length prefix.
    ///
    /// # Errors
    /// See [`WireError`]. The connection cannot be used any more.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<&[u8], WireError> {
        let limit = self.limit;
        match timeout(limit, Self::exchange_now(&mut *self.stream, &mut self.frame, request)).await {
            Ok(Ok(None)) => Ok(&self.frame),
            Ok(Ok(Some(length))) => Err(WireError::Length { addr: self.addr.clone(), length }),
            Ok(Err((Progress::Nothing, source))) => Err(WireError::Closed { addr: self.addr.clone(), source }),
            Ok(Err((Progress::Some, source))) => Err(WireError::Broken { addr: self.addr.clone(), source }),
            Err(_) => Err(WireError::Timeout { addr: self.addr.clone(), limit }),
        }
    }

    /// The last answer, without its length prefix.
    #[must_use]
    pub fn frame(&self) -> &[u8] {
        &self.frame
    }

    /// `Some`: the length of an answer that is too long.
    async fn exchange_now(
        stream: &mut dyn Stream,
        frame: &mut Vec<u8>,
        request: &[u8],
    ) -> Result<Option<usize>, (Progress, io::Error)> {
        let nothing = |error| (Progress::Nothing, error);
        let some = |error| (Progress::Some, error);
        stream.write_all(request).await.map_err(nothing)?;
        let mut length = [0; 4];
        let first = stream.read(&mut length).await.map_err(nothing)?;
        if first == 0 {
            return Err(nothing(io::ErrorKind::UnexpectedEof.into()));
        }
        let rest = length.get_mut(first..).unwrap_or_default();
        stream.read_exact(rest).await.map_err(some)?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length > LONGEST_FRAME {
            return Ok(Some(length));
        }
        frame.resize(length, 0);
        stream.read_exact(frame).await.map_err(some)?;
        Ok(None)
    }
}

/// The progress of an answer when the connection broke.
enum Progress {
    Nothing,
    Some,
}

//! Makes connections like the library, but a failure to connect is told apart from a broken connection.

use std::{io, time::Duration};

use volo::net::{
    Address,
    dial::{DefaultMakeTransport, MakeTransport},
};

/// Makes connections.
#[derive(Debug, Clone, Default)]
pub(super) struct Dial(DefaultMakeTransport);

/// There is no connection, so nothing was sent. Tells this failure from a connection that broke.
#[derive(Debug, thiserror::Error)]
#[error("no connection: {0}")]
pub(super) struct NoConnection(#[source] io::Error);

impl NoConnection {
    /// Whether the error is of this kind.
    pub(super) fn is(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<Self>())
    }
}

impl MakeTransport for Dial {
    type ReadHalf = <DefaultMakeTransport as MakeTransport>::ReadHalf;
    type WriteHalf = <DefaultMakeTransport as MakeTransport>::WriteHalf;

    async fn make_transport(&self, address: Address) -> io::Result<(Self::ReadHalf, Self::WriteHalf)> {
        let made = self.0.make_transport(address).await;
        made.map_err(|failed| io::Error::new(failed.kind(), NoConnection(failed)))
    }

    fn set_connect_timeout(&mut self, timeout: Option<Duration>) {
        self.0.set_connect_timeout(timeout);
    }

    fn set_read_timeout(&mut self, timeout: Option<Duration>) {
        self.0.set_read_timeout(timeout);
    }

    fn set_write_timeout(&mut self, timeout: Option<Duration>) {
        self.0.set_write_timeout(timeout);
    }
}

//! A proxy in front of a downstream service that records what is sent to it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A running tap; stopped on drop.
pub(crate) struct Tap {
    pub(crate) address: SocketAddr,
    sent: Arc<Mutex<Vec<u8>>>,
    task: JoinHandle<()>,
}

impl Tap {
    /// Starts one in front of a service.
    pub(crate) async fn start(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, sent) = (listener.local_addr().unwrap(), Arc::default());
        #[expect(clippy::disallowed_methods, reason = "ends with the tap")]
        let task = tokio::spawn(accept(listener, to, Arc::clone(&sent)));
        Self { address, sent, task }
    }

    /// The values of `traceparent` that were sent, in order of arrival.
    pub(crate) fn trace_parents(&self) -> Vec<String> {
        const KEY: &[u8] = b"RPC_TRANSIT_traceparent";
        const LENGTH: usize = 55;
        let sent = self.sent.lock().unwrap();
        // in the header, key and value are separated by a length of two bytes
        let starts =
            sent.windows(KEY.len()).enumerate().filter(|(_, bytes)| *bytes == KEY).map(|(at, _)| at + KEY.len() + 2);
        starts.map(|at| String::from_utf8(sent[at..at + LENGTH].to_vec()).unwrap()).collect()
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, to: SocketAddr, sent: Arc<Mutex<Vec<u8>>>) {
    while let Ok((client, _)) = listener.accept().await {
        let sent = Arc::clone(&sent);
        #[expect(clippy::disallowed_methods, reason = "ends with its connection")]
        tokio::spawn(async move {
            let (mut asks, mut client) = client.into_split();
            let (mut answers, mut service) = TcpStream::connect(to).await.unwrap().into_split();
            let forward = async {
                let mut buffer = vec![0; 65_536];
                while let Ok(read @ 1..) = asks.read(&mut buffer).await {
                    sent.lock().unwrap().extend_from_slice(&buffer[..read]);
                    if service.write_all(&buffer[..read]).await.is_err() {
                        break;
                    }
                }
            };
            tokio::select! {
                () = forward => {}
                // the end of either direction ends the connection
                _ = copy(&mut answers, &mut client) => {}
            }
        });
    }
}

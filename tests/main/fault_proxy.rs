//! A proxy in front of a downstream service, for faults below Thrift: forwards requests and tampers with the answers.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use socket2::{Domain, Socket, Type};
use tokio::{
    io::{self, AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, tcp},
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep},
};

/// Delay of the first answer on a connection that starts slowly.
const SLOW_START: Duration = Duration::from_millis(100);
/// Time for which a flapping service works, and for which it then resets connections.
const FLAP: Duration = Duration::from_millis(40);
/// Offset of the sequence number in a frame with a TTHeader.
const HEADER_SEQUENCE: usize = 8;
/// The first bytes of a Thrift message in the strict binary protocol.
const STRICT: [u8; 3] = [0x80, 0x01, 0x00];

/// The effect of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tamper {
    /// None.
    Pass,
    /// Nothing listens on the port.
    Refuse,
    /// Connections are accepted and reset.
    ResetAtOnce,
    /// Half of an answer, then a reset.
    ResetMidAnswer,
    /// No handshake: the backlog is full.
    HangBefore,
    /// Requests are read and never answered.
    HangAfter,
    /// The first answer of each connection is late.
    SlowStart,
    /// One byte of an answer per second.
    Drip,
    /// Bytes that are not Thrift.
    Garbage,
    /// Half of an answer, then the end of the connection.
    Truncated,
    /// The answer to another request.
    WrongSequence,
    /// A length of nearly 2 GiB.
    HugeLength,
    /// Texts that are not UTF-8.
    InvalidUtf8,
    /// Each answer is delayed by this many milliseconds.
    Late(u64),
    /// Alternates between working and resetting connections.
    Flapping,
}

/// A running proxy; ends when dropped.
pub(crate) struct FaultProxy {
    pub(crate) address: SocketAddr,
    open: Arc<AtomicUsize>,
    task: Option<JoinHandle<()>>,
    /// Keeps the backlog full.
    _held: Option<(Socket, Vec<TcpStream>)>,
}

impl FaultProxy {
    /// Starts one in front of a service.
    pub(crate) async fn start(to: SocketAddr, tamper: Tamper) -> Self {
        let mut proxy = Self { address: to, open: Arc::default(), task: None, _held: None };
        if tamper == Tamper::HangBefore {
            let (socket, address) = full().await;
            (proxy.address, proxy._held) = (address, Some(socket));
            return proxy;
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        proxy.address = listener.local_addr().unwrap();
        if tamper != Tamper::Refuse {
            let accept = accept(listener, to, tamper, Arc::clone(&proxy.open));
            #[expect(clippy::disallowed_methods, reason = "ends with the proxy")]
            let task = tokio::spawn(accept);
            proxy.task = Some(task);
        }
        proxy
    }

    /// Number of connections that are open.
    pub(crate) fn open(&self) -> usize {
        self.open.load(Ordering::Acquire)
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// A listener whose backlog is full, so that the handshake of a further connection is not answered.
async fn full() -> ((Socket, Vec<TcpStream>), SocketAddr) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    socket.listen(0).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let mut held = Vec::new();
    // the kernel accepts one or two more than the backlog allows
    while let Ok(stream) = tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
        held.push(stream.unwrap());
    }
    ((socket, held), address)
}

async fn accept(listener: TcpListener, to: SocketAddr, tamper: Tamper, open: Arc<AtomicUsize>) {
    let started = Instant::now();
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let counted = Counted::new(&open);
        connections.spawn(async move {
            let _counted = counted;
            // the test is about failing connections
            let _ = converse(stream, to, tamper, started).await;
        });
    }
}

/// Counts a connection while it lives.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(open: &Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(open))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

async fn converse(client: TcpStream, to: SocketAddr, tamper: Tamper, started: Instant) -> io::Result<()> {
    client.set_nodelay(true)?;
    match tamper {
        Tamper::ResetAtOnce => return client.set_zero_linger(),
        Tamper::HangAfter => {
            let (mut reader, _writer) = client.into_split();
            return io::copy(&mut reader, &mut io::sink()).await.map(drop);
        }
        _ => {}
    }
    let server = TcpStream::connect(to).await?;
    server.set_nodelay(true)?;
    let ((mut asks, client), (server, mut asked)) = (client.into_split(), server.into_split());
    tokio::select! {
        ended = io::copy(&mut asks, &mut asked) => ended.map(drop),
        ended = answers(server, client, tamper, started) => ended,
    }
}

/// Forwards answers frame by frame.
async fn answers(
    mut server: tcp::OwnedReadHalf,
    mut client: tcp::OwnedWriteHalf,
    tamper: Tamper,
    started: Instant,
) -> io::Result<()> {
    let mut is_first = true;
    loop {
        let mut frame = server.read_u32().await?.to_be_bytes().to_vec();
        let length = u32::from_be_bytes(frame[..4].try_into().unwrap()) as usize;
        frame.resize(4 + length, 0);
        server.read_exact(&mut frame[4..]).await?;
        let half = frame.len() / 2;
        match tamper {
            Tamper::SlowStart if is_first => sleep(SLOW_START).await,
            Tamper::Late(millis) => sleep(Duration::from_millis(millis)).await,
            Tamper::ResetMidAnswer => {
                client.write_all(&frame[..half]).await?;
                return reset(client);
            }
            Tamper::Truncated => {
                client.write_all(&frame[..half]).await?;
                return client.shutdown().await;
            }
            Tamper::Flapping if started.elapsed().as_millis() / FLAP.as_millis() % 2 == 1 => {
                return reset(client);
            }
            Tamper::Drip => {
                for byte in &frame {
                    client.write_u8(*byte).await?;
                    sleep(Duration::from_secs(1)).await;
                }
            }
            Tamper::Garbage => frame.iter_mut().for_each(|byte| *byte = 0xa5),
            Tamper::HugeLength => frame[..4].copy_from_slice(&0x7fff_fff0_u32.to_be_bytes()),
            Tamper::WrongSequence => change_sequence(&mut frame),
            Tamper::InvalidUtf8 => spoil_texts(&mut frame),
            _ => {}
        }
        is_first = false;
        client.write_all(&frame).await?;
    }
}

/// Resets a connection without the orderly shutdown that dropping its half would send first.
fn reset(client: tcp::OwnedWriteHalf) -> io::Result<()> {
    client.as_ref().set_zero_linger()?;
    client.forget();
    Ok(())
}

/// Offset of the Thrift message within a frame.
fn message_at(frame: &[u8]) -> usize {
    frame.windows(STRICT.len()).position(|bytes| bytes == STRICT).expect("a message of the binary protocol")
}

/// Offset of the sequence number of the Thrift message, which follows its name.
fn sequence_at(frame: &[u8]) -> usize {
    let at = message_at(frame) + 4;
    at + 4 + u32::from_be_bytes(frame[at..at + 4].try_into().unwrap()) as usize
}

fn change_sequence(frame: &mut [u8]) {
    let at = sequence_at(frame);
    frame[at + 3] ^= 0x55;
    frame[HEADER_SEQUENCE + 3] ^= 0x55;
}

/// Corrupts the first letter of each text of at least three letters after the message header.
fn spoil_texts(frame: &mut [u8]) {
    let body = sequence_at(frame) + 4;
    let letters = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_alphabetic);
    let texts: Vec<usize> = (body + 4..frame.len().saturating_sub(3))
        .filter(|at| letters(&frame[*at..at + 3]) && frame[at - 4..at - 1] == [0, 0, 0] && frame[at - 1] >= 3)
        .collect();
    for at in texts {
        frame[at] = 0xff;
    }
}

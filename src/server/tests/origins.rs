//! Callers and their limits: caps by origin, Unix sockets and their users, TLS and its certificates.

use tokio::net::{TcpSocket, UnixListener, UnixStream};

use super::*;
use crate::testing::conf;

#[tokio::test]
async fn one_origin_cannot_take_all_connections() {
    let server = start(Behaviour::Status(0), ServerOptions { max_connections_per_peer: 2, ..quick() }).await;
    let mut greedy = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(server.addr).await.unwrap();
        stream.write_all(&frame()).await.unwrap();
        assert_eq!(answer(&mut stream).await.unwrap(), 0);
        greedy.push(stream);
    }
    assert!(closes(&mut TcpStream::connect(server.addr).await.unwrap()).await);
    assert_eq!(server.metrics.refused.with_label_values(&["peer"]).get(), 1);
    let other = TcpSocket::new_v4().unwrap();
    other.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut other = other.connect(server.addr).await.unwrap();
    other.write_all(&frame()).await.unwrap();
    assert_eq!(answer(&mut other).await.unwrap(), 0);
}

#[tokio::test]
async fn a_unix_socket_serves_beside_the_address_and_knows_its_user() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("thrift.sock");
    let unix = UnixListener::from_std(unix::bind(&path, 0o600, "--unix-socket").unwrap().keep()).unwrap();
    let tcp = bind("127.0.0.1:0".parse().unwrap(), "--addr").unwrap();
    let addr = tcp.local_addr().unwrap();
    let own = rustix::process::geteuid().as_raw();
    let callers = format!(
        r#"{{"unknown": {{"name": "network", "methods": []}}, "callers": [{{"name": "own", "users": [{own}], "methods": []}}]}}"#
    );
    let admission = Admission::new(&conf(&[("CallerConf", &callers)]), 8, None, &Registry::new()).unwrap();
    let (admission, metrics) = (Arc::new(admission), Arc::new(ServerMetrics::new(&Registry::new()).unwrap()));
    let service = layered(Behaviour::Panic, quick().calls, &admission, &metrics);
    let listeners = Listeners { tcp, unix: Some(unix), tls: None };
    tokio::spawn(serve(listeners, service, quick(), admission, metrics, Arc::default()));

    let exchange = async |stream: &mut (dyn Both + Send)| {
        stream.write_all(&frame()).await.unwrap();
        let length = stream.read_u32().await.unwrap();
        let mut frame = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut frame).await.unwrap();
        String::from_utf8_lossy(&frame).into_owned()
    };
    let told = exchange(&mut UnixStream::connect(&path).await.unwrap()).await;
    assert!(told.contains("own may not call"), "{told:?}");
    let told = exchange(&mut TcpStream::connect(addr).await.unwrap()).await;
    assert!(told.contains("network may not call"), "{told:?}");
}

trait Both: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin {}

impl<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin> Both for S {}

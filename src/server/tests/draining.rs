//! Ends of connections in a drain: callers over TTHeader are told to reconnect, the others are closed, and new connections
//! are left to a successor.

use super::*;
use volo_thrift::transport::pool;

#[tokio::test]
async fn an_idle_caller_that_speaks_ttheader_is_told_in_an_answer_and_loses_nothing() {
    let options = ServerOptions { drain_limit: Duration::from_secs(20), ..quick() };
    let server = start(Behaviour::Status(0), options).await;
    // One connection, used again for every call, and no second attempt.
    let client = LivePackServiceClientBuilder::new("live_pack")
        .pool_config(pool::Config::new(1, Duration::from_mins(1)))
        .address(server.addr)
        .build();
    tab(&client).await.unwrap();
    server.lifecycle.drain();
    server.lifecycle.deaf().await;
    assert_eq!(server.metrics.connections.get(), 1, "it is idle, and waited for");
    // The listening socket is closed: this answer can only come over the existing connection.
    assert_eq!(tab(&client).await.unwrap().base_resp.status_code, 0);
    assert_eq!(timeout(MOMENT, server.ended).await.unwrap().unwrap(), Drained { abandoned: 0 });
    assert!(tab(&client).await.is_err(), "it has been told, and connects anew");
}

#[tokio::test]
async fn connections_in_the_backlog_are_served_before_the_socket_closes() {
    let server = start(Behaviour::Status(0), ServerOptions { drain_linger: Duration::from_millis(1), ..quick() }).await;
    server.lifecycle.drain();
    let mut accepted = 0;
    for _ in 0..50 {
        let Ok(mut late) = TcpStream::connect(server.addr).await else { break };
        late.write_all(&frame()).await.unwrap();
        assert_eq!(answer(&mut late).await.unwrap(), 0);
        accepted += 1;
    }
    assert!(accepted < 50, "it accepts for ever");
    assert_eq!(timeout(MOMENT, server.ended).await.unwrap().unwrap(), Drained { abandoned: 0 });
}

#[tokio::test]
async fn a_process_that_has_handed_over_leaves_new_connections_to_its_successor() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let addr = listener.local_addr().unwrap();
    let run = |behaviour, listener: std::net::TcpListener| {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        let metrics = Arc::new(ServerMetrics::new(&Registry::new()).unwrap());
        let lifecycle = Arc::new(Lifecycle::default());
        let open = Arc::new(Admission::open());
        let service = layered(behaviour, quick().calls, &open, &metrics);
        let served = serve(listener, service, quick(), open, metrics, lifecycle.clone());
        (lifecycle, tokio::spawn(served))
    };
    let (first, ended) = run(Behaviour::Status(20001), listener.try_clone().unwrap());
    let mut before = TcpStream::connect(addr).await.unwrap();
    before.write_all(&frame()).await.unwrap();
    assert_eq!(answer(&mut before).await.unwrap(), 20001);
    first.hand_over();
    first.deaf().await;
    // At this time no process accepts, and no caller is refused.
    let mut between = TcpStream::connect(addr).await.unwrap();
    between.write_all(&frame()).await.unwrap();
    let (_second, _) = run(Behaviour::Status(0), listener);
    assert_eq!(answer(&mut between).await.unwrap(), 0);
    assert!(closes(&mut before).await);
    assert_eq!(timeout(MOMENT, ended).await.unwrap().unwrap(), Drained { abandoned: 0 });
}

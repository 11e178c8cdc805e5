//! Limit of requests in flight, probes, drain.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::kit::{Served, assert_problem, order_body, sqlite};

/// Longer than any of these steps on a busy machine.
const LONG: Duration = Duration::from_secs(30);

/// A request whose body is incomplete.
async fn unfinished(served: &Served, token: &str) -> TcpStream {
    let mut stream = TcpStream::connect(served.addr).await.unwrap();
    let head = format!(
        "POST /v1/quotes HTTP/1.1\r\nhost: shop\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: 2\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// Ends the body and returns the head of the answer.
async fn finish(mut stream: TcpStream) -> String {
    stream.write_all(b"}").await.unwrap();
    let mut buffer = vec![0; 4_096];
    let read = timeout(LONG, stream.read(&mut buffer)).await.unwrap().unwrap();
    String::from_utf8_lossy(&buffer[..read]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn up_to_512_requests_in_flight_are_admitted_and_the_next_is_refused() {
    let served = sqlite().await;
    let token = served.token(1).await;
    let mut held = join_all((0..512).map(|_| unfinished(&served, &token))).await;
    let mut client = served.client().await;
    let refused = async {
        loop {
            // Until the last of the 512 heads has been read.
            let answer = client.json("GET", "/v1/products/9000001", "", None, &json!({})).await.unwrap();
            if answer.status != 200 {
                return answer;
            }
            // This request was itself in flight, and may have taken the place of one of the 512.
            for stream in &mut held {
                if stream.try_read(&mut [0; 1]).is_ok() {
                    *stream = unfinished(&served, &token).await;
                }
            }
        }
    };
    let refused = timeout(Duration::from_secs(8), refused).await.unwrap();
    assert_problem(&refused, 503, "OVERLOADED");
    assert_eq!(refused.headers["retry-after"], "1");
    for probe in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(client.send("GET", probe, &[], "").await.unwrap().status, 200, "{probe}");
    }
    for answer in join_all(held.into_iter().map(finish)).await {
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    assert_eq!(client.json("GET", "/v1/products/9000001", "", None, &json!({})).await.unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drain_answers_requests_in_flight_and_refuses_new_connections() {
    let mut served = sqlite().await;
    let (token, quote) = (served.token(1).await, served.quote(1, "9000001001", 1).await);
    let mut client = served.client().await;
    let held = unfinished(&served, &token).await;
    let placed = client.json("POST", "/v1/orders", &token, Some("k"), &order_body(&quote)).await.unwrap();
    assert_eq!(placed.status, 201);
    served.stop();
    let refused = async { while TcpStream::connect(served.addr).await.is_ok() {} };
    timeout(LONG, refused).await.unwrap();
    assert!(!served.task.is_finished(), "a request is in flight");
    assert!(finish(held).await.starts_with("HTTP/1.1 400"));
    drop(client);
    timeout(LONG, served.task).await.unwrap().unwrap();
    timeout(LONG, served.app.shop().close()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_closes_while_a_request_uses_it() {
    let served = sqlite().await;
    let (token, quote) = (served.token(1).await, served.quote(1, "9000001001", 1).await);
    let held = unfinished(&served, &token).await;
    timeout(LONG, served.app.shop().close()).await.unwrap();
    let mut client = served.client().await;
    let placed = client.json("POST", "/v1/orders", &token, Some("k"), &order_body(&quote)).await.unwrap();
    assert_problem(&placed, 500, "INTERNAL");
    assert!(finish(held).await.starts_with("HTTP/1.1 400"), "the request is still answered");
}

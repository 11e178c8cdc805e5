//! Serves the pictures of a world over HTTP/1.1: GET and HEAD, one request per connection.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};

use crate::world::World;

/// Maximum size of a request head in bytes.
const MAX_HEAD: usize = 4_096;
/// Time limit for a client to send its request and read the answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Maximum number of concurrent requests; further connections wait.
const MAX_CONNECTIONS: usize = 64;

/// Serves until it is dropped.
pub(crate) async fn accept(listener: TcpListener, world: Arc<World>) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, _)) => {
                let world = Arc::clone(&world);
                connections.spawn(async move {
                    let served = tokio::time::timeout(PATIENCE, serve(stream, &world)).await;
                    match served {
                        Ok(Ok(())) => {}
                        Ok(Err(error)) => tracing::debug!(%error, "a picture was not sent"),
                        Err(_) => tracing::debug!("a client of the pictures was too slow"),
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "accept failed on the picture server");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(mut stream: TcpStream, world: &World) -> io::Result<()> {
    let answer = match read_head(&mut stream).await? {
        Some(head) => answer(&head, world),
        None => Answer::error("431 Request Header Fields Too Large"),
    };
    stream.write_all(answer.bytes().as_bytes()).await?;
    stream.shutdown().await
}

/// The request head up to the empty line; `None` if it is too long.
async fn read_head(stream: &mut TcpStream) -> io::Result<Option<String>> {
    let mut head = Vec::with_capacity(512);
    let mut limited = stream.take(MAX_HEAD as u64);
    loop {
        if limited.read_buf(&mut head).await? == 0 {
            return if head.len() >= MAX_HEAD { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        if head.windows(4).any(|end| end == b"\r\n\r\n") {
            return Ok(Some(String::from_utf8_lossy(&head).into_owned()));
        }
    }
}

struct Answer {
    status: &'static str,
    content_type: &'static str,
    body: String,
    has_body: bool,
}

impl Answer {
    fn error(status: &'static str) -> Self {
        Self { status, content_type: "text/plain; charset=utf-8", body: format!("{status}\n"), has_body: true }
    }

    fn bytes(&self) -> String {
        let Self { status, content_type, body, .. } = self;
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\
             Cache-Control: public, max-age=3600\r\nX-Content-Type-Options: nosniff\r\n\
             Connection: close\r\n\r\n",
            body.len()
        );
        if self.has_body { head + body } else { head }
    }
}

fn answer(head: &str, world: &World) -> Answer {
    let mut words = head.lines().next().unwrap_or_default().split(' ');
    let (method, target, version) = (words.next(), words.next(), words.next());
    let (Some(method), Some(target), Some("HTTP/1.1" | "HTTP/1.0"), None) = (method, target, version, words.next())
    else {
        return Answer::error("400 Bad Request");
    };
    let mut answer = match method {
        "GET" | "HEAD" => {
            let path = target.split('?').next().unwrap_or_default();
            world.picture(path).map_or_else(
                || Answer::error("404 Not Found"),
                |body| Answer { status: "200 OK", content_type: "image/svg+xml", body, has_body: true },
            )
        }
        _ => Answer::error("405 Method Not Allowed"),
    };
    answer.has_body = method != "HEAD";
    answer
}

//! etcd's JSON gateway: POST requests over HTTP/1.1, and a watch whose answer does not end.

use std::{io, time::Duration};

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Request, Response, StatusCode,
    body::{Bytes, Incoming},
    client::conn::http1,
    header::{AUTHORIZATION, CONTENT_TYPE, HOST},
};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};

use crate::{instance::HostPort, rpc::discovery::EtcdUser};

/// Time limit of a request, and of the beginning of a watch.
const LIMIT: Duration = Duration::from_secs(2);

/// Maximum size of an answer: 16 MiB, for some 100,000 instances.
const MOST: usize = 16 * 1024 * 1024;

/// The members of a cluster.
pub(super) struct Gateway {
    endpoints: Vec<HostPort>,
    user: Option<EtcdUser>,
    /// The member to ask; another one after a failure.
    current: usize,
    token: Option<String>,
}

/// A failed request.
#[derive(Debug, thiserror::Error)]
pub(super) enum GatewayError {
    #[error("no etcd endpoint is set (--etcd-endpoints)")]
    None,
    #[error("{at}: {source}")]
    Connection { at: HostPort, source: io::Error },
    #[error("{at}: {source}")]
    Http { at: HostPort, source: hyper::Error },
    #[error("{at}: no answer in time")]
    Late { at: HostPort },
    #[error("{at}: the answer is longer than 16 MiB, or broken")]
    Body { at: HostPort },
    #[error("{at}: status {status}: {text}")]
    Status { at: HostPort, status: StatusCode, text: String },
    #[error("{at}: the answer is not the expected JSON")]
    Json { at: HostPort },
    #[error("{at}: the watch was cancelled: {reason}")]
    Cancelled { at: HostPort, reason: String },
}

impl Gateway {
    pub(super) const fn new(endpoints: Vec<HostPort>, user: Option<EtcdUser>) -> Self {
        Self { endpoints, user, current: 0, token: None }
    }

    /// The answer to a request.
    pub(super) async fn ask(&mut self, path: &str, body: &Value) -> Result<Value, GatewayError> {
        let at = self.member()?;
        let asked = timeout(LIMIT, async {
            let response = self.send(&at, path, body).await?;
            whole(&at, response).await
        });
        let answer = asked.await.unwrap_or(Err(GatewayError::Late { at }));
        self.noted(answer)
    }

    /// Returns once something has changed.
    pub(super) async fn changed(&mut self, watch: &Value) -> Result<(), GatewayError> {
        let at = self.member()?;
        let sent = timeout(LIMIT, self.send(&at, "/v3/watch", watch)).await;
        let sent = sent.unwrap_or(Err(GatewayError::Late { at: at.clone() }));
        let mut body = self.noted(sent)?.into_body();
        let mut text = Vec::new();
        loop {
            let frame = match body.frame().await {
                Some(Ok(frame)) => frame,
                // the member went away: the list is read again, from another one
                Some(Err(_)) | None => return Ok(()),
            };
            text.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data));
            if text.len() > MOST {
                return Err(GatewayError::Body { at });
            }
            while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = text.drain(..=end).collect();
                let line: Value = serde_json::from_slice(&line).map_err(|_| GatewayError::Json { at: at.clone() })?;
                if line.pointer("/result/events").is_some() {
                    return Ok(());
                }
                if line.pointer("/result/canceled") == Some(&Value::Bool(true)) || line.get("error").is_some() {
                    return self.noted(Err(GatewayError::Cancelled { at, reason: line.to_string() }));
                }
            }
        }
    }

    fn member(&self) -> Result<HostPort, GatewayError> {
        let at = self.current % self.endpoints.len().max(1);
        self.endpoints.get(at).cloned().ok_or(GatewayError::None)
    }

    /// After a failure another member is used, and a new token is fetched.
    fn noted<T>(&mut self, answer: Result<T, GatewayError>) -> Result<T, GatewayError> {
        if answer.is_err() {
            self.current = self.current.wrapping_add(1);
            self.token = None;
        }
        answer
    }

    async fn send(&mut self, at: &HostPort, path: &str, body: &Value) -> Result<Response<Incoming>, GatewayError> {
        if let (Some(user), None) = (&self.user, &self.token) {
            let login = json!({ "name": user.name, "password": user.password });
            let answer = whole(at, post(at, "/v3/auth/authenticate", &login, None).await?).await?;
            let token = answer.get("token").and_then(Value::as_str);
            self.token = Some(token.ok_or_else(|| GatewayError::Json { at: at.clone() })?.to_owned());
        }
        post(at, path, body, self.token.as_deref()).await
    }
}

/// One connection per request: lists are requested rarely.
async fn post(
    at: &HostPort,
    path: &str,
    body: &Value,
    token: Option<&str>,
) -> Result<Response<Incoming>, GatewayError> {
    let connection = |source| GatewayError::Connection { at: at.clone(), source };
    let http = |source| GatewayError::Http { at: at.clone(), source };
    let stream = TcpStream::connect(at.parts()).await.map_err(connection)?;
    let (mut sender, driver) = http1::handshake(TokioIo::new(stream)).await.map_err(http)?;
    #[expect(clippy::disallowed_methods, reason = "ends with the connection, which ends with the answer")]
    tokio::spawn(async move {
        // the answer reports a failure as well
        drop(driver.await);
    });
    let mut request = Request::post(path).header(HOST, at.to_string()).header(CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, token);
    }
    let body = Full::new(Bytes::from(body.to_string()));
    let invalid = |error: hyper::http::Error| connection(io::Error::new(io::ErrorKind::InvalidInput, error));
    let request = request.body(body).map_err(invalid)?;
    let response = sender.send_request(request).await.map_err(http)?;
    if response.status() == StatusCode::OK {
        return Ok(response);
    }
    let status = response.status();
    let text = Limited::new(response.into_body(), 1024).collect().await.map(|body| body.to_bytes());
    let text = text.map_or_else(|_| String::new(), |bytes| String::from_utf8_lossy(&bytes).into_owned());
    Err(GatewayError::Status { at: at.clone(), status, text })
}

async fn whole(at: &HostPort, response: Response<Incoming>) -> Result<Value, GatewayError> {
    let body = Limited::new(response.into_body(), MOST).collect().await;
    let bytes = body.map_err(|_| GatewayError::Body { at: at.clone() })?.to_bytes();
    serde_json::from_slice(&bytes).map_err(|_| GatewayError::Json { at: at.clone() })
}

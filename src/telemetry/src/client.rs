//! The HTTP client of both protocols: one connector, in the clear or with TLS.

use std::time::Duration;

use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{ClientConfig, crypto::ring};

use crate::settings::Protocol;

/// Time to connect, of each address of the host.
const CONNECT: Duration = Duration::from_secs(3);

/// Pings on a quiet HTTP/2 connection, so that a dead one is noticed.
const PING_EVERY: Duration = Duration::from_secs(10);
/// Time for the answer to a ping.
const PING_TIMEOUT: Duration = Duration::from_secs(5);

/// A client with request bodies of type `B`.
pub(crate) type HttpClient<B> = Client<HttpsConnector<HttpConnector>, B>;

/// A client that speaks HTTP/2 only for gRPC, else HTTP/1.1, and trusts the authorities of Mozilla.
pub(crate) fn client<B>(protocol: Protocol) -> Result<HttpClient<B>, rustls::Error>
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
{
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_connect_timeout(Some(CONNECT));
    tcp.set_nodelay(true);
    let tls = ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()?
        .with_webpki_roots()
        .with_no_client_auth();
    let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
    let mut builder = Client::builder(TokioExecutor::new());
    builder.timer(TokioTimer::new()).pool_timer(TokioTimer::new()).pool_max_idle_per_host(1);
    Ok(match protocol {
        Protocol::Grpc => {
            let every = Some(PING_EVERY);
            builder.http2_only(true).http2_keep_alive_interval(every).http2_keep_alive_timeout(PING_TIMEOUT);
            builder.build(connector.enable_http2().wrap_connector(tcp))
        }
        Protocol::HttpProtobuf => builder.build(connector.enable_http1().wrap_connector(tcp)),
    })
}

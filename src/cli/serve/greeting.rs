//! The message at the start: all addresses, and a call to try.

use std::{
    io::{Write as _, stdout},
    net::SocketAddr,
    path::Path,
    thread,
};

use crate::{
    ops::version,
    settings::{Settings, World},
};

/// Prints `text` on a separate thread. Standard output may be full, closed, or a pipe without a reader: none of that
/// may end or delay a service that already has the sockets.
pub(super) fn print(mut text: String) {
    text.push('\n');
    let written = move || {
        if let Err(error) = stdout().lock().write_all(text.as_bytes()).and_then(|()| stdout().flush()) {
            tracing::warn!(%error, "the addresses could not be printed to standard output");
        }
    };
    if let Err(error) = thread::Builder::new().name("greeting".to_owned()).spawn(written) {
        tracing::warn!(%error, "the addresses could not be printed to standard output");
    }
}

/// The text of the message.
pub(super) fn text(
    settings: &Settings,
    addr: SocketAddr,
    ops_addr: SocketAddr,
    downstreams: &[(String, String)],
) -> String {
    let redis =
        settings.redis.as_ref().map_or("off: the second cache level is not used".to_owned(), ToString::to_string);
    let traces = settings.traces.as_ref();
    let traces =
        traces.map_or("off".to_owned(), |collector| format!("{} over {}", collector.endpoint, collector.protocol));
    let conf = settings.conf.as_deref().map_or("built-in values".into(), Path::to_string_lossy);
    let kind = if settings.world == World::Embedded { "embedded" } else { "remote" };
    let clock = settings.clock.map_or_else(String::new, |clock| format!("\n  clock    frozen at {clock}"));
    let binary = std::env::args().next().unwrap_or_else(|| "live-pack".to_owned());
    let flag = call_flag(addr);
    let mut world = format!("  world    {kind}");
    for (name, addr) in downstreams {
        world.push_str(&format!("\n           {name} {addr}"));
    }
    let tls = if settings.tls.is_some() { " (TLS)" } else { "" };
    let unix = settings.unix_socket.as_deref();
    let unix = unix.map_or_else(String::new, |path| format!("\n           {}", path.display()));
    format!(
        "Live Pack {} is ready\n  thrift   {addr}{tls}{unix}\n  ops      http://{ops_addr}/\n  conf     {conf}\n  redis    {redis}\n  traces   {traces}{clock}\n{world}\n\nOne call to try:\n  {binary} call GetLiveBagData --room 1001{flag}",
        version::VERSION
    )
}

/// The flag of `live-pack call` for `addr` on this machine.
fn call_flag(addr: SocketAddr) -> String {
    let reached = if addr.ip().is_unspecified() { local(addr.port()) } else { addr };
    if reached == local(8888) { String::new() } else { format!(" --addr {reached}") }
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_call_to_try_reaches_the_server() {
        for (addr, flag) in [
            ("127.0.0.1:8888", ""),
            ("0.0.0.0:8888", ""),
            ("0.0.0.0:1", " --addr 127.0.0.1:1"),
            ("10.0.0.1:8888", " --addr 10.0.0.1:8888"),
        ] {
            assert_eq!(call_flag(addr.parse().unwrap()), flag, "{addr}");
        }
    }
}

//! Sends every named hostile message to a server over sockets: it must keep running, and nothing may panic.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

use crate::{instance::Instance, stage::Outcome, table::Table};

// The writer of raw messages and the corpus are shared with the tests of the guard.
#[path = "../../idl/tests/guard/bytes.rs"]
pub(crate) mod bytes;
#[path = "../../idl/tests/guard/corpus.rs"]
mod named;

pub(crate) use self::named::requests;

/// Time limit for the server to close a connection.
const MOMENT: Duration = Duration::from_secs(10);

/// Sends the bytes, closes the sending half and reads; returns whether the server closed the connection.
fn closes(addr: SocketAddr, bytes: &[u8]) -> Outcome<bool> {
    let mut stream = TcpStream::connect(addr)?;
    stream.set_read_timeout(Some(MOMENT))?;
    // Both fail if the server closes the connection early.
    drop(stream.write_all(bytes));
    drop(stream.shutdown(Shutdown::Write));
    let read = stream.read_to_end(&mut Vec::new());
    Ok(!read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock))
}

pub(crate) fn measure(table: &mut Table) -> Outcome<()> {
    let mut server = Instance::start(&[])?;
    let messages = requests();
    let (mut open, mut due) = (0.0, 0.0);
    for hostile in &messages {
        due += if hostile.refused.is_some() { 1.0 } else { 0.0 };
        if !closes(server.addr, &hostile.bytes)? {
            println!("left open: {}", hostile.name);
            open += 1.0;
        }
    }
    let refused = server.metric("live_pack_guard_refused_total", "")?;
    table.at_least("corpus: named hostile messages sent", messages.len() as f64, 60.0, "");
    table.at_most("corpus: exits", if server.lives()? { 0.0 } else { 1.0 }, 0.0, "");
    let panics = server.metric("live_pack_requests_total", "code=\"panic\"")?;
    let decoder = server.metric("live_pack_guard_refused_total", "kind=\"decoder\"")?;
    table.at_most("corpus: panics, and messages that only the decoder refused", panics + decoder, 0.0, "");
    table.at_most("corpus: connections left open", open, 0.0, "");
    table.at_least("corpus: refused by the guard, and counted", refused, due, "");
    Ok(())
}

//! Plain framed binary, as sent by a client that has only the IDL.

use std::sync::LazyLock;

use live_pack_idl::{
    json::{encode, message},
    schema::Schema,
};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::stack::Stack;

/// The IDL, read once for all tests.
pub(crate) static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::embedded().unwrap());

/// A framed call of `GetLiveBagData`; `{}` has none of the mandatory fields.
pub(crate) fn frame(request: &Value) -> Vec<u8> {
    frame_of("GetLiveBagData", request)
}

/// A framed call of any method; `{}` has none of the mandatory fields.
pub(crate) fn frame_of(method: &str, request: &Value) -> Vec<u8> {
    let method = SCHEMA.method(method).unwrap();
    let request = if request.as_object().unwrap().is_empty() {
        vec![0]
    } else {
        let it = SCHEMA.structure(&method.request).unwrap();
        encode::structure(&SCHEMA, it, request).unwrap_or_else(|faults| panic!("{}: {faults:?}", method.name))
    };
    message::call(method, &request, 1)
}

/// Sends a framed message and reads the framed answer.
pub(crate) async fn exchange(stack: &Stack, frame: &[u8]) -> Vec<u8> {
    exchange_on(TcpStream::connect(stack.addr).await.unwrap(), frame).await
}

/// The same over an open connection.
pub(crate) async fn exchange_on(mut stream: TcpStream, frame: &[u8]) -> Vec<u8> {
    stream.write_all(frame).await.unwrap();
    let length = stream.read_u32().await.unwrap();
    let mut answer = vec![0; usize::try_from(length).unwrap()];
    stream.read_exact(&mut answer).await.unwrap();
    answer
}

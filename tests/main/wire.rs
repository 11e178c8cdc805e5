//! Plain framed binary, as a client speaks it that has nothing but the IDL.

use live_pack::cli::idl::{Schema, encode, message};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::stack::Stack;

/// A framed call of `GetLiveBagData`; `{}` has none of the mandatory fields.
pub(crate) fn frame(request: &Value) -> Vec<u8> {
    let schema = Schema::embedded().unwrap();
    let method = schema.method("GetLiveBagData").unwrap();
    let request = if request.as_object().unwrap().is_empty() {
        vec![0]
    } else {
        encode::structure(&schema, schema.structure(&method.request).unwrap(), request).unwrap()
    };
    message::call(method, &request, 1)
}

/// Sends a framed message and reads the framed answer.
pub(crate) async fn exchange(stack: &Stack, frame: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(stack.addr).await.unwrap();
    stream.write_all(frame).await.unwrap();
    let length = stream.read_u32().await.unwrap();
    let mut answer = vec![0; usize::try_from(length).unwrap()];
    stream.read_exact(&mut answer).await.unwrap();
    answer
}

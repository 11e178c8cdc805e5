//! Bytes that would crash a server that trusts them.

use std::net::SocketAddr;

use live_pack_idl::{Downstream, cart::GetCartCountRequest, product_price::MGetProductPriceRequest};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::clients::{self, running};

/// Sends bytes and reads until the peer closes the connection.
async fn told(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// A framed call of `method` that ends after the first bytes of its only argument.
fn call(method: &str, request: &[u8]) -> Vec<u8> {
    let length = |length: usize| u32::try_from(length).unwrap().to_be_bytes();
    let head = [&[0x80, 1, 0, 1][..], &length(method.len()), method.as_bytes(), &[0, 0, 0, 1]].concat();
    let message = [&head[..], &[12, 0, 1], request, &[0, 0]].concat();
    [&length(message.len())[..], &message].concat()
}

#[tokio::test]
async fn a_hostile_call_closes_only_its_connection() {
    let world = running().await;
    let at = world.addresses();
    let many = [&[15, 0, 1, 10][..], &i32::MAX.to_be_bytes()].concat();
    let prices = told(at.of(Downstream::ProductPrice), &call("MGetProductPrice", &many)).await;
    assert!(prices.contains("product_ids: holds 2147483647 elements"), "{prices}");
    let cart = told(at.of(Downstream::Cart), &call("GetCartCount", &[11, 0, 1, 0xff, 0xff, 0xff, 0xff])).await;
    assert!(cart.contains("user_id: must be an i64, not a string"), "{cart}");
    let request = MGetProductPriceRequest { product_ids: vec![1_001_001], ..Default::default() };
    let prices = clients::product_price(at.of(Downstream::ProductPrice)).m_get_product_price(request).await.unwrap();
    assert_eq!(prices.products.len(), 1);
    let request = GetCartCountRequest { user_id: 101, ..Default::default() };
    assert_eq!(clients::cart(at.of(Downstream::Cart)).get_cart_count(request).await.unwrap().count, 7);
}

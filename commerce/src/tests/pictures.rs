//! The picture server, tested byte by byte.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::clients::{NOW, running};
use crate::world::World;

async fn ask(request: &str) -> String {
    let world = running().await;
    let mut stream = TcpStream::connect(world.addresses().pictures).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_picture_is_an_svg_and_always_the_same() {
    let request = "GET /img/p/1001001/0.svg?w=200 HTTP/1.1\r\nHost: x\r\n\r\n";
    let answer = ask(request).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"));
    assert!(head.contains("Content-Type: image/svg+xml"));
    assert!(head.contains(&format!("Content-Length: {}", body.len())));
    assert!(body.starts_with("<svg ") && body.ends_with("</svg>"));
    assert_eq!(answer, ask(request).await);
}

#[tokio::test]
async fn a_head_request_gets_no_body() {
    let answer = ask("HEAD /img/p/1001001/0.svg HTTP/1.1\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("\r\n\r\n"));
}

#[tokio::test]
async fn anything_else_is_not_found() {
    for path in [
        "/",
        "/img/p/1001001/9.svg",
        "/img/p/1001001/00.svg",
        "/img/p/+1001001/0.svg",
        "/img/p/1001001/0.svg/x",
        "/img/p/99/0.svg",
        "/img/s/1.svg",
        "/img/../etc/passwd",
        "/img/b/10019.png",
    ] {
        let answer = ask(&format!("GET {path} HTTP/1.1\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
    }
}

#[tokio::test]
async fn an_invalid_request_gets_a_clear_answer() {
    assert!(ask("hello\r\n\r\n").await.starts_with("HTTP/1.1 400 "));
    assert!(ask("POST /img/p/1001001/0.svg HTTP/1.1\r\n\r\n").await.starts_with("HTTP/1.1 405 "));
    let long = format!("GET /{} HTTP/1.1", "a".repeat(4_096 - 14));
    assert!(ask(&long).await.starts_with("HTTP/1.1 431 "));
}

#[test]
fn pictures_have_the_sizes_in_the_settings_of_live_pack() {
    let world = World::of(1);
    for (uri, size) in [
        ("img/p/1001001/0.svg", r#"width="800" height="800""#),
        ("img/b/10011.svg", r#"width="1080" height="360""#),
        ("img/c/104.svg", r#"width="800" height="800""#),
        ("img/i/bag.svg", r#"width="96" height="96""#),
    ] {
        assert!(world.picture(&format!("/{uri}")).unwrap().contains(size), "{uri}");
    }
}

#[test]
fn every_uri_in_an_answer_has_a_picture() {
    let world = World::of(1);
    let shown = |uri: &str| assert!(world.picture(&format!("/{uri}")).is_some(), "{uri}");
    shown("img/i/bag.svg");
    for room_id in world.room_ids() {
        let room = world.room(room_id).unwrap();
        shown(&world.creator(room.anchor_id).unwrap().creator.avatar_uri);
        for product_id in room.product_ids() {
            let product = world.product(product_id).unwrap();
            if let Some(model) = product.model() {
                shown(&model.cover.uri);
                model.images.iter().for_each(|image| shown(&image.uri));
            }
            shown(&world.seller(product.seller_id).unwrap().logo_uri);
        }
        for plan in &room.banners {
            shown(&plan.at(NOW).image_uri);
        }
        for plan in &room.auctions {
            shown(&plan.at(1, NOW).cover_uri);
            if let Some(set) = plan.surprise_set(1, NOW) {
                set.prizes.iter().for_each(|prize| shown(&prize.cover_uri));
            }
        }
    }
}

//! The commands of the shop as processes: data, exit codes, prod.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    os::unix::fs::PermissionsExt as _,
    process::{Child, Command, Stdio},
};

use live_pack_shop_store::{Cell, Database, Location, Statement};

use crate::serve::{live_pack, run};

pub(crate) struct Served {
    child: Child,
    pub(crate) addr: String,
}

/// A shop server on its own port. Killed when dropped.
pub(crate) fn serve(data: &str) -> Served {
    let mut command = live_pack(&["shop", "serve", "--data", data, "--http-addr", "127.0.0.1:0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let addr = line.trim().strip_prefix("The shop is ready: http://").unwrap_or_else(|| panic!("{line:?}")).to_owned();
    Served { child, addr }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn get(addr: &str, path: &str) -> String {
    let mut stream = std::net::TcpStream::connect(addr).unwrap();
    std::io::Write::write_all(
        &mut stream,
        format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes(),
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn commands_work_alongside_a_server_that_drains_and_a_second_server_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let (code, first, _) = run(&["shop", "migrate", "--data", data]);
    let (again, second, _) = run(&["shop", "migrate", "--data", data]);
    assert_eq!((code, again), (Some(0), Some(0)));
    assert!(first.contains("trade: schema 0 -> 2") && second.contains("trade: schema 2 -> 2"), "{first}{second}");
    assert_eq!(std::fs::metadata(data).unwrap().permissions().mode() & 0o777, 0o700);
    let mut served = serve(data);
    let (code, text, error) = run(&["shop", "seed", "--data", data]);
    assert_eq!(code, Some(0), "{error}");
    assert!(!text.contains("written: 0 accounts"), "{text}");
    let (_, text, _) = run(&["shop", "seed", "--data", data]);
    assert!(text.contains("written: 0 accounts, 0 products, 0 SKUs"), "{text}");
    assert!(get(&served.addr, "/v1/products/9000001").contains("\"available\":100"));
    assert!(get(&served.addr, "/metrics").contains("live_pack_shop_committer_batch_size"));
    let (code, text, error) = run(&["shop", "check", "--data", data]);
    assert_eq!(code, Some(0), "{text}{error}");
    assert!(text.lines().all(|line| line.starts_with("ok ")), "{text}");
    let (code, _, error) = run(&["shop", "serve", "--data", data, "--http-addr", "127.0.0.1:0"]);
    assert!(code == Some(1) && error.contains("one server per SQLite folder"), "{error}");
    let (code, _, error) = run(&["shop", "settle", "77", "--data", data]);
    assert!(code == Some(1) && error.contains("there is no order"), "{error}");
    let sent = Command::new("kill").args(["-s", "TERM", &served.child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert_eq!(served.child.wait().unwrap().code(), Some(0));
}

static BREAK: Statement = Statement::cold(Cell::Trade, "test.break", "UPDATE stock SET reserved = 1 WHERE on_hand > 0");

#[test]
fn a_broken_invariant_is_printed_and_exits_with_one() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    assert_eq!(run(&["shop", "seed", "--data", data]).0, Some(0));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let trade = Database::open(&Location::Folder(folder.path().to_owned()), Cell::Trade).await.unwrap();
        assert!(trade.write(&BREAK, &[]).await.unwrap() > 0);
        trade.close().await;
    });
    let (code, text, _) = run(&["shop", "check", "--data", data]);
    let broken: Vec<_> = text.lines().filter(|line| !line.starts_with("ok ")).collect();
    assert_eq!(code, Some(1), "{text}");
    assert!(broken.len() == 1 && broken[0].starts_with("BROKEN  no-undersell"), "{broken:?}");
}

#[test]
fn prod_refuses_demo_data_test_aids_and_an_old_schema() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    for arguments in [
        &["shop", "seed", "--env", "prod", "--data", data][..],
        &["shop", "settle", "1", "--env", "prod", "--data", data],
        &["shop", "serve", "--env", "prod", "--data", data, "--clock", "2026-11-28T12:00:00Z"],
        &["shop", "serve", "--env", "prod", "--database", "postgres://shop@db.example.com/shop"],
    ] {
        let (code, _, error) = run(arguments);
        assert!(code == Some(1) && error.contains("prod"), "{arguments:?}: {error}");
    }
    let (code, _, error) = run(&["shop", "serve", "--env", "prod", "--data", data, "--http-addr", "127.0.0.1:0"]);
    assert!(code == Some(1) && error.contains("live-pack shop migrate"), "{error}");
    let (code, _, error) = run(&["shop", "serve", "--cells", "trade", "--data", data]);
    assert!(code == Some(1) && error.contains("single cells"), "{error}");
}

/// The shell commands of docs/shop.md that make an order.
fn documented() -> String {
    let text = include_str!("../../docs/shop.md");
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split_once("```").map(|(block, _)| block));
    let orders: Vec<_> = blocks.filter(|block| block.contains("/v1/orders")).collect();
    let [block] = orders[..] else { panic!("{} blocks of docs/shop.md make an order", orders.len()) };
    assert_eq!(block.matches("curl -s ").count(), 5, "five commands to an order");
    block.to_owned()
}

#[test]
fn the_commands_of_the_document_lead_to_an_order() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let (code, text, error) = run(&["shop", "seed", "--data", data]);
    assert_eq!(code, Some(0), "{text}{error}");
    let served = serve(data);
    let commands =
        documented().replace("localhost:8080", &served.addr).replace("curl -s ", "curl -sS --fail-with-body ");
    let script = format!("set -eu\n{commands}");
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("\"sku_id\":\"9000001001\"") && text.contains("\"state\":\"UNPAID\""), "{text}");
    assert!(text.contains("\"total\":{\"amount\":\"20.00\",\"currency\":\"USD\"}"), "{text}");
    assert!(get(&served.addr, "/v1/products/9000001").contains("\"available\":98"));
    let (code, text, _) = run(&["shop", "check", "--data", data]);
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn the_catalogue_of_the_world_is_for_sale() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let (code, text, error) = run(&["shop", "seed", "--data", data]);
    assert_eq!(code, Some(0), "{text}{error}");
    let served = serve(data);
    let world = live_pack_commerce::World::of(live_pack_commerce::WorldSettings::default().seed).catalogue();
    let product = world.products.iter().find(|product| product.product_id == 1_001_001).unwrap();
    let answer = get(&served.addr, "/v1/products/1001001");
    let body: serde_json::Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!((&body["title"], body["seller_id"].as_str()), (&product.title.clone().into(), Some("10011")));
    assert_eq!(body["skus"].as_array().unwrap().len(), product.skus.len());
    for (sku, shown) in product.skus.iter().zip(body["skus"].as_array().unwrap()) {
        assert_eq!(shown["sku_id"], sku.sku_id.to_string());
        assert_eq!(shown["price"]["amount"], sku.price);
        assert_eq!(shown["available"], sku.stock.min(999));
    }
    let sold_out = get(&served.addr, "/v1/products?ids=1005001");
    assert!(sold_out.contains("SOLD_OUT"), "{sold_out}");
    for off_shelf in ["1010015", "1010022", "1010028"] {
        assert!(get(&served.addr, &format!("/v1/products/{off_shelf}")).starts_with("HTTP/1.1 404"), "{off_shelf}");
    }
    let (code, text, _) = run(&["shop", "check", "--data", data]);
    assert!(code == Some(0) && text.contains("ok      accounts"), "{text}");
}

//! Sources of instances against real counterparts: a file, a name server, etcd.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::Path,
    sync::Mutex,
};

use hickory_server::{
    Server,
    net::runtime::Time,
    proto::{
        op::{MessageType, ResponseCode},
        rr::{Name, RData, Record, rdata},
    },
    server::{Request, RequestHandler, ResponseHandler, ResponseInfo},
    zone_handler::MessageResponseBuilder,
};

use super::*;
use crate::{
    config::DownstreamConf,
    rpc::{EtcdUser, SourceSettings},
    testing::EtcdServer,
};

fn following(target: &str, sources: SourceSettings) -> (Rpc, prometheus::Registry) {
    let text = format!(r#"{{"services": {{"product_price": {{"groups": {{"default": {target}}}}}}}}}"#);
    let conf = DownstreamConf::parsed(&text);
    let registry = prometheus::Registry::new();
    let settings = RpcSettings { conf, sources, ..RpcSettings::new(BTreeMap::new()) };
    (Rpc::new(&settings, &registry).unwrap(), registry)
}

/// Address and weight of each instance of the price service.
fn list(rpc: &Rpc) -> Vec<(String, u64)> {
    let status = rpc.status();
    let service = status.iter().find(|service| service.service == "product_price").unwrap();
    let instances = service.routes[0].instances.iter();
    instances.map(|instance| (instance.peer.address.to_string(), instance.weight)).collect()
}

fn failure(rpc: &Rpc) -> Option<String> {
    rpc.status().iter().find(|service| service.service == "product_price")?.routes[0].failure.clone()
}

fn counted(registry: &prometheus::Registry, result: &str) -> bool {
    let text = prometheus::TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
    text.contains(&format!(
        r#"live_pack_rpc_lists_total{{downstream="product_price",result="{result}",route="default"}}"#
    ))
}

fn rows(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(address, weight)| ((*address).to_owned(), *weight)).collect()
}

fn write(path: &Path, text: &str) {
    // as an editor or a mounted folder replaces it
    let new = path.with_extension("new");
    std::fs::write(&new, text).unwrap();
    std::fs::rename(new, path).unwrap();
}

#[tokio::test]
async fn a_file_is_followed_and_a_bad_one_keeps_the_last_list() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("price.json");
    write(&path, r#"["10.0.0.1:7001", {"addr": "10.0.0.2:7001", "weight": 50}]"#);
    let sources = SourceSettings { folder: Some(folder.path().to_owned()), ..SourceSettings::default() };
    let (rpc, registry) = following(r#"{"file": "price.json"}"#, sources);
    until(|| list(&rpc) == rows(&[("10.0.0.1:7001", 100), ("10.0.0.2:7001", 50)])).await;
    write(&path, r#"["10.0.0.3:7001"]"#);
    until(|| list(&rpc) == rows(&[("10.0.0.3:7001", 100)])).await;
    for (bad, told) in [
        (r#"["10.0.0.3"]"#, "must be host:port"),
        ("[]", "must have 1 to 1000 instances"),
        (r#"[{"addr": "10.0.0.3:1"}]"#, "weight"),
        ("not JSON", "price.json"),
    ] {
        write(&path, bad);
        until(|| failure(&rpc).is_some_and(|failure| failure.contains(told))).await;
        assert_eq!(list(&rpc), rows(&[("10.0.0.3:7001", 100)]), "{bad}");
    }
    assert!(counted(&registry, "failed"));
    std::fs::remove_file(&path).unwrap();
    until(|| failure(&rpc).is_some_and(|failure| failure.contains("No such file"))).await;
    write(&path, r#"["10.0.0.4:7001"]"#);
    until(|| list(&rpc) == rows(&[("10.0.0.4:7001", 100)])).await;
    assert_eq!(failure(&rpc), None);
}

#[tokio::test]
async fn a_group_whose_list_was_never_read_is_shown_with_the_failure() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("price.json"), r#"["10.0.0.1:7001"]"#);
    let sources = SourceSettings { folder: Some(folder.path().to_owned()), ..SourceSettings::default() };
    let (rpc, _registry) = following(r#"{"file": "price.json"}"#, sources);
    rpc.configure(&DownstreamConf::parsed(
        r#"{"services": {"product_price": {"groups": {"default": {"file": "price.json"}, "EU": {"file": "eu.json"}}}}}"#,
    ));
    let europe = || {
        let status = rpc.status();
        let service = status.iter().find(|service| service.service == "product_price").unwrap();
        service.routes.iter().find(|route| route.route == "EU").cloned()
    };
    until(|| europe().is_some()).await;
    let europe = europe().unwrap();
    assert!(europe.failure.unwrap().contains("No such file") && europe.instances.is_empty());
}

/// Records of a small name server.
#[derive(Clone, Default)]
struct Zone(Arc<Mutex<Vec<Record>>>);

impl Zone {
    fn set(&self, records: impl IntoIterator<Item = (&'static str, RData)>) {
        let record = |(name, data): (&str, RData)| Record::from_rdata(Name::from_ascii(name).unwrap(), 1, data);
        *self.0.lock().unwrap() = records.into_iter().map(record).collect();
    }

    async fn serve(&self) -> SocketAddr {
        let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let mut server = Server::new(self.clone());
        server.register_socket(socket);
        tokio::spawn(async move { server.block_until_done().await });
        address
    }
}

#[async_trait::async_trait]
impl RequestHandler for Zone {
    async fn handle_request<R: ResponseHandler, T: Time>(&self, request: &Request, mut out: R) -> ResponseInfo {
        let info = request.request_info().unwrap();
        let query = info.query.original().clone();
        let found: Vec<Record> = self
            .0
            .lock()
            .unwrap()
            .iter()
            .filter(|record| record.name == *query.name() && record.record_type() == query.query_type())
            .cloned()
            .collect();
        let mut header = *info.metadata;
        header.message_type = MessageType::Response;
        header.authoritative = true;
        header.response_code = ResponseCode::NoError;
        let response = MessageResponseBuilder::from_message_request(request).build(header, &found, &[], &[], &[]);
        out.send_response(response).await.unwrap()
    }
}

fn v4(last: u8) -> RData {
    RData::A(rdata::A(Ipv4Addr::new(10, 0, 0, last)))
}

#[tokio::test]
async fn every_address_of_a_name_is_an_instance_until_its_time_is_over() {
    let zone = Zone::default();
    zone.set([("price.example.", v4(1)), ("price.example.", v4(2)), ("other.example.", v4(3))]);
    let sources = SourceSettings { dns_server: Some(zone.serve().await), ..SourceSettings::default() };
    let (rpc, _) = following(r#"{"dns": "price.example:7001"}"#, sources);
    until(|| list(&rpc) == rows(&[("10.0.0.1:7001", 100), ("10.0.0.2:7001", 100)])).await;
    let v6: IpAddr = "fd00::9".parse().unwrap();
    let IpAddr::V6(v6) = v6 else { unreachable!() };
    zone.set([("price.example.", v4(2)), ("price.example.", RData::AAAA(rdata::AAAA(v6)))]);
    until(|| list(&rpc) == rows(&[("10.0.0.2:7001", 100), ("[fd00::9]:7001", 100)])).await;
    // a name without addresses is a failure: the last list stays
    zone.set([]);
    until(|| failure(&rpc).is_some()).await;
    assert_eq!(list(&rpc).len(), 2);
}

#[tokio::test]
async fn records_of_type_srv_name_hosts_ports_and_weights() {
    let zone = Zone::default();
    let service = |priority, weight, port, host: &str| {
        RData::SRV(rdata::SRV::new(priority, weight, port, Name::from_ascii(host).unwrap()))
    };
    zone.set([
        ("_thrift._tcp.price.example.", service(1, 70, 7001, "a.example.")),
        ("_thrift._tcp.price.example.", service(1, 30, 7002, "b.example.")),
        ("_thrift._tcp.price.example.", service(2, 30, 7003, "c.example.")),
        ("a.example.", v4(1)),
        ("b.example.", v4(2)),
        ("c.example.", v4(3)),
    ]);
    let sources = SourceSettings { dns_server: Some(zone.serve().await), ..SourceSettings::default() };
    let (rpc, _) = following(r#"{"dns": "_thrift._tcp.price.example"}"#, sources);
    until(|| list(&rpc) == rows(&[("10.0.0.1:7001", 70), ("10.0.0.2:7002", 30)])).await;
}

#[tokio::test]
async fn services_that_kitex_has_registered_in_etcd_are_found() {
    let etcd = EtcdServer::start().await;
    let at = |address: &str, weight: u32| {
        let key = format!("kitex/registry-etcd/product_price/{address}");
        (key, format!(r#"{{"network":"tcp","address":"{address}","weight":{weight},"tags":null}}"#))
    };
    let (key, value) = at("10.0.0.1:7001", 20);
    etcd.put(&key, &value).await;
    // a service whose name only begins in the same way
    etcd.put("kitex/registry-etcd/product_prices/10.0.0.9:1", &value).await;
    let sources =
        SourceSettings { etcd_endpoints: vec![closed().await.into(), etcd.at.into()], ..SourceSettings::default() };
    let (rpc, registry) = following(r#"{"etcd": "product_price"}"#, sources);
    until(|| list(&rpc) == rows(&[("10.0.0.1:7001", 20)])).await;
    let (other, value) = at("10.0.0.2:7001", 0);
    etcd.put(&other, &value).await;
    until(|| list(&rpc) == rows(&[("10.0.0.1:7001", 20), ("10.0.0.2:7001", 10)])).await;
    etcd.delete(&key).await;
    until(|| list(&rpc) == rows(&[("10.0.0.2:7001", 10)])).await;
    // an empty answer keeps the last list
    etcd.delete(&other).await;
    until(|| failure(&rpc).is_some()).await;
    assert_eq!((list(&rpc).len(), counted(&registry, "empty")), (1, true));
    // and so does an etcd that is away
    drop(etcd);
    until(|| counted(&registry, "failed")).await;
    assert_eq!(list(&rpc).len(), 1);
}

#[tokio::test]
async fn a_process_registers_itself_and_removes_its_entry() {
    let etcd = EtcdServer::start().await;
    let sources = SourceSettings { etcd_endpoints: vec![etcd.at.into()], ..SourceSettings::default() };
    let (rpc, _) = following(r#"{"etcd": "live_pack"}"#, sources.clone());
    let registration = crate::rpc::Registration::start("live_pack", "10.0.0.7:8888".parse().unwrap(), &sources);
    until(|| list(&rpc) == rows(&[("10.0.0.7:8888", 10)])).await;
    registration.end(millis(5_000)).await;
    until(|| failure(&rpc).is_some_and(|failure| failure.contains("empty"))).await;
}

#[tokio::test]
async fn an_etcd_with_users_is_asked_with_name_and_password() {
    let etcd = EtcdServer::start().await;
    let value = r#"{"network":"tcp","address":"10.0.0.1:7001","weight":20,"tags":null}"#;
    etcd.put("kitex/registry-etcd/product_price/10.0.0.1:7001", value).await;
    for (path, body) in [
        ("/v3/auth/user/add", r#"{"name": "root", "password": "secret"}"#),
        ("/v3/auth/user/grant", r#"{"user": "root", "role": "root"}"#),
        ("/v3/auth/enable", "{}"),
    ] {
        etcd.post(path, body).await.unwrap_or_else(|| panic!("{path}"));
    }
    let asking = |password: &str| {
        let etcd_user = Some(EtcdUser { name: "root".into(), password: password.into() });
        let etcd_endpoints = vec![etcd.at.into()];
        following(
            r#"{"etcd": "product_price"}"#,
            SourceSettings { etcd_endpoints, etcd_user, ..SourceSettings::default() },
        )
    };
    let (refused, _) = asking("guess");
    until(|| failure(&refused).is_some_and(|failure| failure.contains("invalid user ID or password"))).await;
    assert_eq!(list(&refused), []);
    let (rpc, _) = asking("secret");
    until(|| list(&rpc) == rows(&[("10.0.0.1:7001", 20)])).await;
}

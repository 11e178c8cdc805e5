//! One page of the bag over volo-thrift, with a time-out, a log id and metadata.

use std::{cell::RefCell, env, error::Error, net::SocketAddr, time::Duration};

use live_pack_idl::{
    base::Base,
    live_pack::{GetLiveBagDataRequest, LivePackServiceClientBuilder, RoomRef, UserContext},
};
use metainfo::{Forward as _, METAINFO, MetaInfo};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let addr: SocketAddr = env::var("ADDR")?.parse()?; // 127.0.0.1:8888
    let client = LivePackServiceClientBuilder::new("livepack") // over TTHeader, which tells the server the time-out
        .caller_name("example")
        .rpc_timeout(Some(Duration::from_secs(3)))
        .address(addr)
        .build();
    let request = GetLiveBagDataRequest {
        room: RoomRef { room_id: 1001, ..RoomRef::default() },
        user: UserContext { region: "US".into(), language: "en".into(), ..UserContext::default() },
        base: Some(Base { log_id: "example-rust-1".into(), ..Base::default() }),
        ..GetLiveBagDataRequest::default()
    };
    let mut metadata = MetaInfo::new();
    metadata.set_persistent("LANE", "blue");
    let call = client.get_live_bag_data(request);
    let answer = METAINFO.scope(RefCell::new(metadata), call).await?; // an error: no answer in time, or an exception
    let status = answer.base_resp;
    match (status.status_code, answer.products.first()) {
        (0, Some(first)) => {
            for lost in &answer.degraded {
                println!("without {} {}", lost.task, lost.message); // draw the page without what is missing
            }
            let price = first.price.as_ref().map(|price| price.sale_text.as_str());
            println!("{} {} {}", answer.total, first.title, price.unwrap_or_default());
        }
        (0, None) => println!("{}", answer.empty_text),
        // overload, a downstream service: try again later, with a pause that grows
        (code @ (10006 | 30001..=30004), _) => println!("try again {code} {}", status.status_message),
        // 10001: the request is wrong; 20001 and others: the room has closed, is banned, does not exist
        (code, _) => println!("no page {code} {}", status.status_message),
    }
    Ok(())
}

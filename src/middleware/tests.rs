//! The layers around a handler: refusals are answers, are counted, and never reach it.

#![allow(clippy::unwrap_used, reason = "tests")]

use live_pack_idl::{
    Method,
    live_pack::{LivePackServiceGetPinCardDataArgsRecv, LivePackServiceGetPinCardDataResultSend},
};
use motore::Service as _;
use prometheus::Registry;
use volo_thrift::context::ServerContext;

use super::*;
use crate::{
    metrics::Outcome,
    pack_service::{PackCall, Request, Response, peer::Peer},
    testing::{Behaviour, Double, conf},
};

#[tokio::test]
async fn a_refused_request_is_answered_and_counted_and_never_reaches_the_handler() {
    let callers = r#"{"unknown": {"name": "stranger", "methods": ["GetLiveBagTab"]}}"#;
    let conf = conf(&[("CallerConf", callers)]);
    let admission = Arc::new(Admission::new(&conf, 8, None, &Registry::new()).unwrap());
    let metrics = Arc::new(ServerMetrics::new(&Registry::new()).unwrap());
    let options = CallOptions::default();
    let service = around(Double(Behaviour::Panic), options, admission.clone(), metrics.clone());
    let request = Request::GetPinCardData(LivePackServiceGetPinCardDataArgsRecv::default());
    let (mut cx, peer) = (ServerContext::default(), Peer::at("10.0.0.9:1".parse().unwrap()));
    let call = PackCall::new(&mut cx, request, &peer, &admission, options.max_request_time);
    let answer = service.call(&mut cx, call).await.unwrap();
    let Response::GetPinCardData(LivePackServiceGetPinCardDataResultSend::Ok(answer)) = answer else {
        unreachable!("an answer of another method");
    };
    assert_eq!(answer.base_resp.status_message, "stranger may not call GetPinCardData");
    assert_eq!(metrics.count(Method::GetPinCardData, Outcome::Status(10_003)), 1);
    assert_eq!(metrics.in_flight.get(), 0);
}

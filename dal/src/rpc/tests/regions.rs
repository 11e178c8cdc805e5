//! Route groups and lanes: where calls go, what travels with them, and what they share.

use live_pack_idl::base::Base;

use super::*;
use crate::{
    Dal,
    config::DownstreamConf,
    model::{Lane, RouteGroup, Traffic},
    testing::Heard,
};

/// A price service whose answers tell which one it is: the units of the amount.
async fn place(number: i64) -> (Prices, SocketAddr) {
    let prices = Prices::answering(move |ids, _| {
        let mut answer = priced(ids);
        for price in answer.products.values_mut() {
            price.skus[0].retail = number.to_string().into();
        }
        Ok(answer)
    });
    let address = prices.serve().await;
    (prices, address)
}

fn conf(service: &str) -> DownstreamConf {
    DownstreamConf::parsed(&format!(r#"{{"services": {{"product_price": {service}}}}}"#))
}

fn rpc_with(conf: DownstreamConf, world: Option<SocketAddr>) -> Arc<Rpc> {
    let world = world.map(|at| (Downstream::ProductPrice, vec![HostPort::from(at).into()])).into_iter().collect();
    let settings = RpcSettings { conf, ..RpcSettings::new(world) };
    Arc::new(Rpc::new(&settings, &prometheus::Registry::new()).unwrap())
}

fn from(group: RouteGroup, lane: Option<&str>, conf: &DownstreamConf) -> crate::Call {
    let mut call = call(millis(500));
    Arc::make_mut(&mut call.viewer).route_group = group;
    if let Some(name) = lane {
        call.traffic = Traffic { name: name.to_owned().into(), lane: conf.lane(name), ..Traffic::default() };
    }
    call
}

async fn met(rpc: &Rpc, call: &crate::Call) -> Result<Decimal, ErrorKind> {
    let answer = rpc.product_price.prices(call, &[1]).await.map_err(|error| error.kind)?;
    Ok(answer[0].found().unwrap().skus[0].retail)
}

#[tokio::test]
async fn the_calls_of_a_route_group_go_to_its_own_addresses_and_the_others_to_the_default() {
    let ((_, us), (_, eu), (_, jp)) = (place(1).await, place(2).await, place(3).await);
    let conf = conf(&format!(r#"{{"groups": {{"EU": {{"static": ["{eu}"]}}, "JP": {{"static": ["{jp}"]}}}}}}"#));
    let rpc = rpc_with(conf.clone(), Some(us));
    for (group, place) in
        [(RouteGroup::Us, 1), (RouteGroup::Eu, 2), (RouteGroup::Jp, 3), (RouteGroup::Sea, 1), (RouteGroup::Latam, 1)]
    {
        assert_eq!(met(&rpc, &from(group, None, &conf)).await, Ok(place.into()), "{group:?}");
    }
}

#[tokio::test]
async fn an_entry_replaces_the_static_list_of_the_settings() {
    let ((_, world), (_, entry)) = (place(1).await, place(2).await);
    let conf = conf(&format!(r#"{{"groups": {{"default": {{"static": ["{entry}"]}}}}}}"#));
    let rpc = rpc_with(conf.clone(), Some(world));
    assert_eq!(met(&rpc, &from(RouteGroup::Us, None, &conf)).await, Ok(2.into()));
    rpc.configure(&DownstreamConf::default());
    assert_eq!(met(&rpc, &from(RouteGroup::Us, None, &conf)).await, Ok(1.into()));
}

#[tokio::test]
async fn a_group_that_is_down_uses_the_default_only_if_its_entry_says_so() {
    let ((_, us), dead) = (place(1).await, closed().await);
    for (fallback, expected) in [("", Err(ErrorKind::Unreachable)), (r#", "fallback": "default""#, Ok(1.into()))] {
        let conf = conf(&format!(r#"{{"groups": {{"EU": {{"static": ["{dead}"]{fallback}}}}}}}"#));
        let rpc = rpc_with(conf.clone(), Some(us));
        let down = || {
            rpc.status().iter().any(|service| {
                service.routes.iter().any(|route| route.route == "EU" && !route.instances[0].peer.reachable)
            })
        };
        until(down).await;
        assert_eq!(met(&rpc, &from(RouteGroup::Eu, None, &conf)).await, expected, "{fallback:?}");
    }
}

#[tokio::test]
async fn a_lane_that_is_named_has_its_own_addresses_and_another_one_is_only_passed_on() {
    let ((_, us), (_, lane)) = (place(1).await, place(2).await);
    let conf = conf(&format!(r#"{{"lanes": {{"boe_a": {{"static": ["{lane}"]}}}}}}"#));
    let rpc = rpc_with(conf.clone(), Some(us));
    for (lane, place) in [(Some("boe_a"), 2), (Some("boe_b"), 1), (None, 1)] {
        assert_eq!(met(&rpc, &from(RouteGroup::Us, lane, &conf)).await, Ok(place.into()), "{lane:?}");
    }
    assert_eq!((conf.lane("boe_a").map(Lane::name), conf.lane("boe_b")), (Some("boe_a"), None));
}

#[tokio::test]
async fn caches_are_shared_within_a_route_group_and_a_named_lane_only() {
    let (prices, at) = place(1).await;
    let conf = conf(&format!(r#"{{"lanes": {{"boe_a": {{"static": ["{at}"]}}}}}}"#));
    let dal = Dal::new(rpc_with(conf.clone(), Some(at)), None, &prometheus::Registry::new()).unwrap();
    for (group, lane, calls) in [
        (RouteGroup::Us, None, 1),
        (RouteGroup::Us, None, 1),
        (RouteGroup::Eu, None, 2),
        (RouteGroup::Us, Some("boe_a"), 3),
        (RouteGroup::Us, Some("boe_a"), 3),
        // not named: it shares everything
        (RouteGroup::Us, Some("boe_b"), 3),
    ] {
        dal.prices(&from(group, lane, &conf), &[1]).await.unwrap();
        assert_eq!(prices.calls(), calls, "{group:?} {lane:?}");
    }
}

#[tokio::test]
async fn lane_and_log_id_travel_in_the_header_and_in_the_envelope() {
    let seen: Arc<std::sync::Mutex<Vec<(Heard, Base)>>> = Arc::default();
    let sink = Arc::clone(&seen);
    let mut prices = Prices::by_id();
    prices.told = Some(Arc::new(move |heard, base| sink.lock().unwrap().push((heard, base))));
    let rpc = rpc_at(prices.serve().await);
    let conf = DownstreamConf::default();
    rpc.product_price.prices(&from(RouteGroup::Us, Some("boe_a"), &conf), &[1]).await.unwrap();
    rpc.product_price.prices(&from(RouteGroup::Us, None, &conf), &[1]).await.unwrap();
    let seen = seen.lock().unwrap();
    let env = |base: &Base| base.traffic_env.as_ref().map(|env| (env.open, env.env.to_string()));
    let heard = |lane: &str| Heard { lane: lane.into(), log_id: "log".into(), ..Heard::default() };
    assert_eq!((&seen[0].0, env(&seen[0].1)), (&heard("boe_a"), Some((true, "boe_a".into()))));
    assert_eq!((&seen[1].0, env(&seen[1].1)), (&heard(""), None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_changes_lose_no_call() {
    let ((_, a), (_, b)) = (place(1).await, place(2).await);
    let lists = [format!(r#"["{a}"]"#), format!(r#"["{a}", "{b}"]"#), format!(r#"["{b}"]"#)];
    let confs: Vec<_> =
        lists.iter().map(|list| conf(&format!(r#"{{"groups": {{"default": {{"static": {list}}}}}}}"#))).collect();
    let rpc = rpc_with(confs[0].clone(), None);
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let (rpc, stop, conf) = (Arc::clone(&rpc), Arc::clone(&stop), confs[0].clone());
            tokio::spawn(async move {
                let mut made = 0;
                while !stop.load(std::sync::atomic::Ordering::SeqCst) {
                    let mut call = from(RouteGroup::Us, None, &conf);
                    call.deadline += millis(10_000);
                    met(&rpc, &call).await.unwrap();
                    made += 1;
                }
                made
            })
        })
        .collect();
    for change in 0..1_000 {
        rpc.configure(&confs[change % 3]);
        tokio::task::yield_now().await;
    }
    stop.store(true, std::sync::atomic::Ordering::SeqCst);
    for caller in callers {
        assert!(caller.await.unwrap() > 0);
    }
}

#[tokio::test]
async fn a_drained_instance_gets_no_further_call() {
    let ((left, a), (stays, b)) = (place(1).await, place(2).await);
    let list = format!(r#""groups": {{"default": {{"static": ["{a}", "{b}"]}}}}"#);
    let rpc = rpc_with(conf(&format!("{{{list}}}")), None);
    let drained = conf(&format!(r#"{{{list}, "drain": ["{a}"]}}"#));
    rpc.configure(&drained);
    for _ in 0..20 {
        met(&rpc, &from(RouteGroup::Us, None, &drained)).await.unwrap();
    }
    assert_eq!((left.calls(), stays.calls()), (0, 20));
}

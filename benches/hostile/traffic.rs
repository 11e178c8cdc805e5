//! Good traffic: the load generator of `live-pack bench`, and clients that use TTHeader.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use live_pack::cli::{
    bench::load::{self, Plan, Stop, Tally},
    call,
    target::Route,
};
use live_pack_idl::live_pack::{GetLiveBagTabRequest, LivePackServiceClientBuilder, RoomRef};
use serde_json::json;
use tokio::{runtime::Runtime, time::interval};

use crate::stage::Outcome;

/// Time limit for a good answer.
pub(crate) const SLO: Duration = Duration::from_millis(300);

/// A framed call about one room.
pub(crate) fn call(method: &str, room: i64, user: i64) -> Outcome<Vec<u8>> {
    let fields = call::request::Fields { room: vec![room], user: Some(user), ..call::request::Fields::default() };
    Ok(call::framed(method, json!({}), &fields)?)
}

/// A plan for this call over 32 connections for `lasts`: as fast as possible, or at a rate.
pub(crate) fn plan(addr: SocketAddr, frame: &[u8], rate: Option<u32>, lasts: Duration) -> Plan {
    Plan {
        frame: frame.to_vec(),
        route: addr.into(),
        connections: 32,
        stop: Stop::After(lasts),
        rate,
        timeout: Duration::from_secs(5),
        slo: SLO,
        resend: false,
    }
}

/// The same plan from another address of this machine.
pub(crate) fn from(plan: Plan, source: [u8; 4]) -> Plan {
    Plan { route: Route::from_source(plan.route, IpAddr::from(source)), ..plan }
}

/// Runs a plan.
pub(crate) fn run(client: &Runtime, plan: Plan) -> Outcome<Tally> {
    Ok(client.block_on(load::run(plan))?)
}

/// Number of calls made, answered or not.
pub(crate) fn asked(tally: &Tally) -> u64 {
    tally.statuses.values().chain(tally.errors.values()).sum()
}

/// Number of calls without status 0.
pub(crate) fn failed(tally: &Tally) -> u64 {
    asked(tally) - tally.statuses.get(&0).copied().unwrap_or_default()
}

/// Milliseconds at the 99th percentile.
pub(crate) fn p99(tally: &Tally) -> f64 {
    tally.latency.value_at_quantile(0.99) as f64 / 1e3
}

/// Standard volo-thrift clients: TTHeader, persistent connections, no retries.
#[derive(Default)]
pub(crate) struct Stock {
    pub(crate) answered: AtomicU64,
    pub(crate) failed: AtomicU64,
    pub(crate) last_error: std::sync::Mutex<Option<String>>,
    stop: AtomicBool,
}

impl Stock {
    /// Runs `tasks` tasks that each call every `pause`, until stopped.
    pub(crate) async fn run(self: &Arc<Self>, addr: SocketAddr, tasks: usize, pause: Duration) {
        let client = LivePackServiceClientBuilder::new("live_pack")
            .rpc_timeout(Some(Duration::from_secs(5)))
            .address(addr)
            .build();
        let calling = (0..tasks).map(async |_| {
            let mut turns = interval(pause);
            while !self.stop.load(Ordering::Relaxed) {
                turns.tick().await;
                let room = RoomRef { room_id: 1002, ..RoomRef::default() };
                let request = GetLiveBagTabRequest { room, ..GetLiveBagTabRequest::default() };
                match client.get_live_bag_tab(request).await {
                    Ok(answer) if answer.base_resp.status_code == 0 => {
                        self.answered.fetch_add(1, Ordering::Relaxed);
                    }
                    other => {
                        self.failed.fetch_add(1, Ordering::Relaxed);
                        let text = other
                            .map(|answer| format!("{:?}", answer.base_resp))
                            .unwrap_or_else(|error| error.to_string());
                        if let Ok(mut last) = self.last_error.lock() {
                            *last = Some(text);
                        }
                    }
                }
            }
        });
        futures_util::future::join_all(calling).await;
    }

    /// Stops the tasks after their current call.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

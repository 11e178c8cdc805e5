//! A call on its way from the listener through the layers to a handler: one value that holds all that is known about it.
//! Listener and layers use this module, and neither uses the other.

pub mod log_id;
pub mod peer;

use std::time::Duration;

use live_pack_admission::{Admission, Candidate, Identity};
use live_pack_dal::config::Share;
use live_pack_handlers::{
    hints::{Header, Hints},
    request_context::RequestContext,
};
use live_pack_idl::{
    Method,
    live_pack::{LivePackServiceRequestRecv, LivePackServiceResponseSend},
    methods,
};
use metainfo::{Forward as _, METAINFO};
use motore::Service;
use tokio::time::Instant;
use volo::context::Context as _;
use volo_thrift::{ServerError, context::ServerContext};

use self::peer::Peer;

/// A decoded request of any method.
pub type Request = LivePackServiceRequestRecv;
/// A finished answer of any method.
pub type Response = LivePackServiceResponseSend;

/// A service with its layers: takes a call of any method, returns its answer.
pub trait PackService:
    Service<ServerContext, PackCall, Response = Response, Error = ServerError> + Send + Sync + 'static
{
}

impl<S> PackService for S where
    S: Service<ServerContext, PackCall, Response = Response, Error = ServerError> + Send + Sync + 'static
{
}

/// Limits of calls, and the rule of the access log.
#[derive(Debug, Clone, Copy)]
pub struct CallOptions {
    /// Maximum duration of a request, whatever timeout its caller states.
    pub max_request_time: Duration,
    /// One request in this many is written to the access log; 0 writes none.
    pub access_log_one_in: u32,
    /// Maximum number of requests between decode and answer; further ones are refused, and the last tenth is reserved
    /// for critical callers.
    pub max_in_flight: usize,
}

impl Default for CallOptions {
    fn default() -> Self {
        Self { max_request_time: Duration::from_secs(3), access_log_one_in: 0, max_in_flight: 4_096 }
    }
}

impl CallOptions {
    /// Whether the request with this number has a line in the access log: by the share that is configured, else by the
    /// setting.
    #[must_use]
    pub const fn is_logged(&self, number: u32, configured: Option<Share>) -> bool {
        match configured {
            Some(share) => share.takes_number(number),
            None => self.access_log_one_in > 0 && number.is_multiple_of(self.access_log_one_in),
        }
    }
}

/// The caller of a request and the number of the request, determined once: before decoding while load is shed, and
/// then passed on in the extensions of the server context; otherwise after decoding.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The caller, verified by its connection.
    pub identity: Identity,
    /// Counts the requests of this process; wraps.
    pub number: u32,
}

impl Origin {
    /// The origin of a request that arrives now.
    #[must_use]
    pub fn of(peer: &Peer, method: Method, admission: &Admission) -> Self {
        Self { identity: admission.identify(&peer.evidence(), method.name()), number: log_id::next_number() }
    }

    /// The request, as admission decides about it.
    #[must_use]
    pub const fn candidate(&self, method: Method, viewer: i64) -> Candidate<'_> {
        Candidate { caller: &self.identity, method: method.name(), viewer, number: self.number }
    }
}

/// A request and all that is known about it.
#[derive(Debug)]
pub struct PackCall {
    /// The request.
    pub request: Request,
    /// Its method.
    pub method: Method,
    /// Its caller and its number.
    pub origin: Origin,
    /// Log id, deadline, address and trace, for the handler.
    pub context: RequestContext,
}

impl PackCall {
    /// The call of a request that has just been decoded on the connection of `peer`.
    #[must_use]
    pub fn new(
        cx: &mut ServerContext,
        request: Request,
        peer: &Peer,
        admission: &Admission,
        max_request_time: Duration,
    ) -> Self {
        let (received, method) = (Instant::now(), Method::of(&request));
        let known = cx.extensions_mut().remove::<Origin>();
        let origin = known.unwrap_or_else(|| Origin::of(peer, method, admission));
        let base = methods::base(&request);
        let context = RequestContext {
            log_id: log_id::of_call(base, origin.number),
            deadline: received + allowed_time(cx.rpc_info().config().rpc_timeout(), max_request_time),
            caller: log_id::stated_caller(base, cx.rpc_info().caller().service_name()),
            hints: Hints::of(&header(), base),
            peer: peer.address,
            received,
        };
        Self { request, method, origin, context }
    }
}

/// The caller's timeout if it states one, and never more than `max`. A timeout of 0 means "none" in TTHeader.
fn allowed_time(callers: Option<Duration>, max: Duration) -> Duration {
    callers.filter(|timeout| !timeout.is_zero()).map_or(max, |timeout| timeout.min(max))
}

/// The values of the transport header that are passed on.
fn header() -> Header {
    let read = METAINFO.try_with(|header| {
        let header = header.borrow();
        // keys that travel one hop, without their prefix
        let value = |key: &str| header.get_upstream(key).unwrap_or_default();
        Header {
            lane: value("LP_LANE"),
            trace_parent: value("traceparent"),
            trace_state: value("tracestate"),
            // Kitex' mark of a retry is passed on whatever its value
            is_retry: header.get_persistent("RetryReq").is_some(),
        }
    });
    read.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_of_the_callers_timeout_and_our_own_decides() {
        let ms = Duration::from_millis;
        for (callers, expected) in
            [(None, ms(3000)), (Some(ms(200)), ms(200)), (Some(ms(9000)), ms(3000)), (Some(ms(0)), ms(3000))]
        {
            assert_eq!(allowed_time(callers, ms(3000)), expected, "{callers:?}");
        }
    }

    #[test]
    fn one_request_in_so_many_is_logged_and_none_for_0_unless_a_share_is_configured() {
        let logged = |access_log_one_in: u32, configured| {
            let options = CallOptions { access_log_one_in, ..CallOptions::default() };
            (0..10).filter(|number| options.is_logged(*number, configured)).count()
        };
        assert_eq!([logged(0, None), logged(1, None), logged(5, None)], [0, 10, 2]);
        assert_eq!([logged(0, Some(Share::ALL)), logged(1, Some(Share::NONE))], [10, 0]);
    }
}

//! The methods of the public interface: their names, and the parts that all requests or all answers have in common.
//!
//! The build script makes the table, `for_each_method!`, from the IDL. Everything else here
//! follows from it.

use pilota::FastStr;

use crate::{
    base::{Base, BaseResp},
    live_pack::{self, Degraded, LivePackServiceRequestRecv, LivePackServiceResponseSend, RoomStatus, UserContext},
};

include!(concat!(env!("OUT_DIR"), "/methods.rs"));

/// A request of the public interface.
pub trait MethodRequest: Send + Sync {
    /// The method that takes it.
    const METHOD: Method;
    /// The answer of the method.
    type Response: MethodResponse;

    /// The viewer, as stated by the client.
    fn user(&self) -> &UserContext;

    /// The caller's own statement about itself.
    fn base(&self) -> Option<&Base>;
}

/// An answer of the public interface.
pub trait MethodResponse: Default + Send {
    /// The fields that every method fills in the same way.
    fn envelope(&mut self) -> Envelope<'_>;
}

/// The fields of an answer that every method fills in the same way.
#[derive(Debug)]
pub struct Envelope<'a> {
    /// The status.
    pub base_resp: &'a mut BaseResp,
    /// The losses.
    pub degraded: &'a mut Vec<Degraded>,
    /// The state of the room; `None`: the answer is about several rooms.
    pub room_status: Option<&'a mut Option<RoomStatus>>,
    /// The time of the answer; `None`: the answer contains no time, or has it in an inner part.
    pub server_now_ms: Option<&'a mut i64>,
}

macro_rules! methods {
    ($($snake:ident $method:ident($request:ident => $response:ident): $result:ident { $($common:ident)* };)*) => {
        /// A method of the public interface.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Method {
            $(#[doc = concat!("`", stringify!($method), "`.")] $method,)*
        }

        impl Method {
            /// All methods, in the order of the IDL.
            pub const ALL: [Method; [$(Method::$method),*].len()] = [$(Method::$method),*];

            /// The name on the wire.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$method => stringify!($method),)*
                }
            }

            /// The method that a decoded request calls.
            #[must_use]
            pub const fn of(request: &LivePackServiceRequestRecv) -> Self {
                match request {
                    $(LivePackServiceRequestRecv::$method(_) => Self::$method,)*
                }
            }
        }

        /// The caller's own statement about itself, `Base` of a request.
        #[must_use]
        pub const fn base(request: &LivePackServiceRequestRecv) -> Option<&Base> {
            match request {
                $(LivePackServiceRequestRecv::$method(call) => call.req.base.as_ref(),)*
            }
        }

        /// The viewer of a request; 0: a guest.
        #[must_use]
        pub const fn user(request: &LivePackServiceRequestRecv) -> i64 {
            match request {
                $(LivePackServiceRequestRecv::$method(call) => call.req.user.user_id,)*
            }
        }

        /// The business status of an answer, `BaseResp.StatusCode`.
        #[must_use]
        pub const fn status_code(answer: &LivePackServiceResponseSend) -> i32 {
            match answer {
                $(LivePackServiceResponseSend::$method(live_pack::$result::Ok(answer)) => answer.base_resp.status_code,)*
            }
        }

        /// Number of losses that an answer names.
        #[must_use]
        pub const fn degraded(answer: &LivePackServiceResponseSend) -> usize {
            match answer {
                $(LivePackServiceResponseSend::$method(live_pack::$result::Ok(answer)) => answer.degraded.len(),)*
            }
        }

        /// An answer that contains only a status.
        #[must_use]
        pub fn refusal(method: Method, status_code: i32, status_message: FastStr) -> LivePackServiceResponseSend {
            let base_resp = BaseResp { status_message, status_code, extra: None };
            match method {
                $(Method::$method => {
                    let answer = live_pack::$response { base_resp, ..live_pack::$response::default() };
                    LivePackServiceResponseSend::$method(live_pack::$result::Ok(answer))
                })*
            }
        }

        $(
            impl MethodRequest for live_pack::$request {
                const METHOD: Method = Method::$method;
                type Response = live_pack::$response;

                fn user(&self) -> &UserContext {
                    &self.user
                }

                fn base(&self) -> Option<&Base> {
                    self.base.as_ref()
                }
            }

            impl MethodResponse for live_pack::$response {
                fn envelope(&mut self) -> Envelope<'_> {
                    #[allow(unused_mut, reason = "not every answer has more fields")]
                    let mut envelope = Envelope {
                        base_resp: &mut self.base_resp,
                        degraded: &mut self.degraded,
                        room_status: None,
                        server_now_ms: None,
                    };
                    $(envelope.$common = Some(&mut self.$common);)*
                    envelope
                }
            }
        )*
    };
}
for_each_method!(methods);

impl Method {
    /// The method of this name, spelt exactly so.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    /// The index in [`Method::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{live_pack::LivePackServiceGetLiveBagTabResultSend as TabResult, status_code::OVERLOADED};

    #[test]
    fn a_method_is_found_by_its_index_and_by_its_name() {
        for (index, method) in Method::ALL.into_iter().enumerate() {
            assert_eq!(method.index(), index);
            assert_eq!(Method::named(method.name()), Some(method));
        }
    }

    #[test]
    fn a_name_must_match_exactly() {
        assert_eq!(Method::named("getLiveBagTab"), None);
    }

    #[test]
    fn the_status_is_read_from_the_envelope() {
        let mut answer = live_pack::GetLiveBagTabResponse::default();
        answer.base_resp.status_code = 20001;
        assert_eq!(status_code(&LivePackServiceResponseSend::GetLiveBagTab(TabResult::Ok(answer))), 20001);
    }

    #[test]
    fn a_refusal_is_an_answer_of_its_method_with_a_status_and_nothing_else() {
        for method in Method::ALL {
            let answer = refusal(method, OVERLOADED, FastStr::from_static_str("later"));
            assert_eq!(status_code(&answer), OVERLOADED, "{method:?}");
            let (text, name) = (format!("{answer:?}"), method.name());
            assert!(text.starts_with(&format!("{name}(Ok({name}Response {{")), "{text}");
        }
    }

    #[test]
    fn the_envelope_has_the_common_fields_of_its_answer() {
        /// Whether the answer has `room_status` and `server_now_ms`.
        fn common<R: MethodRequest>() -> (Method, bool, bool) {
            let mut answer = R::Response::default();
            let Envelope { room_status, server_now_ms, .. } = answer.envelope();
            (R::METHOD, room_status.is_some(), server_now_ms.is_some())
        }
        for (found, expected) in [
            (common::<live_pack::MGetRoomLiteDataRequest>(), (Method::MGetRoomLiteData, false, false)),
            (common::<live_pack::GetLiveBagTabRequest>(), (Method::GetLiveBagTab, true, false)),
            (common::<live_pack::GetLiveBagDataRequest>(), (Method::GetLiveBagData, true, true)),
            (common::<live_pack::GetLiveBagRefreshRequest>(), (Method::GetLiveBagRefresh, true, true)),
        ] {
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn values_written_to_the_envelope_are_in_the_answer() {
        let mut answer = live_pack::GetLiveBagDataResponse::default();
        let Envelope { base_resp, degraded, room_status, server_now_ms } = answer.envelope();
        base_resp.status_code = OVERLOADED;
        degraded.push(Degraded { task: "A".into(), ..Degraded::default() });
        room_status.into_iter().for_each(|status| *status = Some(RoomStatus::LIVE));
        server_now_ms.into_iter().for_each(|now| *now = 7);
        let found = (answer.base_resp.status_code, answer.degraded.len(), answer.room_status, answer.server_now_ms);
        assert_eq!(found, (OVERLOADED, 1, Some(RoomStatus::LIVE), 7));
    }

    #[test]
    fn the_viewer_of_a_request_is_at_the_path_in_the_idl() {
        assert_eq!(USER, [1, 2, 1]);
    }
}

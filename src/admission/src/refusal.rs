//! Reasons to refuse a request, in the form for its caller and for metrics.

use std::time::Duration;

use live_pack_dal::FastStr;
use live_pack_idl::status_code;

/// A reason to refuse a request. Each is an ordinary answer with a status and reveals no internals.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The caller may not call this method. The same call will never be admitted.
    #[error("{caller} may not call {method}")]
    Forbidden {
        /// The name of the caller, verified by its connection.
        caller: FastStr,
        /// The method.
        method: &'static str,
    },
    /// The caller or the viewer has sent too many requests.
    #[error("{caller} is over its limit, try again in {} ms", retry_after.as_millis().max(1))]
    Rate {
        /// The name of the caller.
        caller: FastStr,
        /// Time until the next request may be sent.
        retry_after: Duration,
    },
    /// The maximum number of requests is in flight.
    #[error("too many requests are in flight, try again later")]
    InFlight,
    /// The queueing delay is too long, and there are more important requests.
    #[error("overloaded, try again later")]
    Overload,
}

/// The reason of a refusal, for metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// [`Refusal::Forbidden`].
    Forbidden,
    /// [`Refusal::Rate`].
    Rate,
    /// [`Refusal::InFlight`].
    InFlight,
    /// [`Refusal::Overload`].
    Overload,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 4] = [Self::Forbidden, Self::Rate, Self::InFlight, Self::Overload];

    /// The name in metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::Rate => "rate",
            Self::InFlight => "in_flight",
            Self::Overload => "overload",
        }
    }
}

impl Refusal {
    /// The reason, for metrics.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Forbidden { .. } => Reason::Forbidden,
            Self::Rate { .. } => Reason::Rate,
            Self::InFlight => Reason::InFlight,
            Self::Overload => Reason::Overload,
        }
    }

    /// The status of the answer: `FORBIDDEN`, `RATE_LIMITED` or `OVERLOADED`.
    #[must_use]
    pub const fn code(&self) -> i32 {
        match self {
            Self::Forbidden { .. } => status_code::FORBIDDEN,
            Self::Rate { .. } => status_code::RATE_LIMITED,
            Self::InFlight | Self::Overload => status_code::OVERLOADED,
        }
    }

    /// The message for the caller. Under load, where it matters, it allocates nothing.
    #[must_use]
    pub fn message(&self) -> FastStr {
        match self {
            Self::InFlight => FastStr::from_static_str("too many requests are in flight, try again later"),
            Self::Overload => FastStr::from_static_str("overloaded, try again later"),
            said => FastStr::from_string(said.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_caller_the_reason_and_when_to_try_again() {
        let shop = FastStr::from_static_str("shop");
        let retry_after = Duration::from_micros(250_900);
        for (refusal, status, reason, message) in [
            (
                Refusal::Forbidden { caller: shop.clone(), method: "GetLiveBagTab" },
                "FORBIDDEN",
                "forbidden",
                "shop may not call GetLiveBagTab",
            ),
            (
                Refusal::Rate { caller: shop, retry_after },
                "RATE_LIMITED",
                "rate",
                "shop is over its limit, try again in 250 ms",
            ),
            (Refusal::InFlight, "OVERLOADED", "in_flight", "too many requests are in flight, try again later"),
            (Refusal::Overload, "OVERLOADED", "overload", "overloaded, try again later"),
        ] {
            assert_eq!(status_code::name(refusal.code()), status);
            assert_eq!((refusal.reason().name(), refusal.message().as_str()), (reason, message));
            assert_eq!(refusal.message(), refusal.to_string());
        }
    }
}

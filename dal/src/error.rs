//! Failures outside the process, and their origin.

use std::fmt;

use live_pack_idl::DownstreamMethod;
use pilota::FastStr;

/// The call that an answer or a failure comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A call of a downstream service.
    Rpc(DownstreamMethod),
    /// A command of the cache and counter store.
    Redis(&'static str),
}

impl Origin {
    /// The stable name of the service in answers, settings and metrics: `product_price`, `redis`.
    #[must_use]
    pub const fn service(self) -> &'static str {
        match self {
            Self::Rpc(method) => method.service().name(),
            Self::Redis(_) => "redis",
        }
    }

    /// The method as the IDL spells it, or the command.
    #[must_use]
    pub const fn method(self) -> &'static str {
        match self {
            Self::Rpc(method) => method.name(),
            Self::Redis(command) => command,
        }
    }

    /// Whether it is a command of the cache and counter store.
    #[must_use]
    pub const fn is_redis(self) -> bool {
        matches!(self, Self::Redis(_))
    }
}

impl From<DownstreamMethod> for Origin {
    fn from(method: DownstreamMethod) -> Self {
        Self::Rpc(method)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.service(), self.method())
    }
}

/// Kinds of failed calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// No answer within the time left, connecting included.
    Timeout,
    /// No connection: refused, unroutable, not within the connect timeout, or not tried after consecutive failures.
    /// Nothing was sent.
    Unreachable,
    /// The connection was reset or closed before the answer arrived.
    Broken,
    /// The service answered with an exception or a status code of its own.
    Remote,
    /// The answer could not be decoded or does not match the request.
    BadResponse,
    /// The service failed for this key only.
    Key,
    /// The circuit is open: the service failed often, or the configuration says so. Nothing was sent.
    Open,
    /// The maximum number of calls is in flight. Nothing was sent.
    Saturated,
}

impl ErrorKind {
    /// The failures that a mock rule can cause.
    pub(crate) const MOCKED: [Self; 7] =
        [Self::Timeout, Self::Unreachable, Self::Broken, Self::Remote, Self::BadResponse, Self::Open, Self::Saturated];

    /// Number of kinds.
    pub(crate) const COUNT: usize = Self::Saturated as usize + 1;

    /// The name in messages, mock rules, metrics, records and traces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Broken => "broken",
            Self::Remote => "remote",
            Self::BadResponse => "bad_response",
            Self::Key => "key",
            Self::Open => "open",
            Self::Saturated => "saturated",
        }
    }
}

/// A failed call. Cheap to clone: all callers of a shared fetch get the same failure.
///
/// `{}` and `{:?}` leave out the detail, which may contain personal data: they are for logs, metrics, records and traces.
/// `{:#}` includes it, for a record that a caller outside production requests.
#[derive(Clone, thiserror::Error)]
pub struct Error {
    /// The call that failed.
    pub origin: Origin,
    /// The kind of failure.
    pub kind: ErrorKind,
    /// The text of the service or of the library.
    pub detail: FastStr,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.kind.name())?;
        if f.alternate() { write!(f, ": {}", self.detail) } else { Ok(()) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("origin", &self.origin).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Error {
    /// A failure of one key of a batch whose other keys succeeded.
    #[must_use]
    pub fn key(origin: impl Into<Origin>) -> Self {
        Self { origin: origin.into(), kind: ErrorKind::Key, detail: FastStr::empty() }
    }
}

impl ErrorKind {
    /// Whether this crate retries a call that failed in this way on another instance: the instance is at fault, not the
    /// service or the request. All calls are reads, so a retry is safe even if the first attempt was executed
    /// ([`ErrorKind::Broken`]); a budget keeps retries from adding to an outage. A [`ErrorKind::Timeout`] leaves no time,
    /// and a service that answered, however badly, would answer in the same way again.
    pub(crate) const fn is_retried(self) -> bool {
        match self {
            Self::Unreachable | Self::Broken => true,
            Self::Timeout | Self::Remote | Self::BadResponse | Self::Key | Self::Open | Self::Saturated => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_service_shows_only_on_request() {
        let detail = "status 17: Ms Example, 1 Example Road".into();
        let error = Error { origin: DownstreamMethod::GetCartCount.into(), kind: ErrorKind::Remote, detail };
        assert_eq!(error.to_string(), "cart.GetCartCount: remote");
        assert_eq!(format!("{error:#}"), "cart.GetCartCount: remote: status 17: Ms Example, 1 Example Road");
        assert!(!format!("{error:?} {error:#?}").contains("Example"), "{error:?}");
    }
}

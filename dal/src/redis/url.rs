//! The address of a Redis server, whose secrets are never shown.

use std::{fmt, str::FromStr};

use redis::{ConnectionInfo, IntoConnectionInfo as _};

/// The address of a Redis server. Displayed as `redis://host:port/db`, without user and password.
#[derive(Clone)]
pub struct RedisUrl(ConnectionInfo);

/// Reasons that a text is not the address of a Redis server. Holds no part of the text, which may contain a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedisUrlError {
    /// TLS.
    #[error("must begin with redis://: TLS to Redis (rediss://) is not supported")]
    Tls,
    /// Another scheme, or none.
    #[error("must begin with redis://")]
    Scheme,
    /// Not of the right shape behind the scheme.
    #[error("must be redis://user:password@host:port/db, with special characters in user or password as %XX")]
    Shape,
}

impl FromStr for RedisUrl {
    type Err = RedisUrlError;

    fn from_str(text: &str) -> Result<Self, RedisUrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(RedisUrlError::Scheme)?;
        match scheme {
            "redis" => {}
            _ if ["rediss", "valkeys"].iter().any(|tls| scheme.eq_ignore_ascii_case(tls)) => {
                return Err(RedisUrlError::Tls);
            }
            _ => return Err(RedisUrlError::Scheme),
        }
        // in `redis://secret?@host` everything before `?` would be taken for the host
        if rest.contains(['?', '#', '\\']) || rest.split_once('/').is_some_and(|(_, path)| path.contains('@')) {
            return Err(RedisUrlError::Shape);
        }
        text.into_connection_info().map(Self).map_err(|_| RedisUrlError::Shape)
    }
}

impl RedisUrl {
    /// The connection parameters for the client.
    pub(super) fn connection(&self) -> ConnectionInfo {
        self.0.clone()
    }

    /// Texts that must never be displayed: servers and proxies quote input that they do not understand.
    pub(super) fn secrets(&self) -> Vec<String> {
        self.0.redis_settings().password().map(str::to_owned).into_iter().filter(|secret| !secret.is_empty()).collect()
    }
}

impl fmt::Display for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "redis://{}/{}", self.0.addr(), self.0.redis_settings().db())
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        for (text, shown) in [
            ("redis://cache", "redis://cache:6379/0"),
            ("redis://cache:6380/2", "redis://cache:6380/2"),
            ("redis://:s3cret@cache:6379/1", "redis://cache:6379/1"),
            ("redis://s3cret@cache", "redis://cache:6379/0"),
            ("redis://me:s3%40cret%2F%3F%23@cache:6379", "redis://cache:6379/0"),
            ("redis://me:s3@cret@cache:6379", "redis://cache:6379/0"),
            ("redis://me:s3cret@[::1]:6379", "redis://::1:6379/0"),
        ] {
            let url: RedisUrl = text.parse().unwrap();
            assert_eq!((url.to_string().as_str(), format!("{url:?}").as_str()), (shown, shown), "{text}");
        }
    }

    #[test]
    fn an_invalid_address_is_refused_without_quoting_it() {
        for (text, error) in [
            ("rediss://:s3cret@cache", RedisUrlError::Tls),
            ("REDISS://:s3cret@cache", RedisUrlError::Tls),
            ("valkeys://:s3cret@cache", RedisUrlError::Tls),
            ("http://:s3cret@cache", RedisUrlError::Scheme),
            ("s3cret@cache:6379", RedisUrlError::Scheme),
            ("redis:s3cret@cache:6379", RedisUrlError::Scheme),
            ("s3cret", RedisUrlError::Scheme),
            ("redis://", RedisUrlError::Shape),
            ("redis://me:s3/cret@cache", RedisUrlError::Shape),
            ("redis://me:6379/s3cret@cache", RedisUrlError::Shape),
            ("redis://me:s3?cret@cache", RedisUrlError::Shape),
            ("redis://me:s3#cret@cache", RedisUrlError::Shape),
            ("redis://s3cret?@cache", RedisUrlError::Shape),
            ("redis://cache?password=s3cret", RedisUrlError::Shape),
            ("redis://cache/s3cret", RedisUrlError::Shape),
        ] {
            let found = text.parse::<RedisUrl>().unwrap_err();
            assert_eq!(found, error, "{text}");
            assert!(!format!("{found} {found:?}").contains("s3"), "{text}");
        }
    }
}

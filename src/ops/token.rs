//! The bearer token (RFC 6750) for requests that change state on the ops address.

use std::{fmt, io, path::Path};

use axum::http::HeaderValue;
use live_pack_dal::files::Files;
use subtle::ConstantTimeEq as _;

/// Shortest accepted token: a shorter one can be guessed.
const SHORTEST: usize = 16;

/// Failures to read the token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The file cannot be read.
    #[error("cannot read the ops token {path}")]
    Read {
        /// The file.
        path: String,
        /// The system's error.
        source: io::Error,
    },
    /// The content is not a valid token.
    #[error(
        "the ops token in {path} must be {SHORTEST} or more visible ASCII characters on one line, found {found} bytes"
    )]
    Shape {
        /// The file.
        path: String,
        /// Number of bytes found, without leading and trailing white space.
        found: usize,
    },
}

/// A secret: it is never printed, and is compared in constant time.
#[derive(Clone)]
pub struct OpsToken(String);

impl OpsToken {
    /// Reads the token in a file, without surrounding white space.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn read(path: &Path) -> Result<Self, TokenError> {
        let name = || path.display().to_string();
        let text = Files::default().read_text(path).map_err(|source| TokenError::Read { path: name(), source })?;
        let token = text.trim();
        if token.len() < SHORTEST || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenError::Shape { path: name(), found: token.len() });
        }
        Ok(Self(token.to_owned()))
    }

    /// Whether the header `Authorization` contains this token.
    #[must_use]
    pub fn is_shown(&self, authorization: Option<&HeaderValue>) -> bool {
        let shown = authorization.and_then(|value| value.to_str().ok()).and_then(|text| text.split_once(' '));
        shown.is_some_and(|(scheme, token)| {
            scheme.eq_ignore_ascii_case("bearer") && bool::from(token.as_bytes().ct_eq(self.0.as_bytes()))
        })
    }
}

impl fmt::Debug for OpsToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpsToken(..)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::fs;

    use super::*;

    #[test]
    fn only_the_whole_token_after_bearer_is_accepted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        fs::write(&path, "  a-token-of-twenty-c\n").unwrap();
        let token = OpsToken::read(&path).unwrap();
        for (value, taken) in [
            ("Bearer a-token-of-twenty-c", true),
            ("bearer a-token-of-twenty-c", true),
            ("Bearer a-token-of-twenty-", false),
            ("Bearer a-token-of-twenty-cc", false),
            ("Bearer", false),
            ("Basic a-token-of-twenty-c", false),
            ("", false),
        ] {
            assert_eq!(token.is_shown(Some(&HeaderValue::from_static(value))), taken, "{value}");
        }
        assert!(!token.is_shown(None));
        assert!(!format!("{token:?}").contains("twenty"));
        for bad in ["", "short", "two words that are long enough", "line\nfeed-in-the-middle-of-it"] {
            fs::write(&path, bad).unwrap();
            assert!(matches!(OpsToken::read(&path), Err(TokenError::Shape { .. })), "{bad:?}");
        }
    }
}

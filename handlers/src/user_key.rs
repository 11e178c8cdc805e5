//! The key of the hashes that represent followed viewers in logs and records.

use live_pack_dal::FastStr;
use ring::{hmac, rand::SystemRandom};

/// The system provides no random numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system provides no random numbers for the key of user hashes")]
pub struct NoRandomness;

/// Hashes user ids. Without the key, a hash cannot be reversed by trying all ids.
#[derive(Debug, Clone)]
pub struct UserKey(hmac::Key);

impl UserKey {
    /// Creates a random key. Hashes of different processes then cannot be compared.
    ///
    /// # Errors
    /// See [`NoRandomness`].
    pub fn random() -> Result<Self, NoRandomness> {
        hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).map(Self).map_err(|_| NoRandomness)
    }

    /// Derives the key from a secret. Processes with the same secret have the same hashes.
    #[must_use]
    pub fn of_secret(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The first 16 hex digits of HMAC-SHA256 over the id in decimal digits.
    #[must_use]
    pub fn hash(&self, user_id: i64) -> FastStr {
        let tag = hmac::sign(&self.0, user_id.to_string().as_bytes());
        let digits = tag.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        FastStr::from_string(digits)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_hash_depends_on_key_and_id() {
        let key = UserKey::of_secret(b"a secret of the operators, 32 or more");
        // printf 101 | openssl dgst -sha256 -hmac 'a secret of the operators, 32 or more' | cut -c1-16
        assert_eq!(key.hash(101), "e8b73538f8bc807d");
        assert_ne!(key.hash(102), key.hash(101));
        let [one, other] = [(); 2].map(|()| UserKey::random().unwrap());
        assert_eq!(one.hash(101), one.hash(101));
        assert_ne!(one.hash(101), other.hash(101));
    }
}

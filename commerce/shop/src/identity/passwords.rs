//! Password hashes: argon2id on a bounded number of threads.

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use ring::rand::{SecureRandom as _, SystemRandom};
use tokio::{sync::Semaphore, task};

use crate::refusal::UseCaseError;

/// Bytes of salt.
const SALT: usize = 16;

/// Hashes a password with a salt of its own; takes some 20 ms of a core and 19 MiB.
///
/// # Errors
/// When the system has no random numbers.
pub fn hash(password: &str) -> Result<String, UseCaseError> {
    let mut salt = [0; SALT];
    SystemRandom::new().fill(&mut salt).map_err(|_| UseCaseError::Crypto("no random numbers"))?;
    let hash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|_| UseCaseError::Crypto("the password could not be hashed"))?;
    Ok(hash.to_string())
}

/// Verifies passwords on at most as many threads as there are places, so that log-ins cannot take all cores and memory.
#[derive(Debug, Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    /// Verified in place of an unknown account's hash: its answer takes as long as a wrong password's.
    decoy: Arc<str>,
}

impl Passwords {
    /// A pool with this many places.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn new(places: usize) -> Result<Self, UseCaseError> {
        Ok(Self { places: Arc::new(Semaphore::new(places)), decoy: hash("decoy")?.into() })
    }

    /// Whether the password belongs to the stored hash; without a hash never, after the same time.
    ///
    /// # Errors
    /// When the pool was closed.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, UseCaseError> {
        let place = self.places.clone().acquire_owned().await;
        let _place = place.map_err(|_| UseCaseError::Crypto("the password pool is closed"))?;
        let (known, hash) = (stored.is_some(), stored.unwrap_or_else(|| self.decoy.to_string()));
        let verified = task::spawn_blocking(move || {
            PasswordHash::new(&hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        let verified = verified.await.map_err(|_| UseCaseError::Crypto("the password could not be verified"))?;
        Ok(verified && known)
    }
}

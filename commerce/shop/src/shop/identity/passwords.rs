//! Password hashes: argon2id on a bounded number of threads.

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use ring::rand::{SecureRandom as _, SystemRandom};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task,
};

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

/// Hashes and verifies passwords on at most as many threads as there are places, so that log-ins cannot take all cores and
/// memory.
#[derive(Debug, Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    /// Verified in place of an unknown account's hash: its answer takes as long as a wrong password's.
    decoy: Arc<str>,
}

/// A place of the pool; given back when it is dropped.
#[derive(Debug)]
pub(super) struct HashingPermit {
    decoy: Arc<str>,
    _permit: OwnedSemaphorePermit,
}

impl Passwords {
    /// A pool with this many places.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn new(places: usize) -> Result<Self, UseCaseError> {
        Ok(Self { places: Arc::new(Semaphore::new(places)), decoy: hash("decoy")?.into() })
    }

    /// Waits for a place.
    pub(super) async fn place(&self) -> Result<HashingPermit, UseCaseError> {
        let permit = self.places.clone().acquire_owned().await;
        let permit = permit.map_err(|_| UseCaseError::Crypto("the password pool is closed"))?;
        Ok(HashingPermit { decoy: self.decoy.clone(), _permit: permit })
    }
}

impl HashingPermit {
    /// Whether the password belongs to the stored hash; without a hash never, after the same time.
    pub(super) async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, UseCaseError> {
        let (known, hash) = (stored.is_some(), stored.unwrap_or_else(|| self.decoy.to_string()));
        let verified = task::spawn_blocking(move || {
            PasswordHash::new(&hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        let verified = verified.await.map_err(|_| UseCaseError::Crypto("the password could not be verified"))?;
        Ok(verified && known)
    }

    /// The hash of a password.
    pub(super) async fn hash(&self, password: String) -> Result<String, UseCaseError> {
        let hashed = task::spawn_blocking(move || hash(&password)).await;
        hashed.map_err(|_| UseCaseError::Crypto("the password could not be hashed"))?
    }
}

//! Password hashing: argon2id on a bounded number of threads.

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

/// Hashes a password with a random salt; takes about 20 ms of a core and 19 MiB.
///
/// # Errors
/// If the system provides no random numbers.
pub fn hash(password: &str) -> Result<String, UseCaseError> {
    let mut salt = [0; SALT];
    SystemRandom::new().fill(&mut salt).map_err(|_| UseCaseError::Crypto("no random numbers"))?;
    let hash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|_| UseCaseError::Crypto("the password could not be hashed"))?;
    Ok(hash.to_string())
}

/// Hashes and verifies passwords on a bounded number of threads, so that log-ins cannot take all cores and
/// memory.
#[derive(Debug, Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    /// Verified if the account is unknown, so that the answer takes as long as for a wrong password.
    decoy: Arc<str>,
}

/// A permit of the pool; returned when it is dropped.
#[derive(Debug)]
pub(super) struct HashingPermit {
    decoy: Arc<str>,
    _permit: OwnedSemaphorePermit,
}

impl Passwords {
    /// Creates a pool with this many permits.
    ///
    /// # Errors
    /// If the system provides no random numbers.
    pub fn new(places: usize) -> Result<Self, UseCaseError> {
        Ok(Self { places: Arc::new(Semaphore::new(places)), decoy: hash("decoy")?.into() })
    }

    /// Waits for a permit.
    pub(super) async fn place(&self) -> Result<HashingPermit, UseCaseError> {
        let permit = self.places.clone().acquire_owned().await;
        let permit = permit.map_err(|_| UseCaseError::Crypto("the password pool is closed"))?;
        Ok(HashingPermit { decoy: self.decoy.clone(), _permit: permit })
    }
}

impl HashingPermit {
    /// Whether the password matches the stored hash; without a hash never, but in the same time.
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

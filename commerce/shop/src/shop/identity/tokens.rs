//! Access tokens: JWT signed with Ed25519.

use std::sync::{
    Arc, Once,
    atomic::{AtomicI64, Ordering::Relaxed},
};

use arc_swap::ArcSwap;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, TokenData, Validation,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{ErrorKind, Result as JwtResult},
    signature,
};
use live_pack_shop_store::{
    Database, Ids,
    identity::signing::{self, SigningKeyRow},
};
use ring::{
    rand::SystemRandom,
    signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey},
};
use serde::{Deserialize, Serialize};

use crate::refusal::UseCaseError;

/// Lifetime of an access token, in seconds.
pub const ACCESS_SECONDS: i64 = 900;
/// Lifetime of a signing key, in milliseconds: 180 days.
const KEY_LIFE_MS: i64 = 180 * 24 * 3_600 * 1_000;
/// Time for which a key signs, in milliseconds: 90 days. Then a new key is created and the old one only verifies.
const KEY_SIGNS_MS: i64 = 90 * 24 * 3_600 * 1_000;

/// Claims of an access token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// Account.
    pub sub: i64,
    /// Session.
    pub sid: i64,
    /// Unix seconds of issue.
    pub iat: i64,
    /// Unix seconds; the first instant at which it is no longer valid.
    pub exp: i64,
}

struct Signing(Ed25519KeyPair);

impl signature::Signer<Vec<u8>> for Signing {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.0.sign(message).as_ref().to_vec())
    }
}

impl JwtSigner for Signing {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

struct Verifying(Vec<u8>);

impl signature::Verifier<Vec<u8>> for Verifying {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Verifying {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> JwtResult<Box<dyn JwtSigner>> {
    if *algorithm != Algorithm::EdDSA {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    let pair = Ed25519KeyPair::from_pkcs8(key.as_bytes()).map_err(|_| ErrorKind::InvalidKeyFormat)?;
    Ok(Box::new(Signing(pair)))
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> JwtResult<Box<dyn JwtVerifier>> {
    if *algorithm != Algorithm::EdDSA {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    Ok(Box::new(Verifying(key.try_get_as_bytes()?.to_vec())))
}

static RING: CryptoProvider =
    CryptoProvider { signer_factory: signer, verifier_factory: verifier, key_utils: KeyUtils::new_unimplemented() };

/// Minimum interval at which a server looks for keys of other servers, in milliseconds.
const LOOK_EVERY_MS: i64 = 1_000;

/// The keys that are valid at an instant.
struct Keys {
    newest: i64,
    /// Unix milliseconds until which the newest key signs.
    signs_until_ms: i64,
    signs: EncodingKey,
    /// Public keys by key id.
    verify: Vec<(i64, DecodingKey)>,
}

/// The keys of a process. Keys created by other servers of the database are loaded when a token names them.
pub struct Tokens {
    keys: ArcSwap<Keys>,
    /// Unix milliseconds at which the stored keys were last read.
    looked_ms: AtomicI64,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("newest", &self.keys.load().newest).finish_non_exhaustive()
    }
}

/// Decodes a stored private key.
fn key_pair(row: &SigningKeyRow) -> Result<(Vec<u8>, Ed25519KeyPair), UseCaseError> {
    let damaged = || UseCaseError::Crypto("a signing key is damaged");
    let document = STANDARD.decode(&row.private_key).map_err(|_| damaged())?;
    let pair = Ed25519KeyPair::from_pkcs8(&document).map_err(|_| damaged())?;
    Ok((document, pair))
}

impl Keys {
    fn of(rows: &[SigningKeyRow]) -> Result<Self, UseCaseError> {
        let mut verify = Vec::with_capacity(rows.len());
        let mut signs = None;
        for row in rows {
            let (document, pair) = key_pair(row)?;
            verify.push((row.key_id, DecodingKey::from_ed_der(pair.public_key().as_ref())));
            signs.get_or_insert_with(|| (row, EncodingKey::from_ed_der(&document)));
        }
        let (newest, signs) = signs.ok_or(UseCaseError::Crypto("there is no signing key"))?;
        Ok(Self { newest: newest.key_id, signs_until_ms: newest.created_ms + KEY_SIGNS_MS, signs, verify })
    }

    /// Reads the keys of the store; creates one if none may still sign.
    async fn load(identity: &Database, ids: &Ids, now_ms: i64) -> Result<Self, UseCaseError> {
        let mut rows: Vec<SigningKeyRow> = identity.read(&signing::READ, &[now_ms.into()]).await?;
        if rows.first().is_none_or(|newest| newest.created_ms + KEY_SIGNS_MS <= now_ms) {
            let row = new_key(ids.next()?, now_ms)?;
            let params =
                [row.key_id.into(), row.private_key.as_str().into(), row.created_ms.into(), row.expires_ms.into()];
            identity.write(&signing::INSERT, &params).await?;
            rows.insert(0, row);
        }
        Self::of(&rows)
    }
}

/// Key id in a token.
fn key_id(token: &str) -> Option<i64> {
    jsonwebtoken::decode_header(token).ok()?.kid?.parse().ok()
}

impl Tokens {
    /// Reads the keys of the store; creates one if none may still sign.
    ///
    /// # Errors
    /// If the store fails or contains a damaged key.
    pub async fn load(identity: &Database, ids: &Ids, now_ms: i64) -> Result<Self, UseCaseError> {
        static INSTALL: Once = Once::new();
        // Fails only if another provider is already installed, which never happens.
        INSTALL.call_once(|| {
            let _ = RING.install_default();
        });
        let keys = Keys::load(identity, ids, now_ms).await?;
        Ok(Self { keys: ArcSwap::from_pointee(keys), looked_ms: AtomicI64::new(now_ms) })
    }

    /// Replaces the signing key if it is too old.
    pub(super) async fn renew(&self, identity: &Database, ids: &Ids, now_ms: i64) -> Result<(), UseCaseError> {
        if now_ms < self.keys.load().signs_until_ms {
            return Ok(());
        }
        self.keys.store(Arc::new(Keys::load(identity, ids, now_ms).await?));
        Ok(())
    }

    /// Looks up the key named by a token in the store, unless it is known or the keys were read very recently. Returns
    /// whether it looked.
    pub(super) async fn look_for_keys(
        &self,
        identity: &Database,
        token: &str,
        now_ms: i64,
    ) -> Result<bool, UseCaseError> {
        let Some(wanted) = key_id(token) else { return Ok(false) };
        let known = self.keys.load().verify.iter().any(|(id, _)| *id == wanted);
        if known || now_ms < self.looked_ms.load(Relaxed) + LOOK_EVERY_MS {
            return Ok(false);
        }
        self.looked_ms.store(now_ms, Relaxed);
        let rows: Vec<SigningKeyRow> = identity.read(&signing::READ, &[now_ms.into()]).await?;
        self.keys.store(Arc::new(Keys::of(&rows)?));
        Ok(true)
    }

    /// Issues an access token for a session.
    ///
    /// # Errors
    /// If signing fails.
    pub fn issue(&self, account_id: i64, session_id: i64, now_ms: i64) -> Result<String, UseCaseError> {
        let iat = now_ms.div_euclid(1_000);
        let claims = Claims { sub: account_id, sid: session_id, iat, exp: iat + ACCESS_SECONDS };
        let keys = self.keys.load();
        let header = Header { kid: Some(keys.newest.to_string()), ..Header::new(Algorithm::EdDSA) };
        jsonwebtoken::encode(&header, &claims, &keys.signs)
            .map_err(|_| UseCaseError::Crypto("a token could not be signed"))
    }

    /// The claims of a token that is signed with one of the keys and has not expired.
    #[must_use]
    pub fn verify(&self, token: &str, now_ms: i64) -> Option<Claims> {
        let kid = key_id(token)?;
        let keys = self.keys.load();
        let (_, key) = keys.verify.iter().find(|(known, _)| *known == kid)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        // The expiry is compared below, with the shop's clock.
        validation.validate_exp = false;
        let TokenData { claims, .. }: TokenData<Claims> = jsonwebtoken::decode(token, key, &validation).ok()?;
        (now_ms < claims.exp.saturating_mul(1_000)).then_some(claims)
    }
}

fn new_key(key_id: i64, now_ms: i64) -> Result<SigningKeyRow, UseCaseError> {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
        .map_err(|_| UseCaseError::Crypto("a signing key could not be made"))?;
    let private_key = STANDARD.encode(document.as_ref());
    Ok(SigningKeyRow { key_id, private_key, created_ms: now_ms, expires_ms: now_ms + KEY_LIFE_MS })
}

#[cfg(test)]
mod tests {
    use live_pack_shop_store::{Cell, Location, migrate};

    use super::*;

    async fn cells() -> (Database, Arc<Ids>) {
        let open = |cell| async move {
            let database = Database::open(&Location::Memory, cell).await.unwrap();
            migrate(&database, cell).await.unwrap();
            database
        };
        let ids = Ids::lease(&open(Cell::Trade).await, false).await.unwrap();
        (open(Cell::Identity).await, ids)
    }

    #[tokio::test]
    async fn a_key_signs_for_90_days_and_verifies_until_it_expires() {
        let (identity, ids) = cells().await;
        let tokens = Tokens::load(&identity, &ids, 0).await.unwrap();
        let first = tokens.keys.load().newest;
        tokens.renew(&identity, &ids, KEY_SIGNS_MS - 1).await.unwrap();
        assert_eq!(tokens.keys.load().newest, first);
        let old = tokens.issue(7, 8, KEY_SIGNS_MS).unwrap();
        tokens.renew(&identity, &ids, KEY_SIGNS_MS).await.unwrap();
        assert_ne!(tokens.keys.load().newest, first);
        assert!(tokens.verify(&old, KEY_SIGNS_MS).is_some(), "an old key verifies until it expires");
    }

    #[tokio::test]
    async fn a_key_of_another_server_is_loaded_when_a_token_names_it() {
        let (identity, ids) = cells().await;
        let here = Tokens::load(&identity, &ids, 0).await.unwrap();
        let there = Tokens::load(&identity, &ids, KEY_SIGNS_MS).await.unwrap();
        let now = KEY_SIGNS_MS;
        let token = there.issue(7, 8, now).unwrap();
        assert!(here.verify(&token, now).is_none());
        assert!(here.look_for_keys(&identity, &token, now).await.unwrap());
        assert!(here.verify(&token, now).is_some());
        assert!(!here.look_for_keys(&identity, &token, now + LOOK_EVERY_MS).await.unwrap(), "it is known now");
        assert!(!here.look_for_keys(&identity, "x", now + LOOK_EVERY_MS).await.unwrap());
    }

    #[tokio::test]
    async fn a_token_is_valid_until_it_expires_and_only_unmodified() {
        let (identity, ids) = cells().await;
        let now = KEY_SIGNS_MS;
        let tokens = Tokens::load(&identity, &ids, now).await.unwrap();
        let token = tokens.issue(7, 8, now).unwrap();
        let claims = tokens.verify(&token, now + 899_999).unwrap();
        assert_eq!((claims.sub, claims.sid), (7, 8));
        assert!(tokens.verify(&token, now + 900_000).is_none());
        let parts: Vec<_> = token.split('.').collect();
        let none = STANDARD.encode(r#"{"alg":"none"}"#);
        for bad in [
            String::new(),
            "x".to_owned(),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}.{}.{}", none.trim_end_matches('='), parts[1], parts[2]),
            format!("{}.{}x.{}", parts[0], parts[1], parts[2]),
            format!("{token}x"),
        ] {
            assert!(tokens.verify(&bad, now).is_none(), "{bad}");
        }
    }
}

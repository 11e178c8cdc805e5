//! Log-in, refresh, log-out, authentication.

use live_pack_shop_store::{
    Database, StoreError, Tx,
    identity::{
        accounts::{self, AccountRow},
        failures,
        sessions::{self, OwnerRow, SessionId, SessionRow, TokenRow},
    },
};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::Serialize;

use super::{ACCESS_SECONDS, Caller, accounts::by_id, roles, throttle, tokens::Claims};
use crate::{
    Shop, UseCase,
    digest::{hex, sha256},
    refusal::{Refusal, UseCaseError},
};

/// Lifetime of a session without a refresh, in milliseconds: 30 days.
const SESSION_MS: i64 = 30 * 24 * 3_600 * 1_000;

/// The tokens of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SessionView {
    /// For `Authorization: Bearer`.
    pub access_token: String,
    /// Seconds, 900.
    pub expires_in: i64,
    /// Valid for one refresh.
    pub refresh_token: String,
    /// Account.
    pub account_id: String,
    /// Names of the roles.
    pub roles: Vec<String>,
}

fn random_token() -> Result<String, UseCaseError> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| UseCaseError::Crypto("no random numbers"))?;
    Ok(hex(&bytes))
}

/// Opens a session.
///
/// An unknown e-mail and a wrong password are refused in the same way and time. After ten failures in 15 minutes every
/// log-in with the e-mail is refused, even with the right password.
#[derive(Debug, Clone)]
pub struct LogIn {
    /// E-mail, case-insensitive.
    pub email: String,
    /// Password.
    pub password: String,
}

impl UseCase for LogIn {
    const NAME: &'static str = "sessions.create";
    type Answer = SessionView;

    async fn run(self, shop: &Shop) -> Result<SessionView, UseCaseError> {
        let email = self.email.to_lowercase();
        let email_hash = sha256(&email);
        // Checked while holding a permit, so that concurrent guesses are limited to the number of permits.
        let place = shop.passwords().place().await?;
        throttle::check(shop, &email_hash).await?;
        let found: Vec<AccountRow> = shop.identity().read(&accounts::BY_EMAIL, &[email.into()]).await?;
        let account = found.into_iter().next();
        let stored = account.as_ref().map(|account| account.password_hash.clone());
        let verified = place.verify(self.password, stored).await?;
        let Some(account) = account.filter(|_| verified) else {
            throttle::record(shop, &email_hash).await?;
            return Err(Refusal::BadCredentials.into());
        };
        throttle::check(shop, &email_hash).await?;
        open(shop, &account).await
    }
}

/// Opens a session of an account without a password, for commands and load tests that create their own accounts.
///
/// # Errors
/// `Unauthenticated` if there is no such account.
pub async fn open_session(shop: &Shop, account_id: i64) -> Result<SessionView, UseCaseError> {
    open(shop, &by_id(shop, account_id).await?).await
}

async fn open(shop: &Shop, account: &AccountRow) -> Result<SessionView, UseCaseError> {
    let now_ms = shop.clock().now_ms();
    let session = SessionRow {
        session_id: shop.ids().next()?,
        account_id: account.account_id,
        created_ms: now_ms,
        expires_ms: now_ms + SESSION_MS,
        ended_ms: None,
    };
    let mut tx = shop.identity().begin().await?;
    tx.run_rows(&sessions::INSERT, std::slice::from_ref(&session)).await?;
    let refresh_token = insert_token(&mut tx, session.session_id).await?;
    tx.commit().await?;
    view(shop, account, session.session_id, refresh_token).await
}

/// Creates a refresh token for a session.
async fn insert_token(tx: &mut Tx, session_id: i64) -> Result<String, UseCaseError> {
    let token = random_token()?;
    tx.run(&sessions::INSERT_TOKEN, &[sha256(&token).into(), session_id.into()]).await?;
    Ok(token)
}

async fn view(
    shop: &Shop,
    account: &AccountRow,
    session_id: i64,
    refresh_token: String,
) -> Result<SessionView, UseCaseError> {
    let now_ms = shop.clock().now_ms();
    shop.tokens().renew(shop.identity(), shop.ids(), now_ms).await?;
    Ok(SessionView {
        access_token: shop.tokens().issue(account.account_id, session_id, now_ms)?,
        expires_in: ACCESS_SECONDS,
        refresh_token,
        account_id: account.account_id.to_string(),
        roles: roles(&account.roles),
    })
}

/// Exchanges a refresh token for new tokens. If a token is used a second time, it was copied, and its session ends.
#[derive(Debug, Clone)]
pub struct Refresh {
    /// The refresh token.
    pub refresh_token: String,
}

impl UseCase for Refresh {
    const NAME: &'static str = "sessions.refresh";
    type Answer = SessionView;

    async fn run(self, shop: &Shop) -> Result<SessionView, UseCaseError> {
        let now_ms = shop.clock().now_ms();
        let token_hash = sha256(&self.refresh_token);
        let found: Vec<TokenRow> = shop.identity().read(&sessions::TOKEN, &[token_hash.as_str().into()]).await?;
        let session_id = found.first().ok_or(Refusal::Unauthenticated)?.session_id;
        let mut tx = shop.identity().begin().await?;
        if tx.run(&sessions::USE_TOKEN, &[token_hash.into(), now_ms.into()]).await? == 0 {
            tx.run(&sessions::END, &[session_id.into(), now_ms.into()]).await?;
            tx.commit().await?;
            tracing::warn!(session_id, "a refresh token was used twice: its session has ended");
            return Err(Refusal::Unauthenticated.into());
        }
        let params = [session_id.into(), (now_ms + SESSION_MS).into(), now_ms.into()];
        if tx.run(&sessions::EXTEND, &params).await? == 0 {
            return Err(Refusal::Unauthenticated.into());
        }
        let owner: Vec<OwnerRow> = tx.rows(&sessions::OWNER, &[session_id.into()]).await?;
        let account_id = owner.first().ok_or(Refusal::Unauthenticated)?.account_id;
        let refresh_token = insert_token(&mut tx, session_id).await?;
        tx.commit().await?;
        view(shop, &by_id(shop, account_id).await?, session_id, refresh_token).await
    }
}

/// Identifies the caller of a request by its access token.
///
/// Refused unless the token is valid and its session is open.
#[derive(Debug, Clone)]
pub struct Authenticate {
    /// Access token.
    pub token: String,
}

impl UseCase for Authenticate {
    const NAME: &'static str = "sessions.authenticate";
    type Answer = Caller;

    async fn run(self, shop: &Shop) -> Result<Caller, UseCaseError> {
        let now_ms = shop.clock().now_ms();
        let mut verified = shop.tokens().verify(&self.token, now_ms);
        if verified.is_none() && shop.tokens().look_for_keys(shop.identity(), &self.token, now_ms).await? {
            verified = shop.tokens().verify(&self.token, now_ms);
        }
        let Claims { sub, sid, .. } = verified.ok_or(Refusal::Unauthenticated)?;
        let found: Vec<OwnerRow> = shop.identity().read(&sessions::OWNER, &[sid.into()]).await?;
        let owner = found.into_iter().find(|owner| owner.account_id == sub).ok_or(Refusal::Unauthenticated)?;
        Ok(Caller { account_id: sub, session_id: sid, roles: roles(&owner.roles) })
    }
}

/// Ends a session; its access token is then refused.
#[derive(Debug, Clone, Copy)]
pub struct LogOut {
    /// The session.
    pub session_id: i64,
}

impl UseCase for LogOut {
    const NAME: &'static str = "sessions.end";
    type Answer = ();

    async fn run(self, shop: &Shop) -> Result<(), UseCaseError> {
        let params = [self.session_id.into(), shop.clock().now_ms().into()];
        shop.identity().write(&sessions::END, &params).await?;
        Ok(())
    }
}

/// Deletes at most `limit` expired sessions, and as many expired records of failed log-ins.
///
/// # Errors
/// If the store fails.
pub async fn purge(identity: &Database, now_ms: i64, limit: i64) -> Result<u64, StoreError> {
    let mut tx = identity.begin().await?;
    let expired: Vec<SessionId> = tx.rows(&sessions::EXPIRED, &[now_ms.into(), limit.into()]).await?;
    tx.run_rows(&sessions::DELETE_TOKENS, &expired).await?;
    let mut deleted = tx.run_rows(&sessions::DELETE, &expired).await?;
    deleted += tx.run(&failures::PURGE, &[(now_ms - throttle::WINDOW_MS).into(), limit.into()]).await?;
    tx.commit().await?;
    Ok(deleted)
}

//! Log-in and log-out.

use live_pack_shop_store::identity::{
    ACCOUNT, ACCOUNT_BY_EMAIL, AccountRow, END_SESSION, INSERT_SESSIONS, SESSION, SessionRow,
};
use ring::{
    digest,
    rand::{SecureRandom as _, SystemRandom},
};
use serde::Serialize;

use super::{ACCESS_SECONDS, Caller};
use crate::{
    Shop,
    refusal::{Refusal, UseCaseError},
};

/// Life of a session without a refresh, in milliseconds: 30 days.
const SESSION_MS: i64 = 30 * 24 * 3_600 * 1_000;

/// The tokens of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SessionView {
    /// For `Authorization: Bearer`.
    pub access_token: String,
    /// Seconds, 900.
    pub expires_in: i64,
    /// Good for one refresh.
    pub refresh_token: String,
    /// Account.
    pub account_id: String,
    /// Names of the roles.
    pub roles: Vec<String>,
}

/// Hexadecimal text of bytes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of a text, hexadecimal.
pub(crate) fn sha256(text: &str) -> String {
    hex(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}

fn random_token() -> Result<String, UseCaseError> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| UseCaseError::Crypto("no random numbers"))?;
    Ok(hex(&bytes))
}

fn roles(row: &AccountRow) -> Vec<String> {
    row.roles.split(',').filter(|role| !role.is_empty()).map(ToOwned::to_owned).collect()
}

/// Opens a session.
///
/// # Errors
/// `BadCredentials` for an unknown e-mail and a wrong password alike, after the same time.
pub async fn log_in(shop: &Shop, email: &str, password: String) -> Result<SessionView, UseCaseError> {
    let found: Vec<AccountRow> = shop.identity().read(&ACCOUNT_BY_EMAIL, &[email.to_lowercase().into()]).await?;
    let account = found.into_iter().next();
    let stored = account.as_ref().map(|account| account.password_hash.clone());
    let verified = shop.passwords().verify(password, stored).await?;
    let Some(account) = account.filter(|_| verified) else {
        return Err(Refusal::BadCredentials.into());
    };
    open(shop, &account).await
}

/// Opens a session of an account without a password: for commands and load tests that make their own accounts.
///
/// # Errors
/// `Unauthenticated` when there is no such account.
pub async fn open_session(shop: &Shop, account_id: i64) -> Result<SessionView, UseCaseError> {
    let account: Vec<AccountRow> = shop.identity().read(&ACCOUNT, &[account_id.into()]).await?;
    open(shop, account.first().ok_or(Refusal::Unauthenticated)?).await
}

async fn open(shop: &Shop, account: &AccountRow) -> Result<SessionView, UseCaseError> {
    let now_ms = shop.clock().now_ms();
    let refresh_token = random_token()?;
    let session = SessionRow {
        session_id: shop.ids().next()?,
        account_id: account.account_id,
        refresh_hash: sha256(&refresh_token),
        created_ms: now_ms,
        expires_ms: now_ms + SESSION_MS,
        ended_ms: None,
    };
    let input = live_pack_shop_store::rows(INSERT_SESSIONS.name, std::slice::from_ref(&session))?;
    shop.identity().write(&INSERT_SESSIONS, &[input]).await?;
    Ok(SessionView {
        access_token: shop.tokens().issue(account.account_id, session.session_id, now_ms)?,
        expires_in: ACCESS_SECONDS,
        refresh_token,
        account_id: account.account_id.to_string(),
        roles: roles(account),
    })
}

/// The caller of a request with an access token.
///
/// # Errors
/// `Unauthenticated` unless the token is good and its session open.
pub async fn authenticate(shop: &Shop, token: &str) -> Result<Caller, UseCaseError> {
    let now_ms = shop.clock().now_ms();
    let claims = shop.tokens().verify(token, now_ms).ok_or(Refusal::Unauthenticated)?;
    let found: Vec<SessionRow> = shop.identity().read(&SESSION, &[claims.sid.into()]).await?;
    let open = |session: &SessionRow| session.ended_ms.is_none() && session.account_id == claims.sub;
    if !found.first().is_some_and(open) {
        return Err(Refusal::Unauthenticated.into());
    }
    let account: Vec<AccountRow> = shop.identity().read(&ACCOUNT, &[claims.sub.into()]).await?;
    let account = account.first().ok_or(Refusal::Unauthenticated)?;
    Ok(Caller { account_id: claims.sub, session_id: claims.sid, roles: roles(account) })
}

/// Ends the caller's session: its access token is refused from now on.
///
/// # Errors
/// When the store fails.
pub async fn log_out(shop: &Shop, caller: &Caller) -> Result<(), UseCaseError> {
    let params = [caller.session_id.into(), shop.clock().now_ms().into()];
    shop.identity().write(&END_SESSION, &params).await?;
    Ok(())
}

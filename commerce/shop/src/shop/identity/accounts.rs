//! Accounts: opening, reading, changing.

use live_pack_shop_store::identity::{
    accounts::{self, AccountRow},
    sessions,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Caller, passwords::HashingPermit, roles, throttle};
use crate::{
    Shop, UseCase,
    clock::rfc3339,
    digest::sha256,
    refusal::{Refusal, UseCaseError},
};

/// Role of every new account.
const ROLE: &str = "user";

/// A new account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AccountCreatedView {
    /// The account.
    pub account_id: String,
}

/// An account as shown to its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AccountView {
    /// The account.
    pub account_id: String,
    /// E-mail in lower case.
    pub email: String,
    /// Display name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub region: String,
    /// Names of the roles.
    pub roles: Vec<String>,
    /// RFC 3339.
    pub created_at: String,
}

impl From<AccountRow> for AccountView {
    fn from(row: AccountRow) -> Self {
        Self {
            account_id: row.account_id.to_string(),
            email: row.email,
            name: row.name,
            region: row.region,
            roles: roles(&row.roles),
            created_at: rfc3339(row.created_ms),
        }
    }
}

/// An open account.
pub(super) async fn by_id(shop: &Shop, account_id: i64) -> Result<AccountRow, UseCaseError> {
    let found: Vec<AccountRow> = shop.identity().read(&accounts::BY_ID, &[account_id.into()]).await?;
    Ok(found.into_iter().next().ok_or(Refusal::Unauthenticated)?)
}

/// Opens an account.
///
/// Refused if another account has the e-mail.
#[derive(Debug, Clone)]
pub struct CreateAccount {
    /// E-mail, case-insensitive.
    pub email: String,
    /// Password.
    pub password: String,
    /// Display name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub region: String,
}

impl UseCase for CreateAccount {
    const NAME: &'static str = "accounts.create";
    type Answer = AccountCreatedView;

    async fn run(self, shop: &Shop) -> Result<AccountCreatedView, UseCaseError> {
        let email = self.email.to_lowercase();
        let taken: Vec<AccountRow> = shop.identity().read(&accounts::BY_EMAIL, &[email.as_str().into()]).await?;
        if !taken.is_empty() {
            return Err(Refusal::EmailTaken.into());
        }
        let row = AccountRow {
            account_id: shop.ids().next()?,
            email,
            password_hash: shop.passwords().place().await?.hash(self.password).await?,
            name: self.name,
            region: self.region,
            roles: ROLE.to_owned(),
            seller_id: None,
            created_ms: shop.clock().now_ms(),
        };
        let input = live_pack_shop_store::rows(accounts::INSERT.name, std::slice::from_ref(&row))?;
        if shop.identity().write(&accounts::INSERT, &[input]).await? == 0 {
            // Another request was faster while the password was being hashed.
            return Err(Refusal::EmailTaken.into());
        }
        Ok(AccountCreatedView { account_id: row.account_id.to_string() })
    }
}

/// Reads an account.
#[derive(Debug, Clone, Copy)]
pub struct ReadAccount {
    /// The account.
    pub account_id: i64,
}

impl UseCase for ReadAccount {
    const NAME: &'static str = "accounts.read";
    type Answer = AccountView;

    async fn run(self, shop: &Shop) -> Result<AccountView, UseCaseError> {
        Ok(by_id(shop, self.account_id).await?.into())
    }
}

/// A change of password.
#[derive(Debug, Clone)]
pub struct PasswordChange {
    /// The current password.
    pub current: String,
    /// The new password.
    pub new: String,
}

/// Changes an account. A new password ends all other sessions.
///
/// A wrong current password is refused and counted like a failed log-in.
#[derive(Debug, Clone)]
pub struct ChangeAccount {
    /// Owner.
    pub caller: Caller,
    /// New display name.
    pub name: Option<String>,
    /// New region.
    pub region: Option<String>,
    /// New password.
    pub password: Option<PasswordChange>,
}

impl UseCase for ChangeAccount {
    const NAME: &'static str = "accounts.change";
    type Answer = AccountView;

    async fn run(self, shop: &Shop) -> Result<AccountView, UseCaseError> {
        let account = by_id(shop, self.caller.account_id).await?;
        let password_hash = match self.password {
            Some(change) => {
                let email_hash = sha256(&account.email);
                let place = shop.passwords().place().await?;
                throttle::check(shop, &email_hash).await?;
                verified(shop, &place, &email_hash, change.current, account.password_hash).await?;
                Some(place.hash(change.new).await?)
            }
            None => None,
        };
        let ends_others = password_hash.is_some();
        let account_id = account.account_id;
        let mut tx = shop.identity().begin().await?;
        tx.run(&accounts::CHANGE, &[account_id.into(), self.name.into(), self.region.into(), password_hash.into()])
            .await?;
        if ends_others {
            let params = [account_id.into(), self.caller.session_id.into(), shop.clock().now_ms().into()];
            tx.run(&sessions::END_OTHERS, &params).await?;
        }
        tx.commit().await?;
        Ok(by_id(shop, account_id).await?.into())
    }
}

async fn verified(
    shop: &Shop,
    place: &HashingPermit,
    email_hash: &str,
    password: String,
    stored: String,
) -> Result<(), UseCaseError> {
    if place.verify(password, Some(stored)).await? {
        return Ok(());
    }
    throttle::record(shop, email_hash).await?;
    Err(Refusal::BadCredentials.into())
}

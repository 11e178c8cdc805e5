//! Addresses of an account. At most one is the default.

use live_pack_shop_store::{
    Tx,
    identity::{
        accounts,
        addresses::{self, AddressRow},
    },
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Shop, UseCase,
    refusal::{Refusal, UseCaseError},
};

/// An address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AddressView {
    /// The address.
    pub address_id: String,
    /// Name of the recipient.
    pub name: String,
    /// Telephone number.
    pub phone: String,
    /// ISO 3166-1 alpha-2.
    pub region: String,
    /// City.
    pub city: String,
    /// Street and number.
    pub line1: String,
    /// Second line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    /// Postcode.
    pub postcode: String,
    /// Whether it is the default; an account has at most one.
    pub is_default: bool,
}

impl From<AddressRow> for AddressView {
    fn from(row: AddressRow) -> Self {
        Self {
            address_id: row.address_id.to_string(),
            name: row.name,
            phone: row.phone,
            region: row.region,
            city: row.city,
            line1: row.line1,
            line2: row.line2,
            postcode: row.postcode,
            is_default: row.is_default == 1,
        }
    }
}

/// A page of addresses, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AddressListView {
    /// Addresses.
    pub items: Vec<AddressView>,
    /// Token of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}

/// Content of a new address.
#[derive(Debug, Clone)]
pub struct NewAddress {
    /// Name of the recipient.
    pub name: String,
    /// Telephone number.
    pub phone: String,
    /// ISO 3166-1 alpha-2.
    pub region: String,
    /// City.
    pub city: String,
    /// Street and number.
    pub line1: String,
    /// Second line.
    pub line2: Option<String>,
    /// Postcode.
    pub postcode: String,
    /// Whether it becomes the default.
    pub is_default: bool,
}

/// Changes of an address; `None` keeps a field.
#[derive(Debug, Clone, Default)]
pub struct AddressPatch {
    /// Name of the recipient.
    pub name: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub region: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Street and number.
    pub line1: Option<String>,
    /// Second line; `Some(None)` removes it.
    pub line2: Option<Option<String>>,
    /// Postcode.
    pub postcode: Option<String>,
    /// Whether it is the default.
    pub is_default: Option<bool>,
}

impl AddressPatch {
    fn apply(self, row: &mut AddressRow) {
        let fields = [
            (&mut row.name, self.name),
            (&mut row.phone, self.phone),
            (&mut row.region, self.region),
            (&mut row.city, self.city),
            (&mut row.line1, self.line1),
            (&mut row.postcode, self.postcode),
        ];
        for (field, new) in fields {
            if let Some(new) = new {
                *field = new;
            }
        }
        if let Some(line2) = self.line2 {
            row.line2 = line2;
        }
        if let Some(is_default) = self.is_default {
            row.is_default = i64::from(is_default);
        }
    }
}

/// Locks the account, so that its addresses are changed one at a time.
async fn lock(tx: &mut Tx, account_id: i64) -> Result<(), UseCaseError> {
    let open: Vec<i64> = tx.rows(&accounts::LOCK, &[account_id.into()]).await?;
    if open.is_empty() { Err(Refusal::Unauthenticated.into()) } else { Ok(()) }
}

async fn clear_other_defaults(tx: &mut Tx, row: &AddressRow) -> Result<(), UseCaseError> {
    if row.is_default == 1 {
        tx.run(&addresses::CLEAR_DEFAULT, &[row.account_id.into(), row.address_id.into()]).await?;
    }
    Ok(())
}

/// Adds an address.
#[derive(Debug, Clone)]
pub struct CreateAddress {
    /// Owner.
    pub account_id: i64,
    /// Content.
    pub address: NewAddress,
}

impl UseCase for CreateAddress {
    const NAME: &'static str = "addresses.create";
    type Answer = AddressView;

    async fn run(self, shop: &Shop) -> Result<AddressView, UseCaseError> {
        let NewAddress { name, phone, region, city, line1, line2, postcode, is_default } = self.address;
        let row = AddressRow {
            account_id: self.account_id,
            address_id: shop.ids().next()?,
            name,
            phone,
            region,
            city,
            line1,
            line2,
            postcode,
            is_default: i64::from(is_default),
        };
        let mut tx = shop.identity().begin().await?;
        lock(&mut tx, row.account_id).await?;
        clear_other_defaults(&mut tx, &row).await?;
        tx.run_each(&addresses::INSERT, std::slice::from_ref(&row)).await?;
        tx.commit().await?;
        Ok(row.into())
    }
}

/// Lists the addresses of an account, oldest first.
#[derive(Debug, Clone, Copy)]
pub struct ListAddresses {
    /// Owner.
    pub account_id: i64,
    /// Last address of the previous page.
    pub after: Option<i64>,
    /// Addresses per page.
    pub page_size: i64,
}

impl UseCase for ListAddresses {
    const NAME: &'static str = "addresses.list";
    type Answer = AddressListView;

    async fn run(self, shop: &Shop) -> Result<AddressListView, UseCaseError> {
        let params = [self.account_id.into(), self.after.unwrap_or(0).into(), (self.page_size + 1).into()];
        let rows: Vec<AddressRow> = shop.identity().read(&addresses::LIST, &params).await?;
        let (rows, next_page_token) = crate::page::cut(rows, self.page_size, |row| row.address_id);
        Ok(AddressListView { items: rows.into_iter().map(Into::into).collect(), next_page_token })
    }
}

/// Reads an address.
#[derive(Debug, Clone, Copy)]
pub struct ReadAddress {
    /// Owner.
    pub account_id: i64,
    /// The address.
    pub address_id: i64,
}

impl UseCase for ReadAddress {
    const NAME: &'static str = "addresses.read";
    type Answer = AddressView;

    async fn run(self, shop: &Shop) -> Result<AddressView, UseCaseError> {
        let params = [self.account_id.into(), self.address_id.into()];
        let found: Vec<AddressRow> = shop.identity().read(&addresses::BY_ID, &params).await?;
        Ok(found.into_iter().next().ok_or(Refusal::AddressNotFound)?.into())
    }
}

/// Changes an address. Orders keep the address that they were placed with.
#[derive(Debug, Clone)]
pub struct ChangeAddress {
    /// Owner.
    pub account_id: i64,
    /// The address.
    pub address_id: i64,
    /// Changes.
    pub patch: AddressPatch,
}

impl UseCase for ChangeAddress {
    const NAME: &'static str = "addresses.change";
    type Answer = AddressView;

    async fn run(self, shop: &Shop) -> Result<AddressView, UseCaseError> {
        let mut tx = shop.identity().begin().await?;
        lock(&mut tx, self.account_id).await?;
        let params = [self.account_id.into(), self.address_id.into()];
        let found: Vec<AddressRow> = tx.rows(&addresses::BY_ID, &params).await?;
        let mut row = found.into_iter().next().ok_or(Refusal::AddressNotFound)?;
        self.patch.apply(&mut row);
        clear_other_defaults(&mut tx, &row).await?;
        tx.run_each(&addresses::CHANGE, std::slice::from_ref(&row)).await?;
        tx.commit().await?;
        Ok(row.into())
    }
}

/// Deletes an address. Orders keep their copy.
#[derive(Debug, Clone, Copy)]
pub struct DeleteAddress {
    /// Owner.
    pub account_id: i64,
    /// The address.
    pub address_id: i64,
}

impl UseCase for DeleteAddress {
    const NAME: &'static str = "addresses.delete";
    type Answer = ();

    async fn run(self, shop: &Shop) -> Result<(), UseCaseError> {
        let params = [self.account_id.into(), self.address_id.into()];
        match shop.identity().write(&addresses::DELETE, &params).await? {
            0 => Err(Refusal::AddressNotFound.into()),
            _ => Ok(()),
        }
    }
}

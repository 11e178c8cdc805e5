//! The part of the demo world with fixed ids: buyers, merchants, an administrator, products 9000001 and 9000002.

use live_pack_shop_store::{
    catalog::{ProductRow, SellerRow, SkuRow},
    identity::{accounts::AccountRow, addresses::AddressRow},
};

use super::write::{Seed, SkuStock};
use crate::{identity::hash, refusal::UseCaseError};

/// Password of all demo accounts.
pub const PASSWORD: &str = "live-pack-demo";
/// Number of buyers.
const BUYERS: i64 = 200;
/// Account of the first buyer; the others have consecutive ids.
const FIRST_BUYER: i64 = 1_000_001;
/// Account of the first merchant; the others have consecutive ids.
const FIRST_MERCHANT: i64 = 2_000_001;
/// Account of the administrator.
const ADMIN: i64 = 3_000_001;
/// Seller of the fixed products.
const SELLER: i64 = 10_010;

/// Demo accounts for these sellers, in id order, and the fixed products. Seller 10010 must be among the sellers.
///
/// # Errors
/// If the password cannot be hashed.
pub fn demo(sellers: Vec<SellerRow>, now_ms: i64) -> Result<Seed, UseCaseError> {
    // One hash for all accounts: at 20 ms each, separate hashes would take minutes.
    let password_hash = hash(PASSWORD)?;
    let account = |account_id: i64, email: String, name: String, roles: &str, seller_id: Option<i64>| AccountRow {
        account_id,
        email,
        password_hash: password_hash.clone(),
        name,
        region: "US".to_owned(),
        roles: roles.to_owned(),
        seller_id,
        created_ms: now_ms,
    };
    let mut seed = Seed::default();
    for number in 1..=BUYERS {
        let (id, email) = (FIRST_BUYER + number - 1, format!("buyer{number}@example.com"));
        seed.accounts.push(account(id, email, format!("Buyer {number}"), "user", None));
        seed.addresses.push(address(id, number));
    }
    let mut ids: Vec<_> = sellers.iter().map(|seller| seller.seller_id).collect();
    ids.sort_unstable();
    for (number, seller_id) in (1..).zip(ids) {
        let (id, email) = (FIRST_MERCHANT + number - 1, format!("merchant{number}@example.com"));
        seed.accounts.push(account(id, email, format!("Merchant {number}"), "user,merchant", Some(seller_id)));
    }
    seed.accounts.push(account(ADMIN, "admin@example.com".to_owned(), "Admin".to_owned(), "user,admin", None));
    seed.sellers = sellers;
    fixed_product(&mut seed, 9_000_001, "Hundred of a kind", &[(9_000_001_001, 1_000, 100)]);
    let many = [(9_000_002_001, 333, 1_000_000), (9_000_002_002, 667, 1_000_000), (9_000_002_003, 1, 1_000_000)];
    fixed_product(&mut seed, 9_000_002, "A million of each", &many);
    Ok(seed)
}

/// Seller of the fixed products, for a catalogue without this seller: ships free.
#[must_use]
pub fn fixed_seller() -> SellerRow {
    SellerRow {
        seller_id: SELLER,
        name: "Live Pack Demo".to_owned(),
        region: "US".to_owned(),
        shipping_fee: 0,
        free_shipping_from: None,
    }
}

/// Each buyer's default address has the id of the buyer.
fn address(account_id: i64, number: i64) -> AddressRow {
    AddressRow {
        account_id,
        address_id: account_id,
        name: format!("Buyer {number}"),
        phone: "+1 555 0100".to_owned(),
        region: "US".to_owned(),
        city: "Springfield".to_owned(),
        line1: format!("{number} Main Street"),
        line2: None,
        postcode: "12345".to_owned(),
        is_default: 1,
    }
}

fn fixed_product(seed: &mut Seed, product_id: i64, title: &str, skus: &[(i64, i64, i64)]) {
    seed.products.push(ProductRow {
        product_id,
        seller_id: SELLER,
        category_id: 100,
        title: title.to_owned(),
        title_lower: title.to_lowercase(),
        brand: "Live Pack".to_owned(),
        tags: "[]".to_owned(),
        description: format!("{title}, for trying out the shop."),
        images: "[]".to_owned(),
        currency: "USD".to_owned(),
        sale_regions: "*".to_owned(),
        buyer_limit: None,
        tax_class: 0,
        on_shelf: 1,
    });
    for &(sku_id, price, on_hand) in skus {
        seed.skus.push(SkuRow { sku_id, product_id, seller_id: SELLER, attributes: "{}".to_owned(), price });
        seed.stock.push(SkuStock { seller_id: SELLER, sku_id, on_hand });
    }
}

//! A seeded shop on each engine, and shortcuts for its use cases.

use std::sync::LazyLock;

use live_pack_shop::{
    Clock, Shop, ShopSettings, UseCaseError,
    answer::QuoteView,
    check,
    money::Currency,
    order::{Cancel, Keyed, Outcome, Place, Readdress, TradeRequest},
    quote::{NewQuote, Source},
    seed::{self, Seed, SkuStock},
};
use live_pack_shop_store::{
    Location,
    catalog::{ProductRow, SellerRow, SkuRow, TaxRow},
    identity::{accounts::AccountRow, addresses::AddressRow},
    testing::Cluster,
    trade::keys::KeyId,
};
use serde_json::Value;

/// Buyers; each has an address in the US with the id of the buyer.
pub(crate) const BUYERS: std::ops::Range<i64> = 1..9;
/// 2026-11-28T12:00:00Z.
pub(crate) const NOW: i64 = 1_795_867_200_000;
/// Sold by seller 10, 1000 units, 10.00 USD, ships free, no tax.
pub(crate) const PLAIN: i64 = 1_001;
/// Sold by seller 10, 5 units.
pub(crate) const SCARCE: i64 = 1_002;
/// Sold by seller 20, 1000 units, 19.99 USD, taxed, shipping 4.99, at most 3 per buyer.
pub(crate) const LIMITED: i64 = 2_001;
/// Sold by seller 20 in JPY.
pub(crate) const YEN: i64 = 2_002;
/// Sold by seller 20 in GB only.
pub(crate) const BRITISH: i64 = 2_003;

/// Password of the buyers.
pub(crate) const PASSWORD: &str = "password of a buyer";

static HASH: LazyLock<String> = LazyLock::new(|| live_pack_shop::identity::hash(PASSWORD).unwrap());

pub(crate) struct Kit {
    pub(crate) shop: Shop,
    pub(crate) clock: Clock,
    pub(crate) location: Location,
    _folder: Option<tempfile::TempDir>,
}

/// Locations for a shop: a folder and a PostgreSQL database, each empty.
pub(crate) fn both() -> Vec<(Option<tempfile::TempDir>, Location)> {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Location::Folder(folder.path().join("data"));
    vec![(Some(folder), sqlite), (None, Cluster::shared().location())]
}

/// A seeded shop on each engine, with its clock at [`NOW`].
pub(crate) async fn shops() -> Vec<Kit> {
    let mut kits = Vec::new();
    for (folder, location) in both() {
        kits.push(open(folder, location, false).await);
    }
    kits
}

pub(crate) async fn open(folder: Option<tempfile::TempDir>, location: Location, server: bool) -> Kit {
    let clock = Clock::frozen(NOW);
    let settings = ShopSettings { location: location.clone(), clock: clock.clone(), migrate: true, server };
    let shop = Shop::open(settings).await.unwrap();
    seed::write(&shop, &seed()).await.unwrap();
    Kit { shop, clock, location, _folder: folder }
}

fn seed() -> Seed {
    let seller = |seller_id, shipping_fee, free_shipping_from| SellerRow {
        seller_id,
        name: format!("Seller {seller_id}"),
        region: "US".into(),
        shipping_fee,
        free_shipping_from,
    };
    let product = |product_id, seller_id, currency: &str, sale_regions: &str, buyer_limit, tax_class| ProductRow {
        product_id,
        seller_id,
        category_id: 1,
        title: "T".into(),
        title_lower: "t".into(),
        brand: String::new(),
        tags: "[]".into(),
        description: String::new(),
        images: "[]".into(),
        currency: currency.into(),
        sale_regions: sale_regions.into(),
        buyer_limit,
        tax_class,
        on_shelf: 1,
    };
    let sku =
        |sku_id, product_id, seller_id, price| SkuRow { sku_id, product_id, seller_id, attributes: "{}".into(), price };
    let stock = |seller_id, sku_id, on_hand| SkuStock { seller_id, sku_id, on_hand };
    let address = |account_id, address_id, region: &str| AddressRow {
        account_id,
        address_id,
        name: "N".into(),
        phone: "1".into(),
        region: region.into(),
        city: "C".into(),
        line1: "L".into(),
        line2: None,
        postcode: "P".into(),
        is_default: i64::from(account_id == address_id),
    };
    let account = |account_id: i64| AccountRow {
        account_id,
        email: format!("buyer{account_id}@example.com"),
        password_hash: HASH.clone(),
        name: "N".into(),
        region: "US".into(),
        roles: "user".into(),
        seller_id: None,
        created_ms: NOW,
    };
    let mut addresses: Vec<_> = BUYERS.map(|buyer| address(buyer, buyer, "US")).collect();
    addresses.extend([address(1, 101, "GB"), address(1, 102, "US")]);
    Seed {
        sellers: vec![seller(10, 0, None), seller(20, 499, Some(5_000))],
        products: vec![
            product(1, 10, "USD", "*", None, 0),
            product(2, 20, "USD", "*", Some(3), 1),
            product(3, 20, "JPY", "*", None, 0),
            product(4, 20, "USD", ",GB,IE,", None, 0),
        ],
        skus: vec![
            sku(PLAIN, 1, 10, 1_000),
            sku(SCARCE, 1, 10, 1_000),
            sku(LIMITED, 2, 20, 1_999),
            sku(YEN, 3, 20, 1_980),
            sku(BRITISH, 4, 20, 500),
        ],
        taxes: vec![TaxRow { region: "US".into(), tax_class: 1, basis_points: 825 }],
        stock: vec![
            stock(10, PLAIN, 1_000),
            stock(10, SCARCE, 5),
            stock(20, LIMITED, 1_000),
            stock(20, YEN, 1_000),
            stock(20, BRITISH, 1_000),
        ],
        addresses,
        accounts: BUYERS.map(account).collect(),
    }
}

pub(crate) fn keyed(account_id: i64, scope: &str, key: &str, values: &[&str]) -> Keyed {
    let id = KeyId { account_id, scope: scope.into(), idempotency_key: key.into() };
    Keyed::new(id, values)
}

impl Kit {
    pub(crate) fn set_clock(&self, now_ms: i64) {
        let Clock::Manual(clock) = &self.clock else { unreachable!() };
        clock.store(now_ms, std::sync::atomic::Ordering::Relaxed);
    }

    pub(crate) async fn try_quote(
        &self,
        account_id: i64,
        address_id: i64,
        items: &[(i64, i64)],
    ) -> Result<QuoteView, UseCaseError> {
        let source = Source::Items(items.to_vec());
        self.shop.run(NewQuote { account_id, source, address_id, voucher_codes: Vec::new() }).await
    }

    pub(crate) async fn quote(&self, account_id: i64, items: &[(i64, i64)]) -> QuoteView {
        self.try_quote(account_id, account_id, items).await.unwrap()
    }

    pub(crate) async fn commit(&self, request: TradeRequest) -> Outcome {
        self.shop.committer().commit(request).await.unwrap()
    }

    pub(crate) async fn place(&self, account_id: i64, quote: &QuoteView, key: &str) -> Outcome {
        self.commit(place(account_id, quote, key)).await
    }

    /// Ids of the orders of a new quote.
    pub(crate) async fn order(&self, account_id: i64, items: &[(i64, i64)]) -> Vec<i64> {
        let quote = self.quote(account_id, items).await;
        let outcome = self.place(account_id, &quote, &format!("order {}", quote.quote_id)).await;
        let orders = body(&outcome)["orders"].as_array().unwrap().clone();
        orders.iter().map(|order| order["order_id"].as_str().unwrap().parse().unwrap()).collect()
    }

    pub(crate) async fn cancel(&self, account_id: i64, order_id: i64, key: &str) -> Outcome {
        let keyed = keyed(account_id, &format!("POST /v1/orders/{order_id}/cancel"), key, &["reason"]);
        self.commit(TradeRequest::Cancel(Cancel { keyed, order_id, reason: "reason".into() })).await
    }

    pub(crate) async fn readdress(&self, account_id: i64, order_id: i64, address_id: i64, key: &str) -> Outcome {
        let keyed = keyed(account_id, &format!("PATCH /v1/orders/{order_id}"), key, &[&address_id.to_string()]);
        let address = self.shop.delivery_address(account_id, address_id).await.unwrap();
        self.commit(TradeRequest::Readdress(Readdress { keyed, order_id, address })).await
    }

    /// Units on hand and reserved.
    pub(crate) async fn stock(&self, seller_id: i64, sku_id: i64) -> (i64, i64) {
        use live_pack_shop_store::trade::stock::{READ, StockKey, StockRow};
        let rows: Vec<StockRow> = self.shop.trade().read_for(&READ, &[StockKey { seller_id, sku_id }]).await.unwrap();
        (rows[0].on_hand, rows[0].reserved)
    }

    pub(crate) fn cells(&self) -> check::Cells<'_> {
        check::Cells { identity: self.shop.identity(), catalog: self.shop.catalog(), trade: self.shop.trade() }
    }

    /// Panics if an invariant is broken.
    pub(crate) async fn check(&self) {
        let mut findings = check::check_store(self.shop.trade(), &self.clock).await.unwrap();
        findings.extend(check::check_identity(self.shop.identity()).await.unwrap());
        findings.extend(check::check_across(self.cells()).await.unwrap());
        let broken: Vec<_> = findings.iter().filter(|finding| !finding.broken.is_empty()).collect();
        assert!(broken.is_empty(), "{broken:#?}");
    }
}

pub(crate) fn place(account_id: i64, quote: &QuoteView, key: &str) -> TradeRequest {
    let quote_id = quote.quote_id.parse().unwrap();
    let total = Currency::of(&quote.total.currency).unwrap().parse(&quote.total.amount).unwrap();
    let keyed = keyed(account_id, "POST /v1/orders", key, &[&quote.quote_id, &quote.total.amount]);
    TradeRequest::Place(Place { keyed, quote_id, total })
}

pub(crate) fn body(outcome: &Outcome) -> Value {
    let Outcome::Answer { body, .. } = outcome else { panic!("{outcome:?}") };
    serde_json::from_str(body).unwrap()
}

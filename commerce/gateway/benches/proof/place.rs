//! A seeded shop on one of the databases, with accounts, tokens and quotes created by the harness.

use live_pack_shop::{
    Clock, Shop, ShopSettings,
    answer::DeliveryView,
    check::{Cells, check_across, check_history, check_identity, check_store},
    money::Currency,
    order::{Keyed, Place as PlaceOrder, TradeRequest},
    quote::{Item, Priced, price},
    seed,
};
use live_pack_shop_store::{
    Cell, Location, Tx,
    catalog::OfferRow,
    identity::{
        accounts::{self, AccountRow},
        addresses::{self, AddressRow},
        sessions::{self, SessionRow},
    },
    testing::Cluster,
    trade::{
        keys::KeyId,
        quotes::{self, QuoteRow},
        stock::{self, StockChange, StockEntry, StockKey},
    },
};

/// Databases.
pub const KINDS: [&str; 2] = ["sqlite", "postgres"];
/// Seller of the fixed products.
pub const SELLER: i64 = 10_010;
/// A million units, 3.33 USD.
pub const HOT: i64 = 9_000_002_001;
/// First of the SKUs among which orders are distributed.
pub const SPREAD: i64 = 8_000_000_001;
/// Number of these SKUs.
pub const SPREAD_SKUS: i64 = 10_000;
/// First account of the harness.
const FIRST_ACCOUNT: i64 = 50_000_001;

/// A shop's data.
pub struct Place {
    pub kind: &'static str,
    pub location: Location,
    /// Location of the data as an argument of the server process: a folder or a URL.
    pub argument: String,
    pub cluster: Option<Cluster>,
    _folder: Option<tempfile::TempDir>,
}

/// A buyer with a session.
#[derive(Debug, Clone)]
pub struct Buyer {
    pub account_id: i64,
    pub token: String,
}

impl Place {
    /// A new location with the fixed demo data.
    pub async fn new(kind: &'static str) -> Self {
        let place = if kind == "sqlite" {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("data");
            let argument = path.display().to_string();
            Self { kind, location: Location::Folder(path), argument, cluster: None, _folder: Some(folder) }
        } else {
            let cluster = Cluster::start().unwrap();
            let argument = cluster.database().unwrap();
            let location = Location::postgres(&argument, false).unwrap();
            Self { kind, location, argument, cluster: Some(cluster), _folder: None }
        };
        let shop = place.open(Clock::system()).await;
        let plan = seed::demo(vec![seed::fixed_seller()], shop.clock().now_ms()).unwrap();
        seed::write(&shop, &plan).await.unwrap();
        shop.close().await;
        place
    }

    /// The shop's use cases in this process, in addition to a server.
    pub async fn open(&self, clock: Clock) -> Shop {
        let location = self.location.clone();
        Shop::open(ShopSettings { location, clock, migrate: true, server: false }).await.unwrap()
    }

    /// The broken invariants of the store and the recorded answers.
    pub async fn check(&self, recorded: &str) -> Result<(), String> {
        let open = async |cell| live_pack_shop::open(&self.location, cell, true).await.unwrap();
        let (identity, catalog, trade) =
            (open(Cell::Identity).await, open(Cell::Catalog).await, open(Cell::Trade).await);
        let mut findings = check_store(&trade, &Clock::system()).await.unwrap();
        findings.extend(check_identity(&identity).await.unwrap());
        let cells = Cells { identity: &identity, catalog: &catalog, trade: &trade };
        findings.extend(check_across(cells).await.unwrap());
        findings.extend(check_history(&trade, recorded).await.unwrap());
        for database in [identity, catalog, trade] {
            database.close().await;
        }
        let broken: Vec<_> = findings.iter().filter(|it| !it.broken.is_empty()).map(ToString::to_string).collect();
        if broken.is_empty() { Ok(()) } else { Err(broken.join("; ")) }
    }
}

async fn all<T: serde::Serialize + Sync>(tx: &mut Tx, statement: &'static live_pack_shop_store::Statement, rows: &[T]) {
    for chunk in rows.chunks(1_000) {
        tx.run_rows(statement, chunk).await.unwrap();
    }
}

/// Accounts, each with an address of the same id and an open session.
pub async fn buyers(shop: &Shop, count: i64) -> Vec<Buyer> {
    let now_ms = shop.clock().now_ms();
    let password_hash = live_pack_shop::identity::hash("load").unwrap();
    let (mut account_rows, mut address_rows, mut session_rows, mut buyers) = (vec![], vec![], vec![], vec![]);
    for account_id in FIRST_ACCOUNT..FIRST_ACCOUNT + count {
        let text = |text: &str| text.to_owned();
        account_rows.push(AccountRow {
            account_id,
            email: format!("load{account_id}@example.com"),
            password_hash: password_hash.clone(),
            name: text("Load"),
            region: text("US"),
            roles: text("user"),
            seller_id: None,
            created_ms: now_ms,
        });
        address_rows.push(AddressRow {
            account_id,
            address_id: account_id,
            name: text("Load"),
            phone: text("1"),
            region: text("US"),
            city: text("C"),
            line1: text("L"),
            line2: None,
            postcode: text("P"),
            is_default: 1,
        });
        let session_id = shop.ids().next().unwrap();
        session_rows.push(SessionRow {
            session_id,
            account_id,
            created_ms: now_ms,
            expires_ms: now_ms + 86_400_000,
            ended_ms: None,
        });
        buyers.push(Buyer { account_id, token: shop.tokens().issue(account_id, session_id, now_ms).unwrap() });
    }
    let mut tx = shop.identity().begin().await.unwrap();
    all(&mut tx, &accounts::INSERT, &account_rows).await;
    all(&mut tx, &addresses::INSERT, &address_rows).await;
    all(&mut tx, &sessions::INSERT, &session_rows).await;
    tx.commit().await.unwrap();
    buyers
}

/// Stock for the SKUs among which orders are distributed.
pub async fn spread_stock(shop: &Shop) {
    let keys: Vec<_> = (0..SPREAD_SKUS).map(|n| StockKey { seller_id: SELLER, sku_id: SPREAD + n }).collect();
    let mut tx = shop.trade().begin().await.unwrap();
    for chunk in keys.chunks(1_000) {
        let created: Vec<StockKey> = tx.rows_for(&stock::CREATE, chunk).await.unwrap();
        let entry = |key: &StockKey| StockEntry {
            seller_id: key.seller_id,
            sku_id: key.sku_id,
            entry_id: 1,
            quantity: 1_000,
            at_ms: 0,
        };
        let change =
            |key: &StockKey| StockChange { seller_id: key.seller_id, sku_id: key.sku_id, on_hand: 1_000, reserved: 0 };
        tx.run_rows(&stock::ENTER, &created.iter().map(entry).collect::<Vec<_>>()).await.unwrap();
        tx.run_each(&stock::CHANGE, &created.iter().map(change).collect::<Vec<_>>()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Stores quotes of one unit each, and returns the requests that place them.
pub async fn quotes(shop: &Shop, count: usize, sku: impl Fn(usize) -> i64) -> Vec<PlaceOrder> {
    let now_ms = shop.clock().now_ms();
    let usd = Currency::of("USD").unwrap();
    let (mut rows, mut requests) = (Vec::new(), Vec::new());
    for number in 0..count {
        let account_id = FIRST_ACCOUNT + (number % 1_000) as i64;
        let offer = OfferRow {
            sku_id: sku(number),
            product_id: 9_000_002,
            seller_id: SELLER,
            price: 333,
            currency: "USD".to_owned(),
            sale_regions: "*".to_owned(),
            buyer_limit: None,
            tax_class: 0,
            shipping_fee: 0,
            free_shipping_from: None,
        };
        let item = Item { offer, quantity: 1, line_id: shop.ids().next().unwrap() };
        let orders = price(vec![item], &[].into(), &[].into()).unwrap();
        let text = || "x".to_owned();
        let address = DeliveryView {
            name: text(),
            phone: text(),
            region: "US".to_owned(),
            city: text(),
            line1: text(),
            line2: None,
            postcode: text(),
        };
        let priced = Priced { orders, currency: usd, total: 333, address, from_cart: false };
        let quote_id = shop.ids().next().unwrap();
        let body = serde_json::to_string(&priced).unwrap();
        let expires_ms = now_ms + 3_600_000;
        rows.push(QuoteRow { account_id, quote_id, created_ms: now_ms, expires_ms, used: 0, body });
        let id = KeyId { account_id, scope: "POST /v1/orders".to_owned(), idempotency_key: format!("k{quote_id}") };
        let keyed = Keyed::new(id, &[&quote_id.to_string(), "333", "USD"]);
        requests.push(PlaceOrder { keyed, quote_id, total: usd.minor(333) });
    }
    let mut tx = shop.trade().begin().await.unwrap();
    all(&mut tx, &quotes::INSERT, &rows).await;
    tx.commit().await.unwrap();
    requests
}

/// The request to the committer.
pub fn request(place: &PlaceOrder) -> TradeRequest {
    TradeRequest::Place(place.clone())
}

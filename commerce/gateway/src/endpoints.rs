//! The table of all endpoints. The router, the `OpenAPI` document, the checks before a handler and the metrics are derived from it.

use live_pack_shop::{
    answer::{OrderListView, OrderView, PlacedView, QuoteView},
    cart::CartView,
    catalog::{ProductListView, ProductView},
    identity::{AccountCreatedView, AccountView, AddressListView, AddressView, SessionView},
};

use crate::{
    endpoint::{
        Endpoint,
        Handler::{Bearer, Keyed, NotYet, Plain, Public},
        Parameter,
        ParameterRule::{Id, Ids, Text, UpTo},
        endpoint,
    },
    input::LARGEST_PAGE,
    problem::{
        ADDRESS_NOT_FOUND, BAD_CREDENTIALS, CART_EMPTY, CURRENCY_MIXED, DRAINING, EMAIL_TAKEN, LIMIT_EXCEEDED,
        NOT_DELIVERABLE, NOT_FOUND, OPEN_ORDERS, OUT_OF_STOCK, PRICE_CHANGED, QUOTE_EXPIRED, QUOTE_USED, SKU_NOT_FOUND,
        STATE_CONFLICT, TOO_MANY_ATTEMPTS, UNAUTHENTICATED, VOUCHER_INVALID,
    },
    routes::{
        accounts, addresses, cart, orders, probes,
        products::{self, LONGEST_QUERY, MOST_IDS},
        quotes, sessions,
    },
};

/// Media type of Prometheus' text format.
const PROMETHEUS: &str = "text/plain; version=0.0.4";
/// Media type of texts.
const TEXT: &str = "text/plain; charset=utf-8";

const PAGE_SIZE: Parameter =
    Parameter { name: "page_size", rule: UpTo(LARGEST_PAGE), about: "Items per page; 20 by default" };
const PAGE_TOKEN: Parameter =
    Parameter { name: "page_token", rule: Id, about: "The `next_page_token` of the previous page" };
const PAGE: &[Parameter] = &[PAGE_SIZE, PAGE_TOKEN];
const PRODUCTS: &[Parameter] = &[
    PAGE_SIZE,
    PAGE_TOKEN,
    Parameter { name: "query", rule: Text(LONGEST_QUERY), about: "Part of the title, in any case" },
    Parameter { name: "category_id", rule: Id, about: "Products of this category" },
    Parameter { name: "seller_id", rule: Id, about: "Products of this seller" },
    Parameter {
        name: "ids",
        rule: Ids(MOST_IDS),
        about: "These products, without another choice; unknown ids are left out",
    },
];

/// All endpoints.
pub(crate) static ENDPOINTS: &[Endpoint] = &[
    endpoint!(Get "/healthz", "The process is alive.", Plain(TEXT, probes::healthz)),
    endpoint!(Get "/readyz", "The process takes traffic.", Plain(TEXT, probes::readyz)).refuses(&[DRAINING]),
    endpoint!(Get "/metrics", "Metrics for Prometheus.", Plain(PROMETHEUS, probes::metrics)),
    endpoint!(Get "/openapi.json", "This document.", Plain("application/json", probes::document)),
    endpoint!(Post "/v1/accounts", "Opens an account.", Public(|app, input| Box::pin(accounts::create(app, input))))
        .takes::<accounts::NewAccount>()
        .answers::<AccountCreatedView>(201)
        .refuses(&[EMAIL_TAKEN]),
    endpoint!(
        Post "/v1/sessions",
        "Logs in.",
        Public(|app, input| Box::pin(sessions::create(app, input)))
    )
    .takes::<sessions::Credentials>()
    .answers::<SessionView>(201)
    .refuses(&[BAD_CREDENTIALS, TOO_MANY_ATTEMPTS]),
    endpoint!(
        Post "/v1/sessions/refresh",
        "Exchanges a refresh token for new tokens; a second use ends the session.",
        Public(|app, input| Box::pin(sessions::refresh(app, input)))
    )
    .takes::<sessions::RefreshToken>()
    .answers::<SessionView>(201)
    .refuses(&[UNAUTHENTICATED]),
    endpoint!(
        Delete "/v1/sessions/current",
        "Logs out.",
        Bearer(|app, caller, input| Box::pin(sessions::end(app, caller, input)))
    )
    .answers_nothing(),
    endpoint!(
        Get "/v1/account",
        "Reads the caller's account.",
        Bearer(|app, caller, input| Box::pin(accounts::read(app, caller, input)))
    )
    .answers::<AccountView>(200),
    endpoint!(
        Patch "/v1/account",
        "Changes the caller's account.",
        Bearer(|app, caller, input| Box::pin(accounts::change(app, caller, input)))
    )
    .takes::<accounts::AccountChange>()
    .answers::<AccountView>(200)
    .refuses(&[BAD_CREDENTIALS, TOO_MANY_ATTEMPTS]),
    endpoint!(
        Delete "/v1/account",
        "Closes the caller's account and erases personal data.",
        Bearer(|app, caller, input| Box::pin(accounts::close(app, caller, input)))
    )
    .answers_nothing()
    .refuses(&[OPEN_ORDERS]),
    endpoint!(
        Post "/v1/addresses",
        "Adds an address.",
        Bearer(|app, caller, input| Box::pin(addresses::create(app, caller, input)))
    )
    .takes::<addresses::NewAddress>()
    .answers::<AddressView>(201),
    endpoint!(
        Get "/v1/addresses",
        "Lists the caller's addresses, oldest first.",
        Bearer(|app, caller, input| Box::pin(addresses::list(app, caller, input)))
    )
    .asks(PAGE)
    .answers::<AddressListView>(200),
    endpoint!(
        Get "/v1/addresses/{id}",
        "Reads an address.",
        Bearer(|app, caller, input| Box::pin(addresses::read(app, caller, input)))
    )
    .answers::<AddressView>(200)
    .refuses(&[ADDRESS_NOT_FOUND]),
    endpoint!(
        Patch "/v1/addresses/{id}",
        "Changes an address.",
        Bearer(|app, caller, input| Box::pin(addresses::change(app, caller, input)))
    )
    .takes::<addresses::AddressChange>()
    .answers::<AddressView>(200)
    .refuses(&[ADDRESS_NOT_FOUND]),
    endpoint!(
        Delete "/v1/addresses/{id}",
        "Deletes an address.",
        Bearer(|app, caller, input| Box::pin(addresses::delete(app, caller, input)))
    )
    .answers_nothing()
    .refuses(&[ADDRESS_NOT_FOUND]),
    endpoint!(
        Get "/v1/products",
        "Lists products on the shelf, by id.",
        Public(|app, input| Box::pin(products::list(app, input)))
    )
    .asks(PRODUCTS)
    .answers::<ProductListView>(200),
    endpoint!(
        Get "/v1/products/{id}",
        "Reads a product with its SKUs.",
        Public(|app, input| Box::pin(products::read(app, input)))
    )
    .answers::<ProductView>(200)
    .refuses(&[NOT_FOUND]),
    endpoint!(
        Get "/v1/cart",
        "Reads the cart, with current prices and stock.",
        Bearer(|app, caller, input| Box::pin(cart::read(app, caller, input)))
    )
    .answers::<CartView>(200),
    endpoint!(
        Put "/v1/cart/items/{sku_id}",
        "Sets the quantity of a SKU in the cart.",
        Bearer(|app, caller, input| Box::pin(cart::set(app, caller, input)))
    )
    .takes::<cart::CartQuantity>()
    .answers::<CartView>(200)
    .refuses(&[SKU_NOT_FOUND, LIMIT_EXCEEDED]),
    endpoint!(
        Delete "/v1/cart",
        "Empties the cart.",
        Bearer(|app, caller, input| Box::pin(cart::clear(app, caller, input)))
    )
    .answers_nothing(),
    endpoint!(
        Post "/v1/quotes",
        "Creates a quote, whose prices are valid for five minutes.",
        Bearer(|app, caller, input| Box::pin(quotes::create(app, caller, input)))
    )
    .takes::<quotes::QuoteRequest>()
    .answers::<QuoteView>(201)
    .refuses(&[
        ADDRESS_NOT_FOUND,
        SKU_NOT_FOUND,
        CART_EMPTY,
        CURRENCY_MIXED,
        NOT_DELIVERABLE,
        VOUCHER_INVALID,
        LIMIT_EXCEEDED,
        OUT_OF_STOCK,
    ]),
    endpoint!(
        Post "/v1/orders",
        "Places the orders of a quote, one per seller.",
        Keyed(|app, caller, key, input| Box::pin(orders::place(app, caller, key, input)))
    )
    .takes::<orders::OrderRequest>()
    .answers::<PlacedView>(201)
    .refuses(&[NOT_FOUND, QUOTE_USED, QUOTE_EXPIRED, PRICE_CHANGED, LIMIT_EXCEEDED, OUT_OF_STOCK]),
    endpoint!(
        Get "/v1/orders",
        "Lists the caller's orders, newest first.",
        Bearer(|app, caller, input| Box::pin(orders::list(app, caller, input)))
    )
    .asks(PAGE)
    .answers::<OrderListView>(200),
    endpoint!(
        Get "/v1/orders/{id}",
        "Reads an order.",
        Bearer(|app, caller, input| Box::pin(orders::read(app, caller, input)))
    )
    .answers::<OrderView>(200)
    .refuses(&[NOT_FOUND]),
    endpoint!(
        Patch "/v1/orders/{id}",
        "Delivers an unpaid order to another address of the same region.",
        Keyed(|app, caller, key, input| Box::pin(orders::readdress(app, caller, key, input)))
    )
    .takes::<orders::OrderChange>()
    .answers::<OrderView>(200)
    .refuses(&[NOT_FOUND, ADDRESS_NOT_FOUND, STATE_CONFLICT]),
    endpoint!(
        Post "/v1/orders/{id}/cancel",
        "Cancels an order that has not been shipped.",
        Keyed(|app, caller, key, input| Box::pin(orders::cancel(app, caller, key, input)))
    )
    .takes::<orders::CancelRequest>()
    .answers::<OrderView>(200)
    .refuses(&[NOT_FOUND, STATE_CONFLICT]),
    endpoint!(Post "/v1/orders/{id}/confirm-receipt", "Confirms the receipt of an order.", NotYet),
    endpoint!(Post "/v1/orders/{id}/refunds", "Requests a refund.", NotYet),
    endpoint!(Get "/v1/payments/{id}", "Reads a payment.", NotYet),
    endpoint!(Post "/v1/webhooks/payments", "Takes an event of the payment provider.", NotYet),
    endpoint!(Get "/v1/seller/orders", "Lists the orders of the caller's shop.", NotYet),
    endpoint!(Post "/v1/seller/orders/{id}/ship", "Ships an order.", NotYet),
    endpoint!(Post "/v1/seller/refunds/{id}/approve", "Approves a refund.", NotYet),
    endpoint!(Post "/v1/seller/refunds/{id}/reject", "Rejects a refund.", NotYet),
    endpoint!(Post "/v1/seller/products", "Adds a product.", NotYet),
    endpoint!(Patch "/v1/seller/products/{id}", "Changes a product.", NotYet),
    endpoint!(Delete "/v1/seller/products/{id}", "Takes a product off the shelf.", NotYet),
    endpoint!(Post "/v1/seller/products/{id}/submit", "Submits a product for review.", NotYet),
    endpoint!(Put "/v1/seller/skus/{id}/stock", "Changes the stock of a SKU.", NotYet),
    endpoint!(Get "/v1/balance", "Reads the wallet.", NotYet),
    endpoint!(Get "/v1/balance/entries", "Lists the entries of the wallet.", NotYet),
];

//! The shop, a server of its own: `live-pack shop serve`.

use prometheus::{Histogram, HistogramVec, IntCounter, IntCounterVec};

/// Seconds of a request over HTTP.
const HTTP: [f64; 13] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0];

/// Seconds of a use case.
const USE_CASE: [f64; 13] = [0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0];

/// Seconds of a transaction, and of the wait for it.
const TRANSACTION: [f64; 14] =
    [0.000_25, 0.000_5, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.5, 1.0, 2.0];

families! {
    "The shop";

    /// Time per request, by endpoint and status.
    SHOP_HTTP_SECONDS: HistogramVec = "live_pack_shop_http_seconds" ["endpoint", "status"] in HTTP;
    /// Requests that were refused because 512 were in flight.
    SHOP_HTTP_OVERLOADED: IntCounter = "live_pack_shop_http_overloaded_total" [];
    /// Time per use case, by outcome: ok, refused, failed.
    SHOP_USE_CASE_SECONDS: HistogramVec = "live_pack_shop_use_case_seconds" ["use_case", "outcome"] in USE_CASE;
    /// Look-ups of cached use cases, by result: hit, miss.
    SHOP_CACHE: IntCounterVec = "live_pack_shop_cache_total" ["use_case", "result"];
    /// Lines per cart after a change.
    SHOP_CART_ITEMS: Histogram = "live_pack_shop_cart_items" [] in [0.0, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0];
    /// Requests per transaction of the committer.
    SHOP_COMMITTER_BATCH_SIZE: Histogram = "live_pack_shop_committer_batch_size" []
        in [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 48.0, 64.0];
    /// Time between the arrival of a request at the committer and the start of its transaction.
    SHOP_COMMITTER_WAIT_SECONDS: Histogram = "live_pack_shop_committer_wait_seconds" [] in TRANSACTION;
    /// Time per transaction of the committer.
    SHOP_COMMITTER_TRANSACTION_SECONDS: Histogram = "live_pack_shop_committer_transaction_seconds" [] in TRANSACTION;
    /// Transactions of the committer that were repeated after an error of the database.
    SHOP_COMMITTER_REPEATS: IntCounter = "live_pack_shop_committer_repeats_total" [];
}

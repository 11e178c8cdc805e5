//! One request as the tasks see it: the viewer, the room, the query, and the resident parts.

use std::sync::Arc;

use live_pack_dal::{
    Call, Dal, FastStr,
    config::{Conf, Feature},
    experiment::Groups,
    images::Images,
    memory::Pure,
    model::Viewer,
    texts::{Language, Texts},
};
use live_pack_engine::{NeedRun, Shared};
use tokio::time::Instant;

use crate::page_ids::PageIds;

/// Built once at start-up, shared by all requests.
#[derive(Debug)]
pub struct Resident {
    /// The data-access layer.
    pub dal: Dal,
    /// Texts by language.
    pub texts: Arc<Texts>,
    /// URLs of pictures.
    pub images: Arc<Images>,
}

/// Built for each request and dropped with it. Engines of one request share it.
#[derive(Debug, Clone)]
pub struct LiveRequest {
    /// The room; 0 for a batch of rooms.
    pub room_id: i64,
    /// The query.
    pub query: Query,
    /// The viewer.
    pub viewer: Arc<Viewer>,
    /// The language of the texts.
    pub language: Language,
    /// The experiment groups of the viewer.
    pub groups: Groups,
    /// Current time, Unix milliseconds: one reading for the whole request.
    pub now_ms: i64,
    /// The configuration: one snapshot for the whole request.
    pub conf: Arc<Conf>,
    /// The resident parts.
    pub resident: Arc<Resident>,
    /// Data shared by the engines of this request.
    pub shared: Arc<Shared>,
    /// The products of its page.
    pub page_ids: PageIds,
    /// The context for shared calls, which may use the whole time of the request.
    pub call: Call,
    /// Deadline of weak data that others wait for early; it leaves enough time for the loaders.
    pub early_deadline: Instant,
}

impl LiveRequest {
    /// The rooms of a batch, or else the one room.
    #[must_use]
    pub fn rooms(&self) -> &[i64] {
        if self.query.rooms.is_empty() { std::slice::from_ref(&self.room_id) } else { &self.query.rooms }
    }

    /// The request for a slot in a feed, with its own room. Data shared by slots are keyed by room.
    #[must_use]
    pub fn of_slot(&self, room_id: i64, slot: SlotQuery) -> Self {
        let call = Call { room_id, ..self.call.clone() };
        Self { room_id, query: Query { slot, ..Query::default() }, page_ids: PageIds::default(), call, ..self.clone() }
    }

    /// The remembered result of a pure function at the instant of the request.
    pub(crate) fn remembered<K: Pure>(&self, inputs: K) -> K::Output {
        self.resident.dal.memories().get(inputs, self.now_ms)
    }

    /// Whether this is a batch of rooms, each of which may be missing.
    #[must_use]
    pub const fn is_batch(&self) -> bool {
        !self.query.rooms.is_empty()
    }

    /// Whether tasks of a feature that can be switched off manually should run.
    #[must_use]
    pub fn need(&self, feature: Feature) -> NeedRun {
        if self.conf.degrade.is_on(feature) { NeedRun::Run } else { NeedRun::Skip("switched_off_by_hand") }
    }
}

/// The parameters of a request. Each interface sets its own part; the rest keeps its defaults and is not read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// The page of the bag.
    pub bag: BagQuery,
    /// The rooms of a batch, each once.
    pub rooms: Vec<i64>,
    /// The version of the pin that the client shows; 0: none.
    pub known_pin: i64,
    /// Cards of the preview, 1 to 10.
    pub preview_count: i32,
    /// Highlights of the creator's shop, 0 to 6.
    pub highlight_count: i32,
    /// Products for banners about vouchers; empty: the bag.
    pub voucher_products: Vec<i64>,
    /// The content of the client's screen, to be refreshed.
    pub refresh: RefreshQuery,
    /// The surprise set.
    pub surprise_set_id: i64,
    /// The slots in a feed, each with its room.
    pub slots: Vec<(i64, SlotQuery)>,
    /// The slot in a feed that this request is about.
    pub slot: SlotQuery,
}

/// The content of a client's screen, to be refreshed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefreshQuery {
    /// Products on the screen, in the client's order, each once.
    pub product_ids: Vec<i64>,
    /// Auctions on the screen, in the client's order, each once.
    pub auction_ids: Vec<i64>,
    /// The version of the bag that the client shows; 0: unknown.
    pub known_version: i64,
}

/// A slot in a feed for commerce components.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SlotQuery {
    /// The feed, by the name of its scene in `FcpComponentConf`.
    pub scene: FastStr,
    /// The requested components, by the feed's keys; empty: those configured for the scene.
    pub component_keys: Vec<FastStr>,
}

/// The requested entries of a bag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BagQuery {
    /// Entries already consumed.
    pub cursor: i64,
    /// Number of requested entries.
    pub count: i32,
    /// The tab.
    pub tab: BagTab,
    /// Products that are not shown, but counted.
    pub exclude_ids: Vec<i64>,
}

impl BagQuery {
    /// Whether this is the first page, which has parts that later pages lack.
    #[must_use]
    pub const fn is_first_page(&self) -> bool {
        self.cursor == 0
    }
}

impl Default for BagQuery {
    fn default() -> Self {
        Self { cursor: 0, count: 20, tab: BagTab::All, exclude_ids: Vec::new() }
    }
}

/// A tab in a request for the bag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BagTab {
    /// All products.
    #[default]
    All,
    /// Products with a running or preheating flash sale.
    FlashSale,
    /// Auctions; no products.
    Auction,
    /// Products that a claimable voucher applies to.
    Voucher,
}

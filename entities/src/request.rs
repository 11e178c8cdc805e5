//! One request as the tasks see it: who looks at which room, what of it, and everything resident they ask.

use std::sync::Arc;

use live_pack_dal::{
    Call, Dal, FastStr, Lookup,
    config::{Conf, Feature},
    experiment::Groups,
    images::Images,
    model::{Room, Viewer},
    texts::{Language, Texts},
};
use live_pack_engine::{NeedRun, Shared};
use tokio::time::Instant;

use crate::questions::RoomOf;

/// Built once at start-up, shared by all requests.
#[derive(Debug)]
pub struct Resident {
    /// Everything that leaves the process.
    pub dal: Dal,
    /// Texts by language.
    pub texts: Texts,
    /// Picture addresses.
    pub images: Images,
}

/// Built for each request and dropped with it. Engines of one request share it.
#[derive(Debug, Clone)]
pub struct LiveRequest {
    /// The room; 0 where several are asked for at once.
    pub room_id: i64,
    /// What of it is asked for.
    pub query: Query,
    /// Who looks.
    pub viewer: Arc<Viewer>,
    /// The language of the texts.
    pub language: Language,
    /// The experiment groups of the viewer.
    pub groups: Groups,
    /// Now, Unix milliseconds: one reading for the whole request.
    pub now_ms: i64,
    /// The configuration: one snapshot for the whole request.
    pub conf: Arc<Conf>,
    /// What is resident.
    pub resident: Arc<Resident>,
    /// What the engines of this request share.
    pub shared: Arc<Shared>,
    /// The call of shared work: it may take as long as the request.
    pub call: Call,
    /// When weak data that others wait for early must have come: leaves the time that the loaders need.
    pub early_deadline: Instant,
}

impl LiveRequest {
    /// The rooms: those of a batch, else the one.
    #[must_use]
    pub fn rooms(&self) -> &[i64] {
        if self.query.rooms.is_empty() { std::slice::from_ref(&self.room_id) } else { &self.query.rooms }
    }

    /// The request of a place in a feed, about a room of its own. What the places share is known by room.
    #[must_use]
    pub fn of_slot(&self, room_id: i64, slot: SlotQuery) -> Self {
        Self { room_id, query: Query { slot, ..Query::default() }, ..self.clone() }
    }

    /// Whether several rooms are asked for at once, of which each may be missing.
    #[must_use]
    pub const fn is_batch(&self) -> bool {
        !self.query.rooms.is_empty()
    }

    /// Whether there is anything to do for a feature that can be switched off by hand.
    #[must_use]
    pub fn need(&self, feature: Feature) -> NeedRun {
        if self.conf.degrade.is_on(feature) { NeedRun::Run } else { NeedRun::Skip("switched_off_by_hand") }
    }

    /// The room, if a task of this request has found it.
    #[must_use]
    pub fn known_room(&self) -> Option<Arc<Room>> {
        match self.shared.known(&RoomOf(self.room_id))?.ok()? {
            Lookup::Found(room) => Some(room),
            Lookup::Missing | Lookup::Failed => None,
        }
    }
}

/// What is asked for. Each interface sets its own part; the rest keeps its default and is read by nobody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// The page of the bag.
    pub bag: BagQuery,
    /// The rooms of a batch, each once.
    pub rooms: Vec<i64>,
    /// The version of the pin that the client shows; 0: it shows none.
    pub known_pin: i64,
    /// Cards of the preview, 1 to 10.
    pub preview_count: i32,
    /// Highlights of the creator's shop, 0 to 6.
    pub highlight_count: i32,
    /// Products that banners of vouchers are about; empty: the bag.
    pub voucher_products: Vec<i64>,
    /// What the client shows and wants to keep up to date.
    pub refresh: RefreshQuery,
    /// The surprise set.
    pub surprise_set_id: i64,
    /// The places in a feed, each with its room.
    pub slots: Vec<(i64, SlotQuery)>,
    /// The place in a feed that this request is about.
    pub slot: SlotQuery,
}

/// What a client shows and wants to keep up to date.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefreshQuery {
    /// Products on the screen, in the client's order, each once.
    pub product_ids: Vec<i64>,
    /// Auctions on the screen, in the client's order, each once.
    pub auction_ids: Vec<i64>,
    /// The version of the bag that the client shows; 0: not known.
    pub known_version: i64,
}

/// A place in a feed that wants commerce components.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SlotQuery {
    /// Which feed, as `FcpComponentConf` names scenes.
    pub scene: FastStr,
    /// Which components, in the words of the feed; empty: what the scene is configured for.
    pub component_keys: Vec<FastStr>,
}

/// Which entries of a bag are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BagQuery {
    /// Entries already consumed.
    pub cursor: i64,
    /// Entries asked for.
    pub count: i32,
    /// Which entries.
    pub tab: BagTab,
    /// Products that are not shown, though they count.
    pub exclude_ids: Vec<i64>,
}

impl BagQuery {
    /// Whether this is the first page, which brings what later pages do not.
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

/// A tab of the bag, as it can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BagTab {
    /// All products.
    #[default]
    All,
    /// Products whose flash sale runs or preheats.
    FlashSale,
    /// Auctions; no products.
    Auction,
    /// Products that a claimable voucher applies to.
    Voucher,
}

//! The caches.

use std::sync::Arc;

use live_pack_metrics::CACHE_KEYS;
use prometheus::Registry;

use crate::{
    DownstreamMethod, Lookup, Origin,
    cache::{CacheMetrics, CacheName, CacheRules, Form, TwoLevel},
    model::{
        Auction, Bag, BagSummary, BannerMaterial, Buyable, Creator, FlashWindow, Pin, ProductDetail, ProductLite,
        ProductModel, ProductPrice, ProductPromotions, Room, RoomStats, Seller, Showcase, Voucher,
    },
    redis::{Redis, Stamping},
};

/// One cache per look-up.
#[derive(Debug)]
pub(super) struct Caches {
    pub(super) room: TwoLevel<Room>,
    pub(super) room_stats: TwoLevel<RoomStats>,
    pub(super) creator: TwoLevel<Creator>,
    pub(super) showcase: TwoLevel<Showcase>,
    pub(super) bag: TwoLevel<Bag>,
    pub(super) preview: TwoLevel<Bag>,
    pub(super) bag_summary: TwoLevel<BagSummary>,
    pub(super) bag_status: TwoLevel<Vec<Lookup<ProductLite>>>,
    pub(super) bag_windows: TwoLevel<Vec<Lookup<Vec<FlashWindow>>>>,
    pub(super) minor: TwoLevel<bool>,
    pub(super) model: TwoLevel<ProductModel>,
    pub(super) detail: TwoLevel<ProductDetail>,
    pub(super) price: TwoLevel<ProductPrice>,
    pub(super) promotion: TwoLevel<ProductPromotions>,
    pub(super) room_vouchers: TwoLevel<Vec<Voucher>>,
    pub(super) banners: TwoLevel<Vec<BannerMaterial>>,
    pub(super) room_auctions: TwoLevel<Vec<Auction>>,
    pub(super) seller: TwoLevel<Seller>,
    pub(super) guest_buyable: TwoLevel<Buyable>,
    pub(super) pin: TwoLevel<Pin>,
    pub(super) flash_stock: TwoLevel<i32>,
}

impl Caches {
    pub(super) fn new(redis: Option<&Arc<Redis>>, registry: &Registry) -> Result<Self, prometheus::Error> {
        let build = Build { family: CACHE_KEYS.register(registry)? };
        let (model, detail) = (CacheName::Model.name(), CacheName::Detail.name());
        let (price, seller) = (CacheName::Price.name(), CacheName::Seller.name());
        let preview = CacheName::Preview.name();
        Ok(Self {
            room: build.cache(CacheName::Room, DownstreamMethod::MGetRoom),
            room_stats: build.cache(CacheName::RoomStats, DownstreamMethod::MGetRoomStats),
            creator: build.cache(CacheName::Creator, DownstreamMethod::MGetCreator),
            showcase: build.cache(CacheName::Showcase, DownstreamMethod::GetShowcase),
            bag: build.cache(CacheName::Bag, DownstreamMethod::GetRoomProducts),
            preview: build
                .cache(CacheName::Preview, DownstreamMethod::GetRoomProducts)
                .behind(redis, Form::json(preview)),
            bag_summary: build.cache(CacheName::BagSummary, DownstreamMethod::MGetBagSummary),
            bag_status: build
                .cache(CacheName::BagStatus, DownstreamMethod::MGetProductLite)
                .keeping(|lines: &Vec<_>| !lines.iter().any(Lookup::is_failed)),
            bag_windows: build
                .cache(CacheName::BagWindows, DownstreamMethod::MGetFlashWindows)
                .keeping(|lines: &Vec<_>| !lines.iter().any(Lookup::is_failed)),
            minor: build.cache(CacheName::Minor, DownstreamMethod::MGetProductLite),
            model: build.cache(CacheName::Model, DownstreamMethod::MGetProductModel).behind(redis, Form::json(model)),
            detail: build
                .cache(CacheName::Detail, DownstreamMethod::MGetProductDetail)
                .behind(redis, Form::json(detail)),
            price: build.cache(CacheName::Price, DownstreamMethod::MGetProductPrice).behind(redis, Form::json(price)),
            promotion: build.cache(CacheName::Promotion, DownstreamMethod::RenderProductPromotions),
            room_vouchers: build.cache(CacheName::RoomVouchers, DownstreamMethod::MGetRoomVouchers),
            banners: build.cache(CacheName::Banners, DownstreamMethod::GetBanners),
            room_auctions: build.cache(CacheName::RoomAuctions, DownstreamMethod::MGetRoomAuctions),
            seller: build.cache(CacheName::Seller, DownstreamMethod::MGetSeller).behind(redis, Form::json(seller)),
            guest_buyable: build.cache(CacheName::GuestBuyable, DownstreamMethod::MCheckBuyable),
            pin: build
                .cache(CacheName::Pin, DownstreamMethod::MGetPinned)
                .behind(redis, Form::shared(CacheName::Pin.name())),
            flash_stock: build.cache(CacheName::FlashStock, Origin::Redis("MGET")),
        })
    }

    /// The cache of this name.
    fn of(&self, cache: CacheName) -> &dyn Kept {
        match cache {
            CacheName::Room => &self.room,
            CacheName::RoomStats => &self.room_stats,
            CacheName::Creator => &self.creator,
            CacheName::Showcase => &self.showcase,
            CacheName::Bag => &self.bag,
            CacheName::Preview => &self.preview,
            CacheName::BagSummary => &self.bag_summary,
            CacheName::BagStatus => &self.bag_status,
            CacheName::BagWindows => &self.bag_windows,
            CacheName::Minor => &self.minor,
            CacheName::Model => &self.model,
            CacheName::Detail => &self.detail,
            CacheName::Price => &self.price,
            CacheName::Promotion => &self.promotion,
            CacheName::RoomVouchers => &self.room_vouchers,
            CacheName::Banners => &self.banners,
            CacheName::RoomAuctions => &self.room_auctions,
            CacheName::Seller => &self.seller,
            CacheName::GuestBuyable => &self.guest_buyable,
            CacheName::Pin => &self.pin,
            CacheName::FlashStock => &self.flash_stock,
        }
    }

    pub(super) fn set_rules(&self, cache: CacheName, rules: CacheRules) {
        self.of(cache).set_rules(rules);
    }

    /// Invalidates the values of an id in local memory.
    pub(super) fn forget(&self, cache: CacheName, id: i64) {
        self.of(cache).forget(id);
    }

    /// Invalidates everything in local memory.
    pub(super) fn forget_all(&self) {
        for cache in CacheName::ALL {
            self.of(cache).forget_all();
        }
    }

    /// The change that invalidates the values of an id in Redis; `None`: the cache has no Redis level.
    pub(super) fn stamping(&self, cache: CacheName, id: i64) -> Option<Stamping> {
        self.of(cache).stamping(id)
    }
}

/// A cache of whatever kind of value.
trait Kept {
    fn set_rules(&self, rules: CacheRules);
    fn forget(&self, id: i64);
    fn forget_all(&self);
    fn stamping(&self, id: i64) -> Option<Stamping>;
}

impl<V: PartialEq + Send + Sync + 'static> Kept for TwoLevel<V> {
    fn set_rules(&self, rules: CacheRules) {
        Self::set_rules(self, rules);
    }

    fn forget(&self, id: i64) {
        Self::forget(self, id);
    }

    fn forget_all(&self) {
        Self::forget_all(self);
    }

    fn stamping(&self, id: i64) -> Option<Stamping> {
        Self::stamping(self, id)
    }
}

struct Build {
    family: prometheus::IntCounterVec,
}

impl Build {
    fn cache<V: PartialEq + Send + Sync + 'static>(&self, name: CacheName, origin: impl Into<Origin>) -> TwoLevel<V> {
        TwoLevel::local(origin.into(), name.defaults(), CacheMetrics::new(&self.family, name.name()))
    }
}

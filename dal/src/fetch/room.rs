//! Look-ups of rooms and their bags: the same answer for every viewer, or for every viewer of a region.

use std::sync::Arc;

use super::Dal;
use crate::{
    Call, DownstreamMethod, Error, Lookup,
    batch::judge,
    cache::{Key, Keys, TwoLevel},
    model::{
        AgeClass, Auction, Bag, BagEntry, BagSummary, BagView, BagWindows, BannerMaterial, Creator, Pin, Room,
        RoomStats, Showcase, SurpriseSet, Voucher,
    },
};

impl Dal {
    /// A room. 1 s.
    ///
    /// # Errors
    ///
    /// The call failed and some key was in no cache, or all keys failed.
    pub async fn room(&self, call: &Call, room_id: i64) -> Result<Lookup<Arc<Room>>, Error> {
        let load =
            |call: &Call| self.load(call, |rpc, call, ids| async move { rpc.live_data.rooms(&call, &ids).await });
        self.caches.room.get(call, Keys::anywhere(call, &[]).key(room_id), load).await
    }

    /// Rooms. 1 s.
    ///
    /// # Errors
    ///
    /// The call failed and some key was in no cache, or all keys failed.
    pub async fn rooms(&self, call: &Call, ids: &[i64]) -> Result<Vec<Lookup<Arc<Room>>>, Error> {
        let load =
            |call: &Call| self.load(call, |rpc, call, ids| async move { rpc.live_data.rooms(&call, &ids).await });
        self.caches.room.get_many(call, &Keys::anywhere(call, ids), load).await
    }

    /// The statistics of rooms. 2 s.
    ///
    /// # Errors
    ///
    /// The call failed and some key was in no cache, or all keys failed.
    pub async fn stats(&self, call: &Call, ids: &[i64]) -> Result<Vec<Lookup<Arc<RoomStats>>>, Error> {
        let load =
            |call: &Call| self.load(call, |rpc, call, ids| async move { rpc.live_data.stats(&call, &ids).await });
        self.caches.room_stats.get_many(call, &Keys::anywhere(call, ids), load).await
    }

    /// A creator. 5 s.
    ///
    /// # Errors
    ///
    /// The call failed and some key was in no cache, or all keys failed.
    pub async fn creator(&self, call: &Call, creator_id: i64) -> Result<Lookup<Arc<Creator>>, Error> {
        let load =
            |call: &Call| self.load(call, |rpc, call, ids| async move { rpc.live_creator.creators(&call, &ids).await });
        self.caches.creator.get(call, Keys::anywhere(call, &[]).key(creator_id), load).await
    }

    /// Creators. 5 s.
    ///
    /// # Errors
    ///
    /// The call failed and some key was in no cache, or all keys failed.
    pub async fn creators(&self, call: &Call, ids: &[i64]) -> Result<Vec<Lookup<Arc<Creator>>>, Error> {
        let load =
            |call: &Call| self.load(call, |rpc, call, ids| async move { rpc.live_creator.creators(&call, &ids).await });
        self.caches.creator.get_many(call, &Keys::anywhere(call, ids), load).await
    }

    /// The first `count` products of a creator's profile. 5 s.
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn showcase(&self, call: &Call, creator_id: i64, count: i32) -> Result<Arc<Showcase>, Error> {
        let load = |call: &Call| {
            self.load(call, move |rpc, call, _| async move {
                rpc.product_relation.showcase(&call, creator_id, count).await.map(one)
            })
        };
        let key = Keys::anywhere(call, &[]).within(i64::from(count)).key(creator_id);
        whole(self.caches.showcase.get(call, key, load).await?, DownstreamMethod::GetShowcase)
    }

    /// The bag of a room; a room without products has an empty one. 1 s.
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn bag(&self, call: &Call, room_id: i64) -> Result<Arc<Bag>, Error> {
        let load = |call: &Call| {
            self.load(call, move |rpc, call, _| async move { rpc.product_relation.bag(&call, room_id).await.map(one) })
        };
        let found = self.caches.bag.get(call, Keys::anywhere(call, &[]).key(room_id), load).await?;
        whole(found, DownstreamMethod::GetRoomProducts)
    }

    /// The bag of a room for viewers outside it. It may be older than [`Self::bag`], and never serves a viewer inside.
    /// 5 s, Redis 5 s.
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn preview_bag(&self, call: &Call, room_id: i64) -> Result<Arc<Bag>, Error> {
        let load = |call: &Call| {
            self.load(call, move |rpc, call, _| async move { rpc.product_relation.bag(&call, room_id).await.map(one) })
        };
        let found = self.caches.preview.get(call, Keys::anywhere(call, &[]).key(room_id), load).await?;
        whole(found, DownstreamMethod::GetRoomProducts)
    }

    /// Summaries of bags for the viewer: by region, app version and `view`. 1 s.
    ///
    /// # Errors
    ///
    /// The call failed and some key was in no cache, or all keys failed.
    pub async fn summaries(
        &self,
        call: &Call,
        view: BagView,
        room_ids: &[i64],
    ) -> Result<Vec<Lookup<Arc<BagSummary>>>, Error> {
        let load = |call: &Call| {
            self.load(
                call,
                move |rpc, call, ids| async move { rpc.product_relation.summaries(&call, view, &ids).await },
            )
        };
        let keys = Keys::regional(call, room_ids).within(view_key(call.viewer.app_version, view));
        self.caches.bag_summary.get_many(call, &keys, load).await
    }

    /// Some lines of the bag of a room, in the order of `product_ids`; products that are not in it are left out. Not
    /// cached: the caller wants to know what changed.
    ///
    /// # Errors
    ///
    /// The call failed as a whole.
    pub async fn bag_part(&self, call: &Call, room_id: i64, product_ids: &[i64]) -> Result<Arc<Bag>, Error> {
        let (lines, version) = self.rpc.product_relation.relation(call, room_id, product_ids).await?;
        judge(call, DownstreamMethod::MGetRoomProductRelation, product_ids, &lines)?;
        let mut part = Bag { room_id, version, ..Bag::default() };
        for (product_id, line) in product_ids.iter().zip(lines) {
            match line {
                Lookup::Found(entry) => part.entries.push(entry),
                Lookup::Missing => {}
                Lookup::Failed => part.failed.push(*product_id),
            }
        }
        Ok(Arc::new(part))
    }

    /// The flash sales of a whole bag, aligned with its lines. 1 s.
    ///
    /// # Errors
    ///
    /// The call failed, or all of its keys did.
    pub async fn bag_windows(&self, call: &Call, bag: &Arc<Bag>) -> Result<BagWindows, Error> {
        let windows = self.windows(call, bag).await?;
        judge_lines(call, DownstreamMethod::MGetFlashWindows, bag, &windows)?;
        Ok(windows)
    }

    async fn windows(&self, call: &Call, bag: &Arc<Bag>) -> Result<BagWindows, Error> {
        if bag.entries.is_empty() {
            return Ok(BagWindows::default());
        }
        if !bag.whole {
            if let Some(known) = self.known_part(call, bag, &self.caches.bag_windows) {
                return Ok(known);
            }
            return self.rpc.promotion_renderer.bag_windows(call, bag).await;
        }
        let load = |call: &Call| {
            let bag = Arc::clone(bag);
            self.load(call, move |rpc, call, _| async move {
                rpc.promotion_renderer.bag_windows(&call, &bag).await.map(one)
            })
        };
        let key = Keys::anywhere(call, &[]).within(bag.version).key(bag.room_id);
        let found = self.caches.bag_windows.get(call, key, load).await?;
        let windows = whole(found, DownstreamMethod::MGetFlashWindows)?;
        if windows.len() == bag.entries.len() {
            return Ok(windows);
        }
        // two bags of one version: the relation service promises that there are none, so one more call is enough
        self.rpc.promotion_renderer.bag_windows(call, bag).await
    }

    /// Cached data of some lines of a bag, left by a look-up of the whole bag; `None`: at least one line is missing.
    pub(super) fn known_part<V: Clone + PartialEq + Send + Sync + 'static>(
        &self,
        call: &Call,
        part: &Bag,
        cache: &TwoLevel<Vec<Lookup<V>>>,
    ) -> Option<Arc<Vec<Lookup<V>>>> {
        if call.fresh {
            return None;
        }
        let key = Keys::anywhere(call, &[]).key(part.room_id);
        let Some(Lookup::Found(bag)) = self.caches.bag.peek(key) else { return None };
        let Some(Lookup::Found(known)) = cache.peek(Key { within: bag.version, ..key }) else { return None };
        if bag.version != part.version || bag.entries.len() != known.len() {
            return None;
        }
        let line = |entry: &BagEntry| {
            let index = bag.entries.iter().position(|line| line.product_id == entry.product_id)?;
            known.get(index).cloned()
        };
        part.entries.iter().map(line).collect::<Option<Vec<_>>>().map(Arc::new)
    }

    /// The vouchers of rooms in the viewer's region. 2 s.
    ///
    /// # Errors
    ///
    /// The call failed and some key was in no cache, or all keys failed.
    pub async fn room_vouchers(&self, call: &Call, room_ids: &[i64]) -> Result<Vec<Lookup<Arc<Vec<Voucher>>>>, Error> {
        let load = |call: &Call| {
            self.load(call, |rpc, call, ids| async move { rpc.promotion_delivery.room_vouchers(&call, &ids).await })
        };
        self.caches.room_vouchers.get_many(call, &Keys::regional(call, room_ids), load).await
    }

    /// The banners booked for a room in the viewer's region. 2 s.
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn banners(&self, call: &Call, room_id: i64) -> Result<Arc<Vec<BannerMaterial>>, Error> {
        let load = |call: &Call| {
            self.load(
                call,
                move |rpc, call, _| async move { rpc.promotion_delivery.banners(&call, room_id).await.map(one) },
            )
        };
        let found = self.caches.banners.get(call, Keys::regional(call, &[]).key(room_id), load).await?;
        whole(found, DownstreamMethod::GetBanners)
    }

    /// The auctions of rooms. 500 ms: they change fast.
    ///
    /// # Errors
    ///
    /// The call failed and some key was in no cache, or all keys failed.
    pub async fn room_auctions(&self, call: &Call, room_ids: &[i64]) -> Result<Vec<Lookup<Arc<Vec<Auction>>>>, Error> {
        let load =
            |call: &Call| self.load(call, |rpc, call, ids| async move { rpc.auction.room_auctions(&call, &ids).await });
        self.caches.room_auctions.get_many(call, &Keys::anywhere(call, room_ids), load).await
    }

    /// A surprise set of a room; `None`: the room has no such set. Not cached: its odds move with every sale.
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn surprise_set(
        &self,
        call: &Call,
        room_id: i64,
        set_id: i64,
    ) -> Result<Option<Arc<SurpriseSet>>, Error> {
        self.rpc.auction.surprise_set(call, room_id, set_id).await
    }

    /// The pinned card of a room; [`Lookup::Missing`]: nothing is pinned. 1 s, Redis 5 s under `lp:pin:{room}`, which other
    /// services write too.
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn pin(&self, call: &Call, room_id: i64) -> Result<Lookup<Arc<Pin>>, Error> {
        let load =
            |call: &Call| self.load(call, |rpc, call, ids| async move { rpc.product_relation.pins(&call, &ids).await });
        self.caches.pin.get(call, self.pin_keys(call, &[]).key(room_id), load).await
    }

    /// The pinned cards of rooms. 1 s, Redis 5 s.
    ///
    /// # Errors
    ///
    /// The call failed and some key was in no cache, or all keys failed.
    pub async fn pins(&self, call: &Call, room_ids: &[i64]) -> Result<Vec<Lookup<Arc<Pin>>>, Error> {
        let load =
            |call: &Call| self.load(call, |rpc, call, ids| async move { rpc.product_relation.pins(&call, &ids).await });
        self.caches.pin.get_many(call, &self.pin_keys(call, room_ids), load).await
    }

    /// Pins are shared by all route groups whose calls go to the default list: it is one key for the writers.
    fn pin_keys<'a>(&self, call: &Call, room_ids: &'a [i64]) -> Keys<'a> {
        Keys::anywhere(call, room_ids).of_group(self.rpc.product_relation.own_group(call))
    }
}

/// Judges answers about each line of a bag.
pub(super) fn judge_lines<V>(
    call: &Call,
    origin: DownstreamMethod,
    bag: &Bag,
    lines: &[Lookup<V>],
) -> Result<(), Error> {
    // the common case needs no list of ids
    if lines.len() == bag.entries.len() && !lines.iter().any(Lookup::is_failed) {
        return Ok(());
    }
    judge(call, origin, &bag.product_ids(), lines)
}

/// A view of a bag as a number, for the key of a cache.
fn view_key(app_version: i32, view: BagView) -> i64 {
    let adult = i64::from(view.age_class == AgeClass::Adult);
    i64::from(app_version) << 2 | adult << 1 | i64::from(view.hide_sold_out)
}

/// A single value as a batch of one.
pub(super) fn one<V>(value: Arc<V>) -> Vec<Lookup<Arc<V>>> {
    vec![Lookup::Found(value)]
}

/// The value, or an error if the look-up failed.
pub(super) fn whole<V>(found: Lookup<Arc<V>>, method: DownstreamMethod) -> Result<Arc<V>, Error> {
    match found {
        Lookup::Found(value) => Ok(value),
        Lookup::Missing | Lookup::Failed => Err(Error::key(method)),
    }
}

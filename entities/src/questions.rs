//! The shared questions: look-ups needed by several engines of a request.

use std::sync::Arc;

use live_pack_dal::{
    Call, Error, Lookup,
    model::{
        Auction, Bag, BagStatus, BagWindows, BannerMaterial, Buyable, CartContent, Claims, Creator, Pin, Room,
        RoomStats, Showcase, Voucher,
    },
};
use live_pack_engine::Question;

use crate::request::{LiveRequest, Resident};

/// Resources for a fetch: the downstream services, and the context of the first caller.
#[derive(Debug)]
pub struct Source {
    /// Holds the data-access layer.
    pub resident: Arc<Resident>,
    /// Its deadline applies to the fetch.
    pub call: Call,
}

impl LiveRequest {
    /// The answer to a shared question: fetched once per request, with the `call` of the first caller.
    ///
    /// # Errors
    /// The failure of the downstream service, the same for all callers.
    pub async fn ask<Q>(&self, question: Q, call: Call) -> Result<Q::Answer, Error>
    where
        Q: Question<With = Source, Error = Error>,
    {
        self.shared.ask(question, Source { resident: Arc::clone(&self.resident), call }).await
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

/// The answer to a batch of one. An empty batch is a failure: a missing answer does not mean "there is none".
fn first<V>(batch: Vec<Lookup<V>>) -> Lookup<V> {
    batch.into_iter().next().unwrap_or(Lookup::Failed)
}

/// A bag as an argument. A request may need the whole bag, a part of it, and an earlier state.
#[derive(Debug, Clone)]
pub struct Lines(pub Arc<Bag>);

impl PartialEq for Lines {
    fn eq(&self, other: &Self) -> bool {
        let version = |bag: &Bag| (bag.room_id, bag.version, bag.whole);
        version(&self.0) == version(&other.0)
    }
}

impl Eq for Lines {}

/// `Question(arguments) -> Answer = |dal, call, pattern of the question| fetch;`
macro_rules! questions {
    ($($(#[$about:meta])* $question:ident($($argument:ty),+) -> $answer:ty = |$dal:ident, $call:ident, $own:pat_param| $fetch:expr;)*) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $question($(pub $argument),+);

        impl Question for $question {
            type With = Source;
            type Answer = $answer;
            type Error = Error;

            async fn fetch(self, source: Source) -> Result<$answer, Error> {
                let ($dal, $call, $own) = (&source.resident.dal, &source.call, self);
                $fetch
            }
        }
    )*};
}

questions! {
    /// The room of an id: D11 `MGetRoom`.
    RoomOf(i64) -> Lookup<Arc<Room>> = |dal, call, RoomOf(room)| dal.room(call, room).await;
    /// The statistics of a room: D11 `MGetRoomStats`.
    StatsOf(i64) -> Lookup<Arc<RoomStats>> = |dal, call, StatsOf(room)| dal.stats(call, &[room]).await.map(first);
    /// The creator of an id: D10 `MGetCreator`.
    CreatorOf(i64) -> Lookup<Arc<Creator>> = |dal, call, CreatorOf(creator)| dal.creator(call, creator).await;
    /// The first products of a creator's profile, limited to this number: D1 `GetShowcase`.
    ShowcaseOf(i64, i32) -> Arc<Showcase> =
        |dal, call, ShowcaseOf(creator, count)| dal.showcase(call, creator, count).await;
    /// The bag of a room: D1 `GetRoomProducts`.
    BagOf(i64) -> Arc<Bag> = |dal, call, BagOf(room)| dal.bag(call, room).await;
    /// The bag of a room before entering, possibly slightly older: the two-level cache, or else D1 `GetRoomProducts`.
    PreviewBagOf(i64) -> Arc<Bag> = |dal, call, PreviewBagOf(room)| dal.preview_bag(call, room).await;
    /// The pin of a room, possibly expired: Redis, or else D1 `MGetPinned`.
    PinOf(i64) -> Lookup<Arc<Pin>> = |dal, call, PinOf(room)| dal.pin(call, room).await;
    /// The lightweight form of each line of a bag: D2 `MGetProductLite`.
    StatusOf(Lines) -> BagStatus = |dal, call, StatusOf(Lines(bag))| dal.bag_status(call, &bag).await;
    /// The flash sales of each line of a bag: D5 `MGetFlashWindows`.
    WindowsOf(Lines) -> BagWindows = |dal, call, WindowsOf(Lines(bag))| dal.bag_windows(call, &bag).await;
    /// The banners booked for a room: D6 `GetBanners`.
    BannersOf(i64) -> Arc<Vec<BannerMaterial>> = |dal, call, BannersOf(room)| dal.banners(call, room).await;
    /// The issued vouchers of a room: D6 `MGetRoomVouchers`.
    VouchersOf(i64) -> Lookup<Arc<Vec<Voucher>>> =
        |dal, call, VouchersOf(room)| dal.room_vouchers(call, &[room]).await.map(first);
    /// The viewer's cart with these products, not evaluated: D8 `MCheckInCart`.
    CartOf(Arc<[i64]>) -> Arc<CartContent> = |dal, call, CartOf(ids)| dal.cart_content(call, &ids).await.map(Arc::new);
    /// Whether the viewer (not a guest) may buy these products of a room, not evaluated: D9 `MCheckBuyable`.
    BuyableOf(i64, Arc<[i64]>) -> Arc<[Lookup<Arc<Buyable>>]> =
        |dal, call, BuyableOf(room, ids)| dal.buyable(call, room, &ids).await.map(Into::into);
    /// The auctions of a room: D7 `MGetRoomAuctions`.
    AuctionsOf(i64) -> Lookup<Arc<Vec<Auction>>> =
        |dal, call, AuctionsOf(room)| dal.room_auctions(call, &[room]).await.map(first);
}

/// The viewer's claims of the vouchers of a room: D6 `GetClaimState`. The vouchers are fetched first and do not change
/// during the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimsOf(pub i64);

impl Question for ClaimsOf {
    type With = (Source, Arc<Vec<Voucher>>);
    type Answer = Arc<Claims>;
    type Error = Error;

    async fn fetch(self, (source, vouchers): Self::With) -> Result<Arc<Claims>, Error> {
        let ids: Vec<i64> = vouchers.iter().map(|voucher| voucher.voucher_id).collect();
        source.resident.dal.claims(&source.call, &ids).await.map(Arc::new)
    }
}

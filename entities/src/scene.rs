//! The scenes: request, item and error types of the engines, one scene per kind of list item.

use std::sync::Arc;

use live_pack_dal::{
    Asker, Call, Error,
    model::{Auction, BannerMaterial, BucketKey, RoomState, SurprisePrize, Voucher},
    request_label,
};
use live_pack_engine::{
    Context, Fold, Scene, Subject, Work,
    hash::{FNV_BASIS, fnv1a},
};

use crate::{
    folds::Ordered,
    item::{BagItem, RoomItem},
    request::LiveRequest,
    rules::room::RoomVerdict,
};

/// Business reasons to end an engine on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// There is no such room.
    RoomNotFound,
    /// The broadcast is over.
    RoomClosed,
    /// The room was taken off the air.
    RoomBanned,
    /// The creator may not sell; the room is in this state.
    EcBanned(RoomState),
    /// The room has no such surprise set.
    SurpriseSetNotFound,
}

impl Stop {
    /// The reason why a room ends an engine; `None`: it sells.
    #[must_use]
    pub const fn of(verdict: RoomVerdict, state: RoomState) -> Option<Self> {
        match verdict {
            RoomVerdict::Normal => None,
            RoomVerdict::Closed => Some(Self::RoomClosed),
            RoomVerdict::RoomBanned => Some(Self::RoomBanned),
            RoomVerdict::EcBanned => Some(Self::EcBanned(state)),
        }
    }
}

/// The common part of all scenes, so that a task about the room works in every engine.
pub trait LiveScene: Scene<Request = LiveRequest, Stop = Stop, Error = Error> {}

impl<S: Scene<Request = LiveRequest, Stop = Stop, Error = Error>> LiveScene for S {}

/// `Scene: Item, id;`: the scenes differ only in the items of their list.
macro_rules! scenes {
    ($($(#[$about:meta])* $scene:ident: $item:ty, $($id:ident).+;)*) => {$(
        $(#[$about])*
        #[derive(Debug)]
        pub struct $scene;

        impl Scene for $scene {
            type Request = LiveRequest;
            type Item = $item;
            type Stop = Stop;
            type Error = Error;

            fn subject(request: &LiveRequest) -> Subject<'_> {
                subject(request)
            }

            fn carry<T: 'static>(work: Work<T>) -> Work<T> {
                request_label::carried_work(work)
            }

            fn order(request: &LiveRequest, fold: Fold) -> Arc<Vec<u32>> {
                // an order of values that never recur is not worth storing
                if fold.is_remembered() { request.remembered(Ordered(fold)) } else { Arc::new(fold.order()) }
            }

            fn item_id(item: &$item) -> i64 {
                item.$($id).+
            }
        }
    )*};
}

scenes! {
    /// Engines whose list holds products of the bag.
    BagScene: BagItem, product_id;
    /// Engines whose list holds auctions.
    AuctionScene: Auction, auction_id;
    /// Engines whose list holds banners.
    BannerScene: BannerMaterial, banner_id;
    /// Engines whose list holds vouchers.
    VoucherScene: Voucher, voucher_id;
    /// Engines whose list holds rooms.
    RoomScene: RoomItem, room.room_id;
    /// Engines whose list holds the prizes of a surprise set.
    PrizeScene: SurprisePrize, product_id;
}

fn subject(request: &LiveRequest) -> Subject<'_> {
    let viewer = &request.viewer;
    let key = match viewer.bucket_key() {
        BucketKey::User(user) => user.cast_unsigned(),
        BucketKey::Device(device) => fnv1a(FNV_BASIS, device.as_bytes()),
    };
    Subject { key, region: viewer.region.as_str(), app_version: viewer.app_version }
}

/// Calls and names for tasks, derived from their context.
pub trait Ask {
    /// The context for a task's calls, with its remaining time.
    fn call(&self) -> Call;

    /// The context for shared calls, which may use the whole time of the request.
    fn shared_call(&self) -> Call;

    /// The context for shared calls that the list waits for but does not require.
    fn early_call(&self) -> Call;

    /// The task, for notes about losses.
    fn asker(&self) -> Asker;
}

impl<S: LiveScene> Ask for Context<S> {
    fn call(&self) -> Call {
        Call { deadline: self.deadline(), ..self.shared_call() }
    }

    fn shared_call(&self) -> Call {
        Call { asker: self.asker(), ..self.request().call.clone() }
    }

    fn early_call(&self) -> Call {
        Call { deadline: self.request().early_deadline, ..self.shared_call() }
    }

    fn asker(&self) -> Asker {
        Asker { engine: self.engine(), task: self.task() }
    }
}

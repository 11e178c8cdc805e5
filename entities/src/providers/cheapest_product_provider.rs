//! The product that determines the order of a room's vouchers.

use live_pack_dal::{Decimal, FastStr, Lookup};
use live_pack_engine::{Context, Inputs, Maybe, NeedRun, Stage, Task, TaskResult};

use super::{CreatorInfo, ProductList, RoomInfo, RoomVouchers};
use crate::{
    rules::{
        room::{RoomVerdict, verdict},
        voucher::{PricedProduct, cheapest},
    },
    scene::{Ask as _, VoucherScene},
};

/// The cheapest product, at its retail price; `None`: no product has a price.
#[derive(Debug)]
pub struct CheapestProduct(Option<Cheapest>);

#[derive(Debug)]
struct Cheapest {
    product_id: i64,
    price: Decimal,
    currency: FastStr,
    decimals: u32,
}

impl CheapestProduct {
    /// The product, as input of the voucher rules.
    #[must_use]
    pub fn priced(&self) -> Option<PricedProduct<'_>> {
        let Cheapest { product_id, price, currency, decimals } = self.0.as_ref()?;
        Some(PricedProduct { product_id: *product_id, seller_id: 0, price: *price, currency, decimals: *decimals })
    }
}

/// Calls D4 for the prices of the bag in one batch, or of those products in the request that are in the bag: the prices of
/// other rooms must not count. The order of the vouchers depends on the prices, so the task is a provider.
/// Registered as `ProductPriceLoader`, as elsewhere.
#[derive(Debug)]
pub struct CheapestProductProvider;

/// Inputs of [`CheapestProductProvider`].
#[derive(Debug, Inputs)]
pub struct CheapestInputs<'a> {
    room: &'a RoomInfo,
    creator: &'a CreatorInfo,
    bag: &'a ProductList,
    vouchers: Maybe<'a, RoomVouchers>,
}

impl Task<VoucherScene> for CheapestProductProvider {
    type Output = CheapestProduct;
    type Input<'a> = CheapestInputs<'a>;
    const STAGE: Stage = Stage::Providers;

    fn need_run(&self, _cx: &Context<VoucherScene>, input: &CheapestInputs<'_>) -> NeedRun {
        let any = input.vouchers.done().is_some_and(|vouchers| !vouchers.vouchers.is_empty());
        match verdict(input.room.0.state, input.creator.permission()) {
            RoomVerdict::Normal if any => NeedRun::Run,
            RoomVerdict::Normal => NeedRun::Skip("no_vouchers"),
            _ => NeedRun::Skip("the_room_does_not_sell"),
        }
    }

    async fn run(
        &self,
        cx: &Context<VoucherScene>,
        input: CheapestInputs<'_>,
    ) -> TaskResult<VoucherScene, CheapestProduct> {
        let request = cx.request();
        let (room, bag) = (&input.room.0, &input.bag.0);
        let bag = bag.entries.iter().map(|entry| entry.product_id);
        let asked = &request.query.voucher_products;
        let mut ids: Vec<i64> = bag.filter(|id| asked.is_empty() || asked.contains(id)).collect();
        ids.sort_unstable();
        ids.dedup();
        let prices = request.resident.dal.prices(&cx.early_call(), &ids).await?;
        let region = room.region.unwrap_or(request.viewer.region);
        let Some(rules) = request.conf.regions.get(region) else { return Ok(CheapestProduct(None)) };
        let known = ids.iter().zip(&prices).filter_map(|(id, price)| Some((*id, Lookup::found(price)?.as_ref())));
        Ok(CheapestProduct(cheapest(known, &rules.currency).map(|(product_id, price)| Cheapest {
            product_id,
            price,
            currency: rules.currency.clone(),
            decimals: rules.decimals.into(),
        })))
    }
}

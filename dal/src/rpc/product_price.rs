//! D4, product price: a retail price for each variation, and the reference price if it was validated.

use std::sync::Arc;

use live_pack_idl::product_price as wire;

use super::{
    Wiring,
    answer::by_key,
    convert::{Malformed, amount, optional_amount},
    method::{Method, base, distinct, region},
    routes::Routes,
};
use crate::{
    Call, Downstream, DownstreamMethod, Error, Lookup,
    model::{ProductPrice, SkuPrice},
};

by_key!(wire::MGetProductPriceResponse);

/// The client of D4.
#[derive(Debug)]
pub struct ProductPriceClient {
    routes: Arc<Routes<wire::ProductPriceServiceClient>>,
    mget: Method,
}

impl ProductPriceClient {
    pub(super) fn new(wiring: &Wiring<'_>) -> Self {
        Self {
            routes: wiring.routes(Downstream::ProductPrice, |to| {
                to.tuned(wire::ProductPriceServiceClientBuilder::new(Downstream::ProductPrice.name())).build()
            }),
            mget: wiring.method(DownstreamMethod::MGetProductPrice),
        }
    }

    /// Prices of products in the viewer's region, aligned with `ids`.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; a key that failed alone, or has an invalid amount, is [`Lookup::Failed`].
    pub async fn prices(&self, call: &Call, ids: &[i64]) -> Result<Vec<Lookup<Arc<ProductPrice>>>, Error> {
        let request =
            || wire::MGetProductPriceRequest { product_ids: distinct(ids), region: region(call), base: base(call) };
        let answer = self
            .mget
            .run(call, ids, &self.routes, request, |to, request| async move { to.m_get_product_price(request).await })
            .await?;
        Ok(self.mget.align(call, ids, answer.products, &answer.failed, |_, wire| Ok(Some(Arc::new(price(wire)?)))))
    }
}

fn price(wire: wire::ProductPrice) -> Result<ProductPrice, Malformed> {
    let skus = wire.skus.into_iter().map(|sku| {
        Ok(SkuPrice {
            sku_id: sku.sku_id,
            retail: amount(&sku.retail, "retail")?,
            // a reference price that was not validated must not be struck through, so it is dropped here
            reference: if sku.reference_validated {
                optional_amount(sku.reference.as_ref(), "reference")?
            } else {
                None
            },
            lowest_30d: optional_amount(sku.lowest_30d.as_ref(), "lowest_30d")?,
        })
    });
    Ok(ProductPrice { currency: wire.currency, skus: skus.collect::<Result<_, _>>()? })
}

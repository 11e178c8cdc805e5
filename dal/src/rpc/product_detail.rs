//! D3, product detail: ratings, reviews, units sold, ways of delivery.

use std::sync::Arc;

use live_pack_idl::product_detail as wire;

use super::{
    Wiring,
    answer::by_key,
    convert::{Malformed, count, rating},
    method::{Method, base, distinct, region},
    routes::Routes,
};
use crate::{
    Call, Downstream, DownstreamMethod, Error, Lookup,
    model::{DeliveryOption, ProductDetail},
};

by_key!(wire::MGetProductDetailResponse);

/// The client of D3.
#[derive(Debug)]
pub struct ProductDetailClient {
    routes: Arc<Routes<wire::ProductDetailServiceClient>>,
    mget: Method,
}

impl ProductDetailClient {
    pub(super) fn new(wiring: &Wiring<'_>) -> Self {
        Self {
            routes: wiring.routes(Downstream::ProductDetail, |to| {
                to.tuned(wire::ProductDetailServiceClientBuilder::new(Downstream::ProductDetail.name())).build()
            }),
            mget: wiring.method(DownstreamMethod::MGetProductDetail),
        }
    }

    /// Details of products in the viewer's region, aligned with `ids`.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; a key that failed alone is [`Lookup::Failed`].
    pub async fn details(&self, call: &Call, ids: &[i64]) -> Result<Vec<Lookup<Arc<ProductDetail>>>, Error> {
        let request =
            || wire::MGetProductDetailRequest { product_ids: distinct(ids), region: region(call), base: base(call) };
        let answer = self
            .mget
            .run(call, ids, &self.routes, request, |to, request| async move { to.m_get_product_detail(request).await })
            .await?;
        Ok(self.mget.align(call, ids, answer.products, &answer.failed, |_, wire| {
            Ok::<_, Malformed>(Some(Arc::new(detail(wire))))
        }))
    }
}

fn detail(wire: wire::ProductDetail) -> ProductDetail {
    let delivery = wire.delivery.into_iter().map(|option| DeliveryOption {
        id: option.id,
        name: option.name,
        free: option.free,
        min_days: option.min_days,
        max_days: option.max_days,
    });
    ProductDetail {
        rating: rating(wire.rating),
        review_count: count(wire.review_count),
        sold_count: count(wire.sold_count),
        delivery: delivery.collect(),
    }
}

//! Look-ups of products: the same answer for every viewer of a region.

use std::sync::Arc;

use super::Dal;
use crate::{
    Call, Error, Lookup, Origin,
    cache::Keys,
    model::{ProductDetail, ProductModel, ProductPrice, ProductPromotions, Seller},
};

impl Dal {
    /// Product models, for the content of cards. 30 s, Redis 5 min.
    ///
    /// # Errors
    ///
    /// The call failed and some key was in no cache, or all keys failed.
    pub async fn models(&self, call: &Call, ids: &[i64]) -> Result<Vec<Lookup<Arc<ProductModel>>>, Error> {
        let load =
            |call: &Call| self.load(call, |rpc, call, ids| async move { rpc.product_model.models(&call, &ids).await });
        self.caches.model.get_many(call, &Keys::anywhere(call, ids), load).await
    }

    /// Ratings, reviews, sales, ways of delivery, in the viewer's region. 30 s, Redis 5 min.
    ///
    /// # Errors
    ///
    /// The call failed and some key was in no cache, or all keys failed.
    pub async fn details(&self, call: &Call, ids: &[i64]) -> Result<Vec<Lookup<Arc<ProductDetail>>>, Error> {
        let load = |call: &Call| {
            self.load(call, |rpc, call, ids| async move { rpc.product_detail.details(&call, &ids).await })
        };
        self.caches.detail.get_many(call, &Keys::regional(call, ids), load).await
    }

    /// Prices in the viewer's region, before any activity. 5 s, Redis 30 s.
    ///
    /// # Errors
    ///
    /// The call failed and some key was in no cache, or all keys failed.
    pub async fn prices(&self, call: &Call, ids: &[i64]) -> Result<Vec<Lookup<Arc<ProductPrice>>>, Error> {
        let load =
            |call: &Call| self.load(call, |rpc, call, ids| async move { rpc.product_price.prices(&call, &ids).await });
        self.caches.price.get_many(call, &Keys::regional(call, ids), load).await
    }

    /// The activities on products of a room, in the viewer's region. 1 s.
    ///
    /// # Errors
    ///
    /// The call failed and some key was in no cache, or all keys failed.
    pub async fn promotions(
        &self,
        call: &Call,
        room_id: i64,
        ids: &[i64],
    ) -> Result<Vec<Lookup<Arc<ProductPromotions>>>, Error> {
        let load = |call: &Call| {
            self.load(call, move |rpc, call, ids| async move {
                rpc.promotion_renderer.promotions(&call, room_id, &ids).await
            })
        };
        self.caches.promotion.get_many(call, &Keys::regional(call, ids).within(room_id), load).await
    }

    /// Sellers. 60 s, Redis 10 min.
    ///
    /// # Errors
    ///
    /// The call failed and some key was in no cache, or all keys failed.
    pub async fn sellers(&self, call: &Call, ids: &[i64]) -> Result<Vec<Lookup<Arc<Seller>>>, Error> {
        let load =
            |call: &Call| self.load(call, |rpc, call, ids| async move { rpc.seller_core.sellers(&call, &ids).await });
        self.caches.seller.get_many(call, &Keys::anywhere(call, ids), load).await
    }

    /// Units left of flash sales, from the counters in Redis; `None`: there is no counter. 500 ms. Without a Redis
    /// there are no counters.
    ///
    /// # Errors
    ///
    /// There is a Redis, and it did not answer or the value is not a number.
    pub async fn flash_stock(&self, call: &Call, promotion_ids: &[i64]) -> Result<Vec<Option<i32>>, Error> {
        let Some(redis) = &self.redis else { return Ok(vec![None; promotion_ids.len()]) };
        let load = |call: &Call| -> crate::cache::Load<i32> {
            let (redis, deadline, recording) = (Arc::clone(redis), call.deadline, call.recording.clone());
            Box::new(move |ids| {
                Box::pin(async move {
                    let names: Vec<String> = ids.iter().map(|id| format!("lp:stock:{id}")).collect();
                    let counters = redis.mget(&names, deadline).await?;
                    if let Some(recording) = recording {
                        recording.redis(&names, &counters);
                    }
                    Ok(counters.into_iter().map(|bytes| units(bytes.as_deref())).collect())
                })
            })
        };
        let found = self.caches.flash_stock.get_many(call, &Keys::anywhere(call, promotion_ids), load).await?;
        let units = |found: Lookup<Arc<i32>>| match found {
            Lookup::Found(units) => Ok(Some(*units)),
            Lookup::Missing => Ok(None),
            // "no counter" would sell a product that may be sold out
            Lookup::Failed => Err(Error::key(Origin::Redis("MGET"))),
        };
        found.into_iter().map(units).collect()
    }
}

/// Parses a counter. A negative count is sold out; any other text is a failure.
fn units(bytes: Option<&[u8]>) -> Lookup<Arc<i32>> {
    let Some(bytes) = bytes else { return Lookup::Missing };
    let number = std::str::from_utf8(bytes).ok().and_then(|text| text.trim().parse::<i64>().ok());
    match number {
        Some(number) => Lookup::Found(Arc::new(i32::try_from(number.max(0)).unwrap_or(i32::MAX))),
        None => Lookup::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_a_number_that_ends_at_zero() {
        assert_eq!(units(None), Lookup::Missing);
        assert_eq!(units(Some(b"7")), Lookup::Found(Arc::new(7)));
        assert_eq!(units(Some(b"-3")), Lookup::Found(Arc::new(0)));
        assert_eq!(units(Some(b"many")), Lookup::Failed);
    }
}

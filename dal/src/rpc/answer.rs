//! The common parts of all wire answers: a status, and for batches the keys that failed.

use live_pack_idl::{
    auction, base::BaseResp, cart, live_creator, live_data, product_detail, product_model, product_price,
    product_relation, promotion_delivery, promotion_renderer, seller_core, trade_chain,
};

/// An answer of a downstream method. Its default is the empty answer.
pub(crate) trait Answer: Default + Send {
    /// The status of the call.
    fn base_resp(&self) -> &BaseResp;

    /// Marks keys as failed; false if the method does not answer by key.
    fn fail(&mut self, keys: &[i64]) -> bool;
}

macro_rules! by_key {
    ($($answer:path),* $(,)?) => {$(
        impl Answer for $answer {
            fn base_resp(&self) -> &BaseResp {
                &self.base_resp
            }

            fn fail(&mut self, keys: &[i64]) -> bool {
                self.failed.extend_from_slice(keys);
                true
            }
        }
    )*};
}

macro_rules! as_a_whole {
    ($($answer:path),* $(,)?) => {$(
        impl Answer for $answer {
            fn base_resp(&self) -> &BaseResp {
                &self.base_resp
            }

            fn fail(&mut self, _: &[i64]) -> bool {
                false
            }
        }
    )*};
}

by_key!(
    product_relation::MGetPinnedResponse,
    product_relation::MGetBagSummaryResponse,
    product_relation::MGetRoomProductRelationResponse,
    product_model::MGetProductLiteResponse,
    product_model::MGetProductModelResponse,
    product_detail::MGetProductDetailResponse,
    product_price::MGetProductPriceResponse,
    promotion_renderer::MGetFlashWindowsResponse,
    promotion_renderer::RenderProductPromotionsResponse,
    promotion_delivery::MGetRoomVouchersResponse,
    auction::MGetRoomAuctionsResponse,
    cart::MCheckInCartResponse,
    trade_chain::MCheckBuyableResponse,
    live_creator::MGetCreatorResponse,
    live_data::MGetRoomResponse,
    live_data::MGetRoomStatsResponse,
    seller_core::MGetSellerResponse,
);

as_a_whole!(
    product_relation::GetRoomProductsResponse,
    product_relation::GetShowcaseResponse,
    promotion_delivery::GetBannersResponse,
    promotion_delivery::GetClaimStateResponse,
    auction::GetSurpriseSetResponse,
    auction::GetBidderStateResponse,
    cart::GetCartCountResponse,
);

//! Loaders: fetch data for the page, and only for the page. Data for each item of the page are columns.

mod auction_loader;
mod auction_seller_loader;
mod bidder_state_loader;
mod cart_info_loader;
mod delivery_loader;
mod flash_sale_loader;
mod fresh_price_loader;
mod image_loader;
mod live_data_loader;
mod picture_loader;
mod product_atmosphere_loader;
mod product_detail_loader;
mod product_model_loader;
mod product_price_loader;
mod promotion_display_info_loader;
pub mod rooms;
mod seller_loader;
mod shop_seller_loader;
mod text_loader;
mod trade_chain_loader;
mod voucher_loader;

pub use auction_loader::{AuctionLoader, ScreenAuctions};
pub use auction_seller_loader::{AuctionSeller, AuctionSellerLoader};
pub use bidder_state_loader::{AuctionPlace, Bidder, BidderStateLoader, InTheRoom, OnBanners, OnThePage, OnTheScreen};
pub use cart_info_loader::{CartInfo, CartInfoLoader, PinnedCartInfoLoader};
pub use delivery_loader::{Delivery, DeliveryLoader};
pub use flash_sale_loader::{FlashSaleLoader, LiveStock};
pub use fresh_price_loader::FreshPriceLoader;
pub use image_loader::{Covers, ImageLoader};
pub use live_data_loader::{LiveData, LiveDataLoader};
pub use picture_loader::{PictureLoader, PictureUrls, Pictures};
pub use product_atmosphere_loader::{Atmospheres, ProductAtmosphereLoader};
pub use product_detail_loader::{ProductDetailLoader, ProductDetails};
pub use product_model_loader::{ProductModelLoader, ProductModels};
pub use product_price_loader::{ProductPriceLoader, ProductPrices};
pub use promotion_display_info_loader::{PromotionDisplayInfoLoader, Promotions};
pub use seller_loader::{SellerLoader, Sellers, Sold};
pub use shop_seller_loader::ShopSellerLoader;
pub use text_loader::{CardTexts, TextLoader, Texts};
pub use trade_chain_loader::{PinnedTradeChainLoader, TradeChain, TradeChainLoader};
pub use voucher_loader::{PageVouchers, Vouched, VoucherLoader};

use std::sync::Arc;

use live_pack_engine::{Context, Page};

use crate::scene::BagScene;

/// The products of the page, in order.
fn ids(page: Page<'_, BagScene>) -> Vec<i64> {
    page.items().map(|item| item.product_id).collect()
}

/// The products of the page, announced to the tasks that load a single one of them.
fn page_ids(cx: &Context<BagScene>, page: Page<'_, BagScene>) -> Arc<[i64]> {
    let ids = ids(page).into();
    cx.request().page_ids.announce(&ids);
    ids
}

/// The products to request in order to get the answer for the only product of a pinned card's engine.
async fn with_the_page(cx: &Context<BagScene>, page: Page<'_, BagScene>) -> Arc<[i64]> {
    match ids(page)[..] {
        [pinned] => cx.request().page_ids.with(pinned).await,
        ref ids => ids.into(),
    }
}

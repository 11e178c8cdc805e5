//! The downstream services called by each task: one table, by the name of the task.

use live_pack_dal::Downstream::{
    self, Auction, Cart, LiveCreator, LiveData, ProductDetail, ProductModel, ProductPrice, ProductRelation,
    PromotionDelivery, PromotionRenderer, SellerCore, TradeChain,
};

/// Tasks that call downstream services other than Redis. A task over many rooms has the same name as the one for a single room.
const ASKS: [(&str, &[Downstream]); 29] = [
    ("AuctionListProvider", &[Auction]),
    ("AuctionSellerLoader", &[SellerCore]),
    ("BagLinesProvider", &[ProductRelation]),
    ("BagSummaryProvider", &[ProductRelation]),
    ("BannerMaterialProvider", &[PromotionDelivery]),
    ("BidderStateLoader", &[Auction]),
    ("CartInfoLoader", &[Cart]),
    ("CheapestProductProvider", &[ProductPrice]),
    ("CreatorProvider", &[LiveCreator]),
    ("CreatorShopLoader", &[ProductRelation]),
    ("FlashWindowProvider", &[PromotionRenderer]),
    ("FreshPriceLoader", &[ProductPrice]),
    ("LiveDataLoader", &[LiveData]),
    ("PopCardProvider", &[ProductRelation]),
    ("PreviewProductProvider", &[ProductRelation]),
    ("ProductDetailLoader", &[ProductDetail]),
    ("ProductListProvider", &[ProductRelation]),
    ("ProductModelLoader", &[ProductModel]),
    ("ProductPriceLoader", &[ProductPrice]),
    ("ProductStatusProvider", &[ProductModel]),
    ("PromotionDisplayInfoLoader", &[PromotionRenderer]),
    ("RefreshIdsProvider", &[ProductRelation]),
    ("RoomInfoProvider", &[LiveData]),
    ("SellerLoader", &[SellerCore]),
    ("ShopSellerLoader", &[SellerCore]),
    ("ShowcaseStatusProvider", &[ProductModel]),
    ("SurpriseSetProvider", &[Auction]),
    ("TradeChainLoader", &[TradeChain]),
    ("VoucherProvider", &[PromotionDelivery]),
];

/// The services called by the task of this name.
#[must_use]
pub fn of(task: &str) -> &'static [Downstream] {
    ASKS.iter().find(|(name, _)| *name == task).map_or(&[], |(_, services)| services)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// Look-ups that only use Redis.
    const REDIS: [&str; 3] = ["banner_views(", "count_banner_views(", "flash_stock("];

    fn asking(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                asking(&path, found);
                continue;
            }
            let text: String = fs::read_to_string(&path).unwrap().split_whitespace().collect();
            let asks = text.split("dal.").skip(1).any(|call| !REDIS.iter().any(|own| call.starts_with(own)));
            if asks || text.contains("questions::") {
                let words = path.file_stem().unwrap().to_str().unwrap().split('_');
                found.insert(words.map(|word| word[..1].to_uppercase() + &word[1..]).collect());
            }
        }
    }

    #[test]
    fn the_table_names_the_tasks_whose_files_make_calls() {
        let mut found = BTreeSet::new();
        for folder in ["providers", "filters", "sorters", "loaders", "converters"] {
            asking(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder), &mut found);
        }
        let named: BTreeSet<String> = ASKS.iter().map(|(task, _)| (*task).to_owned()).collect();
        assert_eq!(named, found);
        assert!(ASKS.iter().all(|(_, services)| !services.is_empty()));
    }
}

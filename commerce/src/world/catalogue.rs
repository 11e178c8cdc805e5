//! The world's sellers and products as rows, for a shop that sells them.

use super::{World, region::SALE_REGIONS};

/// All sellers and products of a world, by id.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    /// Sellers.
    pub sellers: Vec<CatalogueSeller>,
    /// Products.
    pub products: Vec<CatalogueProduct>,
}

/// A seller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueSeller {
    /// The seller.
    pub seller_id: i64,
    /// Name of the shop.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub region: &'static str,
    /// ISO 4217 code of its prices.
    pub currency: &'static str,
}

/// A product.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogueProduct {
    /// The product.
    pub product_id: i64,
    /// Seller.
    pub seller_id: i64,
    /// Category.
    pub category_id: i64,
    /// Title.
    pub title: String,
    /// Paths of pictures.
    pub images: Vec<String>,
    /// ISO 4217.
    pub currency: &'static str,
    /// Regions that it is sold in, ISO 3166-1 alpha-2.
    pub sale_regions: Vec<&'static str>,
    /// Maximum units per buyer; `None`: unlimited.
    pub buyer_limit: Option<i64>,
    /// Whether it is offered for sale.
    pub on_shelf: bool,
    /// SKUs, by id.
    pub skus: Vec<CatalogueSku>,
}

/// A SKU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueSku {
    /// The SKU.
    pub sku_id: i64,
    /// Name such as a colour and a size.
    pub name: String,
    /// Price of a unit: a decimal number with the currency's decimals.
    pub price: String,
    /// Units in stock.
    pub stock: i64,
}

impl World {
    /// The world's sellers and products, without changing parts such as flash sales.
    #[must_use]
    pub fn catalogue(&self) -> Catalogue {
        let mut products: Vec<_> = self.products.iter().map(|(&id, product)| product.row(id)).collect();
        products.sort_unstable_by_key(|product| product.product_id);
        let regions = self.rooms.iter().map(|(&id, room)| (id, room.region));
        let regions: std::collections::BTreeMap<_, _> = regions.collect();
        let mut sellers: Vec<_> = self
            .sellers
            .values()
            .map(|seller| {
                let region = regions.get(&(seller.seller_id / 10)).copied().unwrap_or_default();
                CatalogueSeller {
                    seller_id: seller.seller_id,
                    name: seller.name.to_string(),
                    region: region.code(),
                    currency: region.currency(),
                }
            })
            .collect();
        sellers.sort_unstable_by_key(|seller| seller.seller_id);
        Catalogue { sellers, products }
    }
}

impl super::Product {
    fn row(&self, product_id: i64) -> CatalogueProduct {
        let model = self.drawn_model();
        let skus = model.skus.iter().zip(&self.price.skus);
        CatalogueProduct {
            product_id,
            seller_id: self.seller_id,
            category_id: model.category_id,
            title: self.title.to_string(),
            images: model.images.iter().map(|picture| picture.uri.to_string()).collect(),
            currency: self.region.currency(),
            sale_regions: SALE_REGIONS.into_iter().filter(|code| self.is_sold_in(code)).collect(),
            buyer_limit: (self.limit_left >= 0).then_some(i64::from(self.limit_left)),
            on_shelf: self.is_on_shelf() && self.model().is_some(),
            skus: skus
                .map(|(sku, price)| CatalogueSku {
                    sku_id: sku.sku_id,
                    name: sku.name.to_string(),
                    price: price.retail.to_string(),
                    stock: i64::from(sku.stock),
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    #[test]
    fn every_product_is_a_row_with_the_worlds_skus_prices_and_units() {
        let world = World::of(42);
        let Catalogue { sellers, products } = world.catalogue();
        assert_eq!((products.len(), sellers.len()), (world.products.len(), world.sellers.len()));
        assert!(products.windows(2).all(|pair| pair[0].product_id < pair[1].product_id));
        for row in &products {
            let product = world.product(row.product_id).unwrap();
            let lite = product.lite(0);
            assert_eq!(row.skus.iter().map(|sku| sku.stock).sum::<i64>(), i64::from(lite.stock));
            assert_eq!(row.skus.len(), product.price.skus.len());
            assert!(row.skus.iter().zip(&product.price.skus).all(|(sku, price)| sku.sku_id == price.sku_id));
            let seller = sellers.iter().find(|seller| seller.seller_id == row.seller_id).unwrap();
            assert_eq!(seller.currency, row.currency);
        }
        let full = products.iter().filter(|row| row.product_id / 1_000 == 1_001);
        assert_eq!(full.count(), 200);
        let off = products.iter().filter(|row| row.product_id / 1_000 == 1_010 && !row.on_shelf).count();
        assert_eq!(off, 9, "eight by status, one without a model");
    }
}

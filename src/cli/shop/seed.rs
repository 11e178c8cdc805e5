//! `live-pack shop seed`.

use std::process::ExitCode;

use live_pack_shop::seed;

use super::{CliError, PlaceArgs, ShopError};
use crate::settings::Environment;

/// Writes the demo world.
pub(super) async fn run(args: &PlaceArgs) -> Result<ExitCode, CliError> {
    if args.env == Environment::Prod {
        return Err(ShopError::NotInProd { what: "demo data" }.into());
    }
    let shop = args.open().await?;
    let plan = plan(shop.clock().now_ms())?;
    let done = seed::write(&shop, &plan).await.map_err(ShopError::from)?;
    shop.close().await;
    super::super::print(&format!(
        "written: {} accounts, {} products, {} SKUs with stock",
        done.accounts, done.products, done.stock
    ))?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(not(feature = "world"))]
fn plan(now_ms: i64) -> Result<seed::Seed, ShopError> {
    Ok(seed::demo(vec![seed::fixed_seller()], now_ms)?)
}

/// The demo accounts, the fixed products, and the catalogue of the embedded world.
#[cfg(feature = "world")]
fn plan(now_ms: i64) -> Result<seed::Seed, ShopError> {
    let catalogue = live_pack_commerce::World::of(live_pack_commerce::WorldSettings::default().seed).catalogue();
    let fixed = seed::fixed_seller();
    let sellers = catalogue.sellers.iter().map(|seller| {
        // The fixed products ship free, so their seller does.
        let fee = if seller.seller_id == fixed.seller_id { 0 } else { world::shipping_fee(seller.currency) };
        live_pack_shop_store::catalog::SellerRow {
            seller_id: seller.seller_id,
            name: seller.name.clone(),
            region: seller.region.to_owned(),
            shipping_fee: fee,
            free_shipping_from: (fee > 0).then_some(fee * world::FREE_FROM_FEES),
        }
    });
    let mut plan = seed::demo(sellers.collect(), now_ms)?;
    for product in catalogue.products {
        world::add(&mut plan, product)?;
    }
    Ok(plan)
}

#[cfg(feature = "world")]
mod world {
    use std::collections::BTreeMap;

    use live_pack_commerce::CatalogueProduct;
    use live_pack_shop::{
        UseCaseError,
        money::Currency,
        seed::{Seed, SkuStock},
    };
    use live_pack_shop_store::{
        StoreError,
        catalog::{ProductRow, SkuRow},
    };
    use serde::Serialize;

    /// Goods worth this many times the shipping fee ship free.
    pub(super) const FREE_FROM_FEES: i64 = 10;

    /// Flat shipping of the world's sellers, in minor units.
    pub(super) fn shipping_fee(currency: &str) -> i64 {
        match currency {
            "IDR" => 10_000,
            "VND" => 25_000,
            "JPY" => 500,
            "THB" | "PHP" | "MXN" => 4_900,
            "BRL" => 1_490,
            _ => 499,
        }
    }

    fn text<T: Serialize>(what: &'static str, value: &T) -> Result<String, UseCaseError> {
        serde_json::to_string(value).map_err(|source| UseCaseError::Json { what, source })
    }

    /// Adds the rows of a product.
    pub(super) fn add(plan: &mut Seed, product: CatalogueProduct) -> Result<(), UseCaseError> {
        let corrupt = |what, found: &str| StoreError::Corrupt { what, found: found.to_owned() };
        let currency = Currency::of(product.currency).ok_or_else(|| corrupt("currency", product.currency))?;
        for sku in &product.skus {
            let price = currency.parse(&sku.price).map_err(|_| corrupt("price", &sku.price))?;
            plan.skus.push(SkuRow {
                sku_id: sku.sku_id,
                product_id: product.product_id,
                seller_id: product.seller_id,
                attributes: text("attributes", &BTreeMap::from([("variant", &sku.name)]))?,
                price: price.minor,
            });
            plan.stock.push(SkuStock { seller_id: product.seller_id, sku_id: sku.sku_id, on_hand: sku.stock });
        }
        let seller = plan.sellers.iter().find(|seller| seller.seller_id == product.seller_id);
        let brand = seller.map(|seller| seller.name.clone()).unwrap_or_default();
        plan.products.push(ProductRow {
            product_id: product.product_id,
            seller_id: product.seller_id,
            category_id: product.category_id,
            title_lower: product.title.to_lowercase(),
            description: format!("{} – {brand}", product.title),
            title: product.title,
            brand,
            tags: text("tags", &[product.currency])?,
            images: text("images", &product.images)?,
            currency: product.currency.to_owned(),
            sale_regions: format!(",{},", product.sale_regions.join(",")),
            buyer_limit: product.buyer_limit,
            tax_class: 0,
            on_shelf: i64::from(product.on_shelf),
        });
        Ok(())
    }
}

//! D2, product model: the light form decides whether and where a card is shown, the full form is its content.

use std::sync::Arc;

use live_pack_idl::product_model as wire;

use super::{
    Wiring,
    answer::by_key,
    convert::{Malformed, regions},
    method::{Method, base, distinct},
    routes::Routes,
};
use crate::{
    Call, Downstream, DownstreamMethod, Error, Lookup,
    model::{AgeClass, Bag, BagStatus, Picture, ProductLite, ProductModel, ProductStatus, Sku},
};

by_key!(wire::MGetProductLiteResponse, wire::MGetProductModelResponse);

/// The client of D2.
#[derive(Debug)]
pub struct ProductModelClient {
    routes: Arc<Routes<wire::ProductModelServiceClient>>,
    lites: Method,
    full: Method,
}

impl ProductModelClient {
    pub(super) fn new(wiring: &Wiring<'_>) -> Self {
        Self {
            routes: wiring.routes(Downstream::ProductModel, |to| {
                to.tuned(wire::ProductModelServiceClientBuilder::new(Downstream::ProductModel.name())).build()
            }),
            lites: wiring.method(DownstreamMethod::MGetProductLite),
            full: wiring.method(DownstreamMethod::MGetProductModel),
        }
    }

    /// The light form of a whole bag in one call, and whether the viewer's account is a minor's.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; a line that failed alone is [`Lookup::Failed`].
    pub async fn bag_status(&self, call: &Call, bag: &Bag) -> Result<BagStatus, Error> {
        let ids: Vec<i64> = bag.entries.iter().map(|entry| entry.product_id).collect();
        let request = || wire::MGetProductLiteRequest {
            product_ids: distinct(&ids),
            user_id: call.viewer.user_id,
            base: base(call),
        };
        let answer = self
            .lites
            .run(call, &ids, &self.routes, request, |to, request| async move { to.m_get_product_lite(request).await })
            .await?;
        let products = self.lites.align(call, &ids, answer.products, &answer.failed, |_, wire| Ok(Some(lite(&wire)?)));
        Ok(BagStatus { products: Arc::new(products), viewer_is_minor: answer.viewer_is_minor })
    }

    /// Product models, for the content of cards, aligned with `ids`.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; a key that failed alone is [`Lookup::Failed`].
    pub async fn models(&self, call: &Call, ids: &[i64]) -> Result<Vec<Lookup<Arc<ProductModel>>>, Error> {
        let request = || wire::MGetProductModelRequest { product_ids: distinct(ids), base: base(call) };
        let answer = self
            .full
            .run(call, ids, &self.routes, request, |to, request| async move { to.m_get_product_model(request).await })
            .await?;
        Ok(self.full.align(call, ids, answer.products, &answer.failed, |_, wire| {
            Ok::<_, Malformed>(Some(Arc::new(model(wire))))
        }))
    }
}

fn lite(wire: &wire::ProductLite) -> Result<ProductLite, Malformed> {
    Ok(ProductLite {
        status: status(wire.status),
        sale_regions: regions(&wire.sale_regions, "sale_regions")?,
        stock: wire.stock.max(0),
        age_class: match wire.age_class {
            wire::AgeClass::GENERAL => AgeClass::General,
            wire::AgeClass::ADULT => AgeClass::Adult,
            // the age class must not be guessed either way
            _ => return Err(Malformed("age_class")),
        },
        seller_id: wire.seller_id,
        min_app_version: wire.min_app_version,
        flash_sale_only: wire.flash_sale_only,
        listed_ms: wire.listed_ms,
    })
}

const fn status(wire: wire::ProductStatus) -> ProductStatus {
    match wire {
        wire::ProductStatus::DRAFT => ProductStatus::Draft,
        wire::ProductStatus::PENDING => ProductStatus::Pending,
        wire::ProductStatus::FAILED => ProductStatus::Failed,
        wire::ProductStatus::ACTIVATE => ProductStatus::Activate,
        wire::ProductStatus::SELLER_DEACTIVATED => ProductStatus::SellerDeactivated,
        wire::ProductStatus::PLATFORM_DEACTIVATED => ProductStatus::PlatformDeactivated,
        wire::ProductStatus::FREEZE => ProductStatus::Freeze,
        wire::ProductStatus::DELETED => ProductStatus::Deleted,
        _ => ProductStatus::Unknown,
    }
}

fn model(wire: wire::ProductModel) -> ProductModel {
    let sku = |sku: wire::Sku| Sku { sku_id: sku.sku_id, name: sku.name, stock: sku.stock.max(0) };
    ProductModel {
        title: wire.title,
        cover: picture(wire.cover),
        category_id: wire.category_id,
        seller_id: wire.seller_id,
        skus: wire.skus.into_iter().map(sku).collect(),
        default_sku_id: wire.default_sku_id,
        pre_sale: wire.pre_sale,
        cod: wire.cod,
        has_gift: wire.has_gift,
    }
}

fn picture(wire: wire::Picture) -> Picture {
    Picture { uri: wire.uri, width: wire.width, height: wire.height }
}

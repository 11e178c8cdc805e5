//! Draws a card from its inputs.

use std::{borrow::Cow, collections::BTreeMap};

use live_pack_dal::{
    FastStr, PictureKind,
    config::Feature,
    model::{Activity, ProductPrice, ProductPromotions},
    texts::{Arg, Text},
};
use live_pack_idl::live_pack::{self as wire, CardFields, Image, Price};

use super::{CardClass, CardInputs, CardPlace, CardProduct};
use crate::{
    converters::{
        flash_sale_drawing::FlashSaleDrawing,
        label_drawing::LabelDrawing,
        price_drawing::wire_price,
        voucher_drawing::wire_voucher,
        wire::{wire_button, wire_stock},
    },
    rules::{
        atmosphere::AtmosphereFact,
        label::Candidates,
        price::{EffectivePrice, PriceFacts, effective_price},
        sold, stock,
        voucher::{BestVouchers, PricedProduct, best},
    },
};

/// Draws a card at an instant, in Unix milliseconds. The values of [`Live`](live_pack_idl::card::Live) stay empty: each
/// answer sets them.
pub(super) fn draw(inputs: &CardInputs, now_ms: i64) -> CardFields {
    Drawing { inputs, class: &inputs.class.class, now_ms }.card()
}

struct Drawing<'a> {
    inputs: &'a CardInputs,
    class: &'a CardClass,
    now_ms: i64,
}

impl<'a> Drawing<'a> {
    fn card(&self) -> CardFields {
        let (inputs, class) = (self.inputs, self.class);
        let (model, product) = (&*inputs.model, inputs.product);
        let promotions = self.promotions();
        let effective = self.price(promotions.as_deref());
        let priced_by = effective.and_then(|price| price.activity_id);
        let sale = promotions.as_deref().and_then(|promotions| self.sales().draw(promotions, priced_by));
        let best = effective.map(|price| self.best_vouchers(&price)).unwrap_or_default();
        let free_shipping = promotions.as_ref().is_some_and(|it| it.free_shipping) || inputs.free_delivery;
        let has_gift = model.has_gift || promotions.as_ref().is_some_and(|it| it.has_gift);
        let cod = model.cod && inputs.may_pay_on_delivery;
        let holds = |fact: &AtmosphereFact| {
            *fact != AtmosphereFact::Lowest30d || effective.is_some_and(|price| price.lowest_in_30_days)
        };
        let facts: smallvec::SmallVec<[AtmosphereFact; 4]> =
            inputs.atmosphere.iter().copied().filter(|fact| holds(fact)).collect();
        let detail = inputs.detail.as_deref();
        let seller = inputs.seller.as_deref();
        let candidates = Candidates {
            flash_sale: sale.as_ref().is_some_and(|(state, _)| state.is_running_or_preheating()),
            voucher: best.seller.is_some() || best.platform.is_some(),
            free_shipping,
            gift: has_gift,
            cod,
            atmosphere: &facts,
            official_shop: seller.is_some_and(|seller| seller.official),
        };
        let sold = detail.map(|detail| detail.sold_count);
        let schema = FastStr::from_string(format!("livepack://product/{}?room={}", product.product_id, class.room_id));
        let (texts, language) = (&class.texts, class.language);
        CardFields {
            product_id: product.product_id,
            item_no: product.item_no,
            title: model.title.clone(),
            cover: self.cover(),
            images: None,
            price: effective.and_then(|price| self.wire_price(&price)),
            flash_sale: sale.map(|(_, sale)| sale),
            labels: self.labels().draw(&candidates, &best, product.stock),
            buttons: inputs.buttons.iter().map(|b| wire_button(*b, texts, language, &schema)).collect(),
            stock: wire_stock(stock::state(product.stock, &class.conf.atmosphere)),
            sold_text: self.sold_text(sold),
            sold_count: sold.unwrap_or(0),
            rating: detail.map_or(0.0, |detail| detail.rating),
            seller_id: model.seller_id,
            seller_name: seller.map(|seller| seller.name.clone()).unwrap_or_default(),
            is_pinned: product.is_pinned,
            is_top: product.is_top,
            has_multi_sku: model.skus.len() > 1,
            default_sku_id: model.default_sku_id,
            cod,
            free_shipping,
            has_gift,
            pre_sale: model.pre_sale,
            in_cart_count: 0,
            vouchers: self.wire_vouchers(&best),
            auction: None,
            schema,
            track: track(product, class.place),
            refreshed_labels: None,
        }
    }

    /// The activities that count; without flash sales if these are switched off manually.
    fn promotions(&self) -> Option<Cow<'a, ProductPromotions>> {
        let promotions: &ProductPromotions = self.inputs.promotions.as_ref()?;
        if self.class.conf.degrade.is_on(Feature::FlashSale) {
            return Some(Cow::Borrowed(promotions));
        }
        let no_flash = |activity: &&Activity| !activity.kind.is_flash();
        let activities = promotions.activities.iter().filter(no_flash).cloned().collect();
        Some(Cow::Owned(ProductPromotions { activities, ..*promotions }))
    }

    fn price(&self, promotions: Option<&ProductPromotions>) -> Option<EffectivePrice> {
        let (inputs, numbers) = (self.inputs, self.class.numbers.as_ref()?);
        let price: &ProductPrice = inputs.price.as_ref()?;
        let facts = PriceFacts { price, skus: &inputs.model.skus, promotions, now_ms: self.now_ms };
        let left = |activity: i64| inputs.live.iter().find(|(id, _)| *id == activity).map(|(_, left)| *left);
        Some(effective_price(facts, left)?.rounded(numbers.decimals()))
    }

    fn wire_price(&self, price: &EffectivePrice) -> Option<Price> {
        let class = self.class;
        Some(wire_price(price, class.numbers.as_ref()?, &class.texts, class.language, class.price_range_style))
    }

    fn cover(&self) -> Image {
        let cover = &self.inputs.model.cover;
        let kit = self.class.kit();
        let urls = if self.class.urls { kit.images.urls(kit.route_group, &cover.uri) } else { vec![cover.uri.clone()] };
        let known = cover.width > 0 && cover.height > 0;
        let (width, height) = if known { (cover.width, cover.height) } else { kit.images.size(PictureKind::Product) };
        Image { uri: cover.uri.clone(), urls, width, height }
    }

    fn sales(&self) -> FlashSaleDrawing<'a> {
        FlashSaleDrawing {
            rules: &self.class.conf.flash_sale,
            texts: &self.class.texts,
            language: self.class.language,
            live: &self.inputs.live,
            now_ms: self.now_ms,
        }
    }

    fn labels(&self) -> LabelDrawing<'a> {
        let class = self.class;
        LabelDrawing {
            kit: class.kit(),
            language: class.language,
            numbers: class.numbers.as_ref(),
            atmosphere_places: class.atmosphere_places,
            max: class.most_labels(),
        }
    }

    fn best_vouchers(&self, price: &EffectivePrice) -> BestVouchers<'a> {
        let Some(numbers) = &self.class.numbers else { return BestVouchers::default() };
        let product = PricedProduct {
            product_id: self.inputs.product.product_id,
            seller_id: self.inputs.model.seller_id,
            price: price.sale_min,
            currency: numbers.currency(),
            decimals: numbers.decimals(),
        };
        best(self.class.shown(), &product, self.class.region)
    }

    fn wire_vouchers(&self, best: &BestVouchers<'_>) -> Vec<wire::Voucher> {
        let class = self.class;
        let found = [best.seller, best.platform].into_iter().flatten();
        let state = |voucher| class.shown().find(|(shown, _)| std::ptr::eq(*shown, voucher)).map(|(_, state)| state);
        let drawn = found.filter_map(|worth| {
            let voucher = worth.voucher;
            Some(wire_voucher(voucher, state(voucher)?, &class.texts, class.language, class.numbers.as_ref()))
        });
        drawn.collect()
    }

    fn sold_text(&self, sold: Option<i64>) -> FastStr {
        let class = self.class;
        let told = sold::told(sold, &class.conf.sold_text);
        let (Some(sold), Some(numbers)) = (told, &class.numbers) else { return FastStr::empty() };
        let short = numbers.compact_floor(sold);
        class.texts.format(class.language, Text::SoldN, sold, &[(Arg::Count, &short)])
    }
}

/// Data that the client reports when the card is tapped.
fn track(product: CardProduct, place: CardPlace) -> BTreeMap<FastStr, FastStr> {
    let place = if place == CardPlace::Shop {
        "shop"
    } else if product.is_pinned {
        "pinned"
    } else if product.is_top {
        "top"
    } else {
        "bag"
    };
    BTreeMap::from([(FastStr::from_static_str("place"), FastStr::from_static_str(place))])
}

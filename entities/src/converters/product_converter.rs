//! The cards of the page.

use std::{collections::BTreeMap, sync::Arc};

use live_pack_dal::{
    FastStr, Lookup, PictureKind,
    model::{ProductModel, Voucher},
    texts::{Arg, Language, Text},
};
use live_pack_engine::{Context, Reads, Stage, Strength, SyncTask, TaskResult};
use live_pack_idl::live_pack::{Image, ProductCard};

use super::{
    HandOver, PageButtons, PagePrices,
    empty_page::note_no_model,
    flash_sale_drawing::FlashSaleDrawing,
    label_drawing::LabelDrawing,
    voucher_drawing::wire_voucher,
    wire::{wire_button, wire_stock},
};
use crate::{
    item::BagItem,
    loaders::{
        Atmospheres, CardTexts, CartInfo, Covers, Delivery, LiveStock, PageVouchers, ProductDetails, ProductModels,
        Promotions, Sellers, TradeChain,
    },
    request::LiveRequest,
    rules::{
        atmosphere::AtmosphereFact,
        label::Candidates,
        price::EffectivePrice,
        sold, stock,
        voucher::{BestVouchers, PricedProduct, VoucherState, best},
    },
    scene::BagScene,
};

/// The cards of the page, in order; a product without a model has none.
#[derive(Debug)]
pub struct Cards(pub HandOver<Vec<ProductCard>>);

/// Where the cards stand, which decides how many labels they have room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Bag,
    Pin,
    /// On a screen, where one product may stand in the bag and on the pinned card.
    Screen,
}

/// Draws the cards from everything that was loaded.
#[derive(Debug)]
pub struct ProductConverter(Place);

impl ProductConverter {
    /// Cards of the bag.
    #[must_use]
    pub const fn for_the_bag() -> Self {
        Self(Place::Bag)
    }

    /// Cards on a client's screen that are brought up to date.
    #[must_use]
    pub const fn for_the_screen() -> Self {
        Self(Place::Screen)
    }

    /// The pinned card: the same card with room for fewer labels.
    #[must_use]
    pub const fn for_the_pin() -> Self {
        Self(Place::Pin)
    }
}

impl SyncTask<BagScene> for ProductConverter {
    type Output = Cards;
    const STAGE: Stage = Stage::Converters;

    fn reads(&self) -> Reads {
        Reads::none()
            .page()
            .maybe::<ProductModels>()
            .need::<PagePrices>()
            .need::<PageButtons>()
            .if_written::<ProductDetails>()
            .if_written::<Promotions>()
            .if_written::<LiveStock>()
            .if_written::<PageVouchers>()
            .if_written::<Atmospheres>()
            .if_written::<CartInfo>()
            .if_written::<TradeChain>()
            .if_written::<Delivery>()
            .if_written::<Sellers>()
            .if_written::<Covers>()
            .maybe::<CardTexts>()
    }

    fn strength(&self, _cx: &Context<BagScene>) -> Strength {
        Strength::Strong
    }

    fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, Cards> {
        let loaded = Loaded::of(cx, self.0)?;
        let models = ProductModels::of(cx.maybe());
        let items = cx.list().page().zip(models).enumerate();
        let card = |(index, (item, model)): (usize, (&BagItem, &Lookup<Arc<ProductModel>>))| {
            Some(loaded.card(index, item, model.found()?))
        };
        let cards: Vec<ProductCard> = items.filter_map(card).collect();
        if cards.is_empty() && self.0 == Place::Bag {
            note_no_model(cx, models.len());
        }
        Ok(Cards(HandOver::new(cards)))
    }
}

/// Everything that was loaded for the page; what could not be had is `None`.
struct Loaded<'a> {
    request: &'a LiveRequest,
    language: Language,
    most_labels: usize,
    prices: &'a PagePrices,
    buttons: &'a PageButtons,
    details: Option<&'a ProductDetails>,
    promotions: Option<&'a Promotions>,
    live: Option<&'a LiveStock>,
    vouchers: Option<&'a PageVouchers>,
    shown: Vec<(&'a Voucher, VoucherState)>,
    atmospheres: Option<&'a Atmospheres>,
    cart: Option<&'a CartInfo>,
    trade: Option<&'a TradeChain>,
    delivery: Option<&'a Delivery>,
    sellers: Option<&'a Sellers>,
    covers: Option<&'a Covers>,
}

impl<'a> Loaded<'a> {
    fn of(cx: &'a Context<BagScene>, place: Place) -> TaskResult<BagScene, Self> {
        let request = cx.request();
        let labels = &request.conf.labels;
        Ok(Self {
            request,
            language: CardTexts::language(cx),
            most_labels: match place {
                Place::Bag => labels.bag_max,
                Place::Pin => labels.pin_max,
                Place::Screen => labels.bag_max.max(labels.pin_max),
            },
            prices: cx.need()?,
            buttons: cx.need()?,
            details: cx.maybe().done(),
            promotions: cx.maybe().done(),
            live: cx.maybe().done(),
            shown: cx.maybe::<PageVouchers>().done().map(|all| all.0.shown(request).collect()).unwrap_or_default(),
            vouchers: cx.maybe().done(),
            atmospheres: cx.maybe().done(),
            cart: cx.maybe().done(),
            trade: cx.maybe().done(),
            delivery: cx.maybe().done(),
            sellers: cx.maybe().done(),
            covers: cx.maybe().done(),
        })
    }

    fn card(&self, index: usize, item: &BagItem, model: &ProductModel) -> ProductCard {
        let request = self.request;
        let price = self.prices.prices.get(index).and_then(Option::as_ref);
        let detail = self.details.and_then(|details| details.0.get(index)?.found());
        let promotions = self.promotions.and_then(|promotions| promotions.0.get(index)?.found());
        let seller = self.sellers.and_then(|sellers| sellers.0.get(index)?.found());
        let trade = self.trade.and_then(|trade| trade.0.get(index)?.found());
        let priced_by = price.and_then(|(price, _)| price.activity_id);
        let sale = promotions.and_then(|promotions| self.sales().draw(promotions, priced_by));
        let best = price.map(|(price, _)| self.best_vouchers(item, model, price)).unwrap_or_default();
        let free_shipping = promotions.is_some_and(|promotions| promotions.free_shipping)
            || self.delivery.is_some_and(|delivery| delivery.0.get(index) == Some(&true));
        let has_gift = model.has_gift || promotions.is_some_and(|promotions| promotions.has_gift);
        let cod = model.cod && trade.is_some_and(|trade| trade.cod);
        let atmosphere = self.atmospheres.and_then(|all| all.0.get(index)).map_or(&[][..], |facts| facts);
        let facts: smallvec::SmallVec<[AtmosphereFact; 4]> =
            atmosphere.iter().copied().filter(|fact| holds(*fact, price)).collect();
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
        let schema = FastStr::from_string(format!("livepack://product/{}?room={}", item.product_id, request.room_id));
        let buttons = self.buttons.0.get(index).map_or(&[][..], |buttons| buttons);
        ProductCard {
            product_id: item.product_id,
            item_no: item.item_no,
            title: model.title.clone(),
            cover: self.cover(index, model),
            images: None,
            price: price.map(|(_, wire)| wire.clone()),
            flash_sale: sale.map(|(_, wire)| wire),
            labels: self.labels().draw(&candidates, &best, item),
            buttons: buttons.iter().map(|b| wire_button(*b, request, self.language, &schema)).collect(),
            stock: wire_stock(stock::state(item.lite.map(|lite| lite.stock), &request.conf.atmosphere)),
            sold_text: self.sold_text(sold),
            sold_count: sold.unwrap_or(0),
            rating: detail.map_or(0.0, |detail| detail.rating),
            seller_id: model.seller_id,
            seller_name: seller.map(|seller| seller.name.clone()).unwrap_or_default(),
            is_pinned: item.is_pinned,
            is_top: item.top_rank > 0,
            has_multi_sku: model.skus.len() > 1,
            default_sku_id: model.default_sku_id,
            cod,
            free_shipping,
            has_gift,
            pre_sale: model.pre_sale,
            in_cart_count: self.cart.and_then(|cart| cart.0.quantities.get(&item.product_id)).copied().unwrap_or(0),
            vouchers: self.wire_vouchers(&best),
            auction: None,
            schema,
            track: track(item),
            refreshed_labels: None,
        }
    }

    fn cover(&self, index: usize, model: &ProductModel) -> Image {
        let urls = self.covers.and_then(|covers| covers.0.get(index)).cloned();
        let urls = urls.unwrap_or_else(|| vec![model.cover.uri.clone()]);
        let said = (model.cover.width, model.cover.height);
        let known = said.0 > 0 && said.1 > 0;
        let (width, height) = if known { said } else { self.request.resident.images.size(PictureKind::Product) };
        Image { uri: model.cover.uri.clone(), urls, width, height }
    }

    const fn sales(&self) -> FlashSaleDrawing<'a> {
        FlashSaleDrawing { request: self.request, language: self.language, live: self.live }
    }

    const fn labels(&self) -> LabelDrawing<'a> {
        let numbers = self.prices.numbers.as_ref();
        LabelDrawing { request: self.request, language: self.language, numbers, max: self.most_labels }
    }

    fn best_vouchers(&self, item: &BagItem, model: &ProductModel, price: &EffectivePrice) -> BestVouchers<'a> {
        let Some(numbers) = &self.prices.numbers else { return BestVouchers::default() };
        let product = PricedProduct {
            product_id: item.product_id,
            seller_id: model.seller_id,
            price: price.sale_min,
            currency: numbers.currency(),
            decimals: numbers.decimals(),
        };
        best(self.shown.iter().copied(), &product, self.request.viewer.region)
    }

    fn wire_vouchers(&self, best: &BestVouchers<'_>) -> Vec<live_pack_idl::live_pack::Voucher> {
        let Some(vouchers) = self.vouchers else { return Vec::new() };
        let found = [best.seller, best.platform].into_iter().flatten();
        let numbers = self.prices.numbers.as_ref();
        found.map(|worth| wire_voucher(worth.voucher, &vouchers.0, self.request, self.language, numbers)).collect()
    }

    fn sold_text(&self, sold: Option<i64>) -> FastStr {
        let told = sold::told(sold, &self.request.conf.sold_text);
        let (Some(sold), Some(numbers)) = (told, &self.prices.numbers) else { return FastStr::empty() };
        let short = numbers.compact_floor(sold);
        self.request.resident.texts.format(self.language, Text::SoldN, sold, &[(Arg::Count, &short)])
    }
}

/// Whether a remarkable thing holds at the effective price.
fn holds<T>(fact: AtmosphereFact, price: Option<&(EffectivePrice, T)>) -> bool {
    fact != AtmosphereFact::Lowest30d || price.is_some_and(|(price, _)| price.lowest_in_30_days)
}

/// What the client hands back when the card is tapped, for reports.
fn track(item: &BagItem) -> BTreeMap<FastStr, FastStr> {
    let place = if item.is_pinned {
        "pinned"
    } else if item.top_rank > 0 {
        "top"
    } else {
        "bag"
    };
    BTreeMap::from([(FastStr::from_static_str("place"), FastStr::from_static_str(place))])
}

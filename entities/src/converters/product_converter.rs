//! The cards of the page.

use std::collections::BTreeMap;

use live_pack_dal::{
    FastStr, PictureKind,
    model::{ProductModel, Voucher},
    texts::{Arg, Language, Text},
};
use live_pack_engine::{Context, IfWritten, Inputs, Maybe, Page, Row, Stage, Task, TaskResult};
use live_pack_idl::live_pack::{Image, ProductCard};

use super::{
    PageButtons, PagePrices,
    empty_page::note_no_model,
    flash_sale_drawing::FlashSaleDrawing,
    label_drawing::LabelDrawing,
    voucher_drawing::wire_voucher,
    wire::{wire_button, wire_stock},
};
use crate::{
    item::BagItem,
    loaders::{
        Atmospheres, CartInfo, Covers, Delivery, LiveStock, PageVouchers, ProductDetails, ProductModels, Promotions,
        Sellers, Texts, TradeChain,
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
pub struct Cards(pub Vec<ProductCard>);

/// The place of the cards, which decides their maximum number of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Bag,
    Pin,
    /// On a screen, where a product may be in the bag and on the pinned card.
    Screen,
}

/// Draws the cards from all loaded data.
#[derive(Debug)]
pub struct ProductConverter(Place);

impl ProductConverter {
    /// Cards of the bag.
    #[must_use]
    pub const fn for_the_bag() -> Self {
        Self(Place::Bag)
    }

    /// Refreshed cards on a client's screen.
    #[must_use]
    pub const fn for_the_screen() -> Self {
        Self(Place::Screen)
    }

    /// The pinned card: the same card with fewer labels.
    #[must_use]
    pub const fn for_the_pin() -> Self {
        Self(Place::Pin)
    }
}

/// Inputs of [`ProductConverter`]: everything that may have been loaded for the page.
#[derive(Debug, Clone, Copy, Inputs)]
pub struct CardInputs<'a> {
    page: Page<'a, BagScene>,
    models: Maybe<'a, ProductModels>,
    prices: &'a PagePrices,
    buttons: &'a PageButtons,
    details: IfWritten<'a, ProductDetails>,
    promotions: IfWritten<'a, Promotions>,
    live: IfWritten<'a, LiveStock>,
    vouchers: IfWritten<'a, PageVouchers>,
    atmospheres: IfWritten<'a, Atmospheres>,
    cart: IfWritten<'a, CartInfo>,
    trade: IfWritten<'a, TradeChain>,
    delivery: IfWritten<'a, Delivery>,
    sellers: IfWritten<'a, Sellers>,
    covers: IfWritten<'a, Covers>,
    texts: Texts<'a>,
}

impl Task<BagScene> for ProductConverter {
    type Output = Cards;
    type Input<'a> = CardInputs<'a>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, cx: &Context<BagScene>, input: CardInputs<'_>) -> TaskResult<BagScene, Cards> {
        let drawing = Drawing::of(cx.request(), input, self.0);
        let models = input.models.done();
        let card = |row: Row<'_, BagItem>| Some(drawing.card(row, models?.0.of(row).found()?));
        let cards: Vec<ProductCard> = input.page.rows().filter_map(card).collect();
        if cards.is_empty() && self.0 == Place::Bag {
            // if no model was loaded at all, the loader's own failure is in the answer
            note_no_model(cx, models.map_or(0, |_| input.page.len()));
        }
        Ok(Cards(cards))
    }
}

/// All cards of a page: the loaded data, and values derived from them for every card.
struct Drawing<'a> {
    request: &'a LiveRequest,
    input: CardInputs<'a>,
    language: Language,
    most_labels: usize,
    shown: Vec<(&'a Voucher, VoucherState)>,
}

impl<'a> Drawing<'a> {
    fn of(request: &'a LiveRequest, input: CardInputs<'a>, place: Place) -> Self {
        let labels = &request.conf.labels;
        let most_labels = match place {
            Place::Bag => labels.bag_max,
            Place::Pin => labels.pin_max,
            Place::Screen => labels.bag_max.max(labels.pin_max),
        };
        let shown = input.vouchers.done().map(|all| all.0.shown(request).collect()).unwrap_or_default();
        Self { request, input, language: input.texts.language(request), most_labels, shown }
    }

    fn card(&self, row: Row<'_, BagItem>, model: &ProductModel) -> ProductCard {
        let (request, input, item) = (self.request, &self.input, row.item);
        let price = input.prices.prices.of(row).as_ref();
        let detail = input.details.done().and_then(|details| details.0.of(row).found());
        let promotions = input.promotions.done().and_then(|promotions| promotions.0.of(row).found());
        let seller = input.sellers.done().and_then(|sellers| sellers.of_page.of(row).found());
        let trade = input.trade.done().and_then(|trade| trade.0.of(row).found());
        let priced_by = price.and_then(|(price, _)| price.activity_id);
        let sale = promotions.and_then(|promotions| self.sales().draw(promotions, priced_by));
        let best = price.map(|(price, _)| self.best_vouchers(item, model, price)).unwrap_or_default();
        let free_shipping = promotions.is_some_and(|promotions| promotions.free_shipping)
            || input.delivery.done().is_some_and(|delivery| *delivery.0.of(row));
        let has_gift = model.has_gift || promotions.is_some_and(|promotions| promotions.has_gift);
        let cod = model.cod && trade.is_some_and(|trade| trade.cod);
        let atmosphere = input.atmospheres.done().map_or(&[][..], |all| all.0.of(row));
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
        let buttons = input.buttons.0.of(row).iter();
        ProductCard {
            product_id: item.product_id,
            item_no: item.item_no,
            title: model.title.clone(),
            cover: self.cover(row, model),
            images: None,
            price: price.map(|(_, wire)| wire.clone()),
            flash_sale: sale.map(|(_, wire)| wire),
            labels: self.labels().draw(&candidates, &best, item),
            buttons: buttons.map(|b| wire_button(*b, request, self.language, &schema)).collect(),
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
            in_cart_count: input
                .cart
                .done()
                .and_then(|cart| cart.0.quantities.get(&item.product_id))
                .copied()
                .unwrap_or(0),
            vouchers: self.wire_vouchers(&best),
            auction: None,
            schema,
            track: track(item),
            refreshed_labels: None,
        }
    }

    fn cover(&self, row: Row<'_, BagItem>, model: &ProductModel) -> Image {
        let urls = self.input.covers.done().map(|covers| covers.0.of(row).clone());
        let urls = urls.unwrap_or_else(|| vec![model.cover.uri.clone()]);
        let said = (model.cover.width, model.cover.height);
        let known = said.0 > 0 && said.1 > 0;
        let (width, height) = if known { said } else { self.request.resident.images.size(PictureKind::Product) };
        Image { uri: model.cover.uri.clone(), urls, width, height }
    }

    const fn sales(&self) -> FlashSaleDrawing<'a> {
        FlashSaleDrawing { request: self.request, language: self.language, live: self.input.live.done() }
    }

    const fn labels(&self) -> LabelDrawing<'a> {
        let numbers = self.input.prices.numbers.as_ref();
        LabelDrawing { request: self.request, language: self.language, numbers, max: self.most_labels }
    }

    fn best_vouchers(&self, item: &BagItem, model: &ProductModel, price: &EffectivePrice) -> BestVouchers<'a> {
        let Some(numbers) = &self.input.prices.numbers else { return BestVouchers::default() };
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
        let Some(vouchers) = self.input.vouchers.done() else { return Vec::new() };
        let found = [best.seller, best.platform].into_iter().flatten();
        let numbers = self.input.prices.numbers.as_ref();
        found.map(|worth| wire_voucher(worth.voucher, &vouchers.0, self.request, self.language, numbers)).collect()
    }

    fn sold_text(&self, sold: Option<i64>) -> FastStr {
        let told = sold::told(sold, &self.request.conf.sold_text);
        let (Some(sold), Some(numbers)) = (told, &self.input.prices.numbers) else { return FastStr::empty() };
        let short = numbers.compact_floor(sold);
        self.request.resident.texts.format(self.language, Text::SoldN, sold, &[(Arg::Count, &short)])
    }
}

/// Whether an atmosphere fact holds at the effective price.
fn holds<T>(fact: AtmosphereFact, price: Option<&(EffectivePrice, T)>) -> bool {
    fact != AtmosphereFact::Lowest30d || price.is_some_and(|(price, _)| price.lowest_in_30_days)
}

/// Data that the client reports when the card is tapped.
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

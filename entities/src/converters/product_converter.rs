//! The cards of the page.

use std::{collections::BTreeMap, sync::Arc};

use live_pack_dal::{
    FastStr, Lookup,
    model::{ProductModel, Voucher},
    texts::{Arg, Language, Text},
};
use live_pack_engine::{Context, Reads, Stage, Strength, SyncTask, TaskResult};
use live_pack_idl::live_pack::{FlashSale, Image, Label as WireLabel, ProductCard};

use super::{
    HandOver, PageButtons, PagePrices,
    empty_page::note_no_model,
    wire::{wire_button, wire_flash_status, wire_label, wire_price_source, wire_stock, wire_voucher},
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
        flash_sale::{self, CurrentSale, FlashState},
        label::{self, Candidates, Label},
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
    /// The labels are not drawn: the client keeps those it has.
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
                Place::Screen => 0,
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
        let sale = promotions.and_then(|promotions| self.sale(promotions));
        let best = price.map(|(price, _)| self.best_vouchers(item, model, price)).unwrap_or_default();
        let free_shipping = promotions.is_some_and(|promotions| promotions.free_shipping)
            || self.delivery.is_some_and(|delivery| delivery.0.get(index) == Some(&true));
        let has_gift = model.has_gift || promotions.is_some_and(|promotions| promotions.has_gift);
        let cod = model.cod && trade.is_some_and(|trade| trade.cod);
        let atmosphere = self.atmospheres.and_then(|all| all.0.get(index)).map_or(&[][..], |facts| facts);
        let facts: smallvec::SmallVec<[AtmosphereFact; 4]> =
            atmosphere.iter().copied().filter(|fact| holds(*fact, price)).collect();
        let candidates = Candidates {
            flash_sale: sale.as_ref().is_some_and(|(sale, _)| sale.state.is_running_or_preheating()),
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
            labels: self.labels(&candidates, &best, item),
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
        Image {
            uri: model.cover.uri.clone(),
            urls: urls.unwrap_or_else(|| vec![model.cover.uri.clone()]),
            width: model.cover.width,
            height: model.cover.height,
        }
    }

    /// The flash sale that counts now, with what the live counters say is left.
    fn sale(&self, promotions: &live_pack_dal::model::ProductPromotions) -> Option<(CurrentSale, FlashSale)> {
        let (request, rules) = (self.request, &self.request.conf.flash_sale);
        let left = |id| self.live.and_then(|live| live.left(id));
        let windows = promotions.activities.iter().filter_map(flash_sale::window_of);
        let windows = windows.map(|window| flash_sale::with_live_stock(window, left(window.promotion_id)));
        let sale = flash_sale::current(windows, rules, request.now_ms)?;
        let activity =
            promotions.activities.iter().find(|activity| activity.activity_id == sale.window.promotion_id)?;
        let progress = flash_sale::progress(activity.stock_total, sale.window.stock_left, rules);
        Some((
            sale,
            FlashSale {
                promotion_id: activity.activity_id,
                kind: wire_price_source(activity.kind.into()),
                status: wire_flash_status(sale.state),
                start_ms: activity.start_ms,
                end_ms: activity.end_ms,
                server_now_ms: request.now_ms,
                stock_total: activity.stock_total.unwrap_or(-1),
                stock_left: sale.window.stock_left.unwrap_or(-1),
                progress_percent: progress.percent,
                show_progress: progress.show,
                limit_per_user: activity.limit_per_user.unwrap_or(-1),
                countdown_text: self.countdown(&sale),
                progress_text: None,
            },
        ))
    }

    /// "Starts in" or "ends in" with the time that is left at this instant; the client counts on from there.
    fn countdown(&self, sale: &CurrentSale) -> FastStr {
        let texts = &self.request.resident.texts;
        let left = |until: i64| texts.countdown(self.language, until.saturating_sub(self.request.now_ms));
        match sale.state {
            FlashState::Preheat => {
                texts.format(self.language, Text::StartsIn, 0, &[(Arg::Time, &left(sale.window.start_ms))])
            }
            FlashState::Ongoing => {
                texts.format(self.language, Text::EndsIn, 0, &[(Arg::Time, &left(sale.window.end_ms))])
            }
            FlashState::Ended => texts.get(self.language, Text::SaleEnded),
            FlashState::None | FlashState::SoldOut => FastStr::empty(),
        }
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

    fn labels(&self, candidates: &Candidates<'_>, best: &BestVouchers<'_>, item: &BagItem) -> Vec<WireLabel> {
        let v2 = self.request.groups.is_on(live_pack_dal::experiment::Experiment::AtmosphereV2);
        let chosen = label::labels(candidates, self.most_labels, v2);
        chosen.into_iter().map(|label| wire_label(label, self.label_text(label, best, item))).collect()
    }

    fn label_text(&self, label: Label, best: &BestVouchers<'_>, item: &BagItem) -> FastStr {
        let (texts, language) = (&self.request.resident.texts, self.language);
        let text = match label {
            Label::FlashSale => Text::FlashSale,
            Label::Voucher => {
                let worth = [best.seller, best.platform].into_iter().flatten().max_by_key(|worth| worth.value);
                return worth.map_or(FastStr::empty(), |worth| {
                    let numbers = self.prices.numbers.as_ref();
                    super::wire::voucher_text(worth.voucher, self.request, language, numbers)
                });
            }
            Label::FreeShipping => Text::FreeShipping,
            Label::Gift => Text::FreeGift,
            Label::Cod => Text::Cod,
            Label::OfficialShop => Text::OfficialShop,
            Label::Atmosphere(AtmosphereFact::BestSeller) => Text::BestSeller,
            Label::Atmosphere(AtmosphereFact::Lowest30d) => Text::Lowest30d,
            Label::Atmosphere(AtmosphereFact::New) => Text::NewIn,
            Label::Atmosphere(AtmosphereFact::LowStock) => {
                let left = item.lite.map_or(0, |lite| lite.stock);
                let count = FastStr::from_string(left.to_string());
                return texts.format(language, Text::OnlyNLeft, left.into(), &[(Arg::Count, &count)]);
            }
        };
        texts.get(language, text)
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

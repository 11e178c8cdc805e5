//! The cards of the page.

use std::sync::Arc;

use live_pack_dal::{
    Same,
    model::{ProductModel, ProductPromotions},
    texts::Language,
};
use live_pack_engine::{Context, IfWritten, Inputs, Maybe, Page, Row, Stage, Task, TaskResult};
use live_pack_idl::live_pack::ProductCard;
use smallvec::SmallVec;

use super::{
    PageButtons, PagePrices,
    card::{CardClass, CardInputs, CardPlace, SharedClass},
    empty_page::note_no_model,
};
use crate::{
    item::BagItem,
    loaders::{
        Atmospheres, CartInfo, Covers, Delivery, LiveStock, PageVouchers, ProductDetails, ProductModels, Promotions,
        Sellers, Texts, TradeChain,
    },
    request::LiveRequest,
    scene::BagScene,
};

/// The cards of the page, in order; a product without a model has none.
#[derive(Debug)]
pub struct Cards(pub Vec<ProductCard>);

/// Draws the cards from all loaded data. A card is not drawn again for the same inputs.
#[derive(Debug)]
pub struct ProductConverter(CardPlace);

impl ProductConverter {
    /// Cards of the bag.
    #[must_use]
    pub const fn for_the_bag() -> Self {
        Self(CardPlace::Bag)
    }

    /// Refreshed cards on a client's screen.
    #[must_use]
    pub const fn for_the_screen() -> Self {
        Self(CardPlace::Screen)
    }

    /// Cards among the highlights of the creator's shop.
    #[must_use]
    pub const fn for_the_shop() -> Self {
        Self(CardPlace::Shop)
    }

    /// The pinned card: the same card with fewer labels.
    #[must_use]
    pub const fn for_the_pin() -> Self {
        Self(CardPlace::Pin)
    }
}

/// Inputs of [`ProductConverter`]: everything that may have been loaded for the page.
#[derive(Debug, Clone, Copy, Inputs)]
pub struct CardsInputs<'a> {
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
    type Input<'a> = CardsInputs<'a>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, cx: &Context<BagScene>, input: CardsInputs<'_>) -> TaskResult<BagScene, Cards> {
        let request = cx.request();
        let page = PageOfCards::of(request, input, self.0);
        let models = input.models.done();
        let card = |row: Row<'_, BagItem>| Some(page.card(row, models?.0.of(row).found()?));
        let cards: Vec<ProductCard> = input.page.rows().filter_map(card).collect();
        if cards.is_empty() && matches!(self.0, CardPlace::Bag | CardPlace::Shop) {
            // if no model was loaded at all, the loader's own failure is in the answer
            note_no_model(cx, models.map_or(0, |_| input.page.len()));
        }
        Ok(Cards(cards))
    }
}

/// All cards of a page: the loaded data, and the class that the cards share.
struct PageOfCards<'a> {
    request: &'a LiveRequest,
    input: CardsInputs<'a>,
    language: Language,
    class: SharedClass,
}

impl<'a> PageOfCards<'a> {
    fn of(request: &'a LiveRequest, input: CardsInputs<'a>, place: CardPlace) -> Self {
        let language = input.texts.language(request);
        let vouchers = input.vouchers.done().map(|vouchers| &vouchers.0);
        let (numbers, urls) = (input.prices.numbers.as_ref(), input.covers.done().is_some());
        let class = SharedClass::of(CardClass::of(request, place, language, numbers, urls, vouchers));
        Self { request, input, language, class }
    }

    fn card(&self, row: Row<'_, BagItem>, model: &Arc<ProductModel>) -> ProductCard {
        let (request, cart) = (self.request, self.input.cart.done());
        let drawn = request.remembered(self.inputs(row, model));
        let in_cart = cart.and_then(|cart| cart.0.quantities.get(&row.item.product_id)).copied().unwrap_or(0);
        drawn.at(request.now_ms, in_cart, &request.resident.texts, self.language)
    }

    fn inputs(&self, row: Row<'_, BagItem>, model: &Arc<ProductModel>) -> CardInputs {
        let input = &self.input;
        let promotions = input.promotions.done().and_then(|promotions| promotions.0.of(row).found());
        let sellers = input.sellers.done();
        CardInputs {
            product: row.item.into(),
            class: self.class.clone(),
            model: Same::of(model),
            price: input.prices.prices.of(row).as_ref().map(Same::of),
            detail: input.details.done().and_then(|details| details.0.of(row).found()).map(Same::of),
            promotions: promotions.map(Same::of),
            seller: sellers.and_then(|sellers| sellers.of_page.of(row).found()).map(Same::of),
            live: promotions.zip(input.live.done()).map(|(it, live)| counters(it, live)).unwrap_or_default(),
            buttons: input.buttons.0.of(row).clone(),
            atmosphere: input.atmospheres.done().map(|all| all.0.of(row).clone()).unwrap_or_default(),
            free_delivery: input.delivery.done().is_some_and(|delivery| *delivery.0.of(row)),
            may_pay_on_delivery: input.trade.done().and_then(|trade| trade.0.of(row).found()).is_some_and(|it| it.cod),
        }
    }
}

/// The live counters of a product's activities.
fn counters(promotions: &ProductPromotions, live: &LiveStock) -> SmallVec<[(i64, i32); 2]> {
    let ids = promotions.activities.iter().map(|activity| activity.activity_id);
    ids.filter_map(|id| Some((id, live.left(id)?))).collect()
}

//! The flash sale of a card: state, stock, progress and countdown.

use live_pack_dal::{
    FastStr,
    model::ProductPromotions,
    texts::{Arg, Language, Text},
};
use live_pack_idl::live_pack::FlashSale;

use super::wire::{wire_flash_status, wire_price_source};
use crate::{
    loaders::LiveStock,
    request::LiveRequest,
    rules::flash_sale::{self, CurrentSale, FlashState},
};

/// Draws the flash sales of a page.
pub(super) struct FlashSaleDrawing<'a> {
    pub(super) request: &'a LiveRequest,
    pub(super) language: Language,
    /// The live stock counters; `None`: the stock of the activities counts.
    pub(super) live: Option<&'a LiveStock>,
}

impl FlashSaleDrawing<'_> {
    /// The sale on the card of a product, with the live stock. `priced_by` is the activity that sets the price on the
    /// card.
    pub(super) fn draw(
        &self,
        promotions: &ProductPromotions,
        priced_by: Option<i64>,
    ) -> Option<(FlashState, FlashSale)> {
        let rules = &self.request.conf.flash_sale;
        let left = |id| self.live.and_then(|live| live.left(id));
        let windows = promotions.activities.iter().filter_map(flash_sale::window_of);
        let windows = windows.map(|window| flash_sale::with_live_stock(window, left(window.promotion_id)));
        let sale = flash_sale::shown(windows, priced_by, rules, self.request.now_ms)?;
        let activity =
            promotions.activities.iter().find(|activity| activity.activity_id == sale.window.promotion_id)?;
        let progress = flash_sale::progress(sale.state, activity.stock_total, sale.window.stock_left, rules);
        let almost_gone = || self.request.resident.texts.get(self.language, Text::AlmostGone);
        Some((
            sale.state,
            FlashSale {
                promotion_id: activity.activity_id,
                kind: wire_price_source(activity.kind.into()),
                status: wire_flash_status(sale.state),
                start_ms: activity.start_ms,
                end_ms: activity.end_ms,
                server_now_ms: self.request.now_ms,
                stock_total: activity.stock_total.unwrap_or(-1),
                stock_left: sale.window.stock_left.unwrap_or(-1),
                progress_percent: progress.percent,
                show_progress: progress.show,
                limit_per_user: activity.limit_per_user.unwrap_or(-1),
                countdown_text: self.countdown(&sale),
                progress_text: progress.almost_gone.then(almost_gone),
            },
        ))
    }

    /// "Starts in" or "ends in" with the time left now; the client counts down from there.
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
}

//! The flash sale of a card: state, stock and progress.

use live_pack_dal::{
    FastStr,
    config::FlashSaleRules,
    model::ProductPromotions,
    texts::{Language, Text, Texts},
};
use live_pack_idl::live_pack::FlashSale;

use super::wire::{wire_flash_status, wire_price_source};
use crate::rules::flash_sale::{self, FlashState};

/// Draws the flash sale of a card.
pub(super) struct FlashSaleDrawing<'a> {
    pub(super) rules: &'a FlashSaleRules,
    pub(super) texts: &'a Texts,
    pub(super) language: Language,
    /// The live counters: (activity, units left). Without a counter the stock of the activity applies.
    pub(super) live: &'a [(i64, i32)],
    pub(super) now_ms: i64,
}

impl FlashSaleDrawing<'_> {
    /// The sale on the card of a product, with the live stock. `priced_by` is the activity that sets the price on the
    /// card. Clock and countdown stay empty: each answer sets them.
    pub(super) fn draw(
        &self,
        promotions: &ProductPromotions,
        priced_by: Option<i64>,
    ) -> Option<(FlashState, FlashSale)> {
        let left = |activity| self.live.iter().find(|(id, _)| *id == activity).map(|(_, left)| *left);
        let windows = promotions.activities.iter().filter_map(flash_sale::window_of);
        let windows = windows.map(|window| flash_sale::with_live_stock(window, left(window.promotion_id)));
        let sale = flash_sale::shown(windows, priced_by, self.rules, self.now_ms)?;
        let activity =
            promotions.activities.iter().find(|activity| activity.activity_id == sale.window.promotion_id)?;
        let progress = flash_sale::progress(sale.state, activity.stock_total, sale.window.stock_left, self.rules);
        let almost_gone = || self.texts.get(self.language, Text::AlmostGone);
        Some((
            sale.state,
            FlashSale {
                promotion_id: activity.activity_id,
                kind: wire_price_source(activity.kind.into()),
                status: wire_flash_status(sale.state),
                start_ms: activity.start_ms,
                end_ms: activity.end_ms,
                server_now_ms: 0,
                stock_total: activity.stock_total.unwrap_or(-1),
                stock_left: sale.window.stock_left.unwrap_or(-1),
                progress_percent: progress.percent,
                show_progress: progress.show,
                limit_per_user: activity.limit_per_user.unwrap_or(-1),
                countdown_text: FastStr::empty(),
                progress_text: progress.almost_gone.then(almost_gone),
            },
        ))
    }
}

//! Flash sales: state, progress, the current window, sort order, and the next change.

use std::{cmp::Reverse, ops::Range};

use live_pack_dal::{
    config::FlashSaleRules,
    model::{Activity, FlashWindow},
};

use super::price::level;

#[cfg(test)]
mod tests;

/// The state of a flash sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FlashState {
    /// Not announced yet.
    None,
    /// Announced, not started.
    Preheat,
    /// Running, with stock.
    Ongoing,
    /// Running without stock: the price has fallen back.
    SoldOut,
    /// Over.
    Ended,
}

impl FlashState {
    /// Running or preheating: the criterion of the FLASH_SALE tab and the flash sale sorter.
    #[must_use]
    pub const fn is_running_or_preheating(self) -> bool {
        matches!(self, Self::Ongoing | Self::Preheat)
    }
}

/// The current flash sale of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurrentSale {
    /// Its window.
    pub window: FlashWindow,
    /// Its state; never [`FlashState::None`].
    pub state: FlashState,
}

/// The progress of a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// floor(sold / total × 100), 0 to 100; 0 if the total is unknown.
    pub percent: i32,
    /// Whether it is shown.
    pub show: bool,
    /// Whether "almost gone" is shown: above the threshold, and something is left.
    pub almost_gone: bool,
}

/// The state of a sale: before start − preheat NONE; before start PREHEAT; before end ONGOING with stock, SOLD_OUT
/// without; afterwards ENDED. Each boundary belongs to the later state.
#[must_use]
pub fn state(window: &FlashWindow, rules: &FlashSaleRules, now_ms: i64) -> FlashState {
    if now_ms < announced_ms(window, rules) {
        FlashState::None
    } else if now_ms < window.start_ms {
        FlashState::Preheat
    } else if now_ms >= window.end_ms {
        FlashState::Ended
    } else if window.stock_left.is_none_or(|left| left > 0) {
        FlashState::Ongoing
    } else {
        FlashState::SoldOut
    }
}

/// The progress of a sale. Without a total or the units left there is no progress. A count above its total is clamped.
/// Progress is shown while the sale runs, sold out or not; "almost gone" only
/// while units are left.
#[must_use]
pub fn progress(
    state: FlashState,
    stock_total: Option<i32>,
    stock_left: Option<i32>,
    rules: &FlashSaleRules,
) -> Progress {
    let (Some(total @ 1..), Some(left)) = (stock_total, stock_left) else {
        return Progress::default();
    };
    let left = left.clamp(0, total);
    let hundredfold = (i64::from(total) - i64::from(left)) * 100;
    // sold ≤ total, so the quotient is at most 100
    let percent = i32::try_from(hundredfold / i64::from(total)).unwrap_or(100);
    Progress {
        percent,
        show: matches!(state, FlashState::Ongoing | FlashState::SoldOut) && percent >= rules.show_progress_from,
        almost_gone: state == FlashState::Ongoing && percent >= rules.almost_gone_from && left > 0,
    }
}

/// The window of an activity, if it is a flash sale.
#[must_use]
pub fn window_of(activity: &Activity) -> Option<FlashWindow> {
    activity.kind.is_flash().then_some(FlashWindow {
        promotion_id: activity.activity_id,
        kind: activity.kind,
        start_ms: activity.start_ms,
        end_ms: activity.end_ms,
        stock_left: activity.stock_left,
    })
}

/// A window with the live counter's units left, or with its own if there is no counter.
#[must_use]
pub fn with_live_stock(window: FlashWindow, live_stock: Option<i32>) -> FlashWindow {
    FlashWindow { stock_left: live_stock.or(window.stock_left), ..window }
}

/// The current one of several windows of a product; `None` if none is announced yet.
///
/// Running before preheating before sold out before ended. Among running (or sold-out) windows the one whose price would
/// apply (a live flash sale before a seller's flash deal), then the one that ends first; among preheating ones the one that
/// starts first; among ended ones the one that ended last. Ties go to the lower id, so that the answer does not depend on the
/// downstream's order. A sold-out sale gives way to an announced one, for which the viewer can still set a reminder.
pub fn current(
    windows: impl IntoIterator<Item = FlashWindow>,
    rules: &FlashSaleRules,
    now_ms: i64,
) -> Option<CurrentSale> {
    windows
        .into_iter()
        .filter(|window| window.kind.is_flash())
        .map(|window| CurrentSale { state: state(&window, rules, now_ms), window })
        .filter(|sale| sale.state != FlashState::None)
        .min_by_key(|sale| (rank(sale), sale.window.promotion_id))
}

/// The sale on a card: like [`current`], but a running sale only if it sets the price. `priced_by` is the activity
/// that sets the price; if another activity is cheaper, a running sale has no label, countdown or progress.
pub fn shown(
    windows: impl IntoIterator<Item = FlashWindow>,
    priced_by: Option<i64>,
    rules: &FlashSaleRules,
    now_ms: i64,
) -> Option<CurrentSale> {
    let sets_the_price = |window: &FlashWindow| {
        priced_by == Some(window.promotion_id) || state(window, rules, now_ms) != FlashState::Ongoing
    };
    current(windows.into_iter().filter(sets_the_price), rules, now_ms)
}

/// The sort key of a product among flash sales, the lower first: running by end, then preheating by start, then all
/// others equally.
#[must_use]
pub fn sort_key(sale: Option<&CurrentSale>) -> i64 {
    // Times are Unix milliseconds, far below the half of the range that each group gets.
    const PREHEATING: i64 = i64::MAX / 2;
    match sale {
        Some(CurrentSale { window, state: FlashState::Ongoing }) => window.end_ms.clamp(0, PREHEATING - 1),
        Some(CurrentSale { window, state: FlashState::Preheat }) => {
            PREHEATING + window.start_ms.clamp(0, PREHEATING - 1)
        }
        _ => NOT_IN_FLASH_SALE,
    }
}

/// The key of a product outside flash sales.
pub const NOT_IN_FLASH_SALE: i64 = i64::MAX;

/// The next instant after now at which the state of a sale changes by time alone.
pub fn next_edge<'a>(
    windows: impl IntoIterator<Item = &'a FlashWindow>,
    rules: &FlashSaleRules,
    now_ms: i64,
) -> Option<i64> {
    windows
        .into_iter()
        .filter(|window| window.kind.is_flash())
        .flat_map(|window| [announced_ms(window, rules), window.start_ms, window.end_ms])
        .filter(|edge| *edge > now_ms)
        .min()
}

/// The interval around now in which no activity is announced, starts or ends, so that prices and flash sales
/// do not change.
#[must_use]
pub fn steady(activities: &[Activity], rules: &FlashSaleRules, now_ms: i64) -> Range<i64> {
    let announced = |activity| window_of(activity).map_or(i64::MIN, |window| announced_ms(&window, rules));
    let edges = activities.iter().flat_map(|activity| [announced(activity), activity.start_ms, activity.end_ms]);
    between(edges, now_ms)
}

/// The same for the windows of flash sales: the interval around now in which their states do not change.
pub fn unchanging<'a>(
    windows: impl IntoIterator<Item = &'a FlashWindow>,
    rules: &FlashSaleRules,
    now_ms: i64,
) -> Range<i64> {
    between(
        windows.into_iter().flat_map(|window| [announced_ms(window, rules), window.start_ms, window.end_ms]),
        now_ms,
    )
}

/// The interval around now between two edges. Each edge belongs to the later side.
fn between(edges: impl Iterator<Item = i64>, now_ms: i64) -> Range<i64> {
    edges.fold(
        i64::MIN..i64::MAX,
        |Range { start, end }, edge| {
            if edge <= now_ms { start.max(edge)..end } else { start..end.min(edge) }
        },
    )
}

/// Poll interval of a client: the setting, or the time to the next change if that is sooner, within 1 to 30 seconds.
#[must_use]
pub fn next_poll_ms(setting_ms: i64, next_edge_ms: Option<i64>, now_ms: i64) -> i64 {
    let to_edge = next_edge_ms.map_or(i64::MAX, |edge| edge.saturating_sub(now_ms));
    setting_ms.min(to_edge).clamp(1_000, 30_000)
}

/// Time at which a sale is announced.
fn announced_ms(window: &FlashWindow, rules: &FlashSaleRules) -> i64 {
    window.start_ms.saturating_sub(rules.preheat_ms)
}

/// The rank of a sale in [`current`], the lower first.
fn rank(sale: &CurrentSale) -> (u8, Reverse<u8>, i64) {
    let window = &sale.window;
    let level = Reverse(level(window.kind));
    match sale.state {
        FlashState::Ongoing => (0, level, window.end_ms),
        FlashState::Preheat => (1, Reverse(0), window.start_ms),
        FlashState::SoldOut => (2, level, window.end_ms),
        FlashState::Ended => (3, Reverse(0), window.end_ms.saturating_neg()),
        FlashState::None => (4, Reverse(0), window.start_ms),
    }
}

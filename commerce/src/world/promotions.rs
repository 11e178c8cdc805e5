//! Discounts, campaigns and flash sales of a product, in absolute time.

use live_pack_idl::promotion_renderer::{
    Activity, ActivityKind, FlashWindow, FlashWindows, ProductPromotions, SkuActivityPrice,
};
use pilota::FastStr;

use super::{cycle::Cycle, cycle::Turn, dice::Dice, number, prices, region::Region};

/// Time before the start of a flash sale at which it is announced, and counted in `has_flash_sale` of a bag.
pub(crate) const PREHEAT_MS: i64 = 5 * Cycle::MINUTE;

/// A repeating flash sale.
#[derive(Debug, Clone)]
pub(crate) struct FlashPlan {
    pub(crate) cycle: Cycle,
    kind: ActivityKind,
    /// −1: not limited.
    stock_total: i32,
    limit_per_user: i32,
    /// Demand in one window as a percentage of the stock; above 100 it sells out early.
    demand_percent: i64,
    prices: Vec<SkuActivityPrice>,
}

/// A permanent discount; the bounds of its window follow the cycle.
#[derive(Debug, Clone)]
struct Offer {
    kind: ActivityKind,
    cycle: Cycle,
    prices: Vec<SkuActivityPrice>,
    title: &'static str,
}

/// All promotions of a product.
#[derive(Debug, Clone)]
pub(crate) struct Promotions {
    product_id: i64,
    offers: Vec<Offer>,
    flash: Option<FlashPlan>,
    flash_title: &'static str,
    free_shipping: bool,
    has_gift: bool,
    /// The best permanent discount in percent, 0 for none.
    pub(crate) lasting_percent: i64,
}

/// The flash sale planned for a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FlashChoice {
    /// Drawn from the distribution.
    Drawn,
    None,
    /// A live flash sale with this cycle.
    Live(Cycle),
    /// A seller's flash deal of some days.
    Deal,
}

/// The product as input of [`Promotions::draw`].
#[derive(Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) product_id: i64,
    pub(crate) region: Region,
    /// SKU ids and retail prices in minor units.
    pub(crate) retail: &'a [(i64, i64)],
    pub(crate) flash: FlashChoice,
    pub(crate) stock: i32,
    pub(crate) has_gift: bool,
    pub(crate) free_shipping: bool,
}

impl Promotions {
    pub(crate) fn draw(subject: &Subject<'_>, dice: &mut Dice) -> Self {
        let words = subject.region.words();
        let mut offers = Vec::new();
        let mut lasting = 0;
        if dice.chance(0.55) {
            let percent = number::whole(22.0 + 12.0 * dice.normal()).clamp(5, 70);
            lasting = lasting.max(percent);
            offers.push(Offer {
                kind: ActivityKind::PRODUCT_DISCOUNT,
                cycle: always(30 * Cycle::DAY, dice),
                prices: cut(subject, percent),
                title: words.discount,
            });
        }
        if dice.chance(0.1) {
            let percent = dice.range(15, 40);
            lasting = lasting.max(percent);
            offers.push(Offer {
                kind: ActivityKind::CAMPAIGN,
                cycle: always(Cycle::DAY, dice),
                prices: cut(subject, percent),
                title: dice.pick(&words.campaigns),
            });
        }
        let flash = flash_plan(subject, lasting, dice);
        Self {
            product_id: subject.product_id,
            offers,
            flash,
            flash_title: words.flash_sale,
            free_shipping: subject.free_shipping,
            has_gift: subject.has_gift,
            lasting_percent: lasting,
        }
    }

    /// Whether a flash sale is running or about to start.
    pub(crate) fn flash_is_near(&self, now_ms: i64) -> bool {
        self.flash.as_ref().is_some_and(|plan| {
            let turn = plan.cycle.turn(now_ms);
            turn.is_open(now_ms) || plan.cycle.turn(now_ms + PREHEAT_MS).number > turn.number
        })
    }

    /// The last window that opened and the next one; `None` for a product without flash sales.
    pub(crate) fn windows(&self, now_ms: i64) -> Option<FlashWindows> {
        let plan = self.flash.as_ref()?;
        let windows = plan.turns(now_ms).map(|turn| FlashWindow {
            promotion_id: plan.id(self.product_id, turn),
            kind: plan.kind,
            start_ms: turn.start_ms,
            end_ms: turn.end_ms,
            stock_left: plan.stock_left(turn, now_ms),
        });
        Some(FlashWindows { windows: windows.into() })
    }

    /// All activities; those of flash sales carry the ids and times of [`Self::windows`].
    pub(crate) fn render(&self, now_ms: i64) -> ProductPromotions {
        let lasting = self.offers.iter().map(|offer| {
            let turn = offer.cycle.turn(now_ms);
            Activity {
                activity_id: self.product_id * 1_000 + i64::from(offer.kind.inner()),
                kind: offer.kind,
                start_ms: turn.start_ms,
                end_ms: turn.end_ms,
                prices: offer.prices.clone(),
                title: FastStr::from_static_str(offer.title),
                ..Activity::default()
            }
        });
        let flash = self.flash.iter().flat_map(|plan| {
            plan.turns(now_ms).map(|turn| Activity {
                activity_id: plan.id(self.product_id, turn),
                kind: plan.kind,
                start_ms: turn.start_ms,
                end_ms: turn.end_ms,
                stock_total: plan.stock_total,
                stock_left: plan.stock_left(turn, now_ms),
                limit_per_user: plan.limit_per_user,
                prices: plan.prices.clone(),
                title: FastStr::from_static_str(self.flash_title),
            })
        });
        ProductPromotions {
            activities: lasting.chain(flash).collect(),
            free_shipping: self.free_shipping,
            has_gift: self.has_gift,
        }
    }
}

impl FlashPlan {
    fn turns(&self, now_ms: i64) -> [Turn; 2] {
        let turn = self.cycle.turn(now_ms);
        [turn, self.cycle.numbered(turn.number + 1)]
    }

    /// Each window is an activity of its own, so its stock counter restarts.
    fn id(&self, product_id: i64, turn: Turn) -> i64 {
        product_id * 1_000_000_000 + turn.number.rem_euclid(1_000_000_000)
    }

    fn stock_left(&self, turn: Turn, now_ms: i64) -> i32 {
        if self.stock_total < 0 {
            return -1;
        }
        let total = i64::from(self.stock_total);
        let sold = total * self.demand_percent * turn.passed_permille(now_ms) / 100_000;
        number::narrow((total - sold).max(0))
    }
}

fn flash_plan(subject: &Subject<'_>, lasting: i64, dice: &mut Dice) -> Option<FlashPlan> {
    if subject.stock == 0 {
        return None;
    }
    // Half of each cycle is open, so the number of products with a plan is twice the number of running sales.
    let (live, cycle) = match subject.flash {
        FlashChoice::None => return None,
        FlashChoice::Live(cycle) => (true, cycle),
        FlashChoice::Deal => (false, deal(dice)),
        FlashChoice::Drawn => match dice.range(0, 99) {
            0..=15 => {
                let period_ms = dice.pick(&[10, 20, 30, 40]) * Cycle::MINUTE;
                let cycle =
                    Cycle { period_ms, open_ms: period_ms / 2, phase_ms: dice.range(0, period_ms - 1) / 1_000 * 1_000 };
                (true, cycle)
            }
            16..=21 => (false, deal(dice)),
            _ => return None,
        },
    };
    let kind = match (live, dice.chance(0.4)) {
        (true, true) => ActivityKind::CREATOR_LIVE_FLASH_SALE,
        (true, false) => ActivityKind::LIVE_FLASH_SALE,
        (false, _) => ActivityKind::FLASH_SALE,
    };
    let percent = (lasting + dice.range(8, 25)).min(85);
    Some(FlashPlan {
        cycle,
        kind,
        stock_total: if dice.chance(0.85) {
            // A sale cannot offer more than the stock.
            dice.pick(&[30, 50, 80, 100, 200, 300]).min(subject.stock)
        } else {
            -1
        },
        limit_per_user: dice.pick(&[-1, 1, 2, 5]),
        demand_percent: dice.range(20, 130),
        prices: cut(subject, percent),
    })
}

fn deal(dice: &mut Dice) -> Cycle {
    Cycle { period_ms: 4 * Cycle::DAY, open_ms: 3 * Cycle::DAY, phase_ms: dice.range(0, 95) * Cycle::HOUR }
}

fn always(period_ms: i64, dice: &mut Dice) -> Cycle {
    Cycle { period_ms, open_ms: period_ms, phase_ms: dice.range(0, 23) * Cycle::HOUR }
}

fn cut(subject: &Subject<'_>, percent: i64) -> Vec<SkuActivityPrice> {
    subject
        .retail
        .iter()
        .map(|&(sku_id, minor)| SkuActivityPrice {
            sku_id,
            price: prices::text(prices::discounted(minor, percent, subject.region), subject.region),
        })
        .collect()
}

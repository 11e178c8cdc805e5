//! Vouchers of a room: kinds, moving claim windows, and stock that runs down.

use live_pack_idl::promotion_delivery::{ClaimTask, Voucher, VoucherDisplay, VoucherFunder, VoucherKind};
use pilota::FastStr;

use super::{
    cycle::Cycle,
    dice::{Dice, Topic},
    number::{length, narrow},
    prices,
    scenarios::{self, Blueprint},
};

/// Maximum number of products named by a coupon.
const MAX_PRODUCTS: usize = 50;

/// Claim windows follow this cycle: long enough for a test, short enough for a demonstration.
const CLAIM: Cycle = Cycle { period_ms: 4 * Cycle::HOUR, open_ms: 4 * Cycle::HOUR, phase_ms: 0 };

/// The claim window, relative to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Season {
    Open,
    Over,
    Coming,
}

/// A voucher whose times are filled in on request.
#[derive(Debug, Clone)]
pub(crate) struct VoucherPlan {
    voucher: Voucher,
    season: Season,
    /// −1: not limited.
    stock: i64,
}

impl VoucherPlan {
    pub(crate) fn id(&self) -> i64 {
        self.voucher.voucher_id
    }

    /// The voucher at an instant.
    pub(crate) fn at(&self, now_ms: i64) -> Voucher {
        let turn = CLAIM.turn(now_ms);
        let offset = CLAIM.period_ms
            * match self.season {
                Season::Open => 0,
                Season::Over => -2,
                Season::Coming => 2,
            };
        let claim_end_ms = turn.end_ms + CLAIM.period_ms + offset;
        Voucher {
            claim_start_ms: turn.start_ms - CLAIM.period_ms + offset,
            // The window of an ended voucher ends before the current turn.
            claim_end_ms: if self.season == Season::Over { turn.start_ms - Cycle::HOUR } else { claim_end_ms },
            use_end_ms: self.voucher.use_days.is_none().then_some(claim_end_ms + Cycle::DAY),
            stock_left: if self.stock > 0 {
                narrow((self.stock - self.stock * turn.passed_permille(now_ms) / 1_500).max(1))
            } else {
                narrow(self.stock)
            },
            ..self.voucher.clone()
        }
    }
}

/// The vouchers of a room; those on offer apply to about a third of its products.
pub(crate) fn draw(seed: u64, plan: Blueprint, product_ids: &[i64]) -> Vec<VoucherPlan> {
    let mut dice = Dice::of(seed, Topic::Voucher, plan.room_id);
    let third: Vec<i64> = product_ids.iter().copied().filter(|_| dice.chance(0.35)).collect();
    match plan.room_id {
        scenarios::FULL => full(plan, &third),
        scenarios::VOUCHER_PINNED => full(plan, &third).into_iter().take(3).collect(),
        1002 | scenarios::AUCTIONS_ONLY => Vec::new(),
        _ if third.is_empty() => Vec::new(),
        _ => {
            let count = match plan.room_id {
                ..3001 => 2,
                _ => dice.range(-1, 4).max(0),
            };
            (1..=count).map(|number| random(plan, number, &third, &mut dice)).collect()
        }
    }
}

fn base(plan: Blueprint, number: i64) -> Voucher {
    Voucher {
        voucher_id: plan.room_id * 100 + number,
        currency: FastStr::from_static_str(plan.region.currency()),
        min_spend: FastStr::from_static_str("0"),
        display: VoucherDisplay::LIVE,
        ..Voucher::default()
    }
}

/// A voucher over an amount or a percentage of the typical price of the region.
fn reduction(voucher: Voucher, plan: Blueprint, share: Reduction) -> Voucher {
    let region = plan.region;
    let amount = |share: f64| prices::text(prices::round(region.median() * share, region), region);
    let named = |off: String| FastStr::from_string(format!("{} {off}", region.words().voucher));
    match share {
        Reduction::Amount(share) => Voucher {
            kind: VoucherKind::AMOUNT_OFF,
            title: named(format!("{} {}", amount(share), region.currency())),
            reduction: Some(amount(share)),
            min_spend: amount(share * 4.0),
            ..voucher
        },
        Reduction::Percent(percent) => Voucher {
            kind: VoucherKind::PERCENT_OFF,
            title: named(format!("{percent}%")),
            percent: Some(percent),
            max_discount: Some(amount(0.6)),
            ..voucher
        },
        Reduction::Shipping => Voucher {
            kind: VoucherKind::FREE_SHIPPING,
            title: FastStr::from_static_str(region.words().free_shipping),
            min_spend: amount(0.5),
            ..voucher
        },
    }
}

/// The reduction by a voucher; an amount is a share of the region's median price.
#[derive(Debug, Clone, Copy)]
enum Reduction {
    Amount(f64),
    Percent(i32),
    Shipping,
}

fn random(plan: Blueprint, number: i64, products: &[i64], dice: &mut Dice) -> VoucherPlan {
    let share = match dice.range(0, 2) {
        0 => Reduction::Amount(0.2),
        1 => Reduction::Percent(narrow(dice.range(2, 6) * 5)),
        _ => Reduction::Shipping,
    };
    let skip = usize::try_from(dice.range(0, 1) * length(products.len()) / 2).unwrap_or_default();
    let voucher = Voucher {
        funder: dice.pick(&[VoucherFunder::SELLER, VoucherFunder::PLATFORM]),
        task: dice.pick(&[ClaimTask::NO_TASK, ClaimTask::NO_TASK, ClaimTask::FOLLOW_HOST]),
        use_days: dice.chance(0.5).then_some(7),
        product_ids: products.iter().copied().skip(skip).take(MAX_PRODUCTS).collect(),
        ..base(plan, number)
    };
    VoucherPlan {
        voucher: reduction(voucher, plan, share),
        season: Season::Open,
        stock: if dice.chance(0.5) { dice.range(50, 5_000) } else { -1 },
    }
}

/// One of each kind and state.
fn full(plan: Blueprint, products: &[i64]) -> Vec<VoucherPlan> {
    let half = products.len() / 2;
    let (front, back) = products.split_at(half);
    let of = |list: &[i64]| list.iter().copied().take(MAX_PRODUCTS).collect::<Vec<_>>();
    let plan_of = |number: i64, share: Reduction, season: Season, stock: i64| VoucherPlan {
        voucher: reduction(
            Voucher {
                funder: VoucherFunder::SELLER,
                product_ids: of(if number % 2 == 1 { front } else { back }),
                ..base(plan, number)
            },
            plan,
            share,
        ),
        season,
        stock,
    };
    let mut plans = vec![
        plan_of(1, Reduction::Amount(0.25), Season::Open, -1),
        plan_of(2, Reduction::Percent(15), Season::Open, 2_000),
        plan_of(3, Reduction::Shipping, Season::Open, -1),
        plan_of(4, Reduction::Amount(0.4), Season::Open, 500),
        plan_of(5, Reduction::Percent(20), Season::Open, 800),
        plan_of(6, Reduction::Amount(0.5), Season::Over, 100),
        plan_of(7, Reduction::Percent(30), Season::Coming, 300),
        plan_of(8, Reduction::Amount(0.6), Season::Open, 0),
        plan_of(9, Reduction::Amount(0.3), Season::Open, -1),
        plan_of(10, Reduction::Percent(10), Season::Open, -1),
    ];
    for plan in &mut plans {
        let voucher = &mut plan.voucher;
        match voucher.voucher_id % 100 {
            2 => {
                voucher.funder = VoucherFunder::PLATFORM;
                voucher.display = VoucherDisplay::REGULAR;
                voucher.use_days = Some(7);
            }
            4 => {
                voucher.display = VoucherDisplay::FOLLOWER;
                voucher.task = ClaimTask::FOLLOW_HOST;
            }
            5 => {
                voucher.funder = VoucherFunder::PLATFORM;
                voucher.task = ClaimTask::WATCH_LIVE;
                voucher.min_watch_seconds = 60;
            }
            9 => {
                voucher.funder = VoucherFunder::PLATFORM;
                voucher.display = VoucherDisplay::PROMO_CODE;
                voucher.new_users_only = true;
            }
            10 => {
                voucher.display = VoucherDisplay::CREATOR_EXCLUSIVE;
                voucher.regions = vec![FastStr::from_static_str("GB")];
            }
            _ => {}
        }
    }
    plans
}
